//! The form of the consent page: what was pressed, chosen, ticked and typed.

use std::collections::BTreeMap;

use super::consent::ConsentError;

/// What the learner pressed.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Choice {
    /// Share.
    Share,
    /// Do not share.
    #[default]
    Refuse,
    /// Be told when it is there; answers nothing.
    Tell,
    /// Not be told after all.
    Untell,
    /// More time to look; answers nothing.
    Extend,
}

/// The form, read by hand: the names of its fields depend on the request.
#[derive(Default)]
pub(super) struct Answer {
    /// What was pressed.
    pub(super) choice: Choice,
    /// What was typed to confirm.
    pub(super) confirm: String,
    /// Optional claims that were ticked.
    pub(super) optional: Vec<String>,
    /// Chosen credentials, by the name of their field.
    pub(super) credentials: BTreeMap<String, Vec<String>>,
}

impl Answer {
    /// Reads the fields: each once but for `optional` and those that name credentials, and no others.
    ///
    /// # Errors
    /// [`ConsentError::Form`].
    pub(super) fn read(pairs: Vec<(String, String)>) -> Result<Self, ConsentError> {
        let mut answer = Self::default();
        let mut choice = None;
        for (name, value) in pairs {
            let again = match name.as_str() {
                "choice" => choice.replace(value).is_some(),
                "confirm" => !std::mem::replace(&mut answer.confirm, value).is_empty(),
                "optional" => {
                    answer.optional.push(value);
                    false
                }
                _ if name.starts_with("credential-") => {
                    answer.credentials.entry(name).or_default().push(value);
                    false
                }
                _ => true,
            };
            if again {
                return Err(ConsentError::Form);
            }
        }
        answer.choice = match choice.as_deref() {
            Some("share") => Choice::Share,
            Some("refuse") => Choice::Refuse,
            Some("tell") => Choice::Tell,
            Some("untell") => Choice::Untell,
            Some("extend") => Choice::Extend,
            _ => return Err(ConsentError::Form),
        };
        Ok(answer)
    }
}
