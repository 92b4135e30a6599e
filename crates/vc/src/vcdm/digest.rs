//! `relatedResource` (VCDM 2.0 section 5.3): what a credential says of the bytes of other documents, and comparing them.

use super::check::{is_url, one_or_many};
use super::{At, Code, VcdmError};
use crate::Map;
use crate::encoding::{b64_decode, b64url_decode};
use aws_lc_rs::digest::{Algorithm, SHA256, SHA384, SHA512, digest};
use serde_json::Value;
use std::collections::HashSet;

/// A document that a credential refers to, with the digests of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelatedResource {
    /// Its URL.
    pub id: String,
    /// `mediaType`, when stated.
    pub media_type: Option<String>,
    digests: Vec<Expected>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Expected {
    algorithm: Hash,
    value: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn engine(self) -> &'static Algorithm {
        match self {
            Self::Sha256 => &SHA256,
            Self::Sha384 => &SHA384,
            Self::Sha512 => &SHA512,
        }
    }
}

impl Expected {
    fn new(algorithm: Hash, value: Vec<u8>) -> Option<Self> {
        (value.len() == algorithm.engine().output_len()).then_some(Self { algorithm, value })
    }

    fn matches(&self, bytes: &[u8]) -> bool {
        digest(self.algorithm.engine(), bytes).as_ref() == self.value
    }
}

impl RelatedResource {
    /// Whether `bytes` are what the credential speaks of: all digests that it states must fit (VCDM 2.0 section 5.3 makes
    /// it an error when a verifier has the bytes and they do not).
    pub fn matches(&self, bytes: &[u8]) -> bool {
        self.digests.iter().all(|expected| expected.matches(bytes))
    }
}

/// Whether `bytes` fit the `digestSRI` and `digestMultibase` of an object (evidence has them too). `None`: it states none.
pub fn digest_matches(object: &Map, bytes: &[u8]) -> Option<bool> {
    let stated = stated(object);
    match stated {
        Ok(digests) if digests.is_empty() => None,
        Ok(digests) => Some(digests.iter().all(|expected| expected.matches(bytes))),
        Err(_) => Some(false),
    }
}

/// Reads `relatedResource`: each a URL that occurs once, with at least one digest of a known form.
pub(super) fn related_resources(map: &Map, at: &At<'_>) -> Result<Vec<RelatedResource>, VcdmError> {
    let Some(value) = map.get("relatedResource") else { return Ok(Vec::new()) };
    let member = at.key("relatedResource");
    let refused = |at: &At<'_>| VcdmError::new(Code::RelatedResource, at);
    let items = one_or_many(Some(value));
    if items.is_empty() {
        return Err(refused(&member));
    }
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let here = super::check::element(&member, value, index);
        let object = item.as_object().ok_or_else(|| refused(&here))?;
        let id = object.get("id").and_then(Value::as_str).filter(|id| is_url(id)).ok_or_else(|| refused(&here.key("id")))?;
        if !seen.insert(id) {
            return Err(refused(&here.key("id")));
        }
        let digests = stated(object).map_err(|name| refused(&here.key(name)))?;
        if digests.is_empty() {
            return Err(refused(&here));
        }
        let media_type = object.get("mediaType").and_then(Value::as_str).map(str::to_owned);
        out.push(RelatedResource { id: id.to_owned(), media_type, digests });
    }
    Ok(out)
}

/// The digests that an object states; the name of the member that is of no known form.
fn stated(object: &Map) -> Result<Vec<Expected>, &'static str> {
    let mut out = Vec::new();
    if let Some(sri) = object.get("digestSRI") {
        out.push(sri.as_str().and_then(subresource_integrity).ok_or("digestSRI")?);
    }
    if let Some(multibase) = object.get("digestMultibase") {
        out.push(multibase.as_str().and_then(multibase_digest).ok_or("digestMultibase")?);
    }
    Ok(out)
}

/// `sha256-…`, `sha384-…` or `sha512-…` with standard base64 (Subresource Integrity); one value, no options.
fn subresource_integrity(text: &str) -> Option<Expected> {
    let (name, encoded) = text.split_once('-')?;
    let algorithm = match name {
        "sha256" => Hash::Sha256,
        "sha384" => Hash::Sha384,
        "sha512" => Hash::Sha512,
        _ => return None,
    };
    Expected::new(algorithm, b64_decode(encoded).ok()?)
}

/// A multihash (`12 20`, `20 30`, `13 40`) in base58btc (`z`) or base64url (`u`). The bare digest, as the test suite of
/// the specification has it, is told by its length.
fn multibase_digest(text: &str) -> Option<Expected> {
    let (base, encoded) = text.split_at_checked(1)?;
    let raw = match base {
        "u" => b64url_decode(encoded).ok()?,
        "z" if encoded.len() <= 128 => bs58::decode(encoded).into_vec().ok()?,
        _ => return None,
    };
    let (algorithm, value) = match raw.split_first_chunk::<2>()? {
        ([0x12, 32], value) => (Hash::Sha256, value),
        ([0x20, 48], value) => (Hash::Sha384, value),
        ([0x13, 64], value) => (Hash::Sha512, value),
        _ => match raw.len() {
            32 => (Hash::Sha256, raw.as_slice()),
            48 => (Hash::Sha384, raw.as_slice()),
            64 => (Hash::Sha512, raw.as_slice()),
            _ => return None,
        },
    };
    Expected::new(algorithm, value.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::{b64url, integrity, sha256};
    use serde_json::json;

    fn read(value: Value) -> Result<Vec<RelatedResource>, VcdmError> {
        related_resources(json!({"relatedResource": value}).as_object().unwrap(), &At::ROOT)
    }

    #[test]
    fn digests_are_compared() {
        let multihash = [[0x12, 32].as_slice(), &sha256(b"bytes")].concat();
        for digest in [
            json!({"digestSRI": integrity(b"bytes")}),
            json!({"digestMultibase": format!("u{}", b64url(&multihash))}),
            json!({"digestMultibase": format!("z{}", bs58::encode(&multihash).into_string())}),
            json!({"digestMultibase": format!("u{}", b64url(sha256(b"bytes")))}),
        ] {
            let mut object = digest.as_object().unwrap().clone();
            assert_eq!((digest_matches(&object, b"bytes"), digest_matches(&object, b"other")), (Some(true), Some(false)));
            object.insert("id".into(), "https://a.example/b".into());
            let resources = read(json!([object])).unwrap();
            assert!(resources[0].matches(b"bytes") && !resources[0].matches(b"other"));
        }
        assert_eq!(digest_matches(&Map::new(), b"bytes"), None);
    }

    #[test]
    fn what_is_refused_and_where() {
        let digest = integrity(b"bytes");
        let one = json!({"id": "https://a.example/b", "digestSRI": digest});
        for (value, path) in [
            (json!([]), "/relatedResource"),
            (json!("https://a.example/b"), "/relatedResource"),
            (json!([one, one]), "/relatedResource/1/id"),
            (json!({"digestSRI": digest}), "/relatedResource/id"),
            (json!({"id": "b", "digestSRI": digest}), "/relatedResource/id"),
            (json!({"id": "https://a.example/b"}), "/relatedResource"),
            (json!({"id": "https://a.example/b", "digestSRI": "md5-AAAA"}), "/relatedResource/digestSRI"),
            (json!({"id": "https://a.example/b", "digestMultibase": "f00"}), "/relatedResource/digestMultibase"),
        ] {
            let error = read(value.clone()).unwrap_err();
            assert_eq!((error.code(), error.path()), ("related_resource", path), "{value}");
        }
    }
}
