//! Rows C9 and C11 to C15, and the honest way with each kind of key.

use serde_json::json;
use vc::encoding::b64url;

use super::super::key_attestation::Required;
use super::*;
use crate::oauth::attester::TrustedAttester;
use crate::oauth::attester::tests::with_certificate;

const ISSUER: &str = "https://issuer.example/roc-voorbeeld";
const NOW: i64 = 1_760_000_000;

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

/// A proof with changed header and payload, `null` removing a member.
fn proof(key: &SigningKey, header: Value, payload: Value) -> String {
    let mut head = json!({"typ": TYP, "jwk": key.public_jwk().unwrap().to_value()});
    let mut body = json!({"aud": ISSUER, "iat": NOW, "nonce": "n1"});
    for (base, change) in [(&mut head, header), (&mut body, payload)] {
        for (name, value) in change.as_object().unwrap() {
            base[name] = value.clone();
        }
        base.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    }
    jws::sign(head.as_object().unwrap(), body.to_string().as_bytes(), key).unwrap()
}

#[test]
fn each_kind_of_key_proves_itself() {
    for algorithm in ALGORITHMS {
        let key = SigningKey::generate(algorithm).unwrap();
        let built = build(&key, ISSUER, Some("n1"), NOW, Some("client")).unwrap();
        let checked = verify(&built, ISSUER, NOW + 10).unwrap();
        assert!(checked.holder.same_key(&key.public_jwk().unwrap()));
        assert_eq!((checked.nonce.as_str(), checked.client_id.as_deref()), ("n1", Some("client")));
        let did = vc::did::jwk_did(&key.public_jwk().unwrap());
        let by_did = proof(&key, json!({"jwk": null, "kid": format!("{did}#0")}), json!({}));
        assert!(verify(&by_did, ISSUER, NOW).is_ok());
        let did = vc::did::key_did(&key.public_jwk().unwrap()).unwrap();
        let fragment = did.trim_start_matches("did:key:");
        let by_did = proof(&key, json!({"jwk": null, "kid": format!("{did}#{fragment}")}), json!({}));
        assert!(verify(&by_did, ISSUER, NOW).is_ok());
    }
}

#[test]
fn rows_c9_c12_c13_c14() {
    let key = key();
    let refused = [
        (json!({}), json!({"nonce": null}), ProofError::Nonce),
        (json!({"typ": "JWT"}), json!({}), ProofError::Typ),
        (json!({"typ": null}), json!({}), ProofError::Typ),
        (json!({}), json!({"aud": "https://other.example"}), ProofError::Audience),
        (json!({}), json!({"aud": [ISSUER, "https://other.example"]}), ProofError::Audience),
        (json!({"kid": "k"}), json!({}), ProofError::Key),
        (json!({"jwk": null}), json!({}), ProofError::Key),
        (json!({}), json!({"iat": NOW - 301}), ProofError::Time),
        (json!({}), json!({"iat": NOW + 301}), ProofError::Time),
    ];
    for (header, payload, error) in refused {
        assert_eq!(verify(&proof(&key, header, payload), ISSUER, NOW), Err(error));
    }
}

#[test]
fn row_c11() {
    let key = key();
    let jwk = key.public_jwk().unwrap().to_value();
    for alg in ["none", "HS256"] {
        let header = json!({"typ": TYP, "alg": alg, "jwk": jwk}).to_string();
        let payload = json!({"aud": ISSUER, "iat": NOW, "nonce": "n1"}).to_string();
        let signature = if alg == "none" { String::new() } else { b64url(vc::encoding::sha256(payload.as_bytes())) };
        let forged = format!("{}.{}.{signature}", b64url(header), b64url(payload));
        assert!(verify(&forged, ISSUER, NOW).is_err(), "{alg}");
    }
}

#[test]
fn row_c15_and_another_key() {
    let key = key();
    let mut jwk = key.public_jwk().unwrap().to_value();
    jwk["d"] = "AAAA".into();
    assert_eq!(verify(&proof(&key, json!({"jwk": jwk}), json!({})), ISSUER, NOW), Err(ProofError::Key));
    let other = self::key().public_jwk().unwrap().to_value();
    assert_eq!(verify(&proof(&key, json!({"jwk": other}), json!({})), ISSUER, NOW), Err(ProofError::Signature));
}

#[test]
fn vci_f_1_the_header_has_exactly_one_key() {
    let key = key();
    let jwk = key.public_jwk().unwrap().to_value();
    let did = format!("{}#0", vc::did::jwk_did(&key.public_jwk().unwrap()));
    for header in [json!({"kid": did}), json!({"x5c": ["AAAA"]}), json!({"jwk": null, "kid": did, "x5c": ["AAAA"]}), json!({"jwk": null})] {
        assert_eq!(verify(&proof(&key, header.clone(), json!({})), ISSUER, NOW), Err(ProofError::Key), "{header}");
    }
    for header in [json!({"jwk": jwk}), json!({"jwk": null, "kid": did})] {
        assert!(verify(&proof(&key, header, json!({})), ISSUER, NOW).is_ok());
    }
}

