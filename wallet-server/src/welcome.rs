//! `GET /`: what this is, who runs it, and the way in.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::Ctx;

use crate::learner::Learner;
use crate::state::AppState;

pub(crate) async fn welcome(learner: Option<Learner>, ctx: Ctx, State(state): State<AppState>) -> Response {
    if learner.is_some() {
        return ctx.see_other("/wallet").into_response();
    }
    let eduid_down = state.eduid.provider().metadata(&ctx).await.is_err();
    ctx.page(web::welcome::Welcome { login_href: ctx.localised("/auth/login"), eduid_down }).into_response()
}
