//! Changes that are made together or not at all, each to exactly one row: one trip on PostgreSQL (decision 0035).

use std::fmt::Write as _;
use std::marker::PhantomData;

use sqlx::{AssertSqlSafe, PgPool};

use crate::role::Role;
use crate::sqlite::Lane;
use crate::tx::{Lasts, Pool, bound};
use crate::{Result, StorageError, Store, Tx, Value};

/// An `INSERT` or `UPDATE` that is right when it changes one row.
pub struct Change<R> {
    sql: &'static str,
    args: Vec<Value>,
    role: PhantomData<fn() -> R>,
}

impl<R: Role> Change<R> {
    /// `sql` is a declared statement of a table that no other change of the same set touches in the same row.
    pub(crate) fn new(sql: &'static str, args: Vec<Value>) -> Self {
        Self { sql, args, role: PhantomData }
    }
}

impl<R: Role> Store<R> {
    /// Makes all the changes, or none of them. False when one of them did not find its row, or found it changed.
    ///
    /// # Errors
    /// [`StorageError::Conflict`] when one conflicts with another row, and when the database fails; then none was made, unless the
    /// connection was lost before the answer came.
    pub async fn all_or_none(&self, changes: Vec<Change<R>>) -> Result<bool> {
        self.together(changes, Lasts::AtOnce).await
    }

    /// As [`Store::all_or_none`], lasting from the next commit on that waits for the disk, as [`Store::write_unsynced`].
    ///
    /// # Errors
    /// As [`Store::all_or_none`].
    pub async fn all_or_none_unsynced(&self, changes: Vec<Change<R>>) -> Result<bool> {
        self.together(changes, Lasts::WithTheNext).await
    }

    async fn together(&self, changes: Vec<Change<R>>, lasts: Lasts) -> Result<bool> {
        match self.pool() {
            Pool::Sqlite { write, .. } => one_by_one(write, changes, lasts).await,
            Pool::Postgres(pool) => at_once(pool, changes, lasts).await,
        }
    }
}

impl<R: Role> Tx<R> {
    /// Makes one change in this transaction. False when it did not find its row, or found it changed.
    pub(crate) async fn make(&mut self, change: Change<R>) -> Result<bool> {
        Ok(self.execute(change.sql, change.args).await? == 1)
    }
}

async fn one_by_one<R>(write: &std::sync::Arc<Lane>, changes: Vec<Change<R>>, lasts: Lasts) -> Result<bool> {
    let mut held = write.begin(lasts).await?;
    for Change { sql, args, .. } in changes {
        if held.execute(sql, args)? != 1 {
            return Ok(false);
        }
    }
    held.commit().await.map(|()| true)
}

/// What PostgreSQL says where a divisor is 0.
const DIVISION_BY_ZERO: &str = "22012";

async fn at_once<R>(pool: &PgPool, changes: Vec<Change<R>>, lasts: Lasts) -> Result<bool> {
    let sql = composed(changes.iter().map(|change| (change.sql, change.args.len())), lasts);
    let args = changes.into_iter().flat_map(|change| change.args);
    match bound(sqlx::query(AssertSqlSafe(sql)), args).execute(pool).await {
        Ok(_) => Ok(true),
        Err(error) if error.as_database_error().and_then(|refused| refused.code()).as_deref() == Some(DIVISION_BY_ZERO) => Ok(false),
        Err(error) => Err(StorageError::from(error)),
    }
}

/// One statement out of several, made of declared ones alone: each in a `WITH` of its own, numbered on, and at the end a division by
/// zero unless each changed one row. A statement that fails undoes itself, so no transaction is needed around it.
fn composed<'a>(changes: impl Iterator<Item = (&'a str, usize)>, lasts: Lasts) -> String {
    let (mut with, mut each) = (String::new(), String::new());
    let mut before = 0;
    for (number, (sql, args)) in changes.enumerate() {
        let (comma, and) = if number == 0 { ("", "") } else { (", ", " AND ") };
        // Writing to a string does not fail.
        let _ = write!(with, "{comma}c{number} AS ({} RETURNING 1)", numbered_on(sql, before));
        let _ = write!(each, "{and}(SELECT COUNT(*) FROM c{number}) = 1");
        before += args;
    }
    if lasts == Lasts::WithTheNext {
        // Read at the commit of this one statement, and gone with it: the third argument makes it local.
        each.push_str(" AND set_config('synchronous_commit', 'off', true) = 'off'");
    }
    format!("WITH {with} SELECT 1 / CASE WHEN {each} THEN 1 ELSE 0 END")
}

/// The statement with its places for values moved on by so many.
fn numbered_on(sql: &str, by: usize) -> String {
    let mut parts = sql.split('$');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|character: char| !character.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(end);
        let number: usize = number.parse().unwrap_or_default();
        let _ = write!(out, "${}{rest}", number + by);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Lasts, composed, numbered_on};

    #[test]
    fn places_are_moved_on_and_nothing_else() {
        assert_eq!(numbered_on("UPDATE a SET b = $2 WHERE c = $1 AND d > $11", 3), "UPDATE a SET b = $5 WHERE c = $4 AND d > $14");
        assert_eq!(numbered_on("UPDATE a SET b = 1", 3), "UPDATE a SET b = 1");
    }

    #[test]
    fn each_change_is_counted() {
        let changes = [("INSERT INTO a VALUES ($1)", 1), ("UPDATE b SET c = $1", 1)];
        assert_eq!(
            composed(changes.into_iter(), Lasts::AtOnce),
            "WITH c0 AS (INSERT INTO a VALUES ($1) RETURNING 1), c1 AS (UPDATE b SET c = $2 RETURNING 1) \
             SELECT 1 / CASE WHEN (SELECT COUNT(*) FROM c0) = 1 AND (SELECT COUNT(*) FROM c1) = 1 THEN 1 ELSE 0 END"
        );
    }
}
