//! The issuer's side: concealing claims, keeping what will be signed, signing it.

use super::{HashAlgorithm, MAX_DIGESTS, MAX_DISCLOSURES, NEVER_HIDDEN, Path, SdJwt, SdJwtError, Segment};
use crate::Map;
use crate::encoding::{b64url, sha256};
use crate::jws::{self, JwsError};
use crate::key::{Algorithm, SigningKey};
use crate::random::{Random, bytes};
use crate::strict_json::MAX_DEPTH;
use serde::{Deserialize, Serialize};
use serde_json::Value;

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

/// What an issuer conceals, and what with.
#[derive(Debug, Clone, Default)]
pub struct Concealment {
    /// The claims to conceal. Paths that select nothing are passed over; nested ones give recursive disclosures.
    pub paths: Vec<Path>,
    /// Digests of nothing, so that the number of claims is not told.
    pub decoys: Vec<Decoys>,
    /// What disclosures are hashed with.
    pub algorithm: HashAlgorithm,
}

/// Decoy digests in one place (RFC 9901 section 4.2.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoys {
    at: Vec<Segment>,
    count: usize,
}

impl Decoys {
    /// `count` digests at the top level.
    pub fn top(count: usize) -> Self {
        Self { at: Vec::new(), count }
    }

    /// `count` digests in each object that `path` selects, or in each array, there between its elements. Where it selects
    /// nothing that can hold digests there are none.
    pub fn at(path: Path, count: usize) -> Self {
        Self { at: path.into(), count }
    }
}

/// Conceals the claims that `concealed` selects, with SHA-256, and adds `decoys` digests of nothing at the top level.
pub fn prepare(claims: Map, concealed: &[Path], decoys: usize, random: &dyn Random) -> Result<Prepared, PrepareError> {
    let decoys = vec![Decoys::top(decoys)];
    prepare_with(claims, &Concealment { paths: concealed.to_vec(), decoys, algorithm: HashAlgorithm::Sha256 }, random)
}

/// Conceals claims (section 4.2). What an SD-JWT VC never hides may not be concealed, nor hold decoys.
pub fn prepare_with(claims: Map, concealment: &Concealment, random: &dyn Random) -> Result<Prepared, PrepareError> {
    let refused = |segment: Option<&Segment>| !matches!(segment, Some(Segment::Key(name)) if !NEVER_HIDDEN.contains(&name.as_str()));
    let decoys = concealment.decoys.iter().filter(|d| d.count > 0);
    if concealment.paths.iter().any(|p| refused(p.segments().first())) || decoys.clone().any(|d| !d.at.is_empty() && refused(d.at.first()))
    {
        return Err(PrepareError::NeverHidden);
    }
    let patterns = concealment.paths.iter().map(|path| Pattern { rest: path.segments(), aim: Aim::Conceal });
    let patterns: Vec<Pattern<'_>> = patterns.chain(decoys.map(|d| Pattern { rest: &d.at, aim: Aim::Decoys(d.count) })).collect();
    let mut concealing = Concealing { algorithm: concealment.algorithm, salts: Salts::new(random), disclosures: Vec::new(), digests: 0 };
    let mut payload = concealing.object(claims, &patterns, 1)?;
    if concealing.digests > 0 {
        payload.insert("_sd_alg".into(), concealment.algorithm.name().into());
    }
    let payload = serde_json::to_string(&payload).map_err(|_| PrepareError::Limit)?;
    Ok(Prepared { payload, disclosures: concealing.disclosures })
}

/// A place that something is wanted of, seen from where the walk is.
#[derive(Clone, Copy)]
struct Pattern<'p> {
    rest: &'p [Segment],
    aim: Aim,
}

#[derive(Clone, Copy)]
enum Aim {
    Conceal,
    Decoys(usize),
}

struct Concealing<'r> {
    algorithm: HashAlgorithm,
    salts: Salts<'r>,
    disclosures: Vec<String>,
    digests: usize,
}

