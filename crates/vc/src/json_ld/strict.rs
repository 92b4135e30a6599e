//! From a document to RDF quads, read strictly: every member means something, in the form that plain JSON readers expect.
//!
//! Follows expansion and conversion to RDF (JSON-LD 1.1 API sections 5.1.2 and 8.1) in one walk over the active contexts,
//! so that nothing can be lost between a check and the processor. `oxjsonld` is the oracle in tests. It is not used here:
//! of the types of a node it applies the context of the last one only, and it takes ten times as long.

use super::terms::{Active, Coercion, Container, Term};
use super::{JsonLdError, MAX_QUADS, inline, literal};
use crate::Map;
use oxrdf::vocab::rdf;
use oxrdf::{BlankNode, GraphName, NamedNode, NamedOrBlankNode, Quad, Term as Object};
use serde_json::Value;
use std::rc::Rc;

/// What an endorsement says of its subject, which may be the very document that it stands in.
const ENDORSEMENT_COMMENT: &str = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#endorsementComment";
/// Most contexts that one document may apply, counted as often as it names them.
const MAX_CONTEXTS: usize = 64;

/// The quads of `document`; what it says twice stands there twice.
pub(super) fn quads(document: &Map) -> Result<Vec<Quad>, JsonLdError> {
    let mut walk = Walk { own_id: document.get("id").and_then(Value::as_str), ..Walk::default() };
    walk.node(document, &Rc::default(), None, true)?;
    Ok(walk.quads)
}

/// Checks the value of one `@context` by itself.
pub(super) fn check_contexts(local: &Value) -> Result<(), JsonLdError> {
    Walk::default().with_context(&Rc::default(), local).map(|_| ())
}

struct Walk<'a> {
    quads: Vec<Quad>,
    contexts: usize,
    blanks: usize,
    /// The graph in which the walk is.
    graph: GraphName,
    /// `id` of the whole document.
    own_id: Option<&'a str>,
}

impl Default for Walk<'_> {
    fn default() -> Self {
        Self { quads: Vec::new(), contexts: 0, blanks: 0, graph: GraphName::DefaultGraph, own_id: None }
    }
}

/// A property of a node: its IRI and what its term says of values.
struct Property<'a> {
    iri: NamedNode,
    coercion: Coercion,
    datatype: Option<NamedNode>,
    container: Container,
    scoped: Option<&'a Value>,
}

/// What a member of a node object is.
enum Member<'a> {
    Context,
    Id,
    Type,
    Property(Property<'a>),
}

impl<'a> Walk<'a> {
    fn emit(&mut self, subject: &NamedOrBlankNode, predicate: NamedNode, object: impl Into<Object>) -> Result<(), JsonLdError> {
        if self.quads.len() >= MAX_QUADS {
            return Err(JsonLdError::Limit);
        }
        self.quads.push(Quad::new(subject.clone(), predicate, object, self.graph.clone()));
        Ok(())
    }

    /// A blank node; its label is written over in canonicalising.
    fn blank(&mut self) -> BlankNode {
        self.blanks += 1;
        BlankNode::new_unchecked(format!("b{}", self.blanks))
    }

