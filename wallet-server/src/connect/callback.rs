//! `GET /wallet/connected`: the institution sends the browser back; the connection is made, or the page says why not.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use http::failure::{Failure, Kind, chain};
use http::{Ctx, SeeOther};
use model::receipt::OfferGrant;
use openid4vc::AuthorizationCodeAnswer;
use storage::StorageError;

use super::attempt::{self, Attempt};
use super::register::register;
use crate::learner::Learner;
use crate::parties;
use crate::state::AppState;

/// Why the answer is not taken; nothing is connected then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallbackError {
    /// Unknown state, another browser's or learner's, used before, or too late.
    #[error("nothing is under way for this state, browser and learner")]
    State,
    /// The answer says that it is from another server (RFC 9207).
    #[error("the answer is from another authorization server")]
    Issuer,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Failure for CallbackError {
    fn kind(&self) -> Kind {
        match self {
            Self::State | Self::Issuer => Kind::Refused,
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::State => "connect_state",
            Self::Issuer => "connect_issuer",
            Self::Storage(_) => "unavailable",
        }
    }
}
http::failure!(CallbackError);

pub(crate) async fn callback(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<SeeOther, CallbackError> {
    let answer = AuthorizationCodeAnswer::parse(query.as_deref().unwrap_or_default()).ok_or(CallbackError::State)?;
    let (AuthorizationCodeAnswer::Code { state: parameter, iss, .. } | AuthorizationCodeAnswer::Error { state: parameter, iss, .. }) =
        &answer;
    let attempt = attempt::take(&ctx, &state.store, &headers, parameter.as_deref(), learner.id()).await?.ok_or(CallbackError::State)?;
    let institution = parties::institution(&state.register.current(), &attempt.institution).ok_or(CallbackError::State)?;
    let outcome = match &answer {
        _ if !is_from(&ctx, &state, &institution.credential_issuer, iss.as_deref()).await => return Err(CallbackError::Issuer),
        AuthorizationCodeAnswer::Error { error, .. } if error.error == "access_denied" => "failed=refused",
        AuthorizationCodeAnswer::Error { error, .. } if is_ours_to_retry(&error.error) => "failed=unreachable",
        AuthorizationCodeAnswer::Error { .. } => "failed=unknown",
        AuthorizationCodeAnswer::Code { code, .. } => match register(&state, &learner, &institution, &attempt, code).await {
            Ok(()) => "made=1",
            Err(error) => {
                tracing::warn!(reference = ctx.reference(), cause = chain(&error), "connecting failed");
                "failed=unreachable"
            }
        },
    };
    Ok(ctx.see_other(&back_to(&attempt, outcome)))
}

fn back_to(attempt: &Attempt, outcome: &str) -> String {
    let sign = if attempt.page.contains('?') { '&' } else { '?' };
    format!("{}{sign}{outcome}", attempt.page)
}

/// Errors that say nothing about the person.
fn is_ours_to_retry(error: &str) -> bool {
    matches!(error, "server_error" | "temporarily_unavailable" | "invalid_request" | "invalid_scope" | "unauthorized_client")
}

/// Whether the answer is from the server that was asked: `iss` must be there when the server says that it sends it, and must be
/// that server's when it is there (RFC 9207 section 2.4).
async fn is_from(ctx: &Ctx, state: &AppState, credential_issuer: &str, iss: Option<&str>) -> bool {
    let Ok(documents) = state.issuers.read(ctx.egress(), credential_issuer, None, OfferGrant::AuthorizationCode, ctx.now()).await else {
        return false;
    };
    match iss {
        Some(iss) => iss == documents.server.issuer,
        None => !documents.server.authorization_response_iss_parameter_supported,
    }
}
