//! The consent page: who asks, why, what with its values, how long, what stays behind, and two equal buttons.
//!
//! Nothing is released by looking at it; only a POST with `choice=share` does. Ids of the parts (`who`, `why`, `what`, `how-long`,
//! `not-shared`) are an interface.

use crate::head::{Head, State};
use crate::party::Party;
use crate::{Day, Fact, Moment, Text};

/// `GET /wallet/requests/{id}` while it can be answered.
#[derive(Clone, Debug)]
pub struct Consent {
    /// Where the form posts to.
    pub action: String,
    /// Who asks.
    pub party: Party,
    /// How often the learner shared with this service before, and when last.
    pub shared_before: Option<(usize, Moment)>,
    /// Why, in the party's own words.
    pub purpose: Text,
    /// More of it, folded.
    pub explanation: Option<Text>,
    /// What is asked, one block for each credential query.
    pub asked: Vec<Asked>,
    /// How long the party promises to keep it.
    pub retention: Retention,
    /// On which ground, in the party's own words.
    pub ground: Option<Text>,
    /// The party's privacy page.
    pub privacy_href: Option<String>,
    /// The way without the wallet.
    pub without_wallet: Option<Text>,
    /// Until when it can be answered.
    pub expires: Moment,
    /// Whether "more time" can still be asked.
    pub can_extend: bool,
    /// Whether the request came by a code or link of another device.
    pub cross_device: bool,
    /// Set for parties outside the register: what has to be typed.
    pub confirm: Option<Confirm>,
    /// Where "is something wrong?" leads.
    pub report_href: Option<String>,
}

/// One credential query of a request.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Name of the radio buttons of this query.
    pub field: String,
    /// Those that fit, the preselected one first. Never empty.
    pub candidates: Vec<Candidate>,
}

/// A credential that answers a query.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Value of its radio button.
    pub value: String,
    /// What it is.
    pub head: Head,
    /// Whether it holds; it may be shared whatever it says.
    pub state: State,
    /// What goes when it is shared: every value, in full.
    pub facts: Vec<AskedFact>,
    /// What may go along.
    pub optional: Vec<OptionalFact>,
    /// Labels of what it also holds and what stays behind.
    pub not_shared: Vec<Text>,
}

/// A required claim with its value.
#[derive(Clone, Debug)]
pub struct AskedFact {
    /// Label and value.
    pub fact: Fact,
    /// Whether the register does not allow this party to ask it.
    pub over_asking: bool,
}

/// A claim that is not needed; off until ticked.
#[derive(Clone, Debug)]
pub struct OptionalFact {
    /// Value of its tick box, whose name is `optional`.
    pub value: String,
    /// Label and value.
    pub fact: Fact,
}

/// What a party promises of keeping.
#[derive(Clone, Debug)]
pub struct Retention {
    /// Until when; none when it says nothing.
    pub until: Option<Day>,
    /// Whether it passes the data on, in its own words; none is "not passed on".
    pub onward: Option<Text>,
    /// Where deletion can be asked: an address or a page.
    pub contact: Option<String>,
}

/// Typed confirmation for a party that no register knows.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// The host to type.
    pub host: String,
    /// What was typed, when it was something else.
    pub wrong: Option<String>,
}

/// A request that the wallet cannot answer with what it holds.
#[derive(Clone, Debug)]
pub struct Missing {
    /// Where the form with `choice=refuse` posts to.
    pub action: String,
    /// Who asks.
    pub party: Party,
    /// Why.
    pub purpose: Text,
    /// What is asked and not there, in words.
    pub missing: Vec<Text>,
    /// Until when it can be answered.
    pub expires: Moment,
    /// This page again, to look whether it is there by now.
    pub again: String,
}

/// A request that cannot be answered any more.
#[derive(Clone, Debug)]
pub struct Closed {
    /// Who asked; none when that must not be shown.
    pub party: Option<Text>,
    /// Why it is closed.
    pub why: WhyClosed,
    /// Code of the catalogue.
    pub code: String,
    /// The reference under which it was logged.
    pub reference: String,
}

/// Why a request is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyClosed {
    /// Its time is over.
    Expired,
    /// It was answered from another device or link.
    AnsweredElsewhere,
    /// The party took it back.
    Withdrawn,
}

/// The answer to the consent form, and what a second press shows again.
#[derive(Clone, Debug)]
pub struct Answered {
    /// Who asked.
    pub party: Text,
    /// What happened.
    pub outcome: Outcome,
    /// When.
    pub at: Moment,
    /// Labels of what went, without values.
    pub labels: Vec<Text>,
    /// Where the party wants the learner back, and that host.
    pub continue_to: Option<(String, String)>,
    /// The row in the activity list.
    pub activity_href: Option<String>,
    /// Whether this answer had been given before.
    pub again: bool,
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The party has it.
    Shared,
    /// Nothing went.
    Refused,
    /// It was sent, and it is not certain that it arrived; the wallet tries again.
    Uncertain,
    /// It was sent and the party did not accept it.
    Rejected,
}
