//! `POST /{institution}/token`: a code or a refresh token becomes an access token, for a client that shows who it is and, with a
//! DPoP proof, which key it has.

mod authorized;
mod pre_authorized;
mod refreshed;

use axum::Json;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use http::{Ctx, OAuthForm};
use model::Timestamp;
use model::offer::{DPOP_REFRESH_DAYS, DPOP_TOKEN_SECONDS, OfferId, REFRESH_DAYS, TOKEN_SECONDS};
use openid4vc::authorization_details::{AuthorizedDetail, OPENID_CREDENTIAL};
use openid4vc::{Grant, TokenErrorCode, TokenRequest, TokenResponse, TokenType, authorization_details};
use storage::audit::{Actor, Event};
use storage::issuer::offer::OfferRow;
use storage::issuer::token::{NewGrant, Purpose};
use storage::{IssuerTx, StorageError};
use vc::random::token128;

use super::credential::credential_identifier;
use super::dpop::{self, Shown};
use super::nonce::{self, dpop_header};
use super::refusal::Refusal;
use crate::Issuer;
use crate::institution::{At, Institution};
use crate::wallets::{Client, Shows};

/// Whoever asks for a token, after every check that needs no code.
struct Asker<'a> {
    issuer: &'a Issuer,
    institution: &'a Institution,
    ctx: &'a Ctx,
    /// Who it is; none for a wallet that does not say so.
    client: Option<Client>,
    /// The key that it proved to have.
    shown: Option<Shown>,
    /// Configurations that `authorization_details` names.
    details: Vec<String>,
}

