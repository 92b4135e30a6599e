//! What eduID says about a persona to one client, and at which level of assurance.

use serde_json::{Map, Value, json};

use super::Client;
use crate::world::{Persona, PersonaKind, World};

/// Claims besides the protocol's own.
pub(super) const CLAIMS: [&str; 14] = [
    "sub",
    "eduid",
    "name",
    "given_name",
    "family_name",
    "email",
    "email_verified",
    "date_of_birth",
    "preferred_language",
    "schac_home_organization",
    "eduperson_affiliation",
    "eduperson_scoped_affiliation",
    "eduperson_assurance",
    "eduperson_entitlement",
];

/// Levels of assurance that can be asked for; each of eduID's own also with `/mfa`.
pub(super) const LEVELS: [&str; 12] = [
    "https://eduid.nl/trust/linked-institution",
    "https://eduid.nl/trust/validate-names",
    "https://eduid.nl/trust/validate-names-external",
    "https://eduid.nl/trust/affiliation-student",
    "https://refeds.org/assurance/IAP/medium",
    "https://refeds.org/assurance/IAP/high",
    "https://eduid.nl/trust/linked-institution/mfa",
    "https://eduid.nl/trust/validate-names/mfa",
    "https://eduid.nl/trust/validate-names-external/mfa",
    "https://eduid.nl/trust/affiliation-student/mfa",
    "https://refeds.org/assurance/IAP/medium/mfa",
    "https://refeds.org/profile/mfa",
];

/// `acr` when no level was asked for.
const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";

/// The claims that a client's release policy lets through: all of [`CLAIMS`], with `sub` and `eduid` of that client.
pub(super) fn released(world: &World, persona: &Persona, client: &Client) -> Map<String, Value> {
    let claims = json!({
        "sub": world.subject(persona.id, &client.client_id),
        "eduid": world.eduid(persona.id, &client.service),
        "name": persona.name(),
        "given_name": persona.given_name,
        "family_name": persona.family_name(),
        "email": format!("{}@post.example", persona.id),
        "email_verified": true,
        "date_of_birth": persona.birth_date.replace('-', ""),
        "preferred_language": "nl",
        "schac_home_organization": home(world, persona),
        "eduperson_affiliation": affiliations(persona),
        "eduperson_scoped_affiliation": scoped(world, persona),
        "eduperson_assurance": assurance(),
        "eduperson_entitlement": entitlements(persona),
    });
    match claims {
        Value::Object(claims) => claims,
        _ => Map::new(),
    }
}

/// The level that a login reaches: the first one asked for that the persona has; none when it has none of them.
pub(super) fn level(persona: &Persona, asked: &[String]) -> Option<String> {
    if asked.is_empty() {
        return Some(PASSWORD.to_owned());
    }
    asked.iter().find(|level| has(persona, level)).cloned()
}

/// Nobody here has names that a bank or eIDAS validated, so those levels are refused.
fn has(persona: &Persona, level: &str) -> bool {
    let student = matches!(persona.kind, PersonaKind::Learner(_));
    match level {
        "https://refeds.org/assurance/IAP/high" => false,
        level if level.contains("validate-names-external") => false,
        level if level.contains("affiliation-student") => student && LEVELS.contains(&level),
        level => LEVELS.contains(&level),
    }
}

fn home(world: &World, persona: &Persona) -> String {
    let own = match persona.kind {
        PersonaKind::Staff { institution, .. } => world.institution(institution).map(|institution| institution.schac_home),
        PersonaKind::Learner(_) => None,
    };
    own.unwrap_or("eduid.example").to_owned()
}

fn affiliations(persona: &Persona) -> Vec<&'static str> {
    match persona.kind {
        PersonaKind::Learner(_) => vec!["affiliate", "student"],
        PersonaKind::Staff { .. } => vec!["employee", "staff"],
    }
}

fn scoped(world: &World, persona: &Persona) -> Vec<String> {
    let at = |slug: &str, role: &str| world.institution(slug).map(|institution| format!("{role}@{}", institution.schac_home));
    match persona.kind {
        PersonaKind::Learner(institutions) => institutions.iter().filter_map(|slug| at(slug, "student")).collect(),
        PersonaKind::Staff { institution, .. } => at(institution, "employee").into_iter().collect(),
    }
}

fn assurance() -> Vec<&'static str> {
    vec![
        "https://refeds.org/assurance",
        "https://refeds.org/assurance/ID/unique",
        "https://refeds.org/assurance/ID/eppn-unique-no-reassign",
        "https://refeds.org/assurance/IAP/low",
        "https://refeds.org/assurance/IAP/medium",
        "https://refeds.org/assurance/version/2",
        "https://eduid.nl/validated/email-validated",
        "https://eduid.nl/validated/institution",
    ]
}

fn entitlements(persona: &Persona) -> Vec<&'static str> {
    match persona.kind {
        PersonaKind::Learner(_) => Vec::new(),
        PersonaKind::Staff { approver: false, .. } => vec!["urn:x-sandbox:desk:administrator"],
        PersonaKind::Staff { approver: true, .. } => vec!["urn:x-sandbox:desk:administrator", "urn:x-sandbox:desk:approver"],
    }
}
