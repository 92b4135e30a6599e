//! Putting disclosures in the place of their digests (RFC 9901 section 7.1), with every refusal of it.

use super::{MAX_DIGESTS, MAX_DISCLOSURES, Path, SdJwtError, Segment};
use crate::Map;
use crate::encoding::{b64url, b64url_decode, sha256};
use crate::strict_json::{self, MAX_DEPTH};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// A disclosure and the place of its claim in the processed claims.
#[derive(Clone)]
pub struct Disclosure {
    text: String,
    name: Option<String>,
    value: Value,
    path: Path,
}

impl Disclosure {
    /// The base64url text, byte for byte as read.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The claim's name; `None` for an array element.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The value as disclosed; for recursive disclosures it still holds digests.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Where the claim stands in the processed claims.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The processed claims, and the disclosures with their places in the order given.
pub(super) fn process(payload: &Map, disclosures: &[&str]) -> Result<(Map, Vec<Disclosure>), SdJwtError> {
    if disclosures.len() > MAX_DISCLOSURES {
        return Err(SdJwtError::Limit);
    }
    match payload.get("_sd_alg") {
        None => {}
        Some(Value::String(name)) if name == "sha-256" => {}
        Some(_) => return Err(SdJwtError::Algorithm),
    }
    let mut processing = Processing { waiting: HashMap::new(), seen: HashSet::new(), placed: Vec::new(), at: Vec::new() };
    for (order, text) in disclosures.iter().enumerate() {
        let digest = b64url(sha256(text.as_bytes()));
        if processing.waiting.insert(digest, read(text, order)?).is_some() {
            return Err(SdJwtError::Duplicate);
        }
    }
    let mut claims = processing.object(payload, 1)?;
    claims.remove("_sd_alg");
    if !processing.waiting.is_empty() {
        return Err(SdJwtError::Unreferenced);
    }
    processing.placed.sort_by_key(|(order, _)| *order);
    Ok((claims, processing.placed.into_iter().map(|(_, d)| d).collect()))
}

/// A disclosure that no digest claimed yet.
struct Waiting {
    order: usize,
    text: String,
    name: Option<String>,
    value: Value,
}

fn read(text: &str, order: usize) -> Result<Waiting, SdJwtError> {
    let raw = b64url_decode(text).map_err(|_| SdJwtError::Disclosure)?;
    let Ok(Value::Array(parts)) = strict_json::parse(&raw) else { return Err(SdJwtError::Disclosure) };
    let mut parts = parts.into_iter();
    let (name, value) = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Value::String(_)), Some(Value::String(name)), Some(value), None) => (Some(name), value),
        (Some(Value::String(_)), Some(value), None, None) => (None, value),
        _ => return Err(SdJwtError::Disclosure),
    };
    if matches!(name.as_deref(), Some("_sd" | "...")) {
        return Err(SdJwtError::Name);
    }
    Ok(Waiting { order, text: text.to_owned(), name, value })
}

struct Processing {
    waiting: HashMap<String, Waiting>,
    seen: HashSet<String>,
    placed: Vec<(usize, Disclosure)>,
    at: Vec<Segment>,
}

impl Processing {
    fn value(&mut self, value: &Value, depth: usize) -> Result<Value, SdJwtError> {
        Ok(match value {
            Value::Object(map) => Value::Object(self.object(map, depth)?),
            Value::Array(items) => Value::Array(self.array(items, depth)?),
            plain => plain.clone(),
        })
    }

    fn object(&mut self, map: &Map, depth: usize) -> Result<Map, SdJwtError> {
        if depth > MAX_DEPTH {
            return Err(SdJwtError::Limit);
        }
        let mut out = Map::new();
        for (name, value) in map {
            match name.as_str() {
                "_sd" => {}
                "..." => return Err(SdJwtError::Digest),
                _ => {
                    let value = self.under(Segment::Key(name.clone()), |p| p.value(value, depth + 1))?;
                    out.insert(name.clone(), value);
                }
            }
        }
        let digests = match map.get("_sd") {
            None => return Ok(out),
            Some(Value::Array(digests)) => digests,
            Some(_) => return Err(SdJwtError::Digest),
        };
        for digest in digests {
            let Some(disclosed) = self.claim(digest)? else { continue };
            let name = disclosed.name.clone().ok_or(SdJwtError::Kind)?;
            if out.contains_key(&name) {
                return Err(SdJwtError::Name);
            }
            let value = self.under(Segment::Key(name.clone()), |p| p.place(disclosed, depth + 1))?;
            out.insert(name, value);
        }
        Ok(out)
    }

    fn array(&mut self, items: &[Value], depth: usize) -> Result<Vec<Value>, SdJwtError> {
        if depth > MAX_DEPTH {
            return Err(SdJwtError::Limit);
        }
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            let here = Segment::Index(out.len());
            let Some(digest) = item.as_object().and_then(|map| map.get("...")) else {
                out.push(self.under(here, |p| p.value(item, depth + 1))?);
                continue;
            };
            if item.as_object().is_some_and(|map| map.len() != 1) {
                return Err(SdJwtError::Digest);
            }
            let Some(disclosed) = self.claim(digest)? else { continue };
            if disclosed.name.is_some() {
                return Err(SdJwtError::Kind);
            }
            out.push(self.under(here, |p| p.place(disclosed, depth + 1))?);
        }
        Ok(out)
    }

    /// Notes a digest and takes the disclosure that it refers to; without one it is undisclosed or a decoy.
    fn claim(&mut self, digest: &Value) -> Result<Option<Waiting>, SdJwtError> {
        let digest = digest.as_str().ok_or(SdJwtError::Digest)?;
        if !self.seen.insert(digest.to_owned()) {
            return Err(SdJwtError::Duplicate);
        }
        if self.seen.len() > MAX_DIGESTS {
            return Err(SdJwtError::Limit);
        }
        Ok(self.waiting.remove(digest))
    }

    /// Processes a disclosed value at the present place and keeps its disclosure.
    fn place(&mut self, disclosed: Waiting, depth: usize) -> Result<Value, SdJwtError> {
        let value = self.value(&disclosed.value, depth)?;
        let Waiting { order, text, name, value: raw } = disclosed;
        self.placed.push((order, Disclosure { text, name, value: raw, path: Path::walked(&self.at) }));
        Ok(value)
    }

    fn under<T>(&mut self, segment: Segment, work: impl FnOnce(&mut Self) -> Result<T, SdJwtError>) -> Result<T, SdJwtError> {
        self.at.push(segment);
        let out = work(self);
        self.at.pop();
        out
    }
}
