//! Rows C4 to C8 and C16, and the MUSTs of section 8.2.

use serde_json::json;

use super::*;
use CredentialErrorCode::*;

fn read(body: &str) -> Result<CredentialRequest, CredentialErrorCode> {
    CredentialRequest::parse(body.as_bytes())
}

fn configuration(proofs: Proofs) -> CredentialRequest {
    CredentialRequest::new(Wanted::Configuration("mc".into()), proofs)
}

#[test]
fn row_c6() {
    assert_eq!(read(r#"{"credential_identifier":"x","credential_configuration_id":"y"}"#), Err(InvalidCredentialRequest));
    assert_eq!(read("{}"), Err(InvalidCredentialRequest));
}

#[test]
fn rows_c7_and_c8() {
    for body in [
        r#"{"credential_configuration_id":"mc"}"#,
        r#"{"credential_configuration_id":"mc","proofs":{}}"#,
        r#"{"credential_configuration_id":"mc","proof":{"proof_type":"jwt","jwt":"a.b.c"}}"#,
        r#"{"credential_configuration_id":"mc","proofs":{"jwt":[]}}"#,
        r#"{"credential_configuration_id":"mc","proofs":{"cwt":["a"]}}"#,
        r#"{"credential_configuration_id":"mc","proofs":{"jwt":"a"}}"#,
        r#"{"credential_configuration_id":"mc","proofs":{"jwt":[{}]}}"#,
    ] {
        assert_eq!(read(body).and_then(|request| request.require_proofs(1)), Err(InvalidProof), "{body}");
    }
}

#[test]
fn vci_8_2_proofs_has_exactly_one_parameter() {
    let two = r#"{"credential_configuration_id":"mc","proofs":{"jwt":["a"],"attestation":["b"]}}"#;
    assert_eq!(read(two), Err(InvalidCredentialRequest));
}

#[test]
fn vci_8_2_unrecognized_parameters_are_ignored() {
    let body = r#"{"credential_configuration_id":"mc","x":[1],"proofs":{"jwt":["a"]},"y":{"z":null}}"#;
    assert_eq!(read(body), Ok(configuration(Proofs::Jwt(vec!["a".into()]))));
    assert_eq!(read(r#"{"credential_configuration_id":"mc","credential_configuration_id":"x"}"#), Err(InvalidCredentialRequest));
}

#[test]
fn row_c16() {
    let request = configuration(Proofs::Jwt(vec!["a".into(), "b".into()]));
    assert_eq!(request.require_proofs(1), Err(InvalidCredentialRequest));
    assert_eq!(request.require_proofs(2), Ok(()));
    assert_eq!(configuration(Proofs::Jwt(vec!["a".into(), "a".into()])).require_proofs(2), Err(InvalidCredentialRequest));
    let same = vec![json!({"a": 1}), json!({"a": 1})];
    assert_eq!(configuration(Proofs::DiVp(same)).require_proofs(2), Err(InvalidCredentialRequest));
}

#[test]
fn what_is_written_is_read() {
    let presentation = json!({"type": ["VerifiablePresentation"]});
    for proofs in
        [Proofs::None, Proofs::Jwt(vec!["a".into()]), Proofs::Attestation("b".into()), Proofs::DiVp(vec![presentation.clone(), json!({})])]
    {
        let request = configuration(proofs);
        assert_eq!(read(&request.body()), Ok(request));
    }
    let named = CredentialRequest::new(Wanted::Identifier("x".into()), Proofs::None);
    assert_eq!(read(&named.body()), Ok(named));
}

#[test]
fn vci_f_3_there_is_exactly_one_attestation() {
    for list in [r#"["a","b"]"#, "[]", "[1]", r#""a""#] {
        let body = format!(r#"{{"credential_configuration_id":"mc","proofs":{{"attestation":{list}}}}}"#);
        assert_eq!(read(&body), Err(InvalidProof), "{list}");
    }
}

#[test]
fn vci_f_2_presentations_are_objects() {
    assert_eq!(read(r#"{"credential_configuration_id":"mc","proofs":{"di_vp":["a.b.c"]}}"#), Err(InvalidProof));
}

#[test]
fn error_codes_are_those_of_the_specification() {
    for code in CredentialErrorCode::ALL {
        assert_eq!(CredentialErrorCode::from_code(code.code()), Some(code));
        assert_eq!(code.to_string(), code.code());
    }
    assert_eq!(CredentialErrorCode::from_code("invalid_request"), None);
}
