//! The MUSTs of appendix F.2.

use super::*;

const ISSUER: &str = "https://issuer.example/roc-voorbeeld";
const NOW: i64 = 1_760_000_000;

/// A presentation whose document and proof are changed before it is signed.
fn presentation(algorithm: Algorithm, suite: Cryptosuite, change: impl FnOnce(&mut Map<String, Value>, &mut ProofOptions)) -> Value {
    let key = SigningKey::generate(algorithm).unwrap();
    let (holder, method) = named(&key.public_jwk().unwrap()).unwrap();
    let Value::Object(mut document) = json!({"@context": [V2], "type": ["VerifiablePresentation"], "holder": holder}) else { panic!() };
    let mut options = ProofOptions {
        created: Some(NOW),
        challenge: Some("n1".into()),
        domain: Some(ISSUER.into()),
        ..ProofOptions::new(suite, method, Purpose::Authentication)
    };
    change(&mut document, &mut options);
    Value::Object(data_integrity::sign(&document, &options, &key).unwrap())
}

fn refused(change: impl FnOnce(&mut Map<String, Value>, &mut ProofOptions)) -> Option<ProofError> {
    verify(&presentation(Algorithm::Es256, Cryptosuite::EcdsaRdfc2019, change), ISSUER, NOW).err()
}

#[test]
fn each_suite_proves_a_key() {
    for suite in SUITES {
        let algorithm = if suite.fits(Algorithm::EdDsa) { Algorithm::EdDsa } else { Algorithm::Es256 };
        let proof = verify(&presentation(algorithm, suite, |_, _| ()), ISSUER, NOW).unwrap();
        assert_eq!((proof.nonce.as_str(), proof.iat, proof.holder.algorithm()), ("n1", NOW, algorithm));
    }
}

#[test]
fn what_is_built_is_read() {
    for algorithm in ALGORITHMS {
        let key = SigningKey::generate(algorithm).unwrap();
        let proof = verify(&build(&key, ISSUER, Some("n1"), NOW).unwrap(), ISSUER, NOW + 10).unwrap();
        assert!(proof.holder.same_key(&key.public_jwk().unwrap()));
    }
}

#[test]
fn vci_f_2_the_purpose_is_authentication() {
    assert_eq!(refused(|_, options| options.purpose = Purpose::AssertionMethod), Some(ProofError::Typ));
}

#[test]
fn vci_f_2_the_domain_is_the_issuer() {
    assert_eq!(refused(|_, options| options.domain = Some("https://other.example".into())), Some(ProofError::Audience));
    assert_eq!(refused(|_, options| options.domain = None), Some(ProofError::Audience));
}

#[test]
fn vci_f_2_the_challenge_is_the_nonce() {
    assert_eq!(refused(|_, options| options.challenge = None), Some(ProofError::Nonce));
    let mut changed = presentation(Algorithm::Es256, Cryptosuite::EcdsaRdfc2019, |_, _| ());
    changed["proof"][0]["challenge"] = "n2".into();
    assert_eq!(verify(&changed, ISSUER, NOW), Err(ProofError::Signature));
}

#[test]
fn vci_f_2_the_holder_controls_the_key() {
    let other = |document: &mut Map<String, Value>, _: &mut ProofOptions| {
        drop(document.insert("holder".into(), "did:key:z6MkvrFpBNCoYewiaeBLgjUDvLxUtnK5R6mqh5XPvLsrPsro".into()));
    };
    assert_eq!(refused(other), Some(ProofError::Client));
    assert_eq!(refused(|document, _| drop(document.remove("holder"))), None);
}

#[test]
fn vci_f_2_it_is_a_presentation_with_a_data_integrity_proof() {
    let signed = presentation(Algorithm::Es256, Cryptosuite::EcdsaRdfc2019, |_, _| ());
    let without = |change: &dyn Fn(&mut Value)| {
        let mut changed = signed.clone();
        change(&mut changed);
        verify(&changed, ISSUER, NOW).err()
    };
    assert_eq!(without(&|vp| vp["type"] = json!(["VerifiableCredential"])), Some(ProofError::Typ));
    assert_eq!(without(&|vp| vp["proof"] = Value::Null), Some(ProofError::Malformed));
    assert_eq!(without(&|vp| vp["proof"] = json!([vp["proof"][0], vp["proof"][0]])), Some(ProofError::Malformed));
    assert_eq!(without(&|vp| vp["proof"] = vp["proof"][0].clone()), None);
    assert_eq!(without(&|vp| vp["proof"][0]["cryptosuite"] = "eddsa-2022".into()), Some(ProofError::Algorithm));
    assert_eq!(without(&|vp| vp["proof"][0]["cryptosuite"] = "bbs-2023".into()), Some(ProofError::Algorithm));
    assert_eq!(verify(&json!("a.b.c"), ISSUER, NOW), Err(ProofError::Malformed));
}

#[test]
fn keys_of_others_are_not_fetched() {
    let web = "did:web:wallet.example";
    let elsewhere = |document: &mut Map<String, Value>, options: &mut ProofOptions| {
        document.insert("holder".into(), web.into());
        options.verification_method = format!("{web}#key");
    };
    assert_eq!(refused(elsewhere), Some(ProofError::Key));
}

#[test]
fn vci_f_4_it_was_made_within_a_window() {
    assert_eq!(refused(|_, options| options.created = Some(NOW - 301)), Some(ProofError::Time));
    assert_eq!(refused(|_, options| options.created = Some(NOW + 61)), Some(ProofError::Time));
    assert_eq!(refused(|_, options| options.created = None), None);
}
