//! The examples of RFC 9901 and of the SD-JWT VC draft, every intermediate value compared.

use crate::claims::object;
use serde_json::{Value, json};
use vc::Map;
use vc::encoding::b64url;
use vc::jws;
use vc::key::{Algorithm, Jwk, SigningKey, VerifyingKey};
use vc::random::SystemRandom;
use vc::sd_jwt::{Concealment, Expected, HashAlgorithm, IatWindow, Path, SdJwt, Segment, prepare, prepare_with};

const MAIN: &str = include_str!("../vectors/sd-jwt/main-example.json");
const FILES: [&str; 7] = [
    MAIN,
    include_str!("../vectors/sd-jwt/a1-simple-structured.json"),
    include_str!("../vectors/sd-jwt/a2-complex-structured.json"),
    include_str!("../vectors/sd-jwt/a3-sd-jwt-vc.json"),
    include_str!("../vectors/sd-jwt/a4-w3c-vc.json"),
    include_str!("../vectors/sd-jwt-vc/identity-credential-kb.json"),
    include_str!("../vectors/sd-jwt-vc/presentation-without-kb.json"),
];

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The key that signed all examples.
fn issuer() -> VerifyingKey {
    VerifyingKey::from_jwk(&Jwk::from_value(&json_of(MAIN)["issuer_public_jwk"]).unwrap()).unwrap()
}

/// Verifies the key binding, when there is one, with the key that the credential names.
fn binding(presented: &SdJwt) -> bool {
    let Some(jwt) = presented.key_binding() else { return false };
    let claims = jwt.payload_unverified();
    let holder = VerifyingKey::from_jwk(&Jwk::from_value(&presented.disclosed_claims()["cnf"]["jwk"]).unwrap()).unwrap();
    let iat = Some((claims["iat"].as_i64().unwrap() + 10, IatWindow::PRESENTATION));
    presented.verify_binding(&holder, &Expected { nonce: claims["nonce"].as_str(), audience: claims["aud"].as_str(), iat }).unwrap();
    true
}

/// `read` holds the disclosures of a vector's list, in its order, each with its digest and content.
fn disclosures_are(read: &SdJwt, expected: &Value) {
    let expected = expected.as_array().unwrap();
    assert_eq!(read.disclosures().len(), expected.len());
    for (read, expected) in read.disclosures().iter().zip(expected) {
        assert_eq!(read.as_str(), expected["disclosure"]);
        assert_eq!(read.digest(), expected["digest_sha256"]);
        let content = match read.name() {
            Some(name) => json!([read.salt(), name, read.value()]),
            None => json!([read.salt(), read.value()]),
        };
        assert_eq!(content, expected["contents"]);
    }
}

#[test]
fn issued_presented_and_processed() {
    let key = issuer();
    let (mut issued, mut presented, mut bound) = (0, 0, 0);
    for vector in FILES.map(json_of) {
        let source = vector["source"].as_str().unwrap();
        let mut jwts = Vec::new();
        for name in ["issuance", "presentation", "presentation_kb"] {
            let Some(text) = vector[name].as_str() else { continue };
            let read = SdJwt::parse(text).unwrap();
            assert_eq!(read.to_string(), text, "{source}");
            read.jwt().verify(&key, None).unwrap();
            if vector["issuer_payload"].is_object() {
                assert_eq!(read.jwt().payload_unverified(), &vector["issuer_payload"], "{source}");
            }
            jwts.push(read.jwt().as_str().to_owned());
            if name == "issuance" {
                issued += 1;
                if vector["disclosures"].is_array() {
                    disclosures_are(&read, &vector["disclosures"]);
                }
                continue;
            }
            presented += 1;
            assert_eq!(Value::Object(read.disclosed_claims().clone()), vector["processed_payload"], "{source}");
            if vector["presented_disclosures"].is_array() {
                disclosures_are(&read, &vector["presented_disclosures"]);
            }
            if binding(&read) {
                bound += 1;
                if vector["kb_jwt_payload"].is_object() {
                    assert_eq!(read.key_binding().unwrap().payload_unverified(), &vector["kb_jwt_payload"], "{source}");
                }
            }
        }
        assert!(jwts.windows(2).all(|two| two[0] == two[1]));
    }
    assert_eq!((issued, presented, bound), (4, 7, 4));
}

