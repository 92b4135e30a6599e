//! Being asked for W3C forms: each is presented in the shape of its format, the page says that it goes whole, and where several forms
//! would do the one with selective disclosure goes.

use openid4vc::response::Incoming;
use openid4vc::{CredentialOffer, RequestParameters, ResponseMode};
use serde_json::{Value, json};
use testkit::TestDatabase;
use vc::report::{CheckName, CheckState, Report};
use vc::sd_jwt::IatWindow;
use vc::verify::{Binding, Inputs};

use crate::testing::{Answer, Behaviour, Browser, FORMS, StubIssuer, StubVerifier, TestWallet, WALLET, offer_of};

const BADGE: &str = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential";
const FIRST: [&str; 2] = ["credentialSubject", "achievement"];

/// A learner who holds these forms of one achievement, and a verifier that the register knows.
pub(super) async fn holding(database: TestDatabase, forms: &[&str]) -> (TestWallet, StubIssuer, StubVerifier) {
    let issuer = StubIssuer::start(Behaviour { offer: offer_of(forms, None), ..Behaviour::default() }).await;
    let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/discovery").await;
    let verifier = StubVerifier::start().await;
    verifier.register(&wallet, "Werkgever Voorbeeld");
    let samira = wallet.learner("samira").await;
    let query = CredentialOffer::query(&issuer.at("/offers/1"));
    let page = path(&samira.get(&format!("/credential-offer?{query}")).await);
    let kept = samira.take(&page).await;
    assert!(kept.location().contains("/wallet/credentials/"), "{} {}", kept.status, kept.body);
    (wallet, issuer, verifier)
}

fn path(answer: &Answer) -> String {
    answer.location().replace(WALLET, "")
}

pub(super) fn badge(id: &str, format: &str) -> Value {
    let path = [FIRST[0], FIRST[1], "name"];
    json!({"id": id, "format": format, "meta": {"type_values": [[BADGE]]}, "claims": [{"path": path}]})
}

pub(super) fn microcredential(id: &str) -> Value {
    json!({"id": id, "format": "dc+sd-jwt", "meta": {"vct_values": [vc::bundled::MICROCREDENTIAL_VCT]}, "claims": [{"path": ["title"]}]})
}

/// Asks by a signed request and gives the consent page and where its form goes.
pub(super) async fn ask(learner: &Browser<'_>, verifier: &StubVerifier, query: Value, formats: Option<Value>) -> (Answer, String) {
    let asked = verifier.parameters(&verifier.client_id(), "n1");
    let mut metadata = asked.client_metadata.clone();
    metadata.vp_formats_supported = formats.or(metadata.vp_formats_supported);
    let asked = RequestParameters { dcql_query: query, client_metadata: metadata, response_mode: ResponseMode::DirectPost, ..asked };
    let shown = learner.get(&path(&learner.get(&verifier.asks(&asked)).await)).await;
    let action = shown.body.split("action=\"").find(|part| part.starts_with("/wallet/requests/")).unwrap_or_default();
    let action = action.split('"').next().unwrap_or_default().replace("&#38;", "&");
    (shown, action)
}

/// What the verifier got.
pub(super) fn received(verifier: &StubVerifier) -> Value {
    let body = verifier.received().pop().unwrap();
    let Ok(Incoming::Plain(answer)) = Incoming::parse(&body) else { panic!("{body}") };
    answer.vp_token.unwrap()
}

async fn verified(wallet: &TestWallet, presentation: &str, audience: &str) -> Report {
    let trust = wallet.state().register.current().trust();
    let binding = Binding { nonce: "n1", audience, iat_window: Some(IatWindow::PRESENTATION) };
    let inputs = Inputs::new(wallet.state().core.now().seconds(), &trust, "test").with_binding(Some(binding));
    wallet.state().gather.report(presentation.as_bytes(), &inputs).await
}

fn text(presentation: &Value) -> String {
    presentation.as_str().map_or_else(|| presentation.to_string(), str::to_owned)
}

