//! Badge platforms that registered themselves (Open Badges 3.0 section 7.2, RFC 7591): what they say of themselves, and the hash of
//! their secret.

use model::Timestamp;
use serde_json::Value;

use super::{decode, encode};
use crate::{Result, Row, StorageError, WalletTx, args, hash_token, statements};

statements! {
    INSERT_PLATFORM = "INSERT INTO badge_platform (id, secret_hash, metadata, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)";
    FIND_PLATFORM = "SELECT id, metadata, created_at FROM badge_platform WHERE id = $1";
    FIND_BY_SECRET = "SELECT id, metadata, created_at FROM badge_platform WHERE id = $1 AND secret_hash = $2";
    DROP_STALE_PLATFORMS = "DELETE FROM badge_platform WHERE expires_at <= $1 \
                            AND NOT EXISTS (SELECT 1 FROM badge_grant g WHERE g.platform = badge_platform.id)";
}

/// A registered platform.
#[derive(Clone)]
pub struct Platform {
    /// Its `client_id`.
    pub id: String,
    /// What it registered, without contacts.
    pub metadata: Value,
    /// When.
    pub created_at: Timestamp,
}

fn read(row: &Row) -> Result<Platform> {
    let metadata = decode("badge_platform", "metadata", row.text("metadata")?.as_bytes())?;
    Ok(Platform { id: row.text("id")?, metadata, created_at: row.time("created_at")? })
}

impl WalletTx {
    /// Keeps a new platform. It goes at `expires_at` when no learner has connected it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_platform(&mut self, platform: &Platform, secret: &str, expires_at: Timestamp) -> Result<()> {
        let metadata = encode("badge_platform", "metadata", &platform.metadata)?;
        let wrong = |_| StorageError::Row { table: "badge_platform", column: "metadata" };
        let metadata = std::str::from_utf8(&metadata).map_err(wrong)?;
        let values = args![&platform.id, hash_token(secret), metadata, platform.created_at, expires_at];
        self.execute(INSERT_PLATFORM, values).await?;
        Ok(())
    }

    /// A platform by its `client_id`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn platform(&mut self, id: &str) -> Result<Option<Platform>> {
        self.optional(FIND_PLATFORM, args![id]).await?.as_ref().map(read).transpose()
    }

    /// A platform that shows its secret.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn platform_by_secret(&mut self, id: &str, secret: &str) -> Result<Option<Platform>> {
        self.optional(FIND_BY_SECRET, args![id, hash_token(secret)]).await?.as_ref().map(read).transpose()
    }

    /// Forgets platforms that nobody connected.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_stale_platforms(&mut self, now: Timestamp) -> Result<u64> {
        self.execute(DROP_STALE_PLATFORMS, args![now]).await
    }
}
