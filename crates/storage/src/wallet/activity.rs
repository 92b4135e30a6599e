//! What happened in a wallet, for its learner: labels and counts, never values (`ux.md` 3.6).

use model::Timestamp;
use model::activity::{Activity, ActivityAbout, ActivityId, ActivityKind};
use model::id::{LearnerId, public_id};

use super::{decode, encode};
use crate::{Cell, Owner, Result, Row, StorageError, WalletTx, args, statements};

statements! {
    INSERT_ACTIVITY = "INSERT INTO activity (id, learner, at, kind, about) VALUES ($1, $2, $3, $4, $5)";
    LIST_ACTIVITY = "SELECT id, learner, at, kind, about FROM activity WHERE learner = $1 ORDER BY at DESC, id LIMIT $2";
    FIND_ACTIVITY = "SELECT id, learner, at, kind, about FROM activity WHERE id = $1 AND learner = $2";
    DELETE_ACTIVITY = "DELETE FROM activity WHERE id = $1 AND learner = $2";
}

fn about_cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "activity", column: "about", row: id, owner }
}

impl WalletTx {
    /// Writes down what happened, in the transaction in which it happens.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note(&mut self, learner: &LearnerId, kind: ActivityKind, about: &ActivityAbout, now: Timestamp) -> Result<ActivityId> {
        let id = public_id(self.random());
        let owner = Owner::learner(learner.as_str());
        let sealed = self.seal(&about_cell(&id, &owner), &encode("activity", "about", about)?).await?;
        self.execute(INSERT_ACTIVITY, args![&id, learner.as_str(), now, kind.as_str(), sealed]).await?;
        Ok(ActivityId::new(id))
    }

    /// The newest `limit` entries.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn activities(&mut self, learner: &LearnerId, limit: i64) -> Result<Vec<Activity>> {
        let mut found = Vec::new();
        for row in self.rows(LIST_ACTIVITY, args![learner.as_str(), limit]).await? {
            found.push(self.read_activity(&row).await?);
        }
        Ok(found)
    }

    /// One entry of this learner.
    ///
    /// # Errors
    /// When the database fails or the cell does not open.
    pub async fn activity(&mut self, id: &ActivityId, learner: &LearnerId) -> Result<Option<Activity>> {
        match self.optional(FIND_ACTIVITY, args![id.as_str(), learner.as_str()]).await? {
            Some(row) => self.read_activity(&row).await.map(Some),
            None => Ok(None),
        }
    }

    /// The learner removes an entry. False when it is not there or not theirs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_activity(&mut self, id: &ActivityId, learner: &LearnerId) -> Result<bool> {
        Ok(self.execute(DELETE_ACTIVITY, args![id.as_str(), learner.as_str()]).await? == 1)
    }

    async fn read_activity(&mut self, row: &Row) -> Result<Activity> {
        let (id, owner, kind) = (row.text("id")?, Owner::learner(&row.text("learner")?), row.text("kind")?);
        let about = self.open(&about_cell(&id, &owner), &row.blob("about")?).await?;
        Ok(Activity {
            at: row.time("at")?,
            kind: ActivityKind::parse(&kind).ok_or(StorageError::Row { table: "activity", column: "kind" })?,
            about: decode("activity", "about", &about)?,
            id: ActivityId::new(id),
        })
    }
}
