//! The award: what an institution decided to attest about one person, and the rules that decide it (`domain.md` 6.2).
//!
//! The rules are one pure function, [`decide`]: facts from the source, what stands already, and the institution's
//! finality setting go in; one [`Decision`] comes out. Nothing here reads a clock, a row or a template.

use serde::{Deserialize, Serialize};
use vc::encoding::sha256;

use crate::Timestamp;

mod decide;

pub use decide::{Decision, decide};

crate::id! {
    /// An award: a public identifier, used at the machine API and the desk.
    AwardId
}

/// What an award attests. The words are the short names of the credential types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A result in a small, quality-assured unit of education.
    Microcredential,
    /// That a person is enrolled.
    Enrolment,
}

impl Kind {
    /// The short name, as in the register and the machine API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Microcredential => "microcredential",
            Self::Enrolment => "enrolment",
        }
    }

    /// From the short name.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "microcredential" => Some(Self::Microcredential),
            "enrolment" => Some(Self::Enrolment),
            _ => None,
        }
    }

    /// The Credential Configuration that is issued by default.
    pub const fn configuration(self) -> &'static str {
        match self {
            Self::Microcredential => "microcredential-sd-jwt",
            Self::Enrolment => "enrolment-sd-jwt",
        }
    }

    /// The type's name in the world (`vct`).
    pub const fn vct(self) -> &'static str {
        match self {
            Self::Microcredential => vc::bundled::MICROCREDENTIAL_VCT,
            Self::Enrolment => vc::bundled::ENROLMENT_VCT,
        }
    }
}

/// The state of an association at the source, after both versions' spellings were made one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssociationState {
    /// Asked for, not decided.
    Pending,
    /// Ended by the person or the institution.
    Cancelled,
    /// Refused.
    Denied,
    /// Standing.
    Associated,
    /// On a waiting list.
    Queued,
    /// Over, in the normal way.
    Finished,
}

impl AssociationState {
    /// The word of OOAPI v6.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Cancelled => "cancelled",
            Self::Denied => "denied",
            Self::Associated => "associated",
            Self::Queued => "queued",
            Self::Finished => "finished",
        }
    }
}

/// The state of a result at the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultState {
    /// Being worked on.
    InProgress,
    /// Put off.
    Postponed,
    /// Waiting to be assessed.
    Queued,
    /// Assessed.
    Completed,
}

/// Whether a completed result is a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pass {
    /// The source does not say.
    Unknown,
    /// Passed.
    Passed,
    /// Failed.
    Failed,
}

/// What the rules look at in a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResultFacts {
    /// Its state.
    pub state: ResultState,
    /// Passed, failed or not said.
    pub pass: Pass,
    /// Whether the examination board made it final; `None` when the source says nothing.
    pub is_final: Option<bool>,
    /// The moment of the result, where the source tells one.
    pub at: Option<Timestamp>,
}

/// When this institution's results count as final.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Finality {
    /// Only when the source says so. The default, for every sector.
    SourceSays,
    /// A completed result is final, by a decision of the institution's examination board.
    CompletedIsFinal(BoardDecision),
}

impl Finality {
    fn holds(&self, said: Option<bool>) -> bool {
        match (self, said) {
            (_, Some(said)) => said,
            (Self::CompletedIsFinal(_), None) => true,
            (Self::SourceSays, None) => false,
        }
    }
}

/// The decision by which an examination board made completed results final; shown at the desk and in the audit trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoardDecision {
    /// The board's number for it.
    pub number: String,
    /// Its date, full-date.
    pub date: String,
}

/// What an examination board said at the desk about one result that its source does not call final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// It is final.
    Final,
    /// There will be no credential of it.
    Refused,
}

impl Ruling {
    /// The word in rows and forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Final => "final",
            Self::Refused => "refused",
        }
    }

    /// From that word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Final, Self::Refused].into_iter().find(|ruling| ruling.as_str() == text)
    }
}

/// Something without which nothing is issued. The words are codes: they go into rows, answers and pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// The result is not final yet.
    WaitingFinal,
    /// The source does not say whether the result is a pass.
    PassUnknown,
    /// Nobody knows which eduID belongs to this person.
    LearnerUnknown,
    /// The course has no issuing template.
    Template,
    /// No learning outcomes.
    LearningOutcomes,
    /// Neither ECTS nor SBU, or both.
    Workload,
    /// The workload is outside the limits of the quality framework.
    WorkloadLimits,
    /// No level.
    Level,
    /// The level is none of the quality framework's.
    LevelLimits,
    /// No criteria.
    Criteria,
    /// No grade, which the quality framework asks for.
    Result,
    /// Another element that the quality framework asks for; the desk tells which.
    Element,
    /// No type of assessment.
    AssessmentType,
    /// No form of participation.
    ParticipationType,
    /// No supervision type.
    SupervisionType,
    /// No quality assurance.
    QualityAssurance,
    /// No language of instruction.
    Language,
    /// No description.
    Description,
    /// No programme name or code.
    Programme,
    /// No start date.
    StartDate,
    /// No date of the result.
    AwardedDate,
    /// The person has no name at the source.
    Name,
    /// The institution is not admitted for this type in the register.
    Admission,
    /// Something is too long for a credential, or may never stand in one.
    Unfit,
    /// Somebody came for it with another eduID than the one that it is for.
    Unclaimed,
}

