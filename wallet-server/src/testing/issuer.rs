//! An issuer on loopback that speaks OpenID4VCI as told, counts who comes by, and remembers what it was sent.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use model::Timestamp;
use openid4vc::{CredentialOffer, client_assertion, proof};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use vc::Map;
use vc::bundled::MICROCREDENTIAL_VCT;
use vc::data_integrity::{self, Cryptosuite, ProofOptions, Purpose};
use vc::key::{Algorithm, Jwk, SigningKey};
use vc::random::SystemRandom;
use vc::sd_jwt::prepare;
use vc::status_list::bitstring::{self, ListFacts};
use vc::status_list::{Bitstring, Purpose as BitstringPurpose, Status, StatusList, TokenClaims, issue_token};
use vc::vcdm::jwt::{Dialect, sign_credential};
use vc::x509::{CertificateAuthority, Chain, LeafRequest};

use super::START;

/// What the issuer does.
#[derive(Clone)]
pub(crate) struct Behaviour {
    /// The offer as it is served; `{issuer}` stands for the issuer identifier.
    pub(crate) offer: Value,
    /// Its media type.
    pub(crate) offer_type: &'static str,
    /// The transaction code that is asked for.
    pub(crate) tx_code: Option<&'static str>,
    /// Sign with a key that nobody vouches for.
    pub(crate) foreign_key: bool,
    /// Bind to a key of its own instead of the wallet's.
    pub(crate) other_holder: bool,
    /// Give a presentation instead of a credential.
    pub(crate) presents: bool,
    /// Fail the next so many credential requests with 500.
    pub(crate) failing: usize,
    /// Fail every request for this configuration with 500.
    pub(crate) broken: Option<&'static str>,
    /// Refuse every request for this configuration.
    pub(crate) denied: Option<&'static str>,
    /// The connection that offers are for; a token request must name it.
    pub(crate) connection: Option<String>,
    /// The index in the status list of what it issues.
    pub(crate) index: u64,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            offer: offer("microcredential-sd-jwt", None),
            offer_type: "application/json",
            tx_code: None,
            foreign_key: false,
            other_holder: false,
            presents: false,
            failing: 0,
            broken: None,
            denied: None,
            connection: None,
            index: 11,
        }
    }
}

/// The three forms of a microcredential.
pub(crate) const FORMS: [&str; 3] = ["microcredential-sd-jwt", "microcredential-open-badge", "microcredential-open-badge-jwt"];

/// An offer of one configuration.
pub(crate) fn offer(configuration: &str, tx_code: Option<Value>) -> Value {
    offer_of(&[configuration], tx_code)
}

/// An offer of several configurations.
pub(crate) fn offer_of(configurations: &[&str], tx_code: Option<Value>) -> Value {
    let mut grant = json!({"pre-authorized_code": "code-1"});
    if let Some(tx_code) = tx_code {
        grant["tx_code"] = tx_code;
    }
    json!({
        "credential_issuer": "{issuer}", "credential_configuration_ids": configurations,
        "grants": {"urn:ietf:params:oauth:grant-type:pre-authorized_code": grant},
    })
}

/// What came by.
#[derive(Default)]
pub(crate) struct Seen {
    /// Requests by path.
    pub(crate) paths: HashMap<String, usize>,
    /// Bodies of notifications.
    pub(crate) notifications: Vec<Value>,
    /// Connections as they were put, with the authorization header.
    pub(crate) connections: Vec<(String, Value)>,
    /// Keys for which a credential was made, with the credential.
    pub(crate) issued: HashMap<String, Value>,
}

struct Inner {
    port: u16,
    authority: CertificateAuthority,
    key: SigningKey,
    /// For embedded proofs.
    proof_key: SigningKey,
    foreign: SigningKey,
    behaviour: Mutex<Behaviour>,
    seen: Mutex<Seen>,
    list: Mutex<StatusList>,
}

/// The issuer. Cheap to clone.
#[derive(Clone)]
pub(crate) struct StubIssuer(Arc<Inner>);

fn object(value: Value) -> Map {
    value.as_object().unwrap().clone()
}

fn start_seconds() -> i64 {
    Timestamp::parse(START).unwrap().seconds()
}

