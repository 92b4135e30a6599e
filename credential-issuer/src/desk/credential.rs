//! `GET /{institution}/desk/credentials/{id}`: one credential with its history.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::Ctx;
use storage::IssuerStore;
use storage::issuer::credential::StatusChange;
use storage::issuer::status_list::CredentialStatus;
use web::desk::{HistoryItem, IssuedCredentialPage};

use super::staff::Staff;
use super::{DeskError, learner, moment, state, title};

pub(crate) async fn credential(
    staff: Staff,
    ctx: Ctx,
    State(store): State<IssuerStore>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, DeskError> {
    let slug = staff.institution.slug().to_owned();
    let mut tx = store.read().await?;
    let row = tx.credential(&slug, &id).await?.ok_or(DeskError::NotFound)?;
    let award = tx.award(&slug, &row.award).await?.ok_or(DeskError::NotFound)?;
    let changes = tx.status_changes(&row).await?;
    let content = award.content.as_ref();
    let kind = vc::bundled::credential_type(award.kind.vct()).ok_or(DeskError::NotFound)?;
    let issued_at = row.issued_at.unwrap_or(row.reserved_at);
    let mut history: Vec<HistoryItem> = changes.iter().rev().map(item).collect();
    history.push(HistoryItem { at: moment(issued_at), what: "issued".to_owned(), by: None, reason: None });
    let page = IssuedCredentialPage {
        desk: staff.desk(),
        id: row.id.clone(),
        title: title(content),
        kind: web::Text::new(kind.name("nl"), kind.name("en")),
        learner: learner(&row, Some(&award)),
        issued_at: moment(issued_at),
        valid_until: row.expires_at.map(moment),
        state: state(&row, ctx.now()),
        history,
        status_href: format!("/{slug}/desk/credentials/{}/status", row.id),
    };
    Ok(ctx.page_for(&staff.session, page).into_response())
}

fn item(change: &StatusChange) -> HistoryItem {
    let what = match (change.status, change.code.as_str()) {
        (CredentialStatus::Revoked, "superseded") => "corrected",
        (CredentialStatus::Valid, _) => "restored",
        (status, _) => status.as_str(),
    };
    // By whom: a name is in the audit trail; the page names the rule when it was one.
    let by = (change.code != "by_institution").then(|| change.code.clone());
    HistoryItem { at: moment(change.at), what: what.to_owned(), by, reason: change.reason.as_ref().map(|reason| reason.to_string()) }
}
