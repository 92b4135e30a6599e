//! What an issuer gave is laid aside, checked, the moment it comes; the learner looks at it; then it is kept on the card of its
//! achievement, or erased. Exactly once each.

use http::failure::Failure;
use model::activity::{ActivityAbout, ActivityKind};
use model::held::{HeldCopy, card_for};
use model::id::public_id;
use model::receipt::{Progress, Receipt, ReceiptState};
use model::{LocalText, Timestamp};
use storage::audit::{Actor, Event};
use storage::outbox::JobId;
use storage::wallet::credential::NewCredential;
use storage::wallet::renewal::Renewal;
use storage::{StorageError, WalletTx};

use super::ask::{HolderKey, Issued};
use super::check::{self, Expected};
use super::error::RedeemError;
use super::notify::{self, Told};
use super::redeem::{Begun, Part};
use super::session::Session;
use super::{deferred, renew, type_labels};
use crate::failpoint::reached;
use crate::feed;
use crate::hold::watch;
use crate::state::AppState;

/// What became of an offer.
pub(crate) struct Redeemed {
    /// Where it stands.
    pub(crate) stands: Stands,
    /// The work of telling the issuer, when there is any left.
    pub(crate) notify: Option<JobId>,
    /// Why some of it is asked for again.
    pub(crate) again: Option<RedeemError>,
}

/// Where an offer stands after an attempt.
pub(crate) enum Stands {
    /// In the wallet, on this card; of several the first one.
    Kept(String),
    /// It came, and waits for the learner to look.
    Arrived,
    /// The issuer is preparing it, or a part of it is asked for again.
    UnderWay,
}

impl Redeemed {
    pub(super) fn kept(card: String) -> Self {
        Self { stands: Stands::Kept(card), notify: None, again: None }
    }

    pub(super) fn arrived() -> Self {
        Self { stands: Stands::Arrived, notify: None, again: None }
    }
}

/// What an answer brought, with the keys that it was asked for with.
pub(super) struct Brought<'k> {
    /// The credentials.
    pub(super) issued: Issued,
    /// The keys that they may be bound to.
    pub(super) keys: &'k [HolderKey],
    /// Whether the issuer prepared it first.
    pub(super) deferred: bool,
}

/// Checks what came for a part and lays it aside, in one transaction with what is to be told about it. Copies that do not hold are
/// left out; when none holds, nothing is laid aside.
///
/// # Errors
/// [`RedeemError`] of the first copy when none holds.
pub(super) async fn lay_aside(
    state: &AppState,
    begun: &Begun,
    session: &mut Session<'_>,
    part: &Part,
    mut brought: Brought<'_>,
) -> Result<(), RedeemError> {
    let notification_id = brought.issued.notification_id.take();
    let checked = checked(state, begun, session, part, brought).await;
    let list = if checked.is_ok() { &mut session.progress.notification_ids } else { &mut session.progress.unusable_ids };
    list.extend(notification_id);
    session.progress.deferred.retain(|known| known.configuration != part.key);
    let receipt = &begun.receipt;
    let mut tx = state.store.write().await?;
    if !tx.still_redeeming(&receipt.id).await? {
        return Err(RedeemError::NotOpen);
    }
    for credential in checked.as_deref().unwrap_or_default() {
        tx.put_arrived(&receipt.learner, &receipt.id, credential, state.core.now()).await?;
    }
    tx.save_progress(&receipt.id, &receipt.learner, &session.progress).await?;
    tx.commit().await?;
    reached("wallet.laid");
    checked.map(drop)
}