impl StubIssuer {
    pub(crate) async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let issuer = Self(Arc::new(Inner {
            port,
            authority: CertificateAuthority::new("Proefanker", start_seconds() - 86_400).unwrap(),
            key: SigningKey::generate(Algorithm::Es256).unwrap(),
            proof_key: SigningKey::generate(Algorithm::EdDsa).unwrap(),
            foreign: SigningKey::generate(Algorithm::Es256).unwrap(),
            behaviour: Mutex::new(behaviour),
            seen: Mutex::default(),
            list: Mutex::new(StatusList::new(2, 1 << 17).unwrap()),
        }));
        let router = Router::new()
            .route("/.well-known/openid-credential-issuer/school", get(metadata))
            .route("/.well-known/oauth-authorization-server/school", get(server))
            .route("/school/offers/{id}", get(offers))
            .route("/school/token", post(token))
            .route("/school/nonce", post(nonce))
            .route("/school/credential", post(credential))
            .route("/school/notification", post(notification))
            .route("/school/status/1", get(status))
            .route("/school/status/1/{purpose}", get(bitstring))
            .route("/school/did.json", get(did))
            .route("/school/par", post(par))
            .route("/school/api/v1/connections/{id}", put(connect).delete(disconnect))
            .with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        issuer
    }

    /// The Credential Issuer Identifier.
    pub(crate) fn id(&self) -> String {
        format!("http://localhost:{}/school", self.0.port)
    }

    /// An address below it.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.id())
    }

    /// Its entry in the register.
    pub(crate) fn party(&self) -> Value {
        json!({
            "slug": "school", "name": {"nl": "Hogeschool Voorbeeld", "en": "Example University"}, "colour": "#0f6470",
            "issues": {"credential_issuer": self.id(), "types": ["microcredential", "enrolment", "OpenBadgeCredential"]},
        })
    }

    /// The anchor that vouches for it.
    pub(crate) fn anchor(&self) -> String {
        vc::encoding::b64(self.0.authority.anchor_der())
    }

    pub(crate) fn behave(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.0.behaviour.lock().unwrap());
    }

    pub(crate) fn count(&self, path: &str) -> usize {
        self.0.seen.lock().unwrap().paths.get(path).copied().unwrap_or_default()
    }

    pub(crate) fn seen<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        look(&self.0.seen.lock().unwrap())
    }

    /// Sets the status of what it issued.
    pub(crate) fn set_status(&self, status: Status) {
        self.0.list.lock().unwrap().set(11, status).unwrap();
    }

    fn behaviour(&self) -> Behaviour {
        self.0.behaviour.lock().unwrap().clone()
    }

    fn note(&self, path: &str) {
        *self.0.seen.lock().unwrap().paths.entry(path.to_owned()).or_default() += 1;
    }

    fn header(&self, typ: &str) -> Map {
        let leaf = self.0.authority.issue_leaf(&LeafRequest {
            public_jwk: self.0.key.public_jwk().unwrap(),
            common_name: "Hogeschool Voorbeeld".to_owned(),
            san_uri: Some(self.id()),
            san_dns: vec!["localhost".to_owned()],
            not_before: start_seconds() - 86_400,
            not_after: start_seconds() + 86_400 * 400,
        });
        object(json!({"typ": typ, "x5c": Chain::from_der(vec![leaf.unwrap()]).unwrap().to_x5c()}))
    }

    fn issue(&self, configuration: &str, holder: &Jwk, behaviour: &Behaviour) -> Value {
        let own = SigningKey::generate(Algorithm::Es256).unwrap().public_jwk().unwrap();
        let bound = if behaviour.other_holder { &own } else { holder };
        match configuration {
            "microcredential-open-badge" => Value::Object(self.proven(self.badge(bound, behaviour))),
            "microcredential-open-badge-jwt" => {
                let header = object(json!({"kid": self.method(&self.0.key)}));
                sign_credential(&self.badge(bound, behaviour), Dialect::JwtVcJson, &header, &self.0.key).unwrap().into()
            }
            _ => self.issue_sd_jwt(bound, behaviour).into(),
        }
    }

    fn did(&self) -> String {
        vc::did::web_did(&self.id()).unwrap()
    }

    fn method(&self, key: &SigningKey) -> String {
        format!("{}#{}", self.did(), key.public_jwk().unwrap().thumbprint())
    }

    fn proven(&self, document: Map) -> Map {
        let options = ProofOptions::new(Cryptosuite::EddsaRdfc2022, self.method(&self.0.proof_key), Purpose::AssertionMethod);
        data_integrity::sign(&document, &options, &self.0.proof_key).unwrap()
    }

    /// What an Open Badge of the same achievement says; every copy has an identifier of its own.
    fn badge(&self, holder: &Jwk, behaviour: &Behaviour) -> Map {
        let id = vc::random::token128(&SystemRandom);
        let entry = |purpose: &str| {
            let list = self.at(&format!("/status/1/{purpose}"));
            json!({"id": format!("{list}#{}", behaviour.index), "type": "BitstringStatusListEntry", "statusPurpose": purpose,
                "statusListIndex": behaviour.index.to_string(), "statusListCredential": list})
        };
        object(json!({
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
            "id": format!("urn:example:{id}"), "type": ["VerifiableCredential", "OpenBadgeCredential"], "name": "Data-analyse basis",
            "issuer": {"id": self.did(), "type": ["Profile"], "name": "Hogeschool Voorbeeld"},
            "validFrom": "2026-11-22T00:00:00Z", "awardedDate": "2026-02-01T00:00:00Z",
            "credentialSubject": {
                "id": vc::did::jwk_did(holder), "type": ["AchievementSubject"],
                "achievement": {
                    "id": self.at("/achievements/1"), "type": ["Achievement"], "achievementType": "MicroCredential",
                    "name": "Data-analyse basis", "description": "Analyseren", "criteria": {"narrative": "Een toets"}, "creditsAvailable": 5,
                    "alignment": [{"type": ["Alignment"], "targetType": "ext:ESCO", "targetName": "gegevens opschonen",
                        "targetUrl": "https://vaardigheden.example/1"}],
                },
            },
            "evidence": [{"id": "https://portfolio.example/1", "type": ["Evidence"], "name": "Dashboard van Samira"}],
            "credentialStatus": [entry("revocation"), entry("suspension")],
        }))
    }

    fn issue_sd_jwt(&self, bound: &Jwk, behaviour: &Behaviour) -> String {
        let claims = object(json!({
            "vct": MICROCREDENTIAL_VCT, "iss": self.id(), "iat": start_seconds() - 3600, "nbf": start_seconds() - 3600,
            "cnf": {"jwk": bound.to_value()}, "status": {"status_list": {"idx": behaviour.index, "uri": self.at("/status/1")}},
            "title": "Data-analyse basis", "title_by_language": {"nl": "Data-analyse basis", "en": "Data analysis basics"},
            "description": "Gegevens verzamelen, opschonen en duiden.",
            "awarding_body": {"name": "Hogeschool Voorbeeld", "brin": "99XX", "schac_home": "hogeschool-voorbeeld.example", "country": "NL"},
            "awarded_date": "2026-02-01", "learning_outcomes": [{"title": "Kan een dataset opschonen"}],
            "workload": {"unit": "ects", "value": 5}, "level": {"framework": "NLQF", "value": "6"},
            "assessment_type": "testing", "participation_type": "online", "supervision_type": "supervised online", "identity_checked": true,
            "quality_assurance": {"name": "Kwaliteitskader Voorbeeld", "url": "https://kader.example/1", "code": "1.0"},
            "language": "nl", "class": "micro_credential", "result": {"value": "8", "type": "1-10", "passed": true},
            "given_name": "Samira", "family_name": "de Vries",
        }));
        let key = if behaviour.foreign_key { &self.0.foreign } else { &self.0.key };
        let concealed = vc::bundled::concealed(MICROCREDENTIAL_VCT);
        let credential = prepare(claims, &concealed, 0, &SystemRandom).unwrap().sign(&self.header("dc+sd-jwt"), key).unwrap();
        if behaviour.presents { credential.bind(key, "wallet", "nonce", start_seconds()).unwrap() } else { credential.to_string() }
    }
}

