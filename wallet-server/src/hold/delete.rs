//! `GET`, `POST /wallet/credentials/{id}/delete`: asks, then deletes the card with its keys and stops its links. The institution is
//! not told.

use axum::extract::{Path, State};
use http::{Ctx, Page, Protected, SeeOther};
use model::activity::{ActivityAbout, ActivityKind};
use model::held::{Card, CredentialId};
use serde::Deserialize;
use storage::audit::{Actor, Event};
use web::credential::DeleteCredential;

use super::display;
use crate::error::WalletError;
use crate::learner::Learner;
use crate::state::AppState;

pub(crate) async fn ask(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Page<DeleteCredential>, WalletError> {
    let id = CredentialId::new(id);
    let mut tx = state.store.read().await?;
    let held = tx.held_credential(&id, learner.id()).await?.ok_or(WalletError::NotFound)?;
    let mut links = 0;
    let copies = tx.copies_on_card(learner.id(), &held.copy.card).await?;
    for copy in &copies {
        let shares = tx.shares_of(learner.id(), &copy.id).await?;
        links += shares.iter().filter(|share| share.state == model::share::ShareState::Live).count();
    }
    drop(tx);
    let here = format!("/wallet/credentials/{id}");
    let view = DeleteCredential {
        head: display::head(&held.copy.summary, &held.copy.issuer, &state.register.current()),
        links,
        forms: Card::lay_out(copies).first().map_or(1, |card| card.forms().len()),
        action: ctx.localised(&format!("{here}/delete")),
        back: ctx.localised(&here),
    };
    Ok(ctx.page_for(learner.session(), view))
}

/// The form has one button.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    choice: Choice,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Delete,
}

pub(crate) async fn delete(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Protected(Answer { choice: Choice::Delete }): Protected<Answer>,
) -> Result<SeeOther, WalletError> {
    let now = ctx.now();
    let mut tx = state.store.write().await?;
    let held = tx.held_credential(&CredentialId::new(id), learner.id()).await?.ok_or(WalletError::NotFound)?;
    let deleted = tx.delete_card(&held.copy.card, learner.id()).await?;
    for credential in &deleted {
        tx.stop_shares_of(credential, learner.id(), now).await?;
    }
    let about = ActivityAbout {
        party: Some(held.copy.summary.institution.clone()),
        party_id: Some(held.copy.issuer.clone()),
        titles: vec![held.copy.summary.title.clone()],
        ..ActivityAbout::default()
    };
    tx.note(learner.id(), ActivityKind::Deleted, &about, now).await?;
    let event = Event {
        actor: Actor::Learner(learner.id().as_str().to_owned()),
        action: "credential.deleted",
        object_kind: "credential",
        object: held.copy.id.as_str().to_owned(),
        outcome: "done",
        amount: i64::try_from(deleted.len()).unwrap_or(i64::MAX),
    };
    tx.audit(&event, now).await?;
    tx.commit().await?;
    Ok(ctx.see_other("/wallet"))
}
