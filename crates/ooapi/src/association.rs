//! The one internal shape of an association with everything that a credential needs, whatever version it came in.
//!
//! Field names and enumeration words are British and in snake_case, as in OOAPI v6. None of these types has `Debug`:
//! they hold personal data.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::canonical;
use crate::date::Date;
use crate::text::LanguageText;
use crate::words::{Kind, LoadUnit, PassState, RemoteState, ResultState, Role, State, ValueType};

/// What ties a person to an offering (OOAPI v5 `Association`, v6 `…OfferingAssociation`).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Association {
    /// `associationId`, unique within one endpoint only: key stored rows by (endpoint, id).
    pub id: String,
    /// By `associationType`, or by which of v6's offering members is there; never by trying one schema after another.
    pub kind: Kind,
    /// What the person is in the offering. Only a student's association leads to a credential.
    pub role: Role,
    /// As the serving institution sees it.
    pub state: State,
    /// As the host institution of a guest sees it.
    pub remote_state: Option<RemoteState>,
    /// v6 `startDateTime`.
    pub start_date: Option<Date>,
    /// v6 `expectedEndDateTime`.
    pub expected_end_date: Option<Date>,
    /// v6 `actualEndDateTime`.
    pub actual_end_date: Option<Date>,
    /// The person's id at this endpoint.
    pub person_id: String,
    /// The person, when it was expanded.
    pub person: Option<Person>,
    /// The offering's id at this endpoint.
    pub offering_id: String,
    /// The offering, when it was expanded.
    pub offering: Option<Offering>,
    /// The result so far, or none.
    pub result: Option<AssociationResult>,
    /// Free members of the source, without what [`crate::private`] drops.
    pub ext: Map<String, Value>,
}

/// A result (v5 `Result`, `CourseResult`, `ProgramResult`).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct AssociationResult {
    /// How far it is.
    pub state: ResultState,
    /// Passed or not; absent is not the same as passed.
    pub pass: Option<PassState>,
    /// Word for word as the source wrote it, such as `8`, `9,5` or `A+`.
    pub score: Option<String>,
    /// v5 `resultDate`; the day of v6 `resultDateTime` in its own offset.
    pub result_date: Option<Date>,
    /// v6 `resultDateTime` in Unix seconds, to tell older from newer.
    pub result_moment: Option<i64>,
    /// Scale of the score: the result's own, else the offering's.
    pub value_type: Option<ValueType>,
    /// Made final by the examination board: v6 `final`, or OKE's consumer `nl-test-admin` `final` in v5. Absent is not final.
    pub is_final: Option<bool>,
    /// Day on which it was made final, where the source says so.
    pub final_on: Option<Date>,
    /// Who made it final, where the source says so.
    pub final_by: Option<String>,
    /// Load that this result is worth; several units may stand side by side.
    pub study_load: Vec<StudyLoad>,
}

/// An amount of study (`StudyLoadDescriptor`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudyLoad {
    /// In what.
    pub unit: LoadUnit,
    /// Decimal number without exponent or trailing zeros, such as `5` or `2.5`.
    pub value: String,
}

impl StudyLoad {
    /// The value as a number, for comparing with the limits of a quality framework.
    pub fn amount(&self) -> f64 {
        self.value.parse().unwrap_or(0.0)
    }
}

/// A code with its type (`IdentifierEntry`); types in v6's spelling, such as `student_number` and `institution_code`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Type in v6's spelling; `x-…` types as they came.
    pub code_type: String,
    /// The code itself.
    pub code: String,
}

/// A person, without anything that [`crate::private`] drops.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// `personId`.
    pub id: String,
    /// The eduID value of **this institution's** services (`otherCodes` `x-eduid`).
    pub eduid: Option<String>,
    /// First names as the institution has them.
    pub given_name: Option<String>,
    /// Such as `de`.
    pub surname_prefix: Option<String>,
    /// Without prefix.
    pub surname: Option<String>,
    /// As the institution shows it.
    pub display_name: Option<String>,
    /// Date of birth, where the source gives it.
    pub date_of_birth: Option<Date>,
    /// Active enrolment at the institution.
    pub active_enrolment: Option<bool>,
    /// `student`, `employee`, `guest`.
    pub affiliations: Vec<String>,
    /// Student number, ESI, Studielink number and others.
    pub codes: Vec<Code>,
    /// Programme enrolments of the EDUXCHANGE consumer.
    pub enrolments: Vec<Enrolment>,
    /// `institutionBRINCode` of the EDUXCHANGE consumer.
    pub institution_code: Option<String>,
}

impl Person {
    /// Prefix and surname as one, such as `de Vries`.
    pub fn family_name(&self) -> Option<String> {
        let surname = self.surname.as_deref()?;
        match self.surname_prefix.as_deref() {
            Some(prefix) if !prefix.is_empty() => Some(format!("{prefix} {surname}")),
            _ => Some(surname.to_owned()),
        }
    }

    /// The code of a type, such as `student_number`.
    pub fn code(&self, code_type: &str) -> Option<&str> {
        find_code(&self.codes, code_type)
    }
}

/// A programme enrolment in the EDUXCHANGE person consumer (v5 `enrollments[]`, v6 `enrolments[]`).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Enrolment {
    /// CROHO or crebo code, five characters.
    pub programme_code: Option<String>,
    /// Name of the programme.
    pub name: Option<String>,
    /// `bachelor`, `master`.
    pub phase: Option<String>,
    /// `full-time`, `part-time`, `dual training`, `self-paced`.
    pub mode_of_study: Option<String>,
    /// First day.
    pub start_date: Option<Date>,
    /// Last day.
    pub end_date: Option<Date>,
}

