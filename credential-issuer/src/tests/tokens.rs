//! Rows T1 to T7 and O8 at the token endpoint.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use model::offer::OfferId;
use serde_json::json;
use storage::issuer::connection::NewConnection;
use vc::key::{Algorithm, SigningKey};

use super::{App, EDUID, KEY, On, PRE_AUTHORIZED, SLUG, WALLET, code, error, microcredential, on_each_database, request, tx_code};

on_each_database! {
    row_t1_unknown_grant_type,
    rows_t2_to_t4_unknown_expired_and_used_codes,
    row_t4_a_code_used_twice,
    rows_t5_and_t6_transaction_code_missing_or_unexpected,
    row_t7_five_wrong_transaction_codes_end_it,
    details_that_are_asked_for_get_identifiers,
    row_t10_a_body_that_is_no_form,
    row_o8_a_delivered_offer_is_for_its_own_connection,
    an_assertion_counts_once_and_only_with_the_wallets_key,
}

async fn row_t1_unknown_grant_type(on: On) {
    let app = App::new(on).await;
    app.offered().await;
    let before = app.row_counts().await;
    assert_eq!(app.form("/token", &[("grant_type", "password")]).await.error(), error(400, "unsupported_grant_type"));
    assert_eq!(app.form("/token", &[]).await.error(), error(400, "invalid_request"));
    assert_eq!(app.row_counts().await, before);
}

/// Whoever tries codes learns from the answer only that one is not good: byte for byte the same.
async fn rows_t2_to_t4_unknown_expired_and_used_codes(on: On) {
    let app = App::new(on).await;
    let (award, offer) = app.offered().await;
    let ask = |code: String, tx: String| {
        let app = &app;
        async move { app.form("/token", &[("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", &code), ("tx_code", &tx)]).await }
    };
    let before = app.row_counts().await;
    let unknown = ask("never-issued".to_owned(), tx_code(&offer).to_owned()).await;
    assert_eq!(unknown.error(), error(400, "invalid_grant"));
    app.clock.advance_seconds(601);
    let expired = ask(code(&offer).to_owned(), tx_code(&offer).to_owned()).await;
    assert_eq!(app.row_counts().await, before);
    let other = app.offer(&json!({"award": award})).await.json();
    app.token(&other).await;
    let before = app.row_counts().await;
    let used = ask(code(&other).to_owned(), tx_code(&other).to_owned()).await;
    assert_eq!(app.row_counts().await, before);
    for refused in [&expired, &used] {
        assert_eq!((refused.status, &refused.body), (unknown.status, &unknown.body));
        let headers = |answer: &super::Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(headers(refused), headers(&unknown));
    }
    assert!(unknown.body.len() <= 1024 && unknown.headers["cache-control"] == "no-store");
}

/// Prints how long the answers to unknown, expired and used codes take. Not a test: times say nothing on a busy machine.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement, run by hand with --nocapture"]
#[expect(clippy::disallowed_methods, reason = "it measures")]
async fn measure_t2_to_t4() {
    use std::io::Write;
    let app = App::new(On::Sqlite).await;
    let (award, first) = app.offered().await;
    app.clock.advance_seconds(601);
    let second = app.offer(&json!({"award": award})).await.json();
    app.token(&second).await;
    let codes = [("unknown", "never-issued"), ("expired", code(&first)), ("used", code(&second))];
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..1_000 {
        for (at, (_, code)) in codes.iter().enumerate() {
            let pairs = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", *code), ("tx_code", "123456")];
            let began = std::time::Instant::now();
            assert_eq!(app.form("/token", &pairs).await.error(), error(400, "invalid_grant"));
            times[at].push(began.elapsed().as_micros());
        }
    }
    for ((name, _), times) in codes.iter().zip(&mut times) {
        times.sort_unstable();
        writeln!(std::io::stderr(), "{name}: p50 {} µs, p95 {} µs", times[500], times[950]).unwrap();
    }
}

