//! OOAPI's enumerations: one word each for what v5, v6 and older payloads spell in several ways.

use serde::{Deserialize, Serialize};

/// Lower case, British, snake_case: `in progress`, `inProgress` and `in_progress` become one.
pub(crate) fn normal(word: &str) -> String {
    let mut out = String::with_capacity(word.len().saturating_add(4));
    for c in word.trim().chars() {
        match c {
            ' ' | '-' | '_' => {
                if !out.ends_with('_') {
                    out.push('_');
                }
            }
            c if c.is_ascii_uppercase() => {
                if !out.is_empty() && !out.ends_with('_') {
                    out.push('_');
                }
                out.push(c.to_ascii_lowercase());
            }
            c => out.push(c),
        }
    }
    british(&out)
}

fn british(word: &str) -> String {
    let word = word.replace("organization", "organisation").replace("enrollment", "enrolment");
    let word = if word == "canceled" { "cancelled".to_owned() } else { word };
    if word.contains("program") && !word.contains("programme") { word.replace("program", "programme") } else { word }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal $(| $other:literal)*),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// The word in v6's spelling, as it is stored and compared.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// From any known spelling; an unknown word is `None`.
            pub fn from_word(word: &str) -> Option<Self> {
                match normal(word).as_str() {
                    $($word $(| $other)* => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

words! {
    /// What the association is about.
    Kind {
        /// A programme (v5 `programOfferingAssociation`).
        Programme = "programme" | "programme_offering" | "programme_offering_association",
        /// A course.
        Course = "course" | "course_offering" | "course_offering_association",
        /// A learning or test component.
        Component = "component" | "component_offering" | "component_offering_association"
            | "learning_component_offering_association" | "test_component_offering_association",
    }
}

words! {
    /// State of an association. An unknown word puts the row into quarantine.
    State {
        /// Asked for, not decided.
        Pending = "pending",
        /// Withdrawn (v5 `canceled`).
        Cancelled = "cancelled",
        /// Refused.
        Denied = "denied",
        /// In force.
        Associated = "associated",
        /// In a waiting line.
        Queued = "queued",
        /// Over (v6, and OKE's v5).
        Finished = "finished",
    }
}

words! {
    /// State of a result. An unknown word puts the row into quarantine.
    ResultState {
        /// Under way.
        InProgress = "in_progress",
        /// Put off.
        Postponed = "postponed",
        /// There is a result; that does not make it final.
        Completed = "completed",
        /// In a waiting line.
        Queued = "queued",
    }
}

words! {
    /// Whether a result is a pass. An unknown word puts the row into quarantine.
    PassState {
        /// The source does not say.
        Unknown = "unknown",
        /// Passed.
        Passed = "passed",
        /// Failed.
        Failed = "failed",
    }
}

words! {
    /// Unit of a study load.
    LoadUnit {
        /// Hours in class (v5 `contacttime`).
        ContactTime = "contact_time" | "contacttime",
        /// European credits.
        Ects = "ects" | "ec",
        /// Studiebelastingsuren, hours of study in mbo.
        Sbu = "sbu",
        /// Studiepunten.
        Sp = "sp",
        /// Hours.
        Hour = "hour",
    }
}

/// Words that OOAPI lets others extend: unknown ones are kept as they came, normalised.
macro_rules! open_words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal $(| $other:literal)*),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(from = "String", into = "String")]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
            /// A word that this version does not know.
            Other(String),
        }

        impl $name {
            /// The word in v6's spelling.
            pub fn word(&self) -> &str {
                match self { $(Self::$variant => $word,)+ Self::Other(word) => word }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                match normal(&word).as_str() {
                    $($word $(| $other)* => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.word().to_owned()
            }
        }
    };
}

