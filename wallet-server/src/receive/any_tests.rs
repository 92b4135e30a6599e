//! Any issuer: strangers, foreign types, DPoP, encryption, older drafts, data sets, and what happens to answers that get lost.

use model::activity::ActivityKind;
use model::held::{HeldCopy, Way};
use model::id::LearnerId;
use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::testing::{Behaviour, Browser, FORMS, StubIssuer, TestWallet, offer, offer_of};

async fn started(database: TestDatabase, behaviour: Behaviour) -> (TestWallet, StubIssuer) {
    let issuer = StubIssuer::start(behaviour).await;
    let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/").await;
    (wallet, issuer)
}

async fn copies(wallet: &TestWallet, learner: &LearnerId) -> Vec<HeldCopy> {
    wallet.state().store.read().await.unwrap().copies(learner).await.unwrap()
}

/// Receives the first offer from end to end.
async fn receives(learner: &Browser<'_>, issuer: &StubIssuer) {
    let page = learner.opens(&issuer.at("/offers/1")).await;
    let kept = learner.take(&page).await;
    assert!(kept.location().contains("/wallet/credentials/"), "{} {}", kept.location(), kept.body);
}

#[tokio::test]
async fn threat_t10_a_stranger_gets_a_code_only_after_the_learners_own_act() {
    for database in testkit::each_database() {
        let described = json!({"vct": "{issuer}/types/1", "display": [{"locale": "nl", "name": "Vakbewijs"}],
            "claims": [{"path": ["vak"], "display": [{"locale": "nl", "label": "Geleerd vak"}]}]});
        let stranger = StubIssuer::start(Behaviour {
            offer: offer(FORMS[0], Some(json!({"length": 4, "input_mode": "text", "description": "Staat op het briefje"}))),
            tx_code: Some("ab12"),
            foreign_type: Some(described),
            ..Behaviour::default()
        })
        .await;
        let known = StubIssuer::start(Behaviour::default()).await;
        let wallet = TestWallet::over(database, known.party(), &[known.anchor()], "http://localhost:1/").await;
        let samira = wallet.learner("samira").await;
        let page = samira.opens(&stranger.at("/offers/1")).await;
        let warned = samira.get(&page).await;
        assert!(warned.body.contains("value=\"know\"") && warned.body.contains("staat in geen register"), "{}", warned.body);
        assert!(!warned.body.contains("name=\"tx_code\"") && !warned.body.contains("value=\"accept\""), "{}", warned.body);
        samira.post(&page, &[("choice", "accept"), ("tx_code", "ab12")]).await;
        assert_eq!(stranger.count("token"), 0);

        assert_eq!(samira.post(&page, &[("choice", "know")]).await.status.as_u16(), 303);
        let open = samira.get(&page).await;
        assert!(open.body.contains("maxlength=\"4\"") && open.body.contains("Staat op het briefje"), "{}", open.body);
        assert!(!open.body.contains("inputmode=\"numeric\"") && open.body.contains("Niet gecontroleerd"), "{}", open.body);
        samira.post(&page, &[("choice", "accept"), ("tx_code", "ab12")]).await;
        let looked = samira.get(&page).await;
        for words in ["Vakbewijs", "Geleerd vak", "Houtbewerking"] {
            assert!(looked.body.contains(words), "{words}: {}", looked.body);
        }
        let kept = samira.post(&page, &[("choice", "accept")]).await;
        let credential = samira.get(&kept.location().replace("http://localhost:8080", "")).await;
        for words in ["Geleerd vak", "alleen het webadres is bekend", "met een link of code die je opende", &stranger.id()] {
            assert!(credential.body.contains(words), "{words}: {}", credential.body);
        }
        let held = copies(&wallet, &samira.learner).await.remove(0);
        let origin = held.summary.origin.unwrap();
        assert_eq!((origin.way, origin.listed, origin.deferred), (Way::Offer, false, false));
        assert_eq!(stranger.count("type"), 1, "asked for once, when it came");
        samira.get("/wallet").await;
        assert_eq!(stranger.count("type"), 1);
    }
}

