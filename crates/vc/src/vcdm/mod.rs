//! W3C Verifiable Credentials Data Model 2.0 and 1.1: reading and checking structure, without keys and without IO.
//!
//! Whether a proof holds is asked of `data_integrity` or of [`jwt`]; whether terms exist is asked of `json_ld`.

mod at;
mod check;
mod context;
mod credential;
mod date;
mod digest;
mod enveloped;
pub mod jwt;
mod presentation;

pub(crate) use at::At;
pub(crate) use check::{is_url, one_or_many, texts};
pub use credential::{BASE_V1, BASE_V2, Credential, Version};
pub use date::timestamp;
pub use digest::{RelatedResource, digest_matches};
pub(crate) use enveloped::percent_decode;
pub use enveloped::{Enveloped, MediaType};
pub use presentation::{MAX_CREDENTIALS, Presentation, Presented};

/// Why a document is not a credential or presentation of the data model: a stable code, and which member is at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} at {path:?}")]
pub struct VcdmError {
    code: Code,
    path: String,
}

/// What a [`VcdmError`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// `@context` is missing, does not begin with that of a known version, or holds something else than URLs and objects.
    Context,
    /// An inline context gives a new meaning to a term that has one.
    ContextNotAllowed,
    /// A member of the other version of the data model, which this one does not define.
    UndefinedTerm,
    /// `type` is missing, empty, no text, or lacks the type that this place needs.
    Type,
    /// `id` is not one URL.
    Id,
    /// `issuer` is missing, no URL, or an object without URL as `id`.
    Issuer,
    /// `credentialSubject` is missing or claims nothing.
    Subject,
    /// A date is not `dateTimeStamp` of XML Schema: no zone, another notation, or no such day.
    DateFormat,
    /// The end lies before the beginning.
    DateOrder,
    /// A member is not an object, or a list of objects.
    Member,
    /// `name` or `description` is neither text nor language value objects.
    LanguageValue,
    /// `relatedResource` names a resource twice or without digest, or a digest is of no known form.
    RelatedResource,
    /// `holder` is no URL, nor an object with one.
    Holder,
    /// A presented credential is neither an object nor, in version 1.1, a JWT.
    Credential,
    /// A `data:` URL of an enveloped credential or presentation that is not one.
    Envelope,
    /// More credentials than are read at once.
    TooMany,
}

impl Code {
    /// The code in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Context => "context",
            Self::ContextNotAllowed => "context_not_allowed",
            Self::UndefinedTerm => "undefined_term",
            Self::Type => "type",
            Self::Id => "id",
            Self::Issuer => "issuer_id",
            Self::Subject => "subject",
            Self::DateFormat => "date_format",
            Self::DateOrder => "date_order",
            Self::Member => "member",
            Self::LanguageValue => "language_value",
            Self::RelatedResource => "related_resource",
            Self::Holder => "holder",
            Self::Credential => "presented_credential",
            Self::Envelope => "envelope",
            Self::TooMany => "too_many",
        }
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl VcdmError {
    pub(crate) fn new(code: Code, at: &At<'_>) -> Self {
        Self { code, path: at.to_string() }
    }

    /// Stable code of the reason.
    pub fn code(&self) -> &'static str {
        self.code.as_str()
    }

    /// What it is about.
    pub fn kind(&self) -> Code {
        self.code
    }

    /// The member at fault as JSON Pointer (RFC 6901); empty for the document itself. Never its content.
    pub fn path(&self) -> &str {
        &self.path
    }
}
