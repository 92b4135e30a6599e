//! Two servers on one database: what is begun at one is finished at the other, and of many who press at once one wins (fault K14).
//!
//! On PostgreSQL the two share it. SQLite has one server by design; there the same happens as parallel requests to one.

use futures_util::future::join_all;
use model::receipt::{ReceiptId, ReceiptState};
use serde_json::json;
use testkit::TestDatabase;

use super::job::{self, Outcome};
use crate::config::WalletServer;
use crate::testing::{Answer, Behaviour, Browser, FORMS, StubIssuer, TestWallet, login_offer, offer};
use crate::work;

const COOKIE: &str = "ew_wallet_collect_8080";
/// So many press at once, by turns at each server.
const PRESSES: usize = 8;
/// So often.
const ROUNDS: usize = 3;

/// A wallet with another server beside it, or itself.
struct Two {
    wallet: TestWallet,
    other: WalletServer,
    issuer: StubIssuer,
}

impl Two {
    async fn over(database: TestDatabase, behaviour: Behaviour) -> Self {
        let issuer = StubIssuer::start(Behaviour { one_time: true, ..behaviour }).await;
        let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/").await;
        let other = wallet.second().await.unwrap_or_else(|| wallet.server.clone());
        Self { wallet, other, issuer }
    }

    /// A learner's browser at each of the two.
    async fn learner(&self, name: &str) -> (Browser<'_>, Browser<'_>) {
        let one = self.wallet.learner(name).await;
        let other = one.at(&self.other);
        (one, other)
    }

    async fn held(&self, learner: &Browser<'_>) -> (usize, i64) {
        let mut tx = self.wallet.state().store.read().await.unwrap();
        let held = tx.copies(&learner.learner).await.unwrap();
        let mut copies = 0;
        for one in &held {
            copies += tx.count_copies(&one.id).await.unwrap();
        }
        (held.len(), copies)
    }

    /// Does what is to be done, now at one server and now at the other.
    async fn work(&self) {
        while work::one_of_each(&self.other.state).await.unwrap() | work::one_of_each(self.wallet.state()).await.unwrap() {}
    }

    async fn kept_events(&self) -> i64 {
        let mut rows = testkit::rows::Rows::open(self.wallet.url()).await;
        rows.audited("credential.kept").await
    }
}

fn is_card(answer: &Answer) -> bool {
    answer.location().contains("/wallet/credentials/")
}

fn callback(issuer: &StubIssuer, code: &str) -> String {
    let pushed = issuer.seen(|seen| seen.pushed.last().cloned().unwrap());
    let path = pushed["redirect_uri"].replace("http://localhost:8080", "");
    let iss: String = url::form_urlencoded::byte_serialize(issuer.id().as_bytes()).collect();
    format!("{path}?code={code}&state={}&iss={iss}", pushed["state"])
}

#[tokio::test]
async fn a_code_typed_at_one_server_is_finished_at_the_other() {
    for database in testkit::each_database() {
        let code = Some(json!({"length": 6}));
        let metadata = json!({"batch_credential_issuance": {"batch_size": 3}});
        let behaviour = Behaviour { offer: offer(FORMS[0], code), tx_code: Some("493536"), metadata, dpop: true, ..Behaviour::default() };
        let two = Two::over(database, behaviour).await;
        let (one, other) = two.learner("samira").await;
        let page = one.opens(&two.issuer.at("/offers/1")).await;
        let wrong = other.post(&page, &[("choice", "accept"), ("tx_code", "000000")]).await;
        assert_eq!((wrong.status.as_u16(), wrong.code()), (422, Some("tx_code_wrong")));
        assert!(one.get(&page).await.body.contains("name=\"tx_code\""), "it is open again, everywhere");
        assert_eq!(one.post(&page, &[("choice", "accept"), ("tx_code", "493536")]).await.status.as_u16(), 303);
        assert!(other.get(&page).await.body.contains("Samira de Vries"), "what came at one is looked at at the other");
        assert!(is_card(&other.post(&page, &[("choice", "accept")]).await));
        assert!(is_card(&one.post(&page, &[("choice", "accept")]).await), "pressed again elsewhere, it is the same");
        assert_eq!(two.held(&one).await, (1, 2));
        two.work().await;
        assert_eq!(two.issuer.seen(|seen| (seen.issued.len(), seen.notifications.len())), (3, 1));
        assert_eq!(two.kept_events().await, 1);
    }
}

