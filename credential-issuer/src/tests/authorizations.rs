//! From a pushed request to a connection: the page that says who gets what, its answer, the code, the token.

use axum::http::{Method, StatusCode};
use openid4vc::{client_assertion, pkce};
use serde_json::json;
use vc::random::SystemRandom;

use super::desk::{csrf, page, post, session};
use super::{App, EDUID, On, SLUG, WALLET, error, identifier, on_each_database};
use crate::oid4vci::authorize::{LoginFor, subject};

on_each_database! {
    allowing_gives_a_code_for_one_connection,
    refusing_tells_the_wallet_and_nothing_more,
    a_request_uri_is_used_once_by_its_client,
}

const BACK: &str = "http://localhost:8080/connect/callback";

struct Asked {
    verifier: String,
    path: String,
    cookie: String,
}

/// A pushed request whose person has signed in.
async fn asked(app: &App) -> Asked {
    let verifier = pkce::verifier(&SystemRandom);
    let pushed = push(app, &pkce::challenge(&verifier)).await;
    let mut tx = app.issuer.store().write().await.unwrap();
    let until = app.now().plus_seconds(900);
    let begun = tx.begin_authorization((SLUG, WALLET), &pushed, app.now(), until).await.unwrap().unwrap();
    let person = tx.person_of_eduid(SLUG, EDUID, app.now()).await.unwrap();
    tx.ask_authorization(&begun.id, &person, app.now()).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let cookie = session(app, subject(&person), json!(LoginFor::Authorization(begun.id.clone()))).await;
    Asked { verifier, path: format!("/{SLUG}/authorize/{}", begun.id), cookie }
}

async fn push(app: &App, challenge: &str) -> String {
    let assertion = app.assertion(None);
    let pairs = [
        ("response_type", "code"),
        ("client_id", WALLET),
        ("redirect_uri", BACK),
        ("scope", "delivery"),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
        ("state", "state-of-the-wallet"),
        ("client_assertion_type", client_assertion::TYPE),
        ("client_assertion", &assertion),
    ];
    app.form("/par", &pairs).await.text("/request_uri")
}

async fn token(app: &App, code: &str, verifier: &str) -> super::Answer {
    let assertion = app.assertion(None);
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", BACK),
        ("code_verifier", verifier),
        ("client_assertion_type", client_assertion::TYPE),
        ("client_assertion", &assertion),
    ];
    app.form("/token", &pairs).await
}

fn parameter(location: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(location).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

async fn answered(app: &App, asked: &Asked, choice: &str) -> String {
    let shown = page(app, &asked.path, &asked.cookie).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    let csp = shown.headers["content-security-policy"].to_str().unwrap();
    assert!(csp.contains("form-action 'self' http://localhost:8080;"), "{csp}");
    let sent = post(app, &asked.path, &asked.cookie, &[("csrf", &csrf(&shown)), ("choice", choice)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    sent.headers["location"].to_str().unwrap().to_owned()
}

async fn allowing_gives_a_code_for_one_connection(on: On) {
    let app = App::new(on).await;
    let waiting = asked(&app).await;
    let location = answered(&app, &waiting, "allow").await;
    assert!(location.starts_with(BACK));
    assert_eq!(parameter(&location, "state").as_deref(), Some("state-of-the-wallet"));
    assert_eq!(parameter(&location, "iss"), Some(identifier()));
    let code = parameter(&location, "code").unwrap();
    let given = token(&app, &code, &waiting.verifier).await;
    assert_eq!((given.status, given.text("/scope")), (StatusCode::OK, "delivery".to_owned()));
    let body = json!({"delivery_endpoint": "http://localhost:8080/api/v1/deliveries", "delivery_key": "k".repeat(22)});
    let connect = |id: &str| format!("/api/v1/connections/{id}");
    let made = app.api(Method::PUT, &connect(&"a".repeat(22)), Some(&given.text("/access_token")), Some(&body)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    // The token is for connecting, never for a credential.
    let refused = app.credential(Some(&given.text("/access_token")), &json!({})).await;
    assert_eq!(refused.error(), error(401, "invalid_token"));
    // Row T4: the code twice ends what came of it.
    assert_eq!(token(&app, &code, &waiting.verifier).await.error(), error(400, "invalid_grant"));
    let late = app.api(Method::PUT, &connect(&"b".repeat(22)), Some(&given.text("/access_token")), Some(&body)).await;
    assert_eq!(late.error(), error(401, "invalid_token"));
    // Row T8: a wrong verifier uses the code up.
    let other = asked(&app).await;
    let code = parameter(&answered(&app, &other, "allow").await, "code").unwrap();
    assert_eq!(token(&app, &code, &pkce::verifier(&SystemRandom)).await.error(), error(400, "invalid_grant"));
    assert_eq!(token(&app, &code, &other.verifier).await.error(), error(400, "invalid_grant"));
}

async fn refusing_tells_the_wallet_and_nothing_more(on: On) {
    let app = App::new(on).await;
    let asked = asked(&app).await;
    let location = answered(&app, &asked, "refuse").await;
    assert_eq!(parameter(&location, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&location, "code"), None);
    // It was answered, and nobody else's session ever sees it.
    assert_eq!(page(&app, &asked.path, &asked.cookie).await.status, StatusCode::NOT_FOUND);
    let other = super::authorizations::asked(&app).await;
    assert_eq!(page(&app, &other.path, &asked.cookie).await.status, StatusCode::NOT_FOUND);
}

async fn a_request_uri_is_used_once_by_its_client(on: On) {
    let app = App::new(on).await;
    let pushed = push(&app, &pkce::challenge(&pkce::verifier(&SystemRandom))).await;
    let until = app.now().plus_seconds(900);
    let begin = |client: &'static str| {
        let (app, pushed) = (&app, pushed.clone());
        async move {
            let mut tx = app.issuer.store().write().await.unwrap();
            let begun = tx.begin_authorization((SLUG, client), &pushed, app.now(), until).await.unwrap().is_some();
            tx.commit().await.unwrap();
            begun
        }
    };
    assert!(!begin("demo-wallet").await);
    assert!(begin(WALLET).await);
    assert!(!begin(WALLET).await);
    let late = push(&app, &pkce::challenge(&pkce::verifier(&SystemRandom))).await;
    app.clock.advance_seconds(61);
    let mut tx = app.issuer.store().write().await.unwrap();
    assert!(tx.begin_authorization((SLUG, WALLET), &late, app.now(), app.now().plus_seconds(900)).await.unwrap().is_none());
}
