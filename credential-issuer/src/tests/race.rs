//! Exactly once: many wallets, tokens and servers at one offer, one nonce, one award.

use futures_util::future::join_all;
use serde_json::json;
use tower::ServiceExt;
use vc::key::{Algorithm, SigningKey};

use super::{App, On, PRE_AUTHORIZED, code, microcredential, on_each_database, tx_code, wanted};

on_each_database! {
    one_offer_makes_one_credential,
    one_nonce_is_consumed_once,
    one_code_makes_one_token_and_one_reference_one_award,
    one_request_uri_is_begun_once,
    one_authorization_code_makes_one_grant,
    one_proof_counts_once,
    two_servers_share_nothing_but_the_database,
}

async fn one_offer_makes_one_credential(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let mut proofs = Vec::new();
    for _ in 0..16 {
        proofs.push(app.proof(&SigningKey::generate(Algorithm::Es256).unwrap()).await);
    }
    let other = beside(&app).await;
    let answers = join_all(proofs.iter().enumerate().map(|(at, proof)| {
        let (app, token) = (if at % 2 == 0 { &app } else { &other }, token.clone());
        async move { app.credential(Some(&token), &wanted(proof)).await }
    }))
    .await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(won.len(), 1);
    assert!(lost.iter().all(|answer| answer.error() == super::error(400, "credential_request_denied")));
    assert_eq!(app.issued().await, 1);
    assert_eq!(app.rows("credential.issued", "done").await, 1);
}

async fn one_nonce_is_consumed_once(on: On) {
    let app = App::new(on).await;
    let nonce = app.nonce().await;
    let mut requests = Vec::new();
    for reference in ["a", "b", "c", "d"] {
        let mut body = microcredential();
        body["reference"] = json!(reference);
        let award = app.award(&body).await.text("/id");
        let offer = app.offer(&json!({"award": award})).await.json();
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let proof = openid4vc::proof::build(&key, &super::identifier(), Some(&nonce), app.now().seconds(), None).unwrap();
        requests.push((app.token(&offer).await, wanted(&proof)));
    }
    let other = beside(&app).await;
    let of = |at: usize| if at.is_multiple_of(2) { &app } else { &other };
    let answers = join_all(requests.iter().enumerate().map(|(at, (token, body))| of(at).credential(Some(token), body))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status != 200 && answer.error().1 == "invalid_nonce").count(), 3);
    assert_eq!(app.issued().await, 1);
}

async fn one_code_makes_one_token_and_one_reference_one_award(on: On) {
    let app = App::new(on).await;
    let answers = join_all((0..8).map(|_| async { app.award(&microcredential()).await })).await;
    let ids: std::collections::HashSet<String> = answers.iter().map(|answer| answer.text("/id")).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);

    let offer = app.offer(&json!({"award": ids.iter().next().unwrap()})).await.json();
    let pairs = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(&offer)), ("tx_code", tx_code(&offer))];
    let other = beside(&app).await;
    let tokens = join_all((0..8).map(|at| if at % 2 == 0 { &app } else { &other }.form("/token", &pairs))).await;
    assert_eq!(tokens.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(tokens.iter().filter(|answer| answer.status != 200 && answer.error() == super::error(400, "invalid_grant")).count(), 7);
    assert_eq!((app.count("SELECT COUNT(*) FROM access_token").await, app.count("SELECT COUNT(*) FROM access_grant").await), (1, 1));
}

/// Another server over the same database, to be asked as the first one is.
async fn beside(app: &App) -> App {
    App { router: app.beside(|_| {}).await.router(), ..App::new(On::Sqlite).await }
}

/// Two servers over one database, each with connections, limits and documents of its own. SQLite has one server by design: there they
/// share its connections.
async fn doors(app: &App) -> Vec<axum::Router> {
    vec![app.router.clone(), app.beside(|_| {}).await.router()]
}

/// What the races rest on: a server whose connections are closed leaves the other one as it is.
async fn two_servers_share_nothing_but_the_database(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let other = beside(&app).await;
    if matches!(on, On::Postgres) {
        app.issuer.store().close().await;
        let pairs = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(&offer)), ("tx_code", tx_code(&offer))];
        assert_eq!(app.form("/token", &pairs).await.status, 503);
    }
    other.token(&offer).await;
}

