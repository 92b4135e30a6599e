//! Connections: a learner's wallet to which an institution delivers, until the learner ends it.

use model::Timestamp;
use zeroize::Zeroizing;

use crate::{Cell, IssuerTx, Owner, Result, Row, args, hash_token, statements};

statements! {
    INSERT_CONNECTION = "INSERT INTO connection (institution, id, person, client, delivery_endpoint, delivery_key, delivery_key_hash, state, made_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'active', $8) ON CONFLICT DO NOTHING";
    FIND_CONNECTION = "SELECT institution, id, person, client, delivery_endpoint, delivery_key FROM connection \
        WHERE institution = $1 AND id = $2 AND state = 'active'";
    LATEST_OF_PERSON = "SELECT institution, id, person, client, delivery_endpoint, delivery_key FROM connection \
        WHERE person = $1 AND state = 'active' ORDER BY made_at DESC, id LIMIT 1";
    END_CONNECTION = "UPDATE connection SET state = 'ended', delivery_key = NULL, ended_at = $4 \
        WHERE institution = $1 AND id = $2 AND delivery_key_hash = $3 AND state = 'active'";
    WAS_ENDED = "SELECT id FROM connection WHERE institution = $1 AND id = $2 AND delivery_key_hash = $3";
}

/// A wallet that the institution delivers to.
pub struct ConnectionRow {
    /// The institution's slug.
    pub institution: String,
    /// 128 random bits by the wallet.
    pub id: String,
    /// The person's row.
    pub person: String,
    /// The wallet's client identifier.
    pub client: String,
    /// Where offers are posted.
    pub delivery_endpoint: String,
    /// The key that goes with them.
    pub delivery_key: Zeroizing<String>,
}

/// A connection to be kept.
pub struct NewConnection<'a> {
    /// The institution's slug.
    pub institution: &'a str,
    /// 128 random bits by the wallet.
    pub id: &'a str,
    /// The person's row.
    pub person: &'a str,
    /// The wallet's client identifier.
    pub client: &'a str,
    /// Where offers are posted.
    pub delivery_endpoint: &'a str,
    /// The key that goes with them.
    pub delivery_key: &'a str,
}

/// The row's own name within the person's sealed cells: ids of two institutions may be equal.
fn row_name(institution: &str, id: &str) -> String {
    format!("{institution}/{id}")
}

fn key_cell<'a>(row: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "connection", column: "delivery_key", row, owner }
}

impl IssuerTx {
    /// Keeps a connection. False when its identifier is taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_connection(&mut self, new: &NewConnection<'_>, now: Timestamp) -> Result<bool> {
        let owner = Owner::person(new.institution, new.person);
        let row = row_name(new.institution, new.id);
        let sealed = self.seal(&key_cell(&row, &owner), new.delivery_key.as_bytes()).await?;
        let hash = hash_token(new.delivery_key);
        let values = args![new.institution, new.id, new.person, new.client, new.delivery_endpoint, sealed, hash, now];
        Ok(self.execute(INSERT_CONNECTION, values).await? == 1)
    }

    /// A live connection.
    ///
    /// # Errors
    /// When the database fails or the key does not open.
    pub async fn connection(&mut self, institution: &str, id: &str) -> Result<Option<ConnectionRow>> {
        let row = self.optional(FIND_CONNECTION, args![institution, id]).await?;
        self.read_connection(row).await
    }

    /// The live connection of a person that was made last.
    ///
    /// # Errors
    /// When the database fails or the key does not open.
    pub async fn connection_of(&mut self, person: &str) -> Result<Option<ConnectionRow>> {
        let row = self.optional(LATEST_OF_PERSON, args![person]).await?;
        self.read_connection(row).await
    }

    /// Ends a connection by the key that it was made with, and erases the key. True also when it had ended before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_connection(&mut self, institution: &str, id: &str, delivery_key: &str, now: Timestamp) -> Result<bool> {
        let hash = hash_token(delivery_key);
        if self.execute(END_CONNECTION, args![institution, id, &hash, now]).await? == 1 {
            return Ok(true);
        }
        Ok(self.optional(WAS_ENDED, args![institution, id, hash]).await?.is_some())
    }

    async fn read_connection(&mut self, row: Option<Row>) -> Result<Option<ConnectionRow>> {
        let Some(row) = row else { return Ok(None) };
        let (institution, id, person) = (row.text("institution")?, row.text("id")?, row.text("person")?);
        let owner = Owner::person(&institution, &person);
        let name = row_name(&institution, &id);
        let delivery_key = self.open_text(&key_cell(&name, &owner), &row.blob("delivery_key")?).await?;
        Ok(Some(ConnectionRow {
            client: row.text("client")?,
            delivery_endpoint: row.text("delivery_endpoint")?,
            institution,
            id,
            person,
            delivery_key,
        }))
    }
}
