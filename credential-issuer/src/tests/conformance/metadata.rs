//! Modules about metadata: unsigned against the suite's own schemas, and signed.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use vc::key::VerifyingKey;
use vc::x509::Chain;

use super::super::metadata::assert_fits_the_schema;
use super::super::{App, On, SLUG, identifier, on_each_database, request};

on_each_database! {
    oid4vci_1_0_issuer_metadata_test,
    oid4vci_1_0_issuer_metadata_test_signed,
}

/// The suite's schema of authorization server metadata (`crates/openid4vc/tests/vectors/openid4vci/README.md`).
const SERVER: &str =
    include_str!("../../../../crates/openid4vc/tests/vectors/openid4vci/oidf-schemas/oauth_authorization_server_metadata.json");

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().map(|list| list.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

async fn oid4vci_1_0_issuer_metadata_test(on: On) {
    let app = App::new(on).await;
    let before = app.row_counts().await;
    let answer = app.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await;
    assert_eq!(answer.served(), (StatusCode::OK, "application/json"));
    let metadata = answer.json();
    assert_fits_the_schema(&metadata);
    assert_eq!(metadata["credential_issuer"], identifier());
    for endpoint in ["credential_endpoint", "nonce_endpoint", "deferred_credential_endpoint", "notification_endpoint"] {
        assert!(metadata[endpoint].as_str().unwrap().starts_with(&format!("{}/", identifier())), "{endpoint}");
    }
    // An answer is encrypted only for who can ask for it in secret.
    assert!(metadata["credential_request_encryption"].is_object() && metadata["credential_response_encryption"].is_object());
    for (id, one) in metadata["credential_configurations_supported"].as_object().unwrap() {
        assert!(one["scope"].is_string() && one["credential_metadata"]["display"][0]["name"].is_string(), "{id}");
        let bound = !texts(&one["cryptographic_binding_methods_supported"]).is_empty();
        assert!(bound && one["proof_types_supported"]["jwt"].is_object(), "{id}");
        // SD-JWT VC of drafts is not offered beside the final one.
        assert!(["dc+sd-jwt", "jwt_vc_json", "ldp_vc"].contains(&one["format"].as_str().unwrap()), "{id}");
    }
    let answer = app.get(&format!("/.well-known/oauth-authorization-server/{SLUG}")).await;
    assert_eq!(answer.served(), (StatusCode::OK, "application/json"));
    let server = answer.json();
    let schema = jsonschema::validator_for(&serde_json::from_str(SERVER).unwrap()).unwrap();
    let errors: Vec<String> = schema.iter_errors(&server).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!((&server["issuer"], &server["code_challenge_methods_supported"]), (&json!(identifier()), &json!(["S256"])));
    assert_eq!(server["authorization_response_iss_parameter_supported"], true);
    for member in ["authorization_endpoint", "token_endpoint", "pushed_authorization_request_endpoint", "jwks_uri"] {
        assert!(server[member].as_str().unwrap().starts_with(&format!("{}/", identifier())), "{member}");
    }
    assert!(texts(&server["dpop_signing_alg_values_supported"]).contains(&"ES256"));
    assert!(texts(&server["grant_types_supported"]).contains(&"authorization_code"));
    assert_eq!(server["authorization_details_types_supported"], json!(["openid_credential"]));
    assert_eq!(app.row_counts().await, before);
}

async fn oid4vci_1_0_issuer_metadata_test_signed(on: On) {
    let app = App::new(on).await;
    let before = app.row_counts().await;
    let path = format!("/.well-known/openid-credential-issuer/{SLUG}");
    let asked = request(Method::GET, &path, None).header("accept", "application/jwt").body(Body::empty()).unwrap();
    let answer = app.send(asked).await;
    assert_eq!(answer.served(), (StatusCode::OK, "application/jwt"), "{}", answer.body);
    let jws = vc::jws::Jws::parse(&answer.body).unwrap();
    assert_eq!((jws.typ(), &jws.header()["alg"]), (Some("openidvci-issuer-metadata+jwt"), &json!("ES256")));
    let chain = Chain::from_x5c(&jws.x5c().unwrap()).unwrap();
    let leaf = chain.verify(&[app.authority.anchor_der().to_vec()], app.now().seconds()).unwrap();
    assert_eq!(leaf.san_uris, [identifier()]);
    let mut payload = jws.verify(&VerifyingKey::from_jwk(&leaf.jwk).unwrap(), Some("openidvci-issuer-metadata+jwt")).unwrap().clone();
    let members = payload.as_object_mut().unwrap();
    assert_eq!(members.remove("sub"), Some(json!(identifier())));
    assert!(members.remove("iat").is_some_and(|iat| iat.as_i64().unwrap() <= app.now().seconds()));
    for optional in ["iss", "exp"] {
        members.remove(optional);
    }
    assert_eq!(payload, app.get(&path).await.json());
    assert_eq!(app.row_counts().await, before);
}
