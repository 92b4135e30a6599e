//! `POST /{institution}/par`: pushed authorization requests (RFC 9126): for a connection, for an offer with that grant, or for
//! whatever waits for the learner.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use http::{Ctx, OAuthForm};
use model::award::Kind;
use model::configuration::Configuration;
use model::offer::{Grant, OfferId};
use openid4vc::{PushedAuthorizationRequest, PushedAuthorizationResponse, TokenErrorCode, authorization_details};
use serde::{Deserialize, Serialize};
use storage::StorageError;
use storage::issuer::credential::kind_of;
use storage::issuer::offer::OfferRow;
use vc::random::token128;

use super::dpop::{self, Shown};
use super::nonce::dpop_header;
use super::refusal::Refusal;
use super::token::check_resource;
use super::waiting::Chosen;
use crate::Issuer;
use crate::failpoint::reached;
use crate::institution::{At, Institution};
use crate::wallets::{Client, Shows};

/// How long a pushed request can be used, in seconds.
const LIFE_SECONDS: i64 = 60;
/// The scope of a connection.
pub(crate) const DELIVERY: &str = "delivery";
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
const INVALID_DETAILS: Refusal = Refusal::OAuth(TokenErrorCode::InvalidAuthorizationDetails.code());

/// What is kept of a request, sealed.
#[derive(Serialize, Deserialize)]
pub(crate) struct Request {
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    pub(crate) code_challenge: String,
    pub(crate) wants: Wants,
    /// The scopes that count, for the token answer.
    pub(crate) scope: Option<String>,
    /// The thumbprint of the key that the code is bound to (RFC 9449 section 10).
    pub(crate) dpop: Option<String>,
    /// The thumbprint of the wallet instance's key.
    pub(crate) instance: Option<String>,
    /// Whether the client authenticated.
    pub(crate) proven: bool,
    /// The wallet's name, when somebody who is believed here says it.
    pub(crate) name: Option<String>,
    /// What the learner allowed, of what waited.
    #[serde(default)]
    pub(crate) chosen: Vec<Chosen>,
}

/// What a request is for.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Wants {
    /// Making a connection.
    Delivery,
    /// Collecting one offer. That a wallet knows its name is no proof of anything: who signs in decides.
    Offer {
        id: String,
        /// What `authorization_details` named of it; the token answer then says by which identifiers it is asked for.
        named: Vec<String>,
    },
    /// Collecting what waits for whoever signs in.
    Waiting {
        /// Configurations that `authorization_details` named.
        named: Vec<String>,
        /// Configurations that scopes stand for.
        scoped: Vec<String>,
    },
}

