//! Holder keys: one per copy of a credential, made before it is asked for and destroyed with it.

use model::Timestamp;
use model::id::{LearnerId, row_id};
use model::receipt::ReceiptId;
use zeroize::Zeroizing;

use crate::{Cell, Owner, Result, WalletTx, args, statements};

statements! {
    INSERT_HOLDER_KEY = "INSERT INTO holder_key (id, learner, receipt, configuration, copy, private, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
                         ON CONFLICT (receipt, configuration, copy) DO NOTHING";
    LIST_HOLDER_KEYS = "SELECT id, learner, configuration, copy, private FROM holder_key WHERE receipt = $1 ORDER BY configuration, copy";
    LIST_KEYS_OF = "SELECT id, learner, private FROM holder_key WHERE learner = $1 ORDER BY id";
    FIND_BOUND = "SELECT k.id FROM holder_key k WHERE k.id = $1 AND (EXISTS (SELECT 1 FROM credential c WHERE c.holder_key = k.id) \
                  OR EXISTS (SELECT 1 FROM credential_copy y WHERE y.holder_key = k.id))";
    DROP_SPARE_KEYS = "DELETE FROM holder_key WHERE receipt = $1 AND NOT EXISTS (SELECT 1 FROM credential c WHERE c.holder_key = holder_key.id) \
                       AND NOT EXISTS (SELECT 1 FROM credential_copy k WHERE k.holder_key = holder_key.id) \
                       AND NOT EXISTS (SELECT 1 FROM arrived a WHERE a.holder_key = holder_key.id)";
}

/// A key made for a copy that has not come yet, or has.
pub struct HolderKeyRow {
    /// The row's identifier.
    pub id: String,
    /// The credential configuration that it is for.
    pub configuration: String,
    /// Which copy of it.
    pub copy: i64,
    /// PKCS#8.
    pub pkcs8: Zeroizing<Vec<u8>>,
}

/// A key to be kept.
pub struct NewHolderKey<'a> {
    /// The offer that it is for.
    pub receipt: &'a ReceiptId,
    /// Whose.
    pub learner: &'a LearnerId,
    /// The credential configuration that it is for.
    pub configuration: &'a str,
    /// Which copy of it, from 0.
    pub copy: i64,
    /// PKCS#8.
    pub pkcs8: &'a [u8],
}

pub(super) fn key_cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "holder_key", column: "private", row: id, owner }
}

impl WalletTx {
    /// Keeps a holder key for a copy that will be asked for. The first key of a copy stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_holder_key(&mut self, key: &NewHolderKey<'_>, now: Timestamp) -> Result<()> {
        let id = row_id(now, self.random());
        let (learner, owner) = (key.learner.as_str(), Owner::learner(key.learner.as_str()));
        let sealed = self.seal(&key_cell(&id, &owner), key.pkcs8).await?;
        let values = args![&id, learner, key.receipt.as_str(), key.configuration, key.copy, sealed, now];
        self.execute(INSERT_HOLDER_KEY, values).await?;
        Ok(())
    }

    /// The keys that were made for a receipt, by configuration and copy.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn holder_keys(&mut self, receipt: &ReceiptId) -> Result<Vec<HolderKeyRow>> {
        let mut keys = Vec::new();
        for row in self.rows(LIST_HOLDER_KEYS, args![receipt.as_str()]).await? {
            let (id, owner) = (row.text("id")?, Owner::learner(&row.text("learner")?));
            let pkcs8 = self.open(&key_cell(&id, &owner), &row.blob("private")?).await?;
            keys.push(HolderKeyRow { configuration: row.text("configuration")?, copy: row.int("copy")?, id, pkcs8 });
        }
        Ok(keys)
    }

    /// Whether a credential or a copy in the wallet is bound to a key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_bound(&mut self, key: &str) -> Result<bool> {
        Ok(self.optional(FIND_BOUND, args![key]).await?.is_some())
    }

    /// Every key that this wallet keeps for a learner, PKCS#8: whom a badge from elsewhere may name.
    ///
    /// # Errors
    /// When the database fails or a cell does not open.
    pub async fn keys_of(&mut self, learner: &LearnerId) -> Result<Vec<Zeroizing<Vec<u8>>>> {
        let mut keys = Vec::new();
        for row in self.rows(LIST_KEYS_OF, args![learner.as_str()]).await? {
            let (id, owner) = (row.text("id")?, Owner::learner(&row.text("learner")?));
            keys.push(self.open(&key_cell(&id, &owner), &row.blob("private")?).await?);
        }
        Ok(keys)
    }

    /// Destroys the keys of a receipt that nothing came for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_spare_keys(&mut self, receipt: &ReceiptId) -> Result<u64> {
        self.execute(DROP_SPARE_KEYS, args![receipt.as_str()]).await
    }
}
