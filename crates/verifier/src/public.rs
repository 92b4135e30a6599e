//! Pages for everybody: the start, help, privacy, accessibility, licence, and pictures.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use http::{Ctx, Failed};
use web::Text;
use web::ask::{StartPage, UseCase};
use web::legal::{LegalPage, Role, Topic};

use crate::error::not_found;
use crate::query::{self, USE_CASES};
use crate::state::AppState;

/// What can be asked, for pages.
pub(crate) fn use_cases() -> Vec<UseCase> {
    let shown = |case: &query::UseCase| {
        let asked = query::of_use_case(case.id, &serde_json::Map::new()).unwrap_or_default();
        UseCase {
            id: case.id.to_owned(),
            name: Text::new(case.name.0, case.name.1),
            about: Text::new(case.about.0, case.about.1),
            claims: query::in_words(Some(case.id), &asked).1,
        }
    };
    USE_CASES.iter().map(shown).collect()
}

/// `GET /`.
pub(crate) async fn start(ctx: Ctx) -> Response {
    ctx.page(StartPage { use_cases: use_cases(), code_unknown: false }).into_response()
}

/// `GET /help`.
pub(crate) async fn help(ctx: Ctx, State(state): State<AppState>) -> Response {
    legal(&ctx, &state, Topic::Help)
}

/// `GET /privacy`.
pub(crate) async fn privacy(ctx: Ctx, State(state): State<AppState>) -> Response {
    legal(&ctx, &state, Topic::Privacy)
}

/// `GET /accessibility`.
pub(crate) async fn accessibility(ctx: Ctx, State(state): State<AppState>) -> Response {
    legal(&ctx, &state, Topic::Accessibility)
}

/// `GET /licence`.
pub(crate) async fn licence(ctx: Ctx, State(state): State<AppState>) -> Response {
    legal(&ctx, &state, Topic::Licence)
}

fn legal(ctx: &Ctx, state: &AppState, topic: Topic) -> Response {
    let page = LegalPage {
        topic,
        role: Role::Verifier,
        operator: ctx.core().operator().to_owned(),
        contact: state.contact.as_deref().map(str::to_owned),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    ctx.page(page).into_response()
}

/// `GET /badge/{file}`: the picture of a credential. Its address says everything that is drawn, so nothing is looked up.
pub(crate) async fn badge(Path(file): Path<String>) -> Result<impl IntoResponse, Failed> {
    let spec = web::badge::from_path(&file).ok_or_else(not_found)?;
    let headers = [
        (CONTENT_TYPE, "image/svg+xml"),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ];
    Ok((headers, web::badge::svg(&spec)))
}
