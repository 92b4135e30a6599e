//! Wallets that ask without an offer: what waits for whoever signs in, by scope and in detail, and what the page says when nothing
//! does (`domain.md` 2.6).

use axum::http::StatusCode;
use serde_json::{Value, json};
use vc::key::{Algorithm, SigningKey};

use super::authorizations::{BACK, allowed, answered, parameter, push, signed_in, token};
use super::desk::{csrf, page, post};
use super::{App, EDUID, On, enrolment, error, identifier, microcredential, on_each_database, wanted};

on_each_database! {
    what_waits_is_collected_by_scope,
    what_waits_is_collected_in_detail,
    several_of_one_kind_have_identifiers,
    nothing_is_allowed_that_was_not_shown,
    what_was_taken_back_meanwhile_is_not_collected,
    a_link_that_was_made_before_goes_on,
    the_page_says_why_nothing_waits,
    details_are_of_this_issuer,
    rows_p1_to_p6,
}

fn details(ids: &[&str]) -> String {
    let one = |id: &&str| json!({"type": "openid_credential", "credential_configuration_id": id, "locations": [identifier()]});
    Value::Array(ids.iter().map(one).collect()).to_string()
}

async fn collected(app: &App, token: &str, body: impl Fn(&str) -> Value) -> super::Answer {
    let proof = app.proof(&SigningKey::generate(Algorithm::Es256).unwrap()).await;
    app.credential(Some(token), &body(&proof)).await
}

async fn what_waits_is_collected_by_scope(on: On) {
    let app = App::new(on).await;
    app.award(&microcredential()).await;
    app.award(&enrolment()).await;
    let waiting = signed_in(&app, &[("scope", "microcredential enrolment unknown"), ("resource", &identifier())], EDUID).await;
    let shown = page(&app, &waiting.path, &waiting.cookie).await;
    assert!(shown.body.contains("Data-analyse basis") && shown.body.contains("Communicatie"), "{}", shown.body);
    let given = token(&app, &allowed(&app, &waiting).await, &waiting.verifier, &[]).await;
    assert_eq!((given.status, given.text("/scope").as_str()), (StatusCode::OK, "microcredential enrolment"));
    assert!(given.json().get("authorization_details").is_none());
    let access = given.text("/access_token");
    assert_eq!(collected(&app, &access, wanted).await.status, StatusCode::OK);
    let badge = |proof: &str| json!({"credential_configuration_id": "enrolment-sd-jwt", "proofs": {"jwt": [proof]}});
    assert_eq!(collected(&app, &access, badge).await.status, StatusCode::OK);
    assert_eq!(app.issued().await, 2);
    assert_eq!(app.rows("offer.made", "asked").await, 2);
}

async fn what_waits_is_collected_in_detail(on: On) {
    let app = App::new(on).await;
    app.award(&microcredential()).await;
    app.award(&enrolment()).await;
    let asked = details(&["microcredential-open-badge"]);
    let waiting = signed_in(&app, &[("authorization_details", &asked)], EDUID).await;
    let shown = page(&app, &waiting.path, &waiting.cookie).await;
    assert!(shown.body.contains("Data-analyse basis") && !shown.body.contains("Communicatie"));
    let given = token(&app, &allowed(&app, &waiting).await, &waiting.verifier, &[]).await.json();
    let detail = &given["authorization_details"][0];
    assert_eq!((&detail["credential_configuration_id"], given.get("scope")), (&json!("microcredential-open-badge"), None));
    let access = given["access_token"].as_str().unwrap();
    // Named, so asked for by name; and nothing else.
    let by_id = |proof: &str| json!({"credential_configuration_id": "microcredential-open-badge", "proofs": {"jwt": [proof]}});
    assert_eq!(collected(&app, access, by_id).await.error(), error(400, "invalid_credential_request"));
    let identifier = detail["credential_identifiers"][0].clone();
    let by_name = |proof: &str| json!({"credential_identifier": identifier, "proofs": {"jwt": [proof]}});
    assert_eq!(collected(&app, access, by_name).await.status, StatusCode::OK);
    assert_eq!(app.issued().await, 1);
}

