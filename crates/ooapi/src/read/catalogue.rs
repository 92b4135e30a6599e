//! Offerings and what they offer, for whom: the catalogue side of an association.

use serde_json::{Map, Value};

use super::Quarantine;
use super::member::{At, code_list, date, first, flag, language, language_text, loose, mode_of_study, study_load};
use super::person::consumer;
use super::{OFFERING_IDS, is_expanded};
use crate::association::{AcademicSession, Course, Offering, Organisation, Programme, find_code};
use crate::text::LanguageText;
use crate::words::{ValueType, normal};

pub(super) fn offering(value: &Value, at: &At) -> Result<Offering, Quarantine> {
    let Value::Object(members) = value else { return Err(at.schema("")) };
    let expanded = |names: &[&str]| first(members, names).filter(|value| is_expanded(value)).and_then(Value::as_object);
    Ok(Offering {
        id: loose(members, &OFFERING_IDS).or_else(|| loose(members, &["id"])).ok_or_else(|| at.schema("offeringId"))?,
        codes: code_list(members),
        name: language_text(members, &["name"]),
        result_expected: flag(members, &["resultExpected", "isLineItem"]),
        value_type: loose(members, &["resultValueType"]).map(ValueType::from),
        start_date: date(members, &["startDate", "startDateTime"], at)?,
        end_date: date(members, &["endDate", "endDateTime"], at)?,
        language: language(members),
        academic_session: expanded(&["academicSession"]).map(|it| academic_session(it, &at.down("academicSession"))).transpose()?,
        course: expanded(&["course"]).map(|it| course(it, &at.down("course"))).transpose()?,
        programme: expanded(&["programme", "program"]).map(|it| programme(it, &at.down("program"))).transpose()?,
        organisation: expanded(&["organisation", "organization"]).map(|it| organisation(it, &at.down("organization"))).transpose()?,
    })
}

fn academic_session(members: &Map<String, Value>, at: &At) -> Result<AcademicSession, Quarantine> {
    Ok(AcademicSession {
        id: loose(members, &["academicSessionId", "id"]).ok_or_else(|| at.schema("academicSessionId"))?,
        session_type: loose(members, &["academicSessionType"]).as_deref().map(normal),
        name: language_text(members, &["name"]),
        start_date: date(members, &["startDate", "startDateTime"], at)?,
        end_date: date(members, &["endDate", "endDateTime"], at)?,
    })
}

fn course(members: &Map<String, Value>, at: &At) -> Result<Course, Quarantine> {
    let texts = |name: &str| language_text(members, &[name]);
    Ok(Course {
        id: loose(members, &["courseId", "id"]).ok_or_else(|| at.schema("courseId"))?,
        code: members.get("primaryCode").and_then(|code| code.get("code")).and_then(Value::as_str).map(str::to_owned),
        codes: code_list(members),
        abbreviation: loose(members, &["abbreviation"]),
        name: texts("name"),
        description: texts("description"),
        study_load: study_load(members, at)?,
        level: loose(members, &["level"]).as_deref().map(normal),
        learning_outcomes: learning_outcomes(members),
        assessment: texts("assessment"),
        admission_requirements: texts("admissionRequirements"),
        qualification_requirements: texts("qualificationRequirements"),
        modes_of_delivery: modes(members),
        language: language(members),
        fields_of_study: loose(members, &["fieldsOfStudy"]),
        link: loose(members, &["link"]),
        microcredential: microcredential(members),
    })
}

/// v5: an array of language arrays; v6: objects with `name` and `description`.
fn learning_outcomes(members: &Map<String, Value>) -> Vec<LanguageText> {
    let items = members.get("learningOutcomes").and_then(Value::as_array).into_iter().flatten();
    let read = |item: &Value| match item {
        Value::Object(outcome) if outcome.contains_key("learningOutcomeId") || outcome.contains_key("name") => {
            let description = language_text(outcome, &["description"]);
            if description.is_empty() { language_text(outcome, &["name"]) } else { description }
        }
        other => LanguageText::read(other),
    };
    items.map(read).filter(|text| !text.is_empty()).collect()
}

fn modes(members: &Map<String, Value>) -> Vec<String> {
    let items = first(members, &["modesOfDelivery", "modeOfDelivery"]).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(Value::as_str).map(normal).collect()
}

fn microcredential(members: &Map<String, Value>) -> Option<String> {
    let alliances = consumer(members, "eduxchange")?.get("alliances")?.as_array()?;
    alliances.iter().find_map(|alliance| alliance.get("microcredential")?.as_str()).map(str::to_owned)
}

fn programme(members: &Map<String, Value>, at: &At) -> Result<Programme, Quarantine> {
    let codes = code_list(members);
    let qualification = loose(members, &["levelOfQualification"]);
    let level = loose(members, &["level"]).as_deref().map(normal);
    let of_qualification = qualification.as_deref().and_then(|word| word.trim_start_matches("eqf_").parse().ok());
    let of_level = level.as_deref().and_then(crate::words::framework_level);
    Ok(Programme {
        id: loose(members, &["programmeId", "programId", "id"]).ok_or_else(|| at.schema("programId"))?,
        programme_code: find_code(&codes, "programme_code").map(str::to_owned),
        name: language_text(members, &["name"]),
        level,
        framework_level: of_qualification.or(if qualification.is_some() { None } else { of_level }),
        sector: loose(members, &["sector"]).as_deref().map(normal),
        mode_of_study: mode_of_study(members),
        study_load: study_load(members, at)?,
        codes,
    })
}

fn organisation(members: &Map<String, Value>, at: &At) -> Result<Organisation, Quarantine> {
    let codes = code_list(members);
    let addresses = members.get("addresses").and_then(Value::as_array);
    Ok(Organisation {
        id: loose(members, &["organisationId", "organizationId", "id"]).ok_or_else(|| at.schema("organizationId"))?,
        is_root: loose(members, &["organisationType", "organizationType"]).is_some_and(|word| word == "root"),
        name: language_text(members, &["name"]),
        institution_code: find_code(&codes, "institution_code").map(str::to_owned),
        schac_home: find_code(&codes, "schac_home").map(str::to_owned),
        country: addresses.into_iter().flatten().find_map(|address| address.get("countryCode")?.as_str()).map(str::to_owned),
        link: loose(members, &["link"]),
        codes,
    })
}
