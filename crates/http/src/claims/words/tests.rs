//! Every code that our schemas and the pilots' credentials name has words: the schemas themselves are read.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value as Json;

use super::*;

/// Names in badges with the claims that they are.
const BADGE: [(&str, &str); 5] = [
    ("assessmentType", "assessment_type"),
    ("participationType", "participation_type"),
    ("supervisionType", "supervision_type"),
    ("badgeClassType", "class"),
    ("stackability", "stackability"),
];

/// What is shown as it is written: frameworks with their figures; and what no page shows.
const AS_WRITTEN: [&str; 6] = ["framework", "value", "targetType", "targetCode", "statusPurpose", "sectors"];

/// Every enumeration below a value, with the member that it is of.
fn enumerations(value: &Json, name: &str, found: &mut BTreeSet<(String, String)>) {
    match value {
        Json::Object(members) => {
            if let Some(codes) = members.get("enum").and_then(Json::as_array) {
                found.extend(codes.iter().filter_map(|code| Some((name.to_owned(), code.as_str()?.to_owned()))));
            }
            for (member, inner) in members {
                // What stands under `properties` is named by its own key, anything else belongs to the same member.
                match inner.as_object().filter(|_| member == "properties") {
                    Some(properties) => properties.iter().for_each(|(own, inner)| enumerations(inner, own, found)),
                    None => enumerations(inner, name, found),
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|item| enumerations(item, name, found)),
        _ => {}
    }
}

#[test]
fn every_code_of_the_schemas_has_words() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(schemas).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(".schema.json") && name != "report.schema.json" {
            enumerations(&serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap(), "", &mut found);
        }
    }
    let claim = |name: &str| BADGE.iter().find(|(badge, _)| *badge == name).map_or(name.to_owned(), |(_, claim)| (*claim).to_owned());
    let asked: BTreeSet<_> = found.iter().filter(|(name, _)| !AS_WRITTEN.contains(&name.as_str())).collect();
    let silent: Vec<_> = asked.iter().filter(|(name, code)| of(&claim(name), code).is_none()).collect();
    assert!(silent.is_empty(), "{silent:?}");
    for known in [("assessmentType", "by choice of participant"), ("modeOfStudy", "dual training"), ("unit", "sbu"), ("status", "OnHold")] {
        assert!(found.contains(&(known.0.to_owned(), known.1.to_owned())), "{known:?} was not read");
    }
}

#[test]
fn every_code_of_the_pilots_has_words() {
    let pilots: [(&str, &[&str]); 13] = [
        ("class", &["micro_credential", "regular", "extra_curricular"]),
        (
            "assessment_type",
            &[
                "testing",
                "application of a skill",
                "portfolio",
                "recognition of prior learning",
                "personalized assessment",
                "by choice of participant",
            ],
        ),
        (
            "participation_type",
            &[
                "online",
                "onsite",
                "blended",
                "onsite or blended",
                "volunteering",
                "work experience",
                "personalized learning activities",
                "by choice of participant",
            ],
        ),
        (
            "supervision_type",
            &[
                "unsupervised with no identity verification",
                "unsupervised with identity verification",
                "supervised with no identity verification",
                "supervised online",
                "onsite with identity verification",
            ],
        ),
        ("stackability", &["stand-alone", "stackable", "standalone"]),
        ("kind", &["programme", "course", "component"]),
        ("education_type", &["mbo", "hbo", "wo"]),
        ("phase", &["associate_degree", "propedeuse", "bachelor", "master"]),
        ("modeOfStudy", &["full-time", "part-time", "dual training", "self-paced"]),
        ("enrolment_form", &["student", "extraneus", "cursist"]),
        ("state", &["pending", "associated", "queued", "finished", "cancelled", "denied"]),
        ("type", &["ext:ECTSGradeScore", "1-10", "0-100", "pass-or-fail"]),
        ("eduperson_affiliation", &["student", "employee", "staff", "faculty", "member", "affiliate", "alum", "guest", "library-walk-in"]),
    ];
    for (claim, codes) in pilots {
        for code in codes {
            assert!(of(claim, code).is_some(), "{claim}: {code}");
        }
    }
    assert_eq!(of("language", "nl-NL").unwrap().nl, "Nederlands");
}

#[test]
fn a_code_has_its_words_once_and_in_its_own_claim_only() {
    let mut seen = BTreeSet::new();
    for (claim, code, nl, en) in WORDS {
        assert!(seen.insert((claim, code)), "{claim} {code} twice");
        assert!(!nl.is_empty() && !en.is_empty(), "{claim} {code}");
    }
    assert!(of("state", "full-time").is_none());
    assert_eq!(label("genre").unwrap().nl, "Soort");
}
