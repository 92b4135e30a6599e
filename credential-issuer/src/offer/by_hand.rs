//! Making an offer that somebody asks for, through the API or at the desk: what may be offered, and everything to hand it over.

use http::{Ctx, Failure, Kind, Wrong};
use model::Timestamp;
use model::configuration::Configuration;
use model::offer::{Grant, OFFER_DAYS, OfferId};
use openid4vc::CredentialOffer;
use storage::audit::{Actor, Event};
use storage::issuer::award::{AwardRow, AwardState};
use storage::issuer::offer::NewOffer;
use storage::{IssuerTx, StorageError};
use vc::random::token128;

use super::make;
use crate::institution::Institution;

/// What is asked for.
pub(crate) struct Asked<'a> {
    /// As what; without it, as what the award is.
    pub(crate) configurations: Option<&'a [String]>,
    /// How the wallet gets its token.
    pub(crate) grant: Grant,
    /// Whether its credentials are fetched later: then the award may wait for its decision.
    pub(crate) deferred: bool,
    /// Whether with a transaction code; without a word, whenever the grant has one.
    pub(crate) tx_code: Option<bool>,
}

/// An offer with what is told once. No `Debug`: it holds secrets.
pub(crate) struct Made {
    pub(crate) id: OfferId,
    /// The Credential Offer object, with the first code.
    pub(crate) object: CredentialOffer,
    /// The address that serves it.
    pub(crate) uri: String,
    /// `openid-credential-offer://…`, for any wallet.
    pub(crate) deep_link: String,
    /// The same for our own wallet, when this server knows one.
    pub(crate) wallet_link: Option<String>,
    pub(crate) tx_code: Option<String>,
    pub(crate) expires_at: Timestamp,
}

/// Why there is no offer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotOffered {
    #[error("the award was issued")]
    Issued,
    #[error("the award is parked")]
    Parked,
    #[error("nothing is awarded any more")]
    Withdrawn,
    #[error("{code} at {pointer}")]
    Unacceptable { code: &'static str, pointer: &'static str },
    #[error("the offer that was just made is not there, or not as asked")]
    Lost,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Failure for NotOffered {
    fn kind(&self) -> Kind {
        match self {
            Self::Issued | Self::Parked | Self::Withdrawn | Self::Storage(StorageError::Conflict) => Kind::Conflict,
            Self::Unacceptable { .. } => Kind::Unprocessable,
            Self::Lost => Kind::Ours,
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Issued => "award_issued",
            Self::Parked => "award_parked",
            Self::Withdrawn => "award_withdrawn",
            Self::Unacceptable { code, .. } => code,
            Self::Lost => "internal",
            Self::Storage(StorageError::Conflict) => "conflict",
            Self::Storage(_) => "unavailable",
        }
    }

    fn errors(&self) -> Vec<Wrong> {
        match self {
            Self::Unacceptable { pointer, .. } => vec![Wrong::at(*pointer, "value")],
            _ => Vec::new(),
        }
    }
}
http::failure!(NotOffered);

/// Whether an award can be held out as it stands. A deferred offer may wait for the decision, and one that is parked because somebody
/// else came for it is claimed with its code.
///
/// # Errors
/// It was issued, is parked, or leads to nothing.
pub(crate) fn offerable(award: &AwardRow, deferred: bool) -> Result<(), NotOffered> {
    match award.state {
        AwardState::Open => Ok(()),
        AwardState::Parked if deferred || award.is_unclaimed() => Ok(()),
        AwardState::Issued | AwardState::Suspended | AwardState::Revoked => Err(NotOffered::Issued),
        AwardState::Parked => Err(NotOffered::Parked),
        AwardState::Idle => Err(NotOffered::Withdrawn),
    }
}

