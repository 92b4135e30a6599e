//! `GET`, `POST /wallet/offers/{id}`: what is offered and by whom; the learner collects it, looks at all of it, and keeps it or not.

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use http::failure::{Failure, Kind as FailureKind};
use http::{Ctx, Failed, Page, Protected};
use model::LocalText;
use model::activity::{ActivityAbout, ActivityKind};
use model::held::{Card, Kind, Summary};
use model::receipt::{OfferGrant, OfferedCredential, Receipt, ReceiptId, ReceiptState};
use model::register::Register;
use openid4vc::dcql::Format;
use serde::Deserialize;
use vc::bundled::{ENROLMENT_VCT, MICROCREDENTIAL_VCT};
use web::connect::{Continue, NextStep};
use web::head::Head;
use web::offer::{Code, Offer, OfferState, Offered};
use web::{Fact, Text, Value};

use super::job::{self, Outcome};
use super::redeem::is_supported;
use super::{accept, authorize, check, look};
use crate::error::WalletError;
use crate::failpoint::reached;
use crate::feed;
use crate::hold::display;
use crate::hold::summary::is_badge;
use crate::learner::Learner;
use crate::parties;
use crate::state::AppState;

/// What the page is opened with.
#[derive(Default, Deserialize)]
pub(crate) struct Came {
    /// Why the login at the issuer brought nothing.
    failed: Option<String>,
    /// The learner wants another try.
    again: Option<String>,
}

/// Why a login at the issuer brought nothing, as its callback says it.
const FAILED: [&str; 2] = ["authorization_refused", "authorization_failed"];

pub(crate) async fn show(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(came): Query<Came>,
) -> Result<Page<Offer>, WalletError> {
    page(&learner, &ctx, &state, &ReceiptId::new(id), &came).await
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
    /// The learner goes on with an issuer that is in no register.
    Know,
    Accept,
    Refuse,
}

pub(crate) async fn answer(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Protected(answer): Protected<Answer>,
) -> Result<Response, WalletError> {
    let id = ReceiptId::new(id);
    let receipt = find(&learner, &state, &id).await?;
    match (answer.choice, receipt.state) {
        (Choice::Refuse, _) => refuse(&learner, &ctx, &state, &receipt).await,
        (Choice::Know, _) => know(&learner, &ctx, &state, &receipt).await,
        (Choice::Accept, ReceiptState::Redeeming | ReceiptState::Arrived | ReceiptState::Kept) => {
            keep_it(&learner, &ctx, &state, &receipt).await
        }
        (Choice::Accept, _) => collect(&learner, &ctx, &state, &receipt, answer.tx_code.as_deref(), &headers).await,
    }
}

async fn find(learner: &Learner, state: &AppState, id: &ReceiptId) -> Result<Receipt, WalletError> {
    let found = state.store.read().await?.receipt(id).await?;
    found.filter(|receipt| receipt.learner == *learner.id()).ok_or(WalletError::NotFound)
}

fn here(ctx: &Ctx, receipt: &Receipt) -> Response {
    ctx.see_other(&format!("/wallet/offers/{}", receipt.id)).into_response()
}

/// Refused before it was collected, or after it was looked at: nothing of it stays, and nobody is told (decision 0018).
async fn refuse(learner: &Learner, ctx: &Ctx, state: &AppState, receipt: &Receipt) -> Result<Response, WalletError> {
    let register = state.register.current();
    let mut tx = state.store.write().await?;
    // Pressed twice, the second time does nothing.
    if tx.refuse_receipt(&receipt.id, learner.id(), ctx.now()).await? {
        tx.drop_arrived(&receipt.id).await?;
        tx.read_news_of(learner.id(), &feed::tell::ready_event(&receipt.id), ctx.now()).await?;
        tx.drop_spare_keys(&receipt.id).await?;
        let (way, came) = check::way_of(receipt);
        let about = ActivityAbout {
            party: register.issuer(&receipt.issuer).map(|party| party.name.clone()).or_else(|| receipt.content.issuer_name.clone()),
            party_id: Some(receipt.issuer.clone()),
            titles: receipt.content.offered.iter().map(|offered| offered.name.clone()).collect(),
            way: Some(way),
            came,
            ..ActivityAbout::default()
        };
        tx.note(learner.id(), ActivityKind::OfferRefused, &about, ctx.now()).await?;
    }
    tx.commit().await?;
    Ok(here(ctx, receipt))
}

async fn know(learner: &Learner, ctx: &Ctx, state: &AppState, receipt: &Receipt) -> Result<Response, WalletError> {
    let mut tx = state.store.write().await?;
    tx.acknowledge_issuer(&receipt.id, learner.id(), ctx.now()).await?;
    tx.commit().await?;
    Ok(here(ctx, receipt))
}

