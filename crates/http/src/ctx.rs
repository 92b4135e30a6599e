//! What is fixed for one request: the moment, the language, the reference; and what the role has.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, OnceLock};

use axum::extract::{FromRef, FromRequestParts};
use axum::http::Uri;
use axum::http::request::Parts;
use model::Timestamp;
use vc::random::Random;
use web::{Lang, PageView};

use crate::core::AppCore;
use crate::egress::Egress;
use crate::failure::Failed;
use crate::origin::{Origin, RoleUrls};
use crate::page::{Page, SeeOther};
use crate::session::Session;

/// Taken once at the start of a request, so that its answer and its errors agree.
#[derive(Clone, Debug)]
pub struct Facts {
    pub(crate) now: Timestamp,
    pub(crate) lang: Lang,
    /// The language stood in the address; links and redirects then keep it.
    pub(crate) lang_asked: bool,
    /// The language in which began what this request ends.
    pub(crate) resumed: OnceLock<Lang>,
    pub(crate) reference: String,
    /// Path and query without `lang`, for the language links.
    pub(crate) path: String,
    /// Where the request came from; a listed proxy's word is taken for it, nobody else's (row H4).
    pub(crate) address: IpAddr,
}

impl Facts {
    /// The language of the answer.
    pub(crate) fn lang(&self) -> Lang {
        self.resumed.get().copied().unwrap_or(self.lang)
    }

    /// Whether links and redirects name the language.
    fn names_lang(&self) -> bool {
        self.lang_asked || self.lang() != Lang::default()
    }
}

/// The context of one request. Take it as a handler's argument.
#[derive(Clone)]
pub struct Ctx {
    core: AppCore,
    facts: Arc<Facts>,
}

impl Ctx {
    /// A context outside a request: for the worker and for tests.
    pub fn outside(core: &AppCore) -> Self {
        let facts = core.facts(&Uri::from_static("/"), IpAddr::V4(Ipv4Addr::LOCALHOST));
        Self { core: core.clone(), facts: Arc::new(facts) }
    }

    /// The moment at which this request began.
    pub fn now(&self) -> Timestamp {
        self.facts.now
    }

    /// The language of the answer: `?lang=`, else that in which began what this request ends, else Dutch.
    pub fn lang(&self) -> Lang {
        self.facts.lang()
    }

    /// Goes on, errors included, in the language in which something began that this request ends, where its address names none.
    pub(crate) fn resume_in(&self, lang: Lang) {
        if !self.facts.lang_asked {
            let _ = self.facts.resumed.set(lang);
        }
    }

    /// Random bytes.
    pub fn random(&self) -> &dyn Random {
        self.core.random()
    }

    /// What a page shows when something is wrong, and what the log has it under.
    pub fn reference(&self) -> &str {
        &self.facts.reference
    }

    /// Where the request came from: what limits by address count by.
    pub fn address(&self) -> IpAddr {
        self.facts.address
    }

    /// Takes one from a limit that counts by address.
    ///
    /// # Errors
    /// 429 `too_many`.
    pub fn limit(&self, name: &str) -> Result<(), Failed> {
        self.core.limits().take(name, &self.facts.address.to_string(), self.now())
    }

    /// Where the roles are.
    pub fn urls(&self) -> &RoleUrls {
        self.core.urls()
    }

    /// This role's own origin.
    pub fn origin(&self) -> &Origin {
        &self.core.urls().own
    }

    /// The one client for foreign addresses.
    pub fn egress(&self) -> &Egress {
        self.core.egress()
    }

    /// Everything the role shares.
    pub fn core(&self) -> &AppCore {
        &self.core
    }

    /// The frame of a page for a visitor who is not signed in.
    pub fn frame(&self) -> web::Frame {
        self.core.frame(&self.facts, None)
    }

    /// The frame of a page within a session: with its CSRF token and, when signed in, its name.
    pub fn frame_for(&self, session: &Session) -> web::Frame {
        self.core.frame(&self.facts, Some(session))
    }

    /// A page for a visitor who is not signed in, status 200.
    pub fn page<T: PageView>(&self, view: T) -> Page<T> {
        Page::new(view, self.frame())
    }

    /// A page within a session, status 200: its forms carry the session's token.
    pub fn page_for<T: PageView>(&self, session: &Session, view: T) -> Page<T> {
        Page::new(view, self.frame_for(session))
    }

    /// 303 to an own path, in the language of this request.
    pub fn see_other(&self, path: &str) -> SeeOther {
        SeeOther::at(self.origin(), &self.localised(path))
    }

    /// An own path with `lang` when this request's address had it, or what it ends began in it.
    pub fn localised(&self, path: &str) -> String {
        if !self.facts.names_lang() || path.contains("?lang=") || path.contains("&lang=") {
            return path.to_owned();
        }
        let (address, fragment) = path.split_once('#').map_or((path, None), |(a, f)| (a, Some(f)));
        let sign = if address.contains('?') { '&' } else { '?' };
        let tail = fragment.map(|f| format!("#{f}")).unwrap_or_default();
        format!("{address}{sign}lang={}{tail}", self.lang().tag())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Ctx
where
    AppCore: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let core = AppCore::from_ref(state);
        let facts = match parts.extensions.get::<Arc<Facts>>() {
            Some(facts) => facts.clone(),
            None => Arc::new(core.facts(&parts.uri, IpAddr::V4(Ipv4Addr::UNSPECIFIED))),
        };
        Ok(Self { core, facts })
    }
}
