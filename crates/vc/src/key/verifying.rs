//! Public keys ready to verify with.

use super::{Algorithm, Jwk, KeyError, PublicKey};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};

/// A public key that was checked (point on the curve) and verifies one algorithm only.
pub struct VerifyingKey(Kind);

enum Kind {
    Parsed(Algorithm, ParsedPublicKey),
    Rsa { n: Vec<u8>, e: Vec<u8> },
}

impl VerifyingKey {
    /// The key of a JWK.
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        let parsed = match jwk.key() {
            PublicKey::P256 { .. } => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, jwk.p256_point()?),
            PublicKey::Ed25519(raw) => ParsedPublicKey::new(&ED25519, raw),
            PublicKey::Rsa { n, e } => return Ok(Self(Kind::Rsa { n: n.clone(), e: e.clone() })),
        };
        Ok(Self(Kind::Parsed(jwk.algorithm(), parsed.map_err(|_| KeyError::Malformed)?)))
    }

    /// The key in DER SubjectPublicKeyInfo; P-256 and Ed25519 only.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        Self::from_jwk(&Jwk::from_spki(der)?)
    }

    /// The one algorithm that this key verifies.
    pub fn algorithm(&self) -> Algorithm {
        match &self.0 {
            Kind::Parsed(algorithm, _) => *algorithm,
            Kind::Rsa { .. } => Algorithm::Rs256,
        }
    }

    /// Verifies `signature` over `message`; an algorithm that is not the key's is refused before any computing.
    pub fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        if algorithm != self.algorithm() {
            return Err(KeyError::Algorithm);
        }
        let outcome = match &self.0 {
            Kind::Parsed(_, key) => key.verify_sig(message, signature),
            Kind::Rsa { n, e } => RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature),
        };
        outcome.map_err(|_| KeyError::Signature)
    }
}
