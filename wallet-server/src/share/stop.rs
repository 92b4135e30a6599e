//! `POST /wallet/shares/{id}/stop`: the learner stops a link; what it showed is erased at once.

use axum::extract::{Path, State};
use http::{Ctx, Protected, SeeOther};
use model::activity::ActivityKind;
use model::share::{ShareId, ShareState};
use serde::Deserialize;

use super::activity;
use crate::error::WalletError;
use crate::learner::Learner;
use crate::state::AppState;

/// The form has nothing but its token.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// Stops a link. Stopping one that has ended changes nothing.
pub(crate) async fn stop(
    ctx: Ctx,
    State(state): State<AppState>,
    learner: Learner,
    Path(id): Path<ShareId>,
    Protected(Nothing {}): Protected<Nothing>,
) -> Result<SeeOther, WalletError> {
    let mut tx = state.store.write().await?;
    let share = tx.share(&id, learner.id()).await?.ok_or(WalletError::NotFound)?;
    if tx.end_share(&id, ShareState::Stopped, ctx.now()).await? {
        tx.note(learner.id(), ActivityKind::LinkEnded, &activity(&share.about, "stopped"), ctx.now()).await?;
    }
    tx.commit().await?;
    Ok(ctx.see_other(&format!("/wallet/shares/{id}")))
}
