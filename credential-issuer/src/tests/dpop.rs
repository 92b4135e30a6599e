//! DPoP at the token, pushed request, nonce and credential endpoints: rows T9, C1 to C3, RFC 9449.

use axum::http::StatusCode;
use axum::http::{Method, Request};
use openid4vc::dpop;
use serde_json::{Value, json};
use vc::key::{Algorithm, SigningKey};
use vc::random::SystemRandom;

use super::{Answer, App, On, PRE_AUTHORIZED, SLUG, code, error, identifier, on_each_database, request, tx_code, wanted};

on_each_database! {
    row_t9_a_proof_that_does_not_fit_leaves_the_code,
    rfc9449_8_a_proof_needs_a_nonce_of_ours,
    rfc9449_11_1_a_jti_is_used_once,
    rows_c1_c2_and_c3_at_the_credential_endpoint,
    rfc9449_7_1_a_bound_token_is_used_with_its_own_key,
    rfc9449_5_an_hour_when_bound_and_five_minutes_when_not,
    rfc9449_10_a_code_is_bound_at_the_pushed_request,
}

/// A key that proves itself.
pub(super) struct Prover(pub(super) SigningKey);

impl Prover {
    pub(super) fn new() -> Self {
        Self(SigningKey::generate(Algorithm::Es256).unwrap())
    }

    /// A proof for one of our endpoints.
    pub(super) async fn proof(&self, app: &App, method: &str, path: &str, token: Option<&str>) -> (&'static str, String) {
        let nonce = nonce(app).await;
        (dpop::HEADER, self.with(app, (method, path), token, Some(&nonce), 0))
    }

    pub(super) fn with(&self, app: &App, (method, path): (&str, &str), token: Option<&str>, nonce: Option<&str>, later: i64) -> String {
        let jti = vc::random::token128(&SystemRandom);
        dpop::build(&self.0, method, &format!("{}{path}", identifier()), app.now().seconds() + later, &jti, token, nonce).unwrap()
    }

    /// A token for an offer with a transaction code.
    pub(super) async fn token(&self, app: &App, offer: &Value) -> Answer {
        app.form_with("/token", &redeems(offer), &[self.proof(app, "POST", "/token", None).await]).await
    }

    pub(super) async fn credential(&self, app: &App, token: &str, body: &Value) -> Answer {
        let proof = self.proof(app, "POST", "/credential", Some(token)).await;
        asks(app, &format!("DPoP {token}"), body, &[proof]).await
    }
}

/// The nonce that the nonce endpoint gives beside its own.
pub(super) async fn nonce(app: &App) -> String {
    app.form("/nonce", &[]).await.headers["dpop-nonce"].to_str().unwrap().to_owned()
}

fn redeems(offer: &Value) -> [(&str, &str); 3] {
    [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(offer)), ("tx_code", tx_code(offer))]
}

