//! `POST /api/v1/deliveries`: an institution that the learner connected delivers an offer; the wallet redeems it at once.

use axum::Json as JsonAnswer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use http::failure::{Failure, Kind};
use http::{Bearer, Ctx, Failed, Json};
use model::connection::{Connection, ConnectionState};
use model::receipt::{Came, OfferGrant, ReceiptState};
use openid4vc::OfferSource;
use serde::{Deserialize, Serialize};
use storage::StorageError;
use storage::wallet::receipt::NewReceipt;

use super::error::RedeemError;
use super::job::{self, Outcome};
use super::offer::{self, OfferReadError};
use crate::parties;
use crate::state::AppState;

/// The body.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Delivery {
    credential_offer_uri: String,
}

/// The answer: 200 when it is in the wallet, 202 when the wallet goes on with it by itself.
#[derive(Serialize)]
pub(crate) struct Delivered {
    state: &'static str,
}

/// Why a delivery is not taken; nothing is stored then.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeliveryError {
    /// The offer is not at, or not of, the institution whose key this is.
    #[error("the offer is of another issuer")]
    Issuer,
    /// The offer or the issuer's metadata.
    #[error(transparent)]
    Offer(#[from] OfferReadError),
    /// The offer could not be redeemed.
    #[error(transparent)]
    Redeem(RedeemError),
    /// It asks for a transaction code, which nobody types here.
    #[error("a delivered offer needs no transaction code")]
    TxCode,
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Failure for DeliveryError {
    fn kind(&self) -> Kind {
        let kind = match self {
            Self::Issuer | Self::TxCode => Kind::Unprocessable,
            Self::Offer(error) => error.kind(),
            Self::Redeem(error) => error.kind(),
            Self::Storage(_) => Kind::Unavailable,
        };
        // Understood, but not acceptable.
        if matches!(kind, Kind::Refused | Kind::Gone) { Kind::Unprocessable } else { kind }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Issuer => "offer_issuer",
            Self::TxCode => "tx_code_required",
            Self::Offer(error) => error.code(),
            Self::Redeem(error) => error.code(),
            Self::Storage(_) => "unavailable",
        }
    }
}
http::failure!(DeliveryError);

pub(crate) async fn deliver(
    bearer: Bearer,
    ctx: Ctx,
    State(state): State<AppState>,
    delivery: Result<Json<Delivery>, Response>,
) -> Result<(StatusCode, JsonAnswer<Delivered>), Response> {
    // Whose key it is comes first: strangers are not told what is wrong with a body.
    let connection = connection(&bearer, &ctx, &state).await.map_err(IntoResponse::into_response)?;
    let Json(delivery) = delivery?;
    deliver_to(&connection, &ctx, &state, &delivery).await.map_err(IntoResponse::into_response)
}

async fn connection(bearer: &Bearer, ctx: &Ctx, state: &AppState) -> Result<Connection, Failed> {
    let found = async { state.store.read().await?.connection_by_delivery_key(bearer.token()).await }.await;
    let found = found.map_err(|error| Failed::of(&DeliveryError::Storage(error)))?;
    // Unknown, ended and ending look alike.
    found.filter(|connection| connection.may_deliver(ctx.now())).ok_or_else(Bearer::unknown)
}

async fn deliver_to(
    connection: &Connection,
    ctx: &Ctx,
    state: &AppState,
    delivery: &Delivery,
) -> Result<(StatusCode, JsonAnswer<Delivered>), Failed> {
    let failed = |error: DeliveryError| Failed::of(&error);
    let storage = |error: StorageError| Failed::of(&DeliveryError::Storage(error));
    ctx.core().limits().take("deliveries", connection.id.as_str(), ctx.now())?;
    let register = state.register.current();
    let institution = parties::institution(&register, connection.institution.as_str()).ok_or_else(|| failed(DeliveryError::Issuer))?;
    let known = async { state.store.read().await?.known_offer(&connection.learner, &delivery.credential_offer_uri).await }.await;
    match known.map_err(storage)? {
        Some((_, ReceiptState::Kept)) => return Ok((StatusCode::OK, JsonAnswer(Delivered { state: "kept" }))),
        // Fetching the offer again would void the code that is being used.
        Some((_, ReceiptState::Redeeming | ReceiptState::Arrived)) => {
            return Ok((StatusCode::ACCEPTED, JsonAnswer(Delivered { state: "redeeming" })));
        }
        _ => {}
    }
    let outcome = take(ctx, state, connection, &institution.credential_issuer, &delivery.credential_offer_uri).await.map_err(failed)?;
    match outcome {
        Outcome::Kept(_) => Ok((StatusCode::OK, JsonAnswer(Delivered { state: "kept" }))),
        Outcome::Shown => Ok((StatusCode::ACCEPTED, JsonAnswer(Delivered { state: "redeeming" }))),
        Outcome::Failed(error) => Err(failed(DeliveryError::Redeem(error))),
    }
}

/// Reads the offer, takes it in as accepted, and redeems it.
async fn take(ctx: &Ctx, state: &AppState, connection: &Connection, issuer: &str, uri: &str) -> Result<Outcome, DeliveryError> {
    let url = offer::at_issuer(uri, issuer, ctx.egress()).ok_or(DeliveryError::Issuer)?;
    let source = OfferSource::Reference(url);
    let read = offer::read(ctx.egress(), &source).await?;
    if read.offer.credential_issuer != issuer {
        return Err(DeliveryError::Issuer);
    }
    if read.offer.tx_code().is_some() {
        return Err(DeliveryError::TxCode);
    }
    let known = offer::with_issuer(ctx.egress(), &state.issuers, read.offer, ctx.now()).await?;
    if known.grant != OfferGrant::PreAuthorizedCode {
        // Nobody is there to log in.
        return Err(DeliveryError::Offer(OfferReadError::Grant));
    }
    let content = known.content(&source, &read.text, Came::Link, ctx.now());
    let mut tx = state.store.write().await?;
    if connection.state == ConnectionState::Registering {
        tx.confirm_connection(&connection.id).await?;
    }
    let new = NewReceipt { learner: &connection.learner, connection: Some(&connection.id), source: uri, issuer, content: &content };
    let (id, _) = tx.receive(&new, ctx.now()).await?;
    let job = match tx.accept_receipt(&id, &connection.learner).await? {
        true => {
            // The learner connected this institution: what it delivers is kept as new, and can be deleted.
            tx.take_what_comes(&id, &connection.learner, ctx.now()).await?;
            job::begin(&mut tx, &id, &connection.learner, None, ctx.now()).await?
        }
        false => None,
    };
    tx.commit().await?;
    Ok(job::now(state, job).await?)
}
