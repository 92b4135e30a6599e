//! `GET /return`: the learner is back from the wallet; shows what the verifier says, or that nothing was shared.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use super::ask::COOKIE;
use super::data;
use super::home::failed;
use crate::page::{Lang, Page, cookie, escape, language};

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
    let credential = outcome.get("claims").and_then(data::credential);
    let body = format!(
        "<p class=\"tag\">{}</p><h1 data-state=\"{}\" data-verdict=\"{}\">{title}</h1>{}<p>{said}</p>{}{}<p><a href=\"/?lang={}\">{}</a></p>",
        lang.pick("FII-portaal (oefening)", "FII portal (sandbox)"),
        escape(state),
        escape(verdict.unwrap_or_default()),
        credential.map(|claims| sentence(lang, claims)).unwrap_or_default(),
        folded(lang.pick("Alle gegevens", "All data"), &credential.map(|claims| data::rows(lang, claims)).unwrap_or_default()),
        folded(lang.pick("Wat is gecontroleerd", "What was checked"), &checks(lang, outcome)),
        lang.tag(),
        lang.pick("Terug naar het begin", "Back to the start"),
    );
    Page::new(lang, title, body)
}

/// Who is enrolled where and in what, in one line.
fn sentence(lang: Lang, claims: &Map<String, Value>) -> String {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(escape);
    let (Some(given), Some(family), Some(programme)) = (text("given_name"), text("family_name"), text("name")) else {
        return String::new();
    };
    let Some(institution) = text("institution_name") else { return String::new() };
    let enrolled = if claims.get("is_enrolled") == Some(&Value::Bool(true)) {
        lang.pick("staat ingeschreven bij", "is enrolled at")
    } else {
        lang.pick("staat nu niet ingeschreven bij", "is not enrolled now at")
    };
    let since = claims.get("startDate").and_then(Value::as_str).and_then(|date| data::date(lang, date));
    let since = since.map(|date| format!(", {} {date}", lang.pick("vanaf", "from"))).unwrap_or_default();
    format!("<p><b>{given} {family}</b> {enrolled} <b>{institution}</b>: <b>{programme}</b>{since}.</p>")
}

fn folded(title: &str, rows: &str) -> String {
    if rows.is_empty() { String::new() } else { format!("<details><summary>{title}</summary><dl>{rows}</dl></details>") }
}

fn checks(lang: Lang, outcome: &Value) -> String {
    let all = outcome.pointer("/report/checks").and_then(Value::as_array);
    all.into_iter()
        .flatten()
        .map(|check| {
            let text = |name: &str| check.get(name).and_then(Value::as_str).unwrap_or_default();
            let state = match text("state") {
                "passed" => lang.pick("in orde", "in order"),
                "failed" => lang.pick("niet in orde", "not in order"),
                _ => lang.pick("niet gecontroleerd", "not checked"),
            };
            let code = if text("code") == "ok" { String::new() } else { format!(" ({})", escape(text("code"))) };
            format!("<dt>{}</dt><dd>{state}{code}</dd>", escape(data::check(lang, text("check"))))
        })
        .collect()
}
