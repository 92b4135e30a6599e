//! `GET /wallet/activity` and `/wallet/activity/{id}`: what came, what went, what was refused; names of claims, never values.

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use http::{Ctx, Page};
use model::Timestamp;
use model::activity::{Activity, ActivityAbout, ActivityId, ActivityKind};
use web::activity::{self as page, ActivityDetail, ActivityRow, Deed};
use web::format::Day;

use crate::error::WalletError;
use crate::hold::display::{day, moment, text, way};
use crate::learner::Learner;
use crate::state::AppState;

/// How many entries the list shows.
const NEWEST: i64 = 200;

/// The routes of this file.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/wallet/activity", get(all)).route("/wallet/activity/{id}", get(one))
}

async fn all(ctx: Ctx, State(state): State<AppState>, learner: Learner) -> Result<Page<page::Activity>, WalletError> {
    let entries = state.store.read().await?.activities(learner.id(), NEWEST).await?;
    let rows = entries.iter().map(row).collect();
    Ok(ctx.page_for(learner.session(), page::Activity { rows, older_href: None }))
}

async fn one(
    ctx: Ctx,
    State(state): State<AppState>,
    learner: Learner,
    Path(id): Path<ActivityId>,
) -> Result<Page<ActivityDetail>, WalletError> {
    let entry = state.store.read().await?.activity(&id, learner.id()).await?.ok_or(WalletError::NotFound)?;
    let about = &entry.about;
    let detail = ActivityDetail {
        row: ActivityRow { href: None, ..row(&entry) },
        purpose: about.purpose.as_ref().map(text),
        requested: about.requested.iter().map(text).collect(),
        request: about.request.clone(),
        contact: about.contact.clone(),
        failure: about.outcome.clone().filter(|_| entry.kind == ActivityKind::ReceiveFailed),
    };
    Ok(ctx.page_for(learner.session(), detail))
}

fn row(entry: &Activity) -> ActivityRow {
    let about = &entry.about;
    ActivityRow {
        href: Some(format!("/wallet/activity/{}", entry.id)),
        at: moment(entry.at),
        what: deed(entry.kind),
        title: about.titles.first().map(text),
        party: about.party.as_ref().map(text),
        labels: about.labels.iter().map(text).collect(),
        until: kept_until(about),
        how: about.way.map(|how| way(how, about.came)),
    }
}

fn kept_until(about: &ActivityAbout) -> Option<Day> {
    about.kept_until.map(|millis| day(Timestamp::from_millis(millis)))
}

const fn deed(kind: ActivityKind) -> Deed {
    match kind {
        ActivityKind::Received => Deed::Received,
        ActivityKind::OfferRefused => Deed::OfferRefused,
        ActivityKind::Renewed => Deed::Renewed,
        ActivityKind::ReceiveFailed => Deed::NotCollected,
        ActivityKind::Deleted => Deed::Deleted,
        ActivityKind::Connected => Deed::Connected,
        ActivityKind::Disconnected => Deed::Disconnected,
        ActivityKind::StatusChanged => Deed::StatusChanged,
        ActivityKind::Shared => Deed::Shared,
        ActivityKind::Refused => Deed::Refused,
        ActivityKind::ShareFailed => Deed::Uncertain,
        ActivityKind::LinkMade => Deed::LinkMade,
        ActivityKind::LinkEnded => Deed::LinkStopped,
    }
}
