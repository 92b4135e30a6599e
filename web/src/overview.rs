//! The learner's overview: what is new, how much study, and every credential as a tile.

use crate::head::{Head, Load, Unit};
use crate::{Moment, Text};
use crate::head::State;

/// `GET /wallet`.
#[derive(Clone, Debug)]
pub struct Overview {
    /// First name of the learner.
    pub name: String,
    /// How many credentials there are, whatever is searched for.
    pub total: usize,
    /// From how many institutions.
    pub institutions: usize,
    /// What came since the learner last looked, newest first.
    pub fresh: Vec<Fresh>,
    /// Requests that wait for an answer.
    pub waiting: Vec<Waiting>,
    /// Valid study load by level; empty when no valid credential has one.
    pub load: Vec<LoadRow>,
    /// The search form as it was sent.
    pub search: Search,
    /// Counts for the quick choice: all, valid, attention.
    pub counts: Counts,
    /// The credentials that match, at most one hundred.
    pub tiles: Vec<Tile>,
    /// Set when statuses could not be refreshed: since when they are old.
    pub stale_since: Option<Moment>,
    /// Whether any institution is connected; an empty wallet says what to do first.
    pub connected: bool,
}

/// A credential that is new.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// Its page.
    pub href: String,
    /// What it is.
    pub head: Head,
    /// When it came.
    pub received: Moment,
    /// Whether it is an offer that still has to be accepted.
    pub offered: bool,
}

/// A request of a verifier that waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its page.
    pub href: String,
    /// Who asks.
    pub party: Text,
    /// Until when it can be answered.
    pub until: Moment,
}

/// One level and unit of the study load.
#[derive(Clone, Debug)]
pub struct LoadRow {
    /// `NLQF 6`; none when the credentials name no level.
    pub level: Option<String>,
    /// The unit of all parts; units are never added.
    pub unit: Unit,
    /// Title and amount of each credential.
    pub parts: Vec<(Text, f64)>,
}

/// What was searched for and what can be chosen. Every list is one choice of a name and how it is sent.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// `q`
    pub text: String,
    /// `institution`
    pub institution: Vec<Choice>,
    /// `type`
    pub kind: Vec<Choice>,
    /// `state`
    pub state: Vec<Choice>,
    /// `year`
    pub year: Vec<Choice>,
}

/// One value of a filter.
#[derive(Clone, Debug)]
pub struct Choice {
    /// As sent.
    pub value: String,
    /// As shown.
    pub label: Text,
    /// Whether it is the one that was chosen.
    pub chosen: bool,
}

/// How many credentials there are, and how many of each class.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// All.
    pub all: usize,
    /// Valid, also when they expire soon.
    pub valid: usize,
    /// Everything else.
    pub attention: usize,
    /// Which of the three is shown: `""`, `"valid"`, `"attention"`.
    pub shown: &'static str,
}

/// One credential of the list.
#[derive(Clone, Debug)]
pub struct Tile {
    /// Its page, `/wallet/credentials/{id}`.
    pub href: String,
    /// What it is.
    pub head: Head,
    /// Its state.
    pub state: State,
}
