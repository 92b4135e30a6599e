//! Brings a role's schema up to date. Migrations only go forward; both databases have equal numbers.

use sqlx::migrate::Migrator;

use crate::role::Role;
use crate::tx::Pool;
use crate::{Result, StorageError};

static WALLET_SQLITE: Migrator = sqlx::migrate!("../../migrations/wallet/sqlite");
static WALLET_POSTGRES: Migrator = sqlx::migrate!("../../migrations/wallet/postgres");
static ISSUER_SQLITE: Migrator = sqlx::migrate!("../../migrations/issuer/sqlite");
static ISSUER_POSTGRES: Migrator = sqlx::migrate!("../../migrations/issuer/postgres");
static VERIFIER_SQLITE: Migrator = sqlx::migrate!("../../migrations/verifier/sqlite");
static VERIFIER_POSTGRES: Migrator = sqlx::migrate!("../../migrations/verifier/postgres");

pub(crate) async fn migrate<R: Role>(pool: &Pool) -> Result<()> {
    let (sqlite, postgres) = match R::NAME {
        "wallet" => (&WALLET_SQLITE, &WALLET_POSTGRES),
        "issuer" => (&ISSUER_SQLITE, &ISSUER_POSTGRES),
        _ => (&VERIFIER_SQLITE, &VERIFIER_POSTGRES),
    };
    match pool {
        Pool::Sqlite { write, .. } => sqlite.run(write).await,
        Pool::Postgres(pool) => postgres.run(pool).await,
    }
    .map_err(StorageError::Migration)
}
