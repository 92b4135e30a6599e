//! The parameters of a log: what an entry says, and what is in force after it (section "DID Method Parameters").

use std::collections::BTreeSet;

use serde_json::Value;

use super::LogError;
use super::entry::hash;
use crate::Map;
use crate::key::{Algorithm, Jwk};

/// The one version of the method that is read.
const METHOD: &str = "did:webvh:1.0";
/// The most keys, hashes or witnesses in a list.
const MAX_LIST: usize = 100;
/// Seconds that a DID may be remembered: at most this many.
const MAX_TTL: u64 = 1 << 31;

/// What is in force after an entry.
#[derive(Debug, Clone, Default)]
pub(super) struct Parameters {
    /// The keys that may sign, as Multikeys.
    pub(super) update_keys: Vec<String>,
    /// The hashes of the keys that the next entry may bring; not empty means pre-rotation.
    pub(super) next_key_hashes: Vec<String>,
    /// Who must approve.
    pub(super) witness: Option<Witnesses>,
    /// Whether the DID may move.
    pub(super) portable: bool,
    /// Whether it was ended.
    pub(super) deactivated: bool,
}

/// What an entry itself says, where that matters beside what is in force after it.
#[derive(Debug, Default)]
pub(super) struct Change {
    /// A list of witnesses that it brings in.
    pub(super) witness: Option<Witnesses>,
}

/// Witnesses and how many of them must approve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Witnesses {
    /// How many.
    pub(super) threshold: usize,
    /// Their keys, as Multikeys.
    pub(super) keys: BTreeSet<String>,
}

impl Witnesses {
    /// Whether all of these are among the others.
    pub(super) fn is_part_of(&self, others: &Self) -> bool {
        self.keys.is_subset(&others.keys)
    }

    /// `{}`, or a threshold from 1 to the number of distinct witnesses.
    fn read(value: &Value) -> Result<Option<Self>, LogError> {
        let refused = LogError::WitnessParameter;
        let map = value.as_object().ok_or(refused)?;
        if map.is_empty() {
            return Ok(None);
        }
        let threshold = map.get("threshold").and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok()).ok_or(refused)?;
        let listed = map.get("witnesses").and_then(Value::as_array).filter(|list| list.len() <= MAX_LIST).ok_or(refused)?;
        let mut keys = BTreeSet::new();
        for witness in listed {
            let id = witness.get("id").and_then(Value::as_str).ok_or(refused)?;
            // One implementation in use writes the bare key.
            let key = id.strip_prefix("did:key:").unwrap_or(id);
            if !signs(key) || !keys.insert(key.to_owned()) {
                return Err(refused);
            }
        }
        if (1..=keys.len()).contains(&threshold) { Ok(Some(Self { threshold, keys })) } else { Err(refused) }
    }
}

/// Whether a Multikey is of the one kind that signs here: Ed25519.
fn signs(key: &str) -> bool {
    Jwk::from_multikey(key).is_ok_and(|jwk| jwk.algorithm() == Algorithm::EdDsa)
}

impl Parameters {
    /// Reads the parameters of an entry after those before it: what is in force then.
    pub(super) fn read(map: &Map, before: Option<&Self>, scid: &str) -> Result<(Change, Self), LogError> {
        let refused = LogError::Parameters;
        let first = before.is_none();
        if before.is_some_and(|before| before.deactivated) {
            return Err(LogError::Ended);
        }
        match map.get("method").and_then(Value::as_str) {
            Some(METHOD) => {}
            None if !first && !map.contains_key("method") => {}
            _ => return Err(LogError::Method),
        }
        match map.get("scid") {
            Some(found) if first && found.as_str() == Some(scid) => {}
            Some(_) if first => return Err(LogError::Scid),
            None if !first => {}
            _ => return Err(refused),
        }
        let (mut after, mut change) = (before.cloned().unwrap_or_default(), Change::default());
        for (name, value) in map {
            match name.as_str() {
                "method" | "scid" => {}
                "updateKeys" => after.update_keys = keys(value)?,
                "nextKeyHashes" => after.next_key_hashes = texts(value)?,
                "witness" => {
                    after.witness = if value.is_null() { None } else { Witnesses::read(value)? };
                    change.witness.clone_from(&after.witness);
                }
                "portable" => after.portable = portable(value, before)?,
                "deactivated" => after.deactivated = value.as_bool().or(value.is_null().then_some(false)).ok_or(refused)?,
                "watchers" => drop(texts(value)?),
                "ttl" => drop(value.as_u64().filter(|ttl| *ttl <= MAX_TTL).or(value.is_null().then_some(0)).ok_or(refused)?),
                _ => return Err(refused),
            }
        }
        if first && !map.contains_key("updateKeys") {
            return Err(refused);
        }
        if let Some(before) = before.filter(|before| !before.next_key_hashes.is_empty()) {
            announced(map, &after, before)?;
        }
        Ok((change, after))
    }
}

/// With pre-rotation both lists stand in the entry itself, and every key is one that the entry before announced.
fn announced(map: &Map, after: &Parameters, before: &Parameters) -> Result<(), LogError> {
    let there = map.contains_key("updateKeys") && map.contains_key("nextKeyHashes");
    let known = |key: &String| before.next_key_hashes.contains(&hash(key.as_bytes()));
    if there && after.update_keys.iter().all(known) { Ok(()) } else { Err(LogError::PreRotation) }
}

/// `portable` is set to true in the first entry only; false is for good.
fn portable(value: &Value, before: Option<&Parameters>) -> Result<bool, LogError> {
    match value {
        Value::Bool(true) if before.is_some() => Err(LogError::Parameters),
        Value::Bool(portable) => Ok(*portable),
        Value::Null => Ok(before.is_some_and(|before| before.portable)),
        _ => Err(LogError::Parameters),
    }
}

/// A list of Multikeys that can sign here.
fn keys(value: &Value) -> Result<Vec<String>, LogError> {
    let keys = texts(value)?;
    if keys.iter().all(|key| signs(key)) { Ok(keys) } else { Err(LogError::Parameters) }
}

/// A list of texts; `null`, as early implementations wrote it, is none.
fn texts(value: &Value) -> Result<Vec<String>, LogError> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(list) if list.len() <= MAX_LIST => {
            list.iter().map(|text| text.as_str().map(str::to_owned).ok_or(LogError::Parameters)).collect()
        }
        _ => Err(LogError::Parameters),
    }
}
