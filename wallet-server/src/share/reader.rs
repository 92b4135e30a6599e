//! Whoever opens a link: finding it by its token, and checking what it shows afresh.

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use http::failure::{Failed, Kind};
use http::{AppCore, Ctx, Page};
use storage::StorageError;
use storage::wallet::share::OpenShare;
use vc::report::Report;
use vc::verify::{Binding, Inputs, shown};
use web::shared_link::EndedPage;
use zeroize::Zeroizing;

use super::{key, pin};
use crate::check;
use crate::state::AppState;

/// A link that works, opened with its token.
pub(super) struct Opened {
    /// The link.
    pub(super) share: OpenShare,
    /// What it shows.
    pub(super) presentation: Zeroizing<String>,
}

/// Why a link shows nothing.
pub(super) enum Closed {
    /// It does not exist, has ended or was stopped: nobody can tell which.
    Ended,
    /// Its PIN was not given yet.
    Pin,
    /// Something else.
    Failed(Response),
}

impl From<StorageError> for Closed {
    fn from(error: StorageError) -> Self {
        tracing::error!(cause = http::failure::chain(&error), "a shared link could not be read");
        Self::Failed(Failed::new(Kind::Unavailable, "unavailable").into_response())
    }
}

impl From<Failed> for Closed {
    fn from(failed: Failed) -> Self {
        Self::Failed(failed.into_response())
    }
}

/// Finds the link with a token; the limit by address counts first.
pub(super) async fn find(ctx: &Ctx, state: &AppState, token: &str) -> Result<Opened, Closed> {
    ctx.limit("share")?;
    let share = state.store.read().await?.open_share(token, ctx.now()).await?.ok_or(Closed::Ended)?;
    let key = key::presentation_key(token).ok_or(Closed::Ended)?;
    let presentation = share.presentation(&key)?;
    Ok(Opened { share, presentation })
}

/// The same, for readers who gave the PIN before, where one is asked.
pub(super) async fn find_unlocked(ctx: &Ctx, state: &AppState, token: &str, headers: &HeaderMap) -> Result<Opened, Closed> {
    let opened = find(ctx, state, token).await?;
    let unlocked = opened.share.pin_hash.is_none() || pin::was_given(ctx, state, &opened.share.id, headers);
    if unlocked { Ok(opened) } else { Err(Closed::Pin) }
}

impl Opened {
    /// Signature, status, dates and register, checked now. The presentation was made for this link, when the link was made.
    pub(super) async fn check(&self, ctx: &Ctx, state: &AppState) -> Report {
        let trust = state.register.current().trust();
        let audience = ctx.origin().at("/s");
        let binding = Binding { nonce: self.share.id.as_str(), audience: &audience, iat_window: None };
        // A badge from elsewhere was put behind the link as it is.
        let bare = matches!(shown(&self.presentation).as_slice(), [one] if !one.bound);
        let inputs = Inputs::new(ctx.now().seconds(), &trust, AppCore::software()).with_binding((!bare).then_some(binding));
        state.gather.report(self.presentation.as_bytes(), &inputs).await
    }
}

/// The one page for every link that does not work.
pub(super) fn ended(ctx: &Ctx) -> Response {
    let view = EndedPage { verify_url: check::page::verify_url(ctx) };
    // Nothing of the address stands on it, so that no two such answers differ.
    let frame = web::Frame { path: String::new(), ..ctx.frame() };
    Page::new(view, frame).with_status(StatusCode::NOT_FOUND).noindex().into_response()
}