async fn asks(app: &App, authorization: &str, body: &Value, headers: &[(&'static str, String)]) -> Answer {
    let mut request = Request::builder().method(Method::POST).uri(format!("/{SLUG}/credential")).header("host", "localhost:8081");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let request = request.header("authorization", authorization).header("content-type", "application/json");
    app.send(request.body(body.to_string().into()).unwrap()).await
}

async fn row_t9_a_proof_that_does_not_fit_leaves_the_code(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let prover = Prover::new();
    let fresh = nonce(&app).await;
    let before = app.row_counts().await;
    let with = |at: (&'static str, &'static str), later: i64| vec![(dpop::HEADER, prover.with(&app, at, None, Some(&fresh), later))];
    let good = prover.with(&app, ("POST", "/token"), None, Some(&fresh), 0);
    let mut private: Vec<&str> = good.split('.').collect();
    private[2] = "AAAA";
    for headers in [
        vec![(dpop::HEADER, good.clone()), (dpop::HEADER, good.clone())],
        with(("POST", "/credential"), 0),
        with(("GET", "/token"), 0),
        with(("POST", "/token"), 600),
        with(("POST", "/token"), -600),
        vec![(dpop::HEADER, private.join("."))],
        vec![(dpop::HEADER, "x".to_owned())],
    ] {
        assert_eq!(app.form_with("/token", &redeems(&offer), &headers).await.error(), error(400, "invalid_dpop_proof"), "{headers:?}");
    }
    assert_eq!(app.row_counts().await, before);
    assert_eq!(app.form_with("/token", &redeems(&offer), &[(dpop::HEADER, good)]).await.status, StatusCode::OK);
}

async fn rfc9449_8_a_proof_needs_a_nonce_of_ours(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let prover = Prover::new();
    let old = nonce(&app).await;
    app.clock.advance_seconds(301);
    let before = app.row_counts().await;
    let c_nonce = app.nonce().await;
    for not_ours in [None, Some("made-up"), Some(c_nonce.as_str()), Some(old.as_str())] {
        let proof = prover.with(&app, ("POST", "/token"), None, not_ours, 0);
        let asked = app.form_with("/token", &redeems(&offer), &[(dpop::HEADER, proof)]).await;
        assert_eq!(asked.error(), error(400, "use_dpop_nonce"), "{not_ours:?}");
        assert_eq!(app.row_counts().await, before);
        let given = asked.headers["dpop-nonce"].to_str().unwrap().to_owned();
        let healed = prover.with(&app, ("POST", "/par"), None, Some(&given), 0);
        // The nonce is good at every endpoint: the pushed request is refused for its own sake only.
        assert_eq!(app.form_with("/par", &[], &[(dpop::HEADER, healed)]).await.error(), error(400, "invalid_request"));
    }
    let given = prover.token(&app, &offer).await;
    assert_eq!((given.status, given.text("/token_type").as_str()), (StatusCode::OK, "DPoP"));
    assert!(given.headers.contains_key("dpop-nonce"));
    // At the credential endpoint the same is 401, and the header says which scheme.
    let token = given.text("/access_token");
    let proof = prover.with(&app, ("POST", "/credential"), Some(&token), None, 0);
    let asked = asks(&app, &format!("DPoP {token}"), &json!({}), &[(dpop::HEADER, proof)]).await;
    assert_eq!(asked.error(), error(401, "use_dpop_nonce"));
    assert!(asked.headers["www-authenticate"].to_str().unwrap().starts_with("DPoP error=\"use_dpop_nonce\""));
    assert!(asked.headers.contains_key("dpop-nonce"));
}

async fn rfc9449_11_1_a_jti_is_used_once(on: On) {
    let app = App::new(on).await;
    let (award, offer) = app.offered().await;
    let prover = Prover::new();
    let proof = [prover.proof(&app, "POST", "/token", None).await];
    let given = app.form_with("/token", &redeems(&offer), &proof).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.body);
    let other = app.offer(&json!({"award": award})).await.json();
    let before = app.row_counts().await;
    assert_eq!(app.form_with("/token", &redeems(&other), &proof).await.error(), error(400, "invalid_dpop_proof"));
    assert_eq!(app.row_counts().await, before);
    assert_eq!(prover.token(&app, &other).await.status, StatusCode::OK);
    // At the credential endpoint too.
    let token = prover.token(&app, &app.offer(&json!({"award": award})).await.json()).await.text("/access_token");
    let proof = [prover.proof(&app, "POST", "/credential", Some(&token)).await];
    assert_eq!(asks(&app, &format!("DPoP {token}"), &json!({}), &proof).await.error(), error(400, "invalid_credential_request"));
    let again = asks(&app, &format!("DPoP {token}"), &json!({}), &proof).await;
    assert_eq!(again.error(), error(401, "invalid_dpop_proof"));
    assert!(again.headers["www-authenticate"].to_str().unwrap().starts_with("DPoP error=\"invalid_dpop_proof\""));
}

async fn rows_c1_c2_and_c3_at_the_credential_endpoint(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let prover = Prover::new();
    let token = prover.token(&app, &offer).await.text("/access_token");
    let before = app.row_counts().await;
    let challenge = |answer: &Answer| answer.headers["www-authenticate"].to_str().unwrap().to_owned();
    let nobody = app.credential(None, &json!({})).await;
    assert_eq!((nobody.error(), challenge(&nobody).as_str()), (error(401, "unauthorized"), "DPoP algs=\"ES256 EdDSA\""));
    let mut refused = vec![app.credential(Some(&token), &json!({})).await];
    for authorization in [format!("DPoP {token}"), "DPoP unknown".to_owned(), format!("Basic {token}"), "Bearer".to_owned()] {
        let elsewhere = request(Method::POST, "/roc-voorbeeld/credential", None).header("authorization", authorization);
        refused.push(app.send(elsewhere.header("content-type", "application/json").body("{}".into()).unwrap()).await);
    }
    for answer in refused {
        assert_eq!(answer.error(), error(401, "invalid_token"));
        assert!(challenge(&answer).starts_with("DPoP error=\"invalid_token\""));
    }
    assert_eq!(app.row_counts().await, before);
    // A token in the address is nobody's (RFC 6750 section 2.3).
    let path = format!("/{SLUG}/credential?access_token={token}");
    let in_query = request(Method::POST, &path, None).header("content-type", "application/json").body("{}".into()).unwrap();
    assert_eq!(app.send(in_query).await.error(), error(401, "unauthorized"));
}

async fn rfc9449_7_1_a_bound_token_is_used_with_its_own_key(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let (prover, other) = (Prover::new(), Prover::new());
    let token = prover.token(&app, &offer).await.text("/access_token");
    assert_eq!(other.credential(&app, &token, &json!({})).await.error(), error(401, "invalid_token"));
    // No `ath`, the `ath` of another token, no proof.
    for ath in [None, Some("another")] {
        let proof = prover.proof(&app, "POST", "/credential", ath).await;
        assert_eq!(asks(&app, &format!("DPoP {token}"), &json!({}), &[proof]).await.error(), error(401, "invalid_dpop_proof"));
    }
    assert_eq!(asks(&app, &format!("DPoP {token}"), &json!({}), &[]).await.error(), error(401, "invalid_dpop_proof"));
    let holder = SigningKey::generate(Algorithm::Es256).unwrap();
    let answer = prover.credential(&app, &token, &wanted(&app.proof(&holder).await)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

async fn rfc9449_5_an_hour_when_bound_and_five_minutes_when_not(on: On) {
    let app = App::new(on).await;
    let (award, offer) = app.offered().await;
    let prover = Prover::new();
    let bound = prover.token(&app, &offer).await;
    assert_eq!(bound.json()["expires_in"], 3600);
    let other = app.offer(&json!({"award": award})).await.json();
    let free = app.form("/token", &redeems(&other)).await;
    assert_eq!((free.json()["expires_in"].clone(), free.text("/token_type").as_str()), (json!(300), "Bearer"));
    // A token that is not bound is no DPoP token.
    let proof = prover.proof(&app, "POST", "/credential", Some(&free.text("/access_token"))).await;
    let as_dpop = asks(&app, &format!("DPoP {}", free.text("/access_token")), &json!({}), &[proof]).await;
    assert_eq!(as_dpop.error(), error(401, "invalid_token"));
    app.clock.advance_seconds(301);
    assert_eq!(app.credential(Some(&free.text("/access_token")), &json!({})).await.error(), error(401, "invalid_token"));
    let token = bound.text("/access_token");
    assert_eq!(prover.credential(&app, &token, &json!({})).await.error(), error(400, "invalid_credential_request"));
    app.clock.advance_seconds(3300);
    assert_eq!(prover.credential(&app, &token, &json!({})).await.error(), error(401, "invalid_token"));
}

async fn rfc9449_10_a_code_is_bound_at_the_pushed_request(on: On) {
    let app = App::new(on).await;
    let prover = Prover::new();
    let thumbprint = prover.0.public_jwk().unwrap().thumbprint();
    app.award(&super::microcredential()).await;
    let before = app.count("SELECT COUNT(*) FROM authorization_request").await;
    let scope = ("scope", "microcredential");
    let other = Prover::new().proof(&app, "POST", "/par", None).await;
    let refused = super::authorizations::push(&app, &[scope, ("dpop_jkt", &thumbprint)], &[other]).await;
    assert_eq!(refused.error(), error(400, "invalid_dpop_proof"));
    assert_eq!(app.count("SELECT COUNT(*) FROM authorization_request").await, before);
    for wants in [vec![scope, ("dpop_jkt", &thumbprint)], vec![scope]] {
        let headers = if wants.len() == 1 { vec![prover.proof(&app, "POST", "/par", None).await] } else { Vec::new() };
        let waiting = super::authorizations::signed_in_with(&app, &wants, &headers, super::EDUID).await;
        let code = super::authorizations::allowed(&app, &waiting).await;
        // Neither without a proof nor with another key; the code is there for the right one.
        assert_eq!(super::authorizations::token(&app, &code, &waiting.verifier, &[]).await.error(), error(400, "invalid_grant"));
        let other = Prover::new().proof(&app, "POST", "/token", None).await;
        assert_eq!(super::authorizations::token(&app, &code, &waiting.verifier, &[other]).await.error(), error(400, "invalid_grant"));
        let proof = prover.proof(&app, "POST", "/token", None).await;
        let given = super::authorizations::token(&app, &code, &waiting.verifier, &[proof]).await;
        assert_eq!((given.status, given.text("/token_type").as_str()), (StatusCode::OK, "DPoP"), "{}", given.body);
    }
}
