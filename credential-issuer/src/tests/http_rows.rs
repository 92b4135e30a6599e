//! Rows H1 to H8 at the issuer: what no route decides, over its router and behind the server that every role has.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Method, StatusCode};
use http::Stopper;
use http::serve::{serve, shutdown};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{App, On, SLUG, error, on_each_database, request};

on_each_database! {
    row_h1_framed_twice,
    row_h2_too_much_of_a_head,
    row_h3_another_host,
    row_h4_what_a_stranger_says_of_itself,
    row_h5_methods_that_nothing_takes,
    row_h6_paths_that_mean_something_else,
    row_h8_pages_of_others,
}

/// The issuer on a port of loopback; dropping it ends the server.
pub(super) struct Served {
    pub(super) address: SocketAddr,
    _stop: Stopper,
}

pub(super) async fn served(app: &App) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopping) = shutdown();
    tokio::spawn(serve(listener, app.router.clone(), stopping));
    Served { address, _stop: stop }
}

/// Sends bytes as they are, and reads until the server closes.
pub(super) async fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    // A server that refuses early may close before it has read everything.
    let _ = socket.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut answer)).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

pub(super) fn post(headers: &str) -> Vec<u8> {
    format!("POST /{SLUG}/nonce HTTP/1.1\r\nhost: localhost:8081\r\nconnection: close\r\n{headers}\r\n").into_bytes()
}

