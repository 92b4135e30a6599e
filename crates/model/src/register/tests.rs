//! The register: what is read, and what is refused.

use super::*;

fn file(second_client: &str) -> String {
    format!(
        r#"{{"name":{{"nl":"Register van Voorbeeld Onderwijs"}},"keeper":{{"name":{{"nl":"Voorbeeld Onderwijs"}}}},"parties":[
        {{"slug":"fii-portaal","name":{{"nl":"FII-portaal"}},"asks":[{{"name":{{"nl":"Inschrijven"}},"client_ids":["x509_hash:a"],
          "claims":{{"enrolment":["*"],"microcredential":["title"]}},"ground":{{"nl":"taak van algemeen belang"}},"max_retention_days":30,
          "contact":"mailto:privacy@fii.example","privacy_page":"https://fii.example/privacy","without_wallet":{{"nl":"aan de balie"}}}}]}},
        {{"slug":"werkgever-voorbeeld","name":{{"nl":"Werkgever"}},"asks":[{{"name":{{"nl":"Werving"}},"client_ids":["{second_client}"],
          "claims":{{}},"ground":{{"nl":"x"}},"max_retention_days":1,"contact":"c","privacy_page":"p","without_wallet":{{"nl":"w"}}}}]}}]}}"#
    )
}

#[test]
fn a_service_may_ask_what_is_written() {
    let register = Register::parse(file("x509_hash:b").as_bytes()).unwrap();
    let (party, service) = register.client("x509_hash:a").unwrap();
    assert_eq!(party.slug, "fii-portaal");
    assert!(service.may_ask("enrolment", "name"));
    assert!(service.may_ask("microcredential", "title"));
    assert!(!service.may_ask("microcredential", "birthdate"));
    assert!(register.client("x509_hash:c").is_none());
}

#[test]
fn one_client_cannot_be_two_parties() {
    assert!(matches!(Register::parse(file("x509_hash:a").as_bytes()), Err(RegisterError::Twice(_))));
}

fn issuer(party: serde_json::Value) -> Result<Register, RegisterError> {
    let mut first = serde_json::json!({"slug": "hogeschool-oud", "name": {"nl": "Hogeschool Oud", "en": "Old University"}});
    let issues = serde_json::json!({"credential_issuer": "https://issuer.example/hogeschool-oud", "types": ["microcredential"]});
    first["issues"] = issues;
    merge(&mut first, party);
    let second = serde_json::json!({"slug": "hogeschool-nieuw", "name": {"nl": "Hogeschool Nieuw", "en": "New University"}});
    let file = serde_json::json!({"name": {"nl": "Register"}, "keeper": {"name": {"nl": "Beheerder"}}, "parties": [first, second]});
    Register::parse(file.to_string().as_bytes())
}

