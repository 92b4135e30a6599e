//! Asks for more copies of what is held, with the refresh token that the issuer gave: when no copy is left that nobody saw, and
//! before the credential ends. What comes must say the same; otherwise it is not taken.

use model::Timestamp;
use model::activity::{ActivityAbout, ActivityKind};
use model::held::{CredentialId, HeldCopy};
use model::id::LearnerId;
use model::receipt::{ReceiptId, ReceiptState};
use serde::{Deserialize, Serialize};
use storage::outbox::{self, Claimed, Job};
use storage::wallet::credential::NewCredential;
use storage::wallet::renewal::Renewal;
use storage::{Owner, StorageError};
use vc::random::Random;

use super::ask::{self, Given, HolderKey};
use super::error::RedeemError;
use super::keep::{self, Brought};
use super::redeem::{self, Begun};
use super::session::Session;
use crate::failpoint::reached;
use crate::state::AppState;
use crate::work::{self, Done};

/// The topic of this work.
pub(crate) const TOPIC: &str = "wallet.renew";

/// How long before its end a credential is renewed, in days.
const BEFORE_DAYS: i64 = 14;
/// When nothing ends: after so many days nobody asks by themselves.
const NEVER_DAYS: i64 = 365 * 100;
/// How long one asking is tried, in seconds.
const LASTS: i64 = 24 * 60 * 60;
/// How long after a copy ran out nothing is asked for, and within how long after that something is, in seconds.
const LEAST: i64 = 6 * 60 * 60;
const SPREAD: i64 = 48 * 60 * 60;
/// After a failed asking it is tried again in so many days.
const AGAIN_DAYS: i64 = 3;
/// How many are begun at once.
const AT_ONCE: i64 = 20;

#[derive(Serialize, Deserialize)]
struct Payload {
    receipt: String,
}

/// When more is asked for of a credential that ends at `ends`.
pub(super) fn due(ends: Option<Timestamp>, now: Timestamp) -> Timestamp {
    match ends {
        // What lives shorter than twice the margin is renewed when half of its life is over.
        Some(ends) => {
            let half = now.plus_seconds(ends.seconds().saturating_sub(now.seconds()) / 2);
            half.max(ends.plus_days(-BEFORE_DAYS))
        }
        None => now.plus_days(NEVER_DAYS),
    }
}

/// When more is asked for because a copy ran out: not before six hours, at a time that nobody knows, so that the issuer does not
/// learn from it when something was shown.
pub(crate) fn soon(random: &dyn Random, now: Timestamp) -> Timestamp {
    let [high, low] = vc::random::bytes::<2>(random);
    let more = i64::from(u16::from_be_bytes([high, low])) * SPREAD / i64::from(u16::MAX);
    now.plus_seconds(LEAST + more)
}

