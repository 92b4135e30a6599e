//! `GET /{institution}/api/v1/credentials` and `…/{id}`: what was issued, its status, its history.

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use http::{Failed, Kind, OAuthForm};
use model::Timestamp;
use serde_json::{Value, json};
use storage::IssuerStore;
use storage::issuer::credential::{CredentialRow, StatusChange};

use super::{Answer, storage_failed};
use crate::institution::Keyed;

/// Rows of one page at most, and when `limit` says nothing.
const PAGE: usize = 100;

/// Newest first; `next` is the address of the page after this one, or null.
pub(crate) async fn list(Keyed(institution): Keyed, State(store): State<IssuerStore>, RawQuery(query): RawQuery) -> Result<Answer, Failed> {
    let invalid = |code| Failed::new(Kind::Invalid, code);
    let query = OAuthForm::parse(query.unwrap_or_default().as_bytes()).ok_or(invalid("query"))?;
    let after = query.get("after").map(|text| read_cursor(text).ok_or(invalid("cursor"))).transpose()?;
    let limit = query.get("limit").map(|text| text.parse().ok().filter(|limit| (1..=PAGE).contains(limit)).ok_or(invalid("limit")));
    let limit = limit.transpose()?.unwrap_or(PAGE);
    let mut tx = store.read().await.map_err(|error| storage_failed(&error))?;
    let after = after.as_ref().map(|(at, id)| (*at, id.as_str()));
    let rows = tx.credentials(institution.slug(), after, limit as i64 + 1).await.map_err(|error| storage_failed(&error))?;
    let next = rows.get(limit - 1).filter(|_| rows.len() > limit).and_then(cursor);
    let next = next.map(|cursor| institution.at(&format!("/api/v1/credentials?after={cursor}&limit={limit}")));
    let items: Vec<Value> = rows.iter().take(limit).map(|row| described(row, &[])).collect();
    Ok(Answer { status: StatusCode::OK, body: json!({"items": items, "next": next}) })
}

pub(crate) async fn show(
    Keyed(institution): Keyed,
    State(store): State<IssuerStore>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Answer, Failed> {
    let mut tx = store.read().await.map_err(|error| storage_failed(&error))?;
    let row = tx.credential(institution.slug(), &id).await.map_err(|error| storage_failed(&error))?;
    let row = row.ok_or(Failed::new(Kind::NotFound, "not_found"))?;
    let history = tx.status_changes(&row).await.map_err(|error| storage_failed(&error))?;
    Ok(Answer { status: StatusCode::OK, body: described(&row, &history) })
}

/// A credential as the machine API tells it: no claim of it, the reasons to the institution alone.
pub(crate) fn described(row: &CredentialRow, history: &[StatusChange]) -> Value {
    let changes: Vec<Value> = history
        .iter()
        .map(|change| {
            let reason = change.reason.as_ref().map(|reason| reason.as_str());
            json!({"status": change.status.as_str(), "code": change.code, "reason": reason, "at": change.at.rfc3339()})
        })
        .collect();
    json!({
        "id": row.id,
        "award": row.award,
        "revision": row.revision,
        "offer": row.offer,
        "credential_configuration_id": row.configuration,
        "status": row.status.as_str(),
        "issued_at": row.issued_at.map(Timestamp::rfc3339),
        "expires_at": row.expires_at.map(Timestamp::rfc3339),
        "history": changes,
    })
}

fn cursor(row: &CredentialRow) -> Option<String> {
    Some(format!("{}.{}", row.issued_at?.millis(), row.id))
}

fn read_cursor(text: &str) -> Option<(Timestamp, String)> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp::from_millis(at.parse().ok()?), id.to_owned()))
}
