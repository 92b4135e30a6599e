//! Rows N1 to N3: nonces are asked for by an empty POST, as often as is reasonable, and nothing is written for any of them.

use axum::http::{Method, StatusCode};

use super::http_rows::{exchange, post, served};
use super::{App, On, SLUG, error, on_each_database, request};

on_each_database! {
    row_n1_a_nonce_is_not_read,
    row_n2_a_body_that_nobody_reads,
    row_n3_a_thousand_at_once,
}

async fn row_n1_a_nonce_is_not_read(on: On) {
    let app = App::new(on).await;
    let before = app.row_counts().await;
    for path in ["/nonce", "/challenge"] {
        let got = app.get(&format!("/{SLUG}{path}")).await;
        assert_eq!((got.status, got.headers["allow"].to_str().unwrap()), (StatusCode::METHOD_NOT_ALLOWED, "POST"));
        assert!(!got.body.contains("c_nonce") && !got.headers.contains_key("dpop-nonce"), "{}", got.body);
    }
    assert_eq!(app.row_counts().await, before);
}

async fn row_n2_a_body_that_nobody_reads(on: On) {
    let app = App::new(on).await;
    let (server, before) = (served(&app).await, app.row_counts().await);
    for path in ["/nonce", "/challenge"] {
        let long = request(Method::POST, &format!("/{SLUG}{path}"), None).body(vec![b'x'; 1024 * 1024].into()).unwrap();
        let refused = app.send(long).await;
        assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(!refused.body.contains("c_nonce") && !refused.headers.contains_key("dpop-nonce"), "{}", refused.body);
    }
    // On the wire too, and the connection is closed instead of read to its end.
    let head = format!("POST /{SLUG}/nonce HTTP/1.1\r\nhost: localhost:8081\r\ncontent-length: 1048576\r\n\r\n");
    let answer = exchange(server.address, &[head.as_bytes(), &[b'x'; 128 * 1024]].concat()).await;
    assert!(answer.starts_with("HTTP/1.1 413 ") && answer.matches("HTTP/1.1 ").count() == 1, "{answer}");
    assert!(exchange(server.address, &post("content-length: 0\r\n")).await.starts_with("HTTP/1.1 200 "));
    assert_eq!(app.row_counts().await, before);
}

async fn row_n3_a_thousand_at_once(on: On) {
    let app = App::new(on).await;
    let before = app.row_counts().await;
    for _ in 0..1_000 {
        let given = app.form("/nonce", &[]).await;
        assert_eq!((given.status, given.headers["cache-control"].to_str().unwrap()), (StatusCode::OK, "no-store"));
    }
    // Then it is enough for a while.
    let mut refused = app.form("/nonce", &[]).await;
    for _ in 0..500 {
        if refused.status == StatusCode::OK {
            refused = app.form("/nonce", &[]).await;
        }
    }
    assert_eq!(refused.error(), error(429, "too_many"));
    assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() >= 1);
    assert_eq!(app.row_counts().await, before);
}