open_words! {
    /// What the person is in the offering.
    Role {
        /// A learner.
        Student = "student",
        /// A teacher.
        Lecturer = "lecturer",
        /// Helps teaching.
        TeachingAssistant = "teaching_assistant",
        /// Runs it.
        Coordinator = "coordinator",
        /// A guest.
        Guest = "guest",
    }
}

open_words! {
    /// State at the host institution; deployed systems also send words that no document names, such as `completed`.
    RemoteState {
        /// Asked for, not decided.
        Pending = "pending",
        /// Withdrawn.
        Cancelled = "cancelled",
        /// Refused.
        Denied = "denied",
        /// In force.
        Associated = "associated",
        /// In a waiting line.
        Queued = "queued",
    }
}

open_words! {
    /// Scale of a score.
    ValueType {
        /// Passed or failed, no number.
        PassOrFail = "pass_or_fail",
        /// Onvoldoende, voldoende, goed.
        InsufficientSatisfactoryGood = "insufficient_satisfactory_good",
        /// A to F.
        UsLetter = "us_letter" | "u_s_letter",
        /// A to F, British.
        UkLetter = "uk_letter" | "u_k_letter",
        /// 1.0 to 5.0, German.
        DeGrade = "de_grade",
        /// 0 to 100.
        Grade0To100 = "grade_0_100" | "0_100",
        /// 1 to 10 (v5 `1-10`).
        Grade0To10 = "grade_0_10" | "1_10" | "0_10",
        /// 1.0 to 10.0 (OKE `1.0-10.0`).
        Grade0To10OneDecimal = "grade_0_10_one_decimal" | "1.0_10.0",
        /// A1 to C2.
        ReferenceLevelEuropass = "reference_level_europass",
    }
}

/// EQF and NLQF level of a `level` word (OOAPI v5 `enumerations/level.yaml`); none for what has no one level.
pub fn framework_level(level: &str) -> Option<u8> {
    match normal(level).as_str() {
        "secondary_vocational_education_1" => Some(1),
        "secondary_vocational_education_2" => Some(2),
        "secondary_vocational_education_3" => Some(3),
        "secondary_vocational_education_4" => Some(4),
        "associate_degree" => Some(5),
        "bachelor" => Some(6),
        "master" => Some(7),
        "doctoral" => Some(8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_both_versions_and_shores_are_one_word() {
        assert_eq!(Kind::from_word("programOfferingAssociation"), Some(Kind::Programme));
        assert_eq!(Kind::from_word("programme_offering_association"), Some(Kind::Programme));
        assert_eq!(Kind::from_word("courseOfferingAssociation"), Some(Kind::Course));
        assert_eq!(State::from_word("canceled"), Some(State::Cancelled));
        assert_eq!(State::from_word("cancelled"), Some(State::Cancelled));
        assert_eq!(ResultState::from_word("in progress"), Some(ResultState::InProgress));
        assert_eq!(LoadUnit::from_word("contacttime"), Some(LoadUnit::ContactTime));
        assert_eq!(ValueType::from("1-10".to_owned()), ValueType::Grade0To10);
        assert_eq!(ValueType::from("US letter".to_owned()), ValueType::UsLetter);
        assert_eq!(ValueType::from("1.0-10.0".to_owned()), ValueType::Grade0To10OneDecimal);
        assert_eq!(RemoteState::from("completed".to_owned()), RemoteState::Other("completed".to_owned()));
        assert_eq!(Role::from("teaching assistant".to_owned()), Role::TeachingAssistant);
    }

    #[test]
    fn an_unknown_state_is_no_state() {
        assert_eq!(State::from_word("afgerond"), None);
        assert_eq!(ResultState::from_word(""), None);
        assert_eq!(PassState::from_word("pass"), None);
    }

    #[test]
    fn levels_follow_from_the_published_table() {
        assert_eq!(framework_level("bachelor"), Some(6));
        assert_eq!(framework_level("secondary vocational education 4"), Some(4));
        assert_eq!(framework_level("undivided"), None);
    }
}
