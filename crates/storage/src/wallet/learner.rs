//! Learners: found by a blind index of what eduID says, with their name sealed.

use model::Timestamp;
use model::id::{LearnerId, row_id};
use zeroize::Zeroizing;

use crate::{Cell, Owner, Result, WalletTx, args, statements};

statements! {
    FIND_LEARNER = "SELECT id FROM learner WHERE account = $1";
    INSERT_LEARNER = "INSERT INTO learner (id, account, subject, created_at, seen_at) VALUES ($1, $2, $3, $4, $4) \
                      ON CONFLICT (account) DO NOTHING";
    UPDATE_LEARNER = "UPDATE learner SET subject = $2, name = $3, seen_at = $4 WHERE id = $1";
    FIND_NAME = "SELECT name FROM learner WHERE id = $1";
}

/// What an eduID login says about a learner. The account is (issuer, eduid); `sub` is kept as second key.
pub struct Identity<'a> {
    /// The OpenID Provider.
    pub issuer: &'a str,
    /// The value that eduID gives to this wallet for this person.
    pub eduid: &'a str,
    /// The provider's subject identifier; it can change.
    pub sub: &'a str,
    /// The name to greet with, if eduID gave one.
    pub name: Option<&'a str>,
}

fn name_cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "learner", column: "name", row: id, owner }
}

impl WalletTx {
    /// The learner of an eduID login, made at the first one. Accounts are never merged on anything else.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_in(&mut self, identity: &Identity<'_>, now: Timestamp) -> Result<LearnerId> {
        let account = self.blind_index("learner.account", &format!("{}\n{}", identity.issuer, identity.eduid));
        let subject = self.blind_index("learner.subject", &format!("{}\n{}", identity.issuer, identity.sub));
        let id = match self.optional(FIND_LEARNER, args![&account]).await? {
            Some(row) => row.text("id")?,
            None => {
                let new = row_id(now, self.random());
                self.execute(INSERT_LEARNER, args![&new, &account, &subject, now]).await?;
                // Another server may have made the row a moment ago; what is in the table counts.
                self.optional(FIND_LEARNER, args![&account]).await?.map(|row| row.text("id")).transpose()?.unwrap_or(new)
            }
        };
        let owner = Owner::learner(&id);
        let name = match identity.name {
            Some(name) => Some(self.seal(&name_cell(&id, &owner), name.as_bytes()).await?),
            None => None,
        };
        self.execute(UPDATE_LEARNER, args![&id, &subject, name, now]).await?;
        Ok(LearnerId::new(id))
    }

    /// The name to greet a learner with. `None` when there is no such learner or no name.
    ///
    /// # Errors
    /// When the database fails or the cell does not open.
    pub async fn learner_name(&mut self, learner: &LearnerId) -> Result<Option<Zeroizing<String>>> {
        let Some(row) = self.optional(FIND_NAME, args![learner.as_str()]).await? else { return Ok(None) };
        let Some(sealed) = row.opt_blob("name")? else { return Ok(None) };
        let owner = Owner::learner(learner.as_str());
        self.open_text(&name_cell(learner.as_str(), &owner), &sealed).await.map(Some)
    }
}
