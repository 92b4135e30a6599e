//! What a credential attests: the content of a microcredential and of a proof of enrolment, by claim name (`domain.md` 6.5, 4.2).
//!
//! The structs serialise to exactly the claims that go into the credential, but for those that only exist once it is
//! issued (`iss`, `iat`, `cnf`, `status`, `as_of`, …). They hold personal data, so they have no `Debug`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

use crate::LocalText;
use crate::award::{Digest, Kind, digest_of};

/// Who is named in a credential, as the institution's own administration has it. Somebody may have one name only: the other is
/// empty, and does not go into a credential.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonName {
    /// Given name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub given_name: String,
    /// The part of the family name that it is not sorted by, such as `de`. The family name begins with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name_prefix: Option<String>,
    /// Family name with its prefix.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub family_name: String,
    /// Full-date, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthdate: Option<String>,
}

impl PersonName {
    /// A name from its parts, as sources have them: the family name may stand with its prefix or without.
    pub fn of(given_name: Option<&str>, prefix: Option<&str>, family_name: Option<&str>) -> Self {
        let part = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let family = part(family_name);
        let prefix = part(prefix).filter(|_| family.is_some());
        let family_name = match (&prefix, family) {
            (Some(prefix), Some(family)) if !begins_with(&family, prefix) => {
                let space = if prefix.ends_with(['\'', '\u{2019}', '-']) { "" } else { " " };
                format!("{prefix}{space}{family}")
            }
            (_, family) => family.unwrap_or_default(),
        };
        Self { given_name: part(given_name).unwrap_or_default(), family_name_prefix: prefix, family_name, birthdate: None }
    }

    /// Whether there is any name.
    pub fn is_empty(&self) -> bool {
        self.given_name.is_empty() && self.family_name.is_empty()
    }

    /// The whole name, in the order of speaking.
    pub fn full(&self) -> String {
        [self.given_name.as_str(), self.family_name.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// Whether a family name has this prefix already: as a word of its own, or ending with an apostrophe or hyphen.
fn begins_with(family: &str, prefix: &str) -> bool {
    let joined = prefix.ends_with(['\'', '\u{2019}', '-']);
    family.strip_prefix(prefix).is_some_and(|rest| if joined { !rest.is_empty() } else { rest.trim_start().len() < rest.len() })
}

/// The institution that awards.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwardingBody {
    /// Its name, in Dutch.
    pub name: String,
    /// BRIN, `^\d{2}[A-Z]{2}$`.
    pub brin: String,
    /// Its home domain.
    pub schac_home: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// Something the holder can do.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LearningOutcome {
    /// In a few words.
    pub title: String,
    /// In more words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where a framework names it, such as ESCO.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
}

/// How much work it was.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workload {
    /// `ects` or `sbu`.
    pub unit: WorkloadUnit,
    /// How many.
    pub value: Number,
}

/// The unit of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WorkloadUnit {
    /// European credits: 28 hours each.
    Ects,
    /// Study hours (mbo).
    Sbu,
}

/// A level in a framework.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// `EQF` or `NLQF`.
    pub framework: String,
    /// `1` to `8`, and `4+` in NLQF.
    pub value: String,
    /// Whether somebody beside the institution verified it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<bool>,
}

/// On what quality framework the award rests.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QualityAssurance {
    /// The framework's name.
    pub name: String,
    /// Where it can be read.
    pub url: String,
    /// The code of a decision; without one, the framework's reference `id@version`.
    pub code: String,
    /// Identifier of the framework's file.
    pub framework: String,
    /// Version of that file.
    pub version: String,
}

/// An item of another framework that the achievement meets, such as a skill in ESCO.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alignment {
    /// The framework's name, such as `ESCO`.
    pub framework: String,
    /// Where the framework can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub framework_url: Option<String>,
    /// The item's name.
    pub name: String,
    /// In more words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its code in the framework.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Its address.
    pub url: String,
}

/// Something that shows what the learner did.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What it is.
    pub name: String,
    /// In more words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `digestMultibase` of what is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// The grade.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// The value itself, verbatim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The scale, in OOAPI's words.
    #[serde(rename = "type")]
    pub scale: String,
    /// The lowest value of the scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<String>,
    /// The highest value of the scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<String>,
    /// From which value it is a pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required: Option<String>,
    /// All values of the scale, lowest first, where it is not one of numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// Whether it is one.
    pub passed: bool,
}

