//! The machine API: awards, offers, credentials and their status, connections. Errors are problem documents.

pub(crate) mod credentials;
pub(crate) mod idempotency;
pub(crate) mod status;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use http::{Failed, Kind};
use serde_json::Value;
use storage::StorageError;

/// An answer of the machine API, before it is written.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}

/// Our database failed, or somebody else was faster and the caller may try again.
pub(crate) fn storage_failed(error: &StorageError) -> Failed {
    tracing::error!(cause = http::failure::chain(error), "the issuer's database");
    match error {
        StorageError::Conflict => Failed::new(Kind::Conflict, "conflict"),
        _ => Failed::new(Kind::Unavailable, "unavailable"),
    }
}
