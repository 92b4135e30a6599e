//! A badge from elsewhere moves into the wallet: on the card of its achievement, once, in the place of what it replaces.

use model::Timestamp;
use model::activity::{ActivityAbout, ActivityKind};
use model::held::{HeldCopy, card_for};
use model::id::{LearnerId, public_id};
use model::receipt::ReceiptId;
use storage::audit::{Actor, Event};
use storage::wallet::credential::NewCredential;
use storage::{StorageError, WalletTx};

use super::judge::CONFIGURATION;
use crate::state::AppState;

/// What became of a badge.
pub(crate) enum Kept {
    /// It is new, on this card.
    New(String),
    /// It took the place of an older one, on this card.
    Replaced(String),
    /// The learner has it, or a newer one, on this card.
    Known(String),
}

/// The card of the same badge when it is held already, as new or newer: same issuer, same identifier, no later `validFrom` (Open Badges
/// 3.0 section 7).
pub(crate) fn known<'c>(new: &NewCredential, copies: &'c [HeldCopy]) -> Option<&'c HeldCopy> {
    let mut held = copies.iter().filter(|copy| is_same(new, copy));
    held.find(|copy| copy.validity.from >= new.validity.from)
}

fn is_same(new: &NewCredential, copy: &HeldCopy) -> bool {
    let own_id = &new.summary.own_id;
    let issuers = vc::open_badge::comparable(&copy.issuer) == vc::open_badge::comparable(&new.issuer);
    own_id.is_some() && copy.summary.own_id == *own_id && issuers
}

/// Keeps a badge, with an entry in the activity list. What it replaces stays behind it on the card.
///
/// # Errors
/// When the database fails or a cell does not open.
pub(crate) async fn keep(
    tx: &mut WalletTx,
    state: &AppState,
    learner: &LearnerId,
    new: &NewCredential,
    now: Timestamp,
) -> Result<Kept, StorageError> {
    let copies = tx.copies(learner).await?;
    if let Some(held) = known(new, &copies) {
        return Ok(Kept::Known(held.card.clone()));
    }
    let own_id = new.summary.own_id.clone().unwrap_or_default();
    let receipt = ReceiptId::new(tx.badge_key(learner, &vc::open_badge::comparable(&new.issuer), &own_id, new.validity.from));
    let older: Vec<&HeldCopy> = copies.iter().filter(|copy| is_same(new, copy) && !copy.validity.superseded).collect();
    let card = older.first().map(|copy| copy.card.as_str());
    let card = card.or_else(|| card_for(&receipt, &new.format, &new.issuer, &new.summary, &copies)).map(str::to_owned);
    let card = card.unwrap_or_else(|| public_id(state.core.random()));
    let Some(id) = tx.insert_credential(learner, &receipt, &card, new, now).await? else {
        // Another request was a moment faster with the same one.
        let first = tx.credential_of(receipt.as_str(), CONFIGURATION).await?;
        let copies = tx.copies(learner).await?;
        let held = copies.into_iter().find(|copy| Some(&copy.id) == first.as_ref());
        return Ok(Kept::Known(held.map_or(card, |copy| copy.card)));
    };
    for copy in &older {
        tx.supersede(&copy.id, &id).await?;
    }
    let origin = new.summary.origin.as_ref();
    let about = ActivityAbout {
        party: Some(origin.and_then(|origin| origin.via.as_deref()).map_or(new.summary.institution.clone(), model::LocalText::same)),
        party_id: Some(new.issuer.clone()),
        titles: vec![new.summary.title.clone()],
        cards: vec![card.clone()],
        way: origin.map(|origin| origin.way),
        ..ActivityAbout::default()
    };
    tx.note(learner, ActivityKind::Received, &about, now).await?;
    let event = Event {
        actor: Actor::Learner(learner.as_str().to_owned()),
        action: "credential.kept",
        object_kind: "credential",
        object: id.as_str().to_owned(),
        outcome: if older.is_empty() { "done" } else { "replaced" },
        amount: 1,
    };
    tx.audit(&event, now).await?;
    Ok(if older.is_empty() { Kept::New(card) } else { Kept::Replaced(card) })
}
