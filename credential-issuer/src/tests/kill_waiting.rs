//! Fault K1 for a wallet that was put off with two keys: the process dies at each step, and it gets its two copies all the same.

use std::path::{Path, PathBuf};
use std::process::Command;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use vc::key::{Algorithm, SigningKey};

use super::{App, SLUG, microcredential};

const FOLDER: &str = "WAITING_KILL_FOLDER";
const FORM: &str = "microcredential-sd-jwt";
const POINTS: [&str; 10] =
    ["deferring", "deferred", "eligible", "reserved", "built", "prepared", "signed", "compared", "stored", "answering"];

fn database(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("issuer.db").display())
}

fn keys(folder: &Path) -> Vec<SigningKey> {
    ["one", "two"].iter().map(|name| SigningKey::from_pkcs8(&std::fs::read(folder.join(name)).unwrap()).unwrap()).collect()
}

/// The process that is killed: it leaves what a wallet needs to try again, then asks and comes back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by the test below, with a fail point"]
async fn victim() {
    let folder = PathBuf::from(std::env::var(FOLDER).unwrap());
    let app = App::over(database(&folder)).await;
    let award = app.award(&microcredential()).await.text("/id");
    let offer = app.offer(&json!({"award": award, "deferred": true})).await.json();
    std::fs::write(folder.join("offer"), offer.to_string()).unwrap();
    for name in ["one", "two"] {
        std::fs::write(folder.join(name), SigningKey::generate(Algorithm::Es256).unwrap().to_pkcs8().unwrap()).unwrap();
    }
    let token = app.token(&offer).await;
    let id = app.batch(&token, FORM, &keys(&folder)).await.text("/transaction_id");
    app.clock.advance_seconds(2);
    fetch(&app, &token, &id).await;
}

async fn fetch(app: &App, token: &str, id: &str) -> super::Answer {
    app.api(Method::POST, "/deferred-credential", Some(token), Some(&json!({"transaction_id": id}))).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_k1_killed_at_each_step_of_a_wait() {
    for point in POINTS {
        let folder = tempfile::tempdir().unwrap();
        let died = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "tests::kill_waiting::victim"])
            .env(FOLDER, folder.path())
            .env("FAILPOINT", format!("issuer.{point}=abort"))
            .output()
            .unwrap();
        assert!(!died.status.success(), "{point} was not reached");
        survives(point, folder.path()).await;
    }
}

/// The wallet asks again with the same keys: it hears of its transaction, or has its credentials, and never other ones.
async fn survives(point: &str, folder: &Path) {
    let offer: Value = serde_json::from_slice(&std::fs::read(folder.join("offer")).unwrap()).unwrap();
    let app = App::over(database(folder)).await;
    let path = format!("/{SLUG}/offers/{}", offer["id"].as_str().unwrap());
    let token = app.token(&json!({"credential_offer": app.get(&path).await.json(), "tx_code": offer["tx_code"]})).await;
    let mut answer = app.batch(&token, FORM, &keys(folder)).await;
    if answer.status == StatusCode::ACCEPTED {
        app.clock.advance_seconds(5);
        answer = fetch(&app, &token, &answer.text("/transaction_id")).await;
    }
    assert_eq!(answer.status, StatusCode::OK, "{point}: {}", answer.body);
    assert_eq!(answer.json()["credentials"].as_array().unwrap().len(), 2, "{point}");
    assert_eq!(app.batch(&token, FORM, &keys(folder)).await.body, answer.body, "{point}");
    assert_eq!((app.issued().await, app.rows("credential.issued", "done").await), (2, 2), "{point}");
    testkit::invariants::issuer(&mut app.look().await, point).await;
}
