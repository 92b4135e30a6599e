//! `[issuer]`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use credential_issuer::{
    Compat, EduidClient, Haip, InstitutionConfig, Issuing, KeyAttestationRule, OoapiCredentials, OoapiSource, Sector, SigningSource,
    StaffMember, WalletClient,
};
use model::LocalText;
use model::award::Finality;
use model::configuration::Configuration;
use model::id::Slug;
use openid4vc::TrustedAttester;
use secrecy::ExposeSecret;
use serde::Deserialize;
use vc::key::{Jwk, SigningKey};
use vc::x509::{CertificateAuthority, Chain};

use super::{Config, ConfigError, EduidSection, Place};

/// The institutions' issuer.
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
    /// How often each source is read, in seconds.
    #[serde(default = "five_minutes")]
    pub(crate) poll_seconds: u64,
    /// Files with issuing templates beside the built-in ones.
    #[serde(default)]
    pub(crate) templates: Vec<PathBuf>,
    /// Files with quality frameworks beside the built-in ones.
    #[serde(default)]
    pub(crate) quality_frameworks: Vec<PathBuf>,
    /// The institutions that issue here.
    pub(crate) institutions: Vec<Institution>,
    /// Wallets that are known by name.
    #[serde(default)]
    pub(crate) wallets: Vec<Wallet>,
    /// Wallet providers whose attestations count.
    #[serde(default)]
    pub(crate) attesters: Vec<Attester>,
    /// Whether a wallet provider with a certificate under an anchor of the register counts too.
    #[serde(default)]
    pub(crate) register_attests: bool,
}

fn five_minutes() -> u64 {
    300
}

/// One institution.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Institution {
    slug: String,
    name: LocalText,
    sector: Sector,
    brin: String,
    schac_home: String,
    #[serde(default = "netherlands")]
    country: String,
    #[serde(default)]
    site: Option<String>,
    /// File with the API key.
    api_key_file: PathBuf,
    #[serde(default)]
    ooapi: Option<Source>,
    eduid: EduidSection,
    #[serde(default)]
    profile: Profile,
    #[serde(default)]
    haip_configurations: Vec<String>,
    #[serde(default = "source_says")]
    finality: Finality,
    signing: Signing,
    #[serde(default)]
    templates: Vec<String>,
    #[serde(default)]
    staff: Vec<Staff>,
    #[serde(default)]
    batch_size: Option<u32>,
    #[serde(default)]
    live_copies: Option<u32>,
    #[serde(default)]
    encryption_required: bool,
    #[serde(default)]
    key_attestation: Option<KeyAttestationRule>,
    #[serde(default)]
    logo: Option<String>,
    #[serde(default)]
    compat: Compat,
}

/// By which rules wallets collect.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Profile {
    /// Every wallet, every grant; `haip_configurations` alone are issued by the rules of HAIP.
    #[default]
    EduBasic,
    /// Everything by the rules of HAIP.
    Haip,
}

/// Completed never means final by default.
fn source_says() -> Finality {
    Finality::SourceSays
}

fn netherlands() -> String {
    "NL".to_owned()
}

/// An OOAPI v5 endpoint: with `user` and `password_file`, or with `token_endpoint`, `client_id` and `client_secret_file`.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Source {
    Basic {
        base: String,
        user: String,
        password_file: PathBuf,
    },
    Client {
        base: String,
        token_endpoint: String,
        client_id: String,
        client_secret_file: PathBuf,
        #[serde(default)]
        scope: Option<String>,
    },
}

/// What signs: a certificate authority of ours that certifies a key made here, or a key with its certificates.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Signing {
    Authority { authority_certificate: PathBuf, authority_key: PathBuf },
    Given { key: PathBuf, certificates: Vec<PathBuf> },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Staff {
    eduid: String,
    name: String,
    #[serde(default)]
    approver: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wallet {
    client_id: String,
    name: String,
    #[serde(default)]
    public: bool,
    #[serde(default)]
    redirect_uris: Option<Vec<String>>,
    /// File with its keys, a JWK set.
    #[serde(default)]
    jwks_file: Option<PathBuf>,
}

/// A wallet provider: its keys, or certificates to which its chain leads.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attester {
    #[serde(default)]
    issuer: Option<String>,
    #[serde(default)]
    jwks_file: Option<PathBuf>,
    #[serde(default)]
    certificates: Vec<PathBuf>,
}

