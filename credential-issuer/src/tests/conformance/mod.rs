//! The issuer modules of the OpenID Foundation's suite (`oid4vci-1_0-issuer-*`), one test each, called as the module is. Which test
//! stands for which module, and what must come out, is in `tests/conformance/modules.md`, which a test holds these against.

mod attestation;
mod happy;
mod metadata;
mod refused;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use openid4vc::IssuerMetadata;
use openid4vc::encryption::RequestEncryptionSupport;
use serde_json::{Value, json};
use vc::encoding::{b64url, sha256};
use vc::key::{Algorithm, SigningKey, VerifyingKey};
use vc::random::SystemRandom;
use vc::sd_jwt::SdJwt;
use vc::x509::Chain;

use super::dpop::{Prover, nonce};
use super::{Answer, App, SLUG, identifier, wanted};

/// The form that the modules ask for.
const FORM: &str = "microcredential-sd-jwt";

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

/// A JWS of exactly these parts.
fn jwt(header: &Value, payload: &Value, key: &SigningKey) -> String {
    let input = format!("{}.{}", b64url(header.to_string()), b64url(payload.to_string()));
    format!("{input}.{}", b64url(key.sign(input.as_bytes()).unwrap()))
}

/// The same with a signature that does not fit.
fn torn(jwt: &str) -> String {
    let (signed, signature) = jwt.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{signed}.{first}{}", &signature[1..])
}

/// A wallet that collects with a bound token, and says more than anybody asked for wherever it speaks.
struct Wallet {
    prover: Prover,
    holder: SigningKey,
    /// Its name in key proofs; none for anonymous use of a pre-authorized code.
    client: Option<&'static str>,
}

impl Wallet {
    fn new(client: Option<&'static str>) -> Self {
        Self { prover: Prover::new(), holder: key(), client }
    }

    /// A DPoP proof with a member that nobody knows.
    async fn dpop(&self, app: &App, path: &str, token: Option<&str>) -> (&'static str, String) {
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": self.prover.0.public_jwk().unwrap().to_value(), "unknown": {}});
        let mut payload = json!({"jti": vc::random::token128(&SystemRandom), "htm": "POST", "htu": format!("{}{path}", identifier()),
            "iat": app.now().seconds(), "nonce": nonce(app).await, "unknown": [1]});
        if let Some(token) = token {
            payload["ath"] = json!(b64url(sha256(token.as_bytes())));
        }
        (openid4vc::dpop::HEADER, jwt(&header, &payload, &self.prover.0))
    }

    /// A token answer for a grant.
    async fn token(&self, app: &App, pairs: &[(&str, &str)]) -> Answer {
        let mut all = pairs.to_vec();
        all.extend([("unknown_parameter", "x"), ("another-unknown", "")]);
        let answer = app.form_with("/token", &all, &[self.dpop(app, "/token", None).await]).await;
        assert_eq!((answer.status, answer.headers["cache-control"].to_str().unwrap()), (StatusCode::OK, "no-store"), "{}", answer.body);
        assert_eq!((answer.text("/token_type").as_str(), &answer.json()["expires_in"]), ("DPoP", &json!(3600)));
        answer
    }

    /// A key proof over a fresh nonce.
    async fn proof(&self, app: &App) -> String {
        self.proof_of(&self.holder, &app.nonce().await, app.now().seconds())
    }

    fn proof_of(&self, holder: &SigningKey, nonce: &str, now: i64) -> String {
        let jwk = holder.public_jwk().unwrap().to_value();
        let header = json!({"typ": "openid4vci-proof+jwt", "alg": "ES256", "jwk": jwk, "unknown": "x"});
        let mut payload = json!({"aud": identifier(), "iat": now, "nonce": nonce, "unknown": {"a": [null]}});
        if let Some(client) = self.client {
            payload["iss"] = json!(client);
        }
        jwt(&header, &payload, holder)
    }

    /// Sends a body to an endpoint that wants the token, with headers beside.
    async fn post(&self, app: &App, token: &str, (path, encrypts): (&str, bool), body: &Value, headers: &[(&str, &str)]) -> Answer {
        let mut body = body.clone();
        body["unknown_member"] = json!({"unknown": [1, null]});
        let (media_type, body) = match encrypts {
            true => ("application/jwt", support(app).await.encrypt(&body.to_string()).unwrap()),
            false => ("application/json", body.to_string()),
        };
        let (name, proof) = self.dpop(app, path, Some(token)).await;
        let mut request = Request::builder().method(Method::POST).uri(format!("/{SLUG}{path}")).header("host", "localhost:8081");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.header("authorization", format!("DPoP {token}")).header(name, proof).header("content-type", media_type);
        app.send(request.body(Body::from(body)).unwrap()).await
    }

    /// Asks for the credential in the clear.
    async fn asks(&self, app: &App, token: &str, headers: &[(&str, &str)]) -> Answer {
        let body = wanted(&self.proof(app).await);
        self.post(app, token, ("/credential", false), &body, headers).await
    }

    /// Says that the credential arrived.
    async fn thanks(&self, app: &App, token: &str, id: &str) -> Answer {
        let body = json!({"notification_id": id, "event": "credential_accepted", "event_description": "kept"});
        self.post(app, token, ("/notification", false), &body, &[]).await
    }
}

/// The key that requests are encrypted for, as metadata has it.
async fn support(app: &App) -> RequestEncryptionSupport {
    let body = app.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await.body;
    IssuerMetadata::parse(body.as_bytes(), &identifier(), true).unwrap().credential_request_encryption.unwrap()
}

/// The suite's look at a credential: signed by the institution under the anchor, bound to the proved key, nothing in it that links it
/// to the moment of issuing.
fn assert_holds(app: &App, text: &str, holder: &SigningKey) {
    let credential = SdJwt::parse(text).unwrap();
    let chain = Chain::from_x5c(&credential.jwt().x5c().unwrap()).unwrap();
    let leaf = chain.verify(&[app.authority.anchor_der().to_vec()], app.now().seconds()).unwrap();
    credential.jwt().verify(&VerifyingKey::from_jwk(&leaf.jwk).unwrap(), Some("dc+sd-jwt")).unwrap();
    let claims = credential.disclosed_claims();
    assert_eq!((&claims["iss"], &claims["vct"]), (&json!(identifier()), &json!(vc::bundled::MICROCREDENTIAL_VCT)));
    assert_eq!(claims["cnf"]["jwk"]["x"], holder.public_jwk().unwrap().to_value()["x"]);
    for moment in ["iat", "nbf", "exp"] {
        assert!(claims.get(moment).is_none_or(|moment| moment.as_i64().unwrap() % 86_400 == 0), "{moment}");
    }
    assert!(claims["status"]["status_list"]["idx"].is_u64(), "{claims:?}");
}
