//! Offers by a photo of their code: the way of a pasted link, and what a photo may not do.

use openid4vc::CredentialOffer;
use testkit::pictures;

use crate::testing::{Answer, Behaviour, Browser, StubIssuer, TestWallet, WALLET};

const PHOTO: &str = "/wallet/scan/photo";

async fn send(browser: &Browser<'_>, picture: &[u8]) -> Answer {
    browser.upload(PHOTO, &[], Some(("photo", picture))).await
}

fn deep_link(issuer: &StubIssuer, offer: &str) -> String {
    format!("openid-credential-offer://?{}", CredentialOffer::query(&issuer.at(offer)))
}

#[tokio::test]
async fn a_photo_of_an_offer_is_collected_like_its_link_and_says_how_it_came() {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    for database in testkit::each_database() {
        let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/").await;
        let samira = wallet.learner("samira").await;
        let answer = send(&samira, &pictures::codes(&[&deep_link(&issuer, "/offers/1")])).await;
        assert_eq!(answer.status.as_u16(), 303, "{}", answer.body);
        let page = answer.location().replace(WALLET, "");
        assert!(page.starts_with("/wallet/offers/"), "{page}");
        let kept = samira.take(&page).await.location().replace(WALLET, "");
        let shown = samira.get(&kept).await;
        assert!(shown.body.contains("Data-analyse basis") && shown.body.contains("met een foto van een code"), "{}", shown.body);
        let activity = samira.get("/wallet/activity?lang=en").await;
        assert!(activity.body.contains("by a photo of a code"), "{}", activity.body);
    }
}

#[tokio::test]
async fn what_the_camera_saw_is_told_to_the_page_and_goes_the_same_way() {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    let wallet = TestWallet::with(&issuer).await;
    let samira = wallet.learner("samira").await;
    let link = deep_link(&issuer, "/offers/1");
    let seen = samira.upload("/wallet/scan/frame", &[], Some(("photo", &pictures::codes(&[&link])))).await;
    assert_eq!((seen.status.as_u16(), seen.body.as_str()), (200, format!("{{\"text\":\"{link}\"}}").as_str()));
    let nothing = samira.upload("/wallet/scan/frame", &[], Some(("photo", &pictures::codes(&[])))).await;
    assert_eq!((nothing.status.as_u16(), nothing.body.as_str()), (200, r#"{"text":null}"#));
    assert_eq!(issuer.count("offer"), 0, "looking fetches nothing");
    let answer = samira.post("/wallet/scan", &[("link", &link), ("came", "camera")]).await;
    let kept = samira.take(&answer.location().replace(WALLET, "")).await.location().replace(WALLET, "");
    assert!(samira.get(&kept).await.body.contains("met een code die je scande"));
    let pasted = samira.post("/wallet/scan", &[("link", &deep_link(&issuer, "/offers/2"))]).await;
    let kept = samira.take(&pasted.location().replace(WALLET, "")).await.location().replace(WALLET, "");
    assert!(samira.get(&kept).await.body.contains("met een link die je plakte"));
}

#[tokio::test]
async fn what_is_no_offer_is_told_for_what_it_is_and_nothing_is_fetched() {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    let wallet = TestWallet::with(&issuer).await;
    let samira = wallet.learner("samira").await;
    let (one, other) = (deep_link(&issuer, "/offers/1"), deep_link(&issuer, "/offers/2"));
    let site = issuer.at("/courses/1");
    for (texts, code, said) in [
        (vec![], "photo_no_code", "We vonden geen code"),
        (vec![one.as_str(), other.as_str()], "photo_several_codes", "meer codes"),
        (vec!["http://localhost:8080/s/4KT9W2MZ4KT9W2MZ4KT9W2"], "link_unknown", "href=\"/s/4KT9W2MZ4KT9W2MZ4KT9W2\""),
        (vec![site.as_str()], "link_unknown", "Dit leidt naar localhost"),
        (vec!["WIFI:T:WPA;S:school;P:secret;;"], "link_unknown", "iets anders dan een aanbod"),
    ] {
        let answer = send(&samira, &pictures::codes(&texts)).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (422, Some(code)), "{texts:?}");
        assert!(answer.body.contains(said) && answer.body.contains("name=\"photo\""), "{said}: {}", answer.body);
    }
    assert_eq!(issuer.count("offer") + issuer.count("issuer"), 0);
    let asked = send(&samira, &pictures::codes(&["openid4vp://?client_id=a&request_uri=https%3A%2F%2Fv.example%2Fr"])).await;
    assert_eq!(asked.status.as_u16(), 303);
    assert!(asked.location().ends_with("/authorize?client_id=a&request_uri=https%3A%2F%2Fv.example%2Fr"), "{}", asked.location());
}

#[tokio::test]
async fn what_is_no_photo_is_refused_and_says_what_to_do() {
    let wallet = TestWallet::with(&StubIssuer::start(Behaviour::default()).await).await;
    let samira = wallet.learner("samira").await;
    let heic = [b"\0\0\0\x18ftypheic".as_slice(), &[0; 64]].concat();
    for (bytes, status, code, said) in [
        (b"a letter".to_vec(), 422, "photo_media", "JPEG, PNG of WebP"),
        (heic, 422, "photo_heif", "schermafdruk"),
        (b"\xff\xd8\xff\xe0 cut off".to_vec(), 422, "photo_broken", "beschadigd"),
        (vec![0xff; 6 << 20], 413, "photo_too_large", "groter dan 5"),
    ] {
        let answer = send(&samira, &bytes).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, Some(code)));
        assert!(answer.body.contains(said), "{code}: {}", answer.body);
    }
    let nothing = samira.upload(PHOTO, &[], None).await;
    assert_eq!((nothing.status.as_u16(), nothing.code()), (422, Some("photo_missing")));
    let unchosen = samira.upload(PHOTO, &[], Some(("photo", b""))).await;
    assert_eq!(unchosen.code(), Some("photo_missing"));
    // What nobody would send is not read to its end.
    assert_eq!(send(&samira, &vec![0xff; 33 << 20]).await.status.as_u16(), 413);
}

