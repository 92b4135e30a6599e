//! Offers at the desk: for a learner who did not connect, with a link, a QR code and a transaction code that is shown once.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use model::award::AwardId;
use serde_json::{Value, json};
use vc::key::{Algorithm, SigningKey};

use super::connections::delivery_token;
use super::desk::{csrf, page, post, staff};
use super::{Answer, App, KEY, OTHER_KEY, On, PRE_AUTHORIZED, SLUG, error, microcredential, on_each_database, request};

on_each_database! {
    an_offer_made_at_the_desk_is_collected_with_its_link_and_code,
    the_code_is_shown_once_and_audited_as_the_staffs_deed,
    a_new_offer_withdraws_the_one_before_and_the_page_says_so,
    an_offer_on_its_way_to_a_connected_wallet_is_withdrawn_too,
    what_was_collected_is_not_offered_again,
    what_is_parked_or_withdrawn_is_not_offered,
    an_offer_is_made_only_from_our_own_page,
    awards_of_another_institution_are_not_there,
    an_offer_that_waits_for_its_decision_is_shown,
}

pub(super) fn path(award: &str) -> String {
    format!("/{SLUG}/desk/awards/{award}/offer")
}

/// An award that nobody was offered yet.
async fn open_award(app: &App) -> String {
    app.award(&microcredential()).await.text("/id")
}

/// Presses the button on the page that asks.
pub(super) async fn press(app: &App, award: &str, cookie: &str) -> Answer {
    let asking = page(app, &path(award), cookie).await;
    assert_eq!(asking.status, StatusCode::OK, "{}", asking.body);
    post(app, &path(award), cookie, &[("csrf", &csrf(&asking))]).await
}

/// What stands between two marks of a page.
fn between<'a>(page: &'a Answer, before: &str, after: &str) -> &'a str {
    let (_, rest) = page.body.split_once(before).unwrap_or_else(|| panic!("no {before} in {}", page.body));
    rest.split(after).next().unwrap()
}

fn shown_code(page: &Answer) -> String {
    between(page, "id=\"tx-code\">", "<").to_owned()
}

/// The path of the offer that the deep link on the page names.
fn offer_path(page: &Answer) -> String {
    let link = between(page, "id=\"deep\" value=\"", "\"");
    let query = link.strip_prefix("openid-credential-offer://?").unwrap();
    let (_, uri) = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "credential_offer_uri").unwrap();
    uri.strip_prefix(super::ORIGIN).unwrap().to_owned()
}

/// What a wallet makes of the page: the offer that the link serves, with the code that was told.
pub(super) async fn read(app: &App, page: &Answer) -> Value {
    json!({"credential_offer": app.get(&offer_path(page)).await.json(), "tx_code": shown_code(page)})
}

async fn an_offer_made_at_the_desk_is_collected_with_its_link_and_code(on: On) {
    let app = App::new(on).await;
    let award = open_award(&app).await;
    let cookie = staff(&app).await;
    let list = page(&app, &format!("/{SLUG}/desk"), &cookie).await;
    assert!(list.body.contains(&path(&award)), "the list leads to the offer");
    let asking = page(&app, &path(&award), &cookie).await;
    assert!(asking.body.contains("Samira de Vries") && asking.body.contains("22\u{a0}december\u{a0}2026"), "{}", asking.body);
    assert!(!asking.body.contains("id=\"withdraws\""), "nothing is open yet");
    let made = press(&app, &award, &cookie).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    assert_eq!(made.headers["cache-control"], "no-store");
    let wallet = between(&made, "id=\"link\" value=\"", "\"");
    assert!(wallet.starts_with("http://localhost:8080/credential-offer?credential_offer_uri=http"), "{wallet}");
    assert!(made.body.contains("<svg class=\"qr\""));
    let offer = read(&app, &made).await;
    let grant = &offer["credential_offer"]["grants"][PRE_AUTHORIZED];
    assert_eq!(grant["tx_code"]["length"], 6);
    let code = grant["pre-authorized_code"].as_str().unwrap();
    let guess = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code), ("tx_code", "x")];
    assert_eq!(app.form("/token", &guess).await.error(), error(400, "invalid_grant"));
    app.collect(&offer, &SigningKey::generate(Algorithm::Es256).unwrap()).await;
    assert_eq!(app.issued().await, 1);
}

