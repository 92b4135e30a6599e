//! `did:jwk`: the name is the key as JWK.

use serde_json::Value;

use super::DidError;
use crate::encoding::{b64url, b64url_decode};
use crate::key::Jwk;
use crate::strict_json;

/// The key of the part after `did:jwk:`; its bytes are read as they are and never written again.
pub(super) fn read(encoded: &str) -> Result<Jwk, DidError> {
    let raw = b64url_decode(encoded).map_err(|_| DidError::Malformed)?;
    let value = strict_json::parse(&raw).map_err(|_| DidError::Malformed)?;
    Ok(Jwk::from_value(&value)?)
}

/// The `did:jwk` of a key: key material only, so that equal keys have equal names.
pub fn jwk_did(jwk: &Jwk) -> String {
    let bare = Value::Object(Jwk::new(jwk.key().clone()).to_map());
    format!("did:jwk:{}", b64url(bare.to_string()))
}
