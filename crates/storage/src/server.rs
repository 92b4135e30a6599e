//! Databases of their own on a PostgreSQL server, for what is started and thrown away: the demo, measuring, tests.

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::{Result, StorageError};

/// Makes the database `name` (letters, digits and `_` only) on the server of an administrative address, and gives its address.
///
/// # Errors
/// When the name is another, the server does not answer, or refuses.
pub async fn create_database(admin: &str, name: &str) -> Result<String> {
    let (base, _) = admin.rsplit_once('/').ok_or(StorageError::Address)?;
    run(admin, "CREATE DATABASE", name).await?;
    Ok(format!("{base}/{name}"))
}

/// Removes the database `name`, whoever is still connected to it.
///
/// # Errors
/// As [`create_database`].
pub async fn drop_database(admin: &str, name: &str) -> Result<()> {
    run(admin, "DROP DATABASE IF EXISTS", name).await
}

/// A database's name cannot be a parameter of a statement, so nothing but letters, digits and `_` gets into it.
async fn run(admin: &str, what: &str, name: &str) -> Result<()> {
    let plain = !name.is_empty() && name.len() <= 60 && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !plain {
        return Err(StorageError::Address);
    }
    let mut connection = PgConnection::connect(admin).await?;
    sqlx::query(AssertSqlSafe(format!("{what} {name}"))).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}
