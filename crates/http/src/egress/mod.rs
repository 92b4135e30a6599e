//! The one guarded client for addresses that somebody else wrote.
//!
//! https on port 443 to global addresses; the check is made on the very address that is connected to, so that a name cannot
//! answer differently the second time. No redirects, no proxy from the environment, no cookies, no credentials, 3 s to
//! connect, 5 s in all, 256 KiB unless told otherwise (`security.md` T14, interfaces.md section 3).

mod address;
mod resolve;

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::{Client, Method, redirect};

use address::Door;
pub use address::{Rules, is_global};
use resolve::{GlobalOnly, PeerNames};
pub use resolve::{Names, SystemNames};

use crate::origin::Origin;

const CONNECT: Duration = Duration::from_secs(3);
const TOTAL: Duration = Duration::from_secs(5);
/// What is read of an answer unless told otherwise.
pub const DEFAULT_LIMIT: usize = 256 * 1024;
/// What is read of a status list.
pub const STATUS_LIST_LIMIT: usize = 4 * 1024 * 1024;

/// A neighbour that may be on a private address: named by the operator, by exact origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its origin as others see it.
    pub origin: Origin,
    /// `host:port` to connect to instead of what the name resolves to. For an https origin that names a port, that port stays.
    pub connect_to: Option<String>,
}

/// Why an address was not fetched, or its answer not taken.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// Not https (nor the allowed localhost).
    #[error("scheme not allowed")]
    Scheme,
    /// An address literal, an inner name, a port, user information, or a name that resolves to an address that is not global.
    #[error("address not allowed")]
    Address,
    /// It answered with a redirect.
    #[error("answered with a redirect")]
    Redirect,
    /// The answer is longer than we read.
    #[error("answer too large")]
    TooLarge,
    /// No connection within 3 s or no complete answer within 5 s.
    #[error("no answer in time")]
    Timeout,
    /// It could not be reached.
    #[error("not reachable")]
    Unreachable(#[source] reqwest::Error),
    /// The request itself could not be built (a header or body of ours).
    #[error("request could not be built")]
    Request,
}

impl EgressError {
    /// Whether nothing was sent: the address itself was refused.
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Scheme | Self::Address)
    }
}

/// An answer, read whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status; redirects never get here.
    pub status: u16,
    /// Its headers.
    pub headers: axum::http::HeaderMap,
    /// Its body, at most the asked limit.
    pub body: Bytes,
}

impl Answer {
    /// Whether the status is 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The media type without parameters, in small letters.
    pub fn media_type(&self) -> String {
        let value = self.headers.get(axum::http::header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
        value.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
    }

    /// The body as strict JSON: UTF-8, no duplicate members.
    ///
    /// # Errors
    /// When it is not.
    pub fn json(&self) -> Result<serde_json::Value, vc::strict_json::JsonError> {
        vc::strict_json::parse(&self.body)
    }

    /// The body as text.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.body).ok()
    }
}

