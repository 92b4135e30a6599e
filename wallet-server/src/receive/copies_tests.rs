//! Copies: asked for together, matched by key, one per asker, and renewed.

use std::collections::BTreeSet;

use model::held::{Card, CredentialId};
use serde_json::json;
use storage::wallet::copy::Shown;
use testkit::TestDatabase;

use crate::testing::{Behaviour, Browser, FORMS, StubIssuer, TestWallet, offer_of};

const YEAR: i64 = 365 * 86_400;

fn batch() -> Behaviour {
    let metadata = json!({"batch_credential_issuance": {"batch_size": 10}});
    Behaviour { metadata, refreshes: true, ..Behaviour::default() }
}

async fn started(database: TestDatabase, behaviour: Behaviour) -> (TestWallet, StubIssuer) {
    let issuer = StubIssuer::start(behaviour).await;
    let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/").await;
    (wallet, issuer)
}

async fn receives(wallet: &TestWallet, learner: &Browser<'_>, issuer: &StubIssuer) -> CredentialId {
    let page = learner.opens(&issuer.at("/offers/1")).await;
    assert!(learner.take(&page).await.location().contains("/wallet/credentials/"));
    let mut held = wallet.state().store.read().await.unwrap().copies(&learner.learner).await.unwrap();
    held.remove(0).id
}

/// What an asker is shown: the text, or nothing for the credential itself.
async fn shown(wallet: &TestWallet, learner: &Browser<'_>, id: &CredentialId, asker: &str) -> (Option<String>, bool) {
    let mut tx = wallet.state().store.write().await.unwrap();
    let taken = tx.take_copy(id, &learner.learner, asker).await.unwrap();
    tx.commit().await.unwrap();
    match taken.shown {
        Shown::First => (None, taken.last),
        Shown::Copy { body, .. } => (Some(body.to_string()), taken.last),
    }
}

async fn count(wallet: &TestWallet, id: &CredentialId) -> i64 {
    wallet.state().store.read().await.unwrap().count_copies(id).await.unwrap()
}

