//! `POST /token`: a code and its PKCE verifier for an ID token and an access token.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use vc::encoding::{b64url, sha256};
use vc::jws::Jws;
use vc::key::VerifyingKey;

use super::claims::released;
use super::fault::Kind;
use super::grant::{Grant, Token};
use super::{Client, ClientAuthentication};
use crate::institution::{basic, same};

/// Seconds that an access token lives.
const TOKEN: i64 = 3600;

/// Seconds that an ID token lives.
const ID_TOKEN: i64 = 600;

/// `client_assertion_type` of RFC 7523.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

#[derive(Deserialize)]
pub(super) struct TokenForm {
    grant_type: Option<String>,
    code: Option<String>,
    redirect_uri: Option<String>,
    code_verifier: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    client_assertion_type: Option<String>,
    client_assertion: Option<String>,
}

#[derive(Clone, Copy)]
struct TokenError(StatusCode, &'static str);

const INVALID_GRANT: TokenError = TokenError(StatusCode::BAD_REQUEST, "invalid_grant");
const INVALID_CLIENT: TokenError = TokenError(StatusCode::UNAUTHORIZED, "invalid_client");
const SERVER_ERROR: TokenError = TokenError(StatusCode::INTERNAL_SERVER_ERROR, "server_error");

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        let mut response = (self.0, [(header::CACHE_CONTROL, "no-store")], Json(json!({"error": self.1}))).into_response();
        if self.0 == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"sandbox eduID\""));
        }
        response
    }
}

pub(super) async fn token(State(state): State<Arc<super::State>>, headers: HeaderMap, Form(form): Form<TokenForm>) -> Response {
    match answer(&state, &headers, &form) {
        Ok(tokens) => ([(header::CACHE_CONTROL, "no-store")], Json(tokens)).into_response(),
        Err(error) => error.into_response(),
    }
}

fn answer(state: &super::State, headers: &HeaderMap, form: &TokenForm) -> Result<Value, TokenError> {
    let client = authenticated(state, headers, form).ok_or(INVALID_CLIENT)?;
    if form.grant_type.as_deref() != Some("authorization_code") {
        return Err(TokenError(StatusCode::BAD_REQUEST, "unsupported_grant_type"));
    }
    if state.faults.take(Kind::TokenStatus500) {
        return Err(SERVER_ERROR);
    }
    let code = form.code.as_deref().ok_or(TokenError(StatusCode::BAD_REQUEST, "invalid_request"))?;
    let access_token = state.token();
    let (id_token, persona) = redeem(state, client, form, code, &access_token)?;
    let now = state.now();
    let token = Token { client_id: client.client_id.clone(), persona, id: access_token.clone() };
    state.tokens.put(access_token.clone(), token, now.saturating_add(TOKEN), now);
    Ok(json!({"access_token": access_token, "token_type": "Bearer", "expires_in": TOKEN, "scope": "openid", "id_token": id_token}))
}

/// Uses the code up; a second use also ends the first one's access token.
fn redeem(
    state: &super::State,
    client: &Client,
    form: &TokenForm,
    code: &str,
    access_token: &str,
) -> Result<(String, &'static str), TokenError> {
    let redeemed = state.grants.look(code, state.now(), |grant| {
        if let Some(spent) = &grant.token {
            let spent = spent.clone();
            state.tokens.forget(|token| token.id == spent);
            return Err(INVALID_GRANT);
        }
        let verifier = form.code_verifier.as_deref().filter(|verifier| (43..=128).contains(&verifier.len())).ok_or(INVALID_GRANT)?;
        let fits = grant.request.client_id == client.client_id
            && form.redirect_uri.as_deref() == Some(grant.request.redirect_uri.as_str())
            && b64url(sha256(verifier.as_bytes())) == grant.request.code_challenge;
        if !fits {
            return Err(INVALID_GRANT);
        }
        grant.token = Some(access_token.to_owned());
        Ok((id_token(state, client, grant)?, grant.persona))
    });
    redeemed.unwrap_or(Err(INVALID_GRANT))
}

