//! Changing a credential's status by the institution's own word, from the machine API or the desk.

use model::Timestamp;
use model::award::Reason;
use storage::audit::{Actor, Event};
use storage::issuer::award::AwardState;
use storage::issuer::credential::CredentialRow;
use storage::issuer::status_list::CredentialStatus;
use storage::{IssuerTx, StorageError};

/// Why a status does not change.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChangeError {
    /// Revoked is final.
    #[error("a revoked credential stays revoked")]
    Final,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What the institution says.
pub(crate) struct Said<'a> {
    pub(crate) status: CredentialStatus,
    /// Words for the learner and the desk; no verifier sees them.
    pub(crate) reason: Option<&'a str>,
    pub(crate) actor: Actor,
}

/// Changes the status of what a credential attests, in all its forms and copies, with their history and the award, in one
/// transaction. The same status again changes nothing.
pub(crate) async fn change(tx: &mut IssuerTx, row: &CredentialRow, said: &Said<'_>, now: Timestamp) -> Result<(), ChangeError> {
    if row.status == said.status {
        return Ok(());
    }
    if row.status == CredentialStatus::Revoked {
        return Err(ChangeError::Final);
    }
    let code = Reason::ByInstitution.code();
    // The award first, then its lists: as everybody locks them.
    follow(tx, row, said.status, now).await?;
    let mut forms = tx.credentials_of_revision(&row.award, row.revision).await?;
    // Always in the order of their lists: each list's row is locked until the commit.
    forms.sort_by(|one, other| one.list.cmp(&other.list));
    for form in forms {
        if form.status == said.status || form.status == CredentialStatus::Revoked {
            continue;
        }
        if !tx.change_status(&form, said.status, (code, said.reason), now).await? {
            return Err(StorageError::Conflict.into());
        }
        let event = Event {
            actor: said.actor.clone(),
            action: "credential.status",
            object_kind: "credential",
            object: form.id,
            outcome: said.status.as_str(),
            amount: 1,
        };
        tx.audit(&event, now).await?;
    }
    Ok(())
}

/// The award stands as its present credential does; older revisions say nothing about it.
async fn follow(tx: &mut IssuerTx, row: &CredentialRow, status: CredentialStatus, now: Timestamp) -> Result<(), StorageError> {
    let Some(award) = tx.award(&row.institution, &row.award).await? else { return Ok(()) };
    let out = matches!(award.state, AwardState::Issued | AwardState::Suspended);
    if award.revision != row.revision || !out {
        return Ok(());
    }
    let (state, reason) = match status {
        CredentialStatus::Valid => (AwardState::Issued, None),
        CredentialStatus::Suspended => (AwardState::Suspended, Some(Reason::ByInstitution)),
        CredentialStatus::Revoked => (AwardState::Revoked, Some(Reason::ByInstitution)),
    };
    if tx.move_award(&award, state, reason, now).await? { Ok(()) } else { Err(StorageError::Conflict) }
}
