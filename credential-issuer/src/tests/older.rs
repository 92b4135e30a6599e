//! Wallets of drafts (row C8): each bridge open and closed, and a wallet of DIIP v4 that needs several.

use axum::http::StatusCode;
use serde_json::{Value, json};
use vc::encoding::b64url;
use vc::key::{Algorithm, SigningKey};
use vc::sd_jwt::SdJwt;

use super::{Answer, App, On, SLUG, error, identifier, on_each_database};

on_each_database! {
    row_c8_a_single_proof,
    a_format_instead_of_an_id,
    vc_sd_jwt_has_forms_of_its_own,
    nonces_in_answers,
    metadata_repeats_what_drafts_look_for,
    metadata_names_proofs_of_one_type_where_others_put_wallets_off,
    a_wallet_of_diip_v4_collects,
}

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

/// A key proof as wallets of DIIP v4 make it: the key is a `did:jwk` in `kid`.
fn by_did(app: &App, holder: &SigningKey, nonce: &str) -> String {
    let did = vc::did::jwk_did(&holder.public_jwk().unwrap());
    let header = json!({"alg": "ES256", "typ": "openid4vci-proof+jwt", "kid": format!("{did}#0")});
    let payload = json!({"aud": identifier(), "iat": app.now().seconds(), "nonce": nonce, "iss": "some-client"});
    let input = format!("{}.{}", b64url(header.to_string()), b64url(payload.to_string()));
    format!("{input}.{}", b64url(holder.sign(input.as_bytes()).unwrap()))
}

async fn single(app: &App, token: &str, mut body: Value) -> Answer {
    body["proof"] = json!({"proof_type": "jwt", "jwt": app.proof(&key()).await});
    app.credential(Some(token), &body).await
}

fn typ(answer: &Answer) -> Option<String> {
    let text = answer.text("/credentials/0/credential");
    SdJwt::parse(&text).unwrap().jwt().typ().map(str::to_owned)
}

async fn row_c8_a_single_proof(on: On) {
    let closed = App::new(on).await;
    let (_, offer) = closed.offered().await;
    let token = closed.token(&offer).await;
    let before = closed.row_counts().await;
    let wanted = json!({"credential_configuration_id": "microcredential-sd-jwt"});
    assert_eq!(single(&closed, &token, wanted.clone()).await.error(), error(400, "invalid_proof"));
    assert_eq!(closed.row_counts().await, before);

    let open = App::issuing(on, |issuing| {
        issuing.compat.single_proof = true;
        issuing.compat.single_credential_in_answers = true;
    })
    .await;
    let (_, offer) = open.offered().await;
    let token = open.token(&offer).await;
    // Both at once are no draft's words: what 1.0 says is read.
    let both = json!({"credential_configuration_id": "microcredential-sd-jwt", "proofs": {}});
    assert_eq!(single(&open, &token, both).await.error(), error(400, "invalid_proof"));
    let answer = single(&open, &token, wanted).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(answer.text("/credential"), answer.text("/credentials/0/credential"));
    assert!(answer.json().get("c_nonce").is_none());
}