#[test]
fn vci_f_1_the_first_certificate_has_the_key() {
    let (key, chain, _) = with_certificate(NOW);
    let by_chain = proof(&key, json!({"jwk": null, "x5c": chain}), json!({}));
    assert!(verify(&by_chain, ISSUER, NOW).unwrap().holder.same_key(&key.public_jwk().unwrap()));
    let other = proof(&self::key(), json!({"jwk": null, "x5c": chain}), json!({}));
    assert_eq!(verify(&other, ISSUER, NOW), Err(ProofError::Signature));
}

#[test]
fn vci_f_1_a_trust_chain_needs_a_kid() {
    assert_eq!(verify(&proof(&key(), json!({"trust_chain": []}), json!({})), ISSUER, NOW), Err(ProofError::Key));
}

#[test]
fn vci_f_1_aud_is_one_text() {
    assert_eq!(verify(&proof(&key(), json!({}), json!({"aud": [ISSUER]})), ISSUER, NOW), Err(ProofError::Audience));
}

fn expected<'a>(client_id: Option<&'a str>, key_attestation: Policy<'a>) -> ExpectedProofs<'a> {
    ExpectedProofs { issuer: ISSUER, now: NOW, client_id, key_attestation }
}

#[test]
fn vci_f_1_iss_is_the_client() {
    let jwt = |iss: Value| Proofs::Jwt(vec![proof(&key(), json!({}), json!({"iss": iss}))]);
    let outcome = |iss: Value, client| verify_all(&jwt(iss), &expected(client, Policy::default())).map(|proved| proved.nonce);
    assert_eq!(outcome(json!("w"), Some("w")), Ok("n1".into()));
    assert_eq!(outcome(json!(null), Some("w")), Ok("n1".into()));
    assert_eq!(outcome(json!("v"), Some("w")), Err(ProofError::Client));
    assert_eq!(outcome(json!(5), Some("w")), Err(ProofError::Malformed));
    assert_eq!(outcome(json!("w"), None), Ok("n1".into()));
}

#[test]
fn rows_c16_and_c17() {
    let keys = [key(), key(), key()];
    let jwt = |at: usize, change: Value| proof(&keys[at], json!({}), change);
    let outcome = |list: Vec<String>| verify_all(&Proofs::Jwt(list), &expected(None, Policy::default()));
    let proved = outcome(vec![jwt(0, json!({})), jwt(1, json!({})), jwt(2, json!({}))]).unwrap();
    let own: Vec<Jwk> = keys.iter().map(|key| key.public_jwk().unwrap()).collect();
    assert_eq!((proved.keys, proved.attested), (own, None));
    assert_eq!(outcome(vec![jwt(0, json!({})), jwt(0, json!({"iat": NOW - 1}))]), Err(ProofError::Repeated));
    let mut bad = jwt(1, json!({}));
    bad.truncate(bad.len() - 8);
    bad.push_str("AAAAAAAA");
    assert_eq!(outcome(vec![jwt(0, json!({})), bad, jwt(2, json!({}))]), Err(ProofError::Signature));
    assert_eq!(outcome(vec![jwt(0, json!({})), jwt(1, json!({"nonce": "n2"}))]), Err(ProofError::Nonces));
    assert_eq!(outcome(Vec::new()), Err(ProofError::Missing));
    assert_eq!(verify_all(&Proofs::None, &expected(None, Policy::default())), Err(ProofError::Missing));
    assert_eq!((ProofError::Repeated.code(), ProofError::Nonces.code()), ("invalid_credential_request", "invalid_nonce"));
    assert_eq!((ProofError::Missing.code(), ProofError::Signature.code()), ("invalid_proof", "invalid_proof"));
}

/// A provider who is believed, with an attestation of these keys.
fn attested(keys: &[&SigningKey], change: impl FnOnce(&mut KeyAttestation)) -> (TrustedAttester, String) {
    let provider = key();
    let mut attestation = KeyAttestation {
        keys: keys.iter().map(|key| key.public_jwk().unwrap()).collect(),
        iat: NOW,
        exp: Some(NOW + 60),
        nonce: Some("n1".into()),
        key_storage: vec!["iso_18045_high".into()],
        user_authentication: Vec::new(),
        certification: None,
        issuer: None,
        status: None,
    };
    change(&mut attestation);
    let jwt = key_attestation::build(&provider, &[], &attestation).unwrap();
    (TrustedAttester { keys: vec![provider.public_jwk().unwrap()], ..TrustedAttester::default() }, jwt)
}

