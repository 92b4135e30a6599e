//! `GET` and `POST /wallet/requests/{id}`: the learner sees who asks what and why, and shares or does not.
//!
//! Looking releases nothing. An answer is given once; pressing again shows what became of it. Refusing, holding nothing and not
//! matching send the verifier the same bytes.

use axum::extract::{Path as UrlPath, Query as UrlQuery, State};
use axum::response::{IntoResponse, Response};
use http::failure::{Failure, Kind};
use http::{Ctx, Protected};
use model::Timestamp;
use model::consent::{AnswerRefused, Asked, Consent, ConsentId};
use model::wish::{WISH_DAYS, Wish};
use openid4vc::AuthorizationRequest;
use serde::Deserialize;
use storage::StorageError;
use vc::jws::JwsError;
use web::error::Shared;

use super::asked::{Problem, Question, reread};
use super::choice::{self, NotChosen, Readable, chosen};
use super::form::{Answer, Choice};
use super::outcome::{answered_page, expired_page, noted};
use super::party::{self, Asker};
use super::respond::{self, Decision};
use super::ways::{Forward, put_forward};
use crate::activity;
use crate::learner::Learner;
use crate::state::AppState;
use crate::work;

/// Why an answer is not taken. Nothing was shared in any case.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConsentError {
    /// It is not there, or not this learner's.
    #[error("not found")]
    NotFound,
    /// Its time is over.
    #[error("the request has expired")]
    Expired,
    /// What was shown is not what is asked now (row X7).
    #[error("the request changed after it was shown")]
    Changed,
    /// The register suspended who asks after the question came.
    #[error("the asker is suspended")]
    Suspended,
    /// The form names something that was not on the page (row X8).
    #[error("the form has more than the page had")]
    Form,
    /// Nothing held answers the request any more.
    #[error("nothing answers the request")]
    NothingToShare,
    /// The presentation could not be made.
    #[error("the presentation could not be signed")]
    Sign(#[source] JwsError),
    /// No proof could be put on the presentation.
    #[error("the presentation could not be given a proof")]
    Proof,
    /// Something of ours made no sense.
    #[error("a kept request or key could not be used")]
    Ours,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Failure for ConsentError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::Expired => Kind::Gone,
            Self::Changed | Self::NothingToShare => Kind::Conflict,
            Self::Form => Kind::Invalid,
            Self::Suspended => Kind::Refused,
            Self::Sign(_) | Self::Proof | Self::Ours | Self::Storage(StorageError::Sealed { .. } | StorageError::Row { .. }) => Kind::Ours,
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Expired => "request_expired",
            Self::Changed => "request_changed",
            Self::NothingToShare => "nothing_to_share",
            Self::Form => "form",
            Self::Suspended => "asker_suspended",
            _ if self.kind() == Kind::Unavailable => "unavailable",
            _ => "internal",
        }
    }

    fn shared(&self) -> Shared {
        Shared::Nothing
    }
}
http::failure!(ConsentError);

impl From<AnswerRefused> for ConsentError {
    fn from(refused: AnswerRefused) -> Self {
        match refused {
            AnswerRefused::Expired => Self::Expired,
            AnswerRefused::Changed => Self::Changed,
        }
    }
}

/// `GET /wallet/requests/{id}`
pub(crate) async fn show(
    ctx: Ctx,
    State(state): State<AppState>,
    learner: Learner,
    UrlPath(id): UrlPath<ConsentId>,
    UrlQuery(looked): UrlQuery<Looked>,
) -> Result<Response, ConsentError> {
    let mut tx = state.store.read().await?;
    let asked = match tx.consent(&id, learner.id()).await?.ok_or(ConsentError::NotFound)? {
        Consent::Answered(answered) => {
            return Ok(answered_page(&ctx, &learner, &answered, noted(&mut tx, &learner, &answered).await?, true));
        }
        Consent::Asked(asked) if ctx.now() >= asked.expires_at => return Ok(expired_page(&ctx, &learner)),
        Consent::Asked(asked) => asked,
    };
    let request = reread(&asked, ctx.egress().allows_localhost()).ok_or(ConsentError::Ours)?;
    let register = state.register.current();
    if party::is_suspended(&register, &request) {
        return Err(ConsentError::Suspended);
    }
    if !logged_in_for(&ctx, &learner, &asked, Asker::of(&request, &register).known.is_some()) {
        return Ok(log_in_again(&ctx, &id));
    }
    let before = tx.shared_before(learner.id(), &asked.request.client_id).await?;
    let held = choice::readable(tx.held(learner.id()).await?, ctx.now());
    drop(tx);
    let found = choice::matched(&request.query, &request.client_metadata, &held);
    let forward = put_forward(&found, &held, &looked.way);
    let question = Question { kept: &asked, request: &request, register: &register, forward };
    if question.forward.slots.is_empty() {
        return missing(&ctx, &state, &learner, &question).await;
    }
    Ok(ctx.page_for(learner.session(), question.page(ctx.now(), before, Problem::None)).into_response())
}

