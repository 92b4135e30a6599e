//! `GET` and `POST /ask`: one question to one candidate, by anybody, shown as unproven; with an organisation's key, in its name.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::{Ctx, Failed, FromOwnPage, Kind};
use model::LocalText;
use model::verification::{Asker, Question, VerificationId};
use openid4vc::Prefix;
use serde::Deserialize;
use serde_json::Map;
use storage::hash_token;
use web::ask::{AskPage, AskProblem, AskValues};

use crate::api::create::{is_suspended, purpose, service};
use crate::links::response_uri;
use crate::outcome::ask;
use crate::public;
use crate::query::{self, USE_CASES};
use crate::state::AppState;

/// How long a candidate has to answer, in days.
const DAYS_OPEN: i64 = 7;
/// The most days that an answer is kept for an asker without an account.
const MOST_DAYS: u32 = 30;
const GROUNDS: [(&str, &str, &str); 4] = [
    ("contract", "nodig voor een overeenkomst met deze persoon", "needed for a contract with this person"),
    ("legal_obligation", "een wet verplicht de vrager", "a law obliges the asker"),
    ("legitimate_interest", "een gerechtvaardigd belang van de vrager", "a legitimate interest of the asker"),
    ("public_task", "een publieke taak van de vrager", "a public task of the asker"),
];

#[derive(Deserialize)]
pub(crate) struct Preset {
    #[serde(default)]
    use_case: String,
}

pub(crate) async fn show(ctx: Ctx, Query(preset): Query<Preset>) -> Response {
    let values = AskValues { use_case: preset.use_case, days: "7".to_owned(), ..AskValues::default() };
    ctx.page(AskPage { use_cases: public::use_cases(), values, problem: None }).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskForm {
    #[serde(default)]
    use_case: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    contact: String,
    #[serde(default)]
    key: String,
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    ground: String,
    #[serde(default)]
    days: String,
}

pub(crate) async fn put(ctx: Ctx, State(state): State<AppState>, FromOwnPage(form): FromOwnPage<AskForm>) -> Result<Response, Failed> {
    ctx.limit("ask")?;
    let id = VerificationId::new(model::id::public_id(ctx.random()));
    let question = match question(&ctx, &state, &id, &form) {
        Ok(question) => question,
        Err(problem) => return Ok(again(&ctx, form, problem)),
    };
    let asker_key = model::id::public_id(ctx.random());
    ask(&ctx, &state, id, question, ctx.now().plus_days(DAYS_OPEN), Some(&asker_key)).await?;
    Ok(ctx.see_other(&format!("/asked/{asker_key}")).into_response())
}

fn again(ctx: &Ctx, form: AskForm, problem: AskProblem) -> Response {
    let values = AskValues {
        use_case: form.use_case,
        name: form.name,
        contact: form.contact,
        purpose: form.purpose,
        ground: form.ground,
        days: form.days,
    };
    let code = match problem {
        AskProblem::UseCase => "use_case_unknown",
        AskProblem::Name => "name_missing",
        AskProblem::Contact => "contact_missing",
        AskProblem::Purpose => "purpose_missing",
        AskProblem::Ground => "ground_missing",
        AskProblem::Days => "retention_days",
        AskProblem::Key => "key_unknown",
        AskProblem::NotAllowed => "not_allowed",
    };
    let page = AskPage { use_cases: public::use_cases(), values, problem: Some(problem) };
    ctx.page(page).refused(ctx, Kind::Unprocessable, code).into_response()
}

/// Text on one line that says something.
fn line(text: &str, most: usize) -> Option<String> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

fn question(ctx: &Ctx, state: &AppState, id: &VerificationId, form: &AskForm) -> Result<Question, AskProblem> {
    let case = USE_CASES.iter().find(|case| case.id == form.use_case).ok_or(AskProblem::UseCase)?;
    let query = query::of_use_case(case.id, &Map::new()).map_err(|_| AskProblem::UseCase)?;
    let days = form.days.trim().parse::<u32>().ok().filter(|days| (1..=MOST_DAYS).contains(days)).ok_or(AskProblem::Days)?;
    let stated_purpose = line(&form.purpose, 160).ok_or(AskProblem::Purpose)?;
    let stated = GROUNDS.iter().find(|(code, ..)| *code == form.ground);
    let mut question = Question {
        asker: Asker::Anybody { name: String::new(), contact: String::new() },
        client_id: format!("redirect_uri:{}", response_uri(ctx.urls(), id)),
        use_case: Some(case.id.to_owned()),
        query,
        purpose: LocalText { nl: stated_purpose, en: None },
        retention_days: days,
        ground: stated.map(|(_, nl, en)| ctx.lang().pick(*nl, *en).to_owned()).unwrap_or_default(),
        privacy_page: None,
        response_mode: "direct_post.jwt".to_owned(),
        redirect_uri: None,
        reference: None,
        webhook: None,
        accept_expired: true,
        short_code: String::new(),
    };
    if form.key.trim().is_empty() {
        stated.ok_or(AskProblem::Ground)?;
        question.asker = Asker::Anybody {
            name: line(&form.name, 80).ok_or(AskProblem::Name)?,
            contact: line(&form.contact, 120).filter(|contact| is_mail(contact)).ok_or(AskProblem::Contact)?,
        };
        return Ok(question);
    }
    in_the_name_of(ctx, state, (id, form), question)
}

/// The same question, signed by the organisation whose key was given.
fn in_the_name_of(
    ctx: &Ctx,
    state: &AppState,
    (id, form): (&VerificationId, &AskForm),
    mut question: Question,
) -> Result<Question, AskProblem> {
    let organisation = state.organisations.by_key_hash(&hash_token(form.key.trim())).ok_or(AskProblem::Key)?;
    let client_id = organisation.client_id(Prefix::X509Hash, &response_uri(ctx.urls(), id)).ok_or(AskProblem::Key)?;
    let register = state.register.current();
    if is_suspended(&register, organisation.slug()) {
        return Err(AskProblem::NotAllowed);
    }
    if let Some(service) = service(&register, organisation.slug(), &client_id) {
        let query = query::read(&question.query).map_err(|_| AskProblem::UseCase)?;
        query::check_allowed(&query, service).map_err(|_| AskProblem::NotAllowed)?;
        if question.retention_days > service.max_retention_days {
            return Err(AskProblem::Days);
        }
        if question.ground.is_empty() {
            question.ground.clone_from(&service.ground.nl);
        }
        question.purpose = purpose(service, question.purpose).ok_or(AskProblem::NotAllowed)?;
        question.privacy_page = Some(service.privacy_page.clone());
    }
    if question.ground.is_empty() {
        return Err(AskProblem::Ground);
    }
    question.asker = Asker::Organisation(organisation.slug().to_owned());
    question.client_id = client_id;
    Ok(question)
}

fn is_mail(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@') && !text.contains(char::is_whitespace))
}
