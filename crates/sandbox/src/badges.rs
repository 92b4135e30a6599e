//! A badge platform: it issues an Open Badge to whoever connects a wallet, and pushes it there by 1EdTech's API (Open Badges 3.0,
//! section 7): discovery, registration, consent, token, profile, push.

mod badge;
mod connect;
mod home;
mod host;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get;
use serde_json::Value;
use vc::did::DidError;
use vc::key::KeyError;

use crate::{Clock, SharedRandom, page};
use badge::Issuer;
use connect::Pending;
use host::Host;

/// What the platform needs.
pub struct BadgesSettings {
    /// Own origin, such as `http://localhost:8093`.
    pub origin: String,
    /// The wallet that it knows, such as `http://localhost:8080`: all else is in that wallet's service description.
    pub wallet: String,
    /// Now.
    pub clock: Clock,
    /// For states and verifiers.
    pub random: SharedRandom,
}

/// The platform could not make its key.
#[derive(Debug, thiserror::Error)]
pub enum BadgesFailure {
    /// No key.
    #[error("no key")]
    Key(#[from] KeyError),
    /// Its key has no name.
    #[error("no name for the key")]
    Name(#[from] DidError),
}

/// The platform.
#[derive(Clone)]
pub struct BadgePlatform {
    state: Arc<State>,
}

struct State {
    issuer: Issuer,
    host: Host,
    clock: Clock,
    random: SharedRandom,
    pending: Mutex<HashMap<String, Pending>>,
    /// What was awarded, by how the wallet names the learner: nobody gets a second one of the same.
    awarded: Mutex<HashMap<String, Value>>,
}

impl BadgePlatform {
    /// A platform that is not listening yet, with a key of its own.
    ///
    /// # Errors
    /// [`BadgesFailure`].
    pub fn new(settings: BadgesSettings) -> Result<Self, BadgesFailure> {
        let BadgesSettings { origin, wallet, clock, random } = settings;
        let (issuer, host) = (Issuer::new(&origin)?, Host::new(&wallet, &origin));
        let (pending, awarded) = (Mutex::default(), Mutex::default());
        Ok(Self { state: Arc::new(State { issuer, host, clock, random, pending, awarded }) })
    }

    /// The routes.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(home::home))
            .route("/connect", get(connect::connect))
            .route("/back", get(connect::back))
            .route("/terms", get(home::terms))
            .route("/privacy", get(home::privacy))
            .route("/logo.svg", get(home::logo))
            .route("/sandbox.css", get(page::style))
            .with_state(Arc::clone(&self.state))
    }
}
