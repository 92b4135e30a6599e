//! SD-JWT VC Type Metadata (draft-ietf-oauth-sd-jwt-vc section 5): how a type is called, shown and made up.
//!
//! Reads documents of our own and of others, also in the words of older drafts, gathers what they extend, and checks a
//! credential against the whole. Nothing is fetched here: [`resolve`] says what it needs next.

mod check;
mod display;
mod integrity;
mod issued;
mod read;
mod resolve;

pub use check::{ClaimProblem, ClaimViolation, check};
pub use integrity::Integrity;
pub use read::parse;
pub use resolve::{MAX_EXTENDS, Resolution, is_fetchable, resolve};

use crate::sd_jwt::Path;
use std::sync::LazyLock;

/// Largest document that is read, in bytes.
pub const MAX_BYTES: usize = 256 * 1024;
/// Most claims, and most languages of one thing, that are read.
pub const MAX_ENTRIES: usize = 512;

/// Why type metadata was refused; `code()` is what reports carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TypeMetadataError {
    /// Over 256 KiB or 512 entries.
    #[error("type metadata over a limit")]
    Limit,
    /// Not a JSON object, or a member is not what section 5 makes of it.
    #[error("malformed type metadata")]
    Malformed,
    /// `vct` of the document is another type than the one that was asked for.
    #[error("type metadata of another type")]
    Type,
    /// The bytes are not those that `vct#integrity` or `extends#integrity` means, or it means nothing that can be checked.
    #[error("type metadata is not the document that was meant")]
    Integrity,
    /// A type extends itself, directly or by others.
    #[error("types extend each other in a circle")]
    Circle,
    /// More than [`MAX_EXTENDS`] types extend each other.
    #[error("too many types extend each other")]
    Depth,
    /// An extending type takes back what the extended one demands (section 5.6.4.1).
    #[error("extending type contradicts the extended one")]
    Contradiction,
}

impl TypeMetadataError {
    /// Stable code of the reason.
    pub fn code(self) -> &'static str {
        match self {
            Self::Limit => "type_metadata_limit",
            Self::Malformed => "type_metadata_malformed",
            Self::Type => "type_metadata_vct",
            Self::Integrity => "vct_integrity",
            Self::Circle => "type_metadata_circle",
            Self::Depth => "type_metadata_depth",
            Self::Contradiction => "type_metadata_contradiction",
        }
    }
}

/// A type as one document describes it, or as a document and all that it extends do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TypeMetadata {
    /// `vct`; pilots leave it out.
    pub vct: Option<String>,
    /// Name for developers.
    pub name: Option<String>,
    /// Description for developers.
    pub description: Option<String>,
    /// The type that this one extends.
    pub extends: Option<Extends>,
    /// Names for people, one per language; `None` when the document has no such member.
    pub display: Option<Vec<TypeDisplay>>,
    /// What is said of claims.
    pub claims: Vec<ClaimMetadata>,
}

/// The types of [`crate::bundled`], read once.
static BUNDLED: LazyLock<Vec<TypeMetadata>> =
    LazyLock::new(|| crate::bundled::types().iter().filter_map(|kind| parse(kind.metadata.as_bytes()).ok()).collect());

/// The metadata of a bundled type.
pub fn bundled(vct: &str) -> Option<&'static TypeMetadata> {
    BUNDLED.iter().find(|metadata| metadata.vct.as_deref() == Some(vct))
}

/// A type that is extended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extends {
    /// Its `vct`.
    pub vct: String,
    /// `extends#integrity`.
    pub integrity: Option<Integrity>,
}

/// A type's name in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeDisplay {
    /// Language tag (RFC 5646).
    pub locale: String,
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// How a card of this type looks.
    pub rendering: Rendering,
}

/// How a card looks, method `simple`, and the templates of method `svg_templates`. All of it is foreign: colours are to be
/// checked and pictures fetched under the rules for foreign addresses.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rendering {
    /// Logo.
    pub logo: Option<Picture>,
    /// Picture behind the text.
    pub background_image: Option<Picture>,
    /// Colour of the card, `#rrggbb` when it was well-formed, else absent.
    pub background_color: Option<String>,
    /// Colour of the text, likewise.
    pub text_color: Option<String>,
    /// SVG templates.
    pub svg_templates: Vec<SvgTemplate>,
}

/// A picture that stands elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// https or data URL.
    pub uri: String,
    /// `uri#integrity`.
    pub integrity: Option<String>,
    /// Words instead of it.
    pub alt_text: Option<String>,
}

/// An SVG template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SvgTemplate {
    /// https or data URL.
    pub uri: String,
    /// `uri#integrity`.
    pub integrity: Option<String>,
    /// `portrait` or `landscape`.
    pub orientation: Option<String>,
    /// `light` or `dark`.
    pub color_scheme: Option<String>,
    /// `normal` or `high`.
    pub contrast: Option<String>,
}

/// What a type says of the claims that a path selects. Absent members are `None`, so that an extending type can leave them
/// as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimMetadata {
    /// Which claims.
    pub path: Path,
    /// Labels, one per language.
    pub display: Option<Vec<ClaimDisplay>>,
    /// The issuer must put it in (a verifier may still not see it).
    pub mandatory: Option<bool>,
    /// Whether it is selectively disclosable.
    pub sd: Option<SelectiveDisclosure>,
    /// Its name in SVG templates.
    pub svg_id: Option<String>,
}

/// A claim's label in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimDisplay {
    /// Language tag (RFC 5646).
    pub locale: String,
    /// Label.
    pub label: String,
    /// Description.
    pub description: Option<String>,
}

/// Rule for selective disclosure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SelectiveDisclosure {
    /// Must be concealed.
    Always,
    /// May be concealed; the default.
    #[default]
    Allowed,
    /// Must not be concealed.
    Never,
}
