//! The authorization code grant: to the issuer's login and back, also after a restart, and never with another's answer.

use model::receipt::ReceiptState;
use serde_json::json;
use testkit::TestDatabase;

use crate::testing::{Answer, Behaviour, Browser, StubIssuer, TestWallet, login_offer};

pub(super) const COOKIE: &str = "ew_wallet_collect_8080";
const FORM: [&str; 1] = ["microcredential-sd-jwt"];

fn behaviour() -> Behaviour {
    Behaviour { offer: login_offer(&FORM), one_time: true, ..Behaviour::default() }
}

async fn started(database: TestDatabase) -> (TestWallet, StubIssuer) {
    let issuer = StubIssuer::start(behaviour()).await;
    let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/").await;
    (wallet, issuer)
}

fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The issuer's address for the browser to come back to, and the `state`, of what was pushed last.
fn pushed(issuer: &StubIssuer) -> (String, String) {
    let pushed = issuer.seen(|seen| seen.pushed.last().cloned().unwrap());
    (pushed["redirect_uri"].replace("http://localhost:8080", ""), pushed["state"].clone())
}

pub(super) fn callback(issuer: &StubIssuer, code: &str) -> String {
    let (path, state) = pushed(issuer);
    format!("{path}?code={code}&state={state}&iss={}", escaped(&issuer.id()))
}

/// Opens the offer and goes as far as the page that leads to the issuer.
pub(super) async fn leaves(learner: &mut Browser<'_>, issuer: &StubIssuer) -> (String, Answer) {
    let page = learner.opens(&issuer.at("/offers/1")).await;
    let left = learner.post(&page, &[("choice", "accept")]).await;
    assert!(left.status.as_u16() == 200 && left.body.contains("id=\"continue\""), "{} {}", left.status, left.body);
    learner.keep(&left, COOKIE);
    (page, left)
}

async fn kept(wallet: &TestWallet, learner: &Browser<'_>) -> usize {
    wallet.state().store.read().await.unwrap().copies(&learner.learner).await.unwrap().len()
}

#[tokio::test]
async fn a_login_at_the_issuer_survives_a_restart() {
    for database in testkit::each_database() {
        let (wallet, issuer) = started(database).await;
        let mut samira = wallet.learner("samira").await;
        let shown = samira.opens(&issuer.at("/offers/1")).await;
        assert!(samira.get(&shown).await.body.contains("Inloggen en ophalen"));
        let (page, left) = leaves(&mut samira, &issuer).await;
        drop(samira);

        let pushed = issuer.seen(|seen| seen.pushed[0].clone());
        assert_eq!(pushed["issuer_state"], "state-of-the-issuer");
        assert_eq!((pushed["code_challenge_method"].as_str(), pushed["response_type"].as_str()), ("S256", "code"));
        let details: serde_json::Value = serde_json::from_str(&pushed["authorization_details"]).unwrap();
        assert_eq!(details, json!([{"type": "openid_credential", "credential_configuration_id": FORM[0]}]));
        let document: serde_json::Value = serde_json::from_str(&wallet.get("/client-metadata.json").await.body).unwrap();
        assert!(document["redirect_uris"].as_array().unwrap().contains(&pushed["redirect_uri"].clone().into()), "{document}");

        // The process that sent the learner away is gone when the answer comes.
        let wallet = wallet.restarted().await;
        let mut samira = wallet.learner("samira").await;
        samira.keep(&left, COOKIE);
        let back = samira.get(&callback(&issuer, "c-1")).await;
        assert!(back.location().ends_with(&page), "{} {}", back.location(), back.body);
        let token = issuer.seen(|seen| seen.tokens[0].clone());
        assert_eq!((token["grant_type"].as_str(), token["redirect_uri"].as_str()), ("authorization_code", pushed["redirect_uri"].as_str()));
        assert_eq!(issuer.seen(|seen| seen.requests[0]["proofs"]["jwt"].as_array().map(Vec::len)), Some(1));
        let looked = samira.get(&page).await;
        assert!(looked.body.contains("Samira de Vries") && kept(&wallet, &samira).await == 0, "{}", looked.body);
        assert!(samira.post(&page, &[("choice", "accept")]).await.location().contains("/wallet/credentials/"));
        assert_eq!((kept(&wallet, &samira).await, issuer.count("token")), (1, 1));
        // The answer counts once.
        assert_eq!(samira.get(&callback(&issuer, "c-1")).await.code(), Some("authorization_state"));
    }
}

#[tokio::test]
async fn threat_t12_the_answer_of_another_browser_learner_server_or_issuer_is_not_taken() {
    let (wallet, issuer) = started(TestDatabase::sqlite()).await;
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    let left = samira.post(&page, &[("choice", "accept")]).await;
    let good = callback(&issuer, "c-1");
    // Another browser, which does not use the attempt up.
    assert_eq!(samira.get(&good).await.code(), Some("authorization_state"));
    let mut barry = wallet.learner("barry").await;
    barry.keep(&left, COOKIE);
    assert_eq!(barry.get(&good).await.code(), Some("authorization_state"));

    let (path, _) = pushed(&issuer);
    let wrong = [
        (path.clone(), format!("&iss={}", escaped(&format!("{}/", issuer.id())))),
        (path.clone(), "&iss=https%3A%2F%2Fother.example".to_owned()),
        (path.clone(), String::new()),
        (format!("/wallet/collected/{}", "A".repeat(22)), format!("&iss={}", escaped(&issuer.id()))),
    ];
    for (path, iss) in wrong {
        let mut samira = wallet.learner("samira").await;
        leaves(&mut samira, &issuer).await;
        let (_, state) = pushed(&issuer);
        let answer = samira.get(&format!("{path}?code=c-1&state={state}{iss}")).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("authorization_issuer")), "{path} {iss}");
        let again = samira.get(&callback(&issuer, "c-1")).await;
        assert_eq!(again.code(), Some("authorization_state"), "a mixed-up attempt is over");
    }
    assert_eq!(issuer.count("token"), 0, "no code was given to anybody");
    let mut tx = wallet.state().store.read().await.unwrap();
    let known = tx.known_offer(&samira.learner, &issuer.at("/offers/1")).await.unwrap();
    assert!(matches!(known, Some((_, ReceiptState::Offered))));
}

