//! `POST /wallet/institutions/{slug}/disconnect`: from the commit on nothing more is taken in; the institution is told after it.

use axum::extract::{Path, State};
use http::egress::Outgoing;
use http::{Ctx, Protected, SeeOther};
use model::Timestamp;
use model::activity::ActivityKind;
use model::connection::{Connection, ConnectionId};
use serde::{Deserialize, Serialize};
use storage::outbox::{self, Job, JobId};
use storage::{Owner, StorageError, WalletTx};

use super::register::about;
use crate::error::WalletError;
use crate::learner::Learner;
use crate::login::logout::Empty;
use crate::parties;
use crate::state::AppState;
use crate::work::{self, Done};

/// The topic of telling an institution.
pub(crate) const TOPIC: &str = "wallet.disconnect";

/// For how long it is tried, in days.
const LASTS: i64 = 30;

#[derive(Serialize, Deserialize)]
struct Payload {
    connection: ConnectionId,
}

pub(crate) async fn disconnect(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Protected(Empty {}): Protected<Empty>,
) -> Result<SeeOther, WalletError> {
    let register = state.register.current();
    let party = register.party(&slug);
    let mut tx = state.store.write().await?;
    let live = tx.connections(learner.id()).await?;
    let mut job = None;
    // Pressed twice, the second time does nothing.
    if let Some(connection) = live.iter().find(|connection| connection.institution.as_str() == slug)
        && tx.end_connection(&connection.id, learner.id(), ctx.now()).await?
    {
        if let Some(party) = party {
            let issuer = party.issues.as_ref().map_or("", |issues| issues.credential_issuer.as_str());
            tx.note(learner.id(), ActivityKind::Disconnected, &about(&party.name, issuer), ctx.now()).await?;
        }
        job = Some(later(&mut tx, connection, ctx.now()).await?);
    }
    tx.commit().await?;
    if let Some(job) = job {
        work::now(&state, &job).await?;
    }
    let known = parties::institution(&register, &slug).is_some();
    Ok(ctx.see_other(&if known { format!("/wallet/institutions/{slug}/connect") } else { "/wallet/institutions".to_owned() }))
}

/// Keeps the work of telling the institution.
pub(super) async fn later(tx: &mut WalletTx, connection: &Connection, now: Timestamp) -> Result<JobId, StorageError> {
    let (key, owner) = (format!("disconnect/{}", connection.id), Owner::learner(connection.learner.as_str()));
    let payload = outbox::payload(&Payload { connection: connection.id.clone() })?;
    let expires_at = now.plus_days(LASTS);
    let job = Job { topic: TOPIC, ordering_key: &key, dedup_id: &key, owner: &owner, payload: &payload, expires_at };
    tx.later(&job, now).await
}

/// Tells the institution, with the connection's own key, and erases the key when the institution knows.
pub(crate) async fn work(state: &AppState, payload: &[u8]) -> Done {
    let Ok(payload) = serde_json::from_slice::<Payload>(payload) else { return Done::Never("payload") };
    match tell(state, &payload.connection).await {
        Ok(done) => done,
        Err(_) => Done::Again("database"),
    }
}

async fn tell(state: &AppState, id: &ConnectionId) -> Result<Done, StorageError> {
    let (connection, key) = {
        let mut tx = state.store.read().await?;
        (tx.connection(id).await?, tx.delivery_key(id).await?)
    };
    let (Some(connection), Some(key)) = (connection, key) else { return Ok(Done::Finished) };
    let register = state.register.current();
    let Some(issues) = register.party(connection.institution.as_str()).and_then(|party| party.issues.as_ref()) else {
        return Ok(Done::Again("institution_unknown"));
    };
    let url = format!("{}/api/v1/connections/{id}", issues.credential_issuer);
    match state.core.egress().send(Outgoing::delete(&url).bearer(&key)).await {
        // Not knowing it, or not any more, is what was wanted.
        Ok(answer) if answer.is_success() || matches!(answer.status, 401 | 404 | 410) => {}
        Ok(_) | Err(_) => return Ok(Done::Again("institution_unreachable")),
    }
    let mut tx = state.store.write().await?;
    tx.close_connection(id).await?;
    tx.commit().await?;
    Ok(Done::Finished)
}
