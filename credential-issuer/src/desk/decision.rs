//! `/{institution}/desk/awards/{id}/decision`: the examination board's decision about a result that its source does not call final.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use http::{Ctx, Protected};
use model::award::{AwardId, BoardDecision, Ruling};
use serde::Deserialize;
use storage::IssuerTx;
use storage::audit::{Actor, Event};
use storage::issuer::award::AwardRow;
use web::Day;
use web::desk_decision::DecisionPage;

use super::DeskError;
use super::offer::described;
use super::staff::Staff;
use crate::Issuer;
use crate::award::board::rule;

/// The longest number of a decision.
const LONGEST_NUMBER: usize = 40;

/// What the form says.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionForm {
    #[serde(default)]
    decision: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    on: String,
}

impl DecisionForm {
    /// None when something is missing, or is not what the board would say: a number without words in it, and a day that was.
    fn read(&self, ctx: &Ctx) -> Option<(Ruling, BoardDecision)> {
        let number = self.number.trim();
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '-' | '/' | '_');
        let is_number =
            (1..=LONGEST_NUMBER).contains(&number.len()) && number.chars().all(plain) && number.contains(|c: char| c.is_ascii_digit());
        let day = Day::parse(&self.on).filter(|_| self.on.as_str() <= ctx.now().date().as_str());
        let ruling = Ruling::parse(&self.decision)?;
        (is_number && day.is_some()).then(|| (ruling, BoardDecision { number: number.to_owned(), date: self.on.clone() }))
    }
}

/// The form that asks.
pub(crate) async fn ask(
    staff: Staff,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, DeskError> {
    let mut tx = issuer.store.read().await?;
    let award = waiting(&mut tx, &staff, id).await?;
    if !staff.member.approver {
        return Err(DeskError::NotApprover);
    }
    let page = page(&mut tx, (&staff, &ctx), &award, None).await?;
    Ok(ctx.page_for(&staff.session, page).into_response())
}

/// Writes the decision and goes back to the list.
pub(crate) async fn decide(
    staff: Staff,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    Path((_, id)): Path<(String, String)>,
    Protected(form): Protected<DecisionForm>,
) -> Result<Response, DeskError> {
    let mut tx = issuer.store.write().await?;
    let award = waiting(&mut tx, &staff, id).await?;
    let actor = Actor::Staff(staff.session.subject().to_owned());
    if !staff.member.approver {
        let object = award.id.to_string();
        let event = Event { actor, action: "award.board", object_kind: "award", object, outcome: "authz_denied", amount: 1 };
        tx.audit(&event, ctx.now()).await?;
        tx.commit().await?;
        return Err(DeskError::NotApprover);
    }
    let Some((ruling, decision)) = form.read(&ctx) else {
        let page = page(&mut tx, (&staff, &ctx), &award, Some(form)).await?;
        return Ok(ctx.page_for(&staff.session, page).with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    };
    if !rule(&mut tx, (&staff.institution, &award), (ruling, &decision), actor, (ctx.now(), ctx.random())).await? {
        return Err(DeskError::Decided);
    }
    tx.commit().await?;
    issuer.wake();
    Ok(ctx.see_other(&format!("/{}/desk", staff.institution.slug())).into_response())
}

/// An award of this institution that waits for the board.
async fn waiting(tx: &mut IssuerTx, staff: &Staff, id: String) -> Result<AwardRow, DeskError> {
    let award = tx.award(staff.institution.slug(), &AwardId::new(id)).await?.ok_or(DeskError::NotFound)?;
    if award.waits_for_board() { Ok(award) } else { Err(DeskError::Decided) }
}

async fn page(
    tx: &mut IssuerTx,
    (staff, ctx): (&Staff, &Ctx),
    award: &AwardRow,
    typed: Option<DecisionForm>,
) -> Result<DecisionPage, DeskError> {
    let wrong = typed.is_some();
    let typed = typed.unwrap_or_default();
    Ok(DecisionPage {
        desk: staff.desk(),
        award: described(award, ctx)?,
        offered: tx.open_offer(&award.id, ctx.now()).await?.is_some(),
        action: address(award),
        wrong,
        decision: typed.decision,
        number: typed.number,
        on: typed.on,
    })
}

/// The page of an award's decision.
pub(super) fn address(award: &AwardRow) -> String {
    format!("/{}/desk/awards/{}/decision", award.institution, award.id)
}