async fn several_of_one_kind_have_identifiers(on: On) {
    let app = App::new(on).await;
    let mut other = microcredential();
    other["reference"] = json!("result-2");
    for body in [microcredential(), other] {
        app.award(&body).await;
    }
    let waiting = signed_in(&app, &[("scope", "microcredential")], EDUID).await;
    let given = token(&app, &allowed(&app, &waiting).await, &waiting.verifier, &[]).await.json();
    let details = given["authorization_details"].as_array().unwrap();
    let sd_jwt = details.iter().find(|detail| detail["credential_configuration_id"] == "microcredential-sd-jwt").unwrap();
    let identifiers = sd_jwt["credential_identifiers"].as_array().unwrap();
    assert_eq!(identifiers.len(), 2);
    for identifier in identifiers {
        let body = |proof: &str| json!({"credential_identifier": identifier, "proofs": {"jwt": [proof]}});
        assert_eq!(collected(&app, given["access_token"].as_str().unwrap(), body).await.status, StatusCode::OK);
    }
    assert_eq!(app.issued().await, 2);
}

/// Row X7: an award that came after the page was shown is not given with it.
async fn nothing_is_allowed_that_was_not_shown(on: On) {
    let app = App::new(on).await;
    app.award(&microcredential()).await;
    let waiting = signed_in(&app, &[("scope", "microcredential enrolment")], EDUID).await;
    let shown = page(&app, &waiting.path, &waiting.cookie).await;
    let seen = shown.body.split_once("name=\"seen\" value=\"").and_then(|(_, rest)| rest.split('"').next()).unwrap().to_owned();
    app.award(&enrolment()).await;
    let before = app.row_counts().await;
    let csrf = csrf(&shown);
    for seen in [Some(seen.as_str()), Some("x"), None] {
        let mut pairs = vec![("csrf", csrf.as_str()), ("choice", "allow")];
        pairs.extend(seen.map(|seen| ("seen", seen)));
        let sent = post(&app, &waiting.path, &waiting.cookie, &pairs).await;
        assert_eq!(sent.status, StatusCode::CONFLICT);
        assert!(sent.body.contains("data-error=\"request_changed\""));
    }
    assert_eq!(app.row_counts().await, before);
    // Looked at again, everything that is shown is given.
    assert!(answered(&app, &waiting, "allow").await.starts_with(BACK));
}

async fn what_was_taken_back_meanwhile_is_not_collected(on: On) {
    let app = App::new(on).await;
    let id = app.award(&microcredential()).await.text("/id");
    let waiting = signed_in(&app, &[("scope", "microcredential")], EDUID).await;
    let code = allowed(&app, &waiting).await;
    let mut changed = microcredential();
    changed["learner"] = json!({"given_name": "Samira", "family_name": "de Vries"});
    let parked = app.api(axum::http::Method::PUT, &format!("/api/v1/awards/{id}"), Some(super::KEY), Some(&changed)).await;
    assert_eq!(parked.text("/decision"), "parked", "{}", parked.body);
    assert_eq!(token(&app, &code, &waiting.verifier, &[]).await.error(), error(400, "invalid_grant"));
    assert_eq!(app.count("SELECT COUNT(*) FROM access_grant").await, 0);
}

async fn a_link_that_was_made_before_goes_on(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let asked = details(&["microcredential-sd-jwt"]);
    let waiting = signed_in(&app, &[("authorization_details", &asked)], EDUID).await;
    let given = token(&app, &allowed(&app, &waiting).await, &waiting.verifier, &[]).await.json();
    // The same offer: no second one was made, and the link still opens.
    assert_eq!(app.count("SELECT COUNT(*) FROM offer").await, 1);
    let path = format!("/{}/offers/{}", super::SLUG, offer["id"].as_str().unwrap());
    assert_eq!(app.get(&path).await.status, StatusCode::OK);
    // Opening it ends what was granted before and has issued nothing (interfaces.md section 4).
    let late = app.credential(given["access_token"].as_str(), &json!({})).await;
    assert_eq!(late.error(), error(401, "invalid_token"));
}

