//! `GET /api/v1/requests/{id}`: what became of a question.

use axum::Json;
use axum::extract::{Path, Query, State};
use http::{Bearer, Ctx, Failed, Kind};
use model::Timestamp;
use model::verification::{Asker, Verification, VerificationId};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::{database, not_found};
use crate::organisation::Organisation;
use crate::state::AppState;

#[derive(Deserialize)]
pub(crate) struct Asked {
    response_code: Option<String>,
}

pub(crate) async fn read(
    ctx: Ctx,
    State(state): State<AppState>,
    key: Bearer,
    Path(id): Path<VerificationId>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, Failed> {
    let organisation = super::caller(&ctx, &state.organisations, &key)?;
    let found = of(&state, organisation, &id).await?.ok_or_else(not_found)?;
    let shown = match (&found.question.redirect_uri, asked.response_code) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(_), Some(code)) => {
            if !spend(&ctx, &state, &id, &code).await? {
                return Err(Failed::new(Kind::Refused, "response_code"));
            }
            true
        }
    };
    Ok(Json(told(&found, ctx.now(), shown)))
}

/// A question of this organisation.
pub(crate) async fn of(state: &AppState, organisation: &Organisation, id: &VerificationId) -> Result<Option<Verification>, Failed> {
    let found = state.store.read().await.map_err(database)?.verification(id).await.map_err(database)?;
    Ok(found.filter(|found| found.question.asker == Asker::Organisation(organisation.slug().to_owned())))
}

async fn spend(ctx: &Ctx, state: &AppState, id: &VerificationId, code: &str) -> Result<bool, Failed> {
    let mut tx = state.store.write().await.map_err(database)?;
    let spent = tx.spend_response_code(id, code, None, ctx.now()).await.map_err(database)?;
    tx.commit().await.map_err(database)?;
    Ok(spent)
}

/// The JSON of a question; with `shown` also what was answered.
pub(crate) fn told(found: &Verification, now: Timestamp, shown: bool) -> Value {
    let report = found.report(now).filter(|_| shown);
    let claims = found.claims(now).filter(|_| shown);
    json!({
        "id": found.id.as_str(),
        "state": found.state(now).as_str(),
        "reference": found.question.reference,
        "report": report,
        "claims": claims,
        "created_at": found.created_at.rfc3339(),
        "expires_at": found.expires_at.rfc3339(),
        "ended_at": found.ended_at.map(Timestamp::rfc3339),
    })
}
