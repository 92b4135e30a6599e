//! JWE in compact form (RFC 7516) with ECDH-ES on P-256 and AES-GCM: encrypted answers to verifiers.

use crate::Map;
use crate::encoding::{b64url, b64url_decode};
use crate::key::{AgreementKey, Jwk, KeyError};
use crate::random::{SystemRandom, bytes};
use crate::strict_json;
use aws_lc_rs::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::digest::{Context, SHA256};
use serde_json::Value;
use zeroize::Zeroizing;

/// Bytes of the authentication tag.
const TAG: usize = 16;

/// Content encryption (RFC 7518 section 5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enc {
    /// AES-128 in GCM.
    A128Gcm,
    /// AES-256 in GCM.
    A256Gcm,
}

impl Enc {
    /// The `enc` value.
    pub fn name(self) -> &'static str {
        match self {
            Self::A128Gcm => "A128GCM",
            Self::A256Gcm => "A256GCM",
        }
    }

    /// The encryption with this `enc` value.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::A128Gcm, Self::A256Gcm].into_iter().find(|enc| enc.name() == name)
    }

    fn key_bytes(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A256Gcm => 32,
        }
    }

    fn key(self, raw: &[u8]) -> Result<LessSafeKey, JweError> {
        let algorithm = match self {
            Self::A128Gcm => &AES_128_GCM,
            Self::A256Gcm => &AES_256_GCM,
        };
        UnboundKey::new(algorithm, raw).map(LessSafeKey::new).map_err(|_| JweError::Key(KeyError::Engine))
    }
}

/// Why a JWE was refused or could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JweError {
    /// Not five parts of base64url with a JSON header, or an epk, IV or tag of the wrong shape.
    #[error("malformed JWE")]
    Malformed,
    /// `alg` or `enc` that is not supported, `zip`, or something critical.
    #[error("unsupported JWE header")]
    Unsupported,
    /// A key of the wrong kind.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The content does not open with this key.
    #[error("does not decrypt")]
    Decrypt,
}

/// Optional header members of a JWE.
#[derive(Debug, Clone, Copy, Default)]
pub struct Extra<'a> {
    /// `kid`; the recipient key's own when `None`.
    pub kid: Option<&'a str>,
    /// `apu`: agreement PartyUInfo, raw bytes.
    pub apu: Option<&'a [u8]>,
    /// `apv`: agreement PartyVInfo, raw bytes.
    pub apv: Option<&'a [u8]>,
}

/// Encrypts to `recipient` with a fresh ephemeral key.
pub fn encrypt(plaintext: &[u8], recipient: &Jwk, enc: Enc, extra: Extra<'_>) -> Result<String, JweError> {
    let ephemeral = AgreementKey::generate()?;
    let mut header = Map::new();
    header.insert("alg".into(), "ECDH-ES".into());
    header.insert("enc".into(), enc.name().into());
    header.insert("epk".into(), ephemeral.public_jwk()?.to_value());
    if let Some(kid) = extra.kid.or(recipient.kid()) {
        header.insert("kid".into(), kid.into());
    }
    for (name, info) in [("apu", extra.apu), ("apv", extra.apv)] {
        if let Some(info) = info {
            header.insert(name.into(), b64url(info).into());
        }
    }
    let secret = ephemeral.agree(recipient)?;
    let key = derive(&secret, enc, extra.apu.unwrap_or_default(), extra.apv.unwrap_or_default());
    let header = b64url(Value::Object(header).to_string());
    let iv: [u8; 12] = bytes(&SystemRandom);
    let mut content = plaintext.to_vec();
    let tag = enc
        .key(&key)?
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(iv), Aad::from(header.as_bytes()), &mut content)
        .map_err(|_| JweError::Key(KeyError::Engine))?;
    Ok(format!("{header}..{}.{}.{}", b64url(iv), b64url(content), b64url(tag)))
}

/// The protected header, before decrypting: `kid` chooses the key.
pub fn header(compact: &str) -> Result<Map, JweError> {
    let header = compact.split('.').next().unwrap_or_default();
    strict_json::parse_object(&decode(header)?).map_err(|_| JweError::Malformed)
}

