//! `GET`, `POST /wallet/import`: a file is chosen; what is in it is checked and laid aside to be looked at.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::failure::{Failed, Failure, Kind};
use http::{Ctx, Page, ProtectedUpload};
use storage::wallet::import::Waiting;
use web::import::{ImportForm, ImportProblem};

use super::judge::{self, Came, Judged, Unfit};
use super::keep;
use super::whose::Whose;
use crate::learner::Learner;
use crate::state::AppState;

/// How long a badge waits to be looked at, in seconds.
const WAITS: i64 = 60 * 60;

pub(super) async fn show(learner: Learner, ctx: Ctx) -> Page<ImportForm> {
    ctx.page_for(learner.session(), ImportForm { problem: None })
}

pub(super) async fn upload(learner: Learner, ctx: Ctx, State(state): State<AppState>, ProtectedUpload(form): ProtectedUpload) -> Response {
    if let Err(limited) = ctx.core().limits().take("fetch", learner.id().as_str(), ctx.now()) {
        return limited.into_response();
    }
    if form.is_too_large() {
        return again(&learner, &ctx, Kind::TooLarge, ("too_large", None));
    }
    let Some(bytes) = form.part("file") else { return again(&learner, &ctx, Kind::Unprocessable, ("import_missing", None)) };
    match take_in(&learner, &ctx, &state, bytes).await {
        Ok(Taken::ToLookAt(id)) => ctx.see_other(&format!("/wallet/import/{id}")).into_response(),
        Ok(Taken::Known(href)) => again(&learner, &ctx, Kind::Conflict, ("import_known", Some(ctx.localised(&href)))),
        Err(Unfit::Storage(error)) => Failed::new(Kind::Unavailable, "unavailable").because(&error).into_response(),
        Err(unfit) => {
            tracing::info!(reference = ctx.reference(), code = unfit.code(), "a file is not taken in");
            again(&learner, &ctx, unfit.kind(), (unfit.code(), None))
        }
    }
}

/// What became of a file.
enum Taken {
    /// It waits under this id.
    ToLookAt(String),
    /// The learner has it, on this page.
    Known(String),
}

async fn take_in(learner: &Learner, ctx: &Ctx, state: &AppState, bytes: &[u8]) -> Result<Taken, Unfit> {
    let Judged { credential, form, report } = judge::judge(state, &judge::text_of(bytes)?, Came::File).await?;
    let mut tx = state.store.write().await?;
    if let Some(held) = keep::known(&credential, &tx.copies(learner.id()).await?) {
        return Ok(Taken::Known(format!("/wallet/credentials/{}", held.id)));
    }
    // A file says nothing about who brings it, so what it says about its subject decides (row U5).
    let whose = Whose::of(&mut tx, learner.id(), (&form, &credential.summary), None).await?;
    if matches!(whose, Whose::AnotherKey | Whose::AnotherName) {
        return Err(Unfit::Subject);
    }
    let report = serde_json::to_value(&report).map_err(|_| Unfit::Format)?;
    let id = tx.put_import(learner.id(), &Waiting { credential, report }, ctx.now(), ctx.now().plus_seconds(WAITS)).await?;
    tx.commit().await?;
    Ok(Taken::ToLookAt(id))
}

/// The form again, with what is wrong with the file.
fn again(learner: &Learner, ctx: &Ctx, kind: Kind, (code, href): (&'static str, Option<String>)) -> Response {
    let problem = Some(ImportProblem { code: code.to_owned(), href });
    ctx.page_for(learner.session(), ImportForm { problem }).refused(ctx, kind, code).into_response()
}
