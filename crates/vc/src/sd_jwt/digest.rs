//! The hash algorithms of `_sd_alg` (RFC 9901 section 4.1.1).

use super::SdJwtError;
use crate::Map;
use crate::encoding::b64url;
use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
use serde_json::Value;

/// What digests of disclosures, decoys and `sd_hash` are made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HashAlgorithm {
    /// `sha-256`, also without `_sd_alg`. What we issue with.
    #[default]
    Sha256,
    /// `sha-384`.
    Sha384,
    /// `sha-512`.
    Sha512,
}

impl HashAlgorithm {
    /// Its "Hash Name String" in the IANA registry, case-sensitive.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Sha384 => "sha-384",
            Self::Sha512 => "sha-512",
        }
    }

    /// The algorithm with this name; truncated, broken and unknown ones are refused.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Sha256, Self::Sha384, Self::Sha512].into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// What an issuer's payload asks for.
    pub(super) fn of(payload: &Map) -> Result<Self, SdJwtError> {
        match payload.get("_sd_alg") {
            None => Ok(Self::default()),
            Some(Value::String(name)) => Self::from_name(name).ok_or(SdJwtError::Algorithm),
            Some(_) => Err(SdJwtError::Algorithm),
        }
    }

    /// The digest of `bytes`, base64url.
    pub fn digest(self, bytes: &[u8]) -> String {
        let algorithm = match self {
            Self::Sha256 => &SHA256,
            Self::Sha384 => &SHA384,
            Self::Sha512 => &SHA512,
        };
        b64url(digest(algorithm, bytes))
    }
}
