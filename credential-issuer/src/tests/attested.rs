//! Key proofs of type `attestation` and `di_vp`, and institutions that ask for attested keys (OpenID4VCI appendix F).

use axum::http::StatusCode;
use openid4vc::key_attestation::{self, KeyAttestation};
use openid4vc::{TrustedAttester, di_vp, proof};
use serde_json::{Value, json};
use vc::key::{Algorithm, Jwk, SigningKey};
use vc::sd_jwt::SdJwt;

use super::batches::texts;
use super::{Answer, App, On, SLUG, error, identifier, on_each_database};
use crate::KeyAttestationRule;

on_each_database! {
    vci_f3_an_attestation_stands_for_all_its_keys,
    vci_f3_attestations_that_do_not_hold,
    vci_f1_a_proof_with_an_attestation,
    vci_f2_a_presentation_as_key_proof,
    an_institution_asks_for_attested_keys,
}

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

/// An issuer that believes a wallet provider's word, with the provider's key.
async fn believing(on: On, required: Option<KeyAttestationRule>) -> (App, SigningKey) {
    let provider = key();
    let attester = TrustedAttester { keys: vec![provider.public_jwk().unwrap()], ..TrustedAttester::default() };
    let change = |config: &mut crate::Config| {
        config.attesters = vec![attester];
        config.institutions[0].issuing.key_attestation = required;
    };
    let app = App::new(on).await.changed(change).await;
    (app, provider)
}

fn attested(app: &App, keys: &[SigningKey], nonce: Option<String>) -> KeyAttestation {
    let now = app.now().seconds();
    KeyAttestation {
        keys: keys.iter().map(|key| key.public_jwk().unwrap()).collect::<Vec<Jwk>>(),
        iat: now,
        exp: Some(now + 3_600),
        nonce,
        key_storage: vec!["iso_18045_moderate".to_owned()],
        user_authentication: vec!["iso_18045_basic".to_owned()],
        certification: None,
        issuer: None,
        status: None,
    }
}

async fn ask(app: &App, token: &str, kind: &str, proof: Value) -> Answer {
    app.credential(Some(token), &json!({"credential_configuration_id": "microcredential-sd-jwt", "proofs": {kind: [proof]}})).await
}

