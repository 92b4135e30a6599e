//! What keeps claims from being signed.

use crate::claims::{NOW, World};
use serde_json::{Value, json};
use vc::bundled;
use vc::sd_jwt::Path;
use vc::verify::{lint, lint_content};

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
