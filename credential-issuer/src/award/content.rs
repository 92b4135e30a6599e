//! What a credential will say, made of an association and the institution's template; and what is missing for it.

use model::LocalText;
use model::achievement::{
    Achievement, Content, Enrolment, Evidence, Grade, LearningOutcome, Level, PersonName, Sketch, Workload, WorkloadUnit,
};
use model::award::{AssociationState, Kind, Missing};
use ooapi::{Association, Course, LanguageText, LoadUnit, StudyLoad, ValueType};
use serde_json::Number;
use vc::bundled::{Element, Refused};

use super::template::{Outcome, Template};
use crate::institution::Institution;

/// Content, or a sketch of it with what is missing.
pub(crate) struct Made {
    pub(crate) content: Content,
    pub(crate) missing: Vec<Missing>,
}

/// The content of an association's microcredential.
pub(crate) fn microcredential(association: &Association, institution: &Institution) -> Made {
    let mut missing = Vec::new();
    let course = association.offering.as_ref().and_then(|offering| offering.course.as_ref());
    let codes = course.into_iter().flat_map(|course| course.code.iter().chain(&course.abbreviation)).map(String::as_str);
    let person = person(association, &mut missing);
    let grade = grade_of(association);
    let date = association.result.as_ref().and_then(|result| result.result_date.as_ref()).map(ToString::to_string);
    let Some(template) = institution.template_of_course(codes) else {
        missing.push(Missing::Template);
        let name = course.map(|course| &course.name).or(association.offering.as_ref().map(|offering| &offering.name));
        let title = name.and_then(both).unwrap_or_else(|| LocalText::same(""));
        return sketch(Kind::Microcredential, title, person, (grade, date), missing);
    };
    let title = course.and_then(|course| both(&course.name)).unwrap_or_else(|| template.title.clone());
    let draft = Draft {
        template,
        institution,
        course,
        title: title.clone(),
        person: person.clone(),
        grade: grade.clone(),
        date: date.clone(),
        evidence: Vec::new(),
    };
    match draft.finish(&mut missing) {
        Some(content) if missing.is_empty() => Made { content, missing },
        _ => sketch(Kind::Microcredential, title, person, (grade, date), missing),
    }
}

/// What goes into a microcredential, before it is known to be complete.
pub(crate) struct Draft<'a> {
    pub(crate) template: &'a Template,
    pub(crate) institution: &'a Institution,
    pub(crate) course: Option<&'a Course>,
    pub(crate) title: LocalText,
    pub(crate) person: PersonName,
    pub(crate) grade: Option<Grade>,
    pub(crate) date: Option<String>,
    pub(crate) evidence: Vec<Evidence>,
}

impl Draft<'_> {
    /// The content; what is missing is added to the list.
    pub(crate) fn finish(self, missing: &mut Vec<Missing>) -> Option<Content> {
        let (template, course) = (self.template, self.course);
        let workload = course.and_then(|course| workload(&course.study_load)).or_else(|| template.workload.clone());
        let level = course.and_then(Course::framework_level).map(eqf).or_else(|| template.level.clone());
        let description = course.and_then(|course| both(&course.description)).unwrap_or_else(|| template.description.clone());
        let language = course.and_then(|course| course.language.clone()).unwrap_or_else(|| template.language.clone());
        let said = |of: fn(&Course) -> &LanguageText, own: &Option<LocalText>| {
            let said = course.and_then(|course| both(of(course))).or_else(|| own.clone());
            said.map(|text| text.nl)
        };
        let outcomes = outcomes(course, template);
        for (absent, code) in [
            (workload.is_none(), Missing::Workload),
            (level.is_none(), Missing::Level),
            (outcomes.is_empty(), Missing::LearningOutcomes),
            (self.date.is_none(), Missing::AwardedDate),
        ] {
            if absent {
                missing.push(code);
            }
        }
        let complete = (workload, level, self.date.clone(), template.assurance());
        let (Some(workload), Some(level), Some(awarded_date), Some(quality_assurance)) = complete else {
            missing.sort_unstable();
            return None;
        };
        let achievement = Achievement {
            title: self.title.nl.clone(),
            title_by_language: self.title,
            description: description.nl.clone(),
            description_by_language: Some(description),
            awarding_body: self.institution.awarding_body(),
            valid_until: template.valid_years.and_then(|years| years_after(&awarded_date, years)),
            awarded_date,
            learning_outcomes: outcomes,
            workload,
            level,
            assessment_type: template.assessment_type.clone(),
            participation_type: template.participation_type.clone(),
            supervision_type: template.supervision_type.clone(),
            identity_checked: template.identity_checked,
            quality_assurance,
            language,
            criteria: said(|course| &course.qualification_requirements, &None)
                .or_else(|| said(|course| &course.assessment, &template.criteria)),
            prerequisites: said(|course| &course.admission_requirements, &template.prerequisites),
            programme_identifiers: template.programme_identifiers.clone(),
            stackability: course.and_then(stackability).or_else(|| template.stackability.clone()),
            alignments: template.alignments.clone(),
            image: template.image.clone().filter(|image| image.starts_with("https://")),
            evidence: self.evidence,
            further_information: template.further_information.clone(),
            class: "micro_credential".to_owned(),
            template: Some(template.name.clone()),
            result: self.grade,
            person: self.person,
        };
        missing.extend(against(template, &achievement));
        missing.sort_unstable();
        missing.dedup();
        Some(Content::Microcredential(Box::new(achievement)))
    }
}

