//! The W3C test suite of VCDM 2.0, by file name; credentials and presentations as JWT; arbitrary documents.

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

fn object(value: Value) -> Map {
    value.as_object().unwrap().clone()
}

fn credential(version: Version) -> Map {
    let mut map = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "urn:uuid:0a6c2b1e-3b8f-4a54-9f0f-0c6f0f3c5a01",
        "type": ["VerifiableCredential"],
        "issuer": {"id": "did:web:issuer.example", "name": "Hogeschool Voorbeeld"},
        "credentialSubject": {"id": "did:jwk:holder", "name": "Communicatie"},
        "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": "2027-01-01T00:00:00Z",
    });
    if version == Version::V1 {
        map["@context"] = json!(["https://www.w3.org/2018/credentials/v1"]);
        for (new, old) in [("validFrom", "issuanceDate"), ("validUntil", "expirationDate")] {
            let value = map.as_object_mut().unwrap().remove(new).unwrap();
            map[old] = value;
        }
    }
    object(map)
}

/// A JWT with this header and payload, and a signature that nobody checks.
fn unsigned(header: &Value, payload: &Value) -> String {
    format!("{}.{}.AAAA", b64url(header.to_string()), b64url(payload.to_string()))
}

fn payload(text: &str) -> Map {
    object(Jws::parse(text).unwrap().payload_unverified().clone())
}

#[test]
fn signed_in_every_dialect_and_read_back() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        let key = SigningKey::generate(algorithm).unwrap();
        let verifying = VerifyingKey::from_jwk(&key.public_jwk().unwrap()).unwrap();
        let other = VerifyingKey::from_jwk(&SigningKey::generate(algorithm).unwrap().public_jwk().unwrap()).unwrap();
        for (dialect, version) in [(Dialect::VcJwt, Version::V2), (Dialect::JwtVcJson, Version::V2), (Dialect::JwtVcJson, Version::V1)] {
            let document = credential(version);
            let text = jwt::sign_credential(&document, dialect, &object(json!({"kid": "did:web:issuer.example#1"})), &key).unwrap();
            let read = jwt::read(&text).unwrap();
            assert_eq!((read.dialect(), read.credential_unverified()), (dialect, &document));
            assert_eq!(read.verify(&verifying), Ok(&document));
            assert_eq!(read.verify(&other).unwrap_err().code(), "signature");
            let (header, payload) = (read.jws().header().clone(), payload(&text));
            match dialect {
                Dialect::VcJwt => {
                    assert_eq!((header["typ"].as_str(), header["cty"].as_str()), (Some("vc+jwt"), Some("vc")));
                    assert_eq!(payload, document);
                }
                Dialect::JwtVcJson => {
                    assert_eq!(header["typ"], "JWT");
                    assert_eq!(payload.contains_key("vc"), version == Version::V1);
                    let claims = ["iss", "jti", "sub", "nbf", "exp"].map(|name| payload[name].clone());
                    let expected = [
                        json!("did:web:issuer.example"),
                        document["id"].clone(),
                        json!("did:jwk:holder"),
                        json!(1_767_225_600),
                        json!(1_798_761_600),
                    ];
                    assert_eq!(claims, expected);
                }
            }
        }
    }
}

#[test]
fn claims_must_fit_the_credential() {
    let header = json!({"alg": "ES256", "typ": "JWT"});
    for version in [Version::V1, Version::V2] {
        let with = |claim: &str, value: Value| {
            let mut payload = match version {
                Version::V2 => Value::Object(credential(version)),
                Version::V1 => json!({"vc": credential(version)}),
            };
            payload[claim] = value;
            jwt::read(&unsigned(&header, &payload)).map(|_| ()).map_err(|e| (e.code(), e.claim()))
        };
        assert_eq!(with("iss", json!("did:web:issuer.example")), Ok(()));
        assert_eq!(with("nbf", json!(1_767_225_600.7)), Ok(()));
        for (claim, value) in [
            ("iss", json!("did:web:other.example")),
            ("jti", json!("urn:uuid:other")),
            ("sub", json!("did:jwk:other")),
            ("nbf", json!(1_767_225_602)),
            ("exp", json!(1_798_761_598)),
        ] {
            assert_eq!(with(claim, value), Err(("claim_mismatch", Some(claim))), "{claim}");
            assert_eq!(with(claim, json!({})), Err(("malformed_claim", Some(claim))), "{claim}");
        }
    }
}

