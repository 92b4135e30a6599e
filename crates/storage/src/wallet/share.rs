//! Share links: found by the hash of their token, their presentation sealed under a key that only the token gives, erased when they
//! end.

use model::Timestamp;
use model::held::CredentialId;
use model::id::LearnerId;
use model::share::{PIN_TRIES, Share, ShareAbout, ShareId, ShareState};
use zeroize::Zeroizing;

use super::{decode, encode};
use crate::seal::{open_with, seal_with};
use crate::{Cell, Owner, Result, Row, StorageError, WalletTx, args, hash_token, statements};

statements! {
    INSERT_SHARE = "INSERT INTO share (id, learner, credential, token_hash, token, presentation, about, state, pin_hash, pin_tries, made_at, \
                    ends_at, opened) VALUES ($1, $2, $3, $4, $5, $6, $7, 'live', $8, 0, $9, $10, 0)";
    COUNT_LIVE_SHARES = "SELECT COUNT(*) AS n FROM share WHERE learner = $1 AND state = 'live' AND (ends_at IS NULL OR ends_at > $2)";
    FIND_OPEN_SHARE = "SELECT id, learner, presentation, pin_hash, made_at, ends_at FROM share \
                       WHERE token_hash = $1 AND state = 'live' AND (ends_at IS NULL OR ends_at > $2)";
    LIST_SHARES = "SELECT id, learner, token, about, state, pin_hash, made_at, ends_at, ended_at, opened, opened_at FROM share \
                   WHERE learner = $1 ORDER BY made_at DESC, id LIMIT 500";
    LIST_SHARES_OF = "SELECT id, learner, token, about, state, pin_hash, made_at, ends_at, ended_at, opened, opened_at FROM share \
                      WHERE learner = $1 AND credential = $2 ORDER BY made_at DESC, id";
    FIND_SHARE = "SELECT id, learner, token, about, state, pin_hash, made_at, ends_at, ended_at, opened, opened_at FROM share \
                  WHERE id = $1 AND learner = $2";
    END_SHARE = "UPDATE share SET state = $2, ended_at = $3, token_hash = NULL, token = NULL, presentation = NULL, pin_hash = NULL \
                 WHERE id = $1 AND state = 'live'";
    COUNT_OPENING = "UPDATE share SET opened = opened + 1, opened_at = $2 WHERE id = $1 AND state = 'live'";
    COUNT_WRONG_PIN = "UPDATE share SET pin_tries = pin_tries + 1 WHERE id = $1 AND state = 'live' RETURNING pin_tries";
    RESET_PIN = "UPDATE share SET pin_tries = 0 WHERE id = $1 AND state = 'live'";
    LIST_OVER = "SELECT id, learner, token, about, state, pin_hash, made_at, ends_at, ended_at, opened, opened_at FROM share \
                 WHERE state = 'live' AND ends_at <= $1 LIMIT 200";
    LIST_LIVE_OF_CREDENTIAL = "SELECT id FROM share WHERE credential = $1 AND learner = $2 AND state = 'live'";
}

/// A link as it is to be kept.
pub struct NewShare<'a> {
    /// Its public id, the presentation's nonce.
    pub id: &'a ShareId,
    /// Whose.
    pub learner: &'a LearnerId,
    /// The link's secret.
    pub token: &'a str,
    /// The key that is derived from it.
    pub key: &'a [u8; 32],
    /// What the link shows.
    pub presentation: &'a str,
    /// What the learner sees of it.
    pub about: &'a ShareAbout,
    /// Argon2id, when a PIN is asked.
    pub pin_hash: Option<&'a str>,
    /// Its end, if it has one.
    pub ends_at: Option<Timestamp>,
}

/// A link that works, found by its token.
pub struct OpenShare {
    /// Its public id.
    pub id: ShareId,
    /// Whose.
    pub learner: LearnerId,
    /// Argon2id, when a PIN is asked.
    pub pin_hash: Option<String>,
    /// When it was made.
    pub made_at: Timestamp,
    /// Its end, if it has one.
    pub ends_at: Option<Timestamp>,
    sealed: Vec<u8>,
}

/// A link that ended because its time was over, with what its learner is told.
pub struct EndedShare {
    /// Whose.
    pub learner: LearnerId,
    /// What it was.
    pub share: Share,
}

fn cell<'a>(column: &'static str, id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "share", column, row: id, owner }
}

impl OpenShare {
    /// What the link shows.
    ///
    /// # Errors
    /// When the key is another.
    pub fn presentation(&self, key: &[u8; 32]) -> Result<Zeroizing<String>> {
        let owner = Owner::learner(self.learner.as_str());
        let cell = cell("presentation", self.id.as_str(), &owner);
        let plain = open_with(key, &cell, &self.sealed)?;
        let text = std::str::from_utf8(&plain).map_err(|_| StorageError::Sealed { table: "share", column: "presentation" })?;
        Ok(Zeroizing::new(text.to_owned()))
    }
}

