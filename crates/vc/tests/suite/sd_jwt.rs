//! RFC 9901: single disclosures, our table of cases to accept and to refuse, every refusal of section 7.1, limits, decoys.

use crate::claims::object;
use serde_json::{Value, json};
use vc::encoding::{b64url, sha256};
use vc::jws;
use vc::key::{Algorithm, Jwk, SigningKey, VerifyingKey};
use vc::random::SystemRandom;
use vc::report::{CheckName, CheckState, Verdict};
use vc::sd_jwt::{Concealment, Decoys, Expected, IatWindow, Path, PrepareError, SdJwt, SdJwtError, prepare, prepare_with};
use vc::trust::Trust;
use vc::verify::{self, Binding, Inputs};

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Section 4.2: a digest is over the text as sent, so equal contents in other white space have other digests.
#[test]
fn single_disclosures() {
    let vector = json_of(include_str!("../vectors/sd-jwt/s4-single-disclosures.json"));
    let text = |name: &str| vector[name]["disclosure"].as_str().unwrap().to_owned();
    let (member, element) = (text("object_property_expected"), text("array_element_expected"));
    let payload = json!({
        "_sd": [vector["object_property_expected"]["digest"]],
        "nationalities": [{"...": vector["array_element_expected"]["digest"]}],
    });
    let read = forge(&payload, &[member, element.clone()]).unwrap();
    assert_eq!(read.disclosed_claims(), &object(json!({"family_name": "Möbius", "nationalities": ["FR"]})));
    let other = vector["equivalent_disclosures"][0].as_str().unwrap().to_owned();
    assert_eq!(forge(&payload, &[other, element]).err(), Some(SdJwtError::Unreferenced));
}

/// Why each of the cases to refuse is refused.
const REFUSED: [(&str, CheckName, &str); 19] = [
    ("kb required but absent", CheckName::HolderBinding, "binding_missing"),
    ("missing trailing tilde without kb", CheckName::Format, "malformed"),
    ("kb nonce differs", CheckName::HolderBinding, "binding_nonce"),
    ("kb aud lacks the client id prefix", CheckName::HolderBinding, "binding_audience"),
    ("kb sd_hash over other disclosures", CheckName::HolderBinding, "binding_sd_hash"),
    ("kb typ missing", CheckName::HolderBinding, "binding_typ"),
    ("kb signed by another key", CheckName::HolderBinding, "binding_signature"),
    ("kb iat one year old", CheckName::HolderBinding, "binding_stale"),
    ("disclosure not referenced by any digest", CheckName::Format, "unreferenced_disclosure"),
    ("same digest twice in payload", CheckName::Format, "duplicate_digest"),
    ("disclosed claim named _sd", CheckName::Format, "disclosure_name"),
    ("disclosed claim overwrites a payload claim", CheckName::Format, "disclosure_name"),
    ("status only as a disclosure", CheckName::Format, "hidden_security_claim"),
    ("two-element disclosure used for an object property", CheckName::Format, "disclosure_kind"),
    ("unknown _sd_alg", CheckName::Format, "unknown_sd_alg"),
    ("typ JWT", CheckName::Format, "typ"),
    ("vct missing", CheckName::Format, "vct_missing"),
    ("signature flipped", CheckName::Signature, "signature"),
    ("alg none", CheckName::Signature, "algorithm"),
];

