//! What OAuth endpoints read: a form without repeated parameters, and a Bearer token.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequestParts, Request};
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

use crate::failure::{Failed, Kind};
use crate::protected::{media_type, whole};

/// The parameters of a form-encoded OAuth request. Another media type, or a parameter that is sent twice (RFC 6749
/// section 3.1), is `invalid_request`; parameters without a value count as omitted.
#[derive(Clone)]
pub struct OAuthForm(BTreeMap<String, String>);

impl OAuthForm {
    /// A parameter's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All parameters.
    pub fn parameters(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// Reads parameters as they stand in a body or a query; `None` when one is there twice.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let mut found = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(text) {
            if value.is_empty() {
                continue;
            }
            if found.insert(name.into_owned(), value.into_owned()).is_some() {
                return None;
            }
        }
        Some(Self(found))
    }
}

impl<S: Send + Sync> FromRequest<S> for OAuthForm {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let invalid = || Failed::new(Kind::Invalid, "invalid_request").into_response();
        if media_type(request.headers()) != "application/x-www-form-urlencoded" {
            return Err(invalid());
        }
        Self::parse(&whole(request, state).await?).ok_or_else(invalid)
    }
}

/// The token of `Authorization: Bearer`. As an argument: 401 `unauthorized` without one; take `Option<Bearer>` where its
/// absence has an answer of its own. Look it up by hash ([`storage::hash_token`]).
#[derive(Clone)]
pub struct Bearer(String);

impl Bearer {
    /// The token.
    pub fn token(&self) -> &str {
        &self.0
    }

    /// The hash under which it is kept.
    pub fn hash(&self) -> Vec<u8> {
        storage::hash_token(&self.0)
    }

    /// The answer to a key that is missing, unknown or another tenant's.
    pub fn unknown() -> Failed {
        Failed::new(Kind::Unauthorized, "unauthorized").with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// The token in a request; none when the header is missing, sent twice or of another scheme.
    pub fn read(headers: &HeaderMap) -> Option<Self> {
        Self::of_scheme(headers, "bearer")
    }

    /// The token of another scheme, as `DPoP`; compared without regard to case (RFC 9110 section 11.1).
    pub fn of_scheme(headers: &HeaderMap, scheme: &str) -> Option<Self> {
        let mut all = headers.get_all(AUTHORIZATION).iter();
        let (Some(value), None) = (all.next(), all.next()) else { return None };
        let (named, token) = value.to_str().ok()?.split_once(' ')?;
        let token = token.trim();
        (named.eq_ignore_ascii_case(scheme) && !token.is_empty() && token.len() <= 4096).then(|| Self(token.to_owned()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Bearer {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failed> {
        Self::read(&parts.headers).ok_or_else(Self::unknown)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Bearer {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Failed> {
        Ok(Self::read(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_sent_twice_is_refused() {
        assert!(OAuthForm::parse(b"scope=a&scope=b").is_none());
        let form = OAuthForm::parse(b"grant_type=x&tx_code=&a=%20b").unwrap();
        assert_eq!((form.get("grant_type"), form.get("tx_code"), form.get("a")), (Some("x"), None, Some(" b")));
    }

    #[test]
    fn one_bearer_token_or_none() {
        let mut headers = HeaderMap::new();
        assert!(Bearer::read(&headers).is_none());
        headers.insert(AUTHORIZATION, HeaderValue::from_static("bearer abc"));
        assert_eq!(Bearer::read(&headers).map(|b| b.0).as_deref(), Some("abc"));
        headers.append(AUTHORIZATION, HeaderValue::from_static("Bearer def"));
        assert!(Bearer::read(&headers).is_none());
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Basic abc"));
        assert!(Bearer::read(&headers).is_none());
    }
}
