//! Encrypted requests and answers (OpenID4VCI section 10, row C18).

use axum::body::Body;
use axum::http::{Method, StatusCode};
use openid4vc::encryption::{RequestEncryptionSupport, ResponseEncryption, ResponseEncryptionSupport, decrypt_answer};
use openid4vc::{CredentialResponse, IssuerMetadata};
use serde_json::{Value, json};
use vc::key::{AgreementKey, Algorithm, SigningKey};

use super::{Answer, App, On, SLUG, error, identifier, on_each_database, wanted};

on_each_database! {
    vci_10_an_encrypted_request_gets_an_encrypted_answer,
    vci_8_2_an_encrypted_answer_is_asked_for_by_an_encrypted_request,
    row_c18_encryption_parameters,
    vci_8_3_1_errors_are_never_encrypted,
    what_is_required_must_be_there,
    the_key_is_sealed_and_renewed,
}

/// A wallet's own key for the answer.
pub(super) struct Asked {
    key: AgreementKey,
    pub(super) parameters: ResponseEncryption,
}

impl Asked {
    pub(super) fn new() -> Self {
        let key = AgreementKey::generate().unwrap();
        let parameters = ResponseEncryptionSupport::new(false).ask(&key).unwrap();
        Self { key, parameters }
    }

    pub(super) fn open(&self, answer: &Answer) -> CredentialResponse {
        assert_eq!(answer.headers["content-type"], "application/jwt", "{}", answer.body);
        assert_eq!(answer.headers["cache-control"], "no-store");
        CredentialResponse::parse(&decrypt_answer(&answer.body, &self.key).unwrap()).unwrap()
    }
}

impl App {
    async fn support(&self) -> RequestEncryptionSupport {
        let body = self.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await.body;
        IssuerMetadata::parse(body.as_bytes(), &identifier(), true).unwrap().credential_request_encryption.unwrap()
    }

    /// Posts a body as it is.
    async fn post(&self, path: &str, token: &str, media_type: &str, body: String) -> Answer {
        let request = super::request(Method::POST, &format!("/{SLUG}{path}"), Some(token)).header("content-type", media_type);
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(super) async fn encrypted(&self, path: &str, token: &str, body: &Value) -> Answer {
        let jwe = self.support().await.encrypt(&body.to_string()).unwrap();
        self.post(path, token, "application/jwt", jwe).await
    }
}

fn with(mut body: Value, encryption: Value) -> Value {
    body["credential_response_encryption"] = encryption;
    body
}

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

async fn vci_10_an_encrypted_request_gets_an_encrypted_answer(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let holder = key();
    let asked = Asked::new();
    let body = with(wanted(&app.proof(&holder).await), asked.parameters.to_value());
    let answer = app.encrypted("/credential", &token, &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let first = asked.open(&answer).credentials.unwrap()[0].text().unwrap();
    // The answer's `kid` is the key's, and its `alg` and `enc` are those that were asked for.
    let header = vc::jwe::header(&answer.body).unwrap();
    assert_eq!(header["kid"], asked.parameters.jwk.kid().unwrap());
    assert_eq!((&header["alg"], &header["enc"]), (&json!("ECDH-ES"), &json!(asked.parameters.enc.name())));
    // An encrypted request may have a plain answer; the credential is the same.
    let answer = app.encrypted("/credential", &token, &wanted(&app.proof(&holder).await)).await;
    assert_eq!((answer.status, answer.text("/credentials/0/credential")), (StatusCode::OK, first));
    assert_eq!(app.issued().await, 1);
}

async fn vci_8_2_an_encrypted_answer_is_asked_for_by_an_encrypted_request(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let before = app.row_counts().await;
    let proof = app.proof(&key()).await;
    let body = with(wanted(&proof), Asked::new().parameters.to_value());
    assert_eq!(app.credential(Some(&token), &body).await.error(), error(400, "invalid_encryption_parameters"));
    assert_eq!(app.row_counts().await, before);
    assert_eq!(app.credential(Some(&token), &wanted(&proof)).await.status, StatusCode::OK);
}

async fn row_c18_encryption_parameters(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let good = Asked::new().parameters.to_value();
    let change = |pointer: &str, to: Option<Value>| {
        let mut parameters = good.clone();
        let (place, name) = pointer.rsplit_once('/').unwrap();
        let object = parameters.pointer_mut(place).unwrap().as_object_mut().unwrap();
        match to {
            Some(value) => object.insert(name.to_owned(), value),
            None => object.remove(name),
        };
        parameters
    };
    let before = app.row_counts().await;
    let proof = app.proof(&key()).await;
    for (what, parameters) in [
        ("zip that is not offered", change("/zip", Some(json!("DEF")))),
        ("no alg in the key", change("/jwk/alg", None)),
        ("another alg", change("/jwk/alg", Some(json!("RSA-OAEP-256")))),
        ("a point off the curve", change("/jwk/y", Some(good["jwk"]["x"].clone()))),
        ("another enc", change("/enc", Some(json!("A128CBC-HS256")))),
        ("no enc", change("/enc", None)),
        ("no key", change("/jwk", None)),
        ("no object", json!("x")),
    ] {
        let body = with(wanted(&proof), parameters);
        for answer in [app.credential(Some(&token), &body).await, app.encrypted("/credential", &token, &body).await] {
            assert_eq!(answer.error(), error(400, "invalid_encryption_parameters"), "{what}");
        }
    }
    // Requests that do not open.
    let support = app.support().await;
    let jwe = support.encrypt(&wanted(&proof).to_string()).unwrap();
    let other = RequestEncryptionSupport::new(&[AgreementKey::generate().unwrap().public_jwk().unwrap()], false);
    let torn = format!("{}AAAA", &jwe[..jwe.len() - 4]);
    for unreadable in [other.encrypt(&wanted(&proof).to_string()).unwrap(), torn, "a.b.c".to_owned(), String::new()] {
        let answer = app.post("/credential", &token, "application/jwt", unreadable).await;
        assert_eq!(answer.error(), error(400, "invalid_encryption_parameters"));
    }
    for media_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let answer = app.post("/credential", &token, media_type, wanted(&proof).to_string()).await;
        assert_eq!(answer.error(), error(400, "invalid_credential_request"), "{media_type}");
    }
    assert_eq!(app.row_counts().await, before);
    assert_eq!(app.credential(Some(&token), &wanted(&proof)).await.status, StatusCode::OK);
}

async fn vci_8_3_1_errors_are_never_encrypted(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let before = app.row_counts().await;
    let body = with(wanted("no.proof.at-all"), Asked::new().parameters.to_value());
    let answer = app.encrypted("/credential", &token, &body).await;
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.error(), error(400, "invalid_proof"));
    assert_eq!(app.row_counts().await, before);
}