async fn a_format_instead_of_an_id(on: On) {
    let closed = App::new(on).await;
    let (_, offer) = closed.offered().await;
    let token = closed.token(&offer).await;
    let by_format =
        |format: &str, proof: &str| json!({"format": format, "vct": vc::bundled::MICROCREDENTIAL_VCT, "proofs": {"jwt": [proof]}});
    let before = closed.row_counts().await;
    let answer = closed.credential(Some(&token), &by_format("dc+sd-jwt", &closed.proof(&key()).await)).await;
    assert_eq!(answer.error(), error(400, "invalid_credential_request"));
    assert_eq!(closed.row_counts().await, before);

    let open = App::issuing(on, |issuing| issuing.compat.format_in_request = true).await;
    let (_, offer) = open.offered().await;
    let token = open.token(&offer).await;
    let mut other = by_format("vc+sd-jwt", &open.proof(&key()).await);
    other["vct"] = json!("https://other.example/type");
    assert_eq!(open.credential(Some(&token), &other).await.error(), error(400, "unknown_credential_configuration"));
    let answer = open.credential(Some(&token), &by_format("vc+sd-jwt", &open.proof(&key()).await)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    // The one form that is offered is what it was offered as.
    assert_eq!(typ(&answer).as_deref(), Some("dc+sd-jwt"));
    assert!(answer.json().get("credential").is_none());
}

async fn vc_sd_jwt_has_forms_of_its_own(on: On) {
    let app = App::issuing(on, |issuing| issuing.compat.vc_sd_jwt = true).await;
    let (_, offer) = app.offered().await;
    assert_eq!(offer["credential_offer"]["credential_configuration_ids"], json!(["microcredential-sd-jwt", "microcredential-vc-sd-jwt"]));
    let token = app.token(&offer).await;
    for (form, expected) in [("microcredential-sd-jwt", "dc+sd-jwt"), ("microcredential-vc-sd-jwt", "vc+sd-jwt")] {
        let holder = key();
        let answer = app.form_of(&token, form, &holder).await;
        assert_eq!(typ(&answer).as_deref(), Some(expected), "{form}: {}", answer.body);
        assert_eq!(app.form_of(&token, form, &holder).await.body, answer.body);
    }
    assert_eq!(app.issued().await, 2);
}

async fn nonces_in_answers(on: On) {
    let app = App::issuing(on, |issuing| issuing.compat.c_nonce_in_answers = true).await;
    let (_, offer) = app.offered().await;
    let pairs = [("grant_type", super::PRE_AUTHORIZED), ("pre-authorized_code", super::code(&offer)), ("tx_code", super::tx_code(&offer))];
    let answer = app.form("/token", &pairs).await;
    assert_eq!(answer.json()["c_nonce_expires_in"], 300);
    // What the token answer brought is good for a proof, and so is what the credential answer brings, once each.
    let (token, holder) = (answer.text("/access_token"), key());
    let mut nonce = answer.text("/c_nonce");
    for _ in 0..2 {
        let proof = openid4vc::proof::build(&holder, &identifier(), Some(&nonce), app.now().seconds(), None).unwrap();
        let answer = app.credential(Some(&token), &super::wanted(&proof)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(app.credential(Some(&token), &super::wanted(&proof)).await.error(), error(400, "invalid_nonce"));
        nonce = answer.text("/c_nonce");
    }
}

async fn metadata_repeats_what_drafts_look_for(on: On) {
    let app = App::issuing(on, |issuing| issuing.compat.flat_metadata = true).await;
    let metadata = app.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await.json();
    for one in metadata["credential_configurations_supported"].as_object().unwrap().values() {
        for member in ["display", "claims"] {
            assert_eq!(one[member], one["credential_metadata"][member]);
        }
    }
}

async fn metadata_names_proofs_of_one_type_where_others_put_wallets_off(on: On) {
    let app = App::issuing(on, |issuing| issuing.compat.jwt_proofs_alone = true).await;
    let metadata = app.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await.json();
    for one in metadata["credential_configurations_supported"].as_object().unwrap().values() {
        assert_eq!(one["proof_types_supported"].as_object().unwrap().keys().collect::<Vec<_>>(), ["jwt"]);
    }
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    assert_eq!(app.credential(Some(&token), &super::wanted(&app.proof(&key()).await)).await.status, StatusCode::OK);
}

async fn a_wallet_of_diip_v4_collects(on: On) {
    let app = App::issuing(on, |issuing| {
        let compat = &mut issuing.compat;
        (compat.single_proof, compat.vc_sd_jwt, compat.flat_metadata) = (true, true, true);
    })
    .await;
    let (_, offer) = app.offered().await;
    // It looks for the form that it knows among those that are offered, by the metadata at the older address.
    let metadata = app.get(&format!("/{SLUG}/.well-known/openid-credential-issuer")).await.json();
    let ids = offer["credential_offer"]["credential_configuration_ids"].as_array().unwrap();
    let known = |id: &&Value| metadata["credential_configurations_supported"][id.as_str().unwrap()]["format"] == "vc+sd-jwt";
    let id = ids.iter().find(known).unwrap();
    assert!(metadata["credential_configurations_supported"][id.as_str().unwrap()]["display"].is_array());
    let (token, holder, nonce) = (app.token(&offer).await, key(), app.nonce().await);
    let body = json!({"credential_configuration_id": id, "proof": {"proof_type": "jwt", "jwt": by_did(&app, &holder, &nonce)}});
    let answer = app.credential(Some(&token), &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(typ(&answer).as_deref(), Some("vc+sd-jwt"));
    let credential = SdJwt::parse(&answer.text("/credentials/0/credential")).unwrap();
    assert_eq!(credential.disclosed_claims()["cnf"]["jwk"]["x"], holder.public_jwk().unwrap().to_value()["x"]);
}
