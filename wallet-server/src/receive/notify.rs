//! Tells an issuer what became of what it gave (OpenID4VCI section 11), after the commit, as often as it takes. It says that a
//! credential was stored or could not be used; it never says that one was deleted.

use http::egress::Outgoing;
use model::Timestamp;
use model::id::LearnerId;
use openid4vc::{Notification, NotificationEvent};
use serde::{Deserialize, Serialize};
use storage::outbox::{Job, JobId};
use storage::{Owner, WalletTx};

use super::redeem::NotifyAt;
use crate::state::AppState;
use crate::work::Done;

/// The topic of this work.
pub(crate) const TOPIC: &str = "wallet.notify";

/// For how long telling makes sense, in seconds: the access token lives no longer.
const LASTS: i64 = 10 * 60;

/// What is to be told.
#[derive(Serialize, Deserialize)]
pub(super) struct Told {
    endpoint: String,
    token: String,
    ids: Vec<String>,
    event: NotificationEvent,
}

impl Told {
    /// The credentials are stored.
    pub(super) fn accepted(at: NotifyAt, mut ids: Vec<String>) -> Self {
        // One identifier may stand for everything of an offer.
        ids.sort();
        ids.dedup();
        Self { endpoint: at.endpoint, token: at.token, ids, event: NotificationEvent::CredentialAccepted }
    }

    /// Whether the issuer gave anything to speak of it by.
    pub(super) fn says_something(&self) -> bool {
        !self.ids.is_empty()
    }
}

/// Keeps the work, once per receipt.
pub(super) async fn later(tx: &mut WalletTx, learner: &LearnerId, receipt: &str, told: Told, now: Timestamp) -> storage::Result<JobId> {
    let (key, owner) = (format!("notify/{receipt}"), Owner::learner(learner.as_str()));
    let payload = serde_json::to_vec(&told).unwrap_or_default();
    let job = Job {
        topic: TOPIC,
        ordering_key: &key,
        dedup_id: &format!("{key}/{}", now.millis()),
        owner: &owner,
        payload: &payload,
        expires_at: now.plus_seconds(LASTS),
    };
    tx.later(&job, now).await
}

/// Does the work.
pub(crate) async fn work(state: &AppState, payload: &[u8]) -> Done {
    let Ok(told) = serde_json::from_slice::<Told>(payload) else { return Done::Never("payload") };
    for id in &told.ids {
        let message = Notification { notification_id: id.clone(), event: told.event, event_description: None };
        let body = serde_json::to_string(&message).unwrap_or_default();
        let outgoing = Outgoing::post(&told.endpoint, "application/json", body).bearer(&told.token);
        match state.core.egress().send(outgoing).await {
            Ok(answer) if answer.is_success() => {}
            // The issuer understood and does not want it; saying it again changes nothing.
            Ok(answer) if (400..500).contains(&answer.status) => return Done::Never("notification_refused"),
            Ok(_) | Err(_) => return Done::Again("notification_unreachable"),
        }
    }
    Done::Finished
}
