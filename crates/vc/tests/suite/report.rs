//! The report as JSON: it fits its schema, and several credentials and a query add up as the interface says.

use crate::claims::{NOW, World};
use serde_json::Value;
use vc::bundled::REPORT_SCHEMA;
use vc::report::{Check, CheckName, Report, Verdict};
use vc::verify::{self, Inputs};

pub(crate) fn check_schema(report: &Report) {
    let schema: Value = serde_json::from_str(REPORT_SCHEMA).unwrap();
    let value = serde_json::to_value(report).unwrap();
    jsonschema::validate(&schema, &value).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(&serde_json::from_value::<Report>(value).unwrap(), report);
}

fn reports(world: &World, texts: &[&str]) -> Vec<Report> {
    let lists = world.lists();
    let inputs = Inputs::new(NOW, &world.trust, "eduwallet 0.1.0").with_fetched(&lists).with_tolerance(60);
    texts.iter().map(|text| verify::anything(text.as_bytes(), &inputs)).collect()
}

#[test]
fn every_outcome_fits_the_schema() {
    let world = World::new();
    let good = world.issue(world.microcredential()).to_string();
    let stranger = World::new();
    let unknown = stranger.issue(stranger.enrolment()).to_string();
    for report in reports(&world, &[&good, &unknown, &good.replacen('~', "x~", 1), "nothing", &format!("{good}e30~")]) {
        check_schema(&report);
        assert_eq!((report.checked_at.as_str(), report.software.as_str()), ("2026-09-21T14:13:20Z", "eduwallet 0.1.0"));
    }
}

#[test]
fn the_worst_counts() {
    let world = World::new();
    let mut expired = world.enrolment();
    expired.insert("exp".into(), (NOW - 3600).into());
    let (good, old) = (world.issue(world.microcredential()).to_string(), world.issue(expired).to_string());
    let both = Report::merge(reports(&world, &[&good, &old]), NOW, "t");
    assert_eq!((both.verdict, both.credentials.len()), (Verdict::Attention, 2));
    assert_eq!(both.check(CheckName::Dates).unwrap().code, "expired");
    assert_eq!(both.credentials[0].verdict, Verdict::Valid);
    check_schema(&both);

    let mut answered = both.clone();
    answered.add(&Check::passed(CheckName::Query));
    assert_eq!(answered.verdict, Verdict::Attention);
    answered.add_to(1, Check::failed(CheckName::Query, "claim_missing"));
    assert_eq!((answered.verdict, answered.credentials[0].verdict), (Verdict::Invalid, Verdict::Valid));
    assert_eq!(answered.check(CheckName::Query).unwrap().code, "claim_missing");
    check_schema(&answered);

    let partly = Report::merge(reports(&world, &[&good, "nothing"]), NOW, "t");
    assert_eq!(partly.verdict, Verdict::Unavailable);
    assert_eq!(Report::merge(Vec::new(), NOW, "t").verdict, Verdict::Unavailable);
}

/// Our small JSON Schema reader and the full one agree on the bundled schemas.
#[test]
fn schemas_mean_what_they_say() {
    let world = World::new();
    let metadata: Value = serde_json::from_str(include_str!("../vectors/sd-jwt-vc/oidf-type_metadata.schema.json")).unwrap();
    for (kind, good) in vc::bundled::types().iter().zip([world.microcredential(), world.enrolment()]) {
        jsonschema::validate(&metadata, &serde_json::from_str(kind.metadata).unwrap()).unwrap_or_else(|e| panic!("{e}"));
        let schema: Value = serde_json::from_str(kind.schema_text).unwrap();
        let full = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        assert!(full.is_valid(&Value::Object(good.clone())));
        assert_eq!(kind.schema().check(&good), Ok(()));
        for (name, value) in &good {
            for wrong in [
                Value::Null,
                Value::from(-1),
                "".into(),
                "x".repeat(6000).into(),
                serde_json::json!([{"a": 1}]),
                serde_json::json!({"a": 1}),
            ] {
                let mut bad = good.clone();
                bad.insert(name.clone(), wrong.clone());
                let ours = kind.schema().check(&bad).is_ok();
                assert_eq!(ours, full.is_valid(&Value::Object(bad)), "{} {name} {wrong}", kind.short_name);
            }
            let mut less = good.clone();
            less.remove(name);
            assert_eq!(kind.schema().check(&less).is_ok(), full.is_valid(&Value::Object(less)), "{name}");
            let Value::Object(inner) = value else { continue };
            for member in inner.keys() {
                let mut less = good.clone();
                less[name].as_object_mut().unwrap().remove(member);
                assert_eq!(kind.schema().check(&less).is_ok(), full.is_valid(&Value::Object(less)), "{name}.{member}");
            }
        }
    }
    for unknown in [r#"{"oneOf":[]}"#, r#"{"type":"string","pattern":"a"}"#, r#"{"format":"email"}"#, "[]", "{"] {
        assert!(vc::json_schema::Schema::parse(unknown).is_err(), "{unknown}");
    }
}
