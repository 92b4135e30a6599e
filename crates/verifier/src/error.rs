//! What all handlers of the verifier may run into.

use http::{Failed, Kind};
use storage::StorageError;

/// The database failed.
pub(crate) fn database(error: StorageError) -> Failed {
    Failed::new(Kind::Unavailable, "unavailable").because(&error)
}

/// Something of our own failed.
pub(crate) fn ours(error: &(dyn std::error::Error + 'static)) -> Failed {
    Failed::new(Kind::Ours, "internal").because(error)
}

/// No such thing, or not for this caller.
pub(crate) fn not_found() -> Failed {
    Failed::new(Kind::NotFound, "not_found")
}

/// Understood, but not acceptable.
pub(crate) fn unacceptable(code: &'static str) -> Failed {
    Failed::new(Kind::Unprocessable, code)
}
