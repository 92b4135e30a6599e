//! Polling: one reading of an institution's OOAPI source. What is unchanged is a no-op; the rest goes to the rules.

use model::Timestamp;
use ooapi::{Association, Sweep};
use storage::StorageError;
use storage::issuer::award::{AwardState, Known};
use storage::issuer::intake::{NewReceived, Run};

use super::decide;
use super::source::Source;
use crate::Issuer;
use crate::config::OoapiSource;
use crate::institution::Institution;

/// The kind of source in the keyed value of an association's id.
pub(crate) const ORIGIN: &str = "ooapi";

/// How one reading ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollReport {
    /// The institution's slug.
    pub institution: String,
    /// `ok`, or `failed: code`.
    pub outcome: String,
    /// Associations read.
    pub read: i64,
    /// Associations that were new or changed.
    pub changed: i64,
    /// Associations that could not be understood; the others went on.
    pub quarantined: i64,
}

/// Reads the source, if the institution has one, and decides everything that waits.
pub(crate) async fn poll(issuer: &Issuer, institution: &Institution) -> Result<Option<PollReport>, StorageError> {
    let report = match &institution.config.ooapi {
        Some(source) => Some(read(issuer, institution, source).await?),
        None => None,
    };
    decide::all(issuer, institution).await?;
    Ok(report)
}

async fn read(issuer: &Issuer, institution: &Institution, source: &OoapiSource) -> Result<PollReport, StorageError> {
    let started_at = issuer.core.now();
    let egress = Source::new(issuer.core.egress());
    let run = match egress.client(source).await {
        Ok(client) => client.sweep(&Sweep::default()).await,
        Err(failure) => ooapi::Run { failed: Some(failure), ..Default::default() },
    };
    let mut changed = 0;
    let mut tx = issuer.store.write().await?;
    for association in &run.associations {
        changed += i64::from(receive(&mut tx, (issuer, institution), association, started_at).await?);
    }
    let outcome = run.failed.as_ref().map_or_else(|| "ok".to_owned(), |failure| format!("failed: {}", failure.code()));
    let quarantined = i64::try_from(run.quarantined.len()).unwrap_or(i64::MAX);
    let read = i64::try_from(run.associations.len()).unwrap_or(i64::MAX);
    let report = PollReport { institution: institution.slug().to_owned(), outcome: outcome.clone(), read, changed, quarantined };
    let ended_at = issuer.core.now();
    tx.record_run(institution.slug(), &Run { outcome, read, changed, quarantined, started_at, ended_at }).await?;
    tx.commit().await?;
    for quarantine in &run.quarantined {
        tracing::warn!(
            institution = institution.slug(),
            code = quarantine.reason.code(),
            path = quarantine.path,
            "an association is quarantined"
        );
    }
    if let Some(failure) = &run.failed {
        tracing::warn!(institution = institution.slug(), code = failure.code(), "a source could not be read");
    }
    Ok(report)
}

/// Puts an association into the queue, unless it is as it was decided. A parked one is looked at again: what was missing may be
/// here, in the register, or in a template. What was pushed stands until the source says something new itself. Of an enrolment that
/// is as it was decided, the day on which it was seen is kept.
async fn receive(
    tx: &mut storage::IssuerTx,
    (issuer, institution): (&Issuer, &Institution),
    association: &Association,
    now: Timestamp,
) -> Result<bool, StorageError> {
    let source = tx.source_index(institution.slug(), ORIGIN, &association.id);
    let digest = association.digest().map_err(unwritable)?;
    let known = tx.source_known(institution.slug(), &source).await?;
    if let Some(Known { at_source: Some(at_source), digest: decided, .. }) = &known {
        if *at_source == digest {
            return Ok(false);
        }
        if *decided == digest {
            tx.source_says(institution.slug(), &source, None).await?;
        }
    }
    let changed = known.as_ref().is_none_or(|known| known.digest != digest);
    let parked = known.as_ref().is_some_and(|known| known.state == AwardState::Parked);
    if changed || parked {
        queue(tx, institution, association, (&source, None), now).await?;
    } else if let Some(known) = known
        && known.seen_at < now.day_start()
        && association.kind == ooapi::Kind::Programme
        && decide::read(issuer, institution, association).is_some_and(|(facts, _)| facts.show(known.content_digest))
    {
        tx.source_seen(institution.slug(), &source, now).await?;
    }
    Ok(changed)
}

/// Puts an association into the queue; with what its source itself has, when it was pushed.
pub(crate) async fn queue(
    tx: &mut storage::IssuerTx,
    institution: &Institution,
    association: &Association,
    (source, at_source): (&[u8], Option<&[u8]>),
    now: Timestamp,
) -> Result<(), StorageError> {
    let payload = zeroize::Zeroizing::new(serde_json::to_vec(association).map_err(unwritable)?);
    let digest = association.digest().map_err(unwritable)?;
    let new = NewReceived { source, digest: &digest, at_source, payload: &payload };
    tx.receive(institution.slug(), &new, now).await
}

fn unwritable(_: serde_json::Error) -> StorageError {
    StorageError::Row { table: "intake", column: "payload" }
}
