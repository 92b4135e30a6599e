//! Sharing without a wallet on the other side: a link that shows some claims of one credential until it ends.

pub(crate) mod form;
mod key;
pub(crate) mod list;
pub(crate) mod open;
pub(crate) mod pin;
mod reader;
pub(crate) mod stop;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::{get, post};
use model::activity::{ActivityAbout, ActivityKind};
use model::share::ShareAbout;
use storage::StorageError;

use crate::state::AppState;

/// The routes of this folder.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/wallet/share", get(form::show).post(form::make))
        .route("/wallet/shares", get(list::all))
        .route("/wallet/shares/{id}", get(list::one))
        .route("/wallet/shares/{id}/stop", post(stop::stop))
        .route("/s/{token}", get(open::show).post(pin::enter))
        .route("/s/{token}/certificate", get(open::certificate))
}

/// The copies that machines fetch: what is wrong is told as a problem document.
pub(crate) fn copies() -> Router<AppState> {
    Router::new().route("/s/{token}/report.json", get(open::report)).route("/s/{token}/credential", get(open::credential))
}

/// What the activity list says about a link: its credential and the names of its claims.
fn activity(about: &ShareAbout, outcome: &str) -> ActivityAbout {
    ActivityAbout {
        titles: vec![about.summary.title.clone()],
        labels: about.labels.clone(),
        outcome: Some(outcome.to_owned()),
        ..ActivityAbout::default()
    }
}

/// Ends links whose time is over: what they showed is erased, and the learner finds it in the activity list.
pub(crate) async fn tidy(state: &AppState) -> Result<(), StorageError> {
    let now = state.core.now();
    let mut tx = state.store.write().await?;
    for ended in tx.end_shares_over(now).await? {
        tx.note(&ended.learner, ActivityKind::LinkEnded, &activity(&ended.share.about, "ended"), now).await?;
    }
    tx.commit().await
}
