//! The one place where a failure becomes an answer: an HTML page, a problem document (RFC 9457) or OAuth's JSON.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use web::error::{ErrorPage, SessionEndedPage};

use crate::AppCore;
use crate::ctx::Facts;
use crate::failure::{Failed, Kind};
use crate::page::Page;

/// How a router group writes its failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `<main data-error="code" data-reference="…">` on a page.
    Page,
    /// `application/problem+json`: our own APIs.
    Problem,
    /// `{"error","error_description"?}`: OAuth, credential and response endpoints.
    OAuth,
    /// `Imsx_StatusInfo`: the Open Badges API (1EdTech).
    Imsx,
    /// A problem document below a path with a segment `api`, `Imsx_StatusInfo` below `/ims`, a page elsewhere: for what no group took.
    ByPath,
}

/// Put on an answer that is complete although its status is an error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Complete;

/// What the layer needs.
#[derive(Clone)]
pub(crate) struct Renderer {
    pub(crate) core: AppCore,
    pub(crate) form: Form,
}

/// The layer of a router group.
pub(crate) async fn render(State(renderer): State<Renderer>, request: Request, next: Next) -> Response {
    let facts = request.extensions().get::<Arc<Facts>>().cloned();
    let by_path = match request.uri().path() {
        path if path.starts_with("/ims/") => Form::Imsx,
        path if path.split('/').any(|segment| segment == "api") => Form::Problem,
        _ => Form::Page,
    };
    let mut response = next.run(request).await;
    let failed = match response.extensions_mut().remove::<Failed>() {
        Some(failed) => failed,
        None if is_bare(&response) => Failed::of_status(response.status()),
        None => return response,
    };
    let Some(facts) = facts else { return response };
    log(&failed, &facts);
    let form = if renderer.form == Form::ByPath { by_path } else { renderer.form };
    let kept = response.headers().get(axum::http::header::ALLOW).cloned();
    let mut answer = match form {
        Form::Page | Form::ByPath => page(&renderer.core, &facts, &failed),
        Form::Problem => problem(&failed, &facts),
        Form::OAuth => oauth(&failed),
        Form::Imsx => imsx(&failed, &facts),
    };
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(allow) = kept {
        headers.insert(axum::http::header::ALLOW, allow);
    }
    if let Kind::TooMany { retry_after } = failed.0.kind {
        headers.insert(RETRY_AFTER, HeaderValue::from(retry_after));
    }
    for (name, value) in &failed.0.headers {
        headers.append(name.clone(), value.clone());
    }
    answer.extensions_mut().insert(Complete);
    answer
}

/// An error answer of axum or tower itself: no failure of ours, no body worth keeping.
fn is_bare(response: &Response) -> bool {
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let plain = response.headers().get(CONTENT_TYPE).is_none_or(|t| t.as_bytes().starts_with(b"text/plain"));
    failed && plain && response.extensions().get::<Complete>().is_none()
}

impl Failed {
    /// The failure behind an error status that axum or tower gave.
    fn of_status(status: StatusCode) -> Self {
        let (kind, code) = match status.as_u16() {
            401 => (Kind::Unauthorized, "unauthorized"),
            403 => (Kind::Forbidden, "forbidden"),
            404 => (Kind::NotFound, "not_found"),
            405 => (Kind::Method, "method_not_allowed"),
            406 => (Kind::NotAcceptable, "not_acceptable"),
            409 => (Kind::Conflict, "conflict"),
            410 => (Kind::Gone, "gone"),
            413 => (Kind::TooLarge, "too_large"),
            415 => (Kind::MediaType, "media_type"),
            421 => (Kind::Misdirected, "host"),
            422 => (Kind::Unprocessable, "unprocessable"),
            429 => (Kind::TooMany { retry_after: 1 }, "too_many"),
            431 => (Kind::Headers, "headers_too_large"),
            501 => (Kind::NotServed, "not_served"),
            502 => (Kind::Upstream, "upstream"),
            503 => (Kind::Unavailable, "unavailable"),
            400..=499 => (Kind::Invalid, "malformed"),
            _ => (Kind::Ours, "internal"),
        };
        Self::new(kind, code)
    }
}

