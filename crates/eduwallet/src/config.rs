//! `eduwallet.toml`: what the operator decides. Unknown keys are errors; secrets are read from the files that are named here.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use http::egress::{Egress, Peer, Rules};
use http::limits::{Limits, Rule};
use http::{Origin, RegisterFile, RoleUrls, SessionTimes};
use secrecy::SecretString;
use serde::Deserialize;
use storage::MasterKey;
use zeroize::Zeroizing;

pub(crate) mod issuer;
pub(crate) mod schema;
pub(crate) mod verifier;
pub(crate) mod wallet;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// Who runs this server, shown in the footer and on the login page.
    pub(crate) operator: String,
    /// The register of parties; relative paths start at this file's folder.
    pub(crate) register: PathBuf,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    #[serde(default)]
    pub(crate) trusted_proxies: Vec<IpAddr>,
    #[serde(default)]
    pub(crate) dev: Dev,
    #[serde(default)]
    pub(crate) egress: EgressSection,
    #[serde(default)]
    pub(crate) limits: HashMap<String, Rule>,
    #[serde(default)]
    pub(crate) session: SessionSection,
    #[serde(default)]
    pub(crate) operations: Option<Operations>,
    #[serde(default)]
    pub(crate) wallet: Option<wallet::Section>,
    #[serde(default)]
    pub(crate) issuer: Option<issuer::Section>,
    #[serde(default)]
    pub(crate) verifier: Option<verifier::Section>,
}

/// For development only.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dev {
    /// Allows `http://localhost`, any port, as a foreign address.
    #[serde(default)]
    pub(crate) allow_localhost: bool,
}

/// Outgoing requests.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EgressSection {
    /// PEM that is trusted beside the system's roots.
    #[serde(default)]
    pub(crate) ca_bundle: Option<PathBuf>,
    /// Neighbours that may be on private addresses.
    #[serde(default)]
    pub(crate) peers: Vec<PeerSection>,
}

/// A neighbour.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PeerSection {
    /// Its origin as others see it.
    pub(crate) origin: String,
    /// `host:port` to connect to.
    #[serde(default)]
    pub(crate) connect_to: Option<String>,
}

/// Browser sessions.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionSection {
    /// Minutes without use.
    #[serde(default)]
    pub(crate) idle_minutes: Option<i64>,
    /// Minutes in all.
    #[serde(default)]
    pub(crate) absolute_minutes: Option<i64>,
}

/// The operator's port.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Operations {
    /// Inner address, such as `127.0.0.1:8089`.
    pub(crate) listen: SocketAddr,
}

/// Where a role is and keeps its data.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    /// `sqlite:PATH` or `postgres://…`.
    pub(crate) url: String,
}

/// A client at eduID.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EduidSection {
    /// Address of the discovery document.
    pub(crate) discovery: String,
    /// Client id.
    pub(crate) client_id: String,
    /// File with the client secret.
    #[serde(default)]
    pub(crate) client_secret_file: Option<PathBuf>,
}

