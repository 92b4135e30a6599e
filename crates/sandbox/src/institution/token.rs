//! `POST /ooapi/{slug}/token`: OAuth 2.0 client credentials (RFC 6749 section 4.4), by header or form.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::access::{authorization, is_user, same};

/// Life of an access token in seconds.
const LIFE: i64 = 600;

#[derive(Deserialize)]
pub(super) struct TokenForm {
    grant_type: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
}

pub(super) async fn token(
    State(state): State<Arc<super::State>>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    Form(form): Form<TokenForm>,
) -> Response {
    let Some(institution) = state.world.institution(&slug) else {
        return super::answer::problem(StatusCode::NOT_FOUND, "No such institution");
    };
    let known = match (authorization(&headers), &form.client_id, &form.client_secret) {
        (Some(("basic", credentials)), _, _) => is_user(institution, credentials),
        (None, Some(id), Some(secret)) => same(id, &institution.user) & same(secret, &institution.password),
        _ => false,
    };
    if !known {
        return error(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    if form.grant_type.as_deref() != Some("client_credentials") {
        return error(StatusCode::BAD_REQUEST, "unsupported_grant_type");
    }
    let token = vc::random::token128(state.random.as_ref());
    let now = state.now();
    state.access.grant(token.clone(), institution.slug, now.saturating_add(LIFE), now);
    ([(header::CACHE_CONTROL, "no-store")], Json(json!({"access_token": token, "token_type": "Bearer", "expires_in": LIFE})))
        .into_response()
}

fn error(status: StatusCode, code: &'static str) -> Response {
    let mut response = (status, [(header::CACHE_CONTROL, "no-store")], Json(json!({"error": code}))).into_response();
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Basic realm=\"ooapi\""));
    }
    response
}