    /// `active` with a context that the document names: addresses in the bundle, and definitions of its own that touch none
    /// of theirs.
    fn with_context(&mut self, active: &Rc<Active<'a>>, local: &'a Value) -> Result<Rc<Active<'a>>, JsonLdError> {
        let items = items(local);
        self.contexts = self.contexts.saturating_add(items.len());
        if self.contexts > MAX_CONTEXTS {
            return Err(JsonLdError::Limit);
        }
        let mut result = Rc::clone(active);
        for item in items {
            result = match item {
                Value::String(_) => result.extended(item)?,
                Value::Object(definitions) => inline::extended(&result, item, definitions)?,
                _ => return Err(JsonLdError::Context),
            };
        }
        Ok(result)
    }

    /// A node object: its quads, and the node itself for the quad that points at it.
    fn node(
        &mut self,
        node: &'a Map,
        above: &Rc<Active<'a>>,
        scoped: Option<&'a Value>,
        top: bool,
    ) -> Result<NamedOrBlankNode, JsonLdError> {
        let only_id = node.len() == 1 && node.keys().all(|key| keyword(above, key) == Some("@id"));
        let mut active = match above.previous() {
            Some(previous) if !top && !only_id => Rc::clone(previous),
            _ => Rc::clone(above),
        };
        if let Some(scoped) = scoped {
            active = active.below_property(scoped)?;
        }
        if let Some(local) = node.get("@context") {
            active = self.with_context(&active, local)?;
        }
        let plain = Rc::clone(&active);
        active = self.typed(node, &plain)?;
        let mut id = None;
        let mut members = Vec::with_capacity(node.len());
        for (key, value) in node {
            match member(&active, key)? {
                Member::Context => {}
                Member::Id if id.is_some() => return Err(JsonLdError::Form),
                Member::Id => id = Some(self.id(&active, node, value, top)?),
                member => members.push((member, value)),
            }
        }
        let subject = match id {
            Some(id) => id.into(),
            None => self.blank().into(),
        };
        for (member, value) in members {
            match member {
                Member::Property(property) => self.property(&subject, &active, &property, value)?,
                _ => self.types(&subject, &plain, value)?,
            }
        }
        Ok(subject)
    }

    /// The context that the types of `node` bring, one after the other, which nested nodes do not inherit.
    fn typed(&mut self, node: &'a Map, plain: &Rc<Active<'a>>) -> Result<Rc<Active<'a>>, JsonLdError> {
        let types = node.iter().filter(|(key, _)| keyword(plain, key) == Some("@type"));
        let mut types: Vec<&str> = types.flat_map(|(_, value)| items(value)).filter_map(Value::as_str).collect();
        // Each type is a quad, so that this is also the bound on the work below.
        if types.len() > MAX_QUADS.saturating_sub(self.quads.len()) {
            return Err(JsonLdError::Limit);
        }
        types.sort_unstable();
        let mut active = Rc::clone(plain);
        for name in types {
            if let Some(scoped) = plain.term(name).and_then(|term| term.scoped) {
                active = active.of_type(scoped)?;
            }
        }
        Ok(active)
    }

    fn id(&mut self, active: &Active<'a>, node: &'a Map, value: &'a Value, top: bool) -> Result<NamedNode, JsonLdError> {
        let id = value.as_str().ok_or(JsonLdError::Form)?;
        if !top && Some(id) == self.own_id && !is_mention(active, node) {
            // What it says there would count as said of the whole document, where a JSON reader does not look.
            return Err(JsonLdError::Form);
        }
        reference(active, id)
    }

    fn types(&mut self, subject: &NamedOrBlankNode, plain: &Active<'a>, value: &'a Value) -> Result<(), JsonLdError> {
        for item in items(value) {
            let name = item.as_str().ok_or(JsonLdError::Form)?;
            self.emit(subject, rdf::TYPE.into_owned(), vocabulary(plain, name)?)?;
        }
        Ok(())
    }

    fn property(
        &mut self,
        subject: &NamedOrBlankNode,
        active: &Rc<Active<'a>>,
        property: &Property<'a>,
        value: &'a Value,
    ) -> Result<(), JsonLdError> {
        if property.coercion == Coercion::Json {
            return self.emit(subject, property.iri.clone(), literal::json(value)?);
        }
        let values: Vec<_> = items(value).iter().filter(|item| !item.is_null()).collect();
        match property.container {
            Container::List if value.is_null() => Ok(()),
            Container::List => {
                let list = self.list(active, property, &values)?;
                self.emit(subject, property.iri.clone(), list)
            }
            Container::Graph => values.into_iter().try_for_each(|value| {
                let graph = self.named_graph(active, property, value)?;
                self.emit(subject, property.iri.clone(), graph)
            }),
            Container::Set => values.into_iter().try_for_each(|value| {
                let object = self.object(active, property, value)?;
                self.emit(subject, property.iri.clone(), object)
            }),
        }
    }

    /// A graph of its own for one node. Its name is a blank node: a node that says nothing would be lost with its `id`.
    fn named_graph(&mut self, active: &Rc<Active<'a>>, property: &Property<'a>, value: &'a Value) -> Result<BlankNode, JsonLdError> {
        let node = value.as_object().filter(|object| !is_value(active, object)).ok_or(JsonLdError::Form)?;
        let (name, before) = (self.blank(), self.quads.len());
        let around = std::mem::replace(&mut self.graph, name.clone().into());
        self.node(node, active, property.scoped, false)?;
        self.graph = around;
        if self.quads.len() == before { Err(JsonLdError::Form) } else { Ok(name) }
    }

    /// The head of an RDF list.
    fn list(&mut self, active: &Rc<Active<'a>>, property: &Property<'a>, values: &[&'a Value]) -> Result<Object, JsonLdError> {
        let mut head: Object = rdf::NIL.into_owned().into();
        for value in values.iter().rev() {
            let object = self.object(active, property, value)?;
            let cell = self.blank();
            self.emit(&cell.clone().into(), rdf::FIRST.into_owned(), object)?;
            self.emit(&cell.clone().into(), rdf::REST.into_owned(), head)?;
            head = cell.into();
        }
        Ok(head)
    }

    /// One value of a property.
    fn object(&mut self, active: &Rc<Active<'a>>, property: &Property<'a>, value: &'a Value) -> Result<Object, JsonLdError> {
        match value {
            Value::Object(object) if is_value(active, object) => value_object(active, object),
            Value::Object(node) => Ok(self.node(node, active, property.scoped, false)?.into()),
            Value::String(text) if property.coercion == Coercion::Id => Ok(reference(active, text)?.into()),
            Value::String(text) if property.coercion == Coercion::Vocab => match property.scoped {
                Some(scoped) => Ok(vocabulary(&*active.below_property(scoped)?, text)?.into()),
                None => Ok(vocabulary(active, text)?.into()),
            },
            scalar => Ok(literal::scalar(scalar, property.datatype.as_ref())?.into()),
        }
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

/// The keyword that a key stands for.
fn keyword<'c>(active: &'c Active<'_>, key: &'c str) -> Option<&'c str> {
    match active.term(key) {
        Some(term) => term.iri.as_deref().filter(|iri| iri.starts_with('@')),
        None => key.starts_with('@').then_some(key),
    }
}

