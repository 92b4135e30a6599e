//! What the operator decides about a verifier, and opening one.

use std::sync::Arc;

use axum::Router;
use http::role::Surroundings;
use http::{Gather, Role, Shutdown, StatusLists};
use storage::VerifierStore;
use vc::key::SigningKey;

use crate::organisation::{Organisation, OrganisationError, Organisations};
use crate::state::AppState;
use crate::{routes, work};

/// What the operator decides.
#[derive(Clone)]
pub struct Config {
    /// Who may ask with a key.
    pub organisations: Vec<OrganisationConfig>,
    /// Where questions go: a mail address.
    pub contact: Option<String>,
}

/// An organisation that asks.
#[derive(Clone)]
pub struct OrganisationConfig {
    /// Its slug; the register's party of that slug says what it may ask.
    pub slug: String,
    /// SHA-256 of its API key, as [`storage::hash_token`] makes it.
    pub api_key_hash: Vec<u8>,
    /// The P-256 key that signs its requests.
    pub signing_key: SigningKey,
    /// The certificate chain of that key, DER, leaf first, without the anchor.
    pub chain: Vec<Vec<u8>>,
}

/// Why a verifier did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// An organisation cannot ask as configured.
    #[error(transparent)]
    Organisation(#[from] OrganisationError),
}

/// A verifier, open.
#[derive(Clone)]
pub struct Verifier {
    state: AppState,
}

impl Verifier {
    /// Opens a verifier over its migrated store.
    ///
    /// # Errors
    /// [`OpenError`].
    #[expect(clippy::unused_async, reason = "every role opens alike")]
    pub async fn open(config: Config, surroundings: Surroundings, store: VerifierStore) -> Result<Self, OpenError> {
        let core = surroundings.core(Role::Verifier, &store, "/");
        let organisations =
            config.organisations.into_iter().map(|one| Organisation::open(one, core.urls())).collect::<Result<Vec<_>, _>>()?;
        let state = AppState {
            organisations: Organisations::new(organisations)?,
            gather: Gather::new(core.egress().clone(), StatusLists::new(core.egress().clone())),
            register: surroundings.register,
            contact: config.contact.map(Arc::from),
            core,
            store,
        };
        Ok(Self { state })
    }

    /// The finished router.
    pub fn router(&self) -> Router {
        routes::router(self.state.clone())
    }

    /// Webhooks, expiry and erasure, until it is time to stop. Several processes may do this on one database.
    pub async fn worker(&self, stop: Shutdown) {
        work::worker(self.state.clone(), stop).await;
    }

    /// The client identifier under which an organisation asks by default (`x509_hash`).
    pub fn client_id(&self, slug: &str) -> Option<String> {
        self.state.organisations.by_slug(slug).map(Organisation::default_client_id)
    }
}
