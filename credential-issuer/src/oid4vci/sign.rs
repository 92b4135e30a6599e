//! From prepared to handed over: signing, a stranger's look at what was signed, and the transaction that keeps it.

use model::Timestamp;
use openid4vc::CredentialErrorCode;
use storage::issuer::credential::CredentialRow;
use storage::issuer::deferred::DeferredState;
use storage::issuer::key::InstitutionKey;
use storage::{Change, IssuerTx, Sealer, StorageError};
use vc::verify::PreparedForm;

use super::issue::{DENIED, IssueError, Right};
use super::prepare::{audit, audited};
use crate::Issuer;
use crate::failpoint::reached;

/// A copy that is signed and not stored yet.
pub(super) struct Signed {
    pub(super) row: CredentialRow,
    pub(super) body: String,
}

/// Signs, and looks at what was signed as a stranger would.
pub(super) fn sign(prepared: &PreparedForm, key: &InstitutionKey, row: &CredentialRow, now: Timestamp) -> Result<String, IssueError> {
    let not = |error: &dyn std::error::Error| {
        tracing::error!(credential = row.id, cause = %error, "signing failed");
        IssueError::Sign
    };
    if row.payload_hash.as_deref() != Some(&prepared.hash()[..]) {
        return Err(IssueError::Sign);
    }
    let signing = crate::key::open(key)?;
    let text = prepared.sign(&signing).map_err(|error| not(&error))?;
    reached("issuer.signed");
    let public = signing.public_jwk().map_err(|error| not(&error))?;
    prepared.compare(&text, &public, now.seconds()).map_err(|error| not(&error))?;
    Ok(text)
}

/// Stores what was signed, all copies together, and ends the transaction that they were put off with. Whoever stores first wins, and
/// everybody answers with what was stored.
pub(super) async fn store(
    issuer: &Issuer,
    signed: &[Signed],
    (sealer, right): (&Sealer, Right<'_>),
    now: Timestamp,
) -> Result<Vec<String>, IssueError> {
    reached("issuer.compared");
    if matches!(right, Right::Nonce(_)) && store_all(issuer, signed, sealer, now).await? {
        reached("issuer.stored");
        return Ok(signed.iter().map(|signed| signed.body.clone()).collect());
    }
    let mut tx = issuer.store.write().await?;
    let mut bodies = Vec::with_capacity(signed.len());
    for Signed { row, body } in signed {
        bodies.push(store_one(&mut tx, row, body, now).await?);
    }
    let handed = hand_over(&mut tx, right, now).await?;
    tx.commit().await?;
    reached("issuer.stored");
    if handed { Ok(bodies) } else { Err(CredentialErrorCode::InvalidTransactionId.into()) }
}

/// The usual case, in one trip to the database: nobody was faster. False when somebody was, or a key was revoked; then nothing was
/// written.
async fn store_all(issuer: &Issuer, signed: &[Signed], sealer: &Sealer, now: Timestamp) -> Result<bool, StorageError> {
    let mut changes = Vec::with_capacity(2 * signed.len());
    for Signed { row, body } in signed {
        changes.push(Change::store_credential(row, body, sealer, now)?);
        changes.push(audited(&row.id, "credential.issued", now));
    }
    issuer.store.all_or_none(changes).await
}

pub(super) async fn store_one(tx: &mut IssuerTx, row: &CredentialRow, body: &str, now: Timestamp) -> Result<String, IssueError> {
    if tx.store_credential(row, body, now).await? {
        audit(tx, &row.id, "credential.issued", now).await?;
        return Ok(body.to_owned());
    }
    let stored = tx.credential_body(row).await?;
    stored.map(|stored| stored.to_string()).ok_or(DENIED)
}

/// Ends the transaction that a request came with. False when somebody has its credentials already: its id is used up (row D2).
pub(super) async fn hand_over(tx: &mut IssuerTx, right: Right<'_>, now: Timestamp) -> Result<bool, StorageError> {
    match right {
        Right::Nonce(_) => Ok(true),
        Right::Transaction(row) => tx.end_deferred(row, DeferredState::Fetched, now).await,
    }
}

/// Signs again what was prepared and is not stored, from what the database keeps of it: a repeated request after a crash, and
/// recovery. What is stored already is left out.
pub(super) async fn signed_again(issuer: &Issuer, rows: &[CredentialRow], now: Timestamp) -> Result<Vec<Signed>, IssueError> {
    let mut signed = Vec::with_capacity(rows.len());
    for row in rows {
        let mut tx = issuer.store.read().await?;
        let Some(prepared) = tx.prepared(row).await? else { continue };
        let key = tx.signing_key(row.signing_key.as_deref().unwrap_or_default()).await?.ok_or(IssueError::Sign)?;
        drop(tx);
        let prepared: PreparedForm = serde_json::from_slice(&prepared).map_err(|_| IssueError::Sign)?;
        signed.push(Signed { row: row.clone(), body: sign(&prepared, &key, row, now)? });
    }
    Ok(signed)
}

/// Finishes one prepared row. Safe while other servers issue: whoever stores first wins.
pub(super) async fn finish(issuer: &Issuer, row: &CredentialRow, now: Timestamp) -> Result<(), IssueError> {
    let signed = signed_again(issuer, std::slice::from_ref(row), now).await?;
    let mut tx = issuer.store.write().await?;
    for Signed { row, body } in &signed {
        store_one(&mut tx, row, body, now).await?;
    }
    Ok(tx.commit().await?)
}