/// Whether a node that is named like the whole document only points at it, or is what an endorsement in it says of it. What kind of
/// credential the document is, is said at its top or not at all.
fn is_mention(active: &Active<'_>, node: &Map) -> bool {
    node.iter().all(|(key, value)| match keyword(active, key) {
        Some("@id") => true,
        Some("@type") => {
            !items(value).iter().filter_map(Value::as_str).any(|name| name.ends_with("Credential") || name.ends_with("Presentation"))
        }
        Some(_) => false,
        None => active.term(key).is_some_and(|term| term.iri.as_deref() == Some(ENDORSEMENT_COMMENT)),
    })
}

fn member<'a>(active: &Active<'a>, key: &str) -> Result<Member<'a>, JsonLdError> {
    if key == "@context" {
        return Ok(Member::Context);
    }
    let Some(term) = active.term(key) else {
        return match (key, active.vocab()) {
            // Where a context has its own word for it, the plain reader looks for that word.
            ("@id", _) if !active.names("@id") => Ok(Member::Id),
            ("@type", _) if !active.names("@type") => Ok(Member::Type),
            _ if key.starts_with('@') || key.contains(':') => Err(JsonLdError::Form),
            (_, Some(vocab)) if is_one_word(key) => Ok(Member::Property(Property {
                iri: iri(&format!("{vocab}{key}"))?,
                coercion: Coercion::Literal,
                datatype: None,
                container: Container::Set,
                scoped: None,
            })),
            _ => Err(JsonLdError::Undefined),
        };
    };
    match term.iri.as_deref() {
        Some("@id") => Ok(Member::Id),
        Some("@type") => Ok(Member::Type),
        Some(name) if name.starts_with('@') => Err(JsonLdError::Form),
        // The name of a class, where the property of that IRI has a name of its own.
        Some(name) if key.starts_with(|c: char| c.is_ascii_uppercase()) && active.names_other(name, key) => Err(JsonLdError::Form),
        Some(name) => Ok(Member::Property(property(name, term)?)),
        None => Err(JsonLdError::Undefined),
    }
}