/// An offering of a course, programme or component in time.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Offering {
    /// `offeringId`.
    pub id: String,
    /// `primaryCode` and `otherCodes`.
    pub codes: Vec<Code>,
    /// Name.
    pub name: LanguageText,
    /// Whether a result is expected; absent is not "no".
    pub result_expected: Option<bool>,
    /// Scale of the results.
    pub value_type: Option<ValueType>,
    /// First day.
    pub start_date: Option<Date>,
    /// Last day.
    pub end_date: Option<Date>,
    /// Language of instruction, BCP 47 (`nl`, `en`).
    pub language: Option<String>,
    /// When it runs, when expanded.
    pub academic_session: Option<AcademicSession>,
    /// The course, when this is a course offering and it was expanded.
    pub course: Option<Course>,
    /// The programme, when this is a programme offering and it was expanded.
    pub programme: Option<Programme>,
    /// Who offers it, when expanded.
    pub organisation: Option<Organisation>,
}

/// A period such as an academic year.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct AcademicSession {
    /// `academicSessionId`.
    pub id: String,
    /// `academic_year`, `semester` and so on.
    pub session_type: Option<String>,
    /// Name.
    pub name: LanguageText,
    /// First day.
    pub start_date: Option<Date>,
    /// Last day.
    pub end_date: Option<Date>,
}

/// A course as the catalogue describes it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Course {
    /// `courseId`.
    pub id: String,
    /// Code in `primaryCode`.
    pub code: Option<String>,
    /// `primaryCode` and `otherCodes`.
    pub codes: Vec<Code>,
    /// `abbreviation`.
    pub abbreviation: Option<String>,
    /// Name.
    pub name: LanguageText,
    /// Description.
    pub description: LanguageText,
    /// Load; several units may stand side by side.
    pub study_load: Vec<StudyLoad>,
    /// In v6's spelling, such as `bachelor`, `associate_degree`, `secondary_vocational_education_4`.
    pub level: Option<String>,
    /// What a participant can do afterwards.
    pub learning_outcomes: Vec<LanguageText>,
    /// How it is assessed, in words.
    pub assessment: LanguageText,
    /// Requirements to get in.
    pub admission_requirements: LanguageText,
    /// Requirements to pass.
    pub qualification_requirements: LanguageText,
    /// In v6's spelling, such as `online`, `on_campus`, `blended`.
    pub modes_of_delivery: Vec<String>,
    /// Language of instruction, BCP 47.
    pub language: Option<String>,
    /// ISCED-F code.
    pub fields_of_study: Option<String>,
    /// Page of the course.
    pub link: Option<String>,
    /// `standalone` or `stackable`, from the EDUXCHANGE consumer.
    pub microcredential: Option<String>,
}

impl Course {
    /// Level of the European and Dutch frameworks that follows from [`Course::level`] (domain words: mbo n, AD 5, bachelor 6, master 7).
    pub fn framework_level(&self) -> Option<u8> {
        self.level.as_deref().and_then(crate::words::framework_level)
    }
}

/// A programme as the catalogue describes it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Programme {
    /// `programId`, `programmeId`.
    pub id: String,
    /// CROHO or crebo code (`otherCodes` or `primaryCode` of type `programme_code`).
    pub programme_code: Option<String>,
    /// `primaryCode` and `otherCodes`.
    pub codes: Vec<Code>,
    /// Name.
    pub name: LanguageText,
    /// In v6's spelling.
    pub level: Option<String>,
    /// `levelOfQualification` as a number; absent for `4+`.
    pub framework_level: Option<u8>,
    /// `secondary_vocational_education`, `higher_professional_education`, `university_education`.
    pub sector: Option<String>,
    /// `full-time`, `part-time`, `dual training`, `self-paced`.
    pub mode_of_study: Option<String>,
    /// Load; several units may stand side by side.
    pub study_load: Vec<StudyLoad>,
}

/// An organisation.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Organisation {
    /// `organizationId`.
    pub id: String,
    /// Exactly one of an endpoint is `root`.
    pub is_root: bool,
    /// Name.
    pub name: LanguageText,
    /// `primaryCode` and `otherCodes`.
    pub codes: Vec<Code>,
    /// BRIN.
    pub institution_code: Option<String>,
    /// Home domain.
    pub schac_home: Option<String>,
    /// ISO 3166-1 alpha-2, from the first address that has one.
    pub country: Option<String>,
    /// Page.
    pub link: Option<String>,
}

impl Association {
    /// SHA-256 over the canonical JSON (RFC 8785) of the whole object: equal digest, nothing to do.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn digest(&self) -> Result<[u8; 32], serde_json::Error> {
        serde_json::to_value(self).map(|value| canonical::digest_of(&value))
    }

    /// The same over what a result's credential rests on (association's standing and result, not names and catalogue text): when it
    /// differs, a microcredential is issued anew.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn result_digest(&self) -> Result<[u8; 32], serde_json::Error> {
        serde_json::to_value((&self.id, self.state, self.result.as_ref())).map(|value| canonical::digest_of(&value))
    }
}

pub(crate) fn find_code<'a>(codes: &'a [Code], code_type: &str) -> Option<&'a str> {
    codes.iter().find(|code| code.code_type == code_type).map(|code| code.code.as_str())
}
