//! Fault K1 on the way to a credential: the process dies before and after each commit of the flow, and the client sends the same
//! again. It goes on, or hears a plain error and begins anew; nothing is there twice.

use std::path::{Path, PathBuf};
use std::process::Command;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use vc::key::{Algorithm, SigningKey};

use super::authorizations::{Asked, allowed, push, signed_in, token};
use super::desk::{csrf, page, post};
use super::eduid::{Eduid, code_of, get};
use super::{Answer, App, EDUID, KEY, PRE_AUTHORIZED, SLUG, WALLET, code, error, microcredential, request, tx_code, wanted};

const FOLDER: &str = "FLOW_KILL_FOLDER";
const STEP: &str = "FLOW_KILL_STEP";
/// Each step with the points before and after its commit.
const STEPS: [(&str, [&str; 2]); 10] = [
    ("offer", ["offering", "offered"]),
    ("par", ["pushing", "pushed"]),
    ("authorize", ["beginning", "begun"]),
    ("login", ["arriving", "arrived"]),
    ("choice", ["choosing", "chosen"]),
    ("code", ["granting", "granted"]),
    ("pre-authorized", ["redeeming", "redeemed"]),
    ("refresh", ["refreshing", "refreshed"]),
    ("notification", ["noting", "noted"]),
    ("delivery", ["delivering", "delivered"]),
];

fn database(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("issuer.db").display())
}

/// What the client knows when it sends the request that kills.
struct Notes(PathBuf);

impl Notes {
    fn keep(&self, value: &Value) {
        std::fs::write(self.0.join("notes"), value.to_string()).unwrap();
    }

    fn read(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.0.join("notes")).unwrap()).unwrap()
    }
}

