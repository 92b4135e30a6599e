//! `[wallet]`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use wallet_server::{MailConfig, MailTls};

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
    /// Its mail server; without one no mail is sent.
    #[serde(default)]
    pub(crate) mail: Option<MailSection>,
    /// Badge platforms.
    #[serde(default)]
    pub(crate) platforms: Platforms,
}

/// `[wallet.mail]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MailSection {
    /// Name of the server.
    pub(crate) host: String,
    /// Its port; by default that of the kind of TLS.
    #[serde(default)]
    pub(crate) port: Option<u16>,
    /// How the connection is kept from others.
    #[serde(default)]
    pub(crate) tls: Tls,
    /// User, where the server wants one.
    #[serde(default)]
    pub(crate) user: Option<String>,
    /// File with the password, mode 0400.
    #[serde(default)]
    pub(crate) password_file: Option<PathBuf>,
    /// Who mail is from: `Name <address>`.
    pub(crate) from: String,
}

/// `wallet.mail.tls`.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Tls {
    /// From the first byte.
    Implicit,
    /// Before anything else is said.
    #[default]
    Starttls,
    /// None, to this machine.
    None,
}

/// Which badge platforms may ask learners to connect them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Platforms {
    /// Only those whose host is listed.
    #[serde(default = "reviewed")]
    pub(crate) review: bool,
    /// Hosts that the operator looked at.
    #[serde(default)]
    pub(crate) hosts: Vec<String>,
}

impl Default for Platforms {
    fn default() -> Self {
        Self { review: reviewed(), hosts: Vec::new() }
    }
}

const fn reviewed() -> bool {
    true
}

impl Section {
    /// What the role is opened with.
    pub(crate) fn role(&self, config: &Config) -> Result<wallet_server::Config, ConfigError> {
        Ok(wallet_server::Config {
            eduid_discovery: self.eduid.discovery.clone(),
            eduid_client_id: self.eduid.client_id.clone(),
            eduid_client_secret: self.eduid.client_secret_file.as_ref().map(|path| config.secret(path)).transpose()?,
            contact: self.contact.clone(),
            platforms: wallet_server::Platforms { review: self.platforms.review, hosts: self.platforms.hosts.clone() },
            mail: self.mail.as_ref().map(|mail| mail.server(config)).transpose()?,
        })
    }
}

impl MailSection {
    fn server(&self, config: &Config) -> Result<MailConfig, ConfigError> {
        let login = match (&self.user, &self.password_file) {
            (Some(user), Some(path)) => Some((user.clone(), config.secret(path)?)),
            (None, None) => None,
            _ => return Err(config.value(Path::new("wallet.mail"), "user and password_file go together")),
        };
        let (tls, usual) = match self.tls {
            Tls::Implicit => (MailTls::Implicit, 465),
            Tls::Starttls => (MailTls::StartTls, 587),
            Tls::None => (MailTls::None, 25),
        };
        let bundle = config.file.egress.ca_bundle.as_ref().map(|path| config.bytes(path)).transpose()?;
        Ok(MailConfig {
            host: self.host.clone(),
            port: self.port.unwrap_or(usual),
            tls,
            login,
            from: self.from.clone(),
            ca_bundle: bundle.map(|bytes| bytes.to_vec()),
        })
    }
}