impl Missing {
    /// The code, as in rows and answers.
    pub const fn code(self) -> &'static str {
        match self {
            Self::WaitingFinal => "waiting_final",
            Self::PassUnknown => "pass_unknown",
            Self::LearnerUnknown => "learner_unknown",
            Self::Template => "template",
            Self::LearningOutcomes => "learning_outcomes",
            Self::Workload => "workload",
            Self::WorkloadLimits => "workload_limits",
            Self::Level => "level",
            Self::LevelLimits => "level_limits",
            Self::Criteria => "criteria",
            Self::Result => "result",
            Self::Element => "element",
            Self::AssessmentType => "assessment_type",
            Self::ParticipationType => "participation_type",
            Self::SupervisionType => "supervision_type",
            Self::QualityAssurance => "quality_assurance",
            Self::Language => "language",
            Self::Description => "description",
            Self::Programme => "programme",
            Self::StartDate => "start_date",
            Self::AwardedDate => "awarded_date",
            Self::Name => "name",
            Self::Admission => "admission",
            Self::Unfit => "unfit",
            Self::Unclaimed => "unclaimed",
        }
    }
}

/// SHA-256 over the facts that went into a credential, or that came from a source.
pub type Digest = [u8; 32];

/// The digest of anything that serialises the same way each time (structs and sorted maps).
pub fn digest_of<T: Serialize>(value: &T) -> Result<Digest, serde_json::Error> {
    serde_json::to_vec(value).map(|bytes| sha256(&bytes))
}

/// Everything the rules look at, read from one association or one award body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What it would attest.
    pub kind: Kind,
    /// Whether the person takes part as a student.
    pub student: bool,
    /// The association's state.
    pub association: AssociationState,
    /// The result, when there is one.
    pub result: Option<ResultFacts>,
    /// False when the offering says that no result is expected.
    pub result_expected: bool,
    /// What could not be resolved for the content, beyond finality and passing.
    pub missing: Vec<Missing>,
    /// Digest of the content that a credential would carry; `None` when it could not be made.
    pub content: Option<Digest>,
}

impl Facts {
    /// Whether they show that what was decided is so still: an enrolment that stands, with this very content.
    pub fn show(&self, decided: Option<Digest>) -> bool {
        let stands = self.kind == Kind::Enrolment && self.association == AssociationState::Associated;
        stands && self.missing.is_empty() && self.content.is_some() && self.content == decided
    }
}

/// Why a credential stopped being good. Codes for rows and the desk; a verifier sees status and date only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The result became a fail.
    ResultFailed,
    /// The result is gone.
    ResultWithdrawn,
    /// The result is open again.
    UnderReview,
    /// A newer revision took its place.
    Superseded,
    /// The enrolment was cancelled or denied.
    EnrolmentEnded,
    /// Staff or the machine API said so.
    ByInstitution,
    /// It was somebody else's: the source knows another person now.
    WrongSubject,
    /// It was prepared, and never handed over.
    NeverDelivered,
    /// The key that signed it was revoked.
    KeyRevoked,
    /// The examination board said no.
    BoardRefused,
}

impl Reason {
    /// The code, as in rows.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ResultFailed => "result_failed",
            Self::ResultWithdrawn => "result_withdrawn",
            Self::UnderReview => "under_review",
            Self::Superseded => "superseded",
            Self::EnrolmentEnded => "enrolment_ended",
            Self::ByInstitution => "by_institution",
            Self::WrongSubject => "wrong_subject",
            Self::NeverDelivered => "never_delivered",
            Self::KeyRevoked => "key_revoked",
            Self::BoardRefused => "board_refused",
        }
    }
}

/// What stands for this award before the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Never decided, or decided that nothing issues.
    Nothing,
    /// Parked with a list.
    Parked,
    /// Decided to issue; offered or waiting to be, and not collected.
    Open {
        /// Digest of the decided content.
        content: Digest,
    },
    /// A credential is out.
    Issued {
        /// Digest of its content.
        content: Digest,
        /// Suspended by these rules, because the result was open again.
        under_review: bool,
    },
    /// The credential that was out has been revoked.
    Ended {
        /// Digest of its content.
        content: Digest,
        /// Revoked by these rules; otherwise by staff, whose word stands until the facts change.
        by_rule: bool,
    },
}

impl Standing {
    /// The same when it stands for another person than the facts are about: no content of theirs is this one's.
    pub const fn of_another(self) -> Self {
        const NOBODYS: Digest = [0; 32];
        match self {
            Self::Open { .. } => Self::Open { content: NOBODYS },
            Self::Issued { under_review, .. } => Self::Issued { content: NOBODYS, under_review },
            Self::Ended { by_rule, .. } => Self::Ended { content: NOBODYS, by_rule },
            Self::Nothing | Self::Parked => self,
        }
    }
}

#[cfg(test)]
mod tests;
