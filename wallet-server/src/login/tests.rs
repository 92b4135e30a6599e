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
const DEVICE: &str = "ew_wallet_device_8080";

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
async fn rows_x1_x2_and_x9_a_login_comes_back_to_its_page_and_counts_once() {
    let issuer = eduid().await;
    let wallet = TestWallet::with_eduid(&format!("{issuer}/.well-known/openid-configuration")).await;
    let (callback, login) = signed_in_at_eduid(&wallet, "/auth/login?return_to=%2Fwallet%2Fscan", "samira").await;

    // Row X1: another browser's state opens nothing.
    let before = wallet.row_counts().await;
    let elsewhere = get(&wallet, &callback, &format!("{LOGIN}={}", "x".repeat(43))).await;
    assert_eq!((elsewhere.status.as_u16(), elsewhere.code(), elsewhere.cookie(SESSION)), (400, Some("login_state"), None));
    let unknown = wallet.get("/auth/callback?state=unknown&code=x").await;
    assert_eq!((unknown.status.as_u16(), unknown.code(), unknown.cookie(SESSION)), (400, Some("login_state"), None));
    assert_eq!(wallet.row_counts().await, before);

    let (callback, login, session) = match get(&wallet, &callback, &login).await {
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
            (fixed.0, fixed.1, fresh)
        }
        other => panic!("{} {}", other.status, other.body),
    };
    // Row X2: a used answer is an error page, and the session that it opened goes on.
    let before = wallet.row_counts().await;
    let replayed = get(&wallet, &callback, &format!("{login}; {SESSION}={session}")).await;
    assert_eq!((replayed.status.as_u16(), replayed.code(), replayed.cookie(SESSION)), (400, Some("login_state"), None));
    assert_eq!(wallet.row_counts().await, before);
    assert_eq!(get(&wallet, "/wallet", &format!("{SESSION}={session}")).await.status.as_u16(), 200);
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

/// Signs in at eduID with these cookies of before and gives the answer of the callback.
async fn signs_in(wallet: &TestWallet, persona: &str, cookies: &[&str]) -> Answer {
    let (callback, login) = signed_in_at_eduid(wallet, "/auth/login?return_to=%2Fwallet%3Flang%3Den", persona).await;
    let all: Vec<&str> = [login.as_str()].into_iter().chain(cookies.iter().copied()).collect();
    let answer = get(wallet, &callback, &all.join("; ")).await;
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.body);
    answer
}

#[tokio::test]
async fn a_new_browser_is_told_of_and_the_first_ever_is_not() {
    let issuer = eduid().await;
    let wallet = TestWallet::with_eduid(&format!("{issuer}/.well-known/openid-configuration")).await;
    let news = async |session: &str| {
        let page = get(&wallet, "/wallet/feed", &format!("{SESSION}={session}")).await;
        page.body.matches("Ingelogd op een nieuw apparaat").count()
    };
    let first = signs_in(&wallet, "samira", &[]).await;
    let (session, device) = (first.cookie(SESSION).unwrap(), first.cookie(DEVICE).unwrap());
    assert_eq!(news(&session).await, 0, "the first ever is no news");
    let set = first.headers.get_all("set-cookie").iter().find_map(|line| line.to_str().unwrap().strip_prefix(DEVICE)).unwrap();
    assert!(set.contains("; Max-Age=34560000; HttpOnly; SameSite=Lax") && device.len() == 22, "{set}");

    let known = format!("{DEVICE}={device}");
    let again = signs_in(&wallet, "samira", &[&known]).await;
    assert_eq!((again.cookie(DEVICE).unwrap(), news(&again.cookie(SESSION).unwrap()).await), (device.clone(), 0));
    // A cookie that we did not give is none of ours.
    let odd = signs_in(&wallet, "barry", &[&format!("{DEVICE}=x")]).await;
    assert_ne!(odd.cookie(DEVICE).unwrap(), "x");

    let elsewhere = signs_in(&wallet, "samira", &[]).await;
    let second = elsewhere.cookie(DEVICE).unwrap();
    assert_eq!((second == device, news(&elsewhere.cookie(SESSION).unwrap()).await), (false, 1));
    assert_eq!(news(&session).await, 1, "it is told where the learner is");
    // Another learner at a known browser: new to that learner, and nothing links the two.
    let barry = signs_in(&wallet, "barry", &[&known]).await;
    assert_eq!(news(&barry.cookie(SESSION).unwrap()).await, 1);
    let mut rows = testkit::rows::Rows::open(wallet.url()).await;
    let keys = rows.blobs("SELECT token_key FROM device").await;
    let distinct: std::collections::HashSet<_> = keys.iter().collect();
    assert_eq!((keys.len(), distinct.len()), (4, 4));

    // Nothing but the moment is kept: no address, no description of the browser; nothing of mail where there is none.
    assert_eq!(rows.count("SELECT COUNT(*) FROM notice_address").await, 0);
}

#[tokio::test]
async fn browsers_that_were_not_used_for_400_days_are_forgotten_but_for_a_learners_last() {
    for database in testkit::each_database() {
        let wallet = TestWallet::over(database, serde_json::Value::Null, &[], "http://localhost:1/discovery").await;
        let (samira, barry) = (wallet.learner("samira").await.learner, wallet.learner("barry").await.learner);
        let (start, mut rows) = (wallet.state().core.now(), testkit::rows::Rows::open(wallet.url()).await);
        for (learner, browser, day) in [(&samira, "old", 0), (&samira, "new", 10), (&samira, "old", 20), (&barry, "old", 0)] {
            let mut tx = wallet.state().store.write().await.unwrap();
            tx.meet_device(learner, browser, start.plus_days(day)).await.unwrap();
            tx.commit().await.unwrap();
        }
        for (day, left) in [(409, 3), (410, 2), (2_000, 2)] {
            let mut tx = wallet.state().store.write().await.unwrap();
            tx.purge_devices(start.plus_days(day)).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(rows.count("SELECT COUNT(*) FROM device").await, left, "day {day}");
        }
        let mut tx = wallet.state().store.write().await.unwrap();
        assert!(matches!(tx.meet_device(&barry, "new", start.plus_days(2_000)).await.unwrap(), storage::wallet::device::Met::New(_)));
    }
}

