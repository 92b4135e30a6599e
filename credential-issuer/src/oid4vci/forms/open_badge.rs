//! Open Badge 3.0 of a microcredential. It cannot conceal, so it has no name and no evidence: its holder is known by a key.

use model::achievement::{Achievement, WorkloadUnit};
use serde_json::{Value, json};
use vc::Map;
use vc::bundled::{OPEN_BADGE_CONTEXTS, OPEN_BADGE_TYPES};

use super::achievement::{Published, result_id};
use super::{NotBuilt, did};
use crate::institution::Institution;

/// The badge without what only issuing brings.
pub(super) fn draft(content: &Achievement, institution: &Institution, achievement: &Published, subject: &str) -> Result<Map, NotBuilt> {
    let mut map = Map::new();
    let mut set = |name: &str, value: Value| map.insert(name.to_owned(), value);
    set("@context", json!(OPEN_BADGE_CONTEXTS));
    set("type", json!(OPEN_BADGE_TYPES));
    set("name", json!(content.title));
    set("issuer", issuer(content, institution)?);
    set("awardedDate", json!(format!("{}T00:00:00Z", content.awarded_date)));
    set("credentialSubject", about(content, achievement, subject));
    Ok(map)
}

fn issuer(content: &Achievement, institution: &Institution) -> Result<Value, NotBuilt> {
    let body = &content.awarding_body;
    let identifier = |kind: &str, value: &str| json!({"type": "IdentifierEntry", "identifierType": kind, "identifier": value});
    let mut profile = json!({
        "id": did(institution)?, "type": ["Profile"], "name": body.name,
        "otherIdentifier": [identifier("ext:BRIN", &body.brin), identifier("ext:schacHomeOrganization", &body.schac_home)],
        "address": {"type": ["Address"], "addressCountryCode": body.country},
    });
    if let (Value::Object(profile), Some(site)) = (&mut profile, &institution.config.site) {
        profile.insert("url".to_owned(), json!(site));
    }
    Ok(profile)
}

fn about(content: &Achievement, achievement: &Published, subject: &str) -> Value {
    let mut map = Map::new();
    let mut set = |name: &str, value: Value| map.insert(name.to_owned(), value);
    set("id", json!(subject));
    set("type", json!(["AchievementSubject"]));
    if content.workload.unit == WorkloadUnit::Ects {
        set("creditsEarned", json!(content.workload.value));
    }
    if let Some(grade) = &content.result {
        let address = achievement.document.get("id").and_then(Value::as_str).unwrap_or_default();
        let status = if grade.passed { "Completed" } else { "Failed" };
        let mut result = json!({"type": ["Result"], "resultDescription": result_id(address), "status": status});
        if let (Value::Object(result), Some(value)) = (&mut result, &grade.value) {
            result.insert("value".to_owned(), json!(value));
        }
        set("result", json!([result]));
    }
    set("achievement", Value::Object(achievement.document.clone()));
    map.into()
}
