//! The worker: work from the outbox, one topic after the other, and what has to happen from time to time.

use std::time::Duration;

use http::Shutdown;
use http::serve::repeat;
use model::Timestamp;
use storage::StorageError;
use storage::outbox::{Claimed, JobId};

use crate::state::AppState;
use crate::{connect, hold, notice, present, receive, share};

/// For how long a piece of work is claimed, in milliseconds of the database's clock: longer than its calls can take together.
pub(crate) const LEASE: i64 = 60_000;
/// The longest pause before a next attempt, in seconds.
const LONGEST_PAUSE: i64 = 600;

/// What became of a piece of work.
pub(crate) enum Done {
    /// It is done.
    Finished,
    /// Not now; the code says why.
    Again(&'static str),
    /// Not before this time; the code says why.
    At(Timestamp, &'static str),
    /// Not ever; the code says why.
    Never(&'static str),
}

/// Runs until it is time to stop. Several processes may run it on one database.
pub(crate) async fn worker(state: AppState, stop: Shutdown) {
    let jobs = repeat("wallet outbox", Duration::from_millis(200), stop.clone(), || one_of_each(&state));
    // A slow mail server holds up nothing else.
    let mail = repeat("wallet mail", Duration::from_secs(1), stop.clone(), || one_of(&state, notice::job::TOPIC));
    let watch = repeat("wallet status", Duration::from_secs(5), stop.clone(), || hold::watch::round(&state));
    let tidy = repeat("wallet tidy", Duration::from_secs(60), stop.clone(), || tidy(&state));
    tokio::join!(jobs, mail, watch, tidy);
}

/// The topics of the wallet, but for mail.
const TOPICS: [&str; 6] = [
    receive::job::TOPIC,
    receive::deferred::TOPIC,
    receive::notify::TOPIC,
    receive::renew::TOPIC,
    connect::disconnect::TOPIC,
    present::respond::TOPIC,
];

/// Does one piece of work of each topic but mail. True when there was any.
pub(crate) async fn one_of_each(state: &AppState) -> Result<bool, StorageError> {
    let mut any = false;
    for topic in TOPICS {
        any |= one_of(state, topic).await?;
    }
    Ok(any)
}

/// Does one piece of work of a topic. True when there was any.
pub(crate) async fn one_of(state: &AppState, topic: &str) -> Result<bool, StorageError> {
    let claimed = {
        let mut tx = state.store.write().await?;
        let claimed = tx.claim(topic, state.core.now(), LEASE).await?;
        tx.commit().await?;
        claimed
    };
    match claimed {
        Some(claimed) => run(state, claimed).await.map(|()| true),
        None => Ok(false),
    }
}

/// Claims one piece of work right after the transaction that made it, and does it. Nothing happens when a worker has it already.
pub(crate) async fn now(state: &AppState, job: &JobId) -> Result<(), StorageError> {
    let claimed = {
        let mut tx = state.store.write().await?;
        let claimed = tx.claim_this(job, LEASE).await?;
        tx.commit().await?;
        claimed
    };
    match claimed {
        Some(claimed) => run(state, claimed).await,
        None => Ok(()),
    }
}

async fn run(state: &AppState, claimed: Claimed) -> Result<(), StorageError> {
    let done = match claimed.topic.as_str() {
        receive::job::TOPIC => receive::job::work(state, &claimed).await,
        receive::deferred::TOPIC => receive::deferred::work(state, &claimed).await,
        receive::renew::TOPIC => receive::renew::work(state, &claimed).await,
        receive::notify::TOPIC => receive::notify::work(state, &claimed.payload).await,
        connect::disconnect::TOPIC => connect::disconnect::work(state, &claimed.payload).await,
        present::respond::TOPIC => present::respond::work(state, &claimed).await,
        notice::job::TOPIC => notice::job::work(state, &claimed).await,
        _ => Done::Never("topic"),
    };
    settle(state, &claimed, done).await
}

/// Writes down what became of it. What makes no sense any more is given up, visibly.
pub(crate) async fn settle(state: &AppState, claimed: &Claimed, done: Done) -> Result<(), StorageError> {
    let now = state.core.now();
    let mut tx = state.store.write().await?;
    match done {
        Done::Finished => tx.finish(claimed).await?,
        Done::Again(code) => {
            let next = pause(now, claimed.attempt);
            if next < claimed.expires_at { tx.retry(claimed, next, code).await? } else { tx.park(claimed, code).await? }
        }
        Done::At(next, code) if next < claimed.expires_at => tx.retry(claimed, next, code).await?,
        Done::At(_, code) | Done::Never(code) => tx.park(claimed, code).await?,
    };
    tx.commit().await
}

/// Whether there will be no next attempt.
pub(crate) fn is_last(now: Timestamp, claimed: &Claimed) -> bool {
    pause(now, claimed.attempt) >= claimed.expires_at
}

/// When to try again: after 1, 2, 4, … seconds.
fn pause(now: Timestamp, attempt: i64) -> Timestamp {
    let exponent = u32::try_from(attempt.saturating_sub(1)).unwrap_or_default().min(10);
    now.plus_seconds(2_i64.pow(exponent).min(LONGEST_PAUSE))
}

/// What has to happen once a minute.
pub(crate) async fn tidy(state: &AppState) -> Result<bool, StorageError> {
    let now = state.core.now();
    state.core.sessions().purge(now).await?;
    let mut tx = state.store.write().await?;
    tx.drop_stale_offers(now).await?;
    tx.purge_jobs(now).await?;
    tx.purge_spent(now).await?;
    tx.drop_stale_requests(now).await?;
    tx.purge_news(now).await?;
    tx.purge_wishes(now).await?;
    tx.purge_permissions(now).await?;
    tx.purge_devices(now).await?;
    tx.drop_stale_imports(now).await?;
    tx.purge_badge_tokens(now).await?;
    tx.drop_unused_badge_grants(now).await?;
    tx.drop_stale_platforms(now).await?;
    tx.commit().await?;
    receive::renew::round(state).await?;
    share::tidy(state).await?;
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let now = Timestamp::from_seconds(0);
        assert_eq!(pause(now, 1), now.plus_seconds(1));
        assert_eq!(pause(now, 4), now.plus_seconds(8));
        assert_eq!(pause(now, 50), now.plus_seconds(LONGEST_PAUSE));
    }
}
