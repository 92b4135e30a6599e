//! `POST /badges/revoke` (RFC 7009): a platform gives a token back. With its refresh token everything ends that it was allowed.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use http::failure::{Failed, Kind};
use http::{Ctx, OAuthForm};
use storage::wallet::badge_token::TokenKind;

use super::client::{self, stored};
use super::disconnect::note_disconnected;
use crate::state::AppState;

pub(super) async fn revoke(
    ctx: Ctx,
    State(state): State<AppState>,
    headers: HeaderMap,
    form: OAuthForm,
) -> Result<impl IntoResponse, Failed> {
    ctx.limit("token")?;
    let mut tx = state.store.write().await.map_err(stored)?;
    let platform = client::platform(&mut tx, &headers, &state.platforms).await?;
    let token = form.get("token").ok_or(Failed::new(Kind::Invalid, "invalid_request"))?;
    // The hint is a hint: a token is looked for as both.
    for kind in [TokenKind::Refresh, TokenKind::Access] {
        let Some(found) = tx.badge_token(token, kind).await.map_err(stored)? else { continue };
        let grant = tx.badge_grant(&found.grant).await.map_err(stored)?;
        let Some(grant) = grant.filter(|grant| grant.platform == platform.id) else { continue };
        match kind {
            TokenKind::Access => tx.drop_badge_token(token, &grant.id).await.map_err(stored)?,
            TokenKind::Refresh => {
                if tx.end_badge_grant(&grant.id, ctx.now()).await.map_err(stored)? {
                    note_disconnected(&mut tx, &grant.learner, &platform, &grant.id, ctx.now()).await.map_err(stored)?;
                }
            }
        }
    }
    tx.commit().await.map_err(stored)?;
    // What is not there is revoked, too (section 2.2).
    Ok([(CACHE_CONTROL, "no-store")])
}
