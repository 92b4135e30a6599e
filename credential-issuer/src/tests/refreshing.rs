//! Refresh tokens (decision 0016): each good once, a lost answer given again, reuse ends everything that came of the code.

use axum::http::StatusCode;
use futures_util::future::join_all;
use serde_json::json;

use super::authorizations::{allowed, signed_in_with, token};
use super::dpop::Prover;
use super::{Answer, App, EDUID, On, WALLET, code, error, microcredential, on_each_database, tx_code};

on_each_database! {
    a_refresh_token_is_good_once_and_a_lost_answer_is_given_again,
    an_old_one_ends_everything_that_came_of_the_code,
    a_refresh_token_is_bound_to_key_and_client,
    a_refresh_token_waits_longer_than_what_it_renews_lasts,
    many_at_once_leave_one_successor,
    a_code_that_comes_twice_ends_the_refresh_token_too,
    who_gets_one,
}

/// A token answer for what waits for the learner, with a DPoP proof.
pub(super) async fn granted(app: &App, prover: &Prover) -> Answer {
    app.award(&microcredential()).await;
    let waiting = signed_in_with(app, &[("scope", "microcredential")], &[], EDUID).await;
    let code = allowed(app, &waiting).await;
    let given = token(app, &code, &waiting.verifier, &[prover.proof(app, "POST", "/token", None).await]).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.body);
    given
}

pub(super) async fn refreshed(app: &App, prover: &Prover, refresh_token: &str) -> Answer {
    let assertion = app.assertion(None);
    let pairs = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token),
        ("client_assertion_type", openid4vc::client_assertion::TYPE),
        ("client_assertion", &assertion),
    ];
    app.form_with("/token", &pairs, &[prover.proof(app, "POST", "/token", None).await]).await
}

async fn good(app: &App, prover: &Prover, token: &str) -> bool {
    prover.credential(app, token, &json!({})).await.error() == error(400, "invalid_credential_request")
}

async fn a_refresh_token_is_good_once_and_a_lost_answer_is_given_again(on: On) {
    let app = App::new(on).await;
    let prover = Prover::new();
    let first = granted(&app, &prover).await;
    let refresh = first.text("/refresh_token");
    assert!(refresh.len() >= 22);
    app.clock.advance_seconds(3_700);
    assert!(!good(&app, &prover, &first.text("/access_token")).await);
    let second = refreshed(&app, &prover, &refresh).await;
    assert_eq!((second.status, second.text("/token_type").as_str(), &second.json()["expires_in"]), (StatusCode::OK, "DPoP", &json!(3600)));
    assert_ne!(second.text("/refresh_token"), refresh);
    assert!(good(&app, &prover, &second.text("/access_token")).await);
    // The answer was lost: the same token again gives the same successor, and another access token.
    let again = refreshed(&app, &prover, &refresh).await;
    assert_eq!(again.text("/refresh_token"), second.text("/refresh_token"));
    assert_ne!(again.text("/access_token"), second.text("/access_token"));
    let third = refreshed(&app, &prover, &second.text("/refresh_token")).await;
    assert!(good(&app, &prover, &third.text("/access_token")).await);
    assert_eq!(app.count("SELECT COUNT(*) FROM refresh_token WHERE state = 'live'").await, 1);
    assert_eq!(app.rows("token.refresh", "reused").await, 0);
}

async fn an_old_one_ends_everything_that_came_of_the_code(on: On) {
    let app = App::new(on).await;
    let prover = Prover::new();
    let first = granted(&app, &prover).await.text("/refresh_token");
    let second = refreshed(&app, &prover, &first).await.text("/refresh_token");
    let third = refreshed(&app, &prover, &second).await;
    assert_eq!(refreshed(&app, &prover, &first).await.error(), error(400, "invalid_grant"));
    assert_eq!(app.rows("token.refresh", "reused").await, 1);
    assert_eq!(refreshed(&app, &prover, &third.text("/refresh_token")).await.error(), error(400, "invalid_grant"));
    assert!(!good(&app, &prover, &third.text("/access_token")).await);
    assert_eq!(app.rows("token.refresh", "reused").await, 1);
}

async fn a_refresh_token_is_bound_to_key_and_client(on: On) {
    let app = App::new(on).await;
    let prover = Prover::new();
    let refresh = granted(&app, &prover).await.text("/refresh_token");
    let pairs = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    assert_eq!(refreshed(&app, &Prover::new(), &refresh).await.error(), error(400, "invalid_grant"));
    let mut before = app.row_counts().await;
    // Nobody, a name without proof, no key, a scope of something else.
    let proof = || prover.proof(&app, "POST", "/token", None);
    assert_eq!(app.form_with("/token", &pairs, &[proof().await]).await.error(), error(400, "invalid_grant"));
    let mut named = pairs.to_vec();
    named.push(("client_id", WALLET));
    assert_eq!(app.form_with("/token", &named, &[proof().await]).await.error(), error(400, "invalid_grant"));
    let assertion = app.assertion(None);
    let mut shown = pairs.to_vec();
    shown.extend([("client_assertion_type", openid4vc::client_assertion::TYPE), ("client_assertion", &assertion)]);
    assert_eq!(app.form("/token", &shown).await.error(), error(400, "invalid_dpop_proof"));
    let assertion = app.assertion(None);
    let mut wider = pairs.to_vec();
    wider.extend([("client_assertion_type", openid4vc::client_assertion::TYPE), ("client_assertion", &assertion), ("scope", "enrolment")]);
    assert_eq!(app.form_with("/token", &wider, &[proof().await]).await.error(), error(400, "invalid_scope"));
    let unknown = refreshed(&app, &prover, "never-given").await;
    assert_eq!(unknown.error(), error(400, "invalid_grant"));
    // What was shown is used up, and nothing else.
    let mut after = app.row_counts().await;
    assert!(after.remove("spent") >= before.remove("spent"));
    assert_eq!(after, before);
    // None of that locked the wallet out.
    assert_eq!(refreshed(&app, &prover, &refresh).await.status, StatusCode::OK);
}