/// The signed cases of `own-verify-cases.json`, through the whole verification.
#[test]
fn table_of_cases() {
    let file = json_of(include_str!("../vectors/sd-jwt/own-verify-cases.json"));
    let keys = [Jwk::from_value(&file["issuer_public_jwk"]).unwrap()];
    let trust = Trust::default();
    let mut refused = 0;
    for case in file["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let binding = Binding {
            nonce: file["expected_nonce"].as_str().unwrap(),
            audience: file["expected_aud"].as_str().unwrap(),
            iat_window: Some(IatWindow::PRESENTATION),
        };
        let inputs = Inputs::new(file["now"].as_i64().unwrap(), &trust, "test")
            .with_keys(Some(&keys))
            .with_binding((case["require_kb"] == true).then_some(binding))
            .with_offline(true);
        let report = verify::anything(case["sd_jwt"].as_str().unwrap().as_bytes(), &inputs);
        if case["expect"].as_str().unwrap().starts_with("accept") {
            assert_eq!(report.verdict, Verdict::Valid, "{name}: {:?}", report.checks);
            let claims = report.credentials[0].claims.as_ref().unwrap();
            for (key, value) in case["processed"].as_object().into_iter().flatten() {
                assert_eq!(claims.get(key), Some(value), "{name}");
            }
            continue;
        }
        let (check, code, verdict) = match REFUSED.iter().find(|(case, _, _)| *case == name) {
            Some((_, check, code)) => (*check, *code, Verdict::Invalid),
            None => (CheckName::Dates, "expired", Verdict::Attention),
        };
        refused += 1;
        let found = report.check(check).unwrap_or_else(|| panic!("{name}: {:?}", report.checks));
        assert_eq!((report.verdict, found.state, found.code.as_str()), (verdict, CheckState::Failed, code), "{name}");
    }
    assert_eq!(refused, REFUSED.len() + 1);
}

/// An SD-JWT of a payload and disclosures that our own `prepare` would never make.
fn forge(payload: &Value, disclosures: &[String]) -> Result<SdJwt, SdJwtError> {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let jwt = jws::sign(&object(json!({"typ": "dc+sd-jwt"})), payload.to_string().as_bytes(), &key).unwrap();
    SdJwt::parse(&format!("{jwt}~{}", disclosures.iter().map(|d| format!("{d}~")).collect::<String>()))
}

fn disclosure(content: &Value) -> (String, String) {
    let text = b64url(content.to_string());
    let digest = b64url(sha256(text.as_bytes()));
    (text, digest)
}

#[test]
fn refusals_of_section_7_1() {
    let (name, digest) = disclosure(&json!(["salt", "name", "Samira"]));
    let (element, element_digest) = disclosure(&json!(["salt", "NL"]));
    let (outer, outer_digest) = disclosure(&json!(["salt", "outer", {"_sd": [digest]}]));
    let of = |content: Value| disclosure(&content);
    let cases: Vec<(&str, Value, Vec<String>, SdJwtError)> = vec![
        ("same digest twice", json!({"_sd": [digest, digest]}), vec![name.clone()], SdJwtError::Duplicate),
        ("on two levels", json!({"_sd": [digest], "a": {"_sd": [digest]}}), vec![name.clone()], SdJwtError::Duplicate),
        ("array and object", json!({"_sd": [digest], "a": [{"...": digest}]}), vec![], SdJwtError::Duplicate),
        ("in a disclosure", json!({"_sd": [outer_digest, digest]}), vec![outer, name.clone()], SdJwtError::Duplicate),
        ("sent twice", json!({"_sd": [digest]}), vec![name.clone(), name.clone()], SdJwtError::Duplicate),
        ("unreferenced", json!({"a": 1}), vec![name.clone()], SdJwtError::Unreferenced),
        ("clashes", json!({"_sd": [digest], "name": "x"}), vec![name.clone()], SdJwtError::Name),
        ("element as member", json!({"_sd": [element_digest]}), vec![element], SdJwtError::Kind),
        ("member as element", json!({"a": [{"...": digest}]}), vec![name.clone()], SdJwtError::Kind),
        ("_sd no array", json!({"_sd": digest}), vec![], SdJwtError::Digest),
        ("digest no text", json!({"_sd": [1]}), vec![], SdJwtError::Digest),
        ("... with company", json!({"a": [{"...": digest, "b": 1}]}), vec![], SdJwtError::Digest),
        ("... as member", json!({"a": {"...": digest}}), vec![], SdJwtError::Digest),
        ("md5", json!({"_sd_alg": "md5"}), vec![], SdJwtError::Algorithm),
        ("SHA-256", json!({"_sd_alg": "SHA-256"}), vec![], SdJwtError::Algorithm),
        ("sha-256-32", json!({"_sd_alg": "sha-256-32"}), vec![], SdJwtError::Algorithm),
        ("sha-384/192", json!({"_sd_alg": "sha-384/192"}), vec![], SdJwtError::Algorithm),
        ("alg no text", json!({"_sd_alg": 1}), vec![], SdJwtError::Algorithm),
        ("alg null", json!({"_sd_alg": null}), vec![], SdJwtError::Algorithm),
        ("alg below the top", json!({"a": {"_sd_alg": "sha-256"}}), vec![], SdJwtError::Digest),
        ("other alg", json!({"_sd": [digest], "_sd_alg": "sha-512"}), vec![name.clone()], SdJwtError::Unreferenced),
        ("_sd in an array's object", json!({"a": [{"_sd": "x"}]}), vec![], SdJwtError::Digest),
        ("... holds a list", json!({"a": [{"...": [digest]}]}), vec![], SdJwtError::Digest),
        ("... as top claim", json!({"...": digest}), vec![], SdJwtError::Digest),
    ];
    for (what, payload, disclosures, expected) in cases {
        assert_eq!(forge(&payload, &disclosures).err(), Some(expected), "{what}");
    }
    for (what, content, expected) in [
        ("named _sd", json!(["s", "_sd", []]), SdJwtError::Name),
        ("named ...", json!(["s", "...", 1]), SdJwtError::Name),
        ("named _sd_alg", json!(["s", "_sd_alg", "sha-256"]), SdJwtError::Name),
        ("_sd no array inside", json!(["s", "a", {"_sd": "x"}]), SdJwtError::Digest),
        ("... inside", json!(["s", "a", {"...": "x"}]), SdJwtError::Digest),
        ("_sd_alg inside", json!(["s", "a", {"_sd_alg": "sha-256"}]), SdJwtError::Digest),
        ("member twice", json!("[\"s\",\"a\",{\"b\":1,\"b\":2}]"), SdJwtError::Disclosure),
        ("one element", json!(["s"]), SdJwtError::Disclosure),
        ("four elements", json!(["s", "a", 1, 2]), SdJwtError::Disclosure),
        ("salt no text", json!([1, "a", 1]), SdJwtError::Disclosure),
        ("object", json!({"s": 1}), SdJwtError::Disclosure),
    ] {
        // A text is taken as it is: JSON that `json!` cannot write.
        let (text, digest) = match content.as_str() {
            Some(raw) => (b64url(raw), b64url(sha256(b64url(raw).as_bytes()))),
            None => of(content),
        };
        assert_eq!(forge(&json!({"_sd": [digest]}), &[text]).err(), Some(expected), "{what}");
    }
    let padded = format!("{name}=");
    let digest = b64url(sha256(padded.as_bytes()));
    assert_eq!(forge(&json!({"_sd": [digest]}), &[padded]).err(), Some(SdJwtError::Disclosure));
}

