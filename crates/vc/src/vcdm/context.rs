//! `@context` without RDF: which version it begins with, and that nothing inline changes what a published term means.

use super::check::{is_url, texts};
use super::credential::{BASE_V1, BASE_V2, Version};
use super::{At, Code, VcdmError};
use crate::json_ld;
use crate::{Map, strict_json};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Most entries that are read.
const MAX_ENTRIES: usize = 32;

/// Checks `@context`: an ordered list, the first entry exactly that of a version, the others URLs or objects.
pub(super) fn check(map: &Map, at: &At<'_>) -> Result<Version, VcdmError> {
    let here = at.key("@context");
    let entries = match map.get("@context") {
        Some(Value::Array(entries)) if entries.len() <= MAX_ENTRIES => entries,
        _ => return Err(VcdmError::new(Code::Context, &here)),
    };
    let version = match entries.first().and_then(Value::as_str) {
        Some(BASE_V2) => Version::V2,
        Some(BASE_V1) => Version::V1,
        _ => return Err(VcdmError::new(Code::Context, &here.index(0))),
    };
    let mut terms = Terms::default();
    for (index, entry) in entries.iter().enumerate() {
        let fits = match entry {
            Value::String(url) => is_url(url),
            Value::Object(_) => true,
            _ => false,
        };
        if !fits {
            return Err(VcdmError::new(Code::Context, &here.index(index)));
        }
    }
    // Contexts are parsed only for documents that bring their own along.
    if entries.iter().any(Value::is_object) {
        for (index, entry) in entries.iter().enumerate() {
            if !entry.is_string() && !names_iris(entry) {
                return Err(VcdmError::new(Code::Context, &here.index(index)));
            }
            terms.meet(entry).map_err(|()| VcdmError::new(Code::ContextNotAllowed, &here.index(index)))?;
        }
        terms.map_types(map).map_err(|()| VcdmError::new(Code::UndefinedTerm, &at.key("type")))?;
    }
    Ok(version)
}

/// Whether the terms of an inline context stand for IRIs: what has a colon has a scheme or prefix, and none has white space.
fn names_iris(context: &Value) -> bool {
    let mut fits = true;
    each_term(context, &mut |_, definition| {
        let iri = definition.as_str().or_else(|| definition.get("@id")?.as_str()).unwrap_or_default();
        fits &= !iri.contains(|c: char| c.is_whitespace() || c.is_control()) && (!iri.contains(':') || is_url(iri));
    });
    fits
}

/// The terms that may not change their meaning any more, with the definitions that they have.
#[derive(Default)]
struct Terms {
    protected: HashMap<String, Vec<Value>>,
    /// Terms that any entry defines.
    defined: HashSet<String>,
    /// A context that is not bundled may define anything.
    unknown: bool,
    /// An inline context says that what is undefined means nothing (`"@vocab": null`).
    strict: bool,
}

impl Terms {
    /// Takes up one entry of `@context`; an inline one must not redefine what stands.
    fn meet(&mut self, entry: &Value) -> Result<(), ()> {
        match entry {
            Value::String(url) => {
                let text = json_ld::context(url);
                let read = text.and_then(|text| strict_json::parse_object(text.as_bytes()).ok());
                match read.as_ref().and_then(|document| document.get("@context")) {
                    Some(context) => self.learn(context),
                    None => self.unknown = true,
                }
                Ok(())
            }
            inline => {
                self.compare(inline)?;
                self.strict |= inline.get("@vocab") == Some(&Value::Null);
                each_term(inline, &mut |name, _| {
                    self.defined.insert(name.to_owned());
                });
                if inline.get("@protected") == Some(&Value::Bool(true)) {
                    self.learn(inline);
                }
                Ok(())
            }
        }
    }

    /// Whether every type is a URL or a defined term, where the document demands it. Where it does not, this is left to
    /// `json_ld`: credentials as JWT are in use whose types no context defines.
    fn map_types(&self, map: &Map) -> Result<(), ()> {
        let mapped = |name: &str| is_url(name) || self.defined.contains(name);
        if self.strict && !self.unknown && !texts(map.get("type")).all(mapped) {
            return Err(());
        }
        Ok(())
    }

    fn learn(&mut self, context: &Value) {
        each_term(context, &mut |name, definition| {
            self.defined.insert(name.to_owned());
            let known = self.protected.entry(name.to_owned()).or_default();
            if !known.contains(definition) {
                known.push(definition.clone());
            }
        });
    }

    fn compare(&self, context: &Value) -> Result<(), ()> {
        let mut outcome = Ok(());
        each_term(context, &mut |name, definition| {
            if self.protected.get(name).is_some_and(|known| !known.contains(definition)) {
                outcome = Err(());
            }
        });
        outcome
    }
}

/// Visits every term of a context, also those of contexts that are scoped to a term.
fn each_term<'a>(context: &'a Value, visit: &mut impl FnMut(&'a str, &'a Value)) {
    let mut open = vec![context];
    while let Some(context) = open.pop() {
        match context {
            Value::Array(items) => open.extend(items),
            Value::Object(terms) => {
                for (name, definition) in terms.iter().filter(|(name, _)| !name.starts_with('@')) {
                    visit(name, definition);
                    open.extend(definition.get("@context"));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(context: Value) -> Result<Version, (&'static str, String)> {
        let document = json!({ "@context": context });
        check(document.as_object().unwrap(), &At::ROOT).map_err(|e| (e.code(), e.path().to_owned()))
    }

    #[test]
    fn the_first_entry_decides() {
        assert_eq!(read(json!([BASE_V2])), Ok(Version::V2));
        assert_eq!(read(json!([BASE_V1, "https://a.example/c"])), Ok(Version::V1));
        for bad in [json!(null), json!(BASE_V2), json!({}), json!(vec![BASE_V2; 33])] {
            assert_eq!(read(bad).unwrap_err(), ("context", "/@context".into()));
        }
        for bad in [json!([]), json!([{}, BASE_V2]), json!(["https://www.w3.org/ns/credentials/v2/"]), json!([1])] {
            assert_eq!(read(bad).unwrap_err(), ("context", "/@context/0".into()));
        }
        assert_eq!(read(json!([BASE_V2, 1])).unwrap_err(), ("context", "/@context/1".into()));
    }

    #[test]
    fn inline_terms_add_and_never_change() {
        const OB: &str = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";
        assert_eq!(read(json!([BASE_V2, {"Own": "https://a.example/#Own"}])), Ok(Version::V2));
        assert_eq!(read(json!([BASE_V2, {"id": "@id", "type": "@type"}])), Ok(Version::V2));
        let refused = |index: usize| Err(("context_not_allowed", format!("/@context/{index}")));
        assert_eq!(read(json!([BASE_V2, {"VerifiableCredential": "https://a.example/#Bad"}])), refused(1));
        assert_eq!(read(json!([BASE_V2, OB, {"achievement": "https://a.example/#bad"}])), refused(2));
        assert_eq!(
            read(json!([BASE_V2, OB, {"Own": {"@id": "https://a.example/#Own", "@context": {"criteria": "https://a.example/#bad"}}}])),
            refused(2)
        );
        let own = json!({"@protected": true, "Own": "https://a.example/#Own"});
        assert_eq!(read(json!([BASE_V2, own, own])), Ok(Version::V2));
        assert_eq!(read(json!([BASE_V2, own, {"Own": "https://a.example/#Other"}])), refused(2));
    }
}
