//! `POST /{institution}/deferred-credential`: a wallet comes back for what was put off (OpenID4VCI section 9, rows D1 to D4).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use http::Ctx;
use model::Timestamp;
use model::configuration::Configuration;
use model::offer::{DEFERRED_PAUSE, DEFERRED_SECONDS};
use openid4vc::deferred::DeferredRequest;
use openid4vc::{CredentialErrorCode, CredentialResponse};
use storage::issuer::deferred::{DeferredRow, DeferredState};
use storage::issuer::offer::OfferRow;

use super::access::{self, Held};
use super::credential::issued;
use super::issue::{Collect, DENIED, IssueError, Right, issue};
use super::message;
use super::prepare::is_of;
use super::put_off::{Decided, decided, holders, tell};
use crate::Issuer;
use crate::institution::{At, Institution};

pub(crate) async fn deferred(
    At(institution): At,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Response> {
    let held = access::offer(&issuer, &institution, &ctx, &headers, "/deferred-credential").await.map_err(IntoResponse::into_response)?;
    ctx.core().limits().take("credential", held.key(), ctx.now()).map_err(IntoResponse::into_response)?;
    answer(&issuer, &institution, &ctx, (&held, &headers, &body)).await
}

async fn answer(
    issuer: &Issuer,
    institution: &Institution,
    ctx: &Ctx,
    (held, headers, body): (&Held, &HeaderMap, &[u8]),
) -> Result<Response, Response> {
    let refused = |error: IssueError| error.into_response();
    let came = message::read(issuer, institution, headers, body).await.map_err(refused)?;
    let request = DeferredRequest::parse(&came.body).map_err(|code| refused(code.into()))?;
    came.check(institution, request.response_encryption.as_ref()).map_err(|code| refused(code.into()))?;
    let (offer, row) = find(issuer, held, &request.transaction_id).await.map_err(refused)?;
    match row.state {
        DeferredState::Fetched => return Err(refused(CredentialErrorCode::InvalidTransactionId.into())),
        DeferredState::Denied => return Err(refused(DENIED)),
        DeferredState::Waiting => ctx.core().limits().take("deferred", &row.id, ctx.now()).map_err(IntoResponse::into_response)?,
    }
    let outcome = come_back(issuer, institution, (offer, &row), ctx.now()).await.map_err(refused)?;
    let (status, response) = match outcome {
        Some(response) => (StatusCode::OK, response),
        None => (StatusCode::ACCEPTED, CredentialResponse::deferred(request.transaction_id, interval(&row, ctx.now()))),
    };
    message::answer(status, &response, request.response_encryption.as_ref()).map_err(refused)
}

/// The transaction among those of the offers that the token is for: of another learner's there is nothing to find (row D3).
async fn find<'a>(issuer: &Issuer, held: &'a Held, transaction_id: &str) -> Result<(&'a OfferRow, DeferredRow), IssueError> {
    let mut tx = issuer.store.read().await?;
    for offer in held.offers.iter().filter(|offer| offer.deferred) {
        if let Some(row) = tx.deferred(offer, transaction_id).await? {
            return Ok((offer, row));
        }
    }
    Err(CredentialErrorCode::InvalidTransactionId.into())
}

/// What there is for a wallet that waited; none when it has to come again.
async fn come_back(
    issuer: &Issuer,
    institution: &Institution,
    (offer, row): (&OfferRow, &DeferredRow),
    now: Timestamp,
) -> Result<Option<CredentialResponse>, IssueError> {
    if now < row.ready_at {
        return Ok(None);
    }
    let configuration = Configuration::parse(&row.configuration).ok_or(DENIED)?;
    let stands = standing(issuer, (offer, configuration), now).await?;
    if stands == Decided::NotYet {
        return Ok(None);
    }
    let outcome = match stands {
        Decided::Over => Err(DENIED),
        Decided::Yes | Decided::NotYet => {
            let holders = holders(issuer, row).await?;
            let collect = Collect { offer, configuration, holders: &holders, right: Right::Transaction(row), renews: false, now };
            issue(issuer, institution, &collect).await
        }
    };
    match outcome {
        Ok(made) => issued(issuer, (&offer.id, configuration), &made).map(Some),
        // Parked in the very moment: it waits on.
        Err(IssueError::Refused(CredentialErrorCode::CredentialRequestDenied))
            if standing(issuer, (offer, configuration), now).await? == Decided::NotYet =>
        {
            Ok(None)
        }
        Err(IssueError::Refused(CredentialErrorCode::CredentialRequestDenied)) => Err(deny(issuer, (offer, row), now).await),
        Err(error) => Err(error),
    }
}

/// Whether it can be had by now: what is made already can, whatever became of its award.
async fn standing(issuer: &Issuer, (offer, configuration): (&OfferRow, Configuration), now: Timestamp) -> Result<Decided, IssueError> {
    let mut tx = issuer.store.read().await?;
    if !tx.copies_of_offer(&offer.id, configuration.id()).await?.is_empty() {
        return Ok(Decided::Yes);
    }
    let stands = matches!(offer.stands, model::offer::Offer::Issued { .. }) || offer.stands.gives_codes(now);
    let award = tx.award(&offer.institution, &offer.award).await?.filter(|award| stands && is_of(award, offer));
    Ok(award.as_ref().map_or(Decided::Over, decided))
}

/// There will be nothing: the wallet hears it now and whenever it asks again.
async fn deny(issuer: &Issuer, (offer, row): (&OfferRow, &DeferredRow), now: Timestamp) -> IssueError {
    let end = async {
        let mut tx = issuer.store.write().await?;
        if tx.end_deferred(row, DeferredState::Denied, now).await? {
            tell(&mut tx, offer, "credential.denied", now).await?;
        }
        tx.commit().await
    };
    end.await.map_or_else(IssueError::from, |()| DENIED)
}

/// As long as it has waited so far: soon at first, every five minutes in the end.
fn interval(row: &DeferredRow, now: Timestamp) -> u64 {
    let waited = now.seconds().saturating_sub(row.made_at.seconds());
    u64::try_from(waited.clamp(DEFERRED_SECONDS, DEFERRED_PAUSE)).unwrap_or_default()
}