async fn metadata(State(issuer): State<StubIssuer>) -> Json<Value> {
    issuer.note("metadata");
    let bound = json!({"jwt": {"proof_signing_alg_values_supported": ["ES256"]}});
    let badge = |format: &str| {
        json!({
            "format": format, "credential_definition": {"type": ["VerifiableCredential", "OpenBadgeCredential"]},
            "cryptographic_binding_methods_supported": ["did:jwk"], "proof_types_supported": bound,
            "credential_metadata": {"display": [{"name": "Open Badge", "locale": "nl"}]},
        })
    };
    let display = json!([{"name": "Microcredential", "locale": "nl"}, {"name": "Microcredential", "locale": "en"}]);
    Json(json!({
        "credential_issuer": issuer.id(), "credential_endpoint": issuer.at("/credential"), "nonce_endpoint": issuer.at("/nonce"),
        "notification_endpoint": issuer.at("/notification"), "display": [{"name": "Zichzelf", "locale": "nl"}],
        "credential_configurations_supported": {
            "microcredential-sd-jwt": {
                "format": "dc+sd-jwt", "vct": MICROCREDENTIAL_VCT, "cryptographic_binding_methods_supported": ["jwk"],
                "proof_types_supported": bound, "credential_metadata": {"display": display},
            },
            "microcredential-open-badge": badge("ldp_vc"), "microcredential-open-badge-jwt": badge("jwt_vc_json"),
        },
    }))
}

