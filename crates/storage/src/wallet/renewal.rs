//! Renewals: how further copies are asked for when one runs out or ends, with what the issuer gave for that.

use model::Timestamp;
use model::id::LearnerId;
use model::receipt::{Progress, ReceiptId};

use super::{decode, encode};
use crate::{Cell, Owner, Result, WalletTx, args, statements};

statements! {
    PUT_RENEWAL = "INSERT INTO renewal (receipt, learner, access, due_at, round) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (receipt) DO UPDATE \
                   SET access = excluded.access, due_at = excluded.due_at, round = excluded.round";
    FIND_RENEWAL = "SELECT learner, access, due_at, round FROM renewal WHERE receipt = $1";
    LIST_DUE = "SELECT receipt, learner, due_at FROM renewal WHERE due_at <= $1 ORDER BY due_at LIMIT $2";
    SET_DUE = "UPDATE renewal SET due_at = $2 WHERE receipt = $1 AND due_at > $2";
    DROP_RENEWAL = "DELETE FROM renewal WHERE receipt = $1";
}

/// A renewal.
pub struct Renewal {
    /// Whose.
    pub learner: LearnerId,
    /// Tokens and nonces.
    pub access: Progress,
    /// From when more is asked for.
    pub due_at: Timestamp,
    /// How often it was asked for; each time has keys of its own.
    pub round: i64,
}

fn cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "renewal", column: "access", row: id, owner }
}

impl WalletTx {
    /// Keeps how more is asked for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_renewal(&mut self, receipt: &ReceiptId, renewal: &Renewal) -> Result<()> {
        let owner = Owner::learner(renewal.learner.as_str());
        let sealed = self.seal(&cell(receipt.as_str(), &owner), &encode("renewal", "access", &renewal.access)?).await?;
        let values = args![receipt.as_str(), renewal.learner.as_str(), sealed, renewal.due_at, renewal.round];
        self.execute(PUT_RENEWAL, values).await?;
        Ok(())
    }

    /// How more is asked for, where the issuer gave anything for that.
    ///
    /// # Errors
    /// When the database fails or the cell does not open.
    pub async fn renewal(&mut self, receipt: &ReceiptId) -> Result<Option<Renewal>> {
        let Some(row) = self.optional(FIND_RENEWAL, args![receipt.as_str()]).await? else { return Ok(None) };
        let learner = row.text("learner")?;
        let access = self.open(&cell(receipt.as_str(), &Owner::learner(&learner)), &row.blob("access")?).await?;
        Ok(Some(Renewal {
            learner: LearnerId::new(learner),
            access: decode("renewal", "access", &access)?,
            due_at: row.time("due_at")?,
            round: row.int("round")?,
        }))
    }

    /// Renewals whose time has come: receipt, learner, and since when.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_renewals(&mut self, now: Timestamp, limit: i64) -> Result<Vec<(ReceiptId, LearnerId, Timestamp)>> {
        let rows = self.rows(LIST_DUE, args![now, limit]).await?;
        rows.iter()
            .map(|row| Ok((ReceiptId::new(row.text("receipt")?), LearnerId::new(row.text("learner")?), row.time("due_at")?)))
            .collect()
    }

    /// More is wanted by this time at the latest.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renew_by(&mut self, receipt: &ReceiptId, due_at: Timestamp) -> Result<()> {
        self.execute(SET_DUE, args![receipt.as_str(), due_at]).await?;
        Ok(())
    }

    /// Nothing more can be asked for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_renewal(&mut self, receipt: &str) -> Result<()> {
        self.execute(DROP_RENEWAL, args![receipt]).await?;
        Ok(())
    }
}
