//! Section 12 and appendix A: what metadata says.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::super::{App, On, SLUG, identifier, on_each_database, request};
use crate::KeyAttestationRule;

on_each_database! {
    vci_12_2_2_metadata_is_where_the_identifier_says,
    vci_12_2_2_unsigned_metadata_is_always_there,
    vci_12_2_2_the_media_type_is_said,
    vci_12_2_3_every_member_is_a_claim_of_signed_metadata,
    vci_12_2_4_the_identifier_is_the_one_that_was_asked,
    vci_12_2_4_required_members_are_there,
    vci_12_2_4_a_batch_is_two_or_more,
    vci_12_2_4_bound_configurations_say_how,
    vci_12_2_4_attestations_are_named_where_they_are_asked_for_only,
    vci_12_2_4_each_language_is_there_once,
    vci_a_1_1_2_a_jwt_configuration_has_its_types,
    vci_a_1_2_2_a_json_ld_configuration_has_contexts_and_types,
    vci_a_3_2_an_sd_jwt_configuration_has_its_vct,
    vci_d_the_need_for_attestations_is_in_metadata,
}

async fn metadata(app: &App) -> Value {
    app.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await.json()
}

async fn vci_12_2_2_metadata_is_where_the_identifier_says(on: On) {
    let app = App::new(on).await;
    let answer = app.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await;
    assert_eq!((answer.status, answer.text("/credential_issuer")), (StatusCode::OK, identifier()));
}

async fn vci_12_2_2_unsigned_metadata_is_always_there(on: On) {
    let app = App::new(on).await;
    for accept in ["application/json", "*/*", "text/html", ""] {
        let path = format!("/.well-known/openid-credential-issuer/{SLUG}");
        let answer = app.send(request(Method::GET, &path, None).header("accept", accept).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.served(), (StatusCode::OK, "application/json"), "{accept}");
    }
}

async fn vci_12_2_2_the_media_type_is_said(on: On) {
    let app = App::new(on).await;
    for media_type in ["application/json", "application/jwt"] {
        let path = format!("/.well-known/openid-credential-issuer/{SLUG}");
        let answer = app.send(request(Method::GET, &path, None).header("accept", media_type).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.served(), (StatusCode::OK, media_type));
    }
}

async fn vci_12_2_3_every_member_is_a_claim_of_signed_metadata(on: On) {
    let app = App::new(on).await;
    let path = format!("/.well-known/openid-credential-issuer/{SLUG}");
    let signed = app.send(request(Method::GET, &path, None).header("accept", "application/jwt").body(Body::empty()).unwrap()).await;
    let claims = vc::jws::Jws::parse(&signed.body).unwrap().payload_unverified().clone();
    assert!(claims["sub"] == identifier() && claims["iat"].is_i64());
    for (name, value) in metadata(&app).await.as_object().unwrap() {
        assert_eq!(claims[name], *value, "{name}");
    }
}

async fn vci_12_2_4_the_identifier_is_the_one_that_was_asked(on: On) {
    let app = App::new(on).await;
    for slug in [SLUG, "roc-voorbeeld"] {
        let answer = app.get(&format!("/.well-known/openid-credential-issuer/{slug}")).await;
        assert_eq!(answer.text("/credential_issuer"), identifier().replace(SLUG, slug));
    }
}

async fn vci_12_2_4_required_members_are_there(on: On) {
    let app = App::new(on).await;
    let metadata = metadata(&app).await;
    assert!(metadata["credential_endpoint"].is_string() && metadata["credential_configurations_supported"].is_object());
    let (request, response) = (&metadata["credential_request_encryption"], &metadata["credential_response_encryption"]);
    assert!(request["jwks"]["keys"][0]["kid"].is_string() && request["encryption_required"].is_boolean());
    assert!(response["encryption_required"].is_boolean());
    for list in [&request["enc_values_supported"], &response["enc_values_supported"], &response["alg_values_supported"]] {
        assert!(list.as_array().is_some_and(|list| !list.is_empty()), "{list}");
    }
    for (id, one) in metadata["credential_configurations_supported"].as_object().unwrap() {
        assert!(one["format"].is_string(), "{id}");
        for (kind, proof) in one["proof_types_supported"].as_object().unwrap() {
            assert!(proof["proof_signing_alg_values_supported"].as_array().is_some_and(|list| !list.is_empty()), "{id} {kind}");
        }
    }
}

