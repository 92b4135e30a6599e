//! `GET /wallet/shares` and `/wallet/shares/{id}`: the learner's links, each with its address and QR as long as it works.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::{Ctx, Page};
use model::Timestamp;
use model::register::Register;
use model::share::{Share, ShareId, ShareState};
use serde::Deserialize;
use web::share::{self as page, Shares};

use super::form::ShareError;
use crate::error::WalletError;
use crate::hold::display::{day, head, moment, text};
use crate::learner::Learner;
use crate::state::AppState;

/// `GET /wallet/shares`
pub(crate) async fn all(ctx: Ctx, State(state): State<AppState>, learner: Learner) -> Result<Page<Shares>, WalletError> {
    let shares = state.store.read().await?.shares(learner.id()).await?;
    let register = state.register.current();
    let (live, over): (Vec<_>, Vec<_>) = shares.iter().partition(|share| ended(share, ctx.now()).is_none());
    let rows = |shares: Vec<&Share>| shares.into_iter().map(|share| row(share, &register, ctx.now())).collect();
    Ok(ctx.page_for(learner.session(), Shares { live: rows(live), over: rows(over) }))
}

/// Whether the link was made a moment ago.
#[derive(Deserialize)]
pub(crate) struct Made {
    made: Option<String>,
}

/// `GET /wallet/shares/{id}`
pub(crate) async fn one(
    ctx: Ctx,
    State(state): State<AppState>,
    learner: Learner,
    Path(id): Path<ShareId>,
    Query(made): Query<Made>,
) -> Result<Page<page::Share>, WalletError> {
    let share = state.store.read().await?.share(&id, learner.id()).await?.ok_or(WalletError::NotFound)?;
    Ok(ctx.page_for(learner.session(), detail(&ctx, &share, &state.register.current(), made.made.is_some(), None)))
}

/// The page of a link that was made with a PIN, which is shown this once.
pub(super) async fn made(ctx: &Ctx, state: &AppState, learner: &Learner, id: &ShareId, pin: String) -> Result<Response, ShareError> {
    let share = state.store.read().await?.share(id, learner.id()).await?.ok_or(ShareError::NotFound)?;
    let view = detail(ctx, &share, &state.register.current(), true, Some(pin));
    Ok(ctx.page_for(learner.session(), view).into_response())
}

/// When a link ended; a link whose time is over has ended, whether or not it was tidied up yet.
fn ended(share: &Share, now: Timestamp) -> Option<Timestamp> {
    share.ended_at.or_else(|| share.ends_at.filter(|end| *end <= now))
}

fn row(share: &Share, register: &Register, now: Timestamp) -> page::ShareRow {
    let ended = ended(share, now);
    page::ShareRow {
        href: format!("/wallet/shares/{}", share.id),
        label: share.about.label.clone(),
        head: head(&share.about.summary, &share.about.issuer, register),
        until: share.ends_at.map(day),
        ended: ended.map(moment),
        opened: u64::try_from(share.opened).unwrap_or_default(),
        last: share.opened_at.map(moment),
        stop: ended.is_none().then(|| format!("/wallet/shares/{}/stop", share.id)),
    }
}

fn detail(ctx: &Ctx, share: &Share, register: &Register, just_made: bool, pin: Option<String>) -> page::Share {
    let over = ended(share, ctx.now());
    let state = match (over, share.state, &share.token) {
        (None, _, Some(token)) => page::ShareState::Live {
            link: ctx.origin().at(&format!("/s/{token}")),
            until: share.ends_at.map(day),
            stop: format!("/wallet/shares/{}/stop", share.id),
        },
        (at, ShareState::Stopped | ShareState::Locked, _) => page::ShareState::Stopped(moment(at.unwrap_or(ctx.now()))),
        (at, ..) => page::ShareState::Ended(moment(at.unwrap_or(ctx.now()))),
    };
    page::Share {
        just_made,
        label: share.about.label.clone(),
        head: head(&share.about.summary, &share.about.issuer, register),
        labels: share.about.labels.iter().map(text).collect(),
        made: moment(share.made_at),
        state,
        opened: u64::try_from(share.opened).unwrap_or_default(),
        last: share.opened_at.map(moment),
        pin,
        has_pin: share.has_pin,
    }
}
