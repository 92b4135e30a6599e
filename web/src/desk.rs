//! The desk of an institution: results and what was decided about them, what was issued, and withdrawing it.

use crate::view::{template, words};
use crate::{Chrome, Day, Lang, Moment, NavItem, PageView, Text};

/// Where on the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeskTab {
    /// Results and decisions.
    Results,
    /// Issued credentials.
    Issued,
}

/// The institution whose desk this is.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Name of the institution.
    pub institution: Text,
    /// Address of the desk: `/hogeschool-voorbeeld/desk`.
    pub base: String,
    /// Name of the signed-in member of staff.
    pub staff: String,
    /// Where signing out posts to.
    pub logout: String,
}

/// What was decided about a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Waits, with reasons.
    Parked,
    /// May be issued; an offer waits for the learner.
    Offered,
    /// Is being issued or delivered.
    Ready,
    /// In the learner's wallet.
    Issued,
    /// Replaced by a corrected one.
    Corrected,
    /// Withdrawn.
    Withdrawn,
    /// Leads to nothing: failed, in progress.
    Nothing,
}

/// One result with its decision.
#[derive(Clone, Debug)]
pub struct ResultRow {
    /// Name of the learner, as the source has it.
    pub learner: String,
    /// Course or programme.
    pub what: Text,
    /// The result: `8`, `voldoende`; nothing for an enrolment.
    pub result: Option<String>,
    /// When it was achieved or started.
    pub on: Option<Day>,
    /// What was decided.
    pub decision: Decision,
    /// Why, as codes of the rules: `not_final`, `learner_unknown`, `missing:level`, `no_template` …
    pub reasons: Vec<String>,
    /// When it was decided.
    pub decided_at: Moment,
    /// Address of the issued credential on the desk.
    pub href: Option<String>,
}

/// Which results are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultsView {
    /// What needs attention or waits.
    Todo,
    /// What was issued.
    Issued,
    /// Everything else.
    Other,
}

/// `/{institution}/desk`: results, what was decided, and why.
#[derive(Clone, Debug)]
pub struct ResultsPage {
    /// Whose desk.
    pub desk: Desk,
    /// When the source was last read; nothing means never.
    pub read_at: Option<Moment>,
    /// The last reading failed, with this code.
    pub read_problem: Option<String>,
    /// Which view; the others are links `?view=issued`.
    pub view: ResultsView,
    /// How many rows each view has: to do, issued, other.
    pub counts: (usize, usize, usize),
    /// The rows of this view, parked first.
    pub rows: Vec<ResultRow>,
    /// Address of the next page.
    pub next: Option<String>,
}

/// State of an issued credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssuedState {
    /// Valid.
    Valid,
    /// Suspended for a while.
    Suspended,
    /// Withdrawn for good.
    Revoked,
    /// Past its last day.
    Expired,
}

/// One issued credential in the list.
#[derive(Clone, Debug)]
pub struct IssuedRow {
    /// Name of the learner.
    pub learner: String,
    /// Title.
    pub what: Text,
    /// When it was issued.
    pub issued_at: Moment,
    /// Its state.
    pub state: IssuedState,
    /// Its page.
    pub href: String,
}

/// `/{institution}/desk/issued`.
#[derive(Clone, Debug)]
pub struct IssuedPage {
    /// Whose desk.
    pub desk: Desk,
    /// The rows.
    pub rows: Vec<IssuedRow>,
    /// Address of the next page.
    pub next: Option<String>,
}

/// One thing that happened to an issued credential.
#[derive(Clone, Debug)]
pub struct HistoryItem {
    /// When.
    pub at: Moment,
    /// `issued`, `collected`, `suspended`, `restored`, `revoked`, `corrected`.
    pub what: String,
    /// By whom: a name, or the rule.
    pub by: Option<String>,
    /// The reason that was given. Only the learner and the desk see it.
    pub reason: Option<String>,
}

/// `/{institution}/desk/credentials/{id}`: one issued credential.
#[derive(Clone, Debug)]
pub struct IssuedCredentialPage {
    /// Whose desk.
    pub desk: Desk,
    /// Its id.
    pub id: String,
    /// Title.
    pub title: Text,
    /// Type, in words: `Microcredential`.
    pub kind: Text,
    /// Name of the learner.
    pub learner: String,
    /// When it was issued.
    pub issued_at: Moment,
    /// Its last moment.
    pub valid_until: Option<Moment>,
    /// Its state.
    pub state: IssuedState,
    /// What happened to it, newest first.
    pub history: Vec<HistoryItem>,
    /// Address of the confirm page without the target: `…/status`; links add `?to=revoked`.
    pub status_href: String,
}

/// `/{institution}/desk/credentials/{id}/status?to=…`: asks a reason and confirms. Posts `status`, `reason` and, for a
/// withdrawal, `sure=yes`.
#[derive(Clone, Debug)]
pub struct ConfirmStatusPage {
    /// Whose desk.
    pub desk: Desk,
    /// Title of the credential.
    pub title: Text,
    /// Name of the learner.
    pub learner: String,
    /// The state it will get.
    pub to: IssuedState,
    /// Where the form posts.
    pub action: String,
    /// Back to the credential.
    pub back: String,
    /// The form came back without a reason.
    pub reason_missing: bool,
    /// The reason as typed.
    pub reason: String,
}

/// The desk's sign-in page.
#[derive(Clone, Debug)]
pub struct DeskSignInPage {
    /// Name of the institution.
    pub institution: Text,
    /// Link that starts the eduID login.
    pub login: String,
    /// Signed in, but not a member of this desk.
    pub not_staff: bool,
}
