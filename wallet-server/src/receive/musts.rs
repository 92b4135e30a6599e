//! What OpenID4VCI 1.0 demands of wallets, a test for each MUST, named after its section. Which is which stands in
//! `tests/conformance/musts.md`; more of them lie beside the code that they are about.

use serde_json::{Value, json};
use testkit::TestDatabase;
use vc::jws::Jws;

use super::attest_tests;
use super::login_tests::{callback, leaves};
use crate::testing::{Answer, Behaviour, Browser, FORMS, StubIssuer, TestWallet, login_offer, offer, offer_of};

async fn scene(behaviour: Behaviour) -> (TestWallet, StubIssuer) {
    let issuer = StubIssuer::start(behaviour).await;
    let wallet = TestWallet::over(TestDatabase::sqlite(), issuer.party(), &[issuer.anchor()], "http://localhost:1/").await;
    (wallet, issuer)
}

fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn by_reference(address: &str) -> String {
    format!("/credential-offer?credential_offer_uri={}", escaped(address))
}

/// Receives the first offer from end to end: its page and the last answer.
async fn receives(learner: &Browser<'_>, issuer: &StubIssuer) -> (String, Answer) {
    let page = learner.opens(&issuer.at("/offers/1")).await;
    let kept = learner.take(&page).await;
    assert!(kept.location().contains("/wallet/credentials/"), "{} {}", kept.location(), kept.body);
    (page, kept)
}

/// The same by login.
async fn logs_in(learner: &mut Browser<'_>, issuer: &StubIssuer) {
    let (page, _) = leaves(learner, issuer).await;
    learner.get(&callback(issuer, "code-1")).await;
    assert!(learner.post(&page, &[("choice", "accept")]).await.location().contains("/wallet/credentials/"));
}

/// Header and claims of the first key proof that the issuer saw.
fn proof(issuer: &StubIssuer) -> (Value, Value) {
    let jws = issuer.seen(|seen| Jws::parse(seen.requests[0]["proofs"]["jwt"][0].as_str().unwrap()).unwrap());
    (Value::Object(jws.header().clone()), jws.payload_unverified().clone())
}

#[tokio::test]
async fn vci_3_3_2_each_form_has_a_request_of_its_own() {
    let (wallet, issuer) = scene(Behaviour { offer: offer_of(&FORMS, None), ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    receives(&samira, &issuer).await;
    let asked: Vec<Value> = issuer.seen(|seen| seen.requests.iter().map(|one| one["credential_configuration_id"].clone()).collect());
    assert_eq!(asked, FORMS.map(Value::from));
}

#[tokio::test]
async fn vci_4_1_an_offer_comes_whole_or_as_an_address() {
    let (wallet, issuer) = scene(Behaviour::default()).await;
    let both = format!("{}&credential_offer=%7B%7D", by_reference(&issuer.at("/offers/1")));
    let answer = wallet.get(&both).await;
    assert_eq!((answer.status.as_u16(), answer.code(), issuer.count("offer")), (400, Some("offer_ambiguous"), 0));
}

#[tokio::test]
async fn vci_4_1_the_address_of_an_offer_is_https() {
    let (wallet, _) = scene(Behaviour::default()).await;
    for address in ["http://issuer.example/offers/1", "ftp://issuer.example/offers/1", "file:///offers/1"] {
        let answer = wallet.get(&by_reference(address)).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("offer_uri_scheme")), "{address}");
    }
}

#[tokio::test]
async fn vci_4_1_1_a_configuration_that_metadata_does_not_have_is_refused() {
    let (wallet, issuer) = scene(Behaviour { offer: offer("something-else", None), ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    let answer = samira.get(&by_reference(&issuer.at("/offers/1"))).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("offer_unknown_configuration")));
}

#[tokio::test]
async fn vci_4_1_1_the_issuer_state_goes_with_the_authorization_request() {
    let (wallet, issuer) = scene(Behaviour { offer: login_offer(&FORMS[..1]), ..Behaviour::default() }).await;
    let mut samira = wallet.learner("samira").await;
    leaves(&mut samira, &issuer).await;
    assert_eq!(issuer.seen(|seen| seen.pushed[0].get("issuer_state").cloned()).as_deref(), Some("state-of-the-issuer"));
}

#[tokio::test]
async fn vci_4_1_1_the_code_goes_with_the_token_request() {
    let (wallet, issuer) = scene(Behaviour::default()).await;
    let samira = wallet.learner("samira").await;
    receives(&samira, &issuer).await;
    assert_eq!(issuer.seen(|seen| seen.tokens[0].get("pre-authorized_code").cloned()).as_deref(), Some("code-1"));
}

