//! Sign-ins under way: between leaving for eduID and coming back, bound to one browser, used once.

use model::Timestamp;
use zeroize::Zeroizing;

use crate::role::Role;
use crate::seal::{Cell, Owner};
use crate::{Result, Tx, args, statements};

statements! {
    INSERT_LOGIN = "INSERT INTO login_attempt (state_hash, row_id, browser_hash, data, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    TAKE_LOGIN = "DELETE FROM login_attempt WHERE state_hash = $1 AND browser_hash = $2 AND expires_at > $3 RETURNING row_id, data";
    PURGE_LOGINS = "DELETE FROM login_attempt WHERE expires_at <= $1";
}

/// A sign-in to be kept until its answer comes.
pub struct NewLogin<'a> {
    /// SHA-256 of the `state` parameter.
    pub state_hash: Vec<u8>,
    /// The row's own identifier.
    pub row_id: String,
    /// SHA-256 of the cookie that ties it to one browser.
    pub browser_hash: Vec<u8>,
    /// Nonce, PKCE verifier, where to return: sealed.
    pub data: &'a [u8],
    /// When it can no longer be answered.
    pub expires_at: Timestamp,
}

impl<R: Role> Tx<R> {
    /// Keeps a sign-in under way.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_login(&mut self, login: &NewLogin<'_>, now: Timestamp) -> Result<()> {
        let owner = Owner::role();
        let cell = Cell { table: "login_attempt", column: "data", row: &login.row_id, owner: &owner };
        let data = self.seal(&cell, login.data).await?;
        let (state, browser) = (&login.state_hash, &login.browser_hash);
        self.execute(INSERT_LOGIN, args![state, &login.row_id, browser, data, now, login.expires_at]).await?;
        Ok(())
    }

    /// Takes a sign-in out, once: only for the browser that began it, and before its end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_login(&mut self, state_hash: &[u8], browser_hash: &[u8], now: Timestamp) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let Some(row) = self.optional(TAKE_LOGIN, args![state_hash, browser_hash, now]).await? else { return Ok(None) };
        let row_id = row.text("row_id")?;
        let owner = Owner::role();
        let cell = Cell { table: "login_attempt", column: "data", row: &row_id, owner: &owner };
        self.open(&cell, &row.blob("data")?).await.map(Some)
    }

    /// Removes sign-ins that were never answered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_logins(&mut self, now: Timestamp) -> Result<u64> {
        self.execute(PURGE_LOGINS, args![now]).await
    }
}
