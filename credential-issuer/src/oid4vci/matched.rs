//! Whether who signed in is whom an award is for (`domain.md` 2.6): the eduID is the match, and nothing is guessed from a name or a
//! date of birth. Without a match the award is parked as unclaimed until the right person comes for it, or the desk decides.

use model::Timestamp;
use model::award::{AwardId, Missing};
use model::offer::{Offer, OfferId};
use storage::audit::{Actor, Event};
use storage::issuer::authorization::Authorization;
use storage::{IssuerTx, StorageError};

use super::authorize::AuthorizeError;
use super::par::{Request, Wants};

/// Notes who signed in for an authorization. When its offer is somebody else's, the award is parked. Gives the person's row.
pub(crate) async fn signed_in(
    tx: &mut IssuerTx,
    institution: &str,
    (authorization, eduid): (&str, &str),
    now: Timestamp,
) -> Result<String, AuthorizeError> {
    let person = tx.person_of_eduid(institution, eduid, now).await?;
    let asked = tx.ask_authorization(authorization, &person, now).await?.ok_or(AuthorizeError::NotFound)?;
    if let Wants::Offer { id, .. } = &Request::read(&asked)?.wants {
        look(tx, (&asked, &person), &OfferId::new(id), now).await?;
    }
    Ok(person)
}

async fn look(tx: &mut IssuerTx, (asked, person): (&Authorization, &str), id: &OfferId, now: Timestamp) -> Result<(), StorageError> {
    let Some(offer) = tx.offer(&asked.institution, id).await?.filter(|offer| offer.person != person) else { return Ok(()) };
    let event = Event {
        actor: Actor::Learner(person.to_owned()),
        action: "offer.claim",
        object_kind: "authorization",
        object: asked.id.clone(),
        outcome: "offer_subject_mismatch",
        amount: 1,
    };
    tx.audit(&event, now).await?;
    // Whom it is for may have come before: then it is theirs, whoever has the link too. And an offer that ended leads nowhere.
    let open = offer.stands.gives_codes(now) && matches!(offer.stands, Offer::Made { .. });
    let Some(award) = tx.award(&offer.institution, &offer.award).await?.filter(|_| open) else { return Ok(()) };
    if award.revision == offer.revision && tx.park_award(&award, &[Missing::Unclaimed], now).await? {
        decided(tx, (&award.id, Actor::System), "unclaimed", now).await?;
    }
    Ok(())
}

/// The right person came for awards and said yes: what was parked because somebody else did is open again.
pub(super) async fn claim(
    tx: &mut IssuerTx,
    (institution, person): (&str, &str),
    awards: &[AwardId],
    now: Timestamp,
) -> Result<(), StorageError> {
    for id in awards {
        let Some(award) = tx.award(institution, id).await?.filter(|award| award.person == person && award.is_unclaimed()) else { continue };
        if tx.claim_award(&award, now).await? {
            decided(tx, (&award.id, Actor::Learner(person.to_owned())), "claimed", now).await?;
        }
    }
    Ok(())
}

async fn decided(tx: &mut IssuerTx, (award, actor): (&AwardId, Actor), outcome: &'static str, now: Timestamp) -> Result<(), StorageError> {
    let event = Event { actor, action: "award.decide", object_kind: "award", object: award.to_string(), outcome, amount: 1 };
    tx.audit(&event, now).await
}
