//! What an institution publishes: both addresses, same bytes, readable by our own wallet's reader.

use axum::http::StatusCode;
use openid4vc::{AuthorizationServerMetadata, IssuerMetadata};
use serde_json::json;

use super::{App, On, SLUG, identifier, on_each_database};

on_each_database! {
    both_forms_of_each_address_give_the_same_bytes,
    wallets_read_the_metadata,
    the_did_document_has_both_signing_keys,
    type_metadata_is_served_byte_for_byte,
    each_form_says_how_it_is_signed_and_asked_for,
}

async fn both_forms_of_each_address_give_the_same_bytes(on: On) {
    let app = App::new(on).await;
    for name in ["openid-credential-issuer", "oauth-authorization-server", "jwt-vc-issuer"] {
        let inserted = app.get(&format!("/.well-known/{name}/{SLUG}")).await;
        let appended = app.get(&format!("/{SLUG}/.well-known/{name}")).await;
        assert_eq!(inserted.status, StatusCode::OK, "{name}");
        assert_eq!(inserted.headers["content-type"], "application/json");
        assert_eq!(inserted.headers["access-control-allow-origin"], "*");
        assert_eq!(inserted.body, appended.body, "{name}");
    }
    assert_eq!(app.get("/.well-known/openid-credential-issuer/nowhere").await.status, StatusCode::NOT_FOUND);
}

async fn wallets_read_the_metadata(on: On) {
    let app = App::new(on).await;
    let body = app.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await.body;
    let metadata = IssuerMetadata::parse(body.as_bytes(), &identifier(), true).unwrap();
    let ids: Vec<&str> = metadata.credential_configurations_supported.keys().map(String::as_str).collect();
    assert_eq!(
        ids,
        ["enrolment-sd-jwt", "enrolment-vc", "microcredential-open-badge", "microcredential-open-badge-jwt", "microcredential-sd-jwt"]
    );
    let body = app.get(&format!("/.well-known/oauth-authorization-server/{SLUG}")).await.body;
    let server = AuthorizationServerMetadata::parse(body.as_bytes(), &identifier(), true).unwrap();
    assert!(server.require_pushed_authorization_requests && server.authorization_response_iss_parameter_supported);
}

async fn the_did_document_has_both_signing_keys(on: On) {
    let app = App::new(on).await;
    let document = app.get(&format!("/{SLUG}/did.json")).await;
    let did = vc::did::web_did(&identifier()).unwrap();
    let parsed = vc::did::Document::parse(document.body.as_bytes(), &did).unwrap();
    // A JSON-LD reader knows both kinds of method by the contexts that are named.
    let document = document.json();
    let contexts = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1", "https://w3id.org/security/multikey/v1"];
    assert_eq!(document["@context"], serde_json::json!(contexts));
    let jwks = app.get(&format!("/{SLUG}/jwks")).await.json();
    assert_eq!(jwks["keys"].as_array().unwrap().len(), 2);
    let metadata = app.get(&format!("/.well-known/jwt-vc-issuer/{SLUG}")).await.json();
    assert_eq!(metadata["jwks"], jwks);
    for (algorithm, kind, member) in [("ES256", "JsonWebKey", "publicKeyJwk"), ("EdDSA", "Multikey", "publicKeyMultibase")] {
        let key = jwks["keys"].as_array().unwrap().iter().find(|key| key["alg"] == algorithm).unwrap();
        let id = format!("{did}#{}", key["kid"].as_str().unwrap());
        assert_eq!(parsed.key(&id, vc::did::Relationship::AssertionMethod).unwrap().thumbprint(), key["kid"]);
        let method = document["verificationMethod"].as_array().unwrap().iter().find(|method| method["id"] == id).unwrap();
        assert_eq!(method["type"], kind);
        assert_eq!(method["controller"], did);
        assert!(method.get(member).is_some());
    }
}

async fn type_metadata_is_served_byte_for_byte(on: On) {
    let app = App::new(on).await;
    for document in vc::bundled::documents() {
        let path = document.name.strip_prefix(vc::bundled::NAMES).unwrap();
        let answer = app.get(path).await;
        assert_eq!(
            (answer.body.as_str(), &answer.headers["content-type"]),
            (document.text, &document.media_type.parse().unwrap()),
            "{path}"
        );
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
    }
    for unknown in ["/vct/nl-microcredential/2", "/contexts/nl-microcredential/v2", "/schemas/nl-microcredential-badge/x"] {
        assert_eq!(app.get(unknown).await.status, StatusCode::NOT_FOUND, "{unknown}");
    }
}

async fn each_form_says_how_it_is_signed_and_asked_for(on: On) {
    let app = App::new(on).await;
    let metadata = app.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await.json();
    let configurations = &metadata["credential_configurations_supported"];
    for (id, format, algorithm, types, contexts) in [
        ("microcredential-sd-jwt", "dc+sd-jwt", "ES256", None, 0),
        ("microcredential-open-badge", "ldp_vc", "eddsa-rdfc-2022", Some("OpenBadgeCredential"), 3),
        ("microcredential-open-badge-jwt", "jwt_vc_json", "ES256", Some("OpenBadgeCredential"), 0),
        ("enrolment-sd-jwt", "dc+sd-jwt", "ES256", None, 0),
        ("enrolment-vc", "ldp_vc", "eddsa-rdfc-2022", Some("AcademicEnrollmentCredential"), 2),
    ] {
        let one = &configurations[id];
        assert_eq!((&one["format"], &one["credential_signing_alg_values_supported"]), (&json!(format), &json!([algorithm])), "{id}");
        assert_eq!(one["cryptographic_binding_methods_supported"], json!(["jwk", "did:jwk", "did:key"]), "{id}");
        assert_eq!(one["credential_metadata"]["display"][0]["locale"], "nl", "{id}");
        assert!(one["credential_metadata"]["claims"].as_array().is_some_and(|claims| claims.len() > 10), "{id}");
        let definition = &one["credential_definition"];
        assert_eq!(definition["type"].as_array().map(|types| types[1].as_str().unwrap()), types, "{id}");
        assert_eq!(definition["@context"].as_array().map_or(0, Vec::len), contexts, "{id}");
        assert_eq!(one.get("vct").is_some(), types.is_none(), "{id}");
    }
}