/// Decrypts with the recipient's key.
pub fn decrypt(compact: &str, key: &AgreementKey) -> Result<Vec<u8>, JweError> {
    let mut parts = compact.split('.');
    let mut next = || parts.next().ok_or(JweError::Malformed);
    let (protected, wrapped, iv, content, tag) = (next()?, next()?, next()?, next()?, next()?);
    if !wrapped.is_empty() || parts.next().is_some() {
        return Err(JweError::Malformed);
    }
    let header = header(protected)?;
    let text = |name: &str| header.get(name).and_then(Value::as_str);
    if text("alg") != Some("ECDH-ES") || header.contains_key("zip") || header.contains_key("crit") {
        return Err(JweError::Unsupported);
    }
    let enc = text("enc").and_then(Enc::from_name).ok_or(JweError::Unsupported)?;
    let info = |name: &str| match header.get(name) {
        None => Ok(Vec::new()),
        Some(value) => decode(value.as_str().ok_or(JweError::Malformed)?),
    };
    let peer = Jwk::from_value(header.get("epk").ok_or(JweError::Malformed)?)?;
    let secret = key.agree(&peer)?;
    let cek = derive(&secret, enc, &info("apu")?, &info("apv")?);
    let iv: [u8; 12] = decode(iv)?.try_into().map_err(|_| JweError::Malformed)?;
    let mut sealed = decode(content)?;
    let tag = decode(tag)?;
    if tag.len() != TAG {
        return Err(JweError::Malformed);
    }
    sealed.extend_from_slice(&tag);
    let nonce = Nonce::assume_unique_for_key(iv);
    let opened = enc.key(&cek)?.open_in_place(nonce, Aad::from(protected.as_bytes()), &mut sealed).map_err(|_| JweError::Decrypt)?;
    Ok(opened.to_vec())
}

fn decode(part: &str) -> Result<Vec<u8>, JweError> {
    b64url_decode(part).map_err(|_| JweError::Malformed)
}

/// Concat KDF of NIST SP 800-56A with SHA-256 (RFC 7518 section 4.6.2); one round is enough for 256 bits.
fn derive(secret: &[u8], enc: Enc, apu: &[u8], apv: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut hash = Context::new(&SHA256);
    hash.update(&1u32.to_be_bytes());
    hash.update(secret);
    for field in [enc.name().as_bytes(), apu, apv] {
        hash.update(&u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
        hash.update(field);
    }
    let bits = u32::try_from(enc.key_bytes() * 8).unwrap_or_default();
    hash.update(&bits.to_be_bytes());
    Zeroizing::new(hash.finish().as_ref().iter().copied().take(enc.key_bytes()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// RFC 7518 appendix C.
    #[test]
    fn derives_as_the_rfc_does() {
        let alice = AgreementKey::from_scalar(&b64url_decode("0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo").unwrap()).unwrap();
        let bob = json!({"kty":"EC","crv":"P-256","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ","y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck"});
        let secret = alice.agree(&Jwk::from_value(&bob).unwrap()).unwrap();
        assert_eq!(b64url(derive(&secret, Enc::A128Gcm, b"Alice", b"Bob").as_slice()), "VqqN6vgjbSBcIijNcacQGg");
    }

    #[test]
    fn decrypts_the_example_of_openid4vp() {
        let vector: Value = serde_json::from_str(include_str!("../tests/vectors/openid4vp/encrypted-response.json")).unwrap();
        let key = AgreementKey::from_scalar(&b64url_decode(vector["private_jwk"]["d"].as_str().unwrap()).unwrap()).unwrap();
        let opened = decrypt(vector["jwe"].as_str().unwrap(), &key).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&opened).unwrap(), vector["plaintext_json"]);
    }

    #[test]
    fn round_trips_and_refuses_every_change() {
        let key = AgreementKey::from_pkcs8(&AgreementKey::generate().unwrap().to_pkcs8().unwrap()).unwrap();
        let recipient = key.public_jwk().unwrap().with_kid("e1");
        for enc in [Enc::A128Gcm, Enc::A256Gcm] {
            let extra = Extra { apu: Some(b"u"), apv: Some(b"v"), ..Extra::default() };
            let jwe = encrypt(b"{\"a\":1}", &recipient, enc, extra).unwrap();
            assert_eq!(header(&jwe).unwrap()["kid"], "e1");
            assert_eq!(decrypt(&jwe, &key).unwrap(), b"{\"a\":1}");
            assert!(decrypt(&jwe, &AgreementKey::generate().unwrap()).is_err());
            let parts: Vec<&str> = jwe.split('.').collect();
            let with = |change: Value| {
                let mut header = header(&jwe).unwrap();
                header.extend(change.as_object().unwrap().clone());
                format!("{}.{}", b64url(Value::Object(header).to_string()), parts[1..].join("."))
            };
            assert_eq!(decrypt(&with(json!({"apv": b64url("w")})), &key), Err(JweError::Decrypt));
            for change in [json!({"zip": "DEF"}), json!({"alg": "dir"}), json!({"enc": "A128CBC-HS256"}), json!({"crit": []})] {
                assert_eq!(decrypt(&with(change), &key), Err(JweError::Unsupported));
            }
        }
    }
}
