//! The issuer through its router, on a database per test: actors that call it as an institution's system or a wallet would.

mod attested;
mod authorizations;
mod awards;
mod batches;
mod conformance;
mod connections;
mod copies;
mod credentials;
mod deferred;
mod desk;
mod desk_decisions;
mod desk_offers;
mod dpop;
mod eduid;
mod encrypted;
mod forms;
mod http_rows;
mod intake;
mod keys;
mod kill;
mod kill_copies;
mod kill_flow;
mod kill_waiting;
mod limits;
mod logins;
mod metadata;
mod musts;
mod nonces;
mod notifications;
mod offers;
mod older;
mod places;
mod race;
mod recovery;
mod refreshing;
mod seen;
mod statuses;
mod tokens;
mod unfit;
mod waiting;
mod who_asks;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http::egress::{Egress, Rules};
use http::limits::{Key, Limits, Rule};
use http::register::RegisterFile;
use http::role::Surroundings;
use http::{Origin, RoleUrls, SessionTimes};
use model::award::Finality;
use model::id::Slug;
use model::{Clock, LocalText, ShiftedClock, Timestamp};
use openid4vc::{client_assertion, proof};
use serde_json::{Value, json};
use storage::{IssuerStore, MasterKey, hash_token};
use testkit::TestDatabase;
use tower::ServiceExt;
use vc::key::{Algorithm, SigningKey};
use vc::random::SystemRandom;
use vc::x509::CertificateAuthority;

use crate::{
    Config, CredentialIssuer, EduidClient, Haip, InstitutionConfig, Issuing, OoapiCredentials, OoapiSource, Sector, SigningSource,
    StaffMember, WalletClient,
};

pub(super) const ORIGIN: &str = "http://localhost:8081";
pub(super) const SLUG: &str = "hogeschool-voorbeeld";
pub(super) const KEY: &str = "api-key-of-hogeschool-voorbeeld";
pub(super) const OTHER_KEY: &str = "api-key-of-roc-voorbeeld";
pub(super) const WALLET: &str = "http://localhost:8080/client-metadata.json";
pub(super) const EDUID: &str = "5e1d0000-0000-4000-8000-000000000001";
/// Calls of one institution's systems; low, so that a test reaches it.
const API_LIMIT: Rule = Rule { burst: 300.0, per_second: 0.5, key: Key::Organisation };
/// Nonces for one address; widened like every limit by address.
const NONCE_LIMIT: Rule = Rule { burst: 1.1, per_second: 0.02, key: Key::Address };
pub(super) const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

/// An issuer with two institutions and one known wallet.
pub(super) struct App {
    pub(super) issuer: CredentialIssuer,
    pub(super) router: Router,
    pub(super) clock: Arc<ShiftedClock>,
    pub(super) wallet_key: SigningKey,
    pub(super) authority: Arc<CertificateAuthority>,
    pub(super) database: TestDatabase,
    url: String,
}

/// On which database a test runs.
#[derive(Clone, Copy)]
pub(super) enum On {
    Sqlite,
    Postgres,
}

impl On {
    /// A new database; none when this machine has no PostgreSQL server for tests.
    pub(super) fn database(self) -> Option<TestDatabase> {
        let name = match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        };
        testkit::each_database().into_iter().find(|database| database.name() == name)
    }
}

/// Runs tests on SQLite and, where there is a server for tests, on PostgreSQL.
macro_rules! on_each_database {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(super::On::Sqlite).await;
            })+
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if super::On::Postgres.database().is_some() {
                    super::$name(super::On::Postgres).await;
                }
            })+
        }
    };
}
pub(super) use on_each_database;

/// An answer, read whole.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.body))
    }

    pub(super) fn text(&self, pointer: &str) -> String {
        self.json()
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("no {pointer} in {} {}", self.status, self.body))
            .to_owned()
    }

    /// Status and media type.
    pub(super) fn served(&self) -> (StatusCode, &str) {
        (self.status, self.headers["content-type"].to_str().unwrap())
    }

    /// Status and OAuth error or problem code.
    pub(super) fn error(&self) -> (u16, String) {
        let json = self.json();
        let code = json.get("error").or_else(|| json.get("code")).and_then(Value::as_str).unwrap_or_default();
        (self.status.as_u16(), code.to_owned())
    }
}

