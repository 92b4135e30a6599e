//! `POST /s/{token}`: the PIN of a link. Six digits, Argon2id, five wrong tries close the link and tell the learner.

use argon2::Argon2;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use http::{Cookie, Ctx, FromOwnPage, Kind};
use model::Timestamp;
use model::activity::ActivityKind;
use model::share::ShareId;
use serde::Deserialize;
use vc::encoding::{b64url, b64url_decode};
use vc::random::Random;
use web::shared_link::PinPage;

use super::open::closed_page;
use super::reader::{self, Closed, Opened};
use super::{activity, open};
use crate::feed;
use crate::state::AppState;

/// How long a given PIN counts in the browser that gave it, in seconds.
const GIVEN_SECONDS: i64 = 15 * 60;

/// A fresh PIN: six digits, each equally likely.
pub(super) fn fresh(random: &dyn Random) -> String {
    // The remainder of 64 random bits by a million is even to one part in 10^13.
    let drawn = u64::from_be_bytes(vc::random::bytes(random)) % 1_000_000;
    format!("{drawn:06}")
}

/// `salt.hash`, both base64url. Slow on purpose, so it runs beside the requests.
pub(super) async fn hash(pin: String, salt: [u8; 16]) -> Option<String> {
    let hashed = tokio::task::spawn_blocking(move || derive(&pin, &salt)).await.ok()??;
    Some(format!("{}.{}", b64url(salt), b64url(hashed)))
}

fn derive(pin: &str, salt: &[u8]) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    Argon2::default().hash_password_into(pin.as_bytes(), salt, &mut out).ok()?;
    Some(out)
}

async fn fits(pin: String, kept: &str) -> bool {
    let Some((salt, expected)) = kept.split_once('.') else { return false };
    let (Ok(salt), Ok(expected)) = (b64url_decode(salt), b64url_decode(expected)) else { return false };
    let derived = tokio::task::spawn_blocking(move || derive(&pin, &salt)).await;
    matches!(derived, Ok(Some(derived)) if aws_lc_rs::constant_time::verify_slices_are_equal(&derived, &expected).is_ok())
}

/// The form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PinForm {
    pin: String,
}

/// `POST /s/{token}`
pub(crate) async fn enter(
    ctx: Ctx,
    State(state): State<AppState>,
    Path(token): Path<String>,
    FromOwnPage(form): FromOwnPage<PinForm>,
) -> Response {
    match try_pin(&ctx, &state, &token, form.pin).await {
        Ok(opened) => {
            let mut response = open::page(&ctx, &state, &token, &opened).await;
            let cookie = Cookie::of(ctx.core(), "share").set(&given(&state, &opened.share.id, ctx.now().plus_seconds(GIVEN_SECONDS)));
            response.headers_mut().append(axum::http::header::SET_COOKIE, cookie);
            response
        }
        Err(Closed::Pin) => {
            let view = PinPage { action: ctx.localised(&format!("/s/{token}")), wrong: true };
            ctx.page(view).refused(&ctx, Kind::Unprocessable, "pin_wrong").noindex().into_response()
        }
        Err(closed) => closed_page(&ctx, &token, closed),
    }
}

async fn try_pin(ctx: &Ctx, state: &AppState, token: &str, pin: String) -> Result<Opened, Closed> {
    let opened = reader::find(ctx, state, token).await?;
    let Some(kept) = opened.share.pin_hash.clone() else { return Ok(opened) };
    if fits(pin, &kept).await {
        let mut tx = state.store.write().await?;
        tx.reset_pin_tries(&opened.share.id).await?;
        tx.commit().await?;
        return Ok(opened);
    }
    let mut tx = state.store.write().await?;
    let closed = tx.count_wrong_pin(&opened.share.id, ctx.now()).await?;
    if closed && let Some(share) = tx.share(&opened.share.id, &opened.share.learner).await? {
        tx.note(&opened.share.learner, ActivityKind::LinkEnded, &activity(&share.about, "pin_exhausted"), ctx.now()).await?;
        feed::tell(&mut tx, state, &opened.share.learner, &feed::tell::link_locked(&opened.share.id), ctx.now()).await?;
    }
    tx.commit().await?;
    Err(if closed { Closed::Ended } else { Closed::Pin })
}

/// What the browser keeps after a right PIN: the end of its time and our mark on it, for this link alone.
fn given(state: &AppState, id: &ShareId, until: Timestamp) -> String {
    format!("{}-{}", until.seconds(), mark(state, id, until.seconds()))
}

fn mark(state: &AppState, id: &ShareId, until: i64) -> String {
    b64url(state.store.mac("share.pin", format!("{id} {until}").as_bytes()))
}

/// Whether this browser gave the PIN of this link within the last quarter of an hour.
pub(super) fn was_given(ctx: &Ctx, state: &AppState, id: &ShareId, headers: &HeaderMap) -> bool {
    let Some(kept) = Cookie::of(ctx.core(), "share").read(headers) else { return false };
    let Some((until, marked)) = kept.split_once('-') else { return false };
    let Ok(until) = until.parse::<i64>() else { return false };
    let expected = mark(state, id, until);
    until > ctx.now().seconds() && aws_lc_rs::constant_time::verify_slices_are_equal(expected.as_bytes(), marked.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_pin_fits() {
        let kept = hash("012345".to_owned(), [7; 16]).await.unwrap();
        assert!(fits("012345".to_owned(), &kept).await);
        assert!(!fits("012346".to_owned(), &kept).await);
        assert!(!fits("012345".to_owned(), "nonsense").await);
    }

    #[test]
    fn a_pin_has_six_digits() {
        let pin = fresh(&vc::random::SystemRandom);
        assert!(pin.len() == 6 && pin.bytes().all(|b| b.is_ascii_digit()));
    }
}
