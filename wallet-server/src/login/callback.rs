//! `GET /auth/callback`: eduID's answer becomes a session, or an error page and nothing else (rows X1 to X5, X9, X10).

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use http::oidc::{Arrived, EduidError, Identity};
use http::{Cookie, Ctx, Opening, SeeOther};
use serde_json::Value;
use storage::wallet::learner;
use web::Lang;

use super::device;
use crate::notice::mailer;
use crate::state::AppState;

pub(crate) async fn callback(
    ctx: Ctx,
    State(state): State<AppState>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<SeeOther, EduidError> {
    let arrived = state.eduid.finish(&ctx, &headers, query.as_deref()).await?;
    let who = &arrived.identity;
    let parts = [who.given_name.as_deref(), who.family_name.as_deref()];
    let full = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let name = if full.is_empty() { who.claims.get("name").and_then(Value::as_str).map(str::to_owned) } else { Some(full) };
    let identity = learner::Identity { issuer: &who.issuer, eduid: &who.eduid, sub: &who.sub, name: name.as_deref() };
    let mut tx = state.store.write().await?;
    let learner = tx.sign_in(&identity, ctx.now()).await?;
    match state.mailer {
        Some(_) => tx.put_address(&learner, mail_address(who), language(&arrived).tag()).await?,
        None => tx.drop_address(&learner).await?,
    }
    let known = device::meet(&mut tx, &ctx, &state, &headers, &learner).await?;
    tx.commit().await?;
    let opening = Opening {
        subject: learner.as_str().to_owned(),
        display_name: who.given_name.clone().or(name),
        authenticated_at: who.authenticated_at,
        more: Value::Null,
    };
    let cookie = state.core.sessions().open(&ctx, &Cookie::session(&state.core), &headers, opening).await?;
    let target = arrived.return_to.as_deref().unwrap_or("/wallet");
    Ok(ctx.see_other(target).with_cookie(cookie).with_cookie(known))
}

/// Where mail goes: the address that eduID vouches for, and nothing that would be more than an address.
fn mail_address(who: &Identity) -> Option<&str> {
    let verified = who.claims.get("email_verified").is_none_or(|verified| *verified != Value::Bool(false));
    let address = who.claims.get("email").and_then(Value::as_str)?;
    (verified && mailer::address(address).is_some()).then_some(address)
}

/// The language of mail until the learner chooses: that of the page that they log in to, or what eduID says.
fn language(arrived: &Arrived) -> Lang {
    let page = arrived.return_to.as_deref().filter(|path| path.contains("lang=en")).map(|_| Lang::En);
    let said = || arrived.identity.claims.get("preferred_language").and_then(Value::as_str).and_then(Lang::parse);
    page.or_else(said).unwrap_or_default()
}
