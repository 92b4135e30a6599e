//! Credentials in a wallet: body, summary and holder key sealed under the learner's key; dates and standing in the open, for the
//! status watcher.

use std::collections::BTreeSet;

use model::Timestamp;
use model::held::{CredentialId, HeldCopy, Standing, Summary, Validity};
use model::id::{LearnerId, public_id};
use model::receipt::ReceiptId;
use vc::Map;
use vc::status_list::StatusEntry;
use zeroize::Zeroizing;

use super::holder_key::key_cell;
use super::{decode, encode};
use crate::{Cell, Owner, Result, Row, StorageError, WalletTx, args, statements};

statements! {
    INSERT_CREDENTIAL = "INSERT INTO credential (id, learner, card, receipt, holder_key, configuration, format, vct, issuer, body, \
                         summary, valid_from, valid_until, status_uri, status_index, standing, standing_at, watched_at, received_at) \
                         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $18) \
                         ON CONFLICT (receipt, configuration) DO NOTHING";
    LIST_COPIES = "SELECT id, learner, card, receipt, format, vct, issuer, summary, valid_from, valid_until, standing, standing_at, superseded_by, \
                   received_at, opened_at, holder_key FROM credential WHERE learner = $1 ORDER BY received_at DESC, id";
    LIST_HELD = "SELECT id, learner, card, receipt, format, vct, issuer, summary, valid_from, valid_until, standing, standing_at, superseded_by, \
                 received_at, opened_at, holder_key, body FROM credential WHERE learner = $1 ORDER BY received_at DESC, id";
    FIND_HELD = "SELECT id, learner, card, receipt, format, vct, issuer, summary, valid_from, valid_until, standing, standing_at, superseded_by, \
                 received_at, opened_at, holder_key, body FROM credential WHERE id = $1 AND learner = $2";
    COPIES_ON_CARD = "SELECT id, learner, card, receipt, format, vct, issuer, summary, valid_from, valid_until, standing, standing_at, superseded_by, \
                      received_at, opened_at, holder_key FROM credential WHERE learner = $1 AND card = $2 ORDER BY received_at DESC, id";
    FIND_HOLDER_KEY = "SELECT k.id, k.learner, k.private FROM holder_key k JOIN credential c ON c.holder_key = k.id \
                       WHERE c.id = $1 AND c.learner = $2";
    MARK_OPENED = "UPDATE credential SET opened_at = $3 WHERE card = $1 AND learner = $2 AND opened_at IS NULL";
    SUPERSEDE = "UPDATE credential SET superseded_by = $2, card = (SELECT n.card FROM credential n WHERE n.id = $2) \
                 WHERE id = $1 AND superseded_by IS NULL";
    LIST_ON_CARD = "SELECT receipt, holder_key, id FROM credential WHERE learner = $1 AND card = $2";
    DELETE_CREDENTIAL = "DELETE FROM credential WHERE id = $1";
    DELETE_HOLDER_KEY = "DELETE FROM holder_key WHERE id = $1";
    COUNT_OF_RECEIPT = "SELECT COUNT(*) AS n FROM credential WHERE receipt = $1";
    DELETE_HOLDER_KEYS = "DELETE FROM holder_key WHERE receipt = $1";
    REPLACE_COPY = "UPDATE credential SET holder_key = $3, body = $4, summary = $5, valid_from = $6, valid_until = $7, status_uri = $8, \
                    status_index = $9, standing = $10, standing_at = $11, used_for = NULL WHERE id = $1 AND learner = $2";
    FIND_KEY_OF = "SELECT holder_key FROM credential WHERE id = $1 AND learner = $2";
    DELETE_RECEIPT = "DELETE FROM receipt WHERE id = $1";
    LIST_WATCHED = "SELECT id, learner, issuer, status_index, status_uri, standing, standing_at FROM credential \
                    WHERE status_uri IS NOT NULL AND standing <> 'revoked' AND watched_at <= $1 ORDER BY watched_at LIMIT $2";
    LIST_WATCHED_OF = "SELECT id, learner, issuer, status_uri, status_index, standing, standing_at FROM credential \
                       WHERE status_uri IS NOT NULL AND standing <> 'revoked' AND watched_at <= $1 AND learner = $2";
    CHANGE_STANDING = "UPDATE credential SET standing = $2, standing_at = $3 WHERE id = $1 AND standing <> 'revoked' AND standing <> $2";
    RECORD_STANDING = "UPDATE credential SET standing_at = $3 WHERE id = $1 AND standing = $2 AND standing <> 'revoked'";
    RECORD_WATCHED = "UPDATE credential SET watched_at = $2 WHERE id = $1";
    RECORD_UNKNOWN = "UPDATE credential SET standing = 'unknown' WHERE id = $1 AND standing <> 'revoked'";
    COUNT_CREDENTIALS = "SELECT COUNT(*) AS n FROM credential WHERE learner = $1";
}

