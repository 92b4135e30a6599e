//! What goes wrong in an operation: its kind, its protocol code and its cause, turned into an answer in one place.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use web::error::Shared;

/// The kinds of failure, each with its HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 404: it is not there, or not for this caller.
    NotFound,
    /// 400: readable, but this message is not accepted (protocol checks).
    Refused,
    /// 400: it cannot be read as what it should be.
    Invalid,
    /// 422: understood, but not acceptable.
    Unprocessable,
    /// 409: the state of the thing does not allow it.
    Conflict,
    /// 410: it was here and is over.
    Gone,
    /// 502: somebody else's server did not answer as it should.
    Upstream,
    /// 413: longer than we read.
    TooLarge,
    /// 415: not a media type we read here.
    MediaType,
    /// 429: too often; try again after so many seconds.
    TooMany {
        /// Seconds to wait, sent as `Retry-After`.
        retry_after: u32,
    },
    /// 401: no credentials, or unknown ones. On a page this offers the login.
    Unauthorized,
    /// 403: known, but not allowed.
    Forbidden,
    /// 405: the address exists, not for this method.
    Method,
    /// 406: the caller takes no form in which we have it.
    NotAcceptable,
    /// 421: a host that is not ours.
    Misdirected,
    /// 431: headers longer than we read.
    Headers,
    /// 501: the protocol has it, we do not serve it.
    NotServed,
    /// 503: not now.
    Unavailable,
    /// 500: our own fault.
    Ours,
}

impl Kind {
    /// The HTTP status of this kind.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Refused | Self::Invalid => StatusCode::BAD_REQUEST,
            Self::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Gone => StatusCode::GONE,
            Self::Upstream => StatusCode::BAD_GATEWAY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::Headers => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::NotServed => StatusCode::NOT_IMPLEMENTED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Ours => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A sentence for the caller's developer, where the operation has no better one.
    pub(crate) const fn in_words(self) -> &'static str {
        match self {
            Self::NotFound => "There is nothing here, or not for this key.",
            Self::Refused => "The message was read and is not accepted.",
            Self::Invalid => "The message cannot be read as what it should be; see errors.",
            Self::Unprocessable => "The message was understood and is not acceptable; see code and errors.",
            Self::Conflict => "The state of the thing does not allow this.",
            Self::Gone => "It was here and is over.",
            Self::Upstream => "Another server did not answer as it should.",
            Self::TooLarge => "The body is longer than is read here.",
            Self::MediaType => "This media type or content coding is not read here.",
            Self::TooMany { .. } => "Too many requests; wait as long as Retry-After says.",
            Self::Unauthorized => "The key or token is missing, unknown or not for this.",
            Self::Forbidden => "This is not allowed.",
            Self::Method => "This address does not answer this method; Allow names those that it does.",
            Self::NotAcceptable => "It is not kept in any of the forms that Accept names.",
            Self::Misdirected => "This server does not serve that host.",
            Self::Headers => "The headers are longer than is read here.",
            Self::NotServed => "This part of the protocol is not served.",
            Self::Unavailable => "Not now; try again later.",
            Self::Ours => "Something went wrong on our side; the reference finds it in the log.",
        }
    }
}

/// One thing that is wrong in a JSON body.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Wrong {
    /// JSON Pointer (RFC 6901) into the body.
    pub pointer: String,
    /// What is wrong there: `missing`, `unknown`, `type`, `value`, …
    pub code: Cow<'static, str>,
}

impl Wrong {
    /// What is wrong at a pointer.
    pub fn at(pointer: impl Into<String>, code: impl Into<Cow<'static, str>>) -> Self {
        Self { pointer: pointer.into(), code: code.into() }
    }
}

/// Implemented by the error enum of each operation; [`failure!`](crate::failure!) then makes it an axum answer.
///
/// `Display` and the sources go to the log under the request's reference, so they hold no personal data.
pub trait Failure: Error + Send + Sync + 'static {
    /// What sort of failure this is; decides the status.
    fn kind(&self) -> Kind;

    /// The catalogue's code: `data-error` of a page, `code` of a problem document, `error` of an OAuth answer.
    fn code(&self) -> &'static str;

    /// A sentence for the caller's developer (ASCII for OAuth answers); never an echo of input.
    fn detail(&self) -> Option<Cow<'static, str>> {
        None
    }

    /// What is wrong where in a JSON body.
    fn errors(&self) -> Vec<Wrong> {
        Vec::new()
    }

    /// For pages: whether anything left the wallet.
    fn shared(&self) -> Shared {
        Shared::NotAtStake
    }

    /// Further headers, as `WWW-Authenticate` or `Allow`.
    fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        Vec::new()
    }
}

/// A failure on its way out: it travels as an extension of the response and is written as a page or as JSON by the layer
/// of its router group ([`crate::render`]). An operation's enum may wrap one (`Limited(#[from] Failed)`).
#[derive(Clone, Debug)]
pub struct Failed(pub(crate) Box<Told>);

/// What a failure tells.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) kind: Kind,
    pub(crate) code: &'static str,
    pub(crate) detail: Option<Cow<'static, str>>,
    pub(crate) errors: Vec<Wrong>,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) shared: Shared,
    pub(crate) cause: String,
}

impl Failed {
    /// What an operation's error says.
    pub fn of(failure: &dyn Failure) -> Self {
        Self(Box::new(Told {
            kind: failure.kind(),
            code: failure.code(),
            detail: failure.detail(),
            errors: failure.errors(),
            headers: failure.headers(),
            shared: failure.shared(),
            cause: chain(failure),
        }))
    }

    /// A failure that needs no enum of its own.
    pub fn new(kind: Kind, code: &'static str) -> Self {
        let (errors, headers) = (Vec::new(), Vec::new());
        Self(Box::new(Told { kind, code, detail: None, errors, headers, shared: Shared::NotAtStake, cause: code.to_owned() }))
    }

    /// The same with what is wrong in the body.
    pub fn with_errors(mut self, errors: Vec<Wrong>) -> Self {
        self.0.errors = errors;
        self
    }

    /// The same with a sentence for the caller's developer.
    pub fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// The same with a header.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    /// The same with its cause, for the log.
    pub fn because(mut self, cause: &dyn Error) -> Self {
        self.0.cause = chain(cause);
        self
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.cause)
    }
}

impl Error for Failed {}

impl Failure for Failed {
    fn kind(&self) -> Kind {
        self.0.kind
    }

    fn code(&self) -> &'static str {
        self.0.code
    }

    fn detail(&self) -> Option<Cow<'static, str>> {
        self.0.detail.clone()
    }

    fn errors(&self) -> Vec<Wrong> {
        self.0.errors.clone()
    }

    fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        self.0.headers.clone()
    }

    fn shared(&self) -> Shared {
        self.0.shared
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let mut response = self.0.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// An error and everything that caused it, in one line.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let next = cause.to_string();
        if !text.ends_with(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        source = cause.source();
    }
    text
}

/// Makes error enums that implement [`Failure`] usable as the `Err` of a handler.
///
/// ```ignore
/// http::failure!(AnswerError, DeleteError);
/// ```
#[macro_export]
macro_rules! failure {
    ($($error:ty),+ $(,)?) => {$(
        impl $crate::axum::response::IntoResponse for $error {
            fn into_response(self) -> $crate::axum::response::Response {
                $crate::axum::response::IntoResponse::into_response($crate::failure::Failed::of(&self))
            }
        }
    )+};
}
