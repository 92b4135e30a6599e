//! What a register remembers of a party: former names, and that it left or merged.

use serde::{Deserialize, Serialize};

use super::{Party, PartyState, Register, Service};
use crate::{LocalText, Timestamp};

/// A moment in a register: an RFC 3339 time, or a date, which is its first moment in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(Timestamp);

impl Moment {
    /// Unix seconds.
    pub fn seconds(&self) -> i64 {
        self.0.seconds()
    }
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl TryFrom<String> for Moment {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Timestamp::parse(&text).map(Self).ok_or("not a date or a time such as 2026-11-22T14:03:00Z")
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.0.rfc3339()
    }
}

/// A name that a party had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// The name.
    pub name: LocalText,
    /// Until when.
    pub until: Moment,
}

/// That a party left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Left {
    /// When. What claims to be issued later is not believed.
    pub on: Moment,
    /// The slug of the party in which it went on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
}

impl Register {
    /// Whether what stands about a party fits together, and with the other parties.
    pub(super) fn fits(&self, party: &Party) -> Result<(), String> {
        if let Some(logo) = &party.logo {
            logo.fits()?;
        }
        party.asks.iter().try_for_each(Service::fits)?;
        let gone = matches!(party.state, PartyState::Exited | PartyState::Merged);
        let successor = party.left.as_ref().and_then(|left| left.successor.as_deref());
        match successor {
            Some(slug) if slug == party.slug || self.party(slug).is_none() => return Err(format!("no other party is called {slug}")),
            None if party.state == PartyState::Exited && party.left.is_none() && party.issues.is_some() => {
                return Err("does not take part any more, and nothing says since when".to_owned());
            }
            None if party.state == PartyState::Merged => return Err("merged, and nothing says into which party".to_owned()),
            _ if party.left.is_some() && !gone => return Err("left, and its state says something else".to_owned()),
            _ => {}
        }
        let ends: Vec<i64> = party.former_names.iter().map(|name| name.until.seconds()).collect();
        if !ends.is_sorted() {
            return Err("former names are not in their order".to_owned());
        }
        match &party.issues {
            Some(issues) if !issues.final_status.is_empty() && party.left.is_none() => {
                Err("final status lists of a party that did not leave".to_owned())
            }
            Some(issues) => issues.fits(),
            None => Ok(()),
        }
    }
}
