//! A verifier with one registered organisation, an issuer's credential, and a wallet that answers as told.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use http::egress::{Egress, Rules};
use http::role::Surroundings;
use http::{Origin, RegisterFile, RoleUrls, SessionTimes};
use model::{Clock, ShiftedClock, Timestamp};
use openid4vc::{Authentication, AuthorizationRequest, ClientId, Evidence, RequestObject, RequestSource, VpToken, response};
use serde_json::{Value, json};
use storage::{MasterKey, VerifierStore, hash_token};
use testkit::rows::Rows;
use tower::ServiceExt;
use vc::bundled::ENROLMENT_VCT;
use vc::encoding::b64;
use vc::key::{Algorithm, SigningKey};
use vc::random::SystemRandom;
use vc::sd_jwt::{Path, SdJwt, prepare};
use vc::x509::{CertificateAuthority, Chain, LeafRequest};
use verifier::{Config, OrganisationConfig, Verifier};

pub(crate) const ISSUER: &str = "http://localhost:8081/hogeschool-voorbeeld";
pub(crate) const KEY: &str = "fii-key";
const NOW: &str = "2026-11-22T14:03:00Z";

pub(crate) struct World {
    pub(crate) app: Router,
    pub(crate) clock: Arc<ShiftedClock>,
    pub(crate) verifier: Verifier,
    pub(crate) store: VerifierStore,
    anchor: Vec<u8>,
    issuer: (SigningKey, Chain),
    pub(crate) holder: SigningKey,
    folder: tempfile::TempDir,
}

pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }
}

fn leaf(authority: &CertificateAuthority, name: &str, san_uri: Option<&str>, now: i64) -> (SigningKey, Chain) {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let request = LeafRequest {
        public_jwk: key.public_jwk().unwrap(),
        common_name: name.into(),
        san_uri: san_uri.map(str::to_owned),
        san_dns: vec!["localhost".into()],
        not_before: now - 86_400,
        not_after: now + 86_400 * 300,
    };
    let chain = Chain::from_der(vec![authority.issue_leaf(&request).unwrap()]).unwrap();
    (key, chain)
}

fn register(anchor: &[u8], client_id: &str) -> String {
    json!({
        "name": {"nl": "Voorbeeldregister"}, "keeper": {"name": {"nl": "Voorbeeld Onderwijs"}}, "anchors": [b64(anchor)],
        "parties": [
            {"slug": "hogeschool-voorbeeld", "name": {"nl": "Hogeschool Voorbeeld"}, "issues": {"credential_issuer": ISSUER, "types": ["enrolment"]}},
            {"slug": "fii-portaal", "name": {"nl": "FII-portaal"}, "asks": [{
                "name": {"nl": "Inschrijven"}, "client_ids": [client_id],
                "claims": {"enrolment": ["given_name", "family_name", "is_enrolled", "name", "startDate"]},
                "ground": {"nl": "taak van algemeen belang"}, "max_retention_days": 30, "contact": "privacy@fii.example",
                "privacy_page": "https://fii.example/privacy", "without_wallet": {"nl": "aan de balie"}}]},
            {"slug": "werkgever", "name": {"nl": "Werkgever Voorbeeld"}}
        ]
    })
    .to_string()
}

