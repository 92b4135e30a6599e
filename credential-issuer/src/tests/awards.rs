//! Awards by the machine API: keys, bodies, references, corrections, idempotency.

use axum::http::{Method, StatusCode};
use model::award::AwardId;
use serde_json::{Value, json};
use storage::Change;
use storage::issuer::award::AwardState;
use vc::key::{Algorithm, SigningKey};

use super::{App, KEY, OTHER_KEY, On, SLUG, enrolment, error, microcredential, on_each_database, request};

on_each_database! {
    an_award_is_decided_once_per_reference,
    only_the_own_key_opens_the_api,
    bodies_are_read_strictly,
    what_could_never_be_signed_is_refused_at_once,
    an_award_without_eduid_waits_for_its_learner,
    a_correction_revokes_and_issues_anew,
    what_was_decided_anew_is_not_taken_as_it_was_read,
    the_same_idempotency_key_gets_the_same_answer,
}

fn without(mut body: Value, name: &str) -> Value {
    body.as_object_mut().unwrap().remove(name);
    body
}

fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    *body.pointer_mut(pointer).unwrap() = value;
    body
}

async fn an_award_is_decided_once_per_reference(on: On) {
    let app = App::new(on).await;
    let first = app.award(&microcredential()).await;
    assert_eq!((first.status, first.text("/decision")), (StatusCode::CREATED, "issue".to_owned()));
    let again = app.award(&microcredential()).await;
    assert_eq!((again.status, again.text("/id")), (StatusCode::OK, first.text("/id")));
    let other = app.award(&with(microcredential(), "/awarded_date", json!("2026-02-02"))).await;
    assert_eq!(other.error(), error(409, "reference_exists"));
    assert_eq!(app.award(&enrolment()).await.text("/decision"), "issue");
}

async fn only_the_own_key_opens_the_api(on: On) {
    let app = App::new(on).await;
    for key in [None, Some("unknown"), Some(OTHER_KEY)] {
        let answer = app.api(Method::POST, "/api/v1/awards", key, Some(&microcredential())).await;
        assert_eq!(answer.error(), error(401, "unauthorized"));
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
    let elsewhere = request(Method::GET, "/nowhere/api/v1/credentials", Some(KEY)).body(axum::body::Body::empty()).unwrap();
    assert_eq!(app.send(elsewhere).await.status, StatusCode::NOT_FOUND);
}

async fn bodies_are_read_strictly(on: On) {
    let app = App::new(on).await;
    assert_eq!(app.award(&without(microcredential(), "final")).await.error(), error(422, "final_required"));
    let refused = [
        without(microcredential(), "learner"),
        without(microcredential(), "kind"),
        with(microcredential(), "/kind", json!("diploma")),
        with(microcredential(), "/kind", json!(5)),
        with(microcredential(), "/result/type", json!("stars")),
        with(microcredential(), "/result/value", json!("11")),
        with(microcredential(), "/result/value", json!("good")),
        with(enrolment(), "/phase", json!("doctoral")),
        with(enrolment(), "/modeOfStudy", json!("sometimes")),
        with(microcredential(), "/learner", json!({"eduid": "x", "given_name": "S", "family_name": "V", "bsn": "111222333"})),
        with(microcredential(), "/awarded_date", json!("2026-02-30")),
        with(microcredential(), "/result", json!({"type": "1-10", "value": 8, "passed": true})),
        with(microcredential(), "/final", json!({"by": "", "on": "2026-02-03"})),
        with(enrolment(), "/programme", json!({"crohoCreboCode": "3440", "name": "Communicatie"})),
        with(enrolment(), "/endDate", json!("2026-08-31")),
        with(enrolment(), "/state", json!("inactive")),
    ];
    for body in refused {
        let answer = app.award(&body).await;
        assert_eq!(answer.error(), error(400, "malformed"), "{body}");
        assert!(answer.json()["errors"][0]["pointer"].is_string());
    }
    assert_eq!(app.award(&with(microcredential(), "/template", json!("nothing"))).await.error(), error(422, "unknown_template"));
    assert_eq!(app.rows("award.decide", "issue").await, 0);
}

/// Else the learner who comes for it would meet a fault of ours.
async fn what_could_never_be_signed_is_refused_at_once(on: On) {
    let app = App::new(on).await;
    let told =
        |code: &'static str, pointer: &'static str, what: &'static str| (422, code.to_owned(), json!([{"pointer": pointer, "code": what}]));
    for (body, expected) in [
        (with(microcredential(), "/awarded_date", json!("2026-11-24")), told("date_in_future", "/awarded_date", "future")),
        (with(microcredential(), "/final/on", json!("2031-01-01")), told("date_in_future", "/final/on", "future")),
        (with(enrolment(), "/final/on", json!("2031-01-01")), told("date_in_future", "/final/on", "future")),
        (with(microcredential(), "/learner/birthdate", json!("2031-01-01")), told("date_in_future", "/learner/birthdate", "future")),
        (
            with(microcredential(), "/learner/family_name", json!("111222333")),
            told("not_for_a_credential", "/learner/family_name", "national_number"),
        ),
    ] {
        let answer = app.award(&body).await;
        assert_eq!((answer.status.as_u16(), answer.text("/code"), answer.json()["errors"].clone()), expected, "{body}");
    }
    // Amsterdam's day begins before the day in UTC; words of OOAPI v6 are words of ours.
    app.clock.set(model::Timestamp::parse("2026-11-22T22:30:00Z").unwrap());
    assert_eq!(app.award(&with(microcredential(), "/awarded_date", json!("2026-11-23"))).await.text("/decision"), "issue");
    let words = with(with(enrolment(), "/modeOfStudy", json!("dual_training")), "/phase", json!("associate degree"));
    assert_eq!(app.award(&words).await.text("/decision"), "issue");
}

async fn an_award_without_eduid_waits_for_its_learner(on: On) {
    let app = App::new(on).await;
    let answer = app.award(&with(microcredential(), "/learner", json!({"given_name": "Jens", "family_name": "Aydın"}))).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.json()["decision"], "parked");
    assert_eq!(answer.json()["missing"], json!(["learner_unknown"]));
    let id = answer.text("/id");
    assert_eq!(app.offer(&json!({"award": id})).await.error(), error(409, "award_parked"));
}

