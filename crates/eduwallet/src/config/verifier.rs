//! `[verifier]`.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

use super::Place;

/// The verifier.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Section {
    /// Its origin.
    pub(crate) url: String,
    /// Where it listens, behind a proxy that ends TLS.
    pub(crate) listen: SocketAddr,
    /// File with 32 random bytes, mode 0400.
    pub(crate) master_key_file: PathBuf,
    /// Its database.
    pub(crate) database: Place,
}
