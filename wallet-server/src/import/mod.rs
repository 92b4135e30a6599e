//! Badges from elsewhere: a file is checked, shown in full, and kept when the learner says so (decision 0019).

mod form;
pub(crate) mod judge;
pub(crate) mod keep;
mod page;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod whose;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use http::upload::DRAINED_LIMIT;

use crate::state::AppState;

/// The routes of this folder.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/wallet/import", get(form::show).post(form::upload).layer(DefaultBodyLimit::max(DRAINED_LIMIT)))
        .route("/wallet/import/{id}", get(page::show).post(page::answer))
}
