//! The operator's port: is it alive, is it ready, how is it doing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use storage::{IssuerStore, VerifierStore, WalletStore};

/// Whether the process is ready to be used. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Ready(Arc<AtomicBool>);

impl Ready {
    /// From now on it is.
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether it is.
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// The databases that must answer for the process to be ready.
#[derive(Clone, Default)]
pub(crate) struct Databases {
    pub(crate) wallet: Option<WalletStore>,
    pub(crate) issuer: Option<IssuerStore>,
    pub(crate) verifier: Option<VerifierStore>,
}

impl Databases {
    async fn answer(&self) -> bool {
        if let Some(store) = &self.wallet
            && store.read().await.is_err()
        {
            return false;
        }
        if let Some(store) = &self.issuer
            && store.read().await.is_err()
        {
            return false;
        }
        match &self.verifier {
            Some(store) => store.read().await.is_ok(),
            None => true,
        }
    }
}

#[derive(Clone)]
struct Operations {
    ready: Ready,
    databases: Databases,
    metrics: Option<PrometheusHandle>,
}

/// Metrics are collected once per process; a second start gets none.
pub(crate) fn metrics() -> Option<PrometheusHandle> {
    PrometheusBuilder::new().install_recorder().ok()
}

/// `/healthz`, `/readyz`, `/metrics`. Not for the public: bind it to an inner address.
pub(crate) fn router(ready: Ready, databases: Databases, metrics: Option<PrometheusHandle>) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(numbers))
        .with_state(Operations { ready, databases, metrics })
}

async fn readyz(State(operations): State<Operations>) -> Response {
    if !operations.ready.is_set() {
        return (StatusCode::SERVICE_UNAVAILABLE, "starting\n").into_response();
    }
    if operations.databases.answer().await {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "a database does not answer\n").into_response()
    }
}

async fn numbers(State(operations): State<Operations>) -> Response {
    let text = operations.metrics.map(|metrics| metrics.render()).unwrap_or_default();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
