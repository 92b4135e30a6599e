//! How a browser is known again without being followed: by a random cookie of ours, of which only a look-up value per learner is
//! kept. No address, no description of the browser.

use axum::http::{HeaderMap, HeaderValue};
use http::{Cookie, Ctx};
use model::id::LearnerId;
use storage::wallet::device::{DEVICE_DAYS, Met};
use storage::{StorageError, WalletTx};

use crate::feed::{self, tell};
use crate::state::AppState;

/// Characters of the token: 128 random bits in base62.
const LENGTH: usize = 22;

/// The cookie of this browser.
pub(super) fn token(state: &AppState, headers: &HeaderMap) -> Option<String> {
    let known = |token: &String| token.len() == LENGTH && token.bytes().all(|byte| byte.is_ascii_alphanumeric());
    Cookie::of(&state.core, "device").read(headers).filter(known)
}

/// Notes the browser of a sign-in and tells the learner when it is new. Gives the cookie that the browser keeps.
///
/// # Errors
/// When the database fails.
pub(super) async fn meet(
    tx: &mut WalletTx,
    ctx: &Ctx,
    state: &AppState,
    headers: &HeaderMap,
    learner: &LearnerId,
) -> Result<HeaderValue, StorageError> {
    let token = token(state, headers).unwrap_or_else(|| vc::random::token128(ctx.random()));
    if let Met::New(device) = tx.meet_device(learner, &token, ctx.now()).await? {
        tell(tx, state, learner, &feed::tell::signed_in(&device), ctx.now()).await?;
    }
    Ok(Cookie::of(&state.core, "device").set_for(&token, DEVICE_DAYS * 24 * 60 * 60))
}
