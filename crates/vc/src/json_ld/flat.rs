//! Documents without nested objects, such as proof options: their quads follow from the terms alone.
//!
//! Every proof is verified with one of these beside its document. Leaving the general processor out saves about half the time.

use super::strict::contexts_of;
use super::terms::{Active, Coercion, Container, Term};
use super::{JsonLdError, strict};
use crate::Map;
use oxrdf::{BlankNode, GraphName, Literal, NamedNode, NamedOrBlankNode, Quad, Term as Object, vocab::rdf};
use serde_json::Value;
use std::rc::Rc;

/// The quads of a checked document; `None` when it has nested objects, lists, graphs or values other than strings.
pub(super) fn quads(document: &Map) -> Result<Option<Vec<Quad>>, JsonLdError> {
    let flat = |(name, value): (&String, &Value)| name == "@context" || items(value).iter().all(Value::is_string);
    if !document.iter().all(flat) {
        return Ok(None);
    }
    let (active, plain) = contexts_of(document)?;
    let id = document.iter().find(|(name, _)| strict::keyword(&active, name) == Some("@id"));
    let subject: NamedOrBlankNode = match id.and_then(|(_, value)| value.as_str()) {
        Some(id) => named(id)?.into(),
        // The label is written over in canonicalising.
        None => BlankNode::new("p").map_err(|_| JsonLdError::Form)?.into(),
    };
    let mut quads = Vec::new();
    for (name, value) in document.iter().filter(|(name, _)| *name != "@context") {
        let term = active.term(name);
        let (predicate, objects) = match strict::keyword(&active, name) {
            Some("@id") => continue,
            Some("@type") => (rdf::TYPE.into_owned(), values(value, |text| Ok(vocabulary(&plain, text)?.into()))?),
            Some(_) => return Ok(None),
            None if term.is_some_and(|term| term.container != Container::Set || term.coercion == Coercion::Json) => return Ok(None),
            None => (vocabulary(&active, name)?, values(value, |text| object(&active, term, text))?),
        };
        quads.extend(objects.into_iter().map(|object| Quad::new(subject.clone(), predicate.clone(), object, GraphName::DefaultGraph)));
    }
    Ok(Some(quads))
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

fn values(value: &Value, object: impl Fn(&str) -> Result<Object, JsonLdError>) -> Result<Vec<Object>, JsonLdError> {
    items(value).iter().filter_map(Value::as_str).map(object).collect()
}

fn object(active: &Rc<Active<'_>>, term: Option<&Term<'_>>, text: &str) -> Result<Object, JsonLdError> {
    let Some(term) = term else { return Ok(Literal::new_simple_literal(text).into()) };
    Ok(match (term.coercion, term.scoped, &term.datatype) {
        (Coercion::Id, _, _) => named(text)?.into(),
        (Coercion::Vocab, Some(scoped), _) => vocabulary(&*active.extended(scoped, true)?, text)?.into(),
        (Coercion::Vocab, None, _) => vocabulary(active, text)?.into(),
        (_, _, Some(datatype)) => Literal::new_typed_literal(text, named(datatype)?).into(),
        (_, _, None) => Literal::new_simple_literal(text).into(),
    })
}

/// The IRI of a term, a compact IRI, an IRI, or a name behind `@vocab`.
fn vocabulary(active: &Active<'_>, text: &str) -> Result<NamedNode, JsonLdError> {
    match (active.term(text), active.absolute(text)) {
        (Some(term), _) => named(term.iri.as_deref().ok_or(JsonLdError::Undefined)?),
        (None, Some(iri)) => named(&iri),
        (None, None) => named(&format!("{}{text}", active.vocab().ok_or(JsonLdError::Undefined)?)),
    }
}

fn named(iri: &str) -> Result<NamedNode, JsonLdError> {
    NamedNode::new(iri).map_err(|_| JsonLdError::Undefined)
}
