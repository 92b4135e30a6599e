//! An FII portal: a page that asks for a proof of enrolment through a verifier's API and shows what it got.

mod ask;
mod data;
mod home;
mod outcome;
mod verifier;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use tokio::net::TcpListener;

use crate::{Clock, SharedRandom, page};
use ask::Asked;
use verifier::Verifier;

/// What the portal needs.
pub struct FiiSettings {
    /// Own origin, such as `http://localhost:8092`.
    pub origin: String,
    /// The verifier whose API it uses, such as `http://localhost:8082`.
    pub verifier: String,
    /// Its key there.
    pub api_key: String,
    /// Now.
    pub clock: Clock,
    /// For handles.
    pub random: SharedRandom,
}

/// The portal.
#[derive(Clone)]
pub struct FiiPortal {
    state: Arc<State>,
}

pub(crate) struct State {
    origin: String,
    verifier: Verifier,
    clock: Clock,
    random: SharedRandom,
    asked: Mutex<HashMap<String, Asked>>,
}

impl FiiPortal {
    /// A portal that is not listening yet.
    pub fn new(settings: FiiSettings) -> Self {
        let FiiSettings { origin, verifier, api_key, clock, random } = settings;
        let verifier = Verifier::new(&verifier, &api_key);
        Self { state: Arc::new(State { origin, verifier, clock, random, asked: Mutex::default() }) }
    }

    /// The routes.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(home::home))
            .route("/ask", post(ask::ask))
            .route("/return", get(outcome::outcome))
            .route("/sandbox.css", get(page::style))
            .layer(DefaultBodyLimit::max(16 * 1024))
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
