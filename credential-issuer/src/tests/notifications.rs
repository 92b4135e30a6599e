//! Rows F1 to F4: what wallets tell of a form, each event once and in order (OpenID4VCI section 11).

use axum::http::{Method, StatusCode};
use model::offer::OfferId;
use serde_json::{Value, json};
use vc::key::{Algorithm, SigningKey};

use super::{Answer, App, KEY, On, error, on_each_database, wanted};

on_each_database! {
    row_f1_an_unknown_id,
    row_f2_another_event,
    row_f3_the_same_again,
    row_f4_deleted_after_accepted,
    vci_11_a_notification_needs_its_token,
    a_failure_is_told_of_its_form_alone,
}

/// An offer that was collected: the API's answer about it, a token and the notification id.
async fn collected(app: &App) -> (Value, String, String) {
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let answer = app.credential(Some(&token), &wanted(&app.proof(&SigningKey::generate(Algorithm::Es256).unwrap()).await)).await;
    let id = answer.text("/notification_id");
    (offer, token, id)
}

async fn tell(app: &App, token: &str, body: &Value) -> Answer {
    app.api(Method::POST, "/notification", Some(token), Some(body)).await
}

async fn kept(app: &App, offer: &Value, form: &str) -> Vec<String> {
    let id = OfferId::new(offer["id"].as_str().unwrap());
    app.issuer.store().read().await.unwrap().notifications(&id, form).await.unwrap()
}

async fn row_f1_an_unknown_id(on: On) {
    let app = App::new(on).await;
    let (_, token, id) = collected(&app).await;
    let before = app.row_counts().await;
    for unknown in ["unknown", "", &id[1..], &id.to_uppercase()] {
        let answer = tell(&app, &token, &json!({"notification_id": unknown, "event": "credential_accepted"})).await;
        assert_eq!(answer.error(), error(400, "invalid_notification_id"), "{unknown}");
    }
    assert_eq!(app.row_counts().await, before);
}

async fn row_f2_another_event(on: On) {
    let app = App::new(on).await;
    let (_, token, id) = collected(&app).await;
    let before = app.row_counts().await;
    for body in [
        json!({"notification_id": id, "event": "Credential_Accepted"}),
        json!({"notification_id": id}),
        json!({"notification_id": id, "event": ["credential_accepted"]}),
        json!({"event": "credential_accepted"}),
        json!([]),
    ] {
        assert_eq!(tell(&app, &token, &body).await.error(), error(400, "invalid_notification_request"), "{body}");
    }
    assert_eq!(app.row_counts().await, before);
}

async fn row_f3_the_same_again(on: On) {
    let app = App::new(on).await;
    let (offer, token, id) = collected(&app).await;
    let body = json!({"notification_id": id, "event": "credential_accepted", "event_description": "stored", "unknown": 1});
    for _ in 0..50 {
        let answer = tell(&app, &token, &body).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::NO_CONTENT, ""));
    }
    assert_eq!(kept(&app, &offer, "microcredential-sd-jwt").await, ["credential_accepted"]);
    assert_eq!(app.rows("offer.notified", "credential_accepted").await, 1);
}

async fn row_f4_deleted_after_accepted(on: On) {
    let app = App::new(on).await;
    let (offer, token, id) = collected(&app).await;
    for event in ["credential_accepted", "credential_deleted", "credential_accepted", "credential_deleted"] {
        let answer = tell(&app, &token, &json!({"notification_id": id, "event": event})).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        app.clock.advance_seconds(1);
    }
    assert_eq!(kept(&app, &offer, "microcredential-sd-jwt").await, ["credential_accepted", "credential_deleted"]);
    // Nothing is revoked: who deletes a copy still earned it.
    let list = app.api(Method::GET, "/api/v1/credentials", Some(KEY), None).await.json();
    assert_eq!(list["items"][0]["status"], "valid");
}

async fn vci_11_a_notification_needs_its_token(on: On) {
    let app = App::new(on).await;
    let (_, _, id) = collected(&app).await;
    let before = app.row_counts().await;
    let body = json!({"notification_id": id, "event": "credential_accepted"});
    assert_eq!(app.api(Method::POST, "/notification", None, Some(&body)).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(tell(&app, "unknown", &body).await.error(), error(401, "invalid_token"));
    // The token of another offer knows nothing of it.
    let mut other = super::microcredential();
    other["reference"] = json!("another");
    other["learner"]["eduid"] = json!("another");
    let award = app.award(&other).await.text("/id");
    let token = app.token(&app.offer(&json!({"award": award})).await.json()).await;
    assert_eq!(tell(&app, &token, &body).await.error(), error(400, "invalid_notification_id"));
    let after = app.row_counts().await;
    assert_eq!(after["form_notification"], before["form_notification"]);
}

async fn a_failure_is_told_of_its_form_alone(on: On) {
    let app = App::new(on).await;
    let forms = ["microcredential-sd-jwt", "microcredential-open-badge"];
    let offer = app.offered_as(&super::microcredential(), &forms).await;
    let token = app.token(&offer).await;
    let holder = SigningKey::generate(Algorithm::Es256).unwrap();
    let mut ids = Vec::new();
    for form in forms {
        ids.push(app.form_of(&token, form, &holder).await.text("/notification_id"));
    }
    assert_eq!(tell(&app, &token, &json!({"notification_id": ids[0], "event": "credential_failure"})).await.status, 204);
    assert_eq!(kept(&app, &offer, forms[0]).await, ["credential_failure"]);
    assert!(kept(&app, &offer, forms[1]).await.is_empty());
    assert_eq!(app.form_of(&token, forms[1], &holder).await.status, StatusCode::OK);
}
