//! `GET`, `POST /wallet/offers/{id}`: what is offered and by whom; the learner takes it or not.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::failure::{Failure, Kind as FailureKind};
use http::{Ctx, Failed, Page, Protected};
use model::LocalText;
use model::activity::{ActivityAbout, ActivityKind};
use model::held::{Card, Kind, Summary};
use model::receipt::{OfferedCredential, Receipt, ReceiptId, ReceiptState};
use model::register::Register;
use openid4vc::dcql::Format;
use serde::Deserialize;
use vc::bundled::{ENROLMENT_VCT, MICROCREDENTIAL_VCT};
use web::head::Head;
use web::offer::{Code, Offer, OfferState, Offered};
use web::{Fact, Text, Value};

use super::job::{self, Outcome};
use super::redeem::is_supported;
use crate::error::WalletError;
use crate::hold::display;
use crate::learner::Learner;
use crate::parties;
use crate::state::AppState;

pub(crate) async fn show(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Page<Offer>, WalletError> {
    page(&learner, &ctx, &state, &ReceiptId::new(id)).await
}

/// The form's answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    choice: Choice,
    /// The transaction code, when one is needed.
    tx_code: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Accept,
    Refuse,
}

pub(crate) async fn answer(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Protected(answer): Protected<Answer>,
) -> Result<Response, WalletError> {
    let id = ReceiptId::new(id);
    let receipt = find(&learner, &state, &id).await?;
    match answer.choice {
        Choice::Refuse => refuse(&learner, &ctx, &state, &receipt).await,
        Choice::Accept => accept(&learner, &ctx, &state, &receipt, answer.tx_code.as_deref()).await,
    }
}

async fn find(learner: &Learner, state: &AppState, id: &ReceiptId) -> Result<Receipt, WalletError> {
    let found = state.store.read().await?.receipt(id).await?;
    found.filter(|receipt| receipt.learner == *learner.id()).ok_or(WalletError::NotFound)
}

async fn refuse(learner: &Learner, ctx: &Ctx, state: &AppState, receipt: &Receipt) -> Result<Response, WalletError> {
    let register = state.register.current();
    let mut tx = state.store.write().await?;
    // Pressed twice, the second time does nothing.
    if tx.refuse_receipt(&receipt.id, learner.id(), ctx.now()).await? {
        let about = ActivityAbout {
            party: register.issuer(&receipt.issuer).map(|party| party.name.clone()).or_else(|| receipt.content.issuer_name.clone()),
            party_id: Some(receipt.issuer.clone()),
            titles: receipt.content.offered.iter().map(|offered| offered.name.clone()).collect(),
            ..ActivityAbout::default()
        };
        tx.note(learner.id(), ActivityKind::OfferRefused, &about, ctx.now()).await?;
    }
    tx.commit().await?;
    Ok(ctx.see_other(&format!("/wallet/offers/{}", receipt.id)).into_response())
}