/// A request to be sent.
#[derive(Clone, Debug)]
pub struct Outgoing {
    method: Method,
    url: String,
    headers: Vec<(&'static str, String)>,
    body: Option<(&'static str, Bytes)>,
    limit: usize,
    redirects: u8,
}

impl Outgoing {
    fn new(method: Method, url: &str) -> Self {
        Self { method, url: url.to_owned(), headers: Vec::new(), body: None, limit: DEFAULT_LIMIT, redirects: 0 }
    }

    /// `GET`.
    pub fn get(url: &str) -> Self {
        Self::new(Method::GET, url)
    }

    /// `DELETE`.
    pub fn delete(url: &str) -> Self {
        Self::new(Method::DELETE, url)
    }

    /// `POST` of a body that is written already.
    pub fn post(url: &str, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self::new(Method::POST, url).body(media_type, body)
    }

    /// `POST` of a form.
    pub fn post_form(url: &str, pairs: &[(&str, &str)]) -> Self {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(pairs);
        Self::new(Method::POST, url).body("application/x-www-form-urlencoded", form.finish())
    }

    /// `POST` of JSON.
    pub fn post_json(url: &str, value: &serde_json::Value) -> Self {
        Self::new(Method::POST, url).body("application/json", value.to_string())
    }

    /// `PUT` of JSON.
    pub fn put_json(url: &str, value: &serde_json::Value) -> Self {
        Self::new(Method::PUT, url).body("application/json", value.to_string())
    }

    /// The same with a body of some media type.
    pub fn body(mut self, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        self.body = Some((media_type, body.into()));
        self
    }

    /// The same with a header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The same with `Authorization: Bearer`.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// The same with HTTP Basic credentials, both parts form-encoded as RFC 6749 section 2.3.1 wants.
    pub fn basic(self, user: &str, password: &str) -> Self {
        use base64::Engine;
        let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", encode(user), encode(password)));
        self.header("authorization", format!("Basic {pair}"))
    }

    /// The same with `Accept`.
    pub fn accept(self, media_type: &str) -> Self {
        self.header("accept", media_type)
    }

    /// The same reading at most `bytes` of the answer.
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// The same following up to `count` redirects, each checked as the first address was. For status lists.
    pub fn follow(mut self, count: u8) -> Self {
        self.redirects = count;
        self
    }
}

/// The one client for foreign addresses. Cheap to clone.
#[derive(Clone)]
pub struct Egress {
    inner: Arc<Inner>,
}

struct Inner {
    rules: Rules,
    public: Client,
    localhost: Client,
    peers: Client,
}

/// The client could not be built: a CA bundle that is none, or no TLS.
#[derive(Debug, thiserror::Error)]
#[error("the client for outgoing requests could not be built")]
pub struct EgressSetup(#[source] reqwest::Error);

impl Egress {
    /// A client with the operator's rules; `ca_bundle` is PEM that is trusted beside the system's roots.
    ///
    /// # Errors
    /// When the bundle does not parse or TLS cannot be set up.
    pub fn new(rules: Rules, ca_bundle: Option<&[u8]>) -> Result<Self, EgressSetup> {
        Self::named(rules, ca_bundle, concat!("eduwallet/", env!("CARGO_PKG_VERSION")))
    }

    /// The same with a `User-Agent` of its own: the demo knows its own calls by it.
    ///
    /// # Errors
    /// As [`Egress::new`].
    pub fn named(rules: Rules, ca_bundle: Option<&[u8]>, agent: &str) -> Result<Self, EgressSetup> {
        Self::asking(Arc::new(SystemNames), rules, ca_bundle, agent)
    }

    /// The same with foreign names looked up elsewhere than at the machine's resolver: at the edge of a test's world.
    ///
    /// # Errors
    /// As [`Egress::new`].
    pub fn asking(names: Arc<dyn Names>, rules: Rules, ca_bundle: Option<&[u8]>, agent: &str) -> Result<Self, EgressSetup> {
        let base = || -> Result<reqwest::ClientBuilder, EgressSetup> {
            let mut builder = Client::builder()
                .redirect(redirect::Policy::none())
                .no_proxy()
                .referer(false)
                .connect_timeout(CONNECT)
                .timeout(TOTAL)
                .user_agent(agent);
            if let Some(pem) = ca_bundle {
                let extra = reqwest::Certificate::from_pem_bundle(pem).map_err(EgressSetup)?;
                builder = builder.tls_certs_merge(extra);
            }
            Ok(builder)
        };
        let public = base()?.https_only(true).dns_resolver(GlobalOnly(names)).build().map_err(EgressSetup)?;
        let localhost = base()?.dns_resolver(resolve::LoopbackOnly).build().map_err(EgressSetup)?;
        let peers = base()?.dns_resolver(PeerNames::new(&rules.peers)).build().map_err(EgressSetup)?;
        Ok(Self { inner: Arc::new(Inner { rules, public, localhost, peers }) })
    }

    /// Checks an address without opening a connection.
    ///
    /// # Errors
    /// [`EgressError::Scheme`] or [`EgressError::Address`].
    pub fn check(&self, url: &str) -> Result<(), EgressError> {
        self.inner.rules.check(url).map(drop)
    }

    /// Whether an address is a configured neighbour's or, where that is allowed, on localhost.
    pub fn is_near(&self, url: &str) -> bool {
        matches!(self.inner.rules.check(url), Ok((_, Door::Localhost | Door::Peer(_))))
    }

    /// Whether plain http to `localhost` is allowed, as in the demo.
    pub fn allows_localhost(&self) -> bool {
        self.inner.rules.allow_localhost
    }

    /// Fetches an address.
    ///
    /// # Errors
    /// [`EgressError`]; a status that is no redirect is an answer, not an error.
    pub async fn get(&self, url: &str) -> Result<Answer, EgressError> {
        self.send(Outgoing::get(url)).await
    }

    /// Posts a form.
    ///
    /// # Errors
    /// As [`Egress::get`].
    pub async fn post_form(&self, url: &str, pairs: &[(&str, &str)]) -> Result<Answer, EgressError> {
        self.send(Outgoing::post_form(url, pairs)).await
    }

    /// Posts JSON.
    ///
    /// # Errors
    /// As [`Egress::get`].
    pub async fn post_json(&self, url: &str, value: &serde_json::Value) -> Result<Answer, EgressError> {
        self.send(Outgoing::post_json(url, value)).await
    }

    /// Sends a request and reads its answer whole, within 5 s.
    ///
    /// # Errors
    /// As [`Egress::get`].
    pub async fn send(&self, outgoing: Outgoing) -> Result<Answer, EgressError> {
        match tokio::time::timeout(TOTAL, self.follow(outgoing)).await {
            Ok(answer) => answer,
            Err(_) => Err(EgressError::Timeout),
        }
    }

    async fn follow(&self, mut outgoing: Outgoing) -> Result<Answer, EgressError> {
        loop {
            let answer = self.once(&outgoing).await?;
            if !(300..400).contains(&answer.status) || answer.status == 304 {
                return Ok(answer);
            }
            outgoing.redirects = outgoing.redirects.checked_sub(1).ok_or(EgressError::Redirect)?;
            let location = answer.headers.get("location").and_then(|v| v.to_str().ok()).ok_or(EgressError::Redirect)?;
            let base = url::Url::parse(&outgoing.url).map_err(|_| EgressError::Address)?;
            outgoing.url = base.join(location).map_err(|_| EgressError::Redirect)?.into();
        }
    }

    async fn once(&self, outgoing: &Outgoing) -> Result<Answer, EgressError> {
        let (url, door) = self.inner.rules.check(&outgoing.url)?;
        let client = match &door {
            Door::Public => &self.inner.public,
            Door::Localhost => &self.inner.localhost,
            Door::Peer(_) => &self.inner.peers,
        };
        let mut request = match plain_detour(&url, &door) {
            Some(detour) => client.request(outgoing.method.clone(), detour).header("host", authority(&url)),
            None => client.request(outgoing.method.clone(), url),
        };
        for (name, value) in &outgoing.headers {
            request = request.header(*name, value);
        }
        if let Some((media_type, body)) = &outgoing.body {
            request = request.header("content-type", *media_type).body(body.clone());
        }
        let mut response = request.send().await.map_err(|error| sort(error, &door))?;
        if response.content_length().is_some_and(|length| length > outgoing.limit as u64) {
            return Err(EgressError::TooLarge);
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| sort(error, &door))? {
            if body.len() + chunk.len() > outgoing.limit {
                return Err(EgressError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body: body.freeze() })
    }
}

/// A plain-http neighbour is reached by address with its own name in `Host`: the client gives a resolver's port no say over
/// one that stands in the address.
fn plain_detour(url: &url::Url, door: &Door) -> Option<url::Url> {
    let Door::Peer(Peer { connect_to: Some(target), .. }) = door else { return None };
    if url.scheme() != "http" {
        return None;
    }
    let (host, port) = target.rsplit_once(':')?;
    let mut detour = url.clone();
    detour.set_host(Some(host)).ok()?;
    detour.set_port(port.parse().ok()).ok()?;
    Some(detour)
}

fn authority(url: &url::Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Tells apart what callers answer differently. The address is stripped: it may hold a code or a token.
fn sort(error: reqwest::Error, door: &Door) -> EgressError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(at) = cause {
        if at.is::<resolve::NotGlobal>() && *door != Door::Localhost {
            return EgressError::Address;
        }
        cause = at.source();
    }
    if error.is_timeout() {
        EgressError::Timeout
    } else if error.is_builder() {
        EgressError::Request
    } else {
        EgressError::Unreachable(error.without_url())
    }
}

#[cfg(test)]
mod rebinding_tests;
#[cfg(test)]
mod tests;
