//! From a pushed request to a connection: the page that says who gets what, its answer, the code, the token.

use axum::http::{Method, StatusCode};
use openid4vc::{client_assertion, pkce};
use serde_json::json;
use storage::issuer::award::AwardState;
use vc::key::{Algorithm, SigningKey};
use vc::random::SystemRandom;

use super::desk::{csrf, page, post, session};
use super::{App, EDUID, KEY, On, SLUG, WALLET, error, identifier, microcredential, on_each_database};
use crate::oid4vci::authorize::{LoginFor, subject};
use crate::oid4vci::matched::signed_in as signed_in_as;

on_each_database! {
    allowing_gives_a_code_for_one_connection,
    row_t4_an_authorization_code_used_twice_ends_what_came_of_it,
    row_t8_a_wrong_verifier_uses_the_code_up,
    refusing_tells_the_wallet_and_nothing_more,
    a_request_uri_is_used_once_by_its_client,
    an_offer_is_collected_by_whom_it_is_for,
    no_match_parks_the_award_and_tells_what_to_do,
    what_was_collected_is_not_parked_by_anybody,
    the_right_person_claims_what_waits_by_scope_too,
    the_desk_offers_what_nobody_claimed,
    a_pushed_request_asks_for_what_is_offered,
}

/// Parameters beside those that every request has.
type Wants<'a> = &'a [(&'static str, &'a str)];

pub(super) const BACK: &str = "http://localhost:8080/connect/callback";

pub(super) struct Asked {
    pub(super) verifier: String,
    pub(super) path: String,
    pub(super) cookie: String,
}

/// A pushed request for a connection whose person has signed in.
async fn asked(app: &App) -> Asked {
    signed_in(app, &[("scope", "delivery")], EDUID).await
}

/// A pushed request whose person has signed in with an eduID.
pub(super) async fn signed_in(app: &App, wants: &[(&'static str, &str)], eduid: &str) -> Asked {
    signed_in_with(app, wants, &[], eduid).await
}

pub(super) async fn signed_in_with(app: &App, wants: &[(&'static str, &str)], headers: &[(&'static str, String)], eduid: &str) -> Asked {
    let verifier = pkce::verifier(&SystemRandom);
    let assertion = app.assertion(None);
    let mut pairs = authenticated(&assertion).to_vec();
    pairs.extend_from_slice(wants);
    let pushed = pushed(app, (WALLET, BACK), &pkce::challenge(&verifier), (&pairs, headers)).await;
    arrives(app, (WALLET, verifier), &pushed, eduid).await
}

/// The person whom a pushed request sent to eduID comes back.
pub(super) async fn arrives(app: &App, (client, verifier): (&str, String), pushed: &super::Answer, eduid: &str) -> Asked {
    let pushed = pushed.text("/request_uri");
    let mut tx = app.issuer.store().write().await.unwrap();
    let until = app.now().plus_seconds(900);
    let begun = tx.begin_authorization((SLUG, client), &pushed, app.now(), until).await.unwrap().unwrap();
    let person = signed_in_as(&mut tx, SLUG, (&begun.id, eduid), app.now()).await.unwrap();
    tx.commit().await.unwrap();
    let cookie = session(app, subject(&person), json!(LoginFor::Authorization(begun.id.clone()))).await;
    Asked { verifier, path: format!("/{SLUG}/authorize/{}", begun.id), cookie }
}

fn authenticated(assertion: &str) -> [(&'static str, &str); 2] {
    [("client_assertion_type", client_assertion::TYPE), ("client_assertion", assertion)]
}

/// A pushed request of the known wallet.
pub(super) async fn push(app: &App, wants: &[(&'static str, &str)], headers: &[(&'static str, String)]) -> super::Answer {
    let assertion = app.assertion(None);
    let mut pairs = authenticated(&assertion).to_vec();
    pairs.extend_from_slice(wants);
    pushed(app, (WALLET, BACK), &pkce::challenge(&pkce::verifier(&SystemRandom)), (&pairs, headers)).await
}

/// A pushed request of a client.
pub(super) async fn pushed(
    app: &App,
    (client, back): (&str, &str),
    challenge: &str,
    (wants, headers): (Wants<'_>, &[(&'static str, String)]),
) -> super::Answer {
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", back),
        ("code_challenge", challenge),
        ("code_challenge_method", "S256"),
        ("state", "state-of-the-wallet"),
    ];
    pairs.extend_from_slice(wants);
    app.form_with("/par", &pairs, headers).await
}

