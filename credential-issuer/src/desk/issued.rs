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

/// Lines of one page.
const LINES: usize = 30;
/// Credentials that are read at once: a line is what was awarded, in all its forms and copies.
const PAGE: i64 = 100;

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
    let mut after = asked.at.map(Timestamp::from_millis).zip(asked.id);
    let mut tx = store.read().await?;
    let (mut rows, mut next, mut shown) = (Vec::new(), None, HashSet::new());
    'lines: loop {
        let found = tx.credentials(&slug, after.as_ref().map(|(at, id)| (*at, id.as_str())), PAGE).await?;
        for row in &found {
            // One line for what was awarded, whatever the number of its forms: they stand and fall together.
            if shown.insert((row.award.clone(), row.revision)) {
                if rows.len() == LINES {
                    next = after.map(|(at, id)| format!("/{slug}/desk/issued?at={}&id={id}", at.millis()));
                    break 'lines;
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
            after = row.issued_at.map(|at| (at, row.id.clone()));
        }
        if found.len() < PAGE as usize || after.is_none() {
            break;
        }
    }
    Ok(ctx.page_for(&staff.session, IssuedPage { desk: staff.desk(), rows, next }).into_response())
}