async fn row_t4_a_code_used_twice(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let before = app.row_counts().await;
    let pairs = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(&offer)), ("tx_code", tx_code(&offer))];
    assert_eq!(app.form("/token", &pairs).await.error(), error(400, "invalid_grant"));
    assert_eq!(app.row_counts().await, before);
    assert_eq!(app.count("SELECT COUNT(*) FROM access_grant WHERE state = 'live'").await, 1);
    // The first token stays good.
    let answer = app.credential(Some(&token), &json!({"credential_configuration_id": "microcredential-sd-jwt"})).await;
    assert_eq!(answer.error(), error(400, "invalid_proof"));
}

async fn rows_t5_and_t6_transaction_code_missing_or_unexpected(on: On) {
    let app = App::new(on).await;
    let (award, offer) = app.offered().await;
    let without = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(&offer))];
    let before = app.row_counts().await;
    for _ in 0..6 {
        assert_eq!(app.form("/token", &without).await.error(), error(400, "invalid_request"));
    }
    assert_eq!((app.row_counts().await, app.count("SELECT MAX(tx_tries) FROM offer").await), (before, 0));
    app.token(&offer).await;

    connect(&app, "c".repeat(22).as_str(), EDUID).await;
    let offer = app.offer(&json!({"award": award, "tx_code": false})).await.json();
    let pairs = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(&offer)), ("tx_code", "123456")];
    let before = app.row_counts().await;
    assert_eq!(app.form("/token", &pairs).await.error(), error(400, "invalid_request"));
    assert_eq!((app.row_counts().await, app.count("SELECT MAX(tx_tries) FROM offer").await), (before, 0));
    assert_eq!(redeem(&app, code(&offer), "c".repeat(22).as_str()).await.status, StatusCode::OK);
}

async fn row_t7_five_wrong_transaction_codes_end_it(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let wrong = if tx_code(&offer) == "000000" { "000001" } else { "000000" };
    let before = app.row_counts().await;
    for tries in 1..=5 {
        let pairs = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(&offer)), ("tx_code", wrong)];
        assert_eq!(app.form("/token", &pairs).await.error(), error(400, "invalid_grant"));
        assert_eq!(app.count("SELECT MAX(tx_tries) FROM offer").await, tries);
        let live = "SELECT COUNT(*) FROM offer_code WHERE state = 'live'";
        assert_eq!((app.count(live).await, app.rows("offer.claim", "tx_code_exhausted").await), if tries < 5 { (1, 0) } else { (0, 1) });
    }
    let right = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(&offer)), ("tx_code", tx_code(&offer))];
    assert_eq!(app.form("/token", &right).await.error(), error(400, "invalid_grant"));
    assert_eq!((app.rows("offer.claim", "tx_code_exhausted").await, app.row_counts().await), (1, before));
    // Another code of the same offer gives no more tries.
    let path = format!("/{SLUG}/offers/{}", offer["id"].as_str().unwrap());
    assert_eq!(app.get(&path).await.error(), error(410, "offer_gone"));
    let state = app.api(Method::GET, &format!("/api/v1/offers/{}", offer["id"].as_str().unwrap()), Some(KEY), None).await;
    assert_eq!(state.text("/state"), "withdrawn");
}