async fn what_is_required_must_be_there(on: On) {
    let app = App::issuing(on, |issuing| issuing.encryption_required = true).await;
    let metadata = app.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await.json();
    for member in ["credential_request_encryption", "credential_response_encryption"] {
        assert_eq!(metadata[member]["encryption_required"], true);
    }
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let before = app.row_counts().await;
    let plain = wanted(&app.proof(&key()).await);
    assert_eq!(app.credential(Some(&token), &plain).await.error(), error(400, "invalid_encryption_parameters"));
    assert_eq!(app.encrypted("/credential", &token, &plain).await.error(), error(400, "invalid_encryption_parameters"));
    assert_eq!(app.row_counts().await, before);
    let asked = Asked::new();
    let answer = app.encrypted("/credential", &token, &with(plain, asked.parameters.to_value())).await;
    assert!(asked.open(&answer).credentials.is_some());
}

async fn the_key_is_sealed_and_renewed(on: On) {
    let app = App::new(on).await;
    let first = app.support().await;
    let kid = first.jwks["keys"][0]["kid"].as_str().unwrap().to_owned();
    let (_, offer) = app.offered().await;
    let jwk = first.jwks["keys"][0].clone();
    assert_eq!((&jwk["use"], &jwk["alg"], jwk.get("d")), (&json!("enc"), &json!("ECDH-ES"), None));
    app.clock.advance_seconds(366 * 86_400);
    let app = app.restarted().await;
    let second = app.support().await;
    assert_ne!(second.jwks["keys"][0]["kid"], kid.as_str());
    // What was on its way is still opened: the answer is about the token, which is long over, and not about the key.
    let answer = app.post("/credential", "old", "application/jwt", first.encrypt("{}").unwrap()).await;
    assert_eq!(answer.error(), error(401, "invalid_token"));
    assert_eq!(offer["id"].as_str().unwrap().len(), 22);
}
