//! A status list of any kind after it was checked: what a verifier asks, and what a cache must know to keep it.

use super::list_credential::BitstringList;
use super::revocation_list::RevocationList;
use super::token::StatusListToken;
use super::{Status, StatusEntry, StatusListError};
use std::sync::Arc;

/// What a list says of one credential, whatever kind of list it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It holds.
    Valid,
    /// It was withdrawn for good.
    Revoked,
    /// It was withdrawn for the time being.
    Suspended,
    /// It holds, and a newer one is to be had.
    Refresh,
    /// It holds, and there is a message of this value; what it means stands in the credential.
    Message(u32),
    /// A value that only its issuer understands.
    Unknown(u8),
}

impl From<Status> for Standing {
    fn from(status: Status) -> Self {
        match status {
            Status::Valid => Self::Valid,
            Status::Invalid => Self::Revoked,
            Status::Suspended => Self::Suspended,
            Status::Other(value) => Self::Unknown(value),
        }
    }
}

/// A list that was checked: signature, type, address, dates, limits. Cheap to clone.
#[derive(Clone)]
pub enum CheckedList {
    /// Token Status List.
    Token(Arc<StatusListToken>),
    /// Bitstring Status List.
    Bitstring(Arc<BitstringList>),
    /// `1EdTechRevocationList`, which is not signed.
    OneEdTech(Arc<RevocationList>),
}

impl From<StatusListToken> for CheckedList {
    fn from(token: StatusListToken) -> Self {
        Self::Token(Arc::new(token))
    }
}

impl From<BitstringList> for CheckedList {
    fn from(list: BitstringList) -> Self {
        Self::Bitstring(Arc::new(list))
    }
}

impl From<RevocationList> for CheckedList {
    fn from(list: RevocationList) -> Self {
        Self::OneEdTech(Arc::new(list))
    }
}

impl CheckedList {
    /// The address at which it was fetched and which it names itself.
    pub fn uri(&self) -> &str {
        match self {
            Self::Token(token) => &token.uri,
            Self::Bitstring(list) => &list.uri,
            Self::OneEdTech(list) => &list.uri,
        }
    }

    /// When its issuer made it, Unix seconds: `iat` or `validFrom`.
    pub fn made_at(&self) -> Option<i64> {
        match self {
            Self::Token(token) => Some(token.iat),
            Self::Bitstring(list) => list.valid_from,
            Self::OneEdTech(_) => None,
        }
    }

    /// The bytes that it holds, uncompressed: none for the parts of it that are zero, nor are any counted of a
    /// `1EdTechRevocationList`, which is as large as its text.
    pub fn size(&self) -> usize {
        match self {
            Self::Token(token) => token.list.memory(),
            Self::Bitstring(list) => list.list.memory(),
            Self::OneEdTech(_) => 0,
        }
    }

    /// When it ends by its own word, Unix seconds: `exp` or `validUntil`.
    pub fn ends_at(&self) -> Option<i64> {
        match self {
            Self::Token(token) => token.exp,
            Self::Bitstring(list) => list.valid_until,
            Self::OneEdTech(_) => None,
        }
    }

    /// Whether it has not expired.
    pub fn is_current(&self, now: i64) -> bool {
        match self {
            Self::Token(token) => token.is_current(now),
            Self::Bitstring(list) => list.is_current(now),
            Self::OneEdTech(_) => true,
        }
    }

    /// Until when a copy fetched at `fetched` is used without asking again.
    pub fn fresh_until(&self, fetched: i64) -> i64 {
        match self {
            Self::Token(token) => token.fresh_until(fetched),
            Self::Bitstring(list) => list.fresh_until(fetched),
            Self::OneEdTech(list) => list.fresh_until(fetched),
        }
    }

    /// Whether it may take the place of `last`, of the same address: never one that its issuer made earlier (row S3), nor one that
    /// leaves out when it was made after one that said it.
    pub fn may_replace(&self, last: &Self) -> bool {
        match (self.made_at(), last.made_at()) {
            (Some(own), Some(before)) => own >= before,
            (None, Some(_)) => false,
            (_, None) => true,
        }
    }

    /// For whom its signer stands, so that no issuer speaks of another's credentials (row S8). Empty when the key was given by hand.
    pub fn issuers(&self) -> &[String] {
        match self {
            Self::Token(token) => &token.issuers,
            Self::Bitstring(list) => std::slice::from_ref(&list.issuer),
            Self::OneEdTech(list) => std::slice::from_ref(&list.issuer),
        }
    }

    /// Whether it may speak of credentials of this issuer.
    pub fn is_tied_to(&self, issuer: &str) -> bool {
        self.issuers().iter().any(|own| own == issuer)
    }

    /// How a credential stands whose entry leads here. `credential_id` is the credential's own `id`, by which a
    /// `1EdTechRevocationList` knows it.
    pub fn standing(&self, entry: &StatusEntry, credential_id: Option<&str>) -> Result<Standing, StatusListError> {
        if entry.uri() != Some(self.uri()) {
            return Err(StatusListError::Subject);
        }
        match (self, entry) {
            (Self::Token(token), StatusEntry::TokenStatusList { index, .. }) => {
                let status = usize::try_from(*index).ok().and_then(|index| token.list.status(index));
                status.map(Standing::from).ok_or(StatusListError::Index)
            }
            (Self::Bitstring(list), StatusEntry::Bitstring { index, purpose, size, .. }) => list.standing(*index, *purpose, *size),
            (Self::OneEdTech(list), StatusEntry::OneEdTech { .. }) => {
                credential_id.map(|id| list.standing(id)).ok_or(StatusListError::Entry)
            }
            _ => Err(StatusListError::Type),
        }
    }
}