#[test]
fn limits() {
    let digests: Vec<String> = (0..2049).map(|n: u32| b64url(sha256(&n.to_be_bytes()))).collect();
    assert_eq!(forge(&json!({"_sd": digests}), &[]).err(), Some(SdJwtError::Limit));
    assert!(forge(&json!({"_sd": digests[..2048]}), &[]).is_ok());
    let many: Vec<(String, String)> = (0..257).map(|n| disclosure(&json!(["s", format!("c{n}"), n]))).collect();
    let (texts, digests): (Vec<String>, Vec<String>) = many.into_iter().unzip();
    assert_eq!(forge(&json!({"_sd": digests}), &texts).err(), Some(SdJwtError::Limit));
    assert!(forge(&json!({"_sd": digests}), &texts[..256]).is_ok());
    assert_eq!(SdJwt::parse(&"a".repeat(256 * 1024 + 1)).err(), Some(SdJwtError::Limit));
    // A chain of disclosures, each inside the one before: every text is shallow, the whole is not.
    let (mut texts, mut inner) = (Vec::new(), json!({"end": true}));
    for level in 0..20 {
        let (text, digest) = disclosure(&json!(["s", format!("l{level}"), inner]));
        texts.push(text);
        inner = json!({"_sd": [digest]});
    }
    assert_eq!(forge(&inner, &texts).err(), Some(SdJwtError::Limit));
}

