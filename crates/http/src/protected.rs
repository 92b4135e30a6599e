//! Forms that act on a session: sent from our own page, with the session's token, small, and of the right type.

use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, ORIGIN};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::core::AppCore;
use crate::ctx::Ctx;
use crate::failure::{Failed, Kind};
use crate::origin::Origin;
use crate::session::{self, Session};

const FORM: &str = "application/x-www-form-urlencoded";

/// A form of a signed-in person, after the checks of `interfaces.md` section 3: `Origin` (403 `origin`), session (401),
/// media type (415), size (413), hidden field `csrf` (403 `csrf`), fields (400 `form`).
///
/// `F` names the form's fields without `csrf`; give it `#[serde(deny_unknown_fields)]`.
pub struct Protected<F>(pub F);

/// A form without a session, from our own page: `Origin`, media type, size and fields are checked.
pub struct FromOwnPage<F>(pub F);

/// A form from anywhere, which acts on nothing that a cookie opens: media type, size and fields are checked.
pub struct OpenForm<F>(pub F);

/// Whether a request comes from a page of this origin. `Origin: null` is what browsers send for our own forms, because our
/// pages have `Referrer-Policy: no-referrer`; it counts as missing, and `Sec-Fetch-Site` decides.
pub fn is_from_own_page(headers: &HeaderMap, own: &Origin) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    match (origins.next().map(|v| v.as_bytes()), origins.next()) {
        (Some(origin), None) if origin != b"null" => origin == own.as_str().as_bytes(),
        (_, None) => headers.get("sec-fetch-site").is_some_and(|site| site.as_bytes() == b"same-origin"),
        _ => false,
    }
}

impl<S, F> FromRequest<S> for Protected<F>
where
    S: Send + Sync,
    AppCore: FromRef<S>,
    F: DeserializeOwned,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let core = AppCore::from_ref(state);
        let (mut parts, body) = request.into_parts();
        let Ok(ctx) = <Ctx as FromRequestParts<S>>::from_request_parts(&mut parts, state).await;
        if !is_from_own_page(&parts.headers, ctx.origin()) {
            return Err(Failed::new(Kind::Forbidden, "origin").into_response());
        }
        let Some(session) = session::of_request(&mut parts, &core, &ctx).await? else {
            return Err(Session::missing(&ctx, &parts));
        };
        let pairs = read(Request::from_parts(parts, body), state).await?;
        let mut tokens = pairs.iter().filter(|(name, _)| name == "csrf").map(|(_, value)| value.as_str());
        let accepted = matches!((tokens.next(), tokens.next()), (Some(token), None) if session.accepts(token));
        if !accepted {
            return Err(Failed::new(Kind::Forbidden, "csrf").into_response());
        }
        fields(pairs.into_iter().filter(|(name, _)| name != "csrf").collect()).await.map(Self)
    }
}

impl<S, F> FromRequest<S> for FromOwnPage<F>
where
    S: Send + Sync,
    AppCore: FromRef<S>,
    F: DeserializeOwned,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        if !is_from_own_page(request.headers(), &AppCore::from_ref(state).urls().own) {
            return Err(Failed::new(Kind::Forbidden, "origin").into_response());
        }
        fields(read(request, state).await?).await.map(Self)
    }
}

impl<S, F> FromRequest<S> for OpenForm<F>
where
    S: Send + Sync,
    F: DeserializeOwned,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        fields(read(request, state).await?).await.map(Self)
    }
}

/// The pairs of a form body, in order.
async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Vec<(String, String)>, Response> {
    if media_type(request.headers()) != FORM || request.headers().contains_key(CONTENT_ENCODING) {
        return Err(Failed::new(Kind::MediaType, "media_type").into_response());
    }
    let body = whole(request, state).await?;
    let pairs = url::form_urlencoded::parse(&body).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    Ok(pairs)
}

/// The body, at most as long as the route's limit (64 KiB unless the route has its own).
pub(crate) async fn whole<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Response> {
    Bytes::from_request(request, state).await.map_err(|refused| {
        if refused.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
            Failed::new(Kind::TooLarge, "too_large").into_response()
        } else {
            Failed::new(Kind::Invalid, "body").into_response()
        }
    })
}

/// The media type of a body, without parameters, in small letters.
pub(crate) fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    value.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
}

/// The fields of a form: repeated names become lists, unknown ones are an error where `F` says so.
async fn fields<F: DeserializeOwned>(pairs: Vec<(String, String)>) -> Result<F, Response> {
    let malformed = || Failed::new(Kind::Invalid, "form").into_response();
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let request = Request::builder().method(Method::POST).header(CONTENT_TYPE, FORM).body(body.into()).map_err(|_| malformed())?;
    let form = axum_extra::extract::Form::<F>::from_request(request, &()).await;
    form.map(|form| form.0).map_err(|error| {
        tracing::debug!(cause = crate::failure::chain(&error), "a form could not be read");
        malformed()
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn sent(pairs: &[(&'static str, &'static str)]) -> bool {
        let own = Origin::parse("http://localhost:8080").unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        is_from_own_page(&headers, &own)
    }

    #[test]
    fn only_our_own_pages_may_post() {
        assert!(sent(&[("origin", "http://localhost:8080")]));
        assert!(sent(&[("sec-fetch-site", "same-origin")]));
        assert!(sent(&[("origin", "null"), ("sec-fetch-site", "same-origin")]));
        assert!(!sent(&[]));
        assert!(!sent(&[("origin", "null")]));
        assert!(!sent(&[("origin", "http://localhost:8081"), ("sec-fetch-site", "same-site")]));
        assert!(!sent(&[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")]));
        assert!(!sent(&[("origin", "null"), ("sec-fetch-site", "cross-site")]));
        assert!(!sent(&[("origin", "http://localhost:8080"), ("origin", "https://evil.example")]));
    }
}
