//! Who asks under which kind of client identifier (OpenID4VP section 5.9), from the link to the page.

use serde_json::json;
use testkit::TestDatabase;

use super::forms_tests::{holding, received};
use crate::testing::{FORMS, StubVerifier, TestWallet, WALLET};
use openid4vc::{RequestParameters, ResponseMode};
use vc::key::{Algorithm, SigningKey};

fn asked(verifier: &StubVerifier, client_id: &str) -> RequestParameters {
    RequestParameters { response_mode: ResponseMode::DirectPost, ..verifier.parameters(client_id, "n1") }
}

#[tokio::test]
async fn a_client_without_a_prefix_is_who_the_register_knows_by_its_key() {
    let (wallet, _issuer, verifier) = holding(TestDatabase::sqlite(), &FORMS[..1]).await;
    let samira = wallet.learner("samira").await;
    let link = verifier.asks(&asked(&verifier, "werkgever"));
    let unknown = samira.get(&link).await;
    assert_eq!((unknown.status.as_u16(), unknown.code()), (400, Some("client_auth")));
    verifier.is_called(&wallet, "werkgever");
    let page = samira.get(&link).await.location().replace(WALLET, "");
    let shown = samira.get(&page).await;
    assert!(shown.body.contains("Werkgever Voorbeeld") && !shown.body.contains("name=\"confirm\""), "{}", shown.body);
    let action = shown.body.split("action=\"").find(|part| part.starts_with("/wallet/requests/")).unwrap();
    let answered = samira.post(action.split('"').next().unwrap(), &[("choice", "share")]).await;
    assert_eq!(answered.status.as_u16(), 200, "{}", answered.body);
    let token = received(&verifier);
    let sent = vc::sd_jwt::SdJwt::parse(token["mc"][0].as_str().unwrap()).unwrap();
    assert_eq!(sent.key_binding().unwrap().payload_unverified()["aud"], "werkgever");
    // By value nobody signs, so nobody is known by a name alone.
    let by_value = samira.get(&format!("/authorize?{}", asked(&verifier, "werkgever").query())).await;
    assert_eq!((by_value.status.as_u16(), by_value.code()), (400, Some("client_auth")));
    let stranger = StubVerifier::start().await;
    let forged = samira.get(&stranger.asks(&asked(&stranger, "werkgever"))).await;
    assert_eq!((forged.status.as_u16(), forged.code()), (400, Some("client_auth")));
    assert!(stranger.received().is_empty());
}

fn believe(wallet: &TestWallet, attester: &SigningKey) {
    let file = wallet.database.folder().join("register.json");
    let mut register: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let keys = json!([attester.public_jwk().unwrap().to_value()]);
    register["verifier_attesters"] = json!([{"issuer": "https://attester.example", "keys": keys}]);
    std::fs::write(&file, register.to_string()).unwrap();
}

#[tokio::test]
async fn an_attested_client_is_in_the_register_or_unproven() {
    let (wallet, _issuer, verifier) = holding(TestDatabase::sqlite(), &FORMS[..1]).await;
    let samira = wallet.learner("samira").await;
    let attester = SigningKey::generate(Algorithm::Es256).unwrap();
    let id = "verifier_attestation:werkgever";
    let attestation = json!({
        "iss": "https://attester.example", "sub": "werkgever", "exp": wallet.state().core.now().seconds() + 60,
        "cnf": {"jwk": verifier.public_jwk().to_value()},
    });
    let header = json!({"typ": "verifier-attestation+jwt"});
    let attestation = vc::jws::sign(header.as_object().unwrap(), attestation.to_string().as_bytes(), &attester).unwrap();
    let link = verifier.asks_attested(&asked(&verifier, id), &attestation);
    let unbelieved = samira.get(&link).await;
    assert_eq!((unbelieved.status.as_u16(), unbelieved.code()), (400, Some("client_auth")));
    believe(&wallet, &attester);
    let page = samira.get(&link).await.location().replace(WALLET, "");
    assert!(samira.get(&page).await.body.contains("name=\"confirm\""), "an attester is no register");
    verifier.is_called(&wallet, id);
    assert!(!samira.get(&page).await.body.contains("name=\"confirm\""));
}

#[tokio::test]
async fn a_federation_is_refused_in_words_of_its_own_before_login() {
    let (wallet, _issuer, verifier) = holding(TestDatabase::sqlite(), &FORMS[..1]).await;
    let answer = wallet.get("/authorize?client_id=openid_federation:https://v.example&request_uri=https://v.example/r").await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("client_federation")));
    assert!(answer.body.contains("OpenID Federation"), "{}", answer.body);
    assert!(verifier.received().is_empty());
}
