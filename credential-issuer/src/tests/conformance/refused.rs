//! Modules that the credential endpoint refuses: each with its code, nothing written, and the right request still good afterwards.

use axum::http::{Method, StatusCode};
use openid4vc::key_attestation::{self, KeyAttestation};
use openid4vc::{TrustedAttester, proof};
use serde_json::{Value, json};

use super::super::authorizations::{allowed, signed_in, token};
use super::super::encrypted::Asked;
use super::super::{App, EDUID, On, SLUG, error, identifier, microcredential, on_each_database, request, wanted};
use super::{FORM, key, torn};
use crate::KeyAttestationRule;

on_each_database! {
    oid4vci_1_0_issuer_fail_unknown_credential_configuration,
    oid4vci_1_0_issuer_fail_unknown_credential_identifier,
    oid4vci_1_0_issuer_fail_missing_proof,
    oid4vci_1_0_issuer_fail_invalid_jwt_proof_signature,
    oid4vci_1_0_issuer_fail_invalid_nonce,
    oid4vci_1_0_issuer_fail_invalid_key_attestation_signature,
    oid4vci_1_0_issuer_fail_unsupported_encryption_algorithm,
    oid4vci_1_0_issuer_fail_on_access_token_in_query,
}

/// A wallet with a token for an offer.
async fn collecting(app: &App) -> String {
    let (_, offer) = app.offered().await;
    app.token(&offer).await
}

/// A token whose answer named a credential identifier, and that identifier.
async fn identified(app: &App) -> (String, String) {
    app.award(&microcredential()).await;
    let details = json!([{"type": "openid_credential", "credential_configuration_id": FORM}]).to_string();
    let waiting = signed_in(app, &[("authorization_details", &details)], EDUID).await;
    let given = token(app, &allowed(app, &waiting).await, &waiting.verifier, &[]).await;
    (given.text("/access_token"), given.text("/authorization_details/0/credential_identifiers/0"))
}

async fn oid4vci_1_0_issuer_fail_unknown_credential_configuration(on: On) {
    let app = App::new(on).await;
    let token = collecting(&app).await;
    let proof = app.proof(&key()).await;
    let before = app.row_counts().await;
    for unknown in ["does-not-exist", "", "microcredential-sd-jwt ", "microcredential-vc-sd-jwt"] {
        let body = json!({"credential_configuration_id": unknown, "proofs": {"jwt": [proof]}});
        assert_eq!(app.credential(Some(&token), &body).await.error(), error(400, "unknown_credential_configuration"), "{unknown}");
    }
    // In an encrypted request too, and the answer is in the clear.
    let body = json!({"credential_configuration_id": "does-not-exist", "proofs": {"jwt": [proof]},
        "credential_response_encryption": Asked::new().parameters.to_value()});
    assert_eq!(app.encrypted("/credential", &token, &body).await.error(), error(400, "unknown_credential_configuration"));
    assert_eq!(app.row_counts().await, before);
    assert_eq!(app.credential(Some(&token), &wanted(&proof)).await.status, StatusCode::OK);
}

async fn oid4vci_1_0_issuer_fail_unknown_credential_identifier(on: On) {
    let app = App::new(on).await;
    let (token, identifier) = identified(&app).await;
    let proof = app.proof(&key()).await;
    let before = app.row_counts().await;
    for unknown in ["does-not-exist", "", FORM, &identifier[1..]] {
        let body = json!({"credential_identifier": unknown, "proofs": {"jwt": [proof]}});
        assert_eq!(app.credential(Some(&token), &body).await.error(), error(400, "unknown_credential_identifier"), "{unknown}");
    }
    assert_eq!(app.row_counts().await, before);
    let body = json!({"credential_identifier": identifier, "proofs": {"jwt": [proof]}});
    assert_eq!(app.credential(Some(&token), &body).await.status, StatusCode::OK);
}

async fn oid4vci_1_0_issuer_fail_missing_proof(on: On) {
    let app = App::new(on).await;
    let token = collecting(&app).await;
    let before = app.row_counts().await;
    for body in [
        json!({"credential_configuration_id": FORM}),
        json!({"credential_configuration_id": FORM, "proofs": {}}),
        json!({"credential_configuration_id": FORM, "proofs": {"jwt": []}}),
    ] {
        assert_eq!(app.credential(Some(&token), &body).await.error(), error(400, "invalid_proof"), "{body}");
    }
    assert_eq!(app.row_counts().await, before);
    assert_eq!(app.credential(Some(&token), &wanted(&app.proof(&key()).await)).await.status, StatusCode::OK);
}

async fn oid4vci_1_0_issuer_fail_invalid_jwt_proof_signature(on: On) {
    let app = App::new(on).await;
    let token = collecting(&app).await;
    let proof = app.proof(&key()).await;
    let before = app.row_counts().await;
    let (signed, _) = proof.rsplit_once('.').unwrap();
    for bad in [torn(&proof), format!("{signed}."), format!("{signed}.{}", "A".repeat(86))] {
        assert_eq!(app.credential(Some(&token), &wanted(&bad)).await.error(), error(400, "invalid_proof"), "{bad}");
    }
    assert_eq!(app.row_counts().await, before);
    assert_eq!(app.credential(Some(&token), &wanted(&proof)).await.status, StatusCode::OK);
}

