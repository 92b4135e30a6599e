//! OpenID4VCI 1.0: what a wallet asks of an institution, from metadata to notification, and the order in which credentials are made.

pub(crate) mod access;
mod again;
pub(crate) mod authorize;
pub(crate) mod choice;
pub(crate) mod connection;
pub(crate) mod credential;
pub(crate) mod deferred;
pub(crate) mod dpop;
pub(crate) mod forms;
pub(crate) mod issue;
pub(crate) mod issuer_metadata;
pub(crate) mod login;
pub(crate) mod matched;
mod message;
pub(crate) mod metadata;
pub(crate) mod nonce;
pub(crate) mod notification;
mod older;
pub(crate) mod par;
mod prepare;
mod proved;
mod put_off;
pub(crate) mod recover;
pub(crate) mod refusal;
pub(crate) mod server_metadata;
mod sign;
pub(crate) mod token;
pub(crate) mod waiting;

use http::{Failed, Kind};
use storage::StorageError;

/// Our database failed while a wallet was waiting.
pub(crate) fn storage_failed(error: &StorageError) -> Failed {
    tracing::error!(cause = http::failure::chain(error), "the issuer's database");
    Failed::new(Kind::Unavailable, "temporarily_unavailable")
}
