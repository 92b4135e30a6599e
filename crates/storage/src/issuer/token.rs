//! Grants and their tokens: which offers may be collected, or that a wallet connects; by whom, with which keys. Found by hash.

use model::offer::OfferId;
use model::{Timestamp, id};

use super::offer::{OfferRow, read_offer};
use crate::{IssuerTx, Result, Row, StorageError, args, hash_token, statements};

statements! {
    INSERT_GRANT = "INSERT INTO access_grant (id, institution, person, purpose, client, proven, named, code, dpop, instance, state, ends_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'live', $11)";
    INSERT_GRANT_OFFER = "INSERT INTO grant_offer (access_grant, offer) VALUES ($1, $2)";
    INSERT_TOKEN = "INSERT INTO access_token (hash, institution, access_grant, refreshed, expires_at) VALUES ($1, $2, $3, $4, $5)";
    FIND_BY_TOKEN = "SELECT g.id, g.person, g.purpose, g.client, g.proven, g.named, g.dpop, g.instance, t.refreshed FROM access_grant g \
        JOIN access_token t ON t.access_grant = g.id WHERE t.hash = $1 AND t.institution = $2 AND t.expires_at > $3 AND g.state = 'live'";
    INSERT_REFRESH = "INSERT INTO refresh_token (hash, institution, access_grant, state, expires_at) VALUES ($1, $2, $3, 'live', $4)";
    FIND_BY_REFRESH = "SELECT g.id, g.person, g.purpose, g.client, g.proven, g.named, g.dpop, g.instance FROM access_grant g \
        JOIN refresh_token t ON t.access_grant = g.id WHERE t.hash = $1 AND t.institution = $2 AND t.expires_at > $3 AND g.state = 'live'";
    USE_REFRESH = "UPDATE refresh_token SET state = 'used' WHERE hash = $1 AND state = 'live'";
    IS_LIVE_REFRESH = "SELECT hash FROM refresh_token WHERE hash = $1 AND access_grant = $2 AND state = 'live'";
    OFFERS_OF_GRANT = "SELECT o.id, o.institution, o.award, o.revision, o.person, o.configurations, o.grant_type, o.deferred, o.state, o.tx_code, \
        o.holder, o.made_at, o.expires_at, o.issued_at, o.notified_at FROM grant_offer g JOIN offer o ON o.id = g.offer \
        WHERE g.access_grant = $1 AND o.institution = $2 ORDER BY o.made_at, o.id";
    EXTEND_GRANT = "UPDATE access_grant SET ends_at = $2 WHERE id = $1 AND ends_at < $2";
    REVOKE_GRANT = "UPDATE access_grant SET state = 'revoked' WHERE id = $1 AND state = 'live'";
    REVOKE_OF_CODE = "UPDATE access_grant SET state = 'revoked' WHERE institution = $1 AND code = $2 AND state = 'live'";
    PURGE_TOKENS = "DELETE FROM access_token WHERE expires_at <= $1";
    PURGE_REFRESH = "DELETE FROM refresh_token WHERE expires_at <= $1";
    PURGE_GRANT_OFFERS = "DELETE FROM grant_offer WHERE access_grant IN (SELECT id FROM access_grant WHERE ends_at <= $1)";
    PURGE_GRANTS = "DELETE FROM access_grant WHERE ends_at <= $1 AND NOT EXISTS (SELECT 1 FROM access_token t WHERE t.access_grant = access_grant.id)";
}

/// What a grant is for: offers are named by their ids when it is kept, and come as they stand when it is found.
pub enum Purpose<Offer> {
    /// Collecting these offers, the oldest first.
    Collect(Vec<Offer>),
    /// Making one connection for the person, by the client.
    Delivery,
}

/// A grant to be kept.
pub struct NewGrant<'a> {
    /// The institution's slug.
    pub institution: &'a str,
    /// Whose credentials they are.
    pub person: &'a str,
    /// What it is for.
    pub purpose: Purpose<OfferId>,
    /// The client's identifier; none for a wallet that did not say who it is.
    pub client: Option<&'a str>,
    /// Whether the client authenticated: then it does so at every refreshing.
    pub proven: bool,
    /// Whether the token answer names credential identifiers, which the wallet must then use.
    pub named: bool,
    /// The code that it came of.
    pub code: &'a str,
    /// The thumbprint of the key that every use of its tokens proves (RFC 9449).
    pub dpop: Option<&'a str>,
    /// The thumbprint of the wallet instance's key, which every refreshing proves.
    pub instance: Option<&'a str>,
}

/// A live grant.
pub struct Grant {
    /// Its row.
    pub id: String,
    /// Whose credentials they are.
    pub person: String,
    /// What it is for: offers that a newer link took out are not there any more.
    pub purpose: Purpose<OfferRow>,
    /// The client's identifier; none for a wallet that did not say who it is.
    pub client: Option<String>,
    /// Whether the client authenticated.
    pub proven: bool,
    /// Whether the token answer named credential identifiers.
    pub named: bool,
    /// Whether the token by which it was found came of a refresh token, or is one.
    pub refreshed: bool,
    dpop: Option<Vec<u8>>,
    instance: Option<Vec<u8>>,
}

impl Grant {
    /// Whether its tokens are used with proofs of one key (RFC 9449).
    pub fn is_bound(&self) -> bool {
        self.dpop.is_some()
    }

    /// Whether this is the DPoP key that it is bound to, or none of either.
    pub fn fits_dpop(&self, thumbprint: Option<&str>) -> bool {
        self.dpop == thumbprint.map(hash_token)
    }

