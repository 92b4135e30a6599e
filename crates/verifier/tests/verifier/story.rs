//! A question is put, opened, answered or refused, and ends.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;

use crate::world::{KEY, World};

#[tokio::test]
async fn an_organisation_asks_and_gets_an_answer() {
    let world = World::new().await;
    let asked = world.ask(json!({"reference": "r-1"})).await;
    assert_eq!(world.state(&asked["id"]).await["state"], "waiting");
    let request = world.open(asked["wallet_link"].as_str().unwrap()).await;
    assert_eq!(world.state(&asked["id"]).await["state"], "opened");
    let purpose = request.purpose().unwrap();
    assert_eq!((purpose.retention_days, purpose.ground.as_deref()), (30, Some("taak van algemeen belang")));
    assert_eq!(purpose.flow, Some(openid4vc::Flow::CrossDevice));
    let reply = world.answer(&request, &world.presentation(&request, &world.valid_credential())).await;
    assert_eq!((reply.status, reply.json()), (StatusCode::OK, json!({})), "{}", reply.text);
    let became = world.state(&asked["id"]).await;
    assert_eq!((became["state"].as_str(), became["reference"].as_str()), (Some("received"), Some("r-1")));
    assert_eq!(became["report"]["verdict"], "valid", "{became:#}");
    let checks: Vec<&str> = became["report"]["checks"].as_array().unwrap().iter().map(|check| check["check"].as_str().unwrap()).collect();
    assert!(checks.contains(&"query") && checks.contains(&"holder_binding"), "{checks:?}");
    let claims = &became["claims"]["enrolment"][0];
    assert_eq!((claims["given_name"].as_str(), claims.get("birthdate"), claims.get("cnf")), (Some("Samira"), None, None));
    // A second answer by any link, and fetching, come too late.
    let request_uri = asked["wallet_link"].as_str().unwrap().split("request_uri=").nth(1).unwrap();
    let path = request_uri.replace("%3A", ":").replace("%2F", "/").replace("http://localhost:8082", "");
    assert_eq!(world.get(&path).await.status, StatusCode::GONE);
    let late = world.answer(&request, &world.presentation(&request, &world.valid_credential())).await;
    assert_eq!((late.status, late.json()["error"].as_str().map(str::to_owned)), (StatusCode::BAD_REQUEST, Some("invalid_request".into())));
}

#[tokio::test]
async fn a_lost_answer_is_healed_by_sending_it_again() {
    let world = World::new().await;
    let asked = world.ask(json!({})).await;
    let request = world.open(asked["wallet_link"].as_str().unwrap()).await;
    let presentation = world.presentation(&request, &world.valid_credential());
    assert_eq!(world.answer(&request, &presentation).await.status, StatusCode::OK);
    assert_eq!(world.answer(&request, &presentation).await.status, StatusCode::OK);
}

#[tokio::test]
async fn refusing_says_nothing() {
    let world = World::new().await;
    let asked = world.ask(json!({"response_mode": "direct_post"})).await;
    let request = world.open(asked["cross_device_link"].as_str().unwrap()).await;
    let reply = world.refuse(&request).await;
    assert_eq!((reply.status, reply.json()), (StatusCode::OK, json!({})));
    let became = world.state(&asked["id"]).await;
    assert_eq!((became["state"].as_str(), became["report"].is_null(), became["claims"].is_null()), (Some("refused"), true, true));
}

#[tokio::test]
async fn standing_is_no_rejection() {
    let world = World::new().await;
    let expired = world.credential(world.clock_seconds() - 86_400);
    for (accept, status, state) in [(true, StatusCode::OK, "received"), (false, StatusCode::BAD_REQUEST, "opened")] {
        let asked = world.ask(json!({"accept_expired": accept})).await;
        let request = world.open(asked["wallet_link"].as_str().unwrap()).await;
        let reply = world.answer(&request, &world.presentation(&request, &expired)).await;
        assert_eq!(reply.status, status, "{}", reply.text);
        let became = world.state(&asked["id"]).await;
        assert_eq!(became["state"], state);
        assert_eq!(became["report"]["verdict"].as_str(), accept.then_some("attention"));
    }
}