/// The content of a microcredential.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Achievement {
    /// Its title, in Dutch.
    pub title: String,
    /// Its title in both languages.
    pub title_by_language: LocalText,
    /// What it is, in Dutch.
    pub description: String,
    /// What it is, in both languages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description_by_language: Option<LocalText>,
    /// Who awards it.
    pub awarding_body: AwardingBody,
    /// Date of the result, full-date.
    pub awarded_date: String,
    /// What the holder can do.
    pub learning_outcomes: Vec<LearningOutcome>,
    /// How much work it was.
    pub workload: Workload,
    /// At what level.
    pub level: Level,
    /// How it was assessed.
    pub assessment_type: String,
    /// How it was followed.
    pub participation_type: String,
    /// How the assessment was supervised.
    pub supervision_type: String,
    /// Whether the identity was checked at the assessment.
    pub identity_checked: bool,
    /// On what quality framework it rests.
    pub quality_assurance: QualityAssurance,
    /// Language of instruction, BCP 47.
    pub language: String,
    /// Programmes that it counts for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programme_identifiers: Vec<String>,
    /// `stand-alone` or `stackable`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stackability: Option<String>,
    /// What must be shown to get it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub criteria: Option<String>,
    /// What somebody must know or have to begin.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prerequisites: Option<String>,
    /// Items of other frameworks that it meets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alignments: Vec<Alignment>,
    /// Its picture: an address, or a `data:` URI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// What shows what the learner did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// Where more can be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further_information: Vec<String>,
    /// Always `micro_credential`.
    pub class: String,
    /// The issuing template that it follows. No claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The last day on which it holds, full-date; most do not end. No claim by itself: it becomes `exp` or `validUntil`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
    /// The grade, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Grade>,
    /// Who achieved it.
    #[serde(flatten)]
    pub person: PersonName,
}

/// The content of a proof of enrolment.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// BRIN of the institution.
    #[serde(rename = "institutionBRINCode")]
    pub brin: String,
    /// Its home domain.
    pub schac_home_organization: String,
    /// Its name, in Dutch.
    pub institution_name: String,
    /// Its name in both languages.
    pub institution_name_by_language: LocalText,
    /// `programme`, `course` or `component`.
    pub kind: String,
    /// CROHO or CREBO code.
    #[serde(rename = "crohoCreboCode", default, skip_serializing_if = "Option::is_none")]
    pub programme_code: Option<String>,
    /// Name of what the person is enrolled in, in Dutch.
    pub name: String,
    /// The same in both languages.
    pub name_by_language: LocalText,
    /// `mbo`, `hbo` or `wo`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub education_type: Option<String>,
    /// Level, in the source's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// EQF level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eqf_level: Option<String>,
    /// `associate_degree`, `propedeuse`, `bachelor`, `master`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
    /// `full-time`, `part-time`, `dual training`, `self-paced`.
    #[serde(rename = "modeOfStudy", default, skip_serializing_if = "Option::is_none")]
    pub mode_of_study: Option<String>,
    /// The association's state.
    pub state: String,
    /// First day, full-date.
    #[serde(rename = "startDate")]
    pub start_date: String,
    /// Last day, full-date.
    #[serde(rename = "endDate", default, skip_serializing_if = "Option::is_none")]
    pub end_date: Option<String>,
    /// Such as `2026-2027`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub academic_year: Option<String>,
    /// Who is enrolled.
    #[serde(flatten)]
    pub person: PersonName,
}

/// The content of an award of either kind, as it is sealed until it is issued.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", content = "content", rename_all = "snake_case")]
pub enum Content {
    /// A microcredential.
    Microcredential(Box<Achievement>),
    /// A proof of enrolment.
    Enrolment(Box<Enrolment>),
    /// Too little for a credential, enough for the desk.
    Sketch(Box<Sketch>),
}

/// What the desk shows of an award that lacks something.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch {
    /// What it would attest.
    pub kind: Kind,
    /// Course or programme.
    pub title: LocalText,
    /// Who it is about; parts that the source does not give are empty.
    pub person: PersonName,
    /// The grade, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// Date of the result or start of the enrolment, full-date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
}

