//! The shape that every role crate has, so that one binary can mount them all.
//!
//! A role crate (`wallet-server`, `credential-issuer`, `verifier`) exposes:
//!
//! ```ignore
//! /// Everything the role needs to know; plain values, deserialisable with `deny_unknown_fields` where the operator writes it.
//! pub struct Config { … }
//!
//! impl Role {            // named WalletServer, CredentialIssuer, Verifier
//!     /// Opens the database's side, keys and clients. `parts.store` is open and migrated already.
//!     pub async fn open(config: Config, surroundings: http::role::Surroundings, store: XStore) -> Result<Self, OpenError>;
//!     /// The finished router (built with `http::Site`).
//!     pub fn router(&self) -> axum::Router;
//!     /// Periodic work and the outbox, until it is time to stop.
//!     pub async fn worker(&self, stop: http::Shutdown);
//! }
//! ```
//!
//! The binary opens the store (`Store::open(url, &master, random)`) and hands it in with [`Surroundings`]; the role makes its
//! [`AppCore`](crate::AppCore) of both with [`Surroundings::core`].

use std::net::IpAddr;
use std::sync::Arc;

use model::Clock;
use storage::Store;
use vc::random::Random;

use crate::core::{AppCore, CoreParts, Role};
use crate::egress::Egress;
use crate::limits::Limits;
use crate::origin::RoleUrls;
use crate::register::RegisterFile;
use crate::session::{SessionTimes, Sessions};

/// What the process gives to a role: made once by the binary or by a test, the same for every role but for `urls`.
#[derive(Clone)]
pub struct Surroundings {
    /// Where the roles are reached; `own` is this role's.
    pub urls: RoleUrls,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub random: Arc<dyn Random>,
    /// The one client for foreign addresses.
    pub egress: Egress,
    /// The operator's register of parties.
    pub register: RegisterFile,
    /// Who runs this server.
    pub operator: String,
    /// The demo: pages show a bar when the time is not the real one.
    pub demo: bool,
    /// How often what may be done.
    pub limits: Limits,
    /// How long browser sessions last.
    pub session_times: SessionTimes,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

impl Surroundings {
    /// The core of a role over its store. `login_path` is where a page sends who must sign in (`/auth/login`).
    pub fn core<R: storage::role::Role>(&self, role: Role, store: &Store<R>, login_path: &str) -> AppCore {
        AppCore::new(CoreParts {
            role,
            urls: self.urls.clone(),
            clock: self.clock.clone(),
            random: self.random.clone(),
            egress: self.egress.clone(),
            operator: self.operator.clone(),
            demo: self.demo,
            limits: self.limits.clone(),
            sessions: Sessions::over(store.clone(), self.session_times),
            login_path: login_path.to_owned(),
            trusted_proxies: self.trusted_proxies.clone(),
        })
    }
}
