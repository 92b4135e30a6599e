//! Every route of the verifier, grouped by who calls and how errors are written.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use http::{MESSAGE_LIMIT, Site, UPLOAD_LIMIT};

use crate::state::AppState;
use crate::{api, object, organisation, page, public, response, verify};

/// A file of the largest size in the form around it.
const UPLOADS: usize = UPLOAD_LIMIT + 16 * 1024;

/// The finished router.
pub(crate) fn router(state: AppState) -> Router {
    let core = state.core.clone();
    Site::new(core)
        .pages(pages().with_state(state.clone()))
        .api(organisations().with_state(state.clone()))
        .oauth(wallets().with_state(state))
        .finish()
}

/// For people; errors are pages.
fn pages() -> Router<AppState> {
    Router::new()
        .route("/", get(public::start))
        .route("/help", get(public::help))
        .route("/privacy", get(public::privacy))
        .route("/accessibility", get(public::accessibility))
        .route("/toegankelijkheid", get(public::accessibility))
        .route("/licence", get(public::licence))
        .route("/badge/{file}", get(public::badge))
        .route("/logo/{file}", get(http::register::logo))
        .route("/verify", get(verify::form).post(verify::paste).layer(DefaultBodyLimit::max(UPLOADS)))
        .route("/ask", get(page::ask::show).post(page::ask::put))
        .route("/asked/{key}", get(page::asked::show))
        .route("/asked/{key}/report.json", get(page::asked::report))
        .route("/asked/{key}/withdraw", post(page::asked::withdraw))
        .route("/c", get(page::request::code))
        .route("/r/{id}", get(page::request::show))
}

/// For organisations and machines; errors are problem documents.
fn organisations() -> Router<AppState> {
    Router::new()
        .route("/api/v1/requests", post(api::create::create))
        .route("/api/v1/requests/{id}", get(api::read::read).delete(api::create::withdraw))
        .route("/api/v1/requests/{id}/events", get(api::events::events))
        .route("/api/v1/use-cases", get(api::use_cases::list))
        .route("/api/v1/verify", post(verify::api).layer(DefaultBodyLimit::max(UPLOAD_LIMIT)))
        .route("/o/{slug}/did.json", get(organisation::did))
}

/// For wallets; errors are OAuth's JSON.
fn wallets() -> Router<AppState> {
    Router::new()
        .route("/request/{link}", get(object::get).post(object::post))
        .route("/response/{id}", post(response::respond).layer(DefaultBodyLimit::max(MESSAGE_LIMIT)))
}
