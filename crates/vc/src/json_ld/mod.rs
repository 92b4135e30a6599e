//! JSON-LD as credentials need it: bundled contexts only, nothing dropped silently, canonical N-Quads within a budget.
//!
//! A signature over RDF says nothing about what RDF leaves out. Two rules close that gap before anything is hashed:
//! whatever the document says must arrive in the graph (W3C Data Integrity 1.0 section 2.4.1, `DATA_LOSS_DETECTION_ERROR`),
//! and it must say it in the one way that a reader of the plain JSON sees. So terms are written as terms, not as the
//! IRIs that they stand for: `"https://www.w3.org/2018/credentials#validUntil": …` means the same to RDF, and nothing to
//! a program that looks for `validUntil`.

mod contexts;
mod inline;
mod literal;
mod rdfc;
mod strict;
mod terms;

#[cfg(test)]
mod tests;

pub use contexts::{BUNDLED, Bundled, context};
pub use rdfc::{Budget, Hash};

use crate::Map;
use serde_json::Value;

/// Most quads that a document may make.
pub const MAX_QUADS: usize = 2_000;
/// Most blank nodes among them.
pub const MAX_BLANK_NODES: usize = 500;

/// Why a document was refused. Never carries any of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JsonLdError {
    /// A context that is not bundled, or definitions inside the document that touch what a bundled one defines.
    #[error("a context that is not allowed")]
    Context,
    /// A property, type or reference that no context defines: RDF would drop it, and no signature would cover it.
    #[error("a term that no context defines")]
    Undefined,
    /// Means something, but not in the form that a reader of plain JSON expects: IRIs in place of terms, JSON-LD
    /// keywords other than those of values, labelled blank nodes, the credential described again in a nested node.
    #[error("JSON-LD in a form that is not read")]
    Form,
    /// More quads, blank nodes, contexts or work than one document may ask for.
    #[error("document too complex")]
    Limit,
}

impl JsonLdError {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Context => "context_not_allowed",
            Self::Undefined => "undefined_term",
            Self::Form => "json_ld_form",
            Self::Limit => "document_too_complex",
        }
    }
}

/// Checks that nothing in `document` is lost or disguised on the way to RDF; nothing is canonicalised.
pub fn check_terms(document: &Map) -> Result<(), JsonLdError> {
    strict::quads(document).map(|_| ())
}

/// Checks the contexts that `document` names, at any depth: bundled, or definitions that touch no bundled one.
pub fn check_contexts(document: &Map) -> Result<(), JsonLdError> {
    for (name, value) in document {
        let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        if name == "@context" {
            strict::check_contexts(value)?;
        } else {
            items.iter().filter_map(Value::as_object).try_for_each(check_contexts)?;
        }
    }
    Ok(())
}

/// The canonical N-Quads of `document` (RDFC-1.0 with SHA-256), after [`check_terms`].
pub fn canonical(document: &Map) -> Result<String, JsonLdError> {
    canonical_with(document, Hash::Sha256)
}

/// [`canonical`] with the hash that a cryptosuite asks for inside RDFC-1.0 (SHA-384 for P-384).
pub fn canonical_with(document: &Map, hash: Hash) -> Result<String, JsonLdError> {
    canonical_within(document, hash, &Budget::default())
}

/// [`canonical_with`] for one of several documents that share their work.
pub fn canonical_within(document: &Map, hash: Hash, budget: &Budget) -> Result<String, JsonLdError> {
    let quads = strict::quads(document)?;
    rdfc::canonical(&quads, hash, budget)
}
