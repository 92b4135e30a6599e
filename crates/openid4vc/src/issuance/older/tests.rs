//! Each bridge, open and closed.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::credential::{CredentialErrorCode, CredentialRequest, CredentialResponse, Proofs, Wanted};
use super::super::issuer_metadata::{CredentialConfiguration, IssuerMetadata};
use super::*;

const ISSUER: &str = "https://issuer.example/roc-voorbeeld";

fn issuer() -> IssuerMetadata {
    let document = json!({
        "credential_issuer": ISSUER, "credential_endpoint": format!("{ISSUER}/credential"),
        "credential_configurations_supported": {
            "mc": {
                "format": "dc+sd-jwt", "vct": "https://types.example/mc",
                "credential_metadata": {"display": [{"name": "Diploma"}], "claims": [{"path": ["name"]}]},
            },
            "badge": {
                "format": "ldp_vc",
                "credential_definition": {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential", "OpenBadgeCredential"]},
            },
        },
    });
    IssuerMetadata::parse(document.to_string().as_bytes(), ISSUER, false).unwrap()
}

fn read(body: Value, bridges: Bridges) -> Result<CredentialRequest, CredentialErrorCode> {
    read_request(body.to_string().as_bytes(), bridges, &issuer().credential_configurations_supported)
}

const BY_FORMAT: Bridges = Bridges {
    by_format: true,
    single_proof: false,
    one_credential: false,
    nonce_in_answers: false,
    vc_sd_jwt: false,
    flat_metadata: false,
};

#[test]
fn a_single_proof_is_a_list_of_one() {
    let body = json!({"credential_configuration_id": "mc", "proof": {"proof_type": "jwt", "jwt": "a.b.c"}});
    let closed = read(body.clone(), Bridges::default()).unwrap();
    assert_eq!((closed.proofs, closed.older), (Proofs::None, None));
    let open = Bridges { single_proof: true, ..Bridges::default() };
    let request = read(body, open).unwrap();
    assert_eq!(request.proofs, Proofs::Jwt(vec!["a.b.c".into()]));
    assert_eq!(request.older, Some(Older { single_proof: true, by_format: false }));
    let presentation = json!({"credential_configuration_id": "mc", "proof": {"proof_type": "ldp_vp", "ldp_vp": {"type": []}}});
    assert_eq!(read(presentation, open).unwrap().proofs, Proofs::DiVp(vec![json!({"type": []})]));
    for bad in [json!({}), json!({"proof_type": "jwt"}), json!({"proof_type": "cwt", "cwt": "x"}), json!("a.b.c")] {
        let body = json!({"credential_configuration_id": "mc", "proof": bad});
        assert_eq!(read(body, open), Err(CredentialErrorCode::InvalidProof), "{bad}");
    }
    let both = json!({"credential_configuration_id": "mc", "proof": {"proof_type": "jwt", "jwt": "a"}, "proofs": {"jwt": ["b"]}});
    assert_eq!(read(both, open).unwrap().proofs, Proofs::Jwt(vec!["b".into()]));
}

#[test]
fn a_format_and_a_type_name_a_configuration() {
    let wanted = |body: Value| read(body, BY_FORMAT).map(|request| request.wanted);
    let named = |id: &str| Ok(Wanted::Configuration(id.to_owned()));
    let vct = "https://types.example/mc";
    assert_eq!(wanted(json!({"format": "vc+sd-jwt", "vct": vct})), named("mc"));
    assert_eq!(wanted(json!({"format": "dc+sd-jwt", "vct": vct})), named("mc"));
    assert_eq!(wanted(json!({"format": "vc+sd-jwt", "credential_definition": {"vct": vct}})), named("mc"));
    let types = json!(["OpenBadgeCredential", "VerifiableCredential"]);
    assert_eq!(wanted(json!({"format": "ldp_vc", "credential_definition": {"type": types}})), named("badge"));
    let unknown = Err(CredentialErrorCode::UnknownCredentialConfiguration);
    assert_eq!(wanted(json!({"format": "ldp_vc", "credential_definition": {"type": ["VerifiableCredential"]}})), unknown);
    assert_eq!(wanted(json!({"format": "vc+sd-jwt", "vct": "https://types.example/other"})), unknown);
    assert_eq!(wanted(json!({"format": "mso_mdoc", "doctype": "x"})), unknown);
    assert_eq!(wanted(json!({"format": "ldp_vc", "credential_identifier": "i"})), Ok(Wanted::Identifier("i".into())));
    let closed = read(json!({"format": "vc+sd-jwt", "vct": vct}), Bridges::default());
    assert_eq!(closed, Err(CredentialErrorCode::InvalidCredentialRequest));
}

#[test]
fn the_request_of_a_draft_in_the_specification_is_of_a_format_that_is_not_issued() {
    let body = include_str!("../../../tests/vectors/openid4vci/spec-examples/credential_request_iso_mdl.json");
    let outcome = |bridges| read_request(body.as_bytes(), bridges, &BTreeMap::<String, CredentialConfiguration>::new()).err();
    assert_eq!(outcome(BY_FORMAT), Some(CredentialErrorCode::UnknownCredentialConfiguration));
    assert_eq!(outcome(Bridges::default()), Some(CredentialErrorCode::InvalidCredentialRequest));
}

#[test]
fn answers_repeat_the_one_credential_and_carry_a_nonce() {
    let one = || CredentialResponse::issued(["a~".into()], None);
    let written = |response: CredentialResponse| serde_json::to_value(response).unwrap();
    let open = Bridges { one_credential: true, nonce_in_answers: true, ..Bridges::default() };
    let older = Some(Older { by_format: true, single_proof: true });
    let nonce = || Some(("n".to_owned(), 300));
    assert_eq!(
        written(answer(one(), older, open, nonce())),
        json!({"credentials": [{"credential": "a~"}], "credential": "a~", "c_nonce": "n", "c_nonce_expires_in": 300})
    );
    for (older, bridges) in [(older, Bridges::default()), (None, Bridges { nonce_in_answers: false, ..open })] {
        assert_eq!(written(answer(one(), older, bridges, nonce())), json!({"credentials": [{"credential": "a~"}]}));
    }
    let two = CredentialResponse::issued(["a~".into(), "b~".into()], None);
    assert!(answer(two, older, open, None).credential.is_none());
}

#[test]
fn a_deferred_credential_is_pending() {
    assert_eq!(pending_interval(pending(30).to_string().as_bytes()), Some(30));
    assert_eq!(pending_interval(br#"{"error":"issuance_pending"}"#), Some(5));
    assert_eq!(pending_interval(br#"{"error":"invalid_transaction_id"}"#), None);
}

#[test]
fn metadata_has_twins_and_repetitions_where_they_are_asked_for() {
    let metadata = issuer();
    assert_eq!(published(&metadata, Bridges::default()), serde_json::to_value(&metadata).unwrap());
    let open = published(&metadata, Bridges { vc_sd_jwt: true, flat_metadata: true, ..Bridges::default() });
    let configurations = open["credential_configurations_supported"].as_object().unwrap();
    assert_eq!(configurations.keys().collect::<Vec<_>>(), ["badge", "mc", "mc-vc-sd-jwt"]);
    let twin = &configurations["mc-vc-sd-jwt"];
    assert_eq!((&twin["format"], &twin["vct"]), (&json!("vc+sd-jwt"), &json!("https://types.example/mc")));
    assert_eq!((&twin["display"], &twin["claims"]), (&json!([{"name": "Diploma"}]), &json!([{"path": ["name"]}])));
    assert_eq!((original("mc-vc-sd-jwt"), original("mc")), ("mc", "mc"));
}

fn configuration(change: Value) -> CredentialConfiguration {
    let mut one = json!({"format": "vc+sd-jwt", "vct": "v"});
    one.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    let mut document = json!({"credential_configurations_supported": {"a": one}});
    read_metadata(&mut document);
    serde_json::from_value(document["credential_configurations_supported"]["a"].clone()).unwrap()
}

fn claims(change: Value) -> Value {
    let metadata = configuration(change).credential_metadata.unwrap();
    metadata.claims.iter().map(|claim| json!(claim.path)).collect()
}

#[test]
fn a_claims_map_is_read_as_a_list_in_its_order() {
    let map = json!({
        "family_name": {"display": [{"name": "Nachname", "locale": "de"}], "mandatory": true, "value_type": "string"},
        "given_name": {},
        "address": {"street": {"display": [{"name": "Straat"}]}, "city": {}},
    });
    let paths = claims(json!({"claims": map, "order": ["given_name", "address"]}));
    assert_eq!(paths, json!([["given_name"], ["address", "city"], ["address", "street"], ["family_name"]]));
    let metadata = configuration(json!({"claims": map})).credential_metadata.unwrap();
    let family = metadata.claims.iter().find(|claim| claim.path == [json!("family_name")]).unwrap();
    assert!(family.mandatory && family.display[0].name.as_deref() == Some("Nachname"));
    let subject = json!({"credential_definition": {"type": ["T"], "credentialSubject": {"degree": {"type": {}}}}});
    assert_eq!(claims(subject), json!([["credentialSubject", "degree", "type"]]));
}

#[test]
fn names_one_level_up_are_read() {
    let metadata = configuration(json!({"display": [{"name": "Diploma", "logo": {"url": "https://i.example/l.png"}}]})).credential_metadata;
    let display = &metadata.unwrap().display[0];
    assert_eq!((display.name.as_deref(), display.logo.as_ref().unwrap().uri.as_str()), (Some("Diploma"), "https://i.example/l.png"));
    let both = json!({"display": [{"name": "old"}], "credential_metadata": {"display": [{"name": "new"}]}});
    assert_eq!(configuration(both).credential_metadata.unwrap().display[0].name.as_deref(), Some("new"));
    let nowhere = configuration(json!({"display": [{"name": "Diploma", "logo": {"alt_text": "x"}}]}));
    assert_eq!(nowhere.credential_metadata.unwrap().display[0].logo, None);
    assert_eq!(configuration(json!({})).credential_metadata, None);
}

#[test]
fn a_bare_list_of_keys_is_a_set() {
    let mut document = json!({"credential_request_encryption": {"jwks": [{"kty": "EC", "kid": "1"}]}});
    read_metadata(&mut document);
    assert_eq!(document, json!({"credential_request_encryption": {"jwks": {"keys": [{"kty": "EC", "kid": "1"}]}}}));
}

#[test]
fn suites_types_and_proof_types_of_drafts_are_read() {
    let suites = configuration(json!({"cryptographic_suites_supported": ["ES256"], "proof_types_supported": ["jwt"]}));
    assert_eq!(suites.credential_signing_alg_values_supported, [json!("ES256")]);
    assert_eq!(suites.proof_types_supported["jwt"].proof_signing_alg_values_supported, ["ES256"]);
    assert_eq!(configuration(json!({"format": "jwt_vc_json", "types": ["A", "B"]})).types(), ["A", "B"]);
    assert_eq!(configuration(json!({"credential_definition": {"types": ["A"]}})).types(), ["A"]);
    assert_eq!(configuration(json!({"vct": null, "credential_definition": {"vct": "v"}})).vct, None);
    let inside = json!({"format": "vc+sd-jwt", "credential_definition": {"vct": "w"}});
    let mut document = json!({"credential_configurations_supported": {"a": inside}});
    read_metadata(&mut document);
    assert_eq!(document["credential_configurations_supported"]["a"]["vct"], "w");
}