#[test]
fn vci_f_1_the_proof_is_signed_by_an_attested_key() {
    let (own, second, stranger) = (key(), key(), key());
    let (trusted, attestation) = attested(&[&own, &second], |_| ());
    let required = Required::default();
    let policy = Policy { required: Some(&required), attesters: std::slice::from_ref(&trusted) };
    let outcome = |key: &SigningKey, header: Value| {
        let mut header = header;
        header["key_attestation"] = attestation.clone().into();
        verify_all(&Proofs::Jwt(vec![proof(key, header, json!({}))]), &expected(None, policy)).map(|proved| proved.keys.len())
    };
    assert_eq!(outcome(&own, json!({})), Ok(2));
    assert_eq!(outcome(&stranger, json!({})), Err(ProofError::Key));
    // The example of the specification names the key by its place.
    assert_eq!(outcome(&second, json!({"jwk": null, "kid": "1"})), Ok(2));
    assert_eq!(outcome(&second, json!({"jwk": null, "kid": "0"})), Err(ProofError::Signature));
    assert_eq!(outcome(&second, json!({"jwk": null, "kid": "2"})), Err(ProofError::Key));
    let both = [&own, &second].map(|key| proof(key, json!({"key_attestation": attestation}), json!({})));
    assert_eq!(verify_all(&Proofs::Jwt(both.into()), &expected(None, policy)).unwrap().keys.len(), 2);
}

#[test]
fn vci_d_1_an_attestation_in_a_proof_ends_and_has_the_nonce() {
    let own = key();
    let outcome = |change: fn(&mut KeyAttestation)| {
        let (trusted, attestation) = attested(&[&own], change);
        let jwt = proof(&own, json!({"key_attestation": attestation}), json!({}));
        let policy = Policy { required: None, attesters: std::slice::from_ref(&trusted) };
        verify_all(&Proofs::Jwt(vec![jwt]), &expected(None, policy)).err()
    };
    assert_eq!(outcome(|_| ()), None);
    assert_eq!(outcome(|attestation| attestation.exp = None), Some(KeyAttestationError::Malformed.into()));
    assert_eq!(outcome(|attestation| attestation.nonce = None), Some(ProofError::Nonce));
    assert_eq!(outcome(|attestation| attestation.nonce = Some("n2".into())), Some(ProofError::Nonce));
}

#[test]
fn attestations_count_where_they_are_asked_for_or_believed() {
    let own = key();
    let (_, attestation) = attested(&[&own], |_| ());
    let (trusted, _) = attested(&[&own], |_| ());
    let required = Required::default();
    let outcome = |header: Value, required, attesters| {
        let list = Proofs::Jwt(vec![proof(&own, header, json!({}))]);
        verify_all(&list, &expected(None, Policy { required, attesters })).map(|proved| proved.attested.is_some())
    };
    let with = json!({"key_attestation": attestation});
    // Whoever believes nobody reads no attestation: the key is proven all the same.
    assert_eq!(outcome(with.clone(), None, &[]), Ok(false));
    assert_eq!(outcome(with.clone(), None, std::slice::from_ref(&trusted)), Err(KeyAttestationError::Attester.into()));
    assert_eq!(outcome(with, Some(&required), &[]), Err(KeyAttestationError::Attester.into()));
    assert_eq!(outcome(json!({}), Some(&required), std::slice::from_ref(&trusted)), Err(KeyAttestationError::Missing.into()));
    assert_eq!(outcome(json!({"key_attestation": 5}), None, &[]), Err(ProofError::Malformed));
    let presentation = di_vp::build(&own, ISSUER, Some("n1"), NOW).unwrap();
    let policy = Policy { required: Some(&required), attesters: std::slice::from_ref(&trusted) };
    assert_eq!(verify_all(&Proofs::DiVp(vec![presentation.clone()]), &expected(None, policy)), Err(KeyAttestationError::Missing.into()));
    let proved = verify_all(&Proofs::DiVp(vec![presentation]), &expected(None, Policy::default())).unwrap();
    assert!(proved.keys[0].same_key(&own.public_jwk().unwrap()));
}

#[test]
fn vci_f_3_an_attestation_alone_has_the_nonce() {
    let (own, second) = (key(), key());
    let outcome = |change: fn(&mut KeyAttestation)| {
        let (trusted, attestation) = attested(&[&own, &second], change);
        let policy = Policy { required: None, attesters: std::slice::from_ref(&trusted) };
        verify_all(&Proofs::Attestation(attestation), &expected(None, policy)).map(|proved| (proved.keys.len(), proved.nonce))
    };
    assert_eq!(outcome(|_| ()), Ok((2, "n1".into())));
    assert_eq!(outcome(|attestation| attestation.exp = None), Ok((2, "n1".into())));
    assert_eq!(outcome(|attestation| attestation.nonce = None), Err(ProofError::Nonce));
    let (_, stranger) = attested(&[&own], |_| ());
    assert_eq!(verify_all(&Proofs::Attestation(stranger), &expected(None, Policy::default())), Err(KeyAttestationError::Attester.into()));
}