/// Why a configuration is not usable.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("the configuration could not be read: {0}")]
    Shape(Box<figment::Error>),
    #[error("{key}")]
    Origin {
        key: &'static str,
        #[source]
        source: http::origin::NotAnOrigin,
    },
    #[error("two roles have the origin {0}: each role needs its own")]
    SameOrigin(String),
    #[error("the file {path} could not be read")]
    Read {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{0} must be 32 bytes: make one with `head -c 32 /dev/urandom`")]
    MasterKey(PathBuf),
    #[error("{0} may be read by others: chmod 0400")]
    Mode(PathBuf),
    #[error("the configuration has no [{0}], which --roles asks for")]
    NoRole(&'static str),
    #[error("{key}: {what}")]
    Value { key: String, what: String },
    #[error(transparent)]
    Register(#[from] http::register::RegisterFault),
    #[error(transparent)]
    Egress(#[from] http::egress::EgressSetup),
}

/// A read configuration with the folder that its paths start at.
pub(crate) struct Config {
    pub(crate) file: File,
    folder: PathBuf,
}

impl Config {
    /// Reads the file, then the environment: `EDUWALLET_WALLET__URL` overrides `wallet.url`.
    pub(crate) fn read(path: &Path) -> Result<Self, ConfigError> {
        if !path.is_file() {
            let source = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(ConfigError::Read { path: path.to_owned(), source });
        }
        // The log filter and the check command's register have names of their own in the environment.
        let environment = Env::prefixed("EDUWALLET_").ignore(&["log"]).split("__");
        let file = Figment::new().merge(Toml::file_exact(path)).merge(environment).extract();
        let file = file.map_err(|error| ConfigError::Shape(Box::new(error)))?;
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        let config = Self { file, folder };
        config.urls()?;
        Ok(config)
    }

    /// A path of the file, from the file's folder.
    pub(crate) fn path(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    /// A database address; the path of a SQLite file starts at the file's folder.
    pub(crate) fn database(&self, place: &Place) -> String {
        match place.url.strip_prefix("sqlite:") {
            Some(path) => format!("sqlite:{}", self.path(Path::new(path)).display()),
            None => place.url.clone(),
        }
    }

    /// The origins of the roles that this configuration has; two with one origin are an error.
    pub(crate) fn urls(&self) -> Result<Urls, ConfigError> {
        let origin = |key, url: Option<&str>| url.map(Origin::parse).transpose().map_err(|source| ConfigError::Origin { key, source });
        let urls = Urls {
            wallet: origin("wallet.url", self.file.wallet.as_ref().map(|role| role.url.as_str()))?,
            issuer: origin("issuer.url", self.file.issuer.as_ref().map(|role| role.url.as_str()))?,
            verifier: origin("verifier.url", self.file.verifier.as_ref().map(|role| role.url.as_str()))?,
        };
        let all: Vec<&Origin> = [&urls.wallet, &urls.issuer, &urls.verifier].into_iter().flatten().collect();
        match all.iter().enumerate().find(|(at, origin)| all.iter().take(*at).any(|other| other == *origin)) {
            Some((_, twice)) => Err(ConfigError::SameOrigin(twice.to_string())),
            None => Ok(urls),
        }
    }

    pub(crate) fn egress(&self) -> Result<Egress, ConfigError> {
        let bundle = self.file.egress.ca_bundle.as_ref().map(|path| self.bytes(path)).transpose()?;
        let peers = self.file.egress.peers.iter().map(|peer| {
            let origin = Origin::parse(&peer.origin).map_err(|source| ConfigError::Origin { key: "egress.peers.origin", source })?;
            Ok(Peer { origin, connect_to: peer.connect_to.clone() })
        });
        let rules = Rules { allow_localhost: self.file.dev.allow_localhost, peers: peers.collect::<Result<_, ConfigError>>()? };
        Ok(Egress::new(rules, bundle.as_ref().map(|bytes| bytes.as_slice()))?)
    }

    pub(crate) fn register(&self) -> Result<RegisterFile, ConfigError> {
        Ok(RegisterFile::open(self.path(&self.file.register))?)
    }

    pub(crate) fn limits(&self) -> Limits {
        Limits::new(self.file.limits.clone(), 1.0)
    }

    pub(crate) fn session_times(&self) -> SessionTimes {
        let usual = SessionTimes::default();
        let seconds = |minutes: Option<i64>, usual| minutes.map_or(usual, |minutes: i64| minutes.saturating_mul(60));
        SessionTimes {
            idle: seconds(self.file.session.idle_minutes, usual.idle),
            absolute: seconds(self.file.session.absolute_minutes, usual.absolute),
        }
    }

    /// The bytes of a file.
    pub(crate) fn bytes(&self, path: &Path) -> Result<Zeroizing<Vec<u8>>, ConfigError> {
        let path = self.path(path);
        std::fs::read(&path).map(Zeroizing::new).map_err(|source| ConfigError::Read { path, source })
    }

    /// The bytes of a file that nobody else may read.
    pub(crate) fn private_bytes(&self, path: &Path) -> Result<Zeroizing<Vec<u8>>, ConfigError> {
        let whole = self.path(path);
        if is_open_to_others(&whole) {
            return Err(ConfigError::Mode(whole));
        }
        self.bytes(path)
    }

    /// A secret in a file; white space around it is dropped.
    pub(crate) fn secret(&self, path: &Path) -> Result<SecretString, ConfigError> {
        let bytes = self.private_bytes(path)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| self.value(path, "is not text"))?.trim();
        if text.is_empty() { Err(self.value(path, "is empty")) } else { Ok(SecretString::from(text.to_owned())) }
    }

    /// A master key: 32 bytes in a file that nobody else may read.
    pub(crate) fn master_key(&self, path: &Path) -> Result<MasterKey, ConfigError> {
        let bytes = self.private_bytes(path)?;
        let key: [u8; 32] = bytes.as_slice().try_into().map_err(|_| ConfigError::MasterKey(self.path(path)))?;
        Ok(MasterKey::new(key))
    }

    pub(crate) fn value(&self, key: &Path, what: &str) -> ConfigError {
        ConfigError::Value { key: key.display().to_string(), what: what.to_owned() }
    }
}

/// The origins of the roles.
#[derive(Clone, Debug)]
pub(crate) struct Urls {
    pub(crate) wallet: Option<Origin>,
    pub(crate) issuer: Option<Origin>,
    pub(crate) verifier: Option<Origin>,
}

impl Urls {
    /// The same, seen from one role.
    pub(crate) fn from(&self, own: Origin) -> RoleUrls {
        RoleUrls { own, wallet: self.wallet.clone(), issuer: self.issuer.clone(), verifier: self.verifier.clone() }
    }
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests;