async fn vci_f3_an_attestation_stands_for_all_its_keys(on: On) {
    let (app, provider) = believing(on, None).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let keys = [key(), key(), key()];
    let attestation = key_attestation::build(&provider, &[], &attested(&app, &keys, Some(app.nonce().await))).unwrap();
    let answer = ask(&app, &token, "attestation", json!(attestation)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let bound: Vec<Value> =
        texts(&answer).iter().map(|text| SdJwt::parse(text).unwrap().disclosed_claims()["cnf"]["jwk"]["x"].clone()).collect();
    let meant: Vec<Value> = keys.iter().map(|key| key.public_jwk().unwrap().to_value()["x"].clone()).collect();
    assert_eq!(bound, meant);
    // The same attestation is a used nonce, and another one of the same keys gets the same credentials.
    assert_eq!(ask(&app, &token, "attestation", json!(attestation)).await.error(), error(400, "invalid_nonce"));
    let fresh = key_attestation::build(&provider, &[], &attested(&app, &keys, Some(app.nonce().await))).unwrap();
    assert_eq!(ask(&app, &token, "attestation", json!(fresh)).await.body, answer.body);
}

async fn vci_f3_attestations_that_do_not_hold(on: On) {
    let (app, provider) = believing(on, None).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let nonce = app.nonce().await;
    let good = attested(&app, &[key()], Some(nonce.clone()));
    let build = |key: &SigningKey, attestation: &KeyAttestation| key_attestation::build(key, &[], attestation).unwrap();
    let before = app.row_counts().await;
    for (what, attestation, code) in [
        ("another signer", build(&key(), &good), "invalid_proof"),
        ("no nonce", build(&provider, &KeyAttestation { nonce: None, ..good.clone() }), "invalid_proof"),
        ("a made-up nonce", build(&provider, &KeyAttestation { nonce: Some("made-up".to_owned()), ..good.clone() }), "invalid_nonce"),
        ("expired", build(&provider, &KeyAttestation { exp: Some(app.now().seconds() - 600), ..good.clone() }), "invalid_proof"),
        ("no keys", build(&provider, &KeyAttestation { keys: Vec::new(), ..good.clone() }), "invalid_proof"),
    ] {
        assert_eq!(ask(&app, &token, "attestation", json!(attestation)).await.error(), error(400, code), "{what}");
    }
    let good = build(&provider, &good);
    let two = json!({"credential_configuration_id": "microcredential-sd-jwt", "proofs": {"attestation": [good, good]}});
    assert_eq!(app.credential(Some(&token), &two).await.error(), error(400, "invalid_proof"));
    assert_eq!(app.row_counts().await, before);
    assert_eq!(ask(&app, &token, "attestation", json!(good)).await.status, StatusCode::OK);
}

async fn vci_f1_a_proof_with_an_attestation(on: On) {
    let (app, provider) = believing(on, None).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let (keys, nonce) = ([key(), key()], app.nonce().await);
    let attestation = key_attestation::build(&provider, &[], &attested(&app, &keys, Some(nonce.clone()))).unwrap();
    let now = app.now().seconds();
    let signed = |key: &SigningKey| proof::build_attested(key, &identifier(), Some(&nonce), now, None, Some(&attestation)).unwrap();
    // Its key is one of the attested.
    assert_eq!(ask(&app, &token, "jwt", json!(signed(&key()))).await.error(), error(400, "invalid_proof"));
    let answer = ask(&app, &token, "jwt", json!(signed(&keys[0]))).await;
    assert_eq!((answer.status, texts(&answer).len()), (StatusCode::OK, 2), "{}", answer.body);
}

async fn vci_f2_a_presentation_as_key_proof(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let holder = SigningKey::generate(Algorithm::EdDsa).unwrap();
    let (nonce, now) = (app.nonce().await, app.now().seconds());
    let before = app.row_counts().await;
    for (what, issuer, nonce, code) in [
        ("another domain", "https://other.example", nonce.as_str(), "invalid_proof"),
        ("another challenge", identifier().as_str(), "made-up", "invalid_nonce"),
    ] {
        let presentation = di_vp::build(&holder, issuer, Some(nonce), now).unwrap();
        assert_eq!(ask(&app, &token, "di_vp", presentation).await.error(), error(400, code), "{what}");
    }
    let mut changed = di_vp::build(&holder, &identifier(), Some(&nonce), now).unwrap();
    changed["holder"] = json!("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK");
    assert_eq!(ask(&app, &token, "di_vp", changed).await.error(), error(400, "invalid_proof"));
    assert_eq!(app.row_counts().await, before);
    let presentation = di_vp::build(&holder, &identifier(), Some(&nonce), now).unwrap();
    let answer = ask(&app, &token, "di_vp", presentation).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let credential = SdJwt::parse(&texts(&answer)[0]).unwrap();
    assert_eq!(credential.disclosed_claims()["cnf"]["jwk"]["x"], holder.public_jwk().unwrap().to_value()["x"]);
}

async fn an_institution_asks_for_attested_keys(on: On) {
    let rule = KeyAttestationRule { key_storage: vec!["iso_18045_high".to_owned(), "iso_18045_moderate".to_owned()], ..Default::default() };
    let (app, provider) = believing(on, Some(rule)).await;
    let metadata = app.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await.json();
    let types = &metadata["credential_configurations_supported"]["microcredential-sd-jwt"]["proof_types_supported"];
    let required = json!({"key_storage": ["iso_18045_high", "iso_18045_moderate"]});
    for kind in ["jwt", "attestation"] {
        assert_eq!(types[kind]["key_attestations_required"], required, "{kind}");
    }
    assert!(types.get("di_vp").is_none());
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let (holder, nonce, now) = (key(), app.nonce().await, app.now().seconds());
    let attestation = attested(&app, std::slice::from_ref(&holder), Some(nonce.clone()));
    let weak = KeyAttestation { key_storage: vec!["iso_18045_basic".to_owned()], ..attestation.clone() };
    let before = app.row_counts().await;
    let plain = proof::build(&holder, &identifier(), Some(&nonce), now, None).unwrap();
    assert_eq!(ask(&app, &token, "jwt", json!(plain)).await.error(), error(400, "invalid_proof"));
    let weak = key_attestation::build(&provider, &[], &weak).unwrap();
    assert_eq!(ask(&app, &token, "attestation", json!(weak)).await.error(), error(400, "invalid_proof"));
    let presentation = di_vp::build(&SigningKey::generate(Algorithm::EdDsa).unwrap(), &identifier(), Some(&nonce), now).unwrap();
    assert_eq!(ask(&app, &token, "di_vp", presentation).await.error(), error(400, "invalid_proof"));
    assert_eq!(app.row_counts().await, before);
    let attestation = key_attestation::build(&provider, &[], &attestation).unwrap();
    assert_eq!(ask(&app, &token, "attestation", json!(attestation)).await.status, StatusCode::OK);
}
