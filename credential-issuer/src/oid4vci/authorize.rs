//! `GET /{institution}/authorize` sends the person to eduID, for a request that was pushed before.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use http::oidc::{Ask, EduidError};
use http::{Ctx, Failure, Kind, OAuthForm, SeeOther};
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::StorageError;

use crate::Issuer;
use crate::failpoint::reached;
use crate::institution::At;

/// How long a person may take to sign in and answer, in seconds.
const ANSWER_SECONDS: i64 = 900;

/// What a login is for, kept while the person is at eduID, and in the session afterwards.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LoginFor {
    /// Answering an authorization.
    Authorization(String),
    /// Sitting at the desk.
    Desk,
}

/// Why an authorization goes no further. None of these is sent to the redirect address.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthorizeError {
    #[error("plain parameters, or a parameter twice")]
    Request,
    #[error("unknown, used, expired, or another client's")]
    RequestUri,
    #[error("no such authorization waits for an answer in this session")]
    NotFound,
    #[error("the offer is for somebody else than who signed in")]
    OtherPerson,
    #[error("something else waits than what the page showed")]
    Changed,
    #[error(transparent)]
    Eduid(#[from] EduidError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Failure for AuthorizeError {
    fn kind(&self) -> Kind {
        match self {
            Self::Request | Self::RequestUri => Kind::Refused,
            Self::NotFound => Kind::NotFound,
            Self::OtherPerson => Kind::Forbidden,
            Self::Changed => Kind::Conflict,
            Self::Eduid(error) => error.kind(),
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Request => "invalid_request",
            Self::RequestUri => "invalid_request_uri",
            Self::NotFound => "authorization_over",
            Self::OtherPerson => "offer_subject_mismatch",
            Self::Changed => "request_changed",
            Self::Eduid(error) => error.code(),
            Self::Storage(_) => "unavailable",
        }
    }
}
http::failure!(AuthorizeError);

/// Begins a login for a pushed request, which is used up.
pub(crate) async fn begin(
    At(institution): At,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<SeeOther, AuthorizeError> {
    let query = OAuthForm::parse(query.unwrap_or_default().as_bytes()).ok_or(AuthorizeError::Request)?;
    let (Some(client), Some(request_uri)) = (query.get("client_id"), query.get("request_uri")) else {
        return Err(AuthorizeError::Request);
    };
    let mut tx = issuer.store.write().await?;
    let until = ctx.now().plus_seconds(ANSWER_SECONDS);
    let begun = tx.begin_authorization((institution.slug(), client), request_uri, ctx.now(), until).await?;
    let begun = begun.ok_or(AuthorizeError::RequestUri)?;
    reached("issuer.beginning");
    tx.commit().await?;
    reached("issuer.begun");
    let page = ctx.localised(&format!("/{}/authorize/{}", institution.slug(), begun.id));
    let more = json!(LoginFor::Authorization(begun.id));
    let begun = institution.eduid.begin(&ctx, &headers, Ask { return_to: Some(&page), more, ..Ask::default() }).await?;
    Ok(SeeOther::to(begun.location).with_cookie(begun.cookie))
}

/// The subject of a learner's session at the issuer.
pub(crate) fn subject(person: &str) -> String {
    format!("person/{person}")
}
