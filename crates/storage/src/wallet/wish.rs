//! What a learner waits for: told once, when it comes, and then forgotten.

use model::Timestamp;
use model::id::{LearnerId, row_id};
use model::wish::Wish;

use super::{decode, encode};
use crate::{Cell, Owner, Result, WalletTx, args, statements};

statements! {
    DROP_WISH = "DELETE FROM wish WHERE learner = $1 AND kind_key = $2";
    INSERT_WISH = "INSERT INTO wish (id, learner, kind_key, about, at, ends_at) VALUES ($1, $2, $3, $4, $5, $6)";
    COUNT_WISHES = "SELECT COUNT(*) AS n FROM wish WHERE learner = $1 AND kind_key = $2";
    TAKE_WISH = "DELETE FROM wish WHERE learner = $1 AND kind_key = $2 RETURNING id, about";
    PURGE_WISHES = "DELETE FROM wish WHERE ends_at <= $1";
}

fn cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "wish", column: "about", row: id, owner }
}

impl WalletTx {
    /// The learner waits for a credential of this type; the last request for it counts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_wish(&mut self, learner: &LearnerId, kind: &str, wish: &Wish, now: Timestamp, ends_at: Timestamp) -> Result<()> {
        let (id, owner, key) = (row_id(now, self.random()), Owner::learner(learner.as_str()), self.wish_key(learner, kind));
        let sealed = self.seal(&cell(&id, &owner), &encode("wish", "about", wish)?).await?;
        self.execute(DROP_WISH, args![learner.as_str(), key.clone()]).await?;
        self.execute(INSERT_WISH, args![&id, learner.as_str(), key, sealed, now, ends_at]).await?;
        Ok(())
    }

    /// The learner waits for it no more. False when they did not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_wish(&mut self, learner: &LearnerId, kind: &str) -> Result<bool> {
        let key = self.wish_key(learner, kind);
        Ok(self.execute(DROP_WISH, args![learner.as_str(), key]).await? == 1)
    }

    /// Whether the learner waits for a credential of this type.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_wish(&mut self, learner: &LearnerId, kind: &str) -> Result<bool> {
        let key = self.wish_key(learner, kind);
        let row = self.optional(COUNT_WISHES, args![learner.as_str(), key]).await?;
        Ok(row.map_or(Ok(0), |row| row.int("n"))? > 0)
    }

    /// Takes the wish that a credential of this type fulfils: once.
    ///
    /// # Errors
    /// When the database fails or the cell does not open.
    pub async fn take_wish(&mut self, learner: &LearnerId, kind: &str) -> Result<Option<Wish>> {
        let key = self.wish_key(learner, kind);
        let Some(row) = self.optional(TAKE_WISH, args![learner.as_str(), key]).await? else { return Ok(None) };
        let (id, owner) = (row.text("id")?, Owner::learner(learner.as_str()));
        let about = self.open(&cell(&id, &owner), &row.blob("about")?).await?;
        decode("wish", "about", &about).map(Some)
    }

    /// Forgets what was waited for too long.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_wishes(&mut self, now: Timestamp) -> Result<()> {
        self.execute(PURGE_WISHES, args![now]).await?;
        Ok(())
    }

    fn wish_key(&self, learner: &LearnerId, kind: &str) -> Vec<u8> {
        self.blind_index("wish.kind", &[learner.as_str(), kind].join("\u{1f}"))
    }
}
