//! An issuer that has everything, and a wallet that collects from it.

use std::collections::BTreeMap;

use openid4vc::encryption::{RequestEncryptionSupport, ResponseEncryptionSupport};
use openid4vc::issuer_metadata::{BatchIssuance, ClaimDescription, CredentialDefinition, CredentialMetadata, Display, Logo, ProofType};
use openid4vc::key_attestation::{self, Policy, Required};
use openid4vc::proof::{ExpectedProofs, ProofError, Proved, verify_all};
use openid4vc::{AuthorizationServerMetadata, CredentialConfiguration, IssuerMetadata, Proofs, di_vp, proof, token};
use serde_json::{Value, json};
use vc::key::{AgreementKey, Algorithm, SigningKey};

pub(crate) const ISSUER: &str = "https://issuer.example/roc-voorbeeld";
pub(crate) const NOW: i64 = 1_760_000_000;

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn at(path: &str) -> String {
    format!("{ISSUER}{path}")
}

fn named(name: &str, locale: &str) -> Display {
    let logo = Logo { uri: at("/logo.png"), alt_text: Some("ROC".into()) };
    Display { name: Some(name.into()), locale: Some(locale.into()), logo: Some(logo), ..Display::default() }
}

fn proof_types() -> BTreeMap<String, ProofType> {
    let jose = texts(&proof::ALGORITHMS.map(Algorithm::name));
    let attested = Required { key_storage: Some(texts(&key_attestation::LEVELS[..2])), user_authentication: None };
    BTreeMap::from([
        ("jwt".into(), ProofType { proof_signing_alg_values_supported: jose.clone(), key_attestations_required: None }),
        ("attestation".into(), ProofType { proof_signing_alg_values_supported: jose, key_attestations_required: Some(attested) }),
        (
            "di_vp".into(),
            ProofType {
                proof_signing_alg_values_supported: texts(&di_vp::SUITES.map(|suite| suite.name())),
                key_attestations_required: None,
            },
        ),
    ])
}

fn configuration(format: &str) -> CredentialConfiguration {
    let display = named("Diploma", "nl-NL");
    let claim =
        ClaimDescription { path: vec![json!("name")], mandatory: true, display: vec![Display { logo: None, ..named("Naam", "nl") }] };
    let definition = CredentialDefinition {
        context: if format == "ldp_vc" { vec![json!("https://www.w3.org/ns/credentials/v2")] } else { Vec::new() },
        types: texts(&["VerifiableCredential", "OpenBadgeCredential"]),
        ..CredentialDefinition::default()
    };
    CredentialConfiguration {
        format: format.into(),
        scope: Some("microcredential".into()),
        credential_signing_alg_values_supported: vec![json!("ES256")],
        cryptographic_binding_methods_supported: texts(&["jwk", "did:key"]),
        proof_types_supported: proof_types(),
        credential_metadata: Some(CredentialMetadata { display: vec![display], claims: vec![claim] }),
        vct: (format == "dc+sd-jwt").then(|| "https://types.example/mc".to_owned()),
        credential_definition: (format != "dc+sd-jwt").then_some(definition),
    }
}

/// Metadata with every member that this crate writes.
pub(crate) fn issuer() -> IssuerMetadata {
    let key = AgreementKey::generate().unwrap().public_jwk().unwrap();
    IssuerMetadata {
        credential_issuer: ISSUER.into(),
        authorization_servers: vec![ISSUER.into()],
        credential_endpoint: at("/credential"),
        nonce_endpoint: Some(at("/nonce")),
        deferred_credential_endpoint: Some(at("/deferred-credential")),
        notification_endpoint: Some(at("/notification")),
        credential_request_encryption: Some(RequestEncryptionSupport::new(&[key], false)),
        credential_response_encryption: Some(ResponseEncryptionSupport::new(false)),
        batch_credential_issuance: Some(BatchIssuance { batch_size: 10 }),
        display: vec![named("ROC Voorbeeld", "nl-NL")],
        credential_configurations_supported: ["dc+sd-jwt", "ldp_vc", "jwt_vc_json"]
            .map(|format| (format.to_owned(), configuration(format)))
            .into(),
    }
}

/// Authorization server metadata with every member that this crate writes for an issuer.
pub(crate) fn server() -> AuthorizationServerMetadata {
    AuthorizationServerMetadata {
        authorization_endpoint: Some(at("/authorize")),
        token_endpoint: Some(at("/token")),
        pushed_authorization_request_endpoint: Some(at("/par")),
        require_pushed_authorization_requests: true,
        jwks_uri: Some(at("/jwks")),
        scopes_supported: texts(&["microcredential"]),
        response_types_supported: texts(&["code"]),
        grant_types_supported: texts(&[token::AUTHORIZATION_CODE, token::PRE_AUTHORIZED_CODE, token::REFRESH_TOKEN]),
        code_challenge_methods_supported: texts(&["S256"]),
        token_endpoint_auth_methods_supported: texts(&["none", "private_key_jwt", "attest_jwt_client_auth"]),
        token_endpoint_auth_signing_alg_values_supported: texts(&["ES256"]),
        dpop_signing_alg_values_supported: texts(&["ES256", "EdDSA"]),
        authorization_details_types_supported: texts(&["openid_credential"]),
        challenge_endpoint: Some(at("/challenge")),
        client_attestation_signing_alg_values_supported: texts(&["ES256"]),
        client_attestation_pop_signing_alg_values_supported: texts(&["ES256"]),
        client_attestation_pop_methods_supported: texts(&["attestation_pop_jwt", "dpop_combined", "none"]),
        client_id_metadata_document_supported: true,
        authorization_response_iss_parameter_supported: true,
        pre_authorized_grant_anonymous_access_supported: true,
        status_list_aggregation_endpoint: Some(at("/status")),
        ..AuthorizationServerMetadata::new(ISSUER)
    }
}

/// The body of a credential request with this proof.
pub(crate) fn with_proofs(proofs: &Value) -> Vec<u8> {
    json!({"credential_configuration_id": "mc", "proofs": proofs}).to_string().into_bytes()
}

/// What a wallet's proofs come to.
pub(crate) fn proved(proofs: &Proofs) -> Result<Proved, ProofError> {
    verify_all(proofs, &ExpectedProofs { issuer: ISSUER, now: NOW, client_id: None, key_attestation: Policy::default() })
}

/// A proof of a new key whose header and payload were changed, `null` removing a member.
pub(crate) fn proof_with(header: &Value, payload: &Value) -> String {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let mut head = json!({"typ": proof::TYP, "jwk": key.public_jwk().unwrap().to_value()});
    let mut body = json!({"aud": ISSUER, "iat": NOW, "nonce": "n1"});
    for (base, change) in [(&mut head, header), (&mut body, payload)] {
        base.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        base.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    }
    vc::jws::sign(head.as_object().unwrap(), body.to_string().as_bytes(), &key).unwrap()
}
