//! What a revoked key leaves behind: the credentials that it signed, and their awards, which are to be issued again.

use model::Timestamp;
use model::award::{AwardId, Reason};
use model::id;

use super::credential::{CredentialRow, read_credential};
use super::key::KeyRow;
use crate::{IssuerTx, Result, args, statements};

statements! {
    UNDER_KEY = "SELECT id, institution, award, revision, offer, person, configuration, copy, round, holder, state, list, idx, status, signing_key, payload_hash, \
        reserved_at, issued_at, expires_at FROM issued_credential WHERE signing_key = $1 AND id > $2 AND status <> 'revoked' \
        AND state IN ('prepared', 'issued') ORDER BY id LIMIT $3";
    PREPARED_UNDER_KEY = "SELECT id, institution, award, revision, offer, person, configuration, copy, round, holder, state, list, idx, status, signing_key, \
        payload_hash, reserved_at, issued_at, expires_at FROM issued_credential WHERE signing_key = $1 AND id > $2 AND state = 'prepared' \
        ORDER BY id LIMIT $3";
    PREPARED_FOR_NOTHING = "SELECT k.institution, k.kid FROM institution_key k WHERE k.state = 'revoked' AND k.id IN \
        (SELECT signing_key FROM issued_credential WHERE state = 'prepared') ORDER BY k.id";
    COUNT_UNDER_KEY = "SELECT COUNT(*) AS n FROM issued_credential c JOIN institution_key k ON k.id = c.signing_key \
        WHERE k.institution = $1 AND k.kid = $2 AND c.status <> 'revoked' AND c.state IN ('prepared', 'issued')";
    TAKE_BACK = "UPDATE issued_credential SET status = 'revoked', status_version = $2 \
        WHERE id = $1 AND status <> 'revoked' AND state IN ('prepared', 'issued')";
    SAY_TAKEN_BACK = "INSERT INTO status_change (id, credential, status, code, reason, at) VALUES ($1, $2, 'revoked', $3, NULL, $4)";
    VOID_PREPARED = "UPDATE issued_credential SET state = 'void', prepared = NULL WHERE id = $1 AND state = 'prepared'";
    REOPEN_AWARD = "UPDATE award SET state = 'open', revision = revision + 1, decided_at = $3 \
        WHERE id = $1 AND revision = $2 AND state = 'issued'";
    END_AWARD = "UPDATE award SET state = 'revoked', by_rule = 1, reason = $3, decided_at = $4 \
        WHERE id = $1 AND revision = $2 AND state = 'suspended'";
}

/// What became of the award of a credential that is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reopened {
    /// The credential did not stand for it.
    No,
    /// It is open, in a new revision.
    Open,
    /// It was suspended and ends, by the rules, so that they issue it again once it is good.
    Ended,
}

impl IssuerTx {
    /// Credentials that a key signed, or was to sign, and that are not revoked yet, in the order of their ids after `after`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn credentials_under_key(&mut self, key: &KeyRow, after: &str, limit: i64) -> Result<Vec<CredentialRow>> {
        self.rows(UNDER_KEY, args![&key.id, after, limit]).await?.iter().map(read_credential).collect()
    }

    /// Those that were to be signed, and cannot be any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prepared_under_key(&mut self, key: &KeyRow, after: &str, limit: i64) -> Result<Vec<CredentialRow>> {
        self.rows(PREPARED_UNDER_KEY, args![&key.id, after, limit]).await?.iter().map(read_credential).collect()
    }

    /// Institution and thumbprint of revoked keys for which something is still prepared: a request may do so while a key is revoked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prepared_for_nothing(&mut self) -> Result<Vec<(String, String)>> {
        self.rows(PREPARED_FOR_NOTHING, args![]).await?.iter().map(|row| Ok((row.text("institution")?, row.text("kid")?))).collect()
    }

    /// How many credentials of a key are not revoked yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_under_key(&mut self, institution: &str, kid: &str) -> Result<i64> {
        self.optional(COUNT_UNDER_KEY, args![institution, kid]).await?.map_or(Ok(0), |row| row.int("n"))
    }

    /// Revokes a credential, whatever it was, as of a version of its list. False when it was revoked before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_back(&mut self, row: &CredentialRow, version: i64, reason: Reason, now: Timestamp) -> Result<bool> {
        if self.execute(TAKE_BACK, args![&row.id, version]).await? != 1 {
            return Ok(false);
        }
        let change = id::row_id(now, self.random());
        self.execute(SAY_TAKEN_BACK, args![change, &row.id, reason.code(), now]).await?;
        Ok(true)
    }

    /// Gives up a credential that was prepared and is not signed any more. False when it was signed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn void_prepared(&mut self, row: &CredentialRow) -> Result<bool> {
        Ok(self.execute(VOID_PREPARED, args![&row.id]).await? == 1)
    }

    /// Opens an award again, in a new revision, when a credential of this revision stood for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn issue_again(&mut self, award: &AwardId, revision: i64, now: Timestamp) -> Result<Reopened> {
        if self.execute(REOPEN_AWARD, args![award.as_str(), revision, now]).await? == 1 {
            return Ok(Reopened::Open);
        }
        let ended = self.execute(END_AWARD, args![award.as_str(), revision, Reason::KeyRevoked.code(), now]).await? == 1;
        Ok(if ended { Reopened::Ended } else { Reopened::No })
    }
}
