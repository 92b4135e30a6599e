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
        (Some(subject), _) if has("AcademicEnrollmentCredential") => View { vct: ENROLMENT_VCT.to_owned(), claims: plain(subject) },
        (subject, _) => {
            let own = types.into_iter().rfind(|name| *name != "VerifiableCredential").unwrap_or("VerifiableCredential");
            let mut claims = subject.map(plain).unwrap_or_default();
            for (from, to) in [("name", "title"), ("description", "description")] {
                put_text(&mut claims, to, document.get(from));
            }
            View { vct: own.to_owned(), claims }
        }
    }
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
    claims.extend(result(subject, achievement).map(|result| ("result".to_owned(), result)));
    alignments(&mut claims, achievement);
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

/// The result with its scale.
fn result(subject: &Map<String, Json>, achievement: &Map<String, Json>) -> Option<Json> {
    let result = items(subject.get("result")).next()?;
    let described = result.get("resultDescription");
    let scale = items(achievement.get("resultDescription")).find(|scale| scale.get("id") == described);
    let mut out = Map::new();
    out.extend(result.get("value").map(|value| ("value".to_owned(), value.clone())));
    if let Some(passed) = text(result, "status").map(|status| status == "Completed") {
        out.insert("passed".into(), passed.into());
    }
    for (from, to) in [("resultType", "type"), ("valueMin", "min"), ("valueMax", "max"), ("requiredValue", "required")] {
        out.extend(scale.and_then(|scale| scale.get(from)).map(|value| (to.to_owned(), value.clone())));
    }
    (!out.is_empty()).then(|| out.into())
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
            ("ext:LearningOutcome" | "CFItem", _) => outcomes.extend(name.map(|name| json!({"title": name}))),
            _ => others.extend(name.map(|name| json!({"title": name}))),
        }
    }
    for (name, list) in [("learning_outcomes", outcomes), ("alignments", others)] {
        if !list.is_empty() {
            claims.insert(name.into(), list.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(document: Json) -> View {
        view(document.as_object().unwrap())
    }

    fn sample() -> Json {
        json!({
            "type": ["VerifiableCredential", "OpenBadgeCredential"], "awardedDate": "2026-02-01T00:00:00Z",
            "issuer": {"id": "did:web:school.example", "type": ["Profile"], "name": "Hogeschool Voorbeeld", "address": {"addressCountryCode": "NL"}},
            "credentialSubject": {
                "type": ["AchievementSubject"], "id": "did:jwk:x",
                "result": [{"resultDescription": "urn:r", "value": "8", "status": "Completed"}],
                "achievement": {
                    "type": ["Achievement", "EducredentialAchievement"], "name": "Data-analyse basis", "ECTS": 5, "assessmentType": "testing",
                    "resultDescription": [{"id": "urn:r", "resultType": "ScaledScore", "valueMax": "10"}],
                    "criteria": {"narrative": "Een toets"},
                    "alignment": [
                        {"targetType": "ext:NLQF", "targetCode": "6", "targetName": "NLQF 6"},
                        {"targetType": "ext:QualityAssurance", "targetName": "Kader", "targetUrl": "https://kader.example"},
                        {"targetType": "ext:LearningOutcome", "targetName": "Tellen"},
                    ],
                },
            },
        })
    }

    #[test]
    fn a_badge_reads_like_its_microcredential() {
        let View { vct, claims } = read(sample());
        assert_eq!(vct, MICROCREDENTIAL_VCT);
        assert_eq!(
            Json::Object(claims),
            json!({
                "title": "Data-analyse basis", "awarded_date": "2026-02-01", "awarding_body": {"name": "Hogeschool Voorbeeld", "country": "NL"},
                "workload": {"unit": "ects", "value": 5}, "level": {"framework": "NLQF", "value": "6", "verified": false},
                "result": {"value": "8", "passed": true, "type": "ScaledScore", "max": "10"}, "assessment_type": "testing",
                "criteria": "Een toets", "quality_assurance": {"name": "Kader", "url": "https://kader.example"},
                "learning_outcomes": [{"title": "Tellen"}],
            })
        );
        let mut foreign = sample();
        foreign["credentialSubject"]["achievement"]["type"] = json!(["Achievement"]);
        assert_eq!(read(foreign).vct, OPEN_BADGE);
    }

    #[test]
    fn an_enrolment_has_our_names_and_anything_else_its_own() {
        let enrolment = read(json!({"type": ["VerifiableCredential", "AcademicEnrollmentCredential"],
            "credentialSubject": {"id": "did:jwk:x", "phase": "bachelor"}}));
        assert_eq!((enrolment.vct.as_str(), Json::Object(enrolment.claims)), (ENROLMENT_VCT, json!({"phase": "bachelor"})));
        let other = read(json!({"type": ["VerifiableCredential", "Library"], "name": [{"@value": "Pas", "@language": "nl"},
            {"@value": "Card", "@language": "en"}], "credentialSubject": {"number": "12"}}));
        assert_eq!(other.vct, "Library");
        assert_eq!(Json::Object(other.claims), json!({"number": "12", "title": "Pas", "title_by_language": {"nl": "Pas", "en": "Card"}}));
        assert!(read(json!({})).claims.is_empty());
    }
}
