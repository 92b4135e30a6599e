//! The desk: staff see results, what was decided and why, and withdraw or suspend what was issued.

pub(crate) mod achievement;
pub(crate) mod credential;
pub(crate) mod decision;
pub(crate) mod home;
pub(crate) mod issued;
pub(crate) mod offer;
pub(crate) mod results;
pub(crate) mod staff;
pub(crate) mod status;

use http::{Failure, Kind};
use model::Timestamp;
use model::achievement::Content;
use storage::IssuerTx;
use storage::issuer::award::AwardRow;
use storage::issuer::credential::CredentialRow;
use storage::issuer::status_list::CredentialStatus;
use web::desk::IssuedState;

/// Why a page of the desk is not shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeskError {
    #[error("no such thing at this institution")]
    NotFound,
    #[error("a revoked credential stays revoked")]
    Final,
    #[error("a form that our own page does not send")]
    Form,
    #[error("only an approver decides")]
    NotApprover,
    #[error("it does not wait for a decision any more")]
    Decided,
    #[error(transparent)]
    Storage(#[from] storage::StorageError),
}

impl Failure for DeskError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::Final | Self::Decided | Self::Storage(storage::StorageError::Conflict) => Kind::Conflict,
            Self::NotApprover => Kind::Forbidden,
            Self::Form => Kind::Invalid,
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Final => "status_final",
            Self::Form => "form",
            Self::NotApprover => "approver_only",
            Self::Decided => "award_decided",
            Self::Storage(storage::StorageError::Conflict) => "conflict",
            Self::Storage(_) => "unavailable",
        }
    }
}
http::failure!(DeskError);

pub(crate) fn moment(at: Timestamp) -> web::Moment {
    web::Moment(at.seconds())
}

/// The name of who it is about.
pub(crate) fn name(content: Option<&Content>) -> String {
    let person = content.map(Content::person);
    let parts = person.map(|person| [person.given_name.as_str(), person.family_name.as_str()]).unwrap_or_default();
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The name of whom a credential was issued to. An award that was moved to somebody else tells that person's name, never this one's.
pub(crate) fn learner(row: &CredentialRow, award: Option<&AwardRow>) -> String {
    let theirs = award.filter(|award| award.person == row.person);
    theirs.map_or_else(|| "–".to_owned(), |award| name(award.content.as_ref()))
}

pub(crate) fn title(content: Option<&Content>) -> web::Text {
    content.map_or_else(|| web::Text::same(""), |content| crate::institution::text(&content.title()))
}

/// The page of the credential that an award last became.
pub(crate) async fn issued_page(tx: &mut IssuerTx, award: &AwardRow) -> storage::Result<Option<String>> {
    let out = tx.credentials_of_award(&award.id).await?;
    Ok(out.last().filter(|last| last.is_issued()).map(|last| format!("/{}/desk/credentials/{}", award.institution, last.id)))
}

pub(crate) fn state(row: &CredentialRow, now: Timestamp) -> IssuedState {
    match row.status {
        CredentialStatus::Revoked => IssuedState::Revoked,
        _ if row.expires_at.is_some_and(|end| end <= now) => IssuedState::Expired,
        CredentialStatus::Suspended => IssuedState::Suspended,
        CredentialStatus::Valid => IssuedState::Valid,
    }
}
