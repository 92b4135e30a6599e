//! `GET /wallet/activity` and `/wallet/activity/{id}`: what came, what went, what was refused; names of claims, never values; and what can be
//! done about it afterwards.

mod letter;
mod log;
mod permission;
mod proof;
mod removal;

#[cfg(test)]
mod permission_tests;
#[cfg(test)]
mod tests;

pub(crate) use letter::about_a_question;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::routing::{get, post};
use http::{Ctx, Page, UPLOAD_LIMIT};
use model::Timestamp;
use model::activity::{Activity, ActivityAbout, ActivityId, ActivityKind};
use model::consent::{Consent, ConsentId, Delivery};
use model::id::LearnerId;
use storage::WalletTx;
use web::activity::{self as page, ActivityDetail, ActivityRow, Deed};
use web::format::Day;

use self::letter::AUTHORITY;
use crate::error::WalletError;
use crate::hold::display::{day, moment, text, way};
use crate::learner::Learner;
use crate::state::AppState;

/// How many entries the list shows.
const NEWEST: i64 = 200;

/// The routes of this folder.
pub(crate) fn routes() -> Router<AppState> {
    let check = Router::new().route("/proof", get(proof::show).post(proof::check)).layer(DefaultBodyLimit::max(UPLOAD_LIMIT + 16 * 1024));
    Router::new()
        .route("/wallet/activity", get(all))
        .route("/wallet/activity/log.json", get(log::json))
        .route("/wallet/activity/log.csv", get(log::csv))
        .route("/wallet/activity/{id}", get(one))
        .route("/wallet/activity/{id}/proof", get(proof::download))
        .route("/wallet/activity/{id}/ask", post(letter::ask))
        .route("/wallet/activity/{id}/report", post(letter::report))
        .route("/wallet/activity/{id}/remove", get(removal::ask).post(removal::remove))
        .route("/wallet/activity/{id}/permission", get(permission::ask).post(permission::give))
        .route("/wallet/permissions", get(permission::list))
        .route("/wallet/permissions/{id}/withdraw", post(permission::withdraw))
        .merge(check)
}

async fn all(ctx: Ctx, State(state): State<AppState>, learner: Learner) -> Result<Page<page::Activity>, WalletError> {
    let mut tx = state.store.read().await?;
    let (entries, uncertain) = (tx.activities(learner.id(), NEWEST).await?, tx.uncertain_consents(learner.id()).await?);
    drop(tx);
    let is_uncertain = |entry: &Activity| uncertain.iter().any(|id| entry.about.request.as_deref() == Some(id.as_str()));
    let row = |entry: &Activity| ActivityRow { what: so_far(entry.kind, is_uncertain(entry).then_some(Delivery::Uncertain)), ..row(entry) };
    let rows = entries.iter().map(row).collect();
    Ok(ctx.page_for(learner.session(), page::Activity { rows, older_href: None }))
}

async fn one(
    ctx: Ctx,
    State(state): State<AppState>,
    learner: Learner,
    Path(id): Path<ActivityId>,
) -> Result<Page<ActivityDetail>, WalletError> {
    let mut tx = state.store.read().await?;
    let entry = tx.activity(&id, learner.id()).await?.ok_or(WalletError::NotFound)?;
    let delivery = delivery(&mut tx, learner.id(), &entry).await?;
    let later = tx.activities(learner.id(), NEWEST).await?;
    drop(tx);
    let last = |kind| {
        let of_this = |other: &&Activity| other.kind == kind && other.about.of.as_deref() == Some(id.as_str());
        later.iter().find(of_this).map(|other| moment(other.at))
    };
    let about = &entry.about;
    let detail = ActivityDetail {
        row: ActivityRow { href: None, what: so_far(entry.kind, delivery), ..row(&entry) },
        purpose: about.purpose.as_ref().map(text),
        requested: about.requested.iter().map(text).collect(),
        request: about.request.clone(),
        failure: about.outcome.clone().filter(|_| entry.kind == ActivityKind::ReceiveFailed),
        taken: entry.kind == ActivityKind::Shared && delivery == Some(Delivery::Delivered),
        here: format!("/wallet/activity/{id}"),
        asked_at: last(ActivityKind::DeletionAsked),
        reported_at: last(ActivityKind::Reported),
        about_href: about.of.as_ref().map(|of| format!("/wallet/activity/{of}")),
        permission_href: permission::can_be_given(&entry, delivery, &state.register.current())
            .then(|| format!("/wallet/activity/{id}/permission")),
        has_proof: proof::of(&ctx, &entry, delivery).is_some(),
        authority: AUTHORITY.name.to_owned(),
    };
    Ok(ctx.page_for(learner.session(), detail))
}

/// How far the answer of an entry got, when one was sent.
async fn delivery(tx: &mut WalletTx, learner: &LearnerId, entry: &Activity) -> Result<Option<Delivery>, storage::StorageError> {
    let Some(request) = entry.about.request.as_ref().filter(|_| entry.kind == ActivityKind::Shared) else { return Ok(None) };
    match tx.consent(&ConsentId::new(request.clone()), learner).await? {
        Some(Consent::Answered(answered)) => Ok(Some(answered.delivery)),
        _ => Ok(None),
    }
}

/// What an entry is called, knowing how far its answer got.
const fn so_far(kind: ActivityKind, delivery: Option<Delivery>) -> Deed {
    match (kind, delivery) {
        (ActivityKind::Shared, Some(Delivery::Uncertain)) => Deed::Uncertain,
        _ => deed(kind),
    }
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
        ActivityKind::DeletionAsked => Deed::DeletionAsked,
        ActivityKind::Reported => Deed::Reported,
        ActivityKind::PermissionGiven => Deed::PermissionGiven,
        ActivityKind::PermissionWithdrawn => Deed::PermissionWithdrawn,
    }
}
