//! The issuer's side: concealing claims, keeping what will be signed, signing it.

use super::{MAX_DIGESTS, MAX_DISCLOSURES, Path, SdJwt, SdJwtError, Segment};
use crate::Map;
use crate::encoding::{b64url, sha256};
use crate::jws::{self, JwsError};
use crate::key::{Algorithm, SigningKey};
use crate::random::{Random, bytes};
use crate::strict_json::MAX_DEPTH;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Claims of an SD-JWT VC that may never be concealed, with all that is in them.
pub const NEVER_HIDDEN: [&str; 8] = ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"];

/// Why claims could not be prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    /// A claim that is never selectively disclosable was to be concealed.
    #[error("this claim may not be concealed")]
    NeverHidden,
    /// A member is called `_sd`, `_sd_alg` or `...`.
    #[error("reserved claim name")]
    ReservedName,
    /// Too many disclosures or digests, or too deep.
    #[error("over a limit")]
    Limit,
}

/// Why a prepared credential could not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The key refused.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// What was signed cannot be read back.
    #[error(transparent)]
    SdJwt(#[from] SdJwtError),
}

/// Payload and disclosures, fixed before signing, so that signing again gives the same credential.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    payload: String,
    disclosures: Vec<String>,
}

/// Conceals the claims that `concealed` selects and adds `decoys` digests of nothing at the top level.
/// Paths that select nothing are passed over; nested concealed paths give recursive disclosures.
pub fn prepare(claims: Map, concealed: &[Path], decoys: usize, random: &dyn Random) -> Result<Prepared, PrepareError> {
    if concealed.iter().any(|p| p.top().is_none_or(|name| NEVER_HIDDEN.contains(&name))) {
        return Err(PrepareError::NeverHidden);
    }
    let patterns: Vec<&[Segment]> = concealed.iter().map(Path::segments).collect();
    let mut concealing = Concealing { random, disclosures: Vec::new() };
    let mut payload = concealing.object(claims, &patterns, 1)?;
    concealing.decoys(&mut payload, decoys);
    let count = concealing.disclosures.len();
    if count > MAX_DISCLOSURES || count.saturating_add(decoys) > MAX_DIGESTS {
        return Err(PrepareError::Limit);
    }
    if count + decoys > 0 {
        payload.insert("_sd_alg".into(), "sha-256".into());
    }
    Ok(Prepared { payload: Value::Object(payload).to_string(), disclosures: concealing.disclosures })
}

struct Concealing<'r> {
    random: &'r dyn Random,
    disclosures: Vec<String>,
}

impl Concealing<'_> {
    fn value(&mut self, value: Value, patterns: &[&[Segment]], depth: usize) -> Result<Value, PrepareError> {
        Ok(match value {
            Value::Object(map) => Value::Object(self.object(map, patterns, depth)?),
            Value::Array(items) => Value::Array(self.array(items, patterns, depth)?),
            plain => plain,
        })
    }

    fn object(&mut self, map: Map, patterns: &[&[Segment]], depth: usize) -> Result<Map, PrepareError> {
        // One level is kept free: a disclosure puts its value one level deeper than it stood.
        if depth >= MAX_DEPTH {
            return Err(PrepareError::Limit);
        }
        let mut out = Map::new();
        let mut digests = Vec::new();
        for (name, value) in map {
            if ["_sd", "_sd_alg", "..."].contains(&name.as_str()) {
                return Err(PrepareError::ReservedName);
            }
            let (hit, below) = descend(patterns, |s| matches!(s, Segment::Key(key) if *key == name));
            let value = self.value(value, &below, depth + 1)?;
            if hit {
                digests.push(self.disclose(&json!([self.salt(), name, value])));
            } else {
                out.insert(name, value);
            }
        }
        if !digests.is_empty() {
            // Sorted by digest, so that the order says nothing about the claims.
            digests.sort_unstable();
            out.insert("_sd".into(), digests.into());
        }
        Ok(out)
    }

    fn array(&mut self, items: Vec<Value>, patterns: &[&[Segment]], depth: usize) -> Result<Vec<Value>, PrepareError> {
        if depth >= MAX_DEPTH {
            return Err(PrepareError::Limit);
        }
        let mut out = Vec::with_capacity(items.len());
        for (at, value) in items.into_iter().enumerate() {
            let (hit, below) = descend(patterns, |s| *s == Segment::All || *s == Segment::Index(at));
            let value = self.value(value, &below, depth + 1)?;
            out.push(if hit { json!({"...": self.disclose(&json!([self.salt(), value]))}) } else { value });
        }
        Ok(out)
    }

    fn salt(&self) -> String {
        b64url(bytes::<16>(self.random))
    }

    /// Keeps a disclosure and gives its digest.
    fn disclose(&mut self, content: &Value) -> String {
        let disclosure = b64url(content.to_string());
        let digest = b64url(sha256(disclosure.as_bytes()));
        self.disclosures.push(disclosure);
        digest
    }

    fn decoys(&self, payload: &mut Map, count: usize) {
        if count == 0 {
            return;
        }
        let mut digests: Vec<Value> = match payload.remove("_sd") {
            Some(Value::Array(digests)) => digests,
            _ => Vec::new(),
        };
        digests.extend((0..count).map(|_| Value::String(b64url(sha256(&bytes::<32>(self.random))))));
        digests.sort_unstable_by(|a, b| a.as_str().cmp(&b.as_str()));
        payload.insert("_sd".into(), digests.into());
    }
}

/// Whether a pattern ends with this step, and what remains of those that go on.
fn descend<'p>(patterns: &[&'p [Segment]], fits: impl Fn(&Segment) -> bool) -> (bool, Vec<&'p [Segment]>) {
    let mut hit = false;
    let mut below = Vec::new();
    for pattern in patterns {
        match pattern.split_first() {
            Some((first, [])) if fits(first) => hit = true,
            Some((first, rest)) if fits(first) => below.push(rest),
            _ => {}
        }
    }
    (hit, below)
}

impl Prepared {
    /// The payload, as it will be signed: JSON text.
    pub fn payload(&self) -> &str {
        &self.payload
    }

    /// The disclosures, base64url.
    pub fn disclosures(&self) -> &[String] {
        &self.disclosures
    }

    /// SHA-256 of the payload.
    pub fn payload_hash(&self) -> [u8; 32] {
        sha256(self.payload.as_bytes())
    }

    /// What a key outside this process signs; `alg` in the header is set to `algorithm`.
    pub fn signing_input(&self, header: &Map, algorithm: Algorithm) -> String {
        jws::signing_input(header, self.payload.as_bytes(), algorithm)
    }

    /// Puts a signature to a signing input and adds the disclosures: the issued text, ending with `~`.
    pub fn attach(&self, signing_input: &str, signature: &[u8]) -> String {
        let mut out = jws::attach(signing_input, signature);
        for disclosure in &self.disclosures {
            out.push('~');
            out.push_str(disclosure);
        }
        out.push('~');
        out
    }

    /// Signs and reads back what was signed; `alg` in the header is set to the key's.
    pub fn sign(&self, header: &Map, key: &SigningKey) -> Result<SdJwt, SignError> {
        Ok(SdJwt::parse(&self.sign_compact(header, key)?)?)
    }

    /// Signs without reading back: the issued text.
    pub fn sign_compact(&self, header: &Map, key: &SigningKey) -> Result<String, JwsError> {
        let input = self.signing_input(header, key.algorithm());
        Ok(self.attach(&input, &key.sign(input.as_bytes())?))
    }
}
