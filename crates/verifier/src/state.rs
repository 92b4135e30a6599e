//! What every handler of the verifier can reach. Built once by [`Verifier::open`](crate::Verifier::open), cheap to clone.

use std::sync::Arc;

use axum::extract::FromRef;
use http::register::RegisterFile;
use http::{AppCore, Gather};
use storage::VerifierStore;

use crate::organisation::Organisations;

/// The verifier's state. Handlers take the part that they need.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// Clock, randomness, addresses, egress, limits.
    pub core: AppCore,
    /// The verifier's database.
    pub store: VerifierStore,
    /// The operator's register of parties.
    pub register: RegisterFile,
    /// Who may ask with a key.
    pub(crate) organisations: Organisations,
    /// Verifies, and fetches what that takes.
    pub gather: Gather,
    /// Where questions go: a mail address of the operator.
    #[from_ref(skip)]
    pub contact: Option<Arc<str>>,
}
