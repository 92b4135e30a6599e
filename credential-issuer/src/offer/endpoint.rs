//! `POST /{institution}/api/v1/offers` and `GET …/offers/{id}`: offers by hand, with link, QR and transaction code.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use http::{Ctx, Failed, Json, Kind, Wrong};
use model::award::AwardId;
use model::offer::{Grant, OFFER_DAYS, OfferId};
use openid4vc::CredentialOffer;
use serde::Deserialize;
use serde_json::{Value, json};
use storage::IssuerTx;
use storage::audit::{Actor, Event};
use storage::issuer::award::{AwardRow, AwardState};
use storage::issuer::offer::NewOffer;
use vc::random::token128;

use super::make;
use crate::Issuer;
use crate::api::idempotency::Call;
use crate::api::{Answer, storage_failed};
use crate::institution::{Institution, Keyed};

/// What is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfferBody {
    award: String,
    #[serde(default)]
    credential_configuration_ids: Option<Vec<String>>,
    #[serde(default = "pre_authorized")]
    grant: Grant,
    #[serde(default)]
    tx_code: Option<bool>,
    #[serde(default)]
    deferred: bool,
}

const fn pre_authorized() -> Grant {
    Grant::PreAuthorizedCode
}

pub(crate) async fn create(
    Keyed(institution): Keyed,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    headers: HeaderMap,
    Json(value): Json<Value>,
) -> Result<Answer, Failed> {
    let call = Call::of(institution.slug(), "POST offers", &headers, &value)?;
    let body: OfferBody = http::json::read(value)?;
    if body.deferred {
        return Err(unacceptable("deferred_unsupported", "/deferred"));
    }
    let mut tx = issuer.store.write().await.map_err(|error| storage_failed(&error))?;
    if let Some(call) = &call
        && let Some(answer) = call.before(&mut tx, ctx.now()).await?
    {
        return Ok(answer);
    }
    let award = tx.award(institution.slug(), &AwardId::new(&body.award)).await.map_err(|error| storage_failed(&error))?;
    let award = award.ok_or(Failed::new(Kind::NotFound, "not_found"))?;
    let answer = make_offer(&mut tx, &institution, &award, &body, &ctx).await?;
    if let Some(call) = &call {
        call.after(&mut tx, &answer).await?;
    }
    tx.commit().await.map_err(|error| storage_failed(&error))?;
    Ok(answer)
}

async fn make_offer(tx: &mut IssuerTx, institution: &Institution, award: &AwardRow, body: &OfferBody, ctx: &Ctx) -> Result<Answer, Failed> {
    match award.state {
        AwardState::Open => {}
        AwardState::Issued | AwardState::Suspended | AwardState::Revoked => return Err(Failed::new(Kind::Conflict, "award_issued")),
        AwardState::Parked => return Err(Failed::new(Kind::Conflict, "award_parked")),
        AwardState::Idle => return Err(Failed::new(Kind::Conflict, "award_withdrawn")),
    }
    let configurations = configurations(body, award)?;
    let tx_code = match (body.grant, body.tx_code) {
        (Grant::AuthorizationCode, None | Some(false)) => None,
        (Grant::AuthorizationCode, Some(true)) => return Err(unacceptable("tx_code_unexpected", "/tx_code")),
        (Grant::PreAuthorizedCode, None | Some(true)) => Some(make::tx_code(ctx.random())),
        (Grant::PreAuthorizedCode, Some(false)) => {
            let connected = tx.connection_of(&award.person).await.map_err(|error| storage_failed(&error))?.is_some();
            if !connected {
                return Err(unacceptable("tx_code_required", "/tx_code"));
            }
            None
        }
    };
    let id = OfferId::new(token128(ctx.random()));
    let new = NewOffer {
        id: &id,
        institution: institution.slug(),
        award: &award.id,
        revision: award.revision,
        person: &award.person,
        configurations: &configurations,
        grant: body.grant,
        tx_code: tx_code.as_deref(),
    };
    tx.make_offer(&new, ctx.now()).await.map_err(|error| storage_failed(&error))?;
    let actor = Actor::Key(institution.slug().to_owned());
    let event = Event { actor, action: "offer.made", object_kind: "offer", object: id.to_string(), outcome: "done", amount: 1 };
    tx.audit(&event, ctx.now()).await.map_err(|error| storage_failed(&error))?;
    let code = (body.grant == Grant::PreAuthorizedCode).then(|| token128(ctx.random()));
    if let Some(code) = &code {
        tx.renew_code(&id, code, ctx.now()).await.map_err(|error| storage_failed(&error))?;
    }
    let offer =
        tx.offer(institution.slug(), &id).await.map_err(|error| storage_failed(&error))?.ok_or(Failed::new(Kind::Ours, "internal"))?;
    let uri = make::address(institution, &id);
    let wallet_link = ctx.urls().wallet.as_ref().map(|wallet| wallet.at(&format!("/credential-offer?{}", CredentialOffer::query(&uri))));
    let answer = json!({
        "id": id,
        "credential_offer": make::object(institution, &offer, code),
        "credential_offer_uri": uri,
        "deep_link": CredentialOffer::deep_link(&uri),
        "wallet_link": wallet_link,
        "tx_code": tx_code,
        "expires_at": ctx.now().plus_days(OFFER_DAYS).rfc3339(),
    });
    Ok(Answer { status: StatusCode::CREATED, body: answer })
}

fn configurations(body: &OfferBody, award: &AwardRow) -> Result<Vec<String>, Failed> {
    let own = award.kind.configuration();
    match body.credential_configuration_ids.as_deref() {
        None => Ok(vec![own.to_owned()]),
        Some([only]) if only == own => Ok(vec![own.to_owned()]),
        Some(_) => Err(unacceptable("configuration_unsupported", "/credential_configuration_ids")),
    }
}

fn unacceptable(code: &'static str, pointer: &'static str) -> Failed {
    Failed::new(Kind::Unprocessable, code).with_errors(vec![Wrong::at(pointer, "value")])
}

/// Where an offer stands.
pub(crate) async fn show(
    Keyed(institution): Keyed,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Answer, Failed> {
    let mut tx = issuer.store.read().await.map_err(|error| storage_failed(&error))?;
    let offer = tx.offer(institution.slug(), &OfferId::new(id)).await.map_err(|error| storage_failed(&error))?;
    let offer = offer.ok_or(Failed::new(Kind::NotFound, "not_found"))?;
    let state = offer.stands.state(ctx.now()).as_str();
    let body = json!({"id": offer.id, "award": offer.award, "state": state, "expires_at": offer.expires_at.rfc3339()});
    Ok(Answer { status: StatusCode::OK, body })
}