fn property<'a>(name: &str, term: &Term<'a>) -> Result<Property<'a>, JsonLdError> {
    Ok(Property {
        iri: iri(name)?,
        coercion: term.coercion,
        datatype: term.datatype.as_deref().map(iri).transpose()?,
        container: term.container,
        scoped: term.scoped,
    })
}

fn is_value(active: &Active<'_>, object: &Map) -> bool {
    object.keys().any(|key| keyword(active, key) == Some("@value"))
}

/// A value object: `@value` with `@type` or `@language`, nothing else.
///
/// `@direction` is refused because RDF has no place for it, and `@index` likewise.
fn value_object(active: &Active<'_>, object: &Map) -> Result<Object, JsonLdError> {
    let (mut value, mut language, mut datatype) = (None, None, None);
    for (key, part) in object {
        match (keyword(active, key), part) {
            (Some("@value"), Value::String(_) | Value::Bool(_) | Value::Number(_)) if value.is_none() => value = Some(part),
            (Some("@language"), Value::String(tag)) if language.is_none() => language = Some(tag),
            (Some("@type"), Value::String(name)) if datatype.is_none() => datatype = Some(vocabulary(active, name)?),
            _ => return Err(JsonLdError::Form),
        }
    }
    let value = value.ok_or(JsonLdError::Form)?;
    match (language, value, datatype) {
        (None, value, datatype) => Ok(literal::scalar(value, datatype.as_ref())?.into()),
        (Some(language), Value::String(text), None) => Ok(literal::in_language(text, language)?.into()),
        _ => Err(JsonLdError::Form),
    }
}

/// A type or a value of a vocabulary: a term, or the IRI of something that has no term here.
fn vocabulary(active: &Active<'_>, name: &str) -> Result<NamedNode, JsonLdError> {
    if let Some(term) = active.term(name) {
        return iri(term.iri.as_deref().ok_or(JsonLdError::Undefined)?);
    }
    match (active.absolute(name), active.vocab()) {
        (Some(absolute), _) if active.names(&absolute) => Err(JsonLdError::Form),
        (Some(absolute), _) => iri(&absolute),
        (None, Some(vocab)) if is_one_word(name) => iri(&format!("{vocab}{name}")),
        _ => Err(JsonLdError::Undefined),
    }
}

/// Whether a name that no context defines can be one of a vocabulary. One with a `/` or `#` in it would be another name for what
/// another vocabulary calls by its last part.
fn is_one_word(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('@') && !name.contains(['/', '#'])
}

/// A value that is an IRI: absolute, because there is no base to resolve a relative one against.
fn reference(active: &Active<'_>, text: &str) -> Result<NamedNode, JsonLdError> {
    match active.absolute(text) {
        Some(absolute) if text.starts_with("_:") || absolute != text => Err(JsonLdError::Form),
        Some(absolute) => iri(&absolute),
        None => Err(JsonLdError::Undefined),
    }
}

fn iri(text: &str) -> Result<NamedNode, JsonLdError> {
    NamedNode::new(text).map_err(|_| JsonLdError::Undefined)
}
