//! How an asker hears of changes: webhooks and server-sent events.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::world::{KEY, World};

type Heard = Arc<Mutex<Vec<(HeaderMap, String)>>>;

/// Takes messages; the first one is answered with an error.
async fn listen(State(heard): State<Heard>, headers: HeaderMap, body: String) -> StatusCode {
    let mut heard = heard.lock().unwrap();
    heard.push((headers, body));
    if heard.len() == 1 { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::NO_CONTENT }
}

async fn until(heard: &Heard, count: usize) {
    for _ in 0..100 {
        if heard.lock().unwrap().len() >= count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{} of {count} messages", heard.lock().unwrap().len());
}

#[tokio::test]
async fn webhooks_are_signed_in_order_and_tried_again() {
    let heard = Heard::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://localhost:{}/hook", listener.local_addr().unwrap().port());
    let ear = Router::new().route("/hook", post(listen)).with_state(heard.clone());
    tokio::spawn(async move { axum::serve(listener, ear).await.unwrap() });

    let world = World::new().await;
    let asked = world.ask(json!({"webhook": url, "reference": "r-9"})).await;
    let secret = asked["webhook_secret"].as_str().unwrap().to_owned();
    let request = world.open(asked["wallet_link"].as_str().unwrap()).await;
    world.answer(&request, &world.presentation(&request, &world.valid_credential())).await;
    let (stopper, stop) = http::serve::shutdown();
    let verifier = world.verifier.clone();
    let worker = tokio::spawn(async move { verifier.worker(stop).await });
    until(&heard, 1).await;
    world.clock.advance_seconds(11);
    until(&heard, 3).await;
    stopper.stop();
    worker.await.unwrap();

    let heard = heard.lock().unwrap();
    let states: Vec<Value> = heard.iter().map(|(_, body)| serde_json::from_str::<Value>(body).unwrap()["state"].clone()).collect();
    assert_eq!(states, [json!("opened"), json!("opened"), json!("received")]);
    for (headers, body) in heard.iter() {
        assert!(!body.contains("Samira"), "{body}");
        let told: Value = serde_json::from_str(body).unwrap();
        assert_eq!((told["request"].as_str(), told["reference"].as_str()), (asked["id"].as_str(), Some("r-9")));
        let text = |name: &str| headers[name].to_str().unwrap().to_owned();
        assert_eq!(told["id"].as_str(), Some(text("webhook-id").as_str()));
        let signed = format!("{}.{}.{body}", text("webhook-id"), text("webhook-timestamp"));
        let key = vc::encoding::b64_decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &key);
        let tag = vc::encoding::b64_decode(text("webhook-signature").strip_prefix("v1,").unwrap()).unwrap();
        aws_lc_rs::hmac::verify(&key, signed.as_bytes(), &tag).unwrap();
    }
}

#[tokio::test]
async fn events_tell_each_state_and_end() {
    let world = World::new().await;
    let asked = world.ask(json!({})).await;
    let path = format!("/api/v1/requests/{}/events", asked["id"].as_str().unwrap());
    let request = Request::get(&path).header("host", "localhost:8082").header("authorization", format!("Bearer {KEY}"));
    let answer = world.app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let reading = tokio::spawn(to_bytes(answer.into_body(), 1 << 20));
    let request = world.open(asked["wallet_link"].as_str().unwrap()).await;
    world.refuse(&request).await;
    let text = String::from_utf8(tokio::time::timeout(Duration::from_secs(5), reading).await.unwrap().unwrap().unwrap().to_vec()).unwrap();
    assert!(text.contains("event: state") && text.contains("\"state\":\"refused\""), "{text}");
    let stranger = Request::get(&path).header("host", "localhost:8082").header("authorization", "Bearer other-key");
    assert_eq!(world.app.clone().oneshot(stranger.body(Body::empty()).unwrap()).await.unwrap().status(), StatusCode::NOT_FOUND);
}
