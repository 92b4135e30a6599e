//! What a learner allowed a badge platform: one grant from consent to disconnecting, with its authorization code by hash, and what the
//! platform wrote down of the learner.

use model::Timestamp;
use model::id::{LearnerId, row_id};
use serde_json::Value;

use super::{decode, encode};
use crate::{Cell, Owner, Result, Row, WalletTx, args, hash_token, statements};

statements! {
    INSERT_GRANT = "INSERT INTO badge_grant (id, learner, platform, state, scope, code_hash, challenge, redirect_uri, profile_id, granted_at, \
                    code_until) VALUES ($1, $2, $3, 'live', $4, $5, $6, $7, $8, $9, $10)";
    FIND_BY_CODE = "SELECT id, learner, platform, state, scope, challenge, redirect_uri, profile_id, granted_at, code_until, code_used_at, used_at \
                    FROM badge_grant WHERE code_hash = $1 AND platform = $2";
    FIND_GRANT = "SELECT id, learner, platform, state, scope, challenge, redirect_uri, profile_id, granted_at, code_until, code_used_at, used_at \
                  FROM badge_grant WHERE id = $1";
    LIST_GRANTS = "SELECT id, learner, platform, state, scope, challenge, redirect_uri, profile_id, granted_at, code_until, code_used_at, used_at \
                   FROM badge_grant WHERE learner = $1 AND state = 'live' AND code_used_at IS NOT NULL ORDER BY granted_at DESC, id";
    USE_CODE = "UPDATE badge_grant SET code_used_at = $2 WHERE id = $1 AND code_used_at IS NULL AND state = 'live' AND code_until > $2";
    TOUCH_GRANT = "UPDATE badge_grant SET used_at = $2 WHERE id = $1";
    END_GRANT = "UPDATE badge_grant SET state = 'ended', ended_at = $2, profile = NULL WHERE id = $1 AND state = 'live'";
    DROP_TOKENS_OF = "DELETE FROM badge_token WHERE badge_grant = $1";
    FIND_PROFILE = "SELECT profile FROM badge_grant WHERE id = $1 AND state = 'live'";
    SET_PROFILE = "UPDATE badge_grant SET profile = $2 WHERE id = $1 AND state = 'live'";
    KNOWN_AS = "SELECT profile_id FROM badge_grant WHERE learner = $1 AND platform = $2 ORDER BY granted_at DESC LIMIT 1";
    DROP_UNUSED_GRANTS = "DELETE FROM badge_grant WHERE code_used_at IS NULL AND code_until <= $1";
}

/// What a learner allows a platform.
pub struct NewGrant<'a> {
    /// Who allows.
    pub learner: &'a LearnerId,
    /// Whom: a `client_id`.
    pub platform: &'a str,
    /// What, space-separated.
    pub scope: &'a str,
    /// The authorization code, kept by hash.
    pub code: &'a str,
    /// The PKCE challenge (S256) that it is bound to.
    pub challenge: &'a str,
    /// Where the browser went back to.
    pub redirect_uri: &'a str,
    /// How the platform knows the learner.
    pub profile_id: &'a str,
    /// Until when the code counts.
    pub code_until: Timestamp,
}

/// A grant.
#[derive(Clone)]
pub struct BadgeGrant {
    /// Its row.
    pub id: String,
    /// Who allowed.
    pub learner: LearnerId,
    /// Whom: a `client_id`.
    pub platform: String,
    /// Whether it still holds.
    pub live: bool,
    /// What, space-separated.
    pub scope: String,
    /// The PKCE challenge.
    pub challenge: String,
    /// Where the browser went back to.
    pub redirect_uri: String,
    /// How the platform knows the learner, and no other does.
    pub profile_id: String,
    /// When it was allowed.
    pub granted_at: Timestamp,
    /// Until when its code counts.
    pub code_until: Timestamp,
    /// Whether its code was used.
    pub code_used: bool,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
}

