//! What a revoked key leaves behind: the credentials that it signed, and their awards, which are to be issued again.

use model::Timestamp;
use model::award::Reason;

use super::award::{AwardRow, AwardState};
use super::credential::{CredentialRow, read_credential};
use crate::{IssuerTx, Result, args, statements};

statements! {
    UNDER_KEY = "SELECT c.id, c.institution, c.award, c.revision, c.offer, c.person, c.configuration, c.copy, c.holder, c.state, c.list, c.idx, c.status, \
        c.signing_key, c.payload_hash, c.reserved_at, c.issued_at, c.expires_at FROM issued_credential c \
        JOIN institution_key k ON k.id = c.signing_key WHERE k.institution = $1 AND k.kid = $2 AND c.status <> 'revoked' \
        AND c.state IN ('prepared', 'issued') ORDER BY c.id LIMIT $3";
    PREPARED_UNDER_KEY = "SELECT c.id, c.institution, c.award, c.revision, c.offer, c.person, c.configuration, c.copy, c.holder, c.state, c.list, c.idx, c.status, \
        c.signing_key, c.payload_hash, c.reserved_at, c.issued_at, c.expires_at FROM issued_credential c \
        JOIN institution_key k ON k.id = c.signing_key WHERE k.institution = $1 AND k.kid = $2 AND c.state = 'prepared' ORDER BY c.id LIMIT $3";
    COUNT_UNDER_KEY = "SELECT COUNT(*) AS n FROM issued_credential c JOIN institution_key k ON k.id = c.signing_key \
        WHERE k.institution = $1 AND k.kid = $2 AND c.status <> 'revoked' AND c.state IN ('prepared', 'issued')";
    VOID_PREPARED = "UPDATE issued_credential SET state = 'void', prepared = NULL WHERE id = $1 AND state = 'prepared'";
    REOPEN_AWARD = "UPDATE award SET state = 'open', revision = revision + 1, decided_at = $3 \
        WHERE id = $1 AND revision = $2 AND state = 'issued'";
    END_AWARD = "UPDATE award SET state = 'revoked', by_rule = 1, reason = $3, decided_at = $4 \
        WHERE id = $1 AND revision = $2 AND state = 'suspended'";
}

impl IssuerTx {
    /// Credentials that a key of an institution signed, or was to sign, and that are not revoked yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn credentials_under_key(&mut self, institution: &str, kid: &str, limit: i64) -> Result<Vec<CredentialRow>> {
        self.rows(UNDER_KEY, args![institution, kid, limit]).await?.iter().map(read_credential).collect()
    }

    /// Those of them that were to be signed, and cannot be any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prepared_under_key(&mut self, institution: &str, kid: &str, limit: i64) -> Result<Vec<CredentialRow>> {
        self.rows(PREPARED_UNDER_KEY, args![institution, kid, limit]).await?.iter().map(read_credential).collect()
    }

    /// How many credentials of a key are not revoked yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_under_key(&mut self, institution: &str, kid: &str) -> Result<i64> {
        self.optional(COUNT_UNDER_KEY, args![institution, kid]).await?.map_or(Ok(0), |row| row.int("n"))
    }

    /// Gives up a credential that was prepared and is not signed any more. False when it was signed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn void_prepared(&mut self, row: &CredentialRow) -> Result<bool> {
        Ok(self.execute(VOID_PREPARED, args![&row.id]).await? == 1)
    }

    /// Opens the award of a credential again, in a new revision, when the credential stood for it. One that was suspended ends
    /// instead, by the rules, so that they issue it again once it is good. True when it is open now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn issue_again(&mut self, award: &AwardRow, revision: i64, now: Timestamp) -> Result<bool> {
        let id = award.id.as_str();
        if award.state == AwardState::Suspended {
            self.execute(END_AWARD, args![id, revision, Reason::KeyRevoked.code(), now]).await?;
            return Ok(false);
        }
        Ok(self.execute(REOPEN_AWARD, args![id, revision, now]).await? == 1)
    }
}
