//! Keys as Multikey (W3C Controlled Identifiers 1.0 section 2.2.2): a multicodec prefix and the bare key, in base58btc.

use super::{Jwk, KeyError, PublicKey};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ParsedPublicKey, VerificationAlgorithm};

/// Multicodec prefixes of the keys that are read: Ed25519, P-256 and P-384, the last two as compressed points.
const ED25519: [u8; 2] = [0xed, 0x01];
const P256: [u8; 2] = [0x80, 0x24];
const P384: [u8; 2] = [0x81, 0x24];
/// Prefixes of keys that are recognised and not used: secp256k1, X25519, P-521, RSA.
const OTHERS: [[u8; 2]; 4] = [[0xe7, 0x01], [0xec, 0x01], [0x82, 0x24], [0x85, 0x24]];
/// Texts are at most this long: a P-384 key has 70 characters, and base58 of long texts is slow.
const MAX_TEXT: usize = 128;

impl Jwk {
    /// The key as Multikey, such as `z6Mk…`; P-256, P-384 and Ed25519 only.
    ///
    /// # Errors
    /// [`KeyError::Unsupported`] for an RSA key.
    pub fn to_multikey(&self) -> Result<String, KeyError> {
        let raw = match self.key() {
            PublicKey::Ed25519(x) => [ED25519.as_slice(), x].concat(),
            PublicKey::P256 { x, y } => [P256.as_slice(), &[sign(y)], x].concat(),
            PublicKey::P384 { x, y } => [P384.as_slice(), &[sign(y)], x].concat(),
            PublicKey::Rsa { .. } => return Err(KeyError::Unsupported),
        };
        Ok(format!("z{}", bs58::encode(raw).into_string()))
    }

    /// The key of a Multikey; points are opened up, so they are on their curve.
    ///
    /// # Errors
    /// [`KeyError::Unsupported`] for keys of another kind, [`KeyError::Malformed`] for what is no key.
    pub fn from_multikey(text: &str) -> Result<Self, KeyError> {
        let encoded = text.strip_prefix('z').ok_or(KeyError::Malformed)?;
        let too_long = encoded.len() > MAX_TEXT;
        let raw = if too_long { Vec::new() } else { bs58::decode(encoded).into_vec().map_err(|_| KeyError::Malformed)? };
        if let Some(key) = raw.strip_prefix(&ED25519) {
            return Ok(Self::new(PublicKey::Ed25519(key.try_into().map_err(|_| KeyError::Malformed)?)));
        }
        if let Some(point) = raw.strip_prefix(&P256) {
            return opened(&ECDSA_P256_SHA256_FIXED, point, 33);
        }
        if let Some(point) = raw.strip_prefix(&P384) {
            return opened(&ECDSA_P384_SHA384_FIXED, point, 49);
        }
        // An RSA key is longer than anything that is read here.
        let known = too_long || OTHERS.iter().any(|prefix| raw.starts_with(prefix));
        Err(if known { KeyError::Unsupported } else { KeyError::Malformed })
    }
}

/// The first byte of a compressed point (SEC 1 section 2.3.3).
fn sign(y: &[u8]) -> u8 {
    if y.last().is_some_and(|last| last & 1 == 1) { 3 } else { 2 }
}

/// The key of a compressed point.
fn opened(algorithm: &'static dyn VerificationAlgorithm, point: &[u8], length: usize) -> Result<Jwk, KeyError> {
    if point.len() != length {
        return Err(KeyError::Malformed);
    }
    let key = ParsedPublicKey::new(algorithm, point).map_err(|_| KeyError::Malformed)?;
    let der: PublicKeyX509Der<'_> = key.as_der().map_err(|_| KeyError::Engine)?;
    Jwk::from_spki(der.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{Algorithm, SigningKey};

    #[test]
    fn there_and_back() {
        for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
            for _ in 0..4 {
                let jwk = SigningKey::generate(algorithm).unwrap().public_jwk().unwrap();
                assert_eq!(Jwk::from_multikey(&jwk.to_multikey().unwrap()).unwrap(), jwk);
            }
        }
        // P-384, from the did:key specification.
        let text = "z82LkvCwHNreneWpsgPEbV3gu1C6NFJEBg4srfJ5gdxEsMGRJUz2sG9FE42shbn2xkZJh54";
        assert_eq!(Jwk::from_multikey(text).unwrap().to_multikey().unwrap(), text);
    }

    #[test]
    fn refuses_what_is_no_key() {
        let coded = |prefix: &[u8], rest: &[u8]| format!("z{}", bs58::encode([prefix, rest].concat()).into_string());
        for (text, error) in [
            (coded(&[0xec, 0x01], &[7; 32]), KeyError::Unsupported),
            (coded(&[0xe7, 0x01], &[2; 33]), KeyError::Unsupported),
            (coded(&[0x82, 0x24], &[2; 67]), KeyError::Unsupported),
            (coded(&[0x85, 0x24], &[2; 270]), KeyError::Unsupported),
            (coded(&ED25519, &[7; 31]), KeyError::Malformed),
            (coded(&P256, &[[2].as_slice(), &[0xff; 32]].concat()), KeyError::Malformed),
            (coded(&P256, &[4; 33]), KeyError::Malformed),
            (coded(&P256, &[2; 32]), KeyError::Malformed),
            (coded(&P384, &[2; 33]), KeyError::Malformed),
            (coded(&[0x12, 0x20], &[7; 32]), KeyError::Malformed),
            ("u7QE".to_owned(), KeyError::Malformed),
            ("z0OIl".to_owned(), KeyError::Malformed),
            ("z".to_owned(), KeyError::Malformed),
            (String::new(), KeyError::Malformed),
        ] {
            assert_eq!(Jwk::from_multikey(&text), Err(error), "{text}");
        }
    }
}