async fn server(State(issuer): State<StubIssuer>) -> Json<Value> {
    Json(json!({
        "issuer": issuer.id(), "token_endpoint": issuer.at("/token"), "authorization_endpoint": issuer.at("/authorize"),
        "pushed_authorization_request_endpoint": issuer.at("/par"), "pre-authorized_grant_anonymous_access_supported": true,
        "authorization_response_iss_parameter_supported": true, "token_endpoint_auth_methods_supported": ["private_key_jwt"],
    }))
}

async fn offers(State(issuer): State<StubIssuer>) -> Response {
    issuer.note("offer");
    let behaviour = issuer.behaviour();
    let text = behaviour.offer.to_string().replace("{issuer}", &issuer.id());
    assert!(behaviour.offer_type != "application/json" || CredentialOffer::parse(text.as_bytes(), true).is_ok() || text.contains("[]"));
    ([(CONTENT_TYPE, behaviour.offer_type)], text).into_response()
}

fn refused(error: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response()
}

/// The connection that a request's assertion names; nothing is verified here, that is the real issuer's work.
fn named_connection(params: &HashMap<String, String>) -> Option<String> {
    let assertion = params.get("client_assertion")?;
    assert_eq!(client_assertion::claimed_client(assertion).as_deref(), Some("http://localhost:8080/client-metadata.json"));
    let jws = vc::jws::Jws::parse(assertion).ok()?;
    jws.payload_unverified().get("connection")?.as_str().map(str::to_owned)
}

async fn token(State(issuer): State<StubIssuer>, body: String) -> Response {
    issuer.note("token");
    let behaviour = issuer.behaviour();
    let params: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let coded = behaviour.tx_code.is_none_or(|code| params.get("tx_code").map(String::as_str) == Some(code));
    let connected = behaviour.connection.is_none() || named_connection(&params) == behaviour.connection;
    if !coded || !connected {
        return refused("invalid_grant");
    }
    Json(json!({"access_token": "token-1", "token_type": "Bearer", "expires_in": 300})).into_response()
}

async fn nonce(State(issuer): State<StubIssuer>) -> Json<Value> {
    issuer.note("nonce");
    Json(json!({"c_nonce": "nonce-1"}))
}

