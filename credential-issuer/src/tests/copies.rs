//! More copies of what was collected, with new keys under a refreshed token (decision 0023): each asking once, within limits.

use std::collections::HashSet;

use axum::http::{Method, Request, StatusCode};
use futures_util::future::join_all;
use serde_json::{Map, Value, json};
use vc::key::SigningKey;
use vc::sd_jwt::SdJwt;

use super::authorizations::{allowed, signed_in_with, token};
use super::batches::{keys, texts};
use super::dpop::Prover;
use super::refreshing::{granted, refreshed};
use super::{Answer, App, EDUID, KEY, On, PRE_AUTHORIZED, SLUG, code, enrolment, error, microcredential, on_each_database, tx_code};

on_each_database! {
    a_refreshed_token_gets_more_copies_for_new_keys,
    all_copies_are_withdrawn_together_and_none_follow,
    a_lost_answer_of_a_later_asking_is_healed,
    each_asking_is_told_of_by_itself,
    no_more_are_out_than_the_institution_allows,
    copies_end_when_what_they_copy_ends,
    many_at_once_get_their_own_and_no_more_than_allowed,
    one_set_of_keys_at_two_servers_is_one_asking,
    another_form_is_asked_for_later,
    a_deferred_offer_gives_more_once_it_was_fetched,
}

const FORM: &str = "microcredential-sd-jwt";

/// A wallet with a grant and its latest tokens.
struct Wallet {
    prover: Prover,
    access: String,
    refresh: String,
}

impl Wallet {
    /// That signed its learner in, and has its first token.
    async fn signed_in(app: &App) -> Self {
        let prover = Prover::new();
        let given = granted(app, &prover).await;
        Self { access: given.text("/access_token"), refresh: given.text("/refresh_token"), prover }
    }

    async fn refresh(&mut self, app: &App) {
        let given = refreshed(app, &self.prover, &self.refresh).await;
        assert_eq!(given.status, StatusCode::OK, "{}", given.body);
        (self.access, self.refresh) = (given.text("/access_token"), given.text("/refresh_token"));
    }

    async fn asks(&self, app: &App, form: &str, keys: &[SigningKey]) -> Answer {
        let body = json!({"credential_configuration_id": form, "proofs": {"jwt": app.proofs(keys).await}});
        self.prover.credential(app, &self.access, &body).await
    }

    async fn tells(&self, app: &App, id: &str) -> Answer {
        let (name, proof) = self.prover.proof(app, "POST", "/notification", Some(&self.access)).await;
        let request = Request::builder().method(Method::POST).uri(format!("/{SLUG}/notification")).header("host", "localhost:8081");
        let request = request.header("authorization", format!("DPoP {}", self.access)).header(name, proof);
        let told = json!({"notification_id": id, "event": "credential_accepted"});
        app.send(request.header("content-type", "application/json").body(told.to_string().into()).unwrap()).await
    }
}

/// What a copy says beside its key, its place and its times.
fn said(text: &str) -> Map<String, Value> {
    let mut claims = SdJwt::parse(text).unwrap().disclosed_claims().clone();
    for own in ["cnf", "status"] {
        assert!(claims.remove(own).is_some());
    }
    for time in ["iat", "nbf", "exp"] {
        claims.remove(time);
    }
    claims
}

fn place(text: &str) -> String {
    SdJwt::parse(text).unwrap().disclosed_claims()["status"].to_string()
}

fn denied() -> (u16, String) {
    error(400, "credential_request_denied")
}

/// Rows but for proofs and nonces that were used.
async fn rows(app: &App) -> std::collections::BTreeMap<String, i64> {
    let mut counts = app.row_counts().await;
    counts.remove("spent");
    counts
}

