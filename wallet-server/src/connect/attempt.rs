//! Connecting under way: kept, sealed, while the learner is at the institution; bound to the browser and to the learner.

use axum::http::{HeaderMap, HeaderValue};
use http::{Cookie, Ctx};
use model::connection::ConnectionId;
use model::id::{LearnerId, row_id};
use serde::{Deserialize, Serialize};
use storage::login::NewLogin;
use storage::{StorageError, WalletStore, hash_token};
use vc::encoding::b64url;

/// How long it may take, in seconds.
const LASTS: i64 = 15 * 60;

/// What is kept meanwhile.
#[derive(Serialize, Deserialize)]
pub(super) struct Attempt {
    /// Whose wallet: another learner cannot end what this one began.
    pub(super) learner: LearnerId,
    /// The institution's slug.
    pub(super) institution: String,
    /// The connection that is to be.
    pub(super) connection: ConnectionId,
    /// PKCE.
    pub(super) verifier: String,
    /// The page to come back to, in the language that the learner reads.
    pub(super) page: String,
}

/// Keeps an attempt. Gives the `state` for the request and the cookie for the browser.
pub(super) async fn begin(
    ctx: &Ctx,
    store: &WalletStore,
    headers: &HeaderMap,
    attempt: &Attempt,
) -> Result<(String, HeaderValue), StorageError> {
    let cookie = cookie(ctx);
    let token = || b64url(vc::random::bytes::<32>(ctx.random()));
    // Several tabs may connect at once: the browser keeps its token.
    let browser = cookie.read(headers).filter(|token| token.len() == 43).unwrap_or_else(token);
    let state = token();
    let data = serde_json::to_vec(attempt).map_err(|_| StorageError::Row { table: "login_attempt", column: "data" })?;
    let login = NewLogin {
        state_hash: hash_token(&state),
        row_id: row_id(ctx.now(), ctx.random()),
        browser_hash: hash_token(&browser),
        data: &data,
        expires_at: ctx.now().plus_seconds(LASTS),
    };
    let mut tx = store.write().await?;
    tx.insert_login(&login, ctx.now()).await?;
    tx.commit().await?;
    Ok((state, cookie.set(&browser)))
}

/// Takes an attempt out, once: only for the browser and the learner that began it.
pub(super) async fn take(
    ctx: &Ctx,
    store: &WalletStore,
    headers: &HeaderMap,
    state: Option<&str>,
    learner: &LearnerId,
) -> Result<Option<Attempt>, StorageError> {
    let (Some(browser), Some(state)) = (cookie(ctx).read(headers), state) else { return Ok(None) };
    let mut tx = store.write().await?;
    let data = tx.take_login(&hash_token(state), &hash_token(&browser), ctx.now()).await?;
    tx.commit().await?;
    let attempt: Option<Attempt> = data.and_then(|data| serde_json::from_slice(&data).ok());
    Ok(attempt.filter(|attempt| attempt.learner == *learner))
}

/// A cookie of its own, so that a login in between does not touch it.
fn cookie(ctx: &Ctx) -> Cookie {
    Cookie::of(ctx.core(), "connect")
}
