//! Public keys ready to verify with.

use super::{Algorithm, Jwk, KeyError, PublicKey};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};

/// A public key that was checked (point on the curve) and verifies one algorithm only.
pub struct VerifyingKey(Kind);

enum Kind {
    Parsed(Algorithm, ParsedPublicKey),
    Ed25519(Box<ed25519_dalek::VerifyingKey>),
    Rsa { n: Vec<u8>, e: Vec<u8> },
}

impl VerifyingKey {
    /// The key of a JWK.
    ///
    /// # Errors
    /// [`KeyError::Algorithm`] where its `use` or `alg` (RFC 7517 sections 4.2 and 4.4) says that it is for something else.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        if jwk.usage() == Some("enc") || jwk.alg().is_some_and(|alg| Algorithm::from_name(alg) != Some(jwk.algorithm())) {
            return Err(KeyError::Algorithm);
        }
        let parsed = match jwk.key() {
            PublicKey::P256 { .. } => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, jwk.point()?),
            PublicKey::P384 { .. } => ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, jwk.point()?),
            PublicKey::Ed25519(raw) => {
                let key = ed25519_dalek::VerifyingKey::from_bytes(raw).map_err(|_| KeyError::Malformed)?;
                return if key.is_weak() { Err(KeyError::Malformed) } else { Ok(Self(Kind::Ed25519(Box::new(key)))) };
            }
            PublicKey::Rsa { n, e } => return Ok(Self(Kind::Rsa { n: n.clone(), e: e.clone() })),
        };
        Ok(Self(Kind::Parsed(jwk.algorithm(), parsed.map_err(|_| KeyError::Malformed)?)))
    }

    /// The key in DER SubjectPublicKeyInfo; P-256, P-384 and Ed25519 only.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        Self::from_jwk(&Jwk::from_spki(der)?)
    }

    /// The one algorithm that this key verifies.
    pub fn algorithm(&self) -> Algorithm {
        match &self.0 {
            Kind::Parsed(algorithm, _) => *algorithm,
            Kind::Ed25519(_) => Algorithm::EdDsa,
            Kind::Rsa { .. } => Algorithm::Rs256,
        }
    }

    /// Verifies `signature` over `message`; an algorithm that is not the key's is refused before any computing.
    pub fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        if algorithm != self.algorithm() {
            return Err(KeyError::Algorithm);
        }
        match &self.0 {
            Kind::Parsed(_, key) => key.verify_sig(message, signature).map_err(|_| KeyError::Signature),
            Kind::Ed25519(key) => {
                let signature = ed25519_dalek::Signature::from_slice(signature).map_err(|_| KeyError::Signature)?;
                key.verify_strict(message, &signature).map_err(|_| KeyError::Signature)
            }
            Kind::Rsa { n, e } => {
                let key = RsaPublicKeyComponents { n, e };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).map_err(|_| KeyError::Signature)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::engine;
    use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

    #[test]
    fn p384_verifies() {
        let pair = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
        let jwk = Jwk::from_point(pair.public_key().as_ref()).unwrap();
        let key = VerifyingKey::from_jwk(&jwk).unwrap();
        let signature = pair.sign(&engine(), b"message").unwrap();
        assert_eq!(key.verify(Algorithm::Es384, b"message", signature.as_ref()), Ok(()));
        assert_eq!(key.verify(Algorithm::Es384, b"massage", signature.as_ref()), Err(KeyError::Signature));
        assert_eq!(key.verify(Algorithm::Es256, b"message", signature.as_ref()), Err(KeyError::Algorithm));
        assert_eq!(Jwk::from_value(&jwk.to_value()).unwrap(), jwk);
        assert_eq!(Jwk::from_spki(&jwk.to_spki().unwrap()).unwrap(), jwk);
        assert_eq!(VerifyingKey::from_spki(&jwk.to_spki().unwrap()).unwrap().algorithm(), Algorithm::Es384);
    }

    /// One algorithm for each key: a key for RSA-PSS or for encryption verifies nothing else.
    #[test]
    fn a_key_verifies_what_it_says_it_is_for() {
        for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
            let jwk = crate::key::SigningKey::generate(algorithm).unwrap().public_jwk().unwrap();
            let of = |jwk: Jwk| VerifyingKey::from_jwk(&jwk).map(|key| key.algorithm());
            assert_eq!(of(jwk.clone().with_alg(algorithm.name()).with_use("sig")), Ok(algorithm));
            for other in ["ES256K", "ES384", "PS256", "ECDH-ES", "none", ""] {
                assert_eq!(of(jwk.clone().with_alg(other)), Err(KeyError::Algorithm), "{other}");
            }
            assert_eq!(of(jwk.with_use("enc")), Err(KeyError::Algorithm));
        }
    }

    #[test]
    fn weak_ed25519_keys_are_refused() {
        // The neutral element and a point of order 8: a signature of zeros verifies under them without `verify_strict`.
        let neutral = std::array::from_fn(|at| u8::from(at == 0));
        let eighth: [u8; 32] = crate::encoding::b64url_decode("JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU").unwrap().try_into().unwrap();
        for raw in [neutral, eighth] {
            assert!(matches!(VerifyingKey::from_jwk(&Jwk::new(PublicKey::Ed25519(raw))), Err(KeyError::Malformed)));
        }
    }
}
