//! `GET /settings/privacy`, and the pages behind the footer's links.

use axum::extract::State;
use http::{AppCore, Ctx, Page};
use web::legal::{LegalPage, Role, Topic};
use web::settings::Privacy;

use crate::error::WalletError;
use crate::hold::display;
use crate::learner::Learner;
use crate::parties;
use crate::state::AppState;

pub(crate) async fn privacy(learner: Learner, ctx: Ctx, State(state): State<AppState>) -> Result<Page<Privacy>, WalletError> {
    let register = state.register.current();
    let mut tx = state.store.read().await?;
    let name = tx.learner_name(learner.id()).await?;
    let connections = tx.connections(learner.id()).await?;
    let credentials = tx.count_credentials(learner.id()).await?;
    let links = tx.count_live_shares(learner.id(), ctx.now()).await?;
    drop(tx);
    let connected = connections.iter().filter_map(|connection| parties::institution(&register, connection.institution.as_str()));
    let view = Privacy {
        name: name.map(|name| name.as_str().to_owned()).unwrap_or_default(),
        last_login: Some(display::moment(learner.authenticated_at())),
        connected: connected.map(|institution| display::text(&institution.name)).collect(),
        credentials: usize::try_from(credentials).unwrap_or_default(),
        links: usize::try_from(links).unwrap_or_default(),
        contact: state.contact.as_deref().map(str::to_owned),
    };
    Ok(ctx.page_for(learner.session(), view))
}

fn legal(learner: Option<&Learner>, ctx: &Ctx, state: &AppState, topic: Topic) -> Page<LegalPage> {
    let version = AppCore::software().rsplit(' ').next().unwrap_or_default().to_owned();
    let contact = state.contact.as_deref().map(str::to_owned);
    let view = LegalPage { topic, role: Role::Wallet, operator: ctx.core().operator().to_owned(), contact, version };
    match learner {
        Some(learner) => ctx.page_for(learner.session(), view),
        None => ctx.page(view),
    }
}

/// `GET /help`
pub(crate) async fn help(learner: Option<Learner>, ctx: Ctx, State(state): State<AppState>) -> Page<LegalPage> {
    legal(learner.as_ref(), &ctx, &state, Topic::Help)
}

/// `GET /privacy`
pub(crate) async fn privacy_statement(learner: Option<Learner>, ctx: Ctx, State(state): State<AppState>) -> Page<LegalPage> {
    legal(learner.as_ref(), &ctx, &state, Topic::Privacy)
}

/// `GET /accessibility`
pub(crate) async fn accessibility(learner: Option<Learner>, ctx: Ctx, State(state): State<AppState>) -> Page<LegalPage> {
    legal(learner.as_ref(), &ctx, &state, Topic::Accessibility)
}

/// `GET /licence`
pub(crate) async fn licence(learner: Option<Learner>, ctx: Ctx, State(state): State<AppState>) -> Page<LegalPage> {
    legal(learner.as_ref(), &ctx, &state, Topic::Licence)
}
