//! What handler tests stand on: a wallet over a database of its own, a learner's browser, and an issuer that answers as told.

mod issuer;
mod verifier;

use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode};
use futures_util::future::BoxFuture;
use http::egress::{Egress, Names, Rules};
use http::limits::Limits;
use http::{Cookie, Ctx, Opening, Origin, RegisterFile, RoleUrls, SessionTimes, Surroundings};
use model::id::LearnerId;
use model::{Clock, ShiftedClock, Timestamp};
use serde_json::{Value, json};
use storage::wallet::learner::Identity;
use storage::{MasterKey, WalletStore};
use testkit::TestDatabase;
use testkit::rows::Rows;
use tower::ServiceExt;
use vc::random::SystemRandom;

pub(crate) use issuer::{Behaviour, FORMS, Served, StubIssuer, login_offer, offer, offer_of};
pub(crate) use verifier::StubVerifier;

use crate::badges_api::Platforms;
use crate::config::{Config, WalletServer};
use crate::notice::mailer::MailConfig;
use crate::state::AppState;

/// Where the wallet of a test says that it is.
pub(crate) const WALLET: &str = "http://localhost:8080";
/// When tests begin.
pub(crate) const START: &str = "2026-11-22T14:03:00Z";

/// Names at the edge of a test's world: nobody outside is asked, and some lead to where no connection may go.
struct EdgeNames;

impl Names for EdgeNames {
    fn addresses(&self, name: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let found: &[&str] = match name {
            "inner.example" => &["127.0.0.1"],
            "cloud.example" => &["169.254.169.254"],
            "mixed.example" => &["2a00::1", "::1"],
            "embedded.example" => &["64:ff9b::7f00:1"],
            _ => &[],
        };
        let found: Vec<IpAddr> = found.iter().map(|text| text.parse().unwrap()).collect();
        Box::pin(async move { if found.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(found) } })
    }
}

/// A wallet over a database of its own.
pub(crate) struct TestWallet {
    pub(crate) server: WalletServer,
    pub(crate) clock: Arc<ShiftedClock>,
    pub(crate) database: TestDatabase,
    url: String,
    mail: Option<MailConfig>,
    pub(crate) router: Router,
}

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// Where a redirect leads.
    pub(crate) fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// The catalogue's code of an error page.
    pub(crate) fn code(&self) -> Option<&str> {
        self.body.split_once("data-error=\"")?.1.split('"').next()
    }

    /// The value of a cookie that is set.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let all = self.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        all.filter_map(|line| line.split(';').next()?.split_once('=')).find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
    }
}

impl TestWallet {
    /// A wallet on SQLite whose register knows this issuer.
    pub(crate) async fn with(issuer: &StubIssuer) -> Self {
        Self::over(TestDatabase::sqlite(), issuer.party(), &[issuer.anchor()], "http://localhost:1/discovery").await
    }

    /// A wallet on SQLite with an empty register, and eduID at an address.
    pub(crate) async fn with_eduid(discovery: &str) -> Self {
        Self::over(TestDatabase::sqlite(), Value::Null, &[], discovery).await
    }

    /// The same with a mail server.
    pub(crate) async fn with_eduid_and_mail(discovery: &str, mail: MailConfig) -> Self {
        let Self { server, clock, database, url, router, .. } = Self::with_eduid(discovery).await;
        drop((server, router));
        Self::opened(database, url, clock, discovery, Some(mail)).await
    }

    pub(crate) async fn over(database: TestDatabase, party: Value, anchors: &[String], discovery: &str) -> Self {
        let file = database.folder().join("register.json");
        let parties: Vec<Value> = [party].into_iter().filter(|party| !party.is_null()).collect();
        let keeper = json!({"name": {"nl": "Voorbeeld Onderwijs"}});
        let register = json!({"name": {"nl": "Proefregister"}, "keeper": keeper, "anchors": anchors, "parties": parties});
        std::fs::write(&file, register.to_string()).unwrap();
        let clock = Arc::new(ShiftedClock::starting_at(Timestamp::parse(START).unwrap()));
        let url = database.url("wallet").await;
        Self::opened(database, url, clock, discovery, None).await
    }

    async fn opened(database: TestDatabase, url: String, clock: Arc<ShiftedClock>, discovery: &str, mail: Option<MailConfig>) -> Self {
        let server = server(&database, &url, clock.clone(), discovery, mail.clone()).await;
        let router = server.router();
        Self { server, clock, database, url, mail, router }
    }

    /// The same wallet after its process ended and another one began.
    pub(crate) async fn restarted(self) -> Self {
        self.restarted_with(None).await
    }

