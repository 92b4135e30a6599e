//! `POST /wallet/activity/{id}/ask` and `…/report`: the letter is prepared and it is written down that the learner asked for it. The
//! learner sends it; the wallet sends nothing.

use axum::extract::{Path, State};
use http::{Ctx, Page, Protected};
use model::Timestamp;
use model::activity::{Activity, ActivityAbout, ActivityId, ActivityKind};
use serde::Deserialize;
use storage::audit::{Actor, Event};
use web::activity::{Contact, Letter, LetterKind};

use super::kept_until;
use crate::error::WalletError;
use crate::hold::display::{moment, text};
use crate::learner::Learner;
use crate::state::AppState;

/// An authority that supervises what is done with personal data.
pub(crate) struct Authority {
    /// Its name.
    pub(crate) name: &'static str,
    /// Where a report is made.
    pub(crate) page: &'static str,
}

/// The authority of the Netherlands (RPT_DPA_01 and 02a of the reference framework).
pub(crate) const AUTHORITY: Authority =
    Authority { name: "Autoriteit Persoonsgegevens", page: "https://www.autoriteitpersoonsgegevens.nl" };

/// The forms have a button and nothing else.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

pub(super) async fn ask(
    ctx: Ctx,
    State(state): State<AppState>,
    learner: Learner,
    Path(id): Path<ActivityId>,
    Protected(Nothing {}): Protected<Nothing>,
) -> Result<Page<Letter>, WalletError> {
    let entry = noted(&ctx, &state, &learner, &id, ActivityKind::DeletionAsked).await?;
    let contact = entry.about.contact.as_deref().and_then(Contact::parse);
    Ok(ctx.page_for(learner.session(), letter(&entry, LetterKind::Delete, contact)))
}

pub(super) async fn report(
    ctx: Ctx,
    State(state): State<AppState>,
    learner: Learner,
    Path(id): Path<ActivityId>,
    Protected(Nothing {}): Protected<Nothing>,
) -> Result<Page<Letter>, WalletError> {
    let entry = noted(&ctx, &state, &learner, &id, ActivityKind::Reported).await?;
    Ok(ctx.page_for(learner.session(), letter(&entry, LetterKind::Report(AUTHORITY.name), Contact::parse(AUTHORITY.page))))
}

/// Writes down that a letter about an entry was made, and gives that entry.
async fn noted(ctx: &Ctx, state: &AppState, learner: &Learner, id: &ActivityId, kind: ActivityKind) -> Result<Activity, WalletError> {
    let mut tx = state.store.write().await?;
    let entry = tx.activity(id, learner.id()).await?.filter(|entry| may(entry, kind)).ok_or(WalletError::NotFound)?;
    let about = ActivityAbout { of: Some(id.as_str().to_owned()), ..entry.about.clone() };
    tx.note(learner.id(), kind, &about, ctx.now()).await?;
    let event = Event {
        actor: Actor::Learner(learner.id().as_str().to_owned()),
        action: if kind == ActivityKind::Reported { "activity.reported" } else { "activity.deletion_asked" },
        object_kind: "activity",
        object: id.as_str().to_owned(),
        outcome: "done",
        amount: 1,
    };
    tx.audit(&event, ctx.now()).await?;
    tx.commit().await?;
    Ok(entry)
}

/// Deletion can be asked of who got something; reported can be whoever asked.
fn may(entry: &Activity, kind: ActivityKind) -> bool {
    let got = matches!(entry.kind, ActivityKind::Shared | ActivityKind::ShareFailed) && !entry.about.labels.is_empty();
    let asked = got || entry.kind == ActivityKind::Refused;
    entry.about.request.is_some() && if kind == ActivityKind::Reported { asked } else { got }
}

fn letter(entry: &Activity, kind: LetterKind, contact: Option<Contact>) -> Letter {
    let (about, here) = (&entry.about, format!("/wallet/activity/{}", entry.id));
    Letter {
        kind,
        party: about.party.as_ref().map_or_else(|| web::Text::same(about.party_id.clone().unwrap_or_default()), text),
        party_id: about.party_id.clone(),
        contact,
        at: Some(moment(entry.at)),
        request: about.request.clone(),
        purpose: about.purpose.as_ref().map(text),
        requested: about.requested.iter().map(text).collect(),
        labels: about.labels.iter().map(text).collect(),
        until: kept_until(about),
        proof_href: Some(format!("{here}/proof")),
        back: here,
    }
}

/// The letter about somebody whose question is still open. Nothing went, so nothing is written down.
pub(crate) fn about_a_question(question: ActivityAbout, back: String) -> Letter {
    let entry = Activity { id: ActivityId::new(""), at: Timestamp::from_seconds(0), kind: ActivityKind::Refused, about: question };
    let kind = LetterKind::Report(AUTHORITY.name);
    Letter { at: None, proof_href: None, until: None, back, ..letter(&entry, kind, Contact::parse(AUTHORITY.page)) }
}
