//! A key's life: announced, active, retained. The step to the end, revoked, is in `compromise`.

use model::Timestamp;
use storage::audit::{Actor, Event};
use storage::issuer::key::{KeyRow, KeyState};
use storage::{IssuerTx, StorageError};
use vc::key::Algorithm;

use super::make::{Made, configured, ends, is_good};
use super::{ALGORITHMS, KeyFault};
use crate::Issuer;
use crate::institution::Institution;

/// For how long a key is published before it signs, so that nobody meets a signature by a key that his copy of our documents lacks.
const LEAD_SECONDS: i64 = 86_400;
/// After this many days of signing a key gets a successor.
const ROTATE_DAYS: i64 = 365;
/// And so it does when its certificate has fewer days left than this.
const RENEW_DAYS: i64 = 60;
/// Nothing is signed any more with a key that is retained for so long: its private half is destroyed.
const FORGET_SECONDS: i64 = 86_400;

/// What is to be done about the keys of one algorithm.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Nothing,
    /// The next key's time has come.
    Activate,
    /// A successor is made and published.
    Announce,
    /// There is no key that can sign: one is made that does so at once.
    Replace,
}

fn step(algorithm: Algorithm, keys: &[KeyRow], institution: &Institution, now: Timestamp) -> Step {
    let of = |state| keys.iter().find(|key| key.algorithm == algorithm && key.state == state);
    let next = of(KeyState::Next);
    if next.is_some_and(|next| next.due_at.is_none_or(|due| due <= now)) {
        return Step::Activate;
    }
    let Some(active) = of(KeyState::Active).filter(|active| is_good(active, institution, now.seconds())) else { return Step::Replace };
    let old = active.activated_at.is_some_and(|since| since.plus_days(ROTATE_DAYS) <= now);
    let ending = ends(active).is_some_and(|end| end <= now.plus_days(RENEW_DAYS).seconds());
    let makes = configured(institution, algorithm).is_none();
    if next.is_none() && makes && (old || ending) { Step::Announce } else { Step::Nothing }
}

/// Makes sure that an institution has an active key of each algorithm that can sign, and a successor in time.
pub(crate) async fn ensure(issuer: &Issuer, institution: &Institution) -> Result<(), KeyFault> {
    for algorithm in ALGORITHMS {
        match ensure_one(issuer, institution, algorithm).await {
            // Another server did the same at the same moment: what it did is as good.
            Err(KeyFault::Storage(StorageError::Conflict)) => {}
            outcome => outcome?,
        }
    }
    Ok(())
}

async fn ensure_one(issuer: &Issuer, institution: &Institution, algorithm: Algorithm) -> Result<(), KeyFault> {
    let (slug, now) = (institution.slug(), issuer.core.now());
    let keys = issuer.store.read().await?.institution_keys(slug).await?;
    match step(algorithm, &keys, institution, now) {
        Step::Nothing => Ok(()),
        Step::Activate => {
            let mut tx = issuer.store.write().await?;
            tx.activate_due_keys(slug, now).await?;
            Ok(tx.commit().await?)
        }
        Step::Announce => announce(issuer, institution, algorithm, now.plus_seconds(LEAD_SECONDS)).await.map(drop),
        Step::Replace => {
            if let Some(kid) = configured(institution, algorithm)
                && keys.iter().any(|key| key.kid == kid && key.state == KeyState::Revoked)
            {
                // The other institutions go on; this one cannot sign until the configuration is mended.
                tracing::error!(institution = slug, key = kid, "the configured signing key was revoked: name another one");
                return Ok(());
            }
            activate(issuer, institution, algorithm).await.map(drop)
        }
    }
}

/// A key that signs at once; the one before is retained. Gives its thumbprint.
async fn activate(issuer: &Issuer, institution: &Institution, algorithm: Algorithm) -> Result<String, KeyFault> {
    let now = issuer.core.now();
    let made = Made::obtain(institution, algorithm, now.seconds())?;
    let mut tx = issuer.store.write().await?;
    tx.activate_key(&made.for_institution(institution.slug()), now).await?;
    record(&mut tx, &made.kid, "key.activate", now).await?;
    tx.commit().await?;
    Ok(made.kid)
}

/// A key that is published now and signs from `due` on. Gives its thumbprint.
async fn announce(issuer: &Issuer, institution: &Institution, algorithm: Algorithm, due: Timestamp) -> Result<String, KeyFault> {
    let now = issuer.core.now();
    let made = Made::obtain(institution, algorithm, now.seconds())?;
    let mut tx = issuer.store.write().await?;
    tx.announce_key(&made.for_institution(institution.slug()), due, now).await?;
    record(&mut tx, &made.kid, "key.announce", now).await?;
    tx.commit().await?;
    Ok(made.kid)
}

pub(super) async fn record(tx: &mut IssuerTx, kid: &str, action: &'static str, now: Timestamp) -> Result<(), StorageError> {
    let event = Event { actor: Actor::System, action, object_kind: "key", object: kid.to_owned(), outcome: "done", amount: 1 };
    tx.audit(&event, now).await
}

/// When a new key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// A day from now, so that everybody has seen it by then.
    Announced,
    /// At once.
    Now,
}

/// A new key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// Its thumbprint.
    pub kid: String,
    /// From when on it signs.
    pub signs_from: Timestamp,
}

/// Gives an institution a new key of an algorithm. A key of the configuration is exchanged there, not here.
pub(crate) async fn rotate(issuer: &Issuer, institution: &Institution, algorithm: Algorithm, start: Start) -> Result<Rotated, KeyFault> {
    if !ALGORITHMS.contains(&algorithm) {
        return Err(KeyFault::Algorithm(algorithm.name()));
    }
    let now = issuer.core.now();
    if let Some(kid) = configured(institution, algorithm) {
        return Err(KeyFault::Configured(kid));
    }
    if start == Start::Now {
        let kid = activate(issuer, institution, algorithm).await?;
        return Ok(Rotated { kid, signs_from: now });
    }
    let due = now.plus_seconds(LEAD_SECONDS);
    match announce(issuer, institution, algorithm, due).await {
        Ok(kid) => Ok(Rotated { kid, signs_from: due }),
        Err(KeyFault::Storage(StorageError::Conflict)) => Err(KeyFault::Announced),
        Err(error) => Err(error),
    }
}

/// Destroys private halves that are not needed any more.
pub(crate) async fn forget(issuer: &Issuer, now: Timestamp) -> Result<(), StorageError> {
    let mut tx = issuer.store.write().await?;
    tx.erase_retained_keys(now.plus_seconds(-FORGET_SECONDS)).await?;
    tx.commit().await
}
