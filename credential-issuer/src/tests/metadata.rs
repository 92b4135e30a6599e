//! What an institution publishes: both addresses, same bytes, readable by our own wallet's reader.

use axum::http::StatusCode;
use openid4vc::{AuthorizationServerMetadata, IssuerMetadata};
use serde_json::{Value, json};

use super::{App, On, SLUG, identifier, on_each_database};

on_each_database! {
    both_forms_of_each_address_give_the_same_bytes,
    wallets_read_the_metadata,
    the_did_document_has_both_signing_keys,
    type_metadata_is_served_byte_for_byte,
    each_form_says_how_it_is_signed_and_asked_for,
    vci_12_2_what_there_is_is_announced,
    vci_12_2_2_signed_metadata_by_accept,
    older_forms_stand_in_metadata_where_that_bridge_is_open,
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

/// The schema of the OpenID Foundation's conformance suite (`crates/openid4vc/tests/vectors/openid4vci/README.md`).
const SCHEMA: &str = include_str!("../../../crates/openid4vc/tests/vectors/openid4vci/oidf-schemas/credential_issuer_metadata-1_0.json");

pub(super) fn assert_fits_the_schema(metadata: &Value) {
    let schema = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
    let mut known = metadata.clone();
    // Of formats that it does not know it takes no members at all: what they have in common is looked at.
    for one in known["credential_configurations_supported"].as_object_mut().unwrap().values_mut().filter_map(Value::as_object_mut) {
        if !["dc+sd-jwt", "jwt_vc_json"].contains(&one["format"].as_str().unwrap()) {
            one.retain(|name, _| !["vct", "credential_definition", "credential_signing_alg_values_supported"].contains(&name.as_str()));
        }
    }
    let errors: Vec<String> = schema.iter_errors(&known).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

async fn vci_12_2_what_there_is_is_announced(on: On) {
    let app = App::new(on).await;
    let metadata = app.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await.json();
    assert_fits_the_schema(&metadata);
    for endpoint in ["credential", "nonce", "deferred-credential", "notification"] {
        let member = format!("{}_endpoint", endpoint.replace('-', "_"));
        assert_eq!(metadata[&member], format!("{}/{endpoint}", identifier()));
    }
    assert_eq!(metadata["batch_credential_issuance"], json!({"batch_size": 10}));
    let request = &metadata["credential_request_encryption"];
    assert_eq!((&request["enc_values_supported"], &request["encryption_required"]), (&json!(["A256GCM", "A128GCM"]), &json!(false)));
    assert!(request["jwks"]["keys"][0]["kid"].is_string() && request.get("zip_values_supported").is_none());
    assert_eq!(metadata["credential_response_encryption"]["alg_values_supported"], json!(["ECDH-ES"]));
    let display = &metadata["display"][0];
    assert_eq!(
        (&display["name"], &display["locale"], &display["logo"]["alt_text"]),
        (&json!("Hogeschool Voorbeeld"), &json!("nl-NL"), &json!("Hogeschool Voorbeeld"))
    );
    assert!(display["logo"]["uri"].as_str().unwrap().starts_with("data:image/png;base64,"));
    for (id, one) in metadata["credential_configurations_supported"].as_object().unwrap() {
        let types: Vec<&String> = one["proof_types_supported"].as_object().unwrap().keys().collect();
        // Nobody's word about keys is believed here, so none is asked for.
        assert_eq!(types, ["di_vp", "jwt"], "{id}");
    }
}

async fn vci_12_2_2_signed_metadata_by_accept(on: On) {
    let app = App::new(on).await;
    let path = format!("/.well-known/openid-credential-issuer/{SLUG}");
    let asked = |accept: &'static str| {
        let request = super::request(axum::http::Method::GET, &path, None).header("accept", accept);
        app.send(request.body(axum::body::Body::empty()).unwrap())
    };
    for unsigned in ["*/*", "application/json", "application/json, application/jwt;q=0.5", "application/jwt;q=0", "text/html"] {
        let answer = asked(unsigned).await;
        assert_eq!(answer.headers["content-type"], "application/json", "{unsigned}");
        assert!(answer.headers.get_all("vary").iter().any(|value| value == "Accept"));
    }
    let answer = asked("application/jwt").await;
    assert_eq!((answer.status, &answer.headers["content-type"]), (StatusCode::OK, &"application/jwt".parse().unwrap()));
    let jws = vc::jws::Jws::parse(&answer.body).unwrap();
    assert_eq!(jws.typ(), Some("openidvci-issuer-metadata+jwt"));
    let chain = vc::x509::Chain::from_x5c(&jws.x5c().unwrap()).unwrap();
    let leaf = chain.verify(&[app.authority.anchor_der().to_vec()], app.now().seconds()).unwrap();
    assert_eq!(leaf.san_uris, [identifier()]);
    let key = vc::key::VerifyingKey::from_jwk(&leaf.jwk).unwrap();
    let mut payload = jws.verify(&key, Some("openidvci-issuer-metadata+jwt")).unwrap().clone();
    let members = payload.as_object_mut().unwrap();
    assert_eq!((members.remove("sub"), members.remove("iss")), (Some(json!(identifier())), Some(json!(identifier()))));
    assert_eq!(members.remove("iat"), Some(json!(app.now().seconds())));
    assert!(members.remove("exp").is_some_and(|exp| exp.as_i64().unwrap() > app.now().seconds()));
    // Every member at the top level, the same as unsigned, and the same bytes for a while.
    assert_eq!(payload, app.get(&path).await.json());
    assert_eq!(asked("application/jwt, application/json;q=0.9").await.body, answer.body);
}

async fn older_forms_stand_in_metadata_where_that_bridge_is_open(on: On) {
    let app = App::issuing(on, |issuing| issuing.compat.vc_sd_jwt = true).await;
    let metadata = app.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await.json();
    assert_fits_the_schema(&metadata);
    let one = &metadata["credential_configurations_supported"]["microcredential-vc-sd-jwt"];
    assert_eq!((&one["format"], &one["vct"]), (&json!("vc+sd-jwt"), &json!(vc::bundled::MICROCREDENTIAL_VCT)));
    assert_eq!(metadata["credential_configurations_supported"].as_object().unwrap().len(), 7);
}