async fn credential(State(issuer): State<StubIssuer>, headers: HeaderMap, body: Bytes) -> Response {
    issuer.note("credential");
    assert_eq!(headers.get(AUTHORIZATION).unwrap(), "Bearer token-1");
    let failing = {
        let mut behaviour = issuer.0.behaviour.lock().unwrap();
        let failing = behaviour.failing > 0;
        behaviour.failing = behaviour.failing.saturating_sub(1);
        failing
    };
    if failing {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let request: Value = serde_json::from_slice(&body).unwrap();
    let proof = proof::verify(request["proofs"]["jwt"][0].as_str().unwrap(), &issuer.id(), start_seconds()).unwrap();
    let (configuration, behaviour) = (request["credential_configuration_id"].as_str().unwrap(), issuer.behaviour());
    issuer.note(configuration);
    if behaviour.broken == Some(configuration) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    if behaviour.denied == Some(configuration) {
        return refused("credential_request_denied");
    }
    let fresh = issuer.issue(configuration, &proof.holder, &behaviour);
    // The same keys get the same credential, byte for byte.
    let credential = issuer.0.seen.lock().unwrap().issued.entry(proof.holder.thumbprint()).or_insert(fresh).clone();
    Json(json!({"credentials": [{"credential": credential}], "notification_id": "n-1"})).into_response()
}

async fn notification(State(issuer): State<StubIssuer>, Json(body): Json<Value>) -> StatusCode {
    issuer.0.seen.lock().unwrap().notifications.push(body);
    StatusCode::NO_CONTENT
}

async fn status(State(issuer): State<StubIssuer>) -> Response {
    issuer.note("status");
    let now = start_seconds();
    let claims = TokenClaims { uri: issuer.at("/status/1"), iat: now, exp: now + 86_400, ttl: 60 };
    let text = issue_token(&issuer.0.list.lock().unwrap(), &claims, &issuer.header("statuslist+jwt"), &issuer.0.key).unwrap();
    ([(CONTENT_TYPE, "application/statuslist+jwt")], text).into_response()
}

async fn bitstring(State(issuer): State<StubIssuer>, Path(purpose): Path<String>) -> Response {
    issuer.note("bitstring");
    let (purpose, status) = match purpose.as_str() {
        "revocation" => (BitstringPurpose::Revocation, Status::Invalid),
        _ => (BitstringPurpose::Suspension, Status::Suspended),
    };
    let uri = issuer.at(&format!("/status/1/{}", purpose.as_str()));
    let list = Bitstring::of(&issuer.0.list.lock().unwrap(), status);
    let facts = ListFacts {
        uri: &uri,
        issuer: &issuer.did(),
        purpose,
        valid_from: start_seconds(),
        valid_until: start_seconds() + 86_400,
        ttl: 60,
    };
    let signed = issuer.proven(bitstring::credential(&list, &facts).unwrap());
    ([(CONTENT_TYPE, "application/vc")], Value::Object(signed).to_string()).into_response()
}

async fn did(State(issuer): State<StubIssuer>) -> Json<Value> {
    let keys = [&issuer.0.key, &issuer.0.proof_key].map(|key| {
        let jwk = key.public_jwk().unwrap();
        (jwk.thumbprint(), jwk)
    });
    Json(vc::did::build_document(&issuer.did(), &keys).unwrap())
}

async fn par(State(issuer): State<StubIssuer>, body: String) -> Response {
    issuer.note("par");
    let params: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    assert_eq!(params.get("scope").map(String::as_str), Some("delivery"));
    assert_eq!(params.get("code_challenge_method").map(String::as_str), Some("S256"));
    assert!(named_connection(&params).is_some());
    let request_uri = format!("urn:request:{}", params.get("state").unwrap());
    (StatusCode::CREATED, Json(json!({"request_uri": request_uri, "expires_in": 60}))).into_response()
}

async fn connect(State(issuer): State<StubIssuer>, Path(id): Path<String>, headers: HeaderMap, Json(body): Json<Value>) -> StatusCode {
    assert_eq!(headers.get(AUTHORIZATION).unwrap(), "Bearer token-1");
    issuer.0.seen.lock().unwrap().connections.push((id, body));
    StatusCode::CREATED
}

async fn disconnect(State(issuer): State<StubIssuer>, Path(id): Path<String>, headers: HeaderMap) -> StatusCode {
    issuer.note("disconnect");
    let mut seen = issuer.0.seen.lock().unwrap();
    let key = headers.get(AUTHORIZATION).unwrap().to_str().unwrap().trim_start_matches("Bearer ").to_owned();
    let known = seen.connections.iter().position(|(known, body)| *known == id && body["delivery_key"] == key.as_str());
    known.map_or(StatusCode::UNAUTHORIZED, |at| {
        seen.connections.remove(at);
        StatusCode::NO_CONTENT
    })
}
