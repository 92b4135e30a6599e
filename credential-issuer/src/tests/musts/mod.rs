//! What OpenID4VCI 1.0 demands of issuers, a test for each MUST, named after its section. Which is which stands in
//! `tests/conformance/musts.md`; more of them lie beside the code that they are about.

mod authorizing;
mod giving;
mod published;
mod waiting;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use vc::key::{Algorithm, SigningKey};

use super::{Answer, App, SLUG, request, wanted};

const FORM: &str = "microcredential-sd-jwt";

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

/// A token for an offer of one award.
async fn collecting(app: &App) -> String {
    let (_, offer) = app.offered().await;
    app.token(&offer).await
}

/// An answer with a credential.
async fn given(app: &App, token: &str) -> Answer {
    let answer = app.credential(Some(token), &wanted(&app.proof(&key()).await)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer
}

/// A body of any type to one of the institution's endpoints.
async fn posts(app: &App, path: &str, token: &str, (media_type, body): (&str, &str)) -> Answer {
    let request = request(Method::POST, &format!("/{SLUG}{path}"), Some(token)).header("content-type", media_type);
    app.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

/// A deferred offer whose wallet was put off: the token and the answer.
async fn put_off(app: &App) -> (String, Answer) {
    let award = app.award(&super::microcredential()).await.text("/id");
    let offer = app.offer(&json!({"award": award, "deferred": true})).await;
    assert_eq!(offer.status, StatusCode::CREATED, "{}", offer.body);
    let token = app.token(&offer.json()).await;
    let answer = app.credential(Some(&token), &wanted(&app.proof(&key()).await)).await;
    (token, answer)
}

async fn fetches(app: &App, token: &str, body: &Value) -> Answer {
    app.api(Method::POST, "/deferred-credential", Some(token), Some(body)).await
}
