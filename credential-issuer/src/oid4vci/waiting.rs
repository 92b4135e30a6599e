//! A wallet that asks without an offer: what waits for the learner who signed in, as what it is asked for, and its offers once the
//! learner allowed it (`domain.md` 2.6: the login is the match between the holder and the institution's person).

use std::collections::BTreeSet;

use http::Ctx;
use model::award::{AwardId, Kind};
use model::offer::{Grant, OfferId};
use serde::{Deserialize, Serialize};
use storage::audit::{Actor, Event};
use storage::issuer::award::{AwardRow, AwardState};
use storage::issuer::credential::kind_of;
use storage::issuer::offer::{NewOffer, OfferRow};
use storage::{IssuerTx, StorageError};
use vc::encoding::{b64url, sha256};
use vc::random::token128;

use super::par::Wants;
use crate::institution::Institution;

/// An award that the learner allowed the wallet to collect, as what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Chosen {
    pub(crate) award: AwardId,
    pub(crate) revision: i64,
    pub(crate) configurations: Vec<String>,
}

/// What waits for a person, of what is asked for, the oldest first.
pub(crate) async fn waiting(tx: &mut IssuerTx, person: &str, wants: &Wants) -> Result<Vec<(AwardRow, Chosen)>, StorageError> {
    let Wants::Waiting { named, scoped } = wants else { return Ok(Vec::new()) };
    let awards = tx.waiting_awards_of(person).await?;
    let asked = |kind: Kind| -> Vec<String> { named.iter().chain(scoped).filter(|id| kind_of(id) == Some(kind)).cloned().collect() };
    let chosen = awards.into_iter().map(|award| {
        let chosen = Chosen { award: award.id.clone(), revision: award.revision, configurations: asked(award.kind) };
        (award, chosen)
    });
    Ok(chosen.filter(|(_, chosen)| !chosen.configurations.is_empty()).collect())
}

/// What a page showed, in short: its form brings it back, so that nothing is allowed that was not shown (row X7).
pub(crate) fn digest(chosen: &[Chosen]) -> Result<String, StorageError> {
    let shown = serde_json::to_vec(chosen).map_err(|_| StorageError::Row { table: "authorization_request", column: "request" })?;
    Ok(b64url(sha256(&shown)))
}

/// The offers of what was allowed, as far as it still stands: the open one of an award where it fits, else a new one.
pub(crate) async fn offers(
    tx: &mut IssuerTx,
    institution: &Institution,
    person: &str,
    (chosen, ctx): (&[Chosen], &Ctx),
) -> Result<Vec<OfferRow>, StorageError> {
    let mut offers = Vec::with_capacity(chosen.len());
    for one in chosen {
        let award = tx.award(institution.slug(), &one.award).await?;
        let stands = |award: &AwardRow| award.state == AwardState::Open && award.revision == one.revision && award.person == person;
        let Some(award) = award.filter(stands) else { continue };
        offers.extend(offer(tx, &award, one, ctx).await?);
    }
    Ok(offers)
}

async fn offer(tx: &mut IssuerTx, award: &AwardRow, chosen: &Chosen, ctx: &Ctx) -> Result<Option<OfferRow>, StorageError> {
    let open = tx.open_offer(&award.id, ctx.now()).await?;
    if let Some(open) = open.filter(|open| open.revision == award.revision && open.configurations == chosen.configurations) {
        return Ok(Some(open));
    }
    let id = OfferId::new(token128(ctx.random()));
    let new = NewOffer {
        id: &id,
        institution: &award.institution,
        award: &award.id,
        revision: award.revision,
        person: &award.person,
        configurations: &chosen.configurations,
        grant: Grant::AuthorizationCode,
        deferred: false,
        tx_code: None,
    };
    tx.make_offer(&new, ctx.now()).await?;
    let event = Event {
        actor: Actor::Learner(award.person.clone()),
        action: "offer.made",
        object_kind: "offer",
        object: id.to_string(),
        outcome: "asked",
        amount: 1,
    };
    tx.audit(&event, ctx.now()).await?;
    tx.offer(&award.institution, &id).await
}

/// What the token answer names: everything, as soon as one thing was asked for in detail.
pub(crate) fn to_name(named: &[String], scoped: &[String]) -> Vec<String> {
    if named.is_empty() { Vec::new() } else { named.iter().chain(scoped).cloned().collect() }
}

/// Whether one configuration is in several offers.
pub(crate) fn is_ambiguous(offers: &[OfferRow]) -> bool {
    let mut seen = BTreeSet::new();
    !offers.iter().flat_map(|offer| &offer.configurations).all(|configuration| seen.insert(configuration))
}

/// Each once, in their order.
pub(crate) fn once(all: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    all.iter().filter(|one| seen.insert(one.as_str())).cloned().collect()
}
