//! What an issuer gives later: asked for in the background, at the issuer's pace and ever more slowly, until it comes or will not.

use http::failure::Failure;
use model::Timestamp;
use model::id::LearnerId;
use model::receipt::{Progress, Receipt, ReceiptId};
use serde::{Deserialize, Serialize};
use storage::outbox::{self, Claimed, Job, JobId};
use storage::{Owner, StorageError, WalletTx};

use super::ask::{self, Given};
use super::error::RedeemError;
use super::job;
use super::keep::{self, Asker, Brought, Redeemed};
use super::redeem::{self, Begun, Part, Start};
use super::session::Session;
use crate::failpoint::reached;
use crate::state::AppState;
use crate::work::Done;

/// The topic of this work.
pub(crate) const TOPIC: &str = "wallet.deferred";

/// For how long it is asked for, in days. A board of examiners may take a term.
const LASTS_DAYS: i64 = 180;
/// The longest pause between two questions that an issuer did not ask for itself, in seconds.
const LONGEST: i64 = 6 * 60 * 60;
/// The longest interval that is believed, in seconds.
const LONGEST_INTERVAL: u64 = 30 * 24 * 60 * 60;

#[derive(Serialize, Deserialize)]
struct Payload {
    receipt: String,
    learner: String,
}

/// Keeps the work, in the transaction that writes down that it was put off.
pub(super) async fn later(tx: &mut WalletTx, receipt: &Receipt, progress: &Progress, now: Timestamp) -> storage::Result<JobId> {
    let payload = Payload { receipt: receipt.id.as_str().to_owned(), learner: receipt.learner.as_str().to_owned() };
    let payload = outbox::payload(&payload)?;
    let (key, owner) = (format!("deferred/{}", receipt.id), Owner::learner(receipt.learner.as_str()));
    let job = Job {
        topic: TOPIC,
        ordering_key: &key,
        dedup_id: &format!("{key}/{}", now.millis()),
        owner: &owner,
        payload: &payload,
        expires_at: now.plus_days(LASTS_DAYS),
    };
    let job = tx.later(&job, now).await?;
    tx.put_off(&job, next(progress, now)).await?;
    Ok(job)
}

/// When to ask next: after the issuer's interval, or a tenth of the time that it took so far.
fn next(progress: &Progress, now: Timestamp) -> Timestamp {
    let pause = |interval: u64, since: i64| {
        let asked = i64::try_from(interval.clamp(1, LONGEST_INTERVAL)).unwrap_or(LONGEST);
        let waited = now.millis().saturating_sub(since) / 10_000;
        asked.max(waited.min(LONGEST))
    };
    let soonest = progress.deferred.iter().map(|deferred| pause(deferred.interval, deferred.since)).min();
    now.plus_seconds(soonest.unwrap_or(1))
}

/// Does the work.
pub(crate) async fn work(state: &AppState, claimed: &Claimed) -> Done {
    let Ok(payload) = serde_json::from_slice::<Payload>(&claimed.payload) else { return Done::Never("payload") };
    let (receipt, learner) = (ReceiptId::new(payload.receipt), LearnerId::new(payload.learner));
    let result = poll(state, &receipt).await;
    settle(state, claimed, &receipt, &learner, result).await.unwrap_or(Done::Again("database"))
}

/// Asks for everything that was put off.
async fn poll(state: &AppState, id: &ReceiptId) -> Result<Redeemed, RedeemError> {
    let begun = match redeem::begin(state, id).await? {
        Start::Over(redeemed) => return Ok(redeemed),
        Start::Begun(begun) => begun,
    };
    let known = redeem::known(state, &begun, &begun.receipt.content.text).await?;
    let mut session = begun.session(state, &known).await?;
    let mut failed = Vec::new();
    for deferred in session.progress.deferred.clone() {
        let Some(part) = redeem::parts(&begun.receipt, &session.progress).into_iter().find(|part| part.key == deferred.configuration)
        else {
            continue;
        };
        match one(state, &begun, &mut session, &part, &deferred.transaction_id).await {
            Ok(()) => {}
            Err(error) if error.is_final() => {
                session.progress.deferred.retain(|known| known.configuration != part.key);
                failed.push((part, error));
            }
            Err(error) => return Err(error),
        }
    }
    keep::conclude(state, &begun, session, failed, Asker::Poll).await
}

