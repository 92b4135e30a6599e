//! Listening, stopping cleanly, and periodic work.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Told to everything that runs when the process is to stop. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Shutdown(watch::Receiver<bool>);

/// Tells everything that runs to stop; dropping it does so too.
#[derive(Debug)]
pub struct Stopper(watch::Sender<bool>);

/// A stopper and what it tells.
pub fn shutdown() -> (Stopper, Shutdown) {
    let (sender, receiver) = watch::channel(false);
    (Stopper(sender), Shutdown(receiver))
}

impl Stopper {
    /// Tells everything to stop.
    pub fn stop(&self) {
        let _ = self.0.send(true);
    }
}

impl Shutdown {
    /// Waits until it is time to stop.
    pub async fn wait(mut self) {
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    /// Whether it is time to stop.
    pub fn is_stopping(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }

    /// Sleeps, but not beyond the time to stop; `false` when that came first.
    pub async fn sleep(&self, time: Duration) -> bool {
        tokio::select! {
            () = self.clone().wait() => false,
            () = tokio::time::sleep(time) => true,
        }
    }
}

/// Serves a router until it is time to stop; requests under way are finished.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, router: Router, stop: Shutdown) -> std::io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop.wait()).await
}

/// Does `work` every `pause` until it is time to stop. Work that says it did something is repeated at once; an error is
/// logged and followed by the pause, never by a tight loop.
pub async fn repeat<F, Fut, E>(name: &'static str, pause: Duration, stop: Shutdown, mut work: F)
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<bool, E>>,
    E: std::error::Error,
{
    while !stop.is_stopping() {
        let did_something = match work().await {
            Ok(did) => did,
            Err(error) => {
                tracing::warn!(work = name, cause = crate::failure::chain(&error), "periodic work failed");
                false
            }
        };
        if !did_something && !stop.sleep(pause).await {
            return;
        }
    }
}
