//! Checking a pasted credential: a verdict, and nothing that is kept.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{CONTENT_TYPE, HOST};

use crate::testing::{Answer, Behaviour, StubIssuer, TestWallet};

async fn paste(wallet: &TestWallet, name: &str, text: &str) -> Answer {
    let body = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"f\"\r\n\r\n{text}\r\n--b--\r\n");
    let request = Request::post("/verify").header(HOST, "localhost:8080").header(CONTENT_TYPE, "multipart/form-data; boundary=b");
    wallet.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn what_is_pasted_or_uploaded_gets_a_verdict() {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    let wallet = TestWallet::with(&issuer).await;
    let samira = wallet.learner("samira").await;
    let offer = openid4vc::CredentialOffer::query(&issuer.at("/offers/1"));
    let page = samira.get(&format!("/credential-offer?{offer}")).await.location().replace(crate::testing::WALLET, "");
    samira.post(&page, &[("choice", "accept")]).await;
    let credential = issuer.seen(|seen| seen.issued.values().next().unwrap().as_str().unwrap().to_owned());
    for field in ["credential", "file"] {
        let verdict = paste(&wallet, field, &credential).await;
        assert!(verdict.status.as_u16() == 200 && verdict.body.contains("Data-analyse basis"), "{}", verdict.body);
        assert!(verdict.body.contains("Samira de Vries"));
    }
    let mut altered = credential.clone();
    let at = altered.find('.').unwrap() + 20;
    altered.replace_range(at..=at, if altered.as_bytes()[at] == b'A' { "B" } else { "A" });
    assert!(!paste(&wallet, "credential", &altered).await.body.contains("Samira de Vries"), "nothing that nobody signed is shown");
}

#[tokio::test]
async fn nothing_and_nonsense_are_said_to_be_so() {
    let wallet = TestWallet::with(&StubIssuer::start(Behaviour::default()).await).await;
    assert_eq!(wallet.get("/verify").await.status.as_u16(), 200);
    assert_eq!(paste(&wallet, "credential", "").await.status.as_u16(), 422);
    assert_eq!(paste(&wallet, "credential", "hello").await.status.as_u16(), 200);
    assert_eq!(paste(&wallet, "credential", &"x".repeat((1 << 20) + 1)).await.status.as_u16(), 422);
    assert_eq!(paste(&wallet, "file", &"x".repeat(6 << 20)).await.status.as_u16(), 413, "U1");
}