#[test]
fn claims_stand_in_for_members_in_version_1() {
    let mut document = credential(Version::V1);
    for name in ["id", "issuer", "issuanceDate", "expirationDate"] {
        document.remove(name);
    }
    document["credentialSubject"].as_object_mut().unwrap().remove("id");
    let claims = json!({"vc": document, "iss": "did:web:issuer.example", "jti": "urn:uuid:1", "sub": "did:jwk:holder", "nbf": 1_767_225_600, "exp": 1_798_761_600});
    let read = jwt::read(&unsigned(&json!({"alg": "ES256"}), &claims)).unwrap();
    let credential = Credential::parse(read.credential_unverified().clone()).unwrap();
    assert_eq!(
        (credential.id(), credential.issuer_id(), credential.subject_id()),
        (Some("urn:uuid:1"), "did:web:issuer.example", Some("did:jwk:holder"))
    );
    assert_eq!((credential.valid_from(), credential.valid_until()), (Some(1_767_225_600), Some(1_798_761_600)));
}

#[test]
fn what_is_no_credential_as_jwt() {
    let document = Value::Object(credential(Version::V2));
    let mut both = document.clone();
    both["vc"] = document.clone();
    let refused = |header: Value, payload: Value| jwt::read(&unsigned(&header, &payload)).map(|_| ()).unwrap_err().code();
    assert_eq!(refused(json!({"alg": "ES256", "typ": "vc+jwt"}), json!({"vc": document})), "vc_claim");
    assert_eq!(refused(json!({"alg": "ES256", "typ": "vc+jwt"}), both.clone()), "vc_claim");
    assert_eq!(refused(json!({"alg": "ES256", "typ": "JWT"}), both), "vc_claim");
    assert_eq!(refused(json!({"alg": "ES256", "typ": "JWT"}), json!({"vc": "text"})), "vc_claim");
    assert_eq!(refused(json!({"alg": "ES256", "typ": "JWT"}), json!({"iss": "a"})), "credential_missing");
    assert_eq!(refused(json!({"alg": "ES256", "typ": "JWT"}), json!([])), "credential_missing");
    for typ in ["dc+sd-jwt", "vc+sd-jwt", "vp+jwt", "statuslist+jwt", ""] {
        assert_eq!(refused(json!({"alg": "ES256", "typ": typ}), document.clone()), "typ", "{typ}");
    }
    for typ in ["vc+jwt", "application/vc+jwt", "VC+JWT", "vc-ld+jwt"] {
        assert_eq!(jwt::read(&unsigned(&json!({"alg": "ES256", "typ": typ}), &document)).unwrap().dialect(), Dialect::VcJwt, "{typ}");
    }
    assert_eq!(jwt::read("a.b").map(|_| ()).unwrap_err().code(), "malformed");
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let mut claims = credential(Version::V2);
    claims.insert("iss".into(), "did:web:issuer.example".into());
    assert_eq!(jwt::sign_credential(&claims, Dialect::VcJwt, &Map::new(), &key).unwrap_err().code(), "malformed_claim");
    assert_eq!(jwt::sign_credential(&Map::new(), Dialect::VcJwt, &Map::new(), &key).unwrap_err().code(), "context");
}

#[test]
fn in_vc_jose_cose_the_claims_narrow_the_window() {
    let mut payload = Value::Object(credential(Version::V2));
    payload["exp"] = json!(1_780_000_000);
    payload["nbf"] = json!(1_770_000_000);
    payload["status"] = json!({"status_list": {"idx": 1, "uri": "https://issuer.example/status/1"}});
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let keys = [key.public_jwk().unwrap()];
    let text = vc::jws::sign(&object(json!({"typ": "vc+jwt"})), payload.to_string().as_bytes(), &key).unwrap();
    let read = jwt::read(&text).unwrap();
    let trust = vc::trust::Trust::default();
    let report = vc::verify::anything(text.as_bytes(), &vc::verify::Inputs::new(1_775_000_000, &trust, "test").with_keys(Some(&keys)));
    let dates = &report.check(vc::report::CheckName::Dates).unwrap().detail;
    let moment = |seconds: i64| Value::from(vc::report::rfc3339(seconds).unwrap());
    assert_eq!((&dates["not_before"], &dates["expires_at"]), (&moment(1_770_000_000), &moment(1_780_000_000)));
    assert_eq!(read.claims().status, Some(payload["status"].clone()));
    assert!(!read.credential_unverified().contains_key("status"));
}

