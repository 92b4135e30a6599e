//! `GET /s/{token}` and its copies: what somebody sees who was given a link. Checked afresh at each opening.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use http::Ctx;
use web::Moment;
use web::certificate::{CertificatePage, PaperLink};
use web::shared_link::PinPage;
use web::verdict::{Copies, Face, HolderKey, Occasion, VerdictPage};

use super::reader::{self, Closed, Opened};
use crate::check;
use crate::state::AppState;

/// Asks search engines not to list it.
const NO_INDEX: (HeaderName, &str) = (HeaderName::from_static("x-robots-tag"), "noindex, nofollow");

/// `GET /s/{token}`
pub(crate) async fn show(
    ctx: Ctx,
    State(state): State<AppState>,
    method: Method,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    match reader::find_unlocked(&ctx, &state, &token, &headers).await {
        Ok(opened) => {
            if method == Method::GET && is_visit(&headers) {
                count(&ctx, &state, &opened).await;
            }
            page(&ctx, &state, &token, &opened).await
        }
        Err(closed) => closed_page(&ctx, &token, closed),
    }
}

/// The verdict page of an opened link.
pub(super) async fn page(ctx: &Ctx, state: &AppState, token: &str, opened: &Opened) -> Response {
    let view = view(ctx, state, token, opened).await;
    ctx.page(view).noindex().into_response()
}

async fn view(ctx: &Ctx, state: &AppState, token: &str, opened: &Opened) -> VerdictPage {
    let report = opened.check(ctx, state).await;
    let copy = |name: &str| ctx.localised(&format!("/s/{token}/{name}"));
    let occasion = Occasion::Share {
        until: opened.share.ends_at.map(|end| Moment(end.seconds())),
        copies: Copies { certificate: copy("certificate"), credential: copy("credential"), report: copy("report.json") },
    };
    check::page::page(ctx, &report, &state.register.current(), occasion, HolderKey::ThisServer)
}

/// What is shown instead.
pub(super) fn closed_page(ctx: &Ctx, token: &str, closed: Closed) -> Response {
    match closed {
        Closed::Ended => reader::ended(ctx),
        Closed::Pin => {
            let view = PinPage { action: ctx.localised(&format!("/s/{token}")), wrong: false };
            ctx.page(view).noindex().into_response()
        }
        Closed::Failed(response) => response,
    }
}

/// A person who followed the link, not a bot that previews it: only browsers that open a page send this.
fn is_visit(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-mode").is_some_and(|mode| mode.as_bytes() == b"navigate") && !headers.contains_key("sec-purpose")
}

async fn count(ctx: &Ctx, state: &AppState, opened: &Opened) {
    let counted = async {
        let mut tx = state.store.write().await?;
        tx.count_opening(&opened.share.id, ctx.now()).await?;
        tx.commit().await
    };
    if let Err(error) = counted.await {
        tracing::warn!(cause = http::failure::chain(&error), "an opening could not be counted");
    }
}

/// `GET /s/{token}/report.json`
pub(crate) async fn report(ctx: Ctx, State(state): State<AppState>, headers: HeaderMap, Path(token): Path<String>) -> Response {
    match reader::find_unlocked(&ctx, &state, &token, &headers).await {
        Ok(opened) => ([NO_INDEX], axum::Json(opened.check(&ctx, &state).await)).into_response(),
        Err(closed) => closed_page(&ctx, &token, closed),
    }
}

/// `GET /s/{token}/credential`: the presentation byte for byte. It is kept in this form alone, so `Accept` chooses nothing else.
pub(crate) async fn credential(ctx: Ctx, State(state): State<AppState>, headers: HeaderMap, Path(token): Path<String>) -> Response {
    match reader::find_unlocked(&ctx, &state, &token, &headers).await {
        Ok(opened) => {
            let form =
                [(CONTENT_TYPE, "application/dc+sd-jwt"), (CONTENT_DISPOSITION, "attachment; filename=\"credential.txt\""), NO_INDEX];
            (form, opened.presentation.to_string()).into_response()
        }
        Err(closed) => closed_page(&ctx, &token, closed),
    }
}

/// `GET /s/{token}/certificate`: to print. Only something genuine has a certificate; else the page that says why not.
pub(crate) async fn certificate(ctx: Ctx, State(state): State<AppState>, headers: HeaderMap, Path(token): Path<String>) -> Response {
    let opened = match reader::find_unlocked(&ctx, &state, &token, &headers).await {
        Ok(opened) => opened,
        Err(closed) => return closed_page(&ctx, &token, closed),
    };
    let mut verdict = view(&ctx, &state, &token, &opened).await;
    let first = (!verdict.credentials.is_empty()).then(|| verdict.credentials.remove(0));
    let genuine = first.filter(|credential| matches!(credential.face, Face::Valid | Face::Attention));
    let printable = genuine.and_then(|credential| Some((credential.face, credential.kind, credential.issuer?, credential.content?)));
    let Some((face, kind, issuer, content)) = printable else {
        return ctx.see_other(&format!("/s/{token}")).into_response();
    };
    let certificate = CertificatePage {
        face,
        kind,
        issuer: issuer.name,
        content,
        link: Some(PaperLink {
            url: ctx.origin().at(&format!("/s/{token}")),
            until: opened.share.ends_at.map(|end| Moment(end.seconds())),
            short_code: None,
        }),
        back: ctx.localised(&format!("/s/{token}")),
        checked_at: Moment(ctx.now().seconds()),
    };
    ctx.page(certificate).noindex().into_response()
}
