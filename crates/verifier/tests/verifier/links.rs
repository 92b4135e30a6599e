//! Links, client identifiers, and how an answer finds its way back.

use axum::http::StatusCode;
use axum::http::{Request, header};
use openid4vc::{ClientId, Flow};
use serde_json::{Value, json};

use crate::world::{KEY, World};

pub(crate) fn parameter(link: &str, name: &str) -> Option<String> {
    let query = link.split_once('?')?.1;
    url::form_urlencoded::parse(query.as_bytes()).find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn each_link_has_its_own_values_and_one_answer_ends_all() {
    let world = World::new().await;
    let asked = world.ask(json!({})).await;
    let links = ["authorization_request", "wallet_link", "cross_device_link"].map(|name| asked[name].as_str().unwrap().to_owned());
    let mut requests = Vec::new();
    for link in &links {
        requests.push(world.open(link).await);
    }
    for (at, one) in requests.iter().enumerate() {
        for other in &requests[at + 1..] {
            assert!(one.nonce != other.nonce && one.state != other.state);
            assert_eq!(one.response_uri, other.response_uri);
        }
    }
    // The same link fetched twice has the same values.
    assert_eq!(world.open(&links[0]).await.nonce, requests[0].nonce);
    let reply = world.answer(&requests[2], &world.presentation(&requests[2], &world.valid_credential())).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(world.refuse(&requests[0]).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_posted_wallet_nonce_is_repeated() {
    let world = World::new().await;
    let asked = world.ask(json!({})).await;
    let link = asked["wallet_link"].as_str().unwrap();
    let (client_id, uri) = (parameter(link, "client_id").unwrap(), parameter(link, "request_uri").unwrap());
    let path = uri.strip_prefix("http://localhost:8082").unwrap();
    let reply = world.form(path, "wallet_nonce=abc123".into()).await;
    world.authenticate(&reply.text, &ClientId::parse(&client_id).unwrap(), Some("abc123"));
    assert_eq!(world.form(path, "wallet_nonce=a%20b".into()).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(world.get("/request/AAAAAAAAAAAAAAAAAAAAAA").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_prefix_is_a_client_that_authenticates() {
    let world = World::new().await;
    for prefix in ["x509_hash", "x509_san_dns", "redirect_uri"] {
        let asked = world.ask(json!({"client_id_prefix": prefix})).await;
        let request = world.open(asked["wallet_link"].as_str().unwrap()).await;
        assert!(request.client_id.as_str().starts_with(prefix));
        let reply = world.answer(&request, &world.presentation(&request, &world.valid_credential())).await;
        assert_eq!(reply.status, StatusCode::OK, "{prefix}: {}", reply.text);
    }
    let unsigned = world.ask(json!({"client_id_prefix": "redirect_uri"})).await;
    assert_eq!(unsigned["cross_device_link"], unsigned["page"]);
    assert!(parameter(unsigned["wallet_link"].as_str().unwrap(), "request_uri").is_none());
    let did = world.ask(json!({"client_id_prefix": "decentralized_identifier"})).await;
    let client = parameter(did["wallet_link"].as_str().unwrap(), "client_id").unwrap();
    assert_eq!(client, "decentralized_identifier:did:web:localhost%3A8082:o:fii-portaal");
    let document = world.get("/o/fii-portaal/did.json").await.json();
    assert_eq!(document["id"], "did:web:localhost%3A8082:o:fii-portaal");
    assert_eq!(world.get("/o/nobody/did.json").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn with_a_redirect_uri_only_the_code_opens_the_answer() {
    let world = World::new().await;
    let asked = world.ask(json!({"redirect_uri": "http://localhost:8092/return?asked=1"})).await;
    assert!(asked["cross_device_link"].is_null());
    assert!(!world.get(&format!("/r/{}", asked["id"].as_str().unwrap())).await.text.contains("class=\"qr\""));
    let request = world.open(asked["wallet_link"].as_str().unwrap()).await;
    assert_eq!(request.purpose().unwrap().flow, Some(Flow::SameDevice));
    let reply = world.answer(&request, &world.presentation(&request, &world.valid_credential())).await;
    let back = reply.json()["redirect_uri"].as_str().unwrap().to_owned();
    assert!(back.starts_with("http://localhost:8092/return?asked=1&response_code="));
    let code = parameter(&back, "response_code").unwrap();
    let bare = world.state(&asked["id"]).await;
    assert_eq!((bare["state"].as_str(), bare["report"].is_null(), bare["claims"].is_null()), (Some("received"), true, true));
    let with = |code: &str| format!("/api/v1/requests/{}?response_code={code}", asked["id"].as_str().unwrap());
    assert_eq!(world.api("GET", &with("AAAAAAAAAAAAAAAAAAAAAA"), None, KEY).await.status, StatusCode::BAD_REQUEST);
    let told: Value = world.api("GET", &with(&code), None, KEY).await.json();
    assert_eq!(told["report"]["verdict"], "valid");
    assert_eq!(world.api("GET", &with(&code), None, KEY).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_refusal_returns_too_and_a_code_grows_old() {
    let world = World::new().await;
    let asked = world.ask(json!({"redirect_uri": "http://localhost:8092/return"})).await;
    let request = world.open(asked["wallet_link"].as_str().unwrap()).await;
    let back = world.refuse(&request).await.json()["redirect_uri"].as_str().unwrap().to_owned();
    world.clock.advance_seconds(301);
    let path = format!("/api/v1/requests/{}?response_code={}", asked["id"].as_str().unwrap(), parameter(&back, "response_code").unwrap());
    assert_eq!(world.api("GET", &path, None, KEY).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(world.state(&asked["id"]).await["state"], "refused");
}

#[tokio::test]
async fn the_button_of_the_page_returns_to_the_browser_that_pressed_it() {
    let world = World::new().await;
    let asked = world.ask(json!({})).await;
    let path = format!("/r/{}", asked["id"].as_str().unwrap());
    let page = world.get(&path).await;
    let cookie = page.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    let link =
        page.text.split("id=\"open\" href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    let request = world.open(&link).await;
    assert_eq!(request.purpose().unwrap().flow, Some(Flow::SameDevice));
    let reply = world.answer(&request, &world.presentation(&request, &world.valid_credential())).await;
    let back = reply.json()["redirect_uri"].as_str().unwrap().to_owned();
    let back = back.strip_prefix("http://localhost:8082").unwrap().to_owned();
    assert!(back.starts_with(&path));
    let stranger = world.send(Request::get(&back).header("host", "localhost:8082").body(axum::body::Body::empty()).unwrap()).await;
    assert!(!stranger.text.contains("Samira"), "another browser saw the answer");
    let other = world.get_with(&back, "ew_verifier_browser_8082=AAAA").await;
    assert!(!other.text.contains("Samira"));
    let own = world.get_with(&back, &cookie).await;
    assert!(own.text.contains("Samira"), "{}", own.text);
    assert!(!world.get_with(&back, &cookie).await.text.contains("Samira"), "a code counts once");
}