/// The copies of an answer that hold.
///
/// # Errors
/// The first copy's reason when none holds.
pub(super) async fn checked(
    state: &AppState,
    begun: &Begun,
    session: &Session<'_>,
    part: &Part,
    brought: Brought<'_>,
) -> Result<Vec<NewCredential>, RedeemError> {
    let Brought { issued, keys, deferred } = brought;
    let offered = begun.offered(&part.configuration).ok_or(RedeemError::Format)?;
    let configurations = &session.documents.metadata.credential_configurations_supported;
    let bound = configurations.get(&part.configuration).is_none_or(|configuration| configuration.needs_proof());
    let found = issued.by_key(&offered.format, bound, keys);
    let (_, first) = found.first().ok_or(RedeemError::Invalid("credential_holder_key"))?;
    let described = type_labels::of(state.core.egress(), offered, first).await;
    let expected = Expected { begun, offered, part: &part.key, bound, deferred, described: &described };
    let (mut held, mut refused) = (Vec::new(), None);
    for (key, text) in found {
        match check::check(state, &expected, key, text).await {
            Ok(credential) => held.push(credential),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    match refused {
        Some(error) if held.is_empty() => Err(error),
        _ => Ok(held),
    }
}

/// Which work it is that asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asker {
    /// The redemption itself: what is put off becomes work of its own.
    First,
    /// The work that asks for what was put off.
    Poll,
}

/// Ends an attempt: what came is kept where the learner takes what comes, else it waits to be looked at; what was put off is asked
/// for later; what failed for good is said.
///
/// # Errors
/// [`RedeemError`] when nothing of the offer came and nothing will.
pub(super) async fn conclude(
    state: &AppState,
    begun: &Begun,
    session: Session<'_>,
    mut failed: Vec<(Part, RedeemError)>,
    asker: Asker,
) -> Result<Redeemed, RedeemError> {
    let (now, receipt) = (state.core.now(), &begun.receipt);
    let mut again = failed.iter().position(|(_, error)| !error.is_final()).map(|at| failed.swap_remove(at).1);
    let progress = &session.progress;
    let mut tx = state.store.write().await?;
    if !tx.still_redeeming(&receipt.id).await? {
        drop(tx);
        return already_over(state, receipt).await;
    }
    let receipt = tx.receipt(&receipt.id).await?.ok_or(RedeemError::NotOpen)?;
    if receipt.accepted {
        // Nobody looks on here: what came is news.
        let kept = promote(&mut tx, state, &receipt, now).await?;
        for news in feed::tell::kept(&receipt.id, &kept) {
            feed::tell(&mut tx, state, &receipt.learner, &news, now).await?;
        }
    }
    let any = !tx.kept_configurations(&receipt.id).await?.is_empty();
    let waits = !progress.deferred.is_empty();
    tx.save_progress(&receipt.id, &receipt.learner, progress).await?;
    if waits {
        tx.defer_receipt(&receipt.id, now).await?;
        if again.is_none() && asker == Asker::First {
            deferred::later(&mut tx, &receipt, progress, now).await?;
        }
    }
    let mut told = None;
    let stands = match (waits || again.is_some(), any) {
        (true, true) => under_way(&mut tx, &receipt).await?,
        (true, false) if waits => Stands::UnderWay,
        (true, false) => {
            tx.commit().await?;
            return Err(again.take().unwrap_or(RedeemError::Answer));
        }
        (false, true) => {
            let failure = failed.first().map(|(part, error)| (part.configuration.as_str(), error.code()));
            let (stands, notify) = all_came(&mut tx, begun, &receipt, progress, failure, now).await?;
            told = notify;
            if matches!(stands, Stands::Arrived) && receipt.deferred_at.is_some() {
                feed::tell(&mut tx, state, &receipt.learner, &feed::tell::ready(&receipt), now).await?;
            }
            stands
        }
        (false, false) => {
            let error = failed.into_iter().next().map_or(RedeemError::Format, |(_, error)| error);
            unusable(&mut tx, begun, progress, now).await?;
            tx.commit().await?;
            return Err(error);
        }
    };
    tx.commit().await?;
    reached("wallet.concluded");
    Ok(Redeemed { stands, notify: told, again })
}

async fn under_way(tx: &mut WalletTx, receipt: &Receipt) -> Result<Stands, StorageError> {
    let card = tx.receipt(&receipt.id).await?.and_then(|receipt| receipt.card);
    Ok(card.map_or(Stands::UnderWay, Stands::Kept))
}

/// Everything that will come came.
async fn all_came(
    tx: &mut WalletTx,
    begun: &Begun,
    receipt: &Receipt,
    progress: &Progress,
    failure: Option<(&str, &'static str)>,
    now: Timestamp,
) -> Result<(Stands, Option<JobId>), RedeemError> {
    if let Some((configuration, code)) = failure {
        let named = begun.offered(configuration);
        let (way, came) = check::way_of(receipt);
        let about = ActivityAbout {
            party_id: Some(receipt.issuer.clone()),
            titles: named.map(|offered| offered.name.clone()).into_iter().collect(),
            outcome: Some(code.to_owned()),
            way: Some(way),
            came,
            ..ActivityAbout::default()
        };
        tx.note(&receipt.learner, ActivityKind::ReceiveFailed, &about, now).await?;
    }
    unusable(tx, begun, progress, now).await?;
    let code = failure.map(|(_, code)| code);
    if !receipt.accepted {
        tx.arrive_receipt(&receipt.id, code, now).await?;
        return Ok((Stands::Arrived, None));
    }
    let notify = finish(tx, begun, progress, code, now).await?;
    let card = tx.receipt(&receipt.id).await?.and_then(|receipt| receipt.card).ok_or(RedeemError::NotOpen)?;
    Ok((Stands::Kept(card), notify))
}

/// The offer is over and what came is in the wallet: spare keys go, more can be asked for later, and the issuer is told.
pub(super) async fn finish(
    tx: &mut WalletTx,
    begun: &Begun,
    progress: &Progress,
    failure: Option<&str>,
    now: Timestamp,
) -> Result<Option<JobId>, RedeemError> {
    let receipt = &begun.receipt;
    if !tx.keep_receipt(&receipt.id, failure, now).await? {
        return Ok(None);
    }
    tx.drop_spare_keys(&receipt.id).await?;
    if progress.refresh_token.is_some() {
        let ends =
            tx.copies(&receipt.learner).await?.into_iter().filter(|copy| copy.receipt == receipt.id).filter_map(|copy| copy.validity.until);
        let due_at = renew::due(ends.min(), now);
        // More is asked for with a refreshed token: new keys under the one that collected could be anybody's.
        let access = Progress { access_token: None, token_until: 0, ..progress.clone() };
        tx.put_renewal(&receipt.id, &Renewal { learner: receipt.learner.clone(), access, due_at, round: 1 }).await?;
    }
    let told = Told::accepted(begun, progress);
    match told.says_something() {
        true => Ok(Some(notify::later(tx, &receipt.learner, told, now).await?)),
        false => Ok(None),
    }
}

/// Tells the issuer of what it gave and nobody can use.
async fn unusable(tx: &mut WalletTx, begun: &Begun, progress: &Progress, now: Timestamp) -> Result<(), StorageError> {
    let told = Told::failed(begun, progress);
    if told.says_something() {
        notify::later(tx, &begun.receipt.learner, told, now).await?;
    }
    Ok(())
}

/// Moves what came into the wallet, each form on the card of its achievement. What another attempt moved stays as it is. Gives what
/// is new.
pub(super) async fn promote(tx: &mut WalletTx, state: &AppState, receipt: &Receipt, now: Timestamp) -> Result<Vec<HeldCopy>, RedeemError> {
    let arrived = tx.arrived(&receipt.id).await?;
    if arrived.is_empty() {
        return Ok(Vec::new());
    }
    let mut stored = Vec::new();
    let mut copies = tx.copies(&receipt.learner).await?;
    let before = copies.iter().any(|copy| copy.receipt == receipt.id);
    for new in arrived {
        if let Some(first) = tx.credential_of(receipt.id.as_str(), &new.configuration).await? {
            if let Some(key) = &new.holder_key {
                tx.insert_copy(&receipt.learner, &first, key, &new.body, now).await?;
            }
            continue;
        }
        let copy = store(tx, state, receipt, new, &copies, now).await?;
        copies.extend(copy.clone());
        stored.extend(copy);
    }
    tx.drop_arrived(&receipt.id).await?;
    for copy in &stored {
        if let Some(wish) = tx.take_wish(&receipt.learner, &copy.vct).await? {
            feed::tell(tx, state, &receipt.learner, &feed::tell::wished(&wish, copy, now), now).await?;
        }
    }
    // What was withdrawn to be corrected is replaced by this.
    watch::link(tx, &copies).await?;
    if let Some(first) = stored.first() {
        tx.put_on_card(&receipt.id, &first.card).await?;
        if !before {
            tell_learner(tx, receipt, &stored, now).await?;
        }
    }
    Ok(stored)
}

async fn store(
    tx: &mut WalletTx,
    state: &AppState,
    receipt: &Receipt,
    new: NewCredential,
    copies: &[HeldCopy],
    now: Timestamp,
) -> Result<Option<HeldCopy>, RedeemError> {
    let learner = &receipt.learner;
    let known = card_for(&receipt.id, &new.format, &new.issuer, &new.summary, copies).map(str::to_owned);
    let card = known.unwrap_or_else(|| public_id(state.core.random()));
    let Some(id) = tx.insert_credential(learner, &receipt.id, &card, &new, now).await? else { return Ok(None) };
    let event = Event {
        actor: Actor::Learner(learner.as_str().to_owned()),
        action: "credential.kept",
        object_kind: "credential",
        object: id.as_str().to_owned(),
        outcome: "done",
        amount: 1,
    };
    tx.audit(&event, now).await?;
    Ok(Some(HeldCopy {
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
        has_key: true,
    }))
}

/// One entry for an offer, whatever the number of its forms.
async fn tell_learner(tx: &mut WalletTx, receipt: &Receipt, stored: &[HeldCopy], now: Timestamp) -> Result<(), RedeemError> {
    let (mut titles, mut cards): (Vec<LocalText>, Vec<String>) = (Vec::new(), Vec::new());
    for copy in stored {
        if !cards.contains(&copy.card) {
            cards.push(copy.card.clone());
            titles.push(copy.summary.title.clone());
        }
    }
    let (way, came) = check::way_of(receipt);
    let about = ActivityAbout {
        party: stored.first().map(|copy| copy.summary.institution.clone()),
        party_id: Some(receipt.issuer.clone()),
        titles,
        cards,
        way: Some(way),
        came,
        ..ActivityAbout::default()
    };
    tx.note(&receipt.learner, ActivityKind::Received, &about, now).await?;
    Ok(())
}

/// Another attempt was faster, or the learner refused meanwhile.
async fn already_over(state: &AppState, receipt: &Receipt) -> Result<Redeemed, RedeemError> {
    let found = state.store.read().await?.receipt(&receipt.id).await?.ok_or(RedeemError::NotOpen)?;
    match (found.state, found.card) {
        (ReceiptState::Arrived, _) => Ok(Redeemed::arrived()),
        (ReceiptState::Kept, Some(card)) => Ok(Redeemed::kept(card)),
        _ => Err(RedeemError::NotOpen),
    }
}
