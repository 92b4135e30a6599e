//! Standing permissions: one for each receiver, sealed; withdrawn or over, the row is gone.

use model::Timestamp;
use model::id::{LearnerId, public_id};
use model::permission::{Permission, PermissionAbout, PermissionId};

use super::{decode, encode};
use crate::{Cell, Owner, Result, Row, WalletTx, args, statements};

statements! {
    REPLACE_PERMISSION = "DELETE FROM permission WHERE learner = $1 AND receiver_key = $2";
    INSERT_PERMISSION = "INSERT INTO permission (id, learner, receiver_key, about, at, ends_at) VALUES ($1, $2, $3, $4, $5, $6)";
    LIST_PERMISSIONS = "SELECT id, learner, about, at, ends_at FROM permission WHERE learner = $1 ORDER BY ends_at, id";
    FIND_PERMISSION = "SELECT id, learner, about, at, ends_at FROM permission WHERE id = $1 AND learner = $2";
    DROP_PERMISSION = "DELETE FROM permission WHERE id = $1 AND learner = $2";
    PURGE_PERMISSIONS = "DELETE FROM permission WHERE ends_at <= $1";
}

fn cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "permission", column: "about", row: id, owner }
}

impl WalletTx {
    /// Writes a permission down, in place of an earlier one to the same receiver.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_permission(
        &mut self,
        learner: &LearnerId,
        about: &PermissionAbout,
        now: Timestamp,
        ends_at: Timestamp,
    ) -> Result<PermissionId> {
        let (id, owner) = (public_id(self.random()), Owner::learner(learner.as_str()));
        let key = self.blind_index("permission.receiver", &[learner.as_str(), about.party_id.as_str()].join("\u{1f}"));
        let sealed = self.seal(&cell(&id, &owner), &encode("permission", "about", about)?).await?;
        self.execute(REPLACE_PERMISSION, args![learner.as_str(), key.clone()]).await?;
        self.execute(INSERT_PERMISSION, args![&id, learner.as_str(), key, sealed, now, ends_at]).await?;
        Ok(PermissionId::new(id))
    }

    /// A learner's permissions, the first to end first.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn permissions(&mut self, learner: &LearnerId) -> Result<Vec<Permission>> {
        let mut found = Vec::new();
        for row in self.rows(LIST_PERMISSIONS, args![learner.as_str()]).await? {
            found.push(self.read_permission(&row).await?);
        }
        Ok(found)
    }

    /// One permission of this learner.
    ///
    /// # Errors
    /// When the database fails or the cell does not open.
    pub async fn permission(&mut self, id: &PermissionId, learner: &LearnerId) -> Result<Option<Permission>> {
        match self.optional(FIND_PERMISSION, args![id.as_str(), learner.as_str()]).await? {
            Some(row) => self.read_permission(&row).await.map(Some),
            None => Ok(None),
        }
    }

    /// The learner withdraws a permission. False when it is not there or not theirs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_permission(&mut self, id: &PermissionId, learner: &LearnerId) -> Result<bool> {
        Ok(self.execute(DROP_PERMISSION, args![id.as_str(), learner.as_str()]).await? == 1)
    }

    /// Removes what is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_permissions(&mut self, now: Timestamp) -> Result<()> {
        self.execute(PURGE_PERMISSIONS, args![now]).await?;
        Ok(())
    }

    async fn read_permission(&mut self, row: &Row) -> Result<Permission> {
        let (id, owner) = (row.text("id")?, Owner::learner(&row.text("learner")?));
        let about = self.open(&cell(&id, &owner), &row.blob("about")?).await?;
        Ok(Permission {
            at: row.time("at")?,
            ends_at: row.time("ends_at")?,
            about: decode("permission", "about", &about)?,
            id: PermissionId::new(id),
        })
    }
}
