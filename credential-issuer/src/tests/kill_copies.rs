//! Fault K1 for a wallet that asks for more copies with a refreshed token: the process dies at each step, and the same keys get
//! their copies once.

use std::path::{Path, PathBuf};
use std::process::Command;

use axum::http::StatusCode;
use serde_json::json;
use vc::key::{Algorithm, SigningKey};

use super::authorizations::{allowed, signed_in, token};
use super::batches::{keys, texts};
use super::{App, EDUID, microcredential};

const FOLDER: &str = "COPIES_KILL_FOLDER";
const FORM: &str = "microcredential-sd-jwt";
const POINTS: [&str; 8] = ["eligible", "reserved", "built", "prepared", "signed", "compared", "stored", "answering"];

fn database(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("issuer.db").display())
}

fn kept(folder: &Path) -> (String, Vec<SigningKey>) {
    let keys = ["one", "two"].map(|name| SigningKey::from_pkcs8(&std::fs::read(folder.join(name)).unwrap()).unwrap());
    (std::fs::read_to_string(folder.join("token")).unwrap(), keys.to_vec())
}

/// What is there before: a collected copy, a refreshed token, and two new keys.
async fn collected(folder: &Path) {
    let app = App::over(database(folder)).await;
    app.award(&microcredential()).await;
    let asked = signed_in(&app, &[("scope", "microcredential")], EDUID).await;
    let given = token(&app, &allowed(&app, &asked).await, &asked.verifier, &[]).await;
    assert_eq!(app.batch(&given.text("/access_token"), FORM, &keys(1)).await.status, StatusCode::OK);
    let (assertion, refresh) = (app.assertion(None), given.text("/refresh_token"));
    let pairs = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.as_str()),
        ("client_assertion_type", openid4vc::client_assertion::TYPE),
        ("client_assertion", &assertion),
    ];
    std::fs::write(folder.join("token"), app.form("/token", &pairs).await.text("/access_token")).unwrap();
    for name in ["one", "two"] {
        std::fs::write(folder.join(name), SigningKey::generate(Algorithm::Es256).unwrap().to_pkcs8().unwrap()).unwrap();
    }
    app.issuer.store().close().await;
}

/// The process that is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by the test below, with a fail point"]
async fn victim() {
    let folder = PathBuf::from(std::env::var(FOLDER).unwrap());
    let app = App::over(database(&folder)).await;
    let (token, keys) = kept(&folder);
    app.batch(&token, FORM, &keys).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_k1_killed_at_each_step_of_more_copies() {
    for point in POINTS {
        let folder = tempfile::tempdir().unwrap();
        collected(folder.path()).await;
        let died = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "tests::kill_copies::victim"])
            .env(FOLDER, folder.path())
            .env("FAILPOINT", format!("issuer.{point}=abort"))
            .output()
            .unwrap();
        assert!(!died.status.success(), "{point} was not reached");
        let app = App::over(database(folder.path())).await;
        let (token, keys) = kept(folder.path());
        let answer = app.batch(&token, FORM, &keys).await;
        assert_eq!((answer.status, texts(&answer).len()), (StatusCode::OK, 2), "{point}: {}", answer.body);
        assert_eq!(app.batch(&token, FORM, &keys).await.body, answer.body, "{point}");
        assert_eq!((app.issued().await, app.rows("credential.issued", "done").await), (3, 3), "{point}");
        assert_eq!(app.count("SELECT COUNT(DISTINCT round) FROM issued_credential").await, 2, "{point}");
        let told = json!({"notification_id": answer.text("/notification_id"), "event": "credential_accepted"});
        let told = app.api(axum::http::Method::POST, "/notification", Some(&token), Some(&told)).await;
        assert_eq!(told.status, StatusCode::NO_CONTENT, "{point}");
        testkit::invariants::issuer(&mut app.look().await, point).await;
    }
}
