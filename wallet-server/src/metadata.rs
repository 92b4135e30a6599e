//! What the wallet says of itself to issuers and verifiers: client metadata (RFC 7591 members, OpenID4VCI 12.1) and, in the form of
//! RFC 8414, wallet metadata (OpenID4VP section 10).

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, HeaderName};
use axum::response::IntoResponse;
use http::{Ctx, Failed, Kind};
use openid4vc::AuthorizationServerMetadata;
use serde_json::json;

use crate::client::{is_issuer_key, issuer_key};
use crate::state::AppState;

/// Anybody's script may read it, and keep it for five minutes.
const OPEN: [(HeaderName, HeaderValue); 2] =
    [(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")), (CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"))];

/// `GET /client-metadata.json`: the address is the `client_id`. Every issuer of the register has its redirect URI in it.
pub(crate) async fn client(ctx: Ctx, State(state): State<AppState>) -> Result<impl IntoResponse, Failed> {
    let register = state.register.current();
    let issuers = register.parties.iter().filter_map(|party| party.issues.as_ref());
    let collected = issuers.map(|issues| state.client.collected_at(&issuer_key(&issues.credential_issuer)));
    let redirect_uris: Vec<String> = std::iter::once(state.client.redirect_uri().to_owned()).chain(collected).collect();
    document(&ctx, &state, state.client.id(), &redirect_uris, "delivery")
}

/// `GET /client-metadata/{issuer}`: the identity under which one issuer outside the register meets this wallet.
pub(crate) async fn client_of(ctx: Ctx, State(state): State<AppState>, Path(key): Path<String>) -> Result<impl IntoResponse, Failed> {
    if !is_issuer_key(&key) {
        return Err(Failed::new(Kind::NotFound, "not_found"));
    }
    document(&ctx, &state, &state.client.identity_at(&key), &[state.client.collected_at(&key)], "openid")
}

/// `GET /client-attester.json`: who vouches for this wallet where an authorization server wants that, and by which key and anchor.
pub(crate) async fn attester(State(state): State<AppState>) -> Result<impl IntoResponse, Failed> {
    let document = state.client.attester().map_err(|_| Failed::new(Kind::Ours, "internal"))?;
    Ok((OPEN, Json(document)))
}

fn document(ctx: &Ctx, state: &AppState, id: &str, redirect_uris: &[String], scope: &str) -> Result<impl IntoResponse + use<>, Failed> {
    let key = state.client.public_jwk().map_err(|_| Failed::new(Kind::Ours, "internal"))?;
    let own = ctx.origin();
    let document = json!({
        "client_id": id,
        "client_name": "Eduwallet",
        "client_uri": own.as_str(),
        "redirect_uris": redirect_uris,
        "grant_types": ["authorization_code", openid4vc::token::PRE_AUTHORIZED_CODE, "refresh_token"],
        "response_types": ["code"],
        "scope": scope,
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "jwks": {"keys": [key.to_value()]},
        "credential_offer_endpoint": own.at("/credential-offer"),
        "authorization_endpoint": own.at("/authorize"),
        "delivery_endpoint": own.at("/api/v1/deliveries"),
    });
    Ok((OPEN, Json(document)))
}

/// `GET /.well-known/oauth-authorization-server`: where a verifier sends the browser, and what this wallet speaks.
pub(crate) async fn wallet(ctx: Ctx) -> impl IntoResponse {
    let own = ctx.origin();
    let prefixes = ["redirect_uri", "decentralized_identifier", "x509_san_dns", "x509_hash"];
    let metadata = AuthorizationServerMetadata {
        authorization_endpoint: Some(own.at("/authorize")),
        response_types_supported: vec!["vp_token".to_owned()],
        client_id_prefixes_supported: prefixes.map(str::to_owned).to_vec(),
        response_modes_supported: ["direct_post", "direct_post.jwt"].map(str::to_owned).to_vec(),
        vp_formats_supported: Some(openid4vc::vp_formats::of_wallet()),
        ..AuthorizationServerMetadata::new(own.as_str())
    };
    (OPEN, Json(metadata))
}
