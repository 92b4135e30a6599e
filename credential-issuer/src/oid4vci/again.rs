//! The same request again: the same credentials byte for byte for the same keys. So a lost answer is healed. Other keys are denied,
//! but to a token that was refreshed: it gets more copies (decision 0023).

use model::Timestamp;
use model::offer::{HEAL_SECONDS, Offer};
use openid4vc::CredentialErrorCode;
use storage::issuer::credential::CredentialRow;
use storage::issuer::deferred::DeferredState;
use storage::{IssuerTx, hash_token};
use vc::key::Jwk;

use super::issue::{Collect, DENIED, IssueError, Made, Numbers, Right};
use super::sign::{Signed, hand_over, signed_again, store_one};
use crate::Issuer;
use crate::institution::Institution;

/// The form was not there when this request looked, and may be now.
pub(super) async fn overtaken(issuer: &Issuer, institution: &Institution, collect: &Collect<'_>) -> Result<Made, IssueError> {
    let mut tx = issuer.store.read().await?;
    let offer = tx.offer(institution.slug(), &collect.offer.id).await?;
    drop(tx);
    let Some(offer) = offer.filter(|offer| matches!(offer.stands, Offer::Issued { .. })) else { return Err(DENIED) };
    again(issuer, &Collect { offer: &offer, ..*collect }).await?.ok_or(DENIED)
}

/// What was issued of this form of the offer for these keys, in the order in which it was made. None when it can be made: the form was
/// never asked for, or the token may ask for more of it and the keys are new.
pub(super) async fn again(issuer: &Issuer, collect: &Collect<'_>) -> Result<Option<Made>, IssueError> {
    let (offer, now) = (collect.offer, collect.now);
    let waited = matches!(collect.right, Right::Transaction(_));
    let heals = waited || offer.stands.gives_codes(now);
    let rows = issuer.store.read().await?.copies_of_offer(&offer.id, collect.configuration.id()).await?;
    let Some(rows) = rows.chunk_by(|one, next| one.round == next.round).find(|round| are_of(round, collect.holders)) else {
        let more = if rows.is_empty() { heals || collect.renews } else { collect.renews && !have_one_of(&rows, collect.holders) };
        return if more { Ok(None) } else { Err(DENIED) };
    };
    let heals = heals || (collect.renews && rows.iter().all(|row| is_fresh(row, now)));
    if !heals {
        return Err(DENIED);
    }
    let round = rows.first().map_or(0, |row| row.round);
    // Signed before the lock is taken; of what is stored already there is nothing to sign.
    let signed = signed_again(issuer, rows, now).await?;
    let mut tx = issuer.store.write().await?;
    collect.use_nonce(&mut tx).await?;
    let mut bodies = Vec::with_capacity(rows.len());
    for row in rows {
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
    if handed { Ok(Some(Made { bodies, round })) } else { Err(CredentialErrorCode::InvalidTransactionId.into()) }
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

/// Whether one of these keys has a copy already: nobody could tell which copies the wallet has.
fn have_one_of(rows: &[CredentialRow], holders: &[Jwk]) -> bool {
    let asked: Vec<Vec<u8>> = holders.iter().map(|holder| hash_token(&holder.thumbprint())).collect();
    rows.iter().filter_map(|row| row.holder.as_ref()).any(|holder| asked.contains(holder))
}

/// Whether the answer may have been lost: later rounds heal as long as the first one does, each counted from its own moment.
fn is_fresh(row: &CredentialRow, now: Timestamp) -> bool {
    row.issued_at.is_none_or(|at| now < at.plus_seconds(HEAL_SECONDS))
}

/// Where further copies of a form begin, for keys that have none: as long as no more are out than the institution allows. The award
/// is held by the caller, so nobody else counts at the same moment.
pub(super) async fn more(tx: &mut IssuerTx, institution: &Institution, collect: &Collect<'_>) -> Result<Numbers, IssueError> {
    let offer = collect.offer;
    let rows = tx.copies_of_offer(&offer.id, collect.configuration.id()).await?;
    let Some(last) = rows.last() else { return Ok(Numbers::FIRST) };
    if have_one_of(&rows, collect.holders) {
        return Err(DENIED);
    }
    let live = tx.count_live(&offer.award, collect.now).await?;
    if usize::try_from(live).unwrap_or(usize::MAX).saturating_add(collect.holders.len()) > institution.live_copies() {
        tracing::info!(award = offer.award.as_str(), live, "no more copies of an award may be out");
        return Err(DENIED);
    }
    Ok(Numbers { round: last.round + 1, copy: last.copy + 1 })
}
