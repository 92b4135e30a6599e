//! Sections 9 to 11 and 13: deferred credentials, encryption, notifications, tokens.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::super::dpop::Prover;
use super::super::encrypted::Asked;
use super::super::{Answer, App, On, error, on_each_database, wanted};
use super::{collecting, fetches, given, key, posts, put_off};

on_each_database! {
    vci_8_3_what_takes_longer_is_202_with_transaction_and_interval,
    vci_9_a_transaction_needs_a_token_for_it,
    vci_9_1_a_transaction_ends_when_it_was_fetched,
    vci_9_1_a_plain_request_is_json,
    vci_9_1_unrecognized_parameters_do_not_matter,
    vci_9_2_what_came_is_200_and_json,
    vci_9_2_what_takes_longer_is_202_with_the_same_transaction,
    vci_9_2_an_encrypted_answer_is_a_jwt,
    vci_11_the_token_of_the_credential_is_good_for_its_notification,
    vci_11_1_events_are_case_sensitive,
    vci_11_1_unrecognized_parameters_are_ignored,
    vci_11_2_a_notification_is_answered_with_2xx,
    vci_11_3_an_unknown_id_is_400_and_json,
    vci_13_10_a_token_that_is_not_bound_ends_after_five_minutes,
    vci_13_10_only_a_bound_token_lives_longer,
}

async fn vci_8_3_what_takes_longer_is_202_with_transaction_and_interval(on: On) {
    let app = App::new(on).await;
    let (_, answer) = put_off(&app).await;
    assert_eq!((answer.status, app.issued().await), (StatusCode::ACCEPTED, 0));
    assert!(answer.text("/transaction_id").len() >= 22 && answer.json()["interval"].as_u64().is_some_and(|interval| interval > 0));
    assert!(answer.json().get("credentials").is_none() && answer.json().get("notification_id").is_none());
}

async fn vci_9_a_transaction_needs_a_token_for_it(on: On) {
    let app = App::new(on).await;
    let (token, answer) = put_off(&app).await;
    app.clock.advance_seconds(2);
    let body = json!({"transaction_id": answer.text("/transaction_id")});
    let nobody = app.api(Method::POST, "/deferred-credential", None, Some(&body)).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    assert_eq!(fetches(&app, "made-up", &body).await.error(), error(401, "invalid_token"));
    assert_eq!(app.issued().await, 0);
    assert_eq!(fetches(&app, &token, &body).await.status, StatusCode::OK);
}

async fn vci_9_1_a_transaction_ends_when_it_was_fetched(on: On) {
    let app = App::new(on).await;
    let (token, answer) = put_off(&app).await;
    app.clock.advance_seconds(2);
    let body = json!({"transaction_id": answer.text("/transaction_id")});
    assert_eq!(fetches(&app, &token, &body).await.status, StatusCode::OK);
    assert_eq!(fetches(&app, &token, &body).await.error(), error(400, "invalid_transaction_id"));
    assert_eq!(app.issued().await, 1);
}

async fn vci_9_1_a_plain_request_is_json(on: On) {
    let app = App::new(on).await;
    let (token, answer) = put_off(&app).await;
    let body = json!({"transaction_id": answer.text("/transaction_id")}).to_string();
    let refused = posts(&app, "/deferred-credential", &token, ("text/plain", &body)).await;
    assert_eq!(refused.error(), error(400, "invalid_credential_request"));
}

async fn vci_9_1_unrecognized_parameters_do_not_matter(on: On) {
    let app = App::new(on).await;
    let (token, answer) = put_off(&app).await;
    app.clock.advance_seconds(2);
    let body = json!({"transaction_id": answer.text("/transaction_id"), "unknown": {"a": 1}});
    assert_eq!(fetches(&app, &token, &body).await.status, StatusCode::OK);
}

async fn vci_9_2_what_came_is_200_and_json(on: On) {
    let app = App::new(on).await;
    let (token, answer) = put_off(&app).await;
    app.clock.advance_seconds(2);
    let fetched = fetches(&app, &token, &json!({"transaction_id": answer.text("/transaction_id")})).await;
    assert_eq!(fetched.served(), (StatusCode::OK, "application/json"));
    assert!(fetched.json()["credentials"][0]["credential"].is_string() && fetched.json().get("transaction_id").is_none());
}

/// A transaction whose award nobody decided yet: the token and the transaction.
async fn undecided(app: &App) -> (String, String) {
    let mut body = super::super::microcredential();
    body["learner"].as_object_mut().unwrap().remove("eduid");
    let award = app.award(&body).await.text("/id");
    let offer = app.offer(&json!({"award": award, "deferred": true})).await.json();
    let token = app.token(&offer).await;
    let answer = app.credential(Some(&token), &wanted(&app.proof(&key()).await)).await;
    (token, answer.text("/transaction_id"))
}

