//! Offers: what the API gives, what a wallet reads, how codes follow one another, how offers end.

use axum::http::{Method, StatusCode};
use openid4vc::CredentialOffer;
use serde_json::json;

use vc::key::{Algorithm, SigningKey};

use super::{App, KEY, On, PRE_AUTHORIZED, SLUG, code, error, identifier, microcredential, on_each_database, tx_code, wanted};

on_each_database! {
    an_offer_can_be_read_by_its_address,
    each_reading_makes_a_new_code_and_ends_the_one_before,
    reading_an_offer_again_leaves_the_token_that_issued,
    a_new_offer_withdraws_the_open_one,
    what_an_offer_may_be,
}

async fn an_offer_can_be_read_by_its_address(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let uri = offer["credential_offer_uri"].as_str().unwrap();
    assert_eq!(uri, format!("{}/offers/{}", identifier(), offer["id"].as_str().unwrap()));
    assert!(offer["deep_link"].as_str().unwrap().starts_with("openid-credential-offer://?credential_offer_uri=http"));
    assert!(offer["wallet_link"].as_str().unwrap().starts_with("http://localhost:8080/credential-offer?credential_offer_uri="));
    let read = app.get(uri.strip_prefix(super::ORIGIN).unwrap()).await;
    assert_eq!(read.headers["content-type"], "application/json");
    assert_eq!(read.headers["cache-control"], "no-store");
    let parsed = CredentialOffer::parse(read.body.as_bytes(), true).unwrap();
    assert_eq!(parsed.credential_issuer, identifier());
    assert_eq!(parsed.tx_code().unwrap().length, Some(6));
    assert_eq!(app.get(&format!("/{SLUG}/offers/unknown")).await.error(), error(404, "not_found"));
}

async fn each_reading_makes_a_new_code_and_ends_the_one_before(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let path = format!("/{SLUG}/offers/{}", offer["id"].as_str().unwrap());
    let fresh = json!({"credential_offer": app.get(&path).await.json(), "tx_code": offer["tx_code"]});
    assert_ne!(code(&fresh), code(&offer));
    // The token of the earlier code ended with it.
    let body = json!({"credential_configuration_id": "microcredential-sd-jwt"});
    assert_eq!(app.credential(Some(&token), &body).await.error(), error(401, "invalid_token"));
    let old = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(&offer)), ("tx_code", tx_code(&offer))];
    assert_eq!(app.form("/token", &old).await.error(), error(400, "invalid_grant"));
    app.token(&fresh).await;
}

/// Else a wallet could not say any more that it has what it got.
async fn reading_an_offer_again_leaves_the_token_that_issued(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let holder = SigningKey::generate(Algorithm::Es256).unwrap();
    let issued = app.credential(Some(&token), &wanted(&app.proof(&holder).await)).await;
    let path = format!("/{SLUG}/offers/{}", offer["id"].as_str().unwrap());
    let fresh = json!({"credential_offer": app.get(&path).await.json(), "tx_code": offer["tx_code"]});
    let again = app.token(&fresh).await;
    for token in [&token, &again] {
        let answer = app.credential(Some(token), &wanted(&app.proof(&holder).await)).await;
        assert_eq!(answer.body, issued.body);
        let other = SigningKey::generate(Algorithm::Es256).unwrap();
        let answer = app.credential(Some(token), &wanted(&app.proof(&other).await)).await;
        assert_eq!(answer.error(), error(400, "credential_request_denied"));
    }
    let told = json!({"notification_id": issued.text("/notification_id"), "event": "credential_accepted"});
    assert_eq!(app.api(Method::POST, "/notification", Some(&token), Some(&told)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(app.get(&path).await.error(), error(410, "offer_gone"));
    let trail = [("offer.made", "done"), ("offer.claim", "done"), ("credential.issued", "done"), ("offer.notified", "credential_accepted")];
    let mut counts = Vec::new();
    for (action, outcome) in trail {
        counts.push(app.rows(action, outcome).await);
    }
    assert_eq!(counts, [1, 2, 1, 1]);
    assert_eq!(
        app.api(Method::POST, "/deferred-credential", Some(&token), Some(&json!({"transaction_id": "x"}))).await.error(),
        error(400, "invalid_transaction_id")
    );
    assert_eq!(app.api(Method::POST, "/deferred-credential", None, None).await.status, StatusCode::UNAUTHORIZED);
}

async fn a_new_offer_withdraws_the_open_one(on: On) {
    let app = App::new(on).await;
    let (award, first) = app.offered().await;
    app.token(&first).await;
    let second = app.offer(&json!({"award": award})).await.json();
    let state = |id: &str| app.api(Method::GET, Box::leak(format!("/api/v1/offers/{id}").into_boxed_str()), Some(KEY), None);
    assert_eq!(state(first["id"].as_str().unwrap()).await.text("/state"), "withdrawn");
    assert_eq!(state(second["id"].as_str().unwrap()).await.text("/state"), "made");
    app.clock.advance_seconds(31 * 86_400);
    assert_eq!(state(second["id"].as_str().unwrap()).await.text("/state"), "expired");
    let path = format!("/{SLUG}/offers/{}", second["id"].as_str().unwrap());
    assert_eq!(app.get(&path).await.error(), error(410, "offer_gone"));
}

async fn what_an_offer_may_be(on: On) {
    let app = App::new(on).await;
    let award = app.award(&microcredential()).await.text("/id");
    for (body, status, code) in [
        (json!({"award": award, "tx_code": false}), 422, "tx_code_required"),
        (json!({"award": award, "credential_configuration_ids": ["enrolment-sd-jwt"]}), 422, "configuration_unsupported"),
        (json!({"award": award, "grant": "authorization_code", "tx_code": true}), 422, "tx_code_unexpected"),
        (json!({"award": award, "credential_configuration_ids": ["microcredential-vc-sd-jwt"]}), 422, "configuration_unsupported"),
        (json!({"award": award, "institution": "roc-voorbeeld"}), 400, "malformed"),
        (json!({"award": "unknown"}), 404, "not_found"),
    ] {
        assert_eq!(app.offer(&body).await.error(), error(status, code), "{body}");
    }
    let granted = app.offer(&json!({"award": award, "grant": "authorization_code"})).await;
    assert_eq!(granted.status, StatusCode::CREATED);
    assert!(granted.json()["tx_code"].is_null());
    assert!(granted.json()["credential_offer"]["grants"]["authorization_code"]["issuer_state"].is_string());
}
