//! W3C credentials in the words of our types: an Open Badge reads like the microcredential that it is another form of
//! (`schemas/mapping`). What has no such words keeps its own names.

use serde_json::{Map, Value as Json, json};
use vc::bundled::{ENROLMENT_VCT, MICROCREDENTIAL_VCT};

/// The type of a badge that is no microcredential of ours.
pub const OPEN_BADGE: &str = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential";

/// Members of an achievement with the claims that they are.
const ACHIEVEMENT: [(&str, &str); 12] = [
    ("name", "title"),
    ("description", "description"),
    ("assessmentType", "assessment_type"),
    ("participationType", "participation_type"),
    ("supervisionType", "supervision_type"),
    ("identityChecked", "identity_checked"),
    ("inLanguage", "language"),
    ("prerequisites", "prerequisites"),
    ("stackability", "stackability"),
    ("educationProgramIdentifier", "programme_identifiers"),
    ("badgeClassType", "class"),
    ("furtherInformation", "further_information"),
];

/// The claims of a credential, and the type (`vct`) in whose words they are.
pub struct View {
    /// The type.
    pub vct: String,
    /// The claims.
    pub claims: Map<String, Json>,
}

/// The view of a W3C credential of either version of the data model. Nothing is verified.
pub fn view(document: &Map<String, Json>) -> View {
    let types: Vec<&str> = items(document.get("type")).filter_map(Json::as_str).collect();
    let has = |name: &str| types.contains(&name);
    let subject = items(document.get("credentialSubject")).find_map(Json::as_object);
    let achievement = subject.and_then(|subject| subject.get("achievement")?.as_object());
    match (subject, achievement) {
        (Some(subject), Some(achievement)) if has("OpenBadgeCredential") || has("AchievementCredential") => {
            let ours = items(achievement.get("type")).any(|kind| kind == "EducredentialAchievement");
            let vct = if ours { MICROCREDENTIAL_VCT } else { OPEN_BADGE };
            View { vct: vct.to_owned(), claims: badge(document, subject, achievement) }
        }
        // The credentials in a record are shown each on its own.
        _ if has("ClrCredential") => View { vct: "ClrCredential".to_owned(), claims: described(document, Map::new()) },
        (Some(subject), _) if has("AcademicEnrollmentCredential") => View { vct: ENROLMENT_VCT.to_owned(), claims: plain(subject) },
        (subject, _) => {
            let own = types.into_iter().rfind(|name| *name != "VerifiableCredential").unwrap_or("VerifiableCredential");
            View { vct: own.to_owned(), claims: described(document, subject.map(plain).unwrap_or_default()) }
        }
    }
}

/// Claims with the name and description that the credential itself has.
fn described(document: &Map<String, Json>, mut claims: Map<String, Json>) -> Map<String, Json> {
    for (from, to) in [("name", "title"), ("description", "description")] {
        put_text(&mut claims, to, document.get(from));
    }
    claims
}

/// One value or a list of them.
fn items(value: Option<&Json>) -> impl Iterator<Item = &Json> {
    let list = match value {
        Some(Json::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    list.iter()
}

fn text<'a>(of: &'a Json, name: &str) -> Option<&'a str> {
    of.get(name)?.as_str()
}

