//! Leases on periodic work: of several servers one does it, and the fence tells a late one that it lost its turn.

use crate::role::Role;
use crate::tx::DatabaseKind;
use crate::{Result, Tx, args, statements};

statements! {
    TAKE_LEASE_SQLITE = "INSERT INTO lease (name, holder, fence, held_until) VALUES ($1, $2, 1, CAST(unixepoch('subsec') * 1000 AS INTEGER) + $3) \
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = lease.fence + 1, held_until = excluded.held_until \
        WHERE lease.holder = excluded.holder OR lease.held_until < CAST(unixepoch('subsec') * 1000 AS INTEGER) RETURNING fence";
    TAKE_LEASE_POSTGRES = "INSERT INTO lease (name, holder, fence, held_until) \
        VALUES ($1, $2, 1, CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) + $3) \
        ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = lease.fence + 1, held_until = excluded.held_until \
        WHERE lease.holder = excluded.holder OR lease.held_until < CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) RETURNING fence";
    HOLDS_LEASE = "SELECT fence FROM lease WHERE name = $1 AND holder = $2 AND fence = $3";
}

impl<R: Role> Tx<R> {
    /// Takes or renews the lease `name` for `holder`, for `millis` of the database's clock. Gives its fence, or nothing when
    /// somebody else holds it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_lease(&mut self, name: &str, holder: &str, millis: i64) -> Result<Option<i64>> {
        let sql = match self.kind() {
            DatabaseKind::Sqlite => TAKE_LEASE_SQLITE,
            DatabaseKind::Postgres => TAKE_LEASE_POSTGRES,
        };
        self.optional(sql, args![name, holder, millis]).await?.map(|row| row.int("fence")).transpose()
    }

    /// Whether `fence` is still the lease's: asked in the transaction that writes what the lease was for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn holds_lease(&mut self, name: &str, holder: &str, fence: i64) -> Result<bool> {
        Ok(self.optional(HOLDS_LEASE, args![name, holder, fence]).await?.is_some())
    }
}
