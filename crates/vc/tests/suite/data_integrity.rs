//! Data Integrity: every intermediate value of the W3C vectors, sets and chains, and what must be refused.

use proptest::prelude::*;
use serde_json::{Value, json};
use vc::Map;
use vc::data_integrity::{
    Cryptosuite, DataIntegrityError, ExpectedProof, KeyProblem, Keys, ProofOptions, Purpose, ResolvedKey, SignatureCache, VerifiedProof,
    prepare, sign, verify, verify_one,
};
use vc::encoding::sha256;
use vc::json_ld::{self, Hash, JsonLdError};
use vc::key::{Algorithm, Jwk, SigningKey};
use vc::{did, jcs};

const NOW: i64 = 1_763_900_000;

/// Keys that stand in their own name.
struct DidKeys;

impl Keys for DidKeys {
    fn key(&self, verification_method: &str, _: Purpose) -> Result<ResolvedKey, KeyProblem> {
        let jwk = did::key_of_url(verification_method).map_err(|_| KeyProblem::Unavailable)?;
        let controller = verification_method.split('#').next().unwrap_or_default().to_owned();
        Ok(ResolvedKey { jwk, controller })
    }
}

fn map(text: &str) -> Map {
    serde_json::from_str(text).unwrap()
}

fn expected() -> ExpectedProof<'static> {
    ExpectedProof { purpose: Purpose::AssertionMethod, challenge: None, domain: None, now: NOW, clock_tolerance: 0 }
}

fn check(document: &Map) -> Result<Vec<VerifiedProof>, DataIntegrityError> {
    verify(document, &DidKeys, &expected())
}

fn code(document: &Map) -> &'static str {
    check(document).unwrap_err().code()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sha384(bytes: &[u8]) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA384, bytes).as_ref().to_vec()
}

/// The key of a published Ed25519 private Multikey (prefix 0x8026 and 32 bytes).
fn ed25519(private: &str) -> SigningKey {
    let raw = bs58::decode(private.strip_prefix('z').unwrap()).into_vec().unwrap();
    let seed = raw.strip_prefix(&[0x80, 0x26]).unwrap();
    let pkcs8 = [&[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20], seed].concat();
    SigningKey::from_pkcs8(&pkcs8).unwrap()
}

/// A key with its `did:key` method.
fn own_key(algorithm: Algorithm) -> (SigningKey, String) {
    let key = SigningKey::generate(algorithm).unwrap();
    let did = did::key_did(&key.public_jwk().unwrap()).unwrap();
    let method = format!("{did}#{}", did.strip_prefix("did:key:").unwrap());
    (key, method)
}

/// One suite's published values.
struct Vector {
    suite: Cryptosuite,
    curve: Algorithm,
    canonical: &'static str,
    proof_config: &'static str,
    canonical_proof: &'static str,
    document_hash: &'static str,
    proof_hash: &'static str,
    combined: &'static str,
    signature: &'static str,
    value: &'static str,
    signed: &'static str,
}

macro_rules! vector {
    ($suite:ident, $curve:ident, $folder:literal, $name:literal) => {
        Vector {
            suite: Cryptosuite::$suite,
            curve: Algorithm::$curve,
            canonical: include_str!(concat!("../vectors/", $folder, "/canonDoc", $name, ".txt")),
            proof_config: include_str!(concat!("../vectors/", $folder, "/proofConfig", $name, ".json")),
            canonical_proof: include_str!(concat!("../vectors/", $folder, "/proofCanon", $name, ".txt")),
            document_hash: include_str!(concat!("../vectors/", $folder, "/docHash", $name, ".txt")),
            proof_hash: include_str!(concat!("../vectors/", $folder, "/proofHash", $name, ".txt")),
            combined: include_str!(concat!("../vectors/", $folder, "/combinedHash", $name, ".txt")),
            signature: include_str!(concat!("../vectors/", $folder, "/sigHex", $name, ".txt")),
            value: include_str!(concat!("../vectors/", $folder, "/sigBTC58", $name, ".txt")),
            signed: include_str!(concat!("../vectors/", $folder, "/signed", $name, ".json")),
        }
    };
}

const UNSIGNED: &str = include_str!("../vectors/data-integrity-eddsa/unsigned.json");

fn vectors() -> [Vector; 5] {
    [
        vector!(EddsaRdfc2022, EdDsa, "data-integrity-eddsa/eddsa-rdfc-2022", "DataInt"),
        vector!(EddsaJcs2022, EdDsa, "data-integrity-eddsa/eddsa-jcs-2022", "JCS"),
        vector!(EcdsaRdfc2019, Es256, "data-integrity-ecdsa/ecdsa-rdfc-2019-p256", "ECDSAP256"),
        vector!(EcdsaRdfc2019, Es384, "data-integrity-ecdsa/ecdsa-rdfc-2019-p384", "ECDSAP384"),
        vector!(EcdsaJcs2019, Es256, "data-integrity-ecdsa/ecdsa-jcs-2019-p256", "JCSECDSAP256"),
    ]
}

