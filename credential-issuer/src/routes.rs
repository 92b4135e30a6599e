//! Every route of the issuer, grouped by who calls.

use axum::Router;
use axum::routing::{get, patch, post, put};
use http::Site;

use crate::oid4vci::{
    authorize, choice, connection, credential, deferred, issuer_metadata, login, metadata, nonce, notification, par, server_metadata, token,
};
use crate::{Issuer, api, award, desk, intake, offer, status};

pub(crate) fn router(issuer: Issuer) -> Router {
    let site = Site::new(issuer.core.clone()).legal(web::legal::Role::Issuer);
    site.pages(pages().with_state(issuer.clone())).api(machines().with_state(issuer.clone())).oauth(wallets().with_state(issuer)).finish()
}

/// People: learners on their way to a wallet, staff at the desk, anybody.
fn pages() -> Router<Issuer> {
    Router::new()
        .route("/", get(desk::home::home))
        .route("/auth/login", get(login::login_somewhere))
        .route("/{institution}", get(desk::home::institution))
        .route("/{institution}/achievements/{name}", get(desk::achievement::achievement))
        .route("/{institution}/authorize", get(authorize::begin))
        .route("/{institution}/authorize/{id}", get(choice::page).post(choice::answer))
        .route("/{institution}/auth/login", get(login::login))
        .route("/{institution}/auth/callback", get(login::callback))
        .route("/{institution}/auth/logout", post(login::logout))
        .route("/{institution}/desk", get(desk::results::results))
        .route("/{institution}/desk/no-access", get(desk::staff::no_access))
        .route("/{institution}/desk/awards/{id}/offer", get(desk::offer::ask).post(desk::offer::make))
        .route("/{institution}/desk/awards/{id}/decision", get(desk::decision::ask).post(desk::decision::decide))
        .route("/{institution}/desk/issued", get(desk::issued::issued))
        .route("/{institution}/desk/credentials/{id}", get(desk::credential::credential))
        .route("/{institution}/desk/credentials/{id}/status", get(desk::status::confirm).post(desk::status::set))
}

/// The institution's own systems, and wallets that connect. Errors are problem documents.
fn machines() -> Router<Issuer> {
    Router::new()
        .route("/{institution}/api/v1/awards", post(award::endpoint::create))
        .route("/{institution}/api/v1/awards/{id}", put(award::endpoint::correct))
        .route("/{institution}/api/v1/offers", post(offer::endpoint::create))
        .route("/{institution}/api/v1/offers/{id}", get(offer::endpoint::show))
        .route("/{institution}/api/v1/credentials", get(api::credentials::list))
        .route("/{institution}/api/v1/credentials/{id}", get(api::credentials::show))
        .route("/{institution}/api/v1/credentials/{id}/status", post(api::status::set))
        .route("/{institution}/api/v1/connections/{id}", put(connection::connect).delete(connection::disconnect))
        .route("/{institution}/ooapi/v5/associations/{id}", patch(intake::push::association))
        .route("/{institution}/ooapi/v6/{resource}/{id}", patch(intake::push::association_v6))
        .route("/{institution}/offers/{id}", get(offer::fetch::fetch))
        .route("/{institution}/status", get(status::publish::all))
        .route("/{institution}/status/{list}", get(status::publish::token))
        .route("/{institution}/status/{list}/{purpose}", get(status::publish::bitstring))
        .route("/vct/{name}/{version}", get(metadata::named_document))
        .route("/contexts/{name}/{version}", get(metadata::named_document))
        .route("/schemas/{name}/{version}", get(metadata::named_document))
}

/// Wallets, by OpenID4VCI. Errors are OAuth's.
fn wallets() -> Router<Issuer> {
    Router::new()
        .route("/.well-known/openid-credential-issuer/{institution}", get(issuer_metadata::credential_issuer))
        .route("/{institution}/.well-known/openid-credential-issuer", get(issuer_metadata::credential_issuer))
        .route("/.well-known/oauth-authorization-server/{institution}", get(server_metadata::authorization_server))
        .route("/{institution}/.well-known/oauth-authorization-server", get(server_metadata::authorization_server))
        .route("/.well-known/jwt-vc-issuer/{institution}", get(metadata::jwt_vc_issuer))
        .route("/{institution}/.well-known/jwt-vc-issuer", get(metadata::jwt_vc_issuer))
        .route("/{institution}/did.json", get(metadata::did))
        .route("/{institution}/jwks", get(metadata::jwks))
        .route("/{institution}/par", post(par::par))
        .route("/{institution}/token", post(token::token))
        .route("/{institution}/nonce", post(nonce::nonce))
        .route("/{institution}/challenge", post(nonce::challenge))
        .route("/{institution}/credential", post(credential::credential))
        .route("/{institution}/deferred-credential", post(deferred::deferred))
        .route("/{institution}/notification", post(notification::notification))
}
