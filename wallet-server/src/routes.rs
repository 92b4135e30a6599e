//! Every route of the wallet, grouped by who calls and how errors are written.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use http::{MESSAGE_LIMIT, Site};

use crate::state::AppState;
use crate::{
    activity, badges_api, check, connect, feed, hold, import, login, metadata, notice, present, receive, settings, share, welcome,
};

/// The finished router.
pub(crate) fn router(state: AppState) -> Router {
    let core = state.core.clone();
    Site::new(core)
        .pages(pages().merge(badges_api::pages()).with_state(state.clone()))
        .oauth(badges_api::oauth().with_state(state.clone()))
        .imsx(badges_api::api().with_state(state.clone()))
        .api(api().with_state(state))
        .finish()
}

/// For people; errors are pages.
fn pages() -> Router<AppState> {
    Router::new()
        // Everybody
        .route("/", get(welcome::welcome))
        .route("/help", get(settings::help))
        .route("/privacy", get(settings::privacy_statement))
        .route("/accessibility", get(settings::accessibility))
        .route("/toegankelijkheid", get(settings::accessibility))
        .route("/licence", get(settings::licence))
        .route("/badge/{file}", get(hold::badge::badge))
        .route("/logo/{file}", get(http::register::logo))
        // Logging in
        .route("/auth/login", get(login::start::start))
        .route("/auth/callback", get(login::callback::callback))
        .route("/auth/logout", post(login::logout::logout))
        .route("/auth/logout-everywhere", post(login::everywhere::logout))
        // Connecting
        .route("/wallet/institutions", get(connect::list::list))
        .route("/wallet/institutions/{slug}/connect", get(connect::page::show).post(connect::page::start))
        .route("/wallet/institutions/{slug}/disconnect", post(connect::disconnect::disconnect))
        .route("/wallet/connected", get(connect::callback::callback))
        // Receiving
        .route("/credential-offer", get(receive::link::open))
        .route("/wallet/offers/{id}", get(receive::page::show).post(receive::page::answer))
        .route("/wallet/collected/{issuer}", get(receive::collected::collected))
        .route("/wallet/scan", get(receive::scan::show).post(receive::scan::go))
        .merge(receive::photo::routes())
        // Holding
        .route("/wallet", get(hold::overview::overview))
        .route("/wallet/credentials/{id}", get(hold::credential::show))
        .route("/wallet/credentials/{id}/file", get(hold::file::file))
        .route("/wallet/credentials/{id}/badge.svg", get(hold::file::badge_svg))
        .route("/wallet/credentials/{id}/badge.png", get(hold::file::badge_png))
        .route("/wallet/credentials/{id}/delete", get(hold::delete::ask).post(hold::delete::delete))
        .route("/settings/privacy", get(settings::privacy))
        .route("/settings/notifications", get(notice::settings::show).post(notice::settings::save))
        .route("/wallet/feed", get(feed::page::show).post(feed::page::read))
        // Presenting, sharing, checking, and what happened
        .merge(import::routes())
        .merge(present::routes())
        .merge(share::routes())
        .merge(check::routes())
        .merge(activity::routes())
}

/// For issuers and verifiers; errors are problem documents.
fn api() -> Router<AppState> {
    Router::new()
        .merge(share::copies())
        .route("/client-metadata.json", get(metadata::client))
        .route("/client-metadata/{issuer}", get(metadata::client_of))
        .route("/client-attester.json", get(metadata::attester))
        .route("/.well-known/oauth-authorization-server", get(metadata::wallet))
        .route("/api/v1/deliveries", post(receive::deliveries::deliver).layer(DefaultBodyLimit::max(MESSAGE_LIMIT)))
}
