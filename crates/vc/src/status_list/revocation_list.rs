//! `1EdTechRevocationList`: a JSON document that names revoked credentials by `id` (1EdTech Revocation List Status Method 1.0).
//!
//! It is not signed: what it says rests on the connection to the address that the signed credential names.

use super::{Standing, StatusListError};
use crate::strict_json;
use serde_json::Value;
use std::collections::HashSet;

/// Most bytes that are read: it is not compressed, and every entry costs memory.
const MAX_BYTES: usize = 1 << 20;
/// How long a copy is used without asking again, in seconds: it names no time of its own.
const TTL: i64 = 300;

/// A revocation list, fetched from the address that a credential names.
#[derive(Clone)]
pub struct RevocationList {
    /// Address of the list, equal to its `id`.
    pub uri: String,
    /// `issuer`.
    pub issuer: String,
    revoked: HashSet<String>,
}

impl RevocationList {
    /// Reads the document that was served at `uri`.
    pub fn read(bytes: &[u8], uri: &str) -> Result<Self, StatusListError> {
        if bytes.len() > MAX_BYTES {
            return Err(StatusListError::Limit);
        }
        let document = strict_json::parse_object(bytes).map_err(|_| StatusListError::Malformed)?;
        let listed = document.get("revokedCredentials").and_then(Value::as_array).ok_or(StatusListError::Malformed)?;
        if document.get("id").and_then(Value::as_str) != Some(uri) {
            return Err(StatusListError::Subject);
        }
        let issuer = super::list_credential::issuer(&document).ok_or(StatusListError::Malformed)?.to_owned();
        let mut revoked = HashSet::new();
        for entry in listed {
            let id = entry.get("id").and_then(Value::as_str).ok_or(StatusListError::Malformed)?;
            if is_revoked(entry.get("revoked")) {
                revoked.insert(id.to_owned());
            }
        }
        Ok(Self { uri: uri.to_owned(), issuer, revoked })
    }

    /// Until when a copy fetched at `fetched` is used without asking again.
    pub fn fresh_until(&self, fetched: i64) -> i64 {
        fetched.saturating_add(TTL)
    }

    /// How the credential with this `id` stands.
    pub fn standing(&self, credential_id: &str) -> Standing {
        if self.revoked.contains(credential_id) { Standing::Revoked } else { Standing::Valid }
    }
}

/// Left out means revoked. Only a plain "no" is none: some write it as text.
fn is_revoked(member: Option<&Value>) -> bool {
    !matches!(member, Some(Value::Bool(false))) && member.and_then(Value::as_str) != Some("false")
}

/// Whether bytes look like such a list, by their members.
pub(super) fn looks_like_one(document: &crate::Map) -> bool {
    document.contains_key("revokedCredentials")
}
