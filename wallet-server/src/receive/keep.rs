//! The second transaction of a redemption: what was checked is stored, each form on the card of its achievement, exactly once.

use http::failure::Failure;
use model::activity::{ActivityAbout, ActivityKind};
use model::held::{HeldCopy, card_for};
use model::id::public_id;
use model::receipt::Progress;
use model::{LocalText, Timestamp};
use storage::WalletTx;
use storage::audit::{Actor, Event};
use storage::outbox::JobId;
use storage::wallet::credential::NewCredential;

use super::error::RedeemError;
use super::notify::{self, Told};
use super::redeem::{Begun, Gathered, NotifyAt};
use crate::hold::watch;
use crate::state::AppState;

/// What became of an offer.
pub(crate) struct Kept {
    /// The card that it is on; of several the first one.
    pub(crate) card: String,
    /// The work of telling the issuer, when there is any left.
    pub(crate) notify: Option<JobId>,
    /// Why some of it is asked for again.
    pub(crate) again: Option<RedeemError>,
}

/// Stores what was checked. What another attempt stored before stays as it is.
pub(super) async fn keep(state: &AppState, begun: &Begun, mut gathered: Gathered, notify: Option<NotifyAt>) -> Result<Kept, RedeemError> {
    let now = state.core.now();
    let receipt = &begun.receipt;
    let mut tx = state.store.write().await?;
    if !tx.still_redeeming(&receipt.id).await? {
        drop(tx);
        return already_kept(state, begun).await;
    }
    let stored = store(&mut tx, state, begun, std::mem::take(&mut gathered.credentials), now).await?;
    if let Some(first) = stored.first() {
        tx.put_on_card(&receipt.id, &first.card).await?;
    }
    if !stored.is_empty() && !begun.partly {
        tell_learner(&mut tx, begun, &stored, now).await?;
    }
    let ids = [begun.progress.notification_ids.clone(), std::mem::take(&mut gathered.notification_ids)].concat();
    let again = gathered.again();
    let notify = match &again {
        Some(_) => {
            let progress = tx.progress(&receipt.id).await?;
            tx.save_progress(&receipt.id, &receipt.learner, &Progress { notification_ids: ids, ..progress }).await?;
            None
        }
        None => finish(&mut tx, begun, &gathered, notify.map(|at| Told::accepted(at, ids)), now).await?,
    };
    let card = tx.receipt(&receipt.id).await?.and_then(|receipt| receipt.card).ok_or(RedeemError::NotOpen)?;
    tx.commit().await?;
    Ok(Kept { card, notify, again })
}

/// Stores each credential on its card. Gives those that were not there.
async fn store(
    tx: &mut WalletTx,
    state: &AppState,
    begun: &Begun,
    credentials: Vec<NewCredential>,
    now: Timestamp,
) -> Result<Vec<HeldCopy>, RedeemError> {
    let (receipt, learner) = (&begun.receipt, &begun.receipt.learner);
    let (mut copies, mut stored) = (tx.copies(learner).await?, Vec::new());
    for new in credentials {
        let known = card_for(&receipt.id, &new.format, &new.issuer, &new.summary, &copies).map(str::to_owned);
        let card = known.unwrap_or_else(|| public_id(state.core.random()));
        let Some(id) = tx.insert_credential(learner, &receipt.id, &card, &new, now).await? else { continue };
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
        let copy = HeldCopy {
            id,
            card,
            receipt: receipt.id.clone(),
            format: new.format,
            vct: new.vct,
            issuer: new.issuer,
            summary: new.summary,
            validity: new.validity,
            received_at: now,
            opened: false,
        };
        copies.push(copy.clone());
        stored.push(copy);
    }
    // What was withdrawn to be corrected is replaced by this.
    watch::link(tx, &copies).await?;
    Ok(stored)
}

/// One entry for an offer, whatever the number of its forms.
async fn tell_learner(tx: &mut WalletTx, begun: &Begun, stored: &[HeldCopy], now: Timestamp) -> Result<(), RedeemError> {
    let (mut titles, mut cards): (Vec<LocalText>, Vec<String>) = (Vec::new(), Vec::new());
    for copy in stored {
        if !cards.contains(&copy.card) {
            cards.push(copy.card.clone());
            titles.push(copy.summary.title.clone());
        }
    }
    let about = ActivityAbout {
        party: stored.first().map(|copy| copy.summary.institution.clone()),
        party_id: Some(begun.receipt.issuer.clone()),
        titles,
        cards,
        ..ActivityAbout::default()
    };
    tx.note(&begun.receipt.learner, ActivityKind::Received, &about, now).await?;
    Ok(())
}

/// Nothing more will come: what failed for good is told to the learner, what came to the issuer.
async fn finish(
    tx: &mut WalletTx,
    begun: &Begun,
    gathered: &Gathered,
    told: Option<Told>,
    now: Timestamp,
) -> Result<Option<JobId>, RedeemError> {
    let (receipt, learner) = (&begun.receipt, &begun.receipt.learner);
    let failure = gathered.failed.first().map(|(configuration, error)| (configuration, error.code()));
    tx.keep_receipt(&receipt.id, failure.map(|(_, code)| code), now).await?;
    if let Some((configuration, code)) = failure {
        let named = receipt.content.offered.iter().find(|offered| offered.configuration == *configuration);
        let about = ActivityAbout {
            party_id: Some(receipt.issuer.clone()),
            titles: named.map(|offered| offered.name.clone()).into_iter().collect(),
            outcome: Some(code.to_owned()),
            ..ActivityAbout::default()
        };
        tx.note(learner, ActivityKind::ReceiveFailed, &about, now).await?;
    }
    match told.filter(Told::says_something) {
        Some(told) => Ok(Some(notify::later(tx, learner, receipt.id.as_str(), told, now).await?)),
        None => Ok(None),
    }
}

async fn already_kept(state: &AppState, begun: &Begun) -> Result<Kept, RedeemError> {
    let found = state.store.read().await?.receipt(&begun.receipt.id).await?;
    let card = found.and_then(|receipt| receipt.card).ok_or(RedeemError::NotOpen)?;
    Ok(Kept { card, notify: None, again: None })
}
