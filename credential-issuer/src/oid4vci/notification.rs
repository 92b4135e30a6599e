//! `POST /{institution}/notification`: the wallet says that it has the credential (OpenID4VCI section 11).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use http::{Ctx, Failure, Kind};
use model::offer::OfferId;
use openid4vc::{Notification, NotificationErrorCode, NotificationEvent};
use storage::StorageError;
use storage::audit::{Actor, Event};

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
    let offer = access::offer(&issuer.store, institution.slug(), &headers, ctx.now()).await.map_err(IntoResponse::into_response)?;
    let told = Notification::parse(&body).map_err(|error| NotificationError::from(error).into_response())?;
    if told.notification_id != notification_id(&issuer, &offer.id) {
        return Err(NotificationError::from(NotificationErrorCode::InvalidNotificationId).into_response());
    }
    let event: &'static str = match told.event {
        NotificationEvent::CredentialAccepted => "credential_accepted",
        NotificationEvent::CredentialFailure => "credential_failure",
        NotificationEvent::CredentialDeleted => "credential_deleted",
    };
    keep(&issuer, &ctx, &offer.id, event).await.map_err(|error| NotificationError::from(error).into_response())?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The wallet has it, or will not: either way nobody asks for the same answer again.
async fn keep(issuer: &Issuer, ctx: &Ctx, offer: &OfferId, outcome: &'static str) -> Result<(), StorageError> {
    let mut tx = issuer.store.write().await?;
    if tx.notified(offer, outcome, ctx.now()).await? {
        let actor = Actor::Client(String::new());
        let event = Event { actor, action: "offer.notified", object_kind: "offer", object: offer.to_string(), outcome, amount: 1 };
        tx.audit(&event, ctx.now()).await?;
    }
    tx.erase_bodies(offer).await?;
    tx.commit().await
}
