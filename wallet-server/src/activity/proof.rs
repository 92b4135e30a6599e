//! `GET /wallet/activity/{id}/proof`: a proof of sharing to take along, signed by the wallet; and `GET`, `POST /proof`: anybody checks
//! one. Nothing of what is given there is kept.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use http::failure::{Failed, Kind};
use http::{Ctx, Page, Upload};
use model::Timestamp;
use model::activity::{Activity, ActivityId};
use model::consent::Delivery;
use model::sharing_proof::{SharingProof, TYPE};
use vc::jws::Jws;
use vc::key::VerifyingKey;
use web::activity::{ActivityRow, Proof, ProofPage, ProofProblem, ProofResult};
use web::format::Day;

use super::{delivery, so_far};
use crate::error::WalletError;
use crate::hold::display::{moment, text};
use crate::learner::Learner;
use crate::state::AppState;

/// A proof is a few thousand characters long.
const LONGEST: usize = 64 * 1024;

/// What a proof of an entry says; none when there is nothing to prove.
pub(super) fn of(ctx: &Ctx, entry: &Activity, delivery: Option<Delivery>) -> Option<SharingProof> {
    SharingProof::of(entry, ctx.origin().as_str(), delivery, ctx.now())
}

pub(super) async fn download(
    ctx: Ctx,
    State(state): State<AppState>,
    learner: Learner,
    Path(id): Path<ActivityId>,
) -> Result<Response, WalletError> {
    let mut tx = state.store.read().await?;
    let entry = tx.activity(&id, learner.id()).await?.ok_or(WalletError::NotFound)?;
    let delivery = delivery(&mut tx, learner.id(), &entry).await?;
    drop(tx);
    let proof = of(&ctx, &entry, delivery).ok_or(WalletError::NotFound)?;
    let signed = serde_json::to_vec(&proof).ok().and_then(|payload| state.client.sign_proof(&payload).ok());
    let Some(signed) = signed else { return Ok(Failed::new(Kind::Ours, "internal").into_response()) };
    let name = ctx.lang().pick("attachment; filename=\"bewijs-van-delen.jwt\"", "attachment; filename=\"proof-of-sharing.jwt\"");
    Ok(([(CONTENT_TYPE, "application/jwt"), (CONTENT_DISPOSITION, name), (CACHE_CONTROL, "no-store")], signed).into_response())
}

pub(super) async fn show(ctx: Ctx) -> Page<ProofPage> {
    page(&ctx, None)
}

pub(super) async fn check(ctx: Ctx, State(state): State<AppState>, form: Upload) -> Response {
    if let Err(limited) = ctx.limit("verify") {
        return limited.into_response();
    }
    match read(&ctx, &state, &form) {
        Ok(proof) => page(&ctx, Some(ProofResult::Genuine(Box::new(proof)))).noindex().into_response(),
        Err(problem) => {
            let code = match problem {
                ProofProblem::Empty => "proof_missing",
                ProofProblem::Unreadable => "proof_unreadable",
                ProofProblem::NotOurs => "proof_not_ours",
            };
            page(&ctx, Some(ProofResult::Problem(problem))).refused(&ctx, Kind::Unprocessable, code).into_response()
        }
    }
}

fn page(ctx: &Ctx, result: Option<ProofResult>) -> Page<ProofPage> {
    let host = url::Url::parse(ctx.origin().as_str()).ok().and_then(|url| url.host_str().map(str::to_owned));
    ctx.page(ProofPage { result, host: host.unwrap_or_default() })
}

/// The proof of a form, when this wallet signed it.
fn read(ctx: &Ctx, state: &AppState, form: &Upload) -> Result<Proof, ProofProblem> {
    let given = form.text("proof").or_else(|| form.text("file")).map(str::trim).ok_or(ProofProblem::Empty)?;
    let jws = Some(given).filter(|given| given.len() <= LONGEST).and_then(|given| Jws::parse(given).ok());
    let jws = jws.filter(|jws| jws.typ() == Some(TYPE)).ok_or(ProofProblem::Unreadable)?;
    let key = state.client.public_jwk().ok().and_then(|jwk| VerifyingKey::from_jwk(&jwk).ok()).ok_or(ProofProblem::NotOurs)?;
    let payload = jws.verify(&key, Some(TYPE)).map_err(|_| ProofProblem::NotOurs)?;
    let proof: SharingProof = serde_json::from_value(payload.clone()).map_err(|_| ProofProblem::Unreadable)?;
    if proof.iss != ctx.origin().as_str() {
        return Err(ProofProblem::NotOurs);
    }
    shown(&proof).ok_or(ProofProblem::Unreadable)
}

fn shown(proof: &SharingProof) -> Option<Proof> {
    let (at, kind) = (Timestamp::parse(&proof.at)?, proof.kind()?);
    let arrived = proof.delivery.as_deref().and_then(Delivery::parse);
    Some(Proof {
        row: ActivityRow {
            href: None,
            at: moment(at),
            what: so_far(kind, arrived),
            title: None,
            party: Some(text(&proof.receiver)),
            labels: proof.shared.iter().map(text).collect(),
            until: proof.kept_until.as_deref().and_then(Day::parse),
            how: None,
        },
        made: moment(Timestamp::from_seconds(proof.iat)),
        party_id: Some(proof.receiver_id.clone()),
        purpose: proof.purpose.as_ref().map(text),
        ground: proof.ground.as_ref().map(text),
        requested: proof.requested.iter().map(text).collect(),
        titles: proof.credentials.iter().map(text).collect(),
        request: Some(proof.request.clone()),
        digest: proof.digest.clone(),
    })
}
