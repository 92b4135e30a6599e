//! Data Integrity: every intermediate value of the W3C vectors, sets and chains, and what we sign ourselves.

use serde_json::{Value, json};
use vc::Map;
use vc::data_integrity::{
    Cryptosuite, DataIntegrityError, ExpectedProof, KeyProblem, Keys, ProofOptions, Purpose, ResolvedKey, VerifiedProof, prepare, sign,
    verify,
};
use vc::encoding::sha256;
use vc::json_ld::{self, Hash};
use vc::key::{Algorithm, Jwk, SigningKey};
use vc::{did, jcs};

pub(crate) const NOW: i64 = 1_763_900_000;

/// Keys that stand in their own name.
pub(crate) struct DidKeys;

impl Keys for DidKeys {
    fn key(&self, verification_method: &str, _: Purpose) -> Result<ResolvedKey, KeyProblem> {
        let jwk = did::key_of_url(verification_method).map_err(|_| KeyProblem::Unavailable)?;
        let controller = verification_method.split('#').next().unwrap_or_default().to_owned();
        Ok(ResolvedKey { jwk, controller })
    }
}

pub(crate) fn map(text: &str) -> Map {
    serde_json::from_str(text).unwrap()
}

pub(crate) fn expected() -> ExpectedProof<'static> {
    ExpectedProof { purpose: Purpose::AssertionMethod, challenge: None, domain: None, now: NOW, clock_tolerance: 0 }
}

pub(crate) fn check(document: &Map) -> Result<Vec<VerifiedProof>, DataIntegrityError> {
    verify(document, &DidKeys, &expected())
}

pub(crate) fn code(document: &Map) -> &'static str {
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
pub(crate) fn own_key(algorithm: Algorithm) -> (SigningKey, String) {
    let key = SigningKey::generate(algorithm).unwrap();
    let did = did::key_did(&key.public_jwk().unwrap()).unwrap();
    let method = format!("{did}#{}", did.strip_prefix("did:key:").unwrap());
    (key, method)
}

