//! Failures that many pages of the wallet share. An operation with failures of its own has its own enum.

use http::failure::{Failure, Kind};
use storage::StorageError;

/// What can go wrong on a page that only reads or writes the learner's own rows.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WalletError {
    /// It is not there, or not this learner's.
    #[error("not found")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Failure for WalletError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            // A cell that does not open is ours to look into; the rest is a database that is away.
            Self::Storage(StorageError::Sealed { .. } | StorageError::Row { .. }) => Kind::Ours,
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self.kind() {
            Kind::NotFound => "not_found",
            Kind::Ours => "internal",
            _ => "unavailable",
        }
    }
}
http::failure!(WalletError);
