//! Receiving, from the link to the card: rows O1 to O7, exactly once, and what a bad issuer cannot do.

use model::activity::ActivityKind;
use serde_json::json;
use vc::status_list::Status;

use crate::testing::{Behaviour, StubIssuer, TestWallet, offer};

fn link(uri: &str) -> String {
    format!("/credential-offer?credential_offer_uri={}", url::form_urlencoded::byte_serialize(uri.as_bytes()).collect::<String>())
}

#[tokio::test]
async fn rows_o1_to_o3_and_m2_are_answered_before_login_and_connect_to_nothing() {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    let wallet = TestWallet::with(&issuer).await;
    let both = format!("{}&credential_offer=%7B%7D", link(&issuer.at("/offers/1")));
    let mut cases = vec![(both, "offer_ambiguous")];
    for scheme in ["file:///etc/passwd", "ftp://localhost/o", "gopher://localhost/", "data:application/json,{}"] {
        cases.push((link(scheme), "offer_uri_scheme"));
    }
    for host in ["127.0.0.1", "[::1]", "169.254.169.254", "0177.0.0.1", "2130706433", "[::ffff:10.0.0.1]"] {
        cases.push((link(&format!("https://{host}/school/offers/1")), "offer_uri_address"));
    }
    let before = wallet.row_counts().await;
    for (path, code) in cases {
        let answer = wallet.get(&path).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, Some(code)), "{path}");
    }
    for identifier in ["http://issuer.example", "https://issuer.example/x?y=1", "https://issuer.example/x#y", "https://10.0.0.1/x"] {
        let offer = json!({"credential_issuer": identifier, "credential_configuration_ids": ["a"]}).to_string();
        let query: String = url::form_urlencoded::byte_serialize(offer.as_bytes()).collect();
        let answer = wallet.get(&format!("/credential-offer?credential_offer={query}")).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("issuer_identifier")), "row M2: {identifier}");
    }
    assert_eq!(issuer.count("offer"), 0);
    assert_eq!(wallet.row_counts().await, before, "DB0");
    // A good link asks for the login first, and comes back.
    let answer = wallet.get(&link(&issuer.at("/offers/1"))).await;
    assert_eq!(answer.status.as_u16(), 303);
    assert!(answer.location().contains("/auth/login?return_to=%2Fcredential-offer%3F"), "{}", answer.location());
    assert_eq!(issuer.count("offer"), 0);
}

#[tokio::test]
async fn rows_o4_to_o6_store_nothing() {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    let wallet = TestWallet::with(&issuer).await;
    let samira = wallet.learner("samira").await;
    let (uri, before) = (link(&issuer.at("/offers/1")), wallet.row_counts().await);
    issuer.behave(|b| b.offer_type = "application/jwt");
    let answer = samira.get(&uri).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("offer_media_type")));
    issuer.behave(|b| {
        b.offer_type = "application/json";
        b.offer = json!({"credential_issuer": "{issuer}", "credential_configuration_ids": []});
    });
    let none = samira.get(&uri).await;
    assert_eq!((none.status.as_u16(), none.code(), issuer.count("metadata")), (400, Some("offer_invalid"), 0));
    issuer.behave(|b| b.offer = json!({"credential_issuer": "{issuer}", "credential_configuration_ids": ["a", "a"], "credentials": []}));
    let twice = samira.get(&uri).await;
    assert_eq!((twice.status.as_u16(), twice.code(), issuer.count("metadata")), (400, Some("offer_invalid"), 0));
    issuer.behave(|b| b.offer = offer("something-else", None));
    let answer = samira.get(&uri).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("offer_unknown_configuration")));
    assert_eq!(issuer.count("token"), 0);
    assert_eq!(wallet.row_counts().await, before, "DB0");
}