/// A form to one of the doors.
async fn sent(door: axum::Router, path: &str, pairs: &[(&str, &str)], headers: &[(&'static str, String)]) -> axum::response::Response {
    let body = openid4vc::form::encode(pairs.iter().copied());
    let mut request = super::request(axum::http::Method::POST, &format!("/{}{path}", super::SLUG), None);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(axum::body::Body::from(body)).unwrap();
    door.oneshot(request).await.unwrap()
}

/// Fault K14: a pushed request is used once.
async fn one_request_uri_is_begun_once(on: On) {
    let app = App::new(on).await;
    let doors = doors(&app).await;
    for round in 0..4 {
        let uri = super::authorizations::push(&app, &[("scope", "microcredential")], &[]).await.text("/request_uri");
        let query = openid4vc::form::encode([("client_id", super::WALLET), ("request_uri", &uri)]);
        let path = format!("/{}/authorize?{query}", super::SLUG);
        let answers = join_all((0..16).map(|at| {
            let (door, path) = (doors[at % 2].clone(), path.clone());
            async move {
                let request = super::request(axum::http::Method::GET, &path, None).body(axum::body::Body::empty()).unwrap();
                said(door.oneshot(request).await.unwrap()).await
            }
        }))
        .await;
        // The winner goes on to eduID, which is not there.
        let won = (502, "login_unavailable".to_owned());
        assert_eq!(answers.iter().filter(|answer| **answer == won).count(), 1, "{answers:?}");
        let lost = (400, "invalid_request_uri".to_owned());
        assert_eq!(answers.iter().filter(|answer| **answer == lost).count(), 15, "{answers:?}");
        assert_eq!(app.count("SELECT COUNT(*) FROM authorization_request WHERE state = 'begun'").await, round + 1);
    }
}

/// Status and code of an OAuth error or of an error page; of a success, no code.
async fn said(response: axum::response::Response) -> (u16, String) {
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), 1024 * 1024).await.unwrap();
    let text = String::from_utf8_lossy(&body);
    let on_page = text.split_once("data-error=\"").and_then(|(_, rest)| rest.split('"').next()).map(str::to_owned);
    let json: Option<serde_json::Value> = serde_json::from_slice(&body).ok();
    let in_json = json.and_then(|json| json["error"].as_str().map(str::to_owned));
    (status, on_page.or(in_json).unwrap_or_default())
}

/// Fault K14: an authorization code makes one grant, and whoever comes second ends it (row T4).
async fn one_authorization_code_makes_one_grant(on: On) {
    let app = App::new(on).await;
    let doors = doors(&app).await;
    app.award(&microcredential()).await;
    let waiting = super::authorizations::signed_in(&app, &[("scope", "microcredential")], super::EDUID).await;
    let code = super::authorizations::allowed(&app, &waiting).await;
    let assertions: Vec<String> = (0..12).map(|_| app.assertion(None)).collect();
    let answers = join_all(assertions.iter().enumerate().map(|(at, assertion)| {
        let (door, code, verifier) = (doors[at % 2].clone(), code.clone(), waiting.verifier.clone());
        async move {
            let pairs = [
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
                ("redirect_uri", super::authorizations::BACK),
                ("code_verifier", &verifier),
                ("client_assertion_type", openid4vc::client_assertion::TYPE),
                ("client_assertion", assertion),
            ];
            said(sent(door, "/token", &pairs, &[]).await).await
        }
    }))
    .await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 200).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| **answer == super::error(400, "invalid_grant")).count(), 11, "{answers:?}");
    assert_eq!(app.count("SELECT COUNT(*) FROM access_grant").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM access_token").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM access_grant WHERE state = 'live'").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM offer").await, 1);
}

/// Fault K14: a DPoP proof counts once, whichever server sees it.
async fn one_proof_counts_once(on: On) {
    let app = App::new(on).await;
    let doors = doors(&app).await;
    let prover = super::dpop::Prover::new();
    let mut offers = Vec::new();
    for number in 0..12 {
        let mut body = microcredential();
        body["reference"] = json!(format!("proof-{number}"));
        let award = app.award(&body).await.text("/id");
        offers.push(app.offer(&json!({"award": award})).await.json());
    }
    let proof = prover.proof(&app, "POST", "/token", None).await;
    let answers = join_all(offers.iter().enumerate().map(|(at, offer)| {
        let (door, proof) = (doors[at % 2].clone(), proof.clone());
        async move {
            let pairs = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(offer)), ("tx_code", tx_code(offer))];
            said(sent(door, "/token", &pairs, &[proof]).await).await
        }
    }))
    .await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 200).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| **answer == super::error(400, "invalid_dpop_proof")).count(), 11, "{answers:?}");
    assert_eq!(app.count("SELECT COUNT(*) FROM access_token").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM offer_code WHERE state = 'used'").await, 1);
}
