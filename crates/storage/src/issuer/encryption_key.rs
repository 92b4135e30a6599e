//! Keys to which wallets encrypt what they send to an institution: one is announced, the one before still opens for a while.

use model::Timestamp;
use zeroize::Zeroizing;

use crate::{Cell, IssuerTx, Owner, Result, args, statements};

statements! {
    INSERT_ENCRYPTION_KEY = "INSERT INTO encryption_key (institution, kid, state, private, jwk, created_at) \
        VALUES ($1, $2, 'active', $3, $4, $5)";
    RETAIN_ENCRYPTION_KEY = "UPDATE encryption_key SET state = 'retained', ended_at = $2 WHERE institution = $1 AND state = 'active'";
    ACTIVE_ENCRYPTION_KEY = "SELECT kid, jwk, created_at FROM encryption_key WHERE institution = $1 AND state = 'active'";
    FIND_ENCRYPTION_KEY = "SELECT private FROM encryption_key WHERE institution = $1 AND kid = $2";
    PURGE_ENCRYPTION_KEYS = "DELETE FROM encryption_key WHERE state = 'retained' AND ended_at <= $1";
}

/// The announced key of an institution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptionKey {
    /// Its thumbprint.
    pub kid: String,
    /// The public key as JWK, JSON.
    pub jwk: String,
    /// Since when it is announced.
    pub created_at: Timestamp,
}

fn cell<'a>(kid: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "encryption_key", column: "private", row: kid, owner }
}

impl IssuerTx {
    /// Announces a key; the one before is retained. `private` is PKCS#8.
    ///
    /// # Errors
    /// [`crate::StorageError::Conflict`] when another server announced one at the same moment, and when the database fails.
    pub async fn announce_encryption_key(
        &mut self,
        institution: &str,
        (kid, private, jwk): (&str, &[u8], &str),
        now: Timestamp,
    ) -> Result<()> {
        let owner = Owner::institution(institution);
        let sealed = self.seal(&cell(kid, &owner), private).await?;
        self.execute(RETAIN_ENCRYPTION_KEY, args![institution, now]).await?;
        self.execute(INSERT_ENCRYPTION_KEY, args![institution, kid, sealed, jwk, now]).await?;
        Ok(())
    }

    /// The announced key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn encryption_key(&mut self, institution: &str) -> Result<Option<EncryptionKey>> {
        let Some(row) = self.optional(ACTIVE_ENCRYPTION_KEY, args![institution]).await? else { return Ok(None) };
        Ok(Some(EncryptionKey { kid: row.text("kid")?, jwk: row.text("jwk")?, created_at: row.time("created_at")? }))
    }

    /// The private half, PKCS#8, of a key that still opens.
    ///
    /// # Errors
    /// When the database fails or it does not open.
    pub async fn decryption_key(&mut self, institution: &str, kid: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let Some(row) = self.optional(FIND_ENCRYPTION_KEY, args![institution, kid]).await? else { return Ok(None) };
        let owner = Owner::institution(institution);
        self.open(&cell(kid, &owner), &row.blob("private")?).await.map(Some)
    }

    /// Destroys keys that were retained before `before`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_encryption_keys(&mut self, before: Timestamp) -> Result<u64> {
        self.execute(PURGE_ENCRYPTION_KEYS, args![before]).await
    }
}