/// A credential to be kept, checked and summarised.
pub struct NewCredential {
    /// The row of the key that it is bound to; none for a badge from elsewhere.
    pub holder_key: Option<String>,
    /// The credential configuration that it came from.
    pub configuration: String,
    /// Its format.
    pub format: String,
    /// Its type.
    pub vct: String,
    /// Credential Issuer Identifier.
    pub issuer: String,
    /// As issued.
    pub body: Zeroizing<String>,
    /// What a card shows.
    pub summary: Summary,
    /// Dates and standing.
    pub validity: Validity,
    /// Where its status stands: its members `status` and `credentialStatus`, with `id`, by which some lists know it.
    pub status: Map,
}

/// A credential with its body.
pub struct Held {
    /// What a list shows of it.
    pub copy: HeldCopy,
    /// As issued.
    pub body: Zeroizing<String>,
}

/// A credential whose status list is to be looked at.
pub struct Watched {
    /// Which.
    pub id: CredentialId,
    /// Whose.
    pub learner: LearnerId,
    /// Who issued it.
    pub issuer: String,
    /// Where its status stands, in the credential's own members.
    pub status: Map,
    /// What is known.
    pub standing: Standing,
    /// When a list last said so.
    pub standing_at: Option<Timestamp>,
}

fn cell<'a>(column: &'static str, id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "credential", column, row: id, owner }
}

