//! SD-JWT VC: what an SD-JWT is a credential of, where its issuer's key is, and the exact reason of every refusal.

use crate::claims::{NOW, World, object};
use serde_json::{Value, json};
use vc::encoding::{b64url, sha256};
use vc::jws::{self, JwsError};
use vc::key::{Algorithm, Jwk, KeyError, SigningKey, VerifyingKey};
use vc::random::SystemRandom;
use vc::report::{CheckName, CheckState, Verdict};
use vc::sd_jwt::{
    BindingError, Content, ContentError, Expected, IatWindow, IssuerKey, IssuerKeyError, NEVER_HIDDEN, Path, PrepareError, SdJwt, content,
    issuer_keys, prepare,
};
use vc::verify::{self, Inputs};

/// Reads, recognises and verifies a case as a verifier would; the code of the first thing that is wrong.
fn judge(case: &Value, file: &Value, issuer: &VerifyingKey) -> Result<SdJwt, &'static str> {
    let read = SdJwt::parse(case["sd_jwt"].as_str().unwrap()).map_err(|error| error.code())?;
    content(&read).map_err(ContentError::code)?;
    read.jwt().verify(issuer, None).map_err(|error| match error {
        JwsError::Algorithm | JwsError::Key(KeyError::Algorithm) => "algorithm",
        _ => "signature",
    })?;
    if case["require_kb"] == true {
        let holder = VerifyingKey::from_jwk(&Jwk::from_value(&read.disclosed_claims()["cnf"]["jwk"]).unwrap()).unwrap();
        let iat = Some((file["now"].as_i64().unwrap(), IatWindow::PRESENTATION));
        let expected = Expected { nonce: file["expected_nonce"].as_str(), audience: file["expected_aud"].as_str(), iat };
        read.verify_binding(&holder, &expected).map_err(|error| error.code())?;
    }
    if read.disclosed_claims()["exp"].as_i64().is_some_and(|exp| exp <= file["now"].as_i64().unwrap()) {
        return Err("expired");
    }
    Ok(read)
}

#[test]
fn each_case_for_its_own_reason() {
    let file: Value = serde_json::from_str(include_str!("../vectors/sd-jwt/own-verify-cases.json")).unwrap();
    let issuer = VerifyingKey::from_jwk(&Jwk::from_value(&file["issuer_public_jwk"]).unwrap()).unwrap();
    let reasons = [
        ("kb required but absent", "binding_missing"),
        ("missing trailing tilde without kb", "malformed"),
        ("kb nonce differs", "binding_nonce"),
        ("kb aud lacks the client id prefix", "binding_audience"),
        ("kb sd_hash over other disclosures", "binding_sd_hash"),
        ("kb typ missing", "binding_typ"),
        ("kb signed by another key", "binding_signature"),
        ("kb iat one year old", "binding_stale"),
        ("disclosure not referenced by any digest", "unreferenced_disclosure"),
        ("same digest twice in payload", "duplicate_digest"),
        ("disclosed claim named _sd", "disclosure_name"),
        ("disclosed claim overwrites a payload claim", "disclosure_name"),
        ("status only as a disclosure", "hidden_security_claim"),
        ("two-element disclosure used for an object property", "disclosure_kind"),
        ("unknown _sd_alg", "unknown_sd_alg"),
        ("typ JWT", "typ"),
        ("vct missing", "vct_missing"),
        ("expired", "expired"),
        ("signature flipped", "signature"),
        ("alg none", "algorithm"),
    ];
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.iter().filter(|case| case["expect"] == "reject").count(), reasons.len());
    for case in cases {
        let name = case["name"].as_str().unwrap();
        match (judge(case, &file, &issuer), reasons.iter().find(|(known, _)| *known == name)) {
            (Ok(read), None) => {
                for (claim, value) in case["processed"].as_object().into_iter().flatten() {
                    assert_eq!(&read.disclosed_claims()[claim], value, "{name}");
                }
                // What is not in the table of processed claims was not disclosed.
                let disclosed: Vec<&str> = read.disclosures().iter().filter_map(|d| d.path().top()).collect();
                let expected = case["processed"].as_object();
                assert!(expected.is_none_or(|expected| disclosed.iter().all(|claim| expected.contains_key(*claim))), "{name}");
            }
            (outcome, reason) => assert_eq!(outcome.err(), reason.map(|(_, code)| *code), "{name}"),
        }
    }
}

