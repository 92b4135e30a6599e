//! What every role has: clock, randomness, addresses, egress, sessions, limits. Built once, handed in, never global.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use axum::http::Uri;
use model::{Clock, SystemClock, Timestamp};
use vc::random::Random;
use web::Lang;

use crate::ctx::Facts;
use crate::egress::Egress;
use crate::limits::Limits;
use crate::origin::RoleUrls;
use crate::session::{Session, Sessions};

/// The three roles, as they stand in cookie names, logs and metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The learner's wallet.
    Wallet,
    /// The institutions' issuer.
    Issuer,
    /// The verifier.
    Verifier,
}

impl Role {
    /// `wallet`, `issuer` or `verifier`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wallet => "wallet",
            Self::Issuer => "issuer",
            Self::Verifier => "verifier",
        }
    }
}

/// What a core is built from.
pub struct CoreParts {
    /// Which role this is.
    pub role: Role,
    /// Where the roles are reached.
    pub urls: RoleUrls,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub random: Arc<dyn Random>,
    /// The one client for foreign addresses.
    pub egress: Egress,
    /// Who runs this server, shown in the footer and on the login page.
    pub operator: String,
    /// The demo: pages show a bar when the time is not the real one.
    pub demo: bool,
    /// How often what may be done.
    pub limits: Limits,
    /// Where browser sessions are kept.
    pub sessions: Sessions,
    /// Where a page sends who must sign in, `/auth/login`.
    pub login_path: String,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

/// What every role has. A role's state gives it by `FromRef` (derive it on the state and keep a field `core: AppCore`).
#[derive(Clone)]
pub struct AppCore(Arc<CoreParts>);

impl AppCore {
    /// Builds the core of a role.
    pub fn new(parts: CoreParts) -> Self {
        Self(Arc::new(parts))
    }

    /// Which role this is.
    pub fn role(&self) -> Role {
        self.0.role
    }

    /// Where the roles are reached.
    pub fn urls(&self) -> &RoleUrls {
        &self.0.urls
    }

    /// The present moment. Handlers use [`Ctx::now`](crate::Ctx::now), which is fixed for the request.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The clock itself, for what lives longer than a request.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    /// Random bytes.
    pub fn random(&self) -> &dyn Random {
        self.0.random.as_ref()
    }

    /// The source of random bytes itself.
    pub fn random_source(&self) -> &Arc<dyn Random> {
        &self.0.random
    }

    /// The one client for foreign addresses.
    pub fn egress(&self) -> &Egress {
        &self.0.egress
    }

    /// How often what may be done.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Where browser sessions are kept.
    pub fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    /// Who runs this server.
    pub fn operator(&self) -> &str {
        &self.0.operator
    }

    /// Where a page sends who must sign in.
    pub fn login_path(&self) -> &str {
        &self.0.login_path
    }

    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    pub fn trusted_proxies(&self) -> &[IpAddr] {
        &self.0.trusted_proxies
    }

    /// What `Software` fields say.
    pub const fn software() -> &'static str {
        concat!("eduwallet ", env!("CARGO_PKG_VERSION"))
    }

    pub(crate) fn reference(&self) -> String {
        vc::random::token128(self.random()).chars().take(10).collect()
    }

    pub(crate) fn facts(&self, uri: &Uri, address: IpAddr) -> Facts {
        let (lang, path) = language_and_path(uri);
        Facts {
            now: self.now(),
            lang: lang.unwrap_or_default(),
            lang_asked: lang.is_some(),
            resumed: OnceLock::new(),
            reference: self.reference(),
            path,
            address,
        }
    }

    pub(crate) fn frame(&self, facts: &Facts, session: Option<&Session>) -> web::Frame {
        let apart = (self.now().millis() - SystemClock.now().millis()).abs() > 30_000;
        web::Frame {
            lang: facts.lang(),
            csrf: session.map(|s| s.csrf().to_owned()),
            signed_in_name: session.and_then(Session::display_name).map(str::to_owned),
            unread: session.map_or(0, Session::unread),
            operator: self.operator().to_owned(),
            path: facts.path.clone(),
            now: facts.now.seconds(),
            demo_time: (self.0.demo && apart).then(|| facts.now.seconds()),
            failure: None,
        }
    }
}

/// The language that the address asks for, and the address without it. `ui_locales` is how OAuth asks (OpenID Connect Core 3.1.2.1).
fn language_and_path(uri: &Uri) -> (Option<Lang>, String) {
    let Some(query) = uri.query() else { return (None, uri.path().to_owned()) };
    let (mut lang, mut wish) = (None, None);
    let mut kept = Vec::new();
    for pair in query.split('&') {
        match pair.strip_prefix("lang=") {
            Some(tag) => lang = Lang::parse(tag).or(lang),
            None if pair.is_empty() => {}
            None => {
                wish = wish.or_else(|| pair.strip_prefix("ui_locales=").and_then(Lang::parse));
                kept.push(pair);
            }
        }
    }
    let path = if kept.is_empty() { uri.path().to_owned() } else { format!("{}?{}", uri.path(), kept.join("&")) };
    (lang.or(wish), path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_leaves_the_path() {
        let uri: Uri = "/wallet?state=valid&lang=en&x=1".parse().unwrap();
        assert_eq!(language_and_path(&uri), (Some(Lang::En), "/wallet?state=valid&x=1".to_owned()));
        let uri: Uri = "/authorize?ui_locales=en".parse().unwrap();
        assert_eq!(language_and_path(&uri), (Some(Lang::En), "/authorize?ui_locales=en".to_owned()));
        let uri: Uri = "/authorize?ui_locales=en&lang=nl".parse().unwrap();
        assert_eq!(language_and_path(&uri).0, Some(Lang::Nl));
        let uri: Uri = "/wallet?lang=fr".parse().unwrap();
        assert_eq!(language_and_path(&uri), (None, "/wallet".to_owned()));
    }
}