/// What the calendar does not have is no date, and never another one.
#[test]
fn moments_outside_the_calendar() {
    let year_10000 = 253_402_300_800;
    for seconds in [year_10000, i64::MAX, i64::MIN] {
        assert_eq!(vc::report::rfc3339(seconds), None, "{seconds}");
        let check = vc::report::Check::passed(vc::report::CheckName::Dates).with_time("expires_at", seconds);
        assert!(check.detail.is_empty());
    }
    assert_eq!(vc::report::rfc3339(year_10000 - 1).as_deref(), Some("9999-12-31T23:59:59Z"));
    let mut old = credential(Version::V1);
    old.remove("issuanceDate");
    let payload = |nbf: i64| json!({"vc": old, "nbf": nbf});
    let date = |nbf: i64| {
        let read = jwt::read(&unsigned(&json!({"alg": "ES256", "typ": "JWT"}), &payload(nbf))).unwrap();
        read.credential_unverified().get("issuanceDate").cloned()
    };
    assert_eq!((date(0), date(year_10000)), (Some(json!("1970-01-01T00:00:00Z")), None));
}

/// Section 5.3: bytes that a credential pins, and that every build carries, must be those.
#[test]
fn pinned_contexts_are_compared() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let keys = [key.public_jwk().unwrap()];
    let trust = vc::trust::Trust::default();
    let base = "https://www.w3.org/ns/credentials/v2";
    let right = vc::encoding::integrity(vc::json_ld::context(base).unwrap().as_bytes());
    use vc::report::CheckState::{Failed, NotChecked};
    for (id, digest, state, code) in [
        (base, right.clone(), None, None),
        (base, vc::encoding::integrity(b"other"), Some(Failed), Some("related_resource")),
        // Nobody compared it, so that nobody says that it fits.
        ("https://issuer.example/annex.pdf", right, Some(NotChecked), Some("related_resource_unread")),
    ] {
        let mut document = credential(Version::V2);
        document.insert("relatedResource".into(), json!({"id": id, "digestSRI": digest}));
        let text = jwt::sign_credential(&document, Dialect::VcJwt, &Map::new(), &key).unwrap();
        let inputs = vc::verify::Inputs::new(1_780_000_000, &trust, "test").with_keys(Some(&keys));
        let report = vc::verify::anything(text.as_bytes(), &inputs);
        let check = report.check(vc::report::CheckName::Schema);
        assert_eq!((check.map(|c| c.state), check.map(|c| c.code.as_str())), (state, code));
    }
}