async fn vci_9_2_what_takes_longer_is_202_with_the_same_transaction(on: On) {
    let app = App::new(on).await;
    let (token, id) = undecided(&app).await;
    app.clock.advance_seconds(10);
    let later = fetches(&app, &token, &json!({"transaction_id": id})).await;
    assert_eq!((later.status, later.text("/transaction_id")), (StatusCode::ACCEPTED, id));
    assert!(later.json()["interval"].as_u64().is_some_and(|interval| interval > 0) && later.json().get("credentials").is_none());
}

async fn vci_9_2_an_encrypted_answer_is_a_jwt(on: On) {
    let app = App::new(on).await;
    let (token, answer) = put_off(&app).await;
    app.clock.advance_seconds(2);
    let asked = Asked::new();
    let body = json!({"transaction_id": answer.text("/transaction_id"), "credential_response_encryption": asked.parameters.to_value()});
    let fetched = app.encrypted("/deferred-credential", &token, &body).await;
    assert_eq!(asked.open(&fetched).credentials.map(|all| all.len()), Some(1));
}

/// What is told of a credential, and the answer.
async fn tells(app: &App, event: &str, more: Value) -> (Answer, Answer) {
    let token = collecting(app).await;
    let given = given(app, &token).await;
    let mut body = json!({"notification_id": given.text("/notification_id"), "event": event});
    body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    let told = app.api(Method::POST, "/notification", Some(&token), Some(&body)).await;
    (given, told)
}

async fn vci_11_the_token_of_the_credential_is_good_for_its_notification(on: On) {
    let app = App::new(on).await;
    assert_eq!(tells(&app, "credential_accepted", json!({})).await.1.status, StatusCode::NO_CONTENT);
    assert_eq!(app.rows("offer.notified", "credential_accepted").await, 1);
}

async fn vci_11_1_events_are_case_sensitive(on: On) {
    let app = App::new(on).await;
    for event in ["Credential_Accepted", "CREDENTIAL_ACCEPTED"] {
        let app = App::new(on).await;
        assert_eq!(tells(&app, event, json!({})).await.1.error(), error(400, "invalid_notification_request"), "{event}");
    }
    assert_eq!(app.rows("offer.notified", "credential_accepted").await, 0);
}

async fn vci_11_1_unrecognized_parameters_are_ignored(on: On) {
    let app = App::new(on).await;
    let more = json!({"unknown": [1], "event_description": "kept"});
    assert_eq!(tells(&app, "credential_accepted", more).await.1.status, StatusCode::NO_CONTENT);
}

async fn vci_11_2_a_notification_is_answered_with_2xx(on: On) {
    for event in ["credential_accepted", "credential_failure", "credential_deleted"] {
        let app = App::new(on).await;
        assert_eq!(tells(&app, event, json!({})).await.1.status, StatusCode::NO_CONTENT, "{event}");
    }
}

async fn vci_11_3_an_unknown_id_is_400_and_json(on: On) {
    let app = App::new(on).await;
    let token = collecting(&app).await;
    given(&app, &token).await;
    let body = json!({"notification_id": "made-up", "event": "credential_accepted"});
    let answer = app.api(Method::POST, "/notification", Some(&token), Some(&body)).await;
    assert_eq!(
        (answer.error(), &answer.headers["content-type"]),
        (error(400, "invalid_notification_id"), &"application/json".parse().unwrap())
    );
}

async fn vci_13_10_a_token_that_is_not_bound_ends_after_five_minutes(on: On) {
    let app = App::new(on).await;
    let token = collecting(&app).await;
    app.clock.advance_seconds(301);
    let body = wanted(&app.proof(&key()).await);
    assert_eq!(app.credential(Some(&token), &body).await.error(), error(401, "invalid_token"));
    assert_eq!(app.issued().await, 0);
}

async fn vci_13_10_only_a_bound_token_lives_longer(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let prover = Prover::new();
    let bound = prover.token(&app, &offer).await;
    assert_eq!((bound.text("/token_type").as_str(), &bound.json()["expires_in"]), ("DPoP", &json!(3600)));
    let token = bound.text("/access_token");
    app.clock.advance_seconds(1_200);
    let body = wanted(&app.proof(&key()).await);
    // Without its key it is worth nothing, whatever its age.
    assert_eq!(app.credential(Some(&token), &body).await.error(), error(401, "invalid_token"));
    assert_eq!(prover.credential(&app, &token, &body).await.status, StatusCode::OK);
}
