//! Open Badges 3.0 and CLR 2.0 (1EdTech): structure, identities, results, what a badge says; baked images in [`bake`].
//!
//! Everything here is about documents that somebody else proves: `data_integrity` or `vcdm::jwt` say whether a signature
//! holds, the register says who the issuer is. An issuer's name in a credential is that issuer's own word, so it is not
//! given out here.

mod badge;
pub mod bake;
mod classes;
mod clr;
mod context;
mod endorsement;
mod equality;
mod identity;
mod model;
mod picture;
mod result;
#[cfg(test)]
mod tests;

pub use badge::{Alignment, Badge, Criteria, Evidence, check};
pub use clr::{Association, Clr, Inner, check_clr};
pub use endorsement::{Endorsed, Endorsement, EndorsementForm, Endorses, check_endorsement};
pub use equality::comparable;
pub use identity::{Identity, IdentityMatch};
pub use picture::{MAX_PICTURE, Picture};
pub use result::{ResultDescription, ResultEntry};

use crate::vcdm::{At, Credential};

/// Which credential of the family a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `OpenBadgeCredential`, also called `AchievementCredential`.
    Badge,
    /// `EndorsementCredential`.
    Endorsement,
    /// `ClrCredential`: a record of several.
    Clr,
}

impl Kind {
    /// The kind that `type` names first; `None` when it is no credential of this family.
    pub fn of(credential: &Credential) -> Option<Self> {
        credential.types().into_iter().find_map(|name| match name {
            "OpenBadgeCredential" | "AchievementCredential" => Some(Self::Badge),
            "EndorsementCredential" => Some(Self::Endorsement),
            "ClrCredential" => Some(Self::Clr),
            _ => None,
        })
    }
}

/// Why a credential is not what its specification makes of it: a stable code, and the member at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} at {path:?}", code.as_str())]
pub struct OpenBadgeError {
    code: Code,
    path: String,
}

/// What an [`OpenBadgeError`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// `type` names another kind of credential.
    Type,
    /// The contexts of the specification do not stand where they must.
    Context,
    /// A member that must be there is not.
    MemberMissing,
    /// A member is not of the type that the model gives it.
    MemberType,
    /// A value is outside its vocabulary, or not of the required form.
    MemberValue,
    /// An object does not say that it is of the class that stands at this place.
    ObjectType,
    /// Not exactly one subject.
    SubjectCount,
    /// A subject with neither `id` nor `identifier`.
    IdentityMissing,
    /// Criteria with neither `id` nor `narrative`.
    Criteria,
    /// A result refers to a description or level that the achievement does not have.
    ResultDescription,
    /// A result outside what its description allows.
    ResultValue,
    /// More inner credentials than are read at once.
    TooMany,
}

impl Code {
    /// The code in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Context => "context",
            Self::MemberMissing => "member_missing",
            Self::MemberType => "member_type",
            Self::MemberValue => "member_value",
            Self::ObjectType => "object_type",
            Self::SubjectCount => "subject_count",
            Self::IdentityMissing => "identity_missing",
            Self::Criteria => "criteria",
            Self::ResultDescription => "result_description",
            Self::ResultValue => "result_value",
            Self::TooMany => "too_many",
        }
    }
}

impl OpenBadgeError {
    fn new(code: Code, at: &At<'_>) -> Self {
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

    /// The member at fault as JSON Pointer (RFC 6901). Never its content.
    pub fn path(&self) -> &str {
        &self.path
    }
}