/// An SD-JWT that our own `prepare` would not make.
fn forge(typ: Option<&str>, payload: &Value, disclosures: &[&str]) -> SdJwt {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let header = typ.map_or(json!({}), |typ| json!({"typ": typ}));
    let jwt = jws::sign(&object(header), payload.to_string().as_bytes(), &key).unwrap();
    SdJwt::parse(&format!("{jwt}~{}", disclosures.iter().map(|d| format!("{d}~")).collect::<String>())).unwrap()
}

fn disclosure(content: &Value) -> (String, String) {
    let text = b64url(content.to_string());
    let digest = b64url(sha256(text.as_bytes()));
    (text, digest)
}

fn refused(typ: &str, payload: Value) -> Option<ContentError> {
    content(&forge(Some(typ), &payload, &[])).err()
}

#[test]
fn both_meanings_of_the_old_typ() {
    let both_types = |payload: &Value| ["dc+sd-jwt", "vc+sd-jwt"].map(|typ| content(&forge(Some(typ), payload, &[])));
    let of_a_type = json!({"vct": "https://types.example/1", "aka_vcts": ["urn:example:a"], "name": "Samira"});
    for read in both_types(&of_a_type) {
        assert_eq!(read, Ok(Content::SdJwtVc { vct: "https://types.example/1".into(), aka_vcts: vec!["urn:example:a".into()] }));
    }
    let issuer = "did:web:issuer.example";
    let credential = json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential", "AcademicEnrollmentCredential"],
        "issuer": {"id": issuer, "name": "Hogeschool Voorbeeld"}, "credentialSubject": {"name": "Samira"},
    });
    let mut payload = credential.clone();
    for (name, value) in [("iss", json!(issuer)), ("iat", json!(5)), ("cnf", json!({"kid": "did:jwk:x"})), ("_sd_alg", json!("sha-256"))] {
        payload[name] = value;
    }
    let [dc, vc] = both_types(&payload);
    assert_eq!(dc, Err(ContentError::VctMissing));
    assert_eq!(vc, Ok(Content::Vcdm { credential: object(credential) }));
    payload["vct"] = json!("https://types.example/1");
    let [dc, vc] = both_types(&payload);
    assert!(matches!((dc, vc), (Ok(Content::SdJwtVc { .. }), Ok(Content::Vcdm { .. }))));
    payload["iss"] = json!("did:web:other.example");
    assert_eq!(refused("vc+sd-jwt", payload), Some(ContentError::Issuer));
}

/// A credential of the data model with parts concealed: what is disclosed is in it, what must be seen may not be hidden.
#[test]
fn vcdm_with_disclosures() {
    let claims = object(json!({
        "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"], "issuer": "did:web:issuer.example",
        "credentialSubject": {"id": "did:jwk:x", "name": "Samira", "result": {"value": "8"}},
    }));
    let paths = [Path::from(["credentialSubject", "name"]), Path::from(["credentialSubject", "result"])];
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let issued = prepare(claims, &paths, 2, &SystemRandom).unwrap().sign(&object(json!({"typ": "vc+sd-jwt"})), &key).unwrap();
    let part = issued.reveal(&[Path::from(["credentialSubject", "name"])]).unwrap();
    let Ok(Content::Vcdm { credential }) = content(&part) else { panic!("no VCDM credential") };
    assert_eq!(credential["credentialSubject"], json!({"id": "did:jwk:x", "name": "Samira"}));
    assert!(!credential.contains_key("_sd") && !credential.contains_key("_sd_alg"));
    for name in ["issuer", "validFrom", "validUntil", "issuanceDate", "expirationDate", "credentialStatus", "status", "exp"] {
        let (text, digest) = disclosure(&json!(["salt", name, "2026-01-01T00:00:00Z"]));
        let payload = json!({"@context": ["https://www.w3.org/ns/credentials/v2"], "_sd": [digest]});
        assert_eq!(content(&forge(Some("vc+sd-jwt"), &payload, &[&text])), Err(ContentError::Hidden), "{name}");
    }
}

