//! Putting disclosures in the place of their digests (RFC 9901 section 7.1), with every refusal of it.

use super::{HashAlgorithm, MAX_DIGESTS, MAX_DISCLOSURES, Path, SdJwtError, Segment};
use crate::Map;
use crate::encoding::b64url_decode;
use crate::strict_json::{self, MAX_DEPTH};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// A disclosure and the place of its claim in the processed claims.
#[derive(Clone)]
pub struct Disclosure {
    text: String,
    digest: String,
    salt: String,
    name: Option<String>,
    value: Value,
    path: Path,
}

impl Disclosure {
    /// The base64url text, byte for byte as read.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The digest of the text, base64url, which stands in the issuer's payload or in another disclosure.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The salt.
    pub fn salt(&self) -> &str {
        &self.salt
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

    /// Reads salt, name and value; the place is found later.
    fn read(text: &str, algorithm: HashAlgorithm) -> Result<Self, SdJwtError> {
        let raw = b64url_decode(text).map_err(|_| SdJwtError::Disclosure)?;
        let Ok(Value::Array(parts)) = strict_json::parse(&raw) else { return Err(SdJwtError::Disclosure) };
        let mut parts = parts.into_iter();
        let (salt, name, value) = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Value::String(salt)), Some(Value::String(name)), Some(value), None) => (salt, Some(name), value),
            (Some(Value::String(salt)), Some(value), None, None) => (salt, None, value),
            _ => return Err(SdJwtError::Disclosure),
        };
        if matches!(name.as_deref(), Some("_sd" | "_sd_alg" | "...")) {
            return Err(SdJwtError::Name);
        }
        let digest = algorithm.digest(text.as_bytes());
        Ok(Self { text: text.to_owned(), digest, salt, name, value, path: Path::walked(&[]) })
    }
}

/// The processed claims, and the disclosures with their places in the order given.
pub(super) fn process(payload: &Map, texts: &[&str], algorithm: HashAlgorithm) -> Result<(Map, Vec<Disclosure>), SdJwtError> {
    if texts.len() > MAX_DISCLOSURES {
        return Err(SdJwtError::Limit);
    }
    let mut disclosures = Vec::with_capacity(texts.len());
    for text in texts {
        disclosures.push(Disclosure::read(text, algorithm)?);
    }
    let (claims, places) = place(payload, &disclosures)?;
    for (disclosure, place) in disclosures.iter_mut().zip(places) {
        disclosure.path = place.ok_or(SdJwtError::Unreferenced)?;
    }
    Ok((claims, disclosures))
}

/// The processed claims, and the place of each disclosure, when a digest referred to it.
fn place(payload: &Map, disclosures: &[Disclosure]) -> Result<(Map, Vec<Option<Path>>), SdJwtError> {
    let mut by_digest = HashMap::with_capacity(disclosures.len());
    for (order, disclosure) in disclosures.iter().enumerate() {
        if by_digest.insert(disclosure.digest.as_str(), (order, disclosure)).is_some() {
            return Err(SdJwtError::Duplicate);
        }
    }
    let places = vec![None; disclosures.len()];
    let mut processing = Processing { by_digest, seen: HashSet::new(), places, at: Vec::new() };
    let claims = processing.object(payload, 1)?;
    Ok((claims, processing.places))
}

struct Processing<'a> {
    by_digest: HashMap<&'a str, (usize, &'a Disclosure)>,
    seen: HashSet<&'a str>,
    places: Vec<Option<Path>>,
    at: Vec<Segment>,
}

impl<'a> Processing<'a> {
    fn value(&mut self, value: &'a Value, depth: usize) -> Result<Value, SdJwtError> {
        Ok(match value {
            Value::Object(map) => Value::Object(self.object(map, depth)?),
            Value::Array(items) => Value::Array(self.array(items, depth)?),
            plain => plain.clone(),
        })
    }

    fn object(&mut self, map: &'a Map, depth: usize) -> Result<Map, SdJwtError> {
        if depth > MAX_DEPTH {
            return Err(SdJwtError::Limit);
        }
        let mut out = Map::new();
        for (name, value) in map {
            match name.as_str() {
                "_sd" => {}
                // Section 4.1.1: at the top only, where it was read before.
                "_sd_alg" if depth == 1 => {}
                "_sd_alg" | "..." => return Err(SdJwtError::Digest),
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
            let Some((order, disclosure)) = self.claim(digest)? else { continue };
            let name = disclosure.name.as_ref().ok_or(SdJwtError::Kind)?;
            if out.contains_key(name) {
                return Err(SdJwtError::Name);
            }
            let value = self.under(Segment::Key(name.clone()), |p| p.disclosed(order, disclosure, depth + 1))?;
            out.insert(name.clone(), value);
        }
        Ok(out)
    }

    fn array(&mut self, items: &'a [Value], depth: usize) -> Result<Vec<Value>, SdJwtError> {
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
            let Some((order, disclosure)) = self.claim(digest)? else { continue };
            if disclosure.name.is_some() {
                return Err(SdJwtError::Kind);
            }
            out.push(self.under(here, |p| p.disclosed(order, disclosure, depth + 1))?);
        }
        Ok(out)
    }

    /// Notes a digest and gives the disclosure that it refers to; without one it is undisclosed or a decoy.
    fn claim(&mut self, digest: &'a Value) -> Result<Option<(usize, &'a Disclosure)>, SdJwtError> {
        let digest = digest.as_str().ok_or(SdJwtError::Digest)?;
        if !self.seen.insert(digest) {
            return Err(SdJwtError::Duplicate);
        }
        if self.seen.len() > MAX_DIGESTS {
            return Err(SdJwtError::Limit);
        }
        Ok(self.by_digest.get(digest).copied())
    }

    /// Processes a disclosed value at the present place and notes the place.
    fn disclosed(&mut self, order: usize, disclosure: &'a Disclosure, depth: usize) -> Result<Value, SdJwtError> {
        if let Some(place) = self.places.get_mut(order) {
            *place = Some(Path::walked(&self.at));
        }
        self.value(&disclosure.value, depth)
    }

    fn under<T>(&mut self, segment: Segment, work: impl FnOnce(&mut Self) -> Result<T, SdJwtError>) -> Result<T, SdJwtError> {
        self.at.push(segment);
        let out = work(self);
        self.at.pop();
        out
    }
}
