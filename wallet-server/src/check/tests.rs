//! Checking a pasted credential: a verdict, and nothing that is kept.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{CONTENT_TYPE, HOST};
use testkit::TestDatabase;
use testkit::badges::{self, ACHIEVEMENT, COMMENT, SAID, Somebody};

use crate::testing::{Answer, Behaviour, StubIssuer, TestWallet};

async fn paste(wallet: &TestWallet, name: &str, given: impl AsRef<[u8]>) -> Answer {
    let mut body = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"f\"\r\n\r\n").into_bytes();
    body.extend_from_slice(given.as_ref());
    body.extend_from_slice(b"\r\n--b--\r\n");
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
    samira.take(&page).await;
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

#[tokio::test]
async fn badges_in_pictures_get_a_verdict_with_all_that_they_say() {
    let (issuer, holder, stranger) = (Somebody::new(), Somebody::new(), Somebody::new());
    let party = issuer.party("badgeschool", "Badgeschool Voorbeeld");
    let wallet = TestWallet::over(TestDatabase::sqlite(), party, &[], "http://localhost:1/discovery").await;
    let badge = issuer.endorsed(holder.did(), &[stranger.endorses(ACHIEVEMENT)]);
    for picture in [badges::png(&badge), badges::svg(&badge)] {
        let page = paste(&wallet, "file", picture).await;
        assert_eq!(page.status.as_u16(), 200);
        for part in SAID.iter().chain(&["Echt en geldig", "Badgeschool Voorbeeld", "Wat anderen erover zeggen", "Echt, let op", COMMENT]) {
            assert!(page.body.contains(part), "{part}: {}", page.body);
        }
    }
    let broken = badges::altered(&badge);
    for picture in [badges::png(&broken), badges::svg(&broken)] {
        let page = paste(&wallet, "file", picture).await;
        assert!(page.body.contains("<h1>Niet geldig</h1>"), "{}", page.body);
        assert!(SAID.iter().chain(&["Badgeschool", COMMENT]).all(|said| !page.body.contains(said)), "{}", page.body);
    }
}

#[tokio::test]
async fn a_picture_without_a_credential_gets_a_verdict_that_says_so() {
    let wallet = TestWallet::with(&StubIssuer::start(Behaviour::default()).await).await;
    for (bytes, code) in [(badges::pixel(), "no_credential_in_image"), (b"\xff\xd8\xff a photo".to_vec(), "unreadable")] {
        let page = paste(&wallet, "file", bytes).await;
        assert!(
            page.status.as_u16() == 200 && page.body.contains("<h1>Niet te controleren</h1>") && page.body.contains(code),
            "{}",
            page.body
        );
        assert!(!page.body.contains("name=\"file\""), "a verdict, and not the form again");
    }
}
