//! The verifier modules of the OpenID Foundation's suite (`oid4vp-1final-verifier-*`), one test each, called as the module is. Which
//! test stands for which module, and what must come out, is in `tests/conformance/modules.md`, which a test holds these against.
//!
//! The suite's wallet is played by hand, so that each part of an answer can be wrong.

use axum::http::StatusCode;
use openid4vc::{AuthorizationRequest, ClientId};
use serde_json::{Value, json};
use vc::key::{Algorithm, SigningKey};
use vc::sd_jwt::SdJwt;

use crate::links::parameter;
use crate::rows::{Binding, flip_payload};
use crate::world::{Reply, World};

/// A question to one wallet, opened, and the proof of enrolment that answers it.
struct Asked {
    id: Value,
    request: AuthorizationRequest,
    credential: SdJwt,
}

/// The wallet's key as most wallets write it into a credential: with all that a key can say of itself.
fn described(world: &World) -> Value {
    world.holder.public_jwk().unwrap().with_kid("k1").with_use("sig").with_alg("ES256").to_value()
}

async fn asked(world: &World, more: Value) -> Asked {
    let asked = world.ask(more).await;
    let request = world.open(asked["wallet_link"].as_str().unwrap()).await;
    Asked { id: asked["id"].clone(), request, credential: world.credential_bound(&described(world)) }
}

impl Asked {
    fn shown(&self, world: &World) -> String {
        world.revealed(&self.credential).to_string()
    }

    /// The key binding of an honest wallet over what it shows.
    fn binding<'a>(&'a self, world: &World, shown: &'a str) -> Binding<'a> {
        let audience = self.request.client_id.as_str();
        Binding { typ: "kb+jwt", audience, nonce: &self.request.nonce, iat: world.clock_seconds(), over: shown }
    }

    async fn answer(&self, world: &World) -> Reply {
        world.answer(&self.request, &world.presentation(&self.request, &self.credential)).await
    }

    async fn state(&self, world: &World) -> Value {
        world.state(&self.id).await["state"].clone()
    }
}

#[tokio::test]
async fn oid4vp_1final_verifier_happy_flow() {
    for prefix in ["x509_hash", "x509_san_dns", "redirect_uri"] {
        for mode in ["direct_post.jwt", "direct_post"] {
            let world = World::new().await;
            let asked = asked(&world, json!({"client_id_prefix": prefix, "response_mode": mode})).await;
            let reply = asked.answer(&world).await;
            assert_eq!(reply.status, StatusCode::OK, "{prefix} {mode}: {}", reply.text);
            assert_eq!((asked.state(&world).await, world.row_counts().await["verification"]), (json!("received"), 1), "{prefix} {mode}");
        }
    }
}

#[tokio::test]
async fn oid4vp_1final_verifier_minimal_cnf_jwk() {
    let world = World::new().await;
    let asked = asked(&world, json!({})).await;
    let mut minimal = world.holder.public_jwk().unwrap().to_value();
    minimal.as_object_mut().unwrap().retain(|name, _| ["kty", "crv", "x", "y"].contains(&name.as_str()));
    let asked = Asked { credential: world.credential_bound(&minimal), ..asked };
    let reply = asked.answer(&world).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!((asked.state(&world).await, world.row_counts().await["verification"]), (json!("received"), 1));
}

#[tokio::test]
async fn oid4vp_1final_verifier_request_uri_method_post() {
    let world = World::new().await;
    let question = world.ask(json!({})).await;
    let link = question["wallet_link"].as_str().unwrap();
    let client_id = ClientId::parse(&parameter(link, "client_id").unwrap()).unwrap();
    let uri = parameter(link, "request_uri").unwrap();
    let served = world.form(uri.strip_prefix("http://localhost:8082").unwrap(), "wallet_nonce=n-of-the-suite".to_owned()).await;
    assert_eq!((served.status, &served.headers["content-type"]), (StatusCode::OK, &"application/oauth-authz-req+jwt".parse().unwrap()));
    // Authenticating compares the nonce.
    let request = world.authenticate(&served.text, &client_id, Some("n-of-the-suite"));
    let asked = Asked { id: question["id"].clone(), request, credential: world.credential_bound(&described(&world)) };
    let reply = asked.answer(&world).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    assert_eq!((asked.state(&world).await, world.row_counts().await["verification"]), (json!("received"), 1));
}

