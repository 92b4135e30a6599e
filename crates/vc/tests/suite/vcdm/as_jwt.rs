//! Credentials and presentations as JWT, and what their claims say beside them.

use super::*;

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
