//! One proof, read: its members in their form, before anything is computed.

use super::suite::Cryptosuite;
use super::{DataIntegrityError, KeyProblem};
use crate::Map;
use serde_json::Value;
use std::collections::HashSet;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use url::Url;

/// Most proofs on one document.
const MAX_PROOFS: usize = 8;
/// Longest `proofValue`: a P-384 signature has under 140 characters, and base58 of long texts is slow.
const MAX_PROOF_VALUE: usize = 200;
/// DID methods that may lead to a key.
const DID_METHODS: [&str; 4] = ["key", "jwk", "web", "webvh"];

/// A proof with its members read.
pub(super) struct Proof<'a> {
    pub(super) map: &'a Map,
    pub(super) suite: Cryptosuite,
    pub(super) id: Option<&'a str>,
    pub(super) previous: Vec<&'a str>,
    pub(super) verification_method: &'a str,
    pub(super) purpose: &'a str,
    pub(super) created: Option<i64>,
    pub(super) expires: Option<i64>,
    pub(super) domain: Vec<&'a str>,
    pub(super) challenge: Option<&'a str>,
}

impl<'a> Proof<'a> {
    pub(super) fn parse(map: &'a Map) -> Result<Self, DataIntegrityError> {
        let kind = text(map, "type")?.ok_or(DataIntegrityError::Malformed)?;
        let suite = Cryptosuite::of(kind, text(map, "cryptosuite")?).ok_or(DataIntegrityError::Cryptosuite)?;
        let verification_method = text(map, "verificationMethod")?.ok_or(DataIntegrityError::Malformed)?;
        check_method(verification_method)?;
        Ok(Self {
            map,
            suite,
            id: text(map, "id")?,
            previous: texts(map, "previousProof")?,
            verification_method,
            purpose: text(map, "proofPurpose")?.ok_or(DataIntegrityError::Malformed)?,
            created: time(map, "created")?,
            expires: time(map, "expires")?,
            domain: texts(map, "domain")?,
            challenge: text(map, "challenge")?,
        })
    }

    /// The members but `proofValue`.
    pub(super) fn options(&self) -> Map {
        let mut options = self.map.clone();
        options.remove("proofValue");
        options
    }

    /// The signature: multibase `z`, base58btc (vc-di-eddsa section 2.2.1), of the 64 or 96 bytes that suites have.
    pub(super) fn signature(&self) -> Result<Vec<u8>, DataIntegrityError> {
        let value = text(self.map, "proofValue")?.ok_or(DataIntegrityError::Malformed)?;
        let encoded = value.strip_prefix('z').filter(|text| text.len() <= MAX_PROOF_VALUE).ok_or(DataIntegrityError::Invalid)?;
        bs58::decode(encoded).into_vec().map_err(|_| DataIntegrityError::Invalid)
    }
}

/// The proofs of a document: an object or a list of them, each with its own name if it has one.
pub(super) fn proofs(document: &Map) -> Result<Vec<Proof<'_>>, DataIntegrityError> {
    let items = match document.get("proof").ok_or(DataIntegrityError::Missing)? {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    match items.len() {
        0 => return Err(DataIntegrityError::Missing),
        1..=MAX_PROOFS => {}
        _ => return Err(DataIntegrityError::JsonLd(crate::json_ld::JsonLdError::Limit)),
    }
    let mut proofs = Vec::new();
    let mut names = HashSet::new();
    for item in items {
        let proof = Proof::parse(item.as_object().ok_or(DataIntegrityError::Malformed)?)?;
        if proof.id.is_some_and(|id| !names.insert(id)) {
            return Err(DataIntegrityError::Chain);
        }
        proofs.push(proof);
    }
    Ok(proofs)
}

/// An absolute URL with a scheme that leads to keys.
fn check_method(method: &str) -> Result<(), DataIntegrityError> {
    let url = Url::parse(method).map_err(|_| DataIntegrityError::VerificationMethod)?;
    match url.scheme() {
        "https" | "http" => Ok(()),
        "did" => {
            let name = url.path().split(':').next().unwrap_or_default();
            if DID_METHODS.contains(&name) { Ok(()) } else { Err(KeyProblem::DidMethod.into()) }
        }
        _ => Err(DataIntegrityError::VerificationMethod),
    }
}

fn text<'a>(map: &'a Map, name: &str) -> Result<Option<&'a str>, DataIntegrityError> {
    match map.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(DataIntegrityError::Malformed),
    }
}

fn texts<'a>(map: &'a Map, name: &str) -> Result<Vec<&'a str>, DataIntegrityError> {
    match map.get(name) {
        None => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(vec![text]),
        Some(Value::Array(items)) => items.iter().map(|item| item.as_str().ok_or(DataIntegrityError::Malformed)).collect(),
        Some(_) => Err(DataIntegrityError::Malformed),
    }
}

/// A moment; without a zone it is taken as UTC (W3C Data Integrity 1.0 section 2.1).
fn time(map: &Map, name: &str) -> Result<Option<i64>, DataIntegrityError> {
    let Some(value) = text(map, name)? else { return Ok(None) };
    let read = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    let moment = read(value).or_else(|| read(&format!("{value}Z"))).ok_or(DataIntegrityError::Malformed)?;
    Ok(Some(moment.unix_timestamp()))
}