#[test]
fn rules_of_the_draft() {
    for typ in [None, Some("JWT"), Some("dc+sd-jwt+x"), Some("DC+SD-JWT"), Some("kb+jwt"), Some("example+sd-jwt")] {
        assert_eq!(content(&forge(typ, &json!({"vct": "x"}), &[])), Err(ContentError::Typ), "{typ:?}");
    }
    let right = b64url(sha256(b"x"));
    for (payload, expected) in [
        (json!({}), ContentError::VctMissing),
        (json!({"vct": ""}), ContentError::Claim),
        (json!({"vct": ["x"]}), ContentError::Claim),
        (json!({"vct": "x", "vct#integrity": 1}), ContentError::Claim),
        (json!({"vct": "x", "vct#integrity": format!("sha256-{right}")}), ContentError::Claim),
        (json!({"vct": "x", "vct#integrity": "md5-AAAA"}), ContentError::Claim),
        (json!({"vct": "x", "aka_vcts": []}), ContentError::Claim),
        (json!({"vct": "x", "aka_vcts": "y"}), ContentError::Claim),
        (json!({"vct": "x", "aka_vcts": ["y", "x"]}), ContentError::Claim),
        (json!({"vct": "x", "aka_vcts": [1]}), ContentError::Claim),
        (json!({"vct": "x", "iss": 1}), ContentError::Claim),
        (json!({"vct": "x", "cnf": "key"}), ContentError::Claim),
        (json!({"vct": "x", "status": "revoked"}), ContentError::Claim),
        (json!({"vct": "x", "exp": "2026-01-01"}), ContentError::Date),
        (json!({"vct": "x", "nbf": 1e300}), ContentError::Date),
        (json!({"vct": "x", "iat": null}), ContentError::Date),
    ] {
        assert_eq!(refused("dc+sd-jwt", payload.clone()), Some(expected), "{payload}");
    }
    // Of a W3C credential `iat` may be written as its other dates are, and decides nothing; its end may not.
    let dated = |name: &str, date: &str| refused("vc+sd-jwt", json!({"@context": [], name: date}));
    assert_eq!(dated("iat", "2024-01-01T00:00:00Z"), None);
    assert_eq!(dated("iat", "yesterday"), Some(ContentError::Date));
    assert_eq!(dated("exp", "2024-01-01T00:00:00Z"), Some(ContentError::Date));
    assert_eq!(refused("vc+sd-jwt", json!({"vct": "x", "iat": "2024-01-01T00:00:00Z"})), Some(ContentError::Date));
    assert_eq!(refused("dc+sd-jwt", json!({"vct": "x", "iat": 5.5, "sub": "s", "vct#integrity": vc::encoding::integrity(b"x")})), None);
}

/// V17 and its relatives: never hidden, neither whole nor in part, neither shown nor held back.
#[test]
fn never_hidden_claims() {
    for name in NEVER_HIDDEN {
        let (text, digest) = disclosure(&json!(["salt", name, {"x": 1}]));
        let payload = if name == "vct" { json!({"_sd": [digest]}) } else { json!({"vct": "x", "_sd": [digest]}) };
        assert_eq!(content(&forge(Some("dc+sd-jwt"), &payload, &[&text])), Err(ContentError::Hidden), "{name}");
        for part in [json!({"_sd": [digest]}), json!({"list": [{"...": digest}]}), json!({"in": {"side": {"_sd": [digest]}}})] {
            let payload = json!({"vct": "x", name: part});
            assert_eq!(refused("dc+sd-jwt", payload), Some(ContentError::Hidden), "{name}");
        }
        let concealed = |path: Path| prepare(object(json!({"vct": "x", name: {"x": [1]}})), &[path], 0, &SystemRandom).err();
        for path in [Path::key(name), Path::from([name, "x"]), Path::from([name, "x"]).child(0)] {
            assert_eq!(concealed(path), Some(PrepareError::NeverHidden), "{name}");
        }
    }
    // These two may be hidden.
    for name in ["sub", "iat"] {
        let (text, digest) = disclosure(&json!(["salt", name, 5]));
        assert!(content(&forge(Some("dc+sd-jwt"), &json!({"vct": "x", "_sd": [digest]}), &[&text])).is_ok(), "{name}");
    }
}

