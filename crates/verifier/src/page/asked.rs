//! `GET /asked/{key}`: the asker's own page, which nobody else knows the address of; `POST /asked/{key}/withdraw`.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{Ctx, Failed, FromOwnPage};
use model::verification::{State as Became, Verification};
use serde::Deserialize;
use web::ask::AskedPage;
use web::verdict::{HolderKey, Occasion, VerdictPage};

use super::{short_code, summary};
use crate::error::{database, not_found};
use crate::links;
use crate::outcome;
use crate::state::AppState;

pub(crate) async fn show(ctx: Ctx, State(state): State<AppState>, Path(key): Path<String>) -> Result<Response, Failed> {
    ctx.limit("share")?;
    let found = by_key(&state, &key).await?;
    let kept_until = found.ended_at.map_or(0, |at| outcome::purge_at(&found.question, at).seconds());
    let occasion = Occasion::Answer {
        purpose: crate::query::text(&found.question.purpose),
        kept_until: web::Moment(kept_until),
        report: Some(format!("/asked/{key}/report.json")),
    };
    if let Some(page) = verdict(&ctx, &state, &found, occasion) {
        return Ok(ctx.page(page).noindex().into_response());
    }
    let register = state.register.current();
    let open = found.state(ctx.now()).is_open();
    let page = AskedPage {
        summary: summary(&ctx, &register, &found),
        link: links::page(ctx.urls(), &found.id),
        short_code: short_code(&ctx, &found),
        own: ctx.origin().at(&format!("/asked/{key}")),
        withdraw: open.then(|| format!("/asked/{key}/withdraw")),
    };
    Ok(ctx.page(page).noindex().into_response())
}

/// `GET /asked/{key}/report.json`: the report, while it is kept with claims, then without.
pub(crate) async fn report(ctx: Ctx, State(state): State<AppState>, Path(key): Path<String>) -> Result<Response, Failed> {
    ctx.limit("share")?;
    let found = by_key(&state, &key).await?;
    let report = found.report(ctx.now()).ok_or_else(not_found)?;
    Ok(axum::Json(report).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

pub(crate) async fn withdraw(
    ctx: Ctx,
    State(state): State<AppState>,
    Path(key): Path<String>,
    FromOwnPage(Nothing {}): FromOwnPage<Nothing>,
) -> Result<Response, Failed> {
    let found = by_key(&state, &key).await?;
    outcome::withdraw(&ctx, &state, &found).await?;
    Ok(ctx.see_other(&format!("/asked/{key}")).into_response())
}

async fn by_key(state: &AppState, key: &str) -> Result<Verification, Failed> {
    let mut tx = state.store.read().await.map_err(database)?;
    let id = tx.verification_by_asker_key(key).await.map_err(database)?.ok_or_else(not_found)?;
    tx.verification(&id).await.map_err(database)?.ok_or_else(not_found)
}

/// The verdict on an answer, while its claims are kept.
pub(crate) fn verdict(ctx: &Ctx, state: &AppState, found: &Verification, occasion: Occasion) -> Option<VerdictPage> {
    if found.state(ctx.now()) != Became::Received {
        return None;
    }
    let report = found.report(ctx.now())?;
    let register = state.register.current();
    Some(VerdictPage {
        face: http::verdict::face(&report),
        checked_at: http::verdict::checked_at(&report),
        occasion,
        credentials: http::verdict::credentials(&report, &register, HolderKey::Wallet),
        host: ctx.origin().as_str().to_owned(),
        verify_url: "/verify".to_owned(),
    })
}
