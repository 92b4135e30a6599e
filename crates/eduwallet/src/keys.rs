//! `eduwallet keys`: the institutions' signing keys, over the database of a configuration.
//!
//! Showing them works while servers run. What writes needs the SQLite file for itself; on PostgreSQL servers see it at once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use credential_issuer::{CredentialIssuer, KeyFault, Revoked, Start};
use model::register::{IssuerKey, Moment, Register, RegisterError};
use model::{Clock, SystemClock, Timestamp};
use serde_json::{Value, json};
use storage::issuer::key::{KeyRow, KeyState};
use storage::{IssuerStore, StorageError};
use vc::key::{Algorithm, Jwk};
use vc::random::SystemRandom;

use crate::cli::{KeyAlgorithm, KeysArguments, KeysDeed, KeysOf};
use crate::config::issuer::Section;
use crate::config::{Config, ConfigError};
use crate::roles::{RoleError, Roles};
use crate::serve::{data, surroundings};
use crate::{log, say};

/// Why nothing was done, or not everything.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeysError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Role(#[from] RoleError),
    #[error("the issuer's database")]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Key(#[from] KeyFault),
    #[error("say which institution: --institution with one of {0}")]
    Which(String),
    #[error("{0} is no institution of this configuration")]
    Nowhere(String),
    #[error("a stored key is not readable")]
    Stored,
    #[error("the register file {path} could not be read or written; put the key into it by hand (`eduwallet keys archive`)")]
    File {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the register file is not accepted")]
    Register(#[from] RegisterError),
}

/// Does what was asked.
pub(crate) async fn run(arguments: KeysArguments) -> Result<(), KeysError> {
    log::start("warn");
    match arguments.deed {
        KeysDeed::List { of, json } => list(&of, json).await,
        KeysDeed::Archive(of) => archive(&of).await,
        KeysDeed::Rotate { of, algorithm, now } => rotate(&of, algorithm, now).await,
        KeysDeed::Revoke { of, kid, take_back, keep_register } => revoke(&of, &kid, (take_back, keep_register)).await,
    }
}

/// The configuration's issuer.
fn section(config: &Config) -> Result<&Section, KeysError> {
    Ok(config.file.issuer.as_ref().ok_or(ConfigError::NoRole("issuer"))?)
}

/// The one institution that is meant.
fn institution(of: &KeysOf, config: &Config) -> Result<String, KeysError> {
    let slugs = section(config)?.slugs();
    match &of.institution {
        Some(slug) if slugs.contains(&slug.as_str()) => Ok(slug.clone()),
        Some(slug) => Err(KeysError::Nowhere(slug.clone())),
        None => match slugs.as_slice() {
            [one] => Ok((*one).to_owned()),
            many => Err(KeysError::Which(many.join(", "))),
        },
    }
}

/// The issuer's database, to read from, also while servers run.
async fn look(config: &Config) -> Result<IssuerStore, KeysError> {
    let section = section(config)?;
    let data = data(config, &section.database, &section.master_key_file)?;
    Ok(IssuerStore::look(&data.url, &data.master, Arc::new(SystemRandom)).await?)
}

/// The issuer as a server opens it: this process must be the only one on a SQLite file.
async fn open(config: &Config) -> Result<CredentialIssuer, KeysError> {
    let section = section(config)?;
    let own = config.urls()?.issuer.ok_or(ConfigError::NoRole("issuer"))?;
    let mut roles = Roles::default();
    let around = surroundings(config, config.urls()?.from(own))?;
    roles.open_issuer(section.role(config)?, around, &data(config, &section.database, &section.master_key_file)?).await?;
    roles.issuer.ok_or_else(|| ConfigError::NoRole("issuer").into())
}

async fn list(of: &KeysOf, as_json: bool) -> Result<(), KeysError> {
    let config = Config::read(&of.config.config)?;
    let store = look(&config).await?;
    let mut tx = store.read().await?;
    let mut items = Vec::new();
    for slug in tx.institutions_with_keys().await? {
        if of.institution.as_ref().is_some_and(|wanted| *wanted != slug) {
            continue;
        }
        for key in tx.institution_keys(&slug).await? {
            let standing = tx.count_under_key(&slug, &key.kid).await?;
            if as_json {
                items.push(described(&slug, &key, standing)?);
            } else {
                say::line(&told(&slug, &key, standing));
            }
        }
    }
    if as_json {
        say::line(&json!({ "items": items }).to_string());
    }
    Ok(())
}

/// One line about a key.
fn told(slug: &str, key: &KeyRow, standing: i64) -> String {
    let date = |at: Option<Timestamp>| at.map(Timestamp::rfc3339).unwrap_or_default();
    let when = match key.state {
        KeyState::Next => format!("signs from {}", date(key.due_at)),
        KeyState::Active => format!("signs since {}", date(key.activated_at)),
        KeyState::Retained => format!("signed until {}", date(key.ended_at)),
        KeyState::Revoked => format!("revoked {}", date(key.revoked_at)),
    };
    let (algorithm, state) = (key.algorithm.name(), key.state.as_str());
    format!("{slug}  {}  {algorithm:<6}{state:<9}{when}, {standing} credentials stand", key.kid)
}

fn described(slug: &str, key: &KeyRow, standing: i64) -> Result<Value, KeysError> {
    let time = |at: Option<Timestamp>| at.map(Timestamp::rfc3339);
    Ok(json!({
        "institution": slug, "kid": key.kid, "algorithm": key.algorithm.name(), "state": key.state.as_str(), "jwk": jwk(key)?.to_value(),
        "created_at": key.created_at.rfc3339(), "signs_from": time(key.due_at.or(key.activated_at)), "ended_at": time(key.ended_at),
        "revoked_at": time(key.revoked_at), "credentials": standing,
    }))
}

fn jwk(key: &KeyRow) -> Result<Jwk, KeysError> {
    let value = serde_json::from_str(&key.jwk).map_err(|_| KeysError::Stored)?;
    Ok(Jwk::from_value(&value).map_err(|_| KeysError::Stored)?.with_kid(key.kid.clone()))
}

/// A key as a register remembers it; one that never signed has no time.
fn remembered(key: &KeyRow) -> Result<IssuerKey, KeysError> {
    let moment = |at: Option<Timestamp>| at.map(Moment::from);
    let (from, until) = (moment(key.activated_at), moment(key.ended_at));
    Ok(IssuerKey { jwk: jwk(key)?, valid_from: from, valid_until: until, revoked_at: moment(key.revoked_at) })
}

async fn archive(of: &KeysOf) -> Result<(), KeysError> {
    let config = Config::read(&of.config.config)?;
    let slug = institution(of, &config)?;
    let keys = look(&config).await?.read().await?.institution_keys(&slug).await?;
    let keys: Vec<IssuerKey> = keys.iter().map(remembered).collect::<Result<_, _>>()?;
    say::line(&serde_json::to_string_pretty(&keys).map_err(|_| KeysError::Stored)?);
    Ok(())
}

async fn rotate(of: &KeysOf, algorithm: Option<KeyAlgorithm>, now: bool) -> Result<(), KeysError> {
    let config = Config::read(&of.config.config)?;
    let slug = institution(of, &config)?;
    let issuer = open(&config).await?;
    let start = if now { Start::Now } else { Start::Announced };
    let chosen = |known: KeyAlgorithm| algorithm.is_none_or(|wanted| wanted == known);
    for (known, of) in [(KeyAlgorithm::Es256, Algorithm::Es256), (KeyAlgorithm::EdDsa, Algorithm::EdDsa)] {
        if chosen(known) {
            let rotated = issuer.rotate_key(&slug, of, start).await?;
            say::line(&format!("{slug}: {} {} signs from {}", of.name(), rotated.kid, rotated.signs_from.rfc3339()));
        }
    }
    issuer.store().close().await;
    Ok(())
}

async fn revoke(of: &KeysOf, kid: &str, (take_back, keep_register): (bool, bool)) -> Result<(), KeysError> {
    let config = Config::read(&of.config.config)?;
    let slug = institution(of, &config)?;
    let issuer = open(&config).await?;
    let revoked = issuer.revoke_key(&slug, kid, take_back).await?;
    say::line(&outcome(&slug, kid, &revoked));
    let keys = issuer.store().read().await?.institution_keys(&slug).await?;
    issuer.store().close().await;
    let key = keys.iter().find(|key| key.kid == kid).ok_or(KeysError::Stored)?;
    let written = !keep_register && remember(&config, &slug, remembered(key)?)?;
    let text = if written {
        "The register of this configuration says so. Tell the keepers of other registers."
    } else {
        "No register was changed. Put the key with `revoked_at` into the institution's entry: `eduwallet keys archive` prints it."
    };
    say::line(text);
    Ok(())
}

fn outcome(slug: &str, kid: &str, revoked: &Revoked) -> String {
    let mut text = format!("{slug}: {kid} is revoked since {}.", revoked.at.rfc3339());
    if let Some(replaced_by) = &revoked.replaced_by {
        text.push_str(&format!(" {replaced_by} signs from now on."));
    }
    if revoked.taken_back > 0 {
        text.push_str(&format!(" {} credentials are revoked, {} of them are issued again.", revoked.taken_back, revoked.opened));
    }
    if revoked.standing > 0 {
        text.push_str(&format!(" {} credentials still stand: --take-back revokes them and issues them again.", revoked.standing));
    }
    text
}

/// Writes a revoked key into the register file of the configuration. False when the institution is not in it.
fn remember(config: &Config, slug: &str, key: IssuerKey) -> Result<bool, KeysError> {
    let own = config.urls()?.issuer.ok_or(ConfigError::NoRole("issuer"))?;
    let path = config.path(&config.file.register);
    let failed = |source| KeysError::File { path: path.clone(), source };
    let mut register = Register::parse(&std::fs::read(&path).map_err(failed)?)?;
    if !register.remember_key(&own.at(&format!("/{slug}")), key) {
        return Ok(false);
    }
    let text = serde_json::to_string_pretty(&register).map_err(RegisterError::from)?;
    replace(&path, text.as_bytes()).map_err(failed)?;
    Ok(true)
}

/// Readers see the old file or the new one, never half of it.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension(format!("{}.new", SystemClock.now().millis()));
    std::fs::write(&beside, bytes)?;
    std::fs::set_permissions(&beside, std::fs::metadata(path)?.permissions())?;
    std::fs::rename(&beside, path)
}