/// A subject whose members are claims already.
fn plain(subject: &Map<String, Json>) -> Map<String, Json> {
    let named = subject.iter().filter(|(name, _)| !matches!(name.as_str(), "id" | "type"));
    named.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// A text, or language value objects, as a claim and its translations.
fn put_text(claims: &mut Map<String, Json>, name: &str, value: Option<&Json>) {
    let Some(value) = value else { return };
    let mut by_language = Map::new();
    for one in items(Some(value)).filter(|one| one.is_object()) {
        if let (Some(words), Some(language)) = (text(one, "@value"), text(one, "@language")) {
            by_language.insert(language.chars().take(2).collect(), words.into());
        }
    }
    let first = value.as_str().map(Json::from).or_else(|| by_language.get("nl").or_else(|| by_language.values().next()).cloned());
    claims.extend(first.map(|words| (name.to_owned(), words)));
    if !by_language.is_empty() {
        claims.insert(format!("{name}_by_language"), by_language.into());
    }
}

fn badge(document: &Map<String, Json>, subject: &Map<String, Json>, achievement: &Map<String, Json>) -> Map<String, Json> {
    let mut claims = Map::new();
    for (from, to) in ACHIEVEMENT {
        match achievement.get(from) {
            Some(value) if matches!(from, "name" | "description") => put_text(&mut claims, to, Some(value)),
            Some(value) => drop(claims.insert(to.to_owned(), value.clone())),
            None => {}
        }
    }
    claims.extend(awarding_body(document).map(|body| ("awarding_body".to_owned(), body)));
    let awarded = ["awardedDate", "validFrom", "issuanceDate"].iter().find_map(|name| document.get(*name)?.as_str()?.get(..10));
    claims.extend(awarded.map(|day| ("awarded_date".to_owned(), Json::from(day))));
    let criteria = achievement.get("criteria").and_then(|criteria| text(criteria, "narrative").or_else(|| text(criteria, "id")));
    claims.extend(criteria.map(|criteria| ("criteria".to_owned(), Json::from(criteria))));
    claims.extend(workload(subject, achievement).map(|load| ("workload".to_owned(), load)));
    let results = results(subject, achievement);
    claims.extend(results.first().map(|result| ("result".to_owned(), result.clone())));
    if results.len() > 1 {
        claims.insert("results".into(), results.into());
    }
    alignments(&mut claims, achievement);
    let evidence = evidence(document);
    if !evidence.is_empty() {
        claims.insert("evidence".into(), evidence.into());
    }
    claims
}

fn awarding_body(document: &Map<String, Json>) -> Option<Json> {
    let issuer = document.get("issuer")?.as_object()?;
    let mut body = Map::new();
    put_text(&mut body, "name", issuer.get("name"));
    let address = issuer.get("address");
    for (from, to) in [("addressCountryCode", "country"), ("addressRegion", "region")] {
        body.extend(address.and_then(|address| address.get(from)).map(|value| (to.to_owned(), value.clone())));
    }
    (!body.is_empty()).then(|| body.into())
}

fn workload(subject: &Map<String, Json>, achievement: &Map<String, Json>) -> Option<Json> {
    let known = [("ECTS", "ects"), ("SBU", "sbu"), ("timeInvestment", "hour")];
    let named = known.iter().find_map(|(name, unit)| Some(json!({"unit": unit, "value": achievement.get(*name)?})));
    // Credits without a unit are credits of the European system, where nothing else is said.
    let credits = || subject.get("creditsEarned").or_else(|| achievement.get("creditsAvailable"));
    named.or_else(|| Some(json!({"unit": "ects", "value": credits()?})))
}

/// The results, each with its scale.
fn results(subject: &Map<String, Json>, achievement: &Map<String, Json>) -> Vec<Json> {
    let scales = || items(achievement.get("resultDescription"));
    let measured = |result: &Json| {
        let described = result.get("resultDescription");
        scales().find(|scale| described.is_some() && scale.get("id") == described).cloned().unwrap_or_default()
    };
    { items(subject.get("result")) }.map(|one| result(one, &measured(one))).filter(|one| !one.is_empty()).map(Json::Object).collect()
}

fn result(result: &Json, scale: &Json) -> Map<String, Json> {
    let mut out = Map::new();
    put_text(&mut out, "name", scale.get("name"));
    let levels = || items(scale.get("rubricCriterionLevel"));
    let reached = || levels().find(|level| level.get("id").is_some() && level.get("id") == result.get("achievedLevel"))?.get("name");
    out.extend(result.get("value").or_else(reached).map(|value| ("value".to_owned(), value.clone())));
    match text(result, "status") {
        Some("Completed") => drop(out.insert("passed".into(), true.into())),
        Some("Failed" | "Withdrew") => drop(out.insert("passed".into(), false.into())),
        Some(status) => drop(out.insert("status".into(), status.into())),
        None => {}
    }
    let known =
        [("resultType", "type"), ("valueMin", "min"), ("valueMax", "max"), ("requiredValue", "required"), ("allowedValue", "allowed")];
    for (from, to) in known {
        out.extend(scale.get(from).map(|value| (to.to_owned(), value.clone())));
    }
    out
}

/// The evidence, which stands beside the subject.
fn evidence(document: &Map<String, Json>) -> Vec<Json> {
    let piece = |one: &Json| {
        let mut out = Map::new();
        let named = ["name", "genre", "id"].iter().find_map(|member| text(one, member));
        out.extend(named.map(|name| ("name".to_owned(), name.into())));
        let told = ["description", "narrative"].iter().find_map(|member| text(one, member));
        out.extend(told.map(|told| ("description".to_owned(), told.into())));
        out.extend(text(one, "genre").map(|genre| ("genre".to_owned(), genre.into())));
        out.extend(text(one, "id").map(|url| ("url".to_owned(), url.into())));
        out
    };
    { items(document.get("evidence")) }.map(piece).filter(|one| !one.is_empty()).map(Json::Object).collect()
}

/// Alignments are learning outcomes, the level, the quality assurance, or something else.
fn alignments(claims: &mut Map<String, Json>, achievement: &Map<String, Json>) {
    let (mut outcomes, mut others) = (Vec::new(), Vec::new());
    for one in items(achievement.get("alignment")) {
        let (name, kind) = (text(one, "targetName"), text(one, "targetType").unwrap_or_default());
        match (kind, text(one, "targetCode")) {
            ("ext:EQF" | "ext:NLQF", Some(value)) => {
                let verified = achievement.get("levelVerified").and_then(Json::as_bool).unwrap_or_default();
                let framework = kind.trim_start_matches("ext:");
                let level = json!({"framework": framework, "value": value, "verified": verified});
                claims.entry("level").or_insert(level);
            }
            ("ext:QualityAssurance", code) => {
                let mut assurance = Map::new();
                assurance.extend(name.map(|name| ("name".to_owned(), name.into())));
                assurance.extend(text(one, "targetUrl").map(|url| ("url".to_owned(), url.into())));
                assurance.extend(code.map(|code| ("code".to_owned(), code.into())));
                claims.insert("quality_assurance".into(), assurance.into());
            }
            ("ext:LearningOutcome", _) => outcomes.extend(name.map(|name| json!({"title": name}))),
            // An item of somebody's list of skills is an outcome; one of a framework that has a name is shown with that.
            ("CFItem", _) if one.get("targetFramework").is_none() => outcomes.extend(name.map(|name| json!({"title": name}))),
            _ => others.extend(name.map(|name| Json::Object(alignment(one, name)))),
        }
    }
    for (name, list) in [("learning_outcomes", outcomes), ("alignments", others)] {
        if !list.is_empty() {
            claims.insert(name.into(), list.into());
        }
    }
}

/// A place in a framework, with the names of our own type.
fn alignment(one: &Json, name: &str) -> Map<String, Json> {
    const MEMBERS: [(&str, &str); 4] =
        [("targetFramework", "framework"), ("targetCode", "code"), ("targetUrl", "url"), ("targetDescription", "description")];
    let mut out = Map::from_iter([("name".to_owned(), Json::from(name))]);
    out.extend(MEMBERS.iter().filter_map(|(from, to)| Some(((*to).to_owned(), text(one, from)?.into()))));
    let extension = || text(one, "targetType")?.strip_prefix("ext:").filter(|name| !name.ends_with("Alignment"));
    if !out.contains_key("framework") {
        out.extend(extension().map(|framework| ("framework".to_owned(), framework.into())));
    }
    out
}

#[cfg(test)]
mod tests;