#[test]
fn every_intermediate_value() {
    for vector in vectors() {
        let name = vector.suite.name();
        let canonical = |map: Map| match name.contains("jcs") {
            true => jcs::canonical(&Value::Object(map)).unwrap(),
            false => json_ld::canonical_with(&map, if vector.curve == Algorithm::Es384 { Hash::Sha384 } else { Hash::Sha256 }).unwrap(),
        };
        let hash = |text: &str| match vector.curve {
            Algorithm::Es384 => sha384(text.as_bytes()),
            _ => sha256(text.as_bytes()).to_vec(),
        };
        let (document, config) = (canonical(map(UNSIGNED)), canonical(map(vector.proof_config)));
        assert_eq!(document, vector.canonical, "{name}");
        assert_eq!(config, vector.canonical_proof, "{name}");
        assert_eq!(hex(&hash(&document)), vector.document_hash, "{name}");
        assert_eq!(hex(&hash(&config)), vector.proof_hash, "{name}");
        assert_eq!(hex(&[hash(&config), hash(&document)].concat()), vector.combined, "{name}");

        let signed = map(vector.signed);
        assert_eq!(signed["proof"]["proofValue"], vector.value, "{name}");
        assert_eq!(hex(&bs58::decode(&vector.value[1..]).into_vec().unwrap()), vector.signature, "{name}");
        let proofs = check(&signed).unwrap();
        assert_eq!((proofs[0].cryptosuite, proofs[0].jwk.algorithm()), (vector.suite, vector.curve));
        assert_eq!(proofs[0].created, Some(1_677_281_798), "{name}");
        assert_eq!(proofs[0].controller, proofs[0].verification_method.split('#').next().unwrap());
    }
}

/// Ed25519 is deterministic, so that signing must give the published signature.
#[test]
fn signing_gives_the_published_documents() {
    let keys = map(include_str!("../vectors/data-integrity-eddsa/keyPair.json"));
    let key = ed25519(keys["privateKeyMultibase"].as_str().unwrap());
    assert_eq!(key.public_jwk().unwrap(), Jwk::from_multikey(keys["publicKeyMultibase"].as_str().unwrap()).unwrap());
    for vector in vectors().into_iter().filter(|vector| vector.curve == Algorithm::EdDsa) {
        let config = map(vector.proof_config);
        let method = config["verificationMethod"].as_str().unwrap();
        let options = ProofOptions { created: Some(1_677_281_798), ..ProofOptions::new(vector.suite, method, Purpose::AssertionMethod) };
        let prepared = prepare(&map(UNSIGNED), &options).unwrap();
        assert_eq!(hex(&prepared.signing_input(Algorithm::EdDsa).unwrap()), vector.combined);
        let again: vc::data_integrity::Prepared = serde_json::from_value(serde_json::to_value(&prepared).unwrap()).unwrap();
        assert_eq!(again, prepared, "what is stored before signing");
        let mut expected = map(vector.signed);
        expected["proof"] = json!([expected["proof"]]);
        assert_eq!(prepared.sign(&key).unwrap(), expected);
        assert_eq!(sign(&map(UNSIGNED), &options, &key).unwrap(), expected);
    }
}

#[test]
fn a_proof_set_and_a_chain() {
    let first = map(include_str!("../vectors/data-integrity-eddsa/proof-set-chain/signedProofSet1.json"));
    assert_eq!(check(&first).unwrap().len(), 1);
    let set = map(include_str!("../vectors/data-integrity-eddsa/proof-set-chain/proofChainTempDoc1.json"));
    assert_eq!(check(&set).unwrap().len(), 2);
    let chain = map(include_str!("../vectors/data-integrity-eddsa/proof-set-chain/signedProofChain1.json"));
    assert_eq!(check(&chain).unwrap().len(), 3);

    // W7: all must hold.
    let broken = |document: &Map, at: usize| {
        let mut document = document.clone();
        let value = document["proof"][at]["proofValue"].as_str().unwrap().to_owned();
        let last = if value.ends_with('2') { '3' } else { '2' };
        document["proof"][at]["proofValue"] = format!("{}{last}", &value[..value.len() - 1]).into();
        document
    };
    for at in 0..2 {
        assert_eq!(code(&broken(&set, at)), "proof_invalid");
    }
    for at in 0..3 {
        assert_eq!(code(&broken(&chain, at)), "proof_invalid");
    }

    let mut missing = chain.clone();
    missing["proof"].as_array_mut().unwrap().remove(0);
    assert_eq!(code(&missing), "proof_chain");
    let mut unlinked = chain.clone();
    unlinked["proof"][2].as_object_mut().unwrap().remove("previousProof");
    assert_eq!(code(&unlinked), "proof_invalid");
    let mut twice = set.clone();
    twice["proof"][1]["id"] = twice["proof"][0]["id"].clone();
    assert_eq!(code(&twice), "proof_chain");
}

