//! Leads the learner to the issuer's own login (authorization code with PKCE), and keeps what the answer will be matched with:
//! bound to the browser and the learner, sealed in the database, so that any server can take the answer.

use axum::http::{HeaderMap, HeaderValue};
use http::egress::{Answer, EgressError, Outgoing};
use http::failure::{Failure, Kind};
use http::{Cookie, Ctx};
use model::id::{LearnerId, row_id};
use model::receipt::{Receipt, ReceiptId};
use openid4vc::authorization_details::OPENID_CREDENTIAL;
use openid4vc::{CredentialOffer, PushedAuthorizationRequest, PushedAuthorizationResponse, pkce};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use storage::login::NewLogin;
use storage::{StorageError, WalletTx, hash_token};
use url::Url;
use vc::encoding::b64url;
use vc::jws::JwsError;

use super::attest::{Again, Attested, Shows, challenged};
use super::error::RedeemError;
use super::issuer::Documents;
use super::offer::{self, KnownOffer, OfferReadError};
use super::session;
use crate::client::Identity;
use crate::failpoint::reached;
use crate::parties;
use crate::state::AppState;

/// How long the login may take, in seconds.
const LASTS: i64 = 60 * 60;

/// What is kept while the learner is at the issuer.
#[derive(Serialize, Deserialize)]
pub(super) struct Attempt {
    /// Whose wallet: another learner cannot end what this one began.
    pub(super) learner: LearnerId,
    /// The offer.
    pub(super) receipt: ReceiptId,
    /// Credential Issuer Identifier.
    pub(super) issuer: String,
    /// The authorization server that was asked, whose `iss` the answer must have.
    pub(super) server: String,
    /// Whether that server says that it always sends `iss` (RFC 9207).
    pub(super) sends_iss: bool,
    /// PKCE.
    pub(super) verifier: String,
    /// Where the browser comes back to.
    pub(super) redirect_uri: String,
    /// The offer's page, in the language that the learner reads.
    pub(super) page: String,
}

