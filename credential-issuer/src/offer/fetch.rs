//! `GET /{institution}/offers/{id}`: a wallet reads an offer; each fetch makes a new code and ends the one before.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use http::{Ctx, Failure, Kind};
use model::offer::{Grant, OfferId, TX_CODE_TRIES};
use storage::IssuerStore;

use super::make;
use crate::institution::At;

/// Why there is no offer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("no such offer")]
    NotFound,
    #[error("the offer is over")]
    Gone,
    #[error(transparent)]
    Storage(#[from] storage::StorageError),
}

impl Failure for FetchError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::Gone => Kind::Gone,
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Gone => "offer_gone",
            Self::Storage(_) => "unavailable",
        }
    }
}
http::failure!(FetchError);

pub(crate) async fn fetch(
    At(institution): At,
    ctx: Ctx,
    State(store): State<IssuerStore>,
    Path((_, id)): Path<(String, String)>,
) -> Result<impl IntoResponse, FetchError> {
    let id = OfferId::new(id);
    let mut tx = store.write().await?;
    let offer = tx.offer(institution.slug(), &id).await?.ok_or(FetchError::NotFound)?;
    if !offer.stands.gives_codes(ctx.now()) || tx.wrong_tx_codes(&id).await? >= TX_CODE_TRIES {
        return Err(FetchError::Gone);
    }
    let code = (offer.grant == Grant::PreAuthorizedCode).then(|| vc::random::token128(ctx.random()));
    if let Some(code) = &code {
        tx.renew_code(&id, code, ctx.now()).await?;
    }
    let answer = Json(make::object(&institution, &offer, code));
    tx.commit().await?;
    Ok(([(CACHE_CONTROL, "no-store")], answer))
}
