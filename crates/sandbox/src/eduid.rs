//! A sandbox eduID: an OpenID Provider with code + PKCE, pairwise `sub`, and an `eduid` value per institution.

mod authorize;
mod claims;
mod client;
mod discovery;
mod fault;
mod grant;
mod keys;
mod login;
mod logout;
mod request;
mod shelf;
mod token;
mod userinfo;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use tokio::net::TcpListener;

pub use client::{Client, ClientAuthentication, IdTokenAlgorithm};
pub use keys::{KeyFailure, ProviderKeys};

use crate::{Clock, SharedRandom, World, page};
use fault::Faults;
use grant::{Grant, Token};
use login::Pending;
use shelf::Shelf;

/// What the provider needs.
pub struct EduidSettings {
    /// Issuer, an origin without path such as `http://localhost:8090`.
    pub issuer: String,
    /// Who may ask, and as which service.
    pub clients: Vec<Client>,
    /// Signing keys.
    pub keys: ProviderKeys,
    /// The shared world.
    pub world: Arc<World>,
    /// Now.
    pub clock: Clock,
    /// For codes and tokens.
    pub random: SharedRandom,
}

/// The provider.
#[derive(Clone)]
pub struct EduidProvider {
    state: Arc<State>,
}

pub(crate) struct State {
    issuer: String,
    clients: Vec<Client>,
    keys: ProviderKeys,
    world: Arc<World>,
    clock: Clock,
    random: SharedRandom,
    pending: Shelf<Pending>,
    grants: Shelf<Grant>,
    tokens: Shelf<Token>,
    faults: Faults,
}

impl State {
    fn now(&self) -> i64 {
        (self.clock)()
    }

    fn token(&self) -> String {
        vc::random::token128(self.random.as_ref())
    }

    fn client(&self, client_id: &str) -> Option<&Client> {
        self.clients.iter().find(|client| client.client_id == client_id)
    }
}

impl EduidProvider {
    /// A provider that is not listening yet.
    pub fn new(settings: EduidSettings) -> Self {
        let EduidSettings { issuer, clients, keys, world, clock, random } = settings;
        let state = State {
            issuer,
            clients,
            keys,
            world,
            clock,
            random,
            pending: Shelf::default(),
            grants: Shelf::default(),
            tokens: Shelf::default(),
            faults: Faults::default(),
        };
        Self { state: Arc::new(state) }
    }

    /// The routes.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/.well-known/openid-configuration", get(discovery::configuration))
            .route("/jwks", get(discovery::jwks))
            .route("/authorize", get(authorize::by_query).post(authorize::by_form))
            .route("/login", post(login::login))
            .route("/token", post(token::token))
            .route("/userinfo", get(userinfo::userinfo).post(userinfo::userinfo))
            .route("/logout", get(logout::logout))
            .route("/sandbox/faults", post(fault::order))
            .route("/sandbox.css", get(page::style))
            .layer(DefaultBodyLimit::max(64 * 1024))
            .with_state(Arc::clone(&self.state))
    }

    /// Answers on `listener` until the task is dropped.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(&self, listener: TcpListener) -> std::io::Result<()> {
        axum::serve(listener, self.router()).await
    }
}