async fn a_refreshed_token_gets_more_copies_for_new_keys(on: On) {
    let app = App::new(on).await;
    let mut wallet = Wallet::signed_in(&app).await;
    let (first_keys, next_keys) = (keys(3), keys(4));
    let first = wallet.asks(&app, FORM, &first_keys).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    // Not by the token that collected them: other keys are another wallet's as far as anybody knows.
    let before = rows(&app).await;
    assert_eq!(wallet.asks(&app, FORM, &next_keys).await.error(), denied());
    assert_eq!(rows(&app).await, before);
    for days in [0, 20] {
        app.clock.advance_seconds(days * 86_400);
        wallet.refresh(&app).await;
        let keys = if days == 0 { next_keys.as_slice() } else { &keys(2) };
        let more = wallet.asks(&app, FORM, keys).await;
        assert_eq!((more.status, texts(&more).len()), (StatusCode::OK, keys.len()), "{}", more.body);
        for text in texts(&more) {
            assert_eq!(said(&text), said(&texts(&first)[0]));
        }
        let bound: HashSet<String> =
            texts(&more).iter().map(|text| SdJwt::parse(text).unwrap().disclosed_claims()["cnf"]["jwk"]["x"].to_string()).collect();
        assert_eq!(bound, keys.iter().map(|key| key.public_jwk().unwrap().to_value()["x"].to_string()).collect());
        assert!(texts(&more).iter().all(|text| !texts(&first).iter().any(|other| place(other) == place(text))));
        // Some of these keys with others are nobody's: which copies would that wallet have?
        let before = rows(&app).await;
        for mixed in [&keys[..1], &[&keys[..1], &super::batches::keys(1)[..]].concat(), &[&first_keys[..], keys].concat()] {
            assert_eq!(wallet.asks(&app, FORM, mixed).await.error(), denied());
        }
        assert_eq!(rows(&app).await, before);
    }
    assert_eq!((app.issued().await, app.rows("credential.issued", "done").await), (9, 9));
    assert_eq!(app.count("SELECT COUNT(DISTINCT round) FROM issued_credential").await, 3);
    assert_eq!(app.count("SELECT COUNT(*) FROM offer").await, 1);
    testkit::invariants::issuer(&mut app.look().await, "after more copies").await;
}