#[tokio::test]
async fn time_ends_questions_and_erases_answers() {
    let world = World::new().await;
    let asked = world.ask(json!({"retention_days": 2})).await;
    let request = world.open(asked["wallet_link"].as_str().unwrap()).await;
    world.answer(&request, &world.presentation(&request, &world.valid_credential())).await;
    let open = world.ask(json!({"expires_in": 60})).await;
    let late = world.open(open["wallet_link"].as_str().unwrap()).await;
    world.clock.advance_seconds(61);
    assert_eq!(world.state(&open["id"]).await["state"], "expired");
    assert_eq!(world.answer(&late, &world.presentation(&late, &world.valid_credential())).await.status, StatusCode::BAD_REQUEST);
    world.clock.advance_seconds(2 * 86_400);
    let (stopper, stop) = http::serve::shutdown();
    let verifier = world.verifier.clone();
    let worker = tokio::spawn(async move { verifier.worker(stop).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    stopper.stop();
    worker.await.unwrap();
    let became = world.state(&asked["id"]).await;
    assert_eq!((became["state"].as_str(), became["claims"].is_null()), (Some("purged"), true));
    assert_eq!((became["report"]["verdict"].as_str(), became["report"]["credentials"][0].get("claims")), (Some("valid"), None));
    let mut tx = world.store.read().await.unwrap();
    assert_eq!(tx.count_verifications(model::verification::State::Purged).await.unwrap(), 1);
    assert_eq!(tx.count_verifications(model::verification::State::Expired).await.unwrap(), 1);
}

#[tokio::test]
async fn withdrawing_ends_it_once() {
    let world = World::new().await;
    let asked = world.ask(json!({})).await;
    let path = format!("/api/v1/requests/{}", asked["id"].as_str().unwrap());
    assert_eq!(world.api("DELETE", &path, None, KEY).await.status, StatusCode::NO_CONTENT);
    assert_eq!(world.state(&asked["id"]).await["state"], "withdrawn");
    assert_eq!(world.api("DELETE", &path, None, KEY).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn only_what_the_register_allows_is_asked() {
    let world = World::new().await;
    let base = json!({"use_case": "proof-of-enrolment", "purpose": {"nl": "x"}, "retention_days": 30});
    for (more, key, status, code) in [
        (json!({}), "wrong-key", 401, "unauthorized"),
        (json!({"parameters": {"birthdate": true}}), KEY, 422, "not_allowed"),
        (json!({"use_case": "microcredential"}), KEY, 422, "not_allowed"),
        (json!({"use_case": "diploma"}), KEY, 422, "use_case_unknown"),
        (json!({"retention_days": 31}), KEY, 422, "unacceptable"),
        (json!({"retention_days": 0}), KEY, 422, "unacceptable"),
        (json!({"retention_days": -1}), KEY, 422, "unacceptable"),
        (json!({"retention_days": "30"}), KEY, 400, "malformed"),
        (json!({"purpose": {"en": "x"}}), KEY, 400, "malformed"),
        (json!({"unknown": 1}), "wrong-key", 401, "unauthorized"),
        (json!({"expires_in": 59}), KEY, 422, "unacceptable"),
        (json!({"client_id_prefix": "openid_federation"}), KEY, 422, "unacceptable"),
        (json!({"redirect_uri": "http://evil.example/"}), KEY, 422, "unacceptable"),
        (json!({"webhook": "http://169.254.169.254/"}), KEY, 422, "unacceptable"),
        (json!({"dcql_query": {"credentials": []}}), KEY, 422, "query_ambiguous"),
        (json!({"use_case": null, "dcql_query": {"credentials": []}}), KEY, 422, "invalid_request"),
        (json!({"use_case": null}), KEY, 422, "query_missing"),
        (json!({"unknown": 1}), KEY, 400, "malformed"),
        (json!({}), "other-key", 422, "ground_missing"),
        (json!({"ground": "contract"}), "other-key", 201, ""),
    ] {
        let mut body = base.clone();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let reply = world.api("POST", "/api/v1/requests", Some(body), key).await;
        assert_eq!(reply.status.as_u16(), status, "{more}: {}", reply.text);
        assert_eq!(reply.json()["code"].as_str().unwrap_or_default(), code, "{more}");
        assert_eq!(reply.json()["errors"][0]["pointer"].is_string(), matches!(status, 400 | 422), "{more}: {}", reply.text);
    }
    // Another organisation's request is not there.
    let asked = world.ask(json!({})).await;
    let path = format!("/api/v1/requests/{}", asked["id"].as_str().unwrap());
    assert_eq!(world.api("GET", &path, None, "other-key").await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.api("DELETE", &path, None, "other-key").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_edit_of_the_register_counts_at_once() {
    let world = World::new().await;
    let ask = async |purpose: serde_json::Value| {
        let body = json!({"use_case": "proof-of-enrolment", "purpose": purpose, "retention_days": 30});
        world.api("POST", "/api/v1/requests", Some(body), KEY).await
    };
    world.edit_register(|register| register["parties"][1]["asks"][0]["purposes"] = json!([{"nl": "Minor", "en": "Minor course"}]));
    let other = ask(json!({"nl": "Reclame"})).await;
    assert_eq!((other.status.as_u16(), other.json()["code"].as_str()), (422, Some("purpose_not_allowed")));
    let listed = ask(json!({"nl": "Minor"})).await.json();
    let purpose = world.open(listed["wallet_link"].as_str().unwrap()).await.purpose().unwrap().purpose;
    assert_eq!(purpose.en.as_deref(), Some("Minor course"), "as the register has it");
    world.edit_register(|register| register["parties"][1]["state"] = json!("suspended"));
    let suspended = ask(json!({"nl": "Minor"})).await;
    assert_eq!((suspended.status.as_u16(), suspended.json()["code"].as_str()), (422, Some("asker_suspended")));
}

#[tokio::test]
async fn anything_can_be_checked_without_a_key() {
    let world = World::new().await;
    let credential = world.valid_credential().to_string();
    let report = world.api("POST", "/api/v1/verify", Some(json!({"credential": credential})), "").await;
    assert_eq!(
        (report.status, report.json()["verdict"].as_str().map(str::to_owned)),
        (StatusCode::OK, Some("valid".into())),
        "{}",
        report.text
    );
    let nothing = world.api("POST", "/api/v1/verify", Some(json!({"credential": "nonsense"})), "").await;
    assert_eq!(nothing.json()["verdict"], "unavailable", "{}", nothing.text);
    for (more, pointer, code) in [
        (json!({"credential": 1}), "/credential", "type"),
        (json!({"extra": 1}), "/extra", "unknown"),
        (json!({"nonce": "n"}), "/audience", "missing"),
        (json!({"audience": "a"}), "/nonce", "missing"),
        (json!({"nonce": 1, "audience": "a"}), "/nonce", "type"),
    ] {
        let mut body = json!({"credential": credential});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let refused = world.api("POST", "/api/v1/verify", Some(body), "").await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{more}");
        assert_eq!(refused.json()["errors"], json!([{"pointer": pointer, "code": code}]), "{more}");
    }
    let cases = world.get("/api/v1/use-cases").await.json();
    assert_eq!(cases["items"].as_array().unwrap().len(), 2);
}
