//! Rows D1 to D4: credentials that are fetched later, once the award is decided (OpenID4VCI section 9).

use axum::http::{Method, StatusCode};
use futures_util::future::join_all;
use serde_json::{Value, json};
use vc::key::{Algorithm, SigningKey};
use vc::sd_jwt::SdJwt;

use super::batches::texts;
use super::encrypted::Asked;
use super::{Answer, App, KEY, On, PRE_AUTHORIZED, SLUG, code, error, microcredential, on_each_database, tx_code, wanted};

on_each_database! {
    vci_9_a_deferred_offer_is_fetched_from_two_seconds_on,
    a_parked_award_is_fetched_once_it_is_decided,
    a_decision_against_it_is_final,
    what_ends_a_wait,
    row_d1_a_made_up_transaction,
    row_d2_a_used_transaction,
    row_d3_a_transaction_of_another_learner,
    row_d4_asking_too_often,
    the_same_keys_wait_for_the_same_transaction,
    copies_are_fetched_together,
    each_form_waits_by_itself,
    vci_9_1_encryption_is_asked_for_anew,
    one_transaction_is_fetched_once,
    a_waiting_wallet_keeps_its_token_when_the_link_is_opened_again,
    a_transaction_is_kept_by_hash_and_its_keys_are_sealed,
    a_wait_outlives_the_offer,
}

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

/// An award that is parked: nobody knows the learner yet.
fn parked() -> Value {
    let mut body = microcredential();
    body["learner"].as_object_mut().unwrap().remove("eduid");
    body
}

impl App {
    /// An award with a deferred offer: the award's id and the API's answer about the offer.
    async fn deferred(&self, body: &Value) -> (String, Value) {
        let award = self.award(body).await.text("/id");
        let offer = self.offer(&json!({"award": award, "deferred": true})).await;
        assert_eq!(offer.status, StatusCode::CREATED, "{}", offer.body);
        (award, offer.json())
    }

    /// A wallet that was put off: its token and its transaction.
    async fn put_off(&self, offer: &Value, holder: &SigningKey) -> (String, String) {
        let token = self.token(offer).await;
        let answer = self.credential(Some(&token), &wanted(&self.proof(holder).await)).await;
        assert_eq!((answer.status, answer.json()["interval"].as_u64()), (StatusCode::ACCEPTED, Some(2)), "{}", answer.body);
        let id = answer.text("/transaction_id");
        assert_eq!(answer.json().as_object().unwrap().len(), 2);
        (token, id)
    }

    async fn fetch(&self, token: &str, id: &str) -> Answer {
        self.api(Method::POST, "/deferred-credential", Some(token), Some(&json!({"transaction_id": id}))).await
    }

