//! `GET /userinfo`: what the client's release policy lets through, about the persona whose token it is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use super::claims::released;
use super::fault::Kind;

pub(super) async fn userinfo(State(state): State<Arc<super::State>>, headers: HeaderMap) -> Response {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    match token.and_then(|token| about(&state, token)) {
        Some(claims) => ([(header::CACHE_CONTROL, "no-store")], Json(Value::Object(claims))).into_response(),
        None => {
            let mut response = StatusCode::UNAUTHORIZED.into_response();
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer error=\"invalid_token\""));
            response
        }
    }
}

fn about(state: &super::State, token: &str) -> Option<Map<String, Value>> {
    let (client_id, persona) = state.tokens.look(token, state.now(), |token| (token.client_id.clone(), token.persona))?;
    let mut claims = released(&state.world, state.world.persona(persona)?, state.client(&client_id)?);
    if state.faults.take(Kind::NoEduid) {
        claims.remove("eduid");
    }
    if state.faults.take(Kind::EmailInjection) {
        claims.insert("email".to_owned(), "samira@post.example\r\nBcc: somebody@evil.example".into());
    }
    Some(claims)
}
