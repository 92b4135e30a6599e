//! Who may read and write at an institution: HTTP Basic, or a Bearer token from its token endpoint.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{RawPathParams, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use vc::encoding::sha256;

use super::answer::problem;
use crate::Institution;

/// Access tokens in force.
#[derive(Default)]
pub(super) struct Access {
    tokens: Mutex<HashMap<String, Granted>>,
}

struct Granted {
    slug: &'static str,
    until: i64,
}

impl Access {
    pub(super) fn grant(&self, token: String, slug: &'static str, until: i64, now: i64) {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.retain(|_, granted| granted.until > now);
        tokens.insert(token, Granted { slug, until });
    }

    fn holds(&self, token: &str, slug: &str, now: i64) -> bool {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.get(token).is_some_and(|granted| granted.slug == slug && granted.until > now)
    }
}

/// Lets a request through, with its institution at hand, or answers 401.
pub(super) async fn admit(State(state): State<Arc<super::State>>, params: RawPathParams, request: Request, next: Next) -> Response {
    let slug = params.iter().find(|(name, _)| *name == "slug").map(|(_, slug)| slug).unwrap_or_default();
    let Some(institution) = state.world.institution(slug) else {
        return problem(StatusCode::NOT_FOUND, "No such institution");
    };
    let admitted = match authorization(request.headers()) {
        Some(("basic", credentials)) => is_user(institution, credentials),
        Some(("bearer", token)) => state.access.holds(token, institution.slug, state.now()),
        _ => false,
    };
    if admitted { next.run(request).await } else { unauthorised() }
}

/// Scheme in lower case, and the rest.
pub(super) fn authorization(headers: &HeaderMap) -> Option<(&'static str, &str)> {
    let (scheme, rest) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    match scheme.to_ascii_lowercase().as_str() {
        "basic" => Some(("basic", rest.trim())),
        "bearer" => Some(("bearer", rest.trim())),
        _ => None,
    }
}

/// User and password of a Basic header.
pub(crate) fn basic(credentials: &str) -> Option<(String, String)> {
    let pair = String::from_utf8(STANDARD.decode(credentials).ok()?).ok()?;
    pair.split_once(':').map(|(user, password)| (user.to_owned(), password.to_owned()))
}

pub(super) fn is_user(institution: &Institution, credentials: &str) -> bool {
    let Some((user, password)) = basic(credentials) else { return false };
    same(&user, &institution.user) & same(&password, &institution.password)
}

/// Compares digests, so that the time taken says nothing about where two secrets part.
pub(crate) fn same(a: &str, b: &str) -> bool {
    sha256(a.as_bytes()) == sha256(b.as_bytes())
}

fn unauthorised() -> Response {
    let mut response = problem(StatusCode::UNAUTHORIZED, "Authenticate with HTTP Basic or a Bearer token");
    let challenge = header::HeaderValue::from_static("Basic realm=\"ooapi\", Bearer");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}
