//! A verifier on loopback that asks as told and remembers what it was sent.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use model::Timestamp;
use openid4vc::{ClientMetadata, Flow, Purpose, RequestParameters, ResponseMode, SignedBy, Text, VerifierInfo, form};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use vc::bundled::MICROCREDENTIAL_VCT;
use vc::encoding::b64url;
use vc::jws;
use vc::key::{AgreementKey, Algorithm, Jwk, SigningKey};
use vc::x509::{CertificateAuthority, Chain, LeafRequest};

use super::{START, TestWallet};

struct Inner {
    port: u16,
    authority: CertificateAuthority,
    key: SigningKey,
    chain: Chain,
    encryption: AgreementKey,
    object: Mutex<String>,
    posted: Mutex<Option<RequestParameters>>,
    received: Mutex<Vec<String>>,
    answer: Mutex<(u16, String)>,
}

/// The verifier. Cheap to clone.
#[derive(Clone)]
pub(crate) struct StubVerifier(Arc<Inner>);

fn start_seconds() -> i64 {
    Timestamp::parse(START).unwrap().seconds()
}

impl StubVerifier {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let authority = CertificateAuthority::new("Proefanker voor vragers", start_seconds() - 86_400).unwrap();
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let leaf = authority.issue_leaf(&LeafRequest {
            public_jwk: key.public_jwk().unwrap(),
            common_name: "Werkgever Voorbeeld".to_owned(),
            san_uri: None,
            san_dns: vec!["localhost".to_owned()],
            not_before: start_seconds() - 86_400,
            not_after: start_seconds() + 86_400 * 400,
        });
        let verifier = Self(Arc::new(Inner {
            port,
            chain: Chain::from_der(vec![leaf.unwrap()]).unwrap(),
            authority,
            key,
            encryption: AgreementKey::generate().unwrap(),
            object: Mutex::default(),
            posted: Mutex::default(),
            received: Mutex::default(),
            answer: Mutex::new((200, "{}".to_owned())),
        }));
        let router =
            Router::new().route("/request", get(object).post(object_for)).route("/response", post(response)).with_state(verifier.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        verifier
    }

    /// An address of it.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.0.port)
    }

    /// Its `x509_hash` client identifier.
    pub(crate) fn client_id(&self) -> String {
        format!("x509_hash:{}", b64url(self.0.chain.leaf_sha256()))
    }

    /// The key that signs its requests.
    pub(crate) fn public_jwk(&self) -> Jwk {
        self.0.key.public_jwk().unwrap()
    }

    /// The key for encrypted answers.
    pub(crate) fn encryption(&self) -> &AgreementKey {
        &self.0.encryption
    }

    /// What was posted to `response_uri`.
    pub(crate) fn received(&self) -> Vec<String> {
        self.0.received.lock().unwrap().clone()
    }

    /// How it answers from now on.
    pub(crate) fn answers(&self, status: u16, body: Value) {
        *self.0.answer.lock().unwrap() = (status, body.to_string());
    }

    /// What it asks: the title and the name, for thirty days.
    pub(crate) fn parameters(&self, client_id: &str, nonce: &str) -> RequestParameters {
        let claims = json!([{"path": ["title"]}, {"path": ["given_name"]}, {"path": ["family_name"]}]);
        let jwk = self.0.encryption.public_jwk().unwrap().with_kid("k1").with_use("enc").with_alg("ECDH-ES");
        RequestParameters {
            client_id: client_id.to_owned(),
            response_uri: self.at("/response"),
            response_mode: ResponseMode::DirectPostJwt,
            nonce: nonce.to_owned(),
            state: "state-1".to_owned(),
            dcql_query: json!({"credentials": [
                {"id": "mc", "format": "dc+sd-jwt", "meta": {"vct_values": [MICROCREDENTIAL_VCT]}, "claims": claims}
            ]}),
            client_metadata: ClientMetadata::ours(&jwk, None),
            verifier_info: vec![VerifierInfo::purpose(&Purpose {
                purpose: Text { nl: "Sollicitatie beoordelen".to_owned(), en: Some("Judging an application".to_owned()) },
                retention_days: 30,
                ground: Some("toestemming".to_owned()),
                privacy_page: None,
                flow: Some(Flow::SameDevice),
                use_case: None,
                name: None,
                contact: None,
                onward: None,
                without_wallet: None,
            })],
        }
    }

    /// Serves the signed object of a request and gives the wallet's link to it.
    pub(crate) fn asks(&self, parameters: &RequestParameters) -> String {
        let now = start_seconds();
        let signed = parameters.sign(&self.0.key, &SignedBy::X5c(&self.0.chain), now, now + 600, None).unwrap();
        self.serves(&parameters.client_id, signed)
    }

    /// Waits for a wallet that posts its nonce, and gives the wallet's link to it. Nothing is served to one that does not.
    pub(crate) fn asks_who_posts(&self, parameters: &RequestParameters) -> String {
        *self.0.posted.lock().unwrap() = Some(parameters.clone());
        format!("{}&request_uri_method=post", self.serves(&parameters.client_id, String::new()))
    }

    /// The same, signed by a key that an attestation in the header names.
    pub(crate) fn asks_attested(&self, parameters: &RequestParameters, attestation: &str) -> String {
        let header = json!({"typ": "oauth-authz-req+jwt", "jwt": attestation});
        let members = Value::Object(parameters.members()).to_string();
        let signed = jws::sign(header.as_object().unwrap(), members.as_bytes(), &self.0.key).unwrap();
        self.serves(&parameters.client_id, signed)
    }

    /// The same with another header and payload than an honest verifier would write.
    pub(crate) fn asks_oddly(&self, outer: &str, typ: Option<&str>, members: Map<String, Value>) -> String {
        let mut header = Map::new();
        header.extend(typ.map(|typ| ("typ".to_owned(), Value::from(typ))));
        header.insert("x5c".to_owned(), self.0.chain.to_x5c().into());
        let signed = jws::sign(&header, Value::Object(members).to_string().as_bytes(), &self.0.key).unwrap();
        self.serves(outer, signed)
    }

    /// An object that says it is this verifier's, with this one's certificates, and that another one signed.
    pub(crate) fn signed_by(&self, other: &Self, members: Map<String, Value>) -> String {
        let header = json!({"typ": "oauth-authz-req+jwt", "x5c": self.0.chain.to_x5c()});
        jws::sign(header.as_object().unwrap(), Value::Object(members).to_string().as_bytes(), &other.0.key).unwrap()
    }

    /// Answers 410 to whoever fetches a request.
    pub(crate) fn serves_no_more(&self) {
        self.0.object.lock().unwrap().clear();
    }

    /// Serves an object as it is and gives the wallet's link to it.
    pub(crate) fn serves(&self, client_id: &str, object: String) -> String {
        *self.0.object.lock().unwrap() = object;
        format!("/authorize?{}", form::encode([("client_id", client_id), ("request_uri", &self.at("/request"))]))
    }

    /// Writes it into the register of a wallet, under a name.
    pub(crate) fn register(&self, wallet: &TestWallet, name: &str) {
        let file = wallet.database.folder().join("register.json");
        let mut register: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        let party = json!({
            "slug": "werkgever-voorbeeld", "name": {"nl": name},
            "asks": [{
                "name": {"nl": "Werving"}, "client_ids": [self.client_id()], "claims": {"microcredential": ["title", "given_name"]},
                "ground": {"nl": "toestemming"}, "max_retention_days": 14, "contact": "mailto:privacy@werkgever.example",
                "privacy_page": "https://werkgever.example/privacy", "without_wallet": {"nl": "op papier"},
            }],
        });
        let parties = register["parties"].as_array_mut().unwrap();
        parties.retain(|party| party["slug"] != "werkgever-voorbeeld");
        parties.push(party);
        self.trust(&mut register);
        std::fs::write(&file, register.to_string()).unwrap();
    }

    /// Writes into its entry of the register that it asks under another client identifier, too, with the key that signs.
    pub(crate) fn is_called(&self, wallet: &TestWallet, client_id: &str) {
        edit(wallet, |party| {
            party["asks"][0]["client_ids"].as_array_mut().unwrap().push(client_id.into());
            party["asks"][0]["keys"] = json!([self.public_jwk().to_value()]);
        });
    }

    /// Writes into its entry of the register the one purpose for which it may ask, in Dutch, with the English that it states itself.
    pub(crate) fn may_ask_for(&self, wallet: &TestWallet, purpose: &str) {
        edit(wallet, |party| party["asks"][0]["purposes"] = json!([{"nl": purpose, "en": "Judging an application"}]));
    }

    /// Says in the register what became of the one that [`Self::register`] put there.
    pub(crate) fn is_now(&self, wallet: &TestWallet, state: &str) {
        edit(wallet, |party| party["state"] = state.into());
    }

    fn trust(&self, register: &mut Value) {
        let anchor = Value::from(vc::encoding::b64(self.0.authority.anchor_der()));
        let anchors = register["anchors"].as_array_mut().unwrap();
        if !anchors.contains(&anchor) {
            anchors.push(anchor);
        }
    }
}

