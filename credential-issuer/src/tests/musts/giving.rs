//! Sections 7 and 8 and appendix F: nonces, credential requests and their answers.

use std::collections::HashSet;

use axum::http::StatusCode;
use serde_json::{Value, json};
use vc::sd_jwt::SdJwt;

use super::super::authorizations::{allowed, signed_in, token};
use super::super::batches::texts;
use super::super::encrypted::Asked;
use super::super::forms::MICROCREDENTIAL;
use super::super::{App, EDUID, On, SLUG, error, identifier, microcredential, on_each_database, wanted};
use super::{FORM, collecting, given, key, posts};

on_each_database! {
    vci_7_a_nonce_endpoint_is_offered,
    vci_7_2_nonces_are_unpredictable,
    vci_7_2_the_answer_is_not_to_be_kept,
    vci_8_the_endpoint_wants_a_token,
    vci_8_2_a_request_names_one_thing,
    vci_8_2_an_identifier_is_used_where_one_was_given,
    vci_8_2_an_identifier_is_not_used_where_none_was_given,
    vci_8_2_proofs_are_required_where_keys_are_bound,
    vci_8_2_proofs_have_audience_and_nonce,
    vci_8_2_a_plain_request_is_json,
    vci_8_2_requests_are_encrypted_where_that_is_required,
    vci_8_2_answers_are_encrypted_where_that_is_required,
    vci_8_3_what_is_issued_at_once_is_200_and_json,
    vci_8_3_an_encrypted_answer_is_a_jwt,
    vci_8_3_credentials_are_objects,
    vci_8_3_the_notification_id_comes_with_credentials,
    vci_8_3_1_2_payload_errors_have_codes_of_their_own,
    vci_8_3_1_2_errors_are_400_and_json,
    vci_a_1_1_4_the_jwt_is_given_as_it_is,
    vci_a_1_2_4_the_json_ld_credential_is_an_object,
    vci_a_3_4_the_sd_jwt_is_given_as_it_is,
    vci_f_the_kinds_of_proofs_are_lists,
    vci_f_1_the_credential_is_bound_to_the_key_of_the_header,
    vci_f_4_a_nonce_is_one_of_ours_and_fresh,
}

async fn vci_7_a_nonce_endpoint_is_offered(on: On) {
    let app = App::new(on).await;
    let metadata = app.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await.json();
    assert_eq!(metadata["nonce_endpoint"], format!("{}/nonce", identifier()));
    let answer = app.form("/nonce", &[]).await;
    assert_eq!(answer.served(), (StatusCode::OK, "application/json"));
}

async fn vci_7_2_nonces_are_unpredictable(on: On) {
    let app = App::new(on).await;
    let mut seen = HashSet::new();
    for _ in 0..50 {
        let nonce = app.nonce().await;
        // Beside the time there are 128 bits that nobody can tell, and 128 that nobody can make.
        assert!(nonce.len() >= 50 && seen.insert(nonce[12..].to_owned()));
    }
}

async fn vci_7_2_the_answer_is_not_to_be_kept(on: On) {
    let app = App::new(on).await;
    assert_eq!(app.form("/nonce", &[]).await.headers["cache-control"], "no-store");
}

