//! `POST /{institution}/token`: a pre-authorized code, or an authorization code with PKCE, becomes an access token.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use http::{Ctx, Failure, Kind};
use model::offer::{OfferId, TOKEN_SECONDS, TX_CODE_TRIES};
use openid4vc::authorization_details::{self, AuthorizedDetail, OPENID_CREDENTIAL};
use openid4vc::client_assertion::ClientAssertion;
use openid4vc::{Grant, TokenErrorCode, TokenRequest, TokenResponse, TokenType, pkce};
use storage::audit::{Actor, Event};
use storage::issuer::offer::OfferRow;
use storage::issuer::token::{NewGrant, Purpose};
use storage::{IssuerTx, StorageError};
use vc::random::token128;

use super::credential::credential_identifier;
use super::par::{DELIVERY, Request};
use crate::Issuer;
use crate::institution::{At, Institution};
use crate::wallets::ClientError;

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TokenError {
    #[error("{0}")]
    Refused(TokenErrorCode),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<TokenErrorCode> for TokenError {
    fn from(code: TokenErrorCode) -> Self {
        Self::Refused(code)
    }
}

impl From<ClientError> for TokenError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Invalid => Self::Refused(TokenErrorCode::InvalidClient),
            ClientError::Storage(error) => Self::Storage(error),
        }
    }
}

impl Failure for TokenError {
    fn kind(&self) -> Kind {
        match self {
            Self::Refused(_) => Kind::Refused,
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Refused(code) => code.code(),
            Self::Storage(_) => "temporarily_unavailable",
        }
    }
}
http::failure!(TokenError);