/// The content could not be written as claims.
#[derive(Debug, thiserror::Error)]
#[error("the content of an award could not be written as claims")]
pub struct ContentError(#[from] serde_json::Error);

impl Content {
    /// What it attests.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Microcredential(_) => Kind::Microcredential,
            Self::Enrolment(_) => Kind::Enrolment,
            Self::Sketch(sketch) => sketch.kind,
        }
    }

    /// Whether a credential can be made of it.
    pub const fn is_complete(&self) -> bool {
        !matches!(self, Self::Sketch(_))
    }

    /// The grade, where there is one.
    pub fn grade(&self) -> Option<&Grade> {
        match self {
            Self::Microcredential(achievement) => achievement.result.as_ref(),
            Self::Enrolment(_) => None,
            Self::Sketch(sketch) => sketch.grade.as_ref(),
        }
    }

    /// Date of the result or start of the enrolment, full-date.
    pub fn on(&self) -> Option<&str> {
        match self {
            Self::Microcredential(achievement) => Some(&achievement.awarded_date),
            Self::Enrolment(enrolment) => Some(&enrolment.start_date),
            Self::Sketch(sketch) => sketch.on.as_deref(),
        }
    }

    /// What a page calls it, in both languages.
    pub fn title(&self) -> LocalText {
        match self {
            Self::Microcredential(achievement) => achievement.title_by_language.clone(),
            Self::Enrolment(enrolment) => enrolment.name_by_language.clone(),
            Self::Sketch(sketch) => sketch.title.clone(),
        }
    }

    /// Who it is about.
    pub fn person(&self) -> &PersonName {
        match self {
            Self::Microcredential(achievement) => &achievement.person,
            Self::Enrolment(enrolment) => &enrolment.person,
            Self::Sketch(sketch) => &sketch.person,
        }
    }

    /// The digest by which a change is seen.
    ///
    /// # Errors
    /// When it cannot be serialised, which no value of these types does.
    pub fn digest(&self) -> Result<Digest, ContentError> {
        Ok(digest_of(self)?)
    }

    /// The digest of what the person has of their own: name, result, enrolment, dates; not the words of a catalogue. When it
    /// differs, what is out is replaced; a course text that was edited replaces nothing (`domain.md` 6.2).
    ///
    /// # Errors
    /// When it cannot be serialised, which no value of these types does.
    pub fn ground(&self) -> Result<Digest, ContentError> {
        Ok(match self {
            Self::Microcredential(of) => digest_of(&(&of.person, &of.awarded_date, &of.result))?,
            Self::Enrolment(of) => {
                let study = (&of.kind, &of.programme_code, &of.phase, &of.mode_of_study);
                digest_of(&(&of.person, study, &of.state, &of.start_date, &of.end_date))?
            }
            Self::Sketch(_) => self.digest()?,
        })
    }

    /// The claims by name; none of a sketch.
    ///
    /// # Errors
    /// When it cannot be serialised, which no value of these types does.
    pub fn claims(&self) -> Result<Map<String, Value>, ContentError> {
        let value = match self {
            Self::Microcredential(achievement) => serde_json::to_value(achievement)?,
            Self::Enrolment(enrolment) => serde_json::to_value(enrolment)?,
            Self::Sketch(_) => Value::Null,
        };
        Ok(match value {
            Value::Object(mut claims) => {
                for no_claim in ["template", "valid_until"] {
                    claims.remove(no_claim);
                }
                claims
            }
            _ => Map::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::PersonName;

    #[test]
    fn names_come_whole_or_in_parts() {
        for (given, prefix, family, whole) in [
            (Some("Samira"), Some("de"), Some("Vries"), "Samira de Vries"),
            (Some("Samira"), Some("de"), Some("de Vries"), "Samira de Vries"),
            (Some("Dana"), Some("de"), Some("Decker"), "Dana de Decker"),
            (Some("Ana"), Some("d'"), Some("Ancona"), "Ana d'Ancona"),
            (Some("Ot"), Some("'t"), Some("Hart"), "Ot 't Hart"),
            (Some("Suharto"), None, None, "Suharto"),
            (None, None, Some("Sukarno"), "Sukarno"),
            (Some("سميرة"), Some(""), Some("الحسن"), "سميرة الحسن"),
            (Some("Jo"), Some("van"), None, "Jo"),
            (None, None, Some(" "), ""),
        ] {
            let name = PersonName::of(given, prefix, family);
            assert_eq!(name.full(), whole);
            assert_eq!(name.is_empty(), whole.is_empty());
            assert!(name.family_name_prefix.as_ref().is_none_or(|prefix| name.family_name.starts_with(prefix)));
        }
    }
}
