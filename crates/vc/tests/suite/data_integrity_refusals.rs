//! Data Integrity: what must be refused, each with its code, and what a cache may remember.

use crate::data_integrity::{DidKeys, NOW, UNSIGNED, check, code, expected, map, own_key, vectors};
use serde_json::{Value, json};
use vc::Map;
use vc::data_integrity::{
    Cryptosuite, DataIntegrityError, ExpectedProof, KeyProblem, Keys, ProofOptions, Purpose, ResolvedKey, prepare, sign, verify,
    verify_one, verify_remembering,
};
use vc::did;
use vc::json_ld::JsonLdError;
use vc::key::{Algorithm, Jwk};

#[test]
fn what_the_proof_itself_says_is_checked() {
    let (key, method) = own_key(Algorithm::EdDsa);
    let options = ProofOptions {
        created: Some(NOW),
        challenge: Some("c-1".into()),
        domain: Some("verifier.example".into()),
        ..ProofOptions::new(Cryptosuite::EddsaRdfc2022, method, Purpose::Authentication)
    };
    let document = map(r#"{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiablePresentation"]}"#);
    let signed = sign(&document, &options, &key).unwrap();
    let given = ExpectedProof { purpose: Purpose::Authentication, challenge: Some("c-1"), domain: Some("verifier.example"), ..expected() };
    let outcome = |expected: &ExpectedProof<'_>| verify(&signed, &DidKeys, expected).map(|_| ()).map_err(DataIntegrityError::code);
    assert_eq!(outcome(&given), Ok(()));
    assert_eq!(outcome(&ExpectedProof { purpose: Purpose::AssertionMethod, ..given }), Err("proof_purpose"));
    assert_eq!(outcome(&ExpectedProof { challenge: Some("c-2"), ..given }), Err("proof_challenge"));
    assert_eq!(outcome(&ExpectedProof { domain: Some("other.example"), ..given }), Err("proof_domain"));
    assert_eq!(outcome(&ExpectedProof { now: NOW - 61, clock_tolerance: 60, ..given }), Err("proof_not_yet_valid"));
    assert_eq!(outcome(&ExpectedProof { now: NOW - 60, clock_tolerance: 60, ..given }), Ok(()));
}

/// Signs `document` with proof members that `sign` would not write.
fn sign_with(document: &Map, change: impl FnOnce(&mut Map)) -> Map {
    let (key, method) = own_key(Algorithm::EdDsa);
    let options = ProofOptions::new(Cryptosuite::EddsaRdfc2022, method, Purpose::AssertionMethod);
    let mut prepared = prepare(document, &options).unwrap();
    change(&mut prepared.proof);
    prepared.sign(&key).unwrap()
}

#[test]
fn expired_proofs_and_lists_of_domains() {
    let at = |expires: &str| {
        let signed = sign_with(&map(UNSIGNED), |proof| drop(proof.insert("expires".into(), expires.into())));
        check(&signed).map(|proofs| proofs[0].expires).map_err(DataIntegrityError::code)
    };
    assert_eq!(at("2025-11-23T12:13:20Z"), Err("proof_expired"), "over at that second");
    assert_eq!(at("2025-11-23T13:13:21+01:00"), Ok(Some(NOW + 1)));
    assert_eq!(at("2025-11-23T12:13:21"), Ok(Some(NOW + 1)), "without zone it is UTC");
    let signed = sign_with(&map(UNSIGNED), |proof| drop(proof.insert("domain".into(), json!(["a.example", "b.example"]))));
    let wanted = ExpectedProof { domain: Some("a.example"), ..expected() };
    assert_eq!(verify(&signed, &DidKeys, &wanted), Err(DataIntegrityError::Domain), "for someone else too");
    assert_eq!(check(&signed).map(|proofs| proofs.len()), Ok(1));
}

#[test]
fn proofs_that_are_refused_as_they_stand() {
    let signed = map(vectors()[0].signed);
    let with = |name: &str, value: Value| {
        let mut document = signed.clone();
        match value {
            Value::Null => drop(document["proof"].as_object_mut().unwrap().remove(name)),
            value => document["proof"][name] = value,
        }
        code(&document)
    };
    assert_eq!(with("proofPurpose", json!("authentication")), "proof_purpose", "W4");
    assert_eq!(with("proofPurpose", json!("https://w3id.org/security#assertionMethod")), "proof_purpose");
    assert_eq!(with("proofPurpose", Value::Null), "proof_malformed");
    assert_eq!(with("verificationMethod", Value::Null), "proof_malformed");
    assert_eq!(with("verificationMethod", json!({"id": "did:key:z6Mk"})), "proof_malformed");
    assert_eq!(with("verificationMethod", json!("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")), "verification_method");
    assert_eq!(with("verificationMethod", json!("did:example:1#key")), "did_method");
    assert_eq!(with("verificationMethod", json!("urn:uuid:1")), "verification_method");
    assert_eq!(with("created", json!("yesterday")), "proof_malformed");
    assert_eq!(with("created", json!(1)), "proof_malformed");
    assert_eq!(with("created", json!("2999-01-01T00:00:00Z")), "proof_not_yet_valid");
    assert_eq!(with("created", json!("2023-02-24T23:36:39Z")), "proof_invalid");
    assert_eq!(with("unknown", json!("x")), "proof_invalid", "the examples context defines every name");
    assert_eq!(with("nonce", json!("x")), "proof_invalid");
    assert_eq!(with("previousProof", json!("urn:uuid:1")), "proof_chain");
    assert_eq!(with("previousProof", json!(1)), "proof_malformed");
    assert_eq!(with("proofValue", Value::Null), "proof_malformed");
    let value = signed["proof"]["proofValue"].as_str().unwrap();
    for bad in ["z", "", "z0", &value[1..], &format!("u{}", &value[1..]), &format!("z{}", "2".repeat(1000))] {
        assert_eq!(with("proofValue", json!(bad)), "proof_invalid", "{bad}");
    }
    for suite in ["ecdsa-sd-2023", "bbs-2023", "eddsa-rdfc-2021", "EDDSA-RDFC-2022", ""] {
        assert_eq!(with("cryptosuite", json!(suite)), "unsupported_cryptosuite", "{suite}");
    }
    assert_eq!(with("cryptosuite", Value::Null), "unsupported_cryptosuite");
    assert_eq!(with("cryptosuite", json!("ecdsa-rdfc-2019")), "proof_invalid", "a suite for other keys");
    assert_eq!(with("cryptosuite", json!("eddsa-jcs-2022")), "proof_invalid");
    assert_eq!(with("cryptosuite", json!("eddsa-2022")), "proof_invalid");
    assert_eq!(with("type", json!("JsonWebSignature2020")), "unsupported_cryptosuite");
    assert_eq!(with("type", Value::Null), "proof_malformed");
    for proof in [json!([]), json!("x"), json!([1]), json!({}), Value::Null] {
        let mut document = signed.clone();
        document.insert("proof".into(), proof.clone());
        assert!(matches!(code(&document), "proof_missing" | "proof_malformed"), "{proof}");
    }
    let many = json!(vec![signed["proof"].clone(); 9]);
    let mut document = signed.clone();
    document.insert("proof".into(), many);
    assert_eq!(code(&document), "document_too_complex");
    assert_eq!(code(&map(UNSIGNED)), "proof_missing");
}

/// Selective disclosure for JSON-LD is recognised and refused.
#[test]
fn suites_that_are_not_read() {
    for document in [
        include_str!("../vectors/data-integrity-ecdsa/ecdsa-sd-2023/addSignedSDBase.json"),
        include_str!("../vectors/data-integrity-ecdsa/ecdsa-sd-2023/derivedRevealDocument.json"),
        include_str!("../vectors/data-integrity-ecdsa/ecdsa-sd-2023/prc/addSignedSDBase.json"),
        include_str!("../vectors/data-integrity-ecdsa/ecdsa-sd-2023/prc/derivedRevealDocument.json"),
        include_str!("../vectors/data-integrity-bbs/addSignedSDBase.json"),
        include_str!("../vectors/data-integrity-bbs/derivedRevealDocument.json"),
    ] {
        assert_eq!(code(&map(document)), "unsupported_cryptosuite");
    }
}

/// The canonical proof of a JSON suite names its contexts; the document may have more behind them, never others before.
#[test]
fn contexts_of_json_proofs() {
    let mut document = map(vectors()[1].signed);
    document["@context"].as_array_mut().unwrap().push("https://w3id.org/security/multikey/v1".into());
    assert_eq!(check(&document).map(|proofs| proofs.len()), Ok(1), "added behind");
    document["@context"].as_array_mut().unwrap().insert(0, "https://w3id.org/security/multikey/v1".into());
    assert_eq!(code(&document), "proof_invalid", "added before");
    let mut document = map(vectors()[1].signed);
    document["@context"].as_array_mut().unwrap().push("https://unknown.example/v1".into());
    assert_eq!(code(&document), "context_not_allowed");
}

#[test]
fn the_key_decides_too() {
    struct Refusing(KeyProblem);
    impl Keys for Refusing {
        fn key(&self, _: &str, _: Purpose) -> Result<ResolvedKey, KeyProblem> {
            Err(self.0)
        }
    }
    let signed = map(vectors()[0].signed);
    for (problem, code) in [
        (KeyProblem::Unavailable, "key_unavailable"),
        (KeyProblem::Unknown, "key_unknown"),
        (KeyProblem::Purpose, "proof_purpose"),
        (KeyProblem::DidMethod, "did_method"),
        (KeyProblem::Unsupported, "unsupported_key"),
        (KeyProblem::Revoked, "key_revoked"),
    ] {
        assert_eq!(verify(&signed, &Refusing(problem), &expected()).unwrap_err().code(), code);
    }
    let proof = signed["proof"].as_object().unwrap();
    let (other, _) = own_key(Algorithm::EdDsa);
    assert_eq!(verify_one(&map(UNSIGNED), proof, &other.public_jwk().unwrap()), Err(DataIntegrityError::Invalid));
    let right = did::key_of_url(proof["verificationMethod"].as_str().unwrap()).unwrap();
    assert_eq!(verify_one(&map(UNSIGNED), proof, &right), Ok(()));
}

#[test]
fn remembering_signatures_remembers_nothing_else() {
    struct Counting<'a>(&'a std::cell::Cell<usize>, Jwk);
    impl Keys for Counting<'_> {
        fn key(&self, _: &str, _: Purpose) -> Result<ResolvedKey, KeyProblem> {
            self.0.set(self.0.get() + 1);
            Ok(ResolvedKey { jwk: self.1.clone(), controller: "did:key:z6Mk".into() })
        }
    }
    let signed = map(vectors()[0].signed);
    let right = did::key_of_url(signed["proof"]["verificationMethod"].as_str().unwrap()).unwrap();
    let (asked, cache) = (std::cell::Cell::new(0), vc::SignatureCache::new(1));
    for _ in 0..2 {
        assert_eq!(
            verify_remembering(&signed, &Counting(&asked, right.clone()), &expected(), Some(&cache)).map(|proofs| proofs.len()),
            Ok(1)
        );
    }
    assert_eq!(asked.get(), 2, "keys are asked for each time");
    let (other, _) = own_key(Algorithm::EdDsa);
    let other = Counting(&asked, other.public_jwk().unwrap());
    assert_eq!(verify_remembering(&signed, &other, &expected(), Some(&cache)), Err(DataIntegrityError::Invalid), "another key now");
    let early = ExpectedProof { now: 0, ..expected() };
    assert_eq!(verify_remembering(&signed, &DidKeys, &early, Some(&cache)), Err(DataIntegrityError::NotYetValid));
    let mut changed = signed.clone();
    changed["name"] = "Other".into();
    assert_eq!(verify_remembering(&changed, &DidKeys, &expected(), Some(&cache)), Err(DataIntegrityError::Invalid));
    for _ in 0..2 {
        assert_eq!(
            verify_remembering(&changed, &DidKeys, &expected(), Some(&cache)),
            Err(DataIntegrityError::Invalid),
            "refusals are not remembered"
        );
    }
}

#[test]
fn nothing_is_signed_that_a_verifier_refuses() {
    let options = ProofOptions::new(Cryptosuite::EddsaRdfc2022, "did:key:z6Mk", Purpose::AssertionMethod);
    let mut document = map(UNSIGNED);
    document.insert("@context".into(), json!(["https://www.w3.org/ns/credentials/v2"]));
    assert_eq!(prepare(&document, &options), Err(JsonLdError::Undefined.into()));
    let options = ProofOptions { verification_method: "key-1".into(), ..options };
    assert_eq!(prepare(&map(UNSIGNED), &options), Err(DataIntegrityError::VerificationMethod));
}
