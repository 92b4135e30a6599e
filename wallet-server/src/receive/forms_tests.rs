//! One achievement in several forms: received, held as one card, watched, taken along and deleted as one.

use model::activity::ActivityKind;
use model::held::{Card, HeldCopy, Standing};
use model::id::LearnerId;
use openid4vc::CredentialOffer;
use testkit::TestDatabase;
use vc::open_badge::bake;
use vc::status_list::Status;

use crate::testing::{Answer, Behaviour, Browser, FORMS, StubIssuer, TestWallet, WALLET, offer_of};

async fn started(database: TestDatabase, behaviour: Behaviour) -> (TestWallet, StubIssuer) {
    let issuer = StubIssuer::start(behaviour).await;
    let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/").await;
    (wallet, issuer)
}

fn three_forms() -> Behaviour {
    Behaviour { offer: offer_of(&FORMS, None), ..Behaviour::default() }
}

/// Accepts the offer at an address and gives the answer.
async fn accept(learner: &Browser<'_>, issuer: &StubIssuer, offer: &str) -> Answer {
    let query = CredentialOffer::query(&issuer.at(offer));
    let page = learner.get(&format!("/credential-offer?{query}")).await.location().replace(WALLET, "");
    learner.take(&page).await
}

async fn copies(wallet: &TestWallet, learner: &LearnerId) -> Vec<HeldCopy> {
    wallet.state().store.read().await.unwrap().copies(learner).await.unwrap()
}

async fn noted(wallet: &TestWallet, learner: &LearnerId, kind: ActivityKind) -> usize {
    let entries = wallet.state().store.read().await.unwrap().activities(learner, 100).await.unwrap();
    entries.iter().filter(|entry| entry.kind == kind).count()
}

fn links(overview: &Answer) -> usize {
    let ids: std::collections::BTreeSet<&str> =
        overview.body.split("/wallet/credentials/").skip(1).filter_map(|rest| rest.split(['"', '?', '/']).next()).collect();
    ids.len()
}

#[tokio::test]
async fn three_forms_are_one_card_with_a_key_each() {
    for database in testkit::each_database() {
        let (wallet, issuer) = started(database, three_forms()).await;
        let (samira, barry) = (wallet.learner("samira").await, wallet.learner("barry").await);
        let query = CredentialOffer::query(&issuer.at("/offers/1"));
        let offered = samira.get(&samira.get(&format!("/credential-offer?{query}")).await.location().replace(WALLET, "")).await;
        assert_eq!(offered.body.matches("/badge/").count(), 1, "one achievement is offered: {}", offered.body);
        assert!(offered.body.contains("Open Badge in tekst"), "{}", offered.body);
        let kept = accept(&samira, &issuer, "/offers/1").await;
        assert_eq!(kept.status.as_u16(), 303, "{}", kept.body);
        let held = copies(&wallet, &samira.learner).await;
        let cards = Card::lay_out(held.clone());
        assert_eq!((held.len(), cards.len(), cards[0].front.format.as_str()), (3, 1, "dc+sd-jwt"));
        assert_eq!(cards[0].forms().iter().map(|form| form.format.as_str()).collect::<Vec<_>>(), ["dc+sd-jwt", "ldp_vc", "jwt_vc_json"]);
        assert_eq!(issuer.seen(|seen| seen.issued.len()), 3, "a key of its own for each");
        assert_eq!((issuer.count("nonce"), issuer.count("token")), (3, 1));
        let notification = serde_json::json!({"notification_id": "n-1", "event": "credential_accepted"});
        assert_eq!(issuer.seen(|seen| seen.notifications.clone()), [notification], "told once");
        assert_eq!(noted(&wallet, &samira.learner, ActivityKind::Received).await, 1);

        let overview = samira.get("/wallet").await;
        assert_eq!(links(&overview), 1, "{}", overview.body);
        assert!(overview.body.contains("één bewijs"), "{}", overview.body);
        let page = samira.get(&format!("/wallet/credentials/{}", cards[0].front.id)).await;
        for words in ["Samira de Vries", "Ook als Open Badge", "Ook als Open Badge in één regel tekst"] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        // The badge says the same in the same words, and no name.
        let badge = cards[0].forms()[1];
        let other = samira.get(&format!("/wallet/credentials/{}", badge.id)).await;
        assert!(other.body.contains("Data-analyse basis") && other.body.contains("februari"), "{}", other.body);
        assert!(!other.body.contains("de Vries"), "{}", other.body);

        for (form, media_type) in cards[0].forms().into_iter().zip(["application/dc+sd-jwt", "application/vc", "application/jwt"]) {
            let file = format!("/wallet/credentials/{}/file", form.id);
            let taken = samira.get(&file).await;
            assert_eq!(taken.headers["content-type"], media_type);
            let trust = wallet.state().register.current().trust();
            let inputs = vc::verify::Inputs::new(wallet.state().core.now().seconds(), &trust, "test");
            let report = wallet.state().gather.report(taken.body.as_bytes(), &inputs).await;
            assert_eq!(report.verdict, vc::report::Verdict::Valid, "{report:?}");
            assert_eq!(barry.get(&file).await.status.as_u16(), 404);
        }
        let body = samira.get(&format!("/wallet/credentials/{}/file", badge.id)).await.body;
        for name in ["badge.svg", "badge.png"] {
            let path = format!("/wallet/credentials/{}/{name}", badge.id);
            let image = samira.bytes(&path).await;
            assert_eq!(bake::unbake(&image).unwrap().as_deref(), Some(body.as_str()), "{name}");
            assert_eq!(barry.get(&path).await.status.as_u16(), 404);
            let not_a_badge = format!("/wallet/credentials/{}/{name}", cards[0].front.id);
            assert_eq!(samira.get(&not_a_badge).await.status.as_u16(), 404);
        }
    }
}

