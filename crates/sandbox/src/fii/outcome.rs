//! `GET /return`: the learner is back from the wallet; shows what the verifier says, or that nothing was shared.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::ask::COOKIE;
use super::home::{failed, language};
use crate::page::{Lang, Page, cookie, escape};

pub(super) async fn outcome(
    State(state): State<Arc<super::State>>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let browser = cookie(&headers, COOKIE).unwrap_or_default();
    let now = (state.clock)();
    let found = {
        let all = state.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = query.get("asked").and_then(|handle| all.get(handle));
        asked.filter(|asked| asked.browser == browser && asked.until > now).map(|asked| (asked.request.clone(), asked.lang))
    };
    let Some((request, lang)) = found else {
        return failed(language(&headers, &query), StatusCode::BAD_REQUEST);
    };
    match state.verifier.outcome(&request, query.get("response_code").map(String::as_str)).await {
        Ok(outcome) => page(lang, &outcome).into_response(),
        Err(_) => failed(lang, StatusCode::BAD_GATEWAY),
    }
}

fn page(lang: Lang, outcome: &Value) -> Page {
    let state = outcome.get("state").and_then(Value::as_str).unwrap_or_default();
    let verdict = outcome.pointer("/report/verdict").and_then(Value::as_str);
    let title = match (state, verdict) {
        ("refused", _) => lang.pick("Je hebt niets gedeeld", "You shared nothing"),
        (_, Some("valid")) => lang.pick("Je bewijs van inschrijving is in orde", "Your proof of enrolment is in order"),
        (_, Some("attention")) => lang.pick("Je bewijs vraagt aandacht", "Your proof needs attention"),
        (_, Some(_)) => lang.pick("Je bewijs is niet in orde", "Your proof is not in order"),
        _ => lang.pick("Nog niets ontvangen", "Nothing received yet"),
    };
    let said = match state {
        "refused" => {
            lang.pick("Dat mag altijd. Je kunt ook een uittreksel opsturen.", "That is always fine. You can also send a paper extract.")
        }
        "received" => {
            lang.pick("Dit hebben we gekregen. We verwijderen het na 30 dagen.", "This is what we got. We delete it after 30 days.")
        }
        _ => lang.pick("Er is niets gedeeld.", "Nothing was shared."),
    };
    let body = format!(
        "<p class=\"tag\">{}</p><h1 data-state=\"{}\" data-verdict=\"{}\">{title}</h1><p>{said}</p>{}{}<p><a href=\"/?lang={}\">{}</a></p>",
        lang.pick("FII-portaal (oefening)", "FII portal (sandbox)"),
        escape(state),
        escape(verdict.unwrap_or_default()),
        claims(lang, outcome),
        checks(lang, outcome),
        lang.tag(),
        lang.pick("Terug naar het begin", "Back to the start"),
    );
    Page::new(lang, title, body)
}

fn claims(lang: Lang, outcome: &Value) -> String {
    let rows: String = match outcome.get("claims") {
        Some(claims) if !claims.is_null() => rows("", claims),
        _ => String::new(),
    };
    if rows.is_empty() { String::new() } else { format!("<h2>{}</h2><dl>{rows}</dl>", lang.pick("Gegevens", "Data")) }
}

/// Nested claims as `name / inner`; lists with commas.
fn rows(prefix: &str, value: &Value) -> String {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| rows(&if prefix.is_empty() { name.clone() } else { format!("{prefix} / {name}") }, value))
            .collect(),
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            items.iter().map(|item| rows(prefix, item)).collect()
        }
        other => format!("<dt>{}</dt><dd>{}</dd>", escape(prefix), escape(&plain(other))),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn checks(lang: Lang, outcome: &Value) -> String {
    let all = outcome.pointer("/report/checks").and_then(Value::as_array);
    let rows: String = all
        .into_iter()
        .flatten()
        .map(|check| {
            let text = |name: &str| escape(check.get(name).and_then(Value::as_str).unwrap_or_default());
            format!("<dt>{}</dt><dd>{} ({})</dd>", text("check"), text("state"), text("code"))
        })
        .collect();
    if rows.is_empty() { String::new() } else { format!("<h2>{}</h2><dl>{rows}</dl>", lang.pick("Controles", "Checks")) }
}
