//! A share link: live until its end, or until the learner stops it, or until a PIN was guessed wrong five times.
//!
//! Its content never changes; what was seen stays what was seen. When it ends, what it showed is erased at once.

use serde::{Deserialize, Serialize};

use crate::held::{CredentialId, Summary};
use crate::{LocalText, Timestamp, id};

id! {
    /// A share's public id: 128 random bits in base62, as in `/wallet/shares/{id}`. It is the nonce of the shared presentation and
    /// says nothing about the link's token.
    ShareId
}

/// How many live links one learner may have.
pub const MOST_LIVE: i64 = 100;
/// The longest label, in characters.
pub const LONGEST_LABEL: usize = 80;
/// Wrong PINs after which a link closes.
pub const PIN_TRIES: i64 = 5;

/// Where a share stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareState {
    /// The link works.
    Live,
    /// Its end has passed.
    Ended,
    /// The learner stopped it, or deleted what it showed.
    Stopped,
    /// Its PIN was wrong too often.
    Locked,
}

impl ShareState {
    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Ended => "ended",
            Self::Stopped => "stopped",
            Self::Locked => "locked",
        }
    }

    /// From the word in the table.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Live, Self::Ended, Self::Stopped, Self::Locked].into_iter().find(|state| state.as_str() == text)
    }
}

/// How long a link is to work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Until {
    /// Seven days.
    Week,
    /// Thirty days.
    #[default]
    Month,
    /// A year.
    Year,
    /// Until the learner stops it.
    Stop,
}

impl Until {
    /// Days from now, when it has an end.
    pub const fn days(self) -> Option<i64> {
        match self {
            Self::Week => Some(7),
            Self::Month => Some(30),
            Self::Year => Some(365),
            Self::Stop => None,
        }
    }

    /// The end of a link made at `now`: the last moment of that UTC day.
    pub fn end(self, now: Timestamp) -> Option<Timestamp> {
        self.days().map(|days| now.plus_days(days).day_start().plus_days(1).plus_seconds(-1))
    }
}

/// What the learner sees of a share. Sealed under the learner's key; holds labels, never values.
#[derive(Clone, Serialize, Deserialize)]
pub struct ShareAbout {
    /// The learner's own name for it; may be empty.
    pub label: String,
    /// The credential that it shows.
    pub credential: CredentialId,
    /// Who issued it: Credential Issuer Identifier.
    pub issuer: String,
    /// What that credential's card shows.
    pub summary: Summary,
    /// Labels of the claims in it.
    pub labels: Vec<LocalText>,
}

/// A share, for its learner. The token is there as long as the link works.
#[derive(Clone)]
pub struct Share {
    /// As in its page's address.
    pub id: ShareId,
    /// Where it stands.
    pub state: ShareState,
    /// What it is.
    pub about: ShareAbout,
    /// The link's secret.
    pub token: Option<String>,
    /// Whether a PIN is asked.
    pub has_pin: bool,
    /// When it was made.
    pub made_at: Timestamp,
    /// Its end, if it has one.
    pub ends_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How often it was opened.
    pub opened: i64,
    /// When it was last opened.
    pub opened_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_whole_days() {
        let now = Timestamp::parse("2026-11-22T14:03:00Z").unwrap();
        assert_eq!(Until::Week.end(now).unwrap().rfc3339(), "2026-11-29T23:59:59Z");
        assert_eq!(Until::Stop.end(now), None);
    }

    #[test]
    fn words_are_kept() {
        for state in [ShareState::Live, ShareState::Ended, ShareState::Stopped, ShareState::Locked] {
            assert_eq!(ShareState::parse(state.as_str()), Some(state));
        }
    }
}
