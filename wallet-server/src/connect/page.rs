//! `GET`, `POST /wallet/institutions/{slug}/connect`: what connecting means, and the first step of it.

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use http::egress::{EgressError, Outgoing};
use http::failure::{Kind, chain};
use http::{Ctx, Page, Protected};
use model::connection::{CONNECTION_DAYS, Connection, ConnectionId};
use model::id::public_id;
use model::receipt::OfferGrant;
use openid4vc::{PushedAuthorizationRequest, PushedAuthorizationResponse, pkce};
use serde::Deserialize;
use url::Url;
use vc::jws::JwsError;
use web::Text;
use web::connect::{Connect, ConnectFailure, Continue, Link, NextStep};

use super::attempt::{self, Attempt};
use super::list::link;
use crate::error::WalletError;
use crate::hold::display;
use crate::learner::Learner;
use crate::login::logout::Empty;
use crate::parties::{self, Institution};
use crate::receive::issuer::IssuerError;
use crate::state::AppState;

/// The scope of a connection.
const SCOPE: &str = "delivery";

#[derive(Default, Deserialize)]
pub(crate) struct Came {
    /// Present when the connection was made a moment ago.
    made: Option<String>,
    /// Why the last try did not work.
    failed: Option<String>,
}

pub(crate) async fn show(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Path(slug): Path<String>,
    Query(came): Query<Came>,
) -> Result<Page<Connect>, WalletError> {
    let institution = parties::institution(&state.register.current(), &slug).ok_or(WalletError::NotFound)?;
    let failed = match came.failed.as_deref() {
        Some("refused") => Some(ConnectFailure::Refused),
        Some("unknown") => Some(ConnectFailure::Unknown),
        Some(_) => Some(ConnectFailure::Unreachable),
        None => None,
    };
    page(&learner, &ctx, &state, &institution, came.made.is_some(), failed).await
}

async fn page(
    learner: &Learner,
    ctx: &Ctx,
    state: &AppState,
    institution: &Institution,
    just_made: bool,
    failed: Option<ConnectFailure>,
) -> Result<Page<Connect>, WalletError> {
    let (connections, copies) = {
        let mut tx = state.store.read().await?;
        (tx.connections(learner.id()).await?, tx.copies(learner.id()).await?)
    };
    let connection: Option<Connection> = connections.into_iter().find(|connection| connection.institution.as_str() == institution.slug);
    let delivered = copies.iter().filter(|copy| copy.issuer == institution.credential_issuer).count();
    let here = format!("/wallet/institutions/{}", institution.slug);
    let state_of = link(connection.as_ref(), delivered);
    let view = Connect {
        party: display::party(&state.register.current(), institution),
        kinds: institution.types.iter().map(|kind| display::type_name(kind)).collect(),
        until: display::moment(connection.map_or_else(|| ctx.now().plus_days(CONNECTION_DAYS), |connection| connection.ends_at)),
        just_made: just_made && matches!(state_of, Link::Connected { .. }),
        state: state_of,
        failed,
        action: ctx.localised(&format!("{here}/connect")),
        disconnect: ctx.localised(&format!("{here}/disconnect")),
    };
    Ok(ctx.page_for(learner.session(), view))
}

/// Why the first step failed. Each becomes the page with the same words: the institution did not answer.
#[derive(Debug, thiserror::Error)]
enum StepError {
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    #[error("the institution does not take connections")]
    NotOffered,
    #[error("the institution refused the pushed request with {0}")]
    Pushed(u16),
    #[error("the institution's answer makes no sense")]
    Answer,
    #[error(transparent)]
    Egress(#[from] EgressError),
    #[error(transparent)]
    Sign(#[from] JwsError),
}

/// Pushes the authorization request and answers the page that leads to the institution: never a redirect, because no form of ours
/// ends on another origin.
pub(crate) async fn start(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    Protected(Empty {}): Protected<Empty>,
) -> Result<Response, WalletError> {
    let institution = parties::institution(&state.register.current(), &slug).ok_or(WalletError::NotFound)?;
    let attempt = Attempt {
        learner: learner.id().clone(),
        institution: institution.slug.clone(),
        connection: ConnectionId::new(public_id(ctx.random())),
        verifier: pkce::verifier(ctx.random()),
        page: ctx.localised(&format!("/wallet/institutions/{}/connect", institution.slug)),
    };
    let (state_parameter, cookie) = attempt::begin(&ctx, &state.store, &headers, &attempt).await?;
    match push(&ctx, &state, &institution, &attempt, state_parameter).await {
        Ok(next) => {
            let view = Continue {
                host: next.host_str().unwrap_or_default().to_owned(),
                href: next.into(),
                site: Text { nl: institution.name.nl.clone(), en: institution.name.en.clone() },
                what: NextStep::Connect,
            };
            Ok(ctx.page_for(learner.session(), view).with_cookie(cookie).into_response())
        }
        Err(error) => {
            tracing::warn!(reference = ctx.reference(), cause = chain(&error), "connecting could not begin");
            let page = page(&learner, &ctx, &state, &institution, false, Some(ConnectFailure::Unreachable)).await?;
            Ok(page.refused(&ctx, Kind::Upstream, "issuer_unreachable").into_response())
        }
    }
}

async fn push(ctx: &Ctx, state: &AppState, institution: &Institution, attempt: &Attempt, parameter: String) -> Result<Url, StepError> {
    let documents =
        state.issuers.read(ctx.egress(), &institution.credential_issuer, None, OfferGrant::AuthorizationCode, ctx.now()).await?;
    let server = &documents.server;
    let (Some(par), Some(authorize)) = (&server.pushed_authorization_request_endpoint, &server.authorization_endpoint) else {
        return Err(StepError::NotOffered);
    };
    let assertion = state.client.assertion(&state.core, &server.issuer, Some(attempt.connection.as_str()))?;
    let request = PushedAuthorizationRequest {
        client_id: state.client.id().to_owned(),
        redirect_uri: state.client.redirect_uri().to_owned(),
        scope: Some(SCOPE.to_owned()),
        state: Some(parameter),
        code_challenge: pkce::challenge(&attempt.verifier),
        authorization_details: None,
        issuer_state: None,
        dpop_jkt: None,
        client_assertion: Some(assertion),
    };
    let answer = ctx.egress().send(Outgoing::post(par, "application/x-www-form-urlencoded", request.form())).await?;
    if !answer.is_success() {
        return Err(StepError::Pushed(answer.status));
    }
    let pushed: PushedAuthorizationResponse =
        serde_json::from_value(answer.json().map_err(|_| StepError::Answer)?).map_err(|_| StepError::Answer)?;
    let mut next = pushed.authorization_url(authorize, state.client.id()).ok_or(StepError::Answer)?;
    next.query_pairs_mut().append_pair("ui_locales", ctx.lang().tag());
    Ok(next)
}
