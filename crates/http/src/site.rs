//! A role's router: its groups of routes, and around them what every request passes.
//!
//! From outside to inside: facts of the request and its trace, headers, errors as answers, panics as errors, host and path
//! checks, the group's own way of writing errors, body limits, the route.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, MatchedPath, Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use model::{Clock, SystemClock};
use tower_http::catch_panic::CatchPanicLayer;

use crate::core::AppCore;
use crate::failure::{Failed, Kind};
use crate::render::{Form, Renderer, render};

/// What is read of a body unless a route says otherwise with `DefaultBodyLimit::max(…)`.
pub const BODY_LIMIT: usize = 64 * 1024;
/// Credential answers, `response_uri`, `/verify` and deliveries.
pub const MESSAGE_LIMIT: usize = 1024 * 1024;
/// Uploads.
pub const UPLOAD_LIMIT: usize = 5 * 1024 * 1024;

/// A role's router under construction. Groups differ in how they write errors.
pub struct Site {
    core: AppCore,
    routes: Router,
}

impl Site {
    /// A site that serves the built-in assets and nothing else yet.
    pub fn new(core: AppCore) -> Self {
        let routes = Router::new().route("/assets/{name}", get(asset));
        Self { core, routes }
    }

    /// Pages: errors are pages.
    pub fn pages(self, routes: Router) -> Self {
        self.group(routes, Form::Page)
    }

    /// Our own APIs: errors are problem documents.
    pub fn api(self, routes: Router) -> Self {
        self.group(routes, Form::Problem)
    }

    /// OAuth, credential and response endpoints: errors are OAuth's JSON.
    pub fn oauth(self, routes: Router) -> Self {
        self.group(routes, Form::OAuth)
    }

    /// The Open Badges API: errors are `Imsx_StatusInfo`.
    pub fn imsx(self, routes: Router) -> Self {
        self.group(routes, Form::Imsx)
    }

    /// Help, privacy, accessibility and licence, as the foot of every page names them.
    pub fn legal(self, role: web::legal::Role) -> Self {
        let routes = crate::legal::routes(self.core.clone(), role);
        self.pages(routes)
    }

    fn group(mut self, routes: Router, form: Form) -> Self {
        let renderer = Renderer { core: self.core.clone(), form };
        self.routes = self.routes.merge(routes.layer(from_fn(uncoded)).layer(from_fn_with_state(renderer, render)));
        self
    }

    /// The finished router.
    pub fn finish(self) -> Router {
        let renderer = Renderer { core: self.core.clone(), form: Form::ByPath };
        self.routes
            .fallback(nothing_here)
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .layer(from_fn_with_state(self.core.clone(), admit))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(from_fn_with_state(renderer, render))
            .layer(from_fn(headers))
            .layer(from_fn_with_state(self.core, begin))
    }
}

async fn nothing_here() -> Failed {
    Failed::new(Kind::NotFound, "not_found")
}

/// `GET /assets/{name}`: built in, named by hash, kept by browsers for good.
async fn asset(Path(name): Path<String>) -> Result<Response, Failed> {
    let found = web::assets::find(&format!("/assets/{name}")).ok_or(Failed::new(Kind::NotFound, "not_found"))?;
    let headers = [(CONTENT_TYPE, found.content_type), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, found.body).into_response())
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the payload over")]
fn panicked(payload: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let what = payload.downcast_ref::<&str>().map(|text| (*text).to_owned()).or_else(|| payload.downcast_ref::<String>().cloned());
    // Panic messages of ours are constants; a formatted one may hold input and stays out of the log.
    tracing::error!(constant = payload.is::<&str>().then_some(what).flatten(), "a handler panicked");
    Failed::new(Kind::Ours, "internal").into_response()
}

/// Fixes the request's facts and traces it: by route, never by path or query, which may hold tokens.
async fn begin(State(core): State<AppCore>, mut request: Request, next: Next) -> Response {
    let facts = Arc::new(core.facts(request.uri(), address(&core, &request)));
    request.extensions_mut().insert(facts.clone());
    let route = request.extensions().get::<MatchedPath>().map_or("-".to_owned(), |path| path.as_str().to_owned());
    let method = request.method().clone();
    let started = SystemClock.now().millis();
    let response = next.run(request).await;
    // The machine's clock: the role's own may be moved meanwhile, as the demo does.
    let (status, took) = (response.status().as_u16(), (SystemClock.now().millis() - started).max(0));
    let role = core.role().name();
    tracing::debug!(role, %method, route, status, ms = took, reference = facts.reference, "served");
    let labels = [("role", role.to_owned()), ("route", route), ("status", status.to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_seconds", &labels).record(took as f64 / 1000.0);
    response
}

/// The caller's address; what a listed proxy says counts, what anybody else says does not (row H4).
fn address(core: &AppCore, request: &Request) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    if !core.trusted_proxies().contains(&peer) {
        return peer;
    }
    let forwarded = request.headers().get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(','));
    let hops: Vec<IpAddr> = forwarded.filter_map(|hop| hop.trim().parse().ok()).collect();
    hops.into_iter().rev().find(|hop| !core.trusted_proxies().contains(hop)).unwrap_or(peer)
}

