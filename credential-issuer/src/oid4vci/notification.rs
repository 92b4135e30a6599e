//! `POST /{institution}/notification`: the wallet says that it has the credential (OpenID4VCI section 11).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use http::{Ctx, Failure, Kind};
use model::configuration::Configuration;
use openid4vc::{Notification, NotificationErrorCode, NotificationEvent};
use storage::StorageError;
use storage::audit::{Actor, Event};
use storage::issuer::offer::OfferRow;

use super::access::{self, Held};
use super::credential::notification_id;
use crate::Issuer;
use crate::failpoint::reached;
use crate::institution::At;

/// Why a notification is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotificationError {
    #[error("{0}")]
    Refused(#[from] NotificationErrorCode),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Failure for NotificationError {
    fn kind(&self) -> Kind {
        match self {
            Self::Refused(_) => Kind::Refused,
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Refused(code) => code.code(),
            Self::Storage(_) => "temporarily_unavailable",
        }
    }
}
http::failure!(NotificationError);

pub(crate) async fn notification(
    At(institution): At,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Response> {
    let held = access::offer(&issuer, &institution, &ctx, &headers, "/notification").await.map_err(IntoResponse::into_response)?;
    let told = Notification::parse(&body).map_err(|error| NotificationError::from(error).into_response())?;
    let found = find(&issuer, &held, &told.notification_id).await.map_err(|error| NotificationError::from(error).into_response())?;
    let Some((offer, form, round)) = found else {
        return Err(NotificationError::from(NotificationErrorCode::InvalidNotificationId).into_response());
    };
    let event: &'static str = match told.event {
        NotificationEvent::CredentialAccepted => "credential_accepted",
        NotificationEvent::CredentialFailure => "credential_failure",
        NotificationEvent::CredentialDeleted => "credential_deleted",
    };
    let client = held.client.clone().unwrap_or_default();
    keep(&issuer, &ctx, (offer, form, round), (event, client)).await.map_err(|error| NotificationError::from(error).into_response())?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What an id is about: an asking for a form of an offer that the token is for. Only of what was asked for again there are rows to
/// look at.
async fn find<'a>(issuer: &Issuer, held: &'a Held, id: &str) -> Result<Option<(&'a OfferRow, Configuration, i64)>, StorageError> {
    let forms = held.forms();
    if let Some((offer, form)) = forms.iter().find(|(offer, form)| notification_id(issuer, &offer.id, (*form, 0)) == id) {
        return Ok(Some((offer, *form, 0)));
    }
    let mut tx = issuer.store.read().await?;
    for (offer, form) in forms {
        let last = tx.copies_of_offer(&offer.id, form.id()).await?.last().map_or(0, |row| row.round);
        if let Some(round) = (1..=last).find(|round| notification_id(issuer, &offer.id, (form, *round)) == id) {
            return Ok(Some((offer, form, round)));
        }
    }
    Ok(None)
}

/// The wallet has this form, or will not: either way nobody asks for the same answer again. The offer closes with its last form.
async fn keep(
    issuer: &Issuer,
    ctx: &Ctx,
    (offer, form, round): (&OfferRow, Configuration, i64),
    (outcome, client): (&'static str, String),
) -> Result<(), StorageError> {
    let mut tx = issuer.store.write().await?;
    if tx.notified((&offer.id, form.id(), round), outcome, ctx.now()).await? {
        let actor = Actor::Client(client);
        let event = Event { actor, action: "offer.notified", object_kind: "offer", object: offer.id.to_string(), outcome, amount: 1 };
        tx.audit(&event, ctx.now()).await?;
    }
    let told = tx.notified_form(&offer.id, (form.id(), round), ctx.now()).await?;
    if usize::try_from(told).is_ok_and(|told| told >= offer.configurations.len()) {
        tx.close_offer(&offer.id, ctx.now()).await?;
    }
    reached("issuer.noting");
    tx.commit().await?;
    reached("issuer.noted");
    Ok(())
}