/// An offer with the authorization code grant: its address and `issuer_state`.
async fn offered(app: &App) -> (String, String) {
    let award = app.award(&microcredential()).await.text("/id");
    let offer = app.offer(&json!({"award": award, "grant": "authorization_code"})).await;
    (offer.text("/id"), offer.text("/credential_offer/grants/authorization_code/issuer_state"))
}

pub(super) async fn token(app: &App, code: &str, verifier: &str, headers: &[(&'static str, String)]) -> super::Answer {
    let assertion = app.assertion(None);
    let mut pairs = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", BACK), ("code_verifier", verifier)];
    pairs.extend_from_slice(&authenticated(&assertion));
    app.form_with("/token", &pairs, headers).await
}

/// The code that the person's yes gives.
pub(super) async fn allowed(app: &App, asked: &Asked) -> String {
    parameter(&answered(app, asked, "allow").await, "code").unwrap()
}

pub(super) fn parameter(location: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(location).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

pub(super) async fn answered(app: &App, asked: &Asked, choice: &str) -> String {
    let shown = page(app, &asked.path, &asked.cookie).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    let csp = shown.headers["content-security-policy"].to_str().unwrap();
    // The form may end where the wallet is, by its origin or by the scheme of its app.
    let ends = ["form-action 'self' http://localhost:", "form-action 'self' nl.voorbeeld.wallet:;"];
    assert!(ends.iter().any(|end| csp.contains(end)), "{csp}");
    let csrf = csrf(&shown);
    let mut pairs = vec![("csrf", csrf.as_str()), ("choice", choice)];
    let seen = shown.body.split_once("name=\"seen\" value=\"").and_then(|(_, rest)| rest.split('"').next());
    pairs.extend(seen.map(|seen| ("seen", seen)));
    let sent = post(app, &asked.path, &asked.cookie, &pairs).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    sent.headers["location"].to_str().unwrap().to_owned()
}

async fn allowing_gives_a_code_for_one_connection(on: On) {
    let app = App::new(on).await;
    let waiting = asked(&app).await;
    let location = answered(&app, &waiting, "allow").await;
    assert!(location.starts_with(BACK));
    assert_eq!(parameter(&location, "state").as_deref(), Some("state-of-the-wallet"));
    assert_eq!(parameter(&location, "iss"), Some(identifier()));
    let code = parameter(&location, "code").unwrap();
    let given = token(&app, &code, &waiting.verifier, &[]).await;
    assert_eq!((given.status, given.text("/scope")), (StatusCode::OK, "delivery".to_owned()));
    let body = json!({"delivery_endpoint": "http://localhost:8080/api/v1/deliveries", "delivery_key": "k".repeat(22)});
    let connect = |id: &str| format!("/api/v1/connections/{id}");
    let made = app.api(Method::PUT, &connect(&"a".repeat(22)), Some(&given.text("/access_token")), Some(&body)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    // The token is for connecting, never for a credential.
    let refused = app.credential(Some(&given.text("/access_token")), &json!({})).await;
    assert_eq!(refused.error(), error(401, "invalid_token"));
}

async fn row_t4_an_authorization_code_used_twice_ends_what_came_of_it(on: On) {
    let app = App::new(on).await;
    let waiting = asked(&app).await;
    let code = allowed(&app, &waiting).await;
    let access = token(&app, &code, &waiting.verifier, &[]).await.text("/access_token");
    let mut before = app.row_counts().await;
    assert_eq!(token(&app, &code, &waiting.verifier, &[]).await.error(), error(400, "invalid_grant"));
    // The assertion is used up, and the first token with its grant is revoked.
    *before.get_mut("spent").unwrap() += 1;
    assert_eq!(app.row_counts().await, before);
    assert_eq!(app.count("SELECT COUNT(*) FROM access_grant WHERE state = 'live'").await, 0);
    let body = json!({"delivery_endpoint": "http://localhost:8080/api/v1/deliveries", "delivery_key": "k".repeat(22)});
    let late = app.api(Method::PUT, &format!("/api/v1/connections/{}", "b".repeat(22)), Some(&access), Some(&body)).await;
    assert_eq!(late.error(), error(401, "invalid_token"));
}

async fn row_t8_a_wrong_verifier_uses_the_code_up(on: On) {
    let app = App::new(on).await;
    let waiting = asked(&app).await;
    let code = allowed(&app, &waiting).await;
    let mut before = app.row_counts().await;
    assert_eq!(token(&app, &code, &pkce::verifier(&SystemRandom), &[]).await.error(), error(400, "invalid_grant"));
    assert_eq!(token(&app, &code, &waiting.verifier, &[]).await.error(), error(400, "invalid_grant"));
    // Two assertions were used; the code is, and nothing came of it.
    *before.get_mut("spent").unwrap() += 2;
    assert_eq!(app.row_counts().await, before);
    assert_eq!(app.count("SELECT COUNT(*) FROM authorization_request WHERE state = 'redeemed'").await, 1);
}

async fn refusing_tells_the_wallet_and_nothing_more(on: On) {
    let app = App::new(on).await;
    let asked = asked(&app).await;
    let location = answered(&app, &asked, "refuse").await;
    assert_eq!(parameter(&location, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&location, "code"), None);
    // It was answered, and nobody else's session ever sees it.
    assert_eq!(page(&app, &asked.path, &asked.cookie).await.status, StatusCode::NOT_FOUND);
    let other = super::authorizations::asked(&app).await;
    assert_eq!(page(&app, &other.path, &asked.cookie).await.status, StatusCode::NOT_FOUND);
}

async fn a_request_uri_is_used_once_by_its_client(on: On) {
    let app = App::new(on).await;
    let delivery = [("scope", "delivery")];
    let pushed = push(&app, &delivery, &[]).await.text("/request_uri");
    let until = app.now().plus_seconds(900);
    let begin = |client: &'static str| {
        let (app, pushed) = (&app, pushed.clone());
        async move {
            let mut tx = app.issuer.store().write().await.unwrap();
            let begun = tx.begin_authorization((SLUG, client), &pushed, app.now(), until).await.unwrap().is_some();
            tx.commit().await.unwrap();
            begun
        }
    };
    assert!(!begin("demo-wallet").await);
    assert!(begin(WALLET).await);
    assert!(!begin(WALLET).await);
    let late = push(&app, &delivery, &[]).await.text("/request_uri");
    app.clock.advance_seconds(61);
    let mut tx = app.issuer.store().write().await.unwrap();
    assert!(tx.begin_authorization((SLUG, WALLET), &late, app.now(), app.now().plus_seconds(900)).await.unwrap().is_none());
}

const DETAILS: &str = r#"[{"type":"openid_credential","credential_configuration_id":"microcredential-sd-jwt"}]"#;

async fn an_offer_is_collected_by_whom_it_is_for(on: On) {
    let app = App::new(on).await;
    let (id, issuer_state) = offered(&app).await;
    let waiting = signed_in(&app, &[("issuer_state", &issuer_state), ("authorization_details", DETAILS)], EDUID).await;
    let shown = page(&app, &waiting.path, &waiting.cookie).await;
    assert!(shown.body.contains("Data-analyse basis"), "{}", shown.body);
    let code = parameter(&answered(&app, &waiting, "allow").await, "code").unwrap();
    let given = token(&app, &code, &waiting.verifier, &[]).await.json();
    let state = || app.api(Method::GET, Box::leak(format!("/api/v1/offers/{id}").into_boxed_str()), Some(KEY), None);
    assert_eq!(state().await.text("/state"), "claimed");
    let proof = app.proof(&SigningKey::generate(Algorithm::Es256).unwrap()).await;
    let body = json!({"credential_identifier": given["authorization_details"][0]["credential_identifiers"][0], "proofs": {"jwt": [proof]}});
    let answer = app.credential(given["access_token"].as_str(), &body).await;
    assert_eq!((answer.status, state().await.text("/state").as_str()), (StatusCode::OK, "issued"), "{}", answer.body);
}

/// The rows of awards: states and what is missing.
async fn awards(app: &App) -> Vec<(AwardState, Vec<&'static str>)> {
    let awards = app.issuer.store().read().await.unwrap().awards(SLUG, 10).await.unwrap();
    awards.iter().map(|award| (award.state, award.missing.iter().map(|missing| missing.code()).collect())).collect()
}

const NOBODYS: &str = "5e1d-of-somebody-else";

/// `domain.md` 2.6: no match parks the award, tells the learner what to do, and gives nothing of anybody away.
async fn no_match_parks_the_award_and_tells_what_to_do(on: On) {
    let app = App::new(on).await;
    let (id, issuer_state) = offered(&app).await;
    let state = || app.api(Method::GET, Box::leak(format!("/api/v1/offers/{id}").into_boxed_str()), Some(KEY), None);
    let mut before = app.row_counts().await;
    let waiting = signed_in(&app, &[("scope", "microcredential"), ("issuer_state", &issuer_state)], NOBODYS).await;
    for (lang, title, step) in [
        ("nl", "Dit aanbod hoort bij een ander eduID", "Vraag je school welk eduID daar bij jou staat"),
        ("en", "This offer belongs to another eduID", "Ask your school which eduID it has of you"),
    ] {
        let shown = page(&app, &format!("{}?lang={lang}", waiting.path), &waiting.cookie).await;
        assert_eq!(shown.status, StatusCode::FORBIDDEN);
        assert!(shown.body.contains("data-error=\"offer_subject_mismatch\"") && shown.body.contains(title) && shown.body.contains(step));
        // Nothing of the award and of whom it is for; and nothing to agree to.
        for secret in ["Data-analyse", "Samira", "de Vries", "value=\"allow\"", EDUID] {
            assert!(!shown.body.contains(secret), "{secret}");
        }
    }
    // Once, however often the page is looked at: a session, a person and a request more, with the keys that seal them, and the award
    // waits at the desk.
    for (table, more) in [("session", 1), ("person", 1), ("authorization_request", 1), ("spent", 1), ("data_key", 2)] {
        *before.get_mut(table).unwrap() += more;
    }
    assert_eq!(app.row_counts().await, before);
    assert_eq!(awards(&app).await, [(AwardState::Parked, vec!["unclaimed"])]);
    assert_eq!((app.rows("offer.claim", "offer_subject_mismatch").await, app.rows("award.decide", "unclaimed").await), (1, 1));
    let staff = super::desk::staff(&app).await;
    let desk = page(&app, &format!("/{SLUG}/desk"), &staff).await;
    assert!(desk.body.contains("Iemand logde in met een ander eduID"), "{}", desk.body);
    // A yes is none; the way back tells the wallet.
    let csrf = csrf(&page(&app, &waiting.path, &waiting.cookie).await);
    let yes = post(&app, &waiting.path, &waiting.cookie, &[("csrf", &csrf), ("choice", "allow")]).await;
    assert_eq!(yes.status, StatusCode::FORBIDDEN);
    assert!(yes.body.contains("data-error=\"offer_subject_mismatch\""));
    let back = post(&app, &waiting.path, &waiting.cookie, &[("csrf", &csrf), ("choice", "refuse")]).await;
    assert_eq!(parameter(back.headers["location"].to_str().unwrap(), "error").as_deref(), Some("access_denied"));
    assert_eq!(page(&app, &waiting.path, &waiting.cookie).await.status, StatusCode::NOT_FOUND);
    // The same again changes nothing more, and saying the same again at the source does not open it.
    signed_in(&app, &[("issuer_state", &issuer_state)], NOBODYS).await;
    assert_eq!(app.award(&microcredential()).await.text("/decision"), "parked");
    assert_eq!((awards(&app).await, state().await.text("/state").as_str()), (vec![(AwardState::Parked, vec!["unclaimed"])], "made"));
    assert_eq!(app.rows("award.decide", "unclaimed").await, 1);
    // Whom it is for opens the same link: what they agree to is theirs again, and only by their yes.
    let waiting = signed_in(&app, &[("issuer_state", &issuer_state)], EDUID).await;
    let shown = page(&app, &waiting.path, &waiting.cookie).await;
    assert!(shown.status == StatusCode::OK && shown.body.contains("Data-analyse basis"), "{}", shown.body);
    assert_eq!(awards(&app).await, [(AwardState::Parked, vec!["unclaimed"])]);
    let code = allowed(&app, &waiting).await;
    assert_eq!((awards(&app).await, app.rows("award.decide", "claimed").await), (vec![(AwardState::Open, vec![])], 1));
    let access = token(&app, &code, &waiting.verifier, &[]).await.text("/access_token");
    let proof = app.proof(&SigningKey::generate(Algorithm::Es256).unwrap()).await;
    assert_eq!(app.credential(Some(&access), &super::wanted(&proof)).await.status, StatusCode::OK);
    testkit::invariants::issuer(&mut app.look().await, "after somebody else came").await;
}

async fn what_was_collected_is_not_parked_by_anybody(on: On) {
    let app = App::new(on).await;
    let (_, issuer_state) = offered(&app).await;
    let waiting = signed_in(&app, &[("issuer_state", &issuer_state)], EDUID).await;
    let code = allowed(&app, &waiting).await;
    let access = token(&app, &code, &waiting.verifier, &[]).await.text("/access_token");
    let proof = app.proof(&SigningKey::generate(Algorithm::Es256).unwrap()).await;
    assert_eq!(app.credential(Some(&access), &super::wanted(&proof)).await.status, StatusCode::OK);
    let other = signed_in(&app, &[("issuer_state", &issuer_state)], NOBODYS).await;
    assert_eq!(page(&app, &other.path, &other.cookie).await.status, StatusCode::FORBIDDEN);
    assert_eq!(awards(&app).await, [(AwardState::Issued, vec![])]);
    assert_eq!((app.rows("offer.claim", "offer_subject_mismatch").await, app.rows("award.decide", "unclaimed").await), (1, 0));
}

async fn the_right_person_claims_what_waits_by_scope_too(on: On) {
    let app = App::new(on).await;
    let (_, issuer_state) = offered(&app).await;
    signed_in(&app, &[("issuer_state", &issuer_state)], NOBODYS).await;
    assert_eq!(awards(&app).await, [(AwardState::Parked, vec!["unclaimed"])]);
    let waiting = signed_in(&app, &[("scope", "microcredential")], EDUID).await;
    let code = allowed(&app, &waiting).await;
    let given = token(&app, &code, &waiting.verifier, &[]).await;
    let proof = app.proof(&SigningKey::generate(Algorithm::Es256).unwrap()).await;
    assert_eq!(app.credential(Some(&given.text("/access_token")), &super::wanted(&proof)).await.status, StatusCode::OK, "{}", given.body);
}

/// A code of the desk is a claim too: staff gave it to whom they know.
async fn the_desk_offers_what_nobody_claimed(on: On) {
    let app = App::new(on).await;
    let (_, issuer_state) = offered(&app).await;
    signed_in(&app, &[("issuer_state", &issuer_state)], NOBODYS).await;
    let award = app.issuer.store().read().await.unwrap().awards(SLUG, 1).await.unwrap().remove(0).id;
    let offer = app.offer(&json!({"award": award.as_str()})).await;
    assert_eq!((offer.status, awards(&app).await), (StatusCode::CREATED, vec![(AwardState::Open, vec![])]), "{}", offer.body);
    assert_eq!(app.rows("award.decide", "claimed").await, 1);
    app.collect(&offer.json(), &SigningKey::generate(Algorithm::Es256).unwrap()).await;
    assert_eq!(awards(&app).await, [(AwardState::Issued, vec![])]);
}

async fn a_pushed_request_asks_for_what_is_offered(on: On) {
    let app = App::new(on).await;
    let (_, issuer_state) = offered(&app).await;
    let state = ("issuer_state", issuer_state.as_str());
    let other = r#"[{"type":"openid_credential","credential_configuration_id":"enrolment-sd-jwt"}]"#;
    for (wants, code) in [
        (vec![], "invalid_scope"),
        (vec![("scope", "delivery microcredential")], "invalid_scope"),
        (vec![("scope", "openid")], "invalid_scope"),
        (vec![("scope", "delivery"), ("authorization_details", DETAILS)], "invalid_authorization_details"),
        (vec![("scope", "delivery"), ("authorization_details", "[]")], "invalid_authorization_details"),
        (vec![("issuer_state", "unknown")], "invalid_request"),
        (vec![state, ("scope", "enrolment")], "invalid_scope"),
        (vec![state, ("scope", "delivery")], "invalid_scope"),
        (vec![state, ("authorization_details", other)], "invalid_authorization_details"),
        (vec![state, ("response_mode", "fragment")], "invalid_request"),
    ] {
        assert_eq!(push(&app, &wants, &[]).await.error(), error(400, code), "{wants:?}");
    }
    for wants in [vec![state], vec![state, ("scope", "microcredential openid")], vec![state, ("authorization_details", DETAILS)]] {
        assert_eq!(push(&app, &wants, &[]).await.status, StatusCode::CREATED, "{wants:?}");
    }
}
