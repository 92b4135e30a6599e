//! Badges from files that the learner has not answered yet: checked, sealed, and read by nothing but the page that shows them.

use model::Timestamp;
use model::id::{LearnerId, public_id};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::arrived::Content;
use super::credential::NewCredential;
use super::{decode, encode};
use crate::{Cell, Owner, Result, StorageError, WalletTx, args, statements};

statements! {
    INSERT_IMPORT = "INSERT INTO import (id, learner, state, content, made_at, expires_at) VALUES ($1, $2, 'waiting', $3, $4, $5)";
    FIND_IMPORT = "SELECT state, content, card FROM import WHERE id = $1 AND learner = $2 AND (state <> 'waiting' OR expires_at > $3)";
    ANSWER_IMPORT = "UPDATE import SET state = $3, content = NULL, card = $4 WHERE id = $1 AND learner = $2 AND state = 'waiting' AND expires_at > $5";
    DROP_STALE_IMPORTS = "DELETE FROM import WHERE expires_at <= $1";
}

/// What waits for the learner's answer.
pub struct Waiting {
    /// The badge, as it would be kept.
    pub credential: NewCredential,
    /// The report of its check, as JSON.
    pub report: Value,
}

/// Where an import stands.
pub enum Import {
    /// The learner looks at it.
    Waiting(Box<Waiting>),
    /// It is on this card.
    Kept(String),
    /// The learner did not keep it.
    Refused,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    credential: Content,
    configuration: String,
    report: Value,
}

fn cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "import", column: "content", row: id, owner }
}

impl WalletTx {
    /// Lays a checked badge aside for the learner to look at, until `expires_at`. Gives what its page is known by.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_import(&mut self, learner: &LearnerId, waiting: &Waiting, now: Timestamp, expires_at: Timestamp) -> Result<String> {
        let (id, owner) = (public_id(self.random()), Owner::learner(learner.as_str()));
        let kept = Kept {
            credential: Content::of(&waiting.credential),
            configuration: waiting.credential.configuration.clone(),
            report: waiting.report.clone(),
        };
        let sealed = self.seal(&cell(&id, &owner), &encode("import", "content", &kept)?).await?;
        self.execute(INSERT_IMPORT, args![&id, learner.as_str(), sealed, now, expires_at]).await?;
        Ok(id)
    }

    /// An import of this learner.
    ///
    /// # Errors
    /// When the database fails or the cell does not open.
    pub async fn import(&mut self, id: &str, learner: &LearnerId, now: Timestamp) -> Result<Option<Import>> {
        let Some(row) = self.optional(FIND_IMPORT, args![id, learner.as_str(), now]).await? else { return Ok(None) };
        let state = StorageError::Row { table: "import", column: "state" };
        Ok(Some(match row.text("state")?.as_str() {
            "waiting" => {
                let owner = Owner::learner(learner.as_str());
                let kept: Kept = decode("import", "content", &self.open(&cell(id, &owner), &row.blob("content")?).await?)?;
                let credential = kept.credential.into_new(None, kept.configuration);
                Import::Waiting(Box::new(Waiting { credential, report: kept.report }))
            }
            "kept" => Import::Kept(row.text("card")?),
            "refused" => Import::Refused,
            _ => return Err(state),
        }))
    }

    /// The learner answers: waiting → kept on a card, or refused. What it held is erased. False when it was answered before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answer_import(&mut self, id: &str, learner: &LearnerId, card: Option<&str>, now: Timestamp) -> Result<bool> {
        let state = if card.is_some() { "kept" } else { "refused" };
        Ok(self.execute(ANSWER_IMPORT, args![id, learner.as_str(), state, card, now]).await? == 1)
    }

    /// Erases imports whose time is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_stale_imports(&mut self, now: Timestamp) -> Result<u64> {
        self.execute(DROP_STALE_IMPORTS, args![now]).await
    }

    /// What a badge is known by, whichever way it comes: its issuer, its identifier and its `validFrom`. A learner holds it once.
    pub fn badge_key(&self, learner: &LearnerId, issuer: &str, own_id: &str, valid_from: Option<Timestamp>) -> String {
        let from = valid_from.map(|from| from.millis().to_string()).unwrap_or_default();
        let value = format!("{}\n{issuer}\n{own_id}\n{from}", learner.as_str());
        let blind = self.blind_index("credential.badge", &value);
        blind.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
