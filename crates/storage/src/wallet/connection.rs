//! Connections: which institution may deliver to which learner. The delivery key is found by its hash and kept sealed, because
//! ending a connection at the institution needs it once more.

use model::Timestamp;
use model::connection::{CONNECTION_DAYS, Connection, ConnectionId, ConnectionState};
use model::id::{LearnerId, Slug};
use zeroize::Zeroizing;

use crate::{Cell, Owner, Result, Row, StorageError, WalletTx, args, hash_token, statements};

statements! {
    INSERT_CONNECTION = "INSERT INTO connection (id, learner, institution, state, delivery_key_hash, delivery_key, created_at, ends_at) \
                         VALUES ($1, $2, $3, 'registering', $4, $5, $6, $7)";
    END_OTHERS = "UPDATE connection SET state = 'ending', ended_at = $3 \
                  WHERE learner = $1 AND institution = $2 AND state IN ('registering', 'connected')";
    SET_CONNECTED = "UPDATE connection SET state = 'connected' WHERE id = $1 AND state = 'registering'";
    SET_ENDING = "UPDATE connection SET state = 'ending', ended_at = $3 \
                  WHERE id = $1 AND learner = $2 AND state IN ('registering', 'connected')";
    SET_ENDED = "UPDATE connection SET state = 'ended', delivery_key = NULL, delivery_key_hash = NULL WHERE id = $1 AND state = 'ending'";
    LIST_ENDING = "SELECT id, learner, institution, state, created_at, ends_at FROM connection WHERE learner = $1 AND institution = $2 \
                   AND state = 'ending'";
    LIST_CONNECTIONS = "SELECT id, learner, institution, state, created_at, ends_at FROM connection \
                        WHERE learner = $1 AND state IN ('registering', 'connected') ORDER BY institution";
    FIND_CONNECTION = "SELECT id, learner, institution, state, created_at, ends_at FROM connection WHERE id = $1";
    FIND_BY_DELIVERY_KEY = "SELECT id, learner, institution, state, created_at, ends_at FROM connection WHERE delivery_key_hash = $1";
    FIND_DELIVERY_KEY = "SELECT learner, delivery_key FROM connection WHERE id = $1";
}

fn read(row: &Row) -> Result<Connection> {
    let state = row.text("state")?;
    Ok(Connection {
        id: ConnectionId::new(row.text("id")?),
        learner: LearnerId::new(row.text("learner")?),
        institution: Slug::new(row.text("institution")?),
        state: ConnectionState::parse(&state).ok_or(StorageError::Row { table: "connection", column: "state" })?,
        created_at: row.time("created_at")?,
        ends_at: row.time("ends_at")?,
    })
}

fn key_cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "connection", column: "delivery_key", row: id, owner }
}

impl WalletTx {
    /// Starts a connection with a fresh delivery key; an older one with the same institution begins to end. Gives those older ones.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_connection(
        &mut self,
        id: &ConnectionId,
        learner: &LearnerId,
        institution: &Slug,
        delivery_key: &str,
        now: Timestamp,
    ) -> Result<Vec<Connection>> {
        self.execute(END_OTHERS, args![learner.as_str(), institution.as_str(), now]).await?;
        let older = self.rows(LIST_ENDING, args![learner.as_str(), institution.as_str()]).await?;
        let owner = Owner::learner(learner.as_str());
        let sealed = self.seal(&key_cell(id.as_str(), &owner), delivery_key.as_bytes()).await?;
        let ends_at = now.plus_days(CONNECTION_DAYS);
        self.execute(
            INSERT_CONNECTION,
            args![id.as_str(), learner.as_str(), institution.as_str(), hash_token(delivery_key), sealed, now, ends_at],
        )
        .await?;
        older.iter().map(read).collect()
    }

    /// The institution keeps it: it answered so, or it delivered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn confirm_connection(&mut self, id: &ConnectionId) -> Result<()> {
        self.execute(SET_CONNECTED, args![id.as_str()]).await?;
        Ok(())
    }

    /// The learner ends it: from the commit on nothing more is taken in. False when it was over, or is not theirs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_connection(&mut self, id: &ConnectionId, learner: &LearnerId, now: Timestamp) -> Result<bool> {
        Ok(self.execute(SET_ENDING, args![id.as_str(), learner.as_str(), now]).await? == 1)
    }

    /// The institution knows that it ended: the key is erased.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_connection(&mut self, id: &ConnectionId) -> Result<()> {
        self.execute(SET_ENDED, args![id.as_str()]).await?;
        Ok(())
    }

    /// A learner's live connections, by institution.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn connections(&mut self, learner: &LearnerId) -> Result<Vec<Connection>> {
        self.rows(LIST_CONNECTIONS, args![learner.as_str()]).await?.iter().map(read).collect()
    }

    /// One connection.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn connection(&mut self, id: &ConnectionId) -> Result<Option<Connection>> {
        self.optional(FIND_CONNECTION, args![id.as_str()]).await?.as_ref().map(read).transpose()
    }

    /// The connection that a delivery key belongs to, whatever its state.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn connection_by_delivery_key(&mut self, key: &str) -> Result<Option<Connection>> {
        self.optional(FIND_BY_DELIVERY_KEY, args![hash_token(key)]).await?.as_ref().map(read).transpose()
    }

    /// The delivery key of a connection, to end it at the institution. `None` when it has been erased.
    ///
    /// # Errors
    /// When the database fails or the cell does not open.
    pub async fn delivery_key(&mut self, id: &ConnectionId) -> Result<Option<Zeroizing<String>>> {
        let Some(row) = self.optional(FIND_DELIVERY_KEY, args![id.as_str()]).await? else { return Ok(None) };
        let Some(sealed) = row.opt_blob("delivery_key")? else { return Ok(None) };
        let owner = Owner::learner(&row.text("learner")?);
        self.open_text(&key_cell(id.as_str(), &owner), &sealed).await.map(Some)
    }
}