/// Changes the entry that [`StubVerifier::register`] wrote.
fn edit(wallet: &TestWallet, change: impl FnOnce(&mut Value)) {
    let file = wallet.database.folder().join("register.json");
    let mut register: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let mut parties = register["parties"].as_array_mut().unwrap().iter_mut();
    change(parties.find(|party| party["slug"] == "werkgever-voorbeeld").unwrap());
    std::fs::write(&file, register.to_string()).unwrap();
}

async fn object(State(verifier): State<StubVerifier>) -> Response {
    if verifier.0.object.lock().unwrap().is_empty() {
        return StatusCode::GONE.into_response();
    }
    ([(CONTENT_TYPE, "application/oauth-authz-req+jwt")], verifier.0.object.lock().unwrap().clone()).into_response()
}

/// What a wallet posts to `request_uri` (OpenID4VP section 5.10): its nonce comes back in the object.
async fn object_for(State(verifier): State<StubVerifier>, headers: HeaderMap, body: String) -> Response {
    let Some(parameters) = verifier.0.posted.lock().unwrap().clone() else { return StatusCode::GONE.into_response() };
    let posted = form::Params::parse(&body).unwrap();
    let metadata: Value = serde_json::from_str(posted.text("wallet_metadata").unwrap()).unwrap();
    assert!(metadata["vp_formats_supported"].get("dc+sd-jwt").is_some(), "{metadata}");
    assert_eq!(headers[ACCEPT], "application/oauth-authz-req+jwt");
    let (now, signer) = (start_seconds(), SignedBy::X5c(&verifier.0.chain));
    let signed = parameters.sign(&verifier.0.key, &signer, now, now + 600, posted.text("wallet_nonce")).unwrap();
    ([(CONTENT_TYPE, "application/oauth-authz-req+jwt")], signed).into_response()
}

async fn response(State(verifier): State<StubVerifier>, body: String) -> Response {
    verifier.0.received.lock().unwrap().push(body);
    let (status, body) = verifier.0.answer.lock().unwrap().clone();
    (StatusCode::from_u16(status).unwrap(), [(CONTENT_TYPE, "application/json")], body).into_response()
}
