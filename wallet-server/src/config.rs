//! What the operator decides about a wallet, and opening one.

use std::sync::Arc;

use axum::Router;
use http::oidc::{Eduid, EduidConfig, Provider};
use http::role::Surroundings;
use http::{Gather, Role, Shutdown, StatusLists};
use secrecy::SecretString;
use storage::{StorageError, WalletStore};

use crate::badges_api::Platforms;
use crate::client::{Client, ClientError};
use crate::notice::mailer::{MailConfig, MailError, Mailer};
use crate::receive::issuer::IssuerDocuments;
use crate::receive::photo::Photos;
use crate::state::AppState;
use crate::{routes, work};

/// What the operator decides.
#[derive(Clone)]
pub struct Config {
    /// Address of eduID's discovery document.
    pub eduid_discovery: String,
    /// The wallet's `client_id` at eduID.
    pub eduid_client_id: String,
    /// Its secret; none for a public client.
    pub eduid_client_secret: Option<SecretString>,
    /// Where questions go: a mail address.
    pub contact: Option<String>,
    /// The operator's mail server; without one no mail is sent, and no mail address kept.
    pub mail: Option<MailConfig>,
    /// Which badge platforms may ask learners.
    pub platforms: Platforms,
}

/// Why a wallet did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The client key.
    #[error("the wallet's client key could not be used")]
    Client(#[from] ClientError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Mail.
    #[error("mail")]
    Mail(#[from] MailError),
}

/// A wallet, open.
#[derive(Clone)]
pub struct WalletServer {
    pub(crate) state: AppState,
}

impl WalletServer {
    /// Opens a wallet over its migrated store.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(config: Config, surroundings: Surroundings, store: WalletStore) -> Result<Self, OpenError> {
        let core = surroundings.core(Role::Wallet, &store, "/auth/login");
        free_abandoned_jobs(&store).await?;
        let eduid = EduidConfig {
            client_id: config.eduid_client_id,
            client_secret: config.eduid_client_secret,
            redirect_uri: core.urls().own.at("/auth/callback"),
            scopes: Vec::new(),
            acr_values: None,
        };
        let status_lists = StatusLists::new(core.egress().clone());
        let mailer = config.mail.map(|mail| Mailer::new(&mail, core.urls().own.host())).transpose()?;
        let state = AppState {
            client: Client::open(&core, &store).await?,
            eduid: Arc::new(Eduid::new(Provider::new(&config.eduid_discovery), eduid)),
            issuers: IssuerDocuments::default(),
            photos: Photos::default(),
            gather: Gather::new(core.egress().clone(), status_lists.clone()),
            status_lists,
            contact: config.contact.map(Arc::from),
            mailer: mailer.map(Arc::new),
            platforms: Arc::new(config.platforms),
            register: surroundings.register,
            core,
            store,
        };
        Ok(Self { state })
    }

    /// The finished router.
    pub fn router(&self) -> Router {
        routes::router(self.state.clone())
    }

    /// The outbox and periodic work, until it is time to stop. Several processes may do this on one database.
    pub async fn worker(&self, stop: Shutdown) {
        work::worker(self.state.clone(), stop).await;
    }
}

/// What a process had begun that was killed goes on at once, where nobody else can be at it.
async fn free_abandoned_jobs(store: &WalletStore) -> Result<(), StorageError> {
    let mut tx = store.write().await?;
    tx.free_abandoned_jobs().await?;
    tx.commit().await
}