/// How long before a question of somebody unproven the login may be, in seconds: one that was made to answer it counts.
const LOGIN_FOR_IT: i64 = 120;

/// Whether the learner has proven lately enough who they are: within ten minutes, and for somebody whom nobody vouches for, for this
/// question.
fn logged_in_for(ctx: &Ctx, learner: &Learner, asked: &Asked, known: bool) -> bool {
    let for_it = || learner.authenticated_at().plus_seconds(LOGIN_FOR_IT) >= asked.received_at;
    learner.is_fresh(ctx.now()) && (known || for_it())
}

/// To the login and back to the page: who shares has proven lately who they are (RPA_08).
fn log_in_again(ctx: &Ctx, id: &ConsentId) -> Response {
    ctx.see_other(&format!("/auth/login?again=1&return_to=/wallet/requests/{id}")).into_response()
}

/// The page for a request that nothing held answers.
async fn missing(ctx: &Ctx, state: &AppState, learner: &Learner, question: &Question<'_>) -> Result<Response, ConsentError> {
    let mut tx = state.store.read().await?;
    let connected: Vec<String> =
        tx.connections(learner.id()).await?.iter().map(|connection| connection.institution.as_str().to_owned()).collect();
    let mut waits = false;
    for kind in question.kinds() {
        waits |= tx.has_wish(learner.id(), kind).await?;
    }
    drop(tx);
    Ok(ctx.page_for(learner.session(), question.missing(&connected, waits)).into_response())
}

/// `GET /wallet/requests/{id}/report`: the letter to the authority about who asks, while the question is open.
pub(crate) async fn report(
    ctx: Ctx,
    State(state): State<AppState>,
    learner: Learner,
    UrlPath(id): UrlPath<ConsentId>,
) -> Result<Response, ConsentError> {
    let asked = match state.store.read().await?.consent(&id, learner.id()).await?.ok_or(ConsentError::NotFound)? {
        Consent::Answered(answered) => {
            let entry = answered.about.activity.map_or_else(|| "/wallet/activity".to_owned(), |id| format!("/wallet/activity/{id}"));
            return Ok(ctx.see_other(&entry).into_response());
        }
        Consent::Asked(asked) => asked,
    };
    let request = reread(&asked, ctx.egress().allows_localhost()).ok_or(ConsentError::Ours)?;
    let register = state.register.current();
    let question = Question { kept: &asked, request: &request, register: &register, forward: Forward::nothing() };
    let letter = activity::about_a_question(question.about(), format!("/wallet/requests/{id}"));
    Ok(ctx.page_for(learner.session(), letter).into_response())
}

/// Which page is looked at, or was: the way to answer, and the digest of what it showed.
#[derive(Deserialize)]
pub(crate) struct Looked {
    #[serde(default)]
    way: String,
    #[serde(default)]
    shown: String,
}

/// `POST /wallet/requests/{id}`
pub(crate) async fn answer(
    ctx: Ctx,
    State(state): State<AppState>,
    learner: Learner,
    UrlPath(id): UrlPath<ConsentId>,
    UrlQuery(looked): UrlQuery<Looked>,
    Protected(pairs): Protected<Vec<(String, String)>>,
) -> Result<Response, ConsentError> {
    let mut tx = state.store.read().await?;
    let asked = match tx.consent(&id, learner.id()).await?.ok_or(ConsentError::NotFound)? {
        Consent::Answered(answered) => {
            return Ok(answered_page(&ctx, &learner, &answered, noted(&mut tx, &learner, &answered).await?, true));
        }
        Consent::Asked(asked) => asked,
    };
    let before = tx.shared_before(learner.id(), &asked.request.client_id).await?;
    let held = choice::readable(tx.held(learner.id()).await?, ctx.now());
    drop(tx);
    let request = reread(&asked, ctx.egress().allows_localhost()).ok_or(ConsentError::Ours)?;
    let answering = Answering { ctx: &ctx, state: &state, learner: &learner, asked: &asked, request: &request, held: &held };
    answering.answer(&looked, Answer::read(pairs)?, before).await
}

