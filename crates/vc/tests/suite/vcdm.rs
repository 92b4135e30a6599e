//! The W3C test suite of VCDM 2.0, by file name; credentials and presentations as JWT; arbitrary documents.

mod as_jwt;

use proptest::prelude::*;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use vc::Map;
use vc::encoding::b64url;
use vc::jws::Jws;
use vc::key::{Algorithm, SigningKey, VerifyingKey};
use vc::sd_jwt::{BindingError, Expected, IatWindow};
use vc::vcdm::jwt::{self, Binding, Dialect};
use vc::vcdm::{Credential, Enveloped, MediaType, Presentation, Presented, VcdmError, Version};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/vcdm2")
}

/// The files of a folder with their names without extension, in order.
fn files(folder: &Path) -> Vec<(String, Map)> {
    let mut out: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .map(|path| {
            let Value::Object(map) = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap() else { panic!("{path:?}") };
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), map)
        })
        .collect();
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out
}

/// The inputs of the suite are for an issuer who puts itself in and sets the dates; this does the same.
fn issued(mut map: Map) -> Map {
    match map.get_mut("issuer") {
        None => drop(map.insert("issuer".into(), "did:example:issuer".into())),
        Some(Value::Object(issuer)) => drop(issuer.entry("id").or_insert_with(|| "did:example:issuer".into())),
        Some(_) => {}
    }
    for name in ["validFrom", "validUntil"] {
        match map.get(name).and_then(Value::as_str) {
            Some("FUTURE DATE") => drop(map.insert(name.into(), "2040-01-01T00:00:00Z".into())),
            Some("PAST DATE") => drop(map.insert(name.into(), "2020-01-01T00:00:00Z".into())),
            _ => {}
        }
    }
    map
}

fn read(name: &str, map: Map) -> Result<(), VcdmError> {
    if name.starts_with("presentation-") {
        return Presentation::parse(map).map(|_| ());
    }
    Credential::parse(issued(map)).map(|_| ())
}

/// Why each input is refused.
const REASONS: [(&str, &str, &str); 49] = [
    ("credential-context-combo3-fail", "context", "/@context/1"),
    ("credential-context-combo4-fail", "context", "/@context/1"),
    ("credential-id-multi-fail", "id", "/id"),
    ("credential-issuer-no-url-fail", "issuer_id", "/issuer"),
    ("credential-issuer-object-id-null-fail", "issuer_id", "/issuer/id"),
    ("credential-missing-base-context-fail-or-inject", "context", "/@context/0"),
    ("credential-no-subject-fail", "subject", "/credentialSubject"),
    ("credential-redef-type-fail", "context_not_allowed", "/@context/1"),
    ("credential-redef-type2-fail", "context_not_allowed", "/@context/2"),
    ("credential-schema-no-type-fail", "type", "/credentialSchema/type"),
    ("credential-schema-non-url-id-fail", "id", "/credentialSchema/id"),
    ("credential-status-missing-type-fail", "type", "/credentialStatus/type"),
    ("credential-status-multiple-id-fail", "id", "/credentialStatus/id"),
    ("credential-status-type-nonurl-fail", "type", "/credentialStatus/type"),
    ("credential-subject-multiple-empty-fail", "subject", "/credentialSubject/1"),
    ("credential-termsofuse-missing-type-fail", "type", "/termsOfUse/type"),
    ("credential-termsofuse-no-type-fail", "type", "/termsOfUse/type"),
    ("credential-validUntil-validFrom-fail", "date_order", "/validUntil"),
    ("credential-validuntil-invalid-fail", "date_format", "/validUntil"),
    ("presentation-context-order-fail", "context", "/@context/0"),
    ("presentation-holder-fail", "holder", "/holder"),
    ("presentation-holder-name-fail", "holder", "/holder/id"),
    ("presentation-holder-object-fail", "holder", "/holder/id"),
    ("presentation-missing-base-context-fail", "context", "/@context/0"),
    ("presentation-missing-required-type-fail", "type", "/type"),
    ("presentation-no-context-fail-or-inject", "context", "/@context"),
    ("presentation-no-type-fail", "type", "/type"),
    ("presentation-vc-missing-required-type-fail", "type", "/verifiableCredential/0/type"),
    ("credential-evidence-missing-type-fail", "type", "/evidence/type"),
    ("credential-id-nonidentifier-fail", "id", "/id"),
    ("credential-id-not-url-fail", "id", "/id"),
    ("credential-id-subject-multi-fail", "id", "/credentialSubject/id"),
    ("credential-issuer-null-fail", "issuer_id", "/issuer"),
    ("credential-issuer-object-id-no-url-fail", "issuer_id", "/issuer/id"),
    ("credential-missing-required-type-fail", "type", "/type"),
    ("credential-no-context-fail-or-inject", "context", "/@context"),
    ("credential-no-issuer-fail", "issuer_id", "/issuer"),
    ("credential-no-type-fail", "type", "/type"),
    ("credential-proof-missing-type-fail", "type", "/proof/type"),
    ("credential-refresh-no-type-fail", "type", "/refreshService/type"),
    ("credential-schema-no-id-fail", "id", "/credentialSchema/id"),
    ("credential-status-nonurl-id-fail", "id", "/credentialStatus/id"),
    ("credential-subject-no-claims-fail", "subject", "/credentialSubject"),
    ("credential-type-mapped-nonurl-fail", "context", "/@context/1"),
    ("credential-type-unmapped-fail", "undefined_term", "/type"),
    ("credential-validfrom-invalid-fail", "date_format", "/validFrom"),
    ("presentation-enveloped-vc-missing-type-fail", "context", "/verifiableCredential/0/@context"),
    ("presentation-vc-as-string-fail", "presented_credential", "/verifiableCredential/0"),
    ("credential-description-extra-prop-en-fail", "language_value", "/description"),
];