async fn the_page_says_why_nothing_waits(on: On) {
    let app = App::new(on).await;
    let shown = |eduid: &'static str| {
        let app = &app;
        async move {
            let waiting = signed_in(app, &[("scope", "microcredential")], eduid).await;
            (page(app, &waiting.path, &waiting.cookie).await.body, waiting)
        }
    };
    let (unknown, waiting) = shown("5e1d-nobody-knows").await;
    assert!(unknown.contains("We vinden nog niets van jou") && !unknown.contains("value=\"allow\""), "{unknown}");
    let english = page(&app, &format!("{}?lang=en", waiting.path), &waiting.cookie).await.body;
    assert!(english.contains("We find nothing of yours yet"));
    // A yes to nothing is no yes; the way back tells the wallet, and the person's row is all that there is.
    let csrf = csrf(&page(&app, &waiting.path, &waiting.cookie).await);
    let allow = post(&app, &waiting.path, &waiting.cookie, &[("csrf", &csrf), ("choice", "allow")]).await;
    assert_eq!(allow.status, StatusCode::NOT_FOUND);
    let back = answered(&app, &waiting, "refuse").await;
    assert_eq!((parameter(&back, "error").as_deref(), parameter(&back, "iss")), (Some("access_denied"), Some(identifier())));
    // Something is there, and not decided: its learner is told so.
    let id = app.award(&microcredential()).await.text("/id");
    let mut tx = app.issuer.store().write().await.unwrap();
    let award = tx.award(super::SLUG, &model::award::AwardId::new(id)).await.unwrap().unwrap();
    assert!(tx.park_award(&award, &[model::award::Missing::Unfit], app.now()).await.unwrap());
    tx.commit().await.unwrap();
    assert!(shown(EDUID).await.0.contains("Het is nog niet klaar"));
    app.award(&enrolment()).await;
    let other = "5e1d0000-0000-4000-8000-000000000002";
    let mut of_other = enrolment();
    of_other["learner"]["eduid"] = json!(other);
    of_other["reference"] = json!("enrolment-2");
    app.award(&of_other).await;
    assert!(shown("5e1d0000-0000-4000-8000-000000000002").await.0.contains("Er ligt nu niets voor je klaar"));
}

async fn details_are_of_this_issuer(on: On) {
    let app = App::new(on).await;
    let before = app.count("SELECT COUNT(*) FROM authorization_request").await;
    let elsewhere = details(&["microcredential-sd-jwt"]).replace(&identifier(), "https://other.example");
    for (name, value, code) in [
        ("authorization_details", elsewhere.as_str(), "invalid_authorization_details"),
        ("authorization_details", &details(&["unknown"]), "invalid_authorization_details"),
        ("resource", "https://other.example", "invalid_target"),
    ] {
        assert_eq!(push(&app, &[("scope", "microcredential"), (name, value)], &[]).await.error(), error(400, code), "{value}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM authorization_request").await, before);
}