impl Wallet {
    fn role(&self, config: &Config) -> Result<WalletClient, ConfigError> {
        let wrong = |what: &str| ConfigError::Value { key: format!("issuer.wallets.{}", self.client_id), what: what.to_owned() };
        if self.public && (self.redirect_uris.is_none() || self.jwks_file.is_some()) {
            return Err(wrong("a public client has redirect_uris and no keys"));
        }
        Ok(WalletClient {
            client_id: self.client_id.clone(),
            name: self.name.clone(),
            public: self.public,
            keys: self.jwks_file.as_ref().map(|path| keys(config, path)).transpose()?,
            redirect_uris: self.redirect_uris.clone(),
        })
    }
}

impl Attester {
    fn role(&self, config: &Config) -> Result<TrustedAttester, ConfigError> {
        if self.jwks_file.is_none() && self.certificates.is_empty() {
            let key = format!("issuer.attesters.{}", self.issuer.as_deref().unwrap_or_default());
            return Err(ConfigError::Value { key, what: "neither keys nor certificates".to_owned() });
        }
        let anchors = self.certificates.iter().map(|path| config.bytes(path).map(|bytes| bytes.to_vec()));
        Ok(TrustedAttester {
            issuer: self.issuer.clone(),
            keys: self.jwks_file.as_ref().map(|path| keys(config, path)).transpose()?.unwrap_or_default(),
            anchors: anchors.collect::<Result<_, _>>()?,
        })
    }
}

/// The keys of a JWK set in a file: every one of them is read, and there is one.
fn keys(config: &Config, path: &std::path::Path) -> Result<Vec<Jwk>, ConfigError> {
    let set = vc::strict_json::parse(&config.bytes(path)?).map_err(|_| config.value(path, "is no JSON"))?;
    let listed = set.get("keys").and_then(serde_json::Value::as_array).cloned().unwrap_or_default();
    let keys: Vec<Jwk> = listed.iter().filter_map(|key| Jwk::from_value(key).ok()).collect();
    if keys.is_empty() || keys.len() != listed.len() { Err(config.value(path, "is no set of public keys")) } else { Ok(keys) }
}

impl Section {
    /// The slugs of the institutions.
    pub(crate) fn slugs(&self) -> Vec<&str> {
        self.institutions.iter().map(|institution| institution.slug.as_str()).collect()
    }

    /// What the role is opened with.
    pub(crate) fn role(&self, config: &Config) -> Result<credential_issuer::Config, ConfigError> {
        let texts = |paths: &[PathBuf]| paths.iter().map(|path| text(config, path)).collect::<Result<Vec<_>, _>>();
        Ok(credential_issuer::Config {
            institutions: self.institutions.iter().map(|one| one.role(config)).collect::<Result<_, _>>()?,
            wallets: self.wallets.iter().map(|wallet| wallet.role(config)).collect::<Result<_, _>>()?,
            attesters: self.attesters.iter().map(|attester| attester.role(config)).collect::<Result<_, _>>()?,
            register_attests: self.register_attests,
            allow_localhost: config.file.dev.allow_localhost,
            poll_every: Duration::from_secs(self.poll_seconds.max(5)),
            templates: texts(&self.templates)?,
            quality_frameworks: texts(&self.quality_frameworks)?,
        })
    }
}

impl Institution {
    fn role(&self, config: &Config) -> Result<InstitutionConfig, ConfigError> {
        let slug = Slug::parse(&self.slug).ok_or_else(|| ConfigError::Value {
            key: format!("issuer.institutions.{}", self.slug),
            what: "not a usable slug".to_owned(),
        })?;
        Ok(InstitutionConfig {
            slug,
            name: self.name.clone(),
            sector: self.sector,
            brin: self.brin.clone(),
            schac_home: self.schac_home.clone(),
            country: self.country.clone(),
            site: self.site.clone(),
            api_key_hash: storage::hash_token(config.secret(&self.api_key_file)?.expose_secret()),
            ooapi: self.ooapi.as_ref().map(|source| source.role(config)).transpose()?,
            eduid: EduidClient {
                discovery: self.eduid.discovery.clone(),
                client_id: self.eduid.client_id.clone(),
                client_secret: self.eduid.client_secret_file.as_ref().map(|path| config.secret(path)).transpose()?,
            },
            haip: self.haip()?,
            finality: self.finality.clone(),
            signing: self.signing.role(config)?,
            templates: self.templates.clone(),
            staff: self
                .staff
                .iter()
                .map(|one| StaffMember { eduid: one.eduid.clone(), name: one.name.clone(), approver: one.approver })
                .collect(),
            issuing: self.issuing()?,
        })
    }

