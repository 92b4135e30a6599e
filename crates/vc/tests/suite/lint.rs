//! What keeps claims from being signed.

use crate::claims::{NOW, World};
use serde_json::{Value, json};
use vc::bundled;
use vc::sd_jwt::Path;
use vc::verify::{lint, lint_content, lint_w3c};

fn codes(world: &World, change: impl Fn(&mut Value)) -> Vec<&'static str> {
    let mut claims = Value::Object(world.microcredential());
    change(&mut claims);
    let concealed = bundled::concealed(bundled::MICROCREDENTIAL_VCT);
    lint(claims.as_object().unwrap(), &concealed, NOW).into_iter().map(|f| f.code).collect()
}

#[test]
fn good_claims_pass() {
    let world = World::new();
    assert!(codes(&world, |_| {}).is_empty());
    let enrolment = world.enrolment();
    assert_eq!(lint(&enrolment, &bundled::concealed(bundled::ENROLMENT_VCT), NOW), []);
}

#[test]
fn each_fault_is_named() {
    let world = World::new();
    let remove = |name: &'static str| move |c: &mut Value| drop(c.as_object_mut().unwrap().remove(name));
    let set = |name: &'static str, value: Value| move |c: &mut Value| c[name] = value.clone();
    assert_eq!(codes(&world, set("vct", json!("https://other.example/type"))), ["vct"]);
    assert_eq!(codes(&world, set("language", json!(5))), ["schema"]);
    assert_eq!(codes(&world, remove("awarded_date")), ["mandatory"]);
    assert_eq!(codes(&world, set("eduid", json!("x"))), ["unknown_claim"]);
    assert_eq!(codes(&world, remove("cnf")), ["cnf"]);
    assert_eq!(codes(&world, remove("status")), ["status"]);
    assert_eq!(codes(&world, set("exp", json!(NOW - 1))), ["dates"]);
    assert_eq!(codes(&world, set("iat", json!(NOW + 3600))), ["dates"]);
    let open = lint(&world.microcredential(), &[], NOW);
    assert!(open.iter().all(|f| f.code == "concealed") && open.iter().any(|f| f.path == Some(Path::key("given_name"))));
    let mut hidden = bundled::concealed(bundled::MICROCREDENTIAL_VCT);
    hidden.push(Path::key("status"));
    assert_eq!(lint(&world.microcredential(), &hidden, NOW).first().map(|f| f.code), Some("hidden_security_claim"));
}

/// A finding names the element of the type's table.
#[test]
fn findings_name_the_element() {
    let world = World::new();
    let said = |change: &dyn Fn(&mut Value)| -> Vec<String> {
        let mut claims = Value::Object(world.microcredential());
        change(&mut claims);
        let concealed = bundled::concealed(bundled::MICROCREDENTIAL_VCT);
        lint(claims.as_object().unwrap(), &concealed, NOW).iter().map(ToString::to_string).collect()
    };
    let set = |pointer: &'static str, value: Value| move |c: &mut Value| *c.pointer_mut(pointer).unwrap() = value.clone();
    for (change, expected) in [
        (set("/level/value", json!("9")), "schema at level.value (element 8, level)"),
        (set("/awarding_body/country", json!("NLD")), "schema at awarding_body.country (element 3, country or region of the issuer)"),
        (set("/learning_outcomes/1/title", json!("")), "schema at learning_outcomes[1].title (element 6, learning outcomes)"),
        (set("/supervision_type", json!("a bit")), "schema at supervision_type (element 16, supervision during assessment)"),
        (set("/given_name", json!("Sam\u{202e}ira")), "text at given_name (element 1, identification of the learner)"),
        (set("/family_name", json!("...")), "name at family_name (element 1, identification of the learner)"),
        (set("/title", json!("111222333")), "national_number at title (element 2, title)"),
    ] {
        assert_eq!(said(&change), [expected]);
    }
    assert_eq!(
        said(&|c: &mut Value| drop(c.as_object_mut().unwrap().remove("language"))),
        ["mandatory at language (element 12, language of instruction)"]
    );
}

