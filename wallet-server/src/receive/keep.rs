//! The second transaction of a redemption: what was checked is stored, on one card, exactly once.

use model::LocalText;
use model::activity::{ActivityAbout, ActivityKind};
use model::id::public_id;
use storage::audit::{Actor, Event};
use storage::outbox::JobId;
use storage::wallet::credential::NewCredential;

use super::error::RedeemError;
use super::notify::{self, Told};
use super::redeem::{Begun, NotifyAt};
use crate::hold::watch;
use crate::state::AppState;

/// What became of an offer.
pub(crate) struct Kept {
    /// The card that it is on.
    pub(crate) card: String,
    /// The work of telling the issuer, when there is any left.
    pub(crate) notify: Option<JobId>,
}

/// Stores what was checked. When another attempt was first, nothing of this one stays.
pub(super) async fn keep(
    state: &AppState,
    begun: &Begun,
    credentials: Vec<NewCredential>,
    notify: Option<NotifyAt>,
) -> Result<Kept, RedeemError> {
    let now = state.core.now();
    let (receipt, learner) = (&begun.receipt, &begun.receipt.learner);
    let mut tx = state.store.write().await?;
    let card = public_id(state.core.random());
    if !tx.keep_receipt(&receipt.id, &card, now).await? {
        drop(tx);
        return already_kept(state, begun).await;
    }
    let mut titles: Vec<LocalText> = Vec::new();
    for credential in &credentials {
        let id = tx.insert_credential(learner, &receipt.id, &card, credential, now).await?;
        if !titles.contains(&credential.summary.title) {
            titles.push(credential.summary.title.clone());
        }
        tx.audit(
            &Event {
                actor: Actor::Learner(learner.as_str().to_owned()),
                action: "credential.kept",
                object_kind: "credential",
                object: id.as_str().to_owned(),
                outcome: "done",
                amount: 1,
            },
            now,
        )
        .await?;
    }
    // What was withdrawn to be corrected is replaced by this.
    let copies = tx.copies(learner).await?;
    watch::link(&mut tx, &copies).await?;
    let about = ActivityAbout {
        party: credentials.first().map(|credential| credential.summary.institution.clone()),
        party_id: Some(receipt.issuer.clone()),
        titles,
        cards: vec![card.clone()],
        ..ActivityAbout::default()
    };
    tx.note(learner, ActivityKind::Received, &about, now).await?;
    let notify = match notify {
        Some(at) => Some(notify::later(&mut tx, learner, receipt.id.as_str(), Told::accepted(at), now).await?),
        None => None,
    };
    tx.commit().await?;
    Ok(Kept { card, notify })
}

async fn already_kept(state: &AppState, begun: &Begun) -> Result<Kept, RedeemError> {
    let found = state.store.read().await?.receipt(&begun.receipt.id).await?;
    let card = found.and_then(|receipt| receipt.card).ok_or(RedeemError::NotOpen)?;
    Ok(Kept { card, notify: None })
}
