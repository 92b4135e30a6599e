//! Asking: the verifier's start page, one question to one candidate, the page of a request, and what the asker sees of it.

use crate::view::{template, words};
use crate::{Lang, Moment, PageView, Text};

/// A use case to choose from.
#[derive(Clone, Debug)]
pub struct UseCase {
    /// Its name in the API: `proof-of-enrolment`, `microcredential`.
    pub id: String,
    /// Its name for people.
    pub name: Text,
    /// One sentence about it.
    pub about: Text,
    /// The claims that it asks, in words.
    pub claims: Vec<Text>,
}

/// The verifier's first page.
#[derive(Clone, Debug)]
pub struct StartPage {
    /// What can be asked.
    pub use_cases: Vec<UseCase>,
    /// A typed short code led nowhere.
    pub code_unknown: bool,
}

/// What is wrong with a field of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskProblem {
    /// No use case chosen.
    UseCase,
    /// The asker's name is missing or too long.
    Name,
    /// No contact address.
    Contact,
    /// The purpose is missing or too long.
    Purpose,
    /// No ground chosen.
    Ground,
    /// Not a number of days from 1 to 30.
    Days,
    /// The access key is not of any organisation.
    Key,
    /// The register does not allow this organisation to ask this.
    NotAllowed,
}

/// The fields as they were filled in.
#[derive(Clone, Debug, Default)]
pub struct AskValues {
    /// `use_case`.
    pub use_case: String,
    /// `name`: who asks.
    pub name: String,
    /// `contact`: where the candidate can ask about it.
    pub contact: String,
    /// `purpose`.
    pub purpose: String,
    /// `ground`: `contract`, `legal_obligation`, `legitimate_interest`, `public_task`, `consent`.
    pub ground: String,
    /// `days`: how long the answer is kept here.
    pub days: String,
}

/// One question to one candidate, by somebody without an account; posts to `/ask`.
#[derive(Clone, Debug)]
pub struct AskPage {
    /// What can be asked.
    pub use_cases: Vec<UseCase>,
    /// The fields as filled in.
    pub values: AskValues,
    /// What is wrong with them.
    pub problem: Option<AskProblem>,
}

/// The states of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestState {
    /// Made; nobody opened it.
    Waiting,
    /// A wallet fetched it.
    Opened,
    /// Answered.
    Received,
    /// The holder refused, or holds nothing that fits.
    Refused,
    /// The wallet reported an error.
    Failed,
    /// Its time is over.
    Expired,
    /// The asker withdrew it.
    Withdrawn,
    /// The answer was erased at its time.
    Purged,
}

/// What a request is about, as both sides may see it.
#[derive(Clone, Debug)]
pub struct RequestSummary {
    /// Who asks.
    pub asker: Text,
    /// The register vouches for the asker, by the name of who keeps it; nothing means unproven.
    pub register_keeper: Option<Text>,
    /// The use case, in words.
    pub what: Text,
    /// The claims asked, in words.
    pub claims: Vec<Text>,
    /// The stated purpose.
    pub purpose: Text,
    /// Days that the answer is kept.
    pub retention_days: i64,
    /// Its state.
    pub state: RequestState,
    /// When it ends.
    pub expires_at: Moment,
}

/// The page of a request, `/r/{id}`: what the candidate opens or scans.
#[derive(Clone, Debug)]
pub struct RequestPage {
    /// What it is about.
    pub summary: RequestSummary,
    /// The wallet on this device: the primary button. Nothing when the request has ended.
    pub same_device: Option<String>,
    /// The address in the QR, for a wallet on another device. Nothing for same-device requests.
    pub cross_device: Option<String>,
    /// A link for another wallet app on this device (`openid4vp://`).
    pub other_wallet: Option<String>,
    /// The short code and the address where it is typed.
    pub short_code: Option<(String, String)>,
    /// Address of the events of this request, for pages with script.
    pub events: Option<String>,
}

/// What the asker sees of a question while no answer is there. With an answer this is a verdict page.
#[derive(Clone, Debug)]
pub struct AskedPage {
    /// What it is about.
    pub summary: RequestSummary,
    /// The link to send to the candidate: the request's page.
    pub link: String,
    /// The short code and the address where it is typed.
    pub short_code: Option<(String, String)>,
    /// This page's own address, to come back to.
    pub own: String,
    /// Where "withdraw" posts; nothing when it has ended.
    pub withdraw: Option<String>,
    /// Address of the events of this request, for pages with script.
    pub events: Option<String>,
}
