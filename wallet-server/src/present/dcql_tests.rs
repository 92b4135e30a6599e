//! What a query leaves to the learner: optional sets, options of several credentials, several credentials for one query, and
//! authorities that must stand behind a credential.

use serde_json::{Value, json};
use testkit::TestDatabase;

use super::forms_tests::{ask, badge, holding, microcredential, received};
use crate::testing::{Answer, Browser, FORMS, StubIssuer, StubVerifier, TestWallet};

async fn three_forms() -> (TestWallet, StubIssuer, StubVerifier) {
    holding(TestDatabase::sqlite(), &FORMS).await
}

fn ids(token: &Value) -> Vec<&str> {
    token.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The first credential that a field of the page offers.
fn offered(page: &Answer, field: &str) -> String {
    let before = format!("name=\"{field}\" value=\"");
    let named = page.body.split(&before).skip(1);
    named.filter_map(|rest| rest.split('"').next()).find(|value| !value.is_empty()).unwrap().to_owned()
}

/// The addresses of the other ways on a page.
fn ways(page: &Answer) -> Vec<String> {
    let links = page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    links.filter(|link| link.contains("?way=")).map(|link| link.replace("&#38;", "&")).collect()
}

async fn look(learner: &Browser<'_>, page: &str) -> (Answer, String) {
    let shown = learner.get(page).await;
    let action = shown.body.split("action=\"").find(|part| part.starts_with("/wallet/requests/")).unwrap_or_default();
    let action = action.split('"').next().unwrap_or_default().replace("&#38;", "&");
    (shown, action)
}

#[tokio::test]
async fn what_is_not_required_stays_behind_until_it_is_switched_on() {
    let query = json!({
        "credentials": [microcredential("mc"), badge("badge", "ldp_vc")],
        "credential_sets": [{"options": [["mc"]]}, {"options": [["badge"]], "required": false}],
    });
    for switched_on in [false, true] {
        let (wallet, _issuer, verifier) = three_forms().await;
        let samira = wallet.learner("samira").await;
        let (shown, action) = ask(&samira, &verifier, query.clone(), None).await;
        assert!(shown.body.contains("Mag erbij, maar is niet nodig"), "{}", shown.body);
        let badge = offered(&shown, "credential-badge");
        let mut fields = vec![("choice", "share")];
        fields.extend(switched_on.then_some(("credential-badge", badge.as_str())));
        let answered = samira.post(&action, &fields).await;
        assert_eq!(answered.status.as_u16(), 200, "{}", answered.body);
        let expected: &[&str] = if switched_on { &["badge", "mc"] } else { &["mc"] };
        assert_eq!(ids(&received(&verifier)), expected);
    }
}

#[tokio::test]
async fn when_nothing_is_required_something_must_be_chosen() {
    let (wallet, _issuer, verifier) = three_forms().await;
    let samira = wallet.learner("samira").await;
    let query = json!({
        "credentials": [microcredential("mc"), badge("badge", "ldp_vc")],
        "credential_sets": [{"options": [["mc"]], "required": false}, {"options": [["badge"]], "required": false}],
    });
    let (shown, action) = ask(&samira, &verifier, query, None).await;
    let before = wallet.row_counts().await;
    let nothing = samira.post(&action, &[("choice", "share")]).await;
    assert_eq!((nothing.status.as_u16(), nothing.code()), (422, Some("nothing_chosen")));
    assert!(verifier.received().is_empty());
    assert_eq!(wallet.row_counts().await, before);
    let mc = offered(&shown, "credential-mc");
    for fields in [vec![mc.as_str(), mc.as_str()], vec!["", mc.as_str()], vec!["not-mine"]] {
        let fields: Vec<(&str, &str)> = fields.into_iter().map(|value| ("credential-mc", value)).chain([("choice", "share")]).collect();
        let answer = samira.post(&action, &fields).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("form")), "{fields:?}");
    }
    let answered = samira.post(&action, &[("choice", "share"), ("credential-mc", &mc)]).await;
    assert_eq!(answered.status.as_u16(), 200, "{}", answered.body);
    assert_eq!(ids(&received(&verifier)), ["mc"]);
}

