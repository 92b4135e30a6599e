//! The guarded client against a server that counts who comes by.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

/// A server on loopback that gives one answer to everyone and counts connections.
async fn stub(answer: impl Into<String>) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, seen, answer) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)), answer.into());
    let count = seen.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut buffer = [0u8; 4096];
                let _ = socket.read(&mut buffer).await;
                let _ = socket.write_all(answer.as_bytes()).await;
            });
        }
    });
    (port, seen)
}

fn demo() -> Egress {
    Egress::new(Rules { allow_localhost: true, peers: Vec::new() }, None).unwrap()
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn inner_addresses_see_no_connection() {
    let (port, seen) = stub(ok("{}")).await;
    for host in [
        "127.0.0.1",
        "[::1]",
        "0177.0.0.1",
        "2130706433",
        "0x7f000001",
        "127.1",
        "[::ffff:127.0.0.1]",
        "localhost.",
        "LocalHost",
        "a@localhost",
        "x.localhost",
        "0",
        "0.0.0.0",
    ] {
        for scheme in ["http", "https"] {
            let error = demo().get(&format!("{scheme}://{host}:{port}/")).await.unwrap_err();
            assert!(matches!(error, EgressError::Address), "{scheme}://{host}: {error}");
        }
    }
    assert!(matches!(demo().get(&format!("https://localhost:{port}/")).await, Err(EgressError::Address)));
    assert_eq!(seen.load(Ordering::SeqCst), 0);
    let answer = demo().get(&format!("http://localhost:{port}/")).await.unwrap();
    assert_eq!((answer.status, answer.media_type().as_str(), seen.load(Ordering::SeqCst)), (200, "application/json", 1));
}

#[tokio::test]
async fn a_name_that_resolves_to_an_inner_address_is_refused_when_it_is_connected_to() {
    // What a rebinding name would do at the second look-up: the resolver is the only one, and it refuses.
    let name: reqwest::dns::Name = "localhost".parse().unwrap();
    assert!(reqwest::dns::Resolve::resolve(&GlobalOnly, name).await.is_err());
}

#[tokio::test]
async fn redirects_are_errors_and_followed_ones_are_checked() {
    let (inner, seen) = stub(ok("{}")).await;
    let (port, _) =
        stub(format!("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{inner}/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")).await;
    let url = format!("http://localhost:{port}/");
    assert!(matches!(demo().get(&url).await, Err(EgressError::Redirect)));
    assert!(matches!(demo().send(Outgoing::get(&url).follow(3)).await, Err(EgressError::Address)));
    assert_eq!(seen.load(Ordering::SeqCst), 0);
    let (port, _) =
        stub(format!("HTTP/1.1 302 Found\r\nlocation: http://localhost:{inner}/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")).await;
    assert_eq!(demo().send(Outgoing::get(&format!("http://localhost:{port}/")).follow(3)).await.unwrap().status, 200);
}

#[tokio::test]
async fn long_answers_are_cut_off() {
    let (declared, _) = stub("HTTP/1.1 200 OK\r\ncontent-length: 300000\r\n\r\n").await;
    assert!(matches!(demo().get(&format!("http://localhost:{declared}/")).await, Err(EgressError::TooLarge)));
    let chunks = format!("40000\r\n{}\r\n", "x".repeat(0x40000)).repeat(2);
    let (endless, _) = stub(format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunks}")).await;
    assert!(matches!(demo().get(&format!("http://localhost:{endless}/")).await, Err(EgressError::TooLarge)));
}

#[tokio::test]
async fn a_peer_is_reached_where_the_operator_said() {
    let (port, seen) = stub(ok("{}")).await;
    let peer = Peer { origin: Origin::parse("http://issuer.inner:8081").unwrap(), connect_to: Some(format!("127.0.0.1:{port}")) };
    let egress = Egress::new(Rules { allow_localhost: false, peers: vec![peer] }, None).unwrap();
    assert!(egress.is_near("http://issuer.inner:8081/x"));
    assert!(matches!(egress.get("http://issuer.inner:8082/").await, Err(EgressError::Address | EgressError::Scheme)));
    assert_eq!(seen.load(Ordering::SeqCst), 0);
    // The port of `connect_to` counts, not the origin's.
    assert_eq!(egress.get("http://issuer.inner:8081/").await.unwrap().status, 200);
    assert_eq!(seen.load(Ordering::SeqCst), 1);
}
