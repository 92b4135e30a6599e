//! The strict reading of a document: every member means something, in the form that plain JSON readers expect.
//!
//! Follows the expansion algorithm (JSON-LD 1.1 API section 5.1.2) over the active contexts, without building anything:
//! it counts the quads that must come out.

use super::terms::{Active, Coercion, Container, Term};
use super::{JsonLdError, MAX_QUADS, inline};
use crate::Map;
use oxrdf::NamedNode;
use serde_json::Value;
use std::rc::Rc;

/// Most contexts that one document may apply, counted as often as it names them.
const MAX_CONTEXTS: usize = 64;

/// Checks `document` and says how many quads it makes.
pub(super) fn check(document: &Map) -> Result<usize, JsonLdError> {
    let mut walk = Walk { quads: 0, contexts: 0, own_id: document.get("id").and_then(Value::as_str) };
    walk.node(document, &Rc::default(), None, true)?;
    Ok(walk.quads)
}

/// The contexts in force inside a document: for its members, and for the values of `type`.
pub(super) fn contexts_of(document: &Map) -> Result<(Rc<Active<'_>>, Rc<Active<'_>>), JsonLdError> {
    let mut walk = Walk { quads: 0, contexts: 0, own_id: None };
    let plain = match document.get("@context") {
        Some(local) => walk.with_context(&Rc::default(), local)?,
        None => Rc::default(),
    };
    Ok((walk.typed(document, &plain)?, plain))
}

/// Checks the value of one `@context` by itself.
pub(super) fn check_contexts(local: &Value) -> Result<(), JsonLdError> {
    Walk { quads: 0, contexts: 0, own_id: None }.with_context(&Rc::default(), local).map(|_| ())
}

struct Walk<'a> {
    quads: usize,
    contexts: usize,
    /// `id` of the whole document.
    own_id: Option<&'a str>,
}

/// What a member of a node object is.
enum Member<'c, 'a> {
    Context,
    Id,
    Type,
    Property(Option<&'c Term<'a>>),
}

impl<'a> Walk<'a> {
    fn count(&mut self, quads: usize) -> Result<(), JsonLdError> {
        self.quads = self.quads.saturating_add(quads);
        if self.quads > MAX_QUADS { Err(JsonLdError::Limit) } else { Ok(()) }
    }