/// A gigabyte and more of pixels in a few bytes.
#[tokio::test]
async fn a_picture_that_would_unpack_to_gigabytes_is_refused_by_its_header() {
    let wallet = TestWallet::with(&StubIssuer::start(Behaviour::default()).await).await;
    let samira = wallet.learner("samira").await;
    for (width, height) in [(32_768, 32_768), (4_097, 1), (1, 0x7fff_ffff)] {
        let answer = send(&samira, &pictures::bomb(width, height)).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (422, Some("photo_pixels")), "{width} {height}");
    }
}

#[tokio::test]
async fn only_our_own_page_of_the_learner_sends_photos() {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    let wallet = TestWallet::with(&issuer).await;
    let samira = wallet.learner("samira").await;
    let picture = pictures::codes(&[&deep_link(&issuer, "/offers/1")]);
    for path in [PHOTO, "/wallet/scan/frame"] {
        let without = samira.upload_as_is(path, &[], Some(("photo", &picture))).await;
        assert_eq!((without.status.as_u16(), without.code()), (403, Some("csrf")), "{path}");
        let twice = samira.upload(path, &[("csrf", &samira.csrf)], Some(("photo", &picture))).await;
        assert_eq!(twice.status.as_u16(), 403, "{path}");
        assert_eq!(samira.post(path, &[]).await.status.as_u16(), 415, "{path}");
        let stranger = axum::http::Request::post(path).header("host", "localhost:8080").header("origin", WALLET);
        let stranger = stranger.header("content-type", "multipart/form-data; boundary=b").body(axum::body::Body::empty()).unwrap();
        assert_eq!(wallet.send(stranger).await.status.as_u16(), 401, "{path}");
        let fields = [("csrf", samira.csrf.as_str())];
        let elsewhere = samira.upload_from("https://evil.example", path, &fields, Some(("photo", &picture))).await;
        assert_eq!((elsewhere.status.as_u16(), elsewhere.code()), (403, Some("origin")), "{path}");
    }
    assert_eq!(issuer.count("offer"), 0);
}

#[tokio::test]
async fn the_camera_is_for_the_scan_page_alone() {
    let wallet = TestWallet::with(&StubIssuer::start(Behaviour::default()).await).await;
    let samira = wallet.learner("samira").await;
    for (path, policy) in [
        ("/wallet/scan", "camera=(self), geolocation=(), microphone=()"),
        ("/wallet", "camera=(), geolocation=(), microphone=()"),
        ("/wallet/activity", "camera=(), geolocation=(), microphone=()"),
    ] {
        let answer = samira.get(path).await;
        assert_eq!(answer.headers.get("permissions-policy").unwrap(), policy, "{path}");
    }
    let problem = send(&samira, b"a letter").await;
    assert_eq!(problem.headers.get("permissions-policy").unwrap(), "camera=(self), geolocation=(), microphone=()");
}
