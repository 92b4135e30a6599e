//! Logging in with the sandbox eduID: rows X1, X2, X9 and X10, and that a session belongs to its learner.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{COOKIE, HOST};
use http::egress::Outgoing;
use model::Clock;
use sandbox::{Client, EduidProvider, EduidSettings, ProviderKeys, World};
use tokio::net::TcpListener;
use vc::random::SystemRandom;

use crate::testing::{Answer, START, TestWallet};

const SESSION: &str = "ew_wallet_8080";
const LOGIN: &str = "ew_wallet_login_8080";

/// A sandbox eduID on loopback; gives its origin.
async fn eduid() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let start = model::Timestamp::parse(START).unwrap().seconds();
    let clock = Arc::new(model::ShiftedClock::starting_at(model::Timestamp::from_seconds(start)));
    let provider = EduidProvider::new(EduidSettings {
        issuer: issuer.clone(),
        clients: vec![Client::new("wallet", "secret", "wallet", &["http://localhost:8080/auth/callback"])],
        keys: ProviderKeys::generate().unwrap(),
        world: Arc::new(World::demo(start, [3; 32])),
        clock: Arc::new(move || clock.now().seconds()),
        random: Arc::new(SystemRandom),
    });
    tokio::spawn(async move { provider.serve(listener).await });
    issuer
}

async fn get(wallet: &TestWallet, path: &str, cookies: &str) -> Answer {
    let request = Request::builder().uri(path).header(HOST, "localhost:8080").header(COOKIE, cookies).body(Body::empty());
    wallet.send(request.unwrap()).await
}

/// Goes to eduID, presses a persona's button, and gives the path of the callback with the cookie of the login.
async fn signed_in_at_eduid(wallet: &TestWallet, start: &str, persona: &str) -> (String, String) {
    let begun = wallet.get(start).await;
    assert_eq!(begun.status.as_u16(), 303, "{}", begun.body);
    let cookie = format!("{LOGIN}={}", begun.cookie(LOGIN).unwrap());
    let egress = wallet.state().core.egress();
    let page = egress.get(begun.location()).await.unwrap();
    let html = String::from_utf8(page.body.to_vec()).unwrap();
    let field = |name: &str| {
        let (_, tail) = html.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("{name} in {html}"));
        tail.split('"').next().unwrap().to_owned()
    };
    let handle = field("handle");
    let pairs = [("handle", handle.as_str()), ("persona", persona)];
    let (scheme, rest) = begun.location().split_once("://").unwrap();
    let origin = format!("{scheme}://{}", rest.split('/').next().unwrap());
    // The guarded client refuses redirects, so the callback's address is read from a plain connection.
    let there = page.headers.get("set-cookie").unwrap().to_str().unwrap().split(';').next().unwrap();
    let location = post_for_location(&origin, "/login", there, &pairs).await;
    (location.replace("http://localhost:8080", ""), cookie)
}

/// Posts a form over a plain connection and gives the `Location` of the answer.
async fn post_for_location(origin: &str, path: &str, cookie: &str, pairs: &[(&str, &str)]) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let authority = origin.trim_start_matches("http://");
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let mut socket = tokio::net::TcpStream::connect(authority.replace("localhost", "127.0.0.1")).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {authority}\r\norigin: {origin}\r\ncookie: {cookie}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    let line = answer.lines().find(|line| line.to_ascii_lowercase().starts_with("location:")).unwrap_or_else(|| panic!("{answer}"));
    line.split_once(':').unwrap().1.trim().to_owned()
}

#[tokio::test]
async fn a_login_comes_back_to_its_page_and_counts_once() {
    let issuer = eduid().await;
    let wallet = TestWallet::with_eduid(&format!("{issuer}/.well-known/openid-configuration")).await;
    let (callback, login) = signed_in_at_eduid(&wallet, "/auth/login?return_to=%2Fwallet%2Fscan", "samira").await;

    // Row X1: another browser's state opens nothing.
    let elsewhere = get(&wallet, &callback, &format!("{LOGIN}={}", "x".repeat(43))).await;
    assert_eq!((elsewhere.status.as_u16(), elsewhere.code(), elsewhere.cookie(SESSION)), (400, Some("login_state"), None));
    assert_eq!(wallet.get("/auth/callback?state=unknown&code=x").await.code(), Some("login_state"));

    let (callback, login) = match get(&wallet, &callback, &login).await {
        first if first.status.as_u16() == 303 => {
            // Row X9: the identifier is new, whatever the browser had before.
            let session = first.cookie(SESSION).unwrap();
            assert!(session.len() >= 43 && first.location().ends_with("/wallet/scan"), "{}", first.location());
            let fixed = signed_in_at_eduid(&wallet, "/auth/login", "samira").await;
            let second = get(&wallet, &fixed.0, &format!("{}; {SESSION}={session}", fixed.1)).await;
            let fresh = second.cookie(SESSION).unwrap();
            assert_ne!(fresh, session);
            assert_eq!(get(&wallet, "/wallet", &format!("{SESSION}={session}")).await.status.as_u16(), 303);
            assert_eq!(get(&wallet, "/wallet", &format!("{SESSION}={fresh}")).await.status.as_u16(), 200);
            fixed
        }
        other => panic!("{} {}", other.status, other.body),
    };
    // Row X2: a used answer is an error page.
    let replayed = get(&wallet, &callback, &login).await;
    assert_eq!((replayed.status.as_u16(), replayed.cookie(SESSION)), (400, None));
}

