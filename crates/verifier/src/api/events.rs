//! `GET /api/v1/requests/{id}/events`: the same as server-sent events, one at each change, until the question has ended.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use http::{AppCore, Bearer, Ctx, Failed};
use model::verification::VerificationId;

use crate::error::not_found;
use crate::organisation::Organisation;
use crate::state::AppState;

const PAUSE: Duration = Duration::from_secs(1);
/// Streams end after this many looks; clients connect again by themselves.
const LOOKS: u32 = 900;

struct Looking {
    state: AppState,
    core: AppCore,
    organisation: Organisation,
    id: VerificationId,
    told: Option<&'static str>,
    looks: u32,
    ended: bool,
}

pub(crate) async fn events(
    ctx: Ctx,
    State(state): State<AppState>,
    key: Bearer,
    Path(id): Path<VerificationId>,
) -> Result<impl IntoResponse, Failed> {
    let organisation = super::caller(&ctx, &state.organisations, &key)?.clone();
    super::read::of(&state, &organisation, &id).await?.ok_or_else(not_found)?;
    let core = ctx.core().clone();
    let looking = Looking { state, core, organisation, id, told: None, looks: 0, ended: false };
    let stream = stream::unfold(looking, |mut looking| async move { looking.next().await.map(|event| (Ok(event), looking)) });
    // Answers are in it: nobody keeps them on the way.
    Ok(([(CACHE_CONTROL, "no-store")], told(stream)))
}

fn told(stream: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> impl IntoResponse {
    Sse::new(stream).keep_alive(KeepAlive::default())
}

impl Looking {
    async fn next(&mut self) -> Option<Event> {
        while !self.ended && self.looks < LOOKS {
            if self.looks > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            self.looks += 1;
            let found = super::read::of(&self.state, &self.organisation, &self.id).await.ok()??;
            let now = self.core.now();
            let state = found.state(now);
            if self.told == Some(state.as_str()) {
                continue;
            }
            self.told = Some(state.as_str());
            self.ended = !state.is_open();
            let body = super::read::told(&found, now, found.question.redirect_uri.is_none());
            return Some(Event::default().event("state").data(body.to_string()));
        }
        None
    }
}
