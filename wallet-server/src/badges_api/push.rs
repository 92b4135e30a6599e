//! `POST /ims/ob/v3p0/credentials`: a platform puts a badge into the wallet of a learner who connected it, or replaces one by a newer one.
//! It is checked before it is kept; what does not verify is refused.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use http::Ctx;
use http::failure::{Failed, Failure, Kind};
use model::Timestamp;

use super::access::Access;
use super::client::stored;
use super::scope::Scope;
use crate::import::judge::{self, Came, Judged, Unfit};
use crate::import::keep::{self, Kept};
use crate::import::whose::Whose;
use crate::state::AppState;

/// Media types of a badge that is JSON.
const JSON: [&str; 4] = ["application/json", "application/vc+ld+json", "application/ld+json", "application/vc"];

pub(super) async fn push(ctx: Ctx, State(state): State<AppState>, headers: HeaderMap, body: Bytes) -> Result<Response, Failed> {
    let access = Access::of(&ctx, &state, &headers, Scope::Upsert).await?;
    let media_type = media_type(&headers);
    let is_text = media_type == "text/plain";
    if !is_text && !JSON.contains(&media_type.as_str()) {
        return Err(Failed::new(Kind::MediaType, "media_type"));
    }
    let text = std::str::from_utf8(&body).map_err(|_| refused(&Unfit::Format))?.trim();
    if text.starts_with('{') == is_text {
        return Err(refused(&Unfit::Format));
    }
    let text = judge::text_of(text.as_bytes()).map_err(|unfit| refused(&unfit))?;
    let judged = judge::judge(&state, &text, Came::Pushed(access.platform.known_as())).await.map_err(|unfit| refused(&unfit))?;
    let status = match keep(&state, &access, &judged, ctx.now()).await? {
        Kept::New(_) => StatusCode::CREATED,
        Kept::Replaced(_) => StatusCode::OK,
        Kept::Known(_) => return Ok(StatusCode::NOT_MODIFIED.into_response()),
    };
    let written = if is_text { "text/plain" } else { "application/json" };
    Ok((status, [(CONTENT_TYPE, written)], body).into_response())
}

/// Keeps a badge that was checked. Checking takes as long as others take to answer; who disconnected the platform meanwhile gets
/// nothing of it any more.
pub(super) async fn keep(state: &AppState, access: &Access, judged: &Judged, now: Timestamp) -> Result<Kept, Failed> {
    let (learner, known_as) = (&access.grant.learner, access.grant.profile_id.as_str());
    let mut tx = state.store.write().await.map_err(stored)?;
    access.still(&mut tx).await?;
    // A platform says by its token whose badge it is. Only a badge that names somebody else is not taken from it.
    let about = (&judged.form, &judged.credential.summary);
    if Whose::of(&mut tx, learner, about, Some(known_as)).await.map_err(stored)? == Whose::AnotherName {
        return Err(refused(&Unfit::Subject));
    }
    let kept = keep::keep(&mut tx, state, learner, &judged.credential, now).await.map_err(stored)?;
    tx.touch_badge_grant(&access.grant.id, now).await.map_err(stored)?;
    tx.commit().await.map_err(stored)?;
    Ok(kept)
}

/// What is wrong with a badge, as section 7.6 has it: 400.
fn refused(unfit: &Unfit) -> Failed {
    let kind = match unfit {
        Unfit::Storage(_) => Kind::Unavailable,
        _ => Kind::Invalid,
    };
    Failed::new(kind, unfit.code()).with_detail(unfit.to_string())
}

fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
