//! `GET` and `POST /authorize`: a verifier's request arrives, is read and authenticated, and waits for the learner.
//!
//! A client identifier that nobody can have is refused before the learner logs in; everything else after. A form from elsewhere acts on nothing: it is
//! kept for ten minutes under a handle that the browser comes back with.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use http::egress::EgressError;
use http::failure::{Failure, Kind};
use http::{Ctx, SeeOther, Session};
use model::consent::{Asked, ConsentId, ReceivedRequest};
use openid4vc::{AuthorizationRequest, Refusal, RequestError, RequestSource, form};
use storage::StorageError;
use storage::wallet::consent::NewConsent;
use vc::sd_jwt::{Path, Segment};
use web::error::Shared;

use super::fetch::{self, Received};
use super::party;
use crate::feed;
use crate::learner::Learner;
use crate::state::AppState;

/// How long a posted request waits for its browser, in seconds.
const HANDLE_SECONDS: i64 = 600;

/// Why a request is not taken up. Nothing was shared in any case.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthorizeError {
    /// The request itself.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// Where it should be fetched did not answer as it should.
    #[error("the request could not be fetched")]
    Fetch(#[source] EgressError),
    /// Where it should be fetched answered with an error.
    #[error("the request was not served")]
    NotServed,
    /// The verifier says that it is over.
    #[error("the request is gone")]
    Gone,
    /// It was answered already (row R14).
    #[error("the request was used")]
    Used,
    /// The asker is in the register and may not ask for now.
    #[error("the asker is suspended")]
    Suspended,
    /// It asks for something that nobody may ask.
    #[error("the request asks for what may not be asked")]
    Forbidden,
    /// A posted request is no form.
    #[error("not a form")]
    MediaType,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Failure for AuthorizeError {
    fn kind(&self) -> Kind {
        match self {
            Self::Request(RequestError::Expired) | Self::Gone => Kind::Gone,
            Self::Request(_) | Self::Suspended | Self::Forbidden => Kind::Refused,
            Self::Fetch(error) if error.is_refused() => Kind::Refused,
            Self::Fetch(_) | Self::NotServed => Kind::Upstream,
            Self::Used | Self::Storage(StorageError::Conflict) => Kind::Conflict,
            Self::MediaType => Kind::MediaType,
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Request(error) => error.code(),
            Self::Fetch(EgressError::Redirect) => "request_redirect",
            Self::Fetch(EgressError::TooLarge) => "request_too_large",
            Self::Fetch(EgressError::Address) => "request_uri_address",
            Self::Fetch(EgressError::Scheme) => "request_uri_scheme",
            Self::Fetch(_) | Self::NotServed => "request_unreachable",
            Self::Gone => "request_gone",
            Self::Used | Self::Storage(StorageError::Conflict) => "request_used",
            Self::Suspended => "asker_suspended",
            Self::Forbidden => "claim_forbidden",
            Self::MediaType => "media_type",
            Self::Storage(_) => "unavailable",
        }
    }

    fn shared(&self) -> Shared {
        Shared::Nothing
    }
}
http::failure!(AuthorizeError);

/// `GET /authorize`
pub(crate) async fn open(
    ctx: Ctx,
    State(state): State<AppState>,
    learner: Option<Learner>,
    parts: Parts,
    RawQuery(query): RawQuery,
) -> Result<Response, AuthorizeError> {
    let query = query.unwrap_or_default();
    let source = posted(&ctx, &state, &query).await.and_then(|posted| read(&ctx, &posted.unwrap_or(query)));
    let Some(learner) = learner else { return before_login(source.err()).map(|()| Session::missing(&ctx, &parts)) };
    let id = receive(&ctx, &state, &learner, source?).await?;
    Ok(ctx.see_other(&format!("/wallet/requests/{id}")).into_response())
}

/// `POST /authorize`, from anywhere.
pub(crate) async fn take(ctx: Ctx, State(state): State<AppState>, headers: HeaderMap, body: String) -> Result<SeeOther, AuthorizeError> {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).and_then(|value| value.split(';').next());
    if media_type.map(str::trim) != Some("application/x-www-form-urlencoded") {
        return Err(AuthorizeError::MediaType);
    }
    before_login(read(&ctx, &body).err())?;
    let handle = vc::random::token128(ctx.random());
    let mut tx = state.store.write().await?;
    tx.keep_posted(&handle, &body, ctx.now(), ctx.now().plus_seconds(HANDLE_SECONDS)).await?;
    tx.commit().await?;
    Ok(ctx.see_other(&format!("/authorize?handle={handle}")))
}

