//! `GET /wallet/platforms` and `POST /wallet/platforms/{id}/disconnect`: which platforms the learner connected, what each may do, and
//! ending it in one press.

use axum::extract::{Path, State};
use http::{Ctx, Page, Protected, SeeOther};
use model::activity::{ActivityAbout, ActivityKind};
use model::id::LearnerId;
use model::{LocalText, Timestamp};
use serde::Deserialize;
use storage::audit::{Actor, Event};
use storage::{StorageError, WalletTx};
use web::platforms::{Asks, PlatformRow, Platforms as View};

use super::platform::Platform;
use super::scope::{Scope, Scopes};
use crate::error::WalletError;
use crate::hold::display::moment;
use crate::learner::Learner;
use crate::state::AppState;

/// What scopes mean, for people.
pub(super) fn asked(scopes: &Scopes) -> Vec<Asks> {
    let means = |scope| match scope {
        Scope::Read => Asks::ReadBadges,
        Scope::Upsert => Asks::AddBadges,
        Scope::ReadProfile => Asks::ReadName,
        Scope::UpdateProfile => Asks::WriteProfile,
        Scope::Offline => Asks::WhileAway,
    };
    scopes.iter().map(means).collect()
}

pub(super) async fn list(learner: Learner, ctx: Ctx, State(state): State<AppState>) -> Result<Page<View>, WalletError> {
    let mut tx = state.store.read().await?;
    let mut rows = Vec::new();
    for grant in tx.badge_grants(learner.id()).await? {
        let Some(row) = tx.platform(&grant.platform).await? else { continue };
        let platform = Platform::of(row, &state.platforms)?;
        rows.push(PlatformRow {
            party: platform.party(state.core.operator()),
            asks: asked(&Scopes::known(&grant.scope)),
            since: moment(grant.granted_at),
            used: grant.used_at.map(moment),
            disconnect: ctx.localised(&format!("/wallet/platforms/{}/disconnect", grant.id)),
        });
    }
    let address = ctx.origin().as_str().to_owned();
    Ok(ctx.page_for(learner.session(), View { rows, address }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

pub(super) async fn disconnect(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Protected(Nothing {}): Protected<Nothing>,
) -> Result<SeeOther, WalletError> {
    let mut tx = state.store.write().await?;
    let grant = tx.badge_grant(&id).await?.filter(|grant| grant.learner == *learner.id()).ok_or(WalletError::NotFound)?;
    if tx.end_badge_grant(&grant.id, ctx.now()).await? {
        let row = tx.platform(&grant.platform).await?.ok_or(WalletError::NotFound)?;
        note_disconnected(&mut tx, learner.id(), &Platform::of(row, &state.platforms)?, &grant.id, ctx.now()).await?;
    }
    tx.commit().await?;
    Ok(ctx.see_other("/wallet/platforms"))
}

/// Tells the learner that a platform may do nothing more, whoever ended it.
pub(super) async fn note_disconnected(
    tx: &mut WalletTx,
    learner: &LearnerId,
    platform: &Platform,
    grant: &str,
    now: Timestamp,
) -> Result<(), StorageError> {
    let about = ActivityAbout {
        party: Some(LocalText::same(platform.known_as())),
        party_id: Some(platform.host().to_owned()),
        ..ActivityAbout::default()
    };
    tx.note(learner, ActivityKind::Disconnected, &about, now).await?;
    let event = Event {
        actor: Actor::Learner(learner.as_str().to_owned()),
        action: "platform.disconnected",
        object_kind: "badge_grant",
        object: grant.to_owned(),
        outcome: "ended",
        amount: 1,
    };
    tx.audit(&event, now).await
}
