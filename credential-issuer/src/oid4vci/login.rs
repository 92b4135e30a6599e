//! `/{institution}/auth/…`: signing in with eduID by the institution's own client, for an authorization or for the desk.

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use http::oidc::{Arrived, Ask, EduidError};
use http::session::Opening;
use http::{Cookie, Ctx, OAuthForm, Protected, SeeOther, Session};
use serde::Deserialize;
use serde_json::json;
use storage::StorageError;
use storage::audit::{Actor, Event};

use super::authorize::{AuthorizeError, LoginFor, subject};
use super::matched;
use crate::Issuer;
use crate::failpoint::reached;
use crate::institution::{At, Institution};

/// `GET /{institution}/auth/login`: to eduID, and back to the desk.
pub(crate) async fn login(At(institution): At, ctx: Ctx, headers: HeaderMap, RawQuery(query): RawQuery) -> Result<SeeOther, EduidError> {
    let query = OAuthForm::parse(query.unwrap_or_default().as_bytes());
    let desk = ctx.localised(&format!("/{}/desk", institution.slug()));
    let return_to = query.as_ref().and_then(|query| query.get("return_to")).or(Some(&desk));
    let begun = institution.eduid.begin(&ctx, &headers, Ask { return_to, more: json!(LoginFor::Desk), ..Ask::default() }).await?;
    Ok(SeeOther::to(begun.location).with_cookie(begun.cookie))
}

/// `GET /auth/login`: finds the institution in the page to come back to.
pub(crate) async fn login_somewhere(ctx: Ctx, State(issuer): State<Issuer>, RawQuery(query): RawQuery) -> SeeOther {
    let query = query.unwrap_or_default();
    let form = OAuthForm::parse(query.as_bytes());
    let slug = form.as_ref().and_then(|form| form.get("return_to")).and_then(|path| path.split('/').nth(1)).unwrap_or_default();
    match issuer.institutions.get(slug) {
        Some(institution) => ctx.see_other(&format!("/{}/auth/login?{query}", institution.slug())),
        None => ctx.see_other("/"),
    }
}

/// `GET /{institution}/auth/callback`: a new session, and on to our own page, never to a wallet.
pub(crate) async fn callback(
    At(institution): At,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, AuthorizeError> {
    let arrived = institution.eduid.finish(&ctx, &headers, query.as_deref()).await?;
    match LoginFor::deserialize(&arrived.more) {
        Ok(LoginFor::Authorization(id)) => to_choice(&issuer, &institution, &ctx, &headers, (arrived, id)).await,
        _ => Ok(to_desk(&issuer, &institution, (&ctx, &headers), arrived).await?.into_response()),
    }
}

async fn to_choice(
    issuer: &Issuer,
    institution: &Institution,
    ctx: &Ctx,
    headers: &HeaderMap,
    (arrived, id): (Arrived, String),
) -> Result<Response, AuthorizeError> {
    let mut tx = issuer.store.write().await?;
    let person = matched::signed_in(&mut tx, institution.slug(), (&id, &arrived.identity.eduid), ctx.now()).await?;
    reached("issuer.arriving");
    tx.commit().await?;
    reached("issuer.arrived");
    let names = [&arrived.identity.given_name, &arrived.identity.family_name];
    let name = names.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ");
    let opening = Opening {
        subject: subject(&person),
        display_name: Some(name),
        authenticated_at: arrived.identity.authenticated_at,
        more: json!(LoginFor::Authorization(id.clone())),
    };
    let cookie = ctx.core().sessions().open(ctx, &Cookie::session(ctx.core()), headers, opening).await?;
    let page = format!("/{}/authorize/{id}", institution.slug());
    // With the language in which the authorization began.
    let began = arrived.return_to.filter(|path| path.split('?').next() == Some(&page));
    Ok(ctx.see_other(began.as_deref().unwrap_or(&page)).with_cookie(cookie).into_response())
}

async fn to_desk(
    issuer: &Issuer,
    institution: &Institution,
    (ctx, headers): (&Ctx, &HeaderMap),
    arrived: Arrived,
) -> Result<SeeOther, StorageError> {
    let desk = format!("/{}/desk", institution.slug());
    let Some(member) = institution.staff(&arrived.identity.eduid) else {
        return Ok(ctx.see_other(&format!("{desk}/no-access")));
    };
    let subject = crate::desk::staff::subject(institution.slug(), member);
    let mut tx = issuer.store.write().await?;
    let (actor, object) = (Actor::Staff(subject.clone()), institution.slug().to_owned());
    let event = Event { actor, action: "desk.login", object_kind: "institution", object, outcome: "done", amount: 1 };
    tx.audit(&event, ctx.now()).await?;
    tx.commit().await?;
    let opening = Opening {
        subject,
        display_name: Some(member.name.clone()),
        authenticated_at: arrived.identity.authenticated_at,
        more: json!(LoginFor::Desk),
    };
    let cookie = ctx.core().sessions().open(ctx, &Cookie::session(ctx.core()), headers, opening).await?;
    let own =
        arrived.return_to.filter(|path| path.starts_with(&format!("{desk}/")) || *path == desk || path.starts_with(&format!("{desk}?")));
    Ok(ctx.see_other(own.as_deref().unwrap_or(&desk)).with_cookie(cookie))
}

/// No fields beside the session's token.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// `POST /{institution}/auth/logout`.
pub(crate) async fn logout(
    At(institution): At,
    ctx: Ctx,
    session: Session,
    Protected(Nothing {}): Protected<Nothing>,
) -> Result<SeeOther, AuthorizeError> {
    ctx.core().sessions().end(&session).await?;
    let cookie = Cookie::session(ctx.core()).clear();
    Ok(ctx.see_other(&format!("/{}", institution.slug())).with_cookie(cookie))
}
