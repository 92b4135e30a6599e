//! Tells an issuer what became of what it gave (OpenID4VCI section 11), after the commit, as often as it takes. It says that a
//! credential was stored or could not be used; it never says that one was refused or deleted.

use http::egress::Outgoing;
use model::Timestamp;
use model::id::LearnerId;
use model::receipt::{OfferGrant, Progress, ReceiptId};
use openid4vc::{Notification, NotificationEvent};
use serde::{Deserialize, Serialize};
use storage::outbox::{self, Job, JobId};
use storage::{Owner, WalletTx};

use super::error::RedeemError;
use super::redeem::Begun;
use super::renew;
use super::session::{Session, Speaker};
use crate::client::Identity;
use crate::failpoint::reached;
use crate::state::AppState;
use crate::work::Done;

/// The topic of this work.
pub(crate) const TOPIC: &str = "wallet.notify";

/// For how long telling makes sense, in seconds: an issuer waits for it at most a day.
const LASTS: i64 = 24 * 60 * 60;

/// What is to be told, to whom and as whom.
#[derive(Serialize, Deserialize)]
pub(super) struct Told {
    receipt: String,
    learner: String,
    issuer: String,
    server: Option<String>,
    grant: OfferGrant,
    client: Identity,
    connection: Option<String>,
    progress: Progress,
    ids: Vec<String>,
    event: NotificationEvent,
}

impl Told {
    /// The credentials are stored.
    pub(super) fn accepted(begun: &Begun, progress: &Progress) -> Self {
        Self::of(begun, progress, progress.notification_ids.clone(), NotificationEvent::CredentialAccepted)
    }

    /// What was given cannot be used.
    pub(super) fn failed(begun: &Begun, progress: &Progress) -> Self {
        Self::of(begun, progress, progress.unusable_ids.clone(), NotificationEvent::CredentialFailure)
    }

    fn of(begun: &Begun, progress: &Progress, mut ids: Vec<String>, event: NotificationEvent) -> Self {
        // One identifier may stand for everything of an offer.
        ids.sort();
        ids.dedup();
        let receipt = &begun.receipt;
        let offer = openid4vc::CredentialOffer::parse(receipt.content.text.as_bytes(), true).ok();
        Self {
            receipt: receipt.id.as_str().to_owned(),
            learner: receipt.learner.as_str().to_owned(),
            issuer: receipt.issuer.clone(),
            server: offer.and_then(|offer| offer.authorization_server().map(str::to_owned)),
            grant: receipt.content.grant,
            client: begun.client.clone(),
            connection: begun.connection.clone(),
            progress: progress.clone(),
            ids,
            event,
        }
    }

    /// Whether the issuer gave anything to speak of it by.
    pub(super) fn says_something(&self) -> bool {
        !self.ids.is_empty()
    }
}

/// Keeps the work.
pub(super) async fn later(tx: &mut WalletTx, learner: &LearnerId, told: Told, now: Timestamp) -> storage::Result<JobId> {
    let (key, owner) = (format!("notify/{}", told.receipt), Owner::learner(learner.as_str()));
    let payload = outbox::payload(&told)?;
    let event = if told.event == NotificationEvent::CredentialAccepted { "accepted" } else { "failure" };
    let job = Job {
        topic: TOPIC,
        ordering_key: &key,
        dedup_id: &format!("{key}/{event}/{}", now.millis()),
        owner: &owner,
        payload: &payload,
        expires_at: now.plus_seconds(LASTS),
    };
    tx.later(&job, now).await
}

/// Does the work.
pub(crate) async fn work(state: &AppState, payload: &[u8]) -> Done {
    let Ok(told) = serde_json::from_slice::<Told>(payload) else { return Done::Never("payload") };
    match tell(state, told).await {
        Ok(done) => done,
        // The token is gone and cannot be had again: the issuer hears nothing, which it has to reckon with.
        Err(RedeemError::TokenEnded | RedeemError::Denied(_)) => Done::Never("token_ended"),
        Err(_) => Done::Again("notification_unreachable"),
    }
}

async fn tell(state: &AppState, told: Told) -> Result<Done, RedeemError> {
    let egress = state.core.egress();
    let documents = state.issuers.read(egress, &told.issuer, told.server.as_deref(), told.grant, state.core.now()).await;
    let documents = documents.map_err(super::offer::OfferReadError::from)?;
    let Some(endpoint) = documents.metadata.notification_endpoint.clone() else { return Ok(Done::Finished) };
    let learner = LearnerId::new(told.learner);
    let speaker = Speaker { learner: &learner, client: told.client, connection: told.connection };
    let mut session = Session::open(state, documents, told.progress, speaker).await?;
    let mut renewed = false;
    for id in &told.ids {
        let message = Notification { notification_id: id.clone(), event: told.event, event_description: None };
        let body = serde_json::to_string(&message).unwrap_or_default();
        loop {
            if !session.has_token() {
                if renewed {
                    return Err(RedeemError::TokenEnded);
                }
                renewed = true;
                renew::freshen(state, &ReceiptId::new(told.receipt.clone()), &mut session).await?;
            }
            let answer = session.send(&endpoint, Outgoing::post(&endpoint, "application/json", body.clone())).await?;
            match answer.status {
                200..=299 => {
                    reached("wallet.notified");
                    break;
                }
                401 => session.progress.token_until = 0,
                // The issuer understood and does not want it; saying it again changes nothing.
                400..=499 if answer.status != 429 => return Ok(Done::Never("notification_refused")),
                _ => return Ok(Done::Again("notification_unreachable")),
            }
        }
    }
    Ok(Done::Finished)
}