#[tokio::test]
async fn vci_4_1_1_the_transaction_code_goes_with_the_token_request() {
    let behaviour = Behaviour { offer: offer(FORMS[0], Some(json!({}))), tx_code: Some("493536"), ..Behaviour::default() };
    let (wallet, issuer) = scene(behaviour).await;
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    assert_eq!(samira.post(&page, &[("choice", "accept"), ("tx_code", "493536")]).await.status.as_u16(), 303);
    assert_eq!(issuer.seen(|seen| seen.tokens[0].get("tx_code").cloned()).as_deref(), Some("493536"));
}

#[tokio::test]
async fn vci_4_1_3_an_address_is_fetched() {
    let (wallet, issuer) = scene(Behaviour::default()).await;
    let samira = wallet.learner("samira").await;
    assert_eq!(samira.get(&by_reference(&issuer.at("/offers/1"))).await.status.as_u16(), 303);
    assert_eq!(issuer.count("offer"), 1);
}

#[tokio::test]
async fn vci_4_1_3_only_json_is_an_offer() {
    for media_type in ["application/jwt", "text/html"] {
        let (wallet, issuer) = scene(Behaviour { offer_type: media_type, ..Behaviour::default() }).await;
        let samira = wallet.learner("samira").await;
        let answer = samira.get(&by_reference(&issuer.at("/offers/1"))).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("offer_media_type")), "{media_type}");
    }
}

#[tokio::test]
async fn vci_5_1_1_details_have_type_and_configuration_in_requests() {
    let (wallet, issuer) = scene(Behaviour { offer: login_offer(&FORMS[..1]), ..Behaviour::default() }).await;
    let mut samira = wallet.learner("samira").await;
    leaves(&mut samira, &issuer).await;
    let details: Value = serde_json::from_str(&issuer.seen(|seen| seen.pushed[0]["authorization_details"].clone())).unwrap();
    assert_eq!(details, json!([{"type": "openid_credential", "credential_configuration_id": FORMS[0]}]));
}

#[tokio::test]
async fn vci_5_1_1_locations_are_said_where_servers_are_named() {
    let (wallet, issuer) = scene(Behaviour { offer: login_offer(&FORMS[..1]), ..Behaviour::default() }).await;
    issuer.behave(|behaviour| behaviour.metadata = json!({"authorization_servers": [issuer.id()]}));
    let mut samira = wallet.learner("samira").await;
    leaves(&mut samira, &issuer).await;
    let details: Value = serde_json::from_str(&issuer.seen(|seen| seen.pushed[0]["authorization_details"].clone())).unwrap();
    assert_eq!(details[0]["locations"], json!([issuer.id()]));
}