async fn the_code_is_shown_once_and_audited_as_the_staffs_deed(on: On) {
    let app = App::new(on).await;
    let award = open_award(&app).await;
    let cookie = staff(&app).await;
    let made = press(&app, &award, &cookie).await;
    let code = shown_code(&made);
    assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
    for shown in [path(&award), format!("/{SLUG}/desk")] {
        assert!(!page(&app, &shown, &cookie).await.body.contains(&code), "{shown}");
    }
    let id = offer_path(&made).rsplit('/').next().unwrap().to_owned();
    let trail = app.issuer.store().read().await.unwrap().audit_of("offer", &id).await.unwrap();
    let deeds: Vec<_> = trail.iter().map(|row| (row.actor_kind.as_str(), row.action.as_str(), row.outcome.as_str())).collect();
    assert_eq!(deeds, [("staff", "offer.made", "done")]);
}

async fn a_new_offer_withdraws_the_one_before_and_the_page_says_so(on: On) {
    let app = App::new(on).await;
    let (award, by_api) = app.offered().await;
    let cookie = staff(&app).await;
    assert!(page(&app, &path(&award), &cookie).await.body.contains("id=\"withdraws\""));
    let first = press(&app, &award, &cookie).await;
    let by_api = format!("/{SLUG}/offers/{}", by_api["id"].as_str().unwrap());
    assert_eq!(app.get(&by_api).await.error(), error(410, "offer_gone"));
    let second = press(&app, &award, &cookie).await;
    assert_ne!(offer_path(&first), offer_path(&second));
    assert_eq!(app.get(&offer_path(&first)).await.error(), error(410, "offer_gone"));
    let id = offer_path(&second).rsplit('/').next().unwrap().to_owned();
    assert_eq!(app.api(Method::GET, &format!("/api/v1/offers/{id}"), Some(KEY), None).await.text("/state"), "made");
}

async fn an_offer_on_its_way_to_a_connected_wallet_is_withdrawn_too(on: On) {
    let app = App::new(on).await;
    let token = delivery_token(&app).await;
    let body = json!({"delivery_endpoint": "http://localhost:8080/api/v1/deliveries", "delivery_key": "k".repeat(22)});
    let connected = app.api(Method::PUT, &format!("/api/v1/connections/{}", "c".repeat(22)), Some(&token), Some(&body)).await;
    assert_eq!(connected.status, StatusCode::CREATED, "{}", connected.body);
    let award = open_award(&app).await;
    let delivered = app.issuer.store().read().await.unwrap().open_offer(&AwardId::new(&award), app.now()).await.unwrap().unwrap();
    let cookie = staff(&app).await;
    assert!(page(&app, &path(&award), &cookie).await.body.contains("verbonden wallet van de student"));
    assert_eq!(press(&app, &award, &cookie).await.status, StatusCode::OK);
    assert_eq!(app.get(&format!("/{SLUG}/offers/{}", delivered.id)).await.error(), error(410, "offer_gone"));
}

async fn what_was_collected_is_not_offered_again(on: On) {
    let app = App::new(on).await;
    let award = open_award(&app).await;
    let cookie = staff(&app).await;
    let asking = page(&app, &path(&award), &cookie).await;
    let made = press(&app, &award, &cookie).await;
    app.collect(&read(&app, &made).await, &SigningKey::generate(Algorithm::Es256).unwrap()).await;
    // The form was open on another screen meanwhile.
    let pressed = post(&app, &path(&award), &cookie, &[("csrf", &csrf(&asking))]).await;
    for refused in [pressed, page(&app, &path(&award), &cookie).await] {
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert!(refused.body.contains("data-error=\"award_issued\""), "{}", refused.body);
        assert!(refused.body.contains(&format!("/{SLUG}/desk/credentials/")), "leads to what was issued");
    }
    assert!(!page(&app, &format!("/{SLUG}/desk?view=issued"), &cookie).await.body.contains(&path(&award)));
    assert_eq!(app.rows("offer.made", "done").await, 1);
}