#[tokio::test]
async fn each_form_is_presented_in_the_shape_of_its_format() {
    for database in testkit::each_database() {
        let (wallet, _issuer, verifier) = holding(database, &FORMS).await;
        let samira = wallet.learner("samira").await;
        for format in ["ldp_vc", "jwt_vc_json"] {
            let verifier_again = StubVerifier::start().await;
            verifier_again.register(&wallet, "Werkgever Voorbeeld");
            let (shown, action) = ask(&samira, &verifier_again, json!({"credentials": [badge("badge", format)]}), None).await;
            assert!(
                shown.body.contains("gaat altijd in zijn geheel mee") && shown.body.contains("er blijft niets achter"),
                "{}",
                shown.body
            );
            assert!(shown.body.contains("Data-analyse basis") && !shown.body.contains("de Vries"), "{}", shown.body);
            assert_eq!(samira.post(&action, &[("choice", "share")]).await.status.as_u16(), 200);
            let token = received(&verifier_again);
            let presented = token["badge"].as_array().unwrap();
            assert_eq!((presented.len(), presented[0].is_object()), (1, format == "ldp_vc"), "{token}");
            let report = verified(&wallet, &text(&presented[0]), &verifier_again.client_id()).await;
            assert_eq!(report.verdict, vc::report::Verdict::Valid, "{format}: {report:?}");
            let bound = report.checks.iter().find(|check| check.check == CheckName::HolderBinding);
            assert_eq!(bound.map(|check| check.state), Some(CheckState::Passed), "{format}: {report:?}");
            let elsewhere = verified(&wallet, &text(&presented[0]), "x509_hash:other").await;
            assert_eq!(elsewhere.verdict, vc::report::Verdict::Invalid, "{format}: for this client alone");
        }
        drop(verifier);
    }
}

#[tokio::test]
async fn where_several_forms_would_do_the_one_that_hides_goes() {
    let (wallet, _issuer, verifier) = holding(TestDatabase::sqlite(), &FORMS).await;
    let samira = wallet.learner("samira").await;
    let any = json!({
        "credentials": [badge("badge", "ldp_vc"), badge("text", "jwt_vc_json"), microcredential("mc")],
        "credential_sets": [{"options": [["badge"], ["text"], ["mc"]]}],
    });
    let (shown, action) = ask(&samira, &verifier, any.clone(), None).await;
    assert!(!shown.body.contains("gaat altijd in zijn geheel mee"), "{}", shown.body);
    assert_eq!(shown.body.matches("name=\"credential-badge\"").count(), 1, "one achievement, one choice: {}", shown.body);
    samira.post(&action, &[("choice", "share")]).await;
    let token = received(&verifier);
    assert_eq!(token.as_object().unwrap().keys().collect::<Vec<_>>(), ["mc"]);

    // Who holds the badge alone shows that.
    let (wallet, _issuer, verifier) = holding(TestDatabase::sqlite(), &FORMS[1..]).await;
    let samira = wallet.learner("samira").await;
    let (_, action) = ask(&samira, &verifier, any, None).await;
    samira.post(&action, &[("choice", "share")]).await;
    assert_eq!(received(&verifier).as_object().unwrap().keys().collect::<Vec<_>>(), ["badge"]);
}

#[tokio::test]
async fn what_the_asker_cannot_read_is_not_put_forward() {
    let (wallet, _issuer, verifier) = holding(TestDatabase::sqlite(), &FORMS).await;
    let samira = wallet.learner("samira").await;
    let query = json!({"credentials": [badge("badge", "ldp_vc")]});
    let only = |suites: &[&str]| Some(json!({"ldp_vc": {"proof_type_values": ["DataIntegrityProof"], "cryptosuite_values": suites}}));
    let (shown, _) = ask(&samira, &verifier, query.clone(), only(&["eddsa-rdfc-2022", "bbs-2023"])).await;
    assert!(!shown.body.contains("value=\"share\""), "{}", shown.body);
    let other = StubVerifier::start().await;
    other.register(&wallet, "Werkgever Voorbeeld");
    let (_, action) = ask(&samira, &other, query, only(&["eddsa-rdfc-2022", "ecdsa-jcs-2019"])).await;
    samira.post(&action, &[("choice", "share")]).await;
    let token = received(&other);
    let proof = &token["badge"][0]["proof"];
    let proof = proof.get(0).unwrap_or(proof);
    assert_eq!((&proof["cryptosuite"], &proof["challenge"]), (&json!("ecdsa-jcs-2019"), &json!("n1")));
    assert_eq!(proof["domain"], json!(other.client_id()));
}

#[tokio::test]
async fn without_holder_binding_the_bare_credential_goes_and_refusing_says_nothing() {
    let (wallet, _issuer, verifier) = holding(TestDatabase::sqlite(), &FORMS[1..2]).await;
    let samira = wallet.learner("samira").await;
    let mut unbound = badge("badge", "ldp_vc");
    unbound["require_cryptographic_holder_binding"] = json!(false);
    let (_, action) = ask(&samira, &verifier, json!({"credentials": [unbound]}), None).await;
    samira.post(&action, &[("choice", "share")]).await;
    let token = received(&verifier);
    assert_eq!(token["badge"][0]["type"], json!(["VerifiableCredential", "OpenBadgeCredential"]));

    let other = StubVerifier::start().await;
    other.register(&wallet, "Werkgever Voorbeeld");
    let (_, action) = ask(&samira, &other, json!({"credentials": [badge("badge", "ldp_vc")]}), None).await;
    samira.post(&action, &[("choice", "refuse")]).await;
    assert_eq!(other.received(), ["error=access_denied&state=state-1"]);
}