pub(super) fn error(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

impl App {
    pub(super) async fn new(on: On) -> Self {
        Self::with_source(on, None).await
    }

    /// With an OOAPI source at this base address for the first institution.
    pub(super) async fn with_source(on: On, base: Option<String>) -> Self {
        let database = on.database().unwrap();
        let url = database.url("issuer").await;
        let start = Timestamp::parse("2026-11-22T14:03:00Z").unwrap();
        let authority = Arc::new(CertificateAuthority::new("Test anchor", start.seconds()).unwrap());
        let wallet_key = SigningKey::generate(Algorithm::Es256).unwrap();
        Self::open((database, url), ShiftedClock::starting_at(start), (authority, wallet_key), base).await
    }

    /// On a SQLite file that another process made, with keys and certificates of its own.
    pub(super) async fn over(url: String) -> Self {
        let start = Timestamp::parse("2026-11-22T14:03:00Z").unwrap();
        let authority = Arc::new(CertificateAuthority::new("Test anchor", start.seconds()).unwrap());
        let wallet_key = SigningKey::generate(Algorithm::Es256).unwrap();
        Self::open((TestDatabase::sqlite(), url), ShiftedClock::starting_at(start), (authority, wallet_key), None).await
    }

    async fn open(
        (database, url): (TestDatabase, String),
        clock: ShiftedClock,
        (authority, wallet_key): (Arc<CertificateAuthority>, SigningKey),
        base: Option<String>,
    ) -> Self {
        let clock = Arc::new(clock);
        let surroundings = surroundings(&database, &clock);
        let store = IssuerStore::open(&url, &MasterKey::new([7; 32]), Arc::new(SystemRandom)).await.unwrap();
        let config = config(&authority, &wallet_key, base);
        let issuer = CredentialIssuer::open(config, surroundings, store).await.unwrap();
        Self { router: issuer.router(), issuer, clock, wallet_key, authority, database, url }
    }

    /// With an institution that issues otherwise.
    pub(super) async fn issuing(on: On, change: impl FnOnce(&mut Issuing)) -> Self {
        Self::new(on).await.changed(|config| change(&mut config.institutions[0].issuing)).await
    }

    /// How many rows each table has. The trail is left out: it may say that something was refused.
    pub(super) async fn row_counts(&self) -> BTreeMap<String, i64> {
        let mut counts = self.look().await.counts().await;
        counts.remove("audit");
        counts
    }

    /// A look into the database.
    pub(super) async fn look(&self) -> testkit::rows::Rows {
        testkit::rows::Rows::open(&self.url).await
    }

    /// A second server over the same database, with a configuration that differs: on PostgreSQL with connections of its own. SQLite has
    /// one server by design, and there its connections are shared.
    pub(super) async fn beside(&self, change: impl FnOnce(&mut Config)) -> CredentialIssuer {
        let store = match self.url.starts_with("postgres") {
            true => IssuerStore::open(&self.url, &MasterKey::new([7; 32]), Arc::new(SystemRandom)).await.unwrap(),
            false => self.issuer.store().clone(),
        };
        self.open_over(store, change).await
    }

    async fn open_over(&self, store: IssuerStore, change: impl FnOnce(&mut Config)) -> CredentialIssuer {
        let mut config = config(&self.authority, &self.wallet_key, None);
        change(&mut config);
        CredentialIssuer::open(config, surroundings(&self.database, &self.clock), store).await.unwrap()
    }

    /// The same issuer after the process stopped and started again.
    pub(super) async fn restarted(self) -> Self {
        let Self { issuer, router, clock, wallet_key, authority, database, url } = self;
        let now = clock.now();
        issuer.store().close().await;
        drop((issuer, router));
        Self::open((database, url), ShiftedClock::starting_at(now), (authority, wallet_key), None).await
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 2 * 1024 * 1024).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path, None).body(Body::empty()).unwrap()).await
    }

    pub(super) async fn api(&self, method: Method, path: &str, key: Option<&str>, body: Option<&Value>) -> Answer {
        let body = body.map_or(Body::empty(), |value| Body::from(value.to_string()));
        self.send(request(method, &format!("/{SLUG}{path}"), key).header("content-type", "application/json").body(body).unwrap()).await
    }

    pub(super) async fn form(&self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let body = openid4vc::form::encode(pairs.iter().copied());
        let request = request(Method::POST, &format!("/{SLUG}{path}"), None);
        self.send(request.header("content-type", "application/x-www-form-urlencoded").body(Body::from(body)).unwrap()).await
    }

    /// The same with headers beside.
    pub(super) async fn form_with(&self, path: &str, pairs: &[(&str, &str)], headers: &[(&'static str, String)]) -> Answer {
        let body = openid4vc::form::encode(pairs.iter().copied());
        let mut request = request(Method::POST, &format!("/{SLUG}{path}"), None);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        self.send(request.header("content-type", "application/x-www-form-urlencoded").body(Body::from(body)).unwrap()).await
    }

    /// What one query counts.
    pub(super) async fn count(&self, query: &str) -> i64 {
        testkit::rows::Rows::open(&self.url).await.count(query).await
    }

    /// Another issuer in place of this one, over the same database, with a configuration that differs.
    pub(super) async fn changed(mut self, change: impl FnOnce(&mut Config)) -> Self {
        self.issuer = self.open_over(self.issuer.store().clone(), change).await;
        self.router = self.issuer.router();
        self
    }

    pub(super) async fn award(&self, body: &Value) -> Answer {
        self.api(Method::POST, "/api/v1/awards", Some(KEY), Some(body)).await
    }

    pub(super) async fn offer(&self, body: &Value) -> Answer {
        self.api(Method::POST, "/api/v1/offers", Some(KEY), Some(body)).await
    }

    /// An award with an open offer: the award's id and the API's answer about the offer.
    pub(super) async fn offered(&self) -> (String, Value) {
        let award = self.award(&microcredential()).await;
        assert_eq!(award.status, StatusCode::CREATED, "{}", award.body);
        let id = award.text("/id");
        let offer = self.offer(&json!({"award": id})).await;
        assert_eq!(offer.status, StatusCode::CREATED, "{}", offer.body);
        (id, offer.json())
    }

    /// A token for an offer with a transaction code.
    pub(super) async fn token(&self, offer: &Value) -> String {
        let answer =
            self.form("/token", &[("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(offer)), ("tx_code", tx_code(offer))]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.text("/access_token")
    }

    pub(super) async fn nonce(&self) -> String {
        let answer = self.form("/nonce", &[]).await;
        assert_eq!(answer.headers["cache-control"], "no-store");
        answer.text("/c_nonce")
    }

    pub(super) async fn proof(&self, key: &SigningKey) -> String {
        let nonce = self.nonce().await;
        proof::build(key, &identifier(), Some(&nonce), self.now().seconds(), None).unwrap()
    }

    pub(super) async fn credential(&self, token: Option<&str>, body: &Value) -> Answer {
        self.api(Method::POST, "/credential", token, Some(body)).await
    }

    /// Collects an offer for a key: the credential's text.
    pub(super) async fn collect(&self, offer: &Value, key: &SigningKey) -> String {
        let token = self.token(offer).await;
        let answer = self.credential(Some(&token), &wanted(&self.proof(key).await)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.text("/credentials/0/credential")
    }

    /// An assertion of the known wallet, for a connection.
    pub(super) fn assertion(&self, connection: Option<&str>) -> String {
        let jti = vc::random::token128(&SystemRandom);
        let claims =
            client_assertion::Claims { client_id: WALLET, audience: &identifier(), jti: &jti, connection, now: self.now().seconds() };
        client_assertion::build(&claims, &self.wallet_key).unwrap()
    }

    pub(super) async fn rows(&self, action: &str, outcome: &str) -> i64 {
        self.issuer.store().read().await.unwrap().audit_count(action, outcome).await.unwrap()
    }

    pub(super) async fn issued(&self) -> i64 {
        self.issuer.store().read().await.unwrap().count_credentials(SLUG, "issued").await.unwrap()
    }
}

pub(super) fn request(method: Method, path: &str, bearer: Option<&str>) -> axum::http::request::Builder {
    let request = Request::builder().method(method).uri(path).header("host", "localhost:8081");
    match bearer {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    }
}

pub(super) fn identifier() -> String {
    format!("{ORIGIN}/{SLUG}")
}

pub(super) fn code(offer: &Value) -> &str {
    offer["credential_offer"]["grants"][PRE_AUTHORIZED]["pre-authorized_code"].as_str().unwrap()
}

pub(super) fn tx_code(offer: &Value) -> &str {
    offer["tx_code"].as_str().unwrap()
}

pub(super) fn wanted(proof: &str) -> Value {
    json!({"credential_configuration_id": "microcredential-sd-jwt", "proofs": {"jwt": [proof]}})
}

pub(super) fn microcredential() -> Value {
    json!({"kind": "microcredential", "reference": "result-1", "template": "data-analyse-basis",
        "learner": {"eduid": EDUID, "given_name": "Samira", "family_name": "de Vries", "birthdate": "2004-05-17"},
        "awarded_date": "2026-02-01", "result": {"type": "1-10", "value": "8", "passed": true},
        "final": {"by": "examination board", "on": "2026-02-03"}})
}

pub(super) fn enrolment() -> Value {
    json!({"kind": "enrolment", "reference": "enrolment-1",
        "learner": {"eduid": EDUID, "given_name": "Samira", "family_name": "de Vries"},
        "programme": {"crohoCreboCode": "34401", "name": "Communicatie"}, "phase": "bachelor", "modeOfStudy": "full-time",
        "startDate": "2026-09-01", "endDate": "2027-08-31", "state": "associated",
        "final": {"by": "student administration", "on": "2026-09-01"}})
}

fn surroundings(database: &TestDatabase, clock: &Arc<ShiftedClock>) -> Surroundings {
    let register = database.folder().join("register.json");
    std::fs::write(&register, register_file()).unwrap();
    Surroundings {
        urls: RoleUrls {
            own: Origin::parse(ORIGIN).unwrap(),
            wallet: Some(Origin::parse("http://localhost:8080").unwrap()),
            issuer: None,
            verifier: None,
        },
        clock: Arc::<ShiftedClock>::clone(clock),
        random: Arc::new(SystemRandom),
        egress: Egress::new(Rules { allow_localhost: true, peers: Vec::new() }, None).unwrap(),
        register: RegisterFile::open(register).unwrap(),
        operator: "Test".to_owned(),
        demo: false,
        limits: Limits::new(HashMap::from([("api".to_owned(), API_LIMIT), ("nonce".to_owned(), NONCE_LIMIT)]), 1000.0),
        session_times: SessionTimes::default(),
        trusted_proxies: Vec::new(),
    }
}

fn config(authority: &Arc<CertificateAuthority>, wallet_key: &SigningKey, base: Option<String>) -> Config {
    let institution = |slug: &str, key: &str, base: Option<String>, templates: &[&str]| InstitutionConfig {
        slug: Slug::parse(slug).unwrap(),
        name: LocalText::new("Hogeschool Voorbeeld", "Voorbeeld University of Applied Sciences"),
        sector: Sector::Hbo,
        brin: "98HV".to_owned(),
        schac_home: "hogeschool-voorbeeld.example".to_owned(),
        country: "NL".to_owned(),
        site: None,
        api_key_hash: hash_token(key),
        ooapi: base.map(|base| OoapiSource {
            base,
            credentials: OoapiCredentials::Basic { user: "user".to_owned(), password: "password".to_owned().into() },
        }),
        eduid: EduidClient {
            discovery: "http://localhost:1/.well-known/openid-configuration".to_owned(),
            client_id: slug.to_owned(),
            client_secret: None,
        },
        haip: Haip::Nothing,
        finality: Finality::SourceSays,
        signing: SigningSource::Authority(Arc::clone(authority)),
        templates: templates.iter().map(|name| (*name).to_owned()).collect(),
        staff: [("staff-eduid", "M. Bakker", false), ("approver-eduid", "R. Amrani", true)]
            .map(|(eduid, name, approver)| StaffMember { eduid: eduid.to_owned(), name: name.to_owned(), approver })
            .to_vec(),
        issuing: Issuing::default(),
    };
    Config {
        institutions: vec![
            institution(SLUG, KEY, base, &["data-analyse-basis"]),
            institution("roc-voorbeeld", OTHER_KEY, None, &["zorgtechnologie"]),
        ],
        wallets: vec![WalletClient {
            client_id: WALLET.to_owned(),
            name: "Eduwallet".to_owned(),
            public: false,
            keys: Some(vec![wallet_key.public_jwk().unwrap()]),
            redirect_uris: Some(vec!["http://localhost:8080/connect/callback".to_owned()]),
        }],
        attesters: Vec::new(),
        register_attests: false,
        allow_localhost: true,
        poll_every: Duration::from_secs(3600),
        templates: Vec::new(),
        quality_frameworks: Vec::new(),
    }
}

fn register_file() -> String {
    let party = |slug: &str| json!({"slug": slug, "name": {"nl": slug}, "issues": {"credential_issuer": format!("{ORIGIN}/{slug}"), "types": ["microcredential", "enrolment"]}});
    json!({"name": {"nl": "Testregister"}, "keeper": {"name": {"nl": "Beheerder"}}, "parties": [party(SLUG), party("roc-voorbeeld")]})
        .to_string()
}
