//! The wallet as Host of Open Badges 3.0 (1EdTech REST API v3): badge platforms push badges to it, displayers read them from it, each
//! only for learners who said so, within what they said (decision 0019).
//!
//! A platform registers itself (RFC 7591), which says nothing about it; a learner connects it (OAuth 2.0 authorization code with PKCE)
//! on a page of ours; then it calls the API with its token.

mod access;
mod authorize;
mod client;
mod credentials;
mod disconnect;
mod discovery;
mod platform;
mod profile;
mod push;
mod register;
mod revoke;
mod scope;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_api;
mod token;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use http::MESSAGE_LIMIT;

use crate::state::AppState;

/// What the operator decides about badge platforms.
#[derive(Clone, Debug, Default)]
pub struct Platforms {
    /// Only platforms on these hosts may ask learners; without it any that registered may, and is shown as unknown.
    pub review: bool,
    /// Hosts that the operator looked at.
    pub hosts: Vec<String>,
}

/// Where the API is, below the wallet's origin.
const BASE: &str = "/ims/ob/v3p0";

/// Pages for learners.
pub(crate) fn pages() -> Router<AppState> {
    Router::new()
        .route("/badges/authorize", get(authorize::show).post(authorize::answer))
        .route("/wallet/platforms", get(disconnect::list))
        .route("/wallet/platforms/{id}/disconnect", post(disconnect::disconnect))
}

/// Endpoints of the authorization server; errors are OAuth's.
pub(crate) fn oauth() -> Router<AppState> {
    Router::new()
        .route("/badges/register", post(register::register))
        .route("/badges/token", post(token::token))
        .route("/badges/revoke", post(revoke::revoke))
}

/// The API; errors are `Imsx_StatusInfo`.
pub(crate) fn api() -> Router<AppState> {
    Router::new()
        .route("/ims/ob/v3p0/discovery", get(discovery::discovery))
        .route("/ims/ob/v3p0/credentials", get(credentials::list).post(push::push).layer(DefaultBodyLimit::max(MESSAGE_LIMIT)))
        .route("/ims/ob/v3p0/profile", get(profile::show).put(profile::put))
}