    async fn correct(&self, award: &str, body: &Value) {
        let answer = self.api(Method::PUT, &format!("/api/v1/awards/{award}"), Some(KEY), Some(body)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    }

    async fn fresh_token(&self, offer: &Value) -> String {
        let path = format!("/{SLUG}/offers/{}", offer["id"].as_str().unwrap());
        self.token(&json!({"credential_offer": self.get(&path).await.json(), "tx_code": offer["tx_code"]})).await
    }
}

async fn vci_9_a_deferred_offer_is_fetched_from_two_seconds_on(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.deferred(&microcredential()).await;
    let (holder, began) = (key(), app.now());
    let (token, id) = app.put_off(&offer, &holder).await;
    assert_eq!(app.issued().await, 0);
    let state = app.api(Method::GET, &format!("/api/v1/offers/{}", offer["id"].as_str().unwrap()), Some(KEY), None).await;
    assert_eq!((state.text("/state"), state.json()["deferred"].as_bool()), ("claimed".to_owned(), Some(true)));
    // Too early: the same transaction, and no notification id. The clock runs, and a busy machine may be late.
    let early = app.fetch(&token, &id).await;
    if app.now() < began.plus_seconds(2) {
        assert_eq!((early.status, early.json()), (StatusCode::ACCEPTED, json!({"transaction_id": id, "interval": 2})));
    }
    app.clock.advance_seconds(2);
    let answer = if early.status == StatusCode::OK { early } else { app.fetch(&token, &id).await };
    assert_eq!((answer.status, &answer.headers["cache-control"]), (StatusCode::OK, &"no-store".parse().unwrap()), "{}", answer.body);
    let credential = SdJwt::parse(&answer.text("/credentials/0/credential")).unwrap();
    assert_eq!(credential.disclosed_claims()["cnf"]["jwk"]["x"], holder.public_jwk().unwrap().to_value()["x"]);
    assert_eq!(app.issued().await, 1);
    let told = json!({"notification_id": answer.text("/notification_id"), "event": "credential_accepted"});
    assert_eq!(app.api(Method::POST, "/notification", Some(&token), Some(&told)).await.status, StatusCode::NO_CONTENT);
    assert_eq!((app.rows("credential.deferred", "done").await, app.rows("credential.issued", "done").await), (1, 1));
    testkit::invariants::issuer(&mut app.look().await, "after a deferred credential").await;
}

async fn a_parked_award_is_fetched_once_it_is_decided(on: On) {
    let app = App::new(on).await;
    let award = app.award(&parked()).await.text("/id");
    assert_eq!(app.offer(&json!({"award": award})).await.error(), error(409, "award_parked"));
    let (award, offer) = app.deferred(&parked()).await;
    let holder = key();
    let (_, id) = app.put_off(&offer, &holder).await;
    for _ in 0..3 {
        app.clock.advance_seconds(86_400);
        let token = app.fresh_token(&offer).await;
        let answer = app.fetch(&token, &id).await;
        assert_eq!((answer.status, answer.json()), (StatusCode::ACCEPTED, json!({"transaction_id": id, "interval": 300})));
    }
    app.correct(&award, &microcredential()).await;
    let token = app.fresh_token(&offer).await;
    let answer = app.fetch(&token, &id).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(SdJwt::parse(&answer.text("/credentials/0/credential")).unwrap().disclosed_claims()["given_name"], "Samira");
    assert_eq!(app.issued().await, 1);
}

async fn a_decision_against_it_is_final(on: On) {
    let app = App::new(on).await;
    let (award, offer) = app.deferred(&microcredential()).await;
    let (token, id) = app.put_off(&offer, &key()).await;
    let mut failed = microcredential();
    failed["result"] = json!({"type": "1-10", "value": "4", "passed": false});
    app.correct(&award, &failed).await;
    app.clock.advance_seconds(2);
    for _ in 0..3 {
        assert_eq!(app.fetch(&token, &id).await.error(), error(400, "credential_request_denied"));
    }
    // Nor does it come back by the front door, and the trail has it once.
    let answer = app.credential(Some(&token), &wanted(&app.proof(&key()).await)).await;
    assert_eq!(answer.error(), error(400, "credential_request_denied"));
    assert_eq!((app.rows("credential.denied", "done").await, app.issued().await), (1, 0));
}

async fn what_ends_a_wait(on: On) {
    let app = App::new(on).await;
    let (award, offer) = app.deferred(&microcredential()).await;
    let (token, id) = app.put_off(&offer, &key()).await;
    // A newer offer takes this one's place.
    assert_eq!(app.offer(&json!({"award": award})).await.status, StatusCode::CREATED);
    app.clock.advance_seconds(2);
    assert_eq!(app.fetch(&token, &id).await.error(), error(400, "credential_request_denied"));
    assert_eq!(app.issued().await, 0);
}

async fn row_d1_a_made_up_transaction(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.deferred(&microcredential()).await;
    let (token, id) = app.put_off(&offer, &key()).await;
    app.clock.advance_seconds(2);
    let before = app.row_counts().await;
    for made_up in ["made-up", &id[1..], &id.to_lowercase(), ""] {
        assert_eq!(app.fetch(&token, made_up).await.error(), error(400, "invalid_transaction_id"), "{made_up}");
    }
    for body in [json!({}), json!({"transaction_id": 5}), json!([id])] {
        let answer = app.api(Method::POST, "/deferred-credential", Some(&token), Some(&body)).await;
        assert_eq!(answer.error(), error(400, "invalid_credential_request"), "{body}");
    }
    assert_eq!(app.api(Method::POST, "/deferred-credential", None, Some(&json!({"transaction_id": id}))).await.status, 401);
    assert_eq!(app.row_counts().await, before);
    assert_eq!(app.fetch(&token, &id).await.status, StatusCode::OK);
}

async fn row_d2_a_used_transaction(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.deferred(&microcredential()).await;
    let holder = key();
    let (token, id) = app.put_off(&offer, &holder).await;
    app.clock.advance_seconds(2);
    let first = app.fetch(&token, &id).await;
    let before = app.row_counts().await;
    assert_eq!(app.fetch(&token, &id).await.error(), error(400, "invalid_transaction_id"));
    assert_eq!((app.row_counts().await, app.issued().await), (before, 1));
    // A lost answer is healed at the credential endpoint, byte for byte.
    let healed = app.credential(Some(&token), &wanted(&app.proof(&holder).await)).await;
    assert_eq!((healed.status, healed.body), (StatusCode::OK, first.body));
    let other = app.credential(Some(&token), &wanted(&app.proof(&key()).await)).await;
    assert_eq!((other.error(), app.issued().await), (error(400, "credential_request_denied"), 1));
}

async fn row_d3_a_transaction_of_another_learner(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.deferred(&microcredential()).await;
    let (token, id) = app.put_off(&offer, &key()).await;
    let mut other = microcredential();
    other["reference"] = json!("another");
    other["learner"]["eduid"] = json!("another");
    let (_, foreign) = app.deferred(&other).await;
    let (foreign, _) = app.put_off(&foreign, &key()).await;
    app.clock.advance_seconds(2);
    let before = app.row_counts().await;
    let (unknown, stolen) = (app.fetch(&foreign, "made-up").await, app.fetch(&foreign, &id).await);
    assert_eq!(stolen.error(), error(400, "invalid_transaction_id"));
    assert_eq!(stolen.body, unknown.body);
    assert_eq!(app.row_counts().await, before);
    assert_eq!(app.fetch(&token, &id).await.status, StatusCode::OK);
}

async fn row_d4_asking_too_often(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.deferred(&parked()).await;
    let (token, id) = app.put_off(&offer, &key()).await;
    let before = app.row_counts().await;
    let mut answered = 0;
    let refused = loop {
        let answer = app.fetch(&token, &id).await;
        if answer.status != StatusCode::ACCEPTED {
            break answer;
        }
        assert_eq!(answer.text("/transaction_id"), id);
        answered += 1;
    };
    // Five, and one for every twelve seconds that a busy machine took.
    assert!((5..=8).contains(&answered), "{answered}");
    assert_eq!(refused.error(), error(429, "too_many"));
    assert!((1..=12).contains(&refused.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap()));
    assert_eq!(app.row_counts().await, before);
    app.clock.advance_seconds(12);
    let answer = app.fetch(&token, &id).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert!(answer.json()["interval"].as_u64().is_some_and(|interval| (12..60).contains(&interval)));
}

async fn the_same_keys_wait_for_the_same_transaction(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.deferred(&parked()).await;
    let holder = key();
    let (token, id) = app.put_off(&offer, &holder).await;
    let again = app.credential(Some(&token), &wanted(&app.proof(&holder).await)).await;
    assert_eq!((again.status, again.text("/transaction_id")), (StatusCode::ACCEPTED, id.clone()));
    let before = app.row_counts().await;
    let other = app.credential(Some(&token), &wanted(&app.proof(&key()).await)).await;
    assert_eq!(other.error(), error(400, "credential_request_denied"));
    assert_eq!((app.row_counts().await, before["deferred_transaction"]), (before.clone(), 1));
    // One nonce is used once here too.
    let proof = app.proof(&holder).await;
    assert_eq!(app.credential(Some(&token), &wanted(&proof)).await.status, StatusCode::ACCEPTED);
    assert_eq!(app.credential(Some(&token), &wanted(&proof)).await.error(), error(400, "invalid_nonce"));
}

async fn copies_are_fetched_together(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.deferred(&microcredential()).await;
    let (token, keys) = (app.token(&offer).await, [key(), key(), key()]);
    let put_off = app.batch(&token, "microcredential-sd-jwt", &keys).await;
    assert_eq!(put_off.status, StatusCode::ACCEPTED);
    app.clock.advance_seconds(2);
    let fetched = app.fetch(&token, &put_off.text("/transaction_id")).await;
    assert_eq!((texts(&fetched).len(), app.issued().await), (3, 3));
    assert_eq!(app.batch(&token, "microcredential-sd-jwt", &keys).await.body, fetched.body);
}

/// The other form is there days later, though the offer was issued by the first: with a token that was renewed.
async fn each_form_waits_by_itself(on: On) {
    let app = App::new(on).await;
    let award = app.award(&microcredential()).await.text("/id");
    let forms = ["microcredential-sd-jwt", "microcredential-open-badge"];
    let offer = app.offer(&json!({"award": award, "credential_configuration_ids": forms, "deferred": true})).await.json();
    let pairs = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(&offer)), ("tx_code", tx_code(&offer))];
    let granted = app.form("/token", &pairs).await;
    let token = granted.text("/access_token");
    let mut ids = Vec::new();
    for form in forms {
        ids.push(app.form_of(&token, form, &key()).await.text("/transaction_id"));
    }
    assert_ne!(ids[0], ids[1]);
    app.clock.advance_seconds(2);
    assert!(app.fetch(&token, &ids[0]).await.json()["credentials"][0]["credential"].is_string());
    app.clock.advance_seconds(3 * 86_400);
    assert_eq!(app.fetch(&token, &ids[1]).await.error(), error(401, "invalid_token"));
    let refresh = granted.text("/refresh_token");
    let renewed = app.form("/token", &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).await;
    assert_eq!(renewed.status, StatusCode::OK, "{}", renewed.body);
    let answer = app.fetch(&renewed.text("/access_token"), &ids[1]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert!(answer.json()["credentials"][0]["credential"].is_object());
    assert_eq!(app.issued().await, 2);
}

