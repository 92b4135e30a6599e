//! `did:jwk` and `did:key`: the key is in the name.

use super::{DidError, point};
use crate::encoding::{b64url, b64url_decode};
use crate::key::{Jwk, KeyError, PublicKey};
use crate::strict_json;
use serde_json::Value;

/// Multicodec prefixes of Ed25519 and P-256 public keys.
const ED25519: [u8; 2] = [0xed, 0x01];
const P256: [u8; 2] = [0x80, 0x24];

/// The key of a `did:jwk` or `did:key`, with or without the fragment of its one verification method.
pub fn key_of_url(did_url: &str) -> Result<Jwk, DidError> {
    let (did, fragment) = did_url.split_once('#').map_or((did_url, None), |(did, f)| (did, Some(f)));
    if let Some(encoded) = did.strip_prefix("did:jwk:") {
        if fragment.is_some_and(|f| f != "0") {
            return Err(DidError::Malformed);
        }
        let raw = b64url_decode(encoded).map_err(|_| DidError::Malformed)?;
        let value = strict_json::parse(&raw).map_err(|_| DidError::Malformed)?;
        return Jwk::from_value(&value).map_err(of_key);
    }
    let name = did.strip_prefix("did:key:").ok_or(DidError::Method)?;
    if fragment.is_some_and(|f| f != name) {
        return Err(DidError::Malformed);
    }
    parse_multikey(name)
}

/// The `did:jwk` of a key: key material only, so that equal keys have equal names.
pub fn jwk_did(jwk: &Jwk) -> String {
    let bare = Value::Object(Jwk::new(jwk.key().clone()).to_map());
    format!("did:jwk:{}", b64url(bare.to_string()))
}

/// The `did:key` of a P-256 or Ed25519 key.
pub fn key_did(jwk: &Jwk) -> Result<String, DidError> {
    Ok(format!("did:key:{}", multikey(jwk)?))
}

/// The `publicKeyMultibase` of a P-256 or Ed25519 key.
pub fn multikey(jwk: &Jwk) -> Result<String, DidError> {
    let raw = match jwk.key() {
        PublicKey::Ed25519(x) => [ED25519.as_slice(), x].concat(),
        PublicKey::P256 { x, y } => [P256.as_slice(), &point::compress(x, y)].concat(),
        PublicKey::Rsa { .. } => return Err(DidError::Key),
    };
    Ok(format!("z{}", bs58::encode(raw).into_string()))
}

/// The key of a `publicKeyMultibase`.
pub(super) fn parse_multikey(text: &str) -> Result<Jwk, DidError> {
    // An Ed25519 or P-256 name has under 60 characters; base58 of long texts is slow.
    let encoded = text.strip_prefix('z').filter(|t| t.len() <= 128).ok_or(DidError::Malformed)?;
    let raw = bs58::decode(encoded).into_vec().map_err(|_| DidError::Malformed)?;
    if let Some(key) = raw.strip_prefix(&ED25519) {
        return Ok(Jwk::new(PublicKey::Ed25519(key.try_into().map_err(|_| DidError::Malformed)?)));
    }
    let key = raw.strip_prefix(&P256).ok_or(DidError::Key)?;
    let (x, y) = point::decompress(key).ok_or(DidError::Malformed)?;
    Ok(Jwk::new(PublicKey::P256 { x, y }))
}

fn of_key(error: KeyError) -> DidError {
    match error {
        KeyError::Unsupported => DidError::Key,
        _ => DidError::Malformed,
    }
}
