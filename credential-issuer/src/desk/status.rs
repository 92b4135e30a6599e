//! `/{institution}/desk/credentials/{id}/status`: asks for a reason, and withdraws, suspends or restores.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use http::{Ctx, Protected};
use serde::Deserialize;
use storage::audit::Actor;
use storage::issuer::credential::CredentialRow;
use storage::issuer::status_list::CredentialStatus;
use storage::{IssuerStore, IssuerTx};
use web::desk::{ConfirmStatusPage, IssuedState};

use super::staff::Staff;
use super::{DeskError, learner, title};
use crate::api::status::LONGEST_REASON;
use crate::status::change::{ChangeError, Said, change};

/// To which status.
#[derive(Deserialize)]
pub(crate) struct Asked {
    to: String,
}

/// The form that asks.
pub(crate) async fn confirm(
    staff: Staff,
    ctx: Ctx,
    State(store): State<IssuerStore>,
    Path((_, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, DeskError> {
    let to = CredentialStatus::parse(&asked.to).ok_or(DeskError::NotFound)?;
    let mut tx = store.read().await?;
    let row = tx.credential(staff.institution.slug(), &id).await?.ok_or(DeskError::NotFound)?;
    if row.status == CredentialStatus::Revoked {
        return Err(DeskError::Final);
    }
    let page = page(&mut tx, &staff, &row, to, None).await?;
    Ok(ctx.page_for(&staff.session, page).into_response())
}

async fn page(
    tx: &mut IssuerTx,
    staff: &Staff,
    row: &CredentialRow,
    to: CredentialStatus,
    typed: Option<&str>,
) -> Result<ConfirmStatusPage, DeskError> {
    let slug = staff.institution.slug();
    let award = tx.award(slug, &row.award).await?.ok_or(DeskError::NotFound)?;
    let back = format!("/{slug}/desk/credentials/{}", row.id);
    Ok(ConfirmStatusPage {
        desk: staff.desk(),
        title: title(award.content.as_ref()),
        learner: learner(row, Some(&award)),
        to: match to {
            CredentialStatus::Valid => IssuedState::Valid,
            CredentialStatus::Suspended => IssuedState::Suspended,
            CredentialStatus::Revoked => IssuedState::Revoked,
        },
        action: format!("{back}/status"),
        back,
        reason_missing: typed.is_some(),
        reason: typed.unwrap_or_default().to_owned(),
    })
}

/// What the form says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusForm {
    status: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    sure: Option<String>,
}

/// Changes the status and shows the credential.
pub(crate) async fn set(
    staff: Staff,
    ctx: Ctx,
    State(store): State<IssuerStore>,
    Path((_, id)): Path<(String, String)>,
    Protected(form): Protected<StatusForm>,
) -> Result<Response, DeskError> {
    let to = CredentialStatus::parse(&form.status).ok_or(DeskError::Form)?;
    let reason = form.reason.trim();
    if reason.len() > LONGEST_REASON || (to == CredentialStatus::Revoked && form.sure.as_deref() != Some("yes")) {
        return Err(DeskError::Form);
    }
    let mut tx = store.write().await?;
    let row = tx.credential(staff.institution.slug(), &id).await?.ok_or(DeskError::NotFound)?;
    if reason.is_empty() {
        let page = page(&mut tx, &staff, &row, to, Some("")).await?;
        return Ok(ctx.page_for(&staff.session, page).with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    let said = Said { status: to, reason: Some(reason), actor: Actor::Staff(staff.session.subject().to_owned()) };
    change(&mut tx, &row, &said, ctx.now()).await.map_err(|error| match error {
        ChangeError::Final => DeskError::Final,
        ChangeError::Storage(error) => DeskError::Storage(error),
    })?;
    tx.commit().await?;
    Ok(ctx.see_other(&format!("/{}/desk/credentials/{}", staff.institution.slug(), row.id)).into_response())
}