    /// Whether this is the wallet instance that it is bound to, or none of either.
    pub fn fits_instance(&self, thumbprint: Option<&str>) -> bool {
        self.instance == thumbprint.map(hash_token)
    }
}

/// What a refresh token is worth.
pub enum Refreshed {
    /// It is used now, or its answer was lost: this grant goes on.
    Grant(Grant),
    /// It was used, and so was its successor: the grant has ended.
    Reused(Grant),
}

impl IssuerTx {
    /// Keeps a grant and gives its row.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_grant(&mut self, grant: &NewGrant<'_>, now: Timestamp) -> Result<String> {
        let id = id::row_id(now, self.random());
        let (purpose, offers) = match &grant.purpose {
            Purpose::Collect(offers) => ("collect", offers.as_slice()),
            Purpose::Delivery => ("delivery", &[][..]),
        };
        let (dpop, instance) = (grant.dpop.map(hash_token), grant.instance.map(hash_token));
        let (client, code) = (grant.client, hash_token(grant.code));
        let values = args![&id, grant.institution, grant.person, purpose, client, grant.proven, grant.named, code, dpop, instance, now];
        self.execute(INSERT_GRANT, values).await?;
        for offer in offers {
            self.execute(INSERT_GRANT_OFFER, args![&id, offer.as_str()]).await?;
        }
        Ok(id)
    }

    /// Keeps an access token of a grant, and whether it came of a refresh token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_token(
        &mut self,
        (institution, grant): (&str, &str),
        (token, refreshed): (&str, bool),
        expires_at: Timestamp,
    ) -> Result<()> {
        self.execute(INSERT_TOKEN, args![hash_token(token), institution, grant, refreshed, expires_at]).await?;
        self.execute(EXTEND_GRANT, args![grant, expires_at]).await?;
        Ok(())
    }

    /// What a live access token of this institution is for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn grant_of_token(&mut self, institution: &str, token: &str, now: Timestamp) -> Result<Option<Grant>> {
        let Some(row) = self.optional(FIND_BY_TOKEN, args![hash_token(token), institution, now]).await? else { return Ok(None) };
        let refreshed = row.flag("refreshed")?;
        self.grant(institution, row, refreshed).await.map(Some)
    }

    /// Keeps a refresh token of a grant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_refresh_token(&mut self, (institution, grant): (&str, &str), token: &str, expires_at: Timestamp) -> Result<()> {
        self.execute(INSERT_REFRESH, args![hash_token(token), institution, grant, expires_at]).await?;
        self.execute(EXTEND_GRANT, args![grant, expires_at]).await?;
        Ok(())
    }

    /// The live grant of a refresh token, used or not. Changes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn grant_of_refresh_token(&mut self, institution: &str, token: &str, now: Timestamp) -> Result<Option<Grant>> {
        match self.optional(FIND_BY_REFRESH, args![hash_token(token), institution, now]).await? {
            Some(row) => self.grant(institution, row, true).await.map(Some),
            None => Ok(None),
        }
    }

    /// Uses a refresh token for its successor (decision 0016): the first time the successor is kept; again, as long as nobody used
    /// the successor, the same one stands; after that the grant ends.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rotate(
        &mut self,
        institution: &str,
        grant: Grant,
        (token, successor): (&str, &str),
        until: Timestamp,
    ) -> Result<Refreshed> {
        if self.execute(USE_REFRESH, args![hash_token(token)]).await? == 1 {
            self.insert_refresh_token((institution, &grant.id), successor, until).await?;
            return Ok(Refreshed::Grant(grant));
        }
        if self.optional(IS_LIVE_REFRESH, args![hash_token(successor), &grant.id]).await?.is_some() {
            return Ok(Refreshed::Grant(grant));
        }
        self.execute(REVOKE_GRANT, args![&grant.id]).await?;
        Ok(Refreshed::Reused(grant))
    }

    /// Ends what came of a code (RFC 6749 section 4.1.2: a code was used twice). False when nothing did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_grants_of(&mut self, institution: &str, code: &str) -> Result<bool> {
        Ok(self.execute(REVOKE_OF_CODE, args![institution, hash_token(code)]).await? > 0)
    }

    /// Removes tokens and grants that have ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_tokens(&mut self, now: Timestamp) -> Result<u64> {
        let mut removed = 0;
        for statement in [PURGE_TOKENS, PURGE_REFRESH, PURGE_GRANT_OFFERS, PURGE_GRANTS] {
            removed += self.execute(statement, args![now]).await?;
        }
        Ok(removed)
    }

    async fn grant(&mut self, institution: &str, row: Row, refreshed: bool) -> Result<Grant> {
        let id = row.text("id")?;
        let purpose = match row.text("purpose")?.as_str() {
            "collect" => {
                let offers = self.rows(OFFERS_OF_GRANT, args![&id, institution]).await?;
                Purpose::Collect(offers.iter().map(read_offer).collect::<Result<_>>()?)
            }
            "delivery" => Purpose::Delivery,
            _ => return Err(StorageError::Row { table: "access_grant", column: "purpose" }),
        };
        Ok(Grant {
            id,
            person: row.text("person")?,
            purpose,
            client: row.opt_text("client")?,
            proven: row.flag("proven")?,
            named: row.flag("named")?,
            dpop: row.opt_blob("dpop")?,
            refreshed,
            instance: row.opt_blob("instance")?,
        })
    }
}
