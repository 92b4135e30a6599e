//! Requests of verifiers and the learner's answers. The request is sealed under the learner's key and erased with the answer;
//! what stays is to whom and which claims by name.

use model::Timestamp;
use model::consent::{Answered, AnsweredAbout, Asked, Consent, ConsentId, ConsentState, Delivery, ReceivedRequest};
use model::id::{LearnerId, public_id, row_id};
use zeroize::Zeroizing;

use super::{decode, encode};
use crate::{Cell, Owner, Result, Row, StorageError, WalletTx, args, hash_token, statements};

statements! {
    INSERT_POSTED = "INSERT INTO posted_request (handle_hash, body, row_id, expires_at) VALUES ($1, $2, $3, $4)";
    FIND_POSTED = "SELECT body, row_id FROM posted_request WHERE handle_hash = $1 AND expires_at > $2";
    PURGE_POSTED = "DELETE FROM posted_request WHERE expires_at <= $1";
    INSERT_CONSENT = "INSERT INTO consent (id, learner, request_key, asker_key, source_key, state, request, delivery, received_at, \
                      expires_at) VALUES ($1, $2, $3, $4, $5, 'asked', $6, 'uncertain', $7, $8) ON CONFLICT (learner, request_key) DO NOTHING";
    FIND_OPEN_BY_KEY = "SELECT id FROM consent WHERE learner = $1 AND request_key = $2 AND state = 'asked'";
    REFRESH_CONSENT = "UPDATE consent SET request = $2, received_at = $3, expires_at = $4 WHERE id = $1 AND state = 'asked'";
    EXTEND_CONSENT = "UPDATE consent SET expires_at = $4 WHERE id = $1 AND learner = $2 AND expires_at = $3 AND state = 'asked'";
    COUNT_ANSWERED = "SELECT COUNT(*) AS n FROM consent WHERE request_key = $1 AND state <> 'asked'";
    COUNT_ANSWERED_FROM = "SELECT COUNT(*) AS n FROM consent WHERE source_key = $1 AND state <> 'asked'";
    FIND_CONSENT = "SELECT id, learner, state, request, about, delivery, continue_to, received_at, expires_at, answered_at FROM consent \
                    WHERE id = $1 AND learner = $2";
    LIST_ASKED = "SELECT id, learner, state, request, about, delivery, continue_to, received_at, expires_at, answered_at FROM consent \
                  WHERE learner = $1 AND state = 'asked' AND expires_at > $2 ORDER BY expires_at";
    ANSWER_CONSENT = "UPDATE consent SET state = $2, request = NULL, about = $3, answered_at = $4 WHERE id = $1 AND state = 'asked'";
    RECORD_DELIVERY = "UPDATE consent SET delivery = $2, continue_to = $3 WHERE id = $1";
    LIST_UNCERTAIN = "SELECT id FROM consent WHERE learner = $1 AND state = 'granted' AND delivery = 'uncertain'";
    GRANTED_BEFORE = "SELECT COUNT(*) AS n, MAX(answered_at) AS latest FROM consent WHERE asker_key = $1 AND state = 'granted'";
    LIST_STALE = "SELECT id FROM consent WHERE state = 'asked' AND expires_at <= $1 LIMIT 200";
    DROP_STALE = "DELETE FROM consent WHERE id = $1 AND state = 'asked'";
}

/// A request as it is to be kept.
pub struct NewConsent<'a> {
    /// Whose wallet.
    pub learner: &'a LearnerId,
    /// What was received.
    pub request: &'a ReceivedRequest,
    /// The request's nonce.
    pub nonce: &'a str,
    /// Where its object was fetched, when it was.
    pub source: Option<&'a str>,
    /// Until when it can be answered.
    pub expires_at: Timestamp,
}

fn cell<'a>(column: &'static str, id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "consent", column, row: id, owner }
}

fn posted_cell<'a>(row: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "posted_request", column: "body", row, owner }
}

