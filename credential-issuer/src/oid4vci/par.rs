//! `POST /{institution}/par`: pushed authorization requests (RFC 9126): for a connection, or for an offer with that grant.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use http::{Ctx, Failed, Failure, Kind as FailureKind, OAuthForm};
use model::award::Kind;
use model::offer::{Grant, OfferId};
use openid4vc::{PushedAuthorizationRequest, PushedAuthorizationResponse, authorization_details};
use serde::{Deserialize, Serialize};
use storage::StorageError;
use storage::issuer::credential::kind_of;
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
    /// What `authorization_details` named of it; the token answer then says by which identifiers it is asked for.
    #[serde(default)]
    pub(crate) configurations: Vec<String>,
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
    fn kind(&self) -> FailureKind {
        match self {
            Self::Refused(_) => FailureKind::Refused,
            Self::Limited(limited) => limited.kind(),
            Self::Storage(_) => FailureKind::Unavailable,
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
    let (offer, configurations) = wanted(&issuer, &ctx, &institution, &pushed).await?;
    let PushedAuthorizationRequest { client_id, redirect_uri, state, code_challenge, .. } = pushed;
    let request = Request { redirect_uri, state, code_challenge, offer, configurations };
    let kept = serde_json::to_vec(&request).map_err(|_| StorageError::Row { table: "authorization_request", column: "request" })?;
    let request_uri = format!("{PREFIX}{}", token128(ctx.random()));
    let mut tx = issuer.store.write().await?;
    let expires_at = ctx.now().plus_seconds(LIFE_SECONDS);
    tx.push_authorization((institution.slug(), &client_id), &request_uri, &kept, expires_at).await?;
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

/// A connection (`scope=delivery`), or the offer that `issuer_state` names and what is asked of it. The state is no proof of
/// anything: who signs in decides.
async fn wanted(
    issuer: &Issuer,
    ctx: &Ctx,
    institution: &Institution,
    pushed: &PushedAuthorizationRequest,
) -> Result<(Option<String>, Vec<String>), ParError> {
    let asked = pushed.authorization_details.as_deref().map(authorization_details::configurations).transpose();
    let asked = asked.map_err(|_| ParError::Refused("invalid_authorization_details"))?.unwrap_or_default();
    let Some(id) = &pushed.issuer_state else {
        return match asked.is_empty() {
            false => Err(ParError::Refused("invalid_authorization_details")),
            true if pushed.scopes().any(|scope| scope == DELIVERY) => Ok((None, asked)),
            true => Err(ParError::Refused("invalid_scope")),
        };
    };
    let offer = issuer.store.read().await?.offer(institution.slug(), &OfferId::new(id)).await?;
    let offer = offer.filter(|offer| offer.grant == Grant::AuthorizationCode && offer.stands.gives_codes(ctx.now()));
    let offer = offer.ok_or(ParError::Refused("invalid_request"))?;
    if asked.iter().any(|configuration| !offer.configurations.contains(configuration)) {
        return Err(ParError::Refused("invalid_authorization_details"));
    }
    // Scopes that nobody knows are ignored (OpenID4VCI section 5.1.2); one that asks for something else is not.
    let offered: Vec<&str> = offer.configurations.iter().filter_map(|id| kind_of(id)).map(Kind::as_str).collect();
    let known = |scope: &str| scope == DELIVERY || Kind::parse(scope).is_some();
    if pushed.scopes().any(|scope| known(scope) && !offered.contains(&scope)) {
        return Err(ParError::Refused("invalid_scope"));
    }
    Ok((Some(offer.id.to_string()), asked))
}