pub(crate) async fn token(
    At(institution): At,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Response> {
    ctx.limit("token").map_err(IntoResponse::into_response)?;
    let answer = answer(&institution, &ctx, &issuer, &headers, &body).await.map_err(IntoResponse::into_response)?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

async fn answer(
    institution: &Institution,
    ctx: &Ctx,
    issuer: &Issuer,
    headers: &HeaderMap,
    body: &str,
) -> Result<TokenResponse, TokenError> {
    let is_form = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
    if !is_form {
        return Err(TokenErrorCode::InvalidRequest.into());
    }
    let request = TokenRequest::parse(body)?;
    let assertion = match &request.client_assertion {
        Some(assertion) => Some(issuer.wallets.authenticate(ctx, &issuer.store, assertion, &institution.identifier).await?),
        None => None,
    };
    let details = request.authorization_details.as_deref().map(authorization_details::configurations).transpose();
    let details = details.map_err(|_| TokenErrorCode::InvalidAuthorizationDetails)?.unwrap_or_default();
    match &request.grant {
        Grant::PreAuthorizedCode { code, tx_code } => {
            let asked = PreAuthorized { code, tx_code: tx_code.as_deref(), assertion: assertion.as_ref(), details };
            pre_authorized(institution, ctx, issuer, &asked).await
        }
        Grant::AuthorizationCode { code, redirect_uri, code_verifier } => {
            let client = match (&assertion, &request.client_id) {
                (Some(assertion), None) => assertion.client_id.clone(),
                (Some(assertion), Some(named)) if assertion.client_id == *named => named.clone(),
                (None, Some(named)) if issuer.wallets.is_public(named) => named.clone(),
                _ => return Err(TokenErrorCode::InvalidClient.into()),
            };
            authorized(institution, ctx, issuer, &Authorized { code, redirect_uri, code_verifier, client: &client, details }).await
        }
        Grant::RefreshToken { .. } => Err(TokenErrorCode::UnsupportedGrantType.into()),
    }
}

struct PreAuthorized<'a> {
    code: &'a str,
    tx_code: Option<&'a str>,
    assertion: Option<&'a ClientAssertion>,
    /// Configurations named by `authorization_details`.
    details: Vec<String>,
}

async fn pre_authorized(
    institution: &Institution,
    ctx: &Ctx,
    issuer: &Issuer,
    asked: &PreAuthorized<'_>,
) -> Result<TokenResponse, TokenError> {
    let now = ctx.now();
    let mut tx = issuer.store.write().await?;
    let offer = tx.offer_of_code(institution.slug(), asked.code, now).await?.ok_or(TokenErrorCode::InvalidGrant)?;
    if !offer.stands.gives_codes(now) {
        return Err(TokenErrorCode::InvalidGrant.into());
    }
    match (offer.asks_tx_code(), asked.tx_code) {
        (true, None) | (false, Some(_)) => return Err(TokenErrorCode::InvalidRequest.into()),
        (true, Some(tx_code)) => {
            if tx.wrong_tx_codes(&offer.id).await? >= TX_CODE_TRIES {
                return Err(TokenErrorCode::InvalidGrant.into());
            }
            if !tx.is_tx_code(&offer, tx_code) {
                wrong_tx_code(&mut tx, &offer, ctx).await?;
                tx.commit().await?;
                return Err(TokenErrorCode::InvalidGrant.into());
            }
        }
        (false, None) => {
            if !speaks_for(&mut tx, &offer, asked.assertion).await? {
                audit(&mut tx, &offer, "offer_subject_mismatch", asked.assertion.map(|assertion| assertion.client_id.as_str()), ctx)
                    .await?;
                tx.commit().await?;
                return Err(TokenErrorCode::InvalidGrant.into());
            }
        }
    }
    let authorization_details = granted(issuer, &offer, &asked.details)?;
    if !tx.use_code(&offer.id, asked.code, now).await? {
        return Err(TokenErrorCode::InvalidGrant.into());
    }
    audit(&mut tx, &offer, "done", asked.assertion.map(|assertion| assertion.client_id.as_str()), ctx).await?;
    let grant = NewGrant {
        institution: institution.slug(),
        person: &offer.person,
        purpose: Purpose::Collect(vec![offer.id.clone()]),
        client: asked.assertion.map(|assertion| assertion.client_id.as_str()),
        named: !authorization_details.is_empty(),
        code: asked.code,
        dpop: None,
        instance: None,
    };
    let response = issue_token(&mut tx, institution, ctx, &grant).await?;
    tx.commit().await?;
    Ok(TokenResponse { authorization_details, ..response })
}

/// What a token answer says about details that were asked for: each by an identifier that only this answer tells.
fn granted(issuer: &Issuer, offer: &OfferRow, asked: &[String]) -> Result<Vec<AuthorizedDetail>, TokenErrorCode> {
    if asked.iter().any(|configuration| !offer.configurations.contains(configuration)) {
        return Err(TokenErrorCode::InvalidAuthorizationDetails);
    }
    let detail = |configuration: &String| AuthorizedDetail {
        kind: OPENID_CREDENTIAL.to_owned(),
        credential_configuration_id: configuration.clone(),
        credential_identifiers: vec![credential_identifier(issuer, &offer.id, configuration)],
    };
    Ok(asked.iter().map(detail).collect())
}

/// Row T7: the fifth wrong code ends the offer, and says so once in the trail: who wants it again asks the institution.
async fn wrong_tx_code(tx: &mut IssuerTx, offer: &OfferRow, ctx: &Ctx) -> Result<(), StorageError> {
    if tx.count_wrong_tx_code(&offer.id).await? == TX_CODE_TRIES {
        tx.end_offer(&offer.id).await?;
        audit(tx, offer, "tx_code_exhausted", None, ctx).await?;
    }
    Ok(())
}

/// Row O8: an offer without transaction code is for the person's own connected wallet, which says for whom it speaks.
async fn speaks_for(tx: &mut IssuerTx, offer: &OfferRow, assertion: Option<&ClientAssertion>) -> Result<bool, StorageError> {
    let Some((assertion, id)) = assertion.and_then(|assertion| assertion.connection.as_ref().map(|id| (assertion, id))) else {
        return Ok(false);
    };
    let connection = tx.connection(&offer.institution, id).await?;
    Ok(connection.is_some_and(|connection| connection.person == offer.person && connection.client == assertion.client_id))
}

async fn audit(tx: &mut IssuerTx, offer: &OfferRow, outcome: &'static str, client: Option<&str>, ctx: &Ctx) -> Result<(), StorageError> {
    let actor = Actor::Client(client.unwrap_or_default().to_owned());
    let event = Event { actor, action: "offer.claim", object_kind: "offer", object: offer.id.to_string(), outcome, amount: 1 };
    tx.audit(&event, ctx.now()).await
}

struct Authorized<'a> {
    code: &'a str,
    redirect_uri: &'a str,
    code_verifier: &'a str,
    client: &'a str,
    /// Configurations named by `authorization_details`, when they come again with the code.
    details: Vec<String>,
}

