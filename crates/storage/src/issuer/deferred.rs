//! Deferred transactions: wallets that proved their keys for a form of an offer and come back for it. Found by hash.

use model::{Timestamp, id};
use zeroize::Zeroizing;

use super::offer::OfferRow;
use crate::{Cell, IssuerTx, Owner, Result, Row, StorageError, args, hash_token, statements};

statements! {
    DEFER = "INSERT INTO deferred_transaction (id, hash, offer, configuration, person, holders, keys, state, made_at, ready_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9)";
    DEFERRED_OF_OFFER = "SELECT id, configuration, person, holders, state, made_at, ready_at FROM deferred_transaction \
        WHERE offer = $1 AND configuration = $2";
    FIND_DEFERRED = "SELECT id, configuration, person, holders, state, made_at, ready_at FROM deferred_transaction \
        WHERE offer = $1 AND hash = $2";
    DEFERRED_KEYS = "SELECT keys FROM deferred_transaction WHERE id = $1";
    END_DEFERRED = "UPDATE deferred_transaction SET state = $2, keys = NULL, ended_at = $3 WHERE id = $1 AND state = 'waiting'";
    PURGE_DEFERRED = "DELETE FROM deferred_transaction WHERE ended_at <= $1";
}

/// Where a transaction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeferredState {
    /// The wallet will come back.
    Waiting,
    /// It has its credentials.
    Fetched,
    /// There will be none.
    Denied,
}

impl DeferredState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Fetched => "fetched",
            Self::Denied => "denied",
        }
    }

    fn of(row: &Row) -> Result<Self> {
        let text = row.text("state")?;
        let known = [Self::Waiting, Self::Fetched, Self::Denied].into_iter().find(|state| state.as_str() == text);
        known.ok_or(StorageError::Row { table: "deferred_transaction", column: "state" })
    }
}

/// A transaction to be kept.
pub struct NewDeferred<'a> {
    /// The offer, held by its row.
    pub offer: &'a OfferRow,
    /// As what.
    pub configuration: &'a str,
    /// The hash of the proof keys' thumbprints.
    pub holders: &'a [u8],
    /// The proof keys, JSON.
    pub keys: &'a [u8],
    /// Nothing is handed over before.
    pub ready_at: Timestamp,
}

/// A transaction as it stands.
pub struct DeferredRow {
    /// The row.
    pub id: String,
    /// As what.
    pub configuration: String,
    /// The hash of the proof keys' thumbprints.
    pub holders: Vec<u8>,
    /// Where it stands.
    pub state: DeferredState,
    /// When it began.
    pub made_at: Timestamp,
    /// Nothing is handed over before.
    pub ready_at: Timestamp,
    owner: Owner,
}

fn cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "deferred_transaction", column: "keys", row: id, owner }
}

impl IssuerTx {
    /// The transaction id of a row: never kept, the same each time it is told.
    pub fn transaction_id(&self, row: &DeferredRow) -> String {
        self.transaction_id_of(&row.id)
    }

    fn transaction_id_of(&self, row: &str) -> String {
        vc::encoding::b64url(self.blind_index("deferred.transaction_id", row))
    }

    /// Keeps that a wallet waits for a form of an offer.
    ///
    /// # Errors
    /// [`StorageError::Conflict`] when somebody waits for it already, and when the database fails.
    pub async fn defer(&mut self, new: &NewDeferred<'_>, now: Timestamp) -> Result<DeferredRow> {
        let id = id::row_id(now, self.random());
        let owner = Owner::person(&new.offer.institution, &new.offer.person);
        let sealed = self.seal(&cell(&id, &owner), new.keys).await?;
        let values = args![
            &id,
            hash_token(&self.transaction_id_of(&id)),
            new.offer.id.as_str(),
            new.configuration,
            &new.offer.person,
            new.holders,
            sealed,
            now,
            new.ready_at,
        ];
        self.execute(DEFER, values).await?;
        Ok(DeferredRow {
            id,
            configuration: new.configuration.to_owned(),
            holders: new.holders.to_vec(),
            state: DeferredState::Waiting,
            made_at: now,
            ready_at: new.ready_at,
            owner,
        })
    }

    /// The transaction of a form of an offer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deferred_of_offer(&mut self, offer: &OfferRow, configuration: &str) -> Result<Option<DeferredRow>> {
        let row = self.optional(DEFERRED_OF_OFFER, args![offer.id.as_str(), configuration]).await?;
        row.as_ref().map(|row| read(row, offer)).transpose()
    }

    /// The transaction of an offer with this id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deferred(&mut self, offer: &OfferRow, transaction_id: &str) -> Result<Option<DeferredRow>> {
        let row = self.optional(FIND_DEFERRED, args![offer.id.as_str(), hash_token(transaction_id)]).await?;
        row.as_ref().map(|row| read(row, offer)).transpose()
    }

    /// The proof keys of a transaction, JSON; none when it ended.
    ///
    /// # Errors
    /// When the database fails or they do not open.
    pub async fn deferred_keys(&mut self, row: &DeferredRow) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let Some(found) = self.optional(DEFERRED_KEYS, args![&row.id]).await? else { return Ok(None) };
        let Some(sealed) = found.opt_blob("keys")? else { return Ok(None) };
        self.open(&cell(&row.id, &row.owner), &sealed).await.map(Some)
    }

    /// Ends a transaction, once. False when somebody else did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_deferred(&mut self, row: &DeferredRow, to: DeferredState, now: Timestamp) -> Result<bool> {
        Ok(self.execute(END_DEFERRED, args![&row.id, to.as_str(), now]).await? == 1)
    }

    /// Removes transactions that ended before `before`: their ids are as unknown as ever.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_deferred(&mut self, before: Timestamp) -> Result<u64> {
        self.execute(PURGE_DEFERRED, args![before]).await
    }
}

fn read(row: &Row, offer: &OfferRow) -> Result<DeferredRow> {
    Ok(DeferredRow {
        id: row.text("id")?,
        configuration: row.text("configuration")?,
        holders: row.blob("holders")?,
        state: DeferredState::of(row)?,
        made_at: row.time("made_at")?,
        ready_at: row.time("ready_at")?,
        owner: Owner::person(&offer.institution, &row.text("person")?),
    })
}
