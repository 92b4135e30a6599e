//! `POST /{institution}/api/v1/credentials/{id}/status`: the institution withdraws, suspends or restores.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use http::{Ctx, Failed, Json, Kind, Wrong};
use serde::Deserialize;
use serde_json::Value;
use storage::audit::Actor;
use storage::issuer::status_list::CredentialStatus;

use super::credentials::described;
use super::idempotency::Call;
use super::{Answer, storage_failed};
use crate::Issuer;
use crate::institution::Keyed;
use crate::status::change::{ChangeError, Said, change};

/// Longest reason, in bytes.
pub(crate) const LONGEST_REASON: usize = 1_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusBody {
    status: String,
    #[serde(default)]
    reason: Option<String>,
}

pub(crate) async fn set(
    Keyed(institution): Keyed,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
    Json(value): Json<Value>,
) -> Result<Answer, Failed> {
    let call = Call::of(institution.slug(), &format!("POST credentials/{id}/status"), &headers, &value)?;
    let body: StatusBody = http::json::read(value)?;
    let wrong = |pointer: &'static str| Failed::new(Kind::Unprocessable, "status").with_errors(vec![Wrong::at(pointer, "value")]);
    let status = CredentialStatus::parse(&body.status).ok_or_else(|| wrong("/status"))?;
    if body.reason.as_ref().is_some_and(|reason| reason.len() > LONGEST_REASON) {
        return Err(wrong("/reason"));
    }
    let reason = body.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    let mut tx = issuer.store.write().await.map_err(|error| storage_failed(&error))?;
    if let Some(call) = &call
        && let Some(answer) = call.before(&mut tx, ctx.now()).await?
    {
        return Ok(answer);
    }
    let row = tx.credential(institution.slug(), &id).await.map_err(|error| storage_failed(&error))?;
    let row = row.ok_or(Failed::new(Kind::NotFound, "not_found"))?;
    let said = Said { status, reason, actor: Actor::Key(institution.slug().to_owned()) };
    change(&mut tx, &row, &said, ctx.now()).await.map_err(|error| match error {
        ChangeError::Final => Failed::new(Kind::Conflict, "status_final"),
        ChangeError::Storage(error) => storage_failed(&error),
    })?;
    let row = tx.credential(institution.slug(), &id).await.map_err(|error| storage_failed(&error))?.unwrap_or(row);
    let history = tx.status_changes(&row).await.map_err(|error| storage_failed(&error))?;
    let answer = Answer { status: StatusCode::OK, body: described(&row, &history) };
    if let Some(call) = &call {
        call.after(&mut tx, &answer).await?;
    }
    tx.commit().await.map_err(|error| storage_failed(&error))?;
    Ok(answer)
}
