//! Identity objects: a learner's identifier, plain or hashed, compared with one that is known.

use super::{Code, OpenBadgeError};
use crate::Map;
use crate::encoding::sha256;
use crate::vcdm::{At, one_or_many};
use serde_json::Value;
use std::fmt::Write;

/// An identifier of the person that a badge was issued to. Personal: it has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    kind: String,
    value: String,
    hashed: bool,
    salt: String,
}

/// What comparing with a known identifier came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityMatch {
    /// The same.
    Same,
    /// Another identifier of that type.
    Other,
    /// Of another type, so nothing can be said.
    OtherType,
    /// Hashed in a way that is not computed here (MD5).
    Unsupported,
}

impl Identity {
    /// `identityType`, with today's name for `email`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Whether the identifier is hashed; one that is not is readable by everybody who sees the badge.
    pub fn is_hashed(&self) -> bool {
        self.hashed
    }

    /// Compares with a known identifier of type `kind` (Open Badges 3.0 section 8.6). A hash of an e-mail address is
    /// guessed easily: a match says whom the issuer meant, not who presents.
    pub fn compare(&self, kind: &str, known: &str) -> IdentityMatch {
        if self.kind != kind {
            return IdentityMatch::OtherType;
        }
        let same = if self.hashed {
            let Some(hash) = self.value.strip_prefix("sha256$") else { return IdentityMatch::Unsupported };
            hash.eq_ignore_ascii_case(&hexadecimal(&sha256([known, &self.salt].concat().as_bytes())))
        } else {
            self.value == known
        };
        if same { IdentityMatch::Same } else { IdentityMatch::Other }
    }

    /// The `identityHash` of an identifier with its salt.
    pub fn hash(known: &str, salt: &str) -> String {
        format!("sha256${}", hexadecimal(&sha256([known, salt].concat().as_bytes())))
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing to a String does not fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The identities of a subject whose members were checked. A subject needs one, or an `id`.
pub(super) fn identities(subject: &Map, at: &At<'_>) -> Result<Vec<Identity>, OpenBadgeError> {
    let member = at.key("identifier");
    let items = one_or_many(subject.get("identifier").filter(|v| !v.is_null()));
    if items.is_empty() && subject.get("id").is_none_or(Value::is_null) {
        return Err(OpenBadgeError::new(Code::IdentityMissing, at));
    }
    let listed = subject.get("identifier").is_some_and(Value::is_array);
    let mut out = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let text = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let hashed = item.get("hashed").and_then(Value::as_bool).unwrap_or_default();
        let (value, kind) = (text("identityHash"), text("identityType"));
        if hashed && !is_hash(&value) {
            let here = if listed { member.index(index) } else { member };
            return Err(OpenBadgeError::new(Code::MemberValue, &here.key("identityHash")));
        }
        let kind = if kind == "email" { "emailAddress".to_owned() } else { kind };
        out.push(Identity { kind, value, hashed, salt: text("salt") });
    }
    Ok(out)
}

/// `sha256$` or `md5$` and the hash in hexadecimal.
fn is_hash(text: &str) -> bool {
    let Some((algorithm, hash)) = text.split_once('$') else { return false };
    let length = match algorithm {
        "sha256" => 64,
        "md5" => 32,
        _ => return false,
    };
    hash.len() == length && hash.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(identifier: Value) -> Result<Vec<Identity>, (&'static str, String)> {
        let subject = json!({ "identifier": identifier });
        identities(subject.as_object().unwrap(), &At::ROOT).map_err(|e| (e.code(), e.path().to_owned()))
    }

    #[test]
    fn compares_plain_and_hashed() {
        // Computed with another implementation of SHA-256.
        let hashed = json!({"hashed": true, "salt": "sea salt", "identityType": "emailAddress",
            "identityHash": "sha256$ab65a7fe6358c43bb43457c5c89c2747317af9f38c2809466bf31d9fa00d133e"});
        let plain = json!({"hashed": false, "salt": "not-used", "identityType": "email", "identityHash": "student@school.example"});
        let found = read(json!([hashed, plain])).unwrap();
        assert_eq!(found[0].compare("emailAddress", "student@school.example"), IdentityMatch::Same);
        assert_eq!(found[0].compare("emailAddress", "student@other.example"), IdentityMatch::Other);
        assert_eq!(found[0].compare("sourcedId", "student@school.example"), IdentityMatch::OtherType);
        assert_eq!(found[1].compare("emailAddress", "student@school.example"), IdentityMatch::Same);
        assert_eq!(found[1].compare("emailAddress", "Student@school.example"), IdentityMatch::Other);
        assert_eq!(Identity::hash("student@school.example", "sea salt"), hashed["identityHash"].as_str().unwrap());
        let old = json!({"hashed": true, "identityType": "emailAddress", "identityHash": format!("md5${}", "0".repeat(32))});
        assert_eq!(read(old).unwrap()[0].compare("emailAddress", "a"), IdentityMatch::Unsupported);
    }

    #[test]
    fn hashes_have_a_form() {
        for bad in ["asdjhsadas", "sha256$00", "sha1$0000000000000000000000000000000000000000", "sha256$"] {
            let identity = json!([{"hashed": true, "identityType": "emailAddress", "identityHash": bad}]);
            assert_eq!(read(identity).err(), Some(("member_value", "/identifier/0/identityHash".into())), "{bad}");
        }
        assert_eq!(read(json!([])).err(), Some(("identity_missing", String::new())));
    }
}