async fn oid4vci_1_0_issuer_fail_invalid_nonce(on: On) {
    let app = App::new(on).await;
    let token = collecting(&app).await;
    let (holder, nonce) = (key(), app.nonce().await);
    let over = |nonce: &str| wanted(&proof::build(&holder, &identifier(), Some(nonce), app.now().seconds(), None).unwrap());
    // Of the right shape and time, and nothing that was given out.
    let other = if nonce[20..].starts_with('A') { 'B' } else { 'A' };
    let forged = format!("{}{other}{}", &nonce[..20], &nonce[21..]);
    let before = app.row_counts().await;
    for bad in ["invalid-nonce".to_owned(), forged, format!("{nonce}A")] {
        assert_eq!(app.credential(Some(&token), &over(&bad)).await.error(), error(400, "invalid_nonce"), "{bad}");
    }
    assert_eq!(app.row_counts().await, before);
    assert_eq!(app.credential(Some(&token), &over(&nonce)).await.status, StatusCode::OK);
}

async fn oid4vci_1_0_issuer_fail_invalid_key_attestation_signature(on: On) {
    let provider = key();
    let attester = TrustedAttester { keys: vec![provider.public_jwk().unwrap()], ..TrustedAttester::default() };
    let change = |config: &mut crate::Config| {
        config.attesters = vec![attester];
        config.institutions[0].issuing.key_attestation = Some(KeyAttestationRule::default());
    };
    let app = App::new(on).await.changed(change).await;
    let token = collecting(&app).await;
    let (holder, nonce, now) = (key(), app.nonce().await, app.now().seconds());
    let attested = KeyAttestation {
        keys: vec![holder.public_jwk().unwrap()],
        iat: now,
        exp: Some(now + 3_600),
        nonce: Some(nonce.clone()),
        key_storage: vec!["iso_18045_moderate".to_owned()],
        user_authentication: vec!["iso_18045_moderate".to_owned()],
        certification: None,
        issuer: None,
        status: None,
    };
    let good = key_attestation::build(&provider, &[], &attested).unwrap();
    let asks = async |kind: &str, attestation: &str| {
        let proof = match kind {
            "jwt" => proof::build_attested(&holder, &identifier(), Some(&nonce), now, None, Some(attestation)).unwrap(),
            _ => attestation.to_owned(),
        };
        app.credential(Some(&token), &json!({"credential_configuration_id": FORM, "proofs": {kind: [proof]}})).await
    };
    let before = app.row_counts().await;
    for kind in ["attestation", "jwt"] {
        for bad in [torn(&good), key_attestation::build(&key(), &[], &attested).unwrap()] {
            assert_eq!(asks(kind, &bad).await.error(), error(400, "invalid_proof"), "{kind}");
        }
    }
    assert_eq!(app.row_counts().await, before);
    assert_eq!(asks("jwt", &good).await.status, StatusCode::OK);
}

async fn oid4vci_1_0_issuer_fail_unsupported_encryption_algorithm(on: On) {
    let app = App::new(on).await;
    let token = collecting(&app).await;
    let proof = app.proof(&key()).await;
    let with = |change: &dyn Fn(&mut Value)| {
        let mut parameters = Asked::new().parameters.to_value();
        change(&mut parameters);
        let mut body = wanted(&proof);
        body["credential_response_encryption"] = parameters;
        body
    };
    let before = app.row_counts().await;
    for (what, body) in [
        ("alg", with(&|parameters| parameters["jwk"]["alg"] = json!("UNSUPPORTED_ALG"))),
        ("RSA", with(&|parameters| parameters["jwk"]["alg"] = json!("RSA-OAEP-256"))),
        ("enc", with(&|parameters| parameters["enc"] = json!("UNSUPPORTED_ENC"))),
    ] {
        let answer = app.encrypted("/credential", &token, &body).await;
        assert_eq!(answer.error(), error(400, "invalid_encryption_parameters"), "{what}");
        assert_eq!(answer.headers["content-type"], "application/json");
    }
    assert_eq!(app.row_counts().await, before);
    assert_eq!(app.encrypted("/credential", &token, &with(&|_| ())).await.status, StatusCode::OK);
}

async fn oid4vci_1_0_issuer_fail_on_access_token_in_query(on: On) {
    let app = App::new(on).await;
    let token = collecting(&app).await;
    let body = wanted(&app.proof(&key()).await);
    let before = app.row_counts().await;
    let asked = request(Method::POST, &format!("/{SLUG}/credential?access_token={token}"), None);
    let asked = asked.header("content-type", "application/json").body(body.to_string().into()).unwrap();
    let answer = app.send(asked).await;
    assert_eq!(answer.error(), error(401, "unauthorized"));
    // RFC 6750 section 3.1: who shows no token hears no error of it.
    assert_eq!(answer.headers["www-authenticate"], "DPoP algs=\"ES256 EdDSA\"");
    assert_eq!(app.row_counts().await, before);
    assert_eq!(app.credential(Some(&token), &body).await.status, StatusCode::OK);
}
