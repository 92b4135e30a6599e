//! How a credential request came and how its answer goes: as JSON, or encrypted (OpenID4VCI section 10). Errors are never encrypted.

use axum::Json;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use openid4vc::encryption::{self, Demands, ResponseEncryption};
use openid4vc::{CredentialErrorCode, CredentialResponse};
use vc::jwe;
use vc::key::AgreementKey;

use super::issue::IssueError;
use crate::Issuer;
use crate::institution::Institution;

/// A request, readable.
pub(crate) struct Came {
    pub(crate) body: Vec<u8>,
    encrypted: bool,
}

impl Came {
    /// Checks that what the institution demands is there, and that an encrypted answer is asked for by an encrypted request only.
    pub(crate) fn check(&self, institution: &Institution, asked: Option<&ResponseEncryption>) -> Result<(), CredentialErrorCode> {
        let required = institution.config.issuing.encryption_required;
        Demands { request: required, response: required }.check(self.encrypted, asked)
    }
}

/// Reads a request, decrypting it where it came encrypted.
pub(crate) async fn read(issuer: &Issuer, institution: &Institution, headers: &HeaderMap, body: &[u8]) -> Result<Came, IssueError> {
    match media_type(headers).as_str() {
        "application/json" => Ok(Came { body: body.to_vec(), encrypted: false }),
        encryption::MEDIA_TYPE => Ok(Came { body: decrypt(issuer, institution, body).await?, encrypted: true }),
        _ => Err(CredentialErrorCode::InvalidCredentialRequest.into()),
    }
}

fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// With the key that its `kid` names, as long as the institution keeps it.
async fn decrypt(issuer: &Issuer, institution: &Institution, body: &[u8]) -> Result<Vec<u8>, IssueError> {
    let invalid = CredentialErrorCode::InvalidEncryptionParameters;
    let compact = std::str::from_utf8(body).map_err(|_| invalid)?.trim();
    let header = jwe::header(compact).map_err(|_| invalid)?;
    let kid = header.get("kid").and_then(serde_json::Value::as_str).ok_or(invalid)?;
    let private = issuer.store.read().await?.decryption_key(institution.slug(), kid).await?.ok_or(invalid)?;
    let key = AgreementKey::from_pkcs8(&private).map_err(|_| IssueError::Encrypt)?;
    Ok(encryption::decrypt_request(compact, &[(kid, &key)])?)
}

/// An answer, encrypted where that was asked for.
pub(crate) fn answer(
    status: StatusCode,
    response: &CredentialResponse,
    asked: Option<&ResponseEncryption>,
) -> Result<Response, IssueError> {
    let headers = [(CACHE_CONTROL, "no-store")];
    Ok(match asked {
        None => (status, headers, Json(response)).into_response(),
        Some(asked) => {
            let compact = asked.encrypt(response).map_err(|_| IssueError::Encrypt)?;
            (status, headers, [(CONTENT_TYPE, encryption::MEDIA_TYPE)], compact).into_response()
        }
    })
}
