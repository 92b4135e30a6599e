//! Browsers that a learner signed in with before, by a keyed look-up value of learner and cookie: two learners at one browser have
//! nothing in common here.

use model::Timestamp;
use model::id::{LearnerId, row_id};

use crate::{Result, WalletTx, args, statements};

statements! {
    TOUCH_DEVICE = "UPDATE device SET seen_at = $3 WHERE learner = $1 AND token_key = $2";
    COUNT_DEVICES = "SELECT COUNT(*) AS n FROM device WHERE learner = $1";
    INSERT_DEVICE = "INSERT INTO device (id, learner, token_key, first_at, seen_at) VALUES ($1, $2, $3, $4, $4) \
                     ON CONFLICT (learner, token_key) DO NOTHING";
    FORGET_OTHER_DEVICES = "DELETE FROM device WHERE learner = $1 AND token_key <> $2";
    PURGE_DEVICES = "DELETE FROM device WHERE seen_at <= $1 AND EXISTS (SELECT 1 FROM device newer WHERE newer.learner = device.learner \
                     AND newer.seen_at > device.seen_at)";
}

/// For how long an unused browser is known, in days. Browsers keep no cookie longer.
pub const DEVICE_DAYS: i64 = 400;

/// Whether a browser was seen before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Met {
    /// This learner signed in with it before.
    Before,
    /// It is the first that this learner ever signed in with.
    First,
    /// It is new beside others; its row.
    New(String),
}

impl WalletTx {
    /// Notes the browser that a learner signs in with, by its cookie.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn meet_device(&mut self, learner: &LearnerId, token: &str, now: Timestamp) -> Result<Met> {
        let key = self.device_key(learner, token);
        if self.execute(TOUCH_DEVICE, args![learner.as_str(), &key, now]).await? == 1 {
            return Ok(Met::Before);
        }
        let known = self.optional(COUNT_DEVICES, args![learner.as_str()]).await?.map_or(Ok(0), |row| row.int("n"))?;
        let id = row_id(now, self.random());
        self.execute(INSERT_DEVICE, args![&id, learner.as_str(), key, now]).await?;
        Ok(if known == 0 { Met::First } else { Met::New(id) })
    }

    /// Forgets every browser of a learner but this one: the others are new when they come back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_other_devices(&mut self, learner: &LearnerId, token: &str) -> Result<u64> {
        let key = self.device_key(learner, token);
        self.execute(FORGET_OTHER_DEVICES, args![learner.as_str(), key]).await
    }

    /// Deletes browsers that were not seen for [`DEVICE_DAYS`]. A learner's last one stays, so that the next is not taken for the first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_devices(&mut self, now: Timestamp) -> Result<u64> {
        self.execute(PURGE_DEVICES, args![now.plus_days(-DEVICE_DAYS)]).await
    }

    fn device_key(&self, learner: &LearnerId, token: &str) -> Vec<u8> {
        self.blind_index("device.token", &[learner.as_str(), token].join("\u{1f}"))
    }
}
