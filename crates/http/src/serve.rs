//! Listening, stopping cleanly, and periodic work.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt;

use crate::framed::Framed;

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

/// Headers of a request must be complete within this time; also how long requests under way may take at the end.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of one request's line and headers.
const HEAD_BYTES: usize = 16 * 1024;
/// Header lines of one request.
const HEAD_LINES: usize = 100;

/// Requests of one connection; then it is closed, and the client opens another.
const REQUESTS: u32 = 1_000;

/// Serves a router until it is time to stop; requests under way are finished. HTTP/1.1: TLS and HTTP/2 end at the proxy.
///
/// # Errors
/// When the listener's own address cannot be told.
pub async fn serve(listener: TcpListener, router: Router, stop: Shutdown) -> std::io::Result<()> {
    let address = listener.local_addr()?;
    let open = GracefulShutdown::new();
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_buf_size(HEAD_BYTES).max_headers(HEAD_LINES);
    while let Some(accepted) = next(&listener, &stop).await {
        let (stream, peer) = match accepted {
            Ok(connection) => connection,
            Err(error) => {
                // Out of file handles, mostly: wait instead of spinning.
                tracing::warn!(%address, cause = %error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let served = AtomicU32::new(0);
        let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            let is_last = served.fetch_add(1, Ordering::Relaxed) + 1 >= REQUESTS;
            let answer = router.clone().oneshot(request.map(Body::new));
            async move {
                let mut answer = answer.await?;
                if is_last {
                    answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
                }
                Ok::<_, Infallible>(answer)
            }
        });
        let connection = open.watch(protocol.serve_connection(TokioIo::new(Framed::new(stream)), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(cause = %error, "a connection ended badly");
            }
        });
    }
    let _ = tokio::time::timeout(PATIENCE, open.shutdown()).await;
    Ok(())
}

async fn next(listener: &TcpListener, stop: &Shutdown) -> Option<std::io::Result<(TcpStream, SocketAddr)>> {
    tokio::select! {
        () = stop.clone().wait() => None,
        accepted = listener.accept() => Some(accepted),
    }
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

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

    use super::*;

    #[tokio::test]
    async fn a_connection_is_closed_after_a_thousand_requests() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stopper, stop) = shutdown();
        let serving = tokio::spawn(serve(listener, Router::new().route("/", get(|| async { "ok" })), stop));
        let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
        for request in 1..=REQUESTS {
            stream.get_mut().write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
            let (mut head, mut line) = (String::new(), String::new());
            while stream.read_line(&mut line).await.unwrap() > 2 {
                head.push_str(&line.to_ascii_lowercase());
                line.clear();
            }
            let mut body = [0; 2];
            stream.read_exact(&mut body).await.unwrap();
            assert_eq!((head.contains("connection: close"), &body), (request == REQUESTS, b"ok"), "{request}: {head}");
        }
        assert_eq!(stream.read(&mut [0; 1]).await.unwrap(), 0, "closed");
        stopper.stop();
        serving.await.unwrap().unwrap();
    }
}
