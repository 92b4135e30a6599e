//! Browser sessions: found by the hash of their cookie, with what belongs to them sealed.

use model::Timestamp;
use zeroize::Zeroizing;

use crate::role::Role;
use crate::seal::{Cell, Owner};
use crate::{Result, Tx, args, statements};

statements! {
    INSERT_SESSION = "INSERT INTO session (id_hash, row_id, subject, csrf, data, authenticated_at, created_at, seen_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)";
    FIND_SESSION = "SELECT row_id, subject, csrf, data, authenticated_at, seen_at, expires_at FROM session \
        WHERE id_hash = $1 AND expires_at > $2 AND seen_at > $3";
    TOUCH_SESSION = "UPDATE session SET seen_at = $2 WHERE id_hash = $1 AND seen_at < $3";
    DELETE_SESSION = "DELETE FROM session WHERE id_hash = $1";
    DELETE_SESSIONS_OF = "DELETE FROM session WHERE subject = $1";
    PURGE_SESSIONS = "DELETE FROM session WHERE expires_at <= $1";
}

/// How long after its last use a session still counts as used just now, in milliseconds: keeps reads from writing.
const TOUCH_EVERY: i64 = 60_000;

/// A session to be kept.
pub struct NewSession<'a> {
    /// SHA-256 of the cookie's value.
    pub id_hash: Vec<u8>,
    /// The row's own identifier.
    pub row_id: String,
    /// Whose it is: a learner's or staff member's row id.
    pub subject: &'a str,
    /// The token that its forms carry.
    pub csrf: Vec<u8>,
    /// What belongs to it, sealed.
    pub data: &'a [u8],
    /// When the person last proved who they are.
    pub authenticated_at: Timestamp,
    /// When it ends, whatever happens.
    pub expires_at: Timestamp,
}

/// A session as found.
pub struct SessionRow {
    /// Whose it is.
    pub subject: String,
    /// The token that its forms carry.
    pub csrf: Vec<u8>,
    /// What belongs to it.
    pub data: Zeroizing<Vec<u8>>,
    /// When the person last proved who they are.
    pub authenticated_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl<R: Role> Tx<R> {
    /// Keeps a new session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_session(&mut self, session: &NewSession<'_>, now: Timestamp) -> Result<()> {
        let owner = Owner::role();
        let cell = Cell { table: "session", column: "data", row: &session.row_id, owner: &owner };
        let data = self.seal(&cell, session.data).await?;
        let (csrf, at, end) = (&session.csrf, session.authenticated_at, session.expires_at);
        self.execute(INSERT_SESSION, args![&session.id_hash, &session.row_id, session.subject, csrf, data, at, now, end]).await?;
        Ok(())
    }

    /// The live session of a cookie: not ended, and used after `idle_since`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_session(&mut self, id_hash: &[u8], now: Timestamp, idle_since: Timestamp) -> Result<Option<SessionRow>> {
        let Some(row) = self.optional(FIND_SESSION, args![id_hash, now, idle_since]).await? else { return Ok(None) };
        let row_id = row.text("row_id")?;
        let owner = Owner::role();
        let cell = Cell { table: "session", column: "data", row: &row_id, owner: &owner };
        let data = self.open(&cell, &row.blob("data")?).await?;
        Ok(Some(SessionRow {
            subject: row.text("subject")?,
            csrf: row.blob("csrf")?,
            data,
            authenticated_at: row.time("authenticated_at")?,
            seen_at: row.time("seen_at")?,
            expires_at: row.time("expires_at")?,
        }))
    }

    /// Notes that a session was used, at most once a minute.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch_session(&mut self, id_hash: &[u8], now: Timestamp) -> Result<()> {
        self.execute(TOUCH_SESSION, args![id_hash, now, now.millis() - TOUCH_EVERY]).await?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_session(&mut self, id_hash: &[u8]) -> Result<()> {
        self.execute(DELETE_SESSION, args![id_hash]).await?;
        Ok(())
    }

    /// Ends every session of a person.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_sessions_of(&mut self, subject: &str) -> Result<u64> {
        self.execute(DELETE_SESSIONS_OF, args![subject]).await
    }

    /// Removes sessions that have ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_sessions(&mut self, now: Timestamp) -> Result<u64> {
        self.execute(PURGE_SESSIONS, args![now]).await
    }
}
