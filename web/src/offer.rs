//! An offer of an institution: everything in it is shown before the learner takes it or refuses it.

use crate::head::Head;
use crate::party::Party;
use crate::{Day, Fact, Moment, Text};

/// `GET /wallet/offers/{id}`.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Who offers, and how that was proven.
    pub party: Party,
    /// What is offered.
    pub credentials: Vec<Offered>,
    /// Where it stands.
    pub state: OfferState,
}

/// One credential of an offer.
#[derive(Clone, Debug)]
pub struct Offered {
    /// What it is.
    pub head: Head,
    /// What it will say, as far as it is known before it is made; empty when the institution tells it only on acceptance.
    pub facts: Vec<Fact>,
    /// What the holder can do now.
    pub outcomes: Vec<Text>,
    /// Its end.
    pub valid_until: Option<Day>,
}

/// Where an offer stands.
#[derive(Clone, Debug)]
pub enum OfferState {
    /// It can be accepted or refused.
    Open {
        /// Where the form with `choice` posts to.
        action: String,
        /// The code that the institution sent by another way, when it asks for one.
        code: Option<Code>,
        /// Until when it can be accepted.
        until: Option<Moment>,
        /// Whether the name on it differs from the learner's.
        other_name: Option<String>,
    },
    /// Its time is over, or the institution took it back.
    Expired,
    /// The learner has it already.
    AlreadyHave {
        /// Its page.
        href: String,
    },
    /// It was refused.
    Refused,
    /// It was accepted; the credential is in the wallet.
    Accepted {
        /// Its page.
        href: String,
    },
    /// It was accepted; the institution still has to make it.
    Preparing,
    /// It could not be fetched.
    Failed {
        /// Code of the catalogue.
        code: String,
        /// The reference under which the cause was logged.
        reference: String,
        /// Where to try again; none when it makes no sense.
        again: Option<String>,
    },
}

/// A transaction code (OpenID4VCI 1.0 section 4.1.1).
#[derive(Clone, Debug)]
pub struct Code {
    /// How many characters, when the offer says so.
    pub length: Option<u8>,
    /// Digits only.
    pub numeric: bool,
    /// What the offer says of where to find it.
    pub description: Option<Text>,
    /// Whether the one that was typed was wrong.
    pub wrong: bool,
}
