//! The wallet modules of the OpenID Foundation's suite (`oid4vci-1_0-wallet-*`), one test each, called as the module is. Which test
//! stands for which module, and what must come out, is in `tests/conformance/modules.md`, which a test holds these against.
//!
//! The suite's issuer is played by `StubIssuer`, which refuses or fails at whatever the suite would: proofs, verifiers, DPoP, used codes.

use std::collections::BTreeSet;

use openid4vc::CredentialOffer;
use serde_json::{Value, json};
use storage::wallet::copy::Shown;
use vc::key::{Jwk, SigningKey};
use vc::sd_jwt::SdJwt;

use super::attest_tests;
use super::login_tests::{callback, leaves};
use crate::testing::{Answer, Behaviour, Browser, FORMS, StubIssuer, TestWallet, WALLET, login_offer, offer};

/// The transaction code that the suite tells to use.
const TX_CODE: &str = "123456";

/// How the learner gets the token, and whether the offer comes whole or as an address.
#[derive(Clone, Copy, Debug)]
struct Variant {
    by_login: bool,
    by_reference: bool,
    deferred: bool,
    encrypted: bool,
}

fn variants() -> impl Iterator<Item = Variant> {
    let bit = |number: u8, at: u8| number & (1 << at) != 0;
    (0..16).map(move |n| Variant { by_login: bit(n, 0), by_reference: bit(n, 1), deferred: bit(n, 2), encrypted: bit(n, 3) })
}

/// An issuer of the suite, and a wallet whose register knows it.
async fn scene(database: testkit::TestDatabase, behaviour: Behaviour) -> (TestWallet, StubIssuer) {
    let issuer = StubIssuer::start(behaviour).await;
    let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/").await;
    (wallet, issuer)
}

/// What the learner keeps of what came to a page.
async fn keeps(learner: &Browser<'_>, page: &str) -> Answer {
    learner.post(page, &[("choice", "accept")]).await
}

/// By login: away to the issuer and back.
async fn logs_in(learner: &mut Browser<'_>, issuer: &StubIssuer) -> String {
    let (page, _) = leaves(learner, issuer).await;
    let back = learner.get(&callback(issuer, "code-of-the-suite")).await;
    assert!(back.status.as_u16() == 303 && back.location().ends_with(&page), "{} {}", back.location(), back.body);
    page
}

#[tokio::test]
async fn oid4vci_1_0_wallet_test_credential_issuance() {
    for database in testkit::each_database() {
        let (wallet, issuer) = scene(database, Behaviour::default()).await;
        for (number, variant) in variants().enumerate() {
            // Its own learner, so that nothing is known from the variant before.
            let mut learner = wallet.learner(&format!("learner-{number}")).await;
            let tx_code = json!({"input_mode": "numeric", "length": 6});
            issuer.behave(|behaviour| {
                *behaviour = Behaviour {
                    offer: if variant.by_login { login_offer(&FORMS[..1]) } else { offer(FORMS[0], Some(tx_code)) },
                    tx_code: (!variant.by_login).then_some(TX_CODE),
                    identifiers: if variant.by_login { vec!["data-set-1"] } else { Vec::new() },
                    deferred: variant.deferred.then_some(1),
                    encrypts: variant.encrypted,
                    dpop: true,
                    ..Behaviour::default()
                };
            });
            wallet.clock.advance_seconds(600);
            let before = wallet.row_counts().await["credential"];
            let page = match (variant.by_login, variant.by_reference) {
                (true, true) => logs_in(&mut learner, &issuer).await,
                (false, true) => learner.opens(&issuer.at("/offers/1")).await,
                (by_login, false) => {
                    let text = login_or_code(by_login, &issuer);
                    let shown = learner.get(&format!("/credential-offer?credential_offer={}", escaped(&text))).await;
                    assert_eq!(shown.status.as_u16(), 303, "{variant:?}: {}", shown.body);
                    shown.location().replace(WALLET, "")
                }
            };
            if !variant.by_login {
                let shown = learner.get(&page).await;
                assert!(shown.body.contains("name=\"tx_code\""), "{variant:?}: {}", shown.body);
                assert_eq!(learner.post(&page, &[("choice", "accept"), ("tx_code", TX_CODE)]).await.status.as_u16(), 303, "{variant:?}");
            } else if !variant.by_reference {
                let left = learner.post(&page, &[("choice", "accept")]).await;
                learner.keep(&left, super::login_tests::COOKIE);
                assert_eq!(learner.get(&callback(&issuer, "code-of-the-suite")).await.status.as_u16(), 303, "{variant:?}");
            }
            if variant.deferred {
                wallet.clock.advance_seconds(3);
                wallet.work().await;
            }
            let kept = keeps(&learner, &page).await;
            assert_eq!(kept.status.as_u16(), 303, "{variant:?}: {}", kept.body);
            assert!(kept.location().contains("/wallet/credentials/"), "{variant:?}: {}", kept.location());
            assert_eq!(wallet.row_counts().await["credential"], before + 1, "{variant:?}");
            let asked = issuer.seen(|seen| seen.requests.last().cloned().unwrap());
            let named = if variant.by_login { "credential_identifier" } else { "credential_configuration_id" };
            assert!(asked[named].is_string() && asked.get("proof").is_none(), "{variant:?}: {asked}");
            assert_eq!(asked["credential_response_encryption"]["jwk"].is_object(), variant.encrypted, "{variant:?}: {asked}");
            if variant.by_login {
                let pushed = issuer.seen(|seen| seen.pushed.last().cloned().unwrap());
                assert_eq!(pushed.get("issuer_state").map(String::as_str), Some("state-of-the-issuer"), "{variant:?}");
            }
        }
        assert_eq!(wallet.row_counts().await["credential"], 16);
    }
}

