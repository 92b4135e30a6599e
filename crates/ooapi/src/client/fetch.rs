//! What the client needs from whoever opens connections.

use std::fmt;
use std::future::Future;

/// An answer, whatever its status.
pub struct Fetched {
    /// HTTP status.
    pub status: u16,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// The whole body, within the fetcher's limit.
    pub body: Vec<u8>,
}

/// Why there was no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// The fetcher's rules forbid this address.
    Refused,
    /// No connection, or it broke.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// More than the fetcher's limit.
    TooLarge,
}

impl FetchError {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed_out",
            Self::TooLarge => "too_large",
        }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for FetchError {}

/// Opens connections for the client: the issuer's is its guarded egress, tests bring their own.
pub trait Fetch: Send + Sync {
    /// `GET`, following no redirect: an institution that moved tells its new address to the operator.
    ///
    /// # Errors
    /// [`FetchError`] when there is no answer; an answer of any status is `Ok`.
    fn get(&self, url: &str, headers: &[(String, String)]) -> impl Future<Output = Result<Fetched, FetchError>> + Send;
}