/// The learner looked at what came, and keeps it.
async fn keep_it(learner: &Learner, ctx: &Ctx, state: &AppState, receipt: &Receipt) -> Result<Response, WalletError> {
    match accept::accept(state, learner.id(), &receipt.id).await {
        Ok(Some(card)) => to_card(learner, ctx, state, &card).await,
        Ok(None) => Ok(here(ctx, receipt)),
        Err(error) => Ok(Failed::of(&error).into_response()),
    }
}

async fn to_card(learner: &Learner, ctx: &Ctx, state: &AppState, card: &str) -> Result<Response, WalletError> {
    let id = front(state, learner, card).await?.ok_or(WalletError::NotFound)?;
    Ok(ctx.see_other(&format!("/wallet/credentials/{id}")).into_response())
}

/// The learner wants it collected, to look at: with the code in the offer, or after a login at the issuer.
async fn collect(
    learner: &Learner,
    ctx: &Ctx,
    state: &AppState,
    receipt: &Receipt,
    tx_code: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response, WalletError> {
    let listed = parties::issuer(&state.register.current(), &receipt.issuer).is_some();
    let tx_code: Option<String> = tx_code.map(|code| code.split_whitespace().collect()).filter(|code: &String| !code.is_empty());
    if !(listed || receipt.acknowledged) || ctx.now() >= receipt.expires_at || receipt.state != ReceiptState::Offered {
        return Ok(here(ctx, receipt));
    }
    if receipt.content.grant == OfferGrant::AuthorizationCode {
        return leave(learner, ctx, state, receipt, headers).await;
    }
    if receipt.content.tx_code.is_some() && tx_code.is_none() {
        // Without the code nothing is sent (row O7).
        let page = page(learner, ctx, state, &receipt.id, &Came::default()).await?;
        return Ok(page.refused(ctx, FailureKind::Unprocessable, "tx_code_required").into_response());
    }
    let mut tx = state.store.write().await?;
    let job = match tx.accept_receipt(&receipt.id, learner.id()).await? {
        true => job::begin(&mut tx, &receipt.id, learner.id(), tx_code.as_deref(), ctx.now()).await?,
        // Answered before: its page says how it stands.
        false => None,
    };
    tx.commit().await?;
    reached("wallet.accepted");
    match job::now(state, job).await? {
        Outcome::Kept(card) => to_card(learner, ctx, state, &card).await,
        Outcome::Shown => Ok(here(ctx, receipt)),
        Outcome::Failed(error) if error.wants_tx_code() => {
            let page = page(learner, ctx, state, &receipt.id, &Came::default()).await?;
            Ok(page.refused(ctx, error.kind(), error.code()).into_response())
        }
        Outcome::Failed(error) => Ok(Failed::of(&error).into_response()),
    }
}

/// To the issuer's login: a page with a link, because no form of ours ends on another origin.
async fn leave(learner: &Learner, ctx: &Ctx, state: &AppState, receipt: &Receipt, headers: &HeaderMap) -> Result<Response, WalletError> {
    let leave = match authorize::begin(ctx, state, receipt, headers).await {
        Ok(leave) => leave,
        Err(error) => return Ok(Failed::of(&error).into_response()),
    };
    let register = state.register.current();
    let site = match parties::issuer(&register, &receipt.issuer) {
        Some(institution) => display::party(&register, &institution).name,
        None => display::unknown_party(&receipt.issuer, None).name,
    };
    let view = Continue { host: leave.to.host_str().unwrap_or_default().to_owned(), href: leave.to.into(), site, what: NextStep::Collect };
    Ok(ctx.page_for(learner.session(), view).with_cookie(leave.cookie).into_response())
}

async fn page(learner: &Learner, ctx: &Ctx, state: &AppState, id: &ReceiptId, came: &Came) -> Result<Page<Offer>, WalletError> {
    let receipt = find(learner, state, id).await?;
    let register = state.register.current();
    let institution = parties::issuer(&register, &receipt.issuer);
    let href = match &receipt.card {
        Some(card) => front(state, learner, card).await?.map(|id| ctx.localised(&format!("/wallet/credentials/{id}"))),
        None => None,
    };
    let looks = matches!(receipt.state, ReceiptState::Redeeming | ReceiptState::Arrived) && !receipt.accepted;
    let (arrived, own_name) = match looks {
        true => {
            let mut tx = state.store.read().await?;
            (tx.arrived(&receipt.id).await?, tx.learner_name(learner.id()).await?)
        }
        false => (Vec::new(), None),
    };
    let offered = || achievements(&receipt.content.offered).iter().filter_map(|forms| shown(forms, &receipt, &register)).collect();
    let other_name = look::other_name(&arrived, own_name.as_ref().map(|name| name.as_str()));
    let view = Offer {
        party: match &institution {
            Some(institution) => display::party(&register, institution),
            None => display::unknown_party(&receipt.issuer, receipt.content.issuer_name.as_ref()),
        },
        credentials: if arrived.is_empty() { offered() } else { look::shown(&arrived, &register) },
        state: match arrived.is_empty() {
            true => offer_state(ctx, &receipt, institution.is_some(), href, came),
            false => OfferState::Arrived {
                action: ctx.localised(&format!("/wallet/offers/{}", receipt.id)),
                until: (receipt.state == ReceiptState::Arrived).then(|| display::moment(receipt.expires_at)),
                other_name,
                missing: receipt.failure.clone().filter(|_| receipt.state == ReceiptState::Arrived),
                more: receipt.state == ReceiptState::Redeeming,
            },
        },
    };
    Ok(ctx.page_for(learner.session(), view))
}

async fn front(state: &AppState, learner: &Learner, card: &str) -> Result<Option<String>, WalletError> {
    let copies = state.store.read().await?.copies_on_card(learner.id(), card).await?;
    Ok(Card::lay_out(copies).into_iter().next().map(|card| card.front.id.as_str().to_owned()))
}

fn offer_state(ctx: &Ctx, receipt: &Receipt, listed: bool, href: Option<String>, came: &Came) -> OfferState {
    let own = format!("/wallet/offers/{}", receipt.id);
    let failed =
        |code: &str, again: Option<String>| OfferState::Failed { code: code.to_owned(), reference: ctx.reference().to_owned(), again };
    let again = || Some(ctx.localised(&format!("{own}?again=1")));
    let until = Some(display::moment(receipt.expires_at));
    let action = ctx.localised(&own);
    let login_failed = came.failed.as_deref().and_then(|code| FAILED.into_iter().find(|known| *known == code));
    let lost = receipt.failure.as_deref().filter(|code| *code == "authorization_lost" && came.again.is_none());
    match receipt.state {
        ReceiptState::Offered if ctx.now() >= receipt.expires_at => OfferState::Expired,
        ReceiptState::Offered if !receipt.content.offered.iter().any(|offered| is_supported(&offered.format)) => {
            failed("offer_format", None)
        }
        // Who is in no register gets no code and no key proof of ours before the learner said to go on (threat T10).
        ReceiptState::Offered if !listed && !receipt.acknowledged => OfferState::Stranger {
            action,
            host: url::Url::parse(&receipt.issuer).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default(),
            wants_code: receipt.content.tx_code.is_some(),
            until,
        },
        ReceiptState::Offered => match login_failed.or(lost) {
            Some(code) => failed(code, again()),
            None => OfferState::Open {
                action,
                code: receipt.content.tx_code.as_ref().map(|code| Code {
                    length: code.length.and_then(|length| u8::try_from(length).ok()),
                    numeric: code.numeric,
                    description: code.description.clone().map(Text::same),
                    wrong: receipt.failure.as_deref() == Some("tx_code_wrong"),
                }),
                login: receipt.content.grant == OfferGrant::AuthorizationCode,
                until,
            },
        },
        // A part of it is there, the rest still comes.
        ReceiptState::Redeeming | ReceiptState::Arrived => match href {
            Some(href) => OfferState::AlreadyHave { href },
            None => OfferState::Preparing { since: receipt.deferred_at.map(display::moment) },
        },
        ReceiptState::Kept => href.map_or(OfferState::Expired, |href| OfferState::AlreadyHave { href }),
        ReceiptState::Refused => OfferState::Refused,
        ReceiptState::Failed => failed(receipt.failure.as_deref().unwrap_or("issuer_answer"), None),
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
        let names = forms.iter().map(|form| Value::Text(form_name(&form.format, &form.types))).collect();
        facts.push(Fact::new(Text::new("In deze vormen", "In these forms"), Value::List(names)));
    }
    Some(Offered { head: head(told, receipt, register), facts, outcomes: Vec::new(), valid_until: None })
}

/// A form in plain words.
pub(super) fn form_name(format: &str, types: &[String]) -> Text {
    match (Format::from_name(format), is_badge(types)) {
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
        badge: is_badge(&offered.types),
        pattern: offered.configuration.clone(),
        holder: None,
        result: None,
        own_id: None,
        labels: Vec::new(),
        origin: None,
    };
    display::head(&summary, &receipt.issuer, register)
}
