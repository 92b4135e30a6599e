//! `GET /s/{token}` and its copies: what somebody sees who was given a link. Checked afresh at each opening.

use axum::extract::{Path, State};
use axum::http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use http::{Ctx, Failed, Kind};
use vc::verify::shown;
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
        Err(closed) => no_copy(closed),
    }
}

/// Forms in which a credential may be asked for by `Accept`.
const FORMS: [&str; 4] = ["application/dc+sd-jwt", "application/vc+jwt", "application/vc", "application/vc+sd-jwt"];

/// `GET /s/{token}/credential`: the credential in the form in which it is kept; an SD-JWT as the presentation byte for byte. Who
/// names other forms of credentials, and neither this one nor any, gets 406.
pub(crate) async fn credential(ctx: Ctx, State(state): State<AppState>, headers: HeaderMap, Path(token): Path<String>) -> Response {
    let opened = match reader::find_unlocked(&ctx, &state, &token, &headers).await {
        Ok(opened) => opened,
        Err(closed) => return no_copy(closed),
    };
    let Some(shown) = shown(&opened.presentation).pop() else { return Failed::new(Kind::Ours, "internal").into_response() };
    let (form, name) = match shown.format {
        "ldp_vc" => ("application/vc", "attachment; filename=\"credential.json\""),
        "jwt_vc_json" | "vc+jwt" => ("application/vc+jwt", "attachment; filename=\"credential.jwt\""),
        "vc+sd-jwt" => ("application/vc+sd-jwt", "attachment; filename=\"credential.txt\""),
        _ => ("application/dc+sd-jwt", "attachment; filename=\"credential.txt\""),
    };
    if !takes(&headers, form) {
        return Failed::new(Kind::NotAcceptable, "form_not_kept").into_response();
    }
    ([(CONTENT_TYPE, form), (CONTENT_DISPOSITION, name), NO_INDEX], shown.text).into_response()
}

/// Whether `Accept` leaves room for the stored form: it names it, or anything, or no form of a credential at all.
fn takes(headers: &HeaderMap, stored: &str) -> bool {
    let ranges = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let wanted = ranges.filter_map(|range| {
        let (name, parameters) = range.split_once(';').unwrap_or((range, ""));
        let refused = parameters.split(';').any(|one| matches!(one.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        (!refused).then(|| name.trim().to_ascii_lowercase())
    });
    let wanted: Vec<String> = wanted.collect();
    let takes = wanted.iter().any(|name| name == stored || name == "*/*" || name == "application/*");
    takes || !wanted.iter().any(|name| FORMS.contains(&name.as_str()))
}

/// Copies are for machines: where a PIN is missing they say so and show no form, and an ended link is one that is not there.
fn no_copy(closed: Closed) -> Response {
    match closed {
        Closed::Ended => Failed::new(Kind::NotFound, "share_ended").into_response(),
        Closed::Pin => Failed::new(Kind::Forbidden, "pin_required").into_response(),
        Closed::Failed(response) => response,
    }
}

/// `GET /s/{token}/certificate`: to print. Only something genuine has a certificate; else the page that says why not.
pub(crate) async fn certificate(ctx: Ctx, State(state): State<AppState>, headers: HeaderMap, Path(token): Path<String>) -> Response {
    let opened = match reader::find_unlocked(&ctx, &state, &token, &headers).await {
        Ok(opened) => opened,
        Err(Closed::Pin) => return ctx.see_other(&format!("/s/{token}")).into_response(),
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
        past: issuer.past,
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
