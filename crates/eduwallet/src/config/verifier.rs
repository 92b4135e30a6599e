//! `[verifier]`.

use std::net::SocketAddr;
use std::path::PathBuf;

use secrecy::ExposeSecret;
use serde::Deserialize;
use vc::key::SigningKey;

use super::{Config, ConfigError, Place};

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
    /// Who may ask with a key; none when only the public pages are wanted.
    #[serde(default)]
    pub(crate) organisations: Vec<Organisation>,
    /// Where questions go: a mail address.
    #[serde(default)]
    pub(crate) contact: Option<String>,
}

/// An organisation that asks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Organisation {
    /// Its slug; the register's party of that slug says what it may ask.
    slug: String,
    /// File with the API key.
    api_key_file: PathBuf,
    /// PKCS#8 file with the P-256 key that signs its requests.
    key: PathBuf,
    /// DER files with the certificates of that key, leaf first, without the anchor.
    certificates: Vec<PathBuf>,
}

impl Section {
    /// What the role is opened with.
    pub(crate) fn role(&self, config: &Config) -> Result<verifier::Config, ConfigError> {
        let organisations = self.organisations.iter().map(|one| {
            let key = SigningKey::from_pkcs8(&config.private_bytes(&one.key)?).map_err(|_| config.value(&one.key, "is no PKCS#8 key"))?;
            let chain = one.certificates.iter().map(|path| config.bytes(path).map(|bytes| bytes.to_vec()));
            Ok(verifier::OrganisationConfig {
                slug: one.slug.clone(),
                api_key_hash: storage::hash_token(config.secret(&one.api_key_file)?.expose_secret()),
                signing_key: key,
                chain: chain.collect::<Result<_, ConfigError>>()?,
            })
        });
        Ok(verifier::Config { organisations: organisations.collect::<Result<_, ConfigError>>()?, contact: self.contact.clone() })
    }
}