#[test]
fn concealing_revealing_binding() {
    let (issuer, holder) = (SigningKey::generate(Algorithm::Es256).unwrap(), SigningKey::generate(Algorithm::EdDsa).unwrap());
    let claims = object(json!({
        "vct": "x", "open": 1, "name": "Samira", "nationalities": ["NL", "BE", "DE"],
        "result": {"value": "8", "passed": true, "parts": [{"a": 1}, {"a": 2}]},
    }));
    let concealed = [
        Path::key("name"),
        Path::key("nationalities").child(1),
        Path::key("result"),
        Path::from(["result", "value"]),
        Path::from(["result", "parts"]).child(vc::sd_jwt::Segment::All).child("a"),
        Path::key("absent"),
    ];
    let prepared = prepare(claims.clone(), &concealed, 3, &SystemRandom).unwrap();
    let stored: vc::sd_jwt::Prepared = serde_json::from_str(&serde_json::to_string(&prepared).unwrap()).unwrap();
    let credential = stored.sign(&object(json!({"typ": "dc+sd-jwt"})), &issuer).unwrap();
    assert_eq!(credential.disclosed_claims(), &claims);
    let payload = credential.jwt().payload_unverified();
    assert_eq!(payload["_sd"].as_array().unwrap().len(), 2 + 3);
    assert_eq!(payload["nationalities"].as_array().unwrap().len(), 3);
    let paths: Vec<String> = credential.disclosures().iter().map(|d| d.path().to_string()).collect();
    assert_eq!(paths, ["name", "nationalities[1]", "result.parts[0].a", "result.parts[1].a", "result.value", "result"]);

    let shown = |paths: &[Path]| Value::Object(credential.reveal(paths).unwrap().disclosed_claims().clone());
    assert_eq!(shown(&[]), json!({"vct": "x", "open": 1, "nationalities": ["NL", "DE"]}));
    assert_eq!(shown(&[Path::from(["result", "passed"])])["result"], json!({"passed": true, "parts": [{}, {}]}));
    assert_eq!(shown(&[Path::key("result")])["result"], claims["result"]);
    assert_eq!(shown(&[Path::key("nationalities").child(1)])["nationalities"], claims["nationalities"]);

    let part = credential.reveal(&[Path::key("name")]).unwrap();
    let text = part.bind(&holder, "x509_hash:abc", "n", 100).unwrap();
    let bound = SdJwt::parse(&text).unwrap();
    let key = VerifyingKey::from_jwk(&holder.public_jwk().unwrap()).unwrap();
    let expected =
        |audience, nonce, now| Expected { audience: Some(audience), nonce: Some(nonce), iat: Some((now, IatWindow::PRESENTATION)) };
    assert_eq!(bound.verify_binding(&key, &expected("x509_hash:abc", "n", 100)), Ok(()));
    use vc::sd_jwt::BindingError::{Audience, Missing, Nonce, Stale};
    assert_eq!(bound.verify_binding(&key, &expected("abc", "n", 100)), Err(Audience));
    assert_eq!(bound.verify_binding(&key, &expected("x509_hash:abc", "m", 100)), Err(Nonce));
    assert_eq!(bound.verify_binding(&key, &expected("x509_hash:abc", "n", 401)), Err(Stale));
    assert_eq!(bound.verify_binding(&key, &expected("x509_hash:abc", "n", 39)), Err(Stale));
    assert_eq!(part.verify_binding(&key, &expected("x509_hash:abc", "n", 100)), Err(Missing));
}