/// Everything that answering rests on.
struct Answering<'a> {
    ctx: &'a Ctx,
    state: &'a AppState,
    learner: &'a Learner,
    asked: &'a Asked,
    request: &'a AuthorizationRequest,
    held: &'a [Readable],
}

impl Answering<'_> {
    async fn answer(&self, looked: &Looked, form: Answer, before: Option<(i64, Timestamp)>) -> Result<Response, ConsentError> {
        let (ctx, register) = (self.ctx, self.state.register.current());
        if party::is_suspended(&register, self.request) {
            return Err(ConsentError::Suspended);
        }
        let found = choice::matched(&self.request.query, &self.request.client_metadata, self.held);
        let forward = put_forward(&found, self.held, &looked.way);
        let question = Question { kept: self.asked, request: self.request, register: &register, forward };
        self.asked.check(&looked.shown, &question.digest(), ctx.now())?;
        let chosen = chosen(&question.forward.slots, &form.credentials, &form.optional);
        if chosen.as_ref().is_err_and(|why| *why == NotChosen::NotOnPage) {
            return Err(ConsentError::Form);
        }
        if matches!(form.choice, Choice::Tell | Choice::Untell) {
            return self.wait(&question, form.choice == Choice::Tell).await;
        }
        if form.choice == Choice::Extend {
            return self.more_time().await;
        }
        if form.choice == Choice::Refuse {
            return self.send(Decision::refused(&question, ctx.now())).await;
        }
        if question.forward.slots.is_empty() {
            return Err(ConsentError::NothingToShare);
        }
        if !logged_in_for(ctx, self.learner, self.asked, question.asker().known.is_some()) {
            return Ok(log_in_again(ctx, &self.asked.id));
        }
        let Ok(chosen) = chosen else {
            let again = question.page(ctx.now(), before, Problem::NothingChosen);
            return Ok(ctx.page_for(self.learner.session(), again).refused(ctx, Kind::Unprocessable, "nothing_chosen").into_response());
        };
        let asker = question.asker();
        if asker.known.is_none() && !form.confirm.trim().eq_ignore_ascii_case(asker.host()) {
            let again = question.page(ctx.now(), before, Problem::Typed(form.confirm));
            return Ok(ctx.page_for(self.learner.session(), again).refused(ctx, Kind::Unprocessable, "confirm").into_response());
        }
        let copies = respond::copies(self.state, self.learner, question.request, &chosen).await?;
        self.send(Decision::granted(&question, &chosen, &copies, ctx.now())?).await
    }

    /// The learner waits for what they do not have, or no more. The asker hears nothing: the question stays as open as it was.
    async fn wait(&self, question: &Question<'_>, waits: bool) -> Result<Response, ConsentError> {
        if !question.forward.slots.is_empty() {
            return Err(ConsentError::Form);
        }
        let (now, learner) = (self.ctx.now(), self.learner.id());
        let wish =
            Wish { request: self.asked.id.as_str().to_owned(), party: question.asker().name(), until: self.asked.expires_at.millis() };
        let mut tx = self.state.store.write().await?;
        for kind in question.kinds() {
            if waits {
                tx.put_wish(learner, kind, &wish, now, now.plus_days(WISH_DAYS)).await?;
            } else {
                tx.drop_wish(learner, kind).await?;
            }
        }
        tx.commit().await?;
        Ok(self.ctx.see_other(&format!("/wallet/requests/{}", self.asked.id)).into_response())
    }

    /// The question stays open for longer, once (WCAG 2.2.1). When there is no more time to give, the page says so by its end.
    async fn more_time(&self) -> Result<Response, ConsentError> {
        if let Some(until) = self.asked.longer() {
            let mut tx = self.state.store.write().await?;
            tx.extend_consent(self.asked, self.learner.id(), until).await?;
            tx.commit().await?;
        }
        Ok(self.ctx.see_other(&format!("/wallet/requests/{}", self.asked.id)).into_response())
    }

    /// Answer, activity and delivery in one transaction; then the delivery itself; then the page that says how far it got.
    async fn send(&self, decision: Decision) -> Result<Response, ConsentError> {
        let job = respond::record(self.state, self.learner, self.asked, &decision, self.ctx.now()).await?;
        if let Some(job) = &job {
            work::now(self.state, job).await?;
        }
        let mut tx = self.state.store.read().await?;
        match tx.consent(&self.asked.id, self.learner.id()).await? {
            Some(Consent::Answered(answered)) => {
                let entry = noted(&mut tx, self.learner, &answered).await?;
                Ok(answered_page(self.ctx, self.learner, &answered, entry, job.is_none()))
            }
            _ => Err(ConsentError::NotFound),
        }
    }
}