#[test]
fn ways_to_the_issuers_key() {
    let signed = |header: Value, payload: Value| {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        SdJwt::parse(&format!("{}~", jws::sign(&object(header), payload.to_string().as_bytes(), &key).unwrap())).unwrap()
    };
    let did = |method: Option<&str>| {
        Ok(IssuerKey::Did { did: "did:web:a.example".into(), verification_method: method.map(|m| format!("did:web:a.example#{m}")) })
    };
    let metadata = |kid: Option<&str>| Ok(IssuerKey::Metadata { issuer: "https://a.example/x".into(), kid: kid.map(str::to_owned) });
    let of_did = json!({"iss": "did:web:a.example"});
    let of_web = json!({"iss": "https://a.example/x"});
    for (header, payload, expected) in [
        (json!({"x5c": ["AA"]}), json!({}), Ok(IssuerKey::Certificate { x5c: vec!["AA".into()] })),
        (json!({"x5c": ["AA"]}), of_web.clone(), Ok(IssuerKey::Certificate { x5c: vec!["AA".into()] })),
        (json!({"x5c": []}), of_web.clone(), Err(IssuerKeyError::Certificate)),
        (json!({"x5c": "AA"}), of_web.clone(), Err(IssuerKeyError::Certificate)),
        (json!({}), of_web.clone(), metadata(None)),
        (json!({"kid": "1"}), of_web.clone(), metadata(Some("1"))),
        (json!({}), of_did.clone(), did(None)),
        (json!({"kid": "did:web:a.example"}), of_did.clone(), did(None)),
        (json!({"kid": "did:web:a.example#k"}), of_did.clone(), did(Some("k"))),
        (json!({"kid": "#k"}), of_did.clone(), did(Some("k"))),
        (json!({"kid": "k"}), of_did.clone(), did(Some("k"))),
        (json!({"kid": "did:web:b.example#k"}), of_did.clone(), Err(IssuerKeyError::Issuer)),
        (json!({"kid": "did:web:a.example.evil#k"}), of_did.clone(), Err(IssuerKeyError::Issuer)),
        (json!({}), json!({"issuer": {"id": "did:web:a.example"}}), did(None)),
        (json!({}), json!({}), Err(IssuerKeyError::NoKey)),
        (json!({}), json!({"iss": "urn:x"}), Err(IssuerKeyError::NoKey)),
        (json!({}), json!({"iss": "http://a.example"}), Err(IssuerKeyError::NoKey)),
        (json!({"jwk": {"kty": "EC"}}), json!({}), Err(IssuerKeyError::NoKey)),
    ] {
        let first = issuer_keys(&signed(header.clone(), payload.clone())).map(|ways| ways[0].clone());
        assert_eq!(first, expected, "{header} {payload}");
    }
    let both = issuer_keys(&signed(json!({"x5c": ["AA"], "kid": "k"}), of_did)).unwrap();
    assert!(matches!(both.as_slice(), [IssuerKey::Certificate { .. }, IssuerKey::Did { .. }]));
}

/// Section 7.3 of the RFC: the rest of what a key binding JWT may say wrong.
#[test]
fn key_binding_claims() {
    let (issuer, holder) = (SigningKey::generate(Algorithm::Es256).unwrap(), SigningKey::generate(Algorithm::Es256).unwrap());
    let issued = prepare(object(json!({"a": 1})), &[], 0, &SystemRandom).unwrap().sign(&vc::Map::new(), &issuer).unwrap();
    let key = VerifyingKey::from_jwk(&holder.public_jwk().unwrap()).unwrap();
    let hash = b64url(sha256(issued.to_string().as_bytes()));
    let verify = |change: &dyn Fn(&mut Value)| {
        let mut claims = json!({"iat": 1000, "aud": "a", "nonce": "n", "sd_hash": hash});
        change(&mut claims);
        let jwt = jws::sign(&object(json!({"typ": "kb+jwt"})), claims.to_string().as_bytes(), &holder).unwrap();
        let expected = Expected { nonce: Some("n"), audience: Some("a"), iat: Some((1000, IatWindow::PRESENTATION)) };
        SdJwt::parse(&format!("{issued}{jwt}")).unwrap().verify_binding(&key, &expected)
    };
    assert_eq!(verify(&|_| {}), Ok(()));
    assert_eq!(verify(&|c| c["iat"] = json!(999.5)), Ok(()));
    for (name, value, error) in [
        ("aud", json!(["a"]), BindingError::Malformed),
        ("aud", json!("A"), BindingError::Audience),
        ("nonce", json!(1), BindingError::Malformed),
        ("iat", json!("1000"), BindingError::Malformed),
        ("iat", Value::Null, BindingError::Malformed),
        ("iat", json!(699), BindingError::Stale),
        ("iat", json!(1061), BindingError::Stale),
        ("exp", json!(900), BindingError::Stale),
        ("nbf", json!(1100), BindingError::Stale),
        ("exp", json!("soon"), BindingError::Malformed),
        ("sd_hash", json!(hash.to_lowercase()), BindingError::Hash),
        ("sd_hash", Value::Null, BindingError::Malformed),
    ] {
        assert_eq!(verify(&|c| c[name] = value.clone()), Err(error), "{name} {value}");
    }
}

