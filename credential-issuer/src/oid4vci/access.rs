//! Access tokens at the credential, notification and connection endpoints (RFC 6750).

use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderMap, HeaderValue};
use http::{Bearer, Failed, Kind};
use model::Timestamp;
use model::offer::OfferId;
use storage::IssuerStore;
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

/// What the token of a request is for.
pub(crate) async fn scope(
    store: &IssuerStore,
    institution: &str,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<(TokenScope, Bearer), Failed> {
    let bearer = Bearer::read(headers).ok_or_else(|| if headers.contains_key("authorization") { invalid() } else { missing() })?;
    let mut tx = store.read().await.map_err(|error| storage_failed(&error))?;
    let scope = tx.token(institution, bearer.token(), now).await.map_err(|error| storage_failed(&error))?;
    scope.map(|scope| (scope, bearer)).ok_or_else(invalid)
}

/// The offer that the token of a request is for.
pub(crate) async fn offer(store: &IssuerStore, institution: &str, headers: &HeaderMap, now: Timestamp) -> Result<OfferId, Failed> {
    match scope(store, institution, headers, now).await? {
        (TokenScope::Offer(offer), _) => Ok(offer),
        (TokenScope::Delivery { .. }, _) => Err(invalid()),
    }
}
