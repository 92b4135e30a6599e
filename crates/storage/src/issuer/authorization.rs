//! Authorizations at an institution: pushed by a client, signed in by a person, allowed or refused, redeemed once.

use model::{Timestamp, id};
use zeroize::Zeroizing;

use crate::{Cell, IssuerTx, Owner, Result, Row, args, hash_token, statements};

statements! {
    INSERT_PUSHED = "INSERT INTO authorization_request (id, institution, client, request, request_uri, state, expires_at) \
        VALUES ($1, $2, $3, $4, $5, 'pushed', $6)";
    BEGIN = "UPDATE authorization_request SET state = 'begun', expires_at = $5 WHERE institution = $1 AND client = $2 AND request_uri = $3 \
        AND state = 'pushed' AND expires_at > $4 RETURNING id, institution, client, request, person";
    ASK = "UPDATE authorization_request SET state = 'asked', person = $3 WHERE id = $1 AND state = 'begun' AND expires_at > $2 \
        RETURNING id, institution, client, request, person";
    FIND_ASKED = "SELECT id, institution, client, request, person FROM authorization_request WHERE id = $1 AND institution = $2 AND state = 'asked' \
        AND expires_at > $3";
    ALLOW = "UPDATE authorization_request SET state = 'allowed', code = $2, request = $5, expires_at = $4 \
        WHERE id = $1 AND state = 'asked' AND expires_at > $3";
    REFUSE = "UPDATE authorization_request SET state = 'refused' WHERE id = $1 AND state = 'asked' AND expires_at > $2";
    REDEEM = "UPDATE authorization_request SET state = 'redeemed' WHERE institution = $1 AND code = $2 AND state = 'allowed' AND expires_at > $3 \
        RETURNING id, institution, client, request, person";
    PURGE = "DELETE FROM authorization_request WHERE expires_at <= $1";
}

/// An authorization as it stands.
pub struct Authorization {
    /// In the address of its page.
    pub id: String,
    /// The institution's slug.
    pub institution: String,
    /// The client's identifier.
    pub client: String,
    /// What the client asked, as it was kept.
    pub request: Zeroizing<Vec<u8>>,
    /// Who signed in.
    pub person: Option<String>,
}

fn request_cell<'a>(id: &'a str, owner: &'a Owner) -> Cell<'a> {
    Cell { table: "authorization_request", column: "request", row: id, owner }
}

impl IssuerTx {
    /// Keeps a pushed request under the hash of its `request_uri`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn push_authorization(
        &mut self,
        (institution, client): (&str, &str),
        request_uri: &str,
        request: &[u8],
        expires_at: Timestamp,
    ) -> Result<()> {
        let id = id::public_id(self.random());
        let sealed = self.seal(&request_cell(&id, &Owner::role()), request).await?;
        self.execute(INSERT_PUSHED, args![&id, institution, client, sealed, hash_token(request_uri), expires_at]).await?;
        Ok(())
    }

    /// Uses a `request_uri`, once, by the client that pushed it; the person then has until `until` to answer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_authorization(
        &mut self,
        (institution, client): (&str, &str),
        request_uri: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Authorization>> {
        let row = self.optional(BEGIN, args![institution, client, hash_token(request_uri), now, until]).await?;
        self.authorization(row).await
    }

    /// Notes who signed in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ask_authorization(&mut self, id: &str, person: &str, now: Timestamp) -> Result<Option<Authorization>> {
        let row = self.optional(ASK, args![id, now, person]).await?;
        self.authorization(row).await
    }

    /// An authorization that waits for the person's answer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn asked_authorization(&mut self, institution: &str, id: &str, now: Timestamp) -> Result<Option<Authorization>> {
        let row = self.optional(FIND_ASKED, args![id, institution, now]).await?;
        self.authorization(row).await
    }

    /// The person allows it: a code, until `until`, for the request with what was allowed. False when it was answered before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn allow_authorization(
        &mut self,
        id: &str,
        (code, request): (&str, &[u8]),
        now: Timestamp,
        until: Timestamp,
    ) -> Result<bool> {
        let sealed = self.seal(&request_cell(id, &Owner::role()), request).await?;
        Ok(self.execute(ALLOW, args![id, hash_token(code), now, until, sealed]).await? == 1)
    }

    /// The person refuses it. False when it was answered before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refuse_authorization(&mut self, id: &str, now: Timestamp) -> Result<bool> {
        Ok(self.execute(REFUSE, args![id, now]).await? == 1)
    }

    /// Redeems a code, once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn redeem_authorization(&mut self, institution: &str, code: &str, now: Timestamp) -> Result<Option<Authorization>> {
        let row = self.optional(REDEEM, args![institution, hash_token(code), now]).await?;
        self.authorization(row).await
    }

    /// Removes authorizations that have ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_authorizations(&mut self, now: Timestamp) -> Result<u64> {
        self.execute(PURGE, args![now]).await
    }

    async fn authorization(&mut self, row: Option<Row>) -> Result<Option<Authorization>> {
        let Some(row) = row else { return Ok(None) };
        let id = row.text("id")?;
        let request = self.open(&request_cell(&id, &Owner::role()), &row.blob("request")?).await?;
        Ok(Some(Authorization {
            institution: row.text("institution")?,
            client: row.text("client")?,
            person: row.opt_text("person")?,
            id,
            request,
        }))
    }
}
