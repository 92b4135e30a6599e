//! `POST /{institution}/credential`: a key proof with a fresh nonce, and out comes the credential (OpenID4VCI section 8).

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use http::{Ctx, Failure, Kind};
use model::Timestamp;
use model::configuration::Configuration;
use model::offer::OfferId;
use openid4vc::credential::Proofs;
use openid4vc::proof::{self, Proof};
use openid4vc::{CredentialErrorCode, CredentialRequest, CredentialResponse};
use serde_json::Value;
use vc::encoding::b64url;

use super::access::{self, Held};
use super::issue::{Collect, IssueError, issue};
use super::nonce::Nonce;
use crate::Issuer;
use crate::institution::{At, Institution};

impl Failure for IssueError {
    fn kind(&self) -> Kind {
        match self {
            Self::Refused(_) => Kind::Refused,
            Self::Lint(_) | Self::Written(_) | Self::Sign => Kind::Ours,
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Refused(code) => code.code(),
            Self::Lint(_) | Self::Written(_) | Self::Sign => "server_error",
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
    let response = answer(&issuer, &institution, ctx.now(), (&held, &headers, &body)).await.map_err(IntoResponse::into_response)?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(response)).into_response())
}

async fn answer(
    issuer: &Issuer,
    institution: &Institution,
    now: Timestamp,
    (held, headers, body): (&Held, &HeaderMap, &[u8]),
) -> Result<CredentialResponse, IssueError> {
    if !is_json(headers) {
        return Err(CredentialErrorCode::InvalidCredentialRequest.into());
    }
    let request = CredentialRequest::parse(body)?;
    if request.response_encryption.is_some() {
        return Err(CredentialErrorCode::InvalidEncryptionParameters.into());
    }
    let asked = held.wanted(issuer, &request.wanted);
    if let Err(code) = asked
        && code != CredentialErrorCode::CredentialRequestDenied
    {
        return Err(code.into());
    }
    request.require_proofs(1)?;
    let proof = proved(&request, institution, now)?;
    let nonce = Nonce::check(&issuer.store, institution.slug(), &proof.nonce, now).ok_or(CredentialErrorCode::InvalidNonce)?;
    let (offer, configuration) = asked?;
    let collect = Collect { offer, configuration, holder: &proof.holder, nonce: &nonce, now };
    let credential = issue(issuer, institution, &collect).await?;
    let credential = match configuration.format() {
        // OpenID4VCI appendix A.1.2: an object; of the other formats, a string.
        "ldp_vc" => serde_json::from_str(&credential).map_err(|_| IssueError::Sign)?,
        _ => Value::String(credential),
    };
    Ok(CredentialResponse::issued([credential], Some(notification_id(issuer, &offer.id, configuration))))
}

fn proved(request: &CredentialRequest, institution: &Institution, now: Timestamp) -> Result<Proof, IssueError> {
    let Proofs::Jwt(proofs) = &request.proofs else { return Err(CredentialErrorCode::InvalidProof.into()) };
    let jwt = proofs.first().ok_or(CredentialErrorCode::InvalidProof)?;
    proof::verify(jwt, &institution.identifier, now.seconds()).map_err(|error| {
        tracing::debug!(cause = %error, "a key proof was refused");
        CredentialErrorCode::InvalidProof.into()
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// What stands for one configuration of one offer in a token answer with `authorization_details`; it needs no row.
pub(crate) fn credential_identifier(issuer: &Issuer, offer: &OfferId, configuration: &str) -> String {
    let mac = issuer.store.mac("credential_identifier", format!("{offer}/{configuration}").as_bytes());
    b64url(&mac[..16])
}

/// The same for every answer about one form of an offer, so that it needs no row.
pub(crate) fn notification_id(issuer: &Issuer, offer: &OfferId, configuration: Configuration) -> String {
    let mac = issuer.store.mac("notification", format!("{offer}/{}", configuration.id()).as_bytes());
    b64url(&mac[..16])
}
