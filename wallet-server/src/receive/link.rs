//! `GET /credential-offer`: an offer by link or QR. What can be judged from the link alone is answered before any login (rows O1 to
//! O3, M2); then the learner logs in, the offer and its issuer are read, and its page is shown.

use axum::extract::{RawQuery, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use http::failure::{Failure, Kind};
use http::{Ctx, Failed, Session};
use model::receipt::{Came, ReceiptId, ReceiptState};
use openid4vc::OfferSource;
use storage::StorageError;
use storage::wallet::receipt::NewReceipt;

use super::offer::{self, OfferReadError};
use crate::failpoint::reached;
use crate::learner::Learner;
use crate::state::AppState;

/// Why an offer link leads nowhere; nothing is stored then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LinkError {
    /// The offer or its issuer.
    #[error(transparent)]
    Offer(#[from] OfferReadError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Failure for LinkError {
    fn kind(&self) -> Kind {
        match self {
            Self::Offer(error) => error.kind(),
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Offer(error) => error.code(),
            Self::Storage(_) => "unavailable",
        }
    }
}

pub(crate) async fn open(
    learner: Option<Learner>,
    ctx: Ctx,
    State(state): State<AppState>,
    parts: Parts,
    RawQuery(query): RawQuery,
) -> Response {
    let source = match offer::check_link(ctx.egress(), query.as_deref().unwrap_or_default()) {
        Ok(source) => source,
        Err(error) => return Failed::of(&error).into_response(),
    };
    let Some(learner) = learner else { return Session::missing(&ctx, &parts) };
    take_in(&ctx, &state, &learner, &source, Came::Link).await
}

/// Takes in the offer of a link's query that the learner gave on the scan page.
pub(super) async fn bring(ctx: &Ctx, state: &AppState, learner: &Learner, query: &str, came: Came) -> Response {
    match offer::check_link(ctx.egress(), query) {
        Ok(source) => take_in(ctx, state, learner, &source, came).await,
        Err(error) => Failed::of(&error).into_response(),
    }
}

async fn take_in(ctx: &Ctx, state: &AppState, learner: &Learner, source: &OfferSource, came: Came) -> Response {
    if let Err(limited) = ctx.core().limits().take("fetch", learner.id().as_str(), ctx.now()) {
        return limited.into_response();
    }
    match receive(ctx, state, learner, source, came).await {
        Ok(id) => ctx.see_other(&format!("/wallet/offers/{id}")).into_response(),
        Err(error) => Failed::of(&error).into_response(),
    }
}

/// Reads the offer and takes it in; one that is under way or kept is shown as it is.
async fn receive(ctx: &Ctx, state: &AppState, learner: &Learner, source: &OfferSource, came: Came) -> Result<ReceiptId, LinkError> {
    let key = offer::source_key(source);
    let known = state.store.read().await?.known_offer(learner.id(), &key).await?;
    if let Some((id, ReceiptState::Kept | ReceiptState::Redeeming | ReceiptState::Arrived)) = known {
        return Ok(id);
    }
    let read = offer::read(ctx.egress(), source).await?;
    let known = offer::with_issuer(ctx.egress(), &state.issuers, read.offer, ctx.now()).await?;
    let content = known.content(source, &read.text, came, ctx.now());
    let issuer = &known.offer.credential_issuer;
    let mut tx = state.store.write().await?;
    let new = NewReceipt { learner: learner.id(), connection: None, source: &key, issuer, content: &content };
    let (id, _) = tx.receive(&new, ctx.now()).await?;
    tx.commit().await?;
    reached("wallet.opened");
    Ok(id)
}