async fn accept(learner: &Learner, ctx: &Ctx, state: &AppState, receipt: &Receipt, tx_code: Option<&str>) -> Result<Response, WalletError> {
    let listed = parties::issuer(&state.register.current(), &receipt.issuer).is_some();
    let tx_code: Option<String> = tx_code.map(|code| code.split_whitespace().collect()).filter(|code: &String| !code.is_empty());
    if receipt.content.tx_code.is_some() && tx_code.is_none() && receipt.state == ReceiptState::Offered {
        // Without the code nothing is sent (row O7).
        let page = page(learner, ctx, state, &receipt.id).await?;
        return Ok(page.refused(ctx, FailureKind::Unprocessable, "tx_code_required").into_response());
    }
    if !listed || ctx.now() >= receipt.expires_at {
        return Ok(ctx.see_other(&format!("/wallet/offers/{}", receipt.id)).into_response());
    }
    let mut tx = state.store.write().await?;
    let job = match tx.accept_receipt(&receipt.id, learner.id()).await? {
        true => Some(job::later(&mut tx, &receipt.id, learner.id(), tx_code.as_deref(), ctx.now()).await?),
        // Answered before: its page says how it stands.
        false => None,
    };
    tx.commit().await?;
    let outcome = match job {
        Some(job) => job::now(state, &job).await?,
        None => Outcome::Later,
    };
    match outcome {
        Outcome::Kept(card) => {
            let copies = state.store.read().await?.copies_on_card(learner.id(), &card).await?;
            let front = Card::lay_out(copies).into_iter().next().ok_or(WalletError::NotFound)?;
            Ok(ctx.see_other(&format!("/wallet/credentials/{}", front.front.id)).into_response())
        }
        Outcome::Later => Ok(ctx.see_other(&format!("/wallet/offers/{}", receipt.id)).into_response()),
        Outcome::Failed(error) if error.wants_tx_code() => {
            let page = page(learner, ctx, state, &receipt.id).await?;
            Ok(page.refused(ctx, error.kind(), error.code()).into_response())
        }
        Outcome::Failed(error) => Ok(Failed::of(&error).into_response()),
    }
}

async fn page(learner: &Learner, ctx: &Ctx, state: &AppState, id: &ReceiptId) -> Result<Page<Offer>, WalletError> {
    let receipt = find(learner, state, id).await?;
    let register = state.register.current();
    let institution = parties::issuer(&register, &receipt.issuer);
    let href = match &receipt.card {
        Some(card) => front(state, learner, card).await?.map(|id| ctx.localised(&format!("/wallet/credentials/{id}"))),
        None => None,
    };
    let view = Offer {
        party: match &institution {
            Some(institution) => display::party(&register, institution),
            None => display::unknown_party(&receipt.issuer, receipt.content.issuer_name.as_ref()),
        },
        credentials: achievements(&receipt.content.offered).iter().filter_map(|forms| shown(forms, &receipt, &register)).collect(),
        state: offer_state(ctx, &receipt, institution.is_some(), href),
    };
    Ok(ctx.page_for(learner.session(), view))
}

async fn front(state: &AppState, learner: &Learner, card: &str) -> Result<Option<String>, WalletError> {
    let copies = state.store.read().await?.copies_on_card(learner.id(), card).await?;
    Ok(Card::lay_out(copies).into_iter().next().map(|card| card.front.id.as_str().to_owned()))
}

fn offer_state(ctx: &Ctx, receipt: &Receipt, listed: bool, href: Option<String>) -> OfferState {
    let failed = |code: &str| OfferState::Failed { code: code.to_owned(), reference: ctx.reference().to_owned(), again: None };
    match receipt.state {
        ReceiptState::Offered if ctx.now() >= receipt.expires_at => OfferState::Expired,
        // Who is in no register gets no code and no key proof of ours.
        ReceiptState::Offered if !listed => failed("issuer_unknown"),
        ReceiptState::Offered if !receipt.content.offered.iter().any(|offered| is_supported(&offered.format)) => failed("offer_format"),
        ReceiptState::Offered => OfferState::Open {
            action: ctx.localised(&format!("/wallet/offers/{}", receipt.id)),
            code: receipt.content.tx_code.as_ref().map(|code| Code {
                length: code.length.and_then(|length| u8::try_from(length).ok()),
                numeric: code.numeric,
                description: code.description.clone().map(Text::same),
                wrong: receipt.failure.as_deref() == Some("tx_code_wrong"),
            }),
            until: Some(display::moment(receipt.expires_at)),
            other_name: None,
        },
        // A part of it is there, the rest still comes.
        ReceiptState::Redeeming => href.map_or(OfferState::Preparing, |href| OfferState::AlreadyHave { href }),
        ReceiptState::Kept => href.map_or(OfferState::Expired, |href| OfferState::AlreadyHave { href }),
        ReceiptState::Refused => OfferState::Refused,
        ReceiptState::Failed => failed(receipt.failure.as_deref().unwrap_or("issuer_answer")),
    }
}

