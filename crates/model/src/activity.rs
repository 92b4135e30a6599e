//! What happened in a wallet, as its learner reads it back: labels and counts, never values.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::held::Way;
use crate::receipt::Came;
use crate::{LocalText, Timestamp, id};

id! {
    /// An entry of the activity list: 128 random bits in base62, as in `/wallet/activity/{id}`.
    ActivityId
}

/// What sort of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivityKind {
    /// A credential came in.
    Received,
    /// An issuer gave a held credential anew, because the one in the wallet would end.
    Renewed,
    /// The learner did not want an offer.
    OfferRefused,
    /// An offer could not be taken in; nothing was stored.
    ReceiveFailed,
    /// The learner deleted a credential.
    Deleted,
    /// An institution may deliver from now on.
    Connected,
    /// An institution may deliver no more.
    Disconnected,
    /// The issuer changed a credential's status.
    StatusChanged,
    /// The learner shared with somebody who asked.
    Shared,
    /// The learner did not share.
    Refused,
    /// An answer did not get through, or it is not certain that it did.
    ShareFailed,
    /// The learner made a share link.
    LinkMade,
    /// A share link ended or was stopped.
    LinkEnded,
    /// The learner asked a party to delete what it got.
    DeletionAsked,
    /// The learner reported a party to the authority.
    Reported,
    /// The learner gave a standing permission.
    PermissionGiven,
    /// The learner withdrew a standing permission.
    PermissionWithdrawn,
}

const WORDS: [(ActivityKind, &str); 17] = [
    (ActivityKind::Received, "received"),
    (ActivityKind::Renewed, "renewed"),
    (ActivityKind::OfferRefused, "offer_refused"),
    (ActivityKind::ReceiveFailed, "receive_failed"),
    (ActivityKind::Deleted, "deleted"),
    (ActivityKind::Connected, "connected"),
    (ActivityKind::Disconnected, "disconnected"),
    (ActivityKind::StatusChanged, "status_changed"),
    (ActivityKind::Shared, "shared"),
    (ActivityKind::Refused, "refused"),
    (ActivityKind::ShareFailed, "share_failed"),
    (ActivityKind::LinkMade, "link_made"),
    (ActivityKind::LinkEnded, "link_ended"),
    (ActivityKind::DeletionAsked, "deletion_asked"),
    (ActivityKind::Reported, "reported"),
    (ActivityKind::PermissionGiven, "permission_given"),
    (ActivityKind::PermissionWithdrawn, "permission_withdrawn"),
];

impl ActivityKind {
    /// The word in the table.
    pub fn as_str(self) -> &'static str {
        WORDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }

    /// From the word in the table.
    pub fn parse(text: &str) -> Option<Self> {
        WORDS.iter().find(|(_, word)| *word == text).map(|(kind, _)| *kind)
    }
}

/// What an entry is about. Sealed. Holds names of parties and labels of claims, never their values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityAbout {
    /// The other party's name.
    pub party: Option<LocalText>,
    /// The other party's identifier: an issuer, a `client_id`, a host.
    pub party_id: Option<String>,
    /// Titles of the credentials.
    #[serde(default)]
    pub titles: Vec<LocalText>,
    /// The cards of the credentials, to show their history on their own pages.
    #[serde(default)]
    pub cards: Vec<String>,
    /// Labels of the claims that were asked for.
    #[serde(default)]
    pub requested: Vec<LocalText>,
    /// Labels of the claims that went.
    #[serde(default)]
    pub labels: Vec<LocalText>,
    /// The request's identifier, for talking with the other party.
    pub request: Option<String>,
    /// Where deletion can be asked: a mail address or a page.
    pub contact: Option<String>,
    /// The purpose as it was stated.
    pub purpose: Option<LocalText>,
    /// The moment until which the other party promised to keep it, in milliseconds.
    pub kept_until: Option<i64>,
    /// How it ended, as a code.
    pub outcome: Option<String>,
    /// By which way a credential came, or was to come.
    #[serde(default)]
    pub way: Option<Way>,
    /// How the learner gave its offer to the wallet.
    #[serde(default)]
    pub came: Option<Came>,
    /// The ground that the other party named.
    #[serde(default)]
    pub ground: Option<LocalText>,
    /// SHA-256 of what was sent, by which the receiver knows the same message again; base64url.
    #[serde(default)]
    pub digest: Option<String>,
    /// Names of the claims that went, by type.
    #[serde(default)]
    pub claims: BTreeMap<String, Vec<String>>,
    /// The entry that this one is about.
    #[serde(default)]
    pub of: Option<String>,
}

/// An entry of the activity list.
#[derive(Clone, Debug)]
pub struct Activity {
    /// As in its page's address.
    pub id: ActivityId,
    /// When.
    pub at: Timestamp,
    /// What sort of thing.
    pub kind: ActivityKind,
    /// About what and whom.
    pub about: ActivityAbout,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_keep_their_words() {
        for (kind, word) in WORDS {
            assert_eq!(ActivityKind::parse(kind.as_str()), Some(kind));
            assert_eq!(kind.as_str(), word);
        }
    }
}
