//! Exactly once: many wallets, tokens and servers at one offer, one nonce, one award.

use futures_util::future::join_all;
use serde_json::json;
use vc::key::{Algorithm, SigningKey};

use super::{App, On, PRE_AUTHORIZED, code, microcredential, on_each_database, tx_code, wanted};

on_each_database! {
    one_offer_makes_one_credential,
    one_nonce_is_consumed_once,
    one_code_makes_one_token_and_one_reference_one_award,
}

async fn one_offer_makes_one_credential(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let mut proofs = Vec::new();
    for _ in 0..16 {
        proofs.push(app.proof(&SigningKey::generate(Algorithm::Es256).unwrap()).await);
    }
    let answers = join_all(proofs.iter().map(|proof| {
        let (app, token) = (&app, token.clone());
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
    let answers = join_all(requests.iter().map(|(token, body)| app.credential(Some(token), body))).await;
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
    let tokens = join_all((0..8).map(|_| app.form("/token", &pairs))).await;
    assert_eq!(tokens.iter().filter(|answer| answer.status == 200).count(), 1);
}
