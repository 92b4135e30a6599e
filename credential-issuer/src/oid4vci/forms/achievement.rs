//! The achievement of an Open Badge: what everybody has who gets it, nothing about a person, under an address made of what it says.

use model::achievement::{Achievement, Grade, WorkloadUnit};
use serde_json::{Value, json};
use vc::Map;
use vc::encoding::{b64url, sha256};
use web::badge::{BadgeSpec, Colour, Shape};

use super::{NotBuilt, written};
use crate::award::content::Draft;
use crate::award::template::Template;
use crate::institution::Institution;

/// Characters of an achievement's id: 128 bits of the hash of what it says.
const ID_LENGTH: usize = 22;

/// An achievement with its id.
pub(crate) struct Published {
    /// What its address ends with.
    pub(crate) id: String,
    /// The issuing template, for its page.
    pub(crate) template: Option<String>,
    /// As badges carry it.
    pub(crate) document: Map,
}

/// The achievement of an award's content. The same words give the same address, and an address never changes its words.
pub(crate) fn of(content: &Achievement, institution: &Institution) -> Result<Published, NotBuilt> {
    let said = vc::jcs::canonical(&Value::Object(document(content, institution, ""))).map_err(written)?;
    let mut id = b64url(sha256(said.as_bytes()));
    id.truncate(ID_LENGTH);
    let document = document(content, institution, &institution.at(&format!("/achievements/{id}")));
    Ok(Published { id, template: content.template.clone(), document })
}

/// The achievement that a template alone makes: what a course's badge says when the source adds nothing.
pub(crate) fn of_template(template: &Template, institution: &Institution) -> Option<Published> {
    let draft = Draft {
        template,
        institution,
        course: None,
        title: template.title.clone(),
        person: model::achievement::PersonName::default(),
        grade: None,
        // No part of an achievement: the date of a result is its subject's.
        date: Some("2000-01-01".to_owned()),
        evidence: Vec::new(),
    };
    match draft.finish(&mut Vec::new())? {
        model::achievement::Content::Microcredential(content) => of(&content, institution).ok(),
        _ => None,
    }
}

fn document(content: &Achievement, institution: &Institution, id: &str) -> Map {
    let mut map = Map::new();
    let mut set = |name: &str, value: Value| map.insert(name.to_owned(), value);
    set("id", json!(id));
    set("type", json!(["Achievement", "EducredentialAchievement"]));
    set("achievementType", json!("MicroCredential"));
    set("badgeClassType", json!(content.class));
    set("name", json!(content.title));
    set("description", json!(content.description));
    // Criteria must say something: without words of the institution, that everything below was shown.
    let criteria = content.criteria.as_deref().unwrap_or("Alle leeruitkomsten zijn getoetst en behaald.");
    set("criteria", json!({"narrative": criteria}));
    set("image", json!({"id": image(content, institution), "type": "Image"}));
    set("inLanguage", json!(content.language));
    match content.workload.unit {
        WorkloadUnit::Ects => {
            set("ECTS", json!(content.workload.value));
            set("creditsAvailable", json!(content.workload.value));
        }
        WorkloadUnit::Sbu => {
            set("SBU", json!(whole(&content.workload.value)));
        }
    }
    set("participationType", json!(content.participation_type));
    set("assessmentType", json!(content.assessment_type));
    set("supervisionType", json!(content.supervision_type));
    set("identityChecked", json!(content.identity_checked));
    set("alignment", Value::Array(alignments(content, id)));
    if let Some(verified) = content.level.verified {
        set("levelVerified", json!(verified));
    }
    if !content.programme_identifiers.is_empty() {
        set("educationProgramIdentifier", json!(content.programme_identifiers));
    }
    if let Some(prerequisites) = &content.prerequisites {
        set("prerequisites", json!(prerequisites));
    }
    if let Some(stackability) = &content.stackability {
        set("stackability", json!(stackability));
    }
    if !content.further_information.is_empty() {
        set("furtherInformation", json!(content.further_information));
    }
    if let Some(grade) = &content.result {
        set("resultDescription", json!([result_description(grade, id)]));
    }
    map
}

/// A number of hours that a source wrote with a fraction of zero is a whole number.
fn whole(value: &serde_json::Number) -> Value {
    let number = value.as_f64().filter(|number| number.fract() == 0.0 && (0.0..=1e9).contains(number));
    match (value.as_i64(), number) {
        (None, Some(number)) => json!(number as i64),
        _ => json!(value),
    }
}

