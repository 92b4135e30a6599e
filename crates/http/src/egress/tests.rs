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
    assert!(reqwest::dns::Resolve::resolve(&GlobalOnly(Arc::new(SystemNames)), name).await.is_err());
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

#[tokio::test]
async fn followed_redirects_are_counted_and_never_change_to_where_nobody_may_go() {
    let (inner, seen) = stub(ok("{}")).await;
    let away = |to: &str| format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    for to in [
        format!("http://127.0.0.1:{inner}/"),
        format!("http://[::1]:{inner}/"),
        format!("//127.0.0.1:{inner}/"),
        format!("http://2130706433:{inner}/"),
        format!("http://x@localhost:{inner}/"),
        format!("http://localhost.:{inner}/"),
        "https://10.0.0.1/".to_owned(),
        "https://[64:ff9b::a00:1]/".to_owned(),
        "https://metadata.internal/".to_owned(),
    ] {
        let (port, _) = stub(away(&to)).await;
        let error = demo().send(Outgoing::get(&format!("http://localhost:{port}/")).follow(3)).await.unwrap_err();
        assert!(matches!(error, EgressError::Address), "{to}: {error}");
    }
    for to in ["file:///etc/passwd", "http://issuer.example/", "gopher://localhost/"] {
        let (port, _) = stub(away(to)).await;
        let error = demo().send(Outgoing::get(&format!("http://localhost:{port}/")).follow(3)).await.unwrap_err();
        assert!(matches!(error, EgressError::Scheme), "{to}: {error}");
    }
    assert_eq!(seen.load(Ordering::SeqCst), 0);
    // One that leads to itself is met four times with three redirects, and not once more.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = listener.local_addr().unwrap().port();
    let met = Arc::new(AtomicUsize::new(0));
    let (count, answer) = (met.clone(), away(&format!("http://localhost:{own}/")));
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            let mut buffer = [0u8; 4096];
            let _ = socket.read(&mut buffer).await;
            let _ = socket.write_all(answer.as_bytes()).await;
        }
    });
    let error = demo().send(Outgoing::get(&format!("http://localhost:{own}/")).follow(3)).await.unwrap_err();
    assert!(matches!(error, EgressError::Redirect) && met.load(Ordering::SeqCst) == 4, "{error}");
}

/// A server that says a head and then a byte every half second, for ever.
async fn dripping(head: &'static str, drop: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = [0u8; 4096];
                let _ = socket.read(&mut buffer).await;
                let _ = socket.write_all(head.as_bytes()).await;
                while socket.write_all(drop.as_bytes()).await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            });
        }
    });
    port
}

#[tokio::test]
async fn who_answers_slowly_is_left_after_five_seconds() {
    let cases = [
        ("", "x"),
        ("HTTP/1.1 200 OK\r\n", "x: y\r\n"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n", "x"),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
    ];
    let asked = cases.map(|(head, drop)| async move {
        let port = dripping(head, drop).await;
        (head, demo().get(&format!("http://localhost:{port}/")).await.unwrap_err())
    });
    let left = tokio::time::timeout(Duration::from_secs(8), futures_util::future::join_all(asked)).await.unwrap();
    for (head, error) in left {
        // A first line that is none is no answer at all.
        assert!(
            matches!(error, EgressError::Timeout) || (head.is_empty() && matches!(error, EgressError::Unreachable(_))),
            "{head:?} {error}"
        );
    }
}

#[tokio::test]
async fn nothing_is_unpacked_and_heads_have_an_end() {
    // A packed body stays packed: what it would become is nobody's business here.
    let packed = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\nconnection: close\r\n\r\nabcd";
    let (port, _) = stub(packed).await;
    let answer = demo().get(&format!("http://localhost:{port}/")).await.unwrap();
    assert_eq!((answer.status, answer.text()), (200, Some("abcd")));
    let (many, _) = stub(format!("HTTP/1.1 200 OK\r\n{}content-length: 0\r\n\r\n", "x: y\r\n".repeat(20_000))).await;
    let (long, _) = stub(format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "y".repeat(2 << 20))).await;
    for port in [many, long] {
        let error = demo().get(&format!("http://localhost:{port}/")).await.unwrap_err();
        assert!(matches!(error, EgressError::Unreachable(_)), "{error}");
    }
}