async fn one(state: &AppState, begun: &Begun, session: &mut Session<'_>, part: &Part, transaction_id: &str) -> Result<(), RedeemError> {
    if !session.has_token() {
        renewed(state, begun, session).await?;
    }
    let given = match ask::ask_deferred(session, transaction_id).await {
        Err(RedeemError::TokenEnded) => {
            renewed(state, begun, session).await?;
            ask::ask_deferred(session, transaction_id).await
        }
        given => given,
    };
    let given = match given {
        Err(RedeemError::DeferredEnded) => given_before(state, begun, session, part).await,
        given => given,
    };
    // A name may lead astray for a day; half a year is no day.
    let given = given.map_err(|error| match error {
        RedeemError::Unreachable(refused) if refused.is_refused() => RedeemError::Answer,
        error => error,
    });
    match given? {
        Given::Issued(issued) => {
            reached("wallet.polled");
            let keys = redeem::keys(state, session, &begun.receipt, part, 0).await?;
            keep::lay_aside(state, begun, session, part, Brought { issued, keys: &keys, deferred: true }).await
        }
        Given::Later { interval, .. } => {
            for known in session.progress.deferred.iter_mut().filter(|known| known.configuration == part.key) {
                known.interval = interval;
            }
            begun.save(state, session).await
        }
    }
}

/// An issuer forgets a transaction when it has answered it, and the answer may have been lost on the way here. Until it hears that the
/// credential is stored it gives the same for the same keys; who has given nothing yet will not begin now.
async fn given_before(state: &AppState, begun: &Begun, session: &mut Session<'_>, part: &Part) -> Result<Given, RedeemError> {
    let keys = redeem::keys(state, session, &begun.receipt, part, 0).await?;
    match ask::ask(state, session, &part.configuration, part.wanted(), &keys).await {
        Ok(Given::Issued(issued)) => Ok(Given::Issued(issued)),
        Err(error) if !error.is_final() => Err(error),
        Ok(Given::Later { .. }) | Err(_) => Err(RedeemError::DeferredEnded),
    }
}

/// The next access token; without one nobody can ask any more.
async fn renewed(state: &AppState, begun: &Begun, session: &mut Session<'_>) -> Result<(), RedeemError> {
    match session.refresh().await {
        Ok(()) => begun.save(state, session).await,
        Err(RedeemError::TokenEnded | RedeemError::Denied(_)) => Err(RedeemError::DeferredEnded),
        Err(error) => Err(error),
    }
}

async fn settle(
    state: &AppState,
    claimed: &Claimed,
    receipt: &ReceiptId,
    learner: &LearnerId,
    result: Result<Redeemed, RedeemError>,
) -> Result<Done, StorageError> {
    let now = state.core.now();
    let progress = state.store.read().await?.progress(receipt).await?;
    let pause = match &result {
        Err(RedeemError::Busy(seconds)) => now.plus_seconds(*seconds),
        _ => next(&progress, now),
    };
    match result {
        Ok(_) if !progress.deferred.is_empty() && pause < claimed.expires_at => Ok(Done::At(pause, "deferred")),
        Ok(_) if !progress.deferred.is_empty() => {
            job::give_up(state, receipt, learner, &RedeemError::DeferredEnded).await?;
            Ok(Done::Finished)
        }
        Ok(_) | Err(RedeemError::NotOpen) => Ok(Done::Finished),
        Err(error) if error.is_final() || pause >= claimed.expires_at => {
            job::give_up(state, receipt, learner, &error).await?;
            Ok(Done::Finished)
        }
        Err(error) => Ok(Done::At(pause, error.code())),
    }
}

#[cfg(test)]
mod tests {
    use model::receipt::Deferred;

    use super::*;

    #[test]
    fn questions_keep_the_issuers_pace_and_grow_rarer() {
        let start = Timestamp::from_seconds(1_000_000);
        let progress = |interval| Progress {
            deferred: vec![Deferred { configuration: "a".into(), transaction_id: "t".into(), interval, since: start.millis() }],
            ..Progress::default()
        };
        assert_eq!(next(&progress(2), start), start.plus_seconds(2));
        assert_eq!(next(&progress(0), start), start.plus_seconds(1), "never at once");
        let hour = start.plus_seconds(3600);
        assert_eq!(next(&progress(2), hour), hour.plus_seconds(360));
        assert_eq!(next(&progress(7200), hour), hour.plus_seconds(7200), "the issuer's interval is the least");
        let month = start.plus_days(30);
        assert_eq!(next(&progress(2), month), month.plus_seconds(LONGEST));
    }
}
