//! Data Integrity: a document that was changed never verifies, unless it says the same; no document makes it panic.

use crate::data_integrity::{check, map, own_key};
use crate::json_ld_oracle::{any_json, pointers};
use proptest::prelude::*;
use serde_json::{Value, json};
use vc::Map;
use vc::data_integrity::{Cryptosuite, ProofOptions, Purpose, sign};
use vc::key::Algorithm;
use vc::{jcs, json_ld};

/// A small badge signed with every suite that is written, as text.
fn signed_badges() -> Vec<String> {
    let badge = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id": "urn:uuid:1", "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": "did:web:a.example", "type": ["Profile"], "name": "Ö"}, "validFrom": "2026-11-01T00:00:00Z",
        "credentialSubject": {"type": ["AchievementSubject"], "creditsEarned": 2.5, "identifier": [{"type": "IdentityObject", "hashed": true}]}
    });
    let suites = [
        (Cryptosuite::EddsaRdfc2022, Algorithm::EdDsa),
        (Cryptosuite::EddsaJcs2022, Algorithm::EdDsa),
        (Cryptosuite::EcdsaRdfc2019, Algorithm::Es256),
        (Cryptosuite::EcdsaJcs2019, Algorithm::Es256),
    ];
    let signed = suites.into_iter().map(|(suite, algorithm)| {
        let (key, method) = own_key(algorithm);
        sign(badge.as_object().unwrap(), &ProofOptions::new(suite, method, Purpose::AssertionMethod), &key).unwrap()
    });
    signed.map(|badge| serde_json::to_string(&badge).unwrap()).collect()
}

/// What a document and its proof say, to its suite: equal when nothing was changed that counts.
fn meaning(document: &Map) -> (Option<String>, String) {
    let (mut bare, mut proof) = (document.clone(), document["proof"][0].clone());
    bare.remove("proof");
    if proof["cryptosuite"].as_str().unwrap().contains("jcs") {
        return (jcs::canonical(&bare.into()).ok(), jcs::canonical(&proof).unwrap());
    }
    let context = bare["@context"].clone();
    let value = proof.as_object_mut().unwrap().remove("proofValue").unwrap().to_string();
    proof["@context"] = context;
    (json_ld::canonical(&bare).ok(), json_ld::canonical(proof.as_object().unwrap()).unwrap() + &value)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any byte changed: never verifies, unless what it says is the same.
    #[test]
    fn any_tampering(suite in 0..4_usize, at in any::<prop::sample::Index>(), byte in prop_oneof![any::<u8>(), 0x20..0x7f_u8]) {
        let original = SIGNED.with(|signed| signed[suite].clone());
        let mut bytes = original.clone().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        if let Ok(document) = vc::strict_json::parse_object(&bytes)
            && check(&document).is_ok()
        {
            prop_assert_eq!(meaning(&document), meaning(&map(&original)), "{}", String::from_utf8_lossy(&bytes));
        }
    }

    /// No panic whatever a document or its proof holds.
    #[test]
    fn any_part_replaced(suite in 0..4_usize, at in any::<prop::sample::Index>(), part in any_json()) {
        let original: Value = SIGNED.with(|signed| signed[suite].parse().unwrap());
        let pointers = pointers(&original);
        let pointer = at.get(pointers.as_slice());
        let mut changed = original.clone();
        *changed.pointer_mut(pointer).unwrap() = part;
        let same = changed == original;
        let changed = changed.as_object().unwrap();
        if check(changed).is_ok() && !same {
            prop_assert_eq!(meaning(changed), meaning(original.as_object().unwrap()), "{}", pointer);
        }
    }

    #[test]
    fn any_proof(document in any_json(), proof in any_json()) {
        if let Value::Object(mut document) = document {
            document.insert("proof".into(), proof);
            prop_assert!(check(&document).is_err());
        }
    }
}

thread_local! {
    static SIGNED: Vec<String> = signed_badges();
}

/// Each byte once, for the suite that we issue with.
#[test]
fn every_byte() {
    let original = &signed_badges()[0];
    let expected = meaning(&map(original));
    let mut same = 0;
    for at in 0..original.len() {
        let mut bytes = original.clone().into_bytes();
        bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
        let Ok(document) = vc::strict_json::parse_object(&bytes) else { continue };
        if check(&document).is_ok() {
            assert_eq!(meaning(&document), expected);
            same += 1;
        }
    }
    assert_eq!(same, 0, "no byte of this text can be another character and mean the same");
}
