//! Rows C1 to C15 at the credential endpoint, what a credential says, and repeated answers.

use axum::http::{Method, StatusCode};
use openid4vc::proof;
use serde_json::{Map, Value, json};
use vc::encoding::b64url;
use vc::key::{Algorithm, SigningKey};
use vc::sd_jwt::SdJwt;
use vc::x509::Chain;

use super::{App, KEY, On, SLUG, enrolment, error, identifier, on_each_database, wanted};

on_each_database! {
    a_collected_credential_says_what_was_awarded,
    a_proof_of_enrolment_ends_and_is_coarse,
    rows_c1_and_c2_tokens,
    rows_c4_to_c8_requests,
    rows_c9_and_c11_to_c15_proofs,
    row_c15_a_private_key_is_in_no_log,
    row_c10_nonces,
    the_same_key_gets_the_same_bytes_until_the_notification,
}

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

async fn a_collected_credential_says_what_was_awarded(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let holder = key();
    let text = app.collect(&offer, &holder).await;
    let credential = SdJwt::parse(&text).unwrap();
    let claims = credential.disclosed_claims();
    assert_eq!(claims["iss"], identifier());
    assert_eq!(claims["vct"], vc::bundled::MICROCREDENTIAL_VCT);
    let metadata = app.get("/vct/nl-microcredential/1").await.body;
    assert_eq!(claims["vct#integrity"], vc::encoding::integrity(metadata.as_bytes()));
    assert_eq!(claims["programme_identifiers"], json!(["34401"]));
    assert_eq!(claims["title"], "Data-analyse basis");
    assert_eq!(claims["result"]["value"], "8");
    assert_eq!(claims["workload"], json!({"unit": "ects", "value": 5}));
    assert_eq!(claims["given_name"], "Samira");
    assert_eq!(claims["iat"].as_i64().unwrap() % 86_400, 0);
    assert!(claims.get("exp").is_none());
    assert_eq!(claims["cnf"]["jwk"]["x"], holder.public_jwk().unwrap().to_value()["x"]);
    let open = credential.reveal(&[]).unwrap();
    for hidden in ["given_name", "family_name", "birthdate", "result", "awarded_date", "holder_identity"] {
        assert!(open.disclosed_claims().get(hidden).is_none(), "{hidden}");
    }
    let chain = Chain::from_x5c(&credential.jwt().x5c().unwrap()).unwrap();
    let leaf = chain.verify(&[app.authority.anchor_der().to_vec()], app.now().seconds()).unwrap();
    assert_eq!(leaf.san_uris, [identifier()]);
}

async fn a_proof_of_enrolment_ends_and_is_coarse(on: On) {
    let app = App::new(on).await;
    let award = app.award(&enrolment()).await.text("/id");
    let offer = app.offer(&json!({"award": award})).await.json();
    let token = app.token(&offer).await;
    let body = json!({"credential_configuration_id": "enrolment-sd-jwt", "proofs": {"jwt": [app.proof(&key()).await]}});
    let answer = app.credential(Some(&token), &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let credential = SdJwt::parse(&answer.text("/credentials/0/credential")).unwrap();
    let claims = credential.disclosed_claims();
    assert_eq!(claims["as_of"], "2026-11-22");
    assert_eq!(
        claims["holder_identity"],
        json!({"name_source": "institution", "assurance": "institution_records", "checked_on": "2026-11-22"})
    );
    assert_eq!(claims["is_enrolled"], true);
    assert_eq!(claims["crohoCreboCode"], "34401");
    assert_eq!(claims["exp"].as_i64().unwrap() % 86_400, 0);
    assert!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap() <= 184 * 86_400);
}

async fn rows_c1_and_c2_tokens(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let body = wanted(&app.proof(&key()).await);
    let before = app.row_counts().await;
    let nobody = app.credential(None, &body).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    assert_eq!(nobody.headers["www-authenticate"], "DPoP algs=\"ES256 EdDSA\"");
    let unknown = app.credential(Some("unknown"), &body).await;
    assert_eq!(unknown.error(), error(401, "invalid_token"));
    assert_eq!(unknown.headers["www-authenticate"], "DPoP error=\"invalid_token\", algs=\"ES256 EdDSA\"");
    let elsewhere = super::request(Method::POST, "/roc-voorbeeld/credential", Some(&token))
        .header("content-type", "application/json")
        .body(axum::body::Body::from(body.to_string()))
        .unwrap();
    assert_eq!(app.send(elsewhere).await.error(), error(401, "invalid_token"));
    app.clock.advance_seconds(301);
    assert_eq!(app.credential(Some(&token), &body).await.error(), error(401, "invalid_token"));
    assert_eq!(app.row_counts().await, before);
}