impl WalletTx {
    /// Stores a credential on a card. The unique (receipt, configuration) makes a second one of the same impossible: `None` when
    /// it is there already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_credential(
        &mut self,
        learner: &LearnerId,
        receipt: &ReceiptId,
        card: &str,
        new: &NewCredential,
        now: Timestamp,
    ) -> Result<Option<CredentialId>> {
        let id = public_id(self.random());
        let owner = Owner::learner(learner.as_str());
        let body = self.seal(&cell("body", &id, &owner), new.body.as_bytes()).await?;
        let summary = self.seal(&cell("summary", &id, &owner), &encode("credential", "summary", &new.summary)?).await?;
        let (uri, places) = self.places(&id, &owner, &new.status).await?;
        let values = args![
            &id,
            learner.as_str(),
            card,
            receipt.as_str(),
            new.holder_key.as_deref(),
            &new.configuration,
            &new.format,
            &new.vct,
            &new.issuer,
            body,
            summary,
            new.validity.from,
            new.validity.until,
            uri,
            places,
            new.validity.standing.as_str(),
            new.validity.standing_at,
            now,
        ];
        let inserted = self.execute(INSERT_CREDENTIAL, values).await? == 1;
        Ok(inserted.then(|| CredentialId::new(id)))
    }

    /// Where a status stands. The first list stands in the open, so that the watcher finds what is to be watched; all of them are in
    /// the sealed cell.
    async fn places(&mut self, id: &str, owner: &Owner, status: &Map) -> Result<(Option<String>, Option<Vec<u8>>)> {
        let entries = StatusEntry::of_credential(status).unwrap_or_default();
        let Some(uri) = entries.iter().find_map(StatusEntry::uri) else { return Ok((None, None)) };
        let all = encode("credential", "status_index", status)?;
        Ok((Some(uri.to_owned()), Some(self.seal(&cell("status_index", id, owner), &all).await?)))
    }

    /// Puts a renewed credential in the place of the one that is running out, with its key. What was shared of the old one stays as
    /// it was shared. False when the credential is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renew_credential(&mut self, id: &CredentialId, learner: &LearnerId, new: &NewCredential) -> Result<bool> {
        let Some(row) = self.optional(FIND_KEY_OF, args![id.as_str(), learner.as_str()]).await? else { return Ok(false) };
        let (old, owner) = (row.opt_text("holder_key")?, Owner::learner(learner.as_str()));
        let body = self.seal(&cell("body", id.as_str(), &owner), new.body.as_bytes()).await?;
        let summary = self.seal(&cell("summary", id.as_str(), &owner), &encode("credential", "summary", &new.summary)?).await?;
        let (uri, places) = self.places(id.as_str(), &owner, &new.status).await?;
        let validity = &new.validity;
        let values = args![
            id.as_str(),
            learner.as_str(),
            new.holder_key.as_deref(),
            body,
            summary,
            validity.from,
            validity.until,
            uri,
            places,
            validity.standing.as_str(),
            validity.standing_at,
        ];
        let done = self.execute(REPLACE_COPY, values).await? == 1;
        if let Some(old) = old {
            self.execute(DELETE_HOLDER_KEY, args![old]).await?;
        }
        Ok(done)
    }

    /// Marks a credential as replaced, and lays it on the card of what replaced it, so that the history stays together.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn supersede(&mut self, old: &CredentialId, new: &CredentialId) -> Result<()> {
        self.execute(SUPERSEDE, args![old.as_str(), new.as_str()]).await?;
        Ok(())
    }

    /// All copies that a learner holds, newest first, without bodies.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn copies(&mut self, learner: &LearnerId) -> Result<Vec<HeldCopy>> {
        let rows = self.rows(LIST_COPIES, args![learner.as_str()]).await?;
        self.read_copies(&rows).await
    }

    /// The copies on one card of this learner, newest first.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn copies_on_card(&mut self, learner: &LearnerId, card: &str) -> Result<Vec<HeldCopy>> {
        let rows = self.rows(COPIES_ON_CARD, args![learner.as_str(), card]).await?;
        self.read_copies(&rows).await
    }

    async fn read_copies(&mut self, rows: &[Row]) -> Result<Vec<HeldCopy>> {
        let mut copies = Vec::with_capacity(rows.len());
        for row in rows {
            copies.push(self.read_copy(row).await?);
        }
        Ok(copies)
    }

    /// All credentials that a learner holds with their bodies, newest first: what a request is matched against.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn held(&mut self, learner: &LearnerId) -> Result<Vec<Held>> {
        let mut held = Vec::new();
        for row in self.rows(LIST_HELD, args![learner.as_str()]).await? {
            held.push(self.read_held(&row).await?);
        }
        Ok(held)
    }

    /// One credential of this learner with its body.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn held_credential(&mut self, id: &CredentialId, learner: &LearnerId) -> Result<Option<Held>> {
        match self.optional(FIND_HELD, args![id.as_str(), learner.as_str()]).await? {
            Some(row) => self.read_held(&row).await.map(Some),
            None => Ok(None),
        }
    }

    /// The holder key of a credential of this learner, PKCS#8.
    ///
    /// # Errors
    /// When the database fails or the cell does not open.
    pub async fn holder_key(&mut self, id: &CredentialId, learner: &LearnerId) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let Some(row) = self.optional(FIND_HOLDER_KEY, args![id.as_str(), learner.as_str()]).await? else { return Ok(None) };
        let (key, owner) = (row.text("id")?, Owner::learner(&row.text("learner")?));
        self.open(&key_cell(&key, &owner), &row.blob("private")?).await.map(Some)
    }

    async fn read_held(&mut self, row: &Row) -> Result<Held> {
        let copy = self.read_copy(row).await?;
        let owner = Owner::learner(&row.text("learner")?);
        let body = self.open_text(&cell("body", copy.id.as_str(), &owner), &row.blob("body")?).await?;
        Ok(Held { copy, body })
    }

    async fn read_copy(&mut self, row: &Row) -> Result<HeldCopy> {
        let (id, owner) = (row.text("id")?, Owner::learner(&row.text("learner")?));
        let summary = self.open(&cell("summary", &id, &owner), &row.blob("summary")?).await?;
        Ok(HeldCopy {
            card: row.text("card")?,
            receipt: ReceiptId::new(row.text("receipt")?),
            format: row.text("format")?,
            vct: row.text("vct")?,
            issuer: row.text("issuer")?,
            summary: decode("credential", "summary", &summary)?,
            validity: Validity {
                from: row.opt_time("valid_from")?,
                until: row.opt_time("valid_until")?,
                standing: read_standing(row)?,
                standing_at: row.opt_time("standing_at")?,
                superseded: row.opt_text("superseded_by")?.is_some(),
            },
            received_at: row.time("received_at")?,
            opened: row.opt_time("opened_at")?.is_some(),
            has_key: row.opt_text("holder_key")?.is_some(),
            id: CredentialId::new(id),
        })
    }

    /// The learner has seen this card.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_opened(&mut self, card: &str, learner: &LearnerId, now: Timestamp) -> Result<()> {
        self.execute(MARK_OPENED, args![card, learner.as_str(), now]).await?;
        Ok(())
    }

    /// Deletes a card with everything on it: credentials of every form, their holder keys, what was told of it, and the receipts of
    /// which nothing is left, with what was still on its way by them. Gives the ids of the credentials.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_card(&mut self, card: &str, learner: &LearnerId) -> Result<Vec<CredentialId>> {
        let (mut deleted, mut receipts) = (Vec::new(), BTreeSet::new());
        self.drop_news_of_card(learner, card).await?;
        for row in self.rows(LIST_ON_CARD, args![learner.as_str(), card]).await? {
            let id = row.text("id")?;
            self.delete_copies(&id).await?;
            self.execute(DELETE_CREDENTIAL, args![&id]).await?;
            if let Some(key) = row.opt_text("holder_key")? {
                self.execute(DELETE_HOLDER_KEY, args![key]).await?;
            }
            deleted.push(CredentialId::new(id));
            receipts.insert(row.text("receipt")?);
        }
        for receipt in receipts {
            let left = self.optional(COUNT_OF_RECEIPT, args![&receipt]).await?.map_or(Ok(0), |row| row.int("n"))?;
            if left == 0 {
                self.drop_renewal(&receipt).await?;
                self.drop_arrived(&ReceiptId::new(receipt.clone())).await?;
                self.execute(DELETE_HOLDER_KEYS, args![&receipt]).await?;
                self.execute(DELETE_RECEIPT, args![&receipt]).await?;
            }
        }
        Ok(deleted)
    }

    /// Credentials whose status was last looked at before `before`, the longest ago first.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn watched(&mut self, before: Timestamp, limit: i64) -> Result<Vec<Watched>> {
        let rows = self.rows(LIST_WATCHED, args![before, limit]).await?;
        self.read_watched(&rows).await
    }

    /// The same for one learner, who is looking at them now.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn watched_of(&mut self, learner: &LearnerId, before: Timestamp) -> Result<Vec<Watched>> {
        let rows = self.rows(LIST_WATCHED_OF, args![before, learner.as_str()]).await?;
        self.read_watched(&rows).await
    }

    async fn read_watched(&mut self, rows: &[Row]) -> Result<Vec<Watched>> {
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let (id, learner) = (row.text("id")?, row.text("learner")?);
            let owner = Owner::learner(&learner);
            let sealed = self.open(&cell("status_index", &id, &owner), &row.blob("status_index")?).await?;
            found.push(Watched {
                issuer: row.text("issuer")?,
                status: status(&row.text("status_uri")?, &sealed)?,
                standing: read_standing(row)?,
                standing_at: row.opt_time("standing_at")?,
                id: CredentialId::new(id),
                learner: LearnerId::new(learner),
            });
        }
        Ok(found)
    }

    /// A list said so at `now`. `revoked` is final. True when it is another standing than before: of several that look at once
    /// one is told so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_standing(&mut self, id: &CredentialId, standing: Standing, now: Timestamp) -> Result<bool> {
        if self.execute(CHANGE_STANDING, args![id.as_str(), standing.as_str(), now]).await? == 1 {
            return Ok(true);
        }
        self.execute(RECORD_STANDING, args![id.as_str(), standing.as_str(), now]).await?;
        Ok(false)
    }

    /// The lists of this credential were asked for at `now`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_watched(&mut self, id: &CredentialId, now: Timestamp) -> Result<()> {
        self.execute(RECORD_WATCHED, args![id.as_str(), now]).await?;
        Ok(())
    }

    /// No list can be had, and what one said before is too old to count.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_unknown(&mut self, id: &CredentialId) -> Result<()> {
        self.execute(RECORD_UNKNOWN, args![id.as_str()]).await?;
        Ok(())
    }

    /// How many credentials a learner holds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_credentials(&mut self, learner: &LearnerId) -> Result<i64> {
        self.optional(COUNT_CREDENTIALS, args![learner.as_str()]).await?.map_or(Ok(0), |row| row.int("n"))
    }
}

/// Where a status stands. The release before kept the index in a Token Status List alone, as eight bytes.
fn status(uri: &str, sealed: &[u8]) -> Result<Map> {
    let Ok(index) = <[u8; 8]>::try_from(sealed) else { return decode("credential", "status_index", sealed) };
    let entry = StatusEntry::TokenStatusList { uri: uri.to_owned(), index: u64::from_be_bytes(index) };
    Ok(Map::from_iter([("status".to_owned(), entry.to_value())]))
}

fn read_standing(row: &Row) -> Result<Standing> {
    Standing::parse(&row.text("standing")?).ok_or(StorageError::Row { table: "credential", column: "standing" })
}