async fn all_copies_are_withdrawn_together_and_none_follow(on: On) {
    let app = App::new(on).await;
    let mut wallet = Wallet::signed_in(&app).await;
    assert_eq!(wallet.asks(&app, FORM, &keys(2)).await.status, StatusCode::OK);
    wallet.refresh(&app).await;
    assert_eq!(wallet.asks(&app, FORM, &keys(3)).await.status, StatusCode::OK);
    let list = app.api(Method::GET, "/api/v1/credentials", Some(KEY), None).await.json();
    let id = list["items"][0]["id"].as_str().unwrap();
    let path = format!("/api/v1/credentials/{id}/status");
    for (status, counted) in [("suspended", 5), ("revoked", 5)] {
        let told = json!({"status": status, "reason": "nagekeken"});
        assert_eq!(app.api(Method::POST, &path, Some(KEY), Some(&told)).await.status, StatusCode::OK);
        assert_eq!(app.rows("credential.status", status).await, counted);
        wallet.refresh(&app).await;
        let before = rows(&app).await;
        assert_eq!(wallet.asks(&app, FORM, &keys(1)).await.error(), denied());
        assert_eq!(rows(&app).await, before);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM issued_credential WHERE status = 'revoked'").await, 5);
}

async fn a_lost_answer_of_a_later_asking_is_healed(on: On) {
    let app = App::new(on).await;
    let mut wallet = Wallet::signed_in(&app).await;
    assert_eq!(wallet.asks(&app, FORM, &keys(1)).await.status, StatusCode::OK);
    app.clock.advance_seconds(2 * 86_400);
    wallet.refresh(&app).await;
    let mut keys = keys(3);
    let more = wallet.asks(&app, FORM, &keys).await;
    assert_eq!(more.status, StatusCode::OK, "{}", more.body);
    let before = rows(&app).await;
    keys.reverse();
    assert_eq!(wallet.asks(&app, FORM, &keys).await.body, more.body);
    let before_access = rows(&app).await;
    assert_eq!(before_access, before);
    app.clock.advance_seconds(86_000);
    wallet.refresh(&app).await;
    assert_eq!(wallet.asks(&app, FORM, &keys).await.body, more.body);
    // For a day, each asking from its own moment.
    app.clock.advance_seconds(500);
    assert_eq!(wallet.asks(&app, FORM, &keys).await.error(), denied());
    assert_eq!(app.issued().await, 4);
}

async fn each_asking_is_told_of_by_itself(on: On) {
    let app = App::new(on).await;
    let mut wallet = Wallet::signed_in(&app).await;
    let first = wallet.asks(&app, FORM, &keys(1)).await.text("/notification_id");
    wallet.refresh(&app).await;
    let later = keys(2);
    let second = wallet.asks(&app, FORM, &later).await.text("/notification_id");
    assert_ne!(first, second);
    for _ in 0..2 {
        assert_eq!(wallet.tells(&app, &second).await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM form_notification").await, 1);
    // What was told of is erased, and the other is not.
    assert_eq!(wallet.asks(&app, FORM, &later).await.error(), denied());
    assert_eq!(app.count("SELECT COUNT(*) FROM issued_credential WHERE body IS NULL").await, 2);
    assert_eq!(wallet.tells(&app, &first).await.status, StatusCode::NO_CONTENT);
    assert_eq!(app.count("SELECT COUNT(*) FROM form_notification").await, 2);
    assert_eq!(wallet.tells(&app, "made-up").await.error(), error(400, "invalid_notification_id"));
    // That all is well with what it has keeps nobody from asking for more.
    assert_eq!(wallet.asks(&app, FORM, &keys(1)).await.status, StatusCode::OK);
}

async fn no_more_are_out_than_the_institution_allows(on: On) {
    let app = App::issuing(on, |issuing| issuing.live_copies = 5).await;
    let mut wallet = Wallet::signed_in(&app).await;
    assert_eq!(wallet.asks(&app, FORM, &keys(3)).await.status, StatusCode::OK);
    wallet.refresh(&app).await;
    let before = rows(&app).await;
    assert_eq!(wallet.asks(&app, FORM, &keys(3)).await.error(), denied());
    assert_eq!(wallet.asks(&app, FORM, &keys(11)).await.error(), error(400, "invalid_credential_request"));
    assert_eq!(rows(&app).await, before);
    assert_eq!(wallet.asks(&app, FORM, &keys(2)).await.status, StatusCode::OK);
    assert_eq!(wallet.asks(&app, FORM, &keys(1)).await.error(), denied());
    assert_eq!(app.issued().await, 5);
}

/// A proof of enrolment says as of when: more copies of it end when the first ones do, and then there is nothing to copy.
async fn copies_end_when_what_they_copy_ends(on: On) {
    let app = App::new(on).await;
    app.award(&enrolment()).await;
    let prover = Prover::new();
    let waiting = signed_in_with(&app, &[("scope", "enrolment")], &[], EDUID).await;
    let code = allowed(&app, &waiting).await;
    let given = token(&app, &code, &waiting.verifier, &[prover.proof(&app, "POST", "/token", None).await]).await;
    let mut wallet = Wallet { access: given.text("/access_token"), refresh: given.text("/refresh_token"), prover };
    let first = wallet.asks(&app, "enrolment-sd-jwt", &keys(2)).await;
    let ends = |answer: &Answer| SdJwt::parse(&texts(answer)[0]).unwrap().disclosed_claims()["exp"].as_i64().unwrap();
    let end = ends(&first);
    while app.now().seconds() < end {
        wallet.refresh(&app).await;
        let more = wallet.asks(&app, "enrolment-sd-jwt", &keys(1)).await;
        assert_eq!((more.status, ends(&more)), (StatusCode::OK, end));
        assert_eq!(said(&texts(&more)[0]), said(&texts(&first)[0]));
        app.clock.advance_seconds(25 * 86_400);
    }
    wallet.refresh(&app).await;
    let before = rows(&app).await;
    assert_eq!(wallet.asks(&app, "enrolment-sd-jwt", &keys(1)).await.error(), denied());
    assert_eq!(rows(&app).await, before);
}

async fn many_at_once_get_their_own_and_no_more_than_allowed(on: On) {
    let app = App::issuing(on, |issuing| issuing.live_copies = 4).await;
    let other =
        App { router: app.beside(|config| config.institutions[0].issuing.live_copies = 4).await.router(), ..App::new(On::Sqlite).await };
    let mut wallet = Wallet::signed_in(&app).await;
    assert_eq!(wallet.asks(&app, FORM, &keys(1)).await.status, StatusCode::OK);
    wallet.refresh(&app).await;
    let mut requests = Vec::new();
    for _ in 0..8 {
        let body = json!({"credential_configuration_id": FORM, "proofs": {"jwt": app.proofs(&keys(1)).await}});
        requests.push((wallet.prover.proof(&app, "POST", "/credential", Some(&wallet.access)).await, body));
    }
    let answers = join_all(requests.iter().enumerate().map(|(at, ((name, proof), body))| {
        let app = if at % 2 == 0 { &app } else { &other };
        let request = Request::builder().method(Method::POST).uri(format!("/{SLUG}/credential")).header("host", "localhost:8081");
        let request = request.header("authorization", format!("DPoP {}", wallet.access)).header(*name, proof);
        app.send(request.header("content-type", "application/json").body(body.to_string().into()).unwrap())
    }))
    .await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == StatusCode::OK);
    assert_eq!(won.len(), 3);
    assert!(lost.iter().all(|answer| answer.error() == denied()));
    assert_eq!((app.issued().await, app.count("SELECT COUNT(DISTINCT round) FROM issued_credential").await), (4, 4));
    testkit::invariants::issuer(&mut app.look().await, "after a race for more copies").await;
}

async fn one_set_of_keys_at_two_servers_is_one_asking(on: On) {
    let app = App::new(on).await;
    let other = App { router: app.beside(|_| {}).await.router(), ..App::new(On::Sqlite).await };
    let mut wallet = Wallet::signed_in(&app).await;
    assert_eq!(wallet.asks(&app, FORM, &keys(1)).await.status, StatusCode::OK);
    wallet.refresh(&app).await;
    let keys = keys(2);
    let mut requests = Vec::new();
    for _ in 0..6 {
        let body = json!({"credential_configuration_id": FORM, "proofs": {"jwt": app.proofs(&keys).await}});
        requests.push((wallet.prover.proof(&app, "POST", "/credential", Some(&wallet.access)).await, body));
    }
    let answers = join_all(requests.iter().enumerate().map(|(at, ((name, proof), body))| {
        let app = if at % 2 == 0 { &app } else { &other };
        let request = Request::builder().method(Method::POST).uri(format!("/{SLUG}/credential")).header("host", "localhost:8081");
        let request = request.header("authorization", format!("DPoP {}", wallet.access)).header(*name, proof);
        app.send(request.header("content-type", "application/json").body(body.to_string().into()).unwrap())
    }))
    .await;
    let bodies: HashSet<&str> = answers.iter().map(|answer| answer.body.as_str()).collect();
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK), "{bodies:?}");
    assert_eq!((bodies.len(), app.issued().await), (1, 3));
    testkit::invariants::issuer(&mut app.look().await, "after a race with the same keys").await;
}

