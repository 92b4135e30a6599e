//! `POST /{institution}/api/v1/awards` and `PUT …/awards/{id}`: results and enrolments from systems without OOAPI.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use http::{Ctx, Failed, Json, Kind};
use model::award::{AwardId, Decision, Missing};
use serde_json::{Value, json};
use storage::audit::Actor;
use storage::issuer::award::AwardRow;
use storage::{IssuerTx, StorageError};

use super::apply::{Case, Outcome, apply};
use super::body::AwardBody;
use crate::Issuer;
use crate::api::idempotency::Call;
use crate::api::{Answer, storage_failed};
use crate::institution::{Institution, Keyed};

/// The kind of source in the keyed value of an award's reference.
const ORIGIN: &str = "api";

/// The first award of a reference.
pub(crate) async fn create(
    Keyed(institution): Keyed,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    headers: HeaderMap,
    Json(value): Json<Value>,
) -> Result<Answer, Failed> {
    let call = Call::of(institution.slug(), "POST awards", &headers, &value)?;
    let body = AwardBody::read(value, &institution, ctx.now())?;
    let mut created = first(&issuer, &institution, &ctx, (&body, call.as_ref())).await?;
    if created.is_none() {
        // Another server decided the same reference in between: now its answer can be given.
        created = first(&issuer, &institution, &ctx, (&body, call.as_ref())).await?;
    }
    issuer.wake();
    created.ok_or(Failed::new(Kind::Conflict, "conflict"))
}

/// Decides a reference for the first time, or tells what was decided. Nothing when somebody else was faster.
async fn first(
    issuer: &Issuer,
    institution: &Institution,
    ctx: &Ctx,
    (body, call): (&AwardBody, Option<&Call<'_>>),
) -> Result<Option<Answer>, Failed> {
    let mut tx = issuer.store.write().await.map_err(|error| storage_failed(&error))?;
    if let Some(call) = call
        && let Some(answer) = call.before(&mut tx, ctx.now()).await?
    {
        return Ok(Some(answer));
    }
    let source = tx.source_index(institution.slug(), ORIGIN, &body.reference);
    let known = tx.award_of_source(institution.slug(), &source).await.map_err(|error| storage_failed(&error))?;
    let answer = match known {
        Some(award) if award.digest == body.digest => told(StatusCode::OK, &award),
        Some(_) => return Err(Failed::new(Kind::Conflict, "reference_exists")),
        None => match decide(&mut tx, issuer, institution, (body, true), &source, ctx).await {
            Ok(outcome) => answer(StatusCode::CREATED, &outcome),
            Err(StorageError::Conflict) => return Ok(None),
            Err(error) => return Err(storage_failed(&error)),
        },
    };
    if let Some(call) = call {
        call.after(&mut tx, &answer).await?;
    }
    tx.commit().await.map_err(|error| storage_failed(&error))?;
    Ok(Some(answer))
}

/// A correction: the rules revoke and re-issue.
pub(crate) async fn correct(
    Keyed(institution): Keyed,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    Path((_, id)): Path<(String, String)>,
    Json(value): Json<Value>,
) -> Result<Answer, Failed> {
    let body = AwardBody::read(value, &institution, ctx.now())?;
    let mut tx = issuer.store.write().await.map_err(|error| storage_failed(&error))?;
    let source = tx.source_index(institution.slug(), ORIGIN, &body.reference);
    let award = tx.award(institution.slug(), &AwardId::new(id)).await.map_err(|error| storage_failed(&error))?;
    let award = award.ok_or(Failed::new(Kind::NotFound, "not_found"))?;
    let same = tx.award_of_source(institution.slug(), &source).await.map_err(|error| storage_failed(&error))?;
    if same.is_none_or(|same| same.id != award.id) || award.kind != body.kind {
        return Err(Failed::new(Kind::Conflict, "reference_differs"));
    }
    if award.digest == body.digest {
        return Ok(told(StatusCode::OK, &award));
    }
    let outcome = decide(&mut tx, &issuer, &institution, (&body, false), &source, &ctx).await.map_err(|error| storage_failed(&error))?;
    let standing = tx.award(institution.slug(), &outcome.id).await.map_err(|error| storage_failed(&error))?;
    tx.commit().await.map_err(|error| storage_failed(&error))?;
    issuer.wake();
    match standing {
        // Nothing was decided anew: what stands is the answer.
        Some(award) if outcome.decision == Decision::Nothing => Ok(told(StatusCode::OK, &award)),
        _ => Ok(answer(StatusCode::OK, &outcome)),
    }
}

async fn decide(
    tx: &mut IssuerTx,
    issuer: &Issuer,
    institution: &Institution,
    (body, first): (&AwardBody, bool),
    source: &[u8],
    ctx: &Ctx,
) -> Result<Outcome, StorageError> {
    let person = match &body.eduid {
        Some(eduid) => tx.person_of_eduid(institution.slug(), eduid, ctx.now()).await?,
        // Without an eduID nobody else's award may ever be this person's: the reference stands for the person.
        None => tx.person_of_source(institution.slug(), &format!("api/{}", body.reference), None, ctx.now()).await?,
    };
    let mut facts = body.facts.clone();
    if !crate::intake::decide::admits(issuer, institution, body.kind) {
        facts.missing.push(Missing::Admission);
    }
    let case = Case {
        source,
        origin: ORIGIN,
        person: &person,
        facts: &facts,
        content: &body.content,
        digest: &body.digest,
        result_at: body.result_at,
        at_source: None,
        deliver: body.deliver,
        first,
        actor: Actor::Key(institution.slug().to_owned()),
    };
    apply(tx, institution, &case, (ctx.now(), ctx.random())).await
}

fn answer(status: StatusCode, outcome: &Outcome) -> Answer {
    let decision = match (&outcome.decision, outcome.missing.is_empty()) {
        (Decision::Park(_), _) => "parked",
        (Decision::Nothing, false) => "parked",
        (decision, _) => decision.code(),
    };
    let missing: Vec<_> = outcome.missing.iter().map(|missing| missing.code()).collect();
    Answer { status, body: json!({"id": outcome.id, "decision": decision, "missing": missing}) }
}

/// What was decided before.
fn told(status: StatusCode, award: &AwardRow) -> Answer {
    use storage::issuer::award::AwardState;
    let decision = match award.state {
        AwardState::Idle => "nothing",
        AwardState::Parked => "parked",
        AwardState::Open | AwardState::Issued => "issue",
        AwardState::Suspended => "suspend",
        AwardState::Revoked => "revoke",
    };
    let missing: Vec<_> = award.missing.iter().map(|missing| missing.code()).collect();
    Answer { status, body: json!({"id": award.id, "decision": decision, "missing": missing}) }
}