/// The offer as it stands in a link.
fn login_or_code(by_login: bool, issuer: &StubIssuer) -> String {
    let tx_code = json!({"input_mode": "numeric", "length": 6});
    let offer = if by_login { login_offer(&FORMS[..1]) } else { offer(FORMS[0], Some(tx_code)) };
    let text = offer.to_string().replace("{issuer}", &issuer.id());
    assert!(CredentialOffer::parse(text.as_bytes(), true).is_ok());
    text
}

fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn oid4vci_1_0_wallet_test_credential_issuance_notification() {
    for database in testkit::each_database() {
        let (wallet, issuer) = scene(database, Behaviour { dpop: true, ..Behaviour::default() }).await;
        let learner = wallet.learner("samira").await;
        let before = wallet.row_counts().await["credential"];
        let page = learner.opens(&issuer.at("/offers/1")).await;
        assert_eq!(learner.post(&page, &[("choice", "accept")]).await.status.as_u16(), 303);
        // What came is not kept yet: nothing is told before the learner says so.
        assert!(issuer.seen(|seen| seen.notifications.is_empty()));
        let kept = keeps(&learner, &page).await;
        assert_eq!((kept.status.as_u16(), wallet.row_counts().await["credential"]), (303, before + 1), "{}", kept.body);
        wallet.work().await;
        let told = issuer.seen(|seen| seen.notifications.clone());
        assert_eq!(told, [json!({"notification_id": "n-1", "event": "credential_accepted"})]);
    }
}

