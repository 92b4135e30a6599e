//! The tables of classes against the facts of the specification.

use super::classes::{ACHIEVEMENT_TYPES, ALIGNMENT_TYPES, ALL, RESULT_STATUSES, RESULT_TYPES};
use super::model::{Class, Count, Kind, Member};
use serde_json::Value;
use std::collections::BTreeSet;

const FACTS: &str = include_str!("../../tests/vectors/openbadges/ob30-model-facts.json");

/// Members that other rooms check: `type` and what VCDM defines.
const ELSEWHERE: [&str; 2] = ["type", "@context"];
/// Members of mix-ins, which the facts do not list: `AnyIdentifier`, `Email`, `Phone`, `PersonNameParts`.
const MIXED_IN: [&str; 9] = [
    "phone",
    "email",
    "familyName",
    "givenName",
    "additionalName",
    "patronymicName",
    "honorificPrefix",
    "honorificSuffix",
    "familyNamePrefix",
];

#[test]
fn the_tables_are_the_model() {
    let facts: Value = serde_json::from_str(FACTS).unwrap();
    let mut compared = 0;
    for class in ALL {
        let stated = &facts["classes"][class.name];
        // Classes of CLR 2.0, and those that the facts only include by name.
        if stated["kind"] != "Class" {
            continue;
        }
        compared += 1;
        let stated = stated["properties"].as_object().unwrap();
        let names: BTreeSet<&str> = class.members.iter().map(|m| m.name).filter(|name| !MIXED_IN.contains(name)).collect();
        let expected: BTreeSet<&str> = stated.keys().map(String::as_str).filter(|name| !ELSEWHERE.contains(name)).collect();
        assert_eq!(names, expected, "{}", class.name);
        for member in class.members {
            if let Some(fact) = stated.get(member.name) {
                compare(class, member, fact);
            }
        }
    }
    assert_eq!(compared, 15);
}

fn compare(class: &Class, member: &Member, fact: &Value) {
    let place = format!("{}.{}", class.name, member.name);
    let count = match fact["cardinality"].as_str().unwrap() {
        "1" => Count::One,
        "0..1" => Count::Optional,
        "0..*" => Count::Any,
        other => panic!("{place}: {other}"),
    };
    // The one place where 1EdTech's own samples leave out what the letter demands.
    if place != "EndorsementCredential.name" {
        assert_eq!(member.count, count, "{place}");
    }
    let fits = match fact["type"].as_str().unwrap() {
        "URI" | "URL" => matches!(member.kind, Kind::Uri),
        "String" | "Markdown" | "IdentityHash" => matches!(member.kind, Kind::Text | Kind::Name),
        "Float" => matches!(member.kind, Kind::Number),
        "Boolean" => matches!(member.kind, Kind::Boolean),
        "Date" => matches!(member.kind, Kind::Day),
        "DateTime" => matches!(member.kind, Kind::Moment { zone: false }),
        "DateTimeZ" => matches!(member.kind, Kind::Moment { zone: true }),
        "CompactJws" => matches!(member.kind, Kind::Jws),
        "LanguageCode" => matches!(member.kind, Kind::Language),
        "EndorsementCredential" => matches!(member.kind, Kind::Anything),
        "AchievementType" | "AlignmentTargetType" | "ResultType" | "IdentifierTypeEnum" => {
            matches!(member.kind, Kind::Words { extensible: true, .. })
        }
        "ResultStatusType" => matches!(member.kind, Kind::Words { extensible: false, .. }),
        class => matches!(member.kind, Kind::Object(of) | Kind::ObjectOrUri(of) if of.name == class),
    };
    assert!(fits, "{place} is {}", fact["type"]);
}

#[test]
fn the_vocabularies_are_those_of_the_model() {
    let facts: Value = serde_json::from_str(FACTS).unwrap();
    let vocabularies: [(&str, &[&str]); 4] = [
        ("AchievementType", &ACHIEVEMENT_TYPES),
        ("AlignmentTargetType", &ALIGNMENT_TYPES),
        ("ResultType", &RESULT_TYPES),
        ("ResultStatusType", &RESULT_STATUSES),
    ];
    for (name, words) in vocabularies {
        let stated: BTreeSet<&str> = facts["classes"][name]["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(words.iter().copied().collect::<BTreeSet<_>>(), stated, "{name}");
    }
}
