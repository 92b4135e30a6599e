//! A small role on a database of its own: what every request passes, how failures are written, what forms must carry.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests fail loudly")]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use http::egress::{Egress, Rules};
use http::{
    AppCore, Bearer, Cookie, Ctx, Failed, Failure, Json, Kind, OAuthForm, Opening, Origin, Protected, RoleUrls, SeeOther, Session,
    SessionTimes, Sessions, Site,
};
use model::{Clock, ShiftedClock, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use storage::{MasterKey, WalletStore};
use tower::ServiceExt;
use vc::random::SystemRandom;

#[derive(Clone, FromRef)]
struct App {
    core: AppCore,
}

#[derive(Debug, thiserror::Error)]
enum ShowError {
    #[error("no such thing")]
    NotFound,
    #[error("offer used")]
    Used,
}
impl Failure for ShowError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::Used => Kind::Refused,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "thing_unknown",
            Self::Used => "invalid_grant",
        }
    }
}
http::failure!(ShowError);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    choice: String,
    #[serde(default)]
    claims: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Award {
    reference: String,
}

async fn sign_in(ctx: Ctx, State(core): State<AppCore>, headers: HeaderMap) -> Result<SeeOther, Failed> {
    let opening =
        Opening { subject: "learner-1".into(), display_name: Some("Samira".into()), authenticated_at: ctx.now(), more: json!({"a": 1}) };
    let cookie =
        core.sessions().open(&ctx, &Cookie::session(&core), &headers, opening).await.map_err(|_| Failed::new(Kind::Ours, "internal"))?;
    Ok(ctx.see_other("/inside").with_cookie(cookie))
}

fn app(core: AppCore) -> Router {
    let state = App { core: core.clone() };
    let pages = Router::new()
        .route("/sign-in", get(sign_in))
        .route("/inside", get(|session: Session| async move { format!("{} {}", session.subject(), session.csrf()) }))
        .route("/act", post(|Protected(form): Protected<Choice>| async move { format!("{} {}", form.choice, form.claims.join("+")) }))
        .route("/fails", get(|| async { Err::<String, _>(ShowError::NotFound) }))
        .route("/panics", get(|| async { deliberate() }))
        .route("/limited", get(|ctx: Ctx| async move { ctx.limit("ask").map(|()| "ok") }))
        .with_state(state.clone());
    let api = Router::new()
        .route("/api/v1/things", post(|_: Bearer, Json(award): Json<Award>| async move { award.reference }))
        .route("/api/v1/fails", get(|| async { Err::<String, _>(ShowError::NotFound) }))
        .with_state(state.clone());
    let oauth = Router::new()
        .route("/token", post(|form: OAuthForm| async move { form.get("code").map(str::to_owned).ok_or(ShowError::Used).into_response() }))
        .with_state(state);
    Site::new(core).pages(pages).api(api).oauth(oauth).finish()
}

fn deliberate() -> &'static str {
    panic!("deliberate")
}

struct Running {
    app: Router,
    clock: Arc<ShiftedClock>,
    _folder: tempfile::TempDir,
}

async fn start() -> Running {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("wallet.db").display());
    let store = WalletStore::open(&url, &MasterKey::new([7; 32]), Arc::new(SystemRandom)).await.unwrap();
    let clock = Arc::new(ShiftedClock::starting_at(Timestamp::parse("2026-11-22T14:03:00Z").unwrap()));
    let own = Origin::parse("http://localhost:8080").unwrap();
    let core = AppCore::new(http::CoreParts {
        role: http::Role::Wallet,
        urls: RoleUrls { own, wallet: None, issuer: None, verifier: None },
        clock: clock.clone(),
        random: Arc::new(SystemRandom),
        egress: Egress::new(Rules::default(), None).unwrap(),
        operator: "Voorbeeld Onderwijs".into(),
        demo: false,
        limits: http::limits::Limits::default(),
        sessions: Sessions::over(store, SessionTimes::default()),
        login_path: "/auth/login".into(),
        trusted_proxies: Vec::new(),
    });
    Running { app: app(core), clock, _folder: folder }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

impl Running {
    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "localhost:8080");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.app.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = String::from_utf8(to_bytes(body, 1 << 20).await.unwrap().to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "").await
    }

    /// Signs in and gives the cookie and the form token.
    async fn sign_in(&self, before: &str) -> (String, String) {
        let answer = self.ask("GET", "/sign-in", &[("cookie", before)], "").await;
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        let inside = self.ask("GET", "/inside", &[("cookie", &cookie)], "").await;
        (cookie, inside.text.split(' ').nth(1).unwrap_or_default().to_owned())
    }
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const OWN: (&str, &str) = ("origin", "http://localhost:8080");