/// The quality framework that a credential names sets its limits and what it must have.
#[test]
fn the_quality_framework_judges() {
    let world = World::new();
    let said = |framework: &str, workload: Value, level: Value, criteria: bool| -> Vec<String> {
        let mut claims = Value::Object(world.microcredential());
        claims["quality_assurance"]["framework"] = json!(framework);
        claims["quality_assurance"]["version"] = json!("1");
        claims["workload"] = workload;
        claims["level"] = level;
        if criteria {
            claims["criteria"] = json!("Een toets.");
        }
        let concealed = bundled::concealed(bundled::MICROCREDENTIAL_VCT);
        lint(claims.as_object().unwrap(), &concealed, NOW).iter().map(ToString::to_string).collect()
    };
    let ects = |value: f64| json!({"unit": "ects", "value": value});
    let (sbu, six) = (json!({"unit": "sbu", "value": 240}), json!({"framework": "EQF", "value": "6"}));
    let four_plus = json!({"framework": "NLQF", "value": "4+"});
    assert!(said("kwaliteitskader-ho", ects(3.5), six.clone(), true).is_empty());
    assert!(said("kwaliteitskader-mbo", sbu.clone(), four_plus.clone(), true).is_empty());
    assert!(said("own-framework", ects(99.0), six.clone(), false).is_empty());
    let workload = "workload at workload.value (element 7, workload)";
    for wrong in [ects(2.5), ects(3.25), ects(30.5), sbu.clone()] {
        assert_eq!(said("kwaliteitskader-ho", wrong, six.clone(), true), [workload]);
    }
    assert_eq!(said("kwaliteitskader-mbo", json!({"unit": "sbu", "value": 239}), four_plus.clone(), true), [workload]);
    assert_eq!(said("kwaliteitskader-ho", ects(3.0), four_plus, true), ["level at level.value (element 8, level)"]);
    assert_eq!(said("kwaliteitskader-ho", ects(3.0), six, false), ["required at criteria (element 14, criteria)"]);
}

/// A citizen service number does not get in, under whatever name; other numbers do.
#[test]
fn national_numbers() {
    let world = World::new();
    for value in ["111222333", "111.222.333", "11122233 3"] {
        assert_eq!(codes(&world, |c| c["criteria"] = json!(value)), ["national_number"], "{value}");
        assert_eq!(codes(&world, |c| c["learning_outcomes"][0]["title"] = json!(value)), ["national_number"], "{value}");
    }
    assert!(codes(&world, |c| c["BSN"] = json!("x")).contains(&"national_number"));
    for value in ["111222334", "34401", "1112223331", "2026-02-01", "000000000"] {
        assert!(codes(&world, |c| c["criteria"] = json!(value)).is_empty(), "{value}");
    }
    let mut enrolment = world.enrolment();
    enrolment.insert("student_number".into(), json!("111222333"));
    assert_eq!(lint(&enrolment, &bundled::concealed(bundled::ENROLMENT_VCT), NOW), []);
}

/// Before a holder, a place in a list and dates are there, only what is there is looked at.
#[test]
fn content_is_looked_at_before_it_is_offered() {
    let codes = |claims: Value| -> Vec<&'static str> {
        lint_content(bundled::MICROCREDENTIAL_VCT, claims.as_object().unwrap()).into_iter().map(|finding| finding.code).collect()
    };
    assert!(codes(json!({"title": "Data", "level": {"framework": "EQF", "value": "6"}})).is_empty());
    assert_eq!(codes(json!({"title": "x".repeat(301)})), ["schema"]);
    assert_eq!(codes(json!({"level": {"framework": "EQF"}})), ["schema"]);
    assert_eq!(codes(json!({"eduid": "x"})), ["unknown_claim"]);
    assert_eq!(codes(json!({"title": "111222333"})), ["national_number"]);
    assert_eq!(lint_content("https://other.example", &vc::Map::new()).first().map(|finding| finding.code), Some("vct"));
}

