//! `GET /wallet/activity/log.json` and `log.csv`: the whole list to take along; names of items, never values.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use http::Ctx;
use model::activity::Activity;
use model::{LocalText, Timestamp};
use serde_json::{Value, json};

use crate::error::WalletError;
use crate::learner::Learner;
use crate::state::AppState;

/// As many entries as a wallet will ever have.
const ALL: i64 = 1_000_000;

pub(super) async fn json(State(state): State<AppState>, learner: Learner) -> Result<Response, WalletError> {
    let entries = state.store.read().await?.activities(learner.id(), ALL).await?;
    let all: Vec<Value> = entries.iter().map(member).collect();
    Ok(file("application/json", "attachment; filename=\"eduwallet-activity.json\"", json!({"activity": all}).to_string()))
}

pub(super) async fn csv(ctx: Ctx, State(state): State<AppState>, learner: Learner) -> Result<Response, WalletError> {
    let entries = state.store.read().await?.activities(learner.id(), ALL).await?;
    let mut out = "at,event,party,party_id,credentials,requested,shared,purpose,kept_until,request\r\n".to_owned();
    for entry in &entries {
        let fields = fields(entry, ctx.lang().tag());
        out.push_str(&fields.map(|field| quoted(&field)).join(","));
        out.push_str("\r\n");
    }
    Ok(file("text/csv; charset=utf-8", "attachment; filename=\"eduwallet-activity.csv\"", out))
}

fn file(media_type: &'static str, name: &'static str, body: String) -> Response {
    ([(CONTENT_TYPE, media_type), (CONTENT_DISPOSITION, name), (CACHE_CONTROL, "no-store")], body).into_response()
}

fn member(entry: &Activity) -> Value {
    let about = &entry.about;
    json!({
        "id": entry.id.as_str(), "at": entry.at.rfc3339(), "event": entry.kind.as_str(),
        "party": about.party, "party_id": about.party_id, "contact": about.contact,
        "credentials": about.titles, "requested": about.requested, "shared": about.labels,
        "purpose": about.purpose, "ground": about.ground, "kept_until": kept_until(entry),
        "request": about.request, "digest": about.digest, "outcome": about.outcome, "about": about.of,
    })
}

fn kept_until(entry: &Activity) -> Option<String> {
    entry.about.kept_until.map(|millis| Timestamp::from_millis(millis).date())
}

fn fields(entry: &Activity, lang: &str) -> [String; 10] {
    let about = &entry.about;
    let one = |text: &Option<LocalText>| text.as_ref().map(|text| text.get(lang).to_owned()).unwrap_or_default();
    let many = |all: &[LocalText]| all.iter().map(|text| text.get(lang)).collect::<Vec<_>>().join("; ");
    [
        entry.at.rfc3339(),
        entry.kind.as_str().to_owned(),
        one(&about.party),
        about.party_id.clone().unwrap_or_default(),
        many(&about.titles),
        many(&about.requested),
        many(&about.labels),
        one(&about.purpose),
        kept_until(entry).unwrap_or_default(),
        about.request.clone().unwrap_or_default(),
    ]
}

/// A field in quotes (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe before it.
fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, field.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_no_formulas() {
        assert_eq!(quoted("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(quoted("=cmd|x"), "\"'=cmd|x\"");
    }
}