    /// The same after another one began that has this mail server.
    pub(crate) async fn restarted_with(self, mail: Option<MailConfig>) -> Self {
        let Self { server, clock, database, url, router, .. } = self;
        drop((server, router));
        let clock = Arc::new(ShiftedClock::starting_at(clock.now()));
        Self::opened(database, url, clock, "http://localhost:1/", mail).await
    }

    /// A second server on the same database; SQLite has one.
    pub(crate) async fn second(&self) -> Option<WalletServer> {
        if self.database.name() == "SQLite" {
            return None;
        }
        Some(server(&self.database, &self.url, self.clock.clone(), "http://localhost:1/", self.mail.clone()).await)
    }

    /// Where its database is.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// How many rows every table has: what a refusal must not change (DB0).
    pub(crate) async fn row_counts(&self) -> BTreeMap<String, i64> {
        Rows::open(&self.url).await.counts().await
    }

    /// What handlers reach.
    pub(crate) fn state(&self) -> &AppState {
        &self.server.state
    }

    /// A learner with a session.
    pub(crate) async fn learner(&self, eduid: &str) -> Browser<'_> {
        let state = self.state();
        let mut tx = state.store.write().await.unwrap();
        let identity = Identity { issuer: "https://eduid.example", eduid, sub: eduid, name: Some("Samira de Vries") };
        let id = tx.sign_in(&identity, state.core.now()).await.unwrap();
        tx.commit().await.unwrap();
        let opening = Opening {
            subject: id.as_str().to_owned(),
            display_name: Some("Samira".to_owned()),
            authenticated_at: self.clock.now(),
            more: Value::Null,
        };
        let cookie = Cookie::session(&state.core);
        let set = state.core.sessions().open(&Ctx::outside(&state.core), &cookie, &HeaderMap::new(), opening).await.unwrap();
        let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_str(&pair).unwrap());
        let session = state.core.sessions().find(&cookie, &headers, state.core.now()).await.unwrap().unwrap();
        Browser { wallet: self, router: self.router.clone(), learner: id, cookies: pair, csrf: session.csrf().to_owned() }
    }

    /// Sends a request as it is.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        answered(&self.router, request).await
    }

    /// A visitor's GET.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::builder().uri(path).header(HOST, "localhost:8080").body(Body::empty()).unwrap()).await
    }

    /// An institution's delivery.
    pub(crate) async fn deliver(&self, key: &str, uri: &str) -> Answer {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/api/v1/deliveries")
            .header(HOST, "localhost:8080")
            .header(CONTENT_TYPE, "application/json")
            .header("authorization", format!("Bearer {key}"))
            .body(Body::from(json!({"credential_offer_uri": uri}).to_string()));
        self.send(request.unwrap()).await
    }

    /// Sends what mail waits.
    pub(crate) async fn send_mail(&self) {
        while crate::work::one_of(self.state(), crate::notice::job::TOPIC).await.unwrap() {}
    }

    /// One column of texts.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        Rows::open(&self.url).await.texts(sql).await
    }

    /// One column of bytes.
    pub(crate) async fn blobs(&self, sql: &str) -> Vec<Vec<u8>> {
        Rows::open(&self.url).await.blobs(sql).await
    }

    /// The operator decides otherwise about badge platforms.
    pub(crate) fn set_platforms(&mut self, platforms: Platforms) {
        self.server.state.platforms = Arc::new(platforms);
        self.router = self.server.router();
    }

    /// Does what the worker would do but for mail, until there is nothing to do.
    pub(crate) async fn work(&self) {
        while crate::work::one_of_each(self.state()).await.unwrap() {}
    }
}

async fn server(database: &TestDatabase, url: &str, clock: Arc<ShiftedClock>, discovery: &str, mail: Option<MailConfig>) -> WalletServer {
    let random = Arc::new(SystemRandom);
    let store = WalletStore::open(url, &MasterKey::new([7; 32]), random.clone()).await.unwrap();
    let surroundings = Surroundings {
        urls: RoleUrls { own: Origin::parse(WALLET).unwrap(), wallet: None, issuer: None, verifier: None },
        clock,
        random,
        egress: Egress::asking(Arc::new(EdgeNames), Rules { allow_localhost: true, peers: Vec::new() }, None, "eduwallet test").unwrap(),
        register: RegisterFile::open(database.folder().join("register.json")).unwrap(),
        operator: "Voorbeeld Onderwijs".to_owned(),
        demo: false,
        limits: Limits::default(),
        session_times: SessionTimes::default(),
        trusted_proxies: Vec::new(),
    };
    let config = Config {
        eduid_discovery: discovery.to_owned(),
        eduid_client_id: "wallet".to_owned(),
        eduid_client_secret: Some("secret".to_owned().into()),
        contact: None,
        mail,
        platforms: Platforms::default(),
    };
    WalletServer::open(config, surroundings, store).await.unwrap()
}