/// What the type says of selective disclosure is enforced on reading, not only on issuing.
#[test]
fn concealed_as_the_type_says() {
    let world = World::new();
    let type_of = |claims: &vc::Map| vc::bundled::concealed(claims["vct"].as_str().unwrap());
    let outcome = |change: &dyn Fn(&mut Vec<Path>)| {
        let claims = world.microcredential();
        let mut concealed = type_of(&claims);
        change(&mut concealed);
        let issued = prepare(claims, &concealed, 0, &SystemRandom).unwrap().sign(&world.header, &world.issuer).unwrap();
        let fetched = world.lists();
        let inputs = Inputs::new(NOW, &world.trust, "test").with_fetched(&fetched);
        let report = verify::anything(issued.to_string().as_bytes(), &inputs);
        let check = report.check(CheckName::Schema).unwrap();
        (check.code.clone(), check.detail.get("path").cloned().unwrap_or_default())
    };
    assert_eq!(outcome(&|_| {}), ("ok".into(), Value::Null));
    assert_eq!(outcome(&|paths| paths.push(Path::key("title"))), ("claim_concealed".into(), json!("title")));
    assert_eq!(outcome(&|paths| paths.retain(|p| *p != Path::key("given_name"))), ("claim_not_concealed".into(), json!("given_name")));
}

/// Rows V10 to V17 of the catalogue as a verifier reports them: exact code, nothing of the content.
#[test]
fn rows_v10_to_v17_in_the_report() {
    let world = World::new();
    let (name, digest) = disclosure(&json!(["salt", "nickname", "Sam"]));
    let (element, element_digest) = disclosure(&json!(["salt", "NL"]));
    let (reserved, reserved_digest) = disclosure(&json!(["salt", "_sd", [digest]]));
    let (dots, dots_digest) = disclosure(&json!(["salt", "...", 1]));
    let (title, title_digest) = disclosure(&json!(["salt", "title", "Another"]));
    let (exp, exp_digest) = disclosure(&json!(["salt", "exp", NOW + 1000]));
    let sd = |digests: &[&String]| json!({"_sd": digests});
    let alg = |alg: Value| json!({"_sd": [digest], "_sd_alg": alg});
    for (row, extra, disclosures, code) in [
        ("V10", json!({}), vec![&name], "unreferenced_disclosure"),
        ("V11", sd(&[&digest]), vec![&name, &name], "duplicate_digest"),
        ("V12 in one place", sd(&[&digest, &digest]), vec![&name], "duplicate_digest"),
        ("V12 on two levels", json!({"_sd": [digest], "x": {"_sd": [digest]}}), vec![&name], "duplicate_digest"),
        ("V12 array and object", json!({"_sd": [digest], "x": [{"...": digest}]}), vec![], "duplicate_digest"),
        ("V13 _sd", sd(&[&reserved_digest]), vec![&reserved], "disclosure_name"),
        ("V13 ...", sd(&[&dots_digest]), vec![&dots], "disclosure_name"),
        ("V14", sd(&[&title_digest]), vec![&title], "disclosure_name"),
        ("V15 two elements", sd(&[&element_digest]), vec![&element], "disclosure_kind"),
        ("V15 three elements", json!({"x": [{"...": digest}]}), vec![&name], "disclosure_kind"),
        ("V16 md5", alg(json!("md5")), vec![&name], "unknown_sd_alg"),
        ("V16 case", alg(json!("SHA-256")), vec![&name], "unknown_sd_alg"),
        ("V16 truncated", alg(json!("sha-256-32")), vec![&name], "unknown_sd_alg"),
        ("V16 no text", alg(json!(256)), vec![&name], "unknown_sd_alg"),
        ("V17", sd(&[&exp_digest]), vec![&exp], "hidden_security_claim"),
    ] {
        let mut claims = world.microcredential();
        claims.extend(object(extra));
        let jwt = jws::sign(&world.header, Value::Object(claims).to_string().as_bytes(), &world.issuer).unwrap();
        let text = [jwt.as_str()].into_iter().chain(disclosures.into_iter().map(String::as_str)).chain([""]).collect::<Vec<_>>().join("~");
        let fetched = world.lists();
        let report = verify::anything(text.as_bytes(), &Inputs::new(NOW, &world.trust, "test").with_fetched(&fetched));
        assert_eq!((report.verdict, report.check(CheckName::Format).unwrap().code.as_str()), (Verdict::Invalid, code), "{row}");
        assert!(report.credentials[0].claims.is_none(), "{row}");
        let others = report.checks.iter().filter(|check| check.check != CheckName::Format);
        assert!(others.into_iter().all(|check| check.state == CheckState::NotChecked), "{row}");
    }
}