#[tokio::test]
async fn a_batch_is_one_card_with_a_key_each() {
    for database in testkit::each_database() {
        let (wallet, issuer) = started(database, Behaviour { offer: offer_of(&FORMS[..2], None), ..batch() }).await;
        let samira = wallet.learner("samira").await;
        receives(&wallet, &samira, &issuer).await;
        assert_eq!(issuer.seen(|seen| seen.requests[0]["proofs"]["jwt"].as_array().map(Vec::len)), Some(5), "at most five are asked for");
        assert_eq!((issuer.count("nonce"), issuer.seen(|seen| seen.issued.len())), (2, 10));
        let held = wallet.state().store.read().await.unwrap().copies(&samira.learner).await.unwrap();
        assert_eq!((held.len(), Card::lay_out(held.clone()).len()), (2, 1));
        for copy in &held {
            assert_eq!(count(&wallet, &copy.id).await, 4);
        }
        assert_eq!(issuer.seen(|seen| seen.notifications.len()), 1);
        let receipt = held[0].receipt.clone();
        assert_eq!(wallet.state().store.read().await.unwrap().holder_keys(&receipt).await.unwrap().len(), 10);
        let page = format!("/wallet/credentials/{}/delete", held[0].id);
        samira.post(&page, &[("choice", "delete")]).await;
        let mut tx = wallet.state().store.read().await.unwrap();
        assert!(tx.holder_keys(&receipt).await.unwrap().is_empty() && tx.renewal(&receipt).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn fewer_than_asked_leave_no_spare_keys() {
    let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour { at_most: 2, ..batch() }).await;
    let samira = wallet.learner("samira").await;
    let id = receives(&wallet, &samira, &issuer).await;
    assert_eq!(count(&wallet, &id).await, 1);
    let mut tx = wallet.state().store.read().await.unwrap();
    let receipt = tx.copies(&samira.learner).await.unwrap().remove(0).receipt;
    assert_eq!(tx.holder_keys(&receipt).await.unwrap().len(), 2);
}

#[tokio::test]
async fn each_asker_sees_a_copy_of_its_own_and_more_are_asked_for_when_none_is_left() {
    for database in testkit::each_database() {
        let (wallet, issuer) = started(database, batch()).await;
        let samira = wallet.learner("samira").await;
        let id = receives(&wallet, &samira, &issuer).await;
        let mut seen = BTreeSet::new();
        for asker in ["a", "b", "c", "d", "e"] {
            let (first, last) = shown(&wallet, &samira, &id, asker).await;
            assert_eq!(shown(&wallet, &samira, &id, asker).await.0, first, "the same asker sees the same copy");
            assert_eq!(last, asker == "e");
            seen.insert(first);
        }
        assert_eq!(seen.len(), 5);
        assert_eq!(shown(&wallet, &samira, &id, "f").await, (None, true), "when none is left, the first again");
        let receipt = wallet.state().store.read().await.unwrap().copies(&samira.learner).await.unwrap().remove(0).receipt;
        let mut tx = wallet.state().store.write().await.unwrap();
        tx.renew_by(&receipt, wallet.state().core.now()).await.unwrap();
        tx.commit().await.unwrap();
        let wallet = {
            drop(samira);
            wallet.restarted().await
        };
        wallet.clock.advance_seconds(3_600);
        crate::work::tidy(wallet.state()).await.unwrap();
        wallet.work().await;
        let samira = wallet.learner("samira").await;
        assert_eq!((count(&wallet, &id).await, issuer.seen(|seen| seen.issued.len())), (9, 10));
        let (fresh, last) = shown(&wallet, &samira, &id, "g").await;
        assert!(fresh.is_some_and(|fresh| !seen.contains(&Some(fresh))) && !last);
        assert_eq!(wallet.state().store.read().await.unwrap().copies(&samira.learner).await.unwrap().len(), 1, "still one card");
    }
}

#[tokio::test]
async fn what_is_about_to_end_is_renewed_in_its_place() {
    for database in testkit::each_database() {
        let (wallet, issuer) = started(database, Behaviour { ends: Some(30 * 86_400), ..batch() }).await;
        let samira = wallet.learner("samira").await;
        let id = receives(&wallet, &samira, &issuer).await;
        issuer.behave(|b| b.ends = Some(YEAR));
        wallet.clock.advance_seconds(10 * 86_400);
        crate::work::tidy(wallet.state()).await.unwrap();
        wallet.work().await;
        assert_eq!(issuer.count("credential"), 1, "not yet");
        wallet.clock.advance_seconds(7 * 86_400);
        crate::work::tidy(wallet.state()).await.unwrap();
        wallet.work().await;
        let mut tx = wallet.state().store.read().await.unwrap();
        let held = tx.copies(&samira.learner).await.unwrap();
        assert_eq!((held.len(), held[0].id == id, issuer.count("credential")), (1, true, 2));
        assert_eq!(held[0].validity.until, Some(model::Timestamp::parse(crate::testing::START).unwrap().plus_seconds(YEAR)));
        assert!(tx.holder_key(&id, &samira.learner).await.unwrap().is_some());
        assert_eq!((tx.count_copies(&id).await.unwrap(), tx.holder_keys(&held[0].receipt).await.unwrap().len()), (4, 5));
    }
}

#[tokio::test]
async fn an_issuer_that_refuses_is_not_asked_again() {
    let (wallet, issuer) = started(TestDatabase::sqlite(), batch()).await;
    let samira = wallet.learner("samira").await;
    let id = receives(&wallet, &samira, &issuer).await;
    issuer.behave(|b| b.denied = Some(FORMS[0]));
    let receipt = wallet.state().store.read().await.unwrap().copies(&samira.learner).await.unwrap().remove(0).receipt;
    let mut tx = wallet.state().store.write().await.unwrap();
    tx.renew_by(&receipt, wallet.state().core.now()).await.unwrap();
    tx.commit().await.unwrap();
    for _ in 0..2 {
        crate::work::tidy(wallet.state()).await.unwrap();
        wallet.work().await;
        wallet.clock.advance_seconds(86_400);
    }
    assert_eq!((issuer.count("credential"), count(&wallet, &id).await), (2, 4));
    assert!(wallet.state().store.read().await.unwrap().renewal(&receipt).await.unwrap().is_none());
}

#[tokio::test]
async fn what_was_renewed_is_not_asked_for_again_when_the_rest_has_to_be_tried_again() {
    for database in testkit::each_database() {
        let behaviour = Behaviour { ends: Some(30 * 86_400), offer: offer_of(&FORMS[..2], None), ..batch() };
        let (wallet, issuer) = started(database, behaviour).await;
        let samira = wallet.learner("samira").await;
        receives(&wallet, &samira, &issuer).await;
        // Each answer is a new credential that ends later, and the second form does not come at first.
        issuer.behave(|b| (b.ends, b.broken) = (Some(YEAR), Some(FORMS[1])));
        wallet.clock.advance_seconds(17 * 86_400);
        crate::work::tidy(wallet.state()).await.unwrap();
        wallet.work().await;
        let asked = issuer.count("credential");
        issuer.behave(|b| (b.ends, b.broken) = (Some(2 * YEAR), None));
        wallet.clock.advance_seconds(3_600);
        wallet.work().await;
        assert_eq!(issuer.count("credential"), asked + 1, "only for the second form");
        let mut tx = wallet.state().store.read().await.unwrap();
        let held = tx.copies(&samira.learner).await.unwrap();
        let year = model::Timestamp::parse(crate::testing::START).unwrap().plus_seconds(YEAR);
        // The first took the place of what ended; the second does not end, and what came lies beside it.
        let mut found = BTreeSet::new();
        for copy in &held {
            assert!(tx.holder_key(&copy.id, &samira.learner).await.unwrap().is_some());
            found.insert((copy.validity.until, tx.count_copies(&copy.id).await.unwrap()));
        }
        assert_eq!(found, BTreeSet::from([(Some(year), 4), (None, 9)]));
        assert_eq!(tx.holder_keys(&held[0].receipt).await.unwrap().len(), 15, "no key is left over");
        assert_eq!(tx.renewal(&held[0].receipt).await.unwrap().map(|renewal| renewal.round), Some(2));
    }
}
