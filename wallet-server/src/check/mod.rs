//! `GET` and `POST /verify`: anybody checks anything that is pasted or uploaded. Nothing of it is kept.

pub(crate) mod page;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::failure::{Failed, Kind};
use http::{AppCore, Ctx, MESSAGE_LIMIT, Page};
use vc::verify::Inputs;
use web::verdict::{HolderKey, Occasion};
use web::verify::{VerifyPage, VerifyProblem};

use crate::state::AppState;

/// The routes of this folder.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/verify", get(show).post(check)).layer(DefaultBodyLimit::max(MESSAGE_LIMIT))
}

async fn show(ctx: Ctx) -> Page<VerifyPage> {
    ctx.page(VerifyPage { problem: None })
}

async fn check(ctx: Ctx, State(state): State<AppState>, form: Multipart) -> Response {
    if let Err(limited) = ctx.limit("verify") {
        return limited.into_response();
    }
    match read(form).await {
        Ok(Ok(text)) => judge(&ctx, &state, &text).await,
        Ok(Err(problem)) => again(&ctx, problem),
        Err(error) => {
            let kind =
                if error.status() == StatusCode::PAYLOAD_TOO_LARGE { (Kind::TooLarge, "too_large") } else { (Kind::Invalid, "form") };
            Failed::new(kind.0, kind.1).into_response()
        }
    }
}

async fn judge(ctx: &Ctx, state: &AppState, text: &str) -> Response {
    let register = state.register.current();
    let trust = register.trust();
    let inputs = Inputs::new(ctx.now().seconds(), &trust, AppCore::software());
    let report = state.gather.report(text.as_bytes(), &inputs).await;
    ctx.page(page::page(ctx, &report, &register, Occasion::Pasted, HolderKey::NotShown)).noindex().into_response()
}

/// The form again, with what is wrong.
fn again(ctx: &Ctx, problem: VerifyProblem) -> Response {
    let code = match problem {
        VerifyProblem::Empty => "credential_missing",
        VerifyProblem::TooLarge => "credential_too_large",
        VerifyProblem::Unreadable => "credential_unreadable",
    };
    ctx.page(VerifyPage { problem: Some(problem) }).refused(ctx, Kind::Unprocessable, code).into_response()
}

/// The pasted text, else the uploaded file as text.
async fn read(mut form: Multipart) -> Result<Result<String, VerifyProblem>, MultipartError> {
    let (mut pasted, mut uploaded) = (String::new(), Vec::new());
    while let Some(field) = form.next_field().await? {
        match field.name() {
            Some("credential") => pasted = field.text().await?,
            Some("file") => uploaded = field.bytes().await?.to_vec(),
            _ => drop(field.bytes().await?),
        }
    }
    if !pasted.trim().is_empty() {
        return Ok(Ok(pasted.trim().to_owned()));
    }
    if uploaded.is_empty() {
        return Ok(Err(VerifyProblem::Empty));
    }
    Ok(String::from_utf8(uploaded).map(|text| text.trim().to_owned()).map_err(|_| VerifyProblem::Unreadable))
}
