//! `GET /auth/login`: off to eduID, and back to the page that asked for it.

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use http::oidc::Ask;
use http::{Ctx, SeeOther};
use serde::Deserialize;

use crate::learner::FRESH_LOGIN;
use crate::state::AppState;

#[derive(Deserialize)]
pub(crate) struct Start {
    /// Where to go afterwards: a path of ours, else it is dropped (row X10).
    return_to: Option<String>,
    /// Present: a login is asked for although there may be one already.
    again: Option<String>,
}

pub(crate) async fn start(ctx: Ctx, State(state): State<AppState>, headers: HeaderMap, Query(query): Query<Start>) -> Response {
    if let Err(limited) = ctx.limit("login") {
        return limited.into_response();
    }
    let again = query.again.is_some();
    let return_to = query.return_to.unwrap_or_else(|| ctx.localised("/wallet"));
    let ask = Ask { return_to: Some(&return_to), again, max_age: again.then_some(FRESH_LOGIN), ..Ask::default() };
    match state.eduid.begin(&ctx, &headers, ask).await {
        Ok(begun) => SeeOther::to(begun.location).with_cookie(begun.cookie).into_response(),
        Err(error) => error.into_response(),
    }
}
