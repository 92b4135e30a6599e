//! Access tokens at the credential, notification and connection endpoints (RFC 6750).

use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderMap, HeaderValue};
use http::{Bearer, Failed, Kind};
use model::Timestamp;
use storage::IssuerStore;
use storage::issuer::offer::OfferRow;
use storage::issuer::token::TokenScope;

use super::storage_failed;

/// 401 without an error code: nobody showed a token (RFC 6750 section 3.1, row C1).
pub(crate) fn missing() -> Failed {
    Failed::new(Kind::Unauthorized, "unauthorized").with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

/// 401 `invalid_token`: unknown, expired, revoked, another institution's, or for something else.
pub(crate) fn invalid() -> Failed {
    let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
    Failed::new(Kind::Unauthorized, "invalid_token").with_header(WWW_AUTHENTICATE, challenge)
}

fn bearer(headers: &HeaderMap) -> Result<Bearer, Failed> {
    Bearer::read(headers).ok_or_else(|| if headers.contains_key("authorization") { invalid() } else { missing() })
}

/// What the token of a request is for.
pub(crate) async fn scope(store: &IssuerStore, institution: &str, headers: &HeaderMap, now: Timestamp) -> Result<TokenScope, Failed> {
    let bearer = bearer(headers)?;
    let mut tx = store.read().await.map_err(|error| storage_failed(&error))?;
    let scope = tx.token(institution, bearer.token(), now).await.map_err(|error| storage_failed(&error))?;
    scope.ok_or_else(invalid)
}

/// The offer that the token of a request is for.
pub(crate) async fn offer(store: &IssuerStore, institution: &str, headers: &HeaderMap, now: Timestamp) -> Result<OfferRow, Failed> {
    let bearer = bearer(headers)?;
    let mut tx = store.read().await.map_err(|error| storage_failed(&error))?;
    match tx.token(institution, bearer.token(), now).await.map_err(|error| storage_failed(&error))? {
        Some(TokenScope::Offer(id)) => tx.offer(institution, &id).await.map_err(|error| storage_failed(&error))?.ok_or_else(invalid),
        Some(TokenScope::Delivery { .. }) | None => Err(invalid()),
    }
}