/// One request is one request, however it was framed: nothing behind it is taken for another.
async fn row_h1_framed_twice(on: On) {
    let app = App::new(on).await;
    let (server, before) = (served(&app).await, app.row_counts().await);
    for headers in [
        "transfer-encoding: chunked\r\ncontent-length: 5\r\n",
        "content-length: 500\r\ntransfer-encoding: chunked\r\n",
        "Content-Length: 0\r\naccept: */*\r\nTransfer-Encoding: gzip, chunked\r\n",
        "content-length: 5\r\ncontent-length: 6\r\n",
        "content-length: five\r\n",
        "transfer-encoding: gzip\r\n",
    ] {
        // Nobody asks for the end of the connection: it is closed all the same, or this waits in vain.
        let head = format!("POST /{SLUG}/nonce HTTP/1.1\r\nhost: localhost:8081\r\n{headers}\r\n");
        let behind = format!("0\r\n\r\nPOST /{SLUG}/nonce HTTP/1.1\r\nhost: localhost:8081\r\ncontent-length: 0\r\n\r\n");
        let answer = exchange(server.address, format!("{head}{behind}").as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{headers}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{headers}: {answer}");
    }
    // Framed in one way, either is read.
    for (headers, body) in [("content-length: 0\r\n", ""), ("transfer-encoding: chunked\r\n", "0\r\n\r\n")] {
        let answer = exchange(server.address, &[post(headers), body.into()].concat()).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{headers}: {answer}");
    }
    assert_eq!(app.row_counts().await, before);
}

async fn row_h2_too_much_of_a_head(on: On) {
    let app = App::new(on).await;
    let (server, before) = (served(&app).await, app.row_counts().await);
    let long = format!("x-long: {}\r\n", "a".repeat(20 * 1024));
    let many: String = (0..200).map(|number| format!("x-{number}: a\r\n")).collect();
    for headers in [long, many] {
        let answer = exchange(server.address, &post(&headers)).await;
        assert!(answer.starts_with("HTTP/1.1 431 "), "{}", answer.lines().next().unwrap_or_default());
    }
    assert!(exchange(server.address, &post("content-length: 0\r\n")).await.starts_with("HTTP/1.1 200 "));
    assert_eq!(app.row_counts().await, before);
}

async fn row_h3_another_host(on: On) {
    let app = App::new(on).await;
    let before = app.row_counts().await;
    for path in ["/", &format!("/{SLUG}/desk"), &format!("/{SLUG}/.well-known/openid-credential-issuer"), &format!("/{SLUG}/nonce")] {
        for method in [Method::GET, Method::POST] {
            let asked = axum::http::Request::builder().method(method).uri(path).header("host", "evil.example");
            let answer = app.send(asked.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{path}");
            assert!(!answer.body.contains("evil.example") && !answer.headers.contains_key("location"), "{path}");
        }
    }
    assert_eq!(app.row_counts().await, before);
}

/// Nobody is a listed proxy here: limits count the socket, and no link is made of what is said.
async fn row_h4_what_a_stranger_says_of_itself(on: On) {
    let app = App::new(on).await;
    let said = |number: usize, method: Method, path: &str| {
        let request = request(method, path, None).header("x-forwarded-for", format!("192.0.2.{}", number % 250));
        request.header("x-forwarded-host", "evil.example").header("x-forwarded-proto", "https").header("forwarded", "for=192.0.2.1")
    };
    let metadata =
        app.send(said(0, Method::GET, &format!("/{SLUG}/.well-known/openid-credential-issuer")).body(Body::empty()).unwrap()).await;
    assert_eq!(metadata.text("/credential_issuer"), super::identifier());
    assert!(!metadata.body.contains("evil.example"));
    let mut refused = 0;
    for number in 0..1_400 {
        let answer = app.send(said(number, Method::POST, &format!("/{SLUG}/nonce")).body(Body::empty()).unwrap()).await;
        if answer.status != StatusCode::OK {
            assert_eq!(answer.error(), error(429, "too_many"));
            refused += 1;
        }
    }
    assert!(refused > 0, "another address each time made no difference");
}

async fn row_h5_methods_that_nothing_takes(on: On) {
    let app = App::new(on).await;
    let before = app.row_counts().await;
    for method in ["TRACE", "CONNECT", "BREW"] {
        for path in ["/token", "/credential", "/par", "/desk", "/nowhere"] {
            let asked = request(Method::from_bytes(method.as_bytes()).unwrap(), &format!("/{SLUG}{path}"), None);
            let answer = app.send(asked.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        }
    }
    for path in ["/token", "/credential", "/par", "/deferred-credential", "/notification"] {
        let answer = app.get(&format!("/{SLUG}{path}")).await;
        assert_eq!((answer.status, answer.headers["allow"].to_str().unwrap()), (StatusCode::METHOD_NOT_ALLOWED, "POST"), "{path}");
    }
    assert_eq!(app.row_counts().await, before);
}

async fn row_h6_paths_that_mean_something_else(on: On) {
    let app = App::new(on).await;
    let before = app.row_counts().await;
    for path in
        ["/a%00b", "/%2e%2e/%2e%2e/etc/passwd", "/%c0%af", "/hogeschool-voorbeeld/offers/%2e%2e%2fx", "/hogeschool-voorbeeld/status/%00"]
    {
        let answer = app.get(path).await;
        assert!([400, 404].contains(&answer.status.as_u16()), "{path}: {}", answer.status);
        assert!(!answer.body.contains("root:"), "{path}");
    }
    assert_eq!(app.row_counts().await, before);
}

/// Only what everybody may read may be read by the page of another origin, and never with credentials.
async fn row_h8_pages_of_others(on: On) {
    let app = App::new(on).await;
    let asked = |method: Method, path: String| {
        let request = request(method, &path, None).header("origin", "https://evil.example").header("cookie", "ew_issuer_8081=x");
        let app = &app;
        async move { app.send(request.body(Body::empty()).unwrap()).await }
    };
    for path in ["/token", "/par", "/nonce", "/credential", "/deferred-credential", "/notification", "/api/v1/credentials", "/desk"] {
        for method in [Method::GET, Method::POST, Method::OPTIONS] {
            let answer = asked(method, format!("/{SLUG}{path}")).await;
            for name in ["access-control-allow-origin", "access-control-allow-credentials", "access-control-allow-headers"] {
                assert!(!answer.headers.contains_key(name), "{path} {name}");
            }
        }
    }
    for path in [".well-known/openid-credential-issuer", "did.json", "jwks"] {
        let answer = asked(Method::GET, format!("/{SLUG}/{path}")).await;
        assert_eq!((answer.status, answer.headers["access-control-allow-origin"].to_str().unwrap()), (StatusCode::OK, "*"), "{path}");
        assert!(!answer.headers.contains_key("access-control-allow-credentials"), "{path}");
    }
}

/// So many clients that send a byte now and then.
const SLOW: usize = 200;
/// Requests of one series.
const SERIES: usize = 200;

/// Sends a byte of a head every five seconds until the server has enough, and tells how long that took.
#[expect(clippy::disallowed_methods, reason = "a connection's patience is the machine's time")]
async fn dawdles(address: SocketAddr) -> Duration {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let (began, mut read) = (Instant::now(), Vec::new());
    while socket.write_all(b"P").await.is_ok() {
        if tokio::time::timeout(Duration::from_secs(5), socket.read_to_end(&mut read)).await.is_ok() {
            break;
        }
    }
    assert!(!String::from_utf8_lossy(&read).starts_with("HTTP/1.1 200 "));
    began.elapsed()
}

/// The slowest but one in a hundred of a series of requests, one after the other.
#[expect(clippy::disallowed_methods, reason = "it measures")]
async fn p99(address: SocketAddr) -> Duration {
    let head = format!("GET /.well-known/openid-credential-issuer/{SLUG} HTTP/1.1\r\nhost: localhost:8081\r\nconnection: close\r\n\r\n");
    let mut took = Vec::with_capacity(SERIES);
    for _ in 0..SERIES {
        let began = Instant::now();
        assert!(exchange(address, head.as_bytes()).await.starts_with("HTTP/1.1 200 "));
        took.push(began.elapsed());
    }
    took.sort_unstable();
    took[SERIES - SERIES / 100 - 1]
}

/// Whoever never ends its head is not waited for, and keeps nobody else waiting.
///
/// A machine that does other things too has slow moments in any series: of several series without and with the slow clients, the best
/// are compared.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_h7_a_byte_now_and_then() {
    let app = App::new(On::Sqlite).await;
    let (server, before) = (served(&app).await, app.row_counts().await);
    let mut alone = p99(server.address).await;
    for _ in 0..4 {
        alone = alone.min(p99(server.address).await);
    }
    let slow: Vec<_> = (0..SLOW).map(|_| tokio::spawn(dawdles(server.address))).collect();
    let mut beside = Duration::MAX;
    // As long as all of them are there.
    while !slow.iter().any(tokio::task::JoinHandle::is_finished) {
        beside = beside.min(p99(server.address).await);
    }
    assert!(beside < 2 * alone.max(Duration::from_millis(1)), "{beside:?} beside them, {alone:?} alone");
    for client in slow {
        let patience = client.await.unwrap();
        assert!((9..20).contains(&patience.as_secs()), "{patience:?}");
    }
    assert_eq!(app.row_counts().await, before);
}
