//! Receipts: offers on their way in. Each state change is an `UPDATE … WHERE state = …` that counts one row.

use model::Timestamp;
use model::connection::ConnectionId;
use model::id::{LearnerId, public_id};
use model::receipt::{OFFER_DAYS, OfferContent, Progress, Receipt, ReceiptId, ReceiptState};

use super::{decode, encode};
use crate::{Cell, Owner, Result, Row, StorageError, WalletTx, args, statements};

statements! {
    INSERT_RECEIPT = "INSERT INTO receipt (id, learner, connection, source, issuer, state, offer, created_at, expires_at) \
                      VALUES ($1, $2, $3, $4, $5, 'offered', $6, $7, $8) ON CONFLICT (learner, source) DO NOTHING";
    FIND_BY_SOURCE = "SELECT id, state FROM receipt WHERE learner = $1 AND source = $2";
    REOPEN_RECEIPT = "UPDATE receipt SET state = 'offered', offer = $2, failure = NULL, expires_at = $3, finished_at = NULL, \
                      accepted_at = NULL, deferred_at = NULL \
                      WHERE id = $1 AND state IN ('offered', 'refused', 'failed')";
    FIND_RECEIPT = "SELECT id, learner, connection, issuer, state, offer, failure, card, created_at, expires_at, acknowledged_at, \
                     accepted_at, deferred_at FROM receipt WHERE id = $1";
    LIST_OFFERED = "SELECT id, learner, connection, issuer, state, offer, failure, card, created_at, expires_at, acknowledged_at, \
                     accepted_at, deferred_at FROM receipt \
                    WHERE learner = $1 AND (state = 'redeeming' OR (state IN ('offered', 'arrived') AND expires_at > $2)) ORDER BY created_at DESC";
    ACCEPT_RECEIPT = "UPDATE receipt SET state = 'redeeming', failure = NULL WHERE id = $1 AND learner = $2 AND state = 'offered'";
    ACKNOWLEDGE = "UPDATE receipt SET acknowledged_at = $3 WHERE id = $1 AND learner = $2 AND state = 'offered' AND acknowledged_at IS NULL";
    TAKE_WHAT_COMES = "UPDATE receipt SET accepted_at = $3 WHERE id = $1 AND learner = $2 AND accepted_at IS NULL \
                       AND state IN ('redeeming', 'arrived')";
    REFUSE_RECEIPT = "UPDATE receipt SET state = 'refused', progress = NULL, deferred_at = NULL, finished_at = $3 \
                      WHERE id = $1 AND learner = $2 AND accepted_at IS NULL AND state IN ('offered', 'redeeming', 'arrived')";
    FAIL_RECEIPT = "UPDATE receipt SET state = 'failed', failure = $2, progress = NULL, deferred_at = NULL, finished_at = $3, expires_at = $4 \
                    WHERE id = $1 AND state = 'redeeming'";
    GIVE_BACK_RECEIPT = "UPDATE receipt SET state = 'offered', failure = $2, progress = NULL WHERE id = $1 AND state = 'redeeming'";
    ARRIVE_RECEIPT = "UPDATE receipt SET state = 'arrived', failure = $2, deferred_at = NULL, expires_at = $3 WHERE id = $1 AND state = 'redeeming'";
    DEFER_RECEIPT = "UPDATE receipt SET deferred_at = COALESCE(deferred_at, $2) WHERE id = $1 AND state = 'redeeming'";
    STILL_REDEEMING = "UPDATE receipt SET failure = NULL WHERE id = $1 AND state = 'redeeming'";
    KEPT_CONFIGURATIONS = "SELECT configuration FROM credential WHERE receipt = $1 UNION SELECT configuration FROM arrived WHERE receipt = $1";
    PUT_ON_CARD = "UPDATE receipt SET card = COALESCE(card, $2) WHERE id = $1 AND state IN ('redeeming', 'arrived')";
    KEEP_RECEIPT = "UPDATE receipt SET state = 'kept', progress = NULL, deferred_at = NULL, failure = $2, finished_at = $3 \
                    WHERE id = $1 AND state IN ('redeeming', 'arrived')";
    SAVE_PROGRESS = "UPDATE receipt SET progress = $2 WHERE id = $1 AND state = 'redeeming'";
    FIND_PROGRESS = "SELECT learner, progress FROM receipt WHERE id = $1";
    DELETE_ARRIVED_OF_STALE = "DELETE FROM arrived WHERE receipt IN (SELECT id FROM receipt WHERE state IN ('offered', 'refused', 'failed', 'arrived') AND expires_at <= $1)";
    DELETE_KEYS_OF_STALE = "DELETE FROM holder_key WHERE receipt IN (SELECT id FROM receipt WHERE state IN ('offered', 'refused', 'failed', 'arrived') AND expires_at <= $1)";
    DELETE_STALE = "DELETE FROM receipt WHERE state IN ('offered', 'refused', 'failed', 'arrived') AND expires_at <= $1";
}

