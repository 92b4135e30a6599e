//! Our own contexts and schemas over whole credentials: nothing undefined, nothing lost on the way to RDF, IRIs of ours only.

use serde_json::{Value, json};
use vc::Map;
use vc::bundled::{self, by_short_name};
use vc::json_ld::{self, JsonLdError};

fn example(text: &str) -> Map {
    let Value::Object(map) = serde_json::from_str(text).unwrap() else { panic!("no object") };
    map
}

/// The badge of the reference data, with the holder that it leaves open.
fn badge() -> Map {
    let mut badge = example(include_str!("../vectors/microcredential/nl-microcredential-obv3.json"));
    badge["credentialSubject"]["id"] = json!("did:jwk:e30");
    badge
}

#[test]
fn the_context_of_the_badge_loses_nothing() {
    let canonical = json_ld::canonical(&badge()).unwrap();
    for (term, object) in [
        ("ECTS", "\"3.0E0\"^^<http://www.w3.org/2001/XMLSchema#double>"),
        ("identityChecked", "\"true\"^^<http://www.w3.org/2001/XMLSchema#boolean>"),
        ("participationType", "<https://w3id.org/eduwallet-nl/vocab#participation-type-online>"),
        ("assessmentType", "<https://w3id.org/eduwallet-nl/vocab#assessment-type-portfolio>"),
        ("supervisionType", "<https://w3id.org/eduwallet-nl/vocab#supervision-type-supervised-online>"),
    ] {
        assert!(canonical.contains(&format!("<https://w3id.org/eduwallet-nl/vocab#{term}> {object} .")), "{term}: {canonical}");
    }
    let iris = canonical.matches("w3id.org/eduwallet-nl/").count();
    assert!(iris >= 6 && !canonical.contains("edubadges") && !canonical.contains("eduabages"), "{iris}");
}

/// Every term that the schema of the badge knows has a meaning in its contexts.
#[test]
fn every_member_of_the_schema_has_a_meaning() {
    let mut full = badge();
    let achievement = &mut full["credentialSubject"]["achievement"];
    for (name, value) in [
        ("SBU", json!(240)),
        ("timeInvestment", json!(12.5)),
        ("levelVerified", json!(true)),
        ("prerequisites", json!("Wiskunde")),
        ("stackability", json!("stand-alone")),
        ("badgeClassType", json!("micro_credential")),
        ("educationProgramIdentifier", json!(["00123", "34401"])),
        ("furtherInformation", json!(["https://voorbeeld.example/meer"])),
    ] {
        achievement[name] = value;
    }
    achievement["alignment"][2] = json!({
        "type": ["Alignment", "LearningOutcome"], "targetType": "ext:LearningOutcome", "targetName": "Risicoanalyse",
        "targetUrl": "https://voorbeeld.example/uitkomst/1",
        "relations": [{"type": ["Alignment", "FrameworkAlignment"], "targetName": "Risico's wegen", "targetUrl": "https://vaardigheden.example/1",
            "targetFramework": "Vaardigheden", "frameworkUrl": "https://vaardigheden.example/"}],
    });
    let canonical = json_ld::canonical(&full).unwrap();
    assert!(canonical.contains("vocab#educationProgramIdentifier> \"00123\" ."), "{canonical}");
    let known = by_short_name("microcredential").unwrap().w3c.schema();
    for name in full["credentialSubject"]["achievement"].as_object().unwrap().keys() {
        assert!(known.knows(&vc::sd_jwt::Path::from(["credentialSubject", "achievement", name])), "{name}");
    }
    let mut undefined = badge();
    undefined["credentialSubject"]["achievement"]["colour"] = json!("blue");
    assert_eq!(json_ld::check_terms(&undefined), Err(JsonLdError::Undefined));
    let mut outside = badge();
    outside["credentialSubject"]["achievement"]["assessmentType"] = json!("a guess");
    assert_eq!(json_ld::check_terms(&outside), Err(JsonLdError::Undefined));
}

