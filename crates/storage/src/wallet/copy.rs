//! Copies of a credential: one asker sees one copy, so that two askers hold nothing in common but what it says.

use model::Timestamp;
use model::held::CredentialId;
use model::id::{LearnerId, row_id};
use zeroize::Zeroizing;

use super::holder_key::key_cell;
use crate::{Cell, Owner, Result, Row, WalletTx, args, statements};

statements! {
    INSERT_COPY = "INSERT INTO credential_copy (id, learner, credential, holder_key, body, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
                   ON CONFLICT (holder_key) DO NOTHING";
    FIND_OF_RECEIPT = "SELECT id FROM credential WHERE receipt = $1 AND configuration = $2";
    FIRST_IS_OF = "SELECT id FROM credential WHERE id = $1 AND learner = $2 AND used_for = $3";
    COPY_OF = "SELECT c.id, c.learner, c.holder_key, c.body, k.private FROM credential_copy c JOIN holder_key k ON k.id = c.holder_key \
               WHERE c.credential = $1 AND c.learner = $2 AND c.used_for = $3";
    TAKE_FIRST = "UPDATE credential SET used_for = $3 WHERE id = $1 AND learner = $2 AND used_for IS NULL";
    TAKE_COPY = "UPDATE credential_copy SET used_for = $3 WHERE used_for IS NULL AND id = (SELECT MIN(f.id) FROM credential_copy f \
                 WHERE f.credential = $1 AND f.learner = $2 AND f.used_for IS NULL)";
    COUNT_UNUSED = "SELECT COUNT(*) AS n FROM credential_copy WHERE credential = $1 AND used_for IS NULL";
    COUNT_COPIES = "SELECT COUNT(*) AS n FROM credential_copy WHERE credential = $1";
    LIST_COPY_KEYS = "SELECT id, holder_key FROM credential_copy WHERE credential = $1";
    DELETE_COPY = "DELETE FROM credential_copy WHERE id = $1";
    DELETE_KEY = "DELETE FROM holder_key WHERE id = $1";
}

/// What an asker is shown.
pub enum Shown {
    /// The credential itself.
    First,
    /// A copy of it with its own key.
    Copy {
        /// As issued.
        body: Zeroizing<String>,
        /// The key that it is bound to, PKCS#8.
        pkcs8: Zeroizing<Vec<u8>>,
    },
}

/// A copy taken for an asker.
pub struct Taken {
    /// Which.
    pub shown: Shown,
    /// Whether there are copies and none is left that nobody has seen: more should be asked for.
    pub last: bool,
}

fn cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "credential_copy", column: "body", row: id, owner }
}

impl WalletTx {
    /// The credential that came by a receipt for a configuration.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn credential_of(&mut self, receipt: &str, configuration: &str) -> Result<Option<CredentialId>> {
        let row = self.optional(FIND_OF_RECEIPT, args![receipt, configuration]).await?;
        Ok(row.map(|row| row.text("id")).transpose()?.map(CredentialId::new))
    }

    /// Stores a further copy of a credential, once per key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_copy(
        &mut self,
        learner: &LearnerId,
        of: &CredentialId,
        holder_key: &str,
        body: &str,
        now: Timestamp,
    ) -> Result<bool> {
        let (id, owner) = (row_id(now, self.random()), Owner::learner(learner.as_str()));
        let sealed = self.seal(&cell(&id, &owner), body.as_bytes()).await?;
        Ok(self.execute(INSERT_COPY, args![&id, learner.as_str(), of.as_str(), holder_key, sealed, now]).await? == 1)
    }

    /// The copy of a credential for one asker: the one that it saw before, else one that nobody saw, else the first again. `asker`
    /// is the asker's full client identifier; it is kept as a blind index.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn take_copy(&mut self, credential: &CredentialId, learner: &LearnerId, asker: &str) -> Result<Taken> {
        let (id, owner) = (credential.as_str(), learner.as_str());
        let asker = self.blind_index("credential.used_for", &format!("{owner}\n{asker}"));
        let mut shown = self.shown_before(id, owner, &asker).await?;
        if shown.is_none() && self.execute(TAKE_FIRST, args![id, owner, &asker]).await? == 1 {
            shown = Some(Shown::First);
        }
        if shown.is_none() && self.execute(TAKE_COPY, args![id, owner, &asker]).await? == 1 {
            shown = self.shown_before(id, owner, &asker).await?;
        }
        let last = self.count(COUNT_COPIES, id).await? > 0 && self.count(COUNT_UNUSED, id).await? == 0;
        Ok(Taken { shown: shown.unwrap_or(Shown::First), last })
    }

    async fn shown_before(&mut self, id: &str, learner: &str, asker: &[u8]) -> Result<Option<Shown>> {
        if self.optional(FIRST_IS_OF, args![id, learner, asker]).await?.is_some() {
            return Ok(Some(Shown::First));
        }
        match self.optional(COPY_OF, args![id, learner, asker]).await? {
            Some(row) => self.read_shown(&row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn read_shown(&mut self, row: &Row) -> Result<Shown> {
        let (id, key, owner) = (row.text("id")?, row.text("holder_key")?, Owner::learner(&row.text("learner")?));
        let body = self.open_text(&cell(&id, &owner), &row.blob("body")?).await?;
        let pkcs8 = self.open(&key_cell(&key, &owner), &row.blob("private")?).await?;
        Ok(Shown::Copy { body, pkcs8 })
    }

    /// How many further copies there are of a credential, seen or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_copies(&mut self, credential: &CredentialId) -> Result<i64> {
        self.count(COUNT_COPIES, credential.as_str()).await
    }

    async fn count(&mut self, sql: &'static str, id: &str) -> Result<i64> {
        self.optional(sql, args![id]).await?.map_or(Ok(0), |row| row.int("n"))
    }

    /// Deletes the further copies of a credential with their keys.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_copies(&mut self, credential: &str) -> Result<()> {
        for row in self.rows(LIST_COPY_KEYS, args![credential]).await? {
            self.execute(DELETE_COPY, args![row.text("id")?]).await?;
            self.execute(DELETE_KEY, args![row.text("holder_key")?]).await?;
        }
        Ok(())
    }
}
