//! The desk: who may sit there, what it shows, and what its forms do.

use axum::body::Body;
use axum::http::{HeaderMap, Method, StatusCode};
use http::session::Opening;
use http::{Cookie, Ctx};
use serde_json::{Value, json};
use vc::key::{Algorithm, SigningKey};

use super::{Answer, App, On, SLUG, microcredential, on_each_database, request};
use crate::config::StaffMember;
use crate::desk::staff::subject;
use crate::oid4vci::authorize::LoginFor;

on_each_database! {
    nobody_sees_the_desk_without_signing_in,
    the_desk_lists_what_was_decided_and_why,
    a_long_list_has_pages,
    anybody_reads_how_an_achievement_is_assessed,
    a_credential_is_withdrawn_with_a_reason,
    forms_count_only_from_our_own_page_with_the_sessions_token,
}

/// The cookie of a session that eduID would have opened.
pub(super) async fn session(app: &App, subject: String, more: Value) -> String {
    let core = &app.issuer.core;
    let opening = Opening { subject, display_name: Some("M. Bakker".to_owned()), authenticated_at: app.now(), more };
    let set = core.sessions().open(&Ctx::outside(core), &Cookie::session(core), &HeaderMap::new(), opening).await.unwrap();
    set.to_str().unwrap().split(';').next().unwrap().to_owned()
}

pub(super) async fn staff(app: &App) -> String {
    let member = StaffMember { eduid: "staff-eduid".to_owned(), name: "M. Bakker".to_owned(), approver: false };
    session(app, subject(SLUG, &member), json!(LoginFor::Desk)).await
}

/// Somebody who may record what the examination board decided.
pub(super) async fn approver(app: &App) -> String {
    let member = StaffMember { eduid: "approver-eduid".to_owned(), name: "R. Amrani".to_owned(), approver: true };
    session(app, subject(SLUG, &member), json!(LoginFor::Desk)).await
}

pub(super) async fn page(app: &App, path: &str, cookie: &str) -> Answer {
    app.send(request(Method::GET, path, None).header("cookie", cookie).body(Body::empty()).unwrap()).await
}

pub(super) async fn post(app: &App, path: &str, cookie: &str, pairs: &[(&str, &str)]) -> Answer {
    let request = request(Method::POST, path, None).header("cookie", cookie).header("origin", super::ORIGIN);
    let body = openid4vc::form::encode(pairs.iter().copied());
    app.send(request.header("content-type", "application/x-www-form-urlencoded").body(Body::from(body)).unwrap()).await
}

pub(super) fn csrf(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("name=\"csrf\" value=\"").unwrap_or_else(|| panic!("no form: {} {}", page.status, page.body));
    rest.split('"').next().unwrap().to_owned()
}

/// One collected credential and the address of its page at the desk.
async fn issued(app: &App) -> String {
    let (_, offer) = app.offered().await;
    app.collect(&offer, &SigningKey::generate(Algorithm::Es256).unwrap()).await;
    let list = app.api(Method::GET, "/api/v1/credentials", Some(super::KEY), None).await.json();
    format!("/{SLUG}/desk/credentials/{}", list["items"][0]["id"].as_str().unwrap())
}

async fn nobody_sees_the_desk_without_signing_in(on: On) {
    let app = App::new(on).await;
    let path = format!("/{SLUG}/desk/issued");
    let sent = app.get(&path).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert!(sent.headers["location"].to_str().unwrap().ends_with("/auth/login?return_to=%2Fhogeschool-voorbeeld%2Fdesk%2Fissued"));
    let cookie = staff(&app).await;
    assert_eq!(page(&app, &path, &cookie).await.status, StatusCode::OK);
    // Staff of one institution is nobody at another, and a learner is nobody at any.
    assert_eq!(page(&app, "/roc-voorbeeld/desk", &cookie).await.status, StatusCode::NOT_FOUND);
    let learner = session(&app, "person/1".to_owned(), json!(LoginFor::Desk)).await;
    assert_eq!(page(&app, &path, &learner).await.status, StatusCode::SEE_OTHER);
}

async fn the_desk_lists_what_was_decided_and_why(on: On) {
    let app = App::new(on).await;
    let mut body = microcredential();
    body["learner"] = json!({"given_name": "Jens", "family_name": "Aydın"});
    body["reference"] = json!("result-2");
    app.award(&body).await;
    let credential = issued(&app).await;
    let cookie = staff(&app).await;
    let todo = page(&app, &format!("/{SLUG}/desk"), &cookie).await;
    assert!(todo.body.contains("Jens Aydın") && !todo.body.contains("Samira"));
    let done = page(&app, &format!("/{SLUG}/desk?view=issued"), &cookie).await;
    assert!(done.body.contains("Samira de Vries") && done.body.contains(&credential));
    let csp = done.headers["content-security-policy"].to_str().unwrap();
    assert!(csp.contains("default-src 'none'") && !csp.contains("unsafe-inline"));
}