async fn vci_12_2_4_a_batch_is_two_or_more(on: On) {
    for (size, said) in [(1, None), (2, Some(2)), (10, Some(10))] {
        let app = App::issuing(on, |issuing| issuing.batch_size = size).await;
        assert_eq!(metadata(&app).await["batch_credential_issuance"]["batch_size"].as_u64(), said);
    }
}

async fn vci_12_2_4_bound_configurations_say_how(on: On) {
    let app = App::new(on).await;
    for (id, one) in metadata(&app).await["credential_configurations_supported"].as_object().unwrap() {
        let methods = one["cryptographic_binding_methods_supported"].as_array();
        assert!(methods.is_some_and(|methods| !methods.is_empty()) && one["proof_types_supported"].is_object(), "{id}");
    }
}

async fn vci_12_2_4_attestations_are_named_where_they_are_asked_for_only(on: On) {
    let rule = KeyAttestationRule { key_storage: vec!["iso_18045_high".to_owned()], ..KeyAttestationRule::default() };
    for (rule, said) in [(None, None), (Some(rule), Some(json!({"key_storage": ["iso_18045_high"]})))] {
        let app = App::issuing(on, |issuing| issuing.key_attestation = rule).await;
        let metadata = metadata(&app).await;
        let jwt = &metadata["credential_configurations_supported"][super::FORM]["proof_types_supported"]["jwt"];
        assert_eq!(jwt.get("key_attestations_required").cloned(), said);
    }
}

async fn vci_12_2_4_each_language_is_there_once(on: On) {
    fn looked_at(value: &Value, found: &mut usize) {
        match value {
            Value::Object(members) => {
                let locales =
                    members.get("display").and_then(Value::as_array).into_iter().flatten().filter_map(|one| one["locale"].as_str());
                let mut locales: Vec<&str> = locales.collect();
                let count = locales.len();
                locales.sort_unstable();
                locales.dedup();
                assert_eq!(locales.len(), count, "{value}");
                *found += count;
                members.values().for_each(|value| looked_at(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| looked_at(value, found)),
            _ => {}
        }
    }
    let app = App::new(on).await;
    let mut found = 0;
    looked_at(&metadata(&app).await, &mut found);
    assert!(found > 20, "{found}");
}

async fn configuration(on: On, id: &str) -> Value {
    metadata(&App::new(on).await).await["credential_configurations_supported"][id].clone()
}

async fn vci_a_1_1_2_a_jwt_configuration_has_its_types(on: On) {
    let types = configuration(on, "microcredential-open-badge-jwt").await["credential_definition"]["type"].clone();
    assert_eq!(types, json!(["VerifiableCredential", "OpenBadgeCredential"]));
}

async fn vci_a_1_2_2_a_json_ld_configuration_has_contexts_and_types(on: On) {
    let definition = configuration(on, "microcredential-open-badge").await["credential_definition"].clone();
    assert_eq!(definition["type"], json!(["VerifiableCredential", "OpenBadgeCredential"]));
    assert!(definition["@context"].as_array().is_some_and(|contexts| contexts.len() > 1), "{definition}");
}

async fn vci_a_3_2_an_sd_jwt_configuration_has_its_vct(on: On) {
    assert_eq!(configuration(on, super::FORM).await["vct"], vc::bundled::MICROCREDENTIAL_VCT);
}

async fn vci_d_the_need_for_attestations_is_in_metadata(on: On) {
    let app = App::issuing(on, |issuing| issuing.key_attestation = Some(KeyAttestationRule::default())).await;
    for (id, one) in metadata(&app).await["credential_configurations_supported"].as_object().unwrap() {
        assert!(one["proof_types_supported"]["jwt"]["key_attestations_required"].is_object(), "{id}");
    }
}
