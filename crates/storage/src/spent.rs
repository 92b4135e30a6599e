//! What may be used once: nonces, assertion ids, answered requests. The unique key decides, never a cache.

use model::Timestamp;

use crate::role::Role;
use crate::{Change, Result, Tx, args, statements};

statements! {
    SPEND = "INSERT INTO spent (kind, hash, expires_at) VALUES ($1, $2, $3) ON CONFLICT (kind, hash) DO NOTHING";
    IS_SPENT = "SELECT expires_at FROM spent WHERE kind = $1 AND hash = $2";
    PURGE_SPENT = "DELETE FROM spent WHERE expires_at <= $1";
}

impl<R: Role> Change<R> {
    /// Spends a one-time value that was not spent before.
    pub fn spend(kind: &'static str, hash: &[u8], expires_at: Timestamp) -> Self {
        Self::new(SPEND, args![kind, hash, expires_at])
    }
}

impl<R: Role> Tx<R> {
    /// Spends a one-time value. `false` when it was spent before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn spend(&mut self, kind: &'static str, hash: &[u8], expires_at: Timestamp) -> Result<bool> {
        self.make(Change::spend(kind, hash, expires_at)).await
    }

    /// Whether a one-time value was spent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_spent(&mut self, kind: &'static str, hash: &[u8]) -> Result<bool> {
        Ok(self.optional(IS_SPENT, args![kind, hash]).await?.is_some())
    }

    /// Forgets values that would be refused for their age anyway.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_spent(&mut self, now: Timestamp) -> Result<u64> {
        self.execute(PURGE_SPENT, args![now]).await
    }
}