#[tokio::test]
async fn each_option_of_several_credentials_has_a_page_of_its_own() {
    let query = json!({
        "credentials": [microcredential("mc"), badge("badge", "ldp_vc"), badge("text", "jwt_vc_json")],
        "credential_sets": [{"options": [["mc", "badge"], ["text"]]}, {"options": [["badge", "text"]], "required": false}],
    });
    let (wallet, _issuer, verifier) = three_forms().await;
    let samira = wallet.learner("samira").await;
    let (shown, action) = ask(&samira, &verifier, query.clone(), None).await;
    // Of the two options each shows one whole credential, so the asker's first is put forward.
    let fields = |page: &Answer| ["mc", "badge", "text"].map(|id| page.body.contains(&format!("name=\"credential-{id}\"")));
    assert_eq!(fields(&shown), [true, true, false], "{}", shown.body);
    let others = ways(&shown);
    assert_eq!(others.len(), 2, "{others:?}");
    let (instead, other_action) = look(&samira, &others[0]).await;
    assert_eq!(fields(&instead), [false, false, true], "{}", instead.body);
    assert!(instead.body.contains("Deel in plaats daarvan"), "{}", instead.body);
    let (both, with_more) = look(&samira, &others[1]).await;
    assert_eq!(fields(&both), [true, true, true], "{}", both.body);
    assert!(both.body.contains("Laat weg wat niet nodig is"), "{}", both.body);
    // What one page showed is not answered for another.
    let mixed = other_action.replace("way=1-n", "way=0-n");
    assert_ne!(mixed, other_action);
    assert_eq!(samira.post(&mixed, &[("choice", "share")]).await.code(), Some("request_changed"));
    assert!(verifier.received().is_empty());
    // A way that is none is the wallet's own.
    let (unnamed, as_before) = look(&samira, &format!("{}?way=7-x", others[0].split('?').next().unwrap())).await;
    assert_eq!((unnamed.status.as_u16(), as_before), (200, action));
    assert_eq!(samira.post(&with_more, &[("choice", "share")]).await.status.as_u16(), 200);
    assert_eq!(ids(&received(&verifier)), ["badge", "mc", "text"]);
}

#[tokio::test]
async fn a_query_that_takes_several_gets_those_that_were_chosen() {
    for all in [false, true] {
        let (wallet, issuer, verifier) = holding(TestDatabase::sqlite(), &FORMS[..1]).await;
        let samira = wallet.learner("samira").await;
        issuer.behave(|behaviour| {
            behaviour.claims = json!({"title": "Datavisualisatie"});
            behaviour.index = 12;
        });
        let page = samira.opens(&issuer.at("/offers/2")).await;
        samira.take(&page).await;
        let mut query = microcredential("mc");
        query["multiple"] = json!(true);
        query["claims"] = json!([{"path": ["given_name"]}]);
        let (shown, action) = ask(&samira, &verifier, json!({"credentials": [query]}), None).await;
        let values: Vec<String> = shown
            .body
            .split("type=\"checkbox\" name=\"credential-mc\" value=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next().map(str::to_owned))
            .collect();
        assert_eq!(values.len(), 2, "{}", shown.body);
        let none = samira.post(&action, &[("choice", "share")]).await;
        assert_eq!((none.status.as_u16(), none.code()), (422, Some("nothing_chosen")));
        let chosen: Vec<(&str, &str)> =
            values.iter().take(if all { 2 } else { 1 }).map(|value| ("credential-mc", value.as_str())).collect();
        let fields: Vec<(&str, &str)> = chosen.iter().copied().chain([("choice", "share")]).collect();
        assert_eq!(samira.post(&action, &fields).await.status.as_u16(), 200);
        assert_eq!(received(&verifier)["mc"].as_array().map(Vec::len), Some(chosen.len()));
    }
}

#[tokio::test]
async fn an_authority_that_is_asked_for_must_stand_behind_it() {
    let (wallet, issuer, verifier) = three_forms().await;
    let samira = wallet.learner("samira").await;
    let asked = |key: &str| {
        let mut query = microcredential("mc");
        query["trusted_authorities"] = json!([{"type": "aki", "values": [key]}]);
        json!({"credentials": [query]})
    };
    let (shown, _) = ask(&samira, &verifier, asked("AAAA"), None).await;
    assert!(!shown.body.contains("value=\"share\""), "{}", shown.body);
    let other = StubVerifier::start().await;
    other.register(&wallet, "Werkgever Voorbeeld");
    let (_, action) = ask(&samira, &other, asked(&issuer.authority_key()), None).await;
    assert_eq!(samira.post(&action, &[("choice", "share")]).await.status.as_u16(), 200);
    assert_eq!(ids(&received(&other)), ["mc"]);
}

#[tokio::test]
async fn one_query_in_two_sets_is_answered_once_and_as_the_narrower_wants() {
    for sets in [
        json!([{"options": [["badge"], ["mc"]]}, {"options": [["mc"]], "required": false}]),
        json!([{"options": [["mc"], ["badge"]]}, {"options": [["mc"]]}]),
        json!([{"options": [["mc"], ["badge"]], "required": false}, {"options": [["mc"]]}]),
    ] {
        let (wallet, _issuer, verifier) = three_forms().await;
        let samira = wallet.learner("samira").await;
        let query = json!({"credentials": [microcredential("mc"), badge("badge", "ldp_vc")], "credential_sets": sets});
        let (shown, action) = ask(&samira, &verifier, query, None).await;
        let mut fields = vec![("choice", "share")];
        let mc = offered(&shown, "credential-mc");
        fields.extend(shown.body.contains("type=\"checkbox\" name=\"credential-mc\"").then_some(("credential-mc", mc.as_str())));
        let answered = samira.post(&action, &fields).await;
        assert_eq!(answered.status.as_u16(), 200, "{sets}: {}", answered.body);
        let token = received(&verifier);
        assert_eq!((ids(&token), token["mc"].as_array().map(Vec::len)), (vec!["mc"], Some(1)), "{sets}");
    }
}
