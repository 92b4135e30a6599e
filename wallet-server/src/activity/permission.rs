//! Standing permissions: `GET`, `POST /wallet/activity/{id}/permission` gives one, after something was shared with that receiver;
//! `GET /wallet/permissions` lists them; `POST /wallet/permissions/{id}/withdraw` ends one at once.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{Ctx, Page, Protected, SeeOther};
use model::Timestamp;
use model::activity::{Activity, ActivityAbout, ActivityId, ActivityKind};
use model::consent::Delivery;
use model::permission::{Permission, PermissionAbout, PermissionId, end_of_academic_year, receiver, terms};
use model::register::{Logo, Party as Registered, Register, Service};
use serde::Deserialize;
use storage::WalletTx;
use storage::audit::{Actor, Event};
use web::badge::Colour;
use web::party::{Party, Proof};
use web::permission::{GivePermission, PermissionRow, Permissions};

use super::delivery;
use crate::error::WalletError;
use crate::hold::display::{day, moment, text};
use crate::learner::Learner;
use crate::state::AppState;

/// The shorter of the two ends that can be chosen, in days.
const QUARTER: i64 = 92;

/// Whether a permission can start from an entry: a receiver of the register, as it is now, said that it got these claims.
pub(super) fn can_be_given(entry: &Activity, delivery: Option<Delivery>, register: &Register) -> bool {
    let taken = entry.kind == ActivityKind::Shared && delivery == Some(Delivery::Delivered);
    taken && !entry.about.claims.is_empty() && entry.about.purpose.is_some() && party_of(entry, register).is_some()
}

fn party_of<'a>(entry: &Activity, register: &'a Register) -> Option<(&'a Registered, &'a Service)> {
    receiver(register, entry.about.party_id.as_deref()?)
}

/// The entry that a permission can start from.
async fn entry(tx: &mut WalletTx, learner: &Learner, id: &ActivityId, register: &Register) -> Result<Activity, WalletError> {
    let entry = tx.activity(id, learner.id()).await?.ok_or(WalletError::NotFound)?;
    let delivery = delivery(tx, learner.id(), &entry).await?;
    if can_be_given(&entry, delivery, register) { Ok(entry) } else { Err(WalletError::NotFound) }
}

/// The last moment at which a permission holds, as a date: it ends at the end of that day.
fn last_day(ends_at: Timestamp) -> web::Day {
    day(ends_at.plus_seconds(-1))
}

pub(super) async fn ask(
    ctx: Ctx,
    State(state): State<AppState>,
    learner: Learner,
    Path(id): Path<ActivityId>,
) -> Result<Response, WalletError> {
    let register = state.register.current();
    let entry = entry(&mut state.store.read().await?, &learner, &id, &register).await?;
    if !learner.is_fresh(ctx.now()) {
        return Ok(log_in_again(&ctx, &id));
    }
    let (party, service) = party_of(&entry, &register).ok_or(WalletError::NotFound)?;
    let here = format!("/wallet/activity/{id}");
    let view = GivePermission {
        party: Party {
            name: text(&party.name),
            service: Some(text(&service.name)),
            colour: party.colour.as_deref().and_then(Colour::from_hex).unwrap_or_else(|| Colour::of(&party.slug)),
            picture: party.logo.as_ref().map(Logo::path),
            proof: Proof::Register { keeper: text(&register.keeper.name) },
            facts: Vec::new(),
        },
        labels: entry.about.labels.iter().map(text).collect(),
        purpose: entry.about.purpose.as_ref().map(text).ok_or(WalletError::NotFound)?,
        ends: [End::Year, End::Quarter].map(|end| (end.value(), last_day(end.at(ctx.now())))).to_vec(),
        keeps_days: service.max_retention_days,
        action: format!("{here}/permission"),
        back: here,
    };
    Ok(ctx.page_for(learner.session(), view).into_response())
}

/// Who gives a permission has proven lately who they are.
fn log_in_again(ctx: &Ctx, id: &ActivityId) -> Response {
    ctx.see_other(&format!("/auth/login?again=1&return_to=/wallet/activity/{id}/permission")).into_response()
}

/// The form: until when, and the button.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    end: End,
    #[serde(rename = "choice")]
    _choice: Give,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum End {
    Year,
    Quarter,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Give {
    Give,
}

impl End {
    const fn value(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Quarter => "quarter",
        }
    }

    fn at(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Year => end_of_academic_year(now),
            Self::Quarter => now.plus_days(QUARTER).day_end(),
        }
    }
}

