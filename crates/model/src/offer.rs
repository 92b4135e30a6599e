//! The offer: an award held out to one learner, until a wallet collects it or it ends.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

crate::id! {
    /// An offer: a public identifier, in the address from which a wallet reads it.
    OfferId
}

/// How long an offer stands, in days.
pub const OFFER_DAYS: i64 = 30;
/// How long a pre-authorized code lives, in seconds.
pub const CODE_SECONDS: i64 = 600;
/// How long a Bearer access token lives, in seconds.
pub const TOKEN_SECONDS: i64 = 300;
/// How long an access token lives that is bound to a DPoP key, in seconds.
pub const DPOP_TOKEN_SECONDS: i64 = 3_600;
/// How long a refresh token waits to be used, in days.
pub const REFRESH_DAYS: i64 = 30;
/// How long one waits that is bound to a DPoP key, in days: longer than a proof of enrolment lasts, so that it can be renewed at its end.
pub const DPOP_REFRESH_DAYS: i64 = 190;
/// How long after issuing the same credentials can be collected again when no notification came, in seconds.
pub const HEAL_SECONDS: i64 = 86_400;
/// How long after asking for it a deferred credential is not handed over yet, in seconds.
pub const DEFERRED_SECONDS: i64 = 2;
/// The longest that a wallet is asked to wait before it asks again for a deferred credential, in seconds.
pub const DEFERRED_PAUSE: i64 = 300;
/// How long a wallet may wait for a deferred credential, in days: its offer lives as long.
pub const DEFERRED_DAYS: i64 = 90;
/// Wrong transaction codes that end a code.
pub const TX_CODE_TRIES: i64 = 5;
/// Digits of a transaction code.
pub const TX_CODE_DIGITS: usize = 6;

/// How the wallet gets its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grant {
    /// With a code that the offer carries.
    #[serde(rename = "pre-authorized_code")]
    PreAuthorizedCode,
    /// By signing in with eduID at the institution.
    #[serde(rename = "authorization_code")]
    AuthorizationCode,
}

impl Grant {
    /// The word of rows and of the machine API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PreAuthorizedCode => "pre-authorized_code",
            Self::AuthorizationCode => "authorization_code",
        }
    }

    /// From that word.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "pre-authorized_code" => Some(Self::PreAuthorizedCode),
            "authorization_code" => Some(Self::AuthorizationCode),
            _ => None,
        }
    }
}

/// Where an offer stands. Time ends it without a row changing, so read it through [`Offer::state`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Held out; nobody came with its code yet.
    Made {
        /// When it ends.
        expires_at: Timestamp,
    },
    /// A wallet has a token for it.
    Claimed {
        /// When it ends.
        expires_at: Timestamp,
    },
    /// Its credentials are signed, for the keys that the wallet proved.
    Issued {
        /// When.
        at: Timestamp,
        /// The wallet said that it has them.
        notified: bool,
    },
    /// Taken back, by a newer offer or because the award ended.
    Withdrawn,
}

/// The states that the machine API tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferState {
    /// Held out.
    Made,
    /// A wallet has a token for it.
    Claimed,
    /// Collected.
    Issued,
    /// Nobody came in time.
    Expired,
    /// Taken back.
    Withdrawn,
}

impl OfferState {
    /// The word of the machine API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Claimed => "claimed",
            Self::Issued => "issued",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl Offer {
    /// The state that it is in at `now`.
    pub fn state(&self, now: Timestamp) -> OfferState {
        match self {
            Self::Made { expires_at } | Self::Claimed { expires_at } if *expires_at <= now => OfferState::Expired,
            Self::Made { .. } => OfferState::Made,
            Self::Claimed { .. } => OfferState::Claimed,
            Self::Issued { .. } => OfferState::Issued,
            Self::Withdrawn => OfferState::Withdrawn,
        }
    }

    /// Whether a fetch of its address still makes a code: while it is open, and after issuing until the wallet's
    /// notification or a day, so that a lost answer is healed by opening the link again.
    pub fn gives_codes(&self, now: Timestamp) -> bool {
        match self {
            Self::Made { expires_at } | Self::Claimed { expires_at } => now < *expires_at,
            Self::Issued { at, notified } => !notified && now < at.plus_seconds(HEAL_SECONDS),
            Self::Withdrawn => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_ends_by_itself() {
        let end = Timestamp::from_seconds(1_000);
        let offer = Offer::Made { expires_at: end };
        assert_eq!(offer.state(Timestamp::from_seconds(999)), OfferState::Made);
        assert_eq!(offer.state(end), OfferState::Expired);
        assert!(!offer.gives_codes(end));
    }

    #[test]
    fn a_lost_answer_heals_for_a_day_or_until_the_notification() {
        let at = Timestamp::from_seconds(0);
        let issued = |notified| Offer::Issued { at, notified };
        assert!(issued(false).gives_codes(at.plus_seconds(HEAL_SECONDS - 1)));
        assert!(!issued(false).gives_codes(at.plus_seconds(HEAL_SECONDS)));
        assert!(!issued(true).gives_codes(at));
        assert!(!Offer::Withdrawn.gives_codes(at));
    }
}
