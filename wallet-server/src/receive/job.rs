//! The work of redeeming an accepted offer: begun by the request that accepts it, gone on with by the worker.

use http::failure::{Failure, chain};
use model::Timestamp;
use model::activity::{ActivityAbout, ActivityKind};
use model::id::LearnerId;
use model::receipt::{Progress, ReceiptId};
use serde::{Deserialize, Serialize};
use storage::outbox::{self, Claimed, Job};
use storage::{Owner, StorageError, WalletTx};

use super::check::way_of;
use super::deferred;
use super::error::RedeemError;
use super::keep::{Redeemed, Stands};
use super::redeem::redeem;
use crate::feed;
use crate::state::AppState;
use crate::work::{self, Done};

/// The topic of this work.
pub(crate) const TOPIC: &str = "wallet.receive";

/// For how long it is tried, in seconds. An issuer keeps an offer for 30 days, but a learner does not wait that long.
const LASTS: i64 = 24 * 60 * 60;

#[derive(Serialize, Deserialize)]
struct Payload {
    receipt: String,
    learner: String,
    tx_code: Option<String>,
}

/// Keeps the work, in the transaction that accepts the offer, and takes it at once for [`now`]: no worker comes in between, so that
/// the learner's next page shows what came. `None` while an earlier attempt at it is not over; then a worker does it.
pub(super) async fn begin(
    tx: &mut WalletTx,
    receipt: &ReceiptId,
    learner: &LearnerId,
    tx_code: Option<&str>,
    now: Timestamp,
) -> storage::Result<Option<Claimed>> {
    let payload =
        Payload { receipt: receipt.as_str().to_owned(), learner: learner.as_str().to_owned(), tx_code: tx_code.map(str::to_owned) };
    let (key, owner) = (format!("receive/{receipt}"), Owner::learner(learner.as_str()));
    let payload = outbox::payload(&payload)?;
    let job = Job {
        topic: TOPIC,
        ordering_key: &key,
        dedup_id: &format!("{key}/{}", now.millis()),
        owner: &owner,
        payload: &payload,
        expires_at: now.plus_seconds(LASTS),
    };
    let job = tx.later(&job, now).await?;
    tx.claim_this(&job, work::LEASE).await
}

/// What the request that accepted the offer can say.
pub(super) enum Outcome {
    /// It is in the wallet, on this card.
    Kept(String),
    /// It came and is to be looked at, or it will be fetched again later.
    Shown,
    /// It will not come.
    Failed(RedeemError),
}

/// Does the work within the request that accepted the offer. A worker goes on with it when this process ends.
pub(super) async fn now(state: &AppState, claimed: Option<Claimed>) -> Result<Outcome, StorageError> {
    let Some(claimed) = claimed else { return Ok(Outcome::Shown) };
    let result = attempt(state, &claimed).await;
    let notify = result.as_ref().ok().and_then(|redeemed| redeemed.notify.clone());
    let settled = settle(state, &claimed, &result).await?;
    work::settle(state, &claimed, settled).await?;
    if let Some(notify) = notify {
        work::now(state, &notify).await?;
    }
    Ok(match result {
        Ok(Redeemed { stands: Stands::Kept(card), .. }) => Outcome::Kept(card),
        Ok(_) => Outcome::Shown,
        Err(error) if error.is_final() => Outcome::Failed(error),
        Err(_) => Outcome::Shown,
    })
}

/// Does the work from the outbox.
pub(crate) async fn work(state: &AppState, claimed: &Claimed) -> Done {
    let result = attempt(state, claimed).await;
    settle(state, claimed, &result).await.unwrap_or(Done::Again("database"))
}

async fn attempt(state: &AppState, claimed: &Claimed) -> Result<Redeemed, RedeemError> {
    let payload: Payload = serde_json::from_slice(&claimed.payload).map_err(|_| RedeemError::NotOpen)?;
    let receipt = ReceiptId::new(payload.receipt);
    redeem(state, &receipt, payload.tx_code.as_deref(), claimed.attempt).await
}

