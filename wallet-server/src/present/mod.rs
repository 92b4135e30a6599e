//! Somebody asks, the learner answers: reading requests, the consent page, sending the answer.

mod asked;
mod choice;
pub(crate) mod consent;
mod fetch;
mod form;
mod outcome;
mod party;
pub(crate) mod request;
pub(crate) mod respond;
mod suite;
mod ways;

#[cfg(test)]
mod clients_tests;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod dcql_tests;
#[cfg(test)]
mod forms_tests;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::get;

use crate::state::AppState;

/// The routes of this folder.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/authorize", get(request::open).post(request::take))
        .route("/wallet/requests/{id}", get(consent::show).post(consent::answer))
        .route("/wallet/requests/{id}/report", get(consent::report))
}
