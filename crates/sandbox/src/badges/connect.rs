//! `GET /connect` sends the learner to the wallet to say yes; `GET /back` is where they return, and where the badge goes out.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use openid4vc::oauth::pkce;

use super::home::{self, Outcome};
use super::host::{NoAnswer, Pushed};
use crate::page::{Lang, cookie, language};

/// Ties a connection to the browser that began it.
const COOKIE: &str = "sandbox_badges";

/// Seconds that a connection may take: a login lies between.
const MEMORY: i64 = 3600;

/// A learner who is at the wallet.
pub(super) struct Pending {
    verifier: String,
    browser: String,
    until: i64,
    lang: Lang,
}

pub(super) async fn connect(
    State(platform): State<Arc<super::State>>,
    headers: HeaderMap,
    Query(asked): Query<HashMap<String, String>>,
) -> Response {
    let lang = language(&headers, &asked);
    let random = platform.random.as_ref();
    let token = || vc::random::token128(random);
    let browser = cookie(&headers, COOKIE).filter(|id| id.len() == 22).map_or_else(token, str::to_owned);
    let (state, verifier) = (token(), pkce::verifier(random));
    let Ok(onward) = platform.host.consent(&state, &verifier, lang.tag()).await else {
        return home::told(&platform, lang, &Outcome::Silent).into_response();
    };
    let now = (platform.clock)();
    {
        let mut all = platform.pending.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, pending| pending.until > now);
        all.insert(state, Pending { verifier, browser: browser.clone(), until: now.saturating_add(MEMORY), lang });
    }
    let cookie = HeaderValue::from_str(&format!("{COOKIE}={browser}; Path=/; HttpOnly; SameSite=Lax"));
    match (HeaderValue::from_str(&onward), cookie) {
        (Ok(onward), Ok(cookie)) => {
            let headers =
                [(header::LOCATION, onward), (header::SET_COOKIE, cookie), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        _ => home::told(&platform, lang, &Outcome::Silent).into_response(),
    }
}

pub(super) async fn back(
    State(platform): State<Arc<super::State>>,
    headers: HeaderMap,
    Query(said): Query<HashMap<String, String>>,
) -> Response {
    let browser = cookie(&headers, COOKIE).unwrap_or_default();
    let now = (platform.clock)();
    let pending = {
        let mut all = platform.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let state = said.get("state").map(String::as_str).unwrap_or_default();
        let own = all.get(state).is_some_and(|pending| pending.browser == browser && pending.until > now);
        own.then(|| all.remove(state)).flatten()
    };
    let Some(pending) = pending else {
        return home::told(&platform, language(&headers, &said), &Outcome::Unasked).into_response();
    };
    let outcome = match said.get("code") {
        Some(code) => award(&platform, code, &pending.verifier, now).await.unwrap_or(Outcome::Silent),
        None if said.get("error").is_some_and(|error| error == "access_denied") => Outcome::Denied,
        None => Outcome::Silent,
    };
    home::told(&platform, pending.lang, &outcome).into_response()
}

/// Redeems the code, asks whom it is for, and pushes their badge.
async fn award(platform: &super::State, code: &str, verifier: &str, now: i64) -> Result<Outcome, NoAnswer> {
    let token = platform.host.token(code, verifier).await?;
    let subject = platform.host.subject(&token).await?;
    let given = platform.awarded.lock().unwrap_or_else(PoisonError::into_inner).get(&subject).cloned();
    let Some(badge) = given.or_else(|| platform.issuer.badge(&subject, now)) else { return Ok(Outcome::Silent) };
    let pushed = platform.host.push(&token, &badge).await?;
    if !matches!(pushed, Pushed::Refused(_)) {
        platform.awarded.lock().unwrap_or_else(PoisonError::into_inner).insert(subject, badge);
    }
    Ok(Outcome::Pushed(pushed))
}