async fn a_refresh_token_waits_longer_than_what_it_renews_lasts(on: On) {
    let app = App::new(on).await;
    let prover = Prover::new();
    let refresh = granted(&app, &prover).await.text("/refresh_token");
    app.clock.advance_seconds(189 * 86_400);
    let next = refreshed(&app, &prover, &refresh).await.text("/refresh_token");
    app.clock.advance_seconds(189 * 86_400);
    let last = refreshed(&app, &prover, &next).await.text("/refresh_token");
    app.clock.advance_seconds(190 * 86_400);
    assert_eq!(refreshed(&app, &prover, &last).await.error(), error(400, "invalid_grant"));
    // What is over is forgotten.
    let mut tx = app.issuer.store().write().await.unwrap();
    tx.purge_tokens(app.now()).await.unwrap();
    tx.commit().await.unwrap();
    for table in ["access_grant", "grant_offer", "access_token", "refresh_token"] {
        assert_eq!(app.count(&format!("SELECT COUNT(*) FROM {table}")).await, 0, "{table}");
    }
}

async fn many_at_once_leave_one_successor(on: On) {
    let app = App::new(on).await;
    let prover = Prover::new();
    let refresh = granted(&app, &prover).await.text("/refresh_token");
    let answers = join_all((0..12).map(|_| refreshed(&app, &prover, &refresh))).await;
    let successors: std::collections::HashSet<String> = answers.iter().map(|answer| answer.text("/refresh_token")).collect();
    assert_eq!(successors.len(), 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM refresh_token WHERE state = 'live'").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM refresh_token").await, 2);
    // One proof, many times: it counts once.
    let assertions: Vec<String> = (0..8).map(|_| app.assertion(None)).collect();
    let proof = prover.proof(&app, "POST", "/token", None).await;
    let next = successors.into_iter().next().unwrap();
    let same = join_all(assertions.iter().map(|assertion| {
        let (app, proof, next) = (&app, proof.clone(), next.clone());
        async move {
            let pairs = [
                ("grant_type", "refresh_token"),
                ("refresh_token", next.as_str()),
                ("client_assertion_type", openid4vc::client_assertion::TYPE),
                ("client_assertion", assertion),
            ];
            app.form_with("/token", &pairs, &[proof]).await
        }
    }))
    .await;
    assert_eq!(same.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(same.iter().filter(|answer| answer.status != 200).all(|answer| answer.error() == error(400, "invalid_dpop_proof")));
}

async fn a_code_that_comes_twice_ends_the_refresh_token_too(on: On) {
    let app = App::new(on).await;
    let prover = Prover::new();
    app.award(&microcredential()).await;
    let waiting = signed_in_with(&app, &[("scope", "microcredential")], &[], EDUID).await;
    let code = allowed(&app, &waiting).await;
    let proof = || prover.proof(&app, "POST", "/token", None);
    let given = token(&app, &code, &waiting.verifier, &[proof().await]).await;
    assert!(good(&app, &prover, &given.text("/access_token")).await);
    // Also long after the code has ended (row T4).
    app.clock.advance_seconds(600);
    assert_eq!(token(&app, &code, &waiting.verifier, &[proof().await]).await.error(), error(400, "invalid_grant"));
    assert!(!good(&app, &prover, &given.text("/access_token")).await);
    assert_eq!(refreshed(&app, &prover, &given.text("/refresh_token")).await.error(), error(400, "invalid_grant"));
}

async fn who_gets_one(on: On) {
    let app = App::new(on).await;
    let prover = Prover::new();
    let (award, offer) = app.offered().await;
    let at_once = prover.token(&app, &offer).await.json();
    assert!(at_once.get("refresh_token").is_none());
    // Whoever waits for a deferred credential: also without a client or a key.
    let deferred = app.offer(&json!({"award": award, "deferred": true})).await.json();
    let pairs = [("grant_type", super::PRE_AUTHORIZED), ("pre-authorized_code", code(&deferred)), ("tx_code", tx_code(&deferred))];
    let given = app.form("/token", &pairs).await;
    let again = [("grant_type", "refresh_token"), ("refresh_token", &*given.text("/refresh_token"))].map(|(a, b)| (a, b.to_owned()));
    let again: Vec<(&str, &str)> = again.iter().map(|(a, b)| (*a, b.as_str())).collect();
    let next = app.form("/token", &again).await;
    assert_eq!((next.status, next.text("/token_type").as_str(), &next.json()["expires_in"]), (StatusCode::OK, "Bearer", &json!(300)));
    assert_eq!(app.credential(Some(&next.text("/access_token")), &json!({})).await.error(), error(400, "invalid_credential_request"));
    // Without a key it waits thirty days.
    app.clock.advance_seconds(30 * 86_400);
    let next = next.text("/refresh_token");
    let late = [("grant_type", "refresh_token"), ("refresh_token", next.as_str())];
    assert_eq!(app.form("/token", &late).await.error(), error(400, "invalid_grant"));
    // A connection needs none.
    let waiting = signed_in_with(&app, &[("scope", "delivery")], &[], EDUID).await;
    let delivery = token(&app, &allowed(&app, &waiting).await, &waiting.verifier, &[]).await.json();
    assert!(delivery.get("refresh_token").is_none());
}