async fn what_is_parked_or_withdrawn_is_not_offered(on: On) {
    let app = App::new(on).await;
    let mut body = microcredential();
    body["learner"] = json!({"given_name": "Jens", "family_name": "Aydın"});
    let parked = app.award(&body).await.text("/id");
    let cookie = staff(&app).await;
    let refused = page(&app, &path(&parked), &cookie).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("data-error=\"award_parked\"") && refused.body.contains("eduID nog niet"), "{}", refused.body);
    assert!(!page(&app, &format!("/{SLUG}/desk"), &cookie).await.body.contains(&path(&parked)));
    // A token of the session from another form: the state is checked again when the button is pressed.
    body = microcredential();
    body["reference"] = json!("result-2");
    let award = app.award(&body).await.text("/id");
    let token = csrf(&page(&app, &path(&award), &cookie).await);
    let pressed = post(&app, &path(&parked), &cookie, &[("csrf", &token)]).await;
    assert_eq!(pressed.status, StatusCode::CONFLICT);
    body["result"] = json!({"type": "1-10", "value": "4", "passed": false});
    let corrected = app.api(Method::PUT, &format!("/api/v1/awards/{award}"), Some(KEY), Some(&body)).await;
    assert_eq!(corrected.status, StatusCode::OK, "{}", corrected.body);
    let refused = post(&app, &path(&award), &cookie, &[("csrf", &token)]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("data-error=\"award_withdrawn\""), "{}", refused.body);
    assert_eq!(app.rows("offer.made", "done").await, 0);
}

async fn an_offer_is_made_only_from_our_own_page(on: On) {
    let app = App::new(on).await;
    let award = open_award(&app).await;
    let cookie = staff(&app).await;
    let token = csrf(&page(&app, &path(&award), &cookie).await);
    let foreign = request(Method::POST, &path(&award), None).header("cookie", &cookie).header("origin", "https://evil.example");
    let form = openid4vc::form::encode([("csrf", token.as_str())]);
    let foreign = foreign.header("content-type", "application/x-www-form-urlencoded").body(Body::from(form)).unwrap();
    assert_eq!(app.send(foreign).await.status, StatusCode::FORBIDDEN);
    assert_eq!(post(&app, &path(&award), &cookie, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(post(&app, &path(&award), &cookie, &[("csrf", "stale")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(post(&app, &path(&award), &cookie, &[("csrf", &token), ("tx_code", "no")]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(post(&app, &path(&award), "ew_issuer_8081=none", &[("csrf", &token)]).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(app.get(&path(&award)).await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.rows("offer.made", "done").await, 0);
}

async fn awards_of_another_institution_are_not_there(on: On) {
    let app = App::new(on).await;
    let own = open_award(&app).await;
    let cookie = staff(&app).await;
    let token = csrf(&page(&app, &path(&own), &cookie).await);
    let mut body = microcredential();
    body["template"] = json!("zorgtechnologie");
    let request = request(Method::POST, "/roc-voorbeeld/api/v1/awards", Some(OTHER_KEY)).header("content-type", "application/json");
    let theirs = app.send(request.body(Body::from(body.to_string())).unwrap()).await.text("/id");
    for award in [theirs.as_str(), "unknown"] {
        assert_eq!(page(&app, &path(award), &cookie).await.status, StatusCode::NOT_FOUND, "{award}");
        assert_eq!(post(&app, &path(award), &cookie, &[("csrf", &token)]).await.status, StatusCode::NOT_FOUND, "{award}");
    }
    // Staff of one institution is nobody at another.
    let there = format!("/roc-voorbeeld/desk/awards/{theirs}/offer");
    assert_eq!(page(&app, &there, &cookie).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.rows("offer.made", "done").await, 0);
}

async fn an_offer_that_waits_for_its_decision_is_shown(on: On) {
    let app = App::new(on).await;
    let mut body = microcredential();
    body["learner"].as_object_mut().unwrap().remove("eduid");
    let award = app.award(&body).await.text("/id");
    let cookie = staff(&app).await;
    let desk = format!("/{SLUG}/desk");
    let list = || page(&app, &desk, &cookie);
    let waits = "Het bewijs is op te halen zodra dit is opgelost.";
    assert!(!list().await.body.contains(waits));
    assert_eq!(app.offer(&json!({"award": award, "deferred": true})).await.status, StatusCode::CREATED);
    assert!(list().await.body.contains(waits));
}
