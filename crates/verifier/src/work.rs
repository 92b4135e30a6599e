//! What happens outside of requests: webhooks go out, questions end, answers are erased when it was promised.

use std::time::Duration;

use http::Shutdown;
use http::serve::repeat;
use model::verification::{State, VerificationId};
use storage::StorageError;
use storage::audit::Actor;
use storage::verifier::verification::End;

use crate::outcome::{event, purge_at, tell};
use crate::state::AppState;
use crate::webhook;

const WEBHOOKS: Duration = Duration::from_millis(500);
const TIDYING: Duration = Duration::from_secs(5);

/// Does everything until it is time to stop.
pub(crate) async fn worker(state: AppState, stop: Shutdown) {
    let (one, two) = (state.clone(), state);
    tokio::join!(
        repeat("webhooks", WEBHOOKS, stop.clone(), || webhook::deliver(&one)),
        repeat("verifications", TIDYING, stop, || tidy(&two)),
    );
}

/// Ends what is overdue and erases what was promised.
async fn tidy(state: &AppState) -> Result<bool, StorageError> {
    let now = state.core.now();
    state.core.sessions().purge(now).await?;
    let overdue = state.store.read().await?.overdue_verifications(now).await?;
    for id in &overdue {
        end(state, id).await?;
    }
    let mut tx = state.store.write().await?;
    let purged = tx.purge_verifications(now).await?;
    for id in &purged {
        tx.audit(&event(id, Actor::System, "verification.purged", "done"), now).await?;
        if let Some(found) = tx.verification(id).await? {
            tell(&mut tx, &found, State::Purged, now).await?;
        }
    }
    tx.purge_jobs(now).await?;
    tx.commit().await?;
    Ok(false)
}

async fn end(state: &AppState, id: &VerificationId) -> Result<(), StorageError> {
    let now = state.core.now();
    let mut tx = state.store.write().await?;
    let Some(found) = tx.verification(id).await? else { return Ok(()) };
    let end = End { state: State::Expired, failure: None, answer_hash: None, purge_at: purge_at(&found.question, now) };
    if tx.end_verification(id, end, now).await? {
        tx.audit(&event(id, Actor::System, "verification.expired", "done"), now).await?;
        tell(&mut tx, &found, State::Expired, now).await?;
    }
    tx.commit().await
}
