//! `ssi`, where it is right: DIDs, Bitstring status lists, and Data Integrity on documents that it canonicalises as others do.

use serde_json::{Value, json};
use ssi::claims::data_integrity::{AnySuite, CryptographicSuite, DataIntegrity, ProofOptions as SsiOptions};
use ssi::claims::vc::v2::JsonCredential;
use ssi::claims::{SignatureEnvironment, VerificationParameters};
use ssi::dids::{AnyDidMethod, DIDJWK, DIDKey, DIDResolver};
use ssi::json_ld::{ContextLoader, IriBuf};
use ssi::jwk::JWK;
use ssi::status::bitstring_status_list::{BitString, EncodedList, StatusSize};
use ssi::verification_methods::{AnyMethod, SingleSecretSigner};
use vc::Map;
use vc::data_integrity::{self, Cryptosuite, ExpectedProof, KeyProblem, Keys, ProofOptions, Purpose, ResolvedKey};
use vc::did;
use vc::key::{Algorithm, Jwk, SigningKey};
use vc::status_list::bitstring::{self, Bitstring};

fn theirs(jwk: &Jwk) -> JWK {
    serde_json::from_value(jwk.to_value()).unwrap()
}

#[test]
fn dids_of_one_key_are_equal() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        let jwk = SigningKey::generate(algorithm).unwrap().public_jwk().unwrap();
        let did = did::key_did(&jwk).unwrap();
        assert_eq!(DIDKey::generate(&theirs(&jwk)).unwrap().as_str(), did);
        assert!(did::key_of_url(&did).unwrap().same_key(&jwk));
        // A did:jwk holds the JWK as it was written; ours reads what theirs wrote.
        let theirs = DIDJWK::generate(&theirs(&jwk));
        assert!(did::key_of_url(theirs.as_str()).unwrap().same_key(&jwk));
    }
}

#[test]
fn bitstrings_are_read_both_ways() {
    let set = [0_usize, 1, 7, 8, 94_567, 131_071];
    let one = StatusSize::try_from(1).unwrap();

    let mut ours = Bitstring::new(bitstring::MIN_ENTRIES);
    set.iter().for_each(|&index| ours.set(index, true).unwrap());
    let read = BitString::from_bytes(EncodedList::new(ours.encode().unwrap()).decode(None).unwrap());

    let mut theirs = BitString::new_zeroed(one, bitstring::MIN_ENTRIES);
    for index in set {
        assert_eq!(theirs.set(one, index, 1).unwrap(), 0);
    }
    let decoded = Bitstring::decode(serde_json::to_value(theirs.encode()).unwrap().as_str().unwrap()).unwrap();

    for index in 0..bitstring::MIN_ENTRIES {
        let expected = u8::from(set.contains(&index));
        assert_eq!(read.get(one, index), Some(expected), "{index}");
        assert_eq!(decoded.value(index as u64, 1).unwrap(), u32::from(expected), "{index}");
    }
}

/// A credential without booleans and fractions of coerced types, which `ssi` 0.16 canonicalises unlike everybody else.
fn credential(issuer: &str) -> Map {
    let value = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:9f8a3f1e-0f5c-4a39-8f6e-2f1a0d6a1b11",
        "type": ["VerifiableCredential"],
        "name": "Zorgtechnologie",
        "issuer": {"id": issuer, "name": "ROC Voorbeeld"},
        "validFrom": "2026-02-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:holder", "description": "Één blok, 240 uur"}
    });
    value.as_object().unwrap().clone()
}

/// A key of a suite, its did:key and the address of its verification method.
fn keyed(algorithm: Algorithm) -> (SigningKey, String, String) {
    let key = SigningKey::generate(algorithm).unwrap();
    let did = did::key_did(&key.public_jwk().unwrap()).unwrap();
    let method = format!("{did}#{}", did.trim_start_matches("did:key:"));
    (key, did, method)
}

struct DidKeys;

impl Keys for DidKeys {
    fn key(&self, verification_method: &str, _: Purpose) -> Result<ResolvedKey, KeyProblem> {
        let jwk = did::key_of_url(verification_method).unwrap();
        Ok(ResolvedKey { jwk, controller: verification_method.split('#').next().unwrap().to_owned() })
    }
}

const SUITES: [(Cryptosuite, Algorithm); 2] =
    [(Cryptosuite::EddsaRdfc2022, Algorithm::EdDsa), (Cryptosuite::EcdsaRdfc2019, Algorithm::Es256)];

async fn accepted(signed: &Map) -> bool {
    let text = serde_json::to_string(signed).unwrap();
    let read: DataIntegrity<JsonCredential, AnySuite> = ssi::claims::data_integrity::from_json_str(&text).unwrap();
    let parameters = VerificationParameters::from_resolver(AnyDidMethod::default().into_vm_resolver());
    read.verify(parameters).await.unwrap().is_ok()
}

