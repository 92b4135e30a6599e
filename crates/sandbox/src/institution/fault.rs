//! Misbehaviour to order: `POST /sandbox/faults {"kind", "times"}` spoils the next answers that it can spoil.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::problem;

/// What can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// 200 with a login page.
    Html,
    /// JSON cut in the middle.
    Truncated,
    /// 500 with a problem document.
    Status500,
    /// 429 with `Retry-After`.
    Status429,
    /// 401, as when a password was changed.
    Status401,
    /// An answer after ten seconds.
    Slow,
    /// A list that says there is more but never gets past page 1.
    DuplicatePages,
    /// A list that always says there is more, with empty pages.
    EndlessPages,
    /// A list with its last row twice.
    DuplicateRows,
    /// Scores as numbers instead of text.
    NumberScore,
    /// An association state that no document names.
    UnknownState,
}

impl Kind {
    /// Whether it spoils any answer, or only lists, or only associations.
    fn spoils(self, page: Option<&Value>) -> bool {
        match self {
            Self::Html | Self::Truncated | Self::Status500 | Self::Status429 | Self::Status401 | Self::Slow => true,
            Self::DuplicatePages | Self::EndlessPages => page.is_some(),
            Self::DuplicateRows => page.is_some_and(|page| !rows(page).is_empty()),
            Self::UnknownState => page.is_some_and(|page| rows(page).iter().any(is_association)),
            Self::NumberScore => page.is_some_and(|page| rows(page).iter().any(|row| row.pointer("/result/score").is_some())),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    kind: Kind,
    times: u32,
}

/// What was ordered and has not happened yet, in order.
#[derive(Default)]
pub(super) struct Faults {
    queue: Mutex<VecDeque<Order>>,
}

impl Faults {
    /// Takes the next fault, when this answer is one that it spoils.
    fn take(&self, page: Option<&Value>) -> Option<Kind> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let order = queue.front_mut().filter(|order| order.kind.spoils(page))?;
        let kind = order.kind;
        order.times = order.times.saturating_sub(1);
        if order.times == 0 {
            queue.pop_front();
        }
        Some(kind)
    }

    fn is_empty(&self) -> bool {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

/// `POST /sandbox/faults`. `times` 0 forgets every fault of this kind.
pub(super) async fn order(State(state): State<Arc<super::State>>, Json(order): Json<Order>) -> Json<Value> {
    let mut queue = state.faults.queue.lock().unwrap_or_else(PoisonError::into_inner);
    if order.times == 0 {
        queue.retain(|waiting| waiting.kind != order.kind);
    } else {
        queue.push_back(order);
    }
    Json(json!({"waiting": queue.len()}))
}

/// Spoils the answer to a `GET`, when a fault that fits it is waiting.
pub(super) async fn misbehave(State(state): State<Arc<super::State>>, request: Request, next: Next) -> Response {
    if request.method() != Method::GET || state.faults.is_empty() {
        return next.run(request).await;
    }
    let (parts, body) = next.run(request).await.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let page = serde_json::from_slice::<Value>(&body).ok().filter(|value| value.get("items").is_some());
    match state.faults.take(page.as_ref()) {
        Some(Kind::Slow) => {
            tokio::time::sleep(Duration::from_secs(10)).await;
            Response::from_parts(parts, Body::from(body))
        }
        Some(kind) => spoilt(kind, &body, page),
        None => Response::from_parts(parts, Body::from(body)),
    }
}

fn spoilt(kind: Kind, body: &[u8], page: Option<Value>) -> Response {
    let mut page = page.unwrap_or_default();
    match kind {
        Kind::Html => ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], "<!doctype html><title>Inloggen</title><h1>Inloggen</h1>")
            .into_response(),
        Kind::Truncated => {
            let half = body.get(..body.len() / 2).unwrap_or_default().to_vec();
            ([(header::CONTENT_TYPE, "application/json")], half).into_response()
        }
        Kind::Status500 => problem(StatusCode::INTERNAL_SERVER_ERROR, "Something broke"),
        Kind::Status401 => problem(StatusCode::UNAUTHORIZED, "No"),
        Kind::Status429 => {
            let mut response = problem(StatusCode::TOO_MANY_REQUESTS, "Slow down");
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("5"));
            response
        }
        Kind::DuplicatePages => with(page, &[("hasNextPage", json!(true)), ("pageNumber", json!(1))]),
        Kind::EndlessPages => with(page, &[("hasNextPage", json!(true)), ("items", json!([]))]),
        Kind::DuplicateRows => {
            let mut items = rows(&page).to_vec();
            items.extend(items.last().cloned());
            with(page, &[("items", json!(items))])
        }
        Kind::NumberScore => spoil_rows(&mut page, |row| {
            if let Some(score) = row.pointer_mut("/result/score") {
                *score = json!(9);
            }
        }),
        Kind::UnknownState => spoil_rows(&mut page, |row| {
            if let Some(state) = row.get_mut("state") {
                *state = json!("afgerond");
            }
        }),
        Kind::Slow => Json(page).into_response(),
    }
}

fn rows(page: &Value) -> &[Value] {
    page.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn is_association(row: &Value) -> bool {
    row.get("associationId").is_some()
}

/// Spoils the first row only: the others have to go on.
fn spoil_rows(page: &mut Value, spoil: impl Fn(&mut Value)) -> Response {
    let fits = |row: &&mut Value| row.get("associationId").is_some();
    if let Some(row) = page.get_mut("items").and_then(Value::as_array_mut).and_then(|items| items.iter_mut().find(fits)) {
        spoil(row);
    }
    Json(page.take()).into_response()
}

fn with(mut page: Value, changes: &[(&str, Value)]) -> Response {
    if let Value::Object(members) = &mut page {
        members.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
    }
    Json(page).into_response()
}
