//! The same request again: the same credentials byte for byte for the same keys, a denial for others. So a lost answer is healed.

use model::Timestamp;
use model::offer::Offer;
use openid4vc::CredentialErrorCode;
use storage::issuer::credential::CredentialRow;
use storage::issuer::deferred::DeferredState;
use storage::{IssuerTx, hash_token};
use vc::key::Jwk;

use super::issue::{Collect, DENIED, IssueError, Right};
use super::sign::{Signed, hand_over, signed_again, store_one};
use crate::Issuer;
use crate::institution::Institution;

/// The form was not there when this request looked, and may be now.
pub(super) async fn overtaken(issuer: &Issuer, institution: &Institution, collect: &Collect<'_>) -> Result<Vec<String>, IssueError> {
    let mut tx = issuer.store.read().await?;
    let offer = tx.offer(institution.slug(), &collect.offer.id).await?;
    drop(tx);
    let Some(offer) = offer.filter(|offer| matches!(offer.stands, Offer::Issued { .. })) else { return Err(DENIED) };
    again(issuer, &Collect { offer: &offer, ..*collect }).await?.ok_or(DENIED)
}

/// What was issued of this form of the offer, in the order in which it was made. None when the form was never asked for.
pub(super) async fn again(issuer: &Issuer, collect: &Collect<'_>) -> Result<Option<Vec<String>>, IssueError> {
    let (offer, now) = (collect.offer, collect.now);
    let waited = matches!(collect.right, Right::Transaction(_));
    if !waited && !offer.stands.gives_codes(now) {
        return Err(DENIED);
    }
    let rows = issuer.store.read().await?.copies_of_offer(&offer.id, collect.configuration.id()).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    if !are_of(&rows, collect.holders) {
        return Err(DENIED);
    }
    // Signed before the lock is taken; of what is stored already there is nothing to sign.
    let signed = signed_again(issuer, &rows, now).await?;
    let mut tx = issuer.store.write().await?;
    collect.use_nonce(&mut tx).await?;
    let mut bodies = Vec::with_capacity(rows.len());
    for row in &rows {
        bodies.push(body(&mut tx, row, &signed, now).await?);
    }
    let handed = hand_over(&mut tx, collect.right, now).await?;
    if offer.deferred && !waited {
        // The wallet came back by the front door: nothing waits for it any more.
        if let Some(row) = tx.deferred_of_offer(offer, collect.configuration.id()).await? {
            tx.end_deferred(&row, DeferredState::Fetched, now).await?;
        }
    }
    tx.commit().await?;
    if handed { Ok(Some(bodies)) } else { Err(CredentialErrorCode::InvalidTransactionId.into()) }
}

/// The stored credential, which may be stored only now. Denied when it is erased: the wallet said that it has it, or a day went by.
async fn body(tx: &mut IssuerTx, row: &CredentialRow, signed: &[Signed], now: Timestamp) -> Result<String, IssueError> {
    if let Some(signed) = signed.iter().find(|signed| signed.row.id == row.id) {
        return store_one(tx, row, &signed.body, now).await;
    }
    let body = tx.credential_body(row).await?;
    body.map(|body| body.to_string()).ok_or(DENIED)
}

/// Whether the copies are bound to exactly these keys.
fn are_of(rows: &[CredentialRow], holders: &[Jwk]) -> bool {
    let mut bound: Vec<&[u8]> = rows.iter().filter_map(|row| row.holder.as_deref()).collect();
    let mut asked: Vec<Vec<u8>> = holders.iter().map(|holder| hash_token(&holder.thumbprint())).collect();
    bound.sort_unstable();
    asked.sort_unstable();
    bound.len() == rows.len() && bound == asked.iter().map(Vec::as_slice).collect::<Vec<_>>()
}