#[tokio::test]
async fn oid4vp_1final_verifier_request_uri_fetched_twice() {
    let world = World::new().await;
    let question = world.ask(json!({})).await;
    let link = question["wallet_link"].as_str().unwrap();
    let uri = parameter(link, "request_uri").unwrap();
    let path = uri.strip_prefix("http://localhost:8082").unwrap();
    let (first, again) = (world.get(path).await, world.get(path).await);
    assert_eq!((first.status, again.status), (StatusCode::OK, StatusCode::OK), "{}", again.text);
    let client_id = ClientId::parse(&parameter(link, "client_id").unwrap()).unwrap();
    let request = world.authenticate(&again.text, &client_id, None);
    assert_eq!(world.authenticate(&first.text, &client_id, None).nonce, request.nonce, "one link is one question");
    let asked = Asked { id: question["id"].clone(), request, credential: world.credential_bound(&described(&world)) };
    assert_eq!(asked.answer(&world).await.status, StatusCode::OK);
    assert_eq!((asked.state(&world).await, world.row_counts().await["verification"]), (json!("received"), 1));
}

#[tokio::test]
async fn oid4vp_1final_verifier_invalid_credential_signature() {
    let world = World::new().await;
    let asked = asked(&world, json!({})).await;
    let before = world.row_counts().await;
    let flipped = flip_payload(&asked.shown(&world));
    let reply = world.answer(&asked.request, &asked.binding(&world, &flipped).sign(&flipped, &world.holder)).await;
    assert_eq!((reply.status, reply.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_request")));
    assert_eq!((world.row_counts().await, asked.state(&world).await), (before, json!("opened")));
}

#[tokio::test]
async fn oid4vp_1final_verifier_invalid_kb_jwt_signature() {
    let world = World::new().await;
    let asked = asked(&world, json!({})).await;
    let before = world.row_counts().await;
    let (shown, thief) = (asked.shown(&world), SigningKey::generate(Algorithm::Es256).unwrap());
    let reply = world.answer(&asked.request, &asked.binding(&world, &shown).sign(&shown, &thief)).await;
    assert_eq!((reply.status, reply.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_request")));
    assert_eq!((world.row_counts().await, asked.state(&world).await), (before, json!("opened")));
}

#[tokio::test]
async fn oid4vp_1final_verifier_invalid_kb_jwt_nonce() {
    let world = World::new().await;
    let asked = asked(&world, json!({})).await;
    let before = world.row_counts().await;
    let shown = asked.shown(&world);
    let binding = Binding { nonce: "another", ..asked.binding(&world, &shown) };
    let reply = world.answer(&asked.request, &binding.sign(&shown, &world.holder)).await;
    assert_eq!((reply.status, reply.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_request")));
    assert_eq!((world.row_counts().await, asked.state(&world).await), (before, json!("opened")));
}

#[tokio::test]
async fn oid4vp_1final_verifier_invalid_kb_jwt_aud() {
    let world = World::new().await;
    let asked = asked(&world, json!({})).await;
    let before = world.row_counts().await;
    let shown = asked.shown(&world);
    let binding = Binding { audience: "x509_san_dns:other.example", ..asked.binding(&world, &shown) };
    let reply = world.answer(&asked.request, &binding.sign(&shown, &world.holder)).await;
    assert_eq!((reply.status, reply.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_request")));
    assert_eq!((world.row_counts().await, asked.state(&world).await), (before, json!("opened")));
}

#[tokio::test]
async fn oid4vp_1final_verifier_invalid_sd_hash() {
    let world = World::new().await;
    let asked = asked(&world, json!({})).await;
    let before = world.row_counts().await;
    let shown = asked.shown(&world);
    let binding = Binding { over: "something else", ..asked.binding(&world, &shown) };
    let reply = world.answer(&asked.request, &binding.sign(&shown, &world.holder)).await;
    assert_eq!((reply.status, reply.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_request")));
    assert_eq!((world.row_counts().await, asked.state(&world).await), (before, json!("opened")));
}

#[tokio::test]
async fn oid4vp_1final_verifier_kb_jwt_iat_in_past() {
    let world = World::new().await;
    let asked = asked(&world, json!({})).await;
    let before = world.row_counts().await;
    let shown = asked.shown(&world);
    let binding = Binding { iat: world.clock_seconds() - 365 * 86_400, ..asked.binding(&world, &shown) };
    let reply = world.answer(&asked.request, &binding.sign(&shown, &world.holder)).await;
    assert_eq!((reply.status, reply.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_request")));
    assert_eq!((world.row_counts().await, asked.state(&world).await), (before, json!("opened")));
}

#[tokio::test]
async fn oid4vp_1final_verifier_kb_jwt_iat_in_future() {
    let world = World::new().await;
    let asked = asked(&world, json!({})).await;
    let before = world.row_counts().await;
    let shown = asked.shown(&world);
    let binding = Binding { iat: world.clock_seconds() + 365 * 86_400, ..asked.binding(&world, &shown) };
    let reply = world.answer(&asked.request, &binding.sign(&shown, &world.holder)).await;
    assert_eq!((reply.status, reply.json()["error"].as_str()), (StatusCode::BAD_REQUEST, Some("invalid_request")));
    assert_eq!((world.row_counts().await, asked.state(&world).await), (before, json!("opened")));
}