#[tokio::test]
async fn each_group_writes_failures_its_own_way() {
    let running = start().await;
    let page = running.get("/fails").await;
    assert_eq!(page.status, 404);
    assert!(page.text.contains("data-error=\"thing_unknown\"") && page.text.contains("data-reference=\""), "{}", page.text);
    assert!(page.header("content-security-policy").contains("default-src 'none'") && !page.text.contains("no such thing"));
    let problem = running.get("/api/v1/fails").await;
    assert_eq!((problem.status.as_u16(), problem.header("content-type")), (404, "application/problem+json"));
    assert_eq!((problem.json()["type"].as_str(), problem.json()["code"].as_str()), (Some("about:blank"), Some("thing_unknown")));
    assert_eq!(problem.json()["status"], 404);
    for member in ["title", "detail", "reference"] {
        assert!(problem.json()[member].as_str().is_some_and(|text| !text.is_empty()), "{member}");
    }
    let oauth = running.ask("POST", "/token", &[FORM], "a=b").await;
    assert_eq!(
        (oauth.status.as_u16(), oauth.text.as_str(), oauth.header("cache-control")),
        (400, r#"{"error":"invalid_grant"}"#, "no-store")
    );
    let json_body = running.ask("POST", "/token", &[("content-type", "application/json")], "{}").await;
    assert_eq!(json_body.text, r#"{"error":"invalid_request"}"#);
}

#[tokio::test]
async fn what_no_route_took_is_written_by_its_path() {
    let running = start().await;
    let page = running.get("/nowhere?lang=en").await;
    assert!(page.status == 404 && page.text.contains("<html lang=\"en\"") && page.text.contains("data-error=\"not_found\""));
    assert_eq!(running.get("/roc/api/v1/nowhere").await.json()["code"], "not_found");
    let method = running.ask("DELETE", "/api/v1/things", &[], "").await;
    assert_eq!((method.status.as_u16(), method.header("allow"), method.json()["code"].as_str()), (405, "POST", Some("method_not_allowed")));
    assert_eq!(running.ask("POST", "/fails", &[], "").await.status, 405);
    assert_eq!(running.ask("GET", "/", &[("host", "evil.example")], "").await.status, 421);
    for path in ["/a%00b", "/%2e%2e/x", "/%c0%af"] {
        assert_eq!(running.get(path).await.status, 400, "{path}");
    }
    let panicked = running.get("/panics").await;
    assert!(panicked.status == 500 && panicked.text.contains("data-error=\"internal\"") && !panicked.text.contains("deliberate"));
}

#[tokio::test]
async fn what_no_route_could_mean_is_refused_before_any_route() {
    let running = start().await;
    for method in ["TRACE", "CONNECT", "BREW"] {
        for path in ["/fails", "/nowhere", "/api/v1/things"] {
            assert_eq!(running.ask(method, path, &[], "").await.status, 405, "{method} {path}");
        }
    }
    for (path, typed) in [("/act", FORM), ("/token", FORM), ("/api/v1/things", ("content-type", "application/json"))] {
        assert_eq!(running.ask("POST", path, &[typed, ("content-encoding", "gzip")], "{}").await.status, 415, "{path}");
    }
    let coded = running.ask("POST", "/token", &[FORM, ("content-encoding", "gzip")], "a=b").await;
    assert_eq!(coded.json()["error"], "invalid_request");
    let long = running.ask("POST", "/token", &[FORM], &"x".repeat(70_000)).await;
    assert_eq!((long.status.as_u16(), long.json()["error"].as_str()), (413, Some("invalid_request")));
    assert_eq!(running.ask("GET", "http://evil.example/fails", &[], "").await.status, 421);
}

#[tokio::test]
async fn every_answer_has_the_strict_headers() {
    let running = start().await;
    for path in ["/fails", "/nowhere", "/api/v1/fails", "/inside", web::assets::style_path()] {
        let answer = running.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}");
    }
    let style = running.get(web::assets::style_path()).await;
    assert!(style.status == 200 && style.header("cache-control").contains("immutable"));
    assert_eq!(running.get("/assets/site.css").await.status, 404);
}

#[tokio::test]
async fn a_page_without_a_session_goes_to_the_login_and_a_post_does_not() {
    let running = start().await;
    let page = running.get("/inside?x=1").await;
    assert_eq!((page.status.as_u16(), page.header("location")), (303, "http://localhost:8080/auth/login?return_to=%2Finside%3Fx%3D1"));
    let post = running.ask("POST", "/act", &[FORM, OWN], "choice=share").await;
    assert!(post.status == 401 && post.text.contains("/auth/login"), "{}", post.text);
}

#[tokio::test]
async fn a_form_needs_its_own_page_its_token_and_its_fields() {
    let running = start().await;
    let (cookie, csrf) = running.sign_in("").await;
    let cookie = ("cookie", cookie.as_str());
    let good = format!("choice=share&claims=a&claims=b&csrf={csrf}");
    let sent = running.ask("POST", "/act", &[FORM, OWN, cookie], &good).await;
    assert_eq!((sent.status.as_u16(), sent.text.as_str()), (200, "share a+b"));
    let evil = running.ask("POST", "/act", &[FORM, ("origin", "https://evil.example"), cookie], &good).await;
    assert!(evil.status == 403 && evil.text.contains("data-error=\"origin\""));
    assert_eq!(running.ask("POST", "/act", &[FORM, cookie], &good).await.status, 403);
    for body in ["choice=share", "choice=share&csrf=stale", &format!("choice=share&csrf={csrf}&csrf={csrf}")] {
        let refused = running.ask("POST", "/act", &[FORM, OWN, cookie], body).await;
        assert!(refused.status == 403 && refused.text.contains("data-error=\"csrf\""), "{body}");
    }
    assert_eq!(running.ask("POST", "/act", &[FORM, OWN, cookie], &format!("{good}&claims[]=x")).await.status, 400);
    assert_eq!(running.ask("POST", "/act", &[("content-type", "application/json"), OWN, cookie], "{}").await.status, 415);
    let long = format!("{good}&x={}", "y".repeat(70_000));
    assert_eq!(running.ask("POST", "/act", &[FORM, OWN, cookie], &long).await.status, 413);
}

#[tokio::test]
async fn a_session_is_new_after_login_and_ends_when_unused() {
    let running = start().await;
    let (first, _) = running.sign_in("").await;
    assert!(first.starts_with("ew_wallet_8080="));
    let (second, _) = running.sign_in(&first).await;
    assert_ne!(first, second);
    assert_eq!(running.ask("GET", "/inside", &[("cookie", &first)], "").await.status, 303);
    let (fixed, _) = running.sign_in("ew_wallet_8080=attackers-choice-of-an-identifier-000000000").await;
    assert!(!fixed.contains("attackers"));
    running.clock.advance_seconds(50 * 60);
    assert_eq!(running.ask("GET", "/inside", &[("cookie", &second)], "").await.status, 200);
    running.clock.advance_seconds(61 * 60);
    assert_eq!(running.ask("GET", "/inside", &[("cookie", &second)], "").await.status, 303);
    assert!(running.clock.now() > Timestamp::parse("2026-11-22T15:50:00Z").unwrap());
}

#[tokio::test]
async fn json_bodies_are_read_strictly() {
    let running = start().await;
    let key = ("authorization", "Bearer k");
    let typed = ("content-type", "application/json");
    assert_eq!(running.ask("POST", "/api/v1/things", &[typed, key], r#"{"reference":"r-1"}"#).await.text, "r-1");
    let none = running.ask("POST", "/api/v1/things", &[typed], r#"{"reference":"r-1"}"#).await;
    assert_eq!((none.status.as_u16(), none.header("www-authenticate")), (401, "Bearer"));
    let twice = running.ask("POST", "/api/v1/things", &[typed, key], r#"{"reference":"a","reference":"b"}"#).await;
    assert_eq!((twice.status.as_u16(), twice.json()["code"].as_str()), (400, Some("json")));
    let unknown = running.ask("POST", "/api/v1/things", &[typed, key], r#"{"reference":"a","status_index":1}"#).await;
    assert_eq!(unknown.json()["errors"], json!([{"pointer": "/status_index", "code": "unknown"}]));
    assert_eq!(running.ask("POST", "/api/v1/things", &[key], "{}").await.status, 415);
}

#[tokio::test]
async fn too_often_says_when_to_come_back() {
    let running = start().await;
    for _ in 0..10 {
        assert_eq!(running.get("/limited").await.status, 200);
    }
    let refused = running.get("/limited").await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "10"));
}
