//! `POST /{institution}/par`: pushed authorization requests (RFC 9126): for a connection, or for an offer with that grant.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use http::{Ctx, Failed, Failure, Kind, OAuthForm};
use model::offer::{Grant, OfferId};
use openid4vc::{PushedAuthorizationRequest, PushedAuthorizationResponse};
use serde::{Deserialize, Serialize};
use storage::StorageError;
use vc::random::token128;

use crate::Issuer;
use crate::institution::{At, Institution};
use crate::wallets::ClientError;

/// How long a pushed request can be used, in seconds.
const LIFE_SECONDS: i64 = 60;
/// The scope of a connection.
pub(crate) const DELIVERY: &str = "delivery";
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// What is kept of a request, sealed.
#[derive(Serialize, Deserialize)]
pub(crate) struct Request {
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    pub(crate) code_challenge: String,
    /// The offer to be collected; none for a connection.
    pub(crate) offer: Option<String>,
}

/// Why a request is not kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ParError {
    #[error("{0}")]
    Refused(&'static str),
    #[error(transparent)]
    Limited(#[from] Failed),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<ClientError> for ParError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Invalid => Self::Refused("invalid_client"),
            ClientError::Storage(error) => Self::Storage(error),
        }
    }
}

impl Failure for ParError {
    fn kind(&self) -> Kind {
        match self {
            Self::Refused(_) => Kind::Refused,
            Self::Limited(limited) => limited.kind(),
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Refused(code) => code,
            Self::Limited(limited) => limited.code(),
            Self::Storage(_) => "temporarily_unavailable",
        }
    }
}
http::failure!(ParError);

pub(crate) async fn par(At(institution): At, ctx: Ctx, State(issuer): State<Issuer>, body: OAuthForm) -> Result<Response, ParError> {
    ctx.limit("par")?;
    let body = openid4vc::form::encode(body.parameters().iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let pushed = PushedAuthorizationRequest::parse(&body).map_err(|error| ParError::Refused(error.code()))?;
    authenticate(&issuer, &ctx, &institution, &pushed).await?;
    if !issuer.wallets.may_return_to(&ctx, &pushed.client_id, &pushed.redirect_uri).await {
        return Err(ParError::Refused("invalid_request"));
    }
    let offer = wanted(&issuer, &ctx, &institution, &pushed).await?;
    let request = Request { redirect_uri: pushed.redirect_uri, state: pushed.state, code_challenge: pushed.code_challenge, offer };
    let kept = serde_json::to_vec(&request).map_err(|_| StorageError::Row { table: "authorization_request", column: "request" })?;
    let request_uri = format!("{PREFIX}{}", token128(ctx.random()));
    let mut tx = issuer.store.write().await?;
    let expires_at = ctx.now().plus_seconds(LIFE_SECONDS);
    tx.push_authorization((institution.slug(), &pushed.client_id), &request_uri, &kept, expires_at).await?;
    tx.commit().await?;
    let answer = PushedAuthorizationResponse { request_uri, expires_in: u64::try_from(LIFE_SECONDS).unwrap_or_default() };
    Ok((StatusCode::CREATED, [(CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

async fn authenticate(issuer: &Issuer, ctx: &Ctx, institution: &Institution, pushed: &PushedAuthorizationRequest) -> Result<(), ParError> {
    match &pushed.client_assertion {
        None if issuer.wallets.is_public(&pushed.client_id) => Ok(()),
        None => Err(ParError::Refused("invalid_client")),
        Some(assertion) => {
            let client = issuer.wallets.authenticate(ctx, &issuer.store, assertion, &institution.identifier).await?;
            if client.client_id == pushed.client_id { Ok(()) } else { Err(ParError::Refused("invalid_client")) }
        }
    }
}

/// A connection (`scope=delivery`), or the offer that `issuer_state` names. The state is no proof of anything: who signs in decides.
async fn wanted(
    issuer: &Issuer,
    ctx: &Ctx,
    institution: &Institution,
    pushed: &PushedAuthorizationRequest,
) -> Result<Option<String>, ParError> {
    if pushed.authorization_details.as_ref().is_some_and(|details| !is_credential_details(details)) {
        return Err(ParError::Refused("invalid_authorization_details"));
    }
    match &pushed.issuer_state {
        None if pushed.scopes().any(|scope| scope == DELIVERY) => Ok(None),
        None => Err(ParError::Refused("invalid_scope")),
        Some(id) => {
            let mut tx = issuer.store.read().await?;
            let offer = tx.offer(institution.slug(), &OfferId::new(id)).await?;
            let offer = offer.filter(|offer| offer.grant == Grant::AuthorizationCode && offer.stands.gives_codes(ctx.now()));
            offer.map(|offer| Some(offer.id.to_string())).ok_or(ParError::Refused("invalid_request"))
        }
    }
}

/// An array of `openid_credential` objects (RFC 9396, row P6).
fn is_credential_details(details: &str) -> bool {
    vc::strict_json::parse(details.as_bytes()).is_ok_and(|details| {
        details
            .as_array()
            .is_some_and(|list| list.iter().all(|entry| entry.get("type").and_then(|t| t.as_str()) == Some("openid_credential")))
    })
}
