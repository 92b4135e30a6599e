//! `GET`, `POST /wallet/activity/{id}/remove`: warns, then deletes an entry. Only its learner can (DASH_06b).

use axum::extract::{Path, State};
use http::{Ctx, Page, Protected, SeeOther};
use model::activity::{ActivityId, ActivityKind};
use serde::Deserialize;
use storage::audit::{Actor, Event};
use web::activity::{ActivityRow, RemoveActivity};

use super::row;
use crate::error::WalletError;
use crate::learner::Learner;
use crate::state::AppState;

pub(super) async fn ask(
    ctx: Ctx,
    State(state): State<AppState>,
    learner: Learner,
    Path(id): Path<ActivityId>,
) -> Result<Page<RemoveActivity>, WalletError> {
    let entry = state.store.read().await?.activity(&id, learner.id()).await?.ok_or(WalletError::NotFound)?;
    let here = format!("/wallet/activity/{id}");
    let view = RemoveActivity {
        went: matches!(entry.kind, ActivityKind::Shared | ActivityKind::ShareFailed),
        row: ActivityRow { href: None, ..row(&entry) },
        action: format!("{here}/remove"),
        back: here,
    };
    Ok(ctx.page_for(learner.session(), view))
}

/// The form has one button.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    choice: Choice,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Remove,
}

pub(super) async fn remove(
    ctx: Ctx,
    State(state): State<AppState>,
    learner: Learner,
    Path(id): Path<ActivityId>,
    Protected(Answer { choice: Choice::Remove }): Protected<Answer>,
) -> Result<SeeOther, WalletError> {
    let mut tx = state.store.write().await?;
    if !tx.delete_activity(&id, learner.id()).await? {
        return Err(WalletError::NotFound);
    }
    let event = Event {
        actor: Actor::Learner(learner.id().as_str().to_owned()),
        action: "activity.removed",
        object_kind: "activity",
        object: id.as_str().to_owned(),
        outcome: "done",
        amount: 1,
    };
    tx.audit(&event, ctx.now()).await?;
    tx.commit().await?;
    Ok(ctx.see_other("/wallet/activity"))
}
