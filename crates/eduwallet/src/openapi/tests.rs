//! The checked-in documents are those that are printed, and what they refer to is there.

use super::*;

const CHECKED_IN: [(Of, &str); 2] = [
    (Of::Issuer, include_str!("../../../../docs/openapi/issuer.json")),
    (Of::Verifier, include_str!("../../../../docs/openapi/verifier.json")),
];

#[test]
fn the_checked_in_documents_are_not_stale() {
    for (of, text) in CHECKED_IN {
        assert_eq!(printed(Some(of)), text, "print it anew: eduwallet openapi {of:?} > docs/openapi/…");
    }
    assert_eq!(crate::config::schema::printed(), include_str!("../../../../docs/eduwallet.schema.json"), "eduwallet config-schema");
}

/// Every `$ref` to a component, wherever it stands.
fn references(of: &Value, found: &mut Vec<String>) {
    match of {
        Value::Object(members) => {
            let named = members.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
            found.extend(named.filter(|pointer| pointer.starts_with("/components/")).map(str::to_owned));
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[test]
fn what_is_referred_to_is_there_and_operations_have_names_of_their_own() {
    for document in [document(Of::Issuer), document(Of::Verifier), both()] {
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(!found.is_empty());
        for pointer in found {
            assert!(document.pointer(&pointer).is_some(), "{pointer}");
        }
        let mut names = std::collections::BTreeSet::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for operation in methods.as_object().unwrap().values() {
                assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{path}");
                let in_path = operation["parameters"].as_array().unwrap().iter().filter(|parameter| parameter["in"] == "path");
                assert_eq!(in_path.count(), path.matches('{').count(), "{path}: every part of the path is a parameter");
            }
        }
    }
}

#[test]
fn no_path_is_in_both() {
    let all = both()["paths"].as_object().unwrap().len();
    let each = [Of::Issuer, Of::Verifier].map(|of| document(of)["paths"].as_object().unwrap().len());
    assert_eq!(all, each.iter().sum::<usize>());
}
