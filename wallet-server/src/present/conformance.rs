//! The wallet modules of the OpenID Foundation's suite (`oid4vp-1final-wallet-*`), one test each, called as the module is. Which test
//! stands for which module, and what must come out, is in `tests/conformance/modules.md`, which a test holds these against.
//!
//! The suite's verifier is played by `StubVerifier`, which writes whatever the suite would.

use openid4vc::response::{Incoming, Parameters};
use openid4vc::{RequestParameters, ResponseMode};
use serde_json::{Map, Value, json};
use testkit::TestDatabase;
use vc::bundled::MICROCREDENTIAL_VCT;
use vc::sd_jwt::SdJwt;

use super::forms_tests::{holding, microcredential};
use crate::testing::{Answer, Browser, FORMS, StubIssuer, StubVerifier, TestWallet, WALLET};

const TYP: Option<&str> = Some("oauth-authz-req+jwt");

/// A verifier of the suite that the register knows, and a wallet that holds one microcredential.
async fn scene() -> (TestWallet, StubIssuer, StubVerifier) {
    holding(TestDatabase::sqlite(), &FORMS[..1]).await
}

/// What the suite's verifier asks when it is honest, as it stands in the object.
fn honest(verifier: &StubVerifier) -> Map<String, Value> {
    verifier.parameters(&verifier.client_id(), "n1").members()
}

fn asking(verifier: &StubVerifier, credentials: &Value) -> RequestParameters {
    RequestParameters { dcql_query: json!({"credentials": credentials}), ..verifier.parameters(&verifier.client_id(), "n1") }
}

/// Opens a request and presses Share.
async fn shares(learner: &Browser<'_>, link: &str) -> Answer {
    let page = learner.get(link).await.location().replace(WALLET, "");
    learner.post(&action(&learner.get(&page).await), &[("choice", "share")]).await
}

fn action(page: &Answer) -> String {
    let action = page.body.split("action=\"").find(|part| part.starts_with("/wallet/requests/")).unwrap_or_default();
    action.split('"').next().unwrap_or_default().to_owned()
}

/// The one answer that the verifier got, opened.
fn received(verifier: &StubVerifier) -> Parameters {
    let bodies = verifier.received();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    let incoming = Incoming::parse(&bodies[0]).unwrap();
    assert!(incoming.is_encrypted());
    incoming.decrypt(verifier.encryption()).unwrap()
}

/// Names of the claims that a credential of the answer discloses.
fn disclosed(answer: &Parameters, id: &str) -> Vec<String> {
    let sent = SdJwt::parse(answer.vp_token.as_ref().unwrap()[id][0].as_str().unwrap()).unwrap();
    let mut names: Vec<String> = sent.disclosures().iter().filter_map(|one| one.name().map(str::to_owned)).collect();
    names.sort();
    names
}

/// What the suite's verifier asks and the credential conceals.
fn named() -> Vec<String> {
    ["family_name", "given_name"].map(str::to_owned).to_vec()
}

#[tokio::test]
async fn oid4vp_1final_wallet_happy_flow() {
    let (wallet, _issuer, verifier) = scene().await;
    let samira = wallet.learner("samira").await;
    let mut members = honest(&verifier);
    members.remove("state");
    let answered = shares(&samira, &verifier.asks_oddly(&verifier.client_id(), TYP, members)).await;
    assert_eq!(answered.status.as_u16(), 200, "{}", answered.body);
    let answer = received(&verifier);
    assert_eq!((answer.state.as_deref(), disclosed(&answer, "mc")), (None, named()));
    assert_eq!(wallet.row_counts().await["activity"], 2, "received and shared");
}

#[tokio::test]
async fn oid4vp_1final_wallet_alternate_happy_flow() {
    let (wallet, _issuer, verifier) = scene().await;
    let samira = wallet.learner("samira").await;
    let back = verifier.at("/done?response_code=c0de");
    verifier.answers(200, json!({"redirect_uri": back, "unknown": true}));
    let long = "0123456789-._~".repeat(18);
    let mut members = honest(&verifier);
    for (name, value) in
        [("nonce", json!(long)), ("state", json!(long)), ("iss", json!("https://other.example")), ("unknown", json!({"a": [1]}))]
    {
        members.insert(name.to_owned(), value);
    }
    members["client_metadata"]["jwks"]["keys"][0].as_object_mut().unwrap().remove("use");
    let answered = shares(&samira, &verifier.asks_oddly(&verifier.client_id(), TYP, members)).await;
    assert_eq!(answered.status.as_u16(), 200, "{}", answered.body);
    assert!(answered.body.contains(&back), "{}", answered.body);
    assert_eq!(received(&verifier).state, Some(long));
    assert_eq!(wallet.row_counts().await["activity"], 2);
}