fn read(ctx: &Ctx, query: &str) -> Result<RequestSource, AuthorizeError> {
    Ok(RequestSource::parse(query, ctx.egress().allows_localhost())?)
}

/// A client identifier that nobody can have is said at once (row R3); everything else only to who is logged in.
fn before_login(error: Option<AuthorizeError>) -> Result<(), AuthorizeError> {
    match error {
        Some(error @ AuthorizeError::Request(RequestError::ClientPrefix | RequestError::Federation)) => Err(error),
        _ => Ok(()),
    }
}

/// The posted request behind a handle. `None` when the query has no handle.
async fn posted(ctx: &Ctx, state: &AppState, query: &str) -> Result<Option<String>, AuthorizeError> {
    let params = form::Params::parse(query).map_err(|_| RequestError::Invalid)?;
    let Some(handle) = params.text("handle") else { return Ok(None) };
    let body = state.store.read().await?.posted(handle, ctx.now()).await?;
    body.map(|body| Some(body.to_string())).ok_or(AuthorizeError::Request(RequestError::Expired))
}

/// Reads and authenticates a request, and keeps it for the learner to answer.
async fn receive(ctx: &Ctx, state: &AppState, learner: &Learner, source: RequestSource) -> Result<ConsentId, AuthorizeError> {
    let from = source.request_uri().map(str::to_owned);
    let received = match fetch::read(ctx, state, source).await {
        Ok(Ok(received)) => received,
        Ok(Err(refusal)) => return Err(refuse(ctx, refusal).await),
        Err(error) => return Err(used_or(state, error, from.as_deref()).await?),
    };
    if asks_for_never_asked(&received.request) {
        let answer = Some((received.request.response_uri.clone(), received.request.state.clone()));
        refuse(ctx, Refusal { error: RequestError::Invalid, answer }).await;
        return Err(AuthorizeError::Forbidden);
    }
    if party::is_suspended(&state.register.current(), &received.request) {
        return Err(AuthorizeError::Suspended);
    }
    keep(ctx, state, learner, &received, from.as_deref()).await
}

/// A verifier that says that its request is gone says so for one that was answered, too; that the wallet knows better (row R14).
async fn used_or(state: &AppState, error: AuthorizeError, from: Option<&str>) -> Result<AuthorizeError, AuthorizeError> {
    let (AuthorizeError::Gone, Some(from)) = (&error, from) else { return Ok(error) };
    let used = state.store.read().await?.is_answered_from(from).await?;
    Ok(if used { AuthorizeError::Used } else { error })
}

async fn keep(
    ctx: &Ctx,
    state: &AppState,
    learner: &Learner,
    received: &Received,
    from: Option<&str>,
) -> Result<ConsentId, AuthorizeError> {
    let request = &received.request;
    let kept = ReceivedRequest {
        client_id: request.client_id.as_str().to_owned(),
        authentication: serde_json::to_value(&request.authentication).unwrap_or_default(),
        parameters: received.parameters.clone(),
    };
    let expires_at = Asked::expires(ctx.now(), request.expires_at);
    let mut tx = state.store.write().await?;
    if tx.is_answered(&kept.client_id, &request.nonce).await? {
        return Err(AuthorizeError::Used);
    }
    let new = NewConsent { learner: learner.id(), request: &kept, nonce: &request.nonce, source: from, expires_at };
    let id = tx.ask_consent(&new, ctx.now()).await?;
    let party = party::Asker::of(request, &state.register.current()).name();
    feed::tell(&mut tx, state, learner.id(), &feed::tell::asked(&id, party, expires_at), ctx.now()).await?;
    tx.commit().await?;
    Ok(id)
}

/// Tells a client that authenticated what is wrong with its request, once and without waiting for success.
async fn refuse(ctx: &Ctx, refusal: Refusal) -> AuthorizeError {
    if let Some((uri, state)) = &refusal.answer {
        let mut pairs = vec![("error", refusal.error.code())];
        pairs.extend(state.as_deref().map(|state| ("state", state)));
        if let Err(error) = ctx.egress().post_form(uri.as_str(), &pairs).await {
            tracing::info!(cause = http::failure::chain(&error), "a verifier could not be told about its request");
        }
    }
    AuthorizeError::Request(refusal.error)
}

/// Identity numbers of the government and of education, wherever they would stand.
fn asks_for_never_asked(request: &AuthorizationRequest) -> bool {
    let paths = request.query.credentials.iter().flat_map(|credential| &credential.claims).map(|claim| &claim.path);
    paths.flat_map(Path::segments).any(|segment| matches!(segment, Segment::Key(name) if vc::verify::is_never_held(name)))
}