pub(crate) async fn token(
    At(institution): At,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    headers: HeaderMap,
    body: String,
) -> Result<Response, Refusal> {
    ctx.limit("token")?;
    let (answer, bound) = answer(&institution, &ctx, &issuer, &headers, &body).await?;
    let mut response = ([(CACHE_CONTROL, HeaderValue::from_static("no-store"))], Json(answer)).into_response();
    if bound {
        let (name, value) = dpop_header(&issuer.store, institution.slug(), &ctx);
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

async fn answer(
    institution: &Institution,
    ctx: &Ctx,
    issuer: &Issuer,
    headers: &HeaderMap,
    body: &str,
) -> Result<(TokenResponse, bool), Refusal> {
    if !is_form(headers) {
        return Err(TokenErrorCode::InvalidRequest.into());
    }
    let request = TokenRequest::parse(body)?;
    check_resource(institution, &OAuthForm::parse(body.as_bytes()).ok_or(TokenErrorCode::InvalidRequest)?)?;
    let details = request.authorization_details.as_deref();
    let details = details.map(|details| authorization_details::configurations_at(details, &institution.identifier)).transpose();
    let details = details.map_err(|_| TokenErrorCode::InvalidAuthorizationDetails)?.unwrap_or_default();
    let here = (issuer, institution, ctx);
    let shown = dpop::shown(issuer, institution, ctx, headers, ("POST", "/token", None)).map_err(|not| Refusal::proof(not, here))?;
    let shows =
        Shows { headers, client_id: request.client_id.as_deref(), assertion: request.client_assertion.as_deref(), dpop: shown.as_ref() };
    let client = issuer.wallets.client(issuer, institution, ctx, &shows).await.map_err(|error| Refusal::client(error, here))?;
    let asker = Asker { issuer, institution, ctx, client, shown, details };
    let mut response = match &request.grant {
        Grant::PreAuthorizedCode { code, tx_code } => pre_authorized::redeem(&asker, code, tx_code.as_deref()).await?,
        Grant::AuthorizationCode { code, redirect_uri, code_verifier } => {
            authorized::redeem(&asker, code, redirect_uri, code_verifier).await?
        }
        Grant::RefreshToken { refresh_token, scope } => refreshed::refresh(&asker, refresh_token, scope.as_deref()).await?,
    };
    if institution.config.issuing.compat.c_nonce_in_answers {
        response.c_nonce = Some(nonce::make(&issuer.store, institution.slug(), ctx.now(), ctx.random()));
        response.c_nonce_expires_in = u64::try_from(nonce::LIFE_SECONDS).ok();
    }
    Ok((response, asker.shown.is_some()))
}

fn is_form(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// RFC 8707: the one resource here is the Credential Issuer.
pub(super) fn check_resource(institution: &Institution, form: &OAuthForm) -> Result<(), Refusal> {
    match form.get("resource") {
        Some(resource) if resource != institution.identifier => Err(Refusal::OAuth("invalid_target")),
        _ => Ok(()),
    }
}

impl Asker<'_> {
    fn client_id(&self) -> Option<&str> {
        self.client.as_ref().map(|client| client.id.as_str())
    }

    fn is_proven(&self) -> bool {
        self.client.as_ref().is_some_and(Client::is_proven)
    }

    fn key(&self) -> Option<&str> {
        self.shown.as_ref().map(Shown::key)
    }

    /// Uses the DPoP proof up, in the transaction of what it is shown for (row T9).
    async fn spend_proof(&self, tx: &mut IssuerTx) -> Result<(), Refusal> {
        match &self.shown {
            Some(shown) if !shown.spend(tx).await? => Err(TokenErrorCode::InvalidDpopProof.into()),
            _ => Ok(()),
        }
    }

    /// HAIP: a client that authenticates, and a token that is bound.
    fn check_profile(&self, configurations: &[String]) -> Result<(), TokenErrorCode> {
        if !configurations.iter().any(|id| self.institution.is_haip(id)) {
            return Ok(());
        }
        match (self.is_proven(), &self.shown) {
            (false, _) => Err(TokenErrorCode::InvalidClient),
            (true, None) => Err(TokenErrorCode::InvalidDpopProof),
            (true, Some(_)) => Ok(()),
        }
    }

    /// What a grant says of whoever asks for it.
    fn grant<'a>(&'a self, person: &'a str, purpose: Purpose<OfferId>, code: &'a str) -> NewGrant<'a> {
        NewGrant {
            institution: self.institution.slug(),
            person,
            purpose,
            client: self.client_id(),
            proven: self.is_proven(),
            named: false,
            code,
            dpop: self.key(),
            instance: self.client.as_ref().and_then(Client::instance),
        }
    }

    /// An access token of a grant: five minutes as Bearer, an hour when it is bound.
    async fn access_token(&self, tx: &mut IssuerTx, grant: &str, refreshed: bool) -> Result<TokenResponse, StorageError> {
        let token = token128(self.ctx.random());
        let (kind, seconds) = match self.shown {
            Some(_) => (TokenType::DPoP, DPOP_TOKEN_SECONDS),
            None => (TokenType::Bearer, TOKEN_SECONDS),
        };
        tx.insert_token((self.institution.slug(), grant), (&token, refreshed), self.ctx.now().plus_seconds(seconds)).await?;
        Ok(TokenResponse { expires_in: u64::try_from(seconds).ok(), ..TokenResponse::new(token, kind) })
    }

    /// The first refresh token of a grant.
    async fn refresh_token(&self, tx: &mut IssuerTx, grant: &str) -> Result<String, StorageError> {
        let token = token128(self.ctx.random());
        tx.insert_refresh_token((self.institution.slug(), grant), &token, self.refresh_until()).await?;
        Ok(token)
    }

    /// Until when a refresh token that is given now waits to be used: longer when nobody else can use it.
    fn refresh_until(&self) -> Timestamp {
        self.ctx.now().plus_days(if self.shown.is_some() { DPOP_REFRESH_DAYS } else { REFRESH_DAYS })
    }

    /// What a token answer says about configurations: each by identifiers that only this answer tells, one for each offer of it.
    fn named(&self, offers: &[OfferRow], asked: &[String]) -> Result<Vec<AuthorizedDetail>, TokenErrorCode> {
        let detail = |configuration: &String| {
            let offers = offers.iter().filter(|offer| offer.configurations.contains(configuration));
            let identifiers: Vec<String> = offers.map(|offer| credential_identifier(self.issuer, &offer.id, configuration)).collect();
            (!identifiers.is_empty()).then(|| AuthorizedDetail {
                kind: OPENID_CREDENTIAL.to_owned(),
                credential_configuration_id: configuration.clone(),
                credential_identifiers: identifiers,
            })
        };
        asked.iter().map(|configuration| detail(configuration).ok_or(TokenErrorCode::InvalidAuthorizationDetails)).collect()
    }

    async fn audit(&self, tx: &mut IssuerTx, offer: &OfferRow, outcome: &'static str) -> Result<(), StorageError> {
        let actor = Actor::Client(self.client_id().unwrap_or_default().to_owned());
        let event = Event { actor, action: "offer.claim", object_kind: "offer", object: offer.id.to_string(), outcome, amount: 1 };
        tx.audit(&event, self.ctx.now()).await
    }
}
