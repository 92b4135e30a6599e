//! Access tokens: for one offer, or for making one connection. Found by hash.

use model::Timestamp;
use model::offer::OfferId;

use crate::{IssuerTx, Result, args, hash_token, statements};

statements! {
    INSERT_TOKEN = "INSERT INTO access_token (hash, institution, offer, code, person, client, state, expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, 'live', $7)";
    FIND_TOKEN = "SELECT offer, person, client FROM access_token WHERE hash = $1 AND institution = $2 AND state = 'live' AND expires_at > $3";
    REVOKE_OF_CODE = "UPDATE access_token SET state = 'revoked' WHERE code = $1 AND state = 'live'";
    PURGE_TOKENS = "DELETE FROM access_token WHERE expires_at <= $1";
}

/// A token to be kept.
pub struct NewToken<'a> {
    /// The token itself; its hash is kept.
    pub token: &'a str,
    /// The institution's slug.
    pub institution: &'a str,
    /// The code it came of.
    pub code: &'a str,
    /// What it is for.
    pub scope: TokenScope,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What a token is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenScope {
    /// Collecting one offer.
    Offer(OfferId),
    /// Making one connection for this person, by this client.
    Delivery {
        /// The person's row.
        person: String,
        /// The client's identifier.
        client: String,
    },
}

impl IssuerTx {
    /// Keeps a token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_token(&mut self, token: &NewToken<'_>) -> Result<()> {
        let (offer, person, client) = match &token.scope {
            TokenScope::Offer(offer) => (Some(offer.as_str()), None, None),
            TokenScope::Delivery { person, client } => (None, Some(person.as_str()), Some(client.as_str())),
        };
        let values = args![hash_token(token.token), token.institution, offer, hash_token(token.code), person, client, token.expires_at];
        self.execute(INSERT_TOKEN, values).await?;
        Ok(())
    }

    /// What a live token of this institution is for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn token(&mut self, institution: &str, token: &str, now: Timestamp) -> Result<Option<TokenScope>> {
        let Some(row) = self.optional(FIND_TOKEN, args![hash_token(token), institution, now]).await? else { return Ok(None) };
        Ok(match (row.opt_text("offer")?, row.opt_text("person")?, row.opt_text("client")?) {
            (Some(offer), _, _) => Some(TokenScope::Offer(OfferId::new(offer))),
            (None, Some(person), Some(client)) => Some(TokenScope::Delivery { person, client }),
            _ => None,
        })
    }

    /// Ends the tokens that came of a code (RFC 6749 section 4.1.2: a code was used twice).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_tokens_of(&mut self, code: &str) -> Result<u64> {
        self.execute(REVOKE_OF_CODE, args![hash_token(code)]).await
    }

    /// Removes tokens that have ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_tokens(&mut self, now: Timestamp) -> Result<u64> {
        self.execute(PURGE_TOKENS, args![now]).await
    }
}