/// What is offered, by achievement: an institution offers the forms of one together, and no two of one format.
fn achievements(offered: &[OfferedCredential]) -> Vec<Vec<&OfferedCredential>> {
    let mut all: Vec<Vec<&OfferedCredential>> = Vec::new();
    for one in offered {
        let joins = |forms: &&mut Vec<&OfferedCredential>| {
            let kinds = forms.iter().all(|form| goes_with(form, one));
            kinds && !forms.iter().any(|form| form.format == one.format)
        };
        match all.iter_mut().find(joins) {
            Some(forms) => forms.push(one),
            None => all.push(vec![one]),
        }
    }
    all
}

/// Whether two offered credentials can be forms of one achievement: of one kind, or one of them tells no kind but that it is a badge.
fn goes_with(one: &OfferedCredential, other: &OfferedCredential) -> bool {
    let (a, b) = (kind_of(one), kind_of(other));
    a == b || (a == Kind::Other && b != Kind::Enrolment) || (b == Kind::Other && a != Kind::Enrolment)
}

fn kind_of(offered: &OfferedCredential) -> Kind {
    let of_type = |name: &str| offered.types.iter().any(|own| own == name);
    match offered.vct.as_deref() {
        Some(MICROCREDENTIAL_VCT) => Kind::Microcredential,
        Some(ENROLMENT_VCT) => Kind::Enrolment,
        _ if of_type("AcademicEnrollmentCredential") => Kind::Enrolment,
        _ => Kind::Other,
    }
}

/// What is known of an achievement before its credentials are made: its kind, its issuer, what it can say, and in which forms it comes.
fn shown(forms: &[&OfferedCredential], receipt: &Receipt, register: &Register) -> Option<Offered> {
    // The form that says most of itself speaks for all.
    let told = forms.iter().find(|form| kind_of(form) != Kind::Other).or_else(|| forms.first())?;
    let mut facts = Vec::new();
    if let Some(description) = &told.description {
        facts.push(Fact::new(Text::new("Wat het is", "What it is"), Value::Text(display::text(description))));
    }
    if !told.claims.is_empty() {
        let labels = told.claims.iter().map(|label| Value::Text(display::text(label))).collect();
        facts.push(Fact::new(Text::new("Wat erop kan staan", "What it can say"), Value::List(labels)));
    }
    if forms.len() > 1 {
        let names = forms.iter().map(|form| Value::Text(form_name(form))).collect();
        facts.push(Fact::new(Text::new("In deze vormen", "In these forms"), Value::List(names)));
    }
    Some(Offered { head: head(told, receipt, register), facts, outcomes: Vec::new(), valid_until: None })
}

/// A form in plain words.
fn form_name(offered: &OfferedCredential) -> Text {
    let badge = offered.types.iter().any(|own| own == "OpenBadgeCredential" || own == "AchievementCredential");
    match (Format::from_name(&offered.format), badge) {
        (Format::LdpVc, true) => Text::same("Open Badge"),
        (Format::JwtVcJson | Format::VcJwt, true) => Text::new("Open Badge in tekst", "Open Badge as text"),
        (format, _) if format.is_selective() => Text::new("kiezen wat je deelt", "choosing what you share"),
        _ => Text::new("internationaal bewijs", "international credential"),
    }
}

/// The head of an offered credential.
pub(crate) fn head(offered: &OfferedCredential, receipt: &Receipt, register: &Register) -> Head {
    let summary = Summary {
        kind: kind_of(offered),
        title: offered.name.clone(),
        institution: receipt.content.issuer_name.clone().unwrap_or_else(|| LocalText::same("")),
        institution_slug: None,
        date: None,
        workload: None,
        level: None,
        academic_year: None,
        phase: None,
        pattern: offered.configuration.clone(),
        holder: None,
        result: None,
        own_id: None,
    };
    display::head(&summary, &receipt.issuer, register)
}