async fn vci_9_1_encryption_is_asked_for_anew(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.deferred(&microcredential()).await;
    let token = app.token(&offer).await;
    let (first, second) = (Asked::new(), Asked::new());
    let mut body = wanted(&app.proof(&key()).await);
    body["credential_response_encryption"] = first.parameters.to_value();
    let put_off = app.encrypted("/credential", &token, &body).await;
    assert_eq!(put_off.status, StatusCode::ACCEPTED);
    let id = first.open(&put_off).transaction_id.unwrap();
    app.clock.advance_seconds(2);
    let body = json!({"transaction_id": id, "credential_response_encryption": second.parameters.to_value()});
    // An encrypted answer is asked for by an encrypted request here too.
    let plain = app.api(Method::POST, "/deferred-credential", Some(&token), Some(&body)).await;
    assert_eq!((plain.error(), app.issued().await), (error(400, "invalid_encryption_parameters"), 0));
    let answer = app.encrypted("/deferred-credential", &token, &body).await;
    assert_eq!(second.open(&answer).credentials.unwrap().len(), 1);
    let used = app.encrypted("/deferred-credential", &token, &body).await;
    assert_eq!(used.error(), error(400, "invalid_transaction_id"));
}

async fn one_transaction_is_fetched_once(on: On) {
    let app = App::new(on).await;
    let other = app.beside(|_| {}).await;
    let (_, offer) = app.deferred(&microcredential()).await;
    let (token, id) = app.put_off(&offer, &key()).await;
    app.clock.advance_seconds(2);
    let second = App { router: other.router(), ..App::new(On::Sqlite).await };
    let answers = join_all((0..8).map(|number| if number % 2 == 0 { &app } else { &second }.fetch(&token, &id))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == StatusCode::OK).count(), 1);
    for lost in answers.iter().filter(|answer| answer.status != StatusCode::OK) {
        assert_eq!(lost.error(), error(400, "invalid_transaction_id"));
    }
    assert_eq!((app.issued().await, app.rows("credential.issued", "done").await), (1, 1));
    testkit::invariants::issuer(&mut app.look().await, "after a race for a transaction").await;
}