async fn authorized(institution: &Institution, ctx: &Ctx, issuer: &Issuer, asked: &Authorized<'_>) -> Result<TokenResponse, TokenError> {
    let mut tx = issuer.store.write().await?;
    let Some(authorization) = tx.redeem_authorization(institution.slug(), asked.code, ctx.now()).await? else {
        // Row T4: a code that comes twice may have been stolen, so what came of it ends.
        if tx.revoke_grants_of(institution.slug(), asked.code).await? {
            tx.commit().await?;
        }
        return Err(TokenErrorCode::InvalidGrant.into());
    };
    let request: Request = serde_json::from_slice(&authorization.request)
        .map_err(|_| StorageError::Row { table: "authorization_request", column: "request" })?;
    let fits = authorization.client == asked.client
        && request.redirect_uri == asked.redirect_uri
        && pkce::answers(asked.code_verifier, &request.code_challenge);
    let person = authorization.person.clone().filter(|_| fits);
    let Some(person) = person else {
        // Row T8: the code is consumed all the same.
        tx.commit().await?;
        return Err(TokenErrorCode::InvalidGrant.into());
    };
    let (purpose, word, authorization_details) = match request.offer {
        None => (Purpose::Delivery, Some(DELIVERY.to_owned()), Vec::new()),
        Some(id) => {
            let offer = tx.offer(institution.slug(), &OfferId::new(id)).await?;
            let offer = offer.filter(|offer| offer.person == person && offer.stands.gives_codes(ctx.now()));
            let offer = offer.ok_or(TokenErrorCode::InvalidGrant)?;
            let asked = if asked.details.is_empty() { &request.configurations } else { &asked.details };
            let details = granted(issuer, &offer, asked)?;
            tx.claim_offer(&offer.id).await?;
            audit(&mut tx, &offer, "done", Some(&authorization.client), ctx).await?;
            (Purpose::Collect(vec![offer.id]), None, details)
        }
    };
    let grant = NewGrant {
        institution: institution.slug(),
        person: &person,
        purpose,
        client: Some(&authorization.client),
        named: !authorization_details.is_empty(),
        code: asked.code,
        dpop: None,
        instance: None,
    };
    let response = issue_token(&mut tx, institution, ctx, &grant).await?;
    tx.commit().await?;
    Ok(TokenResponse { scope: word, authorization_details, ..response })
}

async fn issue_token(tx: &mut IssuerTx, institution: &Institution, ctx: &Ctx, grant: &NewGrant<'_>) -> Result<TokenResponse, StorageError> {
    let grant = tx.insert_grant(grant, ctx.now()).await?;
    let token = token128(ctx.random());
    let expires_at = ctx.now().plus_seconds(TOKEN_SECONDS);
    tx.insert_token((institution.slug(), &grant), &token, expires_at).await?;
    Ok(TokenResponse { expires_in: u64::try_from(TOKEN_SECONDS).ok(), ..TokenResponse::new(token, TokenType::Bearer) })
}