/// A pushed request's parameters, and what makes it a bad one.
type Pairs = Vec<(&'static str, String)>;
type Change = Box<dyn Fn(&mut Pairs)>;

async fn rows_p1_to_p6(on: On) {
    let app = App::new(on).await;
    let challenge = openid4vc::pkce::challenge(&openid4vc::pkce::verifier(&vc::random::SystemRandom));
    let pushed = |change: Change| {
        let mut pairs: Pairs = vec![
            ("response_type", "code".into()),
            ("client_id", super::WALLET.into()),
            ("redirect_uri", BACK.into()),
            ("scope", "microcredential".into()),
            ("code_challenge", challenge.clone()),
            ("code_challenge_method", "S256".into()),
            ("client_assertion_type", openid4vc::client_assertion::TYPE.into()),
            ("client_assertion", app.assertion(None)),
        ];
        change(&mut pairs);
        let app = &app;
        async move { app.form("/par", &pairs.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>()).await }
    };
    let mut before = app.row_counts().await;
    let set = |name: &'static str, value: &'static str| -> Change {
        Box::new(move |pairs| {
            pairs.retain(|(own, _)| *own != name);
            pairs.push((name, value.to_owned()));
        })
    };
    for (row, change, code) in [
        ("P1", set("code_challenge_method", "plain"), "invalid_request"),
        ("P1", set("code_challenge", ""), "invalid_request"),
        ("P2", set("redirect_uri", "http://localhost:8080/connect/callback/x"), "invalid_request"),
        ("P2", set("redirect_uri", "http://localhost:8081/connect/callback"), "invalid_request"),
        ("P2", set("redirect_uri", "http://localhost:8080/x/../connect/callback"), "invalid_request"),
        ("P2", set("redirect_uri", "http://localhost:8080/connect/callback?x=1"), "invalid_request"),
        ("P5", Box::new(|pairs: &mut Pairs| pairs.push(("scope", "enrolment".into()))), "invalid_request"),
        ("P6", set("authorization_details", "not json"), "invalid_authorization_details"),
        ("P6", set("authorization_details", r#"[{"type":"payment"}]"#), "invalid_authorization_details"),
    ] {
        let refused = pushed(change).await;
        assert_eq!(refused.error(), error(400, code), "{row}");
        assert!(refused.body.len() <= 1024 && refused.headers["cache-control"] == "no-store", "{row}");
        assert!(!refused.headers.contains_key("location"), "{row}");
        // Whoever showed itself before something else was wrong has used its assertion up, and nothing else is there.
        if ["P2", "P6"].contains(&row) {
            *before.get_mut("spent").unwrap() += 1;
        }
        assert_eq!(app.row_counts().await, before, "{row}");
    }
    // P3: plain parameters are refused on a page, whatever address they name.
    let plain =
        format!("/{}/authorize?response_type=code&client_id={}&redirect_uri={BACK}&scope=microcredential", super::SLUG, super::WALLET);
    let refused = app.get(&plain).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.body.contains("data-error=\"invalid_request\"") && !refused.headers.contains_key("location"));
    assert_eq!(app.row_counts().await, before, "P3");
    // P4: once, by its own client, for a minute.
    let good = pushed(Box::new(|_| ())).await;
    assert_eq!(good.status, StatusCode::CREATED, "{}", good.body);
    let uri = good.text("/request_uri");
    let begun = |client: &str, uri: &str| {
        let query = openid4vc::form::encode([("client_id", client), ("request_uri", uri)]);
        let (app, path) = (&app, format!("/{}/authorize?{query}", super::SLUG));
        async move { app.get(&path).await }
    };
    let said = |answer: super::Answer| {
        assert!(!answer.headers.contains_key("location"));
        let code = answer.body.split_once("data-error=\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default().to_owned();
        (answer.status.as_u16(), code)
    };
    let (refused, before) = (error(400, "invalid_request_uri"), app.row_counts().await);
    assert_eq!(said(begun("demo-wallet", &uri).await), refused);
    // eduID cannot be reached from here, so the first use ends there; it is a use all the same.
    assert_eq!(said(begun(super::WALLET, &uri).await), error(502, "login_unavailable"));
    let states = "SELECT state FROM authorization_request ORDER BY 1";
    let first = app.look().await.texts(states).await;
    for client in [super::WALLET, "demo-wallet"] {
        assert_eq!(said(begun(client, &uri).await), refused);
    }
    assert_eq!((app.look().await.texts(states).await, app.row_counts().await), (first, before), "the first use is as it was");
    let late = pushed(Box::new(|_| ())).await.text("/request_uri");
    let before = app.row_counts().await;
    app.clock.advance_seconds(61);
    assert_eq!(said(begun(super::WALLET, &late).await), refused);
    assert_eq!(app.row_counts().await, before);
}
