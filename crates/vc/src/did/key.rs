//! `did:key`: the name is the key as Multikey, or as a JWK in canonical JSON, which some European wallets write.

use super::DidError;
use crate::key::{Jwk, KeyError};
use crate::strict_json;

/// Multicodec prefix of a JWK in canonical JSON (`jwk_jcs-pub`, 0xeb51), and how names with it begin.
const JWK_JCS: [u8; 3] = [0xd1, 0xd6, 0x03];
const JWK_NAMES: &str = "z2d";
/// Names with a JWK are at most this long: those of P-256 have about 180 characters, and base58 of long texts is slow.
const MAX_JWK_NAME: usize = 512;

/// The key of the part after `did:key:`.
pub(super) fn read(name: &str) -> Result<Jwk, DidError> {
    match Jwk::from_multikey(name) {
        Err(KeyError::Unsupported | KeyError::Malformed) if name.starts_with(JWK_NAMES) => jwk_named(name),
        key => Ok(key?),
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
    Ok(Jwk::from_value(&value)?)
}

/// The `did:key` of a P-256, P-384 or Ed25519 key.
pub fn key_did(jwk: &Jwk) -> Result<String, DidError> {
    Ok(format!("did:key:{}", multikey(jwk)?))
}

/// The `publicKeyMultibase` of a P-256, P-384 or Ed25519 key.
pub fn multikey(jwk: &Jwk) -> Result<String, DidError> {
    Ok(jwk.to_multikey()?)
}