#[tokio::test]
async fn row_x10_a_foreign_address_is_not_returned_to() {
    let issuer = eduid().await;
    let wallet = TestWallet::with_eduid(&format!("{issuer}/.well-known/openid-configuration")).await;
    for target in ["https%3A%2F%2Fevil.example", "%2F%2Fevil", "%2F%5Cevil"] {
        let (callback, login) = signed_in_at_eduid(&wallet, &format!("/auth/login?return_to={target}"), "barry").await;
        let answer = get(&wallet, &callback, &login).await;
        assert_eq!(answer.location(), "http://localhost:8080/wallet", "{target}");
    }
    let mut tx = wallet.state().store.read().await.unwrap();
    assert_eq!(tx.unfinished_jobs().await.unwrap(), 0);
}

#[tokio::test]
async fn logging_out_needs_the_form_and_ends_the_session() {
    let wallet = TestWallet::with_eduid("http://localhost:1/discovery").await;
    let samira = wallet.learner("samira").await;
    assert_eq!(samira.get("/wallet").await.status.as_u16(), 200);
    assert_eq!(samira.get("/auth/logout").await.status.as_u16(), 405);
    assert_eq!(samira.post_as_is("/auth/logout", &[]).await.status.as_u16(), 403);
    assert_eq!(samira.post("/auth/logout", &[]).await.status.as_u16(), 303);
    assert_eq!(samira.get("/wallet").await.status.as_u16(), 303);
    // A form whose session has ended is answered with 401 and a way to log in, never sent to eduID.
    assert_eq!(samira.post("/wallet/scan", &[("link", "x")]).await.status.as_u16(), 401);
}

#[tokio::test]
async fn eduid_away_is_said_and_not_hidden() {
    let wallet = TestWallet::with_eduid("http://localhost:1/discovery").await;
    let answer = wallet.get("/auth/login").await;
    assert_eq!((answer.status.as_u16(), answer.code()), (502, Some("login_unavailable")));
    assert_eq!(wallet.get("/").await.status.as_u16(), 200);
    // The guarded client does not go where only a test is.
    assert!(wallet.state().core.egress().send(Outgoing::get("http://127.0.0.1:1/")).await.is_err());
}

#[tokio::test]
async fn rows_x3_to_x5_and_a_missing_eduid_open_nothing() {
    let issuer = eduid().await;
    let wallet = TestWallet::with_eduid(&format!("{issuer}/.well-known/openid-configuration")).await;
    let cases = [
        ("missing_iss", "login_issuer", 400),
        ("wrong_iss", "login_issuer", 400),
        ("denied", "login_refused", 400),
        ("wrong_nonce", "login_token", 400),
        ("missing_nonce", "login_token", 400),
        ("wrong_issuer", "login_token", 400),
        ("wrong_audience", "login_token", 400),
        ("two_audiences", "login_token", 400),
        ("expired", "login_token", 400),
        ("alg_none", "login_token", 400),
        ("hs256", "login_token", 400),
        ("no_eduid", "login_eduid", 403),
    ];
    for (kind, code, status) in cases {
        let order = serde_json::json!({"kind": kind, "times": 1});
        let ordered = wallet.state().core.egress().post_json(&format!("{issuer}/sandbox/faults"), &order).await.unwrap();
        assert!(ordered.is_success(), "{kind}");
        let (callback, login) = signed_in_at_eduid(&wallet, "/auth/login", "samira").await;
        let answer = get(&wallet, &callback, &login).await;
        assert_eq!((answer.status.as_u16(), answer.code(), answer.cookie(SESSION)), (status, Some(code), None), "{kind} {}", answer.body);
    }
    // After all of that a login works, and it is the first one.
    let (callback, login) = signed_in_at_eduid(&wallet, "/auth/login", "samira").await;
    assert!(get(&wallet, &callback, &login).await.cookie(SESSION).is_some());
}