/// What a failure leaves behind: the offer open again for another code or login, or failed, or under way. Of an offer of which a part
/// came, that part stays.
async fn settle(state: &AppState, claimed: &Claimed, result: &Result<Redeemed, RedeemError>) -> Result<Done, StorageError> {
    let error = match result {
        Ok(Redeemed { again: None, .. }) => return Ok(Done::Finished),
        Ok(Redeemed { again: Some(error), .. }) | Err(error) => error,
    };
    let Ok(payload) = serde_json::from_slice::<Payload>(&claimed.payload) else { return Ok(Done::Never("payload")) };
    tracing::info!(cause = chain(error), code = error.code(), attempt = claimed.attempt, "an offer was not redeemed, or not all of it");
    let (receipt, learner, now) = (ReceiptId::new(payload.receipt), LearnerId::new(payload.learner), state.core.now());
    if error.gives_back() {
        let mut tx = state.store.write().await?;
        tx.give_back_receipt(&receipt, error.code()).await?;
        tx.commit().await?;
        return Ok(Done::Finished);
    }
    if error.is_final() || work::is_last(now, claimed) {
        give_up(state, &receipt, &learner, error).await?;
        return Ok(Done::Finished);
    }
    match error {
        RedeemError::TokenEnded => forget_token(state, &receipt, &learner).await?,
        RedeemError::Busy(seconds) => return Ok(Done::At(now.plus_seconds(*seconds), error.code())),
        _ => {}
    }
    Ok(Done::Again(error.code()))
}

/// A token that the issuer does not take any more is not used again.
async fn forget_token(state: &AppState, receipt: &ReceiptId, learner: &LearnerId) -> Result<(), StorageError> {
    let mut tx = state.store.write().await?;
    let progress = tx.progress(receipt).await?;
    tx.save_progress(receipt, learner, &Progress { access_token: None, token_until: 0, ..progress }).await?;
    tx.commit().await
}

/// Nothing more will come by itself: what came stays, what was put off is still asked for, and the learner is told of the rest.
pub(super) async fn give_up(state: &AppState, id: &ReceiptId, learner: &LearnerId, error: &RedeemError) -> Result<(), StorageError> {
    let now = state.core.now();
    let mut tx = state.store.write().await?;
    let Some(receipt) = tx.receipt(id).await? else { return Ok(()) };
    let progress = tx.progress(id).await?;
    let came = !tx.kept_configurations(id).await?.is_empty();
    if !progress.deferred.is_empty() && !matches!(error, RedeemError::DeferredEnded) {
        deferred::later(&mut tx, &receipt, &progress, now).await?;
        return tx.commit().await;
    }
    let over = match (came, receipt.accepted) {
        (true, true) => tx.keep_receipt(id, Some(error.code()), now).await?,
        (true, false) => tx.arrive_receipt(id, Some(error.code()), now).await?,
        (false, _) => tx.fail_receipt(id, error.code(), now).await?,
    };
    if over {
        let (way, brought) = way_of(&receipt);
        let about = ActivityAbout {
            party: receipt.content.issuer_name.clone(),
            party_id: Some(receipt.issuer.clone()),
            titles: receipt.content.offered.iter().map(|offered| offered.name.clone()).collect(),
            outcome: Some(error.code().to_owned()),
            way: Some(way),
            came: brought,
            ..ActivityAbout::default()
        };
        tx.note(learner, ActivityKind::ReceiveFailed, &about, now).await?;
        // Who pressed a button a moment ago reads it on the page.
        if !came && (receipt.connection.is_some() || receipt.deferred_at.is_some()) {
            feed::tell(&mut tx, state, learner, &feed::tell::not_coming(&receipt, now), now).await?;
        }
    }
    tx.commit().await
}