#[tokio::test]
async fn a_login_begun_at_one_server_ends_at_the_other() {
    for database in testkit::each_database() {
        let two = Two::over(database, Behaviour { offer: login_offer(&FORMS[..1]), dpop: true, ..Behaviour::default() }).await;
        let (mut one, _) = two.learner("samira").await;
        let page = one.opens(&two.issuer.at("/offers/1")).await;
        let left = one.post(&page, &[("choice", "accept")]).await;
        one.keep(&left, COOKIE);
        let other = one.at(&two.other);
        let back = other.get(&callback(&two.issuer, "c-1")).await;
        assert!(back.location().ends_with(&page), "{} {}", back.location(), back.body);
        assert_eq!(one.get(&callback(&two.issuer, "c-1")).await.code(), Some("authorization_state"), "it counts once, everywhere");
        assert!(one.get(&page).await.body.contains("Samira de Vries"));
        assert!(is_card(&other.post(&page, &[("choice", "accept")]).await));
        assert_eq!((two.held(&one).await, two.issuer.count("token")), ((1, 0), 1));
    }
}

#[tokio::test]
async fn what_one_server_was_told_to_wait_for_the_other_fetches() {
    for offered in [offer(FORMS[0], None), login_offer(&FORMS[..1])] {
        let login = offered["grants"].get("authorization_code").is_some();
        for database in testkit::each_database() {
            let behaviour = Behaviour { offer: offered.clone(), deferred: Some(2), refreshes: true, dpop: true, ..Behaviour::default() };
            let two = Two::over(database, behaviour).await;
            let (mut one, _) = two.learner("samira").await;
            let page = one.opens(&two.issuer.at("/offers/1")).await;
            let pressed = one.post(&page, &[("choice", "accept")]).await;
            if login {
                one.keep(&pressed, COOKIE);
                one.get(&callback(&two.issuer, "c-1")).await;
            }
            let other = one.at(&two.other);
            assert!(other.get(&page).await.body.contains("In behandeling"));
            two.wallet.clock.advance_seconds(3);
            work::one_of_each(&two.other.state).await.unwrap();
            two.wallet.clock.advance_seconds(600);
            work::one_of_each(two.wallet.state()).await.unwrap();
            assert_eq!(two.issuer.count("deferred"), 2);
            assert!(other.get(&page).await.body.contains("Samira de Vries"));
            assert!(is_card(&one.post(&page, &[("choice", "accept")]).await));
            two.work().await;
            assert_eq!(two.held(&one).await, (1, 0));
            assert_eq!(two.issuer.seen(|seen| (seen.issued.len(), seen.notifications.len())), (1, 1));
        }
    }
}

#[tokio::test]
async fn many_presses_at_two_servers_collect_and_keep_once() {
    for database in testkit::each_database() {
        let two = Two::over(database, Behaviour::default()).await;
        let (one, other) = two.learner("samira").await;
        for round in 1..=ROUNDS {
            two.issuer.behave(|b| {
                b.offer = json!({"credential_issuer": "{issuer}", "credential_configuration_ids": [FORMS[0]],
                "grants": {"urn:ietf:params:oauth:grant-type:pre-authorized_code": {"pre-authorized_code": format!("code-{round}")}}})
            });
            let page = one.opens(&two.issuer.at(&format!("/offers/{round}"))).await;
            let press = async |number: usize| {
                let browser = if number.is_multiple_of(2) { &one } else { &other };
                browser.post(&page, &[("choice", "accept")]).await
            };
            let collected = join_all((0..PRESSES).map(press)).await;
            assert!(
                collected.iter().all(|answer| answer.status.as_u16() == 303),
                "{:?}",
                collected.iter().map(|a| a.status).collect::<Vec<_>>()
            );
            two.work().await;
            assert_eq!((two.issuer.count("token"), two.issuer.seen(|seen| seen.issued.len())), (round, round), "one code, one credential");
            let kept = join_all((0..PRESSES).map(press)).await;
            assert!(kept.iter().all(is_card), "{:?}", kept.iter().map(|answer| answer.location()).collect::<Vec<_>>());
            two.work().await;
            assert_eq!((two.held(&one).await.0, two.issuer.seen(|seen| seen.notifications.len())), (round, round));
            assert_eq!(two.kept_events().await, round as i64);
        }
    }
}

