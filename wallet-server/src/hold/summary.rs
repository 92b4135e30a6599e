//! What lists show of a credential, taken from its claims once, when it is kept.

use http::claims;
use model::LocalText;
use model::held::{Kind, Level, Summary, Workload};
use serde_json::Value;
use vc::Map;
use vc::bundled::{ENROLMENT_VCT, MICROCREDENTIAL_VCT};

/// The summary of a credential's claims.
pub(crate) fn summarise(vct: &str, claims: &Map, institution_slug: Option<String>) -> Summary {
    let kind = match vct {
        MICROCREDENTIAL_VCT => Kind::Microcredential,
        ENROLMENT_VCT => Kind::Enrolment,
        _ => Kind::Other,
    };
    let title = title(kind, claims);
    Summary {
        institution: institution(claims),
        institution_slug,
        date: ["awarded_date", "startDate"].into_iter().find_map(|name| text(claims, name)),
        workload: workload(claims),
        level: level(claims),
        academic_year: text(claims, "academic_year"),
        phase: text(claims, "phase"),
        badge: false,
        pattern: title.nl.clone(),
        holder: holder(claims),
        result: claims.get("result").and_then(|result| result.get("value")?.as_str()).map(str::to_owned),
        own_id: None,
        labels: Vec::new(),
        origin: None,
        title,
        kind,
    }
}

/// Whether types of a W3C credential, short or whole, are those of an Open Badge.
pub(crate) fn is_badge(types: &[String]) -> bool {
    types.iter().any(|own| own.ends_with("OpenBadgeCredential") || own.ends_with("AchievementCredential"))
}

fn text(claims: &Map, name: &str) -> Option<String> {
    claims.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A text with its translations: `title` and `title_by_language`.
fn local(claims: &Map, name: &str) -> Option<LocalText> {
    let by_language = |language: &str| claims.get(&format!("{name}_by_language"))?.get(language)?.as_str().map(str::to_owned);
    let nl = by_language("nl").or_else(|| text(claims, name))?;
    Some(LocalText { nl, en: by_language("en") })
}

fn title(kind: Kind, claims: &Map) -> LocalText {
    let named = local(claims, "title").or_else(|| local(claims, "name"));
    if kind != Kind::Enrolment {
        return named.unwrap_or_else(|| LocalText::new("Bewijs", "Credential"));
    }
    let details: Vec<LocalText> =
        ["phase", "modeOfStudy"].into_iter().filter_map(|name| text(claims, name).map(|value| words(name, &value))).collect();
    let joined = |language: &str| details.iter().map(|detail| detail.get(language).to_lowercase()).collect::<Vec<_>>().join(", ");
    let sentence = |proof: &str, language: &str| {
        let name = named.as_ref().map(|name| format!(" – {}", name.get(language))).unwrap_or_default();
        let details = joined(language);
        if details.is_empty() { format!("{proof}{name}") } else { format!("{proof}{name} ({details})") }
    };
    LocalText::new(sentence("Bewijs van inschrijving", "nl"), sentence("Proof of enrolment", "en"))
}

/// The words for a code of a claim.
fn words(claim: &str, code: &str) -> LocalText {
    let words = claims::words(claim, code);
    LocalText { nl: words.nl, en: words.en }
}

fn institution(claims: &Map) -> LocalText {
    let awarding = claims.get("awarding_body").and_then(|body| body.get("name")).and_then(Value::as_str).map(LocalText::same);
    awarding.or_else(|| local(claims, "institution_name")).unwrap_or_else(|| LocalText::same(""))
}

/// The whole name on it; a prefix is a part of the family name already.
fn holder(claims: &Map) -> Option<String> {
    let parts: Vec<String> = ["given_name", "family_name"].into_iter().filter_map(|name| text(claims, name)).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn workload(claims: &Map) -> Option<Workload> {
    let workload = claims.get("workload")?;
    Some(Workload { unit: workload.get("unit")?.as_str()?.to_owned(), value: workload.get("value")?.as_f64()? })
}

fn level(claims: &Map) -> Option<Level> {
    if let Some(level) = claims.get("level").and_then(Value::as_object) {
        return Some(Level {
            framework: level.get("framework")?.as_str()?.to_owned(),
            value: level.get("value")?.as_str()?.to_owned(),
            verified: level.get("verified").and_then(Value::as_bool).unwrap_or_default(),
        });
    }
    text(claims, "eqf_level").map(|value| Level { framework: "EQF".to_owned(), value, verified: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims(value: Value) -> Map {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn a_microcredential() {
        let claims = claims(json!({
            "title": "Data-analyse basis", "title_by_language": {"nl": "Data-analyse basis", "en": "Data analysis basics"},
            "awarding_body": {"name": "Hogeschool Voorbeeld"}, "awarded_date": "2026-02-01",
            "workload": {"unit": "ects", "value": 5}, "level": {"framework": "NLQF", "value": "6"},
        }));
        let summary = summarise(MICROCREDENTIAL_VCT, &claims, Some("hogeschool-voorbeeld".to_owned()));
        assert_eq!(summary.title, LocalText::new("Data-analyse basis", "Data analysis basics"));
        assert_eq!((summary.date.as_deref(), summary.workload.unwrap().value), (Some("2026-02-01"), 5.0));
        assert!(!summary.level.unwrap().verified);
    }

    #[test]
    fn an_enrolment_says_what_and_how() {
        let claims = claims(json!({
            "institution_name": "Hogeschool Voorbeeld", "name": "Communicatie", "phase": "bachelor", "modeOfStudy": "full-time",
            "startDate": "2026-09-01", "academic_year": "2026-2027",
        }));
        let summary = summarise(ENROLMENT_VCT, &claims, None);
        assert_eq!(summary.title.nl, "Bewijs van inschrijving – Communicatie (bachelor, voltijd)");
        assert_eq!(summary.title.get("en"), "Proof of enrolment – Communicatie (bachelor, full-time)");
    }

    #[test]
    fn anything_else_has_a_title_too() {
        let summary = summarise("https://other.example/vct", &Map::new(), None);
        assert_eq!((summary.kind, summary.title.nl.as_str()), (Kind::Other, "Bewijs"));
    }
}