#[tokio::test]
async fn what_came_stays_and_the_rest_is_fetched_with_the_same_keys() {
    for database in testkit::each_database() {
        let (wallet, issuer) = started(database, Behaviour { broken: Some(FORMS[2]), ..three_forms() }).await;
        let samira = wallet.learner("samira").await;
        assert_eq!(accept(&samira, &issuer, "/offers/1").await.status.as_u16(), 303);
        let first = copies(&wallet, &samira.learner).await;
        assert_eq!(first.len(), 2);
        assert!(issuer.seen(|seen| seen.notifications.is_empty()), "the offer is not over");
        // Its page leads to what is there, and it waits nowhere as an offer.
        assert_eq!(links(&samira.get("/wallet").await), 1);
        assert!(!samira.get("/wallet").await.body.contains("/wallet/offers/"));
        issuer.behave(|b| b.broken = None);
        wallet.clock.advance_seconds(5);
        wallet.work().await;
        let all = copies(&wallet, &samira.learner).await;
        assert_eq!((all.len(), Card::lay_out(all.clone()).len()), (3, 1));
        assert!(first.iter().all(|copy| all.iter().any(|other| other.id == copy.id)), "nothing is kept twice");
        assert_eq!((issuer.count(FORMS[0]), issuer.count(FORMS[2])), (1, 2), "only the rest is asked for again");
        assert_eq!(issuer.seen(|seen| seen.notifications.len()), 1);
        assert_eq!(noted(&wallet, &samira.learner, ActivityKind::Received).await, 1);
    }
}

#[tokio::test]
async fn what_is_refused_for_good_is_told_and_keeps_nothing_waiting() {
    for database in testkit::each_database() {
        let (wallet, issuer) = started(database, Behaviour { denied: Some(FORMS[1]), ..three_forms() }).await;
        let samira = wallet.learner("samira").await;
        assert_eq!(accept(&samira, &issuer, "/offers/1").await.status.as_u16(), 303);
        assert_eq!(copies(&wallet, &samira.learner).await.len(), 2);
        assert_eq!(noted(&wallet, &samira.learner, ActivityKind::ReceiveFailed).await, 1);
        assert_eq!(issuer.seen(|seen| seen.notifications.len()), 1, "what came was stored");
        wallet.clock.advance_seconds(60);
        wallet.work().await;
        assert_eq!(issuer.count(FORMS[1]), 1, "nothing is tried again");
        // The same link leads to what is held.
        let query = CredentialOffer::query(&issuer.at("/offers/1"));
        let page = samira.get(&format!("/credential-offer?{query}")).await.location().replace(WALLET, "");
        assert!(samira.get(&page).await.body.contains("/wallet/credentials/"));
    }
}