/// The last published state of the chain is not complete: its fourth proof is made here, over the third.
#[test]
fn a_chain_goes_on() {
    let keys = map(include_str!("../vectors/data-integrity-eddsa/proof-set-chain/multiKeyPairs.json"));
    let mut document = map(include_str!("../vectors/data-integrity-eddsa/proof-set-chain/signedProofChain1.json"));
    let config = map(include_str!("../vectors/data-integrity-eddsa/proof-set-chain/proofChainConfig2.json"));
    let covered = map(include_str!("../vectors/data-integrity-eddsa/proof-set-chain/proofChainTempDoc2.json"));
    let mut prepared =
        prepare(&map(UNSIGNED), &ProofOptions::new(Cryptosuite::EddsaRdfc2022, "did:key:z6Mk", Purpose::AssertionMethod)).unwrap();
    (prepared.document, prepared.proof) = (covered, config);
    let key = ed25519(keys["keyPair4"]["privateKeyMultibase"].as_str().unwrap());
    let signed = prepared.sign(&key).unwrap();
    document["proof"].as_array_mut().unwrap().push(signed["proof"][0].clone());
    assert_eq!(check(&document).unwrap().len(), 4);
}

#[test]
fn all_suites_that_are_written_verify() {
    for (suite, algorithm) in [
        (Cryptosuite::EddsaRdfc2022, Algorithm::EdDsa),
        (Cryptosuite::EddsaJcs2022, Algorithm::EdDsa),
        (Cryptosuite::EcdsaRdfc2019, Algorithm::Es256),
        (Cryptosuite::EcdsaJcs2019, Algorithm::Es256),
    ] {
        let (key, method) = own_key(algorithm);
        let options = ProofOptions::new(suite, &method, Purpose::AssertionMethod);
        let once = sign(&map(UNSIGNED), &options, &key).unwrap();
        assert_eq!(check(&once).unwrap()[0].verification_method, method);
        let (second, method) = own_key(algorithm);
        let twice = sign(&once, &ProofOptions { verification_method: method, ..options.clone() }, &second).unwrap();
        assert_eq!(check(&twice).unwrap().len(), 2, "a second proof joins the first");

        let (other, _) = own_key(if algorithm == Algorithm::EdDsa { Algorithm::Es256 } else { Algorithm::EdDsa });
        assert_eq!(sign(&map(UNSIGNED), &options, &other), Err(DataIntegrityError::Generation), "{}", suite.name());
    }
    for suite in [Cryptosuite::Ed25519Signature2020, Cryptosuite::Eddsa2022] {
        let options = ProofOptions::new(suite, "did:key:z6Mk", Purpose::AssertionMethod);
        assert_eq!(prepare(&map(UNSIGNED), &options), Err(DataIntegrityError::Cryptosuite));
    }
}

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
    let (asked, cache) = (std::cell::Cell::new(0), SignatureCache::new(1));
    for _ in 0..2 {
        assert_eq!(cache.verify(&signed, &Counting(&asked, right.clone()), &expected()).map(|proofs| proofs.len()), Ok(1));
    }
    assert_eq!(asked.get(), 2, "keys are asked for each time");
    let (other, _) = own_key(Algorithm::EdDsa);
    let other = Counting(&asked, other.public_jwk().unwrap());
    assert_eq!(cache.verify(&signed, &other, &expected()), Err(DataIntegrityError::Invalid), "another key now");
    let early = ExpectedProof { now: 0, ..expected() };
    assert_eq!(cache.verify(&signed, &DidKeys, &early), Err(DataIntegrityError::NotYetValid));
    let mut changed = signed.clone();
    changed["name"] = "Other".into();
    assert_eq!(cache.verify(&changed, &DidKeys, &expected()), Err(DataIntegrityError::Invalid));
    for _ in 0..2 {
        assert_eq!(cache.verify(&changed, &DidKeys, &expected()), Err(DataIntegrityError::Invalid), "refusals are not remembered");
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
    fn any_part_replaced(suite in 0..4_usize, at in any::<prop::sample::Index>(), part in super::json_ld::any_json()) {
        let original: Value = SIGNED.with(|signed| signed[suite].parse().unwrap());
        let pointers = super::json_ld::pointers(&original);
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
    fn any_proof(document in super::json_ld::any_json(), proof in super::json_ld::any_json()) {
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