/// The process that is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by the test below, with a fail point"]
async fn victim() {
    let folder = PathBuf::from(std::env::var(FOLDER).unwrap());
    let app = App::over(database(&folder)).await;
    let notes = Notes(folder);
    match std::env::var(STEP).unwrap().as_str() {
        "offer" => {
            let award = app.award(&microcredential()).await.text("/id");
            notes.keep(&json!({"award": award}));
            offer_once(&app, &award).await;
        }
        "par" => {
            notes.keep(&json!({}));
            push(&app, &[("scope", "microcredential")], &[]).await;
        }
        "authorize" => {
            let uri = push(&app, &[("scope", "microcredential")], &[]).await.text("/request_uri");
            notes.keep(&json!({"uri": uri}));
            begin(&app, &uri).await;
        }
        "login" => {
            let eduid = Eduid::beside(&app).await;
            let app = eduid.known_to(app).await;
            let uri = push(&app, &[("scope", "microcredential")], &[]).await.text("/request_uri");
            let back = eduid.signs_in(&app, &begin(&app, &uri).await, "samira").await;
            notes.keep(&json!({"path": back.path, "cookie": back.cookie}));
            get(&app, &back.path, &back.cookie).await;
        }
        "choice" => {
            app.award(&microcredential()).await;
            let asked = signed_in(&app, &[("scope", "microcredential")], EDUID).await;
            let shown = page(&app, &asked.path, &asked.cookie).await;
            let seen = shown.body.split_once("name=\"seen\" value=\"").and_then(|(_, rest)| rest.split('"').next()).unwrap();
            let note = json!({"path": asked.path, "cookie": asked.cookie, "csrf": csrf(&shown), "seen": seen, "verifier": asked.verifier});
            notes.keep(&note);
            choose(&app, &note).await;
        }
        "code" => {
            let (asked, code) = has_code(&app).await;
            notes.keep(&json!({"code": code, "verifier": asked.verifier}));
            token(&app, &code, &asked.verifier, &[]).await;
        }
        "pre-authorized" => {
            let (_, offer) = app.offered().await;
            notes.keep(&offer);
            app.token(&offer).await;
        }
        "refresh" => {
            let (asked, code) = has_code(&app).await;
            let refresh = token(&app, &code, &asked.verifier, &[]).await.text("/refresh_token");
            notes.keep(&json!({"refresh": refresh}));
            refreshes(&app, &refresh).await;
        }
        "notification" => {
            let (_, offer) = app.offered().await;
            let token = app.token(&offer).await;
            let id = collects(&app, &token).await.text("/notification_id");
            notes.keep(&json!({"token": token, "id": id}));
            tells(&app, &token, &id).await;
        }
        "delivery" => {
            let (listener, port) = listens(0).await;
            tokio::spawn(takes(listener, notes.0.clone()));
            connected(&app, port).await;
            app.award(&microcredential()).await;
            notes.keep(&json!({"port": port}));
            app.issuer.deliver_now().await.unwrap();
        }
        other => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_k1_killed_at_each_step_on_the_way() {
    for (step, points) in STEPS {
        for (committed, point) in [(false, points[0]), (true, points[1])] {
            let folder = tempfile::tempdir().unwrap();
            let died = Command::new(std::env::current_exe().unwrap())
                .args(["--ignored", "--exact", "tests::kill_flow::victim"])
                .env(FOLDER, folder.path())
                .env(STEP, step)
                .env("FAILPOINT", format!("issuer.{point}=abort"))
                .output()
                .unwrap();
            assert!(!died.status.success(), "{point} was not reached");
            survives((step, committed), folder.path()).await;
        }
    }
}

/// The same request again, and then the whole way to one credential.
async fn survives((step, committed): (&str, bool), folder: &Path) {
    let app = App::over(database(folder)).await;
    let notes = Notes(folder.to_owned());
    let note = notes.read();
    let text = |name: &str| note[name].as_str().unwrap().to_owned();
    match step {
        "offer" => {
            let offer = offer_once(&app, &text("award")).await;
            assert_eq!(offer.status, StatusCode::CREATED, "{}", offer.body);
            assert_eq!(offer_once(&app, &text("award")).await.body, offer.body);
            assert_eq!(app.count("SELECT COUNT(*) FROM offer").await, 1, "{committed}");
            collects(&app, &app.token(&offer.json()).await).await;
        }
        "par" => {
            assert_eq!(push(&app, &[("scope", "microcredential")], &[]).await.status, StatusCode::CREATED);
            assert_eq!(app.count("SELECT COUNT(*) FROM authorization_request").await, 1 + i64::from(committed));
        }
        "authorize" => {
            // Begun is used; else it goes on to eduID, which is not there.
            let expected = if committed { "invalid_request_uri" } else { "login_unavailable" };
            assert_eq!(code_of(&begin(&app, &text("uri")).await), expected);
        }
        "login" => {
            // The answer of eduID was used before the issuer wrote who came: one begins anew, and nobody was asked anything.
            let again = get(&app, &text("path"), &text("cookie")).await;
            assert_eq!((again.status, code_of(&again).as_str()), (StatusCode::BAD_REQUEST, "login_state"));
            let asked = "SELECT COUNT(*) FROM authorization_request WHERE state = 'asked'";
            assert_eq!((app.count(asked).await, app.count("SELECT COUNT(*) FROM session").await), (i64::from(committed), 0));
        }
        "choice" => {
            let again = choose(&app, &note).await;
            if committed {
                assert_eq!((again.status, code_of(&again).as_str()), (StatusCode::NOT_FOUND, "authorization_over"));
            } else {
                let location = again.headers["location"].to_str().unwrap().to_owned();
                let code = super::authorizations::parameter(&location, "code").unwrap();
                assert_eq!(token(&app, &code, &text("verifier"), &[]).await.status, StatusCode::OK);
            }
        }
        "code" => {
            let again = token(&app, &text("code"), &text("verifier"), &[]).await;
            if committed {
                // A code that comes twice ends what came of it (row T4); the learner signs in once more.
                assert_eq!(again.error(), error(400, "invalid_grant"));
                assert_eq!(app.count("SELECT COUNT(*) FROM access_grant WHERE state = 'live'").await, 0);
            } else {
                assert_eq!(again.status, StatusCode::OK, "{}", again.body);
            }
            assert_eq!(app.count("SELECT COUNT(*) FROM access_grant").await, 1);
        }
        "pre-authorized" => {
            let pairs = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(&note)), ("tx_code", tx_code(&note))];
            let again = app.form("/token", &pairs).await;
            let access = if committed {
                assert_eq!(again.error(), error(400, "invalid_grant"));
                // The link opens again.
                let path = format!("/{SLUG}/offers/{}", text("id"));
                app.token(&json!({"credential_offer": app.get(&path).await.json(), "tx_code": note["tx_code"]})).await
            } else {
                again.text("/access_token")
            };
            collects(&app, &access).await;
        }
        "refresh" => {
            let again = refreshes(&app, &text("refresh")).await;
            assert_eq!(again.status, StatusCode::OK, "{}", again.body);
            assert_eq!(refreshes(&app, &text("refresh")).await.text("/refresh_token"), again.text("/refresh_token"));
            assert_eq!(app.count("SELECT COUNT(*) FROM refresh_token WHERE state = 'live'").await, 1);
            collects(&app, &again.text("/access_token")).await;
        }
        "notification" => {
            assert_eq!(tells(&app, &text("token"), &text("id")).await.status, StatusCode::NO_CONTENT);
            assert_eq!(app.count("SELECT COUNT(*) FROM form_notification").await, 1);
            assert_eq!(app.rows("offer.notified", "credential_accepted").await, 1);
        }
        "delivery" => {
            let (listener, _) = listens(note["port"].as_u64().unwrap().try_into().unwrap()).await;
            tokio::spawn(takes(listener, folder.to_owned()));
            // The lease of the server that died runs out by the database's clock.
            assert_eq!(app.look().await.sabotage("UPDATE outbox SET lease_until = 0").await, 1);
            app.issuer.deliver_now().await.unwrap();
            let got = std::fs::read_to_string(folder.join("got")).unwrap();
            let keys: Vec<&str> = got.lines().collect();
            // Posted and not written down is posted once more, by the same key, so that the wallet can tell.
            assert_eq!(keys.len(), 1 + usize::from(committed));
            assert!(keys.iter().all(|key| *key == keys[0] && key.starts_with("delivery/")));
            assert_eq!(app.rows("offer.delivery", "done").await, 1);
            assert_eq!(app.issuer.store().read().await.unwrap().unfinished_jobs().await.unwrap(), 0);
        }
        other => panic!("{other}"),
    }
    if app.issued().await == 0 {
        let (asked, code) = has_code(&app).await;
        collects(&app, &token(&app, &code, &asked.verifier, &[]).await.text("/access_token")).await;
    }
    assert_eq!((app.issued().await, app.rows("credential.issued", "done").await), (1, 1), "{step} {committed}");
    testkit::invariants::issuer(&mut app.look().await, step).await;
}