#[tokio::test]
async fn oid4vci_1_0_wallet_test_batch_credential_issuance() {
    for database in testkit::each_database() {
        let metadata = json!({"batch_credential_issuance": {"batch_size": 10}});
        let (wallet, issuer) = scene(database, Behaviour { metadata, dpop: true, ..Behaviour::default() }).await;
        let learner = wallet.learner("samira").await;
        let page = learner.opens(&issuer.at("/offers/1")).await;
        assert_eq!(learner.post(&page, &[("choice", "accept")]).await.status.as_u16(), 303);
        let kept = keeps(&learner, &page).await;
        assert_eq!((kept.status.as_u16(), wallet.row_counts().await["credential"]), (303, 1), "{}", kept.body);
        // Not more proofs than the issuer takes, each of a key of its own.
        let proofs = issuer.seen(|seen| seen.requests[0]["proofs"]["jwt"].as_array().cloned().unwrap());
        let proved: BTreeSet<String> = proofs.iter().map(proved_key).collect();
        assert!((2..=10).contains(&proofs.len()) && proved.len() == proofs.len(), "{} proofs of {} keys", proofs.len(), proved.len());
        // The answer was turned round: every copy is with the key that it is bound to.
        let held = wallet.state().store.read().await.unwrap().copies(&learner.learner).await.unwrap().remove(0);
        let mut bound = BTreeSet::new();
        for asker in 0..proofs.len() {
            let mut tx = wallet.state().store.write().await.unwrap();
            let taken = tx.take_copy(&held.id, &learner.learner, &format!("asker-{asker}")).await.unwrap();
            let key = match taken.shown {
                Shown::Copy { body, pkcs8 } => {
                    let key = thumbprint(&pkcs8);
                    assert_eq!(bound_to(&body), key);
                    key
                }
                Shown::First => {
                    let body = tx.held_credential(&held.id, &learner.learner).await.unwrap().unwrap().body;
                    let key = thumbprint(&tx.holder_key(&held.id, &learner.learner).await.unwrap().unwrap());
                    assert_eq!(bound_to(&body), key);
                    key
                }
            };
            tx.commit().await.unwrap();
            bound.insert(key);
        }
        assert_eq!(bound, proved);
    }
}

/// The key that a proof shows, by its thumbprint.
fn proved_key(proof: &Value) -> String {
    let jws = vc::jws::Jws::parse(proof.as_str().unwrap()).unwrap();
    Jwk::from_value(&jws.header()["jwk"]).unwrap().thumbprint()
}

fn thumbprint(pkcs8: &[u8]) -> String {
    SigningKey::from_pkcs8(pkcs8).unwrap().public_jwk().unwrap().thumbprint()
}

/// The key that a credential is bound to.
fn bound_to(credential: &str) -> String {
    Jwk::from_value(&SdJwt::parse(credential).unwrap().disclosed_claims()["cnf"]["jwk"]).unwrap().thumbprint()
}

#[tokio::test]
async fn oid4vci_1_0_wallet_test_client_attestation_challenge() {
    for database in testkit::each_database() {
        let behaviour = Behaviour { offer: login_offer(&FORMS[..1]), ..Behaviour::default() };
        let (wallet, issuer) = attest_tests::started(database, behaviour).await;
        let mut learner = wallet.learner("samira").await;
        let page = logs_in(&mut learner, &issuer).await;
        let kept = keeps(&learner, &page).await;
        assert_eq!((kept.status.as_u16(), wallet.row_counts().await["credential"]), (303, 1), "{}", kept.body);
        // One for the pushed request and one for the token, in proofs that hold.
        let shown = attest_tests::checked(&wallet, &issuer).await;
        let answered: Vec<Option<&str>> = shown.iter().map(|(_, one)| one.challenge.as_deref()).collect();
        assert_eq!(answered, [Some("challenge-1"), Some("challenge-2")]);
    }
}

#[tokio::test]
async fn oid4vci_1_0_wallet_happy_path_with_scopes_without_authorization_details_in_token_response() {
    for database in testkit::each_database() {
        let metadata = json!({"credential_configurations_supported": {"microcredential-sd-jwt": {"scope": "scope-of-the-suite"}}});
        let behaviour = Behaviour { offer: login_offer(&FORMS[..1]), metadata, dpop: true, ..Behaviour::default() };
        let (wallet, issuer) = scene(database, behaviour).await;
        let mut learner = wallet.learner("samira").await;
        let page = logs_in(&mut learner, &issuer).await;
        let kept = keeps(&learner, &page).await;
        assert_eq!((kept.status.as_u16(), wallet.row_counts().await["credential"]), (303, 1), "{}", kept.body);
        let pushed = issuer.seen(|seen| seen.pushed[0].clone());
        assert_eq!((pushed["scope"].as_str(), pushed.contains_key("authorization_details")), ("scope-of-the-suite", false));
        let asked = issuer.seen(|seen| seen.requests[0].clone());
        assert_eq!((&asked["credential_configuration_id"], asked.get("credential_identifier")), (&json!(FORMS[0]), None));
    }
}