/// What the template's quality framework has against an achievement: limits, and elements that are not there.
fn against(template: &Template, achievement: &Achievement) -> Vec<Missing> {
    let Some(quality) = template.quality() else { return vec![Missing::QualityAssurance] };
    let claims = Content::Microcredential(Box::new(achievement.clone())).claims().unwrap_or_default();
    let refused = quality.refuses(&claims).into_iter().map(|refused| match refused {
        Refused::Workload => Missing::WorkloadLimits,
        Refused::Level => Missing::LevelLimits,
    });
    let kind = vc::bundled::credential_type(vc::bundled::MICROCREDENTIAL_VCT);
    // The badge has a picture always; dates, key and place come with issuing.
    let comes_later = |key: &str| matches!(key, "image" | "issued_on" | "status" | "learner" | "valid_until");
    let absent = |element: &&Element| element.claims.iter().all(|path| path.select(&claims).is_empty());
    let required = kind.into_iter().flat_map(|kind| quality.required(&kind.mapping)).filter(|element| !comes_later(&element.key));
    let missing = required.filter(absent).map(|element| match element.key.as_str() {
        "criteria" => Missing::Criteria,
        "result" | "result_description" => Missing::Result,
        "learning_outcomes" => Missing::LearningOutcomes,
        _ => Missing::Element,
    });
    refused.chain(missing).collect()
}

/// What the EDUXCHANGE consumer says of stacking, in the words of credentials.
fn stackability(course: &Course) -> Option<String> {
    match course.microcredential.as_deref()? {
        "standalone" | "stand-alone" => Some("stand-alone".to_owned()),
        "stackable" => Some("stackable".to_owned()),
        _ => None,
    }
}

/// The same day so many years later; of 29 February the day before, where the year has none.
fn years_after(date: &str, years: u32) -> Option<String> {
    let year: u32 = date.get(..4)?.parse().ok()?;
    let later = format!("{:04}{}", year.checked_add(years)?, date.get(4..)?);
    Some(if vc::json_schema::is_date(&later) { later } else { later.replace("-02-29", "-02-28") })
}

/// The content of a programme association's proof of enrolment.
pub(crate) fn enrolment(association: &Association, institution: &Institution) -> Made {
    let mut missing = Vec::new();
    let person = person(association, &mut missing);
    let offering = association.offering.as_ref();
    let programme = offering.and_then(|offering| offering.programme.as_ref());
    let code = programme.and_then(|programme| programme.programme_code.clone());
    // The EDUXCHANGE consumer says more of the same enrolment: phase, mode, and its own dates.
    let told = association.person.as_ref().and_then(|person| {
        let same = |enrolment: &&ooapi::Enrolment| enrolment.programme_code.is_some() && enrolment.programme_code == code;
        person.enrolments.iter().find(same)
    });
    let title = programme.and_then(|programme| both(&programme.name)).or_else(|| offering.and_then(|offering| both(&offering.name)));
    let date = |date: Option<&ooapi::Date>| date.map(ToString::to_string);
    let starts = date(association.start_date.as_ref().or_else(|| offering.and_then(|offering| offering.start_date.as_ref())));
    let ends = date(association.expected_end_date.as_ref().or_else(|| offering.and_then(|offering| offering.end_date.as_ref())));
    if title.is_none() {
        missing.push(Missing::Programme);
    }
    if starts.is_none() {
        missing.push(Missing::StartDate);
    }
    missing.sort_unstable();
    let (Some(title), Some(start_date), true) = (title.clone(), starts.clone(), missing.is_empty()) else {
        return sketch(Kind::Enrolment, title.unwrap_or_else(|| LocalText::same("")), person, (None, starts), missing);
    };
    let mode = programme.and_then(|programme| programme.mode_of_study.clone());
    let content = Content::Enrolment(Box::new(Enrolment {
        brin: institution.config.brin.clone(),
        schac_home_organization: institution.config.schac_home.clone(),
        institution_name: institution.config.name.nl.clone(),
        institution_name_by_language: institution.config.name.clone(),
        kind: association.kind.word().to_owned(),
        programme_code: code,
        name: title.nl.clone(),
        name_by_language: title,
        education_type: Some(institution.config.sector.as_str().to_owned()),
        level: programme.and_then(|programme| programme.level.clone()),
        eqf_level: programme.and_then(|programme| programme.framework_level).map(|level| level.to_string()),
        phase: told.and_then(|enrolment| enrolment.phase.clone()),
        mode_of_study: told.and_then(|enrolment| enrolment.mode_of_study.clone()).or(mode),
        state: state(association.state).as_str().to_owned(),
        academic_year: ends.as_deref().and_then(|ends| academic_year(&start_date, ends)),
        start_date,
        end_date: ends,
        person,
    }));
    Made { content, missing }
}

