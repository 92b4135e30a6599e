//! Delivering: posting an offer's address to the wallet of a learner who connected the institution, from the outbox.

use http::egress::Outgoing;
use model::Timestamp;
use model::offer::OfferId;
use serde_json::json;
use storage::audit::{Actor, Event};
use storage::issuer::connection::ConnectionRow;
use storage::outbox::Claimed;
use storage::{IssuerStore, StorageError};

use super::make::{DELIVERIES, Delivery, address};
use crate::Issuer;
use crate::failpoint::reached;

/// How long a server may be busy with one delivery, by the database's clock.
const LEASE_MILLIS: i64 = 30_000;
/// The longest pause between two tries, in seconds.
const LONGEST_PAUSE: i64 = 3_600;

/// How often a wallet may say that it does not know the connection.
const UNKNOWN_TRIES: i64 = 6;

/// What became of a try.
enum Tried {
    Delivered,
    /// The wallet will never take it, or the offer is over.
    Never(&'static str),
    Later(&'static str),
}

/// Does one delivery that is due. False when there is none.
pub(crate) async fn deliver_one(issuer: &Issuer) -> Result<bool, StorageError> {
    let now = issuer.core.now();
    let mut tx = issuer.store.write().await?;
    let Some(claimed) = tx.claim(DELIVERIES, now, LEASE_MILLIS).await? else { return Ok(false) };
    tx.commit().await?;
    reached("issuer.delivering");
    let tried = attempt(issuer, &claimed, now).await?;
    reached("issuer.delivered");
    settle(&issuer.store, &claimed, tried, issuer.core.now()).await?;
    Ok(true)
}

async fn attempt(issuer: &Issuer, claimed: &Claimed, now: Timestamp) -> Result<Tried, StorageError> {
    let Ok(delivery) = serde_json::from_slice::<Delivery>(&claimed.payload) else { return Ok(Tried::Never("payload")) };
    let Some(institution) = issuer.institutions.get(&delivery.institution) else { return Ok(Tried::Never("institution")) };
    let offer = OfferId::new(delivery.offer);
    let Some(connection) = still_wanted(&issuer.store, (&delivery.institution, &delivery.connection), &offer, now).await? else {
        return Ok(Tried::Never("over"));
    };
    let body = json!({ "credential_offer_uri": address(institution, &offer) });
    let request = Outgoing::post_json(&connection.delivery_endpoint, &body)
        .bearer(&connection.delivery_key)
        .header("idempotency-key", claimed.dedup_id.clone());
    Ok(match issuer.core.egress().send(request).await {
        Ok(answer) if answer.is_success() => Tried::Delivered,
        Ok(answer) if matches!(answer.status, 408 | 409 | 425 | 429) || answer.status >= 500 => Tried::Later("status"),
        // The first delivery may be faster than the wallet's own note of the connection.
        Ok(answer) if matches!(answer.status, 401 | 403 | 404) && claimed.attempt < UNKNOWN_TRIES => Tried::Later("unknown"),
        Ok(_) => Tried::Never("refused"),
        Err(error) if error.is_refused() => Tried::Never("address"),
        Err(_) => Tried::Later("unreachable"),
    })
}

async fn still_wanted(
    store: &IssuerStore,
    (institution, connection): (&str, &str),
    offer: &OfferId,
    now: Timestamp,
) -> Result<Option<ConnectionRow>, StorageError> {
    let mut tx = store.read().await?;
    let open = tx.offer(institution, offer).await?.is_some_and(|offer| offer.stands.gives_codes(now));
    if open { tx.connection(institution, connection).await } else { Ok(None) }
}

/// A late worker whose lease was taken over changes nothing: the fence decides.
async fn settle(store: &IssuerStore, claimed: &Claimed, tried: Tried, now: Timestamp) -> Result<(), StorageError> {
    let mut tx = store.write().await?;
    let (kept, ended) = match tried {
        Tried::Delivered => (tx.finish(claimed).await?, Some("done")),
        Tried::Never(code) => (tx.park(claimed, code).await?, Some(code)),
        Tried::Later(code) if claimed.expires_at <= now => (tx.park(claimed, code).await?, Some(code)),
        Tried::Later(code) => (tx.retry(claimed, now.plus_seconds(pause(claimed.attempt)), code).await?, None),
    };
    if let Some(outcome) = ended.filter(|_| kept) {
        let offer = claimed.dedup_id.strip_prefix("delivery/").unwrap_or(&claimed.dedup_id).to_owned();
        let event = Event { actor: Actor::System, action: "offer.delivery", object_kind: "offer", object: offer, outcome, amount: 1 };
        tx.audit(&event, now).await?;
    }
    tx.commit().await?;
    if !kept {
        tracing::warn!(job = claimed.id.as_str(), "a delivery took longer than its lease");
    }
    Ok(())
}

/// 1, 2, 4 … seconds, an hour at most.
fn pause(attempt: i64) -> i64 {
    let doubled = u32::try_from(attempt.clamp(1, 16) - 1).unwrap_or_default();
    2i64.pow(doubled).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour() {
        assert_eq!([pause(1), pause(2), pause(5), pause(40)], [1, 2, 16, 3_600]);
    }
}
