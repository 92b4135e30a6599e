//! What every handler of the wallet can reach. Built once by [`WalletServer::open`](crate::WalletServer::open), cheap to clone.

use std::sync::Arc;

use axum::extract::FromRef;
use http::oidc::Eduid;
use http::register::RegisterFile;
use http::{AppCore, Gather, StatusLists};
use storage::WalletStore;

use crate::badges_api::Platforms;
use crate::client::Client;
use crate::notice::mailer::Mailer;
use crate::receive::issuer::IssuerDocuments;
use crate::receive::photo::Photos;

/// The wallet's state. Handlers take the part that they need: `State<WalletStore>`, `State<RegisterFile>`, …
#[derive(Clone, FromRef)]
pub(crate) struct AppState {
    /// Clock, randomness, addresses, egress, sessions, limits.
    pub(crate) core: AppCore,
    /// The wallet's database.
    pub(crate) store: WalletStore,
    /// The operator's register of parties.
    pub(crate) register: RegisterFile,
    /// The wallet as an OAuth client.
    pub(crate) client: Client,
    /// Metadata of issuers, read lately.
    pub(crate) issuers: IssuerDocuments,
    /// Status lists, read lately.
    pub(crate) status_lists: StatusLists,
    /// Verifies, and fetches what that takes.
    pub(crate) gather: Gather,
    /// Whose photo is looked at.
    pub(crate) photos: Photos,
    /// The learner's login.
    pub(crate) eduid: Arc<Eduid>,
    /// Where questions go: a mail address of the operator.
    #[from_ref(skip)]
    pub(crate) contact: Option<Arc<str>>,
    /// Sends mail, where the operator has it.
    #[from_ref(skip)]
    pub(crate) mailer: Option<Arc<Mailer>>,
    /// What the operator decided about badge platforms.
    #[from_ref(skip)]
    pub(crate) platforms: Arc<Platforms>,
}
