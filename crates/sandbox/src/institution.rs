//! The OOAPI v5 endpoints of the world's institutions: `/ooapi/{slug}/v5` and, to misbehave, `POST /sandbox/faults`.

mod access;
mod answer;
mod association;
mod catalogue;
mod fault;
mod list;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tokio::net::TcpListener;

use crate::{Clock, SharedRandom, World};
use access::Access;
pub(crate) use access::{basic, same};
use fault::Faults;

/// What the institutions' server needs.
pub struct InstitutionsSettings {
    /// Own origin, such as `http://localhost:8091`.
    pub origin: String,
    /// The shared world.
    pub world: Arc<World>,
    /// Now.
    pub clock: Clock,
    /// For access tokens.
    pub random: SharedRandom,
}

/// All institutions behind one server.
#[derive(Clone)]
pub struct Institutions {
    state: Arc<State>,
}

pub(crate) struct State {
    origin: String,
    world: Arc<World>,
    clock: Clock,
    random: SharedRandom,
    access: Access,
    faults: Faults,
}

impl State {
    fn now(&self) -> i64 {
        (self.clock)()
    }
}

impl Institutions {
    /// A server that is not listening yet.
    pub fn new(settings: InstitutionsSettings) -> Self {
        let InstitutionsSettings { origin, world, clock, random } = settings;
        let state = State { origin, world, clock, random, access: Access::default(), faults: Faults::default() };
        Self { state: Arc::new(state) }
    }

    /// Base URL of an institution's v5 endpoint, such as `http://localhost:8091/ooapi/hogeschool-voorbeeld/v5`.
    pub fn base(&self, slug: &str) -> Option<String> {
        self.state.world.institution(slug).map(|institution| format!("{}{}", self.state.origin, institution.path()))
    }

    /// Where OAuth2 client credentials are exchanged for a token.
    pub fn token_endpoint(&self, slug: &str) -> Option<String> {
        self.state.world.institution(slug).map(|_| format!("{}/ooapi/{slug}/token", self.state.origin))
    }

    /// The routes.
    pub fn router(&self) -> Router {
        let state = Arc::clone(&self.state);
        let v5 = Router::new()
            .route("/", get(catalogue::service))
            .route("/organizations", get(catalogue::organizations))
            .route("/organizations/{id}", get(catalogue::organization))
            .route("/organizations/{id}/offerings", get(catalogue::offerings_of_organization))
            .route("/organizations/{id}/courses", get(catalogue::courses_of_organization))
            .route("/organizations/{id}/programs", get(catalogue::programs_of_organization))
            .route("/courses", get(catalogue::courses))
            .route("/courses/{id}", get(catalogue::course))
            .route("/courses/{id}/offerings", get(catalogue::offerings_of_course))
            .route("/programs", get(catalogue::programs))
            .route("/programs/{id}", get(catalogue::program))
            .route("/programs/{id}/offerings", get(catalogue::offerings_of_program))
            .route("/academic-sessions", get(catalogue::academic_sessions))
            .route("/academic-sessions/{id}", get(catalogue::academic_session))
            .route("/academic-sessions/{id}/offerings", get(catalogue::offerings_of_academic_session))
            .route("/offerings", get(catalogue::offerings))
            .route("/offerings/{id}", get(catalogue::offering))
            .route("/offerings/{id}/associations", get(association::of_offering))
            .route("/persons", get(catalogue::persons))
            .route("/persons/{id}", get(catalogue::person))
            .route("/persons/{id}/associations", get(association::of_person))
            .route("/associations/{id}", get(association::one).patch(association::patch).put(association::put))
            .fallback(answer::not_found);
        // Nesting alone would not answer to the root with its slash.
        let guarded = Router::new()
            .nest("/ooapi/{slug}/v5", v5)
            .route("/ooapi/{slug}/v5/", get(catalogue::service))
            .layer(from_fn_with_state(Arc::clone(&state), fault::misbehave))
            .layer(from_fn_with_state(Arc::clone(&state), access::admit));
        Router::new()
            .merge(guarded)
            .route("/ooapi/{slug}/token", post(token::token))
            .route("/sandbox/faults", post(fault::order))
            .fallback(answer::not_found)
            .layer(DefaultBodyLimit::max(64 * 1024))
            .with_state(state)
    }

    /// Answers on `listener` until the task is dropped.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(&self, listener: TcpListener) -> std::io::Result<()> {
        axum::serve(listener, self.router()).await
    }
}