/// One suite's published values.
pub(crate) struct Vector {
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
    pub(crate) signed: &'static str,
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

pub(crate) const UNSIGNED: &str = include_str!("../vectors/data-integrity-eddsa/unsigned.json");

pub(crate) fn vectors() -> [Vector; 7] {
    [
        vector!(EddsaRdfc2022, EdDsa, "data-integrity-eddsa/eddsa-rdfc-2022", "DataInt"),
        vector!(EddsaJcs2022, EdDsa, "data-integrity-eddsa/eddsa-jcs-2022", "JCS"),
        vector!(EcdsaRdfc2019, Es256, "data-integrity-ecdsa/ecdsa-rdfc-2019-p256", "ECDSAP256"),
        vector!(EcdsaRdfc2019, Es384, "data-integrity-ecdsa/ecdsa-rdfc-2019-p384", "ECDSAP384"),
        vector!(EcdsaJcs2019, Es256, "data-integrity-ecdsa/ecdsa-jcs-2019-p256", "JCSECDSAP256"),
        vector!(EcdsaJcs2019, Es384, "data-integrity-ecdsa/ecdsa-jcs-2019-p384", "JCSECDSAP384"),
        vector!(Ed25519Signature2020, EdDsa, "data-integrity-eddsa/Ed25519Signature2020", "EdSig"),
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
    for vector in vectors().into_iter().filter(|vector| vector.curve == Algorithm::EdDsa && vector.suite.name().starts_with("eddsa-")) {
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

macro_rules! chained {
    ($name:literal) => {
        map(include_str!(concat!("../vectors/data-integrity-eddsa/proof-set-chain/", $name, ".json")))
    };
}

#[test]
fn a_proof_set_and_a_chain() {
    let set = chained!("signedProofSet2");
    let chain = chained!("signedProofChain2");
    for (document, proofs) in [
        (chained!("signedProofSet1"), 1),
        (set.clone(), 2),
        (chained!("proofChainTempDoc1"), 2),
        (chained!("signedProofChain1"), 3),
        (chain.clone(), 4),
    ] {
        assert_eq!(check(&document).unwrap().len(), proofs);
    }

    // W7: all must hold.
    let broken = |document: &Map, at: usize| {
        let mut document = document.clone();
        let value = document["proof"][at]["proofValue"].as_str().unwrap().to_owned();
        let last = if value.ends_with('2') { '3' } else { '2' };
        document["proof"][at]["proofValue"] = format!("{}{last}", &value[..value.len() - 1]).into();
        document
    };
    for (document, proofs) in [(&set, 2), (&chain, 4)] {
        for at in 0..proofs {
            assert_eq!(code(&broken(document, at)), "proof_invalid");
        }
    }

    for removed in 0..3 {
        let mut missing = chain.clone();
        missing["proof"].as_array_mut().unwrap().remove(removed);
        assert_eq!(code(&missing), "proof_chain", "{removed}");
    }
    for linked in [2, 3] {
        let mut unlinked = chain.clone();
        unlinked["proof"][linked].as_object_mut().unwrap().remove("previousProof");
        assert_eq!(code(&unlinked), "proof_invalid", "{linked}");
    }
    let mut twice = set.clone();
    twice["proof"][1]["id"] = twice["proof"][0]["id"].clone();
    assert_eq!(code(&twice), "proof_chain");
}

/// Each state of the set and of the chain is made again: from its configuration, over the proofs that it covers.
#[test]
fn sets_and_chains_are_made_as_published() {
    let keys = chained!("multiKeyPairs");
    let key = |number: usize| {
        let pair = &keys[&format!("keyPair{number}")];
        let key = ed25519(pair["privateKeyMultibase"].as_str().unwrap());
        assert_eq!(key.public_jwk().unwrap().to_multikey().unwrap(), pair["publicKeyMultibase"].as_str().unwrap());
        key
    };
    let (set, chain) = (chained!("signedProofSet2"), chained!("signedProofChain2"));
    assert_eq!(chained!("unsigned"), map(UNSIGNED));
    for (covered, config, number, proof, published) in [
        (chained!("unsigned"), chained!("proofSetConfig1"), 1, Some(chained!("proofSetConfigSigned1")), &set["proof"][0]),
        (chained!("unsigned"), chained!("proofSetConfig2"), 2, Some(chained!("proofSetConfigSigned2")), &set["proof"][1]),
        (chained!("proofChainTempDoc1"), chained!("proofChainConfig1"), 3, Some(chained!("proofChainConfigSigned1")), &chain["proof"][2]),
        (chained!("proofChainTempDoc2"), chained!("proofChainConfig2"), 4, Some(chained!("proofChainConfigSigned2")), &chain["proof"][3]),
    ] {
        let options = ProofOptions::new(Cryptosuite::EddsaRdfc2022, "did:key:z6Mk", Purpose::AssertionMethod);
        let mut prepared = prepare(&map(UNSIGNED), &options).unwrap();
        (prepared.document, prepared.proof) = (covered, config);
        let signed = prepared.sign(&key(number)).unwrap();
        let made = signed["proof"].as_array().unwrap().last().unwrap();
        assert_eq!(made, published, "{number}");
        assert_eq!(proof.map(Value::Object).as_ref(), Some(made), "{number}");
    }
}

/// The published key pairs of the ECDSA suites: the public key is that of the signed documents, the private one signs for it.
#[test]
fn published_ecdsa_keys() {
    let pair = map(include_str!("../vectors/data-integrity-ecdsa/p256KeyPair.json"));
    let multikey = pair["publicKeyMultibase"].as_str().unwrap();
    let public = Jwk::from_multikey(multikey).unwrap();
    let spki = public.to_spki().unwrap();
    let secret = bs58::decode(pair["secretKeyMultibase"].as_str().unwrap().strip_prefix('z').unwrap()).into_vec().unwrap();
    let scalar = secret.strip_prefix(&[0x86, 0x26]).unwrap();
    // PKCS #8: the algorithm as in the SubjectPublicKeyInfo, then the scalar and the point.
    let pkcs8 = [
        &[0x30, 0x81, 0x87, 0x02, 0x01, 0x00],
        &spki[2..23],
        &[0x04, 0x6d, 0x30, 0x6b, 0x02, 0x01, 0x01, 0x04, 0x20],
        scalar,
        &[0xa1, 0x44, 0x03, 0x42, 0x00],
        &spki[26..],
    ]
    .concat();
    let key = SigningKey::from_pkcs8(&pkcs8).unwrap();
    assert_eq!(key.public_jwk().unwrap(), public);
    let method = format!("did:key:{multikey}#{multikey}");
    for (suite, published) in [(Cryptosuite::EcdsaRdfc2019, &vectors()[2]), (Cryptosuite::EcdsaJcs2019, &vectors()[4])] {
        assert_eq!(map(published.signed)["proof"]["verificationMethod"], method);
        let signed = sign(&map(UNSIGNED), &ProofOptions::new(suite, &method, Purpose::AssertionMethod), &key).unwrap();
        assert_eq!(check(&signed).unwrap()[0].jwk, public);
    }
    let pair = map(include_str!("../vectors/data-integrity-ecdsa/p384KeyPair.json"));
    let multikey = pair["publicKeyMultibase"].as_str().unwrap();
    for published in [&vectors()[3], &vectors()[5]] {
        assert_eq!(map(published.signed)["proof"]["verificationMethod"], format!("did:key:{multikey}#{multikey}"));
    }
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
