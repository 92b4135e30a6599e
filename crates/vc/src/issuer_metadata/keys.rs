//! A JWK Set (RFC 7517 section 5) of an issuer, and the one key of it that is meant.

use super::MAX_BYTES;
use crate::key::{Jwk, KeyError};
use crate::strict_json;
use serde_json::Value;

/// Most keys that are read.
const MAX_KEYS: usize = 64;

/// Why there is no key; `code()` is what reports carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// Over 256 KiB or 64 keys, not JSON, or not a JWK Set.
    #[error("malformed JWK Set")]
    Malformed,
    /// A private key was published: who reads this can sign, so none of the keys is believed.
    #[error("JWK Set holds a private key")]
    Private,
    /// No key with this `kid`, or none at all.
    #[error("no such key")]
    Unknown,
    /// Several keys have this `kid`, or there are several and the credential names none.
    #[error("more than one key could be meant")]
    Ambiguous,
}

impl KeySetError {
    /// Stable code of the reason.
    pub fn code(self) -> &'static str {
        match self {
            Self::Malformed => "key_set_malformed",
            Self::Private => "key_set_private",
            Self::Unknown => "key_unknown",
            Self::Ambiguous => "key_ambiguous",
        }
    }
}

/// The signature keys of a JWK Set. Keys of a kind that is not understood here, or that encrypt, are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySet(Vec<Jwk>);

impl KeySet {
    /// Reads the bytes of a JWK Set.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeySetError> {
        if bytes.len() > MAX_BYTES {
            return Err(KeySetError::Malformed);
        }
        Self::read(&strict_json::parse(bytes).map_err(|_| KeySetError::Malformed)?)
    }

    /// Reads a JWK Set.
    pub fn read(set: &Value) -> Result<Self, KeySetError> {
        let keys = set.get("keys").and_then(Value::as_array).ok_or(KeySetError::Malformed)?;
        if keys.len() > MAX_KEYS {
            return Err(KeySetError::Malformed);
        }
        let mut out = Vec::with_capacity(keys.len());
        for key in keys {
            match Jwk::from_value(key) {
                Ok(jwk) if jwk.usage().is_none_or(|usage| usage == "sig") => out.push(jwk),
                Ok(_) | Err(KeyError::Unsupported) => {}
                Err(KeyError::Private) => return Err(KeySetError::Private),
                Err(_) => return Err(KeySetError::Malformed),
            }
        }
        Ok(Self(out))
    }

    /// All of its keys.
    pub fn keys(&self) -> &[Jwk] {
        &self.0
    }

    /// The key named `kid`; without a name the only one there is.
    pub fn key(&self, kid: Option<&str>) -> Result<&Jwk, KeySetError> {
        let mut meant = self.0.iter().filter(|jwk| kid.is_none() || jwk.kid() == kid);
        match (meant.next(), meant.next()) {
            (Some(key), None) => Ok(key),
            (None, _) => Err(KeySetError::Unknown),
            _ => Err(KeySetError::Ambiguous),
        }
    }
}
