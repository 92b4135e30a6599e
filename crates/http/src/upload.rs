//! Forms with a file in them: `multipart/form-data`, kept up to a limit. What is longer is read to the end of what the route admits
//! and thrown away, so that a browser that still sends gets its answer. What a file is called and what it says that it is are dropped
//! here (row U7): its bytes say what it is.

use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};

use crate::core::AppCore;
use crate::ctx::Ctx;
use crate::failure::{Failed, Kind};
use crate::protected::{is_from_own_page, media_type};
use crate::session::{self, Session};
use crate::site::UPLOAD_LIMIT;

/// What is read of a signed-in person's upload before the connection is given up: lay it on the route with `DefaultBodyLimit::max(…)`.
pub const DRAINED_LIMIT: usize = 32 * 1024 * 1024;
/// What is kept of a form: the largest file, and room for what stands around it.
const KEPT_LIMIT: usize = UPLOAD_LIMIT + 16 * 1024;
/// The most parts that a form has.
const MOST: usize = 16;

/// A form with a file from anywhere, which acts on nothing that a cookie opens. Refusals: 415 `media_type`, 413 `too_large` when the
/// body is longer than the route admits, 400 `form`.
#[derive(Clone, Default)]
pub struct Upload {
    parts: Vec<(String, Bytes)>,
    too_large: bool,
}

/// The same of a signed-in person, after the checks of [`Protected`](crate::Protected): `Origin` (403 `origin`), session (401), and
/// the hidden field `csrf` (403 `csrf`). Nothing is read before the first two.
#[derive(Clone)]
pub struct ProtectedUpload(pub Upload);

impl Upload {
    /// The bytes of a part; of several with one name the first that is not empty. `None` when there is none.
    pub fn part(&self, name: &str) -> Option<&Bytes> {
        self.parts.iter().find(|(known, bytes)| known == name && !bytes.trim_ascii().is_empty()).map(|(_, bytes)| bytes)
    }

    /// A part as text.
    pub fn text(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.part(name)?).ok()
    }

    /// Whether a part is missing here because it is longer than [`UPLOAD_LIMIT`].
    pub fn is_too_large(&self) -> bool {
        self.too_large
    }

    async fn read(mut form: Multipart) -> Result<Self, Failed> {
        let (mut read, mut room) = (Self::default(), KEPT_LIMIT);
        let mut seen = 0;
        while let Some(mut field) = form.next_field().await.map_err(|error| unread(&error))? {
            seen += 1;
            if seen > MOST {
                return Err(Failed::new(Kind::Invalid, "form"));
            }
            let name = field.name().unwrap_or_default().to_owned();
            match bounded(&mut field, room.min(UPLOAD_LIMIT)).await.map_err(|error| unread(&error))? {
                Some(bytes) => {
                    room -= bytes.len();
                    read.parts.push((name, bytes));
                }
                None => read.too_large = true,
            }
        }
        Ok(read)
    }
}

/// The bytes of a field; of one that is longer than the limit nothing is kept, and it is read to its end.
async fn bounded(field: &mut Field<'_>, limit: usize) -> Result<Option<Bytes>, MultipartError> {
    let mut kept = Some(BytesMut::new());
    while let Some(chunk) = field.chunk().await? {
        match &mut kept {
            Some(bytes) if bytes.len() + chunk.len() <= limit => bytes.extend_from_slice(&chunk),
            _ => kept = None,
        }
    }
    Ok(kept.map(BytesMut::freeze))
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
        if media_type(request.headers()) != "multipart/form-data" {
            return Err(Failed::new(Kind::MediaType, "media_type").into_response());
        }
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
            upload.parts.iter().filter(|(name, _)| name == "csrf").map(|(_, value)| std::str::from_utf8(value).unwrap_or_default());
        match (tokens.next(), tokens.next()) {
            (Some(token), None) if session.accepts(token) => Ok(Self(upload)),
            _ => Err(Failed::new(Kind::Forbidden, "csrf").into_response()),
        }
    }
}
