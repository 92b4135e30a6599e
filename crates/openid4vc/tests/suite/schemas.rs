//! What this crate writes keeps the schemas of the OpenID Foundation's conformance suite, which warn of every member that no
//! specification has.

use openid4vc::credential::{Proofs, Wanted};
use openid4vc::encryption::ResponseEncryptionSupport;
use openid4vc::offer::{AuthorizationCodeOffer, Grants, InputMode, PreAuthorizedCodeOffer, TxCode};
use openid4vc::older::{self, Bridges};
use openid4vc::{CredentialOffer, CredentialRequest};
use serde::Serialize;
use serde_json::{Value, json};
use vc::key::AgreementKey;

use crate::world::{ISSUER, issuer, server};

/// The violations of a document against a schema. The suite warns of every member of a format that it does not try, as `ldp_vc`;
/// that is no violation.
fn violations(schema: &str, document: &impl Serialize) -> Vec<String> {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let document = serde_json::to_value(document).unwrap();
    let untried = |error: &jsonschema::ValidationError<'_>| {
        let format = document.pointer(&format!("{}/format", error.instance_path()));
        let tried = format.is_none_or(|format| ["dc+sd-jwt", "jwt_vc_json", "mso_mdoc"].iter().any(|known| format == known));
        !tried && error.to_string().starts_with("Unevaluated properties")
    };
    let found = validator.iter_errors(&document).filter(|error| !untried(error));
    found.map(|error| format!("{}: {error}", error.instance_path())).collect()
}

const NONE: [String; 0] = [];
const ISSUER_METADATA: &str = include_str!("../vectors/openid4vci/oidf-schemas/credential_issuer_metadata-1_0.json");
const SERVER_METADATA: &str = include_str!("../vectors/openid4vci/oidf-schemas/oauth_authorization_server_metadata.json");
const OFFER: &str = include_str!("../vectors/openid4vci/oidf-schemas/credential_offer-1_0.json");
const REQUEST: &str = include_str!("../vectors/openid4vci/oidf-schemas/credential_request-1_0.json");

#[test]
fn the_schemas_say_of_the_cases_what_their_names_say() {
    for (name, text) in [
        ("mock-full", include_str!("../vectors/openid4vci/oidf-metadata-cases/valid-openid-credential-issuer-metadata-mock-full.json")),
        (
            "mock-minimal",
            include_str!("../vectors/openid4vci/oidf-metadata-cases/valid-openid-credential-issuer-metadata-mock-minimal.json"),
        ),
        (
            "claims",
            include_str!(
                "../vectors/openid4vci/oidf-metadata-cases/valid-openid-credential-issuer-metadata-spec-DcSdJwt-claims-example.json"
            ),
        ),
    ] {
        assert_eq!(violations(ISSUER_METADATA, &serde_json::from_str::<Value>(text).unwrap()), NONE, "{name}");
    }
    for (name, text) in [
        ("bdr", include_str!("../vectors/openid4vci/oidf-metadata-cases/invalid-openid-credential-issuer-metadata-bdr-example1.json")),
        (
            "missing",
            include_str!(
                "../vectors/openid4vci/oidf-metadata-cases/invalid-openid-credential-issuer-metadata-missing-required-property.json"
            ),
        ),
    ] {
        assert_ne!(violations(ISSUER_METADATA, &serde_json::from_str::<Value>(text).unwrap()), NONE, "{name}");
    }
    let server = include_str!("../vectors/openid4vci/oidf-metadata-cases/invalid-oauth-authorization-server-metadata-multiple-errors.json");
    assert_ne!(violations(SERVER_METADATA, &serde_json::from_str::<Value>(server).unwrap()), NONE);
}

#[test]
fn issuer_metadata_keeps_the_schema() {
    assert_eq!(violations(ISSUER_METADATA, &issuer()), NONE);
}

#[test]
fn issuer_metadata_with_twins_and_repetitions_keeps_the_schema() {
    let open = Bridges { vc_sd_jwt: true, ..Bridges::default() };
    assert_eq!(violations(ISSUER_METADATA, &older::published(&issuer(), open)), NONE);
}

#[test]
fn server_metadata_keeps_the_schema() {
    let unknown: Vec<String> = violations(SERVER_METADATA, &server());
    // The suite of August 2026 does not know the newest of client attestations yet.
    let new = |message: &String| message.contains("client_attestation_pop_methods_supported");
    assert!(unknown.iter().all(new), "{unknown:?}");
}

#[test]
fn offers_keep_the_schema() {
    let tx_codes = [
        None,
        Some(TxCode::default()),
        Some(TxCode { input_mode: Some(InputMode::Text), length: Some(8), description: Some("x".repeat(300)) }),
    ];
    for tx_code in tx_codes {
        let pre_authorized = PreAuthorizedCodeOffer { code: "c".into(), tx_code, authorization_server: Some(ISSUER.into()) };
        let by_login = AuthorizationCodeOffer { issuer_state: Some("s".into()), authorization_server: None };
        for grants in [
            None,
            Some(Grants::default()),
            Some(Grants { authorization_code: Some(by_login.clone()), pre_authorized_code: Some(pre_authorized.clone()) }),
        ] {
            let offer = CredentialOffer { credential_issuer: ISSUER.into(), credential_configuration_ids: vec!["mc".into()], grants };
            assert_eq!(violations(OFFER, &offer), NONE);
            let text = serde_json::to_vec(&offer).unwrap();
            assert!(CredentialOffer::parse(&text, false).is_ok());
        }
    }
}

#[test]
fn credential_requests_keep_the_schema() {
    let asked = ResponseEncryptionSupport::new(false).ask(&AgreementKey::generate().unwrap()).unwrap();
    for wanted in [Wanted::Configuration("mc".into()), Wanted::Identifier("i".into())] {
        for proofs in [Proofs::None, Proofs::Jwt(vec!["a".into()]), Proofs::Attestation("a".into()), Proofs::DiVp(vec![json!({})])] {
            for response_encryption in [None, Some(asked.clone())] {
                let request = CredentialRequest { response_encryption, ..CredentialRequest::new(wanted.clone(), proofs.clone()) };
                let body: Value = serde_json::from_str(&request.body()).unwrap();
                assert_eq!(violations(REQUEST, &body), NONE);
            }
        }
    }
}