async fn rows_c4_to_c8_requests(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let proof = app.proof(&key()).await;
    let cases = [
        (json!({"credential_configuration_id": "diploma", "proofs": {"jwt": [proof]}}), "unknown_credential_configuration"),
        (json!({"credential_identifier": "x", "proofs": {"jwt": [proof]}}), "unknown_credential_identifier"),
        (json!({"proofs": {"jwt": [proof]}}), "invalid_credential_request"),
        (
            json!({"credential_configuration_id": "microcredential-sd-jwt", "credential_identifier": "x", "proofs": {"jwt": [proof]}}),
            "invalid_credential_request",
        ),
        (json!({"credential_configuration_id": "microcredential-sd-jwt"}), "invalid_proof"),
        (json!({"credential_configuration_id": "microcredential-sd-jwt", "proofs": {}}), "invalid_proof"),
        (
            json!({"credential_configuration_id": "microcredential-sd-jwt", "proofs": {"jwt": [proof], "attestation": [proof]}}),
            "invalid_credential_request",
        ),
        (json!({"credential_configuration_id": "microcredential-sd-jwt", "proof": {"proof_type": "jwt", "jwt": proof}}), "invalid_proof"),
        (json!({"credential_configuration_id": "microcredential-sd-jwt", "proofs": {"jwt": [proof, proof]}}), "invalid_credential_request"),
        (
            json!({"credential_configuration_id": "microcredential-vc-sd-jwt", "proofs": {"jwt": [proof]}}),
            "unknown_credential_configuration",
        ),
        (json!({"credential_configuration_id": "enrolment-sd-jwt", "proofs": {"jwt": [proof]}}), "credential_request_denied"),
    ];
    let before = app.row_counts().await;
    for (body, code) in cases {
        let answer = app.credential(Some(&token), &body).await;
        assert_eq!(answer.error(), error(400, code), "{body}");
        assert!(answer.body.len() <= 1024 && answer.headers["cache-control"] == "no-store", "{body}");
    }
    assert_eq!((app.issued().await, app.row_counts().await), (0, before));
    // None of them used the nonce or the offer up.
    assert_eq!(app.credential(Some(&token), &wanted(&proof)).await.status, StatusCode::OK);
}

/// A private member that no key has.
const SECRET: &str = "c2VjcmV0LXNjYWxhci1vZi10aGUtaG9sZGVyLTEyMzQ";

/// A wallet that shows its private key is refused, and nobody reads it afterwards: not in the answer, the log or the database.
async fn row_c15_a_private_key_is_in_no_log(on: On) {
    let log = testkit::log::capture();
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let (token, holder) = (app.token(&offer).await, key());
    let mut jwk = holder.public_jwk().unwrap().to_value();
    jwk["d"] = json!(SECRET);
    let header = json!({"alg": "ES256", "typ": "openid4vci-proof+jwt", "jwk": jwk});
    let payload = json!({"aud": identifier(), "iat": app.now().seconds(), "nonce": app.nonce().await});
    let proof = jwt(&header, &payload, &holder);
    let before = app.row_counts().await;
    let refused = app.credential(Some(&token), &wanted(&proof)).await;
    assert_eq!(refused.error(), error(400, "invalid_proof"));
    assert_eq!(app.row_counts().await, before);
    let written = log.text();
    assert!(written.contains("/credential"), "the log has the request: {written}");
    let (head, _) = proof.split_once('.').unwrap();
    for secret in [SECRET, head, "secret-scalar-of-the-holder"] {
        assert!(!written.contains(secret) && !refused.body.contains(secret), "{secret}");
    }
    for table in app.look().await.tables().await {
        for cell in app.look().await.all(&format!("SELECT * FROM {table}")).await.into_iter().flatten() {
            assert!(!format!("{cell:?}").contains(SECRET), "{table}");
        }
    }
}

fn jwt(header: &Value, payload: &Value, key: &SigningKey) -> String {
    let input = format!("{}.{}", b64url(header.to_string()), b64url(payload.to_string()));
    format!("{input}.{}", b64url(key.sign(input.as_bytes()).unwrap()))
}

async fn rows_c9_and_c11_to_c15_proofs(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let (holder, nonce) = (key(), app.nonce().await);
    let jwk = holder.public_jwk().unwrap().to_value();
    let mut private: Map<String, Value> = jwk.as_object().unwrap().clone();
    private.insert("d".into(), json!(SECRET));
    let header = json!({"alg": "ES256", "typ": "openid4vci-proof+jwt", "jwk": jwk});
    let payload = json!({"aud": identifier(), "iat": app.now().seconds(), "nonce": nonce});
    let change = |value: &Value, name: &str, to: Value| {
        let mut changed = value.clone();
        changed[name] = to;
        changed
    };
    let mut without_nonce = payload.clone();
    without_nonce.as_object_mut().unwrap().remove("nonce");
    let refused = [
        ("C9", jwt(&header, &without_nonce, &holder)),
        ("C11 none", jwt(&change(&header, "alg", json!("none")), &payload, &holder)),
        ("C11 HS256", jwt(&change(&header, "alg", json!("HS256")), &payload, &holder)),
        ("C12", jwt(&change(&header, "typ", json!("JWT")), &payload, &holder)),
        ("C13", jwt(&header, &change(&payload, "aud", json!("http://localhost:8081/roc-voorbeeld")), &holder)),
        ("C13 two", jwt(&header, &change(&payload, "aud", json!([identifier(), "https://other.example"])), &holder)),
        ("C14", jwt(&change(&header, "kid", json!("did:jwk:x")), &payload, &holder)),
        ("C15", jwt(&change(&header, "jwk", Value::Object(private)), &payload, &holder)),
        ("signature", jwt(&header, &payload, &key())),
        ("old", jwt(&header, &change(&payload, "iat", json!(app.now().seconds() - 400)), &holder)),
    ];
    let before = app.row_counts().await;
    for (row, proof) in refused {
        assert_eq!(app.credential(Some(&token), &wanted(&proof)).await.error(), error(400, "invalid_proof"), "{row}");
    }
    assert_eq!(app.row_counts().await, before);
    assert_eq!(app.credential(Some(&token), &wanted(&jwt(&header, &payload, &holder))).await.status, StatusCode::OK);
}