#[tokio::test]
async fn they_verify_what_we_sign() {
    for (suite, algorithm) in SUITES {
        let (key, did, method) = keyed(algorithm);
        let mut options = ProofOptions::new(suite, method, Purpose::AssertionMethod);
        options.created = Some(1_769_904_000);
        let mut signed = data_integrity::sign(&credential(&did), &options, &key).unwrap();
        assert!(accepted(&signed).await, "{}", suite.name());
        signed.insert("name".into(), "Iets anders".into());
        assert!(!accepted(&signed).await, "{}", suite.name());
    }
}

/// `document` signed by them with `eddsa-rdfc-2022`, every context that we bundle at hand.
async fn signed_by_them(document: Map, key: &SigningKey, method: &str) -> Map {
    let mut secret: JWK = theirs(&key.public_jwk().unwrap());
    let ssi::jwk::Params::OKP(okp) = &mut secret.params else { panic!("an Ed25519 key") };
    okp.private_key = Some(ssi::jwk::Base64urlUInt(seed(key)));
    let bundled = vc::json_ld::BUNDLED.iter().map(|context| (context.url.to_owned(), context.text.to_owned())).collect();
    let environment =
        SignatureEnvironment { json_ld_loader: ContextLoader::default().with_context_map_from(bundled).unwrap(), eip712_loader: () };
    let unsigned: JsonCredential = serde_json::from_value(document.into()).unwrap();
    let options = SsiOptions::from_method_and_options(IriBuf::new(method.to_owned()).unwrap().into(), Default::default());
    let signer = SingleSecretSigner::new(secret).into_local();
    let resolver = AnyDidMethod::default().into_vm_resolver::<AnyMethod>();
    let signed = AnySuite::EdDsaRdfc2022.sign_with(environment, unsigned, &resolver, &signer, options, Default::default()).await.unwrap();
    serde_json::to_value(&signed).unwrap().as_object().unwrap().clone()
}

fn verified(document: &Map) -> bool {
    let expected =
        ExpectedProof { purpose: Purpose::AssertionMethod, challenge: None, domain: None, now: 4_000_000_000, clock_tolerance: 0 };
    data_integrity::verify(document, &DidKeys, &expected).is_ok()
}

#[tokio::test]
async fn we_verify_what_they_sign() {
    let (key, did, method) = keyed(Algorithm::EdDsa);
    let mut signed = signed_by_them(credential(&did), &key, &method).await;
    assert!(verified(&signed));
    signed.insert("name".into(), "Iets anders".into());
    assert!(!verified(&signed));
}

/// Why Data Integrity of the product does not rest on `ssi`: on the day when this fails, its next version canonicalises an
/// identity object and half a credit as everybody else does, and the choice may be looked at again.
#[tokio::test]
async fn their_open_badges_are_read_by_nobody_else() {
    let (key, did, method) = keyed(Algorithm::EdDsa);
    let plain = signed_by_them(badge(&did, &json!({}), None), &key, &method).await;
    assert!(verified(&plain), "a badge without the two members is signed as everybody does");
    let identity =
        json!({"identifier": [{"type": "IdentityObject", "hashed": true, "identityHash": "sha256$ab", "identityType": "emailAddress"}]});
    assert!(!verified(&signed_by_them(badge(&did, &identity, None), &key, &method).await));
    assert!(!verified(&signed_by_them(badge(&did, &json!({}), Some(2.5)), &key, &method).await));
}

fn badge(issuer: &str, subject: &Value, credits: Option<f64>) -> Map {
    let mut value = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id": "urn:uuid:9f8a3f1e-0f5c-4a39-8f6e-2f1a0d6a1b11",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Zorgtechnologie",
        "issuer": {"id": issuer, "type": ["Profile"], "name": "ROC Voorbeeld"},
        "validFrom": "2026-02-01T00:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://issuer.example/achievements/1", "type": ["Achievement"], "name": "Zorgtechnologie", "description": "Werken met zorgtechnologie.",
                "criteria": {"narrative": "Getoetst in de praktijk."}
            }
        }
    });
    let members = value["credentialSubject"].as_object_mut().unwrap();
    members.extend(subject.as_object().unwrap().clone());
    if let Some(credits) = credits {
        members.insert("creditsEarned".into(), credits.into());
    }
    value.as_object().unwrap().clone()
}

/// The 32 bytes of an Ed25519 private key: the end of its PKCS#8 (RFC 8410 section 7) before a public key.
fn seed(key: &SigningKey) -> Vec<u8> {
    let der = key.to_pkcs8().unwrap();
    let at = der.windows(4).position(|window| window == [0x04, 0x22, 0x04, 0x20]).unwrap() + 4;
    der[at..at + 32].to_vec()
}
