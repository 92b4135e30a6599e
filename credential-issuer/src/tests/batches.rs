//! Several copies at once: one for each key, each with its own salts, place and id; all or nothing (rows C16 and C17).

use std::collections::HashSet;

use axum::http::{Method, StatusCode};
use futures_util::future::join_all;
use openid4vc::proof;
use serde_json::{Value, json};
use vc::key::{Algorithm, SigningKey};
use vc::sd_jwt::SdJwt;

use super::forms::MICROCREDENTIAL;
use super::{Answer, App, KEY, On, SLUG, error, identifier, on_each_database};

on_each_database! {
    vci_8_3_a_credential_for_each_proved_key,
    copies_share_content_and_validity_and_nothing_else,
    every_form_comes_in_copies,
    the_same_keys_get_the_same_bytes,
    row_c16_too_many_proofs_or_one_key_twice,
    row_c17_one_bad_proof_of_three,
    copies_are_revoked_together,
    two_batches_for_one_offer_make_one,
    an_institution_without_batches_takes_one_proof,
}

pub(super) fn keys(count: usize) -> Vec<SigningKey> {
    (0..count).map(|number| SigningKey::generate([Algorithm::Es256, Algorithm::EdDsa][number % 2]).unwrap()).collect()
}

impl App {
    /// Proofs of several keys with one nonce.
    pub(super) async fn proofs(&self, keys: &[SigningKey]) -> Vec<String> {
        let nonce = self.nonce().await;
        keys.iter().map(|key| proof::build(key, &identifier(), Some(&nonce), self.now().seconds(), None).unwrap()).collect()
    }

    pub(super) async fn batch(&self, token: &str, form: &str, keys: &[SigningKey]) -> Answer {
        let body = json!({"credential_configuration_id": form, "proofs": {"jwt": self.proofs(keys).await}});
        self.credential(Some(token), &body).await
    }
}

pub(super) fn texts(answer: &Answer) -> Vec<String> {
    answer.json()["credentials"].as_array().unwrap().iter().map(|one| one["credential"].as_str().unwrap().to_owned()).collect()
}

async fn vci_8_3_a_credential_for_each_proved_key(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let keys = keys(10);
    let answer = app.batch(&app.token(&offer).await, MICROCREDENTIAL[0], &keys).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let bound: HashSet<String> =
        texts(&answer).iter().map(|text| SdJwt::parse(text).unwrap().disclosed_claims()["cnf"]["jwk"]["x"].to_string()).collect();
    let proved: HashSet<String> = keys.iter().map(|key| key.public_jwk().unwrap().to_value()["x"].to_string()).collect();
    assert_eq!(bound, proved);
    assert_eq!(answer.json()["notification_id"].as_array(), None);
    assert_eq!((app.issued().await, app.rows("credential.issued", "done").await), (10, 10));
    let mut rows = app.look().await;
    testkit::invariants::issuer(&mut rows, "after a batch").await;
}

async fn copies_share_content_and_validity_and_nothing_else(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let answer = app.batch(&app.token(&offer).await, MICROCREDENTIAL[0], &keys(4)).await;
    let copies: Vec<SdJwt> = texts(&answer).iter().map(|text| SdJwt::parse(text).unwrap()).collect();
    let said = |copy: &SdJwt| {
        let mut claims = copy.disclosed_claims().clone();
        for own in ["cnf", "status"] {
            assert!(claims.remove(own).is_some());
        }
        claims
    };
    for copy in &copies[1..] {
        assert_eq!(said(copy), said(&copies[0]));
    }
    let places: HashSet<String> = copies.iter().map(|copy| copy.disclosed_claims()["status"].to_string()).collect();
    assert_eq!(places.len(), 4);
    let salts: Vec<String> =
        texts(&answer).iter().flat_map(|text| text.split('~').skip(1).map(str::to_owned).collect::<Vec<_>>()).collect();
    let salts: Vec<&String> = salts.iter().filter(|disclosure| !disclosure.is_empty()).collect();
    assert_eq!(salts.iter().collect::<HashSet<_>>().len(), salts.len());
}

async fn every_form_comes_in_copies(on: On) {
    let app = App::new(on).await;
    let offer = app.offered_as(&super::microcredential(), &MICROCREDENTIAL).await;
    let token = app.token(&offer).await;
    for (number, form) in MICROCREDENTIAL.iter().enumerate() {
        let answer = app.batch(&token, form, &keys(3)).await;
        assert_eq!(answer.status, StatusCode::OK, "{form}: {}", answer.body);
        let copies: HashSet<String> = answer.json()["credentials"].as_array().unwrap().iter().map(Value::to_string).collect();
        assert_eq!(copies.len(), 3, "{form}");
        assert_eq!(app.issued().await, 3 * (number as i64 + 1));
    }
    // A badge's achievement is one, whatever the number of copies.
    assert_eq!(app.look().await.count("SELECT COUNT(*) FROM achievement").await, 1);
}

