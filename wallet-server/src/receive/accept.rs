//! The learner looked at what came and keeps it: it moves into the wallet, and the issuer is told.

use model::id::LearnerId;
use model::receipt::{ReceiptId, ReceiptState};

use super::error::RedeemError;
use super::keep;
use super::redeem::Begun;
use crate::failpoint::reached;
use crate::feed;
use crate::state::AppState;
use crate::work;

/// Keeps what came of an offer. Gives its card; `None` when there is nothing to keep.
///
/// # Errors
/// The database's, as [`RedeemError`].
pub(super) async fn accept(state: &AppState, learner: &LearnerId, id: &ReceiptId) -> Result<Option<String>, RedeemError> {
    let now = state.core.now();
    let mut tx = state.store.write().await?;
    // What nobody has seen cannot be accepted: a part that comes later is kept only when this part was looked at.
    if tx.arrived(id).await?.is_empty() {
        return Ok(tx.receipt(id).await?.and_then(|receipt| receipt.card));
    }
    // Pressed twice, the second time does nothing new.
    tx.take_what_comes(id, learner, now).await?;
    let Some(receipt) = tx.receipt(id).await?.filter(|receipt| receipt.learner == *learner) else { return Ok(None) };
    let connections = tx.connections(learner).await?;
    let progress = tx.progress(id).await?;
    keep::promote(&mut tx, state, &receipt, now).await?;
    tx.read_news_of(learner, &feed::tell::ready_event(id), now).await?;
    let mut told = None;
    if receipt.state == ReceiptState::Arrived {
        let failure = receipt.failure.clone();
        let begun = Begun::of(state, receipt, progress.clone(), Vec::new(), connections);
        told = keep::finish(&mut tx, &begun, &progress, failure.as_deref(), now).await?;
    }
    let card = tx.receipt(id).await?.and_then(|receipt| receipt.card);
    reached("wallet.keeping");
    tx.commit().await?;
    reached("wallet.kept");
    if let Some(job) = told {
        work::now(state, &job).await?;
    }
    Ok(card)
}
