//! Answers of an OOAPI endpoint: JSON, or a v5 problem document.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use ooapi::problem::Problem;
use serde_json::Value;

/// What a handler says.
pub(super) enum Answer {
    Json(StatusCode, Value),
    Problem(StatusCode, &'static str),
}

pub(super) type Answered = Result<Answer, Answer>;

impl Answer {
    pub(super) const fn ok(value: Value) -> Self {
        Self::Json(StatusCode::OK, value)
    }

    pub(super) const fn bad(detail: &'static str) -> Self {
        Self::Problem(StatusCode::BAD_REQUEST, detail)
    }

    pub(super) const fn missing() -> Self {
        Self::Problem(StatusCode::NOT_FOUND, "No such resource at this endpoint")
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        match self {
            Self::Json(status, value) => body(status, "application/json", &value),
            Self::Problem(status, detail) => problem(status, detail),
        }
    }
}

pub(super) fn problem(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or("Error").to_owned();
    let problem = Problem { status: status.as_u16(), title, detail: Some(detail.to_owned()) };
    body(status, "application/problem+json", &problem.v5())
}

pub(super) async fn not_found() -> Answer {
    Answer::missing()
}

fn body(status: StatusCode, content_type: &'static str, value: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, content_type), (header::CACHE_CONTROL, "no-store")], value.to_string()).into_response()
}
