//! The W3C forms: Open Badge and proof of enrolment, before Data Integrity or a JWT secures them.

use super::{Finding, national, person};
use crate::Map;
use crate::bundled::{CredentialType, MICROCREDENTIAL_VCT};
use crate::open_badge;
use crate::sd_jwt::{Path, Segment};
use crate::vcdm::Credential;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Checks a document that is about to be signed. Empty means: sign.
pub fn lint_w3c(kind: &'static CredentialType, document: &Map, now: i64) -> Vec<Finding> {
    let mut findings = lint_w3c_content(kind, document);
    if let Err(violation) = kind.w3c.schema().check(document) {
        let already = findings.iter().any(|finding| finding.path == violation.path);
        if !already {
            findings.push(of(kind, document, "schema", violation.path));
        }
    }
    if let Some((code, path)) = against_model(kind, document) {
        findings.push(of(kind, document, code, path));
    }
    let subject = document.get("credentialSubject").and_then(|subject| subject.get("id")).and_then(Value::as_str);
    if !subject.is_some_and(|id| id.starts_with("did:jwk:") && crate::did::key_of_url(id).is_ok()) {
        findings.push(of(kind, document, "subject", Some(Path::from(["credentialSubject", "id"]))));
    }
    if !has_both_places(document) {
        findings.push(of(kind, document, "status", Some(Path::key("credentialStatus"))));
    }
    if !dates_hold(document, now) {
        findings.push(of(kind, document, "dates", Some(Path::key("validFrom"))));
    }
    findings
}

/// Checks what an award would put into a document, before there is a holder, a place in a list and a date.
pub fn lint_w3c_content(kind: &'static CredentialType, document: &Map) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        national::numbers(document).chain(person::texts(document)).map(|(code, path)| of(kind, document, code, Some(path))).collect();
    let contexts = document.get("@context").and_then(Value::as_array);
    if !contexts.is_some_and(|contexts| contexts.iter().map(Value::as_str).eq(kind.w3c.contexts.iter().copied().map(Some))) {
        findings.push(of(kind, document, "context", Some(Path::key("@context"))));
    }
    if kind.vct == MICROCREDENTIAL_VCT {
        findings.extend(badge(kind, document));
    }
    if let Err(violation) = kind.w3c.schema().check_members(document) {
        let known_gap =
            violation.keyword == "required" && violation.path.as_ref().is_some_and(|path| *path == Path::from(["credentialSubject", "id"]));
        let already = findings.iter().any(|finding| finding.path == violation.path);
        if !known_gap && !already {
            findings.push(of(kind, document, "schema", violation.path));
        }
    }
    findings
}

/// What the models of the W3C and of 1EdTech have against it.
fn against_model(kind: &CredentialType, document: &Map) -> Option<(&'static str, Option<Path>)> {
    let credential = match Credential::parse(document.clone()) {
        Ok(credential) => credential,
        Err(_) => return Some(("model", None)),
    };
    if kind.vct != MICROCREDENTIAL_VCT {
        return None;
    }
    open_badge::check(&credential).err().map(|error| ("open_badge", place_of(error.path())))
}

/// `credentialSubject.achievement.name` or `/credentialSubject/achievement/name` as a path.
fn place_of(text: &str) -> Option<Path> {
    let step = |step: &str| step.parse::<usize>().map_or_else(|_| Segment::from(step), Segment::from);
    let steps = text.split(['.', '/', '[', ']']).filter(|step| !step.is_empty()).map(step);
    Path::try_from(steps.collect::<Vec<_>>()).ok()
}

/// What a schema could only say without naming the element: exactly one workload, a level, a quality assurance, outcomes.
fn badge(kind: &'static CredentialType, document: &Map) -> Vec<Finding> {
    let achievement = document.get("credentialSubject").and_then(|subject| subject.get("achievement"));
    let place = |name: &str| Path::from(["credentialSubject", "achievement", name]);
    let has = |name: &str| achievement.is_some_and(|achievement| achievement.get(name).is_some());
    let alignments = achievement.and_then(|achievement| achievement.get("alignment")).and_then(Value::as_array);
    let aligned = |types: &[&str]| {
        let named = |alignment: &Value| alignment.get("targetType").and_then(Value::as_str).is_some_and(|name| types.contains(&name));
        alignments.is_some_and(|all| all.iter().any(named))
    };
    let mut findings = Vec::new();
    let mut find = |key: &str, path: Path| findings.push(Finding { code: "required", path: Some(path), element: kind.mapping.by_key(key) });
    if has("ECTS") == has("SBU") {
        find("workload", place(if has("ECTS") { "SBU" } else { "ECTS" }));
    }
    if !aligned(&["ext:EQF", "ext:NLQF"]) {
        find("level", place("alignment"));
    }
    if !aligned(&["ext:QualityAssurance"]) {
        find("quality_assurance", place("alignment"));
    }
    if !aligned(&["ext:LearningOutcome"]) {
        find("learning_outcomes", place("alignment"));
    }
    findings
}

/// A finding with its element; of an alignment, the element that its `targetType` says.
fn of(kind: &'static CredentialType, document: &Map, code: &'static str, path: Option<Path>) -> Finding {
    let element = path.as_ref().and_then(|path| kind.mapping.of_w3c(path).or_else(|| kind.mapping.by_key(aligned_with(document, path)?)));
    Finding { code, path, element }
}

fn aligned_with(document: &Map, path: &Path) -> Option<&'static str> {
    let steps = path.segments().get(..4)?.to_vec();
    let alignment = Path::try_from(steps).ok()?;
    match alignment.select(document).first()?.get("targetType")?.as_str()? {
        "ext:EQF" | "ext:NLQF" => Some("level"),
        "ext:QualityAssurance" => Some("quality_assurance"),
        "ext:LearningOutcome" => Some("learning_outcomes"),
        _ => Some("alignments"),
    }
}

/// Revocation and suspension, both at the same place of their lists.
fn has_both_places(document: &Map) -> bool {
    let Some(entries) = document.get("credentialStatus").and_then(Value::as_array) else { return false };
    let text = |entry: &Value, name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
    let of = |purpose: &str| entries.iter().find(|entry| text(entry, "statusPurpose").as_deref() == Some(purpose));
    let (Some(revocation), Some(suspension)) = (of("revocation"), of("suspension")) else { return false };
    let place = |entry: &Value| text(entry, "statusListIndex").and_then(|index| index.parse::<u64>().ok());
    place(revocation).is_some() && place(revocation) == place(suspension)
}

/// `validFrom` has begun; `validUntil`, when there, lies behind it and has not passed.
fn dates_hold(document: &Map, now: i64) -> bool {
    let moment = |name: &str| match document.get(name) {
        None => Ok(None),
        Some(value) => {
            value.as_str().and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok()).map(|at| Some(at.unix_timestamp())).ok_or(())
        }
    };
    let (Ok(Some(from)), Ok(until)) = (moment("validFrom"), moment("validUntil")) else { return false };
    from <= now.saturating_add(60) && until.is_none_or(|until| until > from && until > now)
}
