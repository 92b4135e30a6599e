//! The pages that the foot of every page leads to: help, privacy, accessibility, licence. For roles that have no more to say there.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use web::legal::{LegalPage, Role, Topic};

use crate::core::AppCore;
use crate::ctx::Ctx;
use crate::page::Page;

#[derive(Clone)]
struct Foot {
    core: AppCore,
    role: Role,
}

impl axum::extract::FromRef<Foot> for AppCore {
    fn from_ref(foot: &Foot) -> Self {
        foot.core.clone()
    }
}

/// The routes of the pages.
pub(crate) fn routes(core: AppCore, role: Role) -> Router {
    Router::new()
        .route("/help", get(|ctx: Ctx, State(foot): State<Foot>| async move { page(&ctx, &foot, Topic::Help) }))
        .route("/privacy", get(|ctx: Ctx, State(foot): State<Foot>| async move { page(&ctx, &foot, Topic::Privacy) }))
        .route("/toegankelijkheid", get(|ctx: Ctx, State(foot): State<Foot>| async move { page(&ctx, &foot, Topic::Accessibility) }))
        .route("/licence", get(|ctx: Ctx, State(foot): State<Foot>| async move { page(&ctx, &foot, Topic::Licence) }))
        .with_state(Foot { core, role })
}

fn page(ctx: &Ctx, foot: &Foot, topic: Topic) -> Page<LegalPage> {
    ctx.page(LegalPage {
        topic,
        role: foot.role,
        operator: foot.core.operator().to_owned(),
        contact: None,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}
