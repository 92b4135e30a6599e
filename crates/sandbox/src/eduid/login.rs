//! `POST /login`: a persona's button was pressed; the answer goes to the client.

use std::sync::Arc;

use axum::extract::{Form, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::authorize::refused;
use super::claims::level;
use super::fault::Kind;
use super::grant::Grant;
use super::request::AuthenticationRequest;
use crate::page::{cookie, is_own_form};

/// Ties the page to the browser that asked for it.
pub(super) const COOKIE: &str = "sandbox_eduid";

/// Seconds that a code lives.
const CODE: i64 = 60;

/// A request whose page is being looked at.
pub(super) struct Pending {
    pub(super) request: AuthenticationRequest,
    pub(super) browser: String,
}

#[derive(Deserialize)]
pub(super) struct LoginForm {
    handle: String,
    persona: Option<String>,
    cancel: Option<String>,
}

pub(super) async fn login(State(state): State<Arc<super::State>>, headers: HeaderMap, Form(form): Form<LoginForm>) -> Response {
    let now = state.now();
    let browser = cookie(&headers, COOKIE).unwrap_or_default();
    let own =
        is_own_form(&headers, &state.issuer) && state.pending.look(&form.handle, now, |pending| pending.browser == browser) == Some(true);
    let Some(Pending { request, .. }) = state.pending.take(&form.handle, now).filter(|_| own) else {
        return refused("unknown_login");
    };
    let issuer = state.faults.issuer(&state.issuer);
    let back = |answer: (&str, &str)| Redirect::to(&request.answer(answer, issuer.as_deref())).into_response();
    let persona = match form.persona.as_deref().map(|id| state.world.persona(id)) {
        Some(Some(persona)) => persona,
        Some(None) => return back(("error", "server_error")),
        None if form.cancel.is_some() => return back(("error", "access_denied")),
        None => return back(("error", "login_required")),
    };
    let Some(acr) = level(persona, &request.acr_values) else {
        return back(("error", "unmet_authentication_requirements"));
    };
    if state.faults.take(Kind::Denied) {
        return back(("error", "access_denied"));
    }
    let code = state.token();
    let answer = back(("code", &code));
    let grant = Grant { request, persona: persona.id, acr, auth_time: now, token: None };
    state.grants.put(code, grant, now.saturating_add(CODE), now);
    answer
}