fn log(failed: &Failed, facts: &Facts) {
    let (reference, code, cause) = (facts.reference.as_str(), failed.0.code, failed.0.cause.as_str());
    match failed.0.kind {
        Kind::Ours => tracing::error!(reference, code, cause, "failed"),
        Kind::Upstream | Kind::Unavailable => tracing::warn!(reference, code, cause, "failed"),
        _ => tracing::info!(reference, code, cause, "refused"),
    }
}

fn page(core: &AppCore, facts: &Arc<Facts>, failed: &Failed) -> Response {
    let (status, frame, reference) = (failed.0.kind.status(), core.frame(facts, None), facts.reference.clone());
    if failed.0.kind == Kind::Unauthorized {
        let view = SessionEndedPage { reference, login: core.login_path().to_owned() };
        return Page::new(view, frame).with_status(status).noindex().into_response();
    }
    let view = ErrorPage {
        code: failed.0.code.to_string(),
        status: status.as_u16(),
        reference,
        at: web::Moment(facts.now.seconds()),
        shared: failed.0.shared,
        retry: None,
        home: "/".to_owned(),
    };
    Page::new(view, frame).with_status(status).noindex().into_response()
}

fn problem(failed: &Failed, facts: &Facts) -> Response {
    let status = failed.0.kind.status();
    let mut body = Map::new();
    body.insert("type".into(), json!("about:blank"));
    body.insert("title".into(), json!(status.canonical_reason().unwrap_or("Error")));
    body.insert("status".into(), json!(status.as_u16()));
    body.insert("code".into(), json!(failed.0.code));
    body.insert("detail".into(), json!(failed.0.detail.as_deref().unwrap_or(failed.0.kind.in_words())));
    body.insert("reference".into(), json!(facts.reference));
    if !failed.0.errors.is_empty() {
        body.insert("errors".into(), json!(failed.0.errors));
    }
    written(status, "application/problem+json", &Value::Object(body))
}

fn oauth(failed: &Failed) -> Response {
    let mut body = Map::new();
    let (code, ours) = oauth_code(failed);
    body.insert("error".into(), json!(code));
    if let Some(detail) = failed.0.detail.as_deref().or_else(|| ours.then(|| failed.0.kind.in_words())) {
        body.insert("error_description".into(), json!(detail));
    }
    written(failed.0.kind.status(), "application/json", &Value::Object(body))
}

/// 1EdTech's status block: its own word for the kind, and ours with the reference in the description.
fn imsx(failed: &Failed, facts: &Facts) -> Response {
    let minor = match failed.0.kind {
        Kind::Unauthorized => "unauthorizedrequest",
        Kind::Forbidden => "forbidden",
        Kind::NotFound | Kind::Gone => "not_found",
        Kind::Method => "not_allowed",
        Kind::NotAcceptable => "not_acceptable",
        Kind::Misdirected => "misdirected_request",
        Kind::TooMany { .. } | Kind::Unavailable | Kind::Upstream => "server_busy",
        Kind::Ours => "internal_server_error",
        _ if failed.0.code == "query" => "invalid_query_parameter",
        _ => "invalid_data",
    };
    let detail = failed.0.detail.as_deref().unwrap_or(failed.0.kind.in_words());
    let body = json!({
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": format!("{}: {detail} ({})", failed.0.code, facts.reference),
        "imsx_codeMinor": {"imsx_codeMinorField": [
            {"imsx_codeMinorFieldName": "TargetEndSystem", "imsx_codeMinorFieldValue": minor}]},
    });
    written(failed.0.kind.status(), "application/json", &body)
}

/// OAuth's word for what this crate finds wrong before an operation does, and whether it is such a thing.
fn oauth_code(failed: &Failed) -> (&'static str, bool) {
    match failed.0.code {
        "media_type" | "too_large" | "body" | "json" | "malformed" | "method_not_allowed" => ("invalid_request", true),
        "unavailable" => ("temporarily_unavailable", true),
        "internal" => ("server_error", true),
        code => (code, false),
    }
}

fn written(status: StatusCode, media_type: &'static str, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, HeaderValue::from_static(media_type))], body.to_string()).into_response()
}
