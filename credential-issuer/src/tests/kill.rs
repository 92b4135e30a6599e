//! Fault K1: the process dies at each step of the issuing order. Never a signed credential without a row, never two.

use std::path::{Path, PathBuf};
use std::process::Command;

use axum::http::StatusCode;
use serde_json::{Value, json};
use storage::issuer::award::AwardState;
use storage::issuer::key::KeyState;
use vc::key::{Algorithm, SigningKey};

use super::{App, SLUG, enrolment, microcredential};

const FOLDER: &str = "EDUWALLET_KILL_FOLDER";
/// The configuration that is collected.
const FORM: &str = "KILLED_FORM";
const POINTS: [&str; 8] = ["eligible", "reserved", "built", "prepared", "signed", "compared", "stored", "answering"];

fn database(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("issuer.db").display())
}

/// The process that is killed: it leaves what a wallet needs to try again, then collects.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by the test below, with a fail point"]
async fn victim() {
    let folder = PathBuf::from(std::env::var(FOLDER).unwrap());
    let app = App::over(database(&folder)).await;
    let form = std::env::var(FORM).unwrap();
    let body = if form.starts_with("enrolment") { enrolment() } else { microcredential() };
    let offer = app.offered_as(&body, &[&form]).await;
    let holder = SigningKey::generate(Algorithm::Es256).unwrap();
    std::fs::write(folder.join("offer"), offer.to_string()).unwrap();
    std::fs::write(folder.join("holder"), holder.to_pkcs8().unwrap()).unwrap();
    let token = app.token(&offer).await;
    app.form_of(&token, &form, &holder).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_k1_killed_at_each_step_of_issuing() {
    let others = ["microcredential-open-badge", "microcredential-open-badge-jwt", "enrolment-vc"];
    let signed = others.iter().flat_map(|form| ["built", "prepared", "signed", "compared"].map(|point| (*form, point)));
    for (form, point) in POINTS.map(|point| ("microcredential-sd-jwt", point)).into_iter().chain(signed) {
        let folder = tempfile::tempdir().unwrap();
        let died = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "tests::kill::victim"])
            .env(FOLDER, folder.path())
            .env(FORM, form)
            .env("FAILPOINT", format!("issuer.{point}=abort"))
            .output()
            .unwrap();
        assert!(!died.status.success(), "{form}: {point} was not reached");
        survives((form, point), folder.path()).await;
    }
}

async fn survives((form, point): (&str, &str), folder: &Path) {
    let offer: Value = serde_json::from_slice(&std::fs::read(folder.join("offer")).unwrap()).unwrap();
    let holder = SigningKey::from_pkcs8(&std::fs::read(folder.join("holder")).unwrap()).unwrap();
    let app = App::over(database(folder)).await;
    assert_eq!(count(&app, "prepared").await, 0, "{point}");
    let recovered = app.issued().await;
    assert_eq!(recovered, i64::from(["prepared", "signed", "compared", "stored", "answering"].contains(&point)), "{point}");
    assert_eq!(app.rows("credential.issued", "done").await, recovered, "{point}");

    // The wallet tries again, with the same key.
    let path = format!("/{SLUG}/offers/{}", offer["id"].as_str().unwrap());
    let again = json!({"credential_offer": app.get(&path).await.json(), "tx_code": offer["tx_code"]});
    let token = app.token(&again).await;
    let answer = app.form_of(&token, form, &holder).await;
    assert_eq!(answer.status, StatusCode::OK, "{form} {point}: {}", answer.body);
    assert_eq!(app.form_of(&token, form, &holder).await.body, answer.body, "{form} {point}");
    assert_eq!((app.issued().await, app.rows("credential.issued", "done").await), (1, 1), "{point}");
    assert_eq!(count(&app, "prepared").await, 0, "{point}");
}

/// The process that is killed while it takes back what a stolen key signed, after the first part.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by the test below, with a fail point"]
async fn victim_amid_taking_back() {
    let app = App::over(database(&PathBuf::from(std::env::var(FOLDER).unwrap()))).await;
    for number in 0..MANY {
        // Slow enough for the limits.
        app.clock.advance_seconds(5);
        let mut body = microcredential();
        body["reference"] = json!(format!("many-{number}"));
        let offer = app.offered_as(&body, &["microcredential-sd-jwt"]).await;
        app.collect(&offer, &SigningKey::generate(Algorithm::Es256).unwrap()).await;
    }
    let stolen = active(&app).await;
    app.issuer.revoke_key(SLUG, &stolen, true).await.unwrap();
}

/// More than are taken back in one transaction.
const MANY: i64 = 203;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_amid_taking_back_and_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let died = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "tests::kill::victim_amid_taking_back"])
        .env(FOLDER, folder.path())
        .env("FAILPOINT", "issuer.taken_back=abort")
        .output()
        .unwrap();
    assert!(!died.status.success());
    let app = App::over(database(folder.path())).await;
    let keys = app.issuer.store().read().await.unwrap().institution_keys(SLUG).await.unwrap();
    let stolen = keys.iter().find(|key| key.state == KeyState::Revoked).unwrap().kid.clone();
    assert_ne!(active(&app).await, stolen);
    let standing = app.issuer.store().read().await.unwrap().count_under_key(SLUG, &stolen).await.unwrap();
    assert_eq!((standing, app.issued().await), (3, MANY));
    let revoked = app.issuer.revoke_key(SLUG, &stolen, true).await.unwrap();
    assert_eq!((revoked.taken_back, revoked.opened, revoked.standing), (3, 3, 0));
    let states = app.issuer.store().read().await.unwrap().award_counts(SLUG).await.unwrap();
    assert_eq!(states, [(AwardState::Open, MANY)]);
}

async fn active(app: &App) -> String {
    let keys = app.issuer.store().read().await.unwrap().institution_keys(SLUG).await.unwrap();
    keys.into_iter().find(|key| key.algorithm == Algorithm::Es256 && key.state == KeyState::Active).unwrap().kid
}

async fn count(app: &App, state: &str) -> i64 {
    app.issuer.store().read().await.unwrap().count_credentials(SLUG, state).await.unwrap()
}
