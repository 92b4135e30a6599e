//! Where a credential says that its status stands: claim `status` of JWTs, member `credentialStatus` of W3C credentials.

use super::StatusListError;
use super::bitstring::{MAX_SIZE, Purpose};
use serde_json::{Value, json};
use url::Url;

/// Most entries of one credential.
const MOST: usize = 16;

/// One place at which a credential's status stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StatusEntry {
    /// Token Status List: `status.status_list` (draft-ietf-oauth-status-list section 6.2).
    TokenStatusList {
        /// Address of the list.
        uri: String,
        /// Place in it.
        index: u64,
    },
    /// `BitstringStatusListEntry`, and `StatusList2021Entry` from before it had that name.
    Bitstring {
        /// Address of the list credential.
        uri: String,
        /// Place in it.
        index: u64,
        /// What a value other than zero says.
        purpose: Purpose,
        /// Bits of an entry.
        size: u8,
    },
    /// `1EdTechRevocationList`: the list names credentials by `id`.
    OneEdTech {
        /// Address of the list.
        uri: String,
    },
    /// A mechanism, or a purpose, that is not known here: the status is then not known.
    Unsupported,
}

impl StatusEntry {
    /// Reads claim `status`. An error means that the credential itself is malformed (row S4).
    pub fn of_status(claim: &Value) -> Result<Vec<Self>, StatusListError> {
        let Some(list) = claim.as_object().ok_or(StatusListError::Entry)?.get("status_list") else {
            return Ok(vec![Self::Unsupported]);
        };
        let index = list.get("idx").and_then(Value::as_u64).ok_or(StatusListError::Entry)?;
        Ok(vec![Self::TokenStatusList { uri: address(list.get("uri"))?, index }])
    }

    /// Reads member `credentialStatus`: one entry or several. An error means that the credential itself is malformed.
    pub fn of_credential_status(member: &Value) -> Result<Vec<Self>, StatusListError> {
        match member {
            Value::Array(entries) if entries.len() <= MOST => entries.iter().map(Self::of_entry).collect(),
            Value::Array(_) => Err(StatusListError::Entry),
            entry => Ok(vec![Self::of_entry(entry)?]),
        }
    }

    /// Every place that a credential names, from either member.
    pub fn of_credential(credential: &crate::Map) -> Result<Vec<Self>, StatusListError> {
        let mut entries = credential.get("status").map_or(Ok(Vec::new()), Self::of_status)?;
        if let Some(member) = credential.get("credentialStatus") {
            entries.extend(Self::of_credential_status(member)?);
        }
        Ok(entries)
    }

    fn of_entry(entry: &Value) -> Result<Self, StatusListError> {
        let types = entry.get("type").ok_or(StatusListError::Entry)?;
        let is = |name: &str| types.as_str() == Some(name) || types.as_array().is_some_and(|all| all.iter().any(|one| one == name));
        if is("1EdTechRevocationList") {
            return Ok(Self::OneEdTech { uri: address(entry.get("id"))? });
        }
        if !is("BitstringStatusListEntry") && !is("StatusList2021Entry") {
            return Ok(Self::Unsupported);
        }
        let purpose = entry.get("statusPurpose").and_then(Value::as_str).ok_or(StatusListError::Entry)?;
        let uri = address(entry.get("statusListCredential"))?;
        let index = index(entry.get("statusListIndex"))?;
        let size = size(entry.get("statusSize"))?;
        Ok(Purpose::parse(purpose).map_or(Self::Unsupported, |purpose| Self::Bitstring { uri, index, purpose, size }))
    }

    /// The address of the list; none when the mechanism is not known.
    pub fn uri(&self) -> Option<&str> {
        match self {
            Self::TokenStatusList { uri, .. } | Self::Bitstring { uri, .. } | Self::OneEdTech { uri } => Some(uri),
            Self::Unsupported => None,
        }
    }

    /// As it stands in a credential of ours: the value of claim `status`, or one entry of `credentialStatus`. `null` when there is
    /// nothing to write.
    pub fn to_value(&self) -> Value {
        match self {
            Self::TokenStatusList { uri, index } => json!({"status_list": {"idx": index, "uri": uri}}),
            Self::Bitstring { uri, index, purpose, size } => {
                let mut entry = json!({
                    "id": format!("{uri}#{index}"),
                    "type": "BitstringStatusListEntry",
                    "statusPurpose": purpose.as_str(),
                    "statusListIndex": index.to_string(),
                    "statusListCredential": uri,
                });
                if let (Some(map), 2..) = (entry.as_object_mut(), *size) {
                    map.insert("statusSize".into(), (*size).into());
                }
                entry
            }
            Self::OneEdTech { uri } => json!({"id": uri, "type": "1EdTechRevocationList"}),
            Self::Unsupported => Value::Null,
        }
    }
}

