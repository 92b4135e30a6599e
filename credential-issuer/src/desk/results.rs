//! `GET /{institution}/desk`: what came in, what was decided, and why; parked rows first.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::Ctx;
use model::Timestamp;
use model::achievement::Grade;
use model::award::Missing;
use serde::Deserialize;
use storage::IssuerStore;
use storage::issuer::award::{AwardRow, AwardState};
use web::desk::{Decision, ResultRow, ResultsPage, ResultsView};
use web::{Day, Lang};

use super::decision;
use super::offer::is_for_later;
use super::staff::Staff;
use super::{DeskError, issued_page, moment, name, title};
use crate::institution::Institution;
use crate::oid4vci::forms::unfit_content;

/// Rows of one page.
const PAGE: usize = 100;

/// Which rows.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    view: Option<String>,
    /// After so many.
    #[serde(default)]
    after: u32,
}

pub(crate) async fn results(
    staff: Staff,
    ctx: Ctx,
    State(store): State<IssuerStore>,
    Query(asked): Query<Asked>,
) -> Result<Response, DeskError> {
    let view = match asked.view.as_deref() {
        Some("issued") => ResultsView::Issued,
        Some("other") => ResultsView::Other,
        _ => ResultsView::Todo,
    };
    let slug = staff.institution.slug().to_owned();
    let mut tx = store.read().await?;
    let run = tx.latest_run(&slug).await?;
    let awards = tx.awards_in(&slug, states(view), (PAGE as i64 + 1, asked.after.into())).await?;
    let more = awards.len() > PAGE;
    let counts = tx.award_counts(&slug).await?;
    let mut rows = Vec::new();
    for award in awards.iter().take(PAGE) {
        let href = issued_page(&mut tx, award).await?;
        let undecided = matches!(award.state, AwardState::Open | AwardState::Parked);
        let offered = undecided && tx.open_offer(&award.id, ctx.now()).await?.is_some();
        let mut reasons = reasons(award, &staff.institution, ctx.now());
        if offered && award.state == AwardState::Parked {
            // Its offer is deferred: somebody has the link, or waits.
            reasons.push("offer_waits".to_owned());
        }
        rows.push(row(award, href, (offered, reasons), (staff.member.approver, ctx.lang())));
    }
    let count = |wanted: ResultsView| {
        let of = counts.iter().filter(|(state, _)| *state != AwardState::Idle && view_of(*state) == wanted);
        usize::try_from(of.map(|(_, count)| *count).sum::<i64>()).unwrap_or_default()
    };
    let page = ResultsPage {
        desk: staff.desk(),
        read_at: run.as_ref().map(|run| moment(run.ended_at)),
        read_problem: run.and_then(|run| run.outcome.strip_prefix("failed: ").map(str::to_owned)),
        view,
        counts: (count(ResultsView::Todo), count(ResultsView::Issued), count(ResultsView::Other)),
        rows,
        next: more.then(|| ctx.localised(&format!("/{slug}/desk?view={}&after={}", word(view), u64::from(asked.after) + PAGE as u64))),
    };
    Ok(ctx.page_for(&staff.session, page).into_response())
}

const fn word(view: ResultsView) -> &'static str {
    match view {
        ResultsView::Todo => "todo",
        ResultsView::Issued => "issued",
        ResultsView::Other => "other",
    }
}

const fn states(view: ResultsView) -> [AwardState; 2] {
    match view {
        ResultsView::Todo => [AwardState::Parked, AwardState::Open],
        ResultsView::Issued => [AwardState::Issued, AwardState::Issued],
        ResultsView::Other => [AwardState::Suspended, AwardState::Revoked],
    }
}

const fn view_of(state: AwardState) -> ResultsView {
    match state {
        AwardState::Parked | AwardState::Open => ResultsView::Todo,
        AwardState::Issued => ResultsView::Issued,
        AwardState::Suspended | AwardState::Revoked | AwardState::Idle => ResultsView::Other,
    }
}

/// The value as people write it; a pass without a number in a word.
pub(crate) fn result(grade: &Grade, lang: Lang) -> String {
    match &grade.value {
        Some(value) if value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => web::format::decimal(lang, value),
        Some(value) => value.clone(),
        None if grade.passed => lang.pick("voldoende", "passed").to_owned(),
        None => lang.pick("onvoldoende", "failed").to_owned(),
    }
}

fn row(award: &AwardRow, href: Option<String>, (offered, reasons): (bool, Vec<String>), (approver, lang): (bool, Lang)) -> ResultRow {
    let content = award.content.as_ref();
    let offers = award.state == AwardState::Open || award.is_unclaimed() || is_for_later(award);
    ResultRow {
        learner: name(content),
        what: title(content),
        result: content.and_then(|content| content.grade()).map(|grade| result(grade, lang)),
        on: content.and_then(|content| content.on()).and_then(Day::parse),
        decision: match award.state {
            AwardState::Parked => Decision::Parked,
            AwardState::Open if offered => Decision::Offered,
            AwardState::Open => Decision::Ready,
            AwardState::Issued if award.revision > 1 => Decision::Corrected,
            AwardState::Issued => Decision::Issued,
            AwardState::Suspended => Decision::Suspended,
            AwardState::Revoked => Decision::Withdrawn,
            AwardState::Idle => Decision::Nothing,
        },
        reasons,
        decided_at: moment(award.decided_at),
        href,
        offer: offers.then(|| format!("/{}/desk/awards/{}/offer", award.institution, award.id)),
        decide: (approver && award.waits_for_board()).then(|| decision::address(award)),
    }
}

/// Why it is not issued, as the page's codes.
pub(crate) fn reasons(award: &AwardRow, institution: &Institution, now: Timestamp) -> Vec<String> {
    let mut reasons: Vec<String> = Vec::new();
    for missing in &award.missing {
        match missing {
            Missing::Unfit => reasons.extend(unfit(award, institution, now)),
            missing => reasons.push(reason(*missing)),
        }
    }
    reasons.extend(award.reason.clone());
    // Who made it final is shown wherever the source did not: the desk answers for it.
    let board = award.board.as_ref().filter(|board| award.content_digest == Some(board.about));
    reasons.extend(board.map(|board| format!("board:{}:{}", board.decision.date, board.decision.number)));
    reasons
}

/// Which elements of a credential are not fit to be signed: their numbers and names in both languages, never what they say.
fn unfit(award: &AwardRow, institution: &Institution, now: Timestamp) -> Vec<String> {
    let findings = award.content.as_ref().map(|content| unfit_content(content, institution, now)).unwrap_or_default();
    let named = findings.iter().filter_map(|finding| finding.element);
    let mut reasons: Vec<String> = named.map(|of| format!("unfit:{}:{}:{}", of.number, of.name.nl, of.name.en)).collect();
    reasons.dedup();
    if reasons.is_empty() { vec!["unfit".to_owned()] } else { reasons }
}

/// The page's word for what is missing: reasons of their own, and fields.
fn reason(missing: Missing) -> String {
    match missing {
        Missing::WaitingFinal | Missing::PassUnknown | Missing::LearnerUnknown => missing.code().to_owned(),
        Missing::Template => "no_template".to_owned(),
        Missing::Admission => "institution_not_admitted".to_owned(),
        Missing::Unfit | Missing::Unclaimed | Missing::WorkloadLimits | Missing::LevelLimits => missing.code().to_owned(),
        field => format!("missing:{}", field.code()),
    }
}
