//! Registers a connection at the institution with the access token: where it may deliver, and with which key.

use http::egress::Outgoing;
use model::LocalText;
use model::activity::{ActivityAbout, ActivityKind};
use model::id::Slug;
use model::receipt::OfferGrant;
use openid4vc::{Grant, TokenRequest, TokenResponse};
use serde_json::json;
use storage::StorageError;
use vc::encoding::b64url;

use super::attempt::Attempt;
use super::disconnect;
use crate::learner::Learner;
use crate::parties::Institution;
use crate::receive::issuer::IssuerError;
use crate::state::AppState;
use crate::work;

/// Why a connection was not made.
#[derive(Debug, thiserror::Error)]
pub(super) enum RegisterError {
    /// The institution's metadata.
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    /// The institution refused or did not answer.
    #[error("the institution answered {0} at {1}")]
    Refused(u16, &'static str),
    /// The institution did not answer.
    #[error(transparent)]
    Egress(#[from] http::egress::EgressError),
    /// The institution's answer makes no sense.
    #[error("the institution's answer makes no sense")]
    Answer,
    /// A message could not be signed.
    #[error(transparent)]
    Sign(#[from] vc::jws::JwsError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Turns the code into a connection: two short transactions with the call between them. Between the two the institution may
/// deliver already, because it can do so the moment it has the key.
pub(super) async fn register(
    state: &AppState,
    learner: &Learner,
    institution: &Institution,
    attempt: &Attempt,
    code: &str,
) -> Result<(), RegisterError> {
    let token = token(state, institution, attempt, code).await?;
    let key = b64url(vc::random::bytes::<32>(state.core.random()));
    let now = state.core.now();
    let mut tx = state.store.write().await?;
    let slug = Slug::new(institution.slug.clone());
    let older = tx.begin_connection(&attempt.connection, learner.id(), &slug, &key, now).await?;
    let mut jobs = Vec::new();
    for old in &older {
        jobs.push(disconnect::later(&mut tx, old, now).await?);
    }
    tx.commit().await?;

    let url = format!("{}/api/v1/connections/{}", institution.credential_issuer, attempt.connection);
    let body = json!({"delivery_endpoint": state.core.urls().own.at("/api/v1/deliveries"), "delivery_key": key});
    let answer = state.core.egress().send(Outgoing::put_json(&url, &body).bearer(&token)).await;
    let failed = match answer {
        Ok(answer) if answer.is_success() => None,
        Ok(answer) => Some(RegisterError::Refused(answer.status, "connections")),
        Err(error) => Some(error.into()),
    };

    let mut tx = state.store.write().await?;
    if failed.is_some() {
        // It may have arrived all the same: the institution is told that it is over.
        if tx.end_connection(&attempt.connection, learner.id(), now).await?
            && let Some(connection) = tx.connection(&attempt.connection).await?
        {
            jobs.push(disconnect::later(&mut tx, &connection, now).await?);
        }
    } else {
        tx.confirm_connection(&attempt.connection).await?;
        tx.note(learner.id(), ActivityKind::Connected, &about(&institution.name, &institution.credential_issuer), now).await?;
    }
    tx.commit().await?;
    for job in &jobs {
        work::now(state, job).await?;
    }
    failed.map_or(Ok(()), Err)
}

/// What the activity list says of connecting and disconnecting.
pub(super) fn about(name: &LocalText, issuer: &str) -> ActivityAbout {
    ActivityAbout { party: Some(name.clone()), party_id: Some(issuer.to_owned()), ..ActivityAbout::default() }
}

async fn token(state: &AppState, institution: &Institution, attempt: &Attempt, code: &str) -> Result<String, RegisterError> {
    let documents = state
        .issuers
        .read(state.core.egress(), &institution.credential_issuer, None, OfferGrant::AuthorizationCode, state.core.now())
        .await?;
    let server = &documents.server;
    let endpoint = server.token_endpoint.as_deref().ok_or(RegisterError::Answer)?;
    let assertion = state.client.assertion(&state.core, &server.issuer, Some(attempt.connection.as_str()))?;
    let request = TokenRequest {
        grant: Grant::AuthorizationCode {
            code: code.to_owned(),
            redirect_uri: state.client.redirect_uri().to_owned(),
            code_verifier: attempt.verifier.clone(),
        },
        client_id: None,
        client_assertion: Some(assertion),
        authorization_details: None,
    };
    let answer = state.core.egress().send(Outgoing::post(endpoint, "application/x-www-form-urlencoded", request.form())).await?;
    if !answer.is_success() {
        return Err(RegisterError::Refused(answer.status, "token"));
    }
    let token = TokenResponse::parse(&answer.body).filter(TokenResponse::is_bearer).ok_or(RegisterError::Answer)?;
    Ok(token.access_token)
}
