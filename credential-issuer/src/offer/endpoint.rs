//! `POST /{institution}/api/v1/offers` and `GET …/offers/{id}`: offers by hand, with link, QR and transaction code.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use http::{Ctx, Failed, Json, Kind};
use model::award::AwardId;
use model::offer::{Grant, OfferId};
use serde::Deserialize;
use serde_json::{Value, json};
use storage::audit::Actor;

use super::by_hand::{self, Asked, Made};
use crate::Issuer;
use crate::api::idempotency::Call;
use crate::api::{Answer, storage_failed};
use crate::failpoint::reached;
use crate::institution::Keyed;

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
    let mut tx = issuer.store.write().await.map_err(|error| storage_failed(&error))?;
    if let Some(call) = &call
        && let Some(answer) = call.before(&mut tx, ctx.now()).await?
    {
        return Ok(answer);
    }
    let award = tx.award(institution.slug(), &AwardId::new(&body.award)).await.map_err(|error| storage_failed(&error))?;
    let award = award.ok_or(Failed::new(Kind::NotFound, "not_found"))?;
    let configurations = body.credential_configuration_ids.as_deref();
    let asked = Asked { configurations, grant: body.grant, deferred: body.deferred, tx_code: body.tx_code };
    let actor = Actor::Key(institution.slug().to_owned());
    let made = by_hand::make(&mut tx, (&institution, &award), &asked, actor, &ctx).await.map_err(|error| Failed::of(&error))?;
    let answer = told(&made);
    if let Some(call) = &call {
        call.after(&mut tx, &answer).await?;
    }
    reached("issuer.offering");
    tx.commit().await.map_err(|error| storage_failed(&error))?;
    reached("issuer.offered");
    Ok(answer)
}

fn told(made: &Made) -> Answer {
    let body = json!({
        "id": made.id,
        "credential_offer": made.object,
        "credential_offer_uri": made.uri,
        "deep_link": made.deep_link,
        "wallet_link": made.wallet_link,
        "tx_code": made.tx_code,
        "expires_at": made.expires_at.rfc3339(),
    });
    Answer { status: StatusCode::CREATED, body }
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
    let body =
        json!({"id": offer.id, "award": offer.award, "state": state, "deferred": offer.deferred, "expires_at": offer.expires_at.rfc3339()});
    Ok(Answer { status: StatusCode::OK, body })
}