/// Level, quality assurance, learning outcomes, and items of other frameworks.
fn alignments(content: &Achievement, id: &str) -> Vec<Value> {
    let (level, assurance) = (&content.level, &content.quality_assurance);
    let framework = level.framework.as_str();
    let address = match framework {
        "EQF" => format!("http://data.europa.eu/snb/eqf/{}", level.value),
        _ => format!("{}/vocab#nlqf-{}", vc::bundled::NAMES, level.value.replace('+', "plus")),
    };
    let mut all = vec![
        json!({
            "type": ["Alignment"], "targetType": format!("ext:{framework}"), "targetFramework": framework,
            "targetName": format!("{framework} level {}", level.value), "targetCode": level.value, "targetUrl": address,
        }),
        json!({
            "type": ["Alignment"], "targetType": "ext:QualityAssurance", "targetName": assurance.name, "targetUrl": assurance.url,
            "targetCode": assurance.code, "targetFramework": format!("{}@{}", assurance.framework, assurance.version),
        }),
    ];
    for (number, outcome) in (1..).zip(&content.learning_outcomes) {
        let address = outcome.uri.clone().unwrap_or_else(|| format!("{id}#outcome-{number}"));
        let mut alignment = json!({
            "type": ["Alignment", "LearningOutcome"], "targetType": "ext:LearningOutcome", "targetName": outcome.title, "targetUrl": address,
        });
        put(&mut alignment, "targetDescription", outcome.description.as_ref());
        all.push(alignment);
    }
    for item in &content.alignments {
        let mut alignment = json!({
            "type": ["Alignment", "FrameworkAlignment"], "targetType": format!("ext:{}", word(&item.framework)),
            "targetFramework": item.framework, "targetName": item.name, "targetUrl": item.url,
        });
        put(&mut alignment, "targetDescription", item.description.as_ref());
        put(&mut alignment, "targetCode", item.code.as_ref());
        put(&mut alignment, "frameworkUrl", item.framework_url.as_ref());
        all.push(alignment);
    }
    all
}

fn put(object: &mut Value, name: &str, value: Option<&String>) {
    if let (Value::Object(object), Some(value)) = (object, value) {
        object.insert(name.to_owned(), json!(value));
    }
}

/// A framework's name as one word, for `ext:…`.
fn word(name: &str) -> String {
    let kept: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(50).collect();
    if kept.is_empty() { "Framework".to_owned() } else { kept }
}

/// The address of an achievement's scale, which results name.
pub(super) fn result_id(achievement: &str) -> String {
    format!("{achievement}#result")
}

fn result_description(grade: &Grade, achievement: &str) -> Value {
    let mut map = Map::new();
    let mut set = |name: &str, value: Value| map.insert(name.to_owned(), value);
    set("id", json!(result_id(achievement)));
    set("type", json!(["ResultDescription"]));
    set("name", json!("Eindresultaat"));
    set("resultType", json!(result_type(&grade.scale)));
    for (name, value) in [("valueMin", &grade.min), ("valueMax", &grade.max), ("requiredValue", &grade.required)] {
        if let Some(value) = value {
            set(name, json!(value));
        }
    }
    if !grade.allowed.is_empty() {
        set("allowedValue", json!(grade.allowed));
    }
    map.into()
}

/// The word of Open Badges for a scale of OOAPI (`domain.md` 6.3).
fn result_type(scale: &str) -> &'static str {
    match scale {
        "1-10" | "1.0-10.0" => "RawScore",
        "0-100" => "Percent",
        "pass-or-fail" => "Status",
        "US letter" | "UK letter" | "insufficient_satisfactory_good" => "LetterGrade",
        "reference_level_europass" => "PerformanceLevel",
        _ => "Result",
    }
}

/// The picture that the template has, or a drawing of ours. Both travel in the badge where they are small enough: a picture that
/// is fetched tells its server who looks.
fn image(content: &Achievement, institution: &Institution) -> String {
    let template = content.template.as_deref().and_then(|name| institution.template(name));
    let given = content.image.clone().or_else(|| template.and_then(|template| template.image.clone()));
    given.unwrap_or_else(|| {
        let unit = if content.workload.unit == WorkloadUnit::Ects { "EC" } else { "SBU" };
        let figure = content.workload.value.to_string().trim_end_matches(".0").replace('.', ",");
        let level = content.level.value.get(..1).and_then(|digit| digit.parse().ok());
        let pattern = content.template.as_deref().unwrap_or(&content.title);
        let spec = BadgeSpec::new(Shape::Microcredential, Colour::of(institution.slug()), pattern, level, (&figure, unit));
        format!("data:image/svg+xml;base64,{}", vc::encoding::b64(web::badge::svg(&spec)))
    })
}