#[test]
fn w3c_suite() {
    let mut inputs = files(&folder());
    inputs.extend(files(&folder().join("names-and-descriptions")));
    assert_eq!(inputs.len(), 120);
    let mut refused = 0;
    for (name, map) in inputs {
        // An issuer is put in where there is none, but for the input about that.
        let outcome = if name == "credential-no-issuer-fail" { Credential::parse(map).map(|_| ()) } else { read(&name, map) };
        // Three presentations of credentials without proof say nothing in their names: whether the holder vouches for
        // them is asked of `Presentation::asserts`.
        if name.ends_with("-ok") || name.starts_with("presentation-self-asserted-vc-") {
            assert_eq!(outcome, Ok(()), "{name}");
            continue;
        }
        let error = outcome.expect_err(&name);
        refused += 1;
        let expected = match REASONS.iter().find(|(file, _, _)| *file == name) {
            Some((_, code, path)) => (*code, (*path).to_owned()),
            None => {
                let (who, what) = (name.split('-').next().unwrap(), name.split('-').nth(1).unwrap());
                let at = if who == "issuer" { format!("/issuer/{what}") } else { format!("/{what}") };
                ("language_value", at)
            }
        };
        assert_eq!((error.code(), error.path().to_owned()), expected, "{name}");
    }
    assert_eq!(refused, 52);
}

/// What we accept, the schema of the specification accepts too.
#[test]
fn the_schema_of_the_specification_agrees() {
    let schema: Value = serde_json::from_slice(&fs::read(folder().join("json-schema/verifiable-credential-schema.json")).unwrap()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let mut inputs = files(&folder());
    inputs.extend(files(&folder().join("names-and-descriptions")));
    for (name, map) in inputs.into_iter().filter(|(name, _)| !name.starts_with("presentation-")) {
        let map = issued(map);
        // This one has a proof without key, which nobody has to verify.
        if Credential::parse(map.clone()).is_ok() && name != "credential-proof-ok" {
            assert!(schema.is_valid(&Value::Object(map)), "{name}");
        }
    }
}

/// The same for presentations. The schema asks more of a presentation than the specification does: that it has credentials.
#[test]
fn the_schema_of_presentations_agrees() {
    let read = |name: &str| -> Value { serde_json::from_slice(&fs::read(folder().join("json-schema").join(name)).unwrap()).unwrap() };
    let (credential, presentation) = (read("verifiable-credential-schema.json"), read("verifiable-presentation-schema.json"));
    let registry = jsonschema::Registry::new().add(credential["$id"].as_str().unwrap(), credential.clone()).unwrap().prepare().unwrap();
    let schema = jsonschema::options().with_registry(&registry).build(&presentation).unwrap();
    let mut judged = 0;
    for (name, map) in files(&folder()).into_iter().filter(|(name, _)| name.starts_with("presentation-")) {
        // It knows no envelopes.
        let embedded = map.contains_key("verifiableCredential") && name != "presentation-enveloped-vc-ok";
        if Presentation::parse(map.clone()).is_ok() && embedded {
            assert!(schema.is_valid(&Value::Object(map)), "{name}");
            judged += 1;
        }
    }
    assert_eq!(judged, 10);
}

#[test]
fn enveloped_credential_of_the_suite() {
    let (_, map) = files(&folder()).into_iter().find(|(name, _)| name == "presentation-enveloped-vc-ok").unwrap();
    let presentation = Presentation::parse(map).unwrap();
    let [Presented::Enveloped(enveloped)] = presentation.credentials() else { panic!("not enveloped") };
    assert_eq!(enveloped.media_type, MediaType::Jwt);
    let jwt = jwt::read(&enveloped.text).unwrap();
    assert_eq!(jwt.dialect(), Dialect::JwtVcJson);
    let credential = Credential::parse(jwt.credential_unverified().clone()).unwrap();
    assert_eq!(credential.subject_id(), Some("did:example:ebfeb1f712ebc6f1c276e12ec21"));
}