/// A badge that is about to be signed: the reference example with what issuing brings.
fn badge(world: &World) -> Value {
    let mut badge: Value = serde_json::from_str(include_str!("../vectors/microcredential/nl-microcredential-obv3.json")).unwrap();
    let kind = bundled::by_short_name("microcredential").unwrap();
    let list = |purpose: &str| {
        let address = format!("https://issuer.example/hogeschool-voorbeeld/status/1/{purpose}");
        json!({"type": "BitstringStatusListEntry", "statusPurpose": purpose, "statusListIndex": "4711", "statusListCredential": address})
    };
    badge["credentialStatus"] = json!([list("revocation"), list("suspension")]);
    badge["credentialSchema"] = json!([{"id": kind.w3c.schema_id, "type": "1EdTechJsonSchemaValidator2019"}]);
    badge["credentialSubject"]["id"] = json!(vc::did::jwk_did(&world.holder.public_jwk().unwrap()));
    badge["credentialSubject"]["achievement"]["badgeClassType"] = json!("micro_credential");
    badge["validFrom"] = json!("2026-01-01T00:00:00Z");
    badge
}

/// Badges are linted as claims are: each finding names the element that it is about.
#[test]
fn badges_are_linted_by_element() {
    let world = World::new();
    let kind = bundled::by_short_name("microcredential").unwrap();
    let said = |change: &dyn Fn(&mut Value)| -> Vec<String> {
        let mut badge = badge(&world);
        change(&mut badge);
        let now = NOW.max(1_798_000_000);
        lint_w3c(kind, badge.as_object().unwrap(), now).iter().map(ToString::to_string).collect()
    };
    assert_eq!(said(&|_| {}), Vec::<String>::new());
    let achievement =
        |name: &'static str, value: Value| move |badge: &mut Value| badge["credentialSubject"]["achievement"][name] = value.clone();
    let at = "credentialSubject.achievement";
    for (change, expected) in [
        (achievement("SBU", json!(240)), format!("required at {at}.SBU (element 7, workload)")),
        (achievement("assessmentType", json!("a guess")), format!("schema at {at}.assessmentType (element 9, type of assessment)")),
        (achievement("description", json!("a\u{202e}b")), format!("text at {at}.description (element 13, description)")),
        (achievement("colour", json!("blue")), format!("schema at {at}.colour")),
    ] {
        assert_eq!(said(&change).first(), Some(&expected));
    }
    let unaligned =
        |at: usize| move |badge: &mut Value| badge["credentialSubject"]["achievement"]["alignment"][at]["targetType"] = json!("ext:Other");
    assert_eq!(said(&unaligned(0))[0], format!("required at {at}.alignment (element 8, level)"));
    assert_eq!(said(&unaligned(1))[0], format!("required at {at}.alignment (element 11, quality assurance)"));
    assert_eq!(said(&unaligned(2))[0], format!("required at {at}.alignment (element 6, learning outcomes)"));
    let codes =
        |change: &dyn Fn(&mut Value)| said(change).into_iter().map(|text| text.split(' ').next().unwrap().to_owned()).collect::<Vec<_>>();
    assert!(codes(&|badge| badge["credentialSubject"]["id"] = json!("https://wallet.example/samira")).contains(&"subject".to_owned()));
    assert!(codes(&|badge| badge["credentialStatus"][1]["statusListIndex"] = json!("4712")).contains(&"status".to_owned()));
    assert!(codes(&|badge| badge["validUntil"] = json!("2026-01-02T00:00:00Z")).contains(&"dates".to_owned()));
    assert!(codes(&|badge| badge["name"] = json!("111222333")).contains(&"national_number".to_owned()));
    assert!(codes(&|badge| badge["@context"] = json!(["https://www.w3.org/ns/credentials/v2"])).contains(&"context".to_owned()));
}
