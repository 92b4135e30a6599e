//! Rows X1 to X10 at an institution: signing in with the sandbox eduID for an authorization and for the desk, and the form behind it.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use openid4vc::pkce;
use serde_json::json;
use vc::key::{Algorithm, SigningKey};
use vc::random::SystemRandom;

use super::authorizations::{Asked, BACK, allowed, answered, parameter, pushed, token};
use super::desk::{csrf, page, post};
use super::eduid::{Back, Eduid, LOGIN, SESSION, code_of, get, set};
use super::{Answer, App, On, SLUG, WALLET, microcredential, on_each_database, request, wanted};

on_each_database! {
    who_signs_in_collects_what_is_theirs,
    no_match_by_eduid_parks_what_was_offered,
    rows_x1_and_x2_a_login_is_of_its_browser_and_counts_once,
    rows_x3_to_x5_what_eduid_says_wrong_opens_nothing,
    rows_x6_to_x8_the_form_counts_as_it_was_shown,
    row_x9_the_session_is_new,
    row_x10_nobody_is_sent_elsewhere,
}

/// A pushed request that has begun: the answer that leads to eduID, and the wallet's verifier.
async fn begun(app: &App, wants: &[(&'static str, &str)]) -> (Answer, String) {
    let verifier = pkce::verifier(&SystemRandom);
    let assertion = app.assertion(None);
    let mut pairs = vec![("client_assertion_type", openid4vc::client_assertion::TYPE), ("client_assertion", assertion.as_str())];
    pairs.extend_from_slice(wants);
    let uri = pushed(app, (WALLET, BACK), &pkce::challenge(&verifier), (&pairs, &[])).await.text("/request_uri");
    let query = openid4vc::form::encode([("client_id", WALLET), ("request_uri", &uri)]);
    (app.get(&format!("/{SLUG}/authorize?{query}")).await, verifier)
}

async fn comes_back(app: &App, back: &Back) -> Answer {
    get(app, &back.path, &back.cookie).await
}

/// A person who signed in for a wallet and sees the page that asks.
async fn asked(app: &App, eduid: &Eduid, persona: &str, wants: &[(&'static str, &str)]) -> Asked {
    let (begun, verifier) = begun(app, wants).await;
    let answer = comes_back(app, &eduid.signs_in(app, &begun, persona).await).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let path = answer.headers["location"].to_str().unwrap().trim_start_matches(super::ORIGIN).to_owned();
    Asked { verifier, path, cookie: format!("{SESSION}={}", set(&answer, SESSION).unwrap()) }
}

async fn award_of(app: &App, eduid: &str) -> String {
    let mut body = microcredential();
    body["learner"]["eduid"] = json!(eduid);
    app.award(&body).await.text("/id")
}

async fn who_signs_in_collects_what_is_theirs(on: On) {
    let (app, eduid) = Eduid::with_issuer(on).await;
    award_of(&app, &eduid.of("samira")).await;
    let waiting = asked(&app, &eduid, "samira", &[("scope", "microcredential")]).await;
    let given = token(&app, &allowed(&app, &waiting).await, &waiting.verifier, &[]).await;
    let proof = app.proof(&SigningKey::generate(Algorithm::Es256).unwrap()).await;
    assert_eq!(app.credential(Some(&given.text("/access_token")), &wanted(&proof)).await.status, StatusCode::OK, "{}", given.body);
}

async fn no_match_by_eduid_parks_what_was_offered(on: On) {
    let (app, eduid) = Eduid::with_issuer(on).await;
    let award = award_of(&app, &eduid.of("samira")).await;
    let offer = app.offer(&json!({"award": award, "grant": "authorization_code"})).await;
    let state = offer.text("/credential_offer/grants/authorization_code/issuer_state");
    let before = app.row_counts().await;
    let other = asked(&app, &eduid, "barry", &[("issuer_state", &state)]).await;
    let shown = page(&app, &other.path, &other.cookie).await;
    assert_eq!((shown.status, code_of(&shown).as_str()), (StatusCode::FORBIDDEN, "offer_subject_mismatch"));
    assert!(!shown.body.contains("Data-analyse") && !shown.body.contains("de Vries"));
    let mut after = app.row_counts().await;
    for (table, more) in [("session", 1), ("person", 1), ("authorization_request", 1), ("spent", 1), ("data_key", 2)] {
        *after.get_mut(table).unwrap() -= more;
    }
    assert_eq!(after, before);
    assert_eq!(app.count("SELECT COUNT(*) FROM award WHERE state = 'parked' AND missing = '[\"unclaimed\"]'").await, 1);
    let hers = asked(&app, &eduid, "samira", &[("issuer_state", &state)]).await;
    assert!(answered(&app, &hers, "allow").await.starts_with(BACK));
    assert_eq!(app.count("SELECT COUNT(*) FROM award WHERE state = 'open' AND missing = '[]'").await, 1);
}

async fn rows_x1_and_x2_a_login_is_of_its_browser_and_counts_once(on: On) {
    let (app, eduid) = Eduid::with_issuer(on).await;
    let (begun, _) = begun(&app, &[("scope", "microcredential")]).await;
    let back = eduid.signs_in(&app, &begun, "samira").await;
    let before = app.row_counts().await;
    for cookies in [format!("{LOGIN}={}", "x".repeat(43)), String::new()] {
        let elsewhere = get(&app, &back.path, &cookies).await;
        assert_eq!((elsewhere.status, code_of(&elsewhere).as_str()), (StatusCode::BAD_REQUEST, "login_state"));
        assert_eq!(set(&elsewhere, SESSION), None);
    }
    let unknown = get(&app, &format!("/{SLUG}/auth/callback?state=unknown&code=x"), &back.cookie).await;
    assert_eq!((unknown.status, code_of(&unknown).as_str()), (StatusCode::BAD_REQUEST, "login_state"));
    assert_eq!(app.row_counts().await, before);
    let arrived = comes_back(&app, &back).await;
    let session = format!("{SESSION}={}", set(&arrived, SESSION).unwrap());
    let path = arrived.headers["location"].to_str().unwrap().trim_start_matches(super::ORIGIN).to_owned();
    let before = app.row_counts().await;
    let replayed = get(&app, &back.path, &format!("{}; {session}", back.cookie)).await;
    assert_eq!((replayed.status, code_of(&replayed).as_str()), (StatusCode::BAD_REQUEST, "login_state"));
    assert_eq!((set(&replayed, SESSION), app.row_counts().await), (None, before));
    assert_eq!(page(&app, &path, &session).await.status, StatusCode::OK);
}

async fn rows_x3_to_x5_what_eduid_says_wrong_opens_nothing(on: On) {
    let (app, eduid) = Eduid::with_issuer(on).await;
    for (kind, code, status) in [
        ("missing_iss", "login_issuer", 400),
        ("wrong_iss", "login_issuer", 400),
        ("two_audiences", "login_token", 400),
        ("wrong_nonce", "login_token", 400),
        ("expired", "login_token", 400),
        ("alg_none", "login_token", 400),
        ("hs256", "login_token", 400),
        ("no_eduid", "login_eduid", 403),
    ] {
        eduid.goes_wrong(&app, kind).await;
        let (begun, _) = begun(&app, &[("scope", "microcredential")]).await;
        let back = eduid.signs_in(&app, &begun, "samira").await;
        let mut before = app.row_counts().await;
        let answer = comes_back(&app, &back).await;
        assert_eq!((answer.status.as_u16(), code_of(&answer).as_str(), set(&answer, SESSION)), (status, code, None), "{kind}");
        let mut after = app.row_counts().await;
        // The attempt may be used up; nothing else is there or gone.
        assert!(after.remove("login_attempt") <= before.remove("login_attempt"), "{kind}");
        assert_eq!(after, before, "{kind}");
        assert_eq!(app.count("SELECT COUNT(*) FROM authorization_request WHERE state = 'asked'").await, 0, "{kind}");
    }
}

async fn rows_x6_to_x8_the_form_counts_as_it_was_shown(on: On) {
    let (app, eduid) = Eduid::with_issuer(on).await;
    award_of(&app, &eduid.of("samira")).await;
    let waiting = asked(&app, &eduid, "samira", &[("scope", "microcredential")]).await;
    let shown = page(&app, &waiting.path, &waiting.cookie).await;
    let csrf = csrf(&shown);
    let seen = shown.body.split_once("name=\"seen\" value=\"").and_then(|(_, rest)| rest.split('"').next()).unwrap().to_owned();
    let before = app.row_counts().await;
    let good = [("csrf", csrf.as_str()), ("choice", "allow"), ("seen", seen.as_str())];
    for (pairs, status) in [
        (vec![good[1], good[2]], 403),
        (vec![("csrf", "stale"), good[1], good[2]], 403),
        (vec![good[0], good[1], ("seen", "another")], 409),
        (vec![good[0], good[1], good[2], ("claims[]", "birthdate")], 400),
        (vec![good[0], ("choice", "maybe"), good[2]], 400),
    ] {
        assert_eq!(post(&app, &waiting.path, &waiting.cookie, &pairs).await.status.as_u16(), status, "{pairs:?}");
    }
    let foreign = request(Method::POST, &waiting.path, None).header("cookie", &waiting.cookie).header("origin", "https://evil.example");
    let foreign = foreign.header("content-type", "application/x-www-form-urlencoded");
    let foreign = foreign.body(Body::from(openid4vc::form::encode(good.iter().copied()))).unwrap();
    assert_eq!(app.send(foreign).await.status, StatusCode::FORBIDDEN);
    assert_eq!(app.row_counts().await, before);
    assert_eq!(post(&app, &waiting.path, &waiting.cookie, &good).await.status, StatusCode::SEE_OTHER);
}

async fn row_x9_the_session_is_new(on: On) {
    let (app, eduid) = Eduid::with_issuer(on).await;
    let first = asked(&app, &eduid, "samira", &[("scope", "microcredential")]).await;
    let (begun, _) = begun(&app, &[("scope", "microcredential")]).await;
    let back = eduid.signs_in(&app, &begun, "samira").await;
    let answer = get(&app, &back.path, &format!("{}; {}", back.cookie, first.cookie)).await;
    let fresh = format!("{SESSION}={}", set(&answer, SESSION).unwrap());
    assert_ne!(fresh, first.cookie);
    assert_eq!(page(&app, &first.path, &first.cookie).await.status, StatusCode::SEE_OTHER);
    let path = answer.headers["location"].to_str().unwrap().trim_start_matches(super::ORIGIN).to_owned();
    assert_eq!((page(&app, &path, &fresh).await.status, app.count("SELECT COUNT(*) FROM session").await), (StatusCode::OK, 1));
}

async fn row_x10_nobody_is_sent_elsewhere(on: On) {
    let (app, eduid) = Eduid::with_issuer(on).await;
    let desk = format!("/{SLUG}/desk");
    for (target, path) in [
        ("https%3A%2F%2Fevil.example", desk.as_str()),
        ("%2F%2Fevil", &desk),
        ("%2F%5Cevil", &desk),
        ("%2Froc-voorbeeld%2Fdesk", &desk),
        ("%2Fhogeschool-voorbeeld%2Fdesk%2Fissued", "/hogeschool-voorbeeld/desk/issued"),
    ] {
        let begun = app.get(&format!("/{SLUG}/auth/login?return_to={target}")).await;
        let answer = comes_back(&app, &eduid.signs_in(&app, &begun, "approver-hogeschool").await).await;
        let location = answer.headers["location"].to_str().unwrap().trim_start_matches(super::ORIGIN).to_owned();
        assert_eq!((answer.status, location.as_str()), (StatusCode::SEE_OTHER, path), "{target}");
        assert!(parameter(&format!("{}{location}", super::ORIGIN), "code").is_none());
    }
    // A learner is nobody at the desk.
    let begun = app.get(&format!("/{SLUG}/auth/login")).await;
    let answer = comes_back(&app, &eduid.signs_in(&app, &begun, "samira").await).await;
    assert!(answer.headers["location"].to_str().unwrap().ends_with("/desk/no-access") && set(&answer, SESSION).is_none());
}
