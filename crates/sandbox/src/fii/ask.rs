//! `POST /ask`: makes a request at the verifier and sends the learner on with a link, never with a redirect to another origin.

use std::sync::{Arc, PoisonError};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::home::failed;
use crate::page::{Lang, Page, cookie, escape, is_own_form};

/// Ties what was asked to the browser that asked it.
pub(super) const COOKIE: &str = "sandbox_fii";

/// Seconds that a question is remembered.
const MEMORY: i64 = 3600;

/// A question of one browser.
pub(super) struct Asked {
    pub(super) request: String,
    pub(super) browser: String,
    pub(super) until: i64,
    pub(super) lang: Lang,
}

#[derive(Deserialize)]
pub(super) struct AskForm {
    lang: Option<String>,
}

pub(super) async fn ask(State(state): State<Arc<super::State>>, headers: HeaderMap, Form(form): Form<AskForm>) -> Response {
    let lang = Lang::of(form.lang.as_deref());
    if !is_own_form(&headers, &state.origin) {
        return failed(lang, StatusCode::FORBIDDEN);
    }
    let token = || vc::random::token128(state.random.as_ref());
    let browser = cookie(&headers, COOKIE).filter(|id| id.len() == 22).map_or_else(token, str::to_owned);
    let handle = token();
    let redirect_uri = format!("{}/return?asked={handle}", state.origin);
    let Ok(made) = state.verifier.ask(&redirect_uri, &handle).await else {
        return failed(lang, StatusCode::BAD_GATEWAY);
    };
    let now = (state.clock)();
    let asked = Asked { request: made.id, browser: browser.clone(), until: now.saturating_add(MEMORY), lang };
    {
        let mut all = state.asked.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, asked| asked.until > now);
        all.insert(handle, asked);
    }
    let mut response = onward(lang, &made.wallet_link).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&format!("{COOKIE}={browser}; Path=/; HttpOnly; SameSite=Lax")) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

fn onward(lang: Lang, wallet_link: &str) -> Page {
    let title = lang.pick("Verder in je wallet", "Go on in your wallet");
    let body = format!(
        "<p class=\"tag\">{}</p><h1>{title}</h1><p>{}</p><p><a class=\"button\" id=\"continue\" href=\"{}\">{}</a></p>",
        lang.pick("FII-portaal (oefening)", "FII portal (sandbox)"),
        lang.pick(
            "In je wallet zie je wat wij vragen. Er gaat niets weg voordat je daar op Delen drukt. Daarna kom je hier terug.",
            "In your wallet you see what we ask. Nothing leaves before you press Share there. Then you come back here.",
        ),
        escape(wallet_link),
        lang.pick("Naar mijn wallet", "To my wallet"),
    );
    Page::new(lang, title, body)
}
