//! Putting a wallet off: its keys are proved and kept, and it comes back with a transaction id (OpenID4VCI section 8.3).

use model::Timestamp;
use model::offer::{DEFERRED_DAYS, DEFERRED_SECONDS};
use openid4vc::{CredentialErrorCode, CredentialResponse};
use serde_json::Value;
use storage::audit::{Actor, Event};
use storage::issuer::award::{AwardRow, AwardState};
use storage::issuer::deferred::{DeferredRow, DeferredState, NewDeferred};
use storage::issuer::offer::OfferRow;
use storage::{IssuerTx, StorageError};
use vc::key::Jwk;

use super::issue::{Collect, DENIED, IssueError, Made, issue};
use super::prepare::is_of;
use crate::Issuer;
use crate::failpoint::reached;
use crate::institution::Institution;

/// What a wallet gets of a deferred offer.
pub(super) enum Answered {
    /// The credentials were made meanwhile: by a wallet that came back, or by a server that finished what another one had begun. Or more
    /// copies of them were asked for: there is nothing to wait for any more.
    Issued(Made),
    /// It comes back later.
    Later(CredentialResponse),
}

/// Puts a request for a deferred offer off. Asked again with the same keys, it tells the same transaction.
pub(super) async fn put_off(issuer: &Issuer, institution: &Institution, collect: &Collect<'_>) -> Result<Answered, IssueError> {
    match try_put_off(issuer, institution, collect).await {
        // Another request for the same form was faster; with the same keys it is the same wallet.
        Err(IssueError::Storage(StorageError::Conflict)) => try_put_off(issuer, institution, collect).await,
        outcome => outcome,
    }
}

async fn try_put_off(issuer: &Issuer, institution: &Institution, collect: &Collect<'_>) -> Result<Answered, IssueError> {
    let (offer, configuration) = (collect.offer, collect.configuration.id());
    let mut tx = issuer.store.write().await?;
    if !tx.copies_of_offer(&offer.id, configuration).await?.is_empty() {
        drop(tx);
        return issue(issuer, institution, collect).await.map(Answered::Issued);
    }
    let row = match tx.deferred_of_offer(offer, configuration).await? {
        Some(row) if row.holders == collect.holders_hash() && row.state == DeferredState::Waiting => {
            collect.use_nonce(&mut tx).await?;
            row
        }
        Some(_) => return Err(DENIED),
        None => begin(&mut tx, collect).await?,
    };
    let transaction_id = tx.transaction_id(&row);
    reached("issuer.deferring");
    tx.commit().await?;
    reached("issuer.deferred");
    let seconds = u64::try_from(DEFERRED_SECONDS).unwrap_or_default();
    Ok(Answered::Later(CredentialResponse::deferred(transaction_id, seconds)))
}

async fn begin(tx: &mut IssuerTx, collect: &Collect<'_>) -> Result<DeferredRow, IssueError> {
    let (offer, now) = (collect.offer, collect.now);
    let standing = tx.offer(&offer.institution, &offer.id).await?.ok_or(DENIED)?;
    let award = tx.award(&offer.institution, &offer.award).await?.ok_or(DENIED)?;
    if !standing.stands.gives_codes(now) || !is_of(&award, offer) || decided(&award) == Decided::Over {
        return Err(DENIED);
    }
    collect.use_nonce(tx).await?;
    let keys = Value::Array(collect.holders.iter().map(Jwk::to_value).collect()).to_string();
    let new = NewDeferred {
        offer,
        configuration: collect.configuration.id(),
        holders: &collect.holders_hash(),
        keys: keys.as_bytes(),
        ready_at: now.plus_seconds(DEFERRED_SECONDS),
    };
    let row = tx.defer(&new, now).await?;
    tx.prolong_offer(&offer.id, now.plus_days(DEFERRED_DAYS)).await?;
    tell(tx, offer, "credential.deferred", now).await?;
    Ok(row)
}

/// For the trail: about the offer, because there is no credential.
pub(super) async fn tell(tx: &mut IssuerTx, offer: &OfferRow, action: &'static str, now: Timestamp) -> Result<(), StorageError> {
    let event = Event { actor: Actor::System, action, object_kind: "offer", object: offer.id.to_string(), outcome: "done", amount: 1 };
    tx.audit(&event, now).await
}

/// Where an award stands for a wallet that waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decided {
    /// It can be had.
    Yes,
    /// Somebody has to decide first.
    NotYet,
    /// There will be nothing.
    Over,
}

pub(super) fn decided(award: &AwardRow) -> Decided {
    match award.state {
        AwardState::Open | AwardState::Issued => Decided::Yes,
        AwardState::Parked => Decided::NotYet,
        AwardState::Idle | AwardState::Suspended | AwardState::Revoked => Decided::Over,
    }
}

/// The keys that a transaction is for.
pub(super) async fn holders(issuer: &Issuer, row: &DeferredRow) -> Result<Vec<Jwk>, IssueError> {
    let wrong = || StorageError::Row { table: "deferred_transaction", column: "keys" };
    let kept = issuer.store.read().await?.deferred_keys(row).await?.ok_or(CredentialErrorCode::InvalidTransactionId)?;
    let values: Vec<Value> = serde_json::from_slice(&kept).map_err(|_| wrong())?;
    Ok(values.iter().map(Jwk::from_value).collect::<Result<_, _>>().map_err(|_| wrong())?)
}