#[test]
fn preparing_refuses() {
    let refuse = |claims: Value, path: Path| prepare(object(claims), &[path], 0, &SystemRandom).err();
    for name in vc::sd_jwt::NEVER_HIDDEN {
        assert_eq!(refuse(json!({}), Path::from([name, "x"])), Some(PrepareError::NeverHidden), "{name}");
    }
    for name in ["_sd", "_sd_alg", "..."] {
        assert_eq!(refuse(json!({"a": {name: 1}}), Path::key("b")), Some(PrepareError::ReservedName), "{name}");
    }
    assert_eq!(refuse(json!({"a": vec![0; 257]}), Path::key("a").child(vc::sd_jwt::Segment::All)), Some(PrepareError::Limit));
    let plain = prepare(object(json!({"a": 1})), &[Path::key("b")], 0, &SystemRandom).unwrap();
    assert_eq!(plain.payload(), r#"{"a":1}"#);
}

/// Two disclosures of one name in one object, and what they would overwrite in each other.
#[test]
fn one_name_once() {
    let (first, first_digest) = disclosure(&json!(["s1", "name", "Samira"]));
    let (second, second_digest) = disclosure(&json!(["s2", "name", "Fatima"]));
    let payload = json!({"_sd": [first_digest, second_digest]});
    assert_eq!(forge(&payload, &[first.clone(), second.clone()]).err(), Some(SdJwtError::Name));
    assert_eq!(forge(&payload, &[second]).unwrap().disclosed_claims(), &object(json!({"name": "Fatima"})));
    // On different levels they do not meet.
    let (outer, outer_digest) = disclosure(&json!(["s3", "outer", {"_sd": [second_digest], "name": 1}]));
    let payload = json!({"_sd": [first_digest, outer_digest]});
    assert!(forge(&payload, &[first, outer]).is_ok());
}

/// Digests of nothing in every place: at the top, in objects, in arrays and in what is concealed itself.
#[test]
fn decoys_in_their_places() {
    let claims = object(json!({"vct": "x", "open": {"a": 1}, "list": [1, 2], "hidden": {"b": 2, "inner": [3]}, "text": "t", "cnf": {}}));
    let decoys = |path: Path| vec![Decoys::at(path, 5)];
    let with = |decoys: Vec<Decoys>| {
        let paths = vec![Path::key("hidden"), Path::key("list").child(0)];
        let concealment = Concealment { paths, decoys, ..Concealment::default() };
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let issued = prepare_with(claims.clone(), &concealment, &SystemRandom).unwrap().sign(&vc::Map::new(), &key).unwrap();
        assert_eq!((issued.disclosed_claims(), issued.disclosures().len()), (&claims, 2));
        let outer = issued.disclosures().iter().find(|d| d.name() == Some("hidden")).unwrap().value().clone();
        (issued.jwt().payload_unverified().clone(), outer)
    };
    let count = |value: &Value| value.as_array().map_or(0, Vec::len);
    for (decoys, top, open, list, hidden, inner) in [
        (vec![], 1, 0, 2, 0, 1),
        (vec![Decoys::top(5)], 6, 0, 2, 0, 1),
        (decoys(Path::key("open")), 1, 5, 2, 0, 1),
        (decoys(Path::key("list")), 1, 0, 7, 0, 1),
        (decoys(Path::key("hidden")), 1, 0, 2, 5, 1),
        (decoys(Path::from(["hidden", "inner"])), 1, 0, 2, 0, 6),
        (decoys(Path::key("text")), 1, 0, 2, 0, 1),
        (decoys(Path::key("absent")), 1, 0, 2, 0, 1),
        (vec![Decoys::top(2), Decoys::top(3), Decoys::at(Path::key("list"), 1)], 6, 0, 3, 0, 1),
    ] {
        let (payload, outer) = with(decoys.clone());
        let found = (count(&payload["_sd"]), count(&payload["open"]["_sd"]), count(&payload["list"]));
        assert_eq!(found, (top, open, list), "{decoys:?}");
        assert_eq!((count(&outer["_sd"]), count(&outer["inner"])), (hidden, inner), "{decoys:?}");
    }
    let refuse =
        |decoys: Decoys| prepare_with(claims.clone(), &Concealment { decoys: vec![decoys], ..Concealment::default() }, &SystemRandom).err();
    assert_eq!(refuse(Decoys::at(Path::key("cnf"), 1)), Some(PrepareError::NeverHidden));
    assert_eq!(refuse(Decoys::top(2049)), Some(PrepareError::Limit));
    assert_eq!(refuse(Decoys::top(usize::MAX)), Some(PrepareError::Limit));
    assert_eq!(refuse(Decoys::at(Path::key("cnf"), 0)), None);
}

/// The places of decoys in arrays say nothing: over many copies they stand before, between and after the elements.
#[test]
fn decoys_stand_anywhere_in_arrays() {
    let concealment = Concealment { decoys: vec![Decoys::at(Path::key("list"), 1)], ..Concealment::default() };
    let places: std::collections::HashSet<usize> = (0..60)
        .map(|_| {
            let prepared = prepare_with(object(json!({"list": [1, 2]})), &concealment, &SystemRandom).unwrap();
            json_of(prepared.payload())["list"].as_array().unwrap().iter().position(Value::is_object).unwrap()
        })
        .collect();
    assert_eq!(places, [0, 1, 2].into());
}
