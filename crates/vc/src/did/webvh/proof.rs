//! Proofs of entries and of witnesses: `eddsa-jcs-2022` (W3C Data Integrity EdDSA 1.0 section 3.3) by a key that is named in full.

use serde_json::Value;

use super::LogError;
use super::entry::moment;
use crate::encoding::sha256;
use crate::key::{Algorithm, Jwk, VerifyingKey};
use crate::{Map, jcs};

/// The most proofs that one entry may have.
pub(super) const MAX_PROOFS: usize = 16;
/// Characters of a signature of 64 bytes in base58btc, with its prefix.
const MAX_VALUE: usize = 90;

/// The Multikey of the key that made a proof: `did:key:X#X`, where both are the same.
pub(super) fn signer(proof: &Map) -> Option<&str> {
    let method = proof.get("verificationMethod").and_then(Value::as_str)?;
    let (key, fragment) = method.strip_prefix("did:key:")?.split_once('#')?;
    (key == fragment).then_some(key)
}

/// Verifies a proof over a document in canonical form, made by the key with this Multikey.
pub(super) fn verify(proof: &Map, key: &str, document: &str, now: i64) -> Result<(), LogError> {
    let refused = LogError::Proof;
    let says = |name: &str, expected: &str| proof.get(name).and_then(Value::as_str) == Some(expected);
    let fits = says("type", "DataIntegrityProof") && says("cryptosuite", "eddsa-jcs-2022") && says("proofPurpose", "assertionMethod");
    // Entries have no context, so their proofs have none.
    if !fits || proof.contains_key("@context") {
        return Err(refused);
    }
    if let Some(expires) = proof.get("expires") {
        let ends = expires.as_str().and_then(|text| moment(text).ok()).ok_or(refused)?;
        if ends <= now {
            return Err(refused);
        }
    }
    let mut options = proof.clone();
    let value = options.remove("proofValue");
    let value = value.as_ref().and_then(Value::as_str).filter(|text| text.len() <= MAX_VALUE).and_then(|text| text.strip_prefix('z'));
    let signature = value.and_then(|text| bs58::decode(text).into_vec().ok()).ok_or(refused)?;
    let options = jcs::canonical(&Value::Object(options)).map_err(|_| refused)?;
    let signed = [sha256(options.as_bytes()), sha256(document.as_bytes())].concat();
    let key = Jwk::from_multikey(key).and_then(|jwk| VerifyingKey::from_jwk(&jwk)).map_err(|_| refused)?;
    key.verify(Algorithm::EdDsa, &signed, &signature).map_err(|_| refused)
}