/// An address that may be fetched, exactly as written.
fn address(value: Option<&Value>) -> Result<String, StatusListError> {
    let text = value.and_then(Value::as_str).ok_or(StatusListError::Entry)?;
    let url = Url::parse(text).map_err(|_| StatusListError::Entry)?;
    if matches!(url.scheme(), "https" | "http") { Ok(text.to_owned()) } else { Err(StatusListError::Entry) }
}

/// `statusListIndex` is a text of digits. 1EdTech's own sample has a number, which is read too.
fn index(value: Option<&Value>) -> Result<u64, StatusListError> {
    let read = match value {
        Some(Value::String(text)) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        Some(Value::Number(number)) => number.as_u64(),
        _ => None,
    };
    read.ok_or(StatusListError::Entry)
}

fn size(value: Option<&Value>) -> Result<u8, StatusListError> {
    let Some(value) = value else { return Ok(1) };
    value.as_u64().and_then(|size| u8::try_from(size).ok()).filter(|size| (1..=MAX_SIZE).contains(size)).ok_or(StatusListError::Entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    const URI: &str = "https://issuer.example/status/1";

    fn bitstring(change: impl FnOnce(&mut Value)) -> Result<Vec<StatusEntry>, StatusListError> {
        let mut entry = json!({"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "94567",
            "statusListCredential": URI});
        change(&mut entry);
        StatusEntry::of_credential_status(&entry)
    }

    #[test]
    fn what_is_written_is_read() {
        let (uri, index) = (URI.to_owned(), 94_567);
        let token = StatusEntry::TokenStatusList { uri: uri.clone(), index };
        assert_eq!(StatusEntry::of_status(&token.to_value()).unwrap(), [token]);
        for (purpose, size) in [(Purpose::Revocation, 1), (Purpose::Suspension, 1), (Purpose::Message, 2)] {
            let entry = StatusEntry::Bitstring { uri: uri.clone(), index, purpose, size };
            assert_eq!(StatusEntry::of_credential_status(&entry.to_value()).unwrap(), [entry]);
        }
        let listed = StatusEntry::OneEdTech { uri };
        assert_eq!(StatusEntry::of_credential_status(&json!([listed.to_value()])).unwrap(), [listed]);
    }

    #[test]
    fn what_others_write_is_read() {
        assert_eq!(bitstring(|e| e["statusListIndex"] = json!(23)).unwrap()[0].to_value()["statusListIndex"], "23");
        assert!(bitstring(|e| e["type"] = json!(["Other", "StatusList2021Entry"])).unwrap()[0].uri() == Some(URI));
        for unknown in [bitstring(|e| e["statusPurpose"] = json!("mood")), bitstring(|e| e["type"] = json!("Other"))] {
            assert_eq!(unknown.unwrap(), [StatusEntry::Unsupported]);
        }
        assert_eq!(StatusEntry::of_status(&json!({"other": {}})).unwrap(), [StatusEntry::Unsupported]);
    }

    #[test]
    fn what_is_malformed_is_refused() {
        for (member, value) in [
            ("statusListIndex", json!("-1")),
            ("statusListIndex", json!("+1")),
            ("statusListIndex", json!("")),
            ("statusListIndex", json!("1.0")),
            ("statusListIndex", json!(-1)),
            ("statusListIndex", json!("18446744073709551616")),
            ("statusListIndex", Value::Null),
            ("statusListCredential", json!("urn:x:1")),
            ("statusListCredential", json!("x")),
            ("statusPurpose", json!(["revocation"])),
            ("statusSize", json!(0)),
            ("statusSize", json!(33)),
            ("statusSize", json!("1")),
            ("type", Value::Null),
        ] {
            let read = bitstring(|entry| {
                if value.is_null() {
                    entry.as_object_mut().unwrap().remove(member);
                } else {
                    entry[member] = value.clone();
                }
            });
            assert_eq!(read, Err(StatusListError::Entry), "{member} {value}");
        }
        for idx in [json!("5"), json!(-1), json!(1.5), Value::Null] {
            assert_eq!(StatusEntry::of_status(&json!({"status_list": {"idx": idx, "uri": URI}})), Err(StatusListError::Entry));
        }
        assert_eq!(StatusEntry::of_status(&json!("x")), Err(StatusListError::Entry));
        let many = Value::Array(vec![json!({"type": "Other"}); 17]);
        assert_eq!(StatusEntry::of_credential_status(&many), Err(StatusListError::Entry));
    }
}
