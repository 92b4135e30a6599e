//! The FII portal against a verifier that answers as ours does.

use std::sync::{Arc, Mutex};

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use sandbox::{FiiPortal, FiiSettings};
use serde_json::{Value, json};
use std::collections::HashMap;

use super::support::{PRESENT, Time, http, listener, random};

/// What the stand-in verifier was asked, and what it will say.
#[derive(Default)]
struct Stand {
    asked: Vec<Value>,
    outcome: Value,
}

type Shared = Arc<Mutex<Stand>>;

async fn make(State(stand): State<Shared>, headers: HeaderMap, Json(body): Json<Value>) -> (StatusCode, Json<Value>) {
    if headers.get("authorization").is_none_or(|value| value != "Bearer key") {
        return (StatusCode::UNAUTHORIZED, Json(json!({})));
    }
    stand.lock().unwrap().asked.push(body);
    (
        StatusCode::CREATED,
        Json(json!({"id": "r1", "wallet_link": "http://localhost:1/authorize?client_id=a&request_uri=b", "cross_device_link": null})),
    )
}

async fn look(State(stand): State<Shared>, Path(id): Path<String>, Query(query): Query<HashMap<String, String>>) -> Json<Value> {
    assert_eq!(id, "r1");
    let mut outcome = stand.lock().unwrap().outcome.clone();
    if query.get("response_code").map(String::as_str) != Some("c1") {
        outcome["report"] = Value::Null;
        outcome["claims"] = Value::Null;
    }
    Json(outcome)
}

struct Portal {
    origin: String,
    stand: Shared,
    time: Time,
    http: reqwest::Client,
}

impl Portal {
    async fn start(api_key: &str) -> Self {
        let stand = Shared::default();
        let (at, verifier) = listener().await;
        let router =
            Router::new().route("/api/v1/requests", post(make)).route("/api/v1/requests/{id}", get(look)).with_state(Arc::clone(&stand));
        tokio::spawn(async move { axum::serve(at, router).await });
        let (at, origin) = listener().await;
        let time = Time::at(PRESENT);
        let settings = FiiSettings { origin: origin.clone(), verifier, api_key: api_key.to_owned(), clock: time.clock(), random: random() };
        let portal = FiiPortal::new(settings);
        tokio::spawn(async move { portal.serve(at).await });
        Self { origin, stand, time, http: http() }
    }

    async fn ask(&self, origin: &str) -> (u16, Option<String>, String) {
        let request = self.http.post(format!("{}/ask", self.origin)).header("origin", origin);
        let response = request.form(&[("lang", "nl"), ("ask", "proof-of-enrolment")]).send().await.unwrap();
        let cookie = response.headers().get("set-cookie").map(|value| value.to_str().unwrap().split(';').next().unwrap().to_owned());
        (response.status().as_u16(), cookie, response.text().await.unwrap())
    }

    async fn back(&self, cookie: &str, code: &str) -> (u16, String) {
        let redirect_uri = self.stand.lock().unwrap().asked.last().unwrap()["redirect_uri"].as_str().unwrap().to_owned();
        let request = self.http.get(redirect_uri).query(&[("response_code", code)]).header("cookie", cookie);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }
}

#[tokio::test]
async fn it_asks_for_a_proof_and_shows_what_it_got() {
    let portal = Portal::start("key").await;
    let (status, cookie, page) = portal.ask(&portal.origin).await;
    assert_eq!(status, 200, "a page with a link, never a redirect to another origin");
    assert!(page.contains("<a class=\"button\" id=\"continue\" href=\"http://localhost:1/authorize?client_id=a&amp;request_uri=b\">"));
    let asked = portal.stand.lock().unwrap().asked.last().unwrap().clone();
    assert_eq!((&asked["use_case"], &asked["retention_days"]), (&json!("proof-of-enrolment"), &json!(30)));
    assert!(asked["purpose"]["nl"].is_string() && asked["purpose"]["en"].is_string());
    assert!(asked["redirect_uri"].as_str().unwrap().starts_with(&portal.origin));

    portal.stand.lock().unwrap().outcome = json!({
        "state": "received",
        "report": {"verdict": "valid", "checks": [{"check": "signature", "state": "passed", "code": "ok"}]},
        "claims": {"enrolment": [{
            "vct": "https://w3id.org/eduwallet-nl/vct/nl-enrolment/1", "given_name": "Samira", "family_name": "de Vries", "is_enrolled": true,
            "institution_name": "Hogeschool <Voorbeeld>", "name": "Communicatie", "startDate": "2026-09-01", "more": {"languages": ["nl", "en"]},
        }]},
    });
    let cookie = cookie.unwrap();
    let (status, page) = portal.back(&cookie, "c1").await;
    assert_eq!(status, 200);
    assert!(page.contains("data-state=\"received\" data-verdict=\"valid\""));
    assert!(
        page.contains("Hogeschool &lt;Voorbeeld&gt;")
            && page.contains("<b>Communicatie</b>, vanaf 1 september 2026.")
            && page.contains("<dt>more / languages</dt><dd>nl, en</dd>")
            && !page.contains("vct")
    );
    assert!(page.contains("<dt>Digitale handtekening</dt><dd>in orde</dd>"));
    let (_, page) = portal.back(&cookie, "guessed").await;
    assert!(!page.contains("Communicatie"), "without its code it shows nothing");
}

#[tokio::test]
async fn a_refusal_is_shown_as_one_and_blames_nobody() {
    let portal = Portal::start("key").await;
    let (_, cookie, _) = portal.ask(&portal.origin).await;
    portal.stand.lock().unwrap().outcome = json!({"state": "refused", "report": null, "claims": null});
    let (status, page) = portal.back(&cookie.unwrap(), "c1").await;
    assert!(status == 200 && page.contains("Je hebt niets gedeeld") && page.contains("data-state=\"refused\""));
}

#[tokio::test]
async fn it_belongs_to_the_browser_that_asked() {
    let portal = Portal::start("key").await;
    let (_, cookie, _) = portal.ask(&portal.origin).await;
    portal.stand.lock().unwrap().outcome =
        json!({"state": "received", "report": {"verdict": "valid", "checks": []}, "claims": {"name": "Communicatie"}});
    for stranger in ["", "sandbox_fii=AAAAAAAAAAAAAAAAAAAAAA"] {
        let (status, page) = portal.back(stranger, "c1").await;
        assert!(status == 400 && !page.contains("Communicatie"));
    }
    portal.time.set(PRESENT + 3601);
    assert_eq!(portal.back(&cookie.unwrap(), "c1").await.0, 400, "and is forgotten after an hour");
    assert_eq!(portal.ask("https://evil.example").await.0, 403);
}

#[tokio::test]
async fn a_verifier_that_says_no_is_an_honest_error() {
    let portal = Portal::start("wrong").await;
    let (status, cookie, page) = portal.ask(&portal.origin).await;
    assert!(status == 502 && cookie.is_none() && page.contains("Er is niets gedeeld"));
}

#[tokio::test]
async fn the_home_page_speaks_both_languages() {
    let portal = Portal::start("key").await;
    for (query, lang, word) in [("", "nl", "bewijs van inschrijving"), ("?lang=en", "en", "proof of enrolment")] {
        let response = portal.http.get(format!("{}/{query}", portal.origin)).send().await.unwrap();
        assert!(response.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
        let page = response.text().await.unwrap();
        assert!(page.contains(&format!("<html lang=\"{lang}\">")) && page.contains(word));
    }
}