#[test]
fn every_word_of_the_vocabularies_has_a_meaning() {
    let schema: Value = serde_json::from_str(by_short_name("microcredential").unwrap().w3c.schema_text).unwrap();
    let achievement = &schema["properties"]["credentialSubject"]["properties"]["achievement"]["properties"];
    for name in ["participationType", "assessmentType", "supervisionType", "stackability", "badgeClassType"] {
        for word in achievement[name]["enum"].as_array().unwrap() {
            let mut badge = badge();
            badge["credentialSubject"]["achievement"][name] = word.clone();
            assert!(json_ld::canonical(&badge).is_ok(), "{name} {word}");
        }
    }
}

#[test]
fn the_context_of_the_enrolment_loses_nothing() {
    let mut credential = example(include_str!("../vectors/microcredential/nl-enrolment-vcdm.json"));
    credential["credentialSubject"]["id"] = json!("did:jwk:e30");
    for name in [
        "schac_home_organization",
        "institution_name",
        "kind",
        "state",
        "education_type",
        "level",
        "eqf_level",
        "enrolment_form",
        "academic_year",
        "location",
    ] {
        credential["credentialSubject"][name] = json!("x");
    }
    credential["credentialSubject"]["as_of"] = json!("2026-11-22");
    credential["credentialSubject"]["is_enrolled"] = json!(true);
    let canonical = json_ld::canonical(&credential).unwrap();
    for name in ["crohoCreboCode", "phase", "modeOfStudy", "institutionBRINCode", "startDate", "endDate", "isEnrolled", "asOf"] {
        assert!(canonical.contains(&format!("vocab#{name}> ")), "{name}");
    }
}

/// Claims of the reference data fit the schemas, and our schemas read them as a full implementation does.
#[test]
fn examples_fit_the_schemas() {
    for (short_name, text) in [
        ("microcredential", include_str!("../vectors/microcredential/nl-microcredential-sd-jwt-claims.json")),
        ("enrolment", include_str!("../vectors/microcredential/nl-enrolment-sd-jwt-claims.json")),
    ] {
        let kind = by_short_name(short_name).unwrap();
        let claims = example(text);
        assert_eq!(kind.schema().check(&claims), Ok(()), "{short_name}");
        let full = jsonschema::validator_for(&serde_json::from_str(kind.schema_text).unwrap()).unwrap();
        assert!(full.is_valid(&Value::Object(claims)), "{short_name}");
    }
    let mut badge = badge();
    badge["credentialSchema"] =
        json!([{"id": by_short_name("microcredential").unwrap().w3c.schema_id, "type": "1EdTechJsonSchemaValidator2019"}]);
    badge["credentialStatus"] = json!([badge["credentialStatus"].clone()]);
    let achievement = &mut badge["credentialSubject"]["achievement"];
    achievement["badgeClassType"] = json!("micro_credential");
    let kind = by_short_name("microcredential").unwrap();
    let full = jsonschema::validator_for(&serde_json::from_str(kind.w3c.schema_text).unwrap()).unwrap();
    let agree = |document: &Map| {
        let ours = kind.w3c.schema().check(document);
        assert_eq!(ours.is_ok(), full.is_valid(&Value::Object(document.clone())), "{ours:?}");
        ours.is_ok()
    };
    assert!(agree(&badge), "{:?}", kind.w3c.schema().check(&badge));
    for (pointer, value) in [
        ("/credentialSubject/achievement/SBU", json!(240)),
        ("/credentialSubject/achievement/alignment/0/targetType", json!("ext:Other")),
        ("/credentialSubject/achievement/alignment/1/targetType", json!("ext:Other")),
        ("/credentialSubject/achievement/assessmentType", json!("guess")),
        ("/credentialSubject/achievement/ECTS", json!("3")),
        ("/issuer/address/addressCountryCode", json!("NLD")),
        ("/type", json!(["VerifiableCredential"])),
        ("/@context", json!(["https://www.w3.org/ns/credentials/v2"])),
        ("/credentialSchema", json!([])),
    ] {
        let mut wrong = Value::Object(badge.clone());
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        wrong.pointer_mut(parent).unwrap()[name] = value.clone();
        assert!(!agree(wrong.as_object().unwrap()), "{pointer}");
    }
    assert!(bundled::by_schema(kind.w3c.schema_id).is_some());
}
