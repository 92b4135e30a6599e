//! A standing permission: a receiver of the register may get the same claims again for the same purpose, until a date.
//!
//! It is given after something was shared with that receiver once, ends by itself when what it rests on changes, and is withdrawn at
//! any time. The learner's answer to a question is not replaced by it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vc::encoding::{b64url, sha256};

use crate::register::{Party, PartyState, Register, Service};
use crate::{LocalText, Timestamp, id};

id! {
    /// A standing permission: 128 random bits in base62, as in `/wallet/permissions/{id}`.
    PermissionId
}

/// The longest that a permission lasts, in days.
pub const LONGEST_DAYS: i64 = 365;

/// To whom, which claims, and for what. Sealed. Names of claims, never values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionAbout {
    /// The receiver's name, as it was shown.
    pub party: LocalText,
    /// The receiver's client identifier.
    pub party_id: String,
    /// Its service.
    pub service: LocalText,
    /// The purpose as it was stated.
    pub purpose: LocalText,
    /// The claims, by type.
    pub claims: BTreeMap<String, Vec<String>>,
    /// Labels of the claims.
    pub labels: Vec<LocalText>,
    /// The digest of what the register says of the service: when that changes, the permission is over.
    pub terms: String,
}

/// A permission that was given and not withdrawn.
#[derive(Clone, Debug)]
pub struct Permission {
    /// As in its address.
    pub id: PermissionId,
    /// When it was given.
    pub at: Timestamp,
    /// Until when it lasts.
    pub ends_at: Timestamp,
    /// To whom and what.
    pub about: PermissionAbout,
}

impl Permission {
    /// Whether it still holds: in time, to an admitted party whose entry is as it was when the permission was given.
    pub fn holds(&self, register: &Register, now: Timestamp) -> bool {
        let same = || {
            let entry = register.client(&self.about.party_id).filter(|(party, _)| party.state == PartyState::Admitted);
            entry.is_some_and(|(_, service)| terms(service) == self.about.terms)
        };
        now < self.ends_at && same()
    }
}

/// The party and service to whom a permission can be given: in the register, and admitted.
pub fn receiver<'a>(register: &'a Register, client_id: &str) -> Option<(&'a Party, &'a Service)> {
    register.client(client_id).filter(|(party, _)| party.state == PartyState::Admitted)
}

/// The digest of what the register says of a service.
pub fn terms(service: &Service) -> String {
    b64url(sha256(serde_json::to_string(service).unwrap_or_default().as_bytes()))
}

/// The end of the academic year that a moment is in: the end of 31 August, Amsterdam time in summer.
pub fn end_of_academic_year(now: Timestamp) -> Timestamp {
    let date = now.date();
    let year: i64 = date.get(..4).and_then(|year| year.parse().ok()).unwrap_or_default();
    let this = |year: i64| Timestamp::parse(&format!("{year:04}-08-31T22:00:00Z"));
    let ends = this(year).filter(|end| now < *end).or_else(|| this(year + 1));
    ends.unwrap_or(now).min(now.plus_days(LONGEST_DAYS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_academic_year_ends_in_august() {
        let end = |now: &str| end_of_academic_year(Timestamp::parse(now).unwrap()).rfc3339();
        assert_eq!(end("2026-11-24T10:00:00Z"), "2027-08-31T22:00:00Z");
        assert_eq!(end("2027-08-31T21:59:59Z"), "2027-08-31T22:00:00Z");
        assert_eq!(end("2027-08-31T22:00:00Z"), "2028-08-30T22:00:00Z", "never longer than a year");
    }
}