async fn a_long_list_has_pages(on: On) {
    let app = App::new(on).await;
    for number in 0..101 {
        let mut body = microcredential();
        body["reference"] = json!(format!("result-{number}"));
        body["learner"]["family_name"] = json!(format!("Nummer{number:03}"));
        app.award(&body).await;
        app.clock.advance_seconds(1);
    }
    let cookie = staff(&app).await;
    let first = page(&app, &format!("/{SLUG}/desk?lang=en"), &cookie).await;
    assert_eq!(first.body.matches("Nummer").count() / 2, 100, "once in the row, once in its link");
    assert!(first.body.contains("Nummer100") && !first.body.contains("Nummer000"));
    let (_, rest) =
        first.body.split_once(&format!("href=\"/{SLUG}/desk?view=todo&#38;after=100&#38;lang=en")).expect("a link to the next page");
    assert!(rest.starts_with('"'));
    let second = page(&app, &format!("/{SLUG}/desk?view=todo&after=100&lang=en"), &cookie).await;
    assert!(second.body.contains("Nummer000") && !second.body.contains("Nummer001") && !second.body.contains("after=200"));
}

async fn anybody_reads_how_an_achievement_is_assessed(on: On) {
    let app = App::new(on).await;
    let shown = app.get(&format!("/{SLUG}/achievements/data-analyse-basis")).await;
    assert!(shown.body.contains("vaardigheid in de praktijk") && !shown.body.contains("application of a skill"), "{}", shown.body);
}

async fn a_credential_is_withdrawn_with_a_reason(on: On) {
    let app = App::new(on).await;
    let path = issued(&app).await;
    let cookie = staff(&app).await;
    let confirm = page(&app, &format!("{path}/status?to=revoked"), &cookie).await;
    assert_eq!(confirm.status, StatusCode::OK);
    let token = csrf(&confirm);
    let form = |pairs: &[(&'static str, &'static str)]| {
        let mut all = vec![("csrf".to_owned(), token.clone()), ("status".to_owned(), "revoked".to_owned())];
        all.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let (app, path, cookie) = (&app, format!("{path}/status"), cookie.clone());
        async move { post(app, &path, &cookie, &all.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect::<Vec<_>>()).await }
    };
    assert_eq!(form(&[("reason", "")]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(form(&[("reason", " "), ("sure", "yes")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(form(&[("reason", "fout"), ("sure", "yes"), ("institution", "x")]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(form(&[("reason", "dubbel uitgereikt"), ("sure", "yes")]).await.status, StatusCode::SEE_OTHER);
    let shown = page(&app, &path, &cookie).await;
    assert!(shown.body.contains("dubbel uitgereikt"));
    assert_eq!(page(&app, &format!("{path}/status?to=valid"), &cookie).await.status, StatusCode::CONFLICT);
    assert_eq!(app.rows("credential.status", "revoked").await, 1);
}

async fn forms_count_only_from_our_own_page_with_the_sessions_token(on: On) {
    let app = App::new(on).await;
    let path = format!("{}/status", issued(&app).await);
    let cookie = staff(&app).await;
    let token = csrf(&page(&app, &format!("{path}?to=suspended"), &cookie).await);
    let good = [("csrf", token.as_str()), ("status", "suspended"), ("reason", "onderzoek")];
    let without = [("status", "suspended"), ("reason", "onderzoek")];
    let stale = [("csrf", "stale"), ("status", "suspended"), ("reason", "onderzoek")];
    for pairs in [&without[..], &stale[..]] {
        assert_eq!(post(&app, &path, &cookie, pairs).await.status, StatusCode::FORBIDDEN);
    }
    let foreign = request(Method::POST, &path, None).header("cookie", &cookie).header("origin", "https://evil.example");
    let foreign =
        foreign.header("content-type", "application/x-www-form-urlencoded").body(Body::from(openid4vc::form::encode(good))).unwrap();
    assert_eq!(app.send(foreign).await.status, StatusCode::FORBIDDEN);
    assert_eq!(post(&app, &path, "ew_issuer_8081=none", &good).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(app.rows("credential.status", "suspended").await, 0);
    assert_eq!(post(&app, &path, &cookie, &good).await.status, StatusCode::SEE_OTHER);
}
