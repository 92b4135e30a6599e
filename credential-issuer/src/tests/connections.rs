//! Connections: pushed requests, tokens for a connection, deliveries to the connected wallet.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::routing::post;
use openid4vc::{client_assertion, pkce};
use serde_json::{Value, json};
use storage::issuer::token::{NewGrant, Purpose};
use vc::random::SystemRandom;

use super::{App, EDUID, On, SLUG, WALLET, error, identifier, microcredential, on_each_database};

on_each_database! {
    pushed_requests_are_checked,
    plain_authorization_requests_are_refused_on_a_page,
    a_connection_takes_the_wallets_own_origin_only,
    an_award_goes_to_the_connected_wallet_and_is_tried_again,
    what_waited_is_delivered_when_the_learner_connects,
    an_award_is_delivered_when_it_may_be,
}

fn pushed<'a>(assertion: &'a str, redirect_uri: &'a str, challenge: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("response_type", "code"),
        ("client_id", WALLET),
        ("redirect_uri", redirect_uri),
        ("scope", "delivery"),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
        ("state", "s"),
        ("client_assertion_type", client_assertion::TYPE),
        ("client_assertion", assertion),
    ]
}

async fn pushed_requests_are_checked(on: On) {
    let app = App::new(on).await;
    let challenge = pkce::challenge(&pkce::verifier(&SystemRandom));
    let own = "http://localhost:8080/connect/callback";
    let good = app.form("/par", &pushed(&app.assertion(None), own, &challenge)).await;
    assert_eq!(good.status, StatusCode::CREATED, "{}", good.body);
    assert!(good.text("/request_uri").starts_with("urn:ietf:params:oauth:request_uri:"));
    // Row P2.
    for redirect in
        ["http://localhost:8080/connect/callback/x", "http://localhost:8081/connect/callback", "http://localhost:8080/connect/callback?x=1"]
    {
        let refused = app.form("/par", &pushed(&app.assertion(None), redirect, &challenge)).await;
        assert_eq!(refused.error(), error(400, "invalid_request"), "{redirect}");
    }
    // Row P1, and a client that does not authenticate.
    let assertion = app.assertion(None);
    let mut plain = pushed(&assertion, own, &challenge);
    plain[5] = ("code_challenge_method", "plain");
    assert_eq!(app.form("/par", &plain).await.error(), error(400, "invalid_request"));
    let mut anonymous = pushed(&assertion, own, &challenge);
    anonymous.truncate(7);
    assert_eq!(app.form("/par", &anonymous).await.error(), error(400, "invalid_client"));
    // Row P5.
    let assertion = app.assertion(None);
    let mut twice = pushed(&assertion, own, &challenge);
    twice.push(("scope", "delivery"));
    assert_eq!(app.form("/par", &twice).await.error(), error(400, "invalid_request"));
}

async fn plain_authorization_requests_are_refused_on_a_page(on: On) {
    let app = App::new(on).await;
    let plain = app.get(&format!("/{SLUG}/authorize?response_type=code&client_id=x&redirect_uri=https://evil.example/")).await;
    assert_eq!(plain.status, StatusCode::BAD_REQUEST);
    assert!(plain.body.contains("data-error=\"invalid_request\"") && !plain.headers.contains_key("location"));
    let unknown = app.get(&format!("/{SLUG}/authorize?client_id=demo-wallet&request_uri=urn:x")).await;
    assert!(unknown.body.contains("data-error=\"invalid_request_uri\""));
}

/// A token as the token endpoint gives it after the person allowed a connection.
pub(super) async fn delivery_token(app: &App) -> String {
    delivery_token_of(app, WALLET).await
}

async fn delivery_token_of(app: &App, client: &str) -> String {
    let mut tx = app.issuer.store().write().await.unwrap();
    let person = tx.person_of_eduid(SLUG, EDUID, app.now()).await.unwrap();
    let grant = NewGrant {
        institution: SLUG,
        person: &person,
        purpose: Purpose::Delivery,
        client: Some(client),
        proven: false,
        named: false,
        code: "code",
        dpop: None,
        instance: None,
    };
    let grant = tx.insert_grant(&grant, app.now()).await.unwrap();
    let token = vc::random::token128(&SystemRandom);
    let expires_at = app.now().plus_seconds(300);
    tx.insert_token((SLUG, &grant), (&token, false), expires_at).await.unwrap();
    tx.commit().await.unwrap();
    token
}

type Got = Arc<Mutex<Vec<(String, Value)>>>;