    fn issuing(&self) -> Result<Issuing, ConfigError> {
        let wrong =
            |key: &str, what: &str| ConfigError::Value { key: format!("issuer.institutions.{}.{key}", self.slug), what: what.to_owned() };
        let batch_size = self.batch_size.unwrap_or(Issuing::default().batch_size);
        if !(1..=100).contains(&batch_size) {
            return Err(wrong("batch_size", "not between 1 and 100"));
        }
        let live_copies = self.live_copies.unwrap_or(Issuing::default().live_copies);
        if !(1..=10_000).contains(&live_copies) {
            return Err(wrong("live_copies", "not between 1 and 10000"));
        }
        let shown = |logo: &String| logo.starts_with("https://") || logo.starts_with("data:image/");
        if self.logo.as_ref().is_some_and(|logo| !shown(logo)) {
            return Err(wrong("logo", "neither an https nor a data URL of a picture"));
        }
        Ok(Issuing {
            batch_size,
            live_copies,
            encryption_required: self.encryption_required,
            key_attestation: self.key_attestation.clone(),
            logo: self.logo.clone(),
            compat: self.compat,
        })
    }
}

impl Institution {
    fn haip(&self) -> Result<Haip, ConfigError> {
        let key = || format!("issuer.institutions.{}.haip_configurations", self.slug);
        if self.haip_configurations.iter().any(|id| Configuration::parse(id).is_none()) {
            return Err(ConfigError::Value { key: key(), what: "names a configuration that is not issued here".to_owned() });
        }
        Ok(match (self.profile, self.haip_configurations.as_slice()) {
            (Profile::Haip, _) => Haip::Everything,
            (Profile::EduBasic, []) => Haip::Nothing,
            (Profile::EduBasic, ids) => Haip::Configurations(ids.to_vec()),
        })
    }
}

impl Source {
    fn role(&self, config: &Config) -> Result<OoapiSource, ConfigError> {
        Ok(match self {
            Self::Basic { base, user, password_file } => OoapiSource {
                base: base.clone(),
                credentials: OoapiCredentials::Basic { user: user.clone(), password: config.secret(password_file)? },
            },
            Self::Client { base, token_endpoint, client_id, client_secret_file, scope } => OoapiSource {
                base: base.clone(),
                credentials: OoapiCredentials::Client {
                    token_endpoint: token_endpoint.clone(),
                    client_id: client_id.clone(),
                    client_secret: config.secret(client_secret_file)?,
                    scope: scope.clone(),
                },
            },
        })
    }
}

impl Signing {
    fn role(&self, config: &Config) -> Result<SigningSource, ConfigError> {
        match self {
            Self::Authority { authority_certificate, authority_key } => {
                let (certificate, key) = (config.bytes(authority_certificate)?, config.private_bytes(authority_key)?);
                let authority = CertificateAuthority::from_parts(&certificate, &key);
                Ok(SigningSource::Authority(Arc::new(authority.map_err(|_| config.value(authority_key, "is no key of that certificate"))?)))
            }
            Self::Given { key, certificates } => {
                let private = SigningKey::from_pkcs8(&config.private_bytes(key)?).map_err(|_| config.value(key, "is no PKCS#8 key"))?;
                let ders = certificates.iter().map(|path| config.bytes(path).map(|bytes| bytes.to_vec()));
                let chain = Chain::from_der(ders.collect::<Result<_, _>>()?).map_err(|_| config.value(key, "certificates are no chain"))?;
                Ok(SigningSource::Given { key: private, chain })
            }
        }
    }
}

fn text(config: &Config, path: &std::path::Path) -> Result<String, ConfigError> {
    let bytes = config.bytes(path)?;
    String::from_utf8(bytes.to_vec()).map_err(|_| config.value(path, "is not text"))
}