/// An offer for an award, by a key that makes it once.
async fn offer_once(app: &App, award: &str) -> Answer {
    let request = request(Method::POST, &format!("/{SLUG}/api/v1/offers"), Some(KEY)).header("idempotency-key", "offer-of-the-story");
    let body = json!({"award": award}).to_string();
    app.send(request.header("content-type", "application/json").body(body.into()).unwrap()).await
}

async fn begin(app: &App, uri: &str) -> Answer {
    let query = openid4vc::form::encode([("client_id", WALLET), ("request_uri", uri)]);
    app.get(&format!("/{SLUG}/authorize?{query}")).await
}

/// A learner who signed in and said yes, and the code of that.
async fn has_code(app: &App) -> (Asked, String) {
    app.award(&microcredential()).await;
    let asked = signed_in(app, &[("scope", "microcredential")], EDUID).await;
    let code = allowed(app, &asked).await;
    (asked, code)
}

async fn choose(app: &App, note: &Value) -> Answer {
    let text = |name: &str| note[name].as_str().unwrap();
    let pairs = [("csrf", text("csrf")), ("choice", "allow"), ("seen", text("seen"))];
    post(app, text("path"), text("cookie"), &pairs).await
}

async fn refreshes(app: &App, refresh_token: &str) -> Answer {
    let assertion = app.assertion(None);
    let pairs = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token),
        ("client_assertion_type", openid4vc::client_assertion::TYPE),
        ("client_assertion", &assertion),
    ];
    app.form("/token", &pairs).await
}

async fn collects(app: &App, token: &str) -> Answer {
    let answer = app.credential(Some(token), &wanted(&app.proof(&SigningKey::generate(Algorithm::Es256).unwrap()).await)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer
}

async fn tells(app: &App, token: &str, id: &str) -> Answer {
    let told = json!({"notification_id": id, "event": "credential_accepted"});
    app.api(Method::POST, "/notification", Some(token), Some(&told)).await
}

/// A connection of the learner's wallet, which listens here.
async fn connected(app: &App, port: u16) {
    let mut tx = app.issuer.store().write().await.unwrap();
    let person = tx.person_of_eduid(SLUG, EDUID, app.now()).await.unwrap();
    let new = storage::issuer::connection::NewConnection {
        institution: SLUG,
        id: "connection-of-samira-01",
        person: &person,
        client: WALLET,
        delivery_endpoint: &format!("http://localhost:{port}/api/v1/deliveries"),
        delivery_key: "delivery-key-of-samira",
    };
    assert!(tx.insert_connection(&new, app.now()).await.unwrap());
    tx.commit().await.unwrap();
}

async fn listens(port: u16) -> (tokio::net::TcpListener, u16) {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// A wallet that takes deliveries, and writes down by which keys.
async fn takes(listener: tokio::net::TcpListener, folder: PathBuf) {
    use std::io::Write;
    let handler = move |headers: axum::http::HeaderMap| async move {
        let mut file = std::fs::File::options().create(true).append(true).open(folder.join("got")).unwrap();
        writeln!(file, "{}", headers["idempotency-key"].to_str().unwrap()).unwrap();
        StatusCode::ACCEPTED
    };
    let router = axum::Router::new().route("/api/v1/deliveries", axum::routing::post(handler));
    axum::serve(listener, router).await.unwrap();
}