/// With everything disclosed the processed claims are the input again, and a holder makes the presentation out of it.
#[test]
fn the_input_comes_back_and_the_part_is_the_one_presented() {
    for vector in FILES.map(json_of).iter().filter(|vector| vector["disclosures"].is_array()) {
        let jwt = vector["presentation"].as_str().unwrap().split('~').next().unwrap();
        let all = vector["disclosures"].as_array().unwrap().iter().map(|d| d["disclosure"].as_str().unwrap());
        let issued = SdJwt::parse(&[jwt].into_iter().chain(all).chain([""]).collect::<Vec<_>>().join("~")).unwrap();
        disclosures_are(&issued, &vector["disclosures"]);
        for (name, value) in vector["input_claims"].as_object().unwrap() {
            assert_eq!(&issued.disclosed_claims()[name], value, "{} {name}", vector["source"]);
        }
        let presented = SdJwt::parse(vector["presentation"].as_str().unwrap()).unwrap();
        let shown: Vec<&str> = presented.disclosures().iter().map(|d| d.as_str()).collect();
        let part = issued.reveal_only(|d| shown.contains(&d.as_str())).unwrap();
        assert_eq!(Value::Object(part.disclosed_claims().clone()), vector["processed_payload"]);
        assert_eq!(part.disclosures().len(), shown.len());
    }
}

/// An SD-JWT with this payload and these disclosures, signed by nobody known.
fn unsigned(payload: &Value, disclosures: &[&str]) -> SdJwt {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let jwt = jws::sign(&Map::new(), payload.to_string().as_bytes(), &key).unwrap();
    SdJwt::parse(&[jwt.as_str()].into_iter().chain(disclosures.iter().copied()).chain([""]).collect::<Vec<_>>().join("~")).unwrap()
}

/// Section 6: flat, structured and recursive; what is seen with all, without any, and with one.
#[test]
fn nested_shapes() {
    let shapes = json_of(include_str!("../vectors/sd-jwt/s6-nested-payload-shapes.json"));
    let disclosed = json_of(include_str!("../vectors/sd-jwt/s6-nested-disclosures.json"));
    let texts = |name: &str| -> Vec<String> {
        disclosed[name].as_array().unwrap().iter().map(|d| d["disclosure"].as_str().unwrap().to_owned()).collect()
    };
    let input = object(shapes["input_claims"].clone());
    for (shape, list, none, sub_claim) in [
        ("flat_payload", "flat", Value::Null, json!(input["address"])),
        ("structured_payload", "structured", json!({}), json!({"region": "Sachsen-Anhalt"})),
        ("recursive_payload", "recursive", Value::Null, json!({"region": "Sachsen-Anhalt"})),
    ] {
        let texts = texts(list);
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let all = unsigned(&shapes[shape], &texts);
        disclosures_are(&all, &disclosed[list]);
        assert_eq!((&all.disclosed_claims()["address"], &all.disclosed_claims()["sub"]), (&input["address"], &input["sub"]));
        let nothing = all.reveal(&[]).unwrap();
        assert_eq!(nothing.disclosed_claims().get("address").cloned().unwrap_or_default(), none, "{shape}");
        let one = all.reveal(&[Path::from(["address", "region"])]).unwrap();
        assert_eq!(one.disclosed_claims()["address"], sub_claim, "{shape}");
    }
    let open = &shapes["structured_one_open_payload"];
    assert_eq!(unsigned(open, &[]).disclosed_claims()["address"], json!({"country": "DE"}));
}

