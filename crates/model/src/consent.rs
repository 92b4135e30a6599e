//! A verifier's request and the learner's answer: asked, then granted or refused; or its time passes.
//!
//! Both answers are final. What the learner saw is remembered as a digest, and an answer to anything else is refused.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{LocalText, Timestamp, id};

id! {
    /// A request in a wallet: 128 random bits in base62, as in `/wallet/requests/{id}`.
    ConsentId
}

/// How long a request without an end of its own can be answered, in seconds.
pub const ANSWER_SECONDS: i64 = 600;
/// For how long an answer is worth sending: the verifier accepts presentations that are at most five minutes old.
pub const DELIVERY_SECONDS: i64 = 290;

/// A request as it was received and authenticated; parsed again at each use. Sealed.
#[derive(Clone, Serialize, Deserialize)]
pub struct ReceivedRequest {
    /// The full client identifier.
    pub client_id: String,
    /// What was proven about the client, as the protocol crate writes it.
    pub authentication: Value,
    /// The request's parameters.
    pub parameters: Map<String, Value>,
}

/// Where a consent stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsentState {
    /// The learner has not answered.
    Asked,
    /// Presentations were made; delivery tells the rest.
    Granted,
    /// The learner did not share, or could not.
    Refused,
}

impl ConsentState {
    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Granted => "granted",
            Self::Refused => "refused",
        }
    }

    /// From the word in the table.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Asked, Self::Granted, Self::Refused].into_iter().find(|state| state.as_str() == text)
    }
}

/// How far an answer got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Not sent yet, or sent without an answer: not certain.
    Uncertain,
    /// The verifier took it.
    Delivered,
    /// The verifier did not accept it.
    Rejected,
}

impl Delivery {
    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uncertain => "uncertain",
            Self::Delivered => "delivered",
            Self::Rejected => "rejected",
        }
    }

    /// From the word in the table.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Uncertain, Self::Delivered, Self::Rejected].into_iter().find(|delivery| delivery.as_str() == text)
    }
}

/// A request that waits for the learner's answer.
#[derive(Clone)]
pub struct Asked {
    /// As in its page's address.
    pub id: ConsentId,
    /// What was received.
    pub request: ReceivedRequest,
    /// When it came.
    pub received_at: Timestamp,
    /// Until when it can be answered.
    pub expires_at: Timestamp,
}

/// Why a request cannot be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerRefused {
    /// Its time is over.
    #[error("the request has expired")]
    Expired,
    /// What the learner saw is not what is asked now.
    #[error("the request changed after it was shown")]
    Changed,
}

/// What the learner decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnsweredAbout {
    /// The other party's name, as it was shown.
    pub party: LocalText,
    /// Labels of the claims that went; empty when nothing did.
    pub labels: Vec<LocalText>,
    /// The entry in the activity list.
    pub activity: Option<String>,
}

/// An answered request.
#[derive(Clone)]
pub struct Answered {
    /// As in its page's address.
    pub id: ConsentId,
    /// Granted or refused.
    pub granted: bool,
    /// When.
    pub at: Timestamp,
    /// How far the answer got.
    pub delivery: Delivery,
    /// To whom and what.
    pub about: AnsweredAbout,
    /// Where the verifier wants the learner back.
    pub continue_to: Option<String>,
}

/// A consent in one of its states.
#[derive(Clone)]
pub enum Consent {
    /// Waits for the learner.
    Asked(Asked),
    /// Over.
    Answered(Answered),
}

impl Asked {
    /// Checks that the learner answers in time and answers what was shown: `shown` is the digest on the page, `present` that of
    /// the request and the register as they are now (row X7).
    ///
    /// # Errors
    /// [`AnswerRefused`].
    pub fn check(&self, shown: &str, present: &str, now: Timestamp) -> Result<(), AnswerRefused> {
        if now >= self.expires_at {
            return Err(AnswerRefused::Expired);
        }
        if shown != present {
            return Err(AnswerRefused::Changed);
        }
        Ok(())
    }

    /// Until when it can be answered when the learner asks for more time: as long again, once, and not beyond the request object's own
    /// end. None when there is no more.
    pub fn longer(&self) -> Option<Timestamp> {
        let once = self.received_at.plus_seconds(ANSWER_SECONDS);
        let exp = self.request.parameters.get("exp").and_then(Value::as_i64);
        let most = exp.map_or(once.plus_seconds(ANSWER_SECONDS), Timestamp::from_seconds).min(once.plus_seconds(ANSWER_SECONDS));
        (self.expires_at <= once && most > self.expires_at).then_some(most)
    }

    /// Until when a request received at `now` can be answered; `exp` is the request object's own end, in seconds.
    pub fn expires(now: Timestamp, exp: Option<i64>) -> Timestamp {
        let own = now.plus_seconds(ANSWER_SECONDS);
        exp.map_or(own, Timestamp::from_seconds).min(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Asked {
        let now = Timestamp::from_seconds(1000);
        Asked {
            id: ConsentId::new("c"),
            request: ReceivedRequest { client_id: "x509_hash:a".into(), authentication: Value::Null, parameters: Map::new() },
            received_at: now,
            expires_at: Asked::expires(now, Some(1100)),
        }
    }

    #[test]
    fn an_answer_is_to_what_was_shown_and_in_time() {
        assert_eq!(asked().check("a", "a", Timestamp::from_seconds(1099)), Ok(()));
        assert_eq!(asked().check("a", "a", Timestamp::from_seconds(1100)), Err(AnswerRefused::Expired));
        assert_eq!(asked().check("a", "b", Timestamp::from_seconds(1001)), Err(AnswerRefused::Changed));
    }

    #[test]
    fn a_request_ends_with_its_object_or_after_ten_minutes() {
        let now = Timestamp::from_seconds(1000);
        assert_eq!(Asked::expires(now, None), Timestamp::from_seconds(1600));
        assert_eq!(Asked::expires(now, Some(9000)), Timestamp::from_seconds(1600));
    }

    #[test]
    fn more_time_is_given_once_and_not_beyond_the_object() {
        let mut asked = Asked { expires_at: Timestamp::from_seconds(1600), ..asked() };
        assert_eq!(asked.longer(), Some(Timestamp::from_seconds(2200)));
        asked.expires_at = Timestamp::from_seconds(2200);
        assert_eq!(asked.longer(), None);
        asked.expires_at = Timestamp::from_seconds(1600);
        asked.request.parameters.insert("exp".to_owned(), 1900.into());
        assert_eq!(asked.longer(), Some(Timestamp::from_seconds(1900)));
        asked.request.parameters.insert("exp".to_owned(), 1600.into());
        assert_eq!(asked.longer(), None);
    }

    #[test]
    fn words_are_kept() {
        for state in [ConsentState::Asked, ConsentState::Granted, ConsentState::Refused] {
            assert_eq!(ConsentState::parse(state.as_str()), Some(state));
        }
        for delivery in [Delivery::Uncertain, Delivery::Delivered, Delivery::Rejected] {
            assert_eq!(Delivery::parse(delivery.as_str()), Some(delivery));
        }
    }
}
