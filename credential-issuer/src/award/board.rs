//! What the examination board decides at the desk: its yes makes a result final and releases what waits for it, its no ends it.

use model::Timestamp;
use model::award::{BoardDecision, Ruling};
use storage::audit::{Actor, Event};
use storage::issuer::award::{AwardRow, AwardState};
use storage::{IssuerTx, StorageError};
use vc::random::Random;

use crate::institution::Institution;
use crate::offer::make;

/// Writes a ruling about an award that waits for it, with all that follows: wallets that wait have their credential or their denial
/// when they ask next, and a connected wallet its delivery. False when the award does not wait any more. The caller commits.
pub(crate) async fn rule(
    tx: &mut IssuerTx,
    (institution, award): (&Institution, &AwardRow),
    (ruling, decision): (Ruling, &BoardDecision),
    actor: Actor,
    (now, random): (Timestamp, &dyn Random),
) -> Result<bool, StorageError> {
    if !tx.board_says(award, ruling, decision, now).await? {
        return Ok(false);
    }
    let (object, outcome) = (award.id.to_string(), ruling.as_str());
    let event = Event { actor, action: "award.board", object_kind: "award", object, outcome, amount: 1 };
    tx.audit(&event, now).await?;
    match ruling {
        Ruling::Refused => drop(tx.withdraw_offers(&award.id).await?),
        Ruling::Final => deliver(tx, (institution, award), (now, random)).await?,
    }
    Ok(true)
}

/// As after every decision to issue; what was held out to be fetched later is fetched, and not delivered beside it.
async fn deliver(
    tx: &mut IssuerTx,
    (institution, award): (&Institution, &AwardRow),
    (now, random): (Timestamp, &dyn Random),
) -> Result<(), StorageError> {
    let award = tx.award(institution.slug(), &award.id).await?.filter(|award| award.state == AwardState::Open && award.deliver);
    let Some(award) = award else { return Ok(()) };
    if !tx.open_offer(&award.id, now).await?.is_some_and(|offer| offer.deferred) {
        make::deliver(tx, institution, &award, (now, random)).await?;
    }
    Ok(())
}
