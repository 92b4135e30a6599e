//! What an institution publishes: both addresses, same bytes, readable by our own wallet's reader.

use axum::http::StatusCode;
use openid4vc::{AuthorizationServerMetadata, IssuerMetadata};

use super::{App, On, SLUG, identifier, on_each_database};

on_each_database! {
    both_forms_of_each_address_give_the_same_bytes,
    wallets_read_the_metadata,
    the_did_document_has_both_signing_keys,
    type_metadata_is_served_byte_for_byte,
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
    assert_eq!(ids, ["enrolment-sd-jwt", "microcredential-sd-jwt"]);
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
    for kind in vc::bundled::types() {
        let path = kind.vct.strip_prefix("https://w3id.org/eduwallet-nl").unwrap();
        assert_eq!(app.get(path).await.body, kind.metadata);
    }
    assert_eq!(app.get("/vct/nl-microcredential/2").await.status, StatusCode::NOT_FOUND);
}
