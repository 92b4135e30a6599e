//! `GET /{institution}/desk/issued`: what was issued, newest first.

use std::collections::HashSet;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::Ctx;
use model::Timestamp;
use serde::Deserialize;
use storage::IssuerStore;
use web::desk::{IssuedPage, IssuedRow};

use super::staff::Staff;
use super::{DeskError, learner, moment, state, title};

/// Rows of one page.
const PAGE: usize = 100;

/// Where the page begins.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    at: Option<i64>,
    #[serde(default)]
    id: Option<String>,
}

pub(crate) async fn issued(
    staff: Staff,
    ctx: Ctx,
    State(store): State<IssuerStore>,
    Query(asked): Query<Asked>,
) -> Result<Response, DeskError> {
    let slug = staff.institution.slug().to_owned();
    let after = asked.at.map(Timestamp::from_millis).zip(asked.id.as_deref());
    let mut tx = store.read().await?;
    let found = tx.credentials(&slug, after, PAGE as i64 + 1).await?;
    let last = found.get(PAGE - 1).filter(|_| found.len() > PAGE);
    let next = last.and_then(|row| row.issued_at.map(|at| format!("/{slug}/desk/issued?at={}&id={}", at.millis(), row.id)));
    let mut rows = Vec::new();
    let mut shown = HashSet::new();
    for row in found.iter().take(PAGE) {
        // One line for what was awarded, whatever the number of its forms: they stand and fall together.
        if !shown.insert((row.award.as_str(), row.revision)) {
            continue;
        }
        let award = tx.award(&slug, &row.award).await?;
        let content = award.as_ref().and_then(|award| award.content.as_ref());
        rows.push(IssuedRow {
            learner: learner(row, award.as_ref()),
            what: title(content),
            issued_at: moment(row.issued_at.unwrap_or(row.reserved_at)),
            state: state(row, ctx.now()),
            href: format!("/{slug}/desk/credentials/{}", row.id),
        });
    }
    Ok(ctx.page_for(&staff.session, IssuedPage { desk: staff.desk(), rows, next }).into_response())
}