async fn another_form_is_asked_for_later(on: On) {
    let app = App::new(on).await;
    let mut wallet = Wallet::signed_in(&app).await;
    assert_eq!(wallet.asks(&app, FORM, &keys(1)).await.status, StatusCode::OK);
    app.clock.advance_seconds(10 * 86_400);
    wallet.refresh(&app).await;
    let keys = keys(1);
    let badge = wallet.asks(&app, "microcredential-open-badge", &keys).await;
    assert_eq!(badge.status, StatusCode::OK, "{}", badge.body);
    assert_eq!(wallet.asks(&app, "microcredential-open-badge", &keys).await.body, badge.body);
    testkit::invariants::issuer(&mut app.look().await, "after another form").await;
}

async fn a_deferred_offer_gives_more_once_it_was_fetched(on: On) {
    let app = App::new(on).await;
    let award = app.award(&microcredential()).await.text("/id");
    let offer = app.offer(&json!({"award": award, "deferred": true})).await.json();
    let pairs = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(&offer)), ("tx_code", tx_code(&offer))];
    let given = app.form("/token", &pairs).await;
    let refresh = given.text("/refresh_token");
    let renewed = app.form("/token", &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).await;
    let access = renewed.text("/access_token");
    let waiting = app.batch(&access, FORM, &keys(1)).await;
    // As long as one waits there is nothing to have more of.
    assert_eq!(app.batch(&access, FORM, &keys(1)).await.error(), denied());
    app.clock.advance_seconds(2);
    let body = json!({"transaction_id": waiting.text("/transaction_id")});
    assert_eq!(app.api(Method::POST, "/deferred-credential", Some(&access), Some(&body)).await.status, StatusCode::OK);
    let more = app.batch(&access, FORM, &keys(2)).await;
    assert_eq!((more.status, app.issued().await), (StatusCode::OK, 3), "{}", more.body);
    testkit::invariants::issuer(&mut app.look().await, "after more copies of a deferred credential").await;
}
