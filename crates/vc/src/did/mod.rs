//! Decentralized identifiers: `did:jwk` and `did:key` resolved without IO, `did:web` as address and document.

mod document;
mod methods;
mod web;

pub use document::{Document, Method, Relationship, build_document};
pub use methods::{jwk_did, key_did, key_of_url, multikey};
pub use web::{web_did, web_url};

/// Why a DID or its document was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DidError {
    /// Not a DID of a method that is supported.
    #[error("unsupported DID method")]
    Method,
    /// The method-specific part, or the fragment, is not what the method makes of it.
    #[error("malformed DID")]
    Malformed,
    /// A key that is not P-256, P-384 or Ed25519, or not for signatures.
    #[error("unsupported key in DID")]
    Key,
    /// The document is not that of the DID, or not a DID document.
    #[error("malformed DID document")]
    Document,
}
