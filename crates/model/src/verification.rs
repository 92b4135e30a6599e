//! A question to a holder and what became of it.
//!
//! A verification is open (waiting, then opened) until its first accepted answer, its end or its withdrawal; an answer is kept as
//! long as was promised, then only verdict and times stay.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use vc::report::Report;

use crate::{LocalText, Timestamp, id};

id! {
    /// A request: 128 random bits, public.
    VerificationId
}

/// How long a `response_code` counts, in seconds.
pub const RESPONSE_CODE_SECONDS: i64 = 300;
/// How long a request object counts at most, in seconds.
pub const OBJECT_SECONDS: i64 = 600;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asker {
    /// An organisation with an API key, by its slug.
    Organisation(String),
    /// Somebody without an account, in their own words.
    Anybody {
        /// How they call themselves.
        name: String,
        /// Their mail address.
        contact: String,
    },
}

/// Where state changes are told to.
#[derive(Clone, Serialize, Deserialize)]
pub struct Webhook {
    /// The address.
    pub url: String,
    /// The key of the signature, base64url.
    pub secret: String,
}

/// Everything that is asked, as it was stated.
#[derive(Clone, Serialize, Deserialize)]
pub struct Question {
    /// Who asks.
    pub asker: Asker,
    /// The full client identifier, prefix included.
    pub client_id: String,
    /// The use case, when it is a known one.
    pub use_case: Option<String>,
    /// The DCQL query.
    pub query: Value,
    /// What it is for.
    pub purpose: LocalText,
    /// How long the answer is kept, in days.
    pub retention_days: u32,
    /// On which ground.
    pub ground: String,
    /// The asker's privacy page.
    pub privacy_page: Option<String>,
    /// `direct_post` or `direct_post.jwt`.
    pub response_mode: String,
    /// Where the holder's browser returns to; with it the request is for the same device only.
    pub redirect_uri: Option<String>,
    /// The asker's own word for it.
    pub reference: Option<String>,
    /// Where state changes are told to.
    pub webhook: Option<Webhook>,
    /// Whether an expired credential is an answer.
    pub accept_expired: bool,
    /// The code that stands beside the QR.
    pub short_code: String,
}

/// What was accepted as an answer.
#[derive(Clone)]
pub struct Answer {
    /// The report, with claims.
    pub report: Report,
    /// The disclosed claims by query id.
    pub claims: Map<String, Value>,
}

/// What became of a question.
#[derive(Clone)]
pub enum Stage {
    /// Nobody fetched it yet.
    Waiting,
    /// A wallet fetched it.
    Opened,
    /// Answered.
    Received {
        /// The answer.
        answer: Box<Answer>,
        /// When it is erased.
        purge_at: Timestamp,
    },
    /// `access_denied`: the holder refused, or holds nothing that fits.
    Refused,
    /// The wallet told another error.
    Failed {
        /// The protocol's code.
        error: String,
    },
    /// Nobody answered in time.
    Expired,
    /// The asker withdrew it.
    Withdrawn,
    /// The answer was erased at its time.
    Purged {
        /// The report without claims, when there was an answer.
        report: Option<Box<Report>>,
    },
}

/// A question and what became of it.
#[derive(Clone)]
pub struct Verification {
    /// Its public id.
    pub id: VerificationId,
    /// What is asked.
    pub question: Question,
    /// What became of it.
    pub stage: Stage,
    /// When it was asked.
    pub created_at: Timestamp,
    /// Until when it can be answered.
    pub expires_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// The stages by name, as the API and the database have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody fetched it yet.
    Waiting,
    /// A wallet fetched it.
    Opened,
    /// Answered.
    Received,
    /// The holder refused, or holds nothing that fits.
    Refused,
    /// The wallet told another error.
    Failed,
    /// Nobody answered in time.
    Expired,
    /// The asker withdrew it.
    Withdrawn,
    /// The answer was erased at its time.
    Purged,
}

impl State {
    const ALL: [Self; 8] =
        [Self::Waiting, Self::Opened, Self::Received, Self::Refused, Self::Failed, Self::Expired, Self::Withdrawn, Self::Purged];

    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Opened => "opened",
            Self::Received => "received",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
            Self::Purged => "purged",
        }
    }

    /// The state with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether an answer may still come.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Opened)
    }
}

