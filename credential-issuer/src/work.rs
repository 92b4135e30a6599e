//! What happens outside of requests: reading sources, delivering, and forgetting what is over.

use std::time::Duration;

use http::Shutdown;
use http::serve::repeat;
use storage::StorageError;

use crate::Issuer;
use crate::offer::deliver::deliver_one;
use crate::{intake, oid4vci};

/// How long an idle server waits before it looks into the outbox without being called.
const LOOK_EVERY: Duration = Duration::from_millis(500);
const CLEAN_EVERY: Duration = Duration::from_secs(60);
/// For so many days what became of a deferred transaction is told who asks again.
const ENDED_DAYS: i64 = 30;
/// How long a server holds the lease on reading one source, by the database's clock.
const READ_LEASE_MILLIS: i64 = 120_000;

pub(crate) async fn worker(issuer: Issuer, stop: Shutdown) {
    let holder = vc::random::token128(issuer.core.random());
    let reading = repeat("read sources", issuer.pace.0, stop.clone(), || read_sources(&issuer, &holder));
    let delivering = deliver(&issuer, stop.clone());
    let cleaning = repeat("clean up", CLEAN_EVERY, stop, || clean(&issuer));
    tokio::join!(reading, delivering, cleaning);
}

/// Of several servers one reads a source.
async fn read_sources(issuer: &Issuer, holder: &str) -> Result<bool, StorageError> {
    for institution in issuer.institutions.iter() {
        let mut tx = issuer.store.write().await?;
        let lease = tx.take_lease(&format!("intake/{}", institution.slug()), holder, READ_LEASE_MILLIS).await?;
        tx.commit().await?;
        if lease.is_some() {
            intake::poll::poll(issuer, institution).await?;
        }
    }
    Ok(false)
}

/// Delivers at once when called, else looks twice a second.
async fn deliver(issuer: &Issuer, stop: Shutdown) {
    while !stop.is_stopping() {
        match deliver_one(issuer).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(cause = http::failure::chain(&error), "delivering failed"),
        }
        tokio::select! {
            () = issuer.bell.0.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.clone().wait() => return,
        }
    }
}

async fn clean(issuer: &Issuer) -> Result<bool, StorageError> {
    let now = issuer.core.now();
    issuer.core.sessions().purge(now).await?;
    oid4vci::recover::recover(issuer).await?;
    for institution in issuer.institutions.iter() {
        let kept = async {
            crate::key::ensure(issuer, institution).await?;
            crate::key::ensure_encryption(issuer, institution).await
        };
        if let Err(error) = kept.await {
            tracing::error!(institution = institution.slug(), cause = http::failure::chain(&error), "a key could not be renewed");
        }
    }
    crate::key::forget(issuer, now).await?;
    crate::key::forget_encryption(issuer, now).await?;
    let mut tx = issuer.store.write().await?;
    tx.purge_received(now).await?;
    tx.purge_tokens(now).await?;
    tx.purge_deferred(now.plus_days(-ENDED_DAYS)).await?;
    tx.purge_authorizations(now).await?;
    tx.purge_once(now).await?;
    tx.purge_spent(now).await?;
    tx.purge_jobs(now).await?;
    tx.erase_old_bodies(now.plus_seconds(-model::offer::HEAL_SECONDS)).await?;
    tx.commit().await?;
    Ok(false)
}
