//! `POST /auth/logout`: the session ends here; eduID's own is eduID's.

use axum::extract::State;
use http::{Cookie, Ctx, Failed, Kind, Protected, SeeOther};
use serde::Deserialize;

use crate::learner::Learner;
use crate::state::AppState;

/// A form without fields of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Empty {}

pub(crate) async fn logout(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Protected(Empty {}): Protected<Empty>,
) -> Result<SeeOther, Failed> {
    state.core.sessions().end(learner.session()).await.map_err(|_| Failed::new(Kind::Unavailable, "unavailable"))?;
    Ok(ctx.see_other("/").with_cookie(Cookie::session(&state.core).clear()))
}