impl WalletTx {
    /// Keeps a new link.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_share(&mut self, new: &NewShare<'_>, now: Timestamp) -> Result<()> {
        let (id, owner) = (new.id.as_str(), Owner::learner(new.learner.as_str()));
        let presentation = seal_with(new.key, &cell("presentation", id, &owner), new.presentation.as_bytes(), self.random())?;
        let token = self.seal(&cell("token", id, &owner), new.token.as_bytes()).await?;
        let about = self.seal(&cell("about", id, &owner), &encode("share", "about", new.about)?).await?;
        let values = args![
            id,
            new.learner.as_str(),
            new.about.credential.as_str(),
            hash_token(new.token),
            token,
            presentation,
            about,
            new.pin_hash,
            now,
            new.ends_at,
        ];
        self.execute(INSERT_SHARE, values).await?;
        Ok(())
    }

    /// How many links of a learner work.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_live_shares(&mut self, learner: &LearnerId, now: Timestamp) -> Result<i64> {
        self.optional(COUNT_LIVE_SHARES, args![learner.as_str(), now]).await?.map_or(Ok(0), |row| row.int("n"))
    }

    /// The working link with a token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_share(&mut self, token: &str, now: Timestamp) -> Result<Option<OpenShare>> {
        let Some(row) = self.optional(FIND_OPEN_SHARE, args![hash_token(token), now]).await? else { return Ok(None) };
        Ok(Some(OpenShare {
            id: ShareId::new(row.text("id")?),
            learner: LearnerId::new(row.text("learner")?),
            pin_hash: row.opt_text("pin_hash")?,
            made_at: row.time("made_at")?,
            ends_at: row.opt_time("ends_at")?,
            sealed: row.blob("presentation")?,
        }))
    }

    /// All links of a learner, newest first.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn shares(&mut self, learner: &LearnerId) -> Result<Vec<Share>> {
        let rows = self.rows(LIST_SHARES, args![learner.as_str()]).await?;
        self.read_shares(&rows).await
    }

    /// The links of one credential, newest first.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn shares_of(&mut self, learner: &LearnerId, credential: &CredentialId) -> Result<Vec<Share>> {
        let rows = self.rows(LIST_SHARES_OF, args![learner.as_str(), credential.as_str()]).await?;
        self.read_shares(&rows).await
    }

    /// One link of this learner.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn share(&mut self, id: &ShareId, learner: &LearnerId) -> Result<Option<Share>> {
        match self.optional(FIND_SHARE, args![id.as_str(), learner.as_str()]).await? {
            Some(row) => self.read_share(&row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn read_shares(&mut self, rows: &[Row]) -> Result<Vec<Share>> {
        let mut shares = Vec::with_capacity(rows.len());
        for row in rows {
            shares.push(self.read_share(row).await?);
        }
        Ok(shares)
    }

    async fn read_share(&mut self, row: &Row) -> Result<Share> {
        let (id, owner) = (row.text("id")?, Owner::learner(&row.text("learner")?));
        let about = self.open(&cell("about", &id, &owner), &row.blob("about")?).await?;
        let token = match row.opt_blob("token")? {
            Some(sealed) => Some(self.open_text(&cell("token", &id, &owner), &sealed).await?.to_string()),
            None => None,
        };
        Ok(Share {
            state: ShareState::parse(&row.text("state")?).ok_or(StorageError::Row { table: "share", column: "state" })?,
            about: decode("share", "about", &about)?,
            token,
            has_pin: row.opt_text("pin_hash")?.is_some(),
            made_at: row.time("made_at")?,
            ends_at: row.opt_time("ends_at")?,
            ended_at: row.opt_time("ended_at")?,
            opened: row.int("opened")?,
            opened_at: row.opt_time("opened_at")?,
            id: ShareId::new(id),
        })
    }

    /// Ends a link and erases what it showed. False when it had ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_share(&mut self, id: &ShareId, state: ShareState, now: Timestamp) -> Result<bool> {
        Ok(self.execute(END_SHARE, args![id.as_str(), state.as_str(), now]).await? == 1)
    }

    /// Stops every link of a credential, because the learner deletes it. Gives how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stop_shares_of(&mut self, credential: &CredentialId, learner: &LearnerId, now: Timestamp) -> Result<usize> {
        let rows = self.rows(LIST_LIVE_OF_CREDENTIAL, args![credential.as_str(), learner.as_str()]).await?;
        for row in &rows {
            self.end_share(&ShareId::new(row.text("id")?), ShareState::Stopped, now).await?;
        }
        Ok(rows.len())
    }

    /// Ends links whose time is over, at most 200 of them, and erases what they showed.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn end_shares_over(&mut self, now: Timestamp) -> Result<Vec<EndedShare>> {
        let mut ended = Vec::new();
        for row in self.rows(LIST_OVER, args![now]).await? {
            let share = self.read_share(&row).await?;
            if self.end_share(&share.id, ShareState::Ended, share.ends_at.unwrap_or(now)).await? {
                ended.push(EndedShare { learner: LearnerId::new(row.text("learner")?), share });
            }
        }
        Ok(ended)
    }

    /// Counts an opening.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_opening(&mut self, id: &ShareId, now: Timestamp) -> Result<()> {
        self.execute(COUNT_OPENING, args![id.as_str(), now]).await?;
        Ok(())
    }

    /// Counts a wrong PIN; the fifth one closes the link. True when it did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_wrong_pin(&mut self, id: &ShareId, now: Timestamp) -> Result<bool> {
        let Some(row) = self.optional(COUNT_WRONG_PIN, args![id.as_str()]).await? else { return Ok(false) };
        if row.int("pin_tries")? < PIN_TRIES {
            return Ok(false);
        }
        self.end_share(id, ShareState::Locked, now).await
    }

    /// Forgets wrong PINs after a right one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reset_pin_tries(&mut self, id: &ShareId) -> Result<()> {
        self.execute(RESET_PIN, args![id.as_str()]).await?;
        Ok(())
    }
}
