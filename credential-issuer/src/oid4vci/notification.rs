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

use super::access;
use super::credential::notification_id;
use crate::Issuer;
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
    let known = |(offer, form): &(&OfferRow, Configuration)| told.notification_id == notification_id(&issuer, &offer.id, *form);
    let Some((offer, form)) = held.forms().into_iter().find(known) else {
        return Err(NotificationError::from(NotificationErrorCode::InvalidNotificationId).into_response());
    };
    let event: &'static str = match told.event {
        NotificationEvent::CredentialAccepted => "credential_accepted",
        NotificationEvent::CredentialFailure => "credential_failure",
        NotificationEvent::CredentialDeleted => "credential_deleted",
    };
    let client = held.client.clone().unwrap_or_default();
    keep(&issuer, &ctx, (offer, form), (event, client)).await.map_err(|error| NotificationError::from(error).into_response())?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The wallet has this form, or will not: either way nobody asks for the same answer again. The offer closes with its last form.
async fn keep(
    issuer: &Issuer,
    ctx: &Ctx,
    (offer, form): (&OfferRow, Configuration),
    (outcome, client): (&'static str, String),
) -> Result<(), StorageError> {
    let mut tx = issuer.store.write().await?;
    if tx.notified((&offer.id, form.id()), outcome, ctx.now()).await? {
        let actor = Actor::Client(client);
        let event = Event { actor, action: "offer.notified", object_kind: "offer", object: offer.id.to_string(), outcome, amount: 1 };
        tx.audit(&event, ctx.now()).await?;
    }
    let told = tx.notified_form(&offer.id, form.id(), ctx.now()).await?;
    if usize::try_from(told).is_ok_and(|told| told >= offer.configurations.len()) {
        tx.close_offer(&offer.id, ctx.now()).await?;
    }
    tx.commit().await
}
