//! A key that is not to be believed any more: cut off at once, and what it signed taken back and issued again.

use std::collections::{BTreeMap, HashSet};

use model::Timestamp;
use model::award::{AwardId, Reason};
use storage::audit::{Actor, Event};
use storage::issuer::award::AwardRow;
use storage::issuer::compromise::Reopened;
use storage::issuer::credential::CredentialRow;
use storage::issuer::key::{KeyRow, KeyState};
use storage::issuer::status_list::CredentialStatus;
use storage::{IssuerTx, StorageError};

use super::KeyFault;
use super::lifecycle::record;
use super::make::{Made, configured};
use crate::Issuer;
use crate::failpoint::reached;
use crate::institution::Institution;
use crate::offer::make::deliver;

/// How many credentials are taken back in one transaction.
const AT_A_TIME: i64 = 200;
/// How often such a transaction is tried again.
const TRIES: usize = 8;

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
    // What was prepared for the key is never signed: that is taken back in any case.
    let which = if take_back { Which::All } else { Which::Prepared };
    let (taken_back, opened) = take_all_back(issuer, institution, (key, which)).await?;
    issuer.wake();
    let standing = issuer.store.read().await?.count_under_key(slug, kid).await?;
    Ok(Revoked { at: key.revoked_at.unwrap_or(now), replaced_by, taken_back, opened, standing })
}

/// Takes back what was prepared for keys that were revoked before it was signed.
pub(crate) async fn give_up_prepared(issuer: &Issuer) -> Result<(), StorageError> {
    for (slug, kid) in issuer.store.read().await?.prepared_for_nothing().await? {
        let keys = issuer.store.read().await?.institution_keys(&slug).await?;
        if let (Some(institution), Some(key)) = (issuer.institutions.get(&slug), keys.iter().find(|key| key.kid == kid)) {
            take_all_back(issuer, institution, (key, Which::Prepared)).await?;
            issuer.wake();
        }
    }
    Ok(())
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

/// Takes the credentials of a key back, some at a time: how many, and how many awards are open again. Whoever stops amid it leaves
/// whole transactions behind, and the rest to whoever does it again.
async fn take_all_back(issuer: &Issuer, institution: &Institution, of: (&KeyRow, Which)) -> Result<(u64, u64), StorageError> {
    let (mut taken_back, mut opened) = (0, 0);
    loop {
        let before = taken_back;
        let mut after = String::new();
        while let Some(some) = take_some_back_again(issuer, institution, of, &after).await? {
            taken_back += some.taken_back;
            opened += some.opened;
            after = some.last;
            reached("issuer.taken_back");
        }
        // Until a whole turn finds nothing: a request may have prepared something behind our back.
        if taken_back == before {
            return Ok((taken_back, opened));
        }
    }
}

/// What one transaction did.
struct Batch {
    last: String,
    taken_back: u64,
    opened: u64,
}

/// An offer that is made at the same moment may refuse ours; then everything is read again.
async fn take_some_back_again(
    issuer: &Issuer,
    institution: &Institution,
    of: (&KeyRow, Which),
    after: &str,
) -> Result<Option<Batch>, StorageError> {
    for _ in 0..TRIES {
        match take_some_back(issuer, institution, of, after).await {
            Err(StorageError::Conflict) => {}
            outcome => return outcome,
        }
    }
    take_some_back(issuer, institution, of, after).await
}

/// Takes some credentials of a key back, from a place on in the order of their ids. None when there are no more.
async fn take_some_back(
    issuer: &Issuer,
    institution: &Institution,
    (key, which): (&KeyRow, Which),
    after: &str,
) -> Result<Option<Batch>, StorageError> {
    let now = issuer.core.now();
    let mut tx = issuer.store.write().await?;
    let rows = match which {
        Which::All => tx.credentials_under_key(key, after, AT_A_TIME).await?,
        Which::Prepared => tx.prepared_under_key(key, after, AT_A_TIME).await?,
    };
    let Some(last) = rows.last().map(|row| row.id.clone()) else { return Ok(None) };
    // Awards first, then their offers, then lists, each in their order: as everybody locks them.
    let again = open_again(&mut tx, institution, &rows, now).await?;
    let superseded = again.others.into_iter().map(|row| (row, Reason::Superseded));
    let mut forms: Vec<(CredentialRow, Reason)> = rows.into_iter().map(|row| (row, Reason::KeyRevoked)).chain(superseded).collect();
    forms.sort_by(|(one, _), (other, _)| one.list.cmp(&other.list));
    let taken_back = change_lists(&mut tx, key, &forms, now).await?;
    for award in &again.opened {
        if award.deliver {
            deliver(&mut tx, institution, award, (now, issuer.core.random())).await?;
        }
    }
    let event = Event {
        actor: Actor::System,
        action: "credential.status",
        object_kind: "key",
        object: key.kid.clone(),
        outcome: CredentialStatus::Revoked.as_str(),
        amount: i64::try_from(taken_back).unwrap_or(i64::MAX),
    };
    tx.audit(&event, now).await?;
    tx.commit().await?;
    Ok(Some(Batch { last, taken_back, opened: again.opened.len() as u64 }))
}

/// Awards that are open again, and the same awards in other forms, by other keys, that make way for what is issued again.
#[derive(Default)]
struct Again {
    opened: Vec<AwardRow>,
    others: Vec<CredentialRow>,
}

/// The awards of credentials that are taken back are open again; their offers are withdrawn.
async fn open_again(tx: &mut IssuerTx, institution: &Institution, rows: &[CredentialRow], now: Timestamp) -> Result<Again, StorageError> {
    let mut again = Again::default();
    let own: HashSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let awards: BTreeMap<(&str, i64), &AwardId> = rows.iter().map(|row| ((row.award.as_str(), row.revision), &row.award)).collect();
    for ((_, revision), award) in awards {
        let reopened = tx.issue_again(award, revision, now).await?;
        if reopened == Reopened::No {
            continue;
        }
        tx.withdraw_offers(award).await?;
        let others = tx.credentials_of_award(award).await?.into_iter();
        again.others.extend(others.filter(|other| other.status != CredentialStatus::Revoked && !own.contains(other.id.as_str())));
        if reopened == Reopened::Open {
            again.opened.extend(tx.award(institution.slug(), award).await?);
        }
    }
    Ok(again)
}

/// Revokes credentials, in the order of their lists, each of which changes once. Gives how many were not revoked before.
async fn change_lists(tx: &mut IssuerTx, key: &KeyRow, forms: &[(CredentialRow, Reason)], now: Timestamp) -> Result<u64, StorageError> {
    let mut taken_back = 0;
    for of_list in forms.chunk_by(|(one, _), (other, _)| one.list == other.list) {
        let stands = of_list.iter().find(|(row, _)| row.status != CredentialStatus::Revoked);
        let version = match stands {
            Some((row, _)) => tx.list_changed(&row.list, now).await?,
            None => 0,
        };
        for (row, reason) in of_list {
            let changed = row.status != CredentialStatus::Revoked && tx.take_back(row, version, *reason, now).await?;
            let own = row.signing_key.as_ref() == Some(&key.id);
            let voided = own && !row.is_issued() && tx.void_prepared(row).await?;
            taken_back += u64::from(own && (changed || voided));
        }
    }
    Ok(taken_back)
}
