//! What an issuer gave and the learner has not accepted yet: checked, sealed, and read by nothing but the page that shows it.

use model::Timestamp;
use model::held::{Standing, Summary, Validity};
use model::id::{LearnerId, row_id};
use model::receipt::ReceiptId;
use serde::{Deserialize, Serialize};
use vc::Map;
use zeroize::Zeroizing;

use super::credential::NewCredential;
use super::{decode, encode};
use crate::{Cell, Owner, Result, WalletTx, args, statements};

statements! {
    INSERT_ARRIVED = "INSERT INTO arrived (id, learner, receipt, holder_key, configuration, content, arrived_at) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (holder_key) DO NOTHING";
    LIST_ARRIVED = "SELECT a.id, a.learner, a.holder_key, a.configuration, a.content FROM arrived a JOIN holder_key k ON k.id = a.holder_key \
                    WHERE a.receipt = $1 ORDER BY a.configuration, k.copy";
    DROP_ARRIVED = "DELETE FROM arrived WHERE receipt = $1";
}

/// A credential as it lies in a sealed cell.
#[derive(Serialize, Deserialize)]
pub(super) struct Content {
    format: String,
    vct: String,
    issuer: String,
    body: String,
    summary: Summary,
    from: Option<i64>,
    until: Option<i64>,
    standing: Standing,
    standing_at: Option<i64>,
    status: Map,
}

impl Content {
    pub(super) fn of(new: &NewCredential) -> Self {
        Self {
            format: new.format.clone(),
            vct: new.vct.clone(),
            issuer: new.issuer.clone(),
            body: new.body.as_str().to_owned(),
            summary: new.summary.clone(),
            from: new.validity.from.map(Timestamp::millis),
            until: new.validity.until.map(Timestamp::millis),
            standing: new.validity.standing,
            standing_at: new.validity.standing_at.map(Timestamp::millis),
            status: new.status.clone(),
        }
    }

    pub(super) fn into_new(self, holder_key: Option<String>, configuration: String) -> NewCredential {
        NewCredential {
            holder_key,
            configuration,
            format: self.format,
            vct: self.vct,
            issuer: self.issuer,
            body: Zeroizing::new(self.body),
            summary: self.summary,
            validity: Validity {
                from: self.from.map(Timestamp::from_millis),
                until: self.until.map(Timestamp::from_millis),
                standing: self.standing,
                standing_at: self.standing_at.map(Timestamp::from_millis),
                superseded: false,
            },
            status: self.status,
        }
    }
}

fn cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "arrived", column: "content", row: id, owner }
}

impl WalletTx {
    /// Lays a checked credential aside for the learner to look at, once per key. False when it was there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_arrived(&mut self, learner: &LearnerId, receipt: &ReceiptId, new: &NewCredential, now: Timestamp) -> Result<bool> {
        let (id, owner) = (row_id(now, self.random()), Owner::learner(learner.as_str()));
        let sealed = self.seal(&cell(&id, &owner), &encode("arrived", "content", &Content::of(new))?).await?;
        let values = args![&id, learner.as_str(), receipt.as_str(), new.holder_key.as_deref(), &new.configuration, sealed, now];
        Ok(self.execute(INSERT_ARRIVED, values).await? == 1)
    }

    /// What came by a receipt and was not accepted yet, by configuration and copy.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn arrived(&mut self, receipt: &ReceiptId) -> Result<Vec<NewCredential>> {
        let mut found = Vec::new();
        for row in self.rows(LIST_ARRIVED, args![receipt.as_str()]).await? {
            let (id, owner) = (row.text("id")?, Owner::learner(&row.text("learner")?));
            let content = self.open(&cell(&id, &owner), &row.blob("content")?).await?;
            let content: Content = decode("arrived", "content", &content)?;
            found.push(content.into_new(Some(row.text("holder_key")?), row.text("configuration")?));
        }
        Ok(found)
    }

    /// Erases what came by a receipt and was not accepted, or was moved into the wallet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_arrived(&mut self, receipt: &ReceiptId) -> Result<u64> {
        self.execute(DROP_ARRIVED, args![receipt.as_str()]).await
    }
}