async fn row_c10_nonces(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let holder = key();
    let with = |nonce: &str| proof::build(&holder, &identifier(), Some(nonce), app.now().seconds(), None).unwrap();
    let before = app.row_counts().await;
    for made_up in ["made-up", &b64url([0u8; 40])] {
        assert_eq!(app.credential(Some(&token), &wanted(&with(made_up))).await.error(), error(400, "invalid_nonce"));
    }
    let other = super::request(Method::POST, "/roc-voorbeeld/nonce", None).body(axum::body::Body::empty()).unwrap();
    let foreign = app.send(other).await.text("/c_nonce");
    assert_eq!(app.credential(Some(&token), &wanted(&with(&foreign))).await.error(), error(400, "invalid_nonce"));
    assert_eq!(app.row_counts().await, before);
    let used = app.nonce().await;
    let used_proof = with(&used);
    assert_eq!(app.credential(Some(&token), &wanted(&used_proof)).await.status, StatusCode::OK);
    let before = app.row_counts().await;
    assert_eq!(app.credential(Some(&token), &wanted(&used_proof)).await.error(), error(400, "invalid_nonce"));
    assert_eq!(app.row_counts().await, before);
    let old = app.nonce().await;
    app.clock.advance_seconds(301);
    let fetched = app.get(&format!("/{SLUG}/offers/{}", offer["id"].as_str().unwrap())).await;
    let again = json!({"credential_offer": fetched.json(), "tx_code": offer["tx_code"]});
    let token = app.token(&again).await;
    assert_eq!(app.credential(Some(&token), &wanted(&with(&old))).await.error(), error(400, "invalid_nonce"));
}

async fn the_same_key_gets_the_same_bytes_until_the_notification(on: On) {
    let app = App::new(on).await;
    let (award, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let holder = key();
    let first = app.credential(Some(&token), &wanted(&app.proof(&holder).await)).await;
    let second = app.credential(Some(&token), &wanted(&app.proof(&holder).await)).await;
    assert_eq!((first.status, &first.body), (StatusCode::OK, &second.body));
    assert_eq!(app.credential(Some(&token), &wanted(&app.proof(&key()).await)).await.error(), error(400, "credential_request_denied"));

    // A lost answer heals by opening the link again.
    let path = format!("/{SLUG}/offers/{}", offer["id"].as_str().unwrap());
    let healed = json!({"credential_offer": app.get(&path).await.json(), "tx_code": offer["tx_code"]});
    let token = app.token(&healed).await;
    let third = app.credential(Some(&token), &wanted(&app.proof(&holder).await)).await;
    assert_eq!(third.body, first.body);
    assert_eq!(app.issued().await, 1);

    for (body, code) in [
        (json!({"notification_id": "unknown", "event": "credential_accepted"}), "invalid_notification_id"),
        (json!({"notification_id": first.text("/notification_id"), "event": "Credential_Accepted"}), "invalid_notification_request"),
        (json!({"notification_id": first.text("/notification_id")}), "invalid_notification_request"),
    ] {
        assert_eq!(app.api(Method::POST, "/notification", Some(&token), Some(&body)).await.error(), error(400, code));
    }
    let told = json!({"notification_id": first.text("/notification_id"), "event": "credential_accepted"});
    for _ in 0..3 {
        assert_eq!(app.api(Method::POST, "/notification", Some(&token), Some(&told)).await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(app.get(&path).await.error(), error(410, "offer_gone"));
    let late = app.credential(Some(&token), &wanted(&app.proof(&holder).await)).await;
    assert_eq!(late.error(), error(400, "credential_request_denied"));
    assert_eq!(app.offer(&json!({"award": award})).await.error(), error(409, "award_issued"));
    let state = app.api(Method::GET, &format!("/api/v1/offers/{}", offer["id"].as_str().unwrap()), Some(KEY), None).await;
    assert_eq!(state.text("/state"), "issued");
}
