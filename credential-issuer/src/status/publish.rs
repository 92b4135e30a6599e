//! `GET /{institution}/status/{list}` and, below it, `/revocation` and `/suspension`: one row of statuses in three published lists,
//! signed by the institution, as fresh as the last change. And `GET /{institution}/status`: which lists there are.

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use http::{Ctx, Failure, Kind};
use model::Timestamp;
use serde_json::json;
use storage::StorageError;
use vc::status_list::{Purpose, StatusListError};

use super::lists::{Facts, Form};
use crate::Issuer;
use crate::institution::{At, Institution};
use crate::published::Published;

/// For how long a cache on the way may answer, in seconds.
pub(super) const CACHE: &str = "public, max-age=2, must-revalidate";

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PublishError {
    #[error("no such list")]
    NotFound,
    #[error("historical lists are not served")]
    History,
    #[error("the list could not be made")]
    List(#[from] StatusListError),
    #[error("the list could not be signed")]
    Proof(#[from] vc::data_integrity::DataIntegrityError),
    #[error("the institution has no active key")]
    Key,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Failure for PublishError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::History => Kind::NotServed,
            Self::List(_) | Self::Proof(_) | Self::Key => Kind::Ours,
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::History => "status_history",
            Self::List(_) | Self::Proof(_) | Self::Key => "internal",
            Self::Storage(_) => "unavailable",
        }
    }
}
http::failure!(PublishError);

/// The Token Status List.
pub(crate) async fn token(
    At(institution): At,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    Path((_, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, PublishError> {
    no_history(query)?;
    Ok(current(&issuer, &institution, (&id, Form::Token), ctx.now()).await?.answer(&headers))
}

/// A Bitstring Status List credential.
pub(crate) async fn bitstring(
    At(institution): At,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    Path((_, id, purpose)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, PublishError> {
    no_history(query)?;
    let form = match Purpose::parse(&purpose) {
        Some(Purpose::Revocation) => Form::Revocation,
        Some(Purpose::Suspension) => Form::Suspension,
        _ => return Err(PublishError::NotFound),
    };
    Ok(current(&issuer, &institution, (&id, form), ctx.now()).await?.answer(&headers))
}

/// The addresses of an institution's Token Status Lists, for verifiers that fetch them all beforehand (Status List Aggregation,
/// draft-ietf-oauth-status-list section 9).
pub(crate) async fn all(At(institution): At, State(issuer): State<Issuer>, headers: HeaderMap) -> Result<Response, PublishError> {
    let ids = issuer.store.read().await?.status_lists(institution.slug()).await?;
    let lists: Vec<String> = ids.iter().map(|id| institution.at(&Form::Token.path(id))).collect();
    let body = json!({"status_lists": lists}).to_string();
    Ok(Published::new("application/json", CACHE, body.into_bytes()).with_gzip().answer(&headers))
}

/// Row S10: never the current list for a question about the past.
fn no_history(query: Option<String>) -> Result<(), PublishError> {
    let asked = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).any(|(name, _)| name == "time");
    if asked { Err(PublishError::History) } else { Ok(()) }
}

/// One form of the list's present version. The row is read each time, so that a change shows at once on every server.
async fn current(issuer: &Issuer, institution: &Institution, (id, form): (&str, Form), now: Timestamp) -> Result<Published, PublishError> {
    let mut tx = issuer.store.read().await?;
    let row = tx.status_list(institution.slug(), id).await?.ok_or(PublishError::NotFound)?;
    let signer = tx.active_key_id(institution.slug(), form.algorithm()).await?.ok_or(PublishError::Key)?;
    let facts = Facts::of(&row, &signer, now);
    if let Some(published) = issuer.lists.find(id, form, &facts) {
        return Ok(published);
    }
    let key = tx.active_key(institution.slug(), form.algorithm()).await?.ok_or(PublishError::Key)?;
    let (mut packed, mut deflater) = issuer.lists.begin(id, form)?;
    let changes = tx.changed_entries(id, packed.version).await?;
    drop(tx);
    packed.apply(row.version, &changes)?;
    let published = form.publish(institution, id, &packed, (&key, facts.made_at), &mut deflater)?;
    issuer.lists.keep(id, form, (&facts, now), (packed, deflater), published.clone());
    Ok(published)
}