fn read(row: &Row) -> Result<BadgeGrant> {
    Ok(BadgeGrant {
        id: row.text("id")?,
        learner: LearnerId::new(row.text("learner")?),
        platform: row.text("platform")?,
        live: row.text("state")? == "live",
        scope: row.text("scope")?,
        challenge: row.text("challenge")?,
        redirect_uri: row.text("redirect_uri")?,
        profile_id: row.text("profile_id")?,
        granted_at: row.time("granted_at")?,
        code_until: row.time("code_until")?,
        code_used: row.opt_time("code_used_at")?.is_some(),
        used_at: row.opt_time("used_at")?,
    })
}

fn cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "badge_grant", column: "profile", row: id, owner }
}

impl WalletTx {
    /// Keeps what a learner allowed. Gives its row.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_badge_grant(&mut self, new: &NewGrant<'_>, now: Timestamp) -> Result<String> {
        let id = row_id(now, self.random());
        let (learner, code) = (new.learner.as_str(), hash_token(new.code));
        let values =
            args![&id, learner, new.platform, new.scope, code, new.challenge, new.redirect_uri, new.profile_id, now, new.code_until];
        self.execute(INSERT_GRANT, values).await?;
        Ok(id)
    }

    /// How a platform knew this learner before: after disconnecting and connecting again it is the same.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn known_to_platform(&mut self, learner: &LearnerId, platform: &str) -> Result<Option<String>> {
        let row = self.optional(KNOWN_AS, args![learner.as_str(), platform]).await?;
        row.map(|row| row.text("profile_id")).transpose()
    }

    /// The grant of an authorization code of this platform, whatever became of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn badge_grant_by_code(&mut self, code: &str, platform: &str) -> Result<Option<BadgeGrant>> {
        self.optional(FIND_BY_CODE, args![hash_token(code), platform]).await?.as_ref().map(read).transpose()
    }

    /// A grant, whatever became of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn badge_grant(&mut self, id: &str) -> Result<Option<BadgeGrant>> {
        self.optional(FIND_GRANT, args![id]).await?.as_ref().map(read).transpose()
    }

    /// What a learner allows now, newest first. A grant whose code nobody used is not among them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn badge_grants(&mut self, learner: &LearnerId) -> Result<Vec<BadgeGrant>> {
        self.rows(LIST_GRANTS, args![learner.as_str()]).await?.iter().map(read).collect()
    }

    /// Uses an authorization code up. False when it was used or has ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_badge_code(&mut self, grant: &str, now: Timestamp) -> Result<bool> {
        Ok(self.execute(USE_CODE, args![grant, now]).await? == 1)
    }

    /// The platform used what it was allowed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch_badge_grant(&mut self, grant: &str, now: Timestamp) -> Result<()> {
        self.execute(TOUCH_GRANT, args![grant, now]).await?;
        Ok(())
    }

    /// Ends a grant with all its tokens, and erases what the platform wrote down. False when it was over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_badge_grant(&mut self, grant: &str, now: Timestamp) -> Result<bool> {
        let ended = self.execute(END_GRANT, args![grant, now]).await? == 1;
        self.execute(DROP_TOKENS_OF, args![grant]).await?;
        Ok(ended)
    }

    /// What the platform wrote down of the learner.
    ///
    /// # Errors
    /// When the database fails or the cell does not open.
    pub async fn badge_profile(&mut self, grant: &BadgeGrant) -> Result<Option<Value>> {
        let Some(row) = self.optional(FIND_PROFILE, args![&grant.id]).await? else { return Ok(None) };
        let Some(sealed) = row.opt_blob("profile")? else { return Ok(None) };
        let owner = Owner::learner(grant.learner.as_str());
        decode("badge_grant", "profile", &self.open(&cell(&grant.id, &owner), &sealed).await?).map(Some)
    }

    /// The platform writes something down of the learner, for itself alone. False when the grant is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_badge_profile(&mut self, grant: &BadgeGrant, profile: &Value) -> Result<bool> {
        let owner = Owner::learner(grant.learner.as_str());
        let sealed = self.seal(&cell(&grant.id, &owner), &encode("badge_grant", "profile", profile)?).await?;
        Ok(self.execute(SET_PROFILE, args![&grant.id, sealed]).await? == 1)
    }

    /// Forgets grants whose code nobody used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_unused_badge_grants(&mut self, now: Timestamp) -> Result<u64> {
        self.execute(DROP_UNUSED_GRANTS, args![now]).await
    }
}
