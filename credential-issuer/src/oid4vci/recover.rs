//! After a crash: what was prepared is signed again, same payload and id; what was only reserved becomes void.

use storage::StorageError;
use storage::audit::{Actor, Event};

use super::issue::{IssueError, finish};
use crate::Issuer;

/// A reservation is older than any request that is still under way, in seconds.
const STALE_SECONDS: i64 = 300;

/// Finishes prepared credentials and voids stale reservations. Safe while other servers issue: whoever stores first wins.
pub(crate) async fn recover(issuer: &Issuer) -> Result<(), StorageError> {
    let now = issuer.core.now();
    let prepared = issuer.store.read().await?.prepared_credentials().await?;
    for row in prepared {
        match finish(issuer, &row, now).await {
            Ok(_) => tracing::info!(credential = row.id, "a prepared credential was finished"),
            Err(IssueError::Storage(error)) => return Err(error),
            Err(error) => {
                tracing::error!(credential = row.id, cause = http::failure::chain(&error), "a prepared credential could not be finished")
            }
        }
    }
    let mut tx = issuer.store.write().await?;
    for id in tx.stale_reservations(now.plus_seconds(-STALE_SECONDS)).await? {
        tx.void_reservation(&id).await?;
        let event =
            Event { actor: Actor::System, action: "credential.void", object_kind: "credential", object: id, outcome: "done", amount: 1 };
        tx.audit(&event, now).await?;
    }
    tx.commit().await
}