async fn vci_8_the_endpoint_wants_a_token(on: On) {
    let app = App::new(on).await;
    let (_, _) = app.offered().await;
    let body = wanted(&app.proof(&key()).await);
    let before = app.row_counts().await;
    assert_eq!(app.credential(None, &body).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(app.credential(Some("made-up"), &body).await.error(), error(401, "invalid_token"));
    assert_eq!(app.row_counts().await, before);
}

async fn vci_8_2_a_request_names_one_thing(on: On) {
    let app = App::new(on).await;
    let (token, proof) = (collecting(&app).await, app.proof(&key()).await);
    let before = app.row_counts().await;
    for body in [
        json!({"proofs": {"jwt": [proof]}}),
        json!({"credential_configuration_id": FORM, "credential_identifier": "x", "proofs": {"jwt": [proof]}}),
    ] {
        assert_eq!(app.credential(Some(&token), &body).await.error(), error(400, "invalid_credential_request"), "{body}");
    }
    assert_eq!(app.row_counts().await, before);
}

async fn vci_8_2_an_identifier_is_used_where_one_was_given(on: On) {
    let app = App::new(on).await;
    app.award(&microcredential()).await;
    let details = json!([{"type": "openid_credential", "credential_configuration_id": FORM}]).to_string();
    let waiting = signed_in(&app, &[("authorization_details", &details)], EDUID).await;
    let named = token(&app, &allowed(&app, &waiting).await, &waiting.verifier, &[]).await.text("/access_token");
    let answer = app.credential(Some(&named), &wanted(&app.proof(&key()).await)).await;
    assert_eq!(answer.error(), error(400, "invalid_credential_request"));
    assert_eq!(app.issued().await, 0);
}

async fn vci_8_2_an_identifier_is_not_used_where_none_was_given(on: On) {
    let app = App::new(on).await;
    let token = collecting(&app).await;
    let body = json!({"credential_identifier": FORM, "proofs": {"jwt": [app.proof(&key()).await]}});
    assert_eq!(app.credential(Some(&token), &body).await.error(), error(400, "unknown_credential_identifier"));
    assert_eq!(app.issued().await, 0);
}

async fn vci_8_2_proofs_are_required_where_keys_are_bound(on: On) {
    let app = App::new(on).await;
    let token = collecting(&app).await;
    let metadata = app.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await.json();
    assert!(metadata["credential_configurations_supported"][FORM]["proof_types_supported"].is_object());
    let answer = app.credential(Some(&token), &json!({"credential_configuration_id": FORM})).await;
    assert_eq!((answer.error(), app.issued().await), (error(400, "invalid_proof"), 0));
}

async fn vci_8_2_proofs_have_audience_and_nonce(on: On) {
    let app = App::new(on).await;
    let (token, nonce, now) = (collecting(&app).await, app.nonce().await, app.now().seconds());
    let build = |audience: &str, nonce: Option<&str>| openid4vc::proof::build(&key(), audience, nonce, now, None).unwrap();
    for bad in [build("https://other.example", Some(&nonce)), build(&identifier(), None)] {
        assert_eq!(app.credential(Some(&token), &wanted(&bad)).await.error(), error(400, "invalid_proof"));
    }
    let good = build(&identifier(), Some(&nonce));
    assert_eq!(app.credential(Some(&token), &wanted(&good)).await.status, StatusCode::OK);
}

async fn vci_8_2_a_plain_request_is_json(on: On) {
    let app = App::new(on).await;
    let (token, body) = (collecting(&app).await, wanted(&app.proof(&key()).await).to_string());
    for media_type in ["text/plain", "application/x-www-form-urlencoded"] {
        let answer = posts(&app, "/credential", &token, (media_type, &body)).await;
        assert_eq!(answer.error(), error(400, "invalid_credential_request"), "{media_type}");
    }
    assert_eq!(posts(&app, "/credential", &token, ("application/json; charset=utf-8", &body)).await.status, StatusCode::OK);
}

async fn vci_8_2_requests_are_encrypted_where_that_is_required(on: On) {
    let app = App::issuing(on, |issuing| issuing.encryption_required = true).await;
    let token = collecting(&app).await;
    let answer = app.credential(Some(&token), &wanted(&app.proof(&key()).await)).await;
    assert_eq!((answer.error(), app.issued().await), (error(400, "invalid_encryption_parameters"), 0));
}

async fn vci_8_2_answers_are_encrypted_where_that_is_required(on: On) {
    let app = App::issuing(on, |issuing| issuing.encryption_required = true).await;
    let token = collecting(&app).await;
    let mut body = wanted(&app.proof(&key()).await);
    assert_eq!(app.encrypted("/credential", &token, &body).await.error(), error(400, "invalid_encryption_parameters"));
    let asked = Asked::new();
    body["credential_response_encryption"] = asked.parameters.to_value();
    let answer = app.encrypted("/credential", &token, &body).await;
    assert_eq!(asked.open(&answer).credentials.map(|all| all.len()), Some(1));
}

async fn vci_8_3_what_is_issued_at_once_is_200_and_json(on: On) {
    let app = App::new(on).await;
    let answer = given(&app, &collecting(&app).await).await;
    assert_eq!(answer.served(), (StatusCode::OK, "application/json"));
    assert!(answer.json().get("transaction_id").is_none() && answer.json().get("interval").is_none());
}

async fn vci_8_3_an_encrypted_answer_is_a_jwt(on: On) {
    let app = App::new(on).await;
    let (token, asked) = (collecting(&app).await, Asked::new());
    let mut body = wanted(&app.proof(&key()).await);
    body["credential_response_encryption"] = asked.parameters.to_value();
    let answer = app.encrypted("/credential", &token, &body).await;
    assert_eq!(answer.headers["content-type"], "application/jwt");
    assert!(asked.open(&answer).credentials.is_some() && serde_json::from_str::<Value>(&answer.body).is_err());
}

async fn vci_8_3_credentials_are_objects(on: On) {
    let app = App::new(on).await;
    let answer = given(&app, &collecting(&app).await).await.json();
    let all = answer["credentials"].as_array().unwrap();
    assert!(all.len() == 1 && all.iter().all(|one| one["credential"].is_string()), "{answer}");
}

async fn vci_8_3_the_notification_id_comes_with_credentials(on: On) {
    let app = App::new(on).await;
    assert!(given(&app, &collecting(&app).await).await.json()["notification_id"].is_string());
    let other = App::new(on).await;
    let (_, later) = super::put_off(&other).await;
    assert_eq!((later.status, later.json().get("notification_id")), (StatusCode::ACCEPTED, None));
}

async fn vci_8_3_1_2_payload_errors_have_codes_of_their_own(on: On) {
    let app = App::new(on).await;
    let (token, proof) = (collecting(&app).await, app.proof(&key()).await);
    for (body, code) in [
        (json!({"credential_configuration_id": "x", "proofs": {"jwt": [proof]}}), "unknown_credential_configuration"),
        (json!({"credential_identifier": "x", "proofs": {"jwt": [proof]}}), "unknown_credential_identifier"),
        (json!({"credential_configuration_id": FORM, "proofs": {"jwt": ["x"]}}), "invalid_proof"),
        (json!({"credential_configuration_id": 1, "proofs": {"jwt": [proof]}}), "invalid_credential_request"),
        (json!({"credential_configuration_id": FORM, "credential_response_encryption": {}}), "invalid_encryption_parameters"),
        (json!({"credential_configuration_id": "enrolment-sd-jwt", "proofs": {"jwt": [proof]}}), "credential_request_denied"),
    ] {
        assert_eq!(app.credential(Some(&token), &body).await.error(), error(400, code), "{body}");
    }
}

async fn vci_8_3_1_2_errors_are_400_and_json(on: On) {
    let app = App::new(on).await;
    let answer = app.credential(Some(&collecting(&app).await), &json!({"credential_configuration_id": "x"})).await;
    assert_eq!(answer.served(), (StatusCode::BAD_REQUEST, "application/json"));
    assert!(answer.json()["error"].is_string());
}

/// The credentials of an award in one form.
async fn of_form(on: On, form: &str) -> Vec<Value> {
    let app = App::new(on).await;
    let offer = app.offered_as(&microcredential(), &MICROCREDENTIAL).await;
    let answer = app.form_of(&app.token(&offer).await, form, &key()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.json()["credentials"].as_array().unwrap().iter().map(|one| one["credential"].clone()).collect()
}

async fn vci_a_1_1_4_the_jwt_is_given_as_it_is(on: On) {
    let credential = of_form(on, "microcredential-open-badge-jwt").await.remove(0);
    let read = vc::vcdm::jwt::read(credential.as_str().unwrap()).unwrap();
    assert_eq!(read.dialect(), vc::vcdm::jwt::Dialect::JwtVcJson);
}

async fn vci_a_1_2_4_the_json_ld_credential_is_an_object(on: On) {
    let credential = of_form(on, "microcredential-open-badge").await.remove(0);
    assert!(credential["proof"].is_array() || credential["proof"].is_object(), "{credential}");
}

async fn vci_a_3_4_the_sd_jwt_is_given_as_it_is(on: On) {
    let credential = of_form(on, FORM).await.remove(0);
    assert!(SdJwt::parse(credential.as_str().unwrap()).is_ok() && credential.as_str().unwrap().ends_with('~'));
}

async fn vci_f_1_the_credential_is_bound_to_the_key_of_the_header(on: On) {
    let app = App::new(on).await;
    let (token, holder) = (collecting(&app).await, key());
    let answer = app.credential(Some(&token), &wanted(&app.proof(&holder).await)).await;
    let bound = SdJwt::parse(&texts(&answer)[0]).unwrap().disclosed_claims()["cnf"]["jwk"].clone();
    let own = holder.public_jwk().unwrap().to_value();
    assert_eq!((&bound["x"], &bound["y"], bound.get("d")), (&own["x"], &own["y"], None));
}

async fn vci_f_4_a_nonce_is_one_of_ours_and_fresh(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let old = app.proof(&key()).await;
    app.clock.advance_seconds(290);
    let late = app.proof(&key()).await;
    app.clock.advance_seconds(20);
    let path = format!("/{SLUG}/offers/{}", offer["id"].as_str().unwrap());
    let again = json!({"credential_offer": app.get(&path).await.json(), "tx_code": offer["tx_code"]});
    let token = app.token(&again).await;
    assert_eq!(app.credential(Some(&token), &wanted(&old)).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(app.credential(Some(&token), &wanted(&late)).await.status, StatusCode::OK);
    assert_eq!(app.credential(Some(&token), &wanted(&late)).await.error(), error(400, "invalid_nonce"));
}

async fn vci_f_the_kinds_of_proofs_are_lists(on: On) {
    let app = App::new(on).await;
    let (token, proof) = (collecting(&app).await, app.proof(&key()).await);
    for proofs in [
        json!({"jwt": []}),
        json!({"jwt": proof}),
        json!({"jwt": [{}]}),
        json!({"di_vp": [proof]}),
        json!({"di_vp": {}}),
        json!({"attestation": [proof, proof]}),
        json!({"attestation": []}),
    ] {
        let body = json!({"credential_configuration_id": FORM, "proofs": proofs});
        assert_eq!(app.credential(Some(&token), &body).await.error(), error(400, "invalid_proof"), "{proofs}");
    }
    assert_eq!(app.credential(Some(&token), &wanted(&proof)).await.status, StatusCode::OK);
}