/// Why the login could not begin.
#[derive(Debug, thiserror::Error)]
pub(super) enum AuthorizeError {
    /// The offer or its issuer.
    #[error(transparent)]
    Offer(#[from] OfferReadError),
    /// The pushed request was refused.
    #[error("the pushed request was refused with {0}")]
    Refused(u16),
    /// The server's answer makes no sense.
    #[error("the server's answer makes no sense")]
    Answer,
    /// The server did not answer.
    #[error(transparent)]
    Unreachable(#[from] EgressError),
    /// An assertion could not be signed.
    #[error(transparent)]
    Sign(#[from] JwsError),
    /// A key of ours could not be used.
    #[error(transparent)]
    Key(#[from] RedeemError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Failure for AuthorizeError {
    fn kind(&self) -> Kind {
        match self {
            Self::Offer(error) => error.kind(),
            Self::Unreachable(error) if error.is_refused() => Kind::Refused,
            Self::Refused(_) | Self::Answer | Self::Unreachable(_) => Kind::Upstream,
            Self::Sign(_) => Kind::Ours,
            Self::Key(error) => error.kind(),
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Offer(error) => error.code(),
            Self::Refused(_) => "authorization_failed",
            Self::Unreachable(error) if error.is_refused() => "issuer_metadata",
            Self::Answer | Self::Unreachable(_) => "issuer_unreachable",
            Self::Sign(_) => "internal",
            Self::Key(error) => error.code(),
            Self::Storage(_) => "unavailable",
        }
    }
}

/// Where the browser goes next, and the cookie that ties the answer to it.
pub(super) struct Leave {
    /// The authorization server's page.
    pub(super) to: Url,
    /// Ties the answer to this browser.
    pub(super) cookie: HeaderValue,
}

/// Begins a login at the issuer of an offer.
///
/// # Errors
/// [`AuthorizeError`]; nothing is under way then.
pub(super) async fn begin(ctx: &Ctx, state: &AppState, receipt: &Receipt, headers: &HeaderMap) -> Result<Leave, AuthorizeError> {
    let egress = ctx.egress();
    let parsed = CredentialOffer::parse(receipt.content.text.as_bytes(), egress.allows_localhost()).map_err(OfferReadError::from)?;
    let known = offer::with_issuer(egress, &state.issuers, parsed, ctx.now()).await?;
    let listed = parties::issuer(&state.register.current(), &receipt.issuer).is_some();
    let client = state.client.identity(&receipt.issuer, listed);
    let server = &known.documents.server;
    let attempt = Attempt {
        learner: receipt.learner.clone(),
        receipt: receipt.id.clone(),
        issuer: receipt.issuer.clone(),
        server: server.issuer.clone(),
        sends_iss: server.authorization_response_iss_parameter_supported,
        verifier: pkce::verifier(ctx.random()),
        redirect_uri: client.redirect_uri.clone(),
        page: ctx.localised(&format!("/wallet/offers/{}", receipt.id)),
    };
    let parameter = b64url(vc::random::bytes::<32>(ctx.random()));
    let to = destination(ctx, state, &known, &client, &attempt, &parameter).await?;
    let cookie = keep(ctx, state, headers, &attempt, &parameter).await?;
    Ok(Leave { to, cookie })
}

/// The authorization request: pushed where the server takes that, else in the address.
async fn destination(
    ctx: &Ctx,
    state: &AppState,
    known: &KnownOffer,
    client: &Identity,
    attempt: &Attempt,
    parameter: &str,
) -> Result<Url, AuthorizeError> {
    let server = &known.documents.server;
    let authorize = server.authorization_endpoint.as_deref().ok_or(AuthorizeError::Answer)?;
    let (scope, authorization_details) = wanted(&known.offer, &known.documents);
    let grants = known.offer.grants.as_ref().and_then(|grants| grants.authorization_code.as_ref());
    let mut request = PushedAuthorizationRequest {
        client_id: client.id.clone(),
        redirect_uri: client.redirect_uri.clone(),
        scope,
        state: Some(parameter.to_owned()),
        code_challenge: pkce::challenge(&attempt.verifier),
        authorization_details,
        issuer_state: grants.and_then(|grant| grant.issuer_state.clone()),
        client_assertion: None,
        dpop_jkt: session::thumbprint(state, &attempt.learner, server).await?,
    };
    let mut next = match &server.pushed_authorization_request_endpoint {
        Some(endpoint) => {
            let shows = Shows::to(server);
            if shows == Shows::Assertion {
                request.client_assertion = Some(state.client.assertion_of(&state.core, client, &server.issuer, None)?);
            }
            let outgoing = Outgoing::post(endpoint, "application/x-www-form-urlencoded", request.form());
            let answer = match shows {
                Shows::Attestation => {
                    let instance = session::dpop_key(state, &attempt.learner, &server.issuer).await?;
                    pushed_attested(&Attested { state, server, client, instance: &instance }, outgoing).await?
                }
                Shows::Assertion | Shows::Name => ctx.egress().send(outgoing).await?,
            };
            if !answer.is_success() {
                return Err(AuthorizeError::Refused(answer.status));
            }
            let body = answer.json().map_err(|_| AuthorizeError::Answer)?;
            let pushed: PushedAuthorizationResponse = serde_json::from_value(body).map_err(|_| AuthorizeError::Answer)?;
            pushed.authorization_url(authorize, &client.id).ok_or(AuthorizeError::Answer)?
        }
        None => {
            let mut url = Url::parse(authorize).map_err(|_| AuthorizeError::Answer)?;
            let form = request.form();
            url.query_pairs_mut().extend_pairs(url::form_urlencoded::parse(form.as_bytes()));
            url
        }
    };
    ctx.egress().check(next.as_str())?;
    next.query_pairs_mut().append_pair("ui_locales", ctx.lang().tag());
    Ok(next)
}

/// Pushes a request with the provider's attestation; once more when the server wants another challenge.
async fn pushed_attested(attested: &Attested<'_>, outgoing: Outgoing) -> Result<Answer, AuthorizeError> {
    let egress = attested.state.core.egress();
    let challenge = attested.challenge().await?;
    let answer = egress.send(attested.shown(outgoing.clone(), challenge.as_deref())?).await?;
    let challenge = match challenged(&answer) {
        None => return Ok(answer),
        Some(Again::With(challenge)) => Some(challenge),
        Some(Again::Fetch) => attested.challenge().await?,
    };
    Ok(egress.send(attested.shown(outgoing, challenge.as_deref())?).await?)
}

/// What is asked for: by scope where every configuration has one, as HAIP wants it, else by `authorization_details`.
fn wanted(offer: &CredentialOffer, documents: &Documents) -> (Option<String>, Option<String>) {
    let metadata = &documents.metadata;
    let ids = &offer.credential_configuration_ids;
    let scope = |id: &String| metadata.credential_configurations_supported.get(id)?.scope.clone();
    let scopes: Option<Vec<String>> = ids.iter().map(scope).collect();
    if let Some(mut scopes) = scopes {
        scopes.dedup();
        return (Some(scopes.join(" ")), None);
    }
    let detail = |id: &String| {
        let mut detail = json!({"type": OPENID_CREDENTIAL, "credential_configuration_id": id});
        if let (false, Some(members)) = (metadata.authorization_servers.is_empty(), detail.as_object_mut()) {
            members.insert("locations".to_owned(), json!([metadata.credential_issuer]));
        }
        detail
    };
    (None, Some(Value::from_iter(ids.iter().map(detail)).to_string()))
}

async fn keep(ctx: &Ctx, state: &AppState, headers: &HeaderMap, attempt: &Attempt, parameter: &str) -> Result<HeaderValue, StorageError> {
    let cookie = cookie(ctx);
    // Several tabs may collect at once: the browser keeps its token.
    let browser = cookie.read(headers).filter(|token| token.len() == 43);
    let browser = browser.unwrap_or_else(|| b64url(vc::random::bytes::<32>(ctx.random())));
    let data = serde_json::to_vec(attempt).map_err(|_| StorageError::Row { table: "login_attempt", column: "data" })?;
    let login = NewLogin {
        state_hash: hash_token(parameter),
        row_id: row_id(ctx.now(), ctx.random()),
        browser_hash: hash_token(&browser),
        data: &data,
        expires_at: ctx.now().plus_seconds(LASTS),
    };
    let mut tx = state.store.write().await?;
    tx.insert_login(&login, ctx.now()).await?;
    tx.commit().await?;
    reached("wallet.leaving");
    Ok(cookie.set(&browser))
}

/// Takes what was kept out, once: only for the browser and the learner that began it. To be committed with what the answer changes.
pub(super) async fn take(
    ctx: &Ctx,
    tx: &mut WalletTx,
    headers: &HeaderMap,
    parameter: Option<&str>,
    learner: &LearnerId,
) -> Result<Option<Attempt>, StorageError> {
    let (Some(browser), Some(parameter)) = (cookie(ctx).read(headers), parameter) else { return Ok(None) };
    let data = tx.take_login(&hash_token(parameter), &hash_token(&browser), ctx.now()).await?;
    let attempt: Option<Attempt> = data.and_then(|data| serde_json::from_slice(&data).ok());
    Ok(attempt.filter(|attempt| attempt.learner == *learner))
}

/// A cookie of its own, so that a login in between does not touch it.
fn cookie(ctx: &Ctx) -> Cookie {
    Cookie::of(ctx.core(), "collect")
}
