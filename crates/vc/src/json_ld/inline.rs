//! Definitions that a document brings itself: allowed as far as they cannot change what a bundled context says.
//!
//! An issuer may have words of its own. But whoever can rewrite a context can rewrite the document under a signature: a
//! second name for `validUntil` lets the date go on standing in the graph and vanish from the JSON. So names and IRIs of the
//! bundled contexts, prefixes, keywords and nested contexts are refused. And a name must be the last part of its IRI, which is
//! signed: else a holder could call the issuer's `https://school.example/words#failedExams` by the name `passedExams`.

use super::terms::Active;
use super::{JsonLdError, contexts};
use crate::Map;
use oxrdf::NamedNode;
use serde_json::Value;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::LazyLock;

/// Most definitions in one such context.
const MAX_TERMS: usize = 64;

/// What ends the part of an IRI before its last one.
const ENDS: [char; 3] = ['#', '/', ':'];

/// What bundled contexts define, at any depth.
#[derive(Default)]
struct Known {
    names: HashSet<String>,
    iris: HashSet<String>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut known = Known::default();
    for file in contexts::BUNDLED {
        if let Some(local) = contexts::local(file.url) {
            known.collect(&Rc::default(), local, 0);
        }
    }
    known
});

impl Known {
    fn collect(&mut self, active: &Rc<Active<'static>>, local: &'static Value, level: usize) {
        let Ok(active) = active.below_property(local) else { return };
        for (name, term) in active.own_terms() {
            self.names.insert((*name).to_owned());
            self.iris.extend(term.iri.as_deref().map(str::to_owned));
            if let Some(scoped) = term.scoped.filter(|_| level < 8) {
                self.collect(&active, scoped, level + 1);
            }
        }
    }
}

/// `active` with the definitions of `local`, which is the object `definitions`.
pub(super) fn extended<'a>(active: &Rc<Active<'a>>, local: &'a Value, definitions: &Map) -> Result<Rc<Active<'a>>, JsonLdError> {
    if definitions.len() > MAX_TERMS || !definitions.iter().all(|(name, value)| is_harmless(name, value)) {
        return Err(JsonLdError::Context);
    }
    let extended = active.extended(local)?;
    let touches = |iri: &str| KNOWN.iris.contains(iri) || NamedNode::new(iri).is_err();
    let strange = |(name, iri): (&str, &str)| touches(iri) || iri.rsplit(ENDS).next() != Some(name);
    let refused = extended.own_terms().iter().any(|(name, term)| term.prefix || term.iri.as_deref().is_none_or(|iri| strange((name, iri))));
    if refused { Err(JsonLdError::Context) } else { Ok(extended) }
}

fn is_harmless(name: &str, value: &Value) -> bool {
    match (name, value) {
        ("@version", value) => value.as_f64() == Some(1.1),
        ("@protected", value) => value.is_boolean(),
        ("@vocab", Value::String(vocab)) => {
            vocab.ends_with(ENDS) && NamedNode::new(vocab).is_ok() && !KNOWN.iris.iter().any(|iri| iri.starts_with(vocab))
        }
        (name, _) if name.is_empty() || name.starts_with('@') || name.contains([':', '/', '#']) || KNOWN.names.contains(name) => false,
        (_, Value::String(_)) => true,
        (_, Value::Object(parts)) => parts.contains_key("@id") && parts.iter().all(|(part, value)| is_harmless_part(part, value)),
        _ => false,
    }
}

fn is_harmless_part(part: &str, value: &Value) -> bool {
    match (part, value) {
        ("@id", Value::String(_)) | ("@protected", Value::Bool(_)) => true,
        ("@type", Value::String(kind)) => kind == "@id" || NamedNode::new(kind).is_ok(),
        ("@container", Value::String(kind)) => matches!(kind.as_str(), "@set" | "@list"),
        _ => false,
    }
}
