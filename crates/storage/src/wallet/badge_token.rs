//! Tokens of badge platforms, by hash. A refresh token is answered until its successor is used (decision 0016): a lost answer costs
//! nothing, and a stolen old token ends the grant.

use model::Timestamp;

use crate::{Result, WalletTx, args, hash_token, statements};

statements! {
    INSERT_BADGE_TOKEN = "INSERT INTO badge_token (hash, badge_grant, kind, scope, replaces, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    FIND_BADGE_TOKEN = "SELECT badge_grant, scope, replaces, spent_at, expires_at FROM badge_token WHERE hash = $1 AND kind = $2";
    SPEND_REPLACED = "UPDATE badge_token SET spent_at = $2 WHERE hash = $1 AND spent_at IS NULL";
    SETTLE = "UPDATE badge_token SET replaces = NULL WHERE badge_grant = $1 AND replaces = $2";
    DROP_RIVALS = "DELETE FROM badge_token WHERE badge_grant = $1 AND replaces = $2";
    DROP_OLD_ACCESS = "DELETE FROM badge_token WHERE badge_grant = $1 AND kind = 'access' AND replaces IS NULL AND hash <> $2";
    DROP_TOKEN = "DELETE FROM badge_token WHERE hash = $1 AND badge_grant = $2";
    PURGE_BADGE_TOKENS = "DELETE FROM badge_token WHERE expires_at <= $1";
}

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Calling the API.
    Access,
    /// Getting the next ones.
    Refresh,
}

impl TokenKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
        }
    }
}

/// A token to be kept.
pub struct NewBadgeToken<'a> {
    /// The token itself; only its hash is kept.
    pub token: &'a str,
    /// What it belongs to.
    pub grant: &'a str,
    /// What it is for.
    pub kind: TokenKind,
    /// What it allows, space-separated.
    pub scope: &'a str,
    /// The refresh token in whose place it comes.
    pub replaces: Option<&'a str>,
    /// Until when.
    pub expires_at: Timestamp,
}

/// A token that was shown.
pub struct BadgeToken {
    /// What it belongs to.
    pub grant: String,
    /// What it allows.
    pub scope: String,
    /// Whether its successor was used: then it is somebody else's copy.
    pub spent: bool,
    /// Until when.
    pub expires_at: Timestamp,
    replaces: Option<Vec<u8>>,
}

impl BadgeToken {
    /// Whether it came in the place of another one and was not used yet.
    pub fn is_new(&self) -> bool {
        self.replaces.is_some()
    }
}

impl WalletTx {
    /// Keeps a token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_badge_token(&mut self, new: &NewBadgeToken<'_>) -> Result<()> {
        let values = args![hash_token(new.token), new.grant, new.kind.as_str(), new.scope, new.replaces.map(hash_token), new.expires_at];
        self.execute(INSERT_BADGE_TOKEN, values).await?;
        Ok(())
    }

    /// A token by what was shown.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn badge_token(&mut self, token: &str, kind: TokenKind) -> Result<Option<BadgeToken>> {
        let Some(row) = self.optional(FIND_BADGE_TOKEN, args![hash_token(token), kind.as_str()]).await? else { return Ok(None) };
        Ok(Some(BadgeToken {
            grant: row.text("badge_grant")?,
            scope: row.text("scope")?,
            spent: row.opt_time("spent_at")?.is_some(),
            expires_at: row.time("expires_at")?,
            replaces: row.opt_blob("replaces")?,
        }))
    }

    /// A token is used: what it came in the place of is spent, and the access tokens before it end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_badge_token(&mut self, token: &str, found: &BadgeToken, now: Timestamp) -> Result<()> {
        let Some(replaced) = &found.replaces else { return Ok(()) };
        self.execute(SPEND_REPLACED, args![replaced, now]).await?;
        self.execute(DROP_OLD_ACCESS, args![&found.grant, hash_token(token)]).await?;
        self.execute(SETTLE, args![&found.grant, replaced]).await?;
        Ok(())
    }

    /// The tokens that an earlier answer to the same refresh token gave and nobody used: the answer was lost.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_rivals(&mut self, grant: &str, refresh_token: &str) -> Result<()> {
        self.execute(DROP_RIVALS, args![grant, hash_token(refresh_token)]).await?;
        Ok(())
    }

    /// Revokes one token of a grant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_badge_token(&mut self, token: &str, grant: &str) -> Result<()> {
        self.execute(DROP_TOKEN, args![hash_token(token), grant]).await?;
        Ok(())
    }

    /// Forgets tokens whose time is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_badge_tokens(&mut self, now: Timestamp) -> Result<u64> {
        self.execute(PURGE_BADGE_TOKENS, args![now]).await
    }
}