    /// `active` with a context that the document names: addresses in the bundle, and definitions of its own that touch none
    /// of theirs.
    fn with_context(&mut self, active: &Rc<Active<'a>>, local: &'a Value) -> Result<Rc<Active<'a>>, JsonLdError> {
        let items = local.as_array().map_or(std::slice::from_ref(local), Vec::as_slice);
        self.contexts = self.contexts.saturating_add(items.len());
        if self.contexts > MAX_CONTEXTS {
            return Err(JsonLdError::Limit);
        }
        let mut result = Rc::clone(active);
        for item in items {
            result = match item {
                Value::String(_) => result.extended(item, true)?,
                Value::Object(definitions) => inline::extended(&result, item, definitions)?,
                _ => return Err(JsonLdError::Context),
            };
        }
        Ok(result)
    }

    /// A node object: its quads, without the one that points at it.
    fn node(&mut self, node: &'a Map, above: &Rc<Active<'a>>, scoped: Option<&'a Value>, top: bool) -> Result<(), JsonLdError> {
        let only_id = node.len() == 1 && node.keys().all(|key| keyword(above, key) == Some("@id"));
        let mut active = match above.previous() {
            Some(previous) if !top && !only_id => Rc::clone(previous),
            _ => Rc::clone(above),
        };
        if let Some(scoped) = scoped {
            active = active.extended(scoped, true)?;
        }
        if let Some(local) = node.get("@context") {
            active = self.with_context(&active, local)?;
        }
        let plain = Rc::clone(&active);
        active = self.typed(node, &plain)?;
        for (key, value) in node {
            match member(&active, key)? {
                Member::Context => {}
                Member::Id => self.id(&active, node, value, top)?,
                Member::Type => self.types(&plain, value)?,
                Member::Property(term) => self.property(&active, term, value)?,
            }
        }
        Ok(())
    }

    /// The context that the types of `node` bring, which nested nodes do not inherit.
    fn typed(&mut self, node: &'a Map, plain: &Rc<Active<'a>>) -> Result<Rc<Active<'a>>, JsonLdError> {
        let mut types: Vec<&str> = Vec::new();
        for (key, value) in node.iter().filter(|(key, _)| keyword(plain, key) == Some("@type")) {
            let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            if !key.is_empty() {
                types.extend(items.iter().filter_map(Value::as_str));
            }
        }
        // Each type is a quad, so that this is also the bound on the work below.
        if types.len() > MAX_QUADS.saturating_sub(self.quads) {
            return Err(JsonLdError::Limit);
        }
        types.sort_unstable();
        let mut active = Rc::clone(plain);
        for name in types {
            if let Some(scoped) = plain.term(name).and_then(|term| term.scoped) {
                active = active.extended(scoped, false)?;
            }
        }
        Ok(active)
    }

    fn id(&mut self, active: &Active<'a>, node: &'a Map, value: &'a Value, top: bool) -> Result<(), JsonLdError> {
        let id = value.as_str().ok_or(JsonLdError::Form)?;
        reference(active, id)?;
        let says_more = || node.keys().any(|key| !matches!(keyword(active, key), Some("@id" | "@type")));
        if !top && Some(id) == self.own_id && says_more() {
            // What it says there would count as said of the whole document, where a JSON reader does not look.
            return Err(JsonLdError::Form);
        }
        Ok(())
    }

    fn types(&mut self, plain: &Active<'a>, value: &'a Value) -> Result<(), JsonLdError> {
        let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for item in items {
            let name = item.as_str().ok_or(JsonLdError::Form)?;
            type_name(plain, name)?;
            self.count(1)?;
        }
        Ok(())
    }

    fn property(&mut self, active: &Rc<Active<'a>>, term: Option<&Term<'a>>, value: &'a Value) -> Result<(), JsonLdError> {
        let (coercion, container, scoped) =
            term.map_or((Coercion::Literal, Container::Set, None), |term| (term.coercion, term.container, term.scoped));
        if coercion == Coercion::Json {
            return self.count(1);
        }
        let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        if container == Container::List && !value.is_null() {
            self.count(1)?;
        }
        for item in items.iter().filter(|item| !item.is_null()) {
            match (container, item) {
                (_, Value::Array(_)) => return Err(JsonLdError::Form),
                (Container::List, _) => {
                    // `first` and `rest`; an entry without value would be left out of the list.
                    self.count(1)?;
                    self.entry(active, coercion, scoped, item)?;
                }
                (Container::Graph, Value::Object(node)) if !is_value(active, node) => {
                    self.count(1)?;
                    let before = self.quads;
                    self.node(node, active, scoped, false)?;
                    if self.quads == before {
                        return Err(JsonLdError::Form);
                    }
                }
                (Container::Graph, _) => return Err(JsonLdError::Form),
                (Container::Set, _) => self.entry(active, coercion, scoped, item)?,
            }
        }
        Ok(())
    }

    /// One value of a property: the quad that points at it, and what it says itself.
    fn entry(
        &mut self,
        active: &Rc<Active<'a>>,
        coercion: Coercion,
        scoped: Option<&'a Value>,
        item: &'a Value,
    ) -> Result<(), JsonLdError> {
        self.count(1)?;
        match item {
            Value::Object(object) if is_value(active, object) => literal(active, object),
            Value::Object(node) => self.node(node, active, scoped, false),
            Value::String(text) => match coercion {
                Coercion::Id => reference(active, text),
                Coercion::Vocab => match scoped {
                    Some(scoped) => vocabulary(&*active.extended(scoped, true)?, text),
                    None => vocabulary(active, text),
                },
                Coercion::Literal | Coercion::Json => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

/// The keyword that a key stands for.
pub(super) fn keyword<'c>(active: &'c Active<'_>, key: &'c str) -> Option<&'c str> {
    match active.term(key) {
        Some(term) => term.iri.as_deref().filter(|iri| iri.starts_with('@')),
        None => key.starts_with('@').then_some(key),
    }
}

fn member<'c, 'a>(active: &'c Active<'a>, key: &str) -> Result<Member<'c, 'a>, JsonLdError> {
    if key == "@context" {
        return Ok(Member::Context);
    }
    let Some(term) = active.term(key) else {
        return match key {
            // Where a context has its own word for it, the plain reader looks for that word.
            "@id" if !active.names("@id") => Ok(Member::Id),
            "@type" if !active.names("@type") => Ok(Member::Type),
            _ if key.starts_with('@') || key.contains(':') => Err(JsonLdError::Form),
            _ if active.vocab().is_some() && !key.is_empty() => Ok(Member::Property(None)),
            _ => Err(JsonLdError::Undefined),
        };
    };
    match term.iri.as_deref() {
        Some("@id") => Ok(Member::Id),
        Some("@type") => Ok(Member::Type),
        Some(iri) if iri.starts_with('@') => Err(JsonLdError::Form),
        // The name of a class, where the property of that IRI has a name of its own.
        Some(iri) if key.starts_with(|c: char| c.is_ascii_uppercase()) && active.names_other(iri, key) => Err(JsonLdError::Form),
        Some(iri) if is_iri(iri) => Ok(Member::Property(Some(term))),
        _ => Err(JsonLdError::Undefined),
    }
}

fn is_value(active: &Active<'_>, object: &Map) -> bool {
    object.keys().any(|key| keyword(active, key) == Some("@value"))
}

/// A value object: `@value` with `@type` or `@language`, nothing else.
///
/// `@direction` is refused because RDF has no place for it, and `@index` likewise.
fn literal(active: &Active<'_>, object: &Map) -> Result<(), JsonLdError> {
    let (mut text, mut language, mut datatype) = (false, false, false);
    for (key, value) in object {
        match (keyword(active, key), value) {
            (Some("@value"), Value::String(_)) => text = true,
            (Some("@value"), Value::Bool(_) | Value::Number(_)) => {}
            (Some("@language"), Value::String(_)) => language = true,
            (Some("@type"), Value::String(name)) => {
                datatype = true;
                type_name(active, name)?;
            }
            _ => return Err(JsonLdError::Form),
        }
    }
    if language && (datatype || !text) { Err(JsonLdError::Form) } else { Ok(()) }
}

/// A type: a term, or the IRI of something that has no term here.
fn type_name(active: &Active<'_>, name: &str) -> Result<(), JsonLdError> {
    match active.term(name) {
        Some(term) => term.iri.as_deref().filter(|iri| is_iri(iri)).map(|_| ()).ok_or(JsonLdError::Undefined),
        None => match active.absolute(name) {
            Some(iri) if active.names(&iri) => Err(JsonLdError::Form),
            Some(iri) if is_iri(&iri) => Ok(()),
            None if active.vocab().is_some() && !name.is_empty() && !name.starts_with('@') => Ok(()),
            _ => Err(JsonLdError::Undefined),
        },
    }
}

/// A value that is a term or an IRI.
fn vocabulary(active: &Active<'_>, text: &str) -> Result<(), JsonLdError> {
    type_name(active, text)
}

/// A value that is an IRI: absolute, because there is no base to resolve a relative one against.
fn reference(active: &Active<'_>, text: &str) -> Result<(), JsonLdError> {
    match active.absolute(text) {
        Some(iri) if text.starts_with("_:") || iri != text => Err(JsonLdError::Form),
        Some(iri) if is_iri(&iri) => Ok(()),
        _ => Err(JsonLdError::Undefined),
    }
}

fn is_iri(text: &str) -> bool {
    NamedNode::new(text).is_ok()
}