fn merge(into: &mut serde_json::Value, from: serde_json::Value) {
    match (into, from) {
        (serde_json::Value::Object(into), serde_json::Value::Object(from)) => {
            for (name, value) in from {
                merge(into.entry(name).or_insert(serde_json::Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}

fn jwk() -> vc::key::Jwk {
    vc::key::SigningKey::generate(vc::key::Algorithm::EdDsa).unwrap().public_jwk().unwrap()
}

#[test]
fn an_issuer_that_merged_is_remembered() {
    let key = jwk();
    let register = issuer(serde_json::json!({
        "state": "merged",
        "left": {"on": "2026-08-01", "successor": "hogeschool-nieuw"},
        "former_names": [{"name": {"nl": "Hogeschool Ouder"}, "until": "2020-01-01"}],
        "issues": {
            "mechanisms": {"dc+sd-jwt": "issuer_metadata"},
            "keys": [{"jwk": key.to_value(), "valid_from": "2024-01-01", "valid_until": "2026-07-31T22:00:00Z"}],
            "final_status": [{"uri": "https://issuer.example/hogeschool-oud/status/a", "document": "eyJ"}],
        },
    }))
    .unwrap();
    let trust = register.trust();
    let known = trust.issuer("https://issuer.example/hogeschool-oud").unwrap();
    let at = |text: &str| crate::Timestamp::parse(text).unwrap().seconds();
    let left = known.left.as_ref().unwrap();
    assert_eq!((left.at, left.successor.as_ref().unwrap().1.as_str()), (at("2026-08-01"), "New University"));
    assert_eq!(known.names_at(at("2019-05-01")).0, "Hogeschool Ouder");
    assert_eq!(known.mechanism("dc+sd-jwt", "https://issuer.example/hogeschool-oud"), vc::trust::Mechanism::IssuerMetadata);
    let archived = known.archived_key(&key.thumbprint()).unwrap();
    assert_eq!((archived.valid_until, archived.revoked_at), (Some(at("2026-07-31T22:00:00Z")), None));
    assert_eq!(known.key_counts(&key, vc::trust::Mechanism::Did, at("2025-06-01")), Ok(()));
    assert_eq!(trust.final_status("https://issuer.example/hogeschool-oud/status/a"), Some(("eyJ", at("2026-08-01"))));
    // What was read is written again without loss.
    let text = serde_json::to_string(&register).unwrap();
    assert_eq!(Register::parse(text.as_bytes()).unwrap(), register);
}

/// The smallest PNG: one grey dot.
const DOT: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==";

#[test]
fn a_logo_is_served_under_the_name_of_its_bytes() {
    let register = issuer(serde_json::json!({"logo": DOT})).unwrap();
    let logo = register.parties[0].logo.clone().unwrap();
    assert!(logo.png().starts_with(b"\x89PNG") && logo.name().len() == 32);
    assert_eq!(register.logo(logo.name()), Some(&logo));
    assert_eq!(register.logo("00"), None);
    assert_eq!(register.trust().issuers[0].logo, Some(format!("/logo/{}.png", logo.name())));
    let again = Register::parse(serde_json::to_string(&register).unwrap().as_bytes()).unwrap();
    assert_eq!(again, register);
}

/// What is no picture that may be shown stops the register at its entry.
#[test]
fn logos_that_are_none() {
    let png = vc::encoding::b64_decode(DOT.strip_prefix("data:image/png;base64,").unwrap()).unwrap();
    let of = |bytes: &[u8]| format!("data:image/png;base64,{}", vc::encoding::b64(bytes));
    let mut damaged = png.clone();
    damaged[20] ^= 1;
    for (logo, what) in [
        ("https://hogeschool-oud.example/logo.png".to_owned(), "no data:image/png;base64 address"),
        ("data:image/svg+xml;base64,PHN2Zy8+".to_owned(), "no data:image/png;base64 address"),
        ("data:image/png;base64,!".to_owned(), "not base64"),
        (of(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"), "no whole PNG"),
        (of(&damaged), "no whole PNG"),
        (of(&png[..png.len() - 4]), "no whole PNG"),
        (of(&[png.as_slice(), &vec![0; 64 << 10]].concat()), "larger than 64 KiB"),
    ] {
        let error = issuer(serde_json::json!({"logo": logo})).unwrap_err().to_string();
        assert!(error.contains("hogeschool-oud") && error.contains(what), "{error}");
    }
}

/// What was read on one register is read again on another: the digest of each is its own, worked out once.
#[test]
fn a_register_has_a_digest() {
    let basis = |party: serde_json::Value| issuer(party).unwrap().trust().basis();
    let plain = issuer(serde_json::json!({})).unwrap();
    let trust = plain.trust();
    assert_eq!((trust.digest, basis(serde_json::json!({}))), (Some(trust.basis()), trust.basis()));
    assert_ne!(basis(serde_json::json!({"state": "suspended"})), trust.basis());
    let mut with_key = plain.clone();
    let key = IssuerKey { jwk: jwk(), valid_from: None, valid_until: None, revoked_at: None };
    assert!(with_key.remember_key("https://issuer.example/hogeschool-oud", key));
    assert_eq!(with_key.trust().digest, None);
    assert_ne!(with_key.trust().basis(), trust.basis());
}

#[test]
fn entries_that_do_not_fit_together_are_refused() {
    let key = jwk().to_value();
    let mut private = key.clone();
    private["d"] = "AA".into();
    let mut misnamed = key.clone();
    misnamed["kid"] = "key-1".into();
    let keys = |key: &serde_json::Value| serde_json::json!({"issues": {"keys": [{"jwk": key}]}});
    for (entry, what) in [
        (serde_json::json!({"left": {"on": "2026-08-01"}}), "says something else"),
        (serde_json::json!({"state": "merged"}), "into which party"),
        (serde_json::json!({"state": "merged", "left": {"on": "2026-08-01"}}), "into which party"),
        (serde_json::json!({"state": "merged", "left": {"on": "2026-08-01", "successor": "nobody"}}), "no other party"),
        (serde_json::json!({"state": "exited", "left": {"on": "2026-08-01", "successor": "hogeschool-oud"}}), "no other party"),
        (serde_json::json!({"state": "exited", "left": {"on": "some day"}}), "not a date"),
        (keys(&private), "private"),
        (keys(&misnamed), "thumbprint"),
        (serde_json::json!({"issues": {"keys": [{"jwk": key}, {"jwk": key}]}}), "twice"),
        (serde_json::json!({"issues": {"keys": [{"jwk": key, "valid_from": "2026-01-01", "valid_until": "2025-01-01"}]}}), "ends before"),
        (serde_json::json!({"issues": {"keys": [{"jwk": key, "colour": "blue"}]}}), "colour"),
        (serde_json::json!({"issues": {"mechanisms": {"mso_mdoc": "x5c"}}}), "no format"),
        (serde_json::json!({"issues": {"mechanisms": {"ldp_vc": "x5c"}}}), "does not know"),
        (serde_json::json!({"issues": {"mechanisms": {"ldp_vc": "telepathy"}}}), "telepathy"),
        (serde_json::json!({"issues": {"final_status": [{"uri": "a", "document": "b"}]}}), "did not leave"),
        (
            serde_json::json!({"former_names": [
            {"name": {"nl": "B"}, "until": "2021-01-01"}, {"name": {"nl": "A"}, "until": "2020-01-01"}]}),
            "order",
        ),
    ] {
        let error = issuer(entry.clone()).unwrap_err().to_string();
        assert!(error.contains(what), "{entry}: {error}");
    }
}

#[test]
fn a_name_without_a_prefix_needs_a_key() {
    let refused = Register::parse(file("werkgever").as_bytes()).unwrap_err().to_string();
    assert!(refused.contains("werkgever has no prefix"), "{refused}");
    let key = vc::key::SigningKey::generate(vc::key::Algorithm::Es256).unwrap().public_jwk().unwrap();
    let mut register: serde_json::Value = serde_json::from_str(&file("werkgever-voorbeeld")).unwrap();
    register["parties"][1]["asks"][0]["keys"] = serde_json::json!([key.to_value()]);
    let read = Register::parse(register.to_string().as_bytes()).unwrap();
    assert_eq!(read.client("werkgever-voorbeeld").unwrap().1.keys, std::slice::from_ref(&key), "a client may be called as its party is");
    register["verifier_attesters"] = serde_json::json!([{"issuer": "https://attester.example", "keys": []}]);
    assert!(Register::parse(register.to_string().as_bytes()).is_err());
    register["verifier_attesters"][0]["keys"] = serde_json::json!([key.to_value()]);
    assert_eq!(Register::parse(register.to_string().as_bytes()).unwrap().verifier_attesters[0].keys, [key]);
}

#[test]
fn who_says_nothing_of_a_promise_may_not_ask() {
    let honest: serde_json::Value = serde_json::from_str(&file("x509_hash:b")).unwrap();
    for (member, silent) in [
        ("ground", serde_json::json!({"nl": " "})),
        ("contact", serde_json::json!("")),
        ("privacy_page", serde_json::json!("")),
        ("without_wallet", serde_json::json!({"nl": "", "en": "at the desk"})),
        ("max_retention_days", serde_json::json!(0)),
    ] {
        let mut register = honest.clone();
        register["parties"][1]["asks"][0][member] = silent;
        let refused = Register::parse(register.to_string().as_bytes()).unwrap_err();
        assert!(matches!(refused, RegisterError::Entry { .. }), "{member}: {refused}");
    }
}

#[test]
fn an_issuer_that_left_says_since_when() {
    assert!(issuer(serde_json::json!({"state": "exited"})).is_err());
    assert!(issuer(serde_json::json!({"state": "exited", "left": {"on": "2026-08-01"}})).is_ok());
}