#[tokio::test]
async fn logging_out_everywhere_ends_all_sessions_and_makes_others_new() {
    let issuer = eduid().await;
    let wallet = TestWallet::with_eduid(&format!("{issuer}/.well-known/openid-configuration")).await;
    let (here, there) = (signs_in(&wallet, "samira", &[]).await, signs_in(&wallet, "samira", &[]).await);
    let cookies = |answer: &Answer| {
        [(SESSION, answer.cookie(SESSION).unwrap()), (DEVICE, answer.cookie(DEVICE).unwrap())]
            .map(|(name, value)| format!("{name}={value}"))
    };
    let (here, there) = (cookies(&here), cookies(&there));
    let feed = get(&wallet, "/wallet/feed", &here.join("; ")).await.body;
    assert!(feed.contains("action=\"/auth/logout-everywhere\""), "{feed}");
    let csrf = feed.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let post = async |csrf: &str| {
        let body = format!("csrf={csrf}");
        let request = Request::builder().method("POST").uri("/auth/logout-everywhere").header(HOST, "localhost:8080");
        let request = request.header("origin", "http://localhost:8080").header(COOKIE, here.join("; "));
        wallet.send(request.header("content-type", "application/x-www-form-urlencoded").body(Body::from(body)).unwrap()).await
    };
    assert_eq!(post("wrong").await.status.as_u16(), 403);
    let done = post(&csrf).await;
    assert_eq!((done.status.as_u16(), done.location()), (303, "http://localhost:8080/"));
    for ended in [&here[0], &there[0]] {
        assert_eq!(get(&wallet, "/wallet", ended).await.status.as_u16(), 303);
    }
    // This browser is still known; the other one is new again.
    signs_in(&wallet, "samira", &[&here[1]]).await;
    let mut rows = testkit::rows::Rows::open(wallet.url()).await;
    assert_eq!(rows.count("SELECT COUNT(*) FROM feed").await, 1);
    signs_in(&wallet, "samira", &[&there[1]]).await;
    assert_eq!(rows.count("SELECT COUNT(*) FROM feed").await, 2);
}

#[tokio::test]
async fn the_address_is_kept_where_there_is_mail_and_nothing_is_slipped_into_it() {
    let issuer = eduid().await;
    let discovery = format!("{issuer}/.well-known/openid-configuration");
    let server = sandbox::MailServer::start().await.unwrap();
    let mail = crate::MailConfig {
        host: "localhost".to_owned(),
        port: server.port(),
        tls: crate::MailTls::None,
        login: None,
        from: "wallet@voorbeeld.example".to_owned(),
        ca_bundle: None,
    };
    let wallet = TestWallet::with_eduid_and_mail(&discovery, mail).await;
    let signed = signs_in(&wallet, "samira", &[]).await;
    let page = get(&wallet, "/settings/notifications", &format!("{SESSION}={}", signed.cookie(SESSION).unwrap())).await.body;
    assert!(page.contains("samira@post.example"), "{page}");
    assert!(page.contains("value=\"en\" checked"), "the language of the page that they logged in to: {page}");
    let stored = testkit::rows::Rows::open(wallet.url()).await.blobs("SELECT address FROM notice_address").await;
    assert!(stored.len() == 1 && !String::from_utf8_lossy(&stored[0]).contains("post"));
    // A new browser is told of by mail.
    signs_in(&wallet, "samira", &[]).await;
    wallet.send_mail().await;
    let mails = server.mails();
    assert_eq!((mails.len(), mails[0].to.as_slice()), (1, ["samira@post.example".to_owned()].as_slice()));

    let order = serde_json::json!({"kind": "email_injection", "times": 1});
    let ordered = wallet.state().core.egress().post_json(&format!("{issuer}/sandbox/faults"), &order).await.unwrap();
    assert!(ordered.is_success());
    let hostile = signs_in(&wallet, "samira", &[]).await;
    let page = get(&wallet, "/settings/notifications", &format!("{SESSION}={}", hostile.cookie(SESSION).unwrap())).await.body;
    assert!(page.contains("gaf bij het inloggen geen mailadres"), "{page}");
    wallet.send_mail().await;
    assert_eq!(server.mails().len(), 1, "nothing goes to an address that is none");
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
        let mut before = wallet.row_counts().await;
        let answer = get(&wallet, &callback, &login).await;
        assert_eq!((answer.status.as_u16(), answer.code(), answer.cookie(SESSION)), (status, Some(code), None), "{kind} {}", answer.body);
        // The attempt may be used up; nothing else is there or gone.
        let mut after = wallet.row_counts().await;
        assert!(after.remove("login_attempt") <= before.remove("login_attempt"), "{kind}");
        assert_eq!(after, before, "{kind}");
    }
    // After all of that a login works, and it is the first one.
    let (callback, login) = signed_in_at_eduid(&wallet, "/auth/login", "samira").await;
    assert!(get(&wallet, &callback, &login).await.cookie(SESSION).is_some());
}
