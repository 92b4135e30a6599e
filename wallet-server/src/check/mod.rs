//! `GET` and `POST /verify`: anybody checks anything that is pasted or uploaded. Nothing of it is kept.

pub(crate) mod page;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::failure::Kind;
use http::{AppCore, Ctx, Page, UPLOAD_LIMIT, Upload};
use vc::verify::Inputs;
use web::verdict::{HolderKey, Occasion};
use web::verify::{VerifyPage, VerifyProblem};

use crate::state::AppState;

/// A file of the largest size in the form around it.
const UPLOADS: usize = UPLOAD_LIMIT + 16 * 1024;
/// Text, at most; pictures may be as large as an upload.
const LONGEST: usize = 1024 * 1024;

/// The routes of this folder.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/verify", get(show).post(check)).layer(DefaultBodyLimit::max(UPLOADS))
}

async fn show(ctx: Ctx) -> Page<VerifyPage> {
    ctx.page(VerifyPage { problem: None })
}

async fn check(ctx: Ctx, State(state): State<AppState>, form: Upload) -> Response {
    if let Err(limited) = ctx.limit("verify") {
        return limited.into_response();
    }
    match read(&form) {
        Ok(bytes) => judge(&ctx, &state, bytes).await,
        Err(problem) => again(&ctx, problem),
    }
}

async fn judge(ctx: &Ctx, state: &AppState, bytes: &[u8]) -> Response {
    let register = state.register.current();
    let trust = register.trust();
    let inputs = Inputs::new(ctx.now().seconds(), &trust, AppCore::software());
    let report = state.gather.report(bytes, &inputs).await;
    ctx.page(page::page(ctx, &report, &register, Occasion::Pasted, HolderKey::NotShown)).noindex().into_response()
}

/// The form again, with what is wrong.
fn again(ctx: &Ctx, problem: VerifyProblem) -> Response {
    let code = match problem {
        VerifyProblem::Empty => "credential_missing",
        VerifyProblem::TooLarge => "credential_too_large",
    };
    ctx.page(VerifyPage { problem: Some(problem) }).refused(ctx, Kind::Unprocessable, code).into_response()
}

/// The pasted text, else the uploaded file, whatever form of credential it is.
fn read(form: &Upload) -> Result<&[u8], VerifyProblem> {
    if form.is_too_large() {
        return Err(VerifyProblem::TooLarge);
    }
    let given = form.part("credential").or_else(|| form.part("file")).ok_or(VerifyProblem::Empty)?;
    match std::str::from_utf8(given) {
        Ok(text) if text.len() > LONGEST => Err(VerifyProblem::TooLarge),
        _ => Ok(given),
    }
}
