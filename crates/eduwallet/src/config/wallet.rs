//! `[wallet]`.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

use super::{Config, ConfigError, EduidSection, Place};

/// The learner's wallet.
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
    /// Its client at eduID.
    pub(crate) eduid: EduidSection,
    /// Where questions go: a mail address.
    #[serde(default)]
    pub(crate) contact: Option<String>,
}

impl Section {
    /// What the role is opened with.
    pub(crate) fn role(&self, config: &Config) -> Result<wallet_server::Config, ConfigError> {
        Ok(wallet_server::Config {
            eduid_discovery: self.eduid.discovery.clone(),
            eduid_client_id: self.eduid.client_id.clone(),
            eduid_client_secret: self.eduid.client_secret_file.as_ref().map(|path| config.secret(path)).transpose()?,
            contact: self.contact.clone(),
        })
    }
}