#[tokio::test]
async fn row_o7_a_code_is_asked_for_and_nothing_is_sent_without_it() {
    let behaviour = Behaviour { offer: offer("microcredential-sd-jwt", Some(json!({}))), tx_code: Some("493536"), ..Behaviour::default() };
    let issuer = StubIssuer::start(behaviour).await;
    let wallet = TestWallet::with(&issuer).await;
    let samira = wallet.learner("samira").await;
    let page = samira.get(&link(&issuer.at("/offers/1"))).await.location().replace("http://localhost:8080", "");
    let shown = samira.get(&page).await;
    assert!(shown.body.contains("name=\"tx_code\"") && shown.body.contains("Hogeschool Voorbeeld"), "{}", shown.body);
    assert!(shown.body.contains("value=\"accept\"") && shown.body.contains("value=\"refuse\""));
    let before = wallet.row_counts().await;
    let without = samira.post(&page, &[("choice", "accept")]).await;
    assert_eq!((without.status.as_u16(), issuer.count("token")), (422, 0));
    assert_eq!(wallet.row_counts().await, before);
    let wrong = samira.post(&page, &[("choice", "accept"), ("tx_code", "000000")]).await;
    assert_eq!((wrong.status.as_u16(), issuer.count("token")), (422, 1));
    let right = samira.post(&page, &[("choice", "accept"), ("tx_code", "493 536")]).await;
    assert_eq!(right.status.as_u16(), 303, "{}", right.body);
    assert!(right.location().ends_with(&page), "{}", right.location());
    // Everything in it is shown before it is kept, and nothing else reads it.
    let shown = samira.get(&page).await;
    assert!(shown.body.contains("Samira de Vries") && shown.body.contains("value=\"accept\""), "{}", shown.body);
    assert!(wallet.state().store.read().await.unwrap().copies(&samira.learner).await.unwrap().is_empty());
    assert!(issuer.seen(|seen| seen.notifications.is_empty()));
    let kept = samira.post(&page, &[("choice", "accept")]).await;
    assert!(kept.location().contains("/wallet/credentials/"), "{} {}", kept.location(), kept.body);
    let credential = samira.get(&kept.location().replace("http://localhost:8080", "")).await;
    assert!(credential.body.contains("met een link of code die je opende"), "{}", credential.body);
    assert!(credential.body.contains("Data-analyse basis") && credential.body.contains("Samira de Vries"), "{}", credential.body);
    assert_eq!(issuer.seen(|seen| seen.notifications.clone()), [json!({"notification_id": "n-1", "event": "credential_accepted"})]);
}

#[tokio::test]
async fn an_issuer_outside_the_register_gets_no_code_and_no_proof() {
    let stranger = StubIssuer::start(Behaviour { offer: offer("microcredential-sd-jwt", Some(json!({}))), ..Behaviour::default() }).await;
    let known = StubIssuer::start(Behaviour::default()).await;
    let wallet = TestWallet::with(&known).await;
    let samira = wallet.learner("samira").await;
    let page = samira.get(&link(&stranger.at("/offers/1"))).await.location().replace("http://localhost:8080", "");
    let shown = samira.get(&page).await;
    assert!(!shown.body.contains("name=\"tx_code\"") && !shown.body.contains("value=\"accept\""), "{}", shown.body);
    samira.post(&page, &[("choice", "accept"), ("tx_code", "1")]).await;
    assert_eq!(stranger.count("token"), 0);
}

/// A learner who is connected, with the key for deliveries.
async fn connected(wallet: &TestWallet, issuer: &StubIssuer, learner: &model::id::LearnerId) -> String {
    let state = wallet.state();
    let (key, id) = (format!("key-of-{learner}"), model::connection::ConnectionId::new(format!("connection-of-{learner}")));
    let mut tx = state.store.write().await.unwrap();
    tx.begin_connection(&id, learner, &model::id::Slug::new("school"), &key, state.core.now()).await.unwrap();
    tx.confirm_connection(&id).await.unwrap();
    tx.commit().await.unwrap();
    issuer.behave(|b| b.connection = Some(id.as_str().to_owned()));
    key
}

