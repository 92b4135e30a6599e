//! A credential as it was issued, as far as it can be known: what is disclosed in its place, and where something is hidden.

use crate::sd_jwt::{Disclosure, Path, SdJwt, Segment};
use serde_json::Value;
use std::collections::HashMap;

/// Most elements that one path may select on its way: more would make checking cost more than reading.
const MAX_SELECTED: usize = 4096;

/// Looks into an SD-JWT without losing the positions of what is not disclosed.
pub(super) struct Issued<'c> {
    root: &'c Value,
    by_digest: HashMap<&'c str, &'c Disclosure>,
}

/// One thing that a path selects.
#[derive(Clone, Copy)]
pub(super) struct Selected<'c> {
    /// Its value, digests included; `None` for an array element that is not disclosed.
    value: Option<&'c Value>,
    /// Whether it is selectively disclosable itself.
    pub(super) disclosable: bool,
}

/// What a path selects.
pub(super) struct Selection<'c> {
    /// All of it that is known to be there.
    pub(super) items: Vec<Selected<'c>>,
    /// Something that is not disclosed could be selected too.
    pub(super) maybe_more: bool,
}

/// A step that does not fit what is there, for instance a key into a text (section 5.6.1), or one that selects too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PathError;

impl<'c> Issued<'c> {
    pub(super) fn new(credential: &'c SdJwt) -> Self {
        let by_digest = credential.disclosures().iter().map(|disclosure| (disclosure.digest(), disclosure)).collect();
        Self { root: credential.jwt().payload_unverified(), by_digest }
    }

    /// What `path` selects in the credential as issued (section 5.6.1.2).
    pub(super) fn select(&self, path: &Path) -> Result<Selection<'c>, PathError> {
        let mut selection = Selection { items: vec![Selected { value: Some(self.root), disclosable: false }], maybe_more: false };
        for segment in path.segments() {
            let mut next = Selection { items: Vec::new(), maybe_more: selection.maybe_more };
            for item in selection.items {
                match item.value {
                    None => next.maybe_more = true,
                    Some(value) => self.step(value, segment, &mut next)?,
                }
            }
            selection = next;
        }
        Ok(selection)
    }

    fn step(&self, value: &'c Value, segment: &Segment, out: &mut Selection<'c>) -> Result<(), PathError> {
        match (segment, value) {
            (Segment::Key(name), Value::Object(map)) => {
                if let Some(plain) = map.get(name).filter(|_| !matches!(name.as_str(), "_sd" | "_sd_alg" | "...")) {
                    out.items.push(Selected { value: Some(plain), disclosable: false });
                    return Ok(());
                }
                let mut hidden = false;
                for digest in map.get("_sd").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
                    match self.by_digest.get(digest) {
                        None => hidden = true,
                        Some(disclosure) if disclosure.name() == Some(name) => {
                            out.items.push(Selected { value: Some(disclosure.value()), disclosable: true });
                            return Ok(());
                        }
                        Some(_) => {}
                    }
                }
                out.maybe_more |= hidden;
                Ok(())
            }
            (Segment::All, Value::Array(items)) => {
                if out.items.len() + items.len() > MAX_SELECTED {
                    return Err(PathError);
                }
                out.items.extend(items.iter().map(|item| self.element(item)));
                Ok(())
            }
            (Segment::Index(index), Value::Array(items)) => {
                out.items.extend(items.get(*index).map(|item| self.element(item)));
                Ok(())
            }
            _ => Err(PathError),
        }
    }

    fn element(&self, item: &'c Value) -> Selected<'c> {
        match item.as_object().and_then(|map| map.get("...")) {
            None => Selected { value: Some(item), disclosable: false },
            Some(digest) => {
                let disclosure = digest.as_str().and_then(|digest| self.by_digest.get(digest));
                Selected { value: disclosure.map(|d| d.value()), disclosable: true }
            }
        }
    }
}