#[tokio::test]
async fn a_refused_login_is_said_and_can_be_tried_again() {
    let (wallet, issuer) = started(TestDatabase::sqlite()).await;
    for (error, code) in [("access_denied", "authorization_refused"), ("invalid_scope", "authorization_failed")] {
        let mut samira = wallet.learner("samira").await;
        let (page, _) = leaves(&mut samira, &issuer).await;
        let (path, state) = pushed(&issuer);
        let back = samira.get(&format!("{path}?error={error}&state={state}&iss={}", escaped(&issuer.id()))).await;
        let said = samira.get(&back.location().replace("http://localhost:8080", "")).await;
        assert_eq!(said.code(), Some(code), "{}", said.body);
        assert!(said.body.contains(&format!("{page}?again=1")) && said.body.contains("Er is niets in je wallet gekomen"), "{}", said.body);
        assert!(samira.get(&format!("{page}?again=1")).await.body.contains("value=\"accept\""));
    }
    assert_eq!(issuer.count("token"), 0);
}

#[tokio::test]
async fn a_code_that_was_used_up_is_said_and_another_login_helps() {
    let (wallet, issuer) = started(TestDatabase::sqlite()).await;
    issuer.behave(|b| b.lost_tokens = 1);
    let mut samira = wallet.learner("samira").await;
    let (page, _) = leaves(&mut samira, &issuer).await;
    samira.get(&callback(&issuer, "c-1")).await;
    wallet.clock.advance_seconds(5);
    wallet.work().await;
    let said = samira.get(&page).await;
    assert_eq!(said.code(), Some("authorization_lost"), "{}", said.body);
    leaves(&mut samira, &issuer).await;
    samira.get(&callback(&issuer, "c-2")).await;
    let kept_now = samira.take(&page).await;
    assert!(kept_now.location().contains("/wallet/credentials/"), "{} {}", kept_now.location(), kept_now.body);
    assert_eq!((kept(&wallet, &samira).await, issuer.seen(|seen| seen.issued.len())), (1, 1));
}

#[tokio::test]
async fn scopes_are_used_where_every_configuration_has_one_and_locations_where_servers_are_named() {
    let (wallet, issuer) = started(TestDatabase::sqlite()).await;
    let mut samira = wallet.learner("samira").await;
    issuer.behave(|b| b.metadata = json!({"credential_configurations_supported": {"microcredential-sd-jwt": {"scope": "mc"}}}));
    leaves(&mut samira, &issuer).await;
    let first = issuer.seen(|seen| seen.pushed[0].clone());
    assert_eq!((first["scope"].as_str(), first.contains_key("authorization_details")), ("mc", false));
    issuer.behave(|b| b.metadata = json!({"authorization_servers": [issuer.id()]}));
    wallet.clock.advance_seconds(120);
    leaves(&mut samira, &issuer).await;
    let second = issuer.seen(|seen| seen.pushed[1].clone());
    let details: serde_json::Value = serde_json::from_str(&second["authorization_details"]).unwrap();
    assert_eq!(details[0]["locations"], json!([issuer.id()]));
    // Without a place for pushed requests everything stands in the address.
    issuer.behave(|b| b.server = json!({"pushed_authorization_request_endpoint": null}));
    wallet.clock.advance_seconds(120);
    let (_, left) = leaves(&mut samira, &issuer).await;
    assert!(left.body.contains("code_challenge_method=S256") && left.body.contains("issuer_state=state-of-the-issuer"), "{}", left.body);
    assert_eq!(issuer.count("par"), 2);
}

#[tokio::test]
async fn an_issuer_outside_the_register_meets_the_wallet_under_another_name() {
    let (stranger, known) = (StubIssuer::start(behaviour()).await, StubIssuer::start(Behaviour::default()).await);
    let wallet = TestWallet::with(&known).await;
    let mut samira = wallet.learner("samira").await;
    let page = samira.opens(&stranger.at("/offers/1")).await;
    assert_eq!(samira.post(&page, &[("choice", "accept")]).await.status.as_u16(), 303);
    assert_eq!(stranger.count("par"), 0, "not before the learner says so");
    samira.post(&page, &[("choice", "know")]).await;
    leaves(&mut samira, &stranger).await;
    let pushed = stranger.seen(|seen| seen.pushed[0].clone());
    let document = wallet.get(&pushed["client_id"].replace("http://localhost:8080", "")).await;
    let document: serde_json::Value = serde_json::from_str(&document.body).unwrap();
    assert_eq!((&document["client_id"], &document["redirect_uris"]), (&json!(pushed["client_id"]), &json!([pushed["redirect_uri"]])));
    assert_eq!(wallet.get("/client-metadata/x").await.status.as_u16(), 404);
}
