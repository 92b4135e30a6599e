//! The issuer's last look at claims before they are signed: nothing leaves that verifiers or the law would refuse.

use super::format::number;
use super::standing::Reference;
use crate::Map;
use crate::bundled::{self, CredentialType, SelectiveDisclosure};
use crate::key::Jwk;
use crate::sd_jwt::{NEVER_HIDDEN, Path};
use serde_json::Value;

/// Member names under which administrations keep numbers that may never enter a credential.
const FORBIDDEN: [&str; 9] = [
    "bsn",
    "burgerservicenummer",
    "sofinummer",
    "nationalidentitynumber",
    "nationalidentity",
    "onderwijsnummer",
    "personalidentificationnumber",
    "pgn",
    "nationality",
];
/// Claims whose value may look like a citizen service number without being one.
const NUMBERED: [&str; 2] = ["student_number", "esi"];

/// Something that keeps claims from being signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable code: `vct`, `schema`, `mandatory`, `unknown_claim`, `hidden_security_claim`, `concealed`, `cnf`, `status`,
    /// `dates`, `national_number`.
    pub code: &'static str,
    /// Claim, when it is about one. Never its value.
    pub path: Option<Path>,
}

/// Checks claims that are about to be prepared and signed, with the paths that will be concealed. Empty means: sign.
pub fn lint(claims: &Map, concealed: &[Path], now: i64) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |code: &'static str, path: Option<Path>| findings.push(Finding { code, path });
    match claims.get("vct").and_then(Value::as_str).and_then(bundled::credential_type) {
        None => find("vct", None),
        Some(kind) => fits_type(kind, claims, concealed, &mut find),
    }
    for path in concealed {
        if path.top().is_none_or(|top| NEVER_HIDDEN.contains(&top)) {
            find("hidden_security_claim", Some(path.clone()));
        }
    }
    if claims.get("cnf").and_then(|cnf| cnf.get("jwk")).is_none_or(|jwk| Jwk::from_value(jwk).is_err()) {
        find("cnf", Some(Path::key("cnf")));
    }
    if !matches!(Reference::of(claims), Ok(Some(_))) {
        find("status", Some(Path::key("status")));
    }
    if !dates_hold(claims, now) {
        find("dates", None);
    }
    findings.extend(national_numbers(claims));
    findings
}

/// Checks what an award would put into a credential before anything is held out: of its claims those that are there. Key, status
/// and dates come with signing, when [`lint`] looks at all of it. Codes: `vct`, `schema`, `unknown_claim`, `national_number`.
pub fn lint_content(vct: &str, claims: &Map) -> Vec<Finding> {
    let Some(kind) = bundled::credential_type(vct) else { return vec![Finding { code: "vct", path: None }] };
    let mut findings = Vec::new();
    if let Err(violation) = kind.schema().check_members(claims) {
        findings.push(Finding { code: "schema", path: violation.path });
    }
    let known: Vec<&str> = kind.schema().property_names().collect();
    let unknown = claims.keys().filter(|name| !known.contains(&name.as_str()));
    findings.extend(unknown.map(|name| Finding { code: "unknown_claim", path: Some(Path::key(name)) }));
    findings.extend(national_numbers(claims));
    findings
}

fn national_numbers(claims: &Map) -> Vec<Finding> {
    let held = claims.iter().filter(|(name, value)| holds_national_number(name, value));
    held.map(|(name, _)| Finding { code: "national_number", path: Some(Path::key(name)) }).collect()
}

fn fits_type(kind: &CredentialType, claims: &Map, concealed: &[Path], find: &mut impl FnMut(&'static str, Option<Path>)) {
    if let Err(violation) = kind.schema().check(claims) {
        find("schema", violation.path);
    }
    for claim in kind.claims.iter().filter(|c| c.mandatory && c.path.segments().len() == 1) {
        if claim.path.select(claims).is_empty() {
            find("mandatory", Some(claim.path.clone()));
        }
    }
    let known: Vec<&str> = kind.schema().property_names().collect();
    for name in claims.keys().filter(|name| !known.contains(&name.as_str()) && !NEVER_HIDDEN.contains(&name.as_str())) {
        find("unknown_claim", Some(Path::key(name)));
    }
    for claim in &kind.claims {
        let hidden = concealed.contains(&claim.path);
        let right = match claim.sd {
            SelectiveDisclosure::Always => hidden,
            SelectiveDisclosure::Never => !hidden,
            SelectiveDisclosure::Allowed => true,
        };
        if !right && !claim.path.select(claims).is_empty() {
            find("concealed", Some(claim.path.clone()));
        }
    }
}

/// `iat` is there and not ahead; `nbf` and `exp`, when there, lie around it, and `exp` has not passed.
fn dates_hold(claims: &Map, now: i64) -> bool {
    let (Ok(Some(iat)), Ok(nbf), Ok(exp)) = (number(claims, "iat"), number(claims, "nbf"), number(claims, "exp")) else {
        return false;
    };
    iat <= now.saturating_add(60) && exp.is_none_or(|exp| exp > iat && exp > now && nbf.is_none_or(|nbf| nbf < exp))
}

fn holds_national_number(name: &str, value: &Value) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    if FORBIDDEN.contains(&plain.as_str()) {
        return true;
    }
    match value {
        Value::String(text) => !NUMBERED.contains(&name) && is_service_number(text),
        Value::Number(number) => is_service_number(&number.to_string()),
        Value::Array(items) => items.iter().any(|item| holds_national_number(name, item)),
        Value::Object(map) => map.iter().any(|(inner, value)| holds_national_number(inner, value)),
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
