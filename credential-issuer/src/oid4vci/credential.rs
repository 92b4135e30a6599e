//! `POST /{institution}/credential`: key proofs with a fresh nonce, and out come the credentials (OpenID4VCI section 8).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use http::{Ctx, Failure, Kind};
use model::configuration::Configuration;
use model::offer::OfferId;
use openid4vc::credential::Wanted;
use openid4vc::{CredentialErrorCode, CredentialResponse};
use serde_json::Value;
use vc::encoding::b64url;

use super::access::{self, Held};
use super::issue::{Collect, IssueError, Made, Right, issue};
use super::message::{self, Came};
use super::older;
use super::proved::proved;
use super::put_off::{Answered, put_off};
use crate::Issuer;
use crate::institution::{At, Institution};

impl Failure for IssueError {
    fn kind(&self) -> Kind {
        match self {
            Self::Refused(_) => Kind::Refused,
            Self::Lint(_) | Self::Written(_) | Self::Sign | Self::Encrypt => Kind::Ours,
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Refused(code) => code.code(),
            Self::Lint(_) | Self::Written(_) | Self::Sign | Self::Encrypt => "server_error",
            Self::Storage(_) => "temporarily_unavailable",
        }
    }
}
http::failure!(IssueError);

pub(crate) async fn credential(
    At(institution): At,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Response> {
    let held = access::offer(&issuer, &institution, &ctx, &headers, "/credential").await.map_err(IntoResponse::into_response)?;
    ctx.core().limits().take("credential", held.key(), ctx.now()).map_err(IntoResponse::into_response)?;
    let came = message::read(&issuer, &institution, &headers, &body).await.map_err(IntoResponse::into_response)?;
    answer(&issuer, &institution, &ctx, (&held, &came)).await.map_err(IntoResponse::into_response)
}

async fn answer(issuer: &Issuer, institution: &Institution, ctx: &Ctx, (held, came): (&Held, &Came)) -> Result<Response, IssueError> {
    let request = older::read(&came.body, institution, held)?;
    came.check(institution, request.response_encryption.as_ref())?;
    let asked = known(institution, &request.wanted).and_then(|()| held.wanted(issuer, &request.wanted));
    if let Err(code) = &asked
        && *code != CredentialErrorCode::CredentialRequestDenied
    {
        return Err((*code).into());
    }
    let proved = proved(issuer, institution, (held, &request), ctx.now())?;
    let (offer, configuration) = asked?;
    let collect = Collect {
        offer,
        configuration,
        holders: &proved.holders,
        right: Right::Nonce(&proved.nonce),
        renews: held.refreshed,
        now: ctx.now(),
    };
    let answered = if offer.deferred {
        put_off(issuer, institution, &collect).await?
    } else {
        Answered::Issued(issue(issuer, institution, &collect).await?)
    };
    let (status, response) = match answered {
        Answered::Issued(made) => (StatusCode::OK, issued(issuer, (&offer.id, configuration), &made)?),
        Answered::Later(response) => (StatusCode::ACCEPTED, response),
    };
    let response = older::completed(response, &request, (issuer, institution), ctx);
    message::answer(status, &response, request.response_encryption.as_ref())
}

/// What only older wallets ask for is known where the institution opened that bridge.
fn known(institution: &Institution, wanted: &Wanted) -> Result<(), CredentialErrorCode> {
    let Wanted::Configuration(id) = wanted else { return Ok(()) };
    let closed = |one: Configuration| one.is_older() && !institution.config.issuing.compat.vc_sd_jwt;
    if Configuration::parse(id).is_some_and(closed) { Err(CredentialErrorCode::UnknownCredentialConfiguration) } else { Ok(()) }
}

/// The answer with credentials and their notification id.
pub(super) fn issued(
    issuer: &Issuer,
    (offer, configuration): (&OfferId, Configuration),
    made: &Made,
) -> Result<CredentialResponse, IssueError> {
    let written = |body: &String| match configuration.format() {
        // OpenID4VCI appendix A.1.2: an object; of the other formats, a string.
        "ldp_vc" => serde_json::from_str(body).map_err(|_| IssueError::Sign),
        _ => Ok(Value::String(body.clone())),
    };
    let credentials = made.bodies.iter().map(written).collect::<Result<Vec<_>, _>>()?;
    Ok(CredentialResponse::issued(credentials, Some(notification_id(issuer, offer, (configuration, made.round)))))
}

/// What stands for one configuration of one offer in a token answer with `authorization_details`; it needs no row.
pub(crate) fn credential_identifier(issuer: &Issuer, offer: &OfferId, configuration: &str) -> String {
    let mac = issuer.store.mac("credential_identifier", format!("{offer}/{configuration}").as_bytes());
    b64url(&mac[..16])
}

/// The same for every answer about one asking for a form of an offer, so that it needs no row.
pub(crate) fn notification_id(issuer: &Issuer, offer: &OfferId, (configuration, round): (Configuration, i64)) -> String {
    let later = if round == 0 { String::new() } else { format!("/{round}") };
    let mac = issuer.store.mac("notification", format!("{offer}/{}{later}", configuration.id()).as_bytes());
    b64url(&mac[..16])
}