#[tokio::test]
async fn deleting_takes_every_form_with_its_key_and_what_was_on_its_way() {
    for database in testkit::each_database() {
        let (wallet, issuer) = started(database, Behaviour { broken: Some(FORMS[2]), ..three_forms() }).await;
        let samira = wallet.learner("samira").await;
        accept(&samira, &issuer, "/offers/1").await;
        let held = copies(&wallet, &samira.learner).await;
        let page = format!("/wallet/credentials/{}/delete", held[0].id);
        assert!(samira.get(&page).await.body.contains("twee vormen"));
        assert_eq!(samira.post(&page, &[("choice", "delete")]).await.status.as_u16(), 303);
        issuer.behave(|b| b.broken = None);
        wallet.clock.advance_seconds(5);
        wallet.work().await;
        assert!(copies(&wallet, &samira.learner).await.is_empty(), "nothing comes back");
        let mut tx = wallet.state().store.read().await.unwrap();
        for copy in &held {
            assert!(tx.holder_key(&copy.id, &samira.learner).await.unwrap().is_none());
        }
        assert!(tx.holder_keys(&held[0].receipt).await.unwrap().is_empty());
        assert!(issuer.seen(|seen| seen.notifications.is_empty()), "the institution is not told");
    }
}

#[tokio::test]
async fn every_form_follows_its_lists_and_the_learner_hears_once() {
    for database in testkit::each_database() {
        let (wallet, issuer) = started(database, three_forms()).await;
        let samira = wallet.learner("samira").await;
        accept(&samira, &issuer, "/offers/1").await;
        for (status, standing, told) in
            [(Status::Suspended, Standing::Suspended, 1), (Status::Valid, Standing::Valid, 2), (Status::Invalid, Standing::Revoked, 3)]
        {
            issuer.set_status(status);
            wallet.clock.advance_seconds(3);
            samira.get("/wallet").await;
            let held = copies(&wallet, &samira.learner).await;
            assert!(held.iter().all(|copy| copy.validity.standing == standing), "{standing:?}: {held:?}");
            assert_eq!(noted(&wallet, &samira.learner, ActivityKind::StatusChanged).await, told);
        }
    }
}

#[tokio::test]
async fn a_correction_replaces_every_form() {
    let (wallet, issuer) = started(TestDatabase::sqlite(), three_forms()).await;
    let samira = wallet.learner("samira").await;
    accept(&samira, &issuer, "/offers/1").await;
    issuer.set_status(Status::Invalid);
    issuer.behave(|b| {
        b.index = 12;
        b.offer = offer_of(&FORMS[..2], None);
    });
    wallet.clock.advance_seconds(60);
    accept(&samira, &issuer, "/offers/2").await;
    samira.get("/wallet").await;
    let cards = Card::lay_out(copies(&wallet, &samira.learner).await);
    assert_eq!((cards.len(), cards[0].others.len(), cards[0].forms().len()), (1, 4, 2));
    assert!(cards[0].others.iter().filter(|copy| copy.validity.superseded).count() == 3);
}

#[tokio::test]
async fn a_form_that_comes_another_way_finds_its_card_and_another_award_does_not() {
    let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour::default()).await;
    let samira = wallet.learner("samira").await;
    accept(&samira, &issuer, "/offers/1").await;
    issuer.behave(|b| b.offer = offer_of(&FORMS[1..2], None));
    wallet.clock.advance_seconds(1);
    accept(&samira, &issuer, "/offers/2").await;
    assert_eq!(Card::lay_out(copies(&wallet, &samira.learner).await).len(), 1);
    issuer.behave(|b| b.offer = offer_of(&FORMS[..1], None));
    wallet.clock.advance_seconds(1);
    accept(&samira, &issuer, "/offers/3").await;
    assert_eq!(Card::lay_out(copies(&wallet, &samira.learner).await).len(), 2);
}

#[tokio::test]
async fn no_form_is_kept_that_is_not_bound_to_our_key() {
    let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour { other_holder: true, ..three_forms() }).await;
    let samira = wallet.learner("samira").await;
    let answer = accept(&samira, &issuer, "/offers/1").await;
    assert_eq!(answer.code(), Some("credential_holder_key"), "{}", answer.body);
    assert!(copies(&wallet, &samira.learner).await.is_empty());
}
