//! Keys: public JWKs and Multikeys, private signing keys, verifying keys and ECDH keys, on one crypto engine.

mod agreement;
mod jwk;
mod multikey;
mod signing;
mod verifying;

pub use agreement::AgreementKey;
pub use jwk::{Jwk, PublicKey};
pub use signing::SigningKey;
pub use verifying::VerifyingKey;

use serde::{Deserialize, Serialize};

/// A JWS signature algorithm (RFC 7518 section 3.1, RFC 9864 keeps the old name `EdDSA`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256; signatures are `r || s`, 64 bytes.
    #[serde(rename = "ES256")]
    Es256,
    /// ECDSA on P-384 with SHA-384; signatures are `r || s`, 96 bytes. Verified only.
    #[serde(rename = "ES384")]
    Es384,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256, 2048 to 8192 bits. Verified only (ID tokens).
    #[serde(rename = "RS256")]
    Rs256,
}

impl Algorithm {
    /// The `alg` value.
    pub fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
        }
    }

    /// The algorithm with this `alg` value; `none`, HMACs and everything else are unknown here.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "ES256" => Some(Self::Es256),
            "ES384" => Some(Self::Es384),
            "EdDSA" | "Ed25519" => Some(Self::EdDsa),
            "RS256" => Some(Self::Rs256),
            _ => None,
        }
    }
}

/// Why a key or a signature was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The JWK carries a private member.
    #[error("key holds private parts")]
    Private,
    /// A key type or curve that is not supported.
    #[error("unsupported key type")]
    Unsupported,
    /// A member is missing, of the wrong length or not on the curve.
    #[error("malformed key")]
    Malformed,
    /// The engine could not make a key or a signature.
    #[error("crypto engine failed")]
    Engine,
    /// The algorithm does not fit the key.
    #[error("algorithm does not fit the key")]
    Algorithm,
    /// The signature does not verify.
    #[error("signature does not verify")]
    Signature,
}
