//! What must never come in: national numbers, personal needs and irregularities are dropped before anything is logged, hashed or kept.

use serde_json::{Map, Value};

/// Longest nesting that is looked through; deeper parts are dropped, since nobody could say what is in them.
const DEPTH: usize = 16;

/// Removes from a payload, at any depth, codes of national number types and members that hold such numbers, personal needs,
/// irregularities or health. Returns the names of what was dropped, without values.
pub fn scrub(value: &mut Value) -> Vec<String> {
    let mut dropped = Vec::new();
    scrub_at(value, 0, &mut dropped);
    dropped.sort();
    dropped.dedup();
    dropped
}

/// Whether a `codeType` names a national number of a person (BSN, onderwijsnummer and the like), in any spelling.
pub fn is_national_number(code_type: &str) -> bool {
    let plain = plain(code_type);
    NATIONAL.iter().any(|name| plain == *name || plain.strip_prefix('x') == Some(*name))
}

const NATIONAL: [&str; 12] = [
    "nationalidentitynumber",
    "nationalidentificationnumber",
    "nationalid",
    "bsn",
    "bsnnummer",
    "burgerservicenummer",
    "sofinummer",
    "socialsecuritynumber",
    "onderwijsnummer",
    "educationnumber",
    "persoonsgebondennummer",
    "pgn",
];

const SENSITIVE: [&str; 15] = [
    "assignedneeds",
    "availablepersonalneeds",
    "requiredpersonalneeds",
    "personalneeds",
    "extraduration",
    "extratime",
    "additionaltimeinmin",
    "irregularities",
    "health",
    "disability",
    "medical",
    "nationality",
    "dateofnationality",
    "countryofbirth",
    "gender",
];

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn is_dropped(name: &str) -> bool {
    is_national_number(name) || SENSITIVE.contains(&plain(name).as_str())
}

fn scrub_at(value: &mut Value, depth: usize, dropped: &mut Vec<String>) {
    match value {
        Value::Object(members) if depth < DEPTH => scrub_object(members, depth, dropped),
        Value::Array(items) if depth < DEPTH => {
            items.retain(|item| match national_code(item) {
                Some(code_type) => {
                    dropped.push(code_type);
                    false
                }
                None => true,
            });
            items.iter_mut().for_each(|item| scrub_at(item, depth.saturating_add(1), dropped));
        }
        Value::Object(_) | Value::Array(_) => {
            dropped.push("too deep".to_owned());
            *value = Value::Null;
        }
        _ => {}
    }
}

fn scrub_object(members: &mut Map<String, Value>, depth: usize, dropped: &mut Vec<String>) {
    members.retain(|name, value| {
        let gone = is_dropped(name) || national_code(value).is_some();
        if gone {
            dropped.push(national_code(value).unwrap_or_else(|| name.clone()));
        }
        !gone
    });
    members.values_mut().for_each(|value| scrub_at(value, depth.saturating_add(1), dropped));
}

/// The type of an `IdentifierEntry` that holds a national number.
fn national_code(value: &Value) -> Option<String> {
    let code_type = value.get("codeType").or_else(|| value.get("code_type"))?.as_str()?;
    is_national_number(code_type).then(|| code_type.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn national_numbers_go_by_code_type_and_by_name() {
        let mut person = json!({
            "personId": "1", "primaryCode": {"codeType": "nationalIdentityNumber", "code": "111222333"},
            "otherCodes": [{"codeType": "national_identity_number", "code": "111222333"}, {"codeType": "x-onderwijsnummer", "code": "900000001"},
                           {"codeType": "studentNumber", "code": "2468"}],
            "ext": {"bsn": "111222333", "deeper": [{"Burgerservicenummer": 111_222_333}]}
        });
        let dropped = scrub(&mut person);
        assert_eq!(
            person,
            json!({"personId": "1", "otherCodes": [{"codeType": "studentNumber", "code": "2468"}], "ext": {"deeper": [{}]}})
        );
        assert!(dropped.contains(&"x-onderwijsnummer".to_owned()) && dropped.contains(&"bsn".to_owned()));
    }

    #[test]
    fn needs_and_irregularities_go() {
        let mut association = json!({"consumers": [{"consumerKey": "nl-test-admin", "personalNeeds": ["extraTime"], "additionalTimeInMin": 30, "final": true}],
            "result": {"consumers": [{"consumerKey": "nl-test-admin", "irregularities": "late", "final": true}]}, "requiredPersonalNeeds": ["spoken"]});
        scrub(&mut association);
        assert_eq!(
            association,
            json!({"consumers": [{"consumerKey": "nl-test-admin", "final": true}], "result": {"consumers": [{"consumerKey": "nl-test-admin", "final": true}]}})
        );
    }

    #[test]
    fn what_is_too_deep_to_judge_is_dropped() {
        let mut value = json!({"bsn": 1});
        for _ in 0..40 {
            value = json!({ "a": value });
        }
        assert!(!scrub(&mut value).is_empty());
        assert!(!value.to_string().contains("bsn"));
    }
}