#[test]
fn presentations_are_bound() {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let verifying = VerifyingKey::from_jwk(&key.public_jwk().unwrap()).unwrap();
    let issued = jwt::sign_credential(&credential(Version::V2), Dialect::VcJwt, &Map::new(), &key).unwrap();
    let envelope = Enveloped { media_type: MediaType::Jwt, text: issued.clone() };
    let new = json!({"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiablePresentation"], "holder": "did:jwk:holder", "verifiableCredential": [envelope.to_map()]});
    let old = json!({"@context": ["https://www.w3.org/2018/credentials/v1"], "type": ["VerifiablePresentation"], "holder": "did:jwk:holder", "verifiableCredential": [issued]});
    let binding = Binding { nonce: "n-1", audience: "x509_hash:abc", issued_at: 1_000 };
    for (document, dialect, typ) in [(new, Dialect::VcJwt, "vp+jwt"), (old, Dialect::JwtVcJson, "JWT")] {
        let text = jwt::sign_presentation(&object(document.clone()), dialect, &binding, &Map::new(), &key).unwrap();
        let read = jwt::read_presentation(&text).unwrap();
        assert_eq!((read.dialect(), read.jws().typ()), (dialect, Some(typ)));
        let expected =
            |nonce, audience, now| Expected { nonce: Some(nonce), audience: Some(audience), iat: Some((now, IatWindow::PRESENTATION)) };
        let verified = read.verify(&verifying, &expected("n-1", "x509_hash:abc", 1_100)).unwrap();
        assert_eq!(Value::Object(verified.clone()), document);
        let presentation = Presentation::parse(verified.clone()).unwrap();
        assert_eq!(presentation.credentials(), [Presented::Enveloped(envelope.clone())]);
        for (expected, error) in [
            (expected("n-2", "x509_hash:abc", 1_100), BindingError::Nonce),
            (expected("n-1", "abc", 1_100), BindingError::Audience),
            (expected("n-1", "x509_hash:abc", 1_301), BindingError::Stale),
            (expected("n-1", "x509_hash:abc", 939), BindingError::Stale),
        ] {
            assert_eq!(read.verify(&verifying, &expected), Err(error));
        }
        let other = VerifyingKey::from_jwk(&SigningKey::generate(Algorithm::Es256).unwrap().public_jwk().unwrap()).unwrap();
        assert_eq!(read.verify(&other, &expected("n-1", "x509_hash:abc", 1_100)).unwrap_err().code(), "binding_signature");
    }
    let refused = |header: Value, payload: Value| jwt::read_presentation(&unsigned(&header, &payload)).map(|_| ()).unwrap_err().code();
    assert_eq!(refused(json!({"alg": "ES256", "typ": "vp+jwt"}), json!({"vp": {}})), "vc_claim");
    assert_eq!(refused(json!({"alg": "ES256", "typ": "JWT"}), json!({"nonce": "a"})), "credential_missing");
    assert_eq!(refused(json!({"alg": "ES256", "typ": "vc+jwt"}), json!({})), "typ");
    assert_eq!(refused(json!({"alg": "ES256", "typ": "JWT"}), json!({"vp": {"holder": "did:a:b"}, "iss": "did:a:c"})), "claim_mismatch");
}

/// Any JSON, made of the words that the data model knows.
fn documents() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "https://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/2018/credentials/v1",
        "VerifiableCredential",
        "VerifiablePresentation",
        "EnvelopedVerifiableCredential",
        "did:example:a",
        "2020-01-01T00:00:00Z",
        "data:application/vc+jwt,a.b.c",
        "",
    ]);
    let names = prop::sample::select(vec![
        "@context",
        "type",
        "id",
        "issuer",
        "holder",
        "credentialSubject",
        "verifiableCredential",
        "validFrom",
        "issuanceDate",
        "name",
        "relatedResource",
        "digestSRI",
        "credentialStatus",
        "@value",
        "vc",
        "vp",
        "iss",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        words.prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((names.clone(), inner), 0..6)
                .prop_map(|members| { Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()) }),
        ]
    })
}

proptest! {
    #[test]
    fn no_document_panics(document in documents()) {
        if let Value::Object(map) = document.clone() {
            if let Ok(credential) = Credential::parse(map.clone()) {
                prop_assert!(credential.subjects().iter().all(|s| !s.is_empty()));
                prop_assert_eq!(credential.into_map(), map.clone());
            }
            if let Ok(presentation) = Presentation::parse(map.clone()) {
                prop_assert_eq!(presentation.into_map(), map);
            }
        }
        for typ in ["vc+jwt", "JWT", "vp+jwt"] {
            let text = unsigned(&json!({"alg": "ES256", "typ": typ}), &document);
            let _ = jwt::read(&text);
            let _ = jwt::read_presentation(&text);
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,64}") {
        let _ = jwt::read(&text);
        let _ = jwt::read_presentation(&text);
        let _ = vc::vcdm::timestamp(&text);
        let _ = Enveloped::from_data_url(&format!("data:application/vc+jwt,{text}"));
    }

    #[test]
    fn every_second_is_read(seconds in -62_135_596_800_i64..253_402_300_800) {
        prop_assert_eq!(vc::report::rfc3339(seconds).and_then(|text| vc::vcdm::timestamp(&text)), Some(seconds));
    }
}
