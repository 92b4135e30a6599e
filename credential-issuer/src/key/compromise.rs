//! A key that is not to be believed any more: cut off at once, and what it signed taken back and issued again.

use model::Timestamp;
use model::award::Reason;
use storage::audit::{Actor, Event};
use storage::issuer::credential::CredentialRow;
use storage::issuer::key::{KeyRow, KeyState};
use storage::issuer::status_list::CredentialStatus;
use storage::{IssuerTx, StorageError};

use super::KeyFault;
use super::lifecycle::record;
use super::make::{Made, configured};
use crate::Issuer;
use crate::institution::Institution;
use crate::offer::make::deliver;

/// How many credentials are taken back in one transaction.
const AT_A_TIME: i64 = 200;

/// What came of revoking a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// When it was revoked.
    pub at: Timestamp,
    /// The thumbprint of the key that signs in its place, when it was the active one.
    pub replaced_by: Option<String>,
    /// How many credentials were taken back.
    pub taken_back: u64,
    /// How many of their awards are open again.
    pub opened: u64,
    /// How many credentials of this key still stand, because they were not to be taken back.
    pub standing: i64,
}

/// Revokes a key: it is published no more, its private half is gone, and another one signs. With `take_back` every credential that
/// it signed is revoked in the status list, and its award is open again and on its way to the learner's connected wallet.
///
/// Revoking again goes on where it stopped.
pub(crate) async fn revoke(issuer: &Issuer, institution: &Institution, kid: &str, take_back: bool) -> Result<Revoked, KeyFault> {
    let (slug, now) = (institution.slug(), issuer.core.now());
    let keys = issuer.store.read().await?.institution_keys(slug).await?;
    let key = keys.iter().find(|key| key.kid == kid).ok_or_else(|| KeyFault::Unknown(kid.to_owned()))?;
    let replaced_by = match key.state {
        KeyState::Revoked => None,
        _ => cut_off(issuer, institution, (key, &keys), now).await?,
    };
    let (mut taken_back, mut opened) = (0, 0);
    // What was prepared for the key is never signed: that is taken back in any case.
    let which = if take_back { Which::All } else { Which::Prepared };
    loop {
        let (some, open) = take_some_back(issuer, institution, (kid, which)).await?;
        taken_back += some;
        opened += open;
        if some == 0 {
            break;
        }
    }
    issuer.wake();
    let standing = issuer.store.read().await?.count_under_key(slug, kid).await?;
    Ok(Revoked { at: key.revoked_at.unwrap_or(now), replaced_by, taken_back, opened, standing })
}

/// One transaction: the key is revoked, and of its algorithm another one is active.
async fn cut_off(
    issuer: &Issuer,
    institution: &Institution,
    (key, keys): (&KeyRow, &[KeyRow]),
    now: Timestamp,
) -> Result<Option<String>, KeyFault> {
    let slug = institution.slug();
    let next = keys.iter().find(|next| next.algorithm == key.algorithm && next.state == KeyState::Next);
    if configured(institution, key.algorithm).as_ref() == Some(&key.kid) {
        return Err(KeyFault::Configured(key.kid.clone()));
    }
    let fresh = match (key.state, next) {
        (KeyState::Active, None) => Some(Made::obtain(institution, key.algorithm, now.seconds())?),
        _ => None,
    };
    let mut tx = issuer.store.write().await?;
    if !tx.revoke_key(slug, &key.kid, now).await? {
        return Err(StorageError::Conflict.into());
    }
    record(&mut tx, &key.kid, "key.revoke", now).await?;
    let replaced_by = match (key.state, next, &fresh) {
        (KeyState::Active, Some(next), _) => {
            // Better a key that not everybody has seen yet than one that somebody stole.
            tx.activate_next_key(&next.id, now).await?;
            Some(next.kid.clone())
        }
        (KeyState::Active, None, Some(fresh)) => {
            tx.activate_key(&fresh.for_institution(slug), now).await?;
            Some(fresh.kid.clone())
        }
        _ => None,
    };
    if let Some(kid) = &replaced_by {
        record(&mut tx, kid, "key.activate", now).await?;
    }
    tx.commit().await?;
    Ok(replaced_by)
}

/// Which credentials of a key are taken back.
#[derive(Clone, Copy)]
enum Which {
    All,
    Prepared,
}

/// Takes some credentials of a key back: how many, and how many awards are open again.
async fn take_some_back(issuer: &Issuer, institution: &Institution, (kid, which): (&str, Which)) -> Result<(u64, u64), StorageError> {
    let now = issuer.core.now();
    let mut tx = issuer.store.write().await?;
    let rows = match which {
        Which::All => tx.credentials_under_key(institution.slug(), kid, AT_A_TIME).await?,
        Which::Prepared => tx.prepared_under_key(institution.slug(), kid, AT_A_TIME).await?,
    };
    let mut opened = 0;
    for row in &rows {
        let stands = row.status != CredentialStatus::Revoked;
        if stands && !tx.change_status(row, CredentialStatus::Revoked, (Reason::KeyRevoked.code(), None), now).await? {
            return Err(StorageError::Conflict);
        }
        if !row.is_issued() {
            tx.void_prepared(row).await?;
        }
        opened += u64::from(open_again(issuer, institution, &mut tx, row, now).await?);
    }
    let amount = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    if amount > 0 {
        let event = Event {
            actor: Actor::System,
            action: "credential.status",
            object_kind: "key",
            object: kid.to_owned(),
            outcome: CredentialStatus::Revoked.as_str(),
            amount,
        };
        tx.audit(&event, now).await?;
    }
    tx.commit().await?;
    Ok((rows.len() as u64, opened))
}

/// The award of a credential that was taken back is open again, and offered to the learner's connected wallet.
async fn open_again(
    issuer: &Issuer,
    institution: &Institution,
    tx: &mut IssuerTx,
    row: &CredentialRow,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let Some(award) = tx.award(institution.slug(), &row.award).await? else { return Ok(false) };
    if award.revision != row.revision || !tx.issue_again(&award, row.revision, now).await? {
        return Ok(false);
    }
    tx.withdraw_offers(&award.id).await?;
    // The same award in other forms, by other keys, makes way for what is issued again.
    for other in tx.credentials_of_award(&award.id).await?.iter().filter(|other| other.status != CredentialStatus::Revoked) {
        if !tx.change_status(other, CredentialStatus::Revoked, (Reason::Superseded.code(), None), now).await? {
            return Err(StorageError::Conflict);
        }
    }
    if let Some(award) = tx.award(institution.slug(), &row.award).await?.filter(|award| award.deliver) {
        deliver(tx, institution, &award, (now, issuer.core.random())).await?;
    }
    Ok(true)
}