/// An offer to be taken in.
pub struct NewReceipt<'a> {
    /// Whose wallet.
    pub learner: &'a LearnerId,
    /// The connection that it was delivered through.
    pub connection: Option<&'a ConnectionId>,
    /// What tells this offer from others: its URI, or its text. Kept as a blind index.
    pub source: &'a str,
    /// Credential Issuer Identifier.
    pub issuer: &'a str,
    /// What it says.
    pub content: &'a OfferContent,
}

fn cell<'a>(column: &'static str, id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "receipt", column, row: id, owner }
}

impl WalletTx {
    /// Takes an offer in, once per learner and source. One that was refused or has failed is open again; one that is under way or
    /// kept stays as it is. Gives its id and its state before this call.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn receive(&mut self, new: &NewReceipt<'_>, now: Timestamp) -> Result<(ReceiptId, ReceiptState)> {
        let source = self.blind_index("receipt.source", new.source);
        let owner = Owner::learner(new.learner.as_str());
        let expires_at = now.plus_days(OFFER_DAYS);
        let content = encode("receipt", "offer", new.content)?;
        if let Some((id, state)) = self.find_by_source(new.learner, &source).await? {
            let sealed = self.seal(&cell("offer", &id, &owner), &content).await?;
            self.execute(REOPEN_RECEIPT, args![&id, sealed, expires_at]).await?;
            return Ok((ReceiptId::new(id), state));
        }
        let id = public_id(self.random());
        let sealed = self.seal(&cell("offer", &id, &owner), &content).await?;
        let connection = new.connection.map(ConnectionId::as_str);
        let values = args![&id, new.learner.as_str(), connection, &source, new.issuer, sealed, now, expires_at];
        if self.execute(INSERT_RECEIPT, values).await? == 0 {
            // Another server took the same offer in a moment ago.
            if let Some((id, state)) = self.find_by_source(new.learner, &source).await? {
                return Ok((ReceiptId::new(id), state));
            }
        }
        Ok((ReceiptId::new(id), ReceiptState::Offered))
    }

    async fn find_by_source(&mut self, learner: &LearnerId, source: &[u8]) -> Result<Option<(String, ReceiptState)>> {
        let Some(row) = self.optional(FIND_BY_SOURCE, args![learner.as_str(), source]).await? else { return Ok(None) };
        Ok(Some((row.text("id")?, read_state(&row)?)))
    }

    /// What became of an offer that this learner may have had before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn known_offer(&mut self, learner: &LearnerId, source: &str) -> Result<Option<(ReceiptId, ReceiptState)>> {
        let source = self.blind_index("receipt.source", source);
        Ok(self.find_by_source(learner, &source).await?.map(|(id, state)| (ReceiptId::new(id), state)))
    }

    /// A receipt, whoever's it is: for the worker. Handlers compare [`Receipt::learner`].
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn receipt(&mut self, id: &ReceiptId) -> Result<Option<Receipt>> {
        match self.optional(FIND_RECEIPT, args![id.as_str()]).await? {
            Some(row) => self.read_receipt(&row).await.map(Some),
            None => Ok(None),
        }
    }

    /// A learner's offers that wait for an answer or are being fetched, newest first.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn open_receipts(&mut self, learner: &LearnerId, now: Timestamp) -> Result<Vec<Receipt>> {
        let mut found = Vec::new();
        for row in self.rows(LIST_OFFERED, args![learner.as_str(), now]).await? {
            found.push(self.read_receipt(&row).await?);
        }
        Ok(found)
    }

    async fn read_receipt(&mut self, row: &Row) -> Result<Receipt> {
        let (id, learner) = (row.text("id")?, row.text("learner")?);
        let owner = Owner::learner(&learner);
        let content = self.open(&cell("offer", &id, &owner), &row.blob("offer")?).await?;
        Ok(Receipt {
            learner: LearnerId::new(learner),
            connection: row.opt_text("connection")?.map(ConnectionId::new),
            issuer: row.text("issuer")?,
            state: read_state(row)?,
            content: decode("receipt", "offer", &content)?,
            failure: row.opt_text("failure")?,
            card: row.opt_text("card")?,
            created_at: row.time("created_at")?,
            expires_at: row.time("expires_at")?,
            acknowledged: row.opt_time("acknowledged_at")?.is_some(),
            accepted: row.opt_time("accepted_at")?.is_some(),
            deferred_at: row.opt_time("deferred_at")?,
            id: ReceiptId::new(id),
        })
    }

    /// Offered → redeeming. False when it was answered before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accept_receipt(&mut self, id: &ReceiptId, learner: &LearnerId) -> Result<bool> {
        Ok(self.execute(ACCEPT_RECEIPT, args![id.as_str(), learner.as_str()]).await? == 1)
    }

    /// Offered, or fetched and not accepted yet → refused. What came is dropped apart: [`WalletTx::drop_arrived`]. False when it was
    /// answered before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refuse_receipt(&mut self, id: &ReceiptId, learner: &LearnerId, now: Timestamp) -> Result<bool> {
        Ok(self.execute(REFUSE_RECEIPT, args![id.as_str(), learner.as_str(), now]).await? == 1)
    }

    /// Redeeming → failed: this offer will not come by itself any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn fail_receipt(&mut self, id: &ReceiptId, failure: &str, now: Timestamp) -> Result<bool> {
        Ok(self.execute(FAIL_RECEIPT, args![id.as_str(), failure, now, now.plus_days(OFFER_DAYS)]).await? == 1)
    }

    /// The learner goes on with an issuer that is in no register. False when that was said before, or the offer was answered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn acknowledge_issuer(&mut self, id: &ReceiptId, learner: &LearnerId, now: Timestamp) -> Result<bool> {
        Ok(self.execute(ACKNOWLEDGE, args![id.as_str(), learner.as_str(), now]).await? == 1)
    }

    /// What comes is kept from now on without being looked at first. False when that was said before, or it is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_what_comes(&mut self, id: &ReceiptId, learner: &LearnerId, now: Timestamp) -> Result<bool> {
        Ok(self.execute(TAKE_WHAT_COMES, args![id.as_str(), learner.as_str(), now]).await? == 1)
    }

    /// Redeeming → arrived: everything that will come came. `failure` is why the rest will not come, if there is a rest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn arrive_receipt(&mut self, id: &ReceiptId, failure: Option<&str>, now: Timestamp) -> Result<bool> {
        Ok(self.execute(ARRIVE_RECEIPT, args![id.as_str(), failure, now.plus_days(OFFER_DAYS)]).await? == 1)
    }

    /// The issuer is preparing it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn defer_receipt(&mut self, id: &ReceiptId, now: Timestamp) -> Result<bool> {
        Ok(self.execute(DEFER_RECEIPT, args![id.as_str(), now]).await? == 1)
    }

    /// Redeeming → offered: the learner can try again, as after a mistyped code.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_back_receipt(&mut self, id: &ReceiptId, failure: &str) -> Result<bool> {
        Ok(self.execute(GIVE_BACK_RECEIPT, args![id.as_str(), failure]).await? == 1)
    }

    /// Whether a receipt is being redeemed, holding it so: of several attempts at once one goes on from here at a time. When it
    /// is not, nothing of this transaction may stay.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn still_redeeming(&mut self, id: &ReceiptId) -> Result<bool> {
        Ok(self.execute(STILL_REDEEMING, args![id.as_str()]).await? == 1)
    }

    /// The configurations of which the credential came already, whether it was accepted yet or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn kept_configurations(&mut self, id: &ReceiptId) -> Result<Vec<String>> {
        self.rows(KEPT_CONFIGURATIONS, args![id.as_str()]).await?.iter().map(|row| row.text("configuration")).collect()
    }

    /// Names the card of a receipt that is being redeemed, when it has none yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_on_card(&mut self, id: &ReceiptId, card: &str) -> Result<()> {
        self.execute(PUT_ON_CARD, args![id.as_str(), card]).await?;
        Ok(())
    }

    /// Redeeming or arrived → kept: what came is stored. `failure` is why the rest will not come, if there is a rest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_receipt(&mut self, id: &ReceiptId, failure: Option<&str>, now: Timestamp) -> Result<bool> {
        Ok(self.execute(KEEP_RECEIPT, args![id.as_str(), failure, now]).await? == 1)
    }

    /// Keeps what a redemption has in hand, for going on after a crash.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save_progress(&mut self, id: &ReceiptId, learner: &LearnerId, progress: &Progress) -> Result<()> {
        let owner = Owner::learner(learner.as_str());
        let sealed = self.seal(&cell("progress", id.as_str(), &owner), &encode("receipt", "progress", progress)?).await?;
        self.execute(SAVE_PROGRESS, args![id.as_str(), sealed]).await?;
        Ok(())
    }

    /// What a redemption had in hand.
    ///
    /// # Errors
    /// When the database fails or the cell does not open.
    pub async fn progress(&mut self, id: &ReceiptId) -> Result<Progress> {
        let Some(row) = self.optional(FIND_PROGRESS, args![id.as_str()]).await? else { return Ok(Progress::default()) };
        let Some(sealed) = row.opt_blob("progress")? else { return Ok(Progress::default()) };
        let owner = Owner::learner(&row.text("learner")?);
        let plain = self.open(&cell("progress", id.as_str(), &owner), &sealed).await?;
        decode("receipt", "progress", &plain)
    }

    /// Drops offers that came to nothing when their time is over, with their keys.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_stale_offers(&mut self, now: Timestamp) -> Result<u64> {
        self.execute(DELETE_ARRIVED_OF_STALE, args![now]).await?;
        self.execute(DELETE_KEYS_OF_STALE, args![now]).await?;
        self.execute(DELETE_STALE, args![now]).await
    }
}

fn read_state(row: &Row) -> Result<ReceiptState> {
    ReceiptState::parse(&row.text("state")?).ok_or(StorageError::Row { table: "receipt", column: "state" })
}
