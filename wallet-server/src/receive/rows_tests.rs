//! Rows M1 to M7 with their exact outcomes, and where older issuers keep their metadata.

use serde_json::{Value, json};
use vc::encoding::b64url;

use crate::testing::{Behaviour, Served, StubIssuer, TestWallet};

fn link(uri: &str) -> String {
    format!("/credential-offer?{}", openid4vc::CredentialOffer::query(uri))
}

/// Opens an offer of an issuer that behaves like this: status and code, what it was asked, and that nothing is stored.
async fn refused(change: impl FnOnce(&StubIssuer, &mut Behaviour)) -> (u16, String, StubIssuer) {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    issuer.behave(|behaviour| change(&issuer, behaviour));
    let wallet = TestWallet::with(&issuer).await;
    let samira = wallet.learner("samira").await;
    let before = wallet.row_counts().await;
    let answer = samira.get(&link(&issuer.at("/offers/1"))).await;
    assert_eq!(wallet.row_counts().await, before, "DB0");
    assert_eq!((issuer.count("token"), issuer.count("credential"), issuer.count("par")), (0, 0, 0));
    (answer.status.as_u16(), answer.code().unwrap_or_default().to_owned(), issuer)
}

#[tokio::test]
async fn row_m1_an_issuer_that_names_itself_otherwise() {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    issuer.behave(|b| b.metadata = json!({"credential_issuer": format!("{}/", issuer.id())}));
    let wallet = TestWallet::with(&issuer).await;
    let samira = wallet.learner("samira").await;
    let before = wallet.row_counts().await;
    let answer = samira.get(&link(&issuer.at("/offers/1"))).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("issuer_mismatch")));
    assert_eq!(wallet.row_counts().await, before, "DB0");
    // Nothing of it is remembered: once it is right, it is read again.
    issuer.behave(|b| b.metadata = Value::Null);
    samira.opens(&issuer.at("/offers/1")).await;
    assert_eq!(issuer.count("metadata"), 2);
}

/// Nothing is connected to for an identifier that cannot be one, whoever could answer there.
#[tokio::test]
async fn row_m2_an_identifier_that_is_none() {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    let wallet = TestWallet::with(&issuer).await;
    let samira = wallet.learner("samira").await;
    let before = wallet.row_counts().await;
    let own = issuer.id();
    for identifier in
        ["http://issuer.example/school".to_owned(), format!("{own}?x=1"), format!("{own}#x"), format!("{own}?"), format!("{own}#")]
    {
        let offer = json!({"credential_issuer": identifier, "credential_configuration_ids": ["microcredential-sd-jwt"]}).to_string();
        let query: String = url::form_urlencoded::byte_serialize(offer.as_bytes()).collect();
        let by_value = format!("/credential-offer?credential_offer={query}");
        for answer in [wallet.get(&by_value).await, samira.get(&by_value).await] {
            assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("issuer_identifier")), "{identifier}");
        }
        // The same where the offer stands elsewhere: it is read, and its issuer is not asked.
        // (`credentials` tells the stub that this offer is bad on purpose.)
        issuer.behave(|b| {
            b.offer =
                json!({"credential_issuer": identifier, "credential_configuration_ids": ["microcredential-sd-jwt"], "credentials": []});
        });
        let answer = samira.get(&link(&issuer.at("/offers/1"))).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("issuer_identifier")), "{identifier}");
    }
    assert_eq!((issuer.count("metadata"), issuer.count("appended"), issuer.count("server")), (0, 0, 0), "NET0");
    assert_eq!(wallet.row_counts().await, before, "DB0");
}

#[tokio::test]
async fn row_m3_an_endpoint_where_no_connection_goes() {
    for endpoint in ["http://issuer.example/c", "https://10.0.0.1/c", "https://[::1]/c", "https://metadata.internal/c"] {
        let (status, code, issuer) = refused(|_, b| b.metadata = json!({"credential_endpoint": endpoint})).await;
        assert_eq!((status, code.as_str()), (400, "issuer_metadata"), "{endpoint}");
        assert_eq!((issuer.count("metadata"), issuer.count("server")), (1, 0), "no further call: {endpoint}");
    }
}