impl Concealing<'_> {
    fn value(&mut self, value: Value, patterns: &[Pattern<'_>], depth: usize) -> Result<Value, PrepareError> {
        Ok(match value {
            Value::Object(map) => Value::Object(self.object(map, patterns, depth)?),
            Value::Array(items) => Value::Array(self.array(items, patterns, depth)?),
            plain => plain,
        })
    }

    fn object(&mut self, map: Map, patterns: &[Pattern<'_>], depth: usize) -> Result<Map, PrepareError> {
        // One level is kept free: a disclosure puts its value one level deeper than it stood.
        if depth >= MAX_DEPTH {
            return Err(PrepareError::Limit);
        }
        let mut out = Map::new();
        let mut digests = self.decoys(patterns)?;
        for (name, value) in map {
            if ["_sd", "_sd_alg", "..."].contains(&name.as_str()) {
                return Err(PrepareError::ReservedName);
            }
            let (hit, below) = descend(patterns, |s| matches!(s, Segment::Key(key) if *key == name));
            let value = self.value(value, &below, depth + 1)?;
            if hit {
                digests.push(self.disclose(Some(&name), &value)?);
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

    fn array(&mut self, items: Vec<Value>, patterns: &[Pattern<'_>], depth: usize) -> Result<Vec<Value>, PrepareError> {
        if depth >= MAX_DEPTH {
            return Err(PrepareError::Limit);
        }
        let mut out = Vec::with_capacity(items.len());
        for (at, value) in items.into_iter().enumerate() {
            let (hit, below) = descend(patterns, |s| *s == Segment::All || *s == Segment::Index(at));
            let value = self.value(value, &below, depth + 1)?;
            out.push(if hit { placeholder(self.disclose(None, &value)?) } else { value });
        }
        for decoy in self.decoys(patterns)? {
            let at = self.salts.below(out.len() + 1);
            out.insert(at, placeholder(decoy));
        }
        Ok(out)
    }

    /// Keeps a disclosure, `[salt, name, value]` or `[salt, value]`, and gives its digest.
    fn disclose(&mut self, name: Option<&str>, value: &Value) -> Result<String, PrepareError> {
        if self.disclosures.len() == MAX_DISCLOSURES {
            return Err(PrepareError::Limit);
        }
        let salt = self.salts.draw();
        let content = match name {
            Some(name) => serde_json::to_vec(&(salt, name, value)),
            None => serde_json::to_vec(&(salt, value)),
        };
        let disclosure = b64url(content.map_err(|_| PrepareError::Limit)?);
        let digest = self.digest(disclosure.as_bytes())?;
        self.disclosures.push(disclosure);
        Ok(digest)
    }

    /// As many digests of nothing as are wanted right here.
    fn decoys(&mut self, patterns: &[Pattern<'_>]) -> Result<Vec<String>, PrepareError> {
        let wanted = patterns.iter().filter(|p| p.rest.is_empty()).map(|p| match p.aim {
            Aim::Decoys(count) => count,
            Aim::Conceal => 0,
        });
        let count = wanted.fold(0, usize::saturating_add);
        if count > MAX_DIGESTS {
            return Err(PrepareError::Limit);
        }
        let mut out = Vec::with_capacity(count);
        for _ in 0..count {
            let nothing = bytes::<32>(self.salts.random);
            out.push(self.digest(&nothing)?);
        }
        Ok(out)
    }

    fn digest(&mut self, bytes: &[u8]) -> Result<String, PrepareError> {
        self.digests += 1;
        if self.digests > MAX_DIGESTS {
            return Err(PrepareError::Limit);
        }
        Ok(self.algorithm.digest(bytes))
    }
}

fn placeholder(digest: String) -> Value {
    Value::Object(Map::from_iter([("...".to_owned(), Value::String(digest))]))
}

/// Salts of 128 bits, drawn many at a time.
struct Salts<'r> {
    random: &'r dyn Random,
    drawn: Vec<[u8; 16]>,
}

impl<'r> Salts<'r> {
    fn new(random: &'r dyn Random) -> Self {
        Self { random, drawn: Vec::new() }
    }

    fn draw(&mut self) -> String {
        if self.drawn.is_empty() {
            self.drawn = bytes::<256>(self.random).as_chunks().0.to_vec();
        }
        // Each of them is used once.
        b64url(self.drawn.pop().unwrap_or_else(|| bytes(self.random)))
    }

    /// A place among `places`, for which a slight preference is of no consequence.
    fn below(&self, places: usize) -> usize {
        let drawn = u64::from_be_bytes(bytes(self.random));
        usize::try_from(drawn % places.max(1) as u64).unwrap_or_default()
    }
}

/// Whether a claim at this step is to be concealed, and what is wanted at or under it.
fn descend<'p>(patterns: &[Pattern<'p>], fits: impl Fn(&Segment) -> bool) -> (bool, Vec<Pattern<'p>>) {
    let mut hit = false;
    let mut below = Vec::new();
    for pattern in patterns {
        match (pattern.rest.split_first(), pattern.aim) {
            (Some((first, [])), Aim::Conceal) if fits(first) => hit = true,
            (Some((first, rest)), aim) if fits(first) => below.push(Pattern { rest, aim }),
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
        let disclosures: usize = self.disclosures.iter().map(|d| d.len() + 1).sum();
        let mut out = String::with_capacity(signing_input.len() + disclosures + 2 * signature.len());
        jws::attach_into(&mut out, signing_input, signature);
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