impl Verification {
    /// The state at `now`: a request whose time is over is expired, whether or not the worker saw it yet; a kept answer whose
    /// time is over counts as erased.
    pub fn state(&self, now: Timestamp) -> State {
        match &self.stage {
            Stage::Waiting | Stage::Opened if now >= self.expires_at => State::Expired,
            Stage::Waiting => State::Waiting,
            Stage::Opened => State::Opened,
            Stage::Received { purge_at, .. } if now >= *purge_at => State::Purged,
            Stage::Received { .. } => State::Received,
            Stage::Refused => State::Refused,
            Stage::Failed { .. } => State::Failed,
            Stage::Expired => State::Expired,
            Stage::Withdrawn => State::Withdrawn,
            Stage::Purged { .. } => State::Purged,
        }
    }

    /// The report at `now`: with claims while they are kept, without them afterwards.
    pub fn report(&self, now: Timestamp) -> Option<Report> {
        match (&self.stage, self.state(now)) {
            (Stage::Received { answer, .. }, State::Received) => Some(answer.report.clone()),
            (Stage::Received { answer, .. }, _) => Some(without_claims(&answer.report)),
            (Stage::Purged { report }, _) => report.as_deref().cloned(),
            _ => None,
        }
    }

    /// The disclosed claims by query id, while they are kept.
    pub fn claims(&self, now: Timestamp) -> Option<&Map<String, Value>> {
        match (&self.stage, self.state(now)) {
            (Stage::Received { answer, .. }, State::Received) => Some(&answer.claims),
            _ => None,
        }
    }

    /// The asker's slug, or a name for all who have none; what keys are bound to.
    pub fn organisation(&self) -> &str {
        self.question.asker.owner()
    }

    /// Until when a request object that is signed now counts.
    pub fn object_ends(&self, now: Timestamp) -> Timestamp {
        now.plus_seconds(OBJECT_SECONDS).min(self.expires_at)
    }
}

impl Asker {
    /// The slug; `_anybody` for those who have none, which is no slug.
    pub fn owner(&self) -> &str {
        match self {
            Self::Organisation(slug) => slug,
            Self::Anybody { .. } => "_anybody",
        }
    }
}

/// A report of which only verdict, checks and issuers stay.
pub fn without_claims(report: &Report) -> Report {
    let mut bare = report.clone();
    for credential in &mut bare.credentials {
        credential.claims = None;
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verification(stage: Stage) -> Verification {
        let question = Question {
            asker: Asker::Organisation("fii-portaal".into()),
            client_id: "x509_hash:a".into(),
            use_case: None,
            query: Value::Null,
            purpose: LocalText::same("x"),
            retention_days: 30,
            ground: "contract".into(),
            privacy_page: None,
            response_mode: "direct_post".into(),
            redirect_uri: None,
            reference: None,
            webhook: None,
            accept_expired: true,
            short_code: "AAAAAAAA".into(),
        };
        Verification {
            id: VerificationId::new("a"),
            question,
            stage,
            created_at: Timestamp::from_seconds(0),
            expires_at: Timestamp::from_seconds(1000),
            ended_at: None,
        }
    }

    #[test]
    fn time_ends_what_nobody_answered() {
        let open = verification(Stage::Opened);
        assert_eq!(open.state(Timestamp::from_seconds(999)), State::Opened);
        assert_eq!(open.state(Timestamp::from_seconds(1000)), State::Expired);
        assert_eq!(open.object_ends(Timestamp::from_seconds(900)), Timestamp::from_seconds(1000));
    }

    #[test]
    fn claims_end_with_the_promise() {
        let report = Report::of(Vec::new(), 0, "test");
        let answer = Box::new(Answer { report, claims: Map::new() });
        let received = verification(Stage::Received { answer, purge_at: Timestamp::from_seconds(2000) });
        assert!(received.claims(Timestamp::from_seconds(1999)).is_some());
        assert!(received.claims(Timestamp::from_seconds(2000)).is_none());
        assert_eq!(received.state(Timestamp::from_seconds(2000)), State::Purged);
        assert!(received.report(Timestamp::from_seconds(2000)).is_some());
    }

    #[test]
    fn names_are_read_back() {
        assert!(State::ALL.into_iter().all(|state| State::parse(state.as_str()) == Some(state)));
    }
}
