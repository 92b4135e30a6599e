//! What came, what went, and what was refused; without values.

use crate::{Day, Moment, Text};

/// `GET /wallet/activity`.
#[derive(Clone, Debug, Default)]
pub struct Activity {
    /// Newest first.
    pub rows: Vec<ActivityRow>,
    /// Older ones.
    pub older_href: Option<String>,
}

/// `GET /wallet/activity/{id}`.
#[derive(Clone, Debug)]
pub struct ActivityDetail {
    /// The row.
    pub row: ActivityRow,
    /// Why, in the party's words.
    pub purpose: Option<Text>,
    /// What was asked, labels only.
    pub requested: Vec<Text>,
    /// The request's id, for talking with the party.
    pub request: Option<String>,
    /// Where deletion can be asked: a mail address or a page.
    pub contact: Option<String>,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct ActivityRow {
    /// Its page; none when there is no more to tell.
    pub href: Option<String>,
    /// When.
    pub at: Moment,
    /// What.
    pub what: Deed,
    /// Title of the credential.
    pub title: Option<Text>,
    /// With whom.
    pub party: Option<Text>,
    /// Labels of what went.
    pub labels: Vec<Text>,
    /// Until when the other promised to keep it.
    pub until: Option<Day>,
}

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A credential came.
    Received,
    /// An offer was refused.
    OfferRefused,
    /// Claims went to a party.
    Shared,
    /// A request was refused: nothing went.
    Refused,
    /// A request could not be answered: nothing went.
    Failed,
    /// It was sent, and it is not certain that it arrived.
    Uncertain,
    /// A link was made.
    LinkMade,
    /// A link was stopped.
    LinkStopped,
    /// A credential was deleted.
    Deleted,
    /// A school was connected.
    Connected,
    /// A connection ended.
    Disconnected,
    /// An issuer suspended, withdrew or reinstated a credential.
    StatusChanged,
}