#[tokio::test]
async fn oid4vp_1final_wallet_fewer_claims_than_available() {
    let (wallet, _issuer, verifier) = scene().await;
    let samira = wallet.learner("samira").await;
    let mut one = microcredential("mc");
    one["claims"] = json!([{"path": ["given_name"]}]);
    let answered = shares(&samira, &verifier.asks(&asking(&verifier, &json!([one])))).await;
    assert_eq!(answered.status.as_u16(), 200, "{}", answered.body);
    assert_eq!(disclosed(&received(&verifier), "mc"), ["given_name"]);
    assert_eq!(wallet.row_counts().await["activity"], 2);
}

#[tokio::test]
async fn oid4vp_1final_wallet_no_claims_in_dcql_query() {
    let (wallet, _issuer, verifier) = scene().await;
    let samira = wallet.learner("samira").await;
    let bare = json!([{"id": "mc", "format": "dc+sd-jwt", "meta": {"vct_values": [MICROCREDENTIAL_VCT]}}]);
    let answered = shares(&samira, &verifier.asks(&asking(&verifier, &bare))).await;
    assert_eq!(answered.status.as_u16(), 200, "{}", answered.body);
    assert_eq!(disclosed(&received(&verifier), "mc"), [""; 0]);
    assert_eq!(wallet.row_counts().await["activity"], 2);
}

/// What nobody holds.
fn never_held() -> Value {
    json!({"id": "other", "format": "dc+sd-jwt", "meta": {"vct_values": ["https://suite.example/never"]}, "claims": [{"path": ["a"]}]})
}

/// The microcredential in a set that is required, and what nobody holds in one that is, or is not.
fn two_sets(verifier: &StubVerifier, required: bool) -> RequestParameters {
    let credentials = json!([microcredential("mc"), never_held()]);
    let mut asked = asking(verifier, &credentials);
    asked.dcql_query["credential_sets"] = json!([{"options": [["mc"]]}, {"options": [["other"]], "required": required}]);
    asked
}

#[tokio::test]
async fn oid4vp_1final_wallet_optional_credential_set() {
    let (wallet, _issuer, verifier) = scene().await;
    let samira = wallet.learner("samira").await;
    let answered = shares(&samira, &verifier.asks(&two_sets(&verifier, false))).await;
    assert_eq!(answered.status.as_u16(), 200, "{}", answered.body);
    let token = received(&verifier).vp_token.unwrap();
    assert_eq!(token.as_object().unwrap().keys().collect::<Vec<_>>(), ["mc"]);
    assert_eq!(wallet.row_counts().await["activity"], 2);
}

#[tokio::test]
async fn oid4vp_1final_wallet_negative_test_required_non_matching_credential() {
    let (wallet, _issuer, verifier) = scene().await;
    let samira = wallet.learner("samira").await;
    let page = samira.get(&verifier.asks(&two_sets(&verifier, true))).await.location().replace(WALLET, "");
    let shown = samira.get(&page).await;
    let before = wallet.row_counts().await;
    let pressed = samira.post(&action(&shown), &[("choice", "share")]).await;
    assert_eq!((pressed.status.as_u16(), pressed.code()), (409, Some("nothing_to_share")));
    assert_eq!(wallet.row_counts().await, before);
    assert!(verifier.received().is_empty(), "no empty and no partial vp_token");
    samira.post(&action(&shown), &[("choice", "refuse")]).await;
    assert_eq!(verifier.received(), ["error=access_denied&state=state-1"]);
}

#[tokio::test]
async fn oid4vp_1final_wallet_request_uri_method_post() {
    let (wallet, _issuer, verifier) = scene().await;
    let samira = wallet.learner("samira").await;
    let answered = shares(&samira, &verifier.asks_who_posts(&verifier.parameters(&verifier.client_id(), "n1"))).await;
    assert_eq!(answered.status.as_u16(), 200, "{}", answered.body);
    assert_eq!(disclosed(&received(&verifier), "mc"), named());
    assert_eq!(wallet.row_counts().await["activity"], 2);
}

#[tokio::test]
async fn oid4vp_1final_wallet_ignores_unusable_encryption_key() {
    let (wallet, _issuer, verifier) = scene().await;
    let samira = wallet.learner("samira").await;
    let mut members = honest(&verifier);
    let keys = members["client_metadata"]["jwks"]["keys"].as_array_mut().unwrap();
    let mut of_another_algorithm = keys[0].clone();
    of_another_algorithm["alg"] = json!("ECDH-ES+A256KW");
    let of_another_kind = json!({"kty": "unknown", "kid": "k0", "use": "enc", "alg": "ECDH-ES"});
    keys.splice(0..0, [of_another_kind, of_another_algorithm]);
    let answered = shares(&samira, &verifier.asks_oddly(&verifier.client_id(), TYP, members)).await;
    assert_eq!(answered.status.as_u16(), 200, "{}", answered.body);
    assert_eq!(disclosed(&received(&verifier), "mc"), named());
    assert_eq!(wallet.row_counts().await["activity"], 2);
}

