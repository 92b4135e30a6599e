//! After a crash: what was prepared is signed again, same payload and id. What was not prepared left nothing behind.

use storage::StorageError;

use super::issue::IssueError;
use super::sign::finish;
use crate::Issuer;

/// Finishes prepared credentials. Safe while other servers issue: whoever stores first wins.
pub(crate) async fn recover(issuer: &Issuer) -> Result<(), StorageError> {
    let now = issuer.core.now();
    crate::key::give_up_prepared(issuer).await?;
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
    Ok(())
}
