//! `eduwallet migrate`: brings the databases of a configuration up to date. Serving does so too; this does nothing else.

use std::sync::Arc;

use storage::{IssuerStore, StorageError, Store, VerifierStore, WalletStore};
use vc::random::SystemRandom;

use crate::cli::ConfigArguments;
use crate::config::{Config, ConfigError, Place};
use crate::{log, say};

/// Why migrating ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MigrateError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("the {role}'s database")]
    Database {
        role: &'static str,
        #[source]
        source: StorageError,
    },
}

/// Migrates every role that the configuration has.
pub(crate) async fn run(arguments: ConfigArguments) -> Result<(), MigrateError> {
    log::start("warn");
    let config = Config::read(&arguments.config)?;
    if let Some(section) = &config.file.wallet {
        let store: WalletStore = open(&config, "wallet", &section.database, &section.master_key_file).await?;
        done("wallet", store).await;
    }
    if let Some(section) = &config.file.issuer {
        let store: IssuerStore = open(&config, "issuer", &section.database, &section.master_key_file).await?;
        done("issuer", store).await;
    }
    if let Some(section) = &config.file.verifier {
        let store: VerifierStore = open(&config, "verifier", &section.database, &section.master_key_file).await?;
        done("verifier", store).await;
    }
    Ok(())
}

async fn open<R: storage::role::Role>(
    config: &Config,
    role: &'static str,
    place: &Place,
    key: &std::path::Path,
) -> Result<Store<R>, MigrateError> {
    let master = config.master_key(key)?;
    let store = Store::open(&config.database(place), &master, Arc::new(SystemRandom)).await;
    store.map_err(|source| MigrateError::Database { role, source })
}

async fn done<R: storage::role::Role>(role: &str, store: Store<R>) {
    store.close().await;
    say::line(&format!("{role}: up to date"));
}