async fn answered(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = String::from_utf8_lossy(&to_bytes(body, usize::MAX).await.unwrap()).into_owned();
    Answer { status: parts.status, headers: parts.headers, body }
}

/// A signed-in learner's browser.
#[derive(Clone)]
pub(crate) struct Browser<'w> {
    wallet: &'w TestWallet,
    router: Router,
    pub(crate) learner: LearnerId,
    cookies: String,
    pub(crate) csrf: String,
}

impl<'w> Browser<'w> {
    /// The same browser, whose next requests another server of the wallet answers.
    pub(crate) fn at(&self, server: &WalletServer) -> Browser<'w> {
        Browser { router: server.router(), ..self.clone() }
    }

    /// Its cookies, for a request of another shape.
    pub(crate) fn cookies(&self) -> &str {
        &self.cookies
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = Request::builder().uri(path).header(HOST, "localhost:8080").header(COOKIE, &self.cookies);
        answered(&self.router, request.body(Body::empty()).unwrap()).await
    }

    /// An answer's body as it is.
    pub(crate) async fn bytes(&self, path: &str) -> Vec<u8> {
        let request = Request::builder().uri(path).header(HOST, "localhost:8080").header(COOKIE, &self.cookies);
        let response = self.wallet.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status().as_u16(), 200, "{path}");
        to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()
    }

    /// Adds a cookie that an answer set.
    pub(crate) fn keep(&mut self, answer: &Answer, name: &str) {
        let value = answer.cookie(name).unwrap();
        let others = self.cookies.split("; ").filter(|pair| !pair.starts_with(&format!("{name}=")));
        self.cookies = others.chain([format!("{name}={value}").as_str()]).collect::<Vec<_>>().join("; ");
    }

    /// Opens an offer by its address and gives the path of its page.
    pub(crate) async fn opens(&self, offer: &str) -> String {
        let query = openid4vc::CredentialOffer::query(offer);
        let answer = self.get(&format!("/credential-offer?{query}")).await;
        assert_eq!(answer.status.as_u16(), 303, "{}", answer.body);
        answer.location().replace(WALLET, "")
    }

    /// Collects the offer of a page, looks at what came, and keeps it. Gives the last answer.
    pub(crate) async fn take(&self, page: &str) -> Answer {
        let collected = self.post(page, &[("choice", "accept")]).await;
        let back = collected.location().replace(WALLET, "");
        if back.split('?').next() == page.split('?').next() { self.post(page, &[("choice", "accept")]).await } else { collected }
    }

    /// Posts a form of our own page.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("csrf", self.csrf.as_str())];
        all.extend(fields);
        self.post_as_is(path, &all).await
    }

    /// Posts a form of our own page with a file.
    pub(crate) async fn upload(&self, path: &str, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Answer {
        let mut all = vec![("csrf", self.csrf.as_str())];
        all.extend(fields);
        self.upload_as_is(path, &all, file).await
    }

    /// Posts these fields and this file, and nothing else.
    pub(crate) async fn upload_as_is(&self, path: &str, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Answer {
        self.upload_from(WALLET, path, fields, file).await
    }

    /// The same from a page of another origin.
    pub(crate) async fn upload_from(&self, origin: &str, path: &str, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Answer {
        let part = |head: String, value: &[u8]| {
            let head = format!("--b\r\nContent-Disposition: form-data; {head}\r\n\r\n");
            [head.as_bytes(), value, b"\r\n"].concat()
        };
        let mut body: Vec<u8> = fields.iter().flat_map(|(name, value)| part(format!("name=\"{name}\""), value.as_bytes())).collect();
        if let Some((name, bytes)) = file {
            body.extend(part(format!("name=\"{name}\"; filename=\"../a b.jpg\""), bytes));
        }
        body.extend(b"--b--\r\n");
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(HOST, "localhost:8080")
            .header(ORIGIN, origin)
            .header(COOKIE, &self.cookies)
            .header(CONTENT_TYPE, "multipart/form-data; boundary=b")
            .body(Body::from(body));
        self.wallet.send(request.unwrap()).await
    }

    /// Posts these fields and no others.
    pub(crate) async fn post_as_is(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(HOST, "localhost:8080")
            .header(ORIGIN, WALLET)
            .header(COOKIE, &self.cookies)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body));
        answered(&self.router, request.unwrap()).await
    }
}
