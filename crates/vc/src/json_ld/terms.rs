//! Active contexts of JSON-LD 1.1, as far as the bundled contexts use the language: layers of terms over layers.

use super::{JsonLdError, contexts};
use serde_json::Value;
use std::collections::HashMap;
use std::rc::Rc;

/// What a term makes of a string that is its value (JSON-LD 1.1 section 4.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coercion {
    /// Nothing, or a datatype: the string stays a literal.
    Literal,
    /// `@id`: an IRI.
    Id,
    /// `@vocab`: a term or an IRI.
    Vocab,
    /// `@json`: whatever the value is, it is taken whole.
    Json,
}

/// What holds a term's values (JSON-LD 1.1 section 4.3, section 4.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    /// A set, which is also what stands there when nothing is said.
    Set,
    /// `@list`.
    List,
    /// `@graph`.
    Graph,
}

/// Where a context stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// In a document or with a type.
    Document,
    /// With a property.
    Property,
}

/// One term of a context.
#[derive(Debug, Clone)]
pub(super) struct Term<'a> {
    /// IRI or keyword; `None` where the context says that the term means nothing.
    pub(super) iri: Option<Rc<str>>,
    pub(super) coercion: Coercion,
    /// Datatype of strings, where there is one.
    pub(super) datatype: Option<Rc<str>>,
    pub(super) container: Container,
    /// Context for what stands below the term.
    pub(super) scoped: Option<&'a Value>,
    /// No later context may define it otherwise (JSON-LD 1.1 section 4.1.11).
    protected: bool,
    /// Written as a plain string that ends like a prefix (JSON-LD 1.1 section 4.1.5).
    pub(super) prefix: bool,
}

impl Term<'_> {
    /// Whether both say the same, protected or not.
    fn says_the_same(&self, other: &Self) -> bool {
        (&self.iri, self.coercion, &self.datatype, self.container, self.scoped, self.prefix)
            == (&other.iri, other.coercion, &other.datatype, other.container, other.scoped, other.prefix)
    }
}

/// An active context: its own terms, and those of the layer below that it does not define again.
#[derive(Default)]
pub(super) struct Active<'a> {
    terms: HashMap<&'a str, Term<'a>>,
    below: Option<Rc<Self>>,
    vocab: Option<&'a str>,
    /// The context that comes back in nested nodes, because this one is of a type and does not propagate.
    previous: Option<Rc<Self>>,
}

impl<'a> Active<'a> {
    /// Whatever `local` (the value of `@context`) adds to `self`. Addresses are those of bundled contexts.
    ///
    /// # Errors
    /// A context that is not bundled, or that defines a protected term otherwise.
    pub(super) fn extended(self: &Rc<Self>, local: &'a Value) -> Result<Rc<Self>, JsonLdError> {
        self.processed(local, Scope::Document)
    }

    /// The context of a property's values, which may define protected terms otherwise.
    pub(super) fn below_property(self: &Rc<Self>, local: &'a Value) -> Result<Rc<Self>, JsonLdError> {
        self.processed(local, Scope::Property)
    }

    /// The context of a type, to which nested nodes do not hold.
    pub(super) fn of_type(self: &Rc<Self>, local: &'a Value) -> Result<Rc<Self>, JsonLdError> {
        let result = self.processed(local, Scope::Document)?;
        if result.previous.is_some() {
            return Ok(result);
        }
        let layer = Self { vocab: result.vocab, below: Some(result), previous: Some(Rc::clone(self)), terms: HashMap::new() };
        Ok(Rc::new(layer))
    }

    fn processed(self: &Rc<Self>, local: &'a Value, scope: Scope) -> Result<Rc<Self>, JsonLdError> {
        let mut result = Rc::clone(self);
        let items = local.as_array().map_or(std::slice::from_ref(local), Vec::as_slice);
        for item in items {
            result = match item {
                Value::Null if scope == Scope::Property => Rc::default(),
                Value::String(url) => {
                    let file = contexts::local(url).ok_or(JsonLdError::Context)?;
                    result.processed(file, Scope::Document)?
                }
                Value::Object(definitions) => Rc::new(Self::layer(&result, definitions, scope)?),
                _ => return Err(JsonLdError::Context),
            };
        }
        Ok(result)
    }

    fn layer(below: &Rc<Self>, definitions: &'a crate::Map, scope: Scope) -> Result<Self, JsonLdError> {
        let mut layer = Self { vocab: below.vocab, previous: below.previous.clone(), below: Some(Rc::clone(below)), terms: HashMap::new() };
        for (name, value) in definitions {
            match name.as_str() {
                "@version" | "@protected" => {}
                "@vocab" => layer.vocab = Some(value.as_str().ok_or(JsonLdError::Context)?),
                keyword if keyword.starts_with('@') => return Err(JsonLdError::Context),
                term => {
                    let mut defined = layer.define(definitions, term, 0)?;
                    if let Some(before) = below.term(term).filter(|before| before.protected && scope == Scope::Document) {
                        if !before.says_the_same(&defined) {
                            return Err(JsonLdError::Context);
                        }
                        defined.protected = true;
                    }
                    layer.terms.insert(term, defined);
                }
            }
        }
        Ok(layer)
    }

