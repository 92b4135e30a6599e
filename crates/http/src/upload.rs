//! Forms with a file in them, read whole: `multipart/form-data` within the route's limit. What a file is called and what it says that
//! it is are dropped here (row U7): its bytes say what it is.

use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use crate::core::AppCore;
use crate::ctx::Ctx;
use crate::failure::{Failed, Kind};
use crate::protected::is_from_own_page;
use crate::session::{self, Session};

/// The most parts that a form has.
const MOST: usize = 16;

/// A form with a file from anywhere, which acts on nothing that a cookie opens. Refusals: 413 `too_large`, 400 `form`.
#[derive(Clone, Default)]
pub struct Upload(Vec<(String, Bytes)>);

/// The same of a signed-in person, after the checks of [`Protected`](crate::Protected): `Origin` (403 `origin`), session (401), and
/// the hidden field `csrf` (403 `csrf`). Nothing is read before the first two.
#[derive(Clone)]
pub struct ProtectedUpload(pub Upload);

impl Upload {
    /// The bytes of a part; of several with one name the first that is not empty. `None` when there is none.
    pub fn part(&self, name: &str) -> Option<&Bytes> {
        self.0.iter().find(|(known, bytes)| known == name && !bytes.trim_ascii().is_empty()).map(|(_, bytes)| bytes)
    }

    /// A part as text.
    pub fn text(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.part(name)?).ok()
    }

    async fn read(mut form: Multipart) -> Result<Self, Failed> {
        let mut parts = Vec::new();
        while let Some(field) = form.next_field().await.map_err(|error| unread(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(|error| unread(&error))?;
            if parts.len() == MOST {
                return Err(Failed::new(Kind::Invalid, "form"));
            }
            parts.push((name, bytes));
        }
        Ok(Self(parts))
    }
}

/// Too large, or no form of this kind.
fn unread(error: &MultipartError) -> Failed {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Failed::new(Kind::TooLarge, "too_large"),
        _ => Failed::new(Kind::Invalid, "form"),
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let form = Multipart::from_request(request, state).await.map_err(|_| Failed::new(Kind::Invalid, "form").into_response())?;
        Self::read(form).await.map_err(IntoResponse::into_response)
    }
}

impl<S> FromRequest<S> for ProtectedUpload
where
    S: Send + Sync,
    AppCore: FromRef<S>,
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
        let upload = Upload::from_request(Request::from_parts(parts, body), state).await?;
        let mut tokens =
            upload.0.iter().filter(|(name, _)| name == "csrf").map(|(_, value)| std::str::from_utf8(value).unwrap_or_default());
        match (tokens.next(), tokens.next()) {
            (Some(token), None) if session.accepts(token) => Ok(Self(upload)),
            _ => Err(Failed::new(Kind::Forbidden, "csrf").into_response()),
        }
    }
}
