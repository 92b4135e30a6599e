//! `/{institution}/desk/awards/{id}/offer`: says what an offer will be, and makes it: link, QR and transaction code, shown once.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use http::{Ctx, Failed, Failure, Protected};
use model::award::{AwardId, Missing};
use model::offer::{Grant, OFFER_DAYS};
use serde::Deserialize;
use storage::audit::Actor;
use storage::issuer::award::{AwardRow, AwardState};
use storage::issuer::offer::OfferRow;
use storage::{IssuerStore, IssuerTx};
use web::Day;
use web::desk_offer::{MakeOfferPage, NoOfferPage, OfferMadePage, OfferedAward, OpenOffer, WhyNot};

use super::results::{reasons, result};
use super::staff::Staff;
use super::{DeskError, issued_page, moment, name, title};
use crate::offer::by_hand::{self, Asked, NotOffered, offerable};
use crate::offer::make::all_forms;

/// The page that asks.
pub(crate) async fn ask(
    staff: Staff,
    ctx: Ctx,
    State(store): State<IssuerStore>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, DeskError> {
    let mut tx = store.read().await?;
    let award = award(&mut tx, &staff, id).await?;
    let later = is_for_later(&award);
    if let Err(why) = offerable(&award, later) {
        return refused(&mut tx, (&staff, &ctx), &award, why).await;
    }
    let open = tx.open_offer(&award.id, ctx.now()).await?;
    let page = MakeOfferPage {
        desk: staff.desk(),
        award: described(&award, &ctx)?,
        later,
        open: open.as_ref().map(standing),
        until: moment(ctx.now().plus_days(OFFER_DAYS)),
        action: address(&staff, &award),
    };
    Ok(ctx.page_for(&staff.session, page).into_response())
}

/// The form has nothing but its button.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfferForm {}

/// Makes the offer and answers with everything to hand over. No redirect: the transaction code stands in no other answer.
pub(crate) async fn make(
    staff: Staff,
    ctx: Ctx,
    State(store): State<IssuerStore>,
    Path((_, id)): Path<(String, String)>,
    Protected(OfferForm {}): Protected<OfferForm>,
) -> Result<Response, DeskError> {
    let mut tx = store.write().await?;
    let award = award(&mut tx, &staff, id).await?;
    let later = is_for_later(&award);
    let asked =
        Asked { configurations: Some(&all_forms(award.kind)), grant: Grant::PreAuthorizedCode, deferred: later, tx_code: Some(true) };
    let actor = Actor::Staff(staff.session.subject().to_owned());
    let made = by_hand::make(&mut tx, (&staff.institution, &award), &asked, actor, &ctx).await;
    let (made, tx_code) = match made.and_then(|mut made| made.tx_code.take().map(|code| (made, code)).ok_or(NotOffered::Lost)) {
        Ok(made) => made,
        Err(why) => return refused(&mut tx, (&staff, &ctx), &award, why).await,
    };
    tx.commit().await?;
    let page = OfferMadePage {
        desk: staff.desk(),
        award: described(&award, &ctx)?,
        later,
        again: address(&staff, &award),
        wallet_link: made.wallet_link,
        deep_link: made.deep_link,
        tx_code,
        until: moment(made.expires_at),
    };
    Ok(ctx.page_for(&staff.session, page).into_response())
}

/// Whether the examination board decides first: the wallet hears that it is being prepared, and gets it after the board's yes.
pub(super) fn is_for_later(award: &AwardRow) -> bool {
    award.state == AwardState::Parked && award.missing.contains(&Missing::WaitingFinal)
}

async fn award(tx: &mut IssuerTx, staff: &Staff, id: String) -> Result<AwardRow, DeskError> {
    tx.award(staff.institution.slug(), &AwardId::new(id)).await?.ok_or(DeskError::NotFound)
}

fn address(staff: &Staff, award: &AwardRow) -> String {
    format!("/{}/desk/awards/{}/offer", staff.institution.slug(), award.id)
}

pub(super) fn described(award: &AwardRow, ctx: &Ctx) -> Result<OfferedAward, DeskError> {
    let content = award.content.as_ref();
    let kind = vc::bundled::credential_type(award.kind.vct()).ok_or(DeskError::NotFound)?;
    Ok(OfferedAward {
        title: title(content),
        kind: web::Text::new(kind.name("nl"), kind.name("en")),
        learner: name(content),
        result: content.and_then(|content| content.grade()).map(|grade| result(grade, ctx.lang())),
        on: content.and_then(|content| content.on()).and_then(Day::parse),
    })
}

/// An offer without a transaction code can be redeemed by the connected wallet only, so it was made for delivery.
fn standing(offer: &OfferRow) -> OpenOffer {
    let delivered = offer.grant == Grant::PreAuthorizedCode && !offer.asks_tx_code();
    OpenOffer { until: moment(offer.expires_at), delivered }
}

/// 409 with a page that says why, for what an award's state does not allow; everything else fails as elsewhere.
async fn refused(tx: &mut IssuerTx, (staff, ctx): (&Staff, &Ctx), award: &AwardRow, why: NotOffered) -> Result<Response, DeskError> {
    let code = why.code();
    let why = match why {
        NotOffered::Issued => WhyNot::Collected { href: issued_page(tx, award).await? },
        NotOffered::Parked => WhyNot::Parked { reasons: reasons(award, &staff.institution, ctx.now()) },
        NotOffered::Withdrawn => WhyNot::Withdrawn { reasons: reasons(award, &staff.institution, ctx.now()) },
        NotOffered::Storage(error) => return Err(DeskError::Storage(error)),
        other @ (NotOffered::Unacceptable { .. } | NotOffered::Lost) => return Ok(Failed::of(&other).into_response()),
    };
    let page = NoOfferPage { desk: staff.desk(), award: described(award, ctx)?, why, code, reference: ctx.reference().to_owned() };
    Ok(ctx.page_for(&staff.session, page).with_status(StatusCode::CONFLICT).into_response())
}
