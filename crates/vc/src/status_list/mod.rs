//! Status lists: Token Status List (draft-ietf-oauth-status-list), Bitstring Status List 1.0 and 1EdTech's revocation list.
//!
//! The first two say the same in ways that are easily confused:
//!
//! | | Token Status List | Bitstring Status List |
//! |---|---|---|
//! | index 0 is | the least significant bits of the first byte | the most significant bit of the first byte |
//! | compressed as | zlib, base64url | gzip, multibase `u` |
//! | `ttl` in | seconds | milliseconds |

pub mod bitstring;
mod checked;
mod compress;
mod entry;
mod list;
mod list_credential;
mod pieces;
mod read;
mod revocation_list;
mod token;

pub use bitstring::{Bitstring, Purpose};
pub use checked::{CheckedList, Standing};
pub use compress::{Deflater, MAX_COMPRESSED, MAX_INFLATED};
pub use entry::StatusEntry;
pub use list::StatusList;
pub use list_credential::BitstringList;
pub(crate) use read::parse_jwt;
pub use read::{ListText, recognise};
pub use revocation_list::RevocationList;
pub use token::{StatusListToken, TokenClaims, TokenKeys, issue_token, issue_token_with, read_token, token_payload};

use crate::encoding::EncodingError;

/// Bits per entry of our own lists: valid, invalid, suspended.
pub const BITS: u8 = 2;
/// Entries of our own lists: 2^20, so that an index hides in a crowd.
pub const ENTRIES: usize = 1 << 20;
/// Media type of a Token Status List.
pub const TOKEN_MEDIA_TYPE: &str = "application/statuslist+jwt";
/// Media type of a Bitstring Status List credential with an embedded proof.
pub const BITSTRING_MEDIA_TYPE: &str = "application/vc";

/// Status of one credential in a Token Status List (section 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// `0x00`.
    Valid,
    /// `0x01`: revoked, for good.
    Invalid,
    /// `0x02`: for the time being.
    Suspended,
    /// Anything else; what it means is up to the application.
    Other(u8),
}

impl Status {
    /// The value in the list.
    pub fn value(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Invalid => 1,
            Self::Suspended => 2,
            Self::Other(value) => value,
        }
    }

    /// The status with this value.
    pub fn from_value(value: u8) -> Self {
        match value {
            0 => Self::Valid,
            1 => Self::Invalid,
            2 => Self::Suspended,
            other => Self::Other(other),
        }
    }
}

/// Why a list, its envelope or an entry that leads to it was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum StatusListError {
    /// `bits` is not 1, 2, 4 or 8.
    #[error("unsupported number of bits")]
    Bits,
    /// No entry with this index.
    #[error("index outside the list")]
    Index,
    /// The value needs more bits than the list has.
    #[error("status does not fit the list")]
    Value,
    /// A Bitstring list with fewer entries than an index needs to hide.
    #[error("status list with too few entries")]
    Length,
    /// Compressed or inflated over the limit.
    #[error("status list over its limit")]
    Limit,
    /// Not base64url of one whole zlib or gzip stream.
    #[error("not a compressed stream of its kind")]
    Encoding,
    /// A member is missing or of the wrong type, or it is neither JSON nor a JWT.
    #[error("malformed status list")]
    Malformed,
    /// `typ` or `type` is not that of such a list.
    #[error("wrong type of status list")]
    Type,
    /// It names another address than the one at which it was fetched.
    #[error("list of another address")]
    Subject,
    /// It is for another purpose than the credential's entry.
    #[error("list for another purpose")]
    Purpose,
    /// It has expired, or was made in the future.
    #[error("status list outside its dates")]
    Dates,
    /// Signature, chain or anchor, or the key is not the list's issuer's.
    #[error("status list is not signed by a known issuer")]
    Signature,
    /// The credential's own entry is malformed.
    #[error("malformed status entry")]
    Entry,
}

impl StatusListError {
    /// The code of check `status`: a list that is no good leaves the status unknown, an entry that is no good condemns the
    /// credential (row S4).
    pub fn code(self) -> &'static str {
        match self {
            Self::Entry => "malformed_status",
            Self::Index => "status_out_of_range",
            _ => "status_unknown",
        }
    }

    /// The name of this error in Bitstring Status List 1.0, section 3.4. `STATUS_RETRIEVAL_ERROR` belongs to whoever fetches.
    pub fn name(self) -> &'static str {
        match self {
            Self::Entry | Self::Bits => "MALFORMED_VALUE_ERROR",
            Self::Index | Self::Value => "RANGE_ERROR",
            Self::Length => "STATUS_LIST_LENGTH_ERROR",
            _ => "STATUS_VERIFICATION_ERROR",
        }
    }
}

impl From<EncodingError> for StatusListError {
    fn from(_: EncodingError) -> Self {
        Self::Encoding
    }
}
