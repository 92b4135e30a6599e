//! A platform at the token endpoint: `client_secret_basic`, and nothing else (RFC 6749 section 2.3.1).

use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::failure::{Failed, Kind};
use storage::{StorageError, WalletTx};
use url::form_urlencoded;

use super::Platforms;
use super::platform::Platform;
use crate::error::WalletError;

/// The answer to a client that is not known, or does not show its secret.
pub(super) fn unknown() -> Failed {
    Failed::new(Kind::Unauthorized, "invalid_client").with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"badges\""))
}

/// The database failed.
pub(super) fn stored(error: StorageError) -> Failed {
    Failed::of(&WalletError::Storage(error))
}

/// The platform that a request shows to come from.
///
/// # Errors
/// 401 `invalid_client`.
pub(super) async fn platform(tx: &mut WalletTx, headers: &HeaderMap, rules: &Platforms) -> Result<Platform, Failed> {
    let (id, secret) = basic(headers).ok_or_else(unknown)?;
    let row = tx.platform_by_secret(&id, &secret).await.map_err(stored)?.ok_or_else(unknown)?;
    Platform::of(row, rules).map_err(stored)
}

/// Identifier and secret of `Authorization: Basic`, each form-encoded before they were put together.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (all.next(), all.next()) else { return None };
    let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(vc::encoding::b64_decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((decoded(id), decoded(secret)))
}

fn decoded(part: &str) -> String {
    let name = format!("x={part}");
    form_urlencoded::parse(name.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pair_by_the_basic_scheme() {
        let mut headers = HeaderMap::new();
        assert!(basic(&headers).is_none());
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Basic YSUyMGI6Yytk"));
        assert_eq!(basic(&headers), Some(("a b".to_owned(), "c d".to_owned())));
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer YSUyMGI6Yytk"));
        assert!(basic(&headers).is_none());
    }
}