impl World {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ShiftedClock::starting_at(Timestamp::parse(NOW).unwrap()));
        let now = clock.now().seconds();
        let authority = CertificateAuthority::new("Voorbeeld Onderwijs", now).unwrap();
        let issuer = leaf(&authority, "Hogeschool Voorbeeld", Some(ISSUER), now);
        let fii = leaf(&authority, "FII-portaal", None, now);
        let employer = leaf(&authority, "Werkgever Voorbeeld", None, now);
        let client_id = format!("x509_hash:{}", vc::encoding::b64url(fii.1.leaf_sha256()));
        let register_path = folder.path().join("register.json");
        std::fs::write(&register_path, register(authority.anchor_der(), &client_id)).unwrap();
        let url = format!("sqlite:{}", folder.path().join("verifier.db").display());
        let store = VerifierStore::open(&url, &MasterKey::new([9; 32]), Arc::new(SystemRandom)).await.unwrap();
        let organisation = |slug: &str, key: &str, (signing_key, chain): (SigningKey, Chain)| OrganisationConfig {
            slug: slug.into(),
            api_key_hash: hash_token(key),
            signing_key,
            chain: chain.to_x5c().iter().map(|text| vc::encoding::b64_decode(text).unwrap()).collect(),
        };
        let config = Config {
            organisations: vec![organisation("fii-portaal", KEY, fii), organisation("werkgever", "other-key", employer)],
            contact: None,
        };
        let surroundings = Surroundings {
            urls: RoleUrls {
                own: Origin::parse("http://localhost:8082").unwrap(),
                wallet: Some(Origin::parse("http://localhost:8080").unwrap()),
                issuer: None,
                verifier: None,
            },
            clock: clock.clone(),
            random: Arc::new(SystemRandom),
            egress: Egress::new(Rules { allow_localhost: true, ..Rules::default() }, None).unwrap(),
            register: RegisterFile::open(register_path).unwrap(),
            operator: "Voorbeeld Onderwijs".into(),
            demo: false,
            limits: http::limits::Limits::new(Default::default(), 100.0),
            session_times: SessionTimes::default(),
            trusted_proxies: Vec::new(),
        };
        let verifier = Verifier::open(config, surroundings, store.clone()).await.unwrap();
        let holder = SigningKey::generate(Algorithm::Es256).unwrap();
        Self { app: verifier.router(), clock, verifier, store, anchor: authority.anchor_der().to_vec(), issuer, holder, folder }
    }

    /// How many rows every table has: what a refusal must not change (DB0).
    pub(crate) async fn row_counts(&self) -> BTreeMap<String, i64> {
        Rows::open(&format!("sqlite:{}", self.folder.path().join("verifier.db").display())).await.counts().await
    }

    /// Edits the register as its operator would.
    pub(crate) fn edit_register(&self, edit: impl FnOnce(&mut Value)) {
        let path = self.folder.path().join("register.json");
        let mut register: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        edit(&mut register);
        std::fs::write(&path, register.to_string()).unwrap();
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let answer = self.app.clone().oneshot(request).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = to_bytes(answer.into_body(), 4 << 20).await.unwrap();
        Reply { status, headers, text: String::from_utf8_lossy(&body).into_owned() }
    }

    fn request(method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder().method(method).uri(path).header("host", "localhost:8082")
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Self::request("GET", path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn get_with(&self, path: &str, cookie: &str) -> Reply {
        self.send(Self::request("GET", path).header("cookie", cookie).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn api(&self, method: &str, path: &str, body: Option<Value>, key: &str) -> Reply {
        let mut request = Self::request(method, path).header("authorization", format!("Bearer {key}"));
        if body.is_some() {
            request = request.header("content-type", "application/json");
        }
        self.send(request.body(body.map_or_else(Body::empty, |body| body.to_string().into())).unwrap()).await
    }

    pub(crate) async fn form(&self, path: &str, body: String) -> Reply {
        let request = Self::request("POST", path).header("content-type", "application/x-www-form-urlencoded");
        self.send(request.header("origin", "http://localhost:8082").body(body.into()).unwrap()).await
    }

    /// Asks for a proof of enrolment, with more members.
    pub(crate) async fn ask(&self, more: Value) -> Value {
        let mut body = json!({"use_case": "proof-of-enrolment", "purpose": {"nl": "Inschrijving minor"}, "retention_days": 30});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let reply = self.api("POST", "/api/v1/requests", Some(body), KEY).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
        reply.json()
    }

    pub(crate) async fn state(&self, id: &Value) -> Value {
        self.api("GET", &format!("/api/v1/requests/{}", id.as_str().unwrap()), None, KEY).await.json()
    }

    /// Follows a wallet link as a wallet does.
    pub(crate) async fn open(&self, link: &str) -> AuthorizationRequest {
        let query = link.split_once('?').unwrap().1;
        match RequestSource::parse(query, true).unwrap() {
            RequestSource::Parameters { client_id, parameters } => {
                AuthorizationRequest::parse(&parameters, &client_id, Authentication::AddressOnly, true).unwrap()
            }
            RequestSource::Reference { client_id, request_uri, .. } => {
                let reply = self.get(request_uri.path()).await;
                assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
                assert_eq!(reply.headers["content-type"], "application/oauth-authz-req+jwt");
                self.authenticate(&reply.text, &client_id, None)
            }
            RequestSource::Object { .. } => panic!("not by value"),
        }
    }

    pub(crate) fn authenticate(&self, object: &str, client_id: &ClientId, wallet_nonce: Option<&str>) -> AuthorizationRequest {
        let anchors = [self.anchor.clone()];
        let evidence = Evidence {
            anchors: &anchors,
            registered: &[],
            attesters: &[],
            resolved: None,
            wallet_nonce,
            wallet: "http://localhost:8080",
            allow_localhost: true,
            now: self.clock.now().seconds(),
        };
        RequestObject::parse(object, client_id).unwrap().authenticate(&evidence).unwrap()
    }

    pub(crate) fn clock_seconds(&self) -> i64 {
        self.clock.now().seconds()
    }

    /// A proof of enrolment for the holder's key, issued now.
    pub(crate) fn credential(&self, exp: i64) -> SdJwt {
        self.credential_typed(exp, "dc+sd-jwt")
    }

    pub(crate) fn credential_typed(&self, exp: i64, typ: &str) -> SdJwt {
        self.credential_of(exp, typ, &self.holder.public_jwk().unwrap().to_value())
    }

    /// A valid one whose `cnf.jwk` is written so.
    pub(crate) fn credential_bound(&self, jwk: &Value) -> SdJwt {
        self.credential_of(self.clock.now().plus_days(100).seconds(), "dc+sd-jwt", jwk)
    }

    fn credential_of(&self, exp: i64, typ: &str, jwk: &Value) -> SdJwt {
        let now = self.clock.now();
        let claims = json!({
            "vct": ENROLMENT_VCT, "iss": ISSUER, "iat": now.day_start().seconds(), "exp": exp, "institution_name": "Hogeschool Voorbeeld",
            "schac_home_organization": "hogeschool-voorbeeld.example", "kind": "programme", "state": "associated", "as_of": "2026-11-20",
            "is_enrolled": true, "name": "Communicatie", "startDate": "2026-09-01", "given_name": "Samira", "family_name": "de Vries",
            "birthdate": "2004-05-17", "cnf": {"jwk": jwk}
        });
        let concealed = vc::bundled::concealed(ENROLMENT_VCT);
        let prepared = prepare(claims.as_object().cloned().unwrap(), &concealed, 2, &SystemRandom).unwrap();
        let header = json!({"typ": typ, "x5c": self.issuer.1.to_x5c()});
        prepared.sign(header.as_object().unwrap(), &self.issuer.0).unwrap()
    }

    /// What `shown` discloses, with one disclosure more, under a payload that was changed and signed by the institution again.
    pub(crate) fn signed_anew(&self, shown: &SdJwt, change: impl FnOnce(&mut Value), extra: Option<&str>) -> String {
        let mut payload = shown.jwt().payload_unverified().clone();
        change(&mut payload);
        let jwt = vc::jws::sign(shown.jwt().header(), payload.to_string().as_bytes(), &self.issuer.0).unwrap();
        let disclosures = shown.disclosures().iter().map(|disclosure| disclosure.as_str()).chain(extra);
        disclosures.fold(format!("{jwt}~"), |text, disclosure| format!("{text}{disclosure}~"))
    }

    pub(crate) fn valid_credential(&self) -> SdJwt {
        self.credential(self.clock.now().plus_days(100).seconds())
    }

    /// What the use case asks, revealed.
    pub(crate) fn revealed(&self, credential: &SdJwt) -> SdJwt {
        let paths = ["given_name", "family_name", "is_enrolled", "name", "startDate"].map(Path::key);
        credential.reveal(&paths).unwrap()
    }

    /// A right presentation for a request.
    pub(crate) fn presentation(&self, request: &AuthorizationRequest, credential: &SdJwt) -> String {
        let now = self.clock.now().seconds();
        self.revealed(credential).bind(&self.holder, request.client_id.as_str(), &request.nonce, now).unwrap()
    }

    /// Posts a presentation as the request wants it.
    pub(crate) async fn answer(&self, request: &AuthorizationRequest, presentation: &str) -> Reply {
        let mut vp_token = VpToken::default();
        vp_token.add("enrolment", presentation);
        let answer = response::Answer::Presented { vp_token, state: request.state.clone() };
        let form = answer.form(request.recipient.as_ref()).unwrap();
        self.form(request.response_uri.path(), form).await
    }

    pub(crate) async fn refuse(&self, request: &AuthorizationRequest) -> Reply {
        let answer = response::Answer::Error { error: response::ACCESS_DENIED, state: request.state.clone() };
        self.form(request.response_uri.path(), answer.form(None).unwrap()).await
    }
}
