//! An issuer on loopback that speaks OpenID4VCI as told, counts who comes by, and remembers what it was sent.

mod answers;
mod tokens;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use model::Timestamp;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use vc::Map;
use vc::bundled::MICROCREDENTIAL_VCT;
use vc::data_integrity::{self, Cryptosuite, ProofOptions, Purpose};
use vc::key::{AgreementKey, Algorithm, Jwk, SigningKey};
use vc::random::SystemRandom;
use vc::sd_jwt::prepare;
use vc::status_list::{Status, StatusList};
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
    /// Laid over the issuer's metadata as a merge patch.
    pub(crate) metadata: Value,
    /// How that metadata is served.
    pub(crate) served: Served,
    /// Laid over the authorization server's metadata as a merge patch.
    pub(crate) server: Value,
    /// Tokens are bound by DPoP, with nonces.
    pub(crate) dpop: bool,
    /// Requests and answers are encrypted.
    pub(crate) encrypts: bool,
    /// Tokens come with a refresh token, used once each.
    pub(crate) refreshes: bool,
    /// Codes are good for one exchange.
    pub(crate) one_time: bool,
    /// Answer the next so many token requests with 500 after giving the token.
    pub(crate) lost_tokens: usize,
    /// Answer the next so many credential requests with 500 after issuing.
    pub(crate) lost: usize,
    /// Refuse the nonce of the next so many credential requests.
    pub(crate) nonce_refused: usize,
    /// Put off, to be given at the so-manieth question.
    pub(crate) deferred: Option<usize>,
    /// The error of a deferred credential request.
    pub(crate) deferred_error: Option<&'static str>,
    /// `credential_identifiers` of the first configuration.
    pub(crate) identifiers: Vec<&'static str>,
    /// Speaks as drafts did: nonces in answers, one `credential`.
    pub(crate) older: bool,
    /// Gives so many copies, whatever is asked.
    pub(crate) at_most: usize,
    /// What it issues ends so many seconds after START.
    pub(crate) ends: Option<i64>,
    /// A type of its own, and what it says of it; `{issuer}` stands for the issuer identifier.
    pub(crate) foreign_type: Option<Value>,
    /// What is served of that type in place of what was issued under.
    pub(crate) type_after_issuing: Option<Value>,
    /// Answers in the clear, whatever is asked.
    pub(crate) in_the_clear: bool,
    /// Laid over the claims of an SD-JWT VC as a merge patch.
    pub(crate) claims: Value,
    /// Signs SD-JWT VCs under this issuer, without a chain: its key is to be looked up.
    pub(crate) signs_as: Option<String>,
    /// Refuse the challenge of the next so many attested requests, with another one in a header.
    pub(crate) challenge_refused: usize,
}

/// How metadata is served.
#[derive(Clone, Default)]
pub(crate) enum Served {
    /// As JSON, where it belongs.
    #[default]
    Json,
    /// As JSON, where drafts up to 15 had it, and nowhere else.
    Appended,
    /// As JSON, under an identifier that ends in a slash.
    Slashed,
    /// As a JWT.
    Jwt(String),
    /// As a redirect to this address.
    Redirect(String),
    /// More than anybody reads.
    Huge,
    /// As a body that never ends.
    Endless,
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
            metadata: Value::Null,
            served: Served::Json,
            server: Value::Null,
            dpop: false,
            encrypts: false,
            refreshes: false,
            one_time: false,
            lost_tokens: 0,
            lost: 0,
            nonce_refused: 0,
            deferred: None,
            deferred_error: None,
            identifiers: Vec::new(),
            older: false,
            at_most: usize::MAX,
            ends: None,
            foreign_type: None,
            type_after_issuing: None,
            in_the_clear: false,
            claims: Value::Null,
            signs_as: None,
            challenge_refused: 0,
        }
    }
}

