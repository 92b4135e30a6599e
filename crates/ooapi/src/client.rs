//! The paged client: whoever fetches implements [`Fetch`]; this knows what to ask and what a sound answer is.

mod credentials;
mod fetch;
mod pages;
mod sweep;

pub use credentials::{Credentials, TokenRequest, token_answer};
pub use fetch::{Fetch, FetchError, Fetched};
pub use sweep::{Patched, Run, Sweep};

use std::fmt;

use serde_json::Value;

/// One endpoint of an institution, such as `https://ooapi.hogeschool-voorbeeld.example/v5`, and how to authenticate there.
pub struct Client<'a, F> {
    fetch: &'a F,
    base: String,
    credentials: Credentials,
}

/// Why a run stopped. Nothing may be concluded from what a failed run did **not** bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// 200 with something that is not JSON, such as a login page (security.md A7).
    ContentType,
    /// The JSON ends too early or is none (A8).
    Truncated,
    /// JSON, but no page or object of OOAPI.
    Shape,
    /// An answer other than 200.
    Status(u16),
    /// More than 10,000 pages (A6).
    TooManyPages,
    /// A page came twice or the page number stood still (A6).
    RepeatedPage,
    /// No answer.
    Fetch(FetchError),
}

impl Failure {
    /// Stable code for the desk, audit rows and metrics.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ContentType => "content_type",
            Self::Truncated => "truncated",
            Self::Shape => "shape",
            Self::Status(401 | 403) => "not_admitted",
            Self::Status(404) => "not_found",
            Self::Status(429) => "too_many_requests",
            Self::Status(_) => "status",
            Self::TooManyPages => "too_many_pages",
            Self::RepeatedPage => "repeated_page",
            Self::Fetch(error) => error.code(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "{} {status}", self.code()),
            _ => f.write_str(self.code()),
        }
    }
}

impl std::error::Error for Failure {}

impl From<FetchError> for Failure {
    fn from(error: FetchError) -> Self {
        Self::Fetch(error)
    }
}

impl<'a, F: Fetch> Client<'a, F> {
    /// `base` without trailing slash, as the institution published it.
    pub fn new(fetch: &'a F, base: &str, credentials: Credentials) -> Self {
        Self { fetch, base: base.trim_end_matches('/').to_owned(), credentials }
    }

    /// One JSON object, such as `/associations/{id}?expand=person,offering`.
    ///
    /// # Errors
    /// [`Failure`] when there is no sound answer.
    pub async fn object(&self, path: &str) -> Result<Value, Failure> {
        let url = format!("{}{path}", self.base);
        let mut headers = vec![("accept".to_owned(), "application/json".to_owned())];
        headers.extend(self.credentials.header());
        let fetched = self.fetch.get(&url, &headers).await?;
        json(&fetched)
    }

    /// The same, where a missing object is an answer too.
    ///
    /// # Errors
    /// [`Failure`] for everything but 404.
    pub async fn object_if_there(&self, path: &str) -> Result<Option<Value>, Failure> {
        match self.object(path).await {
            Ok(value) => Ok(Some(value)),
            Err(Failure::Status(404)) => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

fn json(fetched: &Fetched) -> Result<Value, Failure> {
    if fetched.status != 200 {
        return Err(Failure::Status(fetched.status));
    }
    let essence = fetched.content_type.as_deref().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence != "application/json" && !essence.ends_with("+json") {
        return Err(Failure::ContentType);
    }
    let value: Value = serde_json::from_slice(&fetched.body).map_err(|_| Failure::Truncated)?;
    if value.is_object() { Ok(value) } else { Err(Failure::Shape) }
}

/// Percent-encodes one path segment or query value.
pub(crate) fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests;