pub(crate) async fn par(
    At(institution): At,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    headers: HeaderMap,
    form: OAuthForm,
) -> Result<Response, Refusal> {
    ctx.limit("par")?;
    let body = openid4vc::form::encode(form.parameters().iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let pushed = PushedAuthorizationRequest::parse(&body).map_err(|error| Refusal::OAuth(error.code()))?;
    check_resource(&institution, &form)?;
    let here = (&issuer, &*institution, &ctx);
    let shown = dpop::shown(&issuer, &institution, &ctx, &headers, ("POST", "/par", None)).map_err(|not| Refusal::proof(not, here))?;
    let dpop = bound_to(shown.as_ref(), form.get("dpop_jkt"))?;
    let shows = Shows {
        headers: &headers,
        client_id: Some(&pushed.client_id),
        assertion: pushed.client_assertion.as_deref(),
        dpop: shown.as_ref(),
    };
    let client = issuer.wallets.client(&issuer, &institution, &ctx, &shows).await.map_err(|error| Refusal::client(error, here))?;
    let client = client.ok_or(TokenErrorCode::InvalidClient)?;
    if !client.is_proven() && !issuer.wallets.is_public(&ctx, &client.id).await {
        return Err(TokenErrorCode::InvalidClient.into());
    }
    if !issuer.wallets.may_return_to(&ctx, &client, &pushed.redirect_uri).await {
        return Err(TokenErrorCode::InvalidRequest.into());
    }
    let wants = wanted(&issuer, &ctx, &institution, &pushed).await?;
    check_profile(&institution, &wants, &client)?;
    let request = Request {
        scope: granted_scope(&pushed, &wants),
        wants,
        dpop,
        instance: client.instance().map(str::to_owned),
        proven: client.is_proven(),
        name: client.attested_name().map(str::to_owned),
        redirect_uri: pushed.redirect_uri,
        state: pushed.state,
        code_challenge: pushed.code_challenge,
        chosen: Vec::new(),
    };
    let request_uri = push(&issuer, &ctx, (&institution, &client.id), &request, shown.as_ref()).await?;
    let answer = PushedAuthorizationResponse { request_uri, expires_in: u64::try_from(LIFE_SECONDS).unwrap_or_default() };
    let mut response = (StatusCode::CREATED, [(CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(answer)).into_response();
    if shown.is_some() {
        let (name, value) = dpop_header(&issuer.store, institution.slug(), &ctx);
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

async fn push(
    issuer: &Issuer,
    ctx: &Ctx,
    (institution, client): (&Institution, &str),
    request: &Request,
    shown: Option<&Shown>,
) -> Result<String, Refusal> {
    let kept = serde_json::to_vec(request).map_err(|_| StorageError::Row { table: "authorization_request", column: "request" })?;
    let request_uri = format!("{PREFIX}{}", token128(ctx.random()));
    let mut tx = issuer.store.write().await?;
    if let Some(shown) = shown
        && !shown.spend(&mut tx).await?
    {
        return Err(TokenErrorCode::InvalidDpopProof.into());
    }
    let expires_at = ctx.now().plus_seconds(LIFE_SECONDS);
    tx.push_authorization((institution.slug(), client), &request_uri, &kept, expires_at).await?;
    reached("issuer.pushing");
    tx.commit().await?;
    reached("issuer.pushed");
    Ok(request_uri)
}

/// The key that the code is bound to: the one that is proven here, or the one that is named; both at once are one key.
fn bound_to(shown: Option<&Shown>, named: Option<&str>) -> Result<Option<String>, Refusal> {
    match (shown.map(Shown::key), named) {
        (Some(shown), Some(named)) if shown != named => Err(TokenErrorCode::InvalidDpopProof.into()),
        (Some(key), _) | (None, Some(key)) => Ok(Some(key.to_owned())),
        (None, None) => Ok(None),
    }
}

/// HAIP: a client that authenticates. That its token is bound is seen when it asks for one.
fn check_profile(institution: &Institution, wants: &Wants, client: &Client) -> Result<(), Refusal> {
    let haip = match wants {
        Wants::Delivery => false,
        // Nothing is known of the offer that may be told; the token endpoint looks at what it holds.
        Wants::Offer { named, .. } => named.iter().any(|id| institution.is_haip(id)),
        Wants::Waiting { named, scoped } => named.iter().chain(scoped).any(|id| institution.is_haip(id)),
    };
    if haip && !client.is_proven() { Err(TokenErrorCode::InvalidClient.into()) } else { Ok(()) }
}

/// A connection (`scope=delivery`), the offer that `issuer_state` names and what is asked of it, or what waits, by scope and in
/// detail. Scopes that nobody knows are ignored (OpenID4VCI section 5.1.2).
async fn wanted(issuer: &Issuer, ctx: &Ctx, institution: &Institution, pushed: &PushedAuthorizationRequest) -> Result<Wants, Refusal> {
    let details = pushed.authorization_details.as_deref();
    let named = details.map(|details| authorization_details::configurations_at(details, &institution.identifier)).transpose();
    let named = named.map_err(|_| INVALID_DETAILS)?.unwrap_or_default();
    if let Some(id) = &pushed.issuer_state {
        let offer = issuer.store.read().await?.offer(institution.slug(), &OfferId::new(id)).await?;
        let offer = offer.filter(|offer| offer.grant == Grant::AuthorizationCode && offer.stands.gives_codes(ctx.now()));
        return of_offer(&offer.ok_or(TokenErrorCode::InvalidRequest)?, named, pushed);
    }
    let delivery = pushed.scopes().any(|scope| scope == DELIVERY);
    let kinds: Vec<Kind> = pushed.scopes().filter_map(Kind::parse).collect();
    match (delivery, kinds.is_empty(), named.is_empty()) {
        (true, true, true) => Ok(Wants::Delivery),
        (true, _, false) => Err(INVALID_DETAILS),
        (true, false, true) | (false, true, true) => Err(TokenErrorCode::InvalidScope.into()),
        (false, ..) if !named.iter().all(|id| is_offered(institution, id)) => Err(INVALID_DETAILS),
        (false, ..) => {
            // Where both name the same, the details win (OpenID4VCI section 5.1.2).
            let detailed = |kind: Kind| named.iter().any(|id| kind_of(id) == Some(kind));
            let scoped = kinds.into_iter().filter(|kind| !detailed(*kind)).flat_map(Configuration::of).map(|one| one.id().to_owned());
            Ok(Wants::Waiting { scoped: super::waiting::once(&scoped.collect::<Vec<_>>()), named })
        }
    }
}

/// What only older wallets ask for is known where the institution opened that bridge.
fn is_offered(institution: &Institution, id: &str) -> bool {
    Configuration::parse(id).is_some_and(|one| !one.is_older() || institution.config.issuing.compat.vc_sd_jwt)
}

fn of_offer(offer: &OfferRow, named: Vec<String>, pushed: &PushedAuthorizationRequest) -> Result<Wants, Refusal> {
    if named.iter().any(|configuration| !offer.configurations.contains(configuration)) {
        return Err(INVALID_DETAILS);
    }
    let offered: Vec<&str> = offer.configurations.iter().filter_map(|id| kind_of(id)).map(Kind::as_str).collect();
    let known = |scope: &str| scope == DELIVERY || Kind::parse(scope).is_some();
    if pushed.scopes().any(|scope| known(scope) && !offered.contains(&scope)) {
        return Err(TokenErrorCode::InvalidScope.into());
    }
    Ok(Wants::Offer { id: offer.id.to_string(), named })
}

/// The scopes that count, when some were asked and not every one of them does, or the learner decides what they stand for.
fn granted_scope(pushed: &PushedAuthorizationRequest, wants: &Wants) -> Option<String> {
    if matches!(wants, Wants::Delivery) {
        return Some(DELIVERY.to_owned());
    }
    let known: Vec<&str> = pushed.scopes().filter(|scope| Kind::parse(scope).is_some()).collect();
    (!known.is_empty()).then(|| known.join(" "))
}
