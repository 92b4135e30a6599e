//! Sharing by link: the form, the link that was made, and all links.

use crate::head::{Head, State};
use crate::{Day, Fact, Moment, Text};

/// `GET /wallet/share?c={id}`, and the same form again after "refresh the preview".
#[derive(Clone, Debug)]
pub struct NewShare {
    /// Where the form posts to.
    pub action: String,
    /// Value of the hidden field `c`.
    pub credential: String,
    /// What is shared.
    pub head: Head,
    /// Whether it holds.
    pub state: State,
    /// Labels of what is always in it.
    pub always: Vec<Text>,
    /// What can be left out.
    pub claims: Vec<ClaimChoice>,
    /// The learner's own name for the link.
    pub label: String,
    /// The end that is chosen.
    pub until: Until,
    /// The days on which one week, one month and one year end.
    pub ends: [Day; 3],
    /// What the other sees of the choice as it stands: label and value.
    pub preview: Vec<Fact>,
    /// What the other does not see.
    pub hidden: Vec<Text>,
    /// Set when the form could not be used.
    pub problem: Option<ShareProblem>,
}

/// A claim that can be left out.
#[derive(Clone, Debug)]
pub struct ClaimChoice {
    /// Value of its tick box, whose name is `claim`.
    pub value: String,
    /// Its label, with the value where that is short.
    pub label: Text,
    /// Its value in a few words, when it is short.
    pub shows: Option<Text>,
    /// Whether it is ticked.
    pub chosen: bool,
}

/// When a link ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Until {
    /// `week`
    Week,
    /// `month`, the default.
    #[default]
    Month,
    /// `year`
    Year,
    /// `stop`: when the learner stops it.
    Stop,
}

/// Why a share form could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareProblem {
    /// The label is too long.
    LabelTooLong,
    /// There are too many live links.
    TooMany,
}

/// `GET /wallet/shares/{id}`, and the page that shows a link that was just made.
#[derive(Clone, Debug)]
pub struct Share {
    /// Whether it was made a moment ago.
    pub just_made: bool,
    /// The learner's own name for it; may be empty.
    pub label: String,
    /// What it shows.
    pub head: Head,
    /// Labels of the claims in it.
    pub labels: Vec<Text>,
    /// When it was made.
    pub made: Moment,
    /// Where it stands.
    pub state: ShareState,
    /// How often it was opened.
    pub opened: u64,
    /// When it was last opened.
    pub last: Option<Moment>,
}

/// Where a link stands.
#[derive(Clone, Debug)]
pub enum ShareState {
    /// It works.
    Live {
        /// The whole address.
        link: String,
        /// Its end; none is "until I stop".
        until: Option<Day>,
        /// Where the form that stops it posts to.
        stop: String,
    },
    /// Its end has passed.
    Ended(Moment),
    /// The learner stopped it.
    Stopped(Moment),
}

/// `GET /wallet/shares`.
#[derive(Clone, Debug, Default)]
pub struct Shares {
    /// Those that work, newest first.
    pub live: Vec<ShareRow>,
    /// Those that ended.
    pub over: Vec<ShareRow>,
}

/// One link of the list.
#[derive(Clone, Debug)]
pub struct ShareRow {
    /// Its page.
    pub href: String,
    /// The learner's own name for it; may be empty.
    pub label: String,
    /// What it shows.
    pub head: Head,
    /// Its end; none is "until I stop".
    pub until: Option<Day>,
    /// When it ended, for those that did.
    pub ended: Option<Moment>,
    /// How often it was opened.
    pub opened: u64,
    /// When it was last opened.
    pub last: Option<Moment>,
    /// Where the form that stops it posts to; none when it ended.
    pub stop: Option<String>,
}