#[tokio::test]
async fn type_metadata_of_another_hash_is_not_believed() {
    let described = json!({"vct": "{issuer}/types/1", "display": [{"locale": "nl", "name": "Vakbewijs"}]});
    let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour { foreign_type: Some(described), ..Behaviour::default() }).await;
    let stranger = StubIssuer::start(Behaviour::default()).await;
    drop(wallet);
    let wallet = TestWallet::with(&stranger).await;
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    samira.post(&page, &[("choice", "know")]).await;
    issuer.behave(|b| b.type_after_issuing = Some(json!({"vct": "{issuer}/types/1", "display": [{"locale": "nl", "name": "Diploma"}]})));
    samira.post(&page, &[("choice", "accept")]).await;
    let looked = samira.get(&page).await;
    assert!(issuer.count("type") == 1 && !looked.body.contains("Diploma"), "{}", looked.body);
    assert!(looked.body.contains("Houtbewerking"), "the credential itself holds: {}", looked.body);
}

#[tokio::test]
async fn what_was_looked_at_and_refused_is_erased_and_nobody_is_told() {
    for database in testkit::each_database() {
        let (wallet, issuer) = started(database, Behaviour { offer: offer_of(&FORMS, None), ..Behaviour::default() }).await;
        let samira = wallet.learner("samira").await;
        let page = samira.opens(&issuer.at("/offers/1")).await;
        samira.post(&page, &[("choice", "accept")]).await;
        let receipt = model::receipt::ReceiptId::new(page.rsplit('/').next().unwrap());
        assert!(samira.get("/wallet").await.body.contains("Opgehaald, nog te bekijken"));
        assert_eq!(wallet.state().store.read().await.unwrap().arrived(&receipt).await.unwrap().len(), 3);
        assert_eq!(wallet.learner("barry").await.get(&page).await.status.as_u16(), 404);
        assert_eq!(samira.post(&page, &[("choice", "refuse")]).await.status.as_u16(), 303);
        let mut tx = wallet.state().store.read().await.unwrap();
        assert!(tx.arrived(&receipt).await.unwrap().is_empty() && tx.holder_keys(&receipt).await.unwrap().is_empty());
        let kinds: Vec<_> = tx.activities(&samira.learner, 10).await.unwrap().into_iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds, [ActivityKind::OfferRefused]);
        drop(tx);
        samira.post(&page, &[("choice", "accept")]).await;
        wallet.work().await;
        assert!(copies(&wallet, &samira.learner).await.is_empty());
        assert!(issuer.seen(|seen| seen.notifications.is_empty()), "refusing looks like never looking");
    }
}

