//! The mapping tables beside the words of others: every place in the European Learning Model is one that it has.

use serde_json::{Map, Value};
use std::collections::BTreeSet;
use vc::bundled::{by_short_name, types};
use vc::sd_jwt::{Path, Segment};

fn words() -> Map<String, Value> {
    serde_json::from_str(include_str!("../vectors/elm/elm-words.json")).unwrap()
}

/// Follows a path such as `credentialSubject.hasClaim[0].title` through the classes of the model.
fn is_spelt(words: &Map<String, Value>, path: &str) -> bool {
    let mut classes = BTreeSet::from(["EuropeanDigitalCredential".to_owned()]);
    for part in path.split('.') {
        let name = part.split('[').next().unwrap();
        let values: Vec<&Value> = classes.iter().filter_map(|class| words.get(class)?.get(name)).collect();
        if values.is_empty() {
            return false;
        }
        classes = values.into_iter().flat_map(|value| value.as_array().unwrap()).map(|class| class.as_str().unwrap().to_owned()).collect();
    }
    true
}

#[test]
fn terms_of_the_european_learning_model() {
    let words = words();
    let kind = by_short_name("microcredential").unwrap();
    for element in &kind.mapping.elements {
        assert!(!element.elm.is_empty(), "{} has no place", element.key);
        for path in &element.elm {
            assert!(is_spelt(&words, path), "{}: {path}", element.key);
        }
    }
    for wrong in ["credentialSubject.hasClaim[0].specifiedBy.eqf", "issuer.name", "credentialSubject.givenName.family", "hasClaim"] {
        assert!(!is_spelt(&words, wrong), "{wrong}");
    }
    // A proof of enrolment is no achievement, which is all that the model knows of learning.
    assert!(by_short_name("enrolment").unwrap().mapping.elements.iter().all(|element| element.elm.is_empty()));
}

/// What is about the credential as such, and no element of what it says; claims of a JWT around it; and what only Open Badges has.
const AROUND: [&str; 20] = [
    "@context",
    "id",
    "type",
    "credentialSchema",
    "proof",
    "iss",
    "jti",
    "sub",
    "nbf",
    "exp",
    "iat",
    "credentialSubject",
    "issuer",
    "achievement",
    "result",
    "role",
    "activityStartDate",
    "activityEndDate",
    "humanCode",
    "fieldOfStudy",
];

#[test]
fn every_member_of_the_w3c_forms_has_a_row() {
    for kind in types() {
        let places: Vec<&Path> = kind.mapping.elements.iter().flat_map(|element| &element.w3c).collect();
        let schema: Value = serde_json::from_str(kind.w3c.schema_text).unwrap();
        let mut seen = 0;
        for (parent, members) in [
            (vec![], schema.pointer("/properties")),
            (vec!["credentialSubject"], schema.pointer("/properties/credentialSubject/properties")),
            (vec!["credentialSubject", "achievement"], schema.pointer("/properties/credentialSubject/properties/achievement/properties")),
        ] {
            for name in members.and_then(Value::as_object).into_iter().flat_map(|members| members.keys()) {
                let path =
                    Path::try_from(parent.iter().chain([&name.as_str()]).map(|name| Segment::from(*name)).collect::<Vec<_>>()).unwrap();
                let has_row = places.iter().any(|place| place.covers(&path) || path.covers(place));
                assert!(has_row || AROUND.contains(&name.as_str()), "{} has no row for {path}", kind.short_name);
                seen += usize::from(has_row);
            }
        }
        assert!(seen > 8, "{seen}");
    }
}