/// Makes work of what is due.
pub(crate) async fn round(state: &AppState) -> Result<(), StorageError> {
    let now = state.core.now();
    let due = state.store.read().await?.due_renewals(now, AT_ONCE).await?;
    for (receipt, learner, due_at) in due {
        let payload = outbox::payload(&Payload { receipt: receipt.as_str().to_owned() })?;
        let (key, owner) = (format!("renew/{receipt}"), Owner::learner(learner.as_str()));
        let job = Job {
            topic: TOPIC,
            ordering_key: &key,
            dedup_id: &format!("{key}/{}", due_at.millis()),
            owner: &owner,
            payload: &payload,
            expires_at: now.plus_seconds(LASTS),
        };
        let mut tx = state.store.write().await?;
        tx.later(&job, now).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Does the work.
pub(crate) async fn work(state: &AppState, claimed: &Claimed) -> Done {
    let Ok(payload) = serde_json::from_slice::<Payload>(&claimed.payload) else { return Done::Never("payload") };
    let receipt = ReceiptId::new(payload.receipt);
    let error = match renew(state, &receipt).await {
        Ok(()) => return Done::Finished,
        Err(error) => error,
    };
    tracing::info!(cause = http::failure::chain(&error), "a credential was not renewed");
    let given_up = error.is_final() || matches!(error, RedeemError::TokenEnded);
    if !given_up && !work::is_last(state.core.now(), claimed) {
        return Done::Again("renewal");
    }
    // What the issuer refuses for good is not asked for again.
    let settled = async {
        let mut tx = state.store.write().await?;
        match (given_up, tx.renewal(&receipt).await?) {
            (false, Some(renewal)) => {
                let due_at = state.core.now().plus_days(AGAIN_DAYS);
                tx.put_renewal(&receipt, &Renewal { due_at, ..renewal }).await?;
            }
            _ => tx.drop_renewal(receipt.as_str()).await?,
        }
        tx.commit().await
    };
    match settled.await {
        Ok(()) => Done::Never("renewal"),
        Err(_) => Done::Again("database"),
    }
}

/// Gives a session the next access token by the renewal of a receipt, and keeps what came with it.
///
/// # Errors
/// [`RedeemError::TokenEnded`] when there is none.
pub(super) async fn freshen(state: &AppState, id: &ReceiptId, session: &mut Session<'_>) -> Result<(), RedeemError> {
    let renewal = state.store.read().await?.renewal(id).await?.ok_or(RedeemError::TokenEnded)?;
    session.progress = renewal.access.clone();
    if !session.has_token() {
        session.refresh().await?;
        let mut tx = state.store.write().await?;
        tx.put_renewal(id, &Renewal { access: session.progress.clone(), ..renewal }).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn renew(state: &AppState, id: &ReceiptId) -> Result<(), RedeemError> {
    let (receipt, renewal, copies, connections) = {
        let mut tx = state.store.read().await?;
        let receipt = tx.receipt(id).await?.filter(|receipt| receipt.state == ReceiptState::Kept).ok_or(RedeemError::NotOpen)?;
        let renewal = tx.renewal(id).await?.ok_or(RedeemError::TokenEnded)?;
        let copies = tx.copies(&receipt.learner).await?;
        let connections = tx.connections(&receipt.learner).await?;
        (receipt, renewal, copies, connections)
    };
    let begun = Begun::of(state, receipt, renewal.access.clone(), Vec::new(), connections);
    let known = redeem::known(state, &begun, &begun.receipt.content.text).await?;
    let mut session = begun.session(state, &known).await?;
    freshen(state, id, &mut session).await?;
    reached("wallet.renewing");
    let (mut ends, mut renewed) = (Vec::new(), Vec::new());
    for part in redeem::parts(&begun.receipt, &session.progress) {
        let held = state.store.read().await?.credential_of(id.as_str(), &part.key).await?;
        let Some(held) = held.and_then(|held| copies.iter().find(|copy| copy.id == held)) else { continue };
        let keys = redeem::keys(state, &session, &begun.receipt, &part, renewal.round).await?;
        if came(state, &keys).await? {
            // An attempt before this one got so far. Who gives something new for the same keys would undo what is held.
            ends.extend(held.validity.until);
            continue;
        }
        let issued = match ask::ask(state, &mut session, &part.configuration, part.wanted(), &keys).await? {
            Given::Issued(issued) => {
                reached("wallet.renewed");
                issued
            }
            // It is held already, and nobody waits for more of it.
            Given::Later { .. } => continue,
        };
        let new = keep::checked(state, &begun, &session, &part, Brought { issued, keys: &keys, deferred: false }).await?;
        if !new.iter().all(|new| new.summary.says_the_same(&held.summary)) {
            return Err(RedeemError::Invalid("credential_type"));
        }
        ends.extend(new.iter().filter_map(|new| new.validity.until));
        store(state, &begun.receipt.learner, held, new, &mut renewed).await?;
        reached("wallet.replaced");
    }
    let now = state.core.now();
    let next = Renewal { due_at: due(ends.into_iter().min(), now), access: session.progress.clone(), round: renewal.round + 1, ..renewal };
    let mut tx = state.store.write().await?;
    tx.put_renewal(id, &next).await?;
    tx.drop_spare_keys(id).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether something in the wallet is bound to a key of this round.
async fn came(state: &AppState, keys: &[HolderKey]) -> Result<bool, StorageError> {
    let mut tx = state.store.read().await?;
    for key in keys {
        if tx.is_bound(&key.row).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Stores what came: in the place of what is ending, else beside it.
async fn store(
    state: &AppState,
    learner: &LearnerId,
    held: &HeldCopy,
    new: Vec<NewCredential>,
    renewed: &mut Vec<String>,
) -> Result<(), StorageError> {
    let now = state.core.now();
    let mut new = new.into_iter();
    let mut tx = state.store.write().await?;
    let longer = |new: &NewCredential| held.validity.until.is_some_and(|ends| new.validity.until.is_none_or(|until| until > ends));
    let first = new.next();
    if let Some(first) = first {
        if longer(&first) {
            tx.delete_copies(held.id.as_str()).await?;
            tx.renew_credential(&held.id, learner, &first).await?;
            // One entry for an achievement, whatever the number of its forms.
            if !renewed.contains(&held.card) {
                tx.note(learner, ActivityKind::Renewed, &about(held), now).await?;
                renewed.push(held.card.clone());
            }
        } else {
            insert(&mut tx, learner, &held.id, &first, now).await?;
        }
    }
    for copy in new {
        insert(&mut tx, learner, &held.id, &copy, now).await?;
    }
    tx.commit().await
}

fn about(held: &HeldCopy) -> ActivityAbout {
    ActivityAbout {
        party: Some(held.summary.institution.clone()),
        party_id: Some(held.issuer.clone()),
        titles: vec![held.summary.title.clone()],
        cards: vec![held.card.clone()],
        ..ActivityAbout::default()
    }
}

async fn insert(
    tx: &mut storage::WalletTx,
    learner: &LearnerId,
    of: &CredentialId,
    new: &NewCredential,
    now: Timestamp,
) -> Result<(), StorageError> {
    match &new.holder_key {
        Some(key) => tx.insert_copy(learner, of, key, &new.body, now).await.map(drop),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renewal_comes_before_the_end() {
        let now = Timestamp::from_seconds(1_000_000_000);
        assert_eq!(due(Some(now.plus_days(100)), now), now.plus_days(86));
        assert_eq!(due(Some(now.plus_days(2)), now), now.plus_days(1));
        assert!(due(None, now) > now.plus_days(3_650));
    }

    #[test]
    fn more_copies_are_asked_for_when_nobody_can_tell_why() {
        let now = Timestamp::from_seconds(1_000_000_000);
        let times: Vec<Timestamp> = (0..50).map(|_| soon(&vc::random::SystemRandom, now)).collect();
        assert!(times.iter().all(|time| (now.plus_seconds(LEAST)..=now.plus_seconds(LEAST + SPREAD)).contains(time)));
        assert!(times.iter().any(|time| time != &times[0]));
    }
}