#[tokio::test]
async fn many_answers_of_one_login_have_one_winner() {
    for database in testkit::each_database() {
        let two = Two::over(database, Behaviour { offer: login_offer(&FORMS[..1]), ..Behaviour::default() }).await;
        let (mut one, _) = two.learner("samira").await;
        for round in 1..=ROUNDS {
            let page = one.opens(&two.issuer.at(&format!("/offers/{round}"))).await;
            let left = one.post(&page, &[("choice", "accept")]).await;
            one.keep(&left, COOKIE);
            let (other, back) = (one.at(&two.other), callback(&two.issuer, &format!("c-{round}")));
            let come = |number: usize| {
                let browser = if number.is_multiple_of(2) { &one } else { &other };
                browser.get(&back)
            };
            let answers = join_all((0..PRESSES).map(come)).await;
            let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status.as_u16() == 303);
            assert_eq!(won.len(), 1, "one winner");
            assert!(lost.iter().all(|answer| (answer.status.as_u16(), answer.code()) == (400, Some("authorization_state"))));
            two.work().await;
            assert!(is_card(&one.post(&page, &[("choice", "accept")]).await));
            assert_eq!((two.issuer.count("token"), two.held(&one).await.0), (round, round));
        }
    }
}

#[tokio::test]
async fn what_is_being_prepared_is_fetched_once_by_two_workers() {
    for database in testkit::each_database() {
        let two = Two::over(database, Behaviour { deferred: Some(1), ..Behaviour::default() }).await;
        let (one, other) = two.learner("samira").await;
        let page = one.opens(&two.issuer.at("/offers/1")).await;
        one.post(&page, &[("choice", "accept")]).await;
        two.wallet.clock.advance_seconds(3);
        let rounds =
            (0..PRESSES).map(|number| work::one_of_each(if number.is_multiple_of(2) { two.wallet.state() } else { &two.other.state }));
        assert!(join_all(rounds).await.into_iter().any(|round| round.unwrap()));
        assert_eq!((two.issuer.count("deferred"), two.issuer.seen(|seen| seen.issued.len())), (1, 1));
        assert!(is_card(&other.post(&page, &[("choice", "accept")]).await));
        two.work().await;
        assert_eq!((two.held(&one).await.0, two.issuer.seen(|seen| seen.notifications.len())), (1, 1));
    }
}

#[tokio::test]
async fn keeping_and_refusing_at_once_is_one_of_the_two() {
    for database in testkit::each_database() {
        let two = Two::over(database, Behaviour { one_time: false, ..Behaviour::default() }).await;
        let (one, other) = two.learner("samira").await;
        let mut kept = 0;
        for round in 1..=ROUNDS * 2 {
            two.issuer.behave(|b| {
                b.offer = json!({"credential_issuer": "{issuer}", "credential_configuration_ids": [FORMS[0]],
                "grants": {"urn:ietf:params:oauth:grant-type:pre-authorized_code": {"pre-authorized_code": format!("code-{round}")}}})
            });
            let page = one.opens(&two.issuer.at(&format!("/offers/{round}"))).await;
            one.post(&page, &[("choice", "accept")]).await;
            let press = async |number: usize| {
                let choice = if (number + round).is_multiple_of(2) { "accept" } else { "refuse" };
                let browser = if number.is_multiple_of(3) { &one } else { &other };
                browser.post(&page, &[("choice", choice)]).await
            };
            join_all((0..PRESSES).map(press)).await;
            two.work().await;
            let mut tx = two.wallet.state().store.read().await.unwrap();
            let id = ReceiptId::new(page.rsplit('/').next().unwrap());
            let receipt = tx.receipt(&id).await.unwrap().unwrap();
            let (arrived, keys) = (tx.arrived(&id).await.unwrap().len(), tx.holder_keys(&id).await.unwrap().len());
            drop(tx);
            match receipt.state {
                ReceiptState::Kept => kept += 1,
                ReceiptState::Refused => assert_eq!(keys, 0),
                other => panic!("{other:?}"),
            }
            assert_eq!(arrived, 0);
            assert_eq!(two.held(&one).await.0, kept);
            assert_eq!(two.issuer.seen(|seen| seen.notifications.len()), kept, "of what was refused nobody is told");
        }
    }
}

#[tokio::test]
async fn no_worker_comes_between_a_press_and_its_answer() {
    for database in testkit::each_database() {
        let two = Two::over(database, Behaviour::default()).await;
        let (one, _) = two.learner("samira").await;
        let page = one.opens(&two.issuer.at("/offers/1")).await;
        let id = ReceiptId::new(page.rsplit('/').next().unwrap());
        let state = two.wallet.state();
        let mut tx = state.store.write().await.unwrap();
        assert!(tx.accept_receipt(&id, &one.learner).await.unwrap());
        let begun = job::begin(&mut tx, &id, &one.learner, None, state.core.now()).await.unwrap();
        tx.commit().await.unwrap();
        two.work().await;
        assert_eq!(two.issuer.count("token"), 0, "the work is taken");
        assert!(matches!(job::now(state, begun).await.unwrap(), Outcome::Shown));
        assert!(one.get(&page).await.body.contains("Samira de Vries"));
        assert_eq!(two.issuer.count("token"), 1);
    }
}
