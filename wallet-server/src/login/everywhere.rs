//! `POST /auth/logout-everywhere`: every session of a learner ends, and other browsers are new when they come back.

use axum::extract::State;
use axum::http::HeaderMap;
use http::{Cookie, Ctx, Protected, SeeOther};

use super::device;
use super::logout::Empty;
use crate::error::WalletError;
use crate::learner::Learner;
use crate::state::AppState;

pub(crate) async fn logout(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    headers: HeaderMap,
    Protected(Empty {}): Protected<Empty>,
) -> Result<SeeOther, WalletError> {
    let mut tx = state.store.write().await?;
    tx.delete_sessions_of(learner.id().as_str()).await?;
    // Without a browser that stays known the next one would be taken for the first ever.
    if let Some(token) = device::token(&state, &headers) {
        tx.forget_other_devices(learner.id(), &token).await?;
    }
    tx.commit().await?;
    Ok(ctx.see_other("/").with_cookie(Cookie::session(&state.core).clear()))
}