#[tokio::test]
async fn oid4vp_1final_wallet_negative_test_invalid_client_id_prefix() {
    let (wallet, _issuer, verifier) = scene().await;
    let samira = wallet.learner("samira").await;
    let before = wallet.row_counts().await;
    let id = verifier.client_id().replace("x509_hash:", "invalid_prefix:");
    let answer = samira.get(&verifier.asks(&verifier.parameters(&id, "n1"))).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("client_prefix")));
    assert_eq!(wallet.row_counts().await, before);
    assert!(verifier.received().is_empty());
}

#[tokio::test]
async fn oid4vp_1final_wallet_negative_test_mismatched_client_id() {
    let (wallet, _issuer, verifier) = scene().await;
    let samira = wallet.learner("samira").await;
    let before = wallet.row_counts().await;
    let answer = samira.get(&verifier.asks_oddly("x509_san_dns:localhost", TYP, honest(&verifier))).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("client_mismatch")));
    assert_eq!(wallet.row_counts().await, before);
    assert!(verifier.received().is_empty());
}

#[tokio::test]
async fn oid4vp_1final_wallet_negative_test_missing_nonce() {
    let (wallet, _issuer, verifier) = scene().await;
    let samira = wallet.learner("samira").await;
    let before = wallet.row_counts().await;
    let mut members = honest(&verifier);
    members.remove("nonce");
    let answer = samira.get(&verifier.asks_oddly(&verifier.client_id(), TYP, members)).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("invalid_request")));
    assert_eq!(wallet.row_counts().await, before);
}

#[tokio::test]
async fn oid4vp_1final_wallet_negative_test_invalid_request_object_signature() {
    let (wallet, _issuer, verifier) = scene().await;
    let samira = wallet.learner("samira").await;
    let before = wallet.row_counts().await;
    let other = StubVerifier::start().await;
    let forged = verifier.signed_by(&other, honest(&verifier));
    let answer = samira.get(&verifier.serves(&verifier.client_id(), forged)).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("client_auth")));
    assert_eq!(wallet.row_counts().await, before);
    assert!(verifier.received().is_empty() && other.received().is_empty());
}

#[tokio::test]
async fn oid4vp_1final_wallet_negative_test_redirect_uri_with_direct_post() {
    let (wallet, _issuer, verifier) = scene().await;
    let samira = wallet.learner("samira").await;
    let before = wallet.row_counts().await;
    let mut members = honest(&verifier);
    members.insert("redirect_uri".to_owned(), json!(verifier.at("/done")));
    let answer = samira.get(&verifier.asks_oddly(&verifier.client_id(), TYP, members)).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("invalid_request")));
    assert_eq!(wallet.row_counts().await, before);
    assert_eq!(verifier.received(), ["error=invalid_request&state=state-1"]);
}

#[tokio::test]
async fn oid4vp_1final_wallet_negative_test_response_uri_not_client_id() {
    let (wallet, _issuer, verifier) = scene().await;
    let samira = wallet.learner("samira").await;
    let before = wallet.row_counts().await;
    let id = format!("redirect_uri:{}", verifier.at("/elsewhere"));
    let asked = RequestParameters { response_mode: ResponseMode::DirectPost, ..verifier.parameters(&id, "n1") };
    let answer = samira.get(&format!("/authorize?{}", asked.query())).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("client_auth")));
    assert_eq!(wallet.row_counts().await, before);
    assert!(verifier.received().is_empty());
}

#[tokio::test]
async fn oid4vp_1final_wallet_negative_test_unknown_transaction_data_type() {
    let (wallet, _issuer, verifier) = scene().await;
    let samira = wallet.learner("samira").await;
    let before = wallet.row_counts().await;
    let mut members = honest(&verifier);
    let data = json!({"type": "https://suite.example/unknown", "credential_ids": ["mc"]});
    members.insert("transaction_data".to_owned(), json!([vc::encoding::b64url(data.to_string())]));
    let answer = samira.get(&verifier.asks_oddly(&verifier.client_id(), TYP, members)).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("invalid_transaction_data")));
    assert_eq!(wallet.row_counts().await, before);
    assert_eq!(verifier.received(), ["error=invalid_transaction_data&state=state-1"]);
}