/// Makes an offer and its first code; an open offer for the same award is withdrawn. The caller commits.
///
/// # Errors
/// The award cannot be offered, or not like this; or the database failed.
pub(crate) async fn make(
    tx: &mut IssuerTx,
    (institution, award): (&Institution, &AwardRow),
    asked: &Asked<'_>,
    actor: Actor,
    ctx: &Ctx,
) -> Result<Made, NotOffered> {
    offerable(award, asked.deferred)?;
    if award.is_unclaimed() {
        claim(tx, award, actor.clone(), ctx).await?;
    }
    let configurations = configurations(institution, asked, award)?;
    let tx_code = tx_code(tx, award, asked, ctx).await?;
    let id = OfferId::new(token128(ctx.random()));
    let new = NewOffer {
        id: &id,
        institution: institution.slug(),
        award: &award.id,
        revision: award.revision,
        person: &award.person,
        configurations: &configurations,
        grant: asked.grant,
        deferred: asked.deferred,
        tx_code: tx_code.as_deref(),
    };
    tx.make_offer(&new, ctx.now()).await?;
    let event = Event { actor, action: "offer.made", object_kind: "offer", object: id.to_string(), outcome: "done", amount: 1 };
    tx.audit(&event, ctx.now()).await?;
    let code = (asked.grant == Grant::PreAuthorizedCode).then(|| token128(ctx.random()));
    if let Some(code) = &code {
        tx.renew_code(&id, code, ctx.now()).await?;
    }
    let offer = tx.offer(institution.slug(), &id).await?.ok_or(NotOffered::Lost)?;
    let uri = make::address(institution, &id);
    let wallet_link = ctx.urls().wallet.as_ref().map(|wallet| wallet.at(&format!("/credential-offer?{}", CredentialOffer::query(&uri))));
    Ok(Made {
        object: make::object(institution, &offer, code),
        deep_link: CredentialOffer::deep_link(&uri),
        expires_at: ctx.now().plus_days(OFFER_DAYS),
        id,
        uri,
        wallet_link,
        tx_code,
    })
}

/// An offer with a code is a claim: whoever makes it knows to whom they give the code.
async fn claim(tx: &mut IssuerTx, award: &AwardRow, actor: Actor, ctx: &Ctx) -> Result<(), NotOffered> {
    if !tx.claim_award(award, ctx.now()).await? {
        return Err(NotOffered::Storage(StorageError::Conflict));
    }
    let object = award.id.to_string();
    let event = Event { actor, action: "award.decide", object_kind: "award", object, outcome: "claimed", amount: 1 };
    Ok(tx.audit(&event, ctx.now()).await?)
}

/// As what it is offered: what the caller names, in the caller's order, each once and each a form of this award; without a word,
/// the form that every wallet takes. Where the institution opened that bridge, older wallets find theirs last.
fn configurations(institution: &Institution, asked: &Asked<'_>, award: &AwardRow) -> Result<Vec<String>, NotOffered> {
    let older = institution.config.issuing.compat.vc_sd_jwt;
    let Some(named) = asked.configurations else {
        let bridge = older.then(|| Configuration::older(award.kind).id().to_owned());
        return Ok(std::iter::once(award.kind.configuration().to_owned()).chain(bridge).collect());
    };
    let fits = |id: &String| Configuration::parse(id).is_some_and(|one| one.kind() == award.kind && (older || !one.is_older()));
    let twice = named.iter().enumerate().any(|(at, id)| named.iter().skip(at + 1).any(|other| other == id));
    if named.is_empty() || twice || !named.iter().all(fits) {
        return Err(NotOffered::Unacceptable { code: "configuration_unsupported", pointer: "/credential_configuration_ids" });
    }
    Ok(named.to_vec())
}

/// A fresh transaction code where one is asked. Without one only a connected wallet could redeem the offer.
async fn tx_code(tx: &mut IssuerTx, award: &AwardRow, asked: &Asked<'_>, ctx: &Ctx) -> Result<Option<String>, NotOffered> {
    match (asked.grant, asked.tx_code) {
        (Grant::AuthorizationCode, None | Some(false)) => Ok(None),
        (Grant::AuthorizationCode, Some(true)) => Err(NotOffered::Unacceptable { code: "tx_code_unexpected", pointer: "/tx_code" }),
        (Grant::PreAuthorizedCode, None | Some(true)) => Ok(Some(make::tx_code(ctx.random()))),
        (Grant::PreAuthorizedCode, Some(false)) if tx.connection_of(&award.person).await?.is_some() => Ok(None),
        (Grant::PreAuthorizedCode, Some(false)) => Err(NotOffered::Unacceptable { code: "tx_code_required", pointer: "/tx_code" }),
    }
}
