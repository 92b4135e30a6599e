//! `did:jwk` and `did:key`: the key is in the name.

use super::DidError;
use crate::encoding::{b64url, b64url_decode};
use crate::key::{Jwk, KeyError};
use crate::strict_json;
use serde_json::Value;

/// Multicodec prefix of a JWK in canonical JSON (`jwk_jcs-pub`, 0xeb51), and how names with it begin.
const JWK_JCS: [u8; 3] = [0xd1, 0xd6, 0x03];
const JWK_NAMES: &str = "z2d";
/// Names with a JWK are at most this long: those of P-256 have about 180 characters, and base58 of long texts is slow.
const MAX_JWK_NAME: usize = 512;

/// The key of a `did:jwk` or `did:key`, with or without the fragment of its one verification method.
pub fn key_of_url(did_url: &str) -> Result<Jwk, DidError> {
    let (did, fragment) = did_url.split_once('#').map_or((did_url, None), |(did, f)| (did, Some(f)));
    if let Some(encoded) = did.strip_prefix("did:jwk:") {
        if fragment.is_some_and(|f| f != "0") {
            return Err(DidError::Malformed);
        }
        let raw = b64url_decode(encoded).map_err(|_| DidError::Malformed)?;
        let value = strict_json::parse(&raw).map_err(|_| DidError::Malformed)?;
        let jwk = Jwk::from_value(&value).map_err(of_key)?;
        // `use` decides the relationships: a key for encryption signs nothing.
        return if jwk.usage() == Some("enc") { Err(DidError::Key) } else { Ok(jwk) };
    }
    let name = did.strip_prefix("did:key:").ok_or(DidError::Method)?;
    if fragment.is_some_and(|f| f != name) {
        return Err(DidError::Malformed);
    }
    named(name)
}

/// The `did:jwk` of a key: key material only, so that equal keys have equal names.
pub fn jwk_did(jwk: &Jwk) -> String {
    let bare = Value::Object(Jwk::new(jwk.key().clone()).to_map());
    format!("did:jwk:{}", b64url(bare.to_string()))
}

/// The `did:key` of a P-256, P-384 or Ed25519 key.
pub fn key_did(jwk: &Jwk) -> Result<String, DidError> {
    Ok(format!("did:key:{}", multikey(jwk)?))
}

/// The `publicKeyMultibase` of a P-256, P-384 or Ed25519 key.
pub fn multikey(jwk: &Jwk) -> Result<String, DidError> {
    jwk.to_multikey().map_err(of_key)
}

/// The key in the name of a `did:key`: a Multikey, or a JWK as wallets of the European blockchain infrastructure write it.
fn named(name: &str) -> Result<Jwk, DidError> {
    match Jwk::from_multikey(name) {
        Err(KeyError::Unsupported | KeyError::Malformed) if name.starts_with(JWK_NAMES) => jwk_named(name),
        key => key.map_err(of_key),
    }
}

/// The key of a name with codec `jwk_jcs-pub`: canonical JSON, so that a key has one name.
fn jwk_named(name: &str) -> Result<Jwk, DidError> {
    let encoded = name.strip_prefix('z').filter(|text| text.len() <= MAX_JWK_NAME).ok_or(DidError::Malformed)?;
    let raw = bs58::decode(encoded).into_vec().map_err(|_| DidError::Malformed)?;
    let json = raw.strip_prefix(&JWK_JCS).ok_or(DidError::Malformed)?;
    let value = strict_json::parse(json).map_err(|_| DidError::Malformed)?;
    // Members of a public JWK are plain ASCII texts, whose canonical form is what is written here: sorted, without spaces.
    if value.to_string().as_bytes() != json {
        return Err(DidError::Malformed);
    }
    Jwk::from_value(&value).map_err(of_key)
}

fn of_key(error: KeyError) -> DidError {
    match error {
        KeyError::Unsupported => DidError::Key,
        _ => DidError::Malformed,
    }
}