pub(super) async fn give(
    ctx: Ctx,
    State(state): State<AppState>,
    learner: Learner,
    Path(id): Path<ActivityId>,
    Protected(form): Protected<Given>,
) -> Result<Response, WalletError> {
    if !learner.is_fresh(ctx.now()) {
        return Ok(log_in_again(&ctx, &id));
    }
    let (register, now) = (state.register.current(), ctx.now());
    let mut tx = state.store.write().await?;
    let entry = entry(&mut tx, &learner, &id, &register).await?;
    let (party, service) = party_of(&entry, &register).ok_or(WalletError::NotFound)?;
    let about = PermissionAbout {
        party: party.name.clone(),
        party_id: entry.about.party_id.clone().unwrap_or_default(),
        service: service.name.clone(),
        purpose: entry.about.purpose.clone().ok_or(WalletError::NotFound)?,
        claims: entry.about.claims.clone(),
        labels: entry.about.labels.clone(),
        terms: terms(service),
    };
    let permission = tx.put_permission(learner.id(), &about, now, form.end.at(now)).await?;
    noted(&mut tx, &learner, (&permission, &about), ActivityKind::PermissionGiven, now).await?;
    tx.commit().await?;
    Ok(ctx.see_other("/wallet/permissions").into_response())
}

async fn noted(
    tx: &mut WalletTx,
    learner: &Learner,
    (id, about): (&PermissionId, &PermissionAbout),
    kind: ActivityKind,
    now: Timestamp,
) -> Result<(), WalletError> {
    let entry = ActivityAbout {
        party: Some(about.party.clone()),
        party_id: Some(about.party_id.clone()),
        purpose: Some(about.purpose.clone()),
        labels: about.labels.clone(),
        ..ActivityAbout::default()
    };
    tx.note(learner.id(), kind, &entry, now).await?;
    let event = Event {
        actor: Actor::Learner(learner.id().as_str().to_owned()),
        action: if kind == ActivityKind::PermissionGiven { "permission.given" } else { "permission.withdrawn" },
        object_kind: "permission",
        object: id.as_str().to_owned(),
        outcome: "done",
        amount: i64::try_from(about.labels.len()).unwrap_or_default(),
    };
    Ok(tx.audit(&event, now).await?)
}

pub(super) async fn list(ctx: Ctx, State(state): State<AppState>, learner: Learner) -> Result<Page<Permissions>, WalletError> {
    let permissions = state.store.read().await?.permissions(learner.id()).await?;
    let (register, now) = (state.register.current(), ctx.now());
    let rows = permissions.iter().filter(|permission| now < permission.ends_at).map(|permission| row(permission, &register, now));
    Ok(ctx.page_for(learner.session(), Permissions { rows: rows.collect() }))
}

fn row(permission: &Permission, register: &Register, now: Timestamp) -> PermissionRow {
    let about = &permission.about;
    PermissionRow {
        party: text(&about.party),
        service: text(&about.service),
        labels: about.labels.iter().map(text).collect(),
        purpose: text(&about.purpose),
        given: moment(permission.at),
        until: last_day(permission.ends_at),
        holds: permission.holds(register, now),
        withdraw: format!("/wallet/permissions/{}/withdraw", permission.id),
    }
}

/// The form has one button.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Withdrawn {
    #[serde(rename = "choice")]
    _choice: Withdraw,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Withdraw {
    Withdraw,
}

pub(super) async fn withdraw(
    ctx: Ctx,
    State(state): State<AppState>,
    learner: Learner,
    Path(id): Path<PermissionId>,
    Protected(_): Protected<Withdrawn>,
) -> Result<SeeOther, WalletError> {
    let mut tx = state.store.write().await?;
    let permission = tx.permission(&id, learner.id()).await?.ok_or(WalletError::NotFound)?;
    if !tx.drop_permission(&id, learner.id()).await? {
        return Err(WalletError::NotFound);
    }
    noted(&mut tx, &learner, (&id, &permission.about), ActivityKind::PermissionWithdrawn, ctx.now()).await?;
    tx.commit().await?;
    Ok(ctx.see_other("/wallet/permissions"))
}
