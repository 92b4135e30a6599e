//! Telling an asker's own address of changes: signed, without claims, eight tries over a day, in order per request.

use http::egress::Outgoing;
use serde::Deserialize;
use storage::outbox::Claimed;
use vc::encoding::{b64, b64_decode};

use crate::outcome::WEBHOOK;
use crate::state::AppState;

/// Seconds before each further try; the last is about a day after the first.
const PAUSES: [i64; 7] = [10, 60, 300, 1_800, 7_200, 21_600, 54_000];
/// How long a worker may hold a delivery, in milliseconds.
const LEASE: i64 = 30_000;
/// What is read of an answer.
const ANSWER: usize = 4 * 1024;

#[derive(Deserialize)]
struct Delivery {
    url: String,
    secret: String,
    body: String,
}

/// Delivers one message. `false` when there was none.
pub(crate) async fn deliver(state: &AppState) -> Result<bool, storage::StorageError> {
    let now = state.core.now();
    let mut tx = state.store.write().await?;
    let Some(claimed) = tx.claim(WEBHOOK, now, LEASE).await? else { return Ok(false) };
    tx.commit().await?;
    let sent = send(state, &claimed).await;
    let mut tx = state.store.write().await?;
    let now = state.core.now();
    let pause = usize::try_from(claimed.attempt - 1).ok().and_then(|tried| PAUSES.get(tried));
    match (sent, pause) {
        (true, _) => tx.finish(&claimed).await?,
        (false, Some(pause)) => tx.retry(&claimed, now.plus_seconds(*pause), "not_taken").await?,
        (false, None) => tx.park(&claimed, "given_up").await?,
    };
    tx.commit().await?;
    Ok(true)
}

async fn send(state: &AppState, claimed: &Claimed) -> bool {
    let Ok(delivery) = serde_json::from_slice::<Delivery>(&claimed.payload) else { return false };
    let timestamp = state.core.now().seconds().to_string();
    let signature = sign(&delivery.secret, &claimed.dedup_id, &timestamp, &delivery.body);
    let request = Outgoing::post(&delivery.url, "application/json", delivery.body)
        .header("webhook-id", claimed.dedup_id.clone())
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", signature)
        .limit(ANSWER);
    match state.core.egress().send(request).await {
        Ok(answer) => answer.is_success(),
        Err(error) => {
            tracing::info!(cause = http::failure::chain(&error), "a webhook was not taken");
            false
        }
    }
}

/// `v1,` and the HMAC-SHA-256 over id, time and body (Standard Webhooks): the key is what stands behind `whsec_`, decoded.
fn sign(secret: &str, id: &str, timestamp: &str, body: &str) -> String {
    let key = secret.strip_prefix("whsec_").and_then(|text| b64_decode(text).ok()).unwrap_or_else(|| secret.as_bytes().to_vec());
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &key);
    let tag = aws_lc_rs::hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", b64(tag.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_standard_webhooks() {
        // https://github.com/standard-webhooks/standard-webhooks, spec, "Symmetric"
        let signed = sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