#[tokio::test]
async fn vci_6_2_an_identifier_is_asked_for_where_one_was_given() {
    let (wallet, issuer) = scene(Behaviour { identifiers: vec!["data-set-1"], ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    receives(&samira, &issuer).await;
    let asked = issuer.seen(|seen| seen.requests[0].clone());
    assert_eq!((&asked["credential_identifier"], asked.get("credential_configuration_id")), (&json!("data-set-1"), None));
}

#[tokio::test]
async fn vci_8_2_a_configuration_is_asked_for_where_no_identifier_was_given() {
    let (wallet, issuer) = scene(Behaviour::default()).await;
    let samira = wallet.learner("samira").await;
    receives(&samira, &issuer).await;
    let asked = issuer.seen(|seen| seen.requests[0].clone());
    assert_eq!((&asked["credential_configuration_id"], asked.get("credential_identifier")), (&json!(FORMS[0]), None));
}

#[tokio::test]
async fn vci_8_2_proofs_say_for_whom_and_when() {
    let (wallet, issuer) = scene(Behaviour::default()).await;
    let samira = wallet.learner("samira").await;
    receives(&samira, &issuer).await;
    let (_, claims) = proof(&issuer);
    assert_eq!((&claims["aud"], &claims["nonce"]), (&json!(issuer.id()), &json!("nonce-1")));
}

#[tokio::test]
async fn vci_8_2_requests_are_encrypted_where_the_issuer_requires_it() {
    // The issuer's part stops at a request that came in the clear.
    let (wallet, issuer) = scene(Behaviour { encrypts: true, ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    receives(&samira, &issuer).await;
    assert!(issuer.seen(|seen| seen.requests[0]["credential_response_encryption"]["jwk"].is_object()));
}

#[tokio::test]
async fn vci_8_2_nothing_is_compressed_that_was_not_asked_for() {
    let (wallet, issuer) = scene(Behaviour { encrypts: true, ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    receives(&samira, &issuer).await;
    assert!(issuer.seen(|seen| seen.requests[0]["credential_response_encryption"].get("zip").is_none()));
}

#[tokio::test]
async fn vci_9_the_token_goes_with_the_deferred_request() {
    // The issuer's part answers 401 without it.
    let (wallet, issuer) = scene(Behaviour { deferred: Some(1), dpop: true, ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    samira.post(&page, &[("choice", "accept")]).await;
    wallet.clock.advance_seconds(3);
    wallet.work().await;
    assert_eq!(issuer.count("deferred"), 1);
    assert!(samira.post(&page, &[("choice", "accept")]).await.location().contains("/wallet/credentials/"));
}

#[tokio::test]
async fn vci_11_the_token_goes_with_the_notification() {
    let (wallet, issuer) = scene(Behaviour { dpop: true, ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    receives(&samira, &issuer).await;
    wallet.work().await;
    assert_eq!(issuer.seen(|seen| seen.notifications.len()), 1);
}

#[tokio::test]
async fn vci_11_1_the_notification_names_what_the_answer_named() {
    let (wallet, issuer) = scene(Behaviour::default()).await;
    let samira = wallet.learner("samira").await;
    receives(&samira, &issuer).await;
    wallet.work().await;
    let told = issuer.seen(|seen| seen.notifications[0].clone());
    assert_eq!((&told["notification_id"], &told["event"]), (&json!("n-1"), &json!("credential_accepted")));
}

#[tokio::test]
async fn vci_12_2_2_metadata_is_read_between_host_and_path() {
    let (wallet, issuer) = scene(Behaviour::default()).await;
    let samira = wallet.learner("samira").await;
    samira.opens(&issuer.at("/offers/1")).await;
    assert_eq!((issuer.count("metadata"), issuer.count("appended")), (1, 0));
}

#[tokio::test]
async fn vci_12_2_4_metadata_of_another_identifier_is_not_used() {
    let (wallet, issuer) = scene(Behaviour::default()).await;
    for other in [format!("{}/", issuer.id()), issuer.id().replace("localhost", "LOCALHOST"), "https://other.example".to_owned()] {
        issuer.behave(|behaviour| behaviour.metadata = json!({"credential_issuer": other}));
        let samira = wallet.learner("samira").await;
        let answer = samira.get(&by_reference(&issuer.at("/offers/1"))).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("issuer_mismatch")), "{other}");
    }
    assert_eq!(issuer.count("token"), 0);
}

#[tokio::test]
async fn vci_12_2_4_endpoints_are_https() {
    for endpoint in ["credential_endpoint", "nonce_endpoint", "deferred_credential_endpoint", "notification_endpoint"] {
        let (wallet, issuer) = scene(Behaviour::default()).await;
        issuer.behave(|behaviour| behaviour.metadata = json!({endpoint: "http://issuer.example/x"}));
        let samira = wallet.learner("samira").await;
        let answer = samira.get(&by_reference(&issuer.at("/offers/1"))).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("issuer_metadata")), "{endpoint}");
    }
}

#[tokio::test]
async fn vci_12_3_unrecognized_parameters_are_ignored() {
    let (wallet, issuer) =
        scene(Behaviour { server: json!({"unknown": {"a": [1]}, "userinfo_endpoint": 5}), ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    receives(&samira, &issuer).await;
}

#[tokio::test]
async fn vci_13_5_an_offer_makes_nobody_trusted() {
    let stranger = StubIssuer::start(Behaviour::default()).await;
    let (wallet, _) = scene(Behaviour::default()).await;
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&stranger.at("/offers/1")).await;
    samira.post(&page, &[("choice", "accept")]).await;
    assert_eq!((stranger.count("token"), stranger.count("credential")), (0, 0));
}

#[tokio::test]
async fn vci_13_5_what_an_offer_brings_is_checked_like_anything() {
    let (wallet, issuer) = scene(Behaviour { foreign_key: true, ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    assert_eq!(samira.post(&page, &[("choice", "accept")]).await.code(), Some("credential_signature"));
    assert_eq!(wallet.row_counts().await["credential"], 0);
}

#[tokio::test]
async fn vci_13_10_tokens_are_kept_sealed() {
    let (wallet, issuer) = scene(Behaviour { deferred: Some(5), refreshes: true, ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    samira.post(&page, &[("choice", "accept")]).await;
    let mut secrets = testkit::leak::Secrets::default();
    secrets.add("access token", "token-1");
    secrets.add("refresh token", "refresh-1");
    let mut looked = 0;
    for entry in std::fs::read_dir(wallet.database.folder()).unwrap().flatten() {
        let bytes = std::fs::read(entry.path()).unwrap();
        assert_eq!(secrets.found_in(&bytes), Vec::<String>::new(), "{}", entry.path().display());
        looked += bytes.len();
    }
    assert!(looked > 100_000 && issuer.count("token") == 1);
}

#[tokio::test]
async fn vci_f_1_the_proof_is_typed_and_shows_one_key() {
    let (wallet, issuer) = scene(Behaviour::default()).await;
    let samira = wallet.learner("samira").await;
    receives(&samira, &issuer).await;
    let (header, _) = proof(&issuer);
    assert_eq!((&header["typ"], &header["alg"]), (&json!("openid4vci-proof+jwt"), &json!("ES256")));
    assert!(header["jwk"].is_object() && header.get("kid").is_none() && header.get("x5c").is_none() && header["jwk"].get("d").is_none());
}

#[tokio::test]
async fn vci_f_1_a_nameless_wallet_says_no_iss() {
    let (wallet, issuer) = scene(Behaviour::default()).await;
    let samira = wallet.learner("samira").await;
    receives(&samira, &issuer).await;
    let token = issuer.seen(|seen| seen.tokens[0].clone());
    assert!(!token.contains_key("client_id") && !token.contains_key("client_assertion"), "{token:?}");
    assert!(proof(&issuer).1.get("iss").is_none());
}

#[tokio::test]
async fn vci_f_1_a_wallet_with_a_name_says_it() {
    let (wallet, issuer) = scene(Behaviour { offer: login_offer(&FORMS[..1]), ..Behaviour::default() }).await;
    let mut samira = wallet.learner("samira").await;
    logs_in(&mut samira, &issuer).await;
    assert_eq!(proof(&issuer).1["iss"], "http://localhost:8080/client-metadata.json");
}

#[tokio::test]
async fn vci_f_1_the_proof_is_made_with_an_algorithm_of_the_issuer() {
    let bound = json!({"jwt": {"proof_signing_alg_values_supported": ["EdDSA"]}});
    let metadata = json!({"credential_configurations_supported": {"microcredential-sd-jwt": {"proof_types_supported": bound}}});
    let (wallet, issuer) = scene(Behaviour { metadata, ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    receives(&samira, &issuer).await;
    assert_eq!(proof(&issuer).0["alg"], "EdDSA");
}

#[tokio::test]
async fn vci_6_1_a_transaction_code_belongs_to_its_grant() {
    let (wallet, issuer) = scene(Behaviour { offer: login_offer(&FORMS[..1]), ..Behaviour::default() }).await;
    let mut samira = wallet.learner("samira").await;
    let (page, _) = leaves(&mut samira, &issuer).await;
    samira.get(&format!("{}&tx_code=493536", callback(&issuer, "code-1"))).await;
    samira.post(&page, &[("choice", "accept"), ("tx_code", "493536")]).await;
    let token = issuer.seen(|seen| seen.tokens[0].clone());
    assert!(token["grant_type"] == "authorization_code" && !token.contains_key("tx_code"), "{token:?}");
}

#[tokio::test]
async fn vci_9_1_deferred_requests_are_encrypted_where_the_issuer_requires_it() {
    // The issuer's part stops at a request that came in the clear.
    let (wallet, issuer) = scene(Behaviour { encrypts: true, deferred: Some(1), ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    samira.post(&page, &[("choice", "accept")]).await;
    wallet.clock.advance_seconds(3);
    wallet.work().await;
    assert_eq!(issuer.count("deferred"), 1);
    assert!(samira.post(&page, &[("choice", "accept")]).await.location().contains("/wallet/credentials/"));
}

#[tokio::test]
async fn vci_e_an_attestation_comes_with_a_proof_of_possession() {
    let behaviour = Behaviour { offer: login_offer(&FORMS[..1]), ..Behaviour::default() };
    let (wallet, issuer) = attest_tests::started(TestDatabase::sqlite(), behaviour).await;
    let mut samira = wallet.learner("samira").await;
    logs_in(&mut samira, &issuer).await;
    // Both headers at both places, which hold together.
    let places: Vec<&str> = attest_tests::checked(&wallet, &issuer).await.iter().map(|(at, _)| *at).collect();
    assert_eq!(places, ["par", "token"]);
}
