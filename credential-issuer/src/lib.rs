//! The role that issues: from results and enrolments at an institution to signed credentials in a learner's wallet.
//!
//! Folders are the institution's verbs. `intake` reads what comes in, `award` decides, `offer` holds out, `oid4vci` lets a wallet
//! collect, `status` says whether it still holds, `desk` shows staff what was decided and why.

mod api;
mod award;
pub mod config;
mod desk;
mod failpoint;
mod institution;
mod intake;
mod key;
mod offer;
mod oid4vci;
mod published;
mod routes;
mod status;
mod wallets;
mod work;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::FromRef;
use http::register::RegisterFile;
use http::role::Surroundings;
use http::{AppCore, Role, Shutdown};
use storage::{IssuerStore, StorageError};
use tokio::sync::Notify;

pub use award::template::TemplateError;
pub use config::{
    Compat, Config, EduidClient, Haip, InstitutionConfig, Issuing, KeyAttestationRule, OoapiCredentials, OoapiSource, Sector,
    SigningSource, StaffMember, WalletClient,
};
pub use intake::poll::PollReport;
pub use key::{KeyFault, Revoked, Rotated, Start};

use award::template::Template;
use institution::{Institution, Institutions};
use status::lists::PublishedLists;
use status::places::Places;
use vc::key::Algorithm;
use wallets::{Attesters, Wallets};

/// Why an issuer did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// An issuing template.
    #[error(transparent)]
    Templates(#[from] TemplateError),
    /// An institution names a template that is not there.
    #[error("{institution} names the unknown issuing template {name}")]
    Template {
        /// The institution.
        institution: String,
        /// The template.
        name: String,
    },
    /// Two institutions have one slug.
    #[error("two institutions are called {0}")]
    Twice(String),
    /// A signing key or certificate.
    #[error("the signing key of {institution} could not be used")]
    Key {
        /// The institution.
        institution: String,
        /// What is wrong with it.
        #[source]
        source: KeyFault,
    },
    /// What was under way when the issuer stopped could not be finished.
    #[error("prepared credentials could not be recovered")]
    Recovery(#[from] StorageError),
}

/// An issuer, open. Cheap to clone. Handlers take the part that they need.
#[derive(Clone, FromRef)]
pub struct CredentialIssuer {
    /// Clock, randomness, addresses, egress, sessions, limits.
    core: AppCore,
    store: IssuerStore,
    register: RegisterFile,
    institutions: Institutions,
    wallets: Wallets,
    lists: PublishedLists,
    places: Places,
    bell: Bell,
    pace: Pace,
}

pub(crate) use CredentialIssuer as Issuer;

/// Rings when there is something in the outbox.
#[derive(Clone, Default)]
struct Bell(Arc<Notify>);

/// How often sources are read.
#[derive(Clone, Copy)]
struct Pace(Duration);

impl CredentialIssuer {
    /// Opens an issuer over its migrated store: makes the keys that are missing, and finishes or voids what was prepared when
    /// the process stopped.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(config: Config, surroundings: Surroundings, store: IssuerStore) -> Result<Self, OpenError> {
        let core = surroundings.core(Role::Issuer, &store, "/auth/login");
        let templates = Template::all(&config.templates, &config.quality_frameworks)?;
        let institutions = Institutions::new(config.institutions, &core.urls().own, &templates)?;
        let issuer = Self {
            register: surroundings.register,
            institutions,
            wallets: Wallets::new(config.wallets, Attesters::new(config.attesters, config.register_attests), config.allow_localhost),
            lists: PublishedLists::default(),
            places: Places::default(),
            bell: Bell::default(),
            pace: Pace(config.poll_every),
            core,
            store,
        };
        for institution in issuer.institutions.iter() {
            let made = async {
                key::ensure(&issuer, institution).await?;
                key::ensure_encryption(&issuer, institution).await
            };
            made.await.map_err(|source| OpenError::Key { institution: institution.slug().to_owned(), source })?;
        }
        oid4vci::recover::recover(&issuer).await?;
        Ok(issuer)
    }

    /// The finished router.
    pub fn router(&self) -> Router {
        routes::router(self.clone())
    }

    /// Reading sources, delivering, cleaning up, until it is time to stop. Several processes may do this on one database.
    pub async fn worker(&self, stop: Shutdown) {
        work::worker(self.clone(), stop).await;
    }

    /// Reads every institution's source once and decides what came in; then delivers what is due. For the demo and for tests,
    /// which do not wait for the worker.
    ///
    /// # Errors
    /// When the database fails. A source that does not answer is in the report, not an error.
    pub async fn poll_now(&self) -> Result<Vec<PollReport>, StorageError> {
        let mut reports = Vec::new();
        for institution in self.institutions.iter() {
            reports.extend(intake::poll::poll(self, institution).await?);
        }
        while offer::deliver::deliver_one(self).await? {}
        Ok(reports)
    }

    /// Delivers what is due now. Gives how many deliveries were tried.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliver_now(&self) -> Result<usize, StorageError> {
        let mut tried = 0;
        while offer::deliver::deliver_one(self).await? {
            tried += 1;
        }
        Ok(tried)
    }

    /// Gives an institution a new signing key of an algorithm, at once or announced a day ahead.
    ///
    /// # Errors
    /// [`KeyFault`].
    pub async fn rotate_key(&self, institution: &str, algorithm: Algorithm, start: Start) -> Result<Rotated, KeyFault> {
        key::rotate(self, self.of_keys(institution)?, algorithm, start).await
    }

    /// Revokes a signing key of an institution; with `take_back` also everything that it signed, which is issued again.
    ///
    /// # Errors
    /// [`KeyFault`].
    pub async fn revoke_key(&self, institution: &str, kid: &str, take_back: bool) -> Result<Revoked, KeyFault> {
        key::revoke(self, self.of_keys(institution)?, kid, take_back).await
    }

    fn of_keys(&self, institution: &str) -> Result<&Institution, KeyFault> {
        self.institutions.get(institution).map(Arc::as_ref).ok_or_else(|| KeyFault::Institution(institution.to_owned()))
    }

    /// The issuer's database, for tests.
    pub fn store(&self) -> &IssuerStore {
        &self.store
    }

    pub(crate) fn wake(&self) {
        self.bell.0.notify_one();
    }
}
