//! Answers of the machine API that are given again for the same `Idempotency-Key`.

use model::Timestamp;
use zeroize::Zeroizing;

use crate::{Cell, IssuerTx, Owner, Result, args, hash_token, statements};

statements! {
    BEGIN_ONCE = "INSERT INTO idempotency (institution, key_hash, body_digest, expires_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    FIND_ONCE = "SELECT body_digest, status, answer FROM idempotency WHERE institution = $1 AND key_hash = $2";
    FINISH_ONCE = "UPDATE idempotency SET status = $3, answer = $4 WHERE institution = $1 AND key_hash = $2";
    DELETE_OLD = "DELETE FROM idempotency WHERE institution = $1 AND key_hash = $2 AND expires_at <= $3";
    FORGET_ONCE = "DELETE FROM idempotency WHERE institution = $1 AND key_hash = $2 AND status IS NULL";
    PURGE_ONCE = "DELETE FROM idempotency WHERE expires_at <= $1";
}

/// How long an answer is kept, in seconds.
const KEEP_SECONDS: i64 = 86_400;

/// What is known of a key.
pub enum Once {
    /// Nothing: do the work, then [`IssuerTx::finish_once`].
    First,
    /// It was used with another body.
    Mismatch,
    /// Its work is under way.
    InFlight,
    /// This was the answer.
    Answered {
        /// HTTP status.
        status: u16,
        /// The body.
        answer: Zeroizing<Vec<u8>>,
    },
}

fn answer_cell<'a>(row: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "idempotency", column: "answer", row, owner }
}

/// The row's name within the institution's sealed cells.
fn row_name(key_hash: &[u8]) -> String {
    vc::encoding::b64url(key_hash)
}

impl IssuerTx {
    /// Takes a key for a body, or tells what became of it.
    ///
    /// # Errors
    /// When the database fails or the answer does not open.
    pub async fn begin_once(&mut self, institution: &str, key: &str, body_digest: &[u8], now: Timestamp) -> Result<Once> {
        let hash = hash_token(key);
        self.execute(DELETE_OLD, args![institution, &hash, now]).await?;
        if self.execute(BEGIN_ONCE, args![institution, &hash, body_digest, now.plus_seconds(KEEP_SECONDS)]).await? == 1 {
            return Ok(Once::First);
        }
        let Some(row) = self.optional(FIND_ONCE, args![institution, &hash]).await? else { return Ok(Once::InFlight) };
        if row.blob("body_digest")? != body_digest {
            return Ok(Once::Mismatch);
        }
        let (Some(status), Some(sealed)) = (row.opt_int("status")?, row.opt_blob("answer")?) else { return Ok(Once::InFlight) };
        let answer = self.open(&answer_cell(&row_name(&hash), &Owner::institution(institution)), &sealed).await?;
        Ok(Once::Answered { status: u16::try_from(status).unwrap_or(500), answer })
    }

    /// Keeps the answer of a key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_once(&mut self, institution: &str, key: &str, status: u16, answer: &[u8]) -> Result<()> {
        let hash = hash_token(key);
        let sealed = self.seal(&answer_cell(&row_name(&hash), &Owner::institution(institution)), answer).await?;
        self.execute(FINISH_ONCE, args![institution, &hash, i64::from(status), sealed]).await?;
        Ok(())
    }

    /// Gives a key back whose work failed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_once(&mut self, institution: &str, key: &str) -> Result<()> {
        self.execute(FORGET_ONCE, args![institution, hash_token(key)]).await?;
        Ok(())
    }

    /// Removes answers that are no longer given again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_once(&mut self, now: Timestamp) -> Result<u64> {
        self.execute(PURGE_ONCE, args![now]).await
    }
}