async fn a_correction_revokes_and_issues_anew(on: On) {
    let app = App::new(on).await;
    let (award, offer) = app.offered().await;
    app.collect(&offer, &SigningKey::generate(Algorithm::Es256).unwrap()).await;
    let path = format!("/api/v1/awards/{award}");
    let put = |body: Value| {
        let (app, path) = (&app, path.clone());
        async move { app.api(Method::PUT, &path, Some(KEY), Some(&body)).await }
    };
    assert_eq!(put(microcredential()).await.status, StatusCode::OK);
    let corrected = put(with(microcredential(), "/result/value", json!("9"))).await;
    assert_eq!(corrected.text("/decision"), "supersede");
    let list = app.api(Method::GET, "/api/v1/credentials", Some(KEY), None).await.json();
    assert_eq!(list["items"][0]["status"], "revoked");
    let again = app.offer(&json!({"award": award})).await;
    assert_eq!(again.status, StatusCode::CREATED, "{}", again.body);
    let failed = put(with(microcredential(), "/result/passed", json!(false))).await;
    assert_eq!(failed.text("/decision"), "withdraw");
    let state = app.api(Method::GET, &format!("/api/v1/offers/{}", again.text("/id")), Some(KEY), None).await;
    assert_eq!(state.text("/state"), "withdrawn");
    let foreign = with(microcredential(), "/reference", json!("another"));
    assert_eq!(put(foreign).await.error(), error(409, "reference_differs"));
}

async fn the_same_idempotency_key_gets_the_same_answer(on: On) {
    let app = App::new(on).await;
    let (award, _) = app.offered().await;
    let send = |body: Value| {
        let request = request(Method::POST, "/hogeschool-voorbeeld/api/v1/offers", Some(KEY))
            .header("content-type", "application/json")
            .header("idempotency-key", "once")
            .body(axum::body::Body::from(body.to_string()))
            .unwrap();
        app.send(request)
    };
    let first = send(json!({"award": award})).await;
    let second = send(json!({"award": award})).await;
    assert_eq!((first.status, &first.body), (StatusCode::CREATED, &second.body));
    assert_eq!(first.text("/tx_code").len(), 6);
    assert_eq!(send(json!({"award": award, "tx_code": true})).await.error(), error(422, "idempotency_mismatch"));
}

/// A credential is built from an award that nobody holds meanwhile.
async fn what_was_decided_anew_is_not_taken_as_it_was_read(on: On) {
    let app = App::new(on).await;
    let id = AwardId::new(app.award(&microcredential()).await.text("/id"));
    let read = app.issuer.store().read().await.unwrap().award(SLUG, &id).await.unwrap().unwrap();
    let better = with(microcredential(), "/result/value", json!("9"));
    let put = app.api(Method::PUT, &format!("/api/v1/awards/{}", id.as_str()), Some(KEY), Some(&better)).await;
    assert_eq!(put.status, StatusCode::OK);
    let now = app.issuer.store().read().await.unwrap().award(SLUG, &id).await.unwrap().unwrap();
    assert_eq!((read.revision, now.revision, now.state), (1, 1, AwardState::Open), "only the content says that it is another");

    let store = app.issuer.store();
    assert!(!store.all_or_none(vec![Change::take_award(&read)]).await.unwrap());
    let mut tx = store.write().await.unwrap();
    assert!(!tx.take_award(&read).await.unwrap());
    assert!(tx.take_award(&now).await.unwrap());
    assert!(!tx.hold_award(&read).await.unwrap());
    assert!(tx.hold_award(&now).await.unwrap());
}