#[tokio::test]
async fn vci_11_1_what_cannot_be_used_is_told_as_a_failure() {
    let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour { foreign_key: true, ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    assert_eq!(samira.post(&page, &[("choice", "accept")]).await.code(), Some("credential_signature"));
    wallet.work().await;
    assert_eq!(issuer.seen(|seen| seen.notifications.clone()), [json!({"notification_id": "n-1", "event": "credential_failure"})]);
    let said = samira.get(&page).await;
    for words in ["doorstond onze controle niet", "Er is niets in je wallet gekomen", "credential_signature"] {
        assert!(said.body.contains(words), "{words}: {}", said.body);
    }
}

#[tokio::test]
async fn rfc_9449_tokens_are_bound_and_nonces_taken_from_any_answer() {
    let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour { dpop: true, ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    receives(&samira, &issuer).await;
    assert_eq!((issuer.count("dpop-nonce"), issuer.count("token"), issuer.count("credential")), (2, 1, 1), "once at each server");
    assert_eq!(issuer.seen(|seen| seen.notifications.len()), 1);
    let own = issuer.seen(|seen| seen.dpop.clone());
    assert!(own.iter().all(|jkt| *jkt == own[0]), "one key for one issuer");
    let barry = wallet.learner("barry").await;
    receives(&barry, &issuer).await;
    assert!(issuer.seen(|seen| seen.dpop.last() != own.first()), "no two learners share a key");
}

#[tokio::test]
async fn vci_10_requests_and_answers_are_encrypted() {
    for deferred in [None, Some(1)] {
        let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour { encrypts: true, deferred, ..Behaviour::default() }).await;
        let samira = wallet.learner("samira").await;
        let page = samira.opens(&issuer.at("/offers/1")).await;
        samira.post(&page, &[("choice", "accept")]).await;
        wallet.clock.advance_seconds(3);
        wallet.work().await;
        assert!(samira.take(&page).await.location().contains("/wallet/credentials/"));
        let asked = issuer.seen(|seen| seen.requests[0]["credential_response_encryption"].clone());
        assert_eq!((asked["enc"].as_str(), asked["jwk"]["alg"].as_str(), asked.get("zip")), (Some("A256GCM"), Some("ECDH-ES"), None));
    }
}

#[tokio::test]
async fn an_answer_in_the_clear_where_an_encrypted_one_was_asked_for_is_not_taken() {
    let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour { encrypts: true, in_the_clear: true, ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    assert_eq!(samira.post(&page, &[("choice", "accept")]).await.code(), Some("issuer_encryption"));
}

#[tokio::test]
async fn drafts_up_to_14_are_read() {
    let older = json!({"credential_configurations_supported": {"microcredential-sd-jwt": {"format": "vc+sd-jwt"}}});
    let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour { older: true, metadata: older, ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    receives(&samira, &issuer).await;
    assert_eq!(issuer.count("nonce"), 0);
    assert!(issuer.seen(|seen| seen.requests[0].get("proof").is_none()), "the singular proof is never written");
}

#[tokio::test]
async fn vci_6_2_data_sets_are_asked_for_by_their_identifiers() {
    let identifiers = vec!["set-1", "set-2"];
    let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour { identifiers, ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    receives(&samira, &issuer).await;
    let asked: Vec<Value> = issuer.seen(|seen| seen.requests.iter().map(|request| request["credential_identifier"].clone()).collect());
    assert_eq!(asked, [json!("set-1"), json!("set-2")]);
    assert_eq!(copies(&wallet, &samira.learner).await.len(), 2);
}

#[tokio::test]
async fn vci_8_3_a_refused_nonce_is_renewed_once() {
    let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour { nonce_refused: 1, ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    receives(&samira, &issuer).await;
    assert_eq!(issuer.count("nonce"), 2);
    issuer.behave(|b| b.nonce_refused = 2);
    let page = samira.opens(&issuer.at("/offers/2")).await;
    assert_eq!(samira.post(&page, &[("choice", "accept")]).await.code(), Some("invalid_nonce"));
}

#[tokio::test]
async fn a_proof_that_this_wallet_cannot_give_is_said() {
    let attested = json!({"credential_configurations_supported": {"microcredential-sd-jwt": {"proof_types_supported": {
        "jwt": {"key_attestations_required": {"key_storage": ["iso_18045_high"]}}}}}});
    let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour { metadata: attested, ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    assert_eq!(samira.post(&page, &[("choice", "accept")]).await.code(), Some("issuer_proof"));
    assert_eq!(issuer.count("credential"), 0);
}

#[tokio::test]
async fn a_lost_answer_and_a_process_that_ends_leave_one_credential() {
    for database in testkit::each_database() {
        let (wallet, issuer) = started(database, Behaviour { lost: 1, one_time: true, ..Behaviour::default() }).await;
        let samira = wallet.learner("samira").await;
        let page = samira.opens(&issuer.at("/offers/1")).await;
        samira.post(&page, &[("choice", "accept")]).await;
        assert!(samira.get(&page).await.body.contains("Je wallet haalt het op"));
        drop(samira);
        let wallet = wallet.restarted().await;
        wallet.clock.advance_seconds(5);
        wallet.work().await;
        let samira = wallet.learner("samira").await;
        assert!(samira.take(&page).await.location().contains("/wallet/credentials/"));
        assert_eq!((copies(&wallet, &samira.learner).await.len(), issuer.seen(|seen| seen.issued.len())), (1, 1));
        assert_eq!((issuer.count("token"), issuer.count("credential")), (1, 2), "with the token in hand, and the same key");
        assert_eq!(issuer.seen(|seen| seen.notifications.len()), 1);
    }
}

#[tokio::test]
async fn two_servers_work_and_two_presses_count_once() {
    for database in testkit::each_database() {
        let (wallet, issuer) = started(database, Behaviour { failing: 1, ..Behaviour::default() }).await;
        let samira = wallet.learner("samira").await;
        let page = samira.opens(&issuer.at("/offers/1")).await;
        let second = wallet.second().await;
        let press = || samira.post(&page, &[("choice", "accept")]);
        let (a, b) = tokio::join!(press(), press());
        assert!(a.status.as_u16() == 303 && b.status.as_u16() == 303, "{} {}", a.body, b.body);
        wallet.clock.advance_seconds(5);
        let state = second.as_ref().map_or(wallet.state(), |server| &server.state);
        let (one, two) = tokio::join!(crate::work::one_of_each(wallet.state()), crate::work::one_of_each(state));
        assert!(one.unwrap() | two.unwrap());
        wallet.work().await;
        let (a, b) = tokio::join!(press(), press());
        assert!(a.location().contains("/wallet/") && b.location().contains("/wallet/"), "{} {}", a.body, b.body);
        wallet.work().await;
        assert_eq!((copies(&wallet, &samira.learner).await.len(), issuer.seen(|seen| seen.issued.len())), (1, 1));
        assert_eq!(issuer.seen(|seen| seen.notifications.len()), 1);
    }
}

#[tokio::test]
async fn several_issuers_at_once_do_not_touch_each_other() {
    let (wallet, school) = started(TestDatabase::sqlite(), Behaviour { dpop: true, ..Behaviour::default() }).await;
    let other = StubIssuer::start(Behaviour { dpop: true, refreshes: true, ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    let (first, second) = (samira.opens(&school.at("/offers/1")).await, samira.opens(&other.at("/offers/1")).await);
    samira.post(&second, &[("choice", "know")]).await;
    let (a, b) = tokio::join!(samira.post(&first, &[("choice", "accept")]), samira.post(&second, &[("choice", "accept")]));
    assert!(a.status.as_u16() == 303 && b.status.as_u16() == 303, "{} {}", a.body, b.body);
    assert!(samira.take(&first).await.location().contains("/wallet/credentials/"));
    assert!(samira.take(&second).await.location().contains("/wallet/credentials/"));
    assert_eq!(copies(&wallet, &samira.learner).await.len(), 2);
    assert_ne!(school.seen(|seen| seen.dpop[0].clone()), other.seen(|seen| seen.dpop[0].clone()), "no two issuers see one key");
}

#[tokio::test]
async fn vci_f_1_a_key_is_named_as_the_issuer_binds_to_it() {
    for (methods, start) in
        [(json!(["did:key"]), "did:key:z"), (json!(["did:key", "did:jwk"]), "did:jwk:"), (json!(["did:key", "jwk"]), "")]
    {
        let binding = json!({"credential_configurations_supported": {"microcredential-sd-jwt": {"cryptographic_binding_methods_supported": methods}}});
        let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour { metadata: binding, ..Behaviour::default() }).await;
        let samira = wallet.learner("samira").await;
        receives(&samira, &issuer).await;
        let proof = issuer.seen(|seen| seen.requests[0]["proofs"]["jwt"][0].as_str().unwrap().to_owned());
        let proof = vc::jws::Jws::parse(&proof).unwrap();
        let kid = proof.header().get("kid").and_then(Value::as_str).unwrap_or_default();
        assert!(kid.starts_with(start) && proof.header().contains_key("jwk") == start.is_empty(), "{methods} {kid}");
    }
}

#[tokio::test]
async fn vci_f_1_where_the_format_names_its_holder_by_an_identifier_a_key_is_named_so_too() {
    let forms = [("microcredential-open-badge", true), ("microcredential-open-badge-jwt", true), ("microcredential-sd-jwt", false)];
    for (form, named) in forms {
        let methods = json!({"cryptographic_binding_methods_supported": ["jwk", "did:jwk"]});
        let metadata = json!({"credential_configurations_supported": {form: methods}});
        let behaviour = Behaviour { metadata, offer: offer(form, None), ..Behaviour::default() };
        let (wallet, issuer) = started(TestDatabase::sqlite(), behaviour).await;
        let samira = wallet.learner("samira").await;
        receives(&samira, &issuer).await;
        let proof = issuer.seen(|seen| seen.requests[0]["proofs"]["jwt"][0].as_str().unwrap().to_owned());
        let proof = vc::jws::Jws::parse(&proof).unwrap();
        assert_eq!(proof.header().get("kid").and_then(Value::as_str).is_some_and(|kid| kid.starts_with("did:jwk:")), named, "{form}");
        assert_eq!(proof.header().contains_key("jwk"), !named, "{form}");
    }
}
