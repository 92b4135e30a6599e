//! JWT VC Issuer Metadata (draft-ietf-oauth-sd-jwt-vc section 4): the keys that an issuer publishes under its own address.

mod keys;

pub use keys::{KeySet, KeySetError};

use crate::key::Jwk;
use crate::strict_json;
use serde_json::Value;
use url::Url;

/// Largest document that is read, in bytes; also of a key set behind `jwks_uri`.
pub const MAX_BYTES: usize = 256 * 1024;

const WELL_KNOWN: &str = "/.well-known/jwt-vc-issuer";

/// Why metadata was refused; `code()` is what reports carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IssuerMetadataError {
    /// `iss` is no https URL, or one with user, query or fragment.
    #[error("issuer is not an address that can have metadata")]
    Address,
    /// Over 256 KiB, not JSON, or a member is missing or of the wrong type.
    #[error("malformed issuer metadata")]
    Malformed,
    /// `issuer` is not identical to `iss`.
    #[error("issuer metadata of another issuer")]
    Issuer,
    /// Both `jwks` and `jwks_uri`, or neither.
    #[error("not exactly one of jwks and jwks_uri")]
    KeysOnce,
    /// The keys are published elsewhere and were not handed in.
    #[error("keys are published elsewhere")]
    KeysElsewhere,
    /// The key set, or which of its keys is meant.
    #[error(transparent)]
    Keys(#[from] KeySetError),
}

impl IssuerMetadataError {
    /// Stable code of the reason.
    pub fn code(self) -> &'static str {
        match self {
            Self::Address => "issuer_address",
            Self::Malformed => "issuer_metadata_malformed",
            Self::Issuer => "issuer_mismatch",
            Self::KeysOnce => "issuer_metadata_keys",
            Self::KeysElsewhere => "issuer_keys_missing",
            Self::Keys(error) => error.code(),
        }
    }
}

/// Where the metadata of `iss` stands: `/.well-known/jwt-vc-issuer` between host and path, a trailing slash removed.
/// `allow_localhost` also takes `http://localhost…`, for the demo.
pub fn address(iss: &str, allow_localhost: bool) -> Result<Url, IssuerMetadataError> {
    let mut url = https(iss, allow_localhost).ok_or(IssuerMetadataError::Address)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(IssuerMetadataError::Address);
    }
    let path = format!("{WELL_KNOWN}{}", url.path().strip_suffix('/').unwrap_or(url.path()));
    url.set_path(&path);
    Ok(url)
}

/// An https URL without user, or http on localhost where that is allowed.
pub(crate) fn https(text: &str, allow_localhost: bool) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let local = allow_localhost && url.scheme() == "http" && matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
    let safe = (url.scheme() == "https" || local) && url.host_str().is_some() && url.username().is_empty() && url.password().is_none();
    safe.then_some(url)
}

/// An issuer's metadata, found to be of that issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerMetadata {
    issuer: String,
    keys: Keys,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Keys {
    Here(KeySet),
    At(Url),
}

/// Reads the metadata that was fetched from [`address`] of `iss`.
pub fn parse(bytes: &[u8], iss: &str, allow_localhost: bool) -> Result<IssuerMetadata, IssuerMetadataError> {
    if bytes.len() > MAX_BYTES {
        return Err(IssuerMetadataError::Malformed);
    }
    let document = strict_json::parse_object(bytes).map_err(|_| IssuerMetadataError::Malformed)?;
    match document.get("issuer") {
        Some(Value::String(issuer)) if issuer == iss => {}
        Some(Value::String(_)) => return Err(IssuerMetadataError::Issuer),
        _ => return Err(IssuerMetadataError::Malformed),
    }
    let keys = match (document.get("jwks"), document.get("jwks_uri")) {
        (Some(jwks), None) => Keys::Here(KeySet::read(jwks)?),
        (None, Some(uri)) => {
            let url = uri.as_str().and_then(|uri| https(uri, allow_localhost));
            Keys::At(url.ok_or(IssuerMetadataError::Malformed)?)
        }
        _ => return Err(IssuerMetadataError::KeysOnce),
    };
    Ok(IssuerMetadata { issuer: iss.to_owned(), keys })
}

impl IssuerMetadata {
    /// The issuer, identical to `iss`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What has to be fetched before there are keys: `jwks_uri`.
    pub fn needs(&self) -> Option<&Url> {
        match &self.keys {
            Keys::Here(_) => None,
            Keys::At(url) => Some(url),
        }
    }

    /// With the key set that was fetched from [`IssuerMetadata::needs`].
    pub fn with_key_set(mut self, bytes: &[u8]) -> Result<Self, IssuerMetadataError> {
        self.keys = Keys::Here(KeySet::parse(bytes)?);
        Ok(self)
    }

    /// The key named `kid`; without a name the only one there is.
    pub fn key(&self, kid: Option<&str>) -> Result<&Jwk, IssuerMetadataError> {
        match &self.keys {
            Keys::Here(keys) => Ok(keys.key(kid)?),
            Keys::At(_) => Err(IssuerMetadataError::KeysElsewhere),
        }
    }
}

#[cfg(test)]
mod tests;
