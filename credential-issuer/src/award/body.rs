//! Award bodies of the machine API (`interfaces.md` section 4), checked and turned into facts and content.

use http::{Failed, Kind as FailureKind, Wrong};
use model::achievement::{Content, Enrolment, Evidence, PersonName, Sketch};
use model::award::{AssociationState, Facts, Kind, Missing, Pass, ResultFacts, ResultState};
use model::{LocalText, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::content::{Draft, grade, scale_word};
use crate::institution::Institution;

/// Longest text of a name or a reference, in bytes.
const LONGEST: usize = 200;
/// How far an institution's calendar may be ahead of ours, in seconds: in summer its day begins two hours before the day in UTC.
const AHEAD_SECONDS: i64 = 2 * 3_600;
/// Phases of a programme, as credentials write them (`domain.md` 4.2).
const PHASES: [&str; 4] = ["associate_degree", "propedeuse", "bachelor", "master"];
/// Modes of study, as credentials write them.
const MODES: [&str; 4] = ["full-time", "part-time", "dual training", "self-paced"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MicrocredentialBody {
    #[serde(rename = "kind")]
    _kind: String,
    reference: String,
    template: String,
    learner: Learner,
    awarded_date: String,
    result: ResultBody,
    #[serde(default)]
    evidence: Vec<Evidence>,
    #[serde(default, rename = "final")]
    made_final: Option<MadeFinal>,
    #[serde(default = "yes")]
    deliver: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EnrolmentBody {
    #[serde(rename = "kind")]
    _kind: String,
    reference: String,
    learner: Learner,
    programme: Programme,
    #[serde(default)]
    phase: Option<String>,
    #[serde(default, rename = "modeOfStudy")]
    mode_of_study: Option<String>,
    #[serde(rename = "startDate")]
    start_date: String,
    #[serde(default, rename = "endDate")]
    end_date: Option<String>,
    state: AssociationState,
    #[serde(default, rename = "final")]
    made_final: Option<MadeFinal>,
    #[serde(default = "yes")]
    deliver: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Learner {
    #[serde(default)]
    eduid: Option<String>,
    #[serde(default)]
    given_name: Option<String>,
    #[serde(default)]
    family_name_prefix: Option<String>,
    #[serde(default)]
    family_name: Option<String>,
    #[serde(default)]
    birthdate: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResultBody {
    #[serde(rename = "type")]
    scale: String,
    #[serde(default)]
    value: Option<String>,
    passed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Programme {
    #[serde(rename = "crohoCreboCode")]
    code: String,
    name: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct MadeFinal {
    by: String,
    on: String,
}

const fn yes() -> bool {
    true
}

/// An award body that was understood.
pub(crate) struct AwardBody {
    pub(crate) kind: Kind,
    pub(crate) reference: String,
    pub(crate) eduid: Option<String>,
    pub(crate) facts: Facts,
    pub(crate) content: Content,
    pub(crate) deliver: bool,
    pub(crate) result_at: Option<Timestamp>,
    /// Of the body with its members sorted: equal bodies have equal digests.
    pub(crate) digest: [u8; 32],
}

impl AwardBody {
    /// Reads and checks a body at a moment.
    pub(crate) fn read(value: Value, institution: &Institution, now: Timestamp) -> Result<Self, Failed> {
        let digest = ooapi::canonical::digest_of(&value);
        let today = now.plus_seconds(AHEAD_SECONDS).date();
        let body = match value.get("kind").map(|kind| kind.as_str().map(Kind::parse)) {
            Some(Some(Some(Kind::Microcredential))) => microcredential(http::json::read(value)?, institution, (digest, &today))?,
            Some(Some(Some(Kind::Enrolment))) => enrolment(http::json::read(value)?, institution, (digest, &today))?,
            Some(Some(None)) => return Err(malformed("/kind", "value")),
            Some(None) => return Err(malformed("/kind", "type")),
            None => return Err(malformed("/kind", "missing")),
        };
        fits(&body.content, institution, now)?;
        Ok(body)
    }
}

/// What could never be signed is refused now, not when the learner comes for it.
fn fits(content: &Content, institution: &Institution, now: Timestamp) -> Result<(), Failed> {
    let pointer = |top: Option<&str>| match top {
        Some(name @ ("given_name" | "family_name_prefix" | "family_name" | "birthdate")) => format!("/learner/{name}"),
        Some(name @ ("phase" | "modeOfStudy" | "startDate" | "endDate" | "awarded_date")) => format!("/{name}"),
        Some("name" | "name_by_language") => "/programme/name".to_owned(),
        Some("crohoCreboCode") => "/programme/crohoCreboCode".to_owned(),
        Some(name @ ("result" | "evidence")) => format!("/{name}"),
        _ => String::new(),
    };
    let mut findings = crate::oid4vci::forms::unfit_content(content, institution, now);
    // One word for each place.
    findings.dedup_by(|later, first| later.path == first.path);
    for finding in &findings {
        tracing::info!(%finding, "an award body could never be signed");
    }
    let mut wrong: Vec<Wrong> =
        findings.iter().map(|finding| Wrong::at(pointer(finding.path.as_ref().and_then(|path| path.top())), finding.code)).collect();
    wrong.dedup();
    if wrong.is_empty() { Ok(()) } else { Err(Failed::new(FailureKind::Unprocessable, "not_for_a_credential").with_errors(wrong)) }
}

fn microcredential(body: MicrocredentialBody, institution: &Institution, (digest, today): ([u8; 32], &str)) -> Result<AwardBody, Failed> {
    let Some(made_final) = &body.made_final else { return Err(unacceptable("final_required", "/final", "missing")) };
    let scale = ooapi::ValueType::from(body.result.scale.clone());
    check(&[
        ("/reference", is_text(&body.reference)),
        ("/learner/given_name", body.learner.given_name.as_deref().is_none_or(is_text)),
        ("/learner/family_name_prefix", body.learner.has_prefix_of_its_name()),
        ("/learner/family_name", body.learner.family_name.as_deref().is_none_or(is_text) && !body.learner.name().is_empty()),
        ("/learner/birthdate", body.learner.birthdate.as_deref().is_none_or(is_date)),
        ("/learner/eduid", body.learner.eduid.as_deref().is_none_or(is_text)),
        ("/awarded_date", is_date(&body.awarded_date)),
        ("/result/type", !matches!(scale, ooapi::ValueType::Other(_))),
        ("/result/value", body.result.value.as_deref().is_none_or(|value| is_text(value) && is_on(&scale, value))),
        ("/final/by", is_text(&made_final.by)),
        ("/final/on", is_date(&made_final.on)),
    ])?;
    is_past(
        &[
            ("/awarded_date", Some(&body.awarded_date)),
            ("/final/on", Some(&made_final.on)),
            ("/learner/birthdate", body.learner.birthdate.as_ref()),
        ],
        today,
    )?;
    let Some(template) = institution.template(&body.template) else { return Err(unacceptable("unknown_template", "/template", "value")) };
    let person = body.learner.name();
    let grade = grade(scale_word(&scale), body.result.value.clone(), body.result.passed);
    let mut missing = body.learner.missing();
    let title = template.title.clone();
    let draft = Draft {
        template,
        institution,
        course: None,
        title: title.clone(),
        person: person.clone(),
        grade: Some(grade.clone()),
        date: Some(body.awarded_date.clone()),
        evidence: body.evidence,
    };
    let content = draft.finish(&mut missing).filter(|_| missing.is_empty()).unwrap_or_else(|| {
        let on = Some(body.awarded_date.clone());
        Content::Sketch(Box::new(Sketch { kind: Kind::Microcredential, title, person, grade: Some(grade), on }))
    });
    let pass = if body.result.passed { Pass::Passed } else { Pass::Failed };
    let result_at = Timestamp::parse(&body.awarded_date);
    let facts = Facts {
        kind: Kind::Microcredential,
        student: true,
        association: AssociationState::Associated,
        result: Some(ResultFacts { state: ResultState::Completed, pass, is_final: Some(true), at: result_at }),
        result_expected: true,
        content: digest_of(&content),
        missing,
    };
    let (reference, eduid) = (body.reference, body.learner.eduid);
    // A correction may carry an earlier date than what it corrects, so no award of the machine API is ever stale.
    Ok(AwardBody { kind: Kind::Microcredential, reference, eduid, facts, content, deliver: body.deliver, result_at: None, digest })
}

fn enrolment(body: EnrolmentBody, institution: &Institution, (digest, today): ([u8; 32], &str)) -> Result<AwardBody, Failed> {
    let Some(made_final) = &body.made_final else { return Err(unacceptable("final_required", "/final", "missing")) };
    let phase = body.phase.as_deref().map(|phase| word(&PHASES, phase));
    let mode = body.mode_of_study.as_deref().map(|mode| word(&MODES, mode));
    check(&[
        ("/reference", is_text(&body.reference)),
        ("/learner/given_name", body.learner.given_name.as_deref().is_none_or(is_text)),
        ("/learner/family_name_prefix", body.learner.has_prefix_of_its_name()),
        ("/learner/family_name", body.learner.family_name.as_deref().is_none_or(is_text) && !body.learner.name().is_empty()),
        ("/learner/birthdate", body.learner.birthdate.as_deref().is_none_or(is_date)),
        ("/learner/eduid", body.learner.eduid.as_deref().is_none_or(is_text)),
        ("/programme/crohoCreboCode", body.programme.code.len() == 5 && body.programme.code.bytes().all(|b| b.is_ascii_alphanumeric())),
        ("/programme/name", is_text(&body.programme.name)),
        ("/phase", phase != Some(None)),
        ("/modeOfStudy", mode != Some(None)),
        ("/startDate", is_date(&body.start_date)),
        ("/endDate", body.end_date.as_deref().is_none_or(|end| is_date(end) && end >= body.start_date.as_str())),
        ("/final/by", is_text(&made_final.by)),
        ("/final/on", is_date(&made_final.on)),
    ])?;
    is_past(&[("/final/on", Some(&made_final.on)), ("/learner/birthdate", body.learner.birthdate.as_ref())], today)?;
    let (person, missing) = (body.learner.name(), body.learner.missing());
    let content = Content::Enrolment(Box::new(Enrolment {
        brin: institution.config.brin.clone(),
        schac_home_organization: institution.config.schac_home.clone(),
        institution_name: institution.config.name.nl.clone(),
        institution_name_by_language: institution.config.name.clone(),
        kind: "programme".to_owned(),
        programme_code: Some(body.programme.code),
        name: body.programme.name.clone(),
        name_by_language: LocalText::same(body.programme.name),
        education_type: Some(institution.config.sector.as_str().to_owned()),
        level: None,
        eqf_level: None,
        phase: phase.flatten().map(str::to_owned),
        mode_of_study: mode.flatten().map(str::to_owned),
        state: body.state.as_str().to_owned(),
        start_date: body.start_date,
        end_date: body.end_date,
        academic_year: None,
        person,
    }));
    let facts = Facts {
        kind: Kind::Enrolment,
        student: true,
        association: body.state,
        result: None,
        result_expected: true,
        content: digest_of(&content),
        missing,
    };
    let (reference, eduid) = (body.reference, body.learner.eduid);
    Ok(AwardBody { kind: Kind::Enrolment, reference, eduid, facts, content, deliver: body.deliver, result_at: None, digest })
}

impl Learner {
    fn name(&self) -> PersonName {
        let name = PersonName::of(self.given_name.as_deref(), self.family_name_prefix.as_deref(), self.family_name.as_deref());
        PersonName { birthdate: self.birthdate.clone(), ..name }
    }

    fn has_prefix_of_its_name(&self) -> bool {
        self.family_name_prefix
            .as_deref()
            .is_none_or(|prefix| is_text(prefix) && prefix.chars().count() <= 50 && self.family_name.is_some())
    }

    fn missing(&self) -> Vec<Missing> {
        if self.eduid.is_none() { vec![Missing::LearnerUnknown] } else { Vec::new() }
    }
}

/// The digest of complete content.
pub(crate) fn digest_of(content: &Content) -> Option<[u8; 32]> {
    content.is_complete().then(|| content.digest().ok()).flatten()
}

/// Not empty, not long, no control characters.
pub(crate) fn is_text(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= LONGEST && !text.chars().any(char::is_control)
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && Timestamp::parse(text).is_some()
}

/// The word of a list, whatever stands between its parts: v6 of OOAPI writes `full_time`.
fn word(words: &[&'static str], text: &str) -> Option<&'static str> {
    let plain = |text: &str| text.replace([' ', '_'], "-");
    words.iter().copied().find(|word| plain(word) == plain(text))
}

/// Whether a value is on its scale; scales without numbers take any text.
fn is_on(scale: &ooapi::ValueType, value: &str) -> bool {
    let bounds = match scale {
        ooapi::ValueType::Grade0To10 => 0.0..=10.0,
        ooapi::ValueType::Grade0To10OneDecimal => 1.0..=10.0,
        ooapi::ValueType::Grade0To100 => 0.0..=100.0,
        _ => return true,
    };
    value.replace(',', ".").parse::<f64>().is_ok_and(|number| bounds.contains(&number))
}

/// None of these days is still to come.
fn is_past(days: &[(&'static str, Option<&String>)], today: &str) -> Result<(), Failed> {
    let ahead = days.iter().filter(|(_, day)| day.is_some_and(|day| day.as_str() > today));
    let wrong: Vec<Wrong> = ahead.map(|(pointer, _)| Wrong::at(*pointer, "future")).collect();
    if wrong.is_empty() { Ok(()) } else { Err(Failed::new(FailureKind::Unprocessable, "date_in_future").with_errors(wrong)) }
}

fn check(members: &[(&'static str, bool)]) -> Result<(), Failed> {
    let wrong: Vec<Wrong> = members.iter().filter(|(_, fine)| !fine).map(|(pointer, _)| Wrong::at(*pointer, "value")).collect();
    if wrong.is_empty() { Ok(()) } else { Err(Failed::new(FailureKind::Invalid, "malformed").with_errors(wrong)) }
}

fn malformed(pointer: &'static str, code: &'static str) -> Failed {
    Failed::new(FailureKind::Invalid, "malformed").with_errors(vec![Wrong::at(pointer, code)])
}

fn unacceptable(code: &'static str, pointer: &'static str, what: &'static str) -> Failed {
    Failed::new(FailureKind::Unprocessable, code).with_errors(vec![Wrong::at(pointer, what)])
}