fn sketch(kind: Kind, title: LocalText, person: PersonName, (grade, on): (Option<Grade>, Option<String>), missing: Vec<Missing>) -> Made {
    Made { content: Content::Sketch(Box::new(Sketch { kind, title, person, grade, on })), missing }
}

fn person(association: &Association, missing: &mut Vec<Missing>) -> PersonName {
    let person = association.person.as_ref();
    let part = |of: fn(&ooapi::Person) -> &Option<String>| person.and_then(|person| of(person).as_deref());
    let name = PersonName::of(part(|person| &person.given_name), part(|person| &person.surname_prefix), part(|person| &person.surname));
    if name.is_empty() {
        missing.push(Missing::Name);
    }
    PersonName { birthdate: person.and_then(|person| person.date_of_birth.as_ref()).map(ToString::to_string), ..name }
}

fn grade_of(association: &Association) -> Option<Grade> {
    let result = association.result.as_ref()?;
    let passed = result.pass == Some(ooapi::PassState::Passed);
    let scale = result.value_type.as_ref().map_or("other", scale_word);
    Some(grade(scale, result.score.clone(), passed))
}

/// A grade on a scale of OOAPI, in the words of v5.
pub(crate) fn grade(scale: &str, value: Option<String>, passed: bool) -> Grade {
    let (min, max, required) = match scale {
        "1-10" | "1.0-10.0" => (Some("1"), Some("10"), Some("5.5")),
        "0-100" => (Some("0"), Some("100"), None),
        _ => (None, None, None),
    };
    let allowed: &[&str] = match scale {
        "US letter" => &["F", "D-", "D", "D+", "C-", "C", "C+", "B-", "B", "B+", "A-", "A", "A+"],
        "UK letter" => &["U", "G", "F", "E", "D", "C", "B", "A", "A*"],
        "insufficient_satisfactory_good" => &["insufficient", "satisfactory", "good"],
        "reference_level_europass" => &["A1", "A2", "B1", "B2", "C1", "C2"],
        _ => &[],
    };
    let own = |text: Option<&str>| text.map(str::to_owned);
    let allowed = allowed.iter().map(|value| (*value).to_owned()).collect();
    Grade { value, scale: scale.to_owned(), min: own(min), max: own(max), required: own(required), allowed, passed }
}

/// The word of v5, which is also the machine API's.
pub(crate) fn scale_word(scale: &ValueType) -> &str {
    match scale {
        ValueType::PassOrFail => "pass-or-fail",
        ValueType::Grade0To10 => "1-10",
        ValueType::Grade0To10OneDecimal => "1.0-10.0",
        ValueType::Grade0To100 => "0-100",
        ValueType::UsLetter => "US letter",
        ValueType::UkLetter => "UK letter",
        other => other.word(),
    }
}

/// The workload, when the source gives exactly one of ECTS and SBU.
fn workload(loads: &[StudyLoad]) -> Option<Workload> {
    let of = |unit: LoadUnit| loads.iter().find(|load| load.unit == unit).map(|load| load.value.as_str());
    let (unit, value) = match (of(LoadUnit::Ects), of(LoadUnit::Sbu)) {
        (Some(value), None) => (WorkloadUnit::Ects, value),
        (None, Some(value)) => (WorkloadUnit::Sbu, value),
        _ => return None,
    };
    let value = value.parse::<u64>().map(Number::from).ok().or_else(|| value.parse::<f64>().ok().and_then(Number::from_f64))?;
    Some(Workload { unit, value })
}

fn eqf(level: u8) -> Level {
    Level { framework: "EQF".to_owned(), value: level.to_string(), verified: None }
}

fn outcomes(course: Option<&Course>, template: &Template) -> Vec<LearningOutcome> {
    let outcome = |title: String| LearningOutcome { title, description: None, uri: None };
    let said: Vec<_> =
        course.into_iter().flat_map(|course| &course.learning_outcomes).filter_map(both).map(|text| outcome(text.nl)).collect();
    if said.is_empty() { template.learning_outcomes.iter().map(Outcome::claim).collect() } else { said }
}

fn both(text: &LanguageText) -> Option<LocalText> {
    let nl = text.best("nl")?.to_owned();
    Some(LocalText { en: text.exactly("en").map(str::to_owned), nl })
}

fn academic_year(starts: &str, ends: &str) -> Option<String> {
    let (first, last) = (starts.get(..4)?, ends.get(..4)?);
    let (one, two): (i32, i32) = (first.parse().ok()?, last.parse().ok()?);
    (two == one.saturating_add(1)).then(|| format!("{first}-{last}"))
}

/// The state of an association in our words.
pub(crate) const fn state(state: ooapi::State) -> AssociationState {
    match state {
        ooapi::State::Pending => AssociationState::Pending,
        ooapi::State::Cancelled => AssociationState::Cancelled,
        ooapi::State::Denied => AssociationState::Denied,
        ooapi::State::Associated => AssociationState::Associated,
        ooapi::State::Queued => AssociationState::Queued,
        ooapi::State::Finished => AssociationState::Finished,
    }
}