/// What we prepare has the same shapes: the same members in the same places, as many digests.
#[test]
fn we_make_the_same_shapes() {
    let shapes = json_of(include_str!("../vectors/sd-jwt/s6-nested-payload-shapes.json"));
    let mut input = object(shapes["input_claims"].clone());
    for (name, value) in [("iss", json!("https://issuer.example.com")), ("iat", json!(1_683_000_000)), ("exp", json!(1_883_000_000))] {
        input.insert(name.into(), value);
    }
    let parts = ["street_address", "locality", "region", "country"].map(|name| Path::from(["address", name]));
    let whole = [Path::key("address")];
    for (shape, concealed) in [
        ("flat_payload", whole.to_vec()),
        ("structured_payload", parts.to_vec()),
        ("structured_one_open_payload", parts[..3].to_vec()),
        ("recursive_payload", [parts.as_slice(), &whole].concat()),
    ] {
        let prepared = prepare(input.clone(), &concealed, 0, &SystemRandom).unwrap();
        assert_eq!(without_digests(&json_of(prepared.payload())), without_digests(&shapes[shape]), "{shape}");
        assert_eq!(prepared.disclosures().len(), concealed.len());
    }
}

/// Digests are random; everything else must be equal.
fn without_digests(value: &Value) -> Value {
    match value {
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), without_digests(value))).collect(),
        Value::Array(items) => items.iter().map(without_digests).collect(),
        Value::String(text) if text.len() == 43 => "digest".into(),
        other => other.clone(),
    }
}

/// Section 4.2.6, as the RFC's example: the disclosure of the family holds the digest of the one of the name.
#[test]
fn other_hash_algorithms() {
    for (algorithm, length) in [(HashAlgorithm::Sha256, 43), (HashAlgorithm::Sha384, 64), (HashAlgorithm::Sha512, 86)] {
        let claims = object(json!({"name": "Samira", "list": [1, 2]}));
        let paths = vec![Path::key("name"), Path::key("list").child(Segment::All)];
        let concealment = Concealment { paths, algorithm, ..Concealment::default() };
        let (issuer, holder) = (SigningKey::generate(Algorithm::Es256).unwrap(), SigningKey::generate(Algorithm::Es256).unwrap());
        let issued = prepare_with(claims.clone(), &concealment, &SystemRandom).unwrap().sign(&Map::new(), &issuer).unwrap();
        let payload = issued.jwt().payload_unverified();
        assert_eq!((payload["_sd_alg"].as_str(), payload["_sd"][0].as_str().map(str::len)), (Some(algorithm.name()), Some(length)));
        assert_eq!((issued.disclosed_claims(), issued.hash_algorithm()), (&claims, algorithm));
        let bound = SdJwt::parse(&issued.bind(&holder, "aud", "n", 5).unwrap()).unwrap();
        assert_eq!(bound.key_binding().unwrap().payload_unverified()["sd_hash"].as_str().map(str::len), Some(length));
        let holder = VerifyingKey::from_jwk(&holder.public_jwk().unwrap()).unwrap();
        bound.verify_binding(&holder, &Expected { nonce: Some("n"), audience: Some("aud"), iat: None }).unwrap();
    }
}

/// Section 8: flattened and general JWS JSON serialisation.
#[test]
fn json_serialisations() {
    let vector = json_of(include_str!("../vectors/sd-jwt/s8-json-serialization.json"));
    let key = issuer();
    let read = |name: &str| SdJwt::parse_json(&vector[name].to_string()).unwrap();
    let issued = read("flattened_issuance");
    assert!(issued.jwt().verify(&key, None).is_ok() && issued.key_binding().is_none());
    for (name, value) in vector["input_claims"].as_object().unwrap() {
        assert_eq!(&issued.disclosed_claims()[name], value);
    }
    for (name, kid) in [("flattened_presentation", None), ("general_presentation", Some("issuer-key-1"))] {
        let shown = read(name);
        shown.jwt().verify(&key, Some("example+sd-jwt")).unwrap();
        assert!(binding(&shown), "{name}");
        assert_eq!(shown.kid(), kid);
        let claims = shown.disclosed_claims();
        assert_eq!((&claims["given_name"], &claims["family_name"], claims.get("birthdate")), (&json!("John"), &json!("Doe"), None));
        // The compact form of it is the same thing.
        let compact = SdJwt::parse(&shown.to_string()).unwrap();
        assert_eq!(compact.disclosed_claims(), claims);
        assert!(binding(&compact));
    }
    // The second signature of the general form is another issuer key's.
    let second = SdJwt::parse_json(
        &json!({
            "payload": vector["general_presentation"]["payload"],
            "signatures": [vector["general_presentation"]["signatures"][1]],
        })
        .to_string(),
    )
    .unwrap();
    assert_eq!(second.jwt().verify(&key, None), Err(jws::JwsError::Key(vc::key::KeyError::Signature)));
    let other = json!({"kty": "EC", "crv": "P-256", "x": "bN-hp3IN0GZB3OlaQnHDPhY4nZsZbQyo4wY-y1NWCvA", "y": "vaSsH5jt9zt3aQvTvrSaFYLyjPG9Ug-2vntoNXlCbVU"});
    let other = VerifyingKey::from_jwk(&Jwk::from_value(&other).unwrap()).unwrap();
    second.jwt().verify(&other, None).unwrap();
}

