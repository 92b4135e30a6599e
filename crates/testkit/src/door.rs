//! Listening on loopback, and calling one server among several that share an origin.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use http::serve::shutdown;
use http::{Shutdown, Stopper};
use reqwest::{Client, Method};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::answer::Answer;

/// A port of loopback that is taken and not served yet.
pub struct Listening(TcpListener);

/// A served port; dropping it ends the server.
pub struct Served {
    /// Where it is.
    pub address: SocketAddr,
    stop: Stopper,
}

#[expect(clippy::expect_used, reason = "a test without a port cannot go on")]
impl Listening {
    /// Takes a free port.
    ///
    /// # Panics
    /// When there is none.
    pub async fn anywhere() -> Self {
        Self::at(0).await
    }

    /// Takes a port.
    ///
    /// # Panics
    /// When it is not free.
    pub async fn at(port: u16) -> Self {
        Self(TcpListener::bind(("127.0.0.1", port)).await.expect("a port of loopback"))
    }

    /// `http://localhost:PORT`.
    pub fn origin(&self) -> String {
        format!("http://localhost:{}", self.address().port())
    }

    fn address(&self) -> SocketAddr {
        self.0.local_addr().expect("a bound port")
    }

    /// Serves a router until the result is dropped.
    pub fn serve(self, router: Router) -> Served {
        let address = self.address();
        let (stop, stopping): (Stopper, Shutdown) = shutdown();
        tokio::spawn(http::serve::serve(self.0, router, stopping));
        Served { address, stop }
    }
}

impl Served {
    /// Ends the server; requests under way are finished.
    pub fn stop(&self) {
        self.stop.stop();
    }
}

/// A way to one server: its address, and the host that it is called by.
#[derive(Clone)]
pub struct Door {
    client: Client,
    address: SocketAddr,
    host: String,
}

/// The body of a request.
pub enum Body<'a> {
    /// None.
    Nothing,
    /// A form.
    Form(&'a [(&'a str, &'a str)]),
    /// JSON.
    Json(&'a Value),
}

#[expect(clippy::expect_used, reason = "a test without an answer cannot go on")]
impl Door {
    /// A way to the server at an address, which knows itself by `origin`.
    ///
    /// # Panics
    /// When no client can be made.
    pub fn new(address: SocketAddr, origin: &str) -> Self {
        let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).timeout(Duration::from_secs(20));
        let host = origin.split_once("://").map_or(origin, |(_, host)| host).to_owned();
        Self { client: client.build().expect("an HTTP client"), address, host }
    }

    /// Sends a request.
    ///
    /// # Errors
    /// When no whole answer came.
    pub async fn send(&self, method: Method, path: &str, bearer: Option<&str>, body: Body<'_>) -> reqwest::Result<Answer> {
        let mut request = self.client.request(method, format!("http://{}{path}", self.address)).header("host", &self.host);
        if let Some(token) = bearer {
            request = request.bearer_auth(token);
        }
        request = match body {
            Body::Nothing => request,
            Body::Form(pairs) => request.form(pairs),
            Body::Json(value) => request.json(value),
        };
        Answer::read(request.send().await?).await
    }

    /// `GET`.
    ///
    /// # Panics
    /// When no whole answer came.
    pub async fn get(&self, path: &str, bearer: Option<&str>) -> Answer {
        self.send(Method::GET, path, bearer, Body::Nothing).await.expect("an answer")
    }

    /// `POST` of JSON.
    ///
    /// # Panics
    /// When no whole answer came.
    pub async fn post(&self, path: &str, bearer: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(bearer), Body::Json(body)).await.expect("an answer")
    }
}
