//! All SQL, for both databases, and the sealing of what lies in them.
//!
//! A handler takes a [`Store`], opens one short transaction with [`Store::read`] or [`Store::write`], calls the role's methods on [`Tx`]
//! and commits. One SQL text serves SQLite and PostgreSQL; a role can name only its own store.

pub mod audit;
mod change;
pub mod issuer;
pub mod lease;
pub mod login;
mod migrate;
pub mod outbox;
pub mod role;
pub mod seal;
pub mod server;
pub mod session;
pub mod spent;
mod sqlite;
mod statement;
mod tx;
mod value;
pub mod verifier;
pub mod wallet;

pub use change::Change;
pub use role::{IssuerStore, IssuerTx, VerifierStore, VerifierTx, WalletStore, WalletTx};
pub use seal::{Cell, MasterKey, Owner, Sealer, hash_token};
pub use tx::{DatabaseKind, Store, Tx};
pub use value::{Row, Value};

/// What can go wrong between us and the database.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database did not answer, is full, or gave an error of its own.
    #[error("the database failed")]
    Database(#[source] DatabaseError),
    /// A unique constraint, foreign key or check refused the row.
    #[error("the database refused the row: it conflicts with another")]
    Conflict,
    /// A row made no sense to us.
    #[error("row of {table} has an unreadable {column}")]
    Row {
        /// The table, or the statement's name.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A sealed cell did not open: it was changed, moved, or its key is gone.
    #[error("sealed cell {table}.{column} does not open")]
    Sealed {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The schema could not be brought up to date, or is newer than this program.
    #[error("the schema could not be migrated")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// The address of the database is not one we know.
    #[error("database address must begin with sqlite: or postgres://")]
    Address,
    /// Another server process holds this SQLite file.
    #[error("another process serves this SQLite file; several servers can share a PostgreSQL database")]
    Locked,
    /// The file system refused.
    #[error("the database file could not be opened")]
    File(#[source] std::io::Error),
}

/// What a database said.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// PostgreSQL, or what leads to it.
    #[error(transparent)]
    Postgres(sqlx::Error),
    /// SQLite.
    #[error(transparent)]
    Sqlite(rusqlite::Error),
    /// Nobody gave a connection back in time.
    #[error("every connection was in use for three seconds")]
    Busy,
    /// The server is stopping.
    #[error("the database is closed")]
    Closed,
}

impl From<DatabaseError> for StorageError {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl From<sqlx::Error> for StorageError {
    fn from(error: sqlx::Error) -> Self {
        match error.as_database_error() {
            Some(refused) if refused.is_unique_violation() || refused.is_foreign_key_violation() || refused.is_check_violation() => {
                Self::Conflict
            }
            _ => Self::Database(DatabaseError::Postgres(error)),
        }
    }
}

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ffi::{
            SQLITE_CONSTRAINT_CHECK, SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE,
        };
        let conflicts = [SQLITE_CONSTRAINT_CHECK, SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE];
        match error.sqlite_error() {
            Some(refused) if conflicts.contains(&refused.extended_code) => Self::Conflict,
            _ => Self::Database(DatabaseError::Sqlite(error)),
        }
    }
}

/// The result of a storage operation.
pub type Result<T> = std::result::Result<T, StorageError>;

/// Every statement of a role with its name, for the test that prepares them on both databases.
pub fn shared_statements() -> Vec<(&'static str, &'static str)> {
    [
        audit::STATEMENTS,
        lease::STATEMENTS,
        login::STATEMENTS,
        outbox::STATEMENTS,
        seal::STATEMENTS,
        session::STATEMENTS,
        spent::STATEMENTS,
        tx::STATEMENTS,
    ]
    .concat()
}