impl WalletTx {
    /// Keeps the body of a posted authorization request under a handle.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_posted(&mut self, handle: &str, body: &str, now: Timestamp, expires_at: Timestamp) -> Result<()> {
        let (row, owner) = (row_id(now, self.random()), Owner::role());
        let sealed = self.seal(&posted_cell(&row, &owner), body.as_bytes()).await?;
        self.execute(INSERT_POSTED, args![hash_token(handle), sealed, &row, expires_at]).await?;
        Ok(())
    }

    /// The body behind a handle, until its end.
    ///
    /// # Errors
    /// When the database fails or the cell does not open.
    pub async fn posted(&mut self, handle: &str, now: Timestamp) -> Result<Option<Zeroizing<String>>> {
        let Some(row) = self.optional(FIND_POSTED, args![hash_token(handle), now]).await? else { return Ok(None) };
        let owner = Owner::role();
        self.open_text(&posted_cell(&row.text("row_id")?, &owner), &row.blob("body")?).await.map(Some)
    }

    /// Whether a request was answered already, by whichever learner (row R14).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_answered(&mut self, client_id: &str, nonce: &str) -> Result<bool> {
        let key = self.request_key(client_id, nonce);
        let row = self.optional(COUNT_ANSWERED, args![key]).await?;
        Ok(row.map_or(Ok(0), |row| row.int("n"))? > 0)
    }

    /// Whether what an address served was answered already, by whichever learner: the verifier then says that it is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_answered_from(&mut self, source: &str) -> Result<bool> {
        let key = self.blind_index("consent.source", source);
        let row = self.optional(COUNT_ANSWERED_FROM, args![key]).await?;
        Ok(row.map_or(Ok(0), |row| row.int("n"))? > 0)
    }

    /// Keeps a request for a learner, once per client and nonce: a request that is opened again takes the place of itself.
    ///
    /// # Errors
    /// [`StorageError::Conflict`] when this learner has answered it; else when the database fails.
    pub async fn ask_consent(&mut self, new: &NewConsent<'_>, now: Timestamp) -> Result<ConsentId> {
        let owner = Owner::learner(new.learner.as_str());
        let key = self.request_key(&new.request.client_id, new.nonce);
        let client = self.asker_key(new.learner, &new.request.client_id);
        let content = encode("consent", "request", new.request)?;
        let fresh = public_id(self.random());
        let sealed = self.seal(&cell("request", &fresh, &owner), &content).await?;
        let source = self.blind_index("consent.source", new.source.unwrap_or(new.nonce));
        let values = args![&fresh, new.learner.as_str(), key.clone(), client, source, sealed, now, new.expires_at];
        if self.execute(INSERT_CONSENT, values).await? == 1 {
            return Ok(ConsentId::new(fresh));
        }
        let known = self.optional(FIND_OPEN_BY_KEY, args![new.learner.as_str(), key]).await?.ok_or(StorageError::Conflict)?;
        let id = known.text("id")?;
        let sealed = self.seal(&cell("request", &id, &owner), &content).await?;
        self.execute(REFRESH_CONSENT, args![&id, sealed, now, new.expires_at]).await?;
        Ok(ConsentId::new(id))
    }

    /// Gives a request that still waits another end. False when somebody else did, or it was answered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn extend_consent(&mut self, asked: &Asked, learner: &LearnerId, until: Timestamp) -> Result<bool> {
        let values = args![asked.id.as_str(), learner.as_str(), asked.expires_at, until];
        Ok(self.execute(EXTEND_CONSENT, values).await? == 1)
    }

    /// A request of this learner, in whichever state.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn consent(&mut self, id: &ConsentId, learner: &LearnerId) -> Result<Option<Consent>> {
        match self.optional(FIND_CONSENT, args![id.as_str(), learner.as_str()]).await? {
            Some(row) => self.read_consent(&row).await.map(Some),
            None => Ok(None),
        }
    }

    /// The requests of this learner that still wait for an answer, the most urgent first.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn asked_consents(&mut self, learner: &LearnerId, now: Timestamp) -> Result<Vec<Asked>> {
        let mut found = Vec::new();
        for row in self.rows(LIST_ASKED, args![learner.as_str(), now]).await? {
            if let Consent::Asked(asked) = self.read_consent(&row).await? {
                found.push(asked);
            }
        }
        Ok(found)
    }

    async fn read_consent(&mut self, row: &Row) -> Result<Consent> {
        let (id, owner) = (row.text("id")?, Owner::learner(&row.text("learner")?));
        let unreadable = |column| StorageError::Row { table: "consent", column };
        let state = ConsentState::parse(&row.text("state")?).ok_or_else(|| unreadable("state"))?;
        if state == ConsentState::Asked {
            let request = self.open(&cell("request", &id, &owner), &row.blob("request")?).await?;
            return Ok(Consent::Asked(Asked {
                request: decode("consent", "request", &request)?,
                received_at: row.time("received_at")?,
                expires_at: row.time("expires_at")?,
                id: ConsentId::new(id),
            }));
        }
        let about = self.open(&cell("about", &id, &owner), &row.blob("about")?).await?;
        let continue_to = match row.opt_blob("continue_to")? {
            Some(sealed) => Some(self.open_text(&cell("continue_to", &id, &owner), &sealed).await?.to_string()),
            None => None,
        };
        Ok(Consent::Answered(Answered {
            granted: state == ConsentState::Granted,
            at: row.time("answered_at")?,
            delivery: Delivery::parse(&row.text("delivery")?).ok_or_else(|| unreadable("delivery"))?,
            about: decode("consent", "about", &about)?,
            continue_to,
            id: ConsentId::new(id),
        }))
    }

    /// Writes the answer down, once, and erases the request. False when it was answered before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answer_consent(
        &mut self,
        id: &ConsentId,
        learner: &LearnerId,
        granted: bool,
        about: &AnsweredAbout,
        now: Timestamp,
    ) -> Result<bool> {
        let owner = Owner::learner(learner.as_str());
        let state = if granted { ConsentState::Granted } else { ConsentState::Refused };
        let sealed = self.seal(&cell("about", id.as_str(), &owner), &encode("consent", "about", about)?).await?;
        Ok(self.execute(ANSWER_CONSENT, args![id.as_str(), state.as_str(), sealed, now]).await? == 1)
    }

    /// Writes down how far an answer got.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_delivery(
        &mut self,
        id: &ConsentId,
        learner: &LearnerId,
        delivery: Delivery,
        continue_to: Option<&str>,
    ) -> Result<()> {
        let owner = Owner::learner(learner.as_str());
        let sealed = match continue_to {
            Some(address) => Some(self.seal(&cell("continue_to", id.as_str(), &owner), address.as_bytes()).await?),
            None => None,
        };
        self.execute(RECORD_DELIVERY, args![id.as_str(), delivery.as_str(), sealed]).await?;
        Ok(())
    }

    /// The answers of this learner of which nobody said that they arrived.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn uncertain_consents(&mut self, learner: &LearnerId) -> Result<Vec<ConsentId>> {
        self.rows(LIST_UNCERTAIN, args![learner.as_str()]).await?.iter().map(|row| row.text("id").map(ConsentId::new)).collect()
    }

    /// How often this learner shared with a client, and when last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn shared_before(&mut self, learner: &LearnerId, client_id: &str) -> Result<Option<(i64, Timestamp)>> {
        let key = self.asker_key(learner, client_id);
        let Some(row) = self.optional(GRANTED_BEFORE, args![key]).await? else { return Ok(None) };
        row.opt_time("latest")?.map(|latest| row.int("n").map(|count| (count, latest))).transpose()
    }

    /// Removes requests that nobody answered in time, and posted ones that nobody came back for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_stale_requests(&mut self, now: Timestamp) -> Result<()> {
        self.execute(PURGE_POSTED, args![now]).await?;
        // A day longer than they can be answered, so that the learner still reads that the time is over.
        for row in self.rows(LIST_STALE, args![now.plus_days(-1)]).await? {
            self.execute(DROP_STALE, args![row.text("id")?]).await?;
        }
        Ok(())
    }

    fn request_key(&self, client_id: &str, nonce: &str) -> Vec<u8> {
        self.blind_index("consent.request", &[client_id, nonce].join("\u{1f}"))
    }

    fn asker_key(&self, learner: &LearnerId, client_id: &str) -> Vec<u8> {
        self.blind_index("consent.client", &[learner.as_str(), client_id].join("\u{1f}"))
    }
}