/// A wallet's delivery endpoint: what it got, and what it answers.
async fn wallet(answers: Vec<u16>) -> (String, Got) {
    let got: Got = Arc::default();
    let (kept, left) = (Arc::clone(&got), Arc::new(Mutex::new(answers)));
    let handler = move |headers: HeaderMap, body: String| async move {
        let key = headers["authorization"].to_str().unwrap().to_owned();
        kept.lock().unwrap().push((key, serde_json::from_str(&body).unwrap()));
        let status = left.lock().unwrap().pop().unwrap_or(202);
        StatusCode::from_u16(status).unwrap()
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let router = Router::new().route("/api/v1/deliveries", post(handler));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (format!("http://localhost:{port}"), got)
}

async fn a_connection_takes_the_wallets_own_origin_only(on: On) {
    let app = App::new(on).await;
    let token = delivery_token(&app).await;
    let id = "c".repeat(22);
    let path = format!("/api/v1/connections/{id}");
    let body = |endpoint: &str, key: &str| json!({"delivery_endpoint": endpoint, "delivery_key": key});
    let key = "k".repeat(22);
    for endpoint in ["http://localhost:9999/api/v1/deliveries", "https://evil.example/x", "http://127.0.0.1:8080/x", "x"] {
        let answer = app.api(Method::PUT, &path, Some(&token), Some(&body(endpoint, &key))).await;
        assert_eq!(answer.error(), error(422, "connection"), "{endpoint}");
    }
    let good = body("http://localhost:8080/api/v1/deliveries", &key);
    assert_eq!(app.api(Method::PUT, &path, Some("other"), Some(&good)).await.error(), error(401, "invalid_token"));
    assert_eq!(app.api(Method::PUT, &path, Some(&token), Some(&good)).await.status, StatusCode::CREATED);
    assert_eq!(app.api(Method::PUT, &path, Some(&token), Some(&good)).await.status, StatusCode::OK);
    let other = body("http://localhost:8080/api/v1/deliveries", &"x".repeat(22));
    assert_eq!(app.api(Method::PUT, &path, Some(&token), Some(&other)).await.error(), error(409, "connection_exists"));

    // The public client of demos takes deliveries on this computer only.
    let demo = delivery_token_of(&app, "demo-wallet").await;
    let path_of_demo = format!("/api/v1/connections/{}", "d".repeat(22));
    let far = app.api(Method::PUT, &path_of_demo, Some(&demo), Some(&body("https://evil.example/x", &key))).await;
    assert_eq!(far.error(), error(422, "connection"));
    let near = app.api(Method::PUT, &path_of_demo, Some(&demo), Some(&body("http://localhost:9/x", &key))).await;
    assert_eq!(near.status, StatusCode::CREATED, "{}", near.body);

    assert_eq!(app.api(Method::DELETE, &path, Some("wrong-key-wrong-key-wrong"), None).await.error(), error(401, "unauthorized"));
    for _ in 0..2 {
        assert_eq!(app.api(Method::DELETE, &path, Some(&key), None).await.status, StatusCode::NO_CONTENT);
    }
}

async fn an_award_goes_to_the_connected_wallet_and_is_tried_again(on: On) {
    let app = App::new(on).await;
    let (origin, got) = wallet(vec![503]).await;
    {
        let mut tx = app.issuer.store().write().await.unwrap();
        let person = tx.person_of_eduid(SLUG, EDUID, app.now()).await.unwrap();
        let new = storage::issuer::connection::NewConnection {
            institution: SLUG,
            id: "connection-of-samira-01",
            person: &person,
            client: WALLET,
            delivery_endpoint: &format!("{origin}/api/v1/deliveries"),
            delivery_key: "delivery-key-of-samira",
        };
        assert!(tx.insert_connection(&new, app.now()).await.unwrap());
        tx.commit().await.unwrap();
    }
    assert_eq!(app.award(&microcredential()).await.status, StatusCode::CREATED);
    assert_eq!(app.issuer.deliver_now().await.unwrap(), 1);
    assert_eq!(app.issuer.deliver_now().await.unwrap(), 0);
    app.clock.advance_seconds(5);
    assert_eq!(app.issuer.deliver_now().await.unwrap(), 1);
    app.clock.advance_seconds(5_000);
    assert_eq!(app.issuer.deliver_now().await.unwrap(), 0);
    let got = got.lock().unwrap();
    assert_eq!(got.len(), 2);
    assert_eq!(got[0], got[1]);
    assert_eq!(got[0].0, "Bearer delivery-key-of-samira");
    let uri = got[0].1["credential_offer_uri"].as_str().unwrap();
    assert!(uri.starts_with(&format!("{}/offers/", identifier())));
}

async fn what_waited_is_delivered_when_the_learner_connects(on: On) {
    let app = App::new(on).await;
    assert_eq!(app.award(&microcredential()).await.status, StatusCode::CREATED);
    assert_eq!(app.issuer.deliver_now().await.unwrap(), 0);
    let token = delivery_token(&app).await;
    let body = json!({"delivery_endpoint": "http://localhost:8080/api/v1/deliveries", "delivery_key": "k".repeat(22)});
    let made = app.api(Method::PUT, &format!("/api/v1/connections/{}", "c".repeat(22)), Some(&token), Some(&body)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(app.issuer.store().read().await.unwrap().unfinished_jobs().await.unwrap(), 1);
}

async fn an_award_is_delivered_when_it_may_be(on: On) {
    let app = App::new(on).await;
    super::tokens::connect(&app, &"c".repeat(22), EDUID).await;
    let mut body = microcredential();
    body["deliver"] = json!(false);
    let award = app.award(&body).await.text("/id");
    let waiting = || async { app.issuer.store().read().await.unwrap().unfinished_jobs().await.unwrap() };
    assert_eq!(waiting().await, 0);
    body["deliver"] = json!(true);
    let path = format!("/api/v1/awards/{award}");
    let released = app.api(Method::PUT, &path, Some(super::KEY), Some(&body)).await;
    assert_eq!((released.text("/decision").as_str(), waiting().await), ("issue", 1));
    // The same again is no news.
    assert_eq!(app.api(Method::PUT, &path, Some(super::KEY), Some(&body)).await.text("/decision"), "issue");
    assert_eq!(waiting().await, 1);
    assert_eq!(app.rows("offer.made", "delivery").await, 1);
}
