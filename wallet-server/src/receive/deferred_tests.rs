//! What is given later: seen as being prepared, asked for in the background, kept or failed, also across restarts.

use model::receipt::{ReceiptId, ReceiptState};
use testkit::TestDatabase;

use crate::testing::{Behaviour, Browser, FORMS, StubIssuer, TestWallet, offer_of};

async fn started(database: TestDatabase, behaviour: Behaviour) -> (TestWallet, StubIssuer) {
    let issuer = StubIssuer::start(behaviour).await;
    let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/").await;
    (wallet, issuer)
}

async fn state_of(wallet: &TestWallet, page: &str) -> (ReceiptState, Option<String>) {
    let id = ReceiptId::new(page.rsplit('/').next().unwrap());
    let receipt = wallet.state().store.read().await.unwrap().receipt(&id).await.unwrap().unwrap();
    (receipt.state, receipt.failure)
}

async fn collects(learner: &Browser<'_>, issuer: &StubIssuer) -> String {
    let page = learner.opens(&issuer.at("/offers/1")).await;
    assert_eq!(learner.post(&page, &[("choice", "accept")]).await.status.as_u16(), 303);
    page
}

#[tokio::test]
async fn vci_9_it_is_prepared_arrives_and_is_looked_at() {
    for database in testkit::each_database() {
        let (wallet, issuer) =
            started(database, Behaviour { deferred: Some(2), refreshes: true, dpop: true, ..Behaviour::default() }).await;
        let samira = wallet.learner("samira").await;
        let page = collects(&samira, &issuer).await;
        assert!(samira.get(&page).await.body.contains("In behandeling"), "{}", samira.get(&page).await.body);
        assert!(samira.get("/wallet?lang=en").await.body.contains("Being prepared"));
        wallet.work().await;
        assert_eq!(issuer.count("deferred"), 0, "not before the issuer's interval");
        drop(samira);

        let wallet = wallet.restarted().await;
        wallet.clock.advance_seconds(3);
        wallet.work().await;
        assert_eq!((issuer.count("deferred"), state_of(&wallet, &page).await), (1, (ReceiptState::Redeeming, None)));
        // Two days later the token is long over; the refresh token gets another one.
        wallet.clock.advance_seconds(2 * 86_400);
        wallet.work().await;
        assert_eq!((issuer.count("deferred"), issuer.count("token")), (2, 2));
        assert_eq!(state_of(&wallet, &page).await, (ReceiptState::Arrived, None));
        let samira = wallet.learner("samira").await;
        assert!(samira.get("/wallet").await.body.contains("Opgehaald, nog te bekijken"));
        assert!(samira.get(&page).await.body.contains("Samira de Vries"));
        let kept = samira.post(&page, &[("choice", "accept")]).await;
        let credential = samira.get(&kept.location().replace("http://localhost:8080", "")).await;
        assert!(credential.body.contains("de uitgever maakte het later"), "{}", credential.body);
        assert_eq!(issuer.seen(|seen| (seen.issued.len(), seen.notifications.len())), (1, 1));
        wallet.clock.advance_seconds(86_400);
        wallet.work().await;
        assert_eq!(issuer.count("deferred"), 2, "nothing is asked for any more");
    }
}

#[tokio::test]
async fn what_will_not_come_is_said() {
    for (error, code) in [("credential_request_denied", "credential_request_denied"), ("invalid_transaction_id", "deferred_ended")] {
        let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour { deferred: Some(1), ..Behaviour::default() }).await;
        let samira = wallet.learner("samira").await;
        let page = collects(&samira, &issuer).await;
        issuer.behave(|b| b.deferred_error = Some(error));
        wallet.clock.advance_seconds(3);
        wallet.work().await;
        assert_eq!(state_of(&wallet, &page).await, (ReceiptState::Failed, Some(code.to_owned())));
        let said = samira.get(&page).await;
        assert!(said.code() == Some(code) && said.body.contains("Wat nu?"), "{}", said.body);
        assert!(!samira.get("/wallet").await.body.contains("In behandeling"));
        wallet.clock.advance_seconds(86_400);
        wallet.work().await;
        assert_eq!(issuer.count("deferred"), 1);
    }
}

#[tokio::test]
async fn without_a_token_nobody_can_ask_any_more() {
    let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour { deferred: Some(9), ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    let page = collects(&samira, &issuer).await;
    wallet.clock.advance_seconds(3_600);
    wallet.work().await;
    assert_eq!(state_of(&wallet, &page).await, (ReceiptState::Failed, Some("deferred_ended".to_owned())));
}

#[tokio::test]
async fn older_issuers_say_pending_with_an_error() {
    let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour { deferred: Some(1), ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    let page = collects(&samira, &issuer).await;
    issuer.behave(|b| b.deferred_error = Some("issuance_pending"));
    wallet.clock.advance_seconds(3);
    wallet.work().await;
    assert_eq!(state_of(&wallet, &page).await.0, ReceiptState::Redeeming);
    issuer.behave(|b| b.deferred_error = None);
    wallet.clock.advance_seconds(10);
    wallet.work().await;
    assert_eq!(state_of(&wallet, &page).await.0, ReceiptState::Arrived);
}

#[tokio::test]
async fn several_forms_come_one_after_the_other_and_refusing_ends_it() {
    let several = Behaviour { offer: offer_of(&FORMS, None), deferred: Some(1), ..Behaviour::default() };
    let (wallet, issuer) = started(TestDatabase::sqlite(), several).await;
    let samira = wallet.learner("samira").await;
    let page = collects(&samira, &issuer).await;
    wallet.clock.advance_seconds(3);
    wallet.work().await;
    assert_eq!((issuer.count("deferred"), state_of(&wallet, &page).await.0), (3, ReceiptState::Arrived));
    assert!(samira.take(&page).await.location().contains("/wallet/credentials/"));
    assert_eq!(wallet.state().store.read().await.unwrap().copies(&samira.learner).await.unwrap().len(), 3);

    let other = samira.opens(&issuer.at("/offers/2")).await;
    samira.post(&other, &[("choice", "accept")]).await;
    samira.post(&other, &[("choice", "refuse")]).await;
    wallet.clock.advance_seconds(60);
    wallet.work().await;
    assert_eq!((issuer.count("deferred"), state_of(&wallet, &other).await.0), (3, ReceiptState::Refused));
}

#[tokio::test]
async fn an_answer_that_got_lost_is_asked_for_again_with_the_same_keys() {
    for database in testkit::each_database() {
        let (wallet, issuer) =
            started(database, Behaviour { deferred: Some(1), lost: 1, refreshes: true, dpop: true, ..Behaviour::default() }).await;
        let samira = wallet.learner("samira").await;
        let page = collects(&samira, &issuer).await;
        wallet.clock.advance_seconds(3);
        wallet.work().await;
        assert_eq!((issuer.seen(|seen| seen.issued.len()), state_of(&wallet, &page).await), (1, (ReceiptState::Redeeming, None)));
        drop(samira);
        let wallet = wallet.restarted().await;
        wallet.clock.advance_seconds(600);
        wallet.work().await;
        // The issuer knows the transaction no more, and gives what it gave.
        assert_eq!((issuer.count("deferred"), issuer.count("credential")), (2, 2));
        let samira = wallet.learner("samira").await;
        assert!(samira.post(&page, &[("choice", "accept")]).await.location().contains("/wallet/credentials/"));
        assert_eq!(issuer.seen(|seen| (seen.issued.len(), seen.notifications.len())), (1, 1));
    }
}
