//! Private signing keys, P-256 and Ed25519.

use super::{Algorithm, Jwk, KeyError, PublicKey};
use crate::random::engine;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use std::sync::Arc;
use zeroize::Zeroizing;

/// A private key that signs: ES256 or EdDSA. Cheap to clone; never printed.
#[derive(Clone)]
pub struct SigningKey(Arc<Kind>);

enum Kind {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey {
    /// A fresh P-256 or Ed25519 key; others are not made here. The engine draws its own randomness.
    pub fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        let kind = match algorithm {
            Algorithm::Es256 => Kind::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| KeyError::Engine)?),
            Algorithm::EdDsa => Kind::Ed25519(Ed25519KeyPair::generate().map_err(|_| KeyError::Engine)?),
            Algorithm::Es384 | Algorithm::Rs256 => return Err(KeyError::Unsupported),
        };
        Ok(Self(Arc::new(kind)))
    }

    /// A key from PKCS#8, recognised by content.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyError> {
        if let Ok(pair) = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der) {
            return Ok(Self(Arc::new(Kind::P256(pair))));
        }
        let pair = Ed25519KeyPair::from_pkcs8(der).map_err(|_| KeyError::Malformed)?;
        Ok(Self(Arc::new(Kind::Ed25519(pair))))
    }

    /// The key as PKCS#8, for sealing.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let document = match &*self.0 {
            Kind::P256(pair) => pair.to_pkcs8v1(),
            Kind::Ed25519(pair) => pair.to_pkcs8(),
        };
        Ok(Zeroizing::new(document.map_err(|_| KeyError::Engine)?.as_ref().to_vec()))
    }

    /// What this key signs with.
    pub fn algorithm(&self) -> Algorithm {
        match &*self.0 {
            Kind::P256(_) => Algorithm::Es256,
            Kind::Ed25519(_) => Algorithm::EdDsa,
        }
    }

    /// The public half.
    pub fn public_jwk(&self) -> Result<Jwk, KeyError> {
        match &*self.0 {
            Kind::P256(pair) => Jwk::from_p256_point(pair.public_key().as_ref().strip_prefix(&[4]).ok_or(KeyError::Engine)?),
            Kind::Ed25519(pair) => {
                let raw = pair.public_key().as_ref().try_into().map_err(|_| KeyError::Engine)?;
                Ok(Jwk::new(PublicKey::Ed25519(raw)))
            }
        }
    }

    /// Signs `message`: 64 bytes, for ES256 `r || s`.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let signature = match &*self.0 {
            Kind::P256(pair) => pair.sign(&engine(), message),
            Kind::Ed25519(pair) => pair.try_sign(message),
        };
        Ok(signature.map_err(|_| KeyError::Engine)?.as_ref().to_vec())
    }
}