#[tokio::test]
async fn row_m4_a_redirect_is_not_followed() {
    let other = StubIssuer::start(Behaviour::default()).await;
    let target = other.id().replace("/school", "/.well-known/openid-credential-issuer/school");
    let (status, code, _) = refused(|_, b| b.served = Served::Redirect(target)).await;
    assert_eq!((status, code.as_str(), other.count("metadata")), (502, "issuer_redirect", 0));
}

#[tokio::test]
async fn row_m5_too_much_and_without_an_end() {
    for served in [Served::Huge, Served::Endless] {
        let (status, code, _) = refused(|_, b| b.served = served).await;
        assert_eq!((status, code.as_str()), (502, "issuer_too_large"));
    }
}

#[tokio::test]
async fn row_m6_signed_metadata_that_nobody_signed() {
    for header in [json!({"alg": "none", "typ": "openidvci-issuer-metadata+jwt"}), json!({"alg": "ES256", "typ": "JWT"})] {
        let (status, code, issuer) = refused(|issuer, b| {
            let payload = json!({"sub": issuer.id(), "iat": 1, "credential_issuer": issuer.id()});
            b.served = Served::Jwt(format!("{}.{}.", b64url(header.to_string()), b64url(payload.to_string())));
        })
        .await;
        assert_eq!((status, code.as_str(), issuer.count("metadata")), (400, "issuer_signature", 1), "no unsigned fallback");
    }
}

#[tokio::test]
async fn row_m7_a_batch_below_two() {
    for size in [json!(1), json!(0), json!("10")] {
        let (status, code, _) = refused(|_, b| b.metadata = json!({"batch_credential_issuance": {"batch_size": size}})).await;
        assert_eq!((status, code.as_str()), (400, "issuer_metadata"), "{size}");
    }
}

#[tokio::test]
async fn vci_12_2_2_metadata_where_older_drafts_had_it() {
    let issuer = StubIssuer::start(Behaviour { served: Served::Appended, ..Behaviour::default() }).await;
    let wallet = TestWallet::with(&issuer).await;
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    assert!(samira.take(&page).await.location().contains("/wallet/credentials/"));
    assert_eq!(issuer.count("appended"), 1);
}

#[tokio::test]
async fn vci_12_2_2_a_closing_slash_of_the_identifier_stays_in_the_address_of_its_metadata() {
    let issuer = StubIssuer::start(Behaviour { served: Served::Slashed, ..Behaviour::default() }).await;
    let wallet = TestWallet::with(&issuer).await;
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    assert!(samira.take(&page).await.location().contains("/wallet/credentials/"));
    assert_eq!((issuer.count("metadata"), issuer.count("appended")), (0, 0), "found at once");
    let proof = issuer.seen(|seen| seen.requests[0]["proofs"]["jwt"][0].as_str().unwrap().to_owned());
    assert_eq!(vc::jws::Jws::parse(&proof).unwrap().payload_unverified()["aud"], issuer.id().as_str());
    assert!(issuer.id().ends_with("/school/"));
}

#[tokio::test]
async fn offers_of_drafts_before_13_are_said_to_be_so() {
    let code = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
    let listed = json!({"credential_issuer": "{issuer}", "credentials": ["a"], "grants": {code: {"pre-authorized_code": "c"}}});
    let pin = json!({"credential_issuer": "{issuer}", "credential_configuration_ids": ["microcredential-sd-jwt"],
        "grants": {code: {"pre-authorized_code": "c", "user_pin_required": true}}});
    for offer in [listed, pin] {
        let (status, code, issuer) = refused(|_, b| b.offer = offer).await;
        assert_eq!((status, code.as_str(), issuer.count("metadata")), (400, "offer_old", 0));
    }
}

#[tokio::test]
async fn threat_t13_a_foreign_token_endpoint_gets_an_assertion_for_the_server_alone() {
    let other = StubIssuer::start(Behaviour::default()).await;
    let issuer = StubIssuer::start(Behaviour::default()).await;
    issuer.behave(|b| b.server = json!({"token_endpoint": other.at("/token"), "pre-authorized_grant_anonymous_access_supported": false}));
    let wallet = TestWallet::with(&issuer).await;
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    samira.post(&page, &[("choice", "accept")]).await;
    let assertion = other.seen(|seen| seen.tokens[0]["client_assertion"].clone());
    let jws = vc::jws::Jws::parse(&assertion).unwrap();
    assert_eq!(jws.payload_unverified()["aud"], issuer.id());
}
