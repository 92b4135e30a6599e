//! `GET /wallet/collected/{issuer}`: the browser comes back from the issuer's login. The answer counts once, for the browser and the
//! learner that began, at the issuer's own address, and only from the server that was asked (threat T12).

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use http::failure::{Failure, Kind};
use http::{Ctx, SeeOther};
use model::receipt::{AuthorizationCode, Progress};
use openid4vc::AuthorizationCodeAnswer;
use storage::StorageError;

use super::authorize::{self, Attempt};
use super::job;
use crate::client::issuer_key;
use crate::failpoint::reached;
use crate::learner::Learner;
use crate::state::AppState;

/// Why the answer is not taken; nothing is collected then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CollectedError {
    /// Unknown state, another browser's or learner's, used before, or too late.
    #[error("nothing is under way for this state, browser and learner")]
    State,
    /// The answer is from another server, or came to another issuer's address.
    #[error("the answer is from another authorization server")]
    Issuer,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Failure for CollectedError {
    fn kind(&self) -> Kind {
        match self {
            Self::State | Self::Issuer => Kind::Refused,
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::State => "authorization_state",
            Self::Issuer => "authorization_issuer",
            Self::Storage(_) => "unavailable",
        }
    }
}
http::failure!(CollectedError);

pub(crate) async fn collected(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Path(issuer): Path<String>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<SeeOther, CollectedError> {
    let answer = AuthorizationCodeAnswer::parse(query.as_deref().unwrap_or_default()).ok_or(CollectedError::State)?;
    let (AuthorizationCodeAnswer::Code { state: parameter, iss, .. } | AuthorizationCodeAnswer::Error { state: parameter, iss, .. }) =
        &answer;
    let mut tx = state.store.write().await?;
    let attempt = authorize::take(&ctx, &mut tx, &headers, parameter.as_deref(), learner.id()).await?;
    let Some(attempt) = attempt else {
        tx.commit().await?;
        return Err(CollectedError::State);
    };
    if !is_from(&attempt, &issuer, iss.as_deref()) {
        // It is used up all the same: whoever mixed the answers up does not get a second try with it.
        tx.commit().await?;
        return Err(CollectedError::Issuer);
    }
    let code = match answer {
        AuthorizationCodeAnswer::Error { error, .. } => {
            tx.commit().await?;
            let why = if error.error == "access_denied" { "authorization_refused" } else { "authorization_failed" };
            return Ok(ctx.see_other(&back_to(&attempt, why)));
        }
        AuthorizationCodeAnswer::Code { code, .. } => code,
    };
    let Attempt { receipt, verifier, redirect_uri, server, page, .. } = attempt;
    if !tx.accept_receipt(&receipt, learner.id()).await? {
        // Answered in another tab: its page says how it stands.
        tx.commit().await?;
        return Ok(ctx.see_other(&page));
    }
    let progress = Progress { code: Some(AuthorizationCode { code, verifier, redirect_uri, server }), ..Progress::default() };
    tx.save_progress(&receipt, learner.id(), &progress).await?;
    let begun = job::begin(&mut tx, &receipt, learner.id(), None, ctx.now()).await?;
    reached("wallet.returned");
    tx.commit().await?;
    reached("wallet.taken");
    job::now(&state, begun).await?;
    Ok(ctx.see_other(&page))
}

/// Whether the answer is from the server that was asked: at the address of its issuer, with its `iss` when it sends one, byte for
/// byte (RFC 9207 section 2.4).
fn is_from(attempt: &Attempt, issuer: &str, iss: Option<&str>) -> bool {
    let named = match iss {
        Some(iss) => iss == attempt.server,
        None => !attempt.sends_iss,
    };
    named && issuer == issuer_key(&attempt.issuer)
}

fn back_to(attempt: &Attempt, why: &str) -> String {
    let sign = if attempt.page.contains('?') { '&' } else { '?' };
    format!("{}{sign}failed={why}", attempt.page)
}
