//! Concealing claims: disclosures for some, digests in their place, and digests of nothing between them (RFC 9901 section 4.2).

use super::{HashAlgorithm, MAX_DIGESTS, MAX_DISCLOSURES, NEVER_HIDDEN, Path, PrepareError, Segment};
use crate::Map;
use crate::encoding::b64url;
use crate::random::{Random, bytes};
use crate::strict_json::MAX_DEPTH;
use serde_json::Value;

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

/// The payload with digests in the place of what is concealed, and the disclosures.
pub(super) fn conceal(claims: Map, concealment: &Concealment, random: &dyn Random) -> Result<(Map, Vec<String>), PrepareError> {
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
    Ok((payload, concealing.disclosures))
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