#[test]
fn malformed_json_serialisations() {
    use vc::sd_jwt::SdJwtError::{Disclosure, Jwt, Limit, Malformed, Unreferenced};
    let vector = json_of(include_str!("../vectors/sd-jwt/s8-json-serialization.json"));
    let (flat, general) = (&vector["flattened_presentation"], &vector["general_presentation"]);
    let changed = |base: &Value, change: &dyn Fn(&mut Value)| {
        let mut value = base.clone();
        change(&mut value);
        SdJwt::parse_json(&value.to_string()).err()
    };
    let drop = |value: &mut Value, name: &str| {
        value.as_object_mut().unwrap().remove(name);
    };
    for name in ["payload", "protected", "signature"] {
        assert_eq!(changed(flat, &|v| drop(v, name)), Some(Malformed), "{name}");
        assert!(matches!(changed(flat, &|v| v[name] = json!("e30.e30")), Some(Jwt(_))), "{name}");
        assert_eq!(changed(flat, &|v| v[name] = json!({})), Some(Malformed), "{name}");
    }
    assert_eq!(changed(flat, &|v| v["signatures"] = general["signatures"].clone()), Some(Malformed));
    assert_eq!(changed(general, &|v| v["signatures"] = json!([])), Some(Malformed));
    assert_eq!(changed(general, &|v| v["signatures"] = json!({})), Some(Malformed));
    assert_eq!(changed(general, &|v| v["signatures"] = json!(vec![v["signatures"][1].clone(); 17])), Some(Limit));
    assert_eq!(changed(general, &|v| v["signatures"][1]["header"]["disclosures"] = json!([])), Some(Malformed));
    assert_eq!(changed(general, &|v| v["signatures"][1]["header"]["kb_jwt"] = json!("x")), Some(Malformed));
    assert_eq!(changed(general, &|v| drop(&mut v["signatures"][1], "signature")), Some(Malformed));
    assert_eq!(changed(flat, &|v| v["header"] = json!("x")), Some(Malformed));
    assert_eq!(changed(flat, &|v| v["header"]["alg"] = json!("ES256")), Some(Malformed));
    assert_eq!(changed(flat, &|v| v["header"]["kb_jwt"] = json!("x.y.z")), Some(Malformed));
    assert_eq!(changed(flat, &|v| v["header"]["kb_jwt"] = json!(1)), Some(Malformed));
    assert_eq!(changed(flat, &|v| v["header"]["disclosures"] = json!({})), Some(Malformed));
    assert_eq!(changed(flat, &|v| v["header"]["disclosures"] = json!([1])), Some(Disclosure));
    assert_eq!(changed(flat, &|v| v["header"]["disclosures"] = json!([b64url(r#"["s","x",1]"#)])), Some(Unreferenced));
    assert_eq!(changed(flat, &|v| v["header"]["disclosures"] = json!(vec!["x"; 257])), Some(Limit));
    assert_eq!(changed(flat, &|v| v["header"]["crit"] = json!(["x"])), Some(Malformed));
    assert_eq!(SdJwt::parse_json(&flat.to_string().replacen('{', "{\"payload\":\"e30\",", 1)).err(), Some(Malformed));
    assert_eq!(SdJwt::parse_json(&format!("{flat}{}", " ".repeat(256 * 1024))).err(), Some(Limit));
    // Without any disclosure the header may be missing.
    assert_eq!(changed(flat, &|v| drop(v, "header")), None);
}