async fn the_same_keys_get_the_same_bytes(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let (mut keys, others) = (keys(3), keys(3));
    let first = app.batch(&token, MICROCREDENTIAL[0], &keys).await;
    // In any order of the proofs, and by the link that is opened again.
    keys.reverse();
    assert_eq!(app.batch(&token, MICROCREDENTIAL[0], &keys).await.body, first.body);
    let path = format!("/{SLUG}/offers/{}", offer["id"].as_str().unwrap());
    let healed = app.token(&json!({"credential_offer": app.get(&path).await.json(), "tx_code": offer["tx_code"]})).await;
    assert_eq!(app.batch(&healed, MICROCREDENTIAL[0], &keys).await.body, first.body);
    let before = app.row_counts().await;
    for other in [&others[..], &keys[..2], &[&keys[..], &others[..1]].concat()] {
        let answer = app.batch(&token, MICROCREDENTIAL[0], other).await;
        assert_eq!(answer.error(), error(400, "credential_request_denied"));
    }
    assert_eq!(app.row_counts().await, before);
    assert_eq!((app.issued().await, app.rows("credential.issued", "done").await), (3, 3));
}

async fn row_c16_too_many_proofs_or_one_key_twice(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let (many, nonce) = (keys(11), app.nonce().await);
    let proved = |key: &SigningKey, iat: i64| proof::build(key, &identifier(), Some(&nonce), iat, None).unwrap();
    let now = app.now().seconds();
    let eleven: Vec<String> = many.iter().map(|key| proved(key, now)).collect();
    let twice = vec![proved(&many[0], now), proved(&many[0], now - 1)];
    let before = app.row_counts().await;
    for proofs in [&eleven, &twice] {
        let body = json!({"credential_configuration_id": MICROCREDENTIAL[0], "proofs": {"jwt": proofs}});
        assert_eq!(app.credential(Some(&token), &body).await.error(), error(400, "invalid_credential_request"));
    }
    assert_eq!(app.row_counts().await, before);
    // The nonce is not consumed.
    let body = json!({"credential_configuration_id": MICROCREDENTIAL[0], "proofs": {"jwt": eleven[..10]}});
    assert_eq!(texts(&app.credential(Some(&token), &body).await).len(), 10);
}

async fn row_c17_one_bad_proof_of_three(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let mut proofs = app.proofs(&keys(3)).await;
    let good = proofs.clone();
    let (signed, _) = good[1].rsplit_once('.').unwrap();
    proofs[1] = format!("{signed}.{}", good[0].rsplit_once('.').unwrap().1);
    let before = app.row_counts().await;
    let body = |proofs: &[String]| json!({"credential_configuration_id": MICROCREDENTIAL[0], "proofs": {"jwt": proofs}});
    assert_eq!(app.credential(Some(&token), &body(&proofs)).await.error(), error(400, "invalid_proof"));
    // Proofs of two nonces: at most one of them can be right.
    let other = app.proofs(&keys(1)).await;
    let answer = app.credential(Some(&token), &body(&[good[0].clone(), other[0].clone()])).await;
    assert_eq!(answer.error(), error(400, "invalid_nonce"));
    assert_eq!(app.row_counts().await, before);
    assert_eq!(texts(&app.credential(Some(&token), &body(&good)).await).len(), 3);
}

async fn copies_are_revoked_together(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let answer = app.batch(&app.token(&offer).await, MICROCREDENTIAL[0], &keys(5)).await;
    assert_eq!(texts(&answer).len(), 5);
    let list = app.api(Method::GET, "/api/v1/credentials", Some(KEY), None).await.json();
    let id = list["items"][2]["id"].as_str().unwrap();
    let told = json!({"status": "revoked", "reason": "nagekeken"});
    assert_eq!(app.api(Method::POST, &format!("/api/v1/credentials/{id}/status"), Some(KEY), Some(&told)).await.status, StatusCode::OK);
    let list = app.api(Method::GET, "/api/v1/credentials", Some(KEY), None).await.json();
    assert!(list["items"].as_array().unwrap().iter().all(|item| item["status"] == "revoked"));
    assert_eq!(app.rows("credential.status", "revoked").await, 5);
}

async fn two_batches_for_one_offer_make_one(on: On) {
    let app = App::new(on).await;
    let other = app.beside(|_| {}).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let mut bodies = Vec::new();
    for size in [3, 1, 5, 2, 4, 3] {
        let proofs = app.proofs(&keys(size)).await;
        bodies.push((size, json!({"credential_configuration_id": MICROCREDENTIAL[0], "proofs": {"jwt": proofs}})));
    }
    let second = App { router: other.router(), ..App::new(On::Sqlite).await };
    let answers = join_all(bodies.iter().enumerate().map(|(number, (size, body))| {
        let (app, token) = (if number % 2 == 0 { &app } else { &second }, token.clone());
        async move { (*size, app.credential(Some(&token), body).await) }
    }))
    .await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|(_, answer)| answer.status == 200);
    assert_eq!(won.len(), 1);
    assert!(lost.iter().all(|(_, answer)| answer.error() == error(400, "credential_request_denied")));
    assert_eq!(app.issued().await, won[0].0 as i64);
    testkit::invariants::issuer(&mut app.look().await, "after a race of batches").await;
}

async fn an_institution_without_batches_takes_one_proof(on: On) {
    let app = App::issuing(on, |issuing| issuing.batch_size = 1).await;
    let metadata = app.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await.json();
    assert!(metadata.get("batch_credential_issuance").is_none());
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    assert_eq!(app.batch(&token, MICROCREDENTIAL[0], &keys(2)).await.error(), error(400, "invalid_credential_request"));
    assert_eq!(texts(&app.batch(&token, MICROCREDENTIAL[0], &keys(1)).await).len(), 1);
}