/// An offer that is fetched with a login at the issuer.
pub(crate) fn login_offer(configurations: &[&str]) -> Value {
    json!({
        "credential_issuer": "{issuer}", "credential_configuration_ids": configurations,
        "grants": {"authorization_code": {"issuer_state": "state-of-the-issuer"}},
    })
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
    /// Parameters of token requests.
    pub(crate) tokens: Vec<HashMap<String, String>>,
    /// Parameters of pushed authorization requests.
    pub(crate) pushed: Vec<HashMap<String, String>>,
    /// Bodies of credential requests, decrypted.
    pub(crate) requests: Vec<Value>,
    /// Thumbprints of the keys of DPoP proofs.
    pub(crate) dpop: Vec<String>,
    /// Codes and refresh tokens that were used.
    spent: Vec<String>,
    /// Access tokens that count.
    live: Vec<String>,
    /// Attestations with the proofs of their instances, by where they came.
    pub(crate) attested: Vec<(&'static str, String, String)>,
    /// What was put off: keys and how often it was asked for, by transaction.
    waiting: HashMap<String, (String, Vec<Jwk>, usize)>,
}

struct Inner {
    port: u16,
    /// Whether its identifier ends in a slash.
    slashed: bool,
    authority: CertificateAuthority,
    key: SigningKey,
    /// For embedded proofs.
    proof_key: SigningKey,
    foreign: SigningKey,
    /// For requests that come encrypted.
    agreement: AgreementKey,
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
            slashed: matches!(behaviour.served, Served::Slashed),
            authority: CertificateAuthority::new("Proefanker", start_seconds() - 86_400).unwrap(),
            key: SigningKey::generate(Algorithm::Es256).unwrap(),
            proof_key: SigningKey::generate(Algorithm::EdDsa).unwrap(),
            foreign: SigningKey::generate(Algorithm::Es256).unwrap(),
            agreement: AgreementKey::generate().unwrap(),
            behaviour: Mutex::new(behaviour),
            seen: Mutex::default(),
            list: Mutex::new(StatusList::new(2, 1 << 17).unwrap()),
        }));
        let router = answers::routes(tokens::routes(Router::new())).with_state(issuer.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        issuer
    }

    /// The Credential Issuer Identifier.
    pub(crate) fn id(&self) -> String {
        let slash = if self.0.slashed { "/" } else { "" };
        format!("http://localhost:{}/school{slash}", self.0.port)
    }

    /// An address below it.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("http://localhost:{}/school{path}", self.0.port)
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

    /// The identifier of the anchor's key, as its certificates name it.
    pub(crate) fn authority_key(&self) -> String {
        let x5c =
            self.header("dc+sd-jwt")["x5c"].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect::<Vec<_>>();
        Chain::from_x5c(&x5c).unwrap().authority_keys().remove(0)
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

    /// The type metadata as it is served.
    fn described(&self, described: &Value) -> String {
        described.to_string().replace("{issuer}", &self.id())
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
        let mut said = Value::Object(claims);
        answers::merge(&mut said, &behaviour.claims);
        let mut claims = object(said);
        if let Some(issuer) = &behaviour.signs_as {
            claims.insert("iss".to_owned(), issuer.as_str().into());
            let kid = if issuer.starts_with("did:") { format!("{issuer}#0") } else { "0".to_owned() };
            let header = object(json!({"typ": "dc+sd-jwt", "kid": kid}));
            return prepare(claims, &[], 0, &SystemRandom).unwrap().sign(&header, &self.0.key).unwrap().to_string();
        }
        claims.extend(behaviour.ends.map(|ends| ("exp".to_owned(), (start_seconds() + ends).into())));
        if let Some(described) = &behaviour.foreign_type {
            let served = self.described(described);
            claims.retain(|name, _| ["iss", "iat", "nbf", "exp", "cnf", "status"].contains(&name.as_str()));
            claims.insert("vct".to_owned(), self.at("/types/1").into());
            let integrity = vc::encoding::b64(vc::encoding::sha256(served.as_bytes()));
            claims.insert("vct#integrity".to_owned(), format!("sha256-{integrity}").into());
            claims.insert("vak".to_owned(), "Houtbewerking".into());
            let credential = prepare(claims, &[], 0, &SystemRandom).unwrap().sign(&self.header("dc+sd-jwt"), &self.0.key).unwrap();
            return credential.to_string();
        }
        let key = if behaviour.foreign_key { &self.0.foreign } else { &self.0.key };
        let concealed = vc::bundled::concealed(MICROCREDENTIAL_VCT);
        let credential = prepare(claims, &concealed, 0, &SystemRandom).unwrap().sign(&self.header("dc+sd-jwt"), key).unwrap();
        if behaviour.presents { credential.bind(key, "wallet", "nonce", start_seconds()).unwrap() } else { credential.to_string() }
    }
}