async fn a_waiting_wallet_keeps_its_token_when_the_link_is_opened_again(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.deferred(&microcredential()).await;
    let (token, id) = app.put_off(&offer, &key()).await;
    app.fresh_token(&offer).await;
    app.clock.advance_seconds(2);
    assert_eq!(app.fetch(&token, &id).await.status, StatusCode::OK);
}

async fn a_transaction_is_kept_by_hash_and_its_keys_are_sealed(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.deferred(&microcredential()).await;
    let holder = key();
    let (token, id) = app.put_off(&offer, &holder).await;
    let mut rows = app.look().await;
    let sealed = rows.blobs("SELECT keys FROM deferred_transaction").await.remove(0);
    let x = holder.public_jwk().unwrap().to_value()["x"].as_str().unwrap().to_owned();
    assert!(!sealed.windows(x.len()).any(|window| window == x.as_bytes()));
    assert_eq!(rows.blobs("SELECT hash FROM deferred_transaction").await, [storage::hash_token(&id)]);
    app.clock.advance_seconds(2);
    assert_eq!(app.fetch(&token, &id).await.status, StatusCode::OK);
    assert_eq!(rows.count("SELECT COUNT(*) FROM deferred_transaction WHERE keys IS NULL AND state = 'fetched'").await, 1);
}

async fn a_wait_outlives_the_offer(on: On) {
    let app = App::new(on).await;
    let (award, offer) = app.deferred(&parked()).await;
    let (_, id) = app.put_off(&offer, &key()).await;
    app.clock.advance_seconds(45 * 86_400);
    app.correct(&award, &microcredential()).await;
    let token = app.fresh_token(&offer).await;
    assert_eq!(app.fetch(&token, &id).await.status, StatusCode::OK);
    // Not for ever: ninety days after it began, nobody waits any more.
    let mut body = parked();
    body["reference"] = json!("another");
    let (_, offer) = app.deferred(&body).await;
    app.put_off(&offer, &key()).await;
    app.clock.advance_seconds(91 * 86_400);
    let path = format!("/{SLUG}/offers/{}", offer["id"].as_str().unwrap());
    assert_eq!(app.get(&path).await.error(), error(410, "offer_gone"));
}
