//! `GET /r/{id}`: the page of a question, and `GET /c?code=…`, where its short code is typed.

use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use http::{Cookie, Ctx, Failed, Kind, Page};
use model::verification::{Verification, VerificationId};
use serde::Deserialize;
use storage::hash_token;
use vc::key::AgreementKey;
use web::ask::{RequestPage, StartPage};
use web::verdict::Occasion;

use super::{short_code, summary};
use crate::error::{database, not_found, ours};
use crate::links::{self, LinkValues, Way};
use crate::outcome::cross_device;
use crate::public;
use crate::state::AppState;

#[derive(Deserialize)]
pub(crate) struct Returned {
    response_code: Option<String>,
}

pub(crate) async fn show(
    ctx: Ctx,
    State(state): State<AppState>,
    Path(id): Path<VerificationId>,
    Query(returned): Query<Returned>,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    ctx.limit("share")?;
    let found = state.store.read().await.map_err(database)?.verification(&id).await.map_err(database)?.ok_or_else(not_found)?;
    let cookie = Cookie::of(ctx.core(), "browser");
    let known = cookie.read(&headers);
    if let (Some(code), Some(browser)) = (&returned.response_code, &known)
        && back_with_code(&ctx, &state, &id, code, browser).await?
        && let Some(page) = super::asked::verdict(&ctx, &state, &found, occasion(&found))
    {
        return Ok(ctx.page(page).noindex().into_response());
    }
    let browser = known.clone().unwrap_or_else(|| vc::random::token128(ctx.random()));
    let page = page(&ctx, &state, &found, &browser).await?;
    let page = ctx.page(page).noindex();
    Ok(if known.is_some() { page.into_response() } else { page.with_cookie(cookie.set(&browser)).into_response() })
}

/// The holder is back from the wallet, in the browser that left.
async fn back_with_code(ctx: &Ctx, state: &AppState, id: &VerificationId, code: &str, browser: &str) -> Result<bool, Failed> {
    let mut tx = state.store.write().await.map_err(database)?;
    let spent = tx.spend_response_code(id, code, Some(hash_token(browser)), ctx.now()).await.map_err(database)?;
    tx.commit().await.map_err(database)?;
    Ok(spent)
}

fn occasion(found: &Verification) -> Occasion {
    Occasion::Answer {
        purpose: crate::query::text(&found.question.purpose),
        kept_until: web::Moment(found.ended_at.map_or(0, |at| crate::outcome::purge_at(&found.question, at).seconds())),
        report: None,
    }
}

async fn page(ctx: &Ctx, state: &AppState, found: &Verification, browser: &str) -> Result<RequestPage, Failed> {
    let register = state.register.current();
    let mut page = RequestPage {
        summary: summary(ctx, &register, found),
        same_device: None,
        cross_device: None,
        other_wallet: None,
        short_code: short_code(ctx, found).filter(|_| found.question.redirect_uri.is_none()),
    };
    if !found.state(ctx.now()).is_open() {
        return Ok(page);
    }
    let hash = hash_token(browser);
    let way = if found.question.redirect_uri.is_some() { Way::Wallet } else { Way::Page(&hash) };
    let (button, app, qr) = (
        LinkValues::shown(&state.store, &found.id, way),
        LinkValues::shown(&state.store, &found.id, Way::App),
        LinkValues::shown(&state.store, &found.id, Way::Qr),
    );
    let mut tx = state.store.write().await.map_err(database)?;
    links::keep(&mut tx, &button, (&found.id, &found.question), way, ctx.now()).await.map_err(database)?;
    let Some(private) = tx.encryption_key(&found.id).await.map_err(database)? else { return Ok(page) };
    tx.commit().await.map_err(database)?;
    let key = AgreementKey::from_pkcs8(&private).and_then(|key| key.public_jwk()).map_err(|error| ours(&error))?;
    let about = (&found.id, &found.question);
    let query = |values: &LinkValues, way| links::query(ctx.urls(), about, values, links::kind(&found.question, way), &key);
    page.same_device = Some(links::for_wallet(ctx.urls(), &query(&button, way)));
    page.other_wallet = Some(links::for_app(&query(&app, Way::App)));
    page.cross_device = cross_device(ctx, about, &qr, &key);
    Ok(page)
}

#[derive(Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    code: String,
}

/// `GET /c?code=…`: a code is compared in capitals, without the space in its middle.
pub(crate) async fn code(ctx: Ctx, State(state): State<AppState>, Query(typed): Query<Typed>) -> Result<Response, Failed> {
    ctx.limit("ask")?;
    let code: String = typed.code.chars().filter(char::is_ascii_alphanumeric).take(9).map(|c| c.to_ascii_uppercase()).collect();
    let found = match code.len() {
        8 => state.store.read().await.map_err(database)?.verification_by_code(&code, ctx.now()).await.map_err(database)?,
        _ => None,
    };
    Ok(match found {
        Some(id) => ctx.see_other(&format!("/r/{}", id.as_str())).into_response(),
        None => {
            let start: Page<StartPage> = ctx.page(StartPage { use_cases: public::use_cases(), code_unknown: !typed.code.is_empty() });
            let start = if typed.code.is_empty() { start } else { start.refused(&ctx, Kind::NotFound, "code_unknown") };
            start.into_response()
        }
    })
}