    fn define(&self, definitions: &'a crate::Map, name: &str, level: usize) -> Result<Term<'a>, JsonLdError> {
        let value = definitions.get(name).ok_or(JsonLdError::Context)?;
        let protected = definitions.get("@protected") == Some(&Value::Bool(true));
        let mut term = Term {
            iri: None,
            coercion: Coercion::Literal,
            datatype: None,
            container: Container::Set,
            scoped: None,
            protected,
            prefix: false,
        };
        let parts = match value {
            Value::Null => return Ok(term),
            Value::String(iri) => {
                term.iri = self.iri_of(definitions, name, iri, level)?;
                term.prefix = iri.ends_with([':', '/', '?', '#', '[', ']', '@']);
                return Ok(term);
            }
            Value::Object(parts) => parts,
            _ => return Err(JsonLdError::Context),
        };
        for (part, value) in parts {
            match (part.as_str(), value) {
                ("@id", Value::String(iri)) => term.iri = self.iri_of(definitions, name, iri, level)?,
                ("@type", Value::String(kind)) => {
                    term.coercion = match kind.as_str() {
                        "@id" => Coercion::Id,
                        "@vocab" => Coercion::Vocab,
                        "@json" => Coercion::Json,
                        keyword if keyword.starts_with('@') => return Err(JsonLdError::Context),
                        _ => Coercion::Literal,
                    };
                    if term.coercion == Coercion::Literal {
                        term.datatype = self.iri_of(definitions, name, kind, level)?;
                    }
                }
                ("@container", Value::String(kind)) => {
                    term.container = match kind.as_str() {
                        "@set" => Container::Set,
                        "@list" => Container::List,
                        "@graph" => Container::Graph,
                        _ => return Err(JsonLdError::Context),
                    }
                }
                ("@context", scoped) => term.scoped = Some(scoped),
                ("@protected", Value::Bool(protected)) => term.protected = *protected,
                _ => return Err(JsonLdError::Context),
            }
        }
        if !parts.contains_key("@id") {
            term.iri = self.iri_of(definitions, name, name, level)?;
        }
        Ok(term)
    }

    /// What an `@id` inside a context means: keyword, term or compact IRI of the same context or of one below, or IRI.
    ///
    /// Never the term `own` that is being defined: its own name is the vocabulary's word, whatever it meant before.
    fn iri_of(&self, definitions: &'a crate::Map, own: &str, text: &str, level: usize) -> Result<Option<Rc<str>>, JsonLdError> {
        if text.starts_with('@') {
            return Ok(Some(text.into()));
        }
        // No bundled context refers through more than two terms.
        let lookup = |name: &str| -> Result<Option<Term<'a>>, JsonLdError> {
            match definitions.contains_key(name) && level < 4 {
                true => self.define(definitions, name, level + 1).map(Some),
                false => Ok(self.term(name).cloned()),
            }
        };
        if let Some((prefix, suffix)) = text.split_once(':') {
            if prefix == own {
                return Err(JsonLdError::Context);
            }
            if !suffix.starts_with("//")
                && let Some(base) = lookup(prefix)?.filter(|term| term.prefix).and_then(|term| term.iri)
            {
                return Ok(Some(format!("{base}{suffix}").into()));
            }
            return Ok(Some(text.into()));
        }
        if text != own
            && let Some(term) = lookup(text)?
        {
            return Ok(term.iri);
        }
        Ok(self.vocab.map(|vocab| format!("{vocab}{text}").into()))
    }

    /// The term of this name.
    pub(super) fn term(&self, name: &str) -> Option<&Term<'a>> {
        let mut layer = self;
        loop {
            if let Some(term) = layer.terms.get(name) {
                return Some(term);
            }
            layer = layer.below.as_deref()?;
        }
    }

    /// The context to go back to before a nested node, when there is one.
    pub(super) fn previous(&self) -> Option<&Rc<Self>> {
        self.previous.as_ref()
    }

    /// What stands before every name that is not a term.
    pub(super) fn vocab(&self) -> Option<&'a str> {
        self.vocab
    }

    /// Whether some term that is in force means exactly this IRI.
    pub(super) fn names(&self, iri: &str) -> bool {
        self.names_other(iri, "")
    }

    /// Whether some term in force, other than the one of this name, means exactly this IRI.
    pub(super) fn names_other(&self, iri: &str, but: &str) -> bool {
        let mut layer = self;
        loop {
            let named = |(name, term): (&&str, &Term<'a>)| term.iri.as_deref() == Some(iri) && *name != but && self.is_current(name, term);
            if layer.terms.iter().any(named) {
                return true;
            }
            match layer.below.as_deref() {
                Some(below) => layer = below,
                None => return false,
            }
        }
    }

    /// The terms of this layer alone.
    pub(super) fn own_terms(&self) -> &HashMap<&'a str, Term<'a>> {
        &self.terms
    }

    fn is_current(&self, name: &str, term: &Term<'a>) -> bool {
        self.term(name).is_some_and(|current| std::ptr::eq(current, term))
    }

    /// The IRI of a compact or absolute IRI; `None` when `text` is relative.
    pub(super) fn absolute(&self, text: &str) -> Option<String> {
        let (prefix, suffix) = text.split_once(':')?;
        let base = (!suffix.starts_with("//")).then(|| self.term(prefix)).flatten().filter(|term| term.prefix);
        Some(match base.and_then(|term| term.iri.as_deref()) {
            Some(base) => format!("{base}{suffix}"),
            None => text.to_owned(),
        })
    }
}
