//! Claim paths (OpenID4VP 1.0 section 7, SD-JWT VC type metadata): keys, indexes and `null` for all elements.

use crate::Map;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// One step of a [`Path`]; in JSON a string, a non-negative integer or `null`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Segment {
    /// A member of an object.
    Key(String),
    /// An element of an array, from 0.
    Index(usize),
    /// All elements of an array.
    All,
}

impl From<&str> for Segment {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<String> for Segment {
    fn from(key: String) -> Self {
        Self::Key(key)
    }
}

impl From<usize> for Segment {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

impl Segment {
    /// Whether both can select the same place.
    fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Key(a), Self::Key(b)) => a == b,
            (Self::Key(_), _) | (_, Self::Key(_)) => false,
            (Self::Index(a), Self::Index(b)) => a == b,
            _ => true,
        }
    }
}

/// A claims path pointer; never empty when it was read from JSON.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Segment>", into = "Vec<Segment>")]
pub struct Path(Vec<Segment>);

/// A claims path without a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("empty claims path")]
pub struct EmptyPath;

impl TryFrom<Vec<Segment>> for Path {
    type Error = EmptyPath;
    fn try_from(segments: Vec<Segment>) -> Result<Self, EmptyPath> {
        if segments.is_empty() { Err(EmptyPath) } else { Ok(Self(segments)) }
    }
}

impl From<Path> for Vec<Segment> {
    fn from(path: Path) -> Self {
        path.0
    }
}

impl<const N: usize> From<[&str; N]> for Path {
    fn from(keys: [&str; N]) -> Self {
        Self(keys.into_iter().map(Segment::from).collect())
    }
}

impl Path {
    /// A path of one key.
    pub fn key(name: &str) -> Self {
        Self(vec![Segment::from(name)])
    }

    /// The steps.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The first step, when it is a key: the name of the top-level claim.
    pub fn top(&self) -> Option<&str> {
        match self.0.first() {
            Some(Segment::Key(name)) => Some(name),
            _ => None,
        }
    }

    /// This path with one more step.
    #[must_use]
    pub fn child(&self, segment: impl Into<Segment>) -> Self {
        let mut out = self.0.clone();
        out.push(segment.into());
        Self(out)
    }

    /// The path of a place while walking, possibly the root.
    pub(super) fn walked(segments: &[Segment]) -> Self {
        Self(segments.to_vec())
    }

    /// Whether one path lies on the way to the other, or both select the same place.
    pub fn touches(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a.meets(b))
    }

    /// Whether `other` is this place or lies under it.
    pub fn covers(&self, other: &Self) -> bool {
        self.0.len() <= other.0.len() && self.touches(other)
    }

    /// The values that this path selects in `claims`; empty when there are none.
    pub fn select<'v>(&self, claims: &'v Map) -> Vec<&'v Value> {
        let Some((Segment::Key(first), rest)) = self.0.split_first() else { return Vec::new() };
        let mut found: Vec<&Value> = claims.get(first).into_iter().collect();
        for segment in rest {
            found = found.into_iter().flat_map(|value| step(value, segment)).collect();
        }
        found
    }
}

fn step<'v>(value: &'v Value, segment: &Segment) -> Vec<&'v Value> {
    match (value, segment) {
        (Value::Object(map), Segment::Key(key)) => map.get(key).into_iter().collect(),
        (Value::Array(items), Segment::Index(index)) => items.get(*index).into_iter().collect(),
        (Value::Array(items), Segment::All) => items.iter().collect(),
        _ => Vec::new(),
    }
}

/// For people: `result.value`, `nationalities[0]`, `learning_outcomes[*]`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Key(key) if at == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::All => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}
