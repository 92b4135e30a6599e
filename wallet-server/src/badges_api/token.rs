//! `POST /badges/token`: a code or a refresh token becomes an access token, for the platform that it was made for.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, HeaderName, PRAGMA};
use axum::response::IntoResponse;
use http::failure::{Failed, Kind};
use http::{Ctx, OAuthForm};
use openid4vc::oauth::pkce;
use serde_json::{Value, json};
use storage::WalletTx;
use storage::wallet::badge_grant::BadgeGrant;
use storage::wallet::badge_token::{NewBadgeToken, TokenKind};
use vc::random::token128;

use super::client::{self, stored};
use super::platform::Platform;
use super::scope::{Scope, Scopes};
use crate::state::AppState;

/// How long an access token lives, in seconds, as section 7.3.1.4 recommends.
const ACCESS_SECONDS: i64 = 3_600;
/// How long a refresh token lives that is not used, in days.
const REFRESH_DAYS: i64 = 90;

/// Answers with tokens are for nobody else.
const PRIVATE: [(HeaderName, &str); 2] = [(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")];

pub(super) async fn token(
    ctx: Ctx,
    State(state): State<AppState>,
    headers: HeaderMap,
    form: OAuthForm,
) -> Result<impl IntoResponse, Failed> {
    ctx.limit("token")?;
    let mut tx = state.store.write().await.map_err(stored)?;
    let platform = client::platform(&mut tx, &headers, &state.platforms).await?;
    let issued = match form.get("grant_type") {
        Some("authorization_code") => redeem(&ctx, &mut tx, &platform, &form).await,
        Some("refresh_token") => refresh(&ctx, &mut tx, &platform, &form).await,
        Some(_) => Err(refused("unsupported_grant_type")),
        None => Err(refused("invalid_request")),
    };
    // What a refused request ended stays ended.
    tx.commit().await.map_err(stored)?;
    Ok((PRIVATE, Json(issued?)))
}

fn refused(code: &'static str) -> Failed {
    Failed::new(Kind::Invalid, code)
}

/// A code counts once, within its minute, for the platform, the address and the verifier that it was made for. Shown with others it
/// counts no more, as at our institutions (row T8). Shown again it ends what it gave (section 7.3.1.2).
async fn redeem(ctx: &Ctx, tx: &mut WalletTx, platform: &Platform, form: &OAuthForm) -> Result<Value, Failed> {
    let code = form.get("code").ok_or_else(|| refused("invalid_request"))?;
    let verifier = form.get("code_verifier").ok_or_else(|| refused("invalid_request"))?;
    let grant = tx.badge_grant_by_code(code, &platform.id).await.map_err(stored)?.ok_or_else(|| refused("invalid_grant"))?;
    let fits = form.get("redirect_uri") == Some(grant.redirect_uri.as_str()) && pkce::answers(verifier, &grant.challenge);
    if grant.code_used || !fits {
        tx.end_badge_grant(&grant.id, ctx.now()).await.map_err(stored)?;
        return Err(refused("invalid_grant"));
    }
    let scopes = narrowed(&grant, form.get("scope"))?;
    if !tx.use_badge_code(&grant.id, ctx.now()).await.map_err(stored)? {
        return Err(refused("invalid_grant"));
    }
    // Connected again: what was allowed before is what is allowed now.
    for older in tx.badge_grants(&grant.learner).await.map_err(stored)? {
        if older.platform == grant.platform && older.id != grant.id {
            tx.end_badge_grant(&older.id, ctx.now()).await.map_err(stored)?;
        }
    }
    issue(ctx, tx, platform, &grant, (&scopes, None)).await
}

/// A refresh token is answered until its successor is used; after that it is somebody else's copy and ends the grant.
async fn refresh(ctx: &Ctx, tx: &mut WalletTx, platform: &Platform, form: &OAuthForm) -> Result<Value, Failed> {
    let shown = form.get("refresh_token").ok_or_else(|| refused("invalid_request"))?;
    let found = tx.badge_token(shown, TokenKind::Refresh).await.map_err(stored)?.ok_or_else(|| refused("invalid_grant"))?;
    let grant = tx.badge_grant(&found.grant).await.map_err(stored)?;
    let grant = grant.filter(|grant| grant.live && grant.platform == platform.id).ok_or_else(|| refused("invalid_grant"))?;
    if found.spent {
        tx.end_badge_grant(&grant.id, ctx.now()).await.map_err(stored)?;
        return Err(refused("invalid_grant"));
    }
    if found.expires_at <= ctx.now() {
        return Err(refused("invalid_grant"));
    }
    let scopes = narrowed(&grant, form.get("scope"))?;
    tx.use_badge_token(shown, &found, ctx.now()).await.map_err(stored)?;
    tx.drop_rivals(&grant.id, shown).await.map_err(stored)?;
    issue(ctx, tx, platform, &grant, (&scopes, Some(shown))).await
}

/// What is asked of what was allowed; all of it when nothing is said.
fn narrowed(grant: &BadgeGrant, asked: Option<&str>) -> Result<Scopes, Failed> {
    let allowed = Scopes::known(&grant.scope);
    match asked {
        None => Ok(allowed),
        Some(asked) => Scopes::parse(asked).filter(|asked| asked.within(&allowed)).ok_or_else(|| refused("invalid_scope")),
    }
}

async fn issue(
    ctx: &Ctx,
    tx: &mut WalletTx,
    platform: &Platform,
    grant: &BadgeGrant,
    (scopes, replaces): (&Scopes, Option<&str>),
) -> Result<Value, Failed> {
    let (access, scope) = (token128(ctx.random()), scopes.to_string());
    let token = |token, kind, scope, expires_at| NewBadgeToken { token, grant: &grant.id, kind, scope, replaces, expires_at };
    let access_until = ctx.now().plus_seconds(ACCESS_SECONDS);
    tx.insert_badge_token(&token(&access, TokenKind::Access, &scope, access_until)).await.map_err(stored)?;
    let mut answer = json!({"access_token": access, "token_type": "Bearer", "expires_in": ACCESS_SECONDS, "scope": scope});
    let allowed = Scopes::known(&grant.scope);
    if allowed.has(Scope::Offline) && platform.refreshes() {
        let next = token128(ctx.random());
        let until = ctx.now().plus_days(REFRESH_DAYS);
        tx.insert_badge_token(&token(&next, TokenKind::Refresh, &grant.scope, until)).await.map_err(stored)?;
        if let Some(members) = answer.as_object_mut() {
            members.insert("refresh_token".to_owned(), next.into());
        }
    }
    Ok(answer)
}
