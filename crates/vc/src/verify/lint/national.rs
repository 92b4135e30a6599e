//! Numbers of citizens, which may never enter a credential, by the names and by the look that they have.

use crate::Map;
use crate::sd_jwt::Path;
use serde_json::Value;

/// Member names under which administrations keep numbers that may never enter a credential.
const FORBIDDEN: [&str; 10] = [
    "bsn",
    "burgerservicenummer",
    "sofinummer",
    "nationalidentitynumber",
    "nationalidentity",
    "onderwijsnummer",
    "personalidentificationnumber",
    "personaladministrativenumber",
    "pgn",
    "nationality",
];
/// Members whose value may look like a citizen service number without being one.
const NUMBERED: [&str; 4] = ["student_number", "esi", "statusListIndex", "proof"];

/// Places of national numbers: the top-level members that hold one.
pub(super) fn numbers(document: &Map) -> impl Iterator<Item = (&'static str, Path)> {
    let held = document.iter().filter(|(name, value)| holds(name, value));
    held.map(|(name, _)| ("national_number", Path::key(name))).collect::<Vec<_>>().into_iter()
}

/// Whether a member of this name, however it is written, holds what may never enter a credential, and so is never asked for.
pub fn is_never_held(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    FORBIDDEN.contains(&plain.as_str())
}

fn holds(name: &str, value: &Value) -> bool {
    if is_never_held(name) {
        return true;
    }
    match value {
        Value::String(text) => !NUMBERED.contains(&name) && is_service_number(text),
        // Times and places are numbers of ours.
        Value::Number(number) => !matches!(name, "iat" | "nbf" | "exp" | "idx") && is_service_number(&number.to_string()),
        Value::Array(items) => items.iter().any(|item| holds(name, item)),
        Value::Object(map) => map.iter().any(|(inner, value)| holds(inner, value)),
        Value::Null | Value::Bool(_) => false,
    }
}

/// Eight or nine digits, dots and spaces aside, that pass the eleven test of the citizen service number.
fn is_service_number(text: &str) -> bool {
    if text.chars().any(|c| !c.is_ascii_digit() && !matches!(c, '.' | ' ')) {
        return false;
    }
    let digits: Vec<i64> = text.chars().filter_map(|c| c.to_digit(10)).map(i64::from).collect();
    if !(8..=9).contains(&digits.len()) {
        return false;
    }
    let sum: i64 = digits.iter().rev().zip([-1, 2, 3, 4, 5, 6, 7, 8, 9]).map(|(digit, weight)| digit * weight).sum();
    sum % 11 == 0 && digits.iter().any(|d| *d != 0)
}