/// Headers that every answer has.
async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
    ] {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Host (row H3), path (row H6) and method (row H5) checks before any route is looked for by a handler.
async fn admit(State(core): State<AppCore>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if !is_our_host(headers, request.uri().authority().map(|a| a.as_str()), core.urls().own.authority()) {
        return Failed::new(Kind::Misdirected, "host").into_response();
    }
    if !is_plain_path(request.uri().path()) {
        return Failed::new(Kind::Invalid, "path").into_response();
    }
    if !METHODS.contains(request.method()) {
        return Failed::new(Kind::Method, "method_not_allowed").into_response();
    }
    next.run(request).await
}

/// Bodies are read as they are: nothing that has to be unpacked first.
async fn uncoded(request: Request, next: Next) -> Response {
    if request.headers().contains_key(CONTENT_ENCODING) {
        return Failed::new(Kind::MediaType, "media_type").into_response();
    }
    next.run(request).await
}

/// What some route may answer; anything else is 405 on every address.
const METHODS: [Method; 7] = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];

/// `target`: the authority of a request line in absolute form, which must be ours too (RFC 9112 section 3.2.2).
fn is_our_host(headers: &HeaderMap, target: Option<&str>, own: &str) -> bool {
    let plain = |host: &str| host.strip_suffix(":443").or_else(|| host.strip_suffix(":80")).unwrap_or(host).to_ascii_lowercase();
    let is_own = |host: &str| host.eq_ignore_ascii_case(own) || (!own.contains(':') && plain(host) == own);
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next(), target) {
        (Some(host), None, target) => host.to_str().is_ok_and(is_own) && target.is_none_or(is_own),
        (None, None, Some(target)) => is_own(target),
        _ => false,
    }
}

/// No NUL or other control, no encoded dot segments, nothing that is not UTF-8.
fn is_plain_path(path: &str) -> bool {
    let mut decoded = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let digits = (bytes.next().and_then(hex), bytes.next().and_then(hex));
        let (Some(high), Some(low)) = digits else { return false };
        decoded.push(high * 16 + low);
    }
    let Ok(text) = std::str::from_utf8(&decoded) else { return false };
    text.starts_with('/')
        && !text.chars().any(|c| c.is_control() || c == '\\')
        && !text.split('/').any(|segment| segment == ".." || segment == ".")
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_paths_are_refused() {
        for path in [
            "/a%00b",
            "/%2e%2e/etc/passwd",
            "/a/%2E%2E/b",
            "/a/../b",
            "/%c0%ae%c0%ae/x",
            "/%c0%af",
            "/%ff",
            "/a%5c..%5cb",
            "/a%0d%0aSet-Cookie:x",
            "/%",
            "/%g1",
        ] {
            assert!(!is_plain_path(path), "{path}");
        }
        for path in ["/", "/wallet/credentials/abc", "/.well-known/openid-credential-issuer/roc", "/caf%C3%A9", "/a..b"] {
            assert!(is_plain_path(path), "{path}");
        }
    }

    #[test]
    fn only_our_own_host_is_served() {
        let asked = |host: &'static str, own: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static(host));
            is_our_host(&headers, None, own)
        };
        assert!(asked("localhost:8080", "localhost:8080") && asked("LOCALHOST:8080", "localhost:8080"));
        assert!(asked("wallet.example:443", "wallet.example") && asked("wallet.example", "wallet.example"));
        for (host, own) in [
            ("127.0.0.1:8080", "localhost:8080"),
            ("localhost:8081", "localhost:8080"),
            ("evil.example", "wallet.example"),
            ("wallet.example:8443", "wallet.example"),
            ("", "wallet.example"),
        ] {
            assert!(!asked(host, own), "{host}");
        }
        assert!(!is_our_host(&HeaderMap::new(), None, "wallet.example"));
        let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_static("wallet.example"))]);
        assert!(is_our_host(&headers, Some("wallet.example"), "wallet.example"));
        assert!(!is_our_host(&headers, Some("evil.example"), "wallet.example"));
    }
}