fn id_token(state: &super::State, client: &Client, grant: &Grant) -> Result<String, TokenError> {
    let persona = state.world.persona(grant.persona).ok_or(SERVER_ERROR)?;
    let released = released(&state.world, persona, client);
    let now = state.now();
    let mut claims = json!({
        "iss": state.issuer,
        "sub": released.get("sub"),
        "aud": client.client_id,
        "iat": now,
        "exp": now.saturating_add(ID_TOKEN),
        "auth_time": grant.auth_time,
        "acr": grant.acr,
    });
    if let Value::Object(claims) = &mut claims {
        claims.extend(grant.request.nonce.iter().map(|nonce| ("nonce".to_owned(), json!(nonce))));
        let wanted = grant.request.id_token_claims.iter().filter(|name| !claims.contains_key(*name)).cloned().collect::<Vec<_>>();
        claims.extend(wanted.into_iter().filter_map(|name| released.get(&name).cloned().map(|value| (name, value))));
        state.faults.spoil(claims);
    }
    match state.faults.unsigned(&claims) {
        Some(forged) => Ok(forged),
        None => state.keys.sign(&claims, client.id_token_algorithm).map_err(|_| SERVER_ERROR),
    }
}

fn authenticated<'a>(state: &'a super::State, headers: &HeaderMap, form: &TokenForm) -> Option<&'a Client> {
    if let Some(assertion) = form.client_assertion.as_deref() {
        return by_assertion(state, form, assertion);
    }
    let basic = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Basic "));
    let (id, secret) = match basic {
        // RFC 6749 section 2.3.1: both are form-encoded before they are joined.
        Some(credentials) => basic_pair(credentials)?,
        None => (form.client_id.clone()?, form.client_secret.clone()?),
    };
    let client = state.client(&id)?;
    match &client.authentication {
        ClientAuthentication::Secret(known) if same(known, &secret) => Some(client),
        _ => None,
    }
}

fn basic_pair(credentials: &str) -> Option<(String, String)> {
    let (id, secret) = basic(credentials)?;
    let decoded = |text: String| url::form_urlencoded::parse(format!("v={text}").as_bytes()).next().map(|(_, value)| value.into_owned());
    Some((decoded(id)?, decoded(secret)?))
}

/// `private_key_jwt` (OpenID Connect Core section 9).
fn by_assertion<'a>(state: &'a super::State, form: &TokenForm, assertion: &str) -> Option<&'a Client> {
    if form.client_assertion_type.as_deref() != Some(JWT_BEARER) {
        return None;
    }
    let jws = Jws::parse(assertion).ok()?;
    let text = |name: &str| jws.payload_unverified().get(name).and_then(Value::as_str);
    let client = state.client(text("sub")?).filter(|client| text("iss") == Some(client.client_id.as_str()))?;
    let ClientAuthentication::PrivateKeyJwt(keys) = &client.authentication else { return None };
    let verified = keys.iter().filter_map(|key| VerifyingKey::from_jwk(key).ok()).find_map(|key| jws.verify(&key, None).ok().cloned())?;
    let endpoint = format!("{}/token", state.issuer);
    let for_us = |audience: &Value| audience.as_str().is_some_and(|audience| audience == state.issuer || audience == endpoint);
    let audience = verified.get("aud")?;
    let addressed = for_us(audience) || audience.as_array().is_some_and(|all| all.iter().any(for_us));
    let expires = verified.get("exp").and_then(Value::as_i64)?;
    let jti = verified.get("jti").and_then(Value::as_str)?;
    let fresh = expires > state.now() && expires <= state.now().saturating_add(TOKEN);
    let first = fresh && state.faults.first_use(&format!("{}/{jti}", client.client_id), expires, state.now());
    (addressed && first).then_some(client)
}
