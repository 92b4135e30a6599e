//! Brings a role's schema up to date. Migrations only go forward; both databases have equal numbers.

use std::str::FromStr;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection, PgPool, SqliteConnection};

use crate::role::Role;
use crate::{Result, StorageError};

static WALLET_SQLITE: Migrator = sqlx::migrate!("../../migrations/wallet/sqlite");
static WALLET_POSTGRES: Migrator = sqlx::migrate!("../../migrations/wallet/postgres");
static ISSUER_SQLITE: Migrator = sqlx::migrate!("../../migrations/issuer/sqlite");
static ISSUER_POSTGRES: Migrator = sqlx::migrate!("../../migrations/issuer/postgres");
static VERIFIER_SQLITE: Migrator = sqlx::migrate!("../../migrations/verifier/sqlite");
static VERIFIER_POSTGRES: Migrator = sqlx::migrate!("../../migrations/verifier/postgres");

/// Makes the file where there is none, and brings its schema up to date over a connection that is closed again.
pub(crate) async fn sqlite<R: Role>(path: &str) -> Result<()> {
    let options = SqliteConnectOptions::from_str(&format!("sqlite:{path}"))?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("secure_delete", "ON");
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let (migrator, _) = migrators::<R>();
    let migrated = migrator.run(&mut connection).await.map_err(StorageError::Migration);
    connection.close().await?;
    migrated
}

pub(crate) async fn postgres<R: Role>(pool: &PgPool) -> Result<()> {
    migrators::<R>().1.run(pool).await.map_err(StorageError::Migration)
}

fn migrators<R: Role>() -> (&'static Migrator, &'static Migrator) {
    match R::NAME {
        "wallet" => (&WALLET_SQLITE, &WALLET_POSTGRES),
        "issuer" => (&ISSUER_SQLITE, &ISSUER_POSTGRES),
        _ => (&VERIFIER_SQLITE, &VERIFIER_POSTGRES),
    }
}