#[tokio::test]
async fn a_delivery_is_redeemed_at_once_and_exactly_once() {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    for database in testkit::each_database() {
        let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/").await;
        let samira = wallet.learner("samira").await;
        let key = connected(&wallet, &issuer, &samira.learner).await;
        let uri = issuer.at("/offers/1");
        let (a, b) = tokio::join!(wallet.deliver(&key, &uri), wallet.deliver(&key, &uri));
        let again = wallet.deliver(&key, &uri).await;
        assert!(a.status.is_success() && b.status.is_success(), "{} {}", a.body, b.body);
        assert_eq!((again.status.as_u16(), again.body.as_str()), (200, r#"{"state":"kept"}"#));
        let copies = wallet.state().store.read().await.unwrap().copies(&samira.learner).await.unwrap();
        assert_eq!(copies.len(), 1, "{}", wallet.database.name());
        let overview = samira.get("/wallet").await;
        assert!(overview.body.contains(&format!("/wallet/credentials/{}\"", copies[0].id)), "{}", overview.body);
        assert!(overview.body.contains("Nieuw"), "{}", overview.body);
    }
}

#[tokio::test]
async fn only_the_institution_of_the_key_delivers_and_only_its_own() {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    let wallet = TestWallet::with(&issuer).await;
    let samira = wallet.learner("samira").await;
    let key = connected(&wallet, &issuer, &samira.learner).await;
    assert_eq!(wallet.deliver("unknown", &issuer.at("/offers/1")).await.status.as_u16(), 401);
    let nonsense = axum::http::Request::post("/api/v1/deliveries").header("host", "localhost:8080").header("authorization", "Bearer x");
    let nonsense = wallet.send(nonsense.body(axum::body::Body::from("{")).unwrap()).await;
    assert_eq!(nonsense.status.as_u16(), 401, "strangers are not told what is wrong with a body");
    for uri in
        ["https://elsewhere.example/offers/1".to_owned(), issuer.id().replace("/school", "/schoolx/offers/1"), "file:///x".to_owned()]
    {
        let answer = wallet.deliver(&key, &uri).await;
        assert_eq!(answer.status.as_u16(), 422, "{uri} {}", answer.body);
        assert!(answer.body.contains("offer_issuer"), "{}", answer.body);
    }
    assert_eq!(issuer.count("offer"), 0);
    // Row O8 on our side: the assertion names the learner's own connection, and the issuer says no to another's.
    issuer.behave(|b| b.connection = Some("somebody-else".to_owned()));
    let answer = wallet.deliver(&key, &issuer.at("/offers/1")).await;
    assert_eq!(answer.status.as_u16(), 422, "{}", answer.body);
    assert!(answer.body.contains("invalid_grant"), "{}", answer.body);
    assert_eq!(issuer.count("credential"), 0);
}

#[tokio::test]
async fn what_does_not_hold_is_not_kept() {
    for (change, code) in [
        ((|b: &mut Behaviour| b.foreign_key = true) as fn(&mut Behaviour), "credential_signature"),
        (|b: &mut Behaviour| b.other_holder = true, "credential_holder_key"),
        (|b: &mut Behaviour| b.presents = true, "credential_format"),
    ] {
        let issuer = StubIssuer::start(Behaviour::default()).await;
        issuer.behave(change);
        let wallet = TestWallet::with(&issuer).await;
        let samira = wallet.learner("samira").await;
        let key = connected(&wallet, &issuer, &samira.learner).await;
        let answer = wallet.deliver(&key, &issuer.at("/offers/1")).await;
        assert_eq!(answer.status.as_u16(), 422, "{}", answer.body);
        assert!(answer.body.contains(code), "{}", answer.body);
        let mut tx = wallet.state().store.read().await.unwrap();
        assert!(tx.copies(&samira.learner).await.unwrap().is_empty());
        let noted = tx.activities(&samira.learner, 10).await.unwrap();
        assert!(noted.iter().any(|activity| activity.kind == ActivityKind::ReceiveFailed));
    }
}

#[tokio::test]
async fn a_lost_answer_is_healed_by_the_worker_with_the_same_key() {
    let issuer = StubIssuer::start(Behaviour { failing: 1, ..Behaviour::default() }).await;
    let wallet = TestWallet::with(&issuer).await;
    let samira = wallet.learner("samira").await;
    let key = connected(&wallet, &issuer, &samira.learner).await;
    let answer = wallet.deliver(&key, &issuer.at("/offers/1")).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (202, r#"{"state":"redeeming"}"#));
    wallet.clock.advance_seconds(5);
    wallet.work().await;
    assert_eq!(wallet.state().store.read().await.unwrap().copies(&samira.learner).await.unwrap().len(), 1);
    assert_eq!((issuer.seen(|seen| seen.issued.len()), issuer.count("token")), (1, 1));
}

#[tokio::test]
async fn deleting_leaves_nothing_behind() {
    for database in testkit::each_database() {
        deleted(database).await;
    }
}

async fn deleted(database: testkit::TestDatabase) {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/").await;
    let samira = wallet.learner("samira").await;
    let barry = wallet.learner("barry").await;
    let key = connected(&wallet, &issuer, &samira.learner).await;
    wallet.deliver(&key, &issuer.at("/offers/1")).await;
    let copies = wallet.state().store.read().await.unwrap().copies(&samira.learner).await.unwrap();
    let page = format!("/wallet/credentials/{}", copies[0].id);
    assert_eq!(barry.get(&page).await.status.as_u16(), 404);
    assert_eq!(barry.post(&format!("{page}/delete"), &[("choice", "delete")]).await.status.as_u16(), 404);
    assert!(samira.get(&format!("{page}/delete")).await.body.contains("value=\"delete\""));
    // Row X6: without the session's token nothing happens.
    assert_eq!(samira.post_as_is(&format!("{page}/delete"), &[("choice", "delete")]).await.status.as_u16(), 403);
    assert_eq!(samira.post(&format!("{page}/delete"), &[("choice", "delete")]).await.status.as_u16(), 303);
    assert_eq!(samira.get(&page).await.status.as_u16(), 404);
    let mut tx = wallet.state().store.read().await.unwrap();
    assert!(tx.copies(&samira.learner).await.unwrap().is_empty());
    assert!(tx.holder_key(&copies[0].id, &samira.learner).await.unwrap().is_none());
    assert!(tx.known_offer(&samira.learner, &issuer.at("/offers/1")).await.unwrap().is_none());
    drop(tx);
    // The issuer was told that it came, and never that it went.
    wallet.work().await;
    assert_eq!(issuer.seen(|seen| seen.notifications.len()), 1);
}

#[tokio::test]
async fn the_page_follows_the_status_list() {
    for database in testkit::each_database() {
        watched(database).await;
    }
}

async fn watched(database: testkit::TestDatabase) {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/").await;
    let samira = wallet.learner("samira").await;
    let key = connected(&wallet, &issuer, &samira.learner).await;
    wallet.deliver(&key, &issuer.at("/offers/1")).await;
    assert!(samira.get("/wallet").await.body.contains("Geldig"));
    issuer.set_status(Status::Suspended);
    wallet.clock.advance_seconds(3);
    assert!(samira.get("/wallet").await.body.contains("Opgeschort"));
    issuer.set_status(Status::Invalid);
    wallet.clock.advance_seconds(3);
    let page = samira.get("/wallet?lang=en").await;
    assert!(page.body.contains("Withdrawn"), "{}", page.body);
    let mut tx = wallet.state().store.read().await.unwrap();
    let changes: Vec<_> =
        tx.activities(&samira.learner, 10).await.unwrap().into_iter().filter_map(|activity| activity.about.outcome).collect();
    assert_eq!(changes, ["revoked", "suspended"]);
}

#[tokio::test]
async fn two_that_look_at_once_do_not_wait_for_each_other() {
    for database in testkit::each_database() {
        let issuer = StubIssuer::start(Behaviour::default()).await;
        let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/").await;
        let samira = wallet.learner("samira").await;
        let key = connected(&wallet, &issuer, &samira.learner).await;
        for number in 1..=6 {
            wallet.deliver(&key, &issuer.at(&format!("/offers/{number}"))).await;
        }
        wallet.clock.advance_seconds(3_600);
        let state = wallet.state();
        for _ in 0..5 {
            let mut tx = state.store.read().await.unwrap();
            let one = tx.watched_of(&samira.learner, state.core.now()).await.unwrap();
            let mut other = tx.watched_of(&samira.learner, state.core.now()).await.unwrap();
            drop(tx);
            assert!(one.len() > 1, "several are watched");
            other.reverse();
            let said = vec![Some(model::held::Standing::Valid); one.len()];
            let look = |watched| crate::hold::watch::write_down(state, &samira.learner, watched, &said);
            let (first, second) = tokio::join!(look(one.as_slice()), look(other.as_slice()));
            first.unwrap();
            second.unwrap();
            wallet.clock.advance_seconds(3_600);
        }
    }
}

#[tokio::test]
async fn a_refused_offer_is_refused_and_asks_the_issuer_nothing() {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    let wallet = TestWallet::with(&issuer).await;
    let samira = wallet.learner("samira").await;
    let page = samira.get(&link(&issuer.at("/offers/1"))).await.location().replace("http://localhost:8080", "");
    assert_eq!(samira.post(&page, &[("choice", "refuse")]).await.status.as_u16(), 303);
    assert!(!samira.get(&page).await.body.contains("value=\"accept\""));
    assert_eq!((issuer.count("token"), samira.post(&page, &[("choice", "maybe")]).await.status.as_u16()), (0, 400));
    // Another learner does not see it.
    assert_eq!(wallet.learner("barry").await.get(&page).await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_correction_takes_the_place_of_what_it_corrects() {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    let wallet = TestWallet::with(&issuer).await;
    let samira = wallet.learner("samira").await;
    let key = connected(&wallet, &issuer, &samira.learner).await;
    wallet.deliver(&key, &issuer.at("/offers/1")).await;
    let old = wallet.state().store.read().await.unwrap().copies(&samira.learner).await.unwrap().remove(0);
    issuer.set_status(Status::Invalid);
    issuer.behave(|b| b.index = 12);
    wallet.clock.advance_seconds(60);
    assert_eq!(wallet.deliver(&key, &issuer.at("/offers/2")).await.status.as_u16(), 200);
    samira.get("/wallet").await;
    let cards = model::held::Card::lay_out(wallet.state().store.read().await.unwrap().copies(&samira.learner).await.unwrap());
    assert_eq!((cards.len(), cards[0].others.len(), cards[0].others[0].id == old.id), (1, 1, true));
    let page = samira.get(&format!("/wallet/credentials/{}", old.id)).await;
    assert!(page.body.contains("Vervangen") && page.body.contains(&format!("/wallet/credentials/{}", cards[0].front.id)), "{}", page.body);
}