/// OpenID4VCI section 6: what was asked for in detail is asked for by the identifier that the token answer gives.
async fn details_that_are_asked_for_get_identifiers(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let ask = |details: &'static str| {
        let pairs = [
            ("grant_type", PRE_AUTHORIZED),
            ("pre-authorized_code", code(&offer)),
            ("tx_code", tx_code(&offer)),
            ("authorization_details", details),
        ];
        let app = &app;
        async move { app.form("/token", &pairs).await }
    };
    for wrong in
        ["x", "[]", r#"[{"type":"payment"}]"#, r#"[{"type":"openid_credential","credential_configuration_id":"enrolment-sd-jwt"}]"#]
    {
        assert_eq!(ask(wrong).await.error(), error(400, "invalid_authorization_details"), "{wrong}");
    }
    let granted = ask(r#"[{"type":"openid_credential","credential_configuration_id":"microcredential-sd-jwt"}]"#).await.json();
    let detail = &granted["authorization_details"][0];
    assert_eq!((&detail["type"], &detail["credential_configuration_id"]), (&json!("openid_credential"), &json!("microcredential-sd-jwt")));
    let token = granted["access_token"].as_str().unwrap();
    let proof = app.proof(&SigningKey::generate(Algorithm::Es256).unwrap()).await;
    let by = |identifier: &serde_json::Value| json!({"credential_identifier": identifier, "proofs": {"jwt": [proof]}});
    assert_eq!(app.credential(Some(token), &by(&json!("another"))).await.error(), error(400, "unknown_credential_identifier"));
    assert_eq!(app.credential(Some(token), &by(&detail["credential_identifiers"][0])).await.status, StatusCode::OK);
}

async fn row_t10_a_body_that_is_no_form(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let body = json!({"grant_type": PRE_AUTHORIZED, "pre-authorized_code": code(&offer), "tx_code": tx_code(&offer)}).to_string();
    let sent =
        request(Method::POST, &format!("/{SLUG}/token"), None).header("content-type", "application/json").body(Body::from(body)).unwrap();
    let before = app.row_counts().await;
    assert_eq!(app.send(sent).await.error(), error(400, "invalid_request"));
    assert_eq!(app.row_counts().await, before);
    app.token(&offer).await;
}

/// A connection as the wallet would have made it.
pub(super) async fn connect(app: &App, id: &str, eduid: &str) {
    let mut tx = app.issuer.store().write().await.unwrap();
    let person = tx.person_of_eduid(SLUG, eduid, app.now()).await.unwrap();
    let new = NewConnection {
        institution: SLUG,
        id,
        person: &person,
        client: WALLET,
        delivery_endpoint: "http://localhost:9/api/v1/deliveries",
        delivery_key: "delivery-key-delivery-key",
    };
    assert!(tx.insert_connection(&new, app.now()).await.unwrap());
    tx.commit().await.unwrap();
}

async fn redeem(app: &App, code: &str, connection: &str) -> super::Answer {
    let assertion = app.assertion(Some(connection));
    let pairs = [
        ("grant_type", PRE_AUTHORIZED),
        ("pre-authorized_code", code),
        ("client_assertion_type", openid4vc::client_assertion::TYPE),
        ("client_assertion", &assertion),
    ];
    app.form("/token", &pairs).await
}

async fn row_o8_a_delivered_offer_is_for_its_own_connection(on: On) {
    let app = App::new(on).await;
    let (mine, others) = ("m".repeat(22), "o".repeat(22));
    connect(&app, &mine, EDUID).await;
    connect(&app, &others, "5e1d0000-0000-4000-8000-000000000002").await;
    let award = app.award(&microcredential()).await.text("/id");
    let offer = app.offer(&json!({"award": award, "tx_code": false})).await.json();
    let mut before = app.row_counts().await;
    // The assertion is used up, and nothing else.
    *before.get_mut("spent").unwrap() += 1;
    assert_eq!(redeem(&app, code(&offer), &others).await.error(), error(400, "invalid_grant"));
    let anonymous = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(&offer))];
    assert_eq!(app.form("/token", &anonymous).await.error(), error(400, "invalid_grant"));
    assert_eq!((app.rows("offer.claim", "offer_subject_mismatch").await, app.row_counts().await), (2, before));
    let state = app.api(Method::GET, &format!("/api/v1/offers/{}", offer["id"].as_str().unwrap()), Some(KEY), None).await;
    assert_eq!(state.text("/state"), "made");
    assert_eq!(redeem(&app, code(&offer), &mine).await.status, StatusCode::OK);
}

async fn an_assertion_counts_once_and_only_with_the_wallets_key(on: On) {
    let app = App::new(on).await;
    let connection = "m".repeat(22);
    connect(&app, &connection, EDUID).await;
    let award = app.award(&microcredential()).await.text("/id");
    let offer = app.offer(&json!({"award": award, "tx_code": false})).await.json();
    let assertion = app.assertion(Some(&connection));
    let pairs = [
        ("grant_type", PRE_AUTHORIZED),
        ("pre-authorized_code", code(&offer)),
        ("client_assertion_type", openid4vc::client_assertion::TYPE),
        ("client_assertion", &assertion),
    ];
    assert_eq!(app.form("/token", &pairs).await.status, StatusCode::OK);
    assert_eq!(app.form("/token", &pairs).await.error(), error(400, "invalid_client"));
    let id = OfferId::new(offer["id"].as_str().unwrap());
    let mut tx = app.issuer.store().read().await.unwrap();
    assert!(tx.offer(SLUG, &id).await.unwrap().is_some());
}
