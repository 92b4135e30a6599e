//! Modules of attestation-based client authentication: refused at the pushed request and at the token endpoint, nothing written.

use axum::http::StatusCode;
use openid4vc::client_attestation::{HEADER, POP_HEADER};
use openid4vc::pkce;
use serde_json::{Value, json};
use vc::jws::Jws;
use vc::key::SigningKey;
use vc::random::SystemRandom;

use super::super::authorizations::pushed;
use super::super::who_asks::{APP, APP_BACK, Attested, PROVIDER};
use super::super::{Answer, App, On, PRE_AUTHORIZED, code, error, identifier, on_each_database, tx_code};
use super::{jwt, key, torn};

on_each_database! {
    oid4vci_1_0_issuer_fail_client_attestation_exp_in_past,
    oid4vci_1_0_issuer_fail_client_attestation_no_sub,
    oid4vci_1_0_issuer_fail_client_attestation_pop_wrong_aud,
    oid4vci_1_0_issuer_fail_invalid_client_attestation_signature,
    oid4vci_1_0_issuer_fail_invalid_client_attestation_pop_signature,
    oid4vci_1_0_issuer_fail_mismatched_client_attestation_pop_key,
}

/// An issuer that believes a wallet's provider, and an offer for that wallet.
struct Scene {
    app: App,
    wallet: Attested,
    offer: Value,
}

impl Scene {
    async fn new(on: On) -> Self {
        let wallet = Attested::new();
        let app = App::new(on).await.changed(|config| config.attesters.push(wallet.trusted())).await;
        let (_, offer) = app.offered().await;
        Self { app, wallet, offer }
    }

    /// The attestation with claims changed, signed by the provider.
    fn attestation(&self, change: impl FnOnce(&mut Value)) -> String {
        changed(&self.wallet.attestation(&self.app, Some(PROVIDER)), &self.wallet.provider, (|_| (), change))
    }

    /// A proof of possession over a fresh challenge.
    async fn pop(&self, audience: &str) -> String {
        let challenge = self.app.form("/challenge", &[]).await.text("/attestation_challenge");
        self.wallet.pop(&self.app, &self.wallet.instance.0, audience, Some(&challenge))
    }

    /// What the pushed request and the token endpoint answer to these two headers.
    async fn asks(&self, attestation: &str, pop: &str) -> [Answer; 2] {
        let headers = [(HEADER, attestation.to_owned()), (POP_HEADER, pop.to_owned())];
        let challenge = pkce::challenge(&pkce::verifier(&SystemRandom));
        let scope = [("scope", "microcredential")];
        let at_par = pushed(&self.app, (APP, APP_BACK), &challenge, (&scope, &headers)).await;
        let pairs = [
            ("grant_type", PRE_AUTHORIZED),
            ("pre-authorized_code", code(&self.offer)),
            ("tx_code", tx_code(&self.offer)),
            ("client_id", APP),
        ];
        [at_par, self.app.form_with("/token", &pairs, &headers).await]
    }

    /// What a wallet gets that shows itself as it should.
    async fn is_known(&self) -> bool {
        let (attestation, pop) = (self.wallet.attestation(&self.app, Some(PROVIDER)), self.pop(&identifier()).await);
        let [pushed, _] = self.asks(&attestation, &pop).await;
        pushed.status == StatusCode::CREATED
    }
}

/// A JWT with header and claims changed, signed anew.
fn changed(text: &str, key: &SigningKey, (head, claims): (impl FnOnce(&mut Value), impl FnOnce(&mut Value))) -> String {
    let jws = Jws::parse(text).unwrap();
    let (mut header, mut payload) = (Value::Object(jws.header().clone()), jws.payload_unverified().clone());
    head(&mut header);
    claims(&mut payload);
    jwt(&header, &payload, key)
}

async fn oid4vci_1_0_issuer_fail_client_attestation_exp_in_past(on: On) {
    let scene = Scene::new(on).await;
    let now = scene.app.now().seconds();
    let (attestation, pop) = (scene.attestation(|claims| claims["exp"] = json!(now - 600)), scene.pop(&identifier()).await);
    let before = scene.app.row_counts().await;
    for answer in scene.asks(&attestation, &pop).await {
        assert_eq!(answer.error(), error(400, "use_fresh_attestation"));
    }
    assert_eq!(scene.app.row_counts().await, before);
    assert!(scene.is_known().await);
}

async fn oid4vci_1_0_issuer_fail_client_attestation_no_sub(on: On) {
    let scene = Scene::new(on).await;
    let attestation = scene.attestation(|claims| drop(claims.as_object_mut().unwrap().remove("sub")));
    let pop = scene.pop(&identifier()).await;
    let before = scene.app.row_counts().await;
    for answer in scene.asks(&attestation, &pop).await {
        assert_eq!(answer.error(), error(400, "invalid_client_attestation"));
    }
    assert_eq!(scene.app.row_counts().await, before);
    assert!(scene.is_known().await);
}

async fn oid4vci_1_0_issuer_fail_client_attestation_pop_wrong_aud(on: On) {
    let scene = Scene::new(on).await;
    let attestation = scene.attestation(|_| ());
    let before = scene.app.row_counts().await;
    for audience in ["https://other.example", &format!("{}/token", identifier())] {
        for answer in scene.asks(&attestation, &scene.pop(audience).await).await {
            assert_eq!(answer.error(), error(400, "invalid_client_attestation"), "{audience}");
        }
    }
    assert_eq!(scene.app.row_counts().await, before);
    assert!(scene.is_known().await);
}

async fn oid4vci_1_0_issuer_fail_invalid_client_attestation_signature(on: On) {
    let scene = Scene::new(on).await;
    let (attestation, pop) = (scene.attestation(|_| ()), scene.pop(&identifier()).await);
    let before = scene.app.row_counts().await;
    for bad in [torn(&attestation), changed(&attestation, &key(), (|_| (), |_| ()))] {
        for answer in scene.asks(&bad, &pop).await {
            assert_eq!(answer.error(), error(400, "invalid_client_attestation"));
        }
    }
    assert_eq!(scene.app.row_counts().await, before);
    assert!(scene.is_known().await);
}

async fn oid4vci_1_0_issuer_fail_invalid_client_attestation_pop_signature(on: On) {
    let scene = Scene::new(on).await;
    let (attestation, pop) = (scene.attestation(|_| ()), scene.pop(&identifier()).await);
    let before = scene.app.row_counts().await;
    // Another signature, and none at all.
    for bad in [torn(&pop), format!("{}.", pop.rsplit_once('.').unwrap().0)] {
        for answer in scene.asks(&attestation, &bad).await {
            assert_eq!(answer.error(), error(400, "invalid_client_attestation"));
        }
    }
    assert_eq!(scene.app.row_counts().await, before);
    assert!(scene.is_known().await);
}

async fn oid4vci_1_0_issuer_fail_mismatched_client_attestation_pop_key(on: On) {
    let scene = Scene::new(on).await;
    let (attestation, pop, other) = (scene.attestation(|_| ()), scene.pop(&identifier()).await, key());
    let shown = other.public_jwk().unwrap().to_value();
    let before = scene.app.row_counts().await;
    // A good proof of another key, also where its header shows that key.
    for pop in [changed(&pop, &other, (|_| (), |_| ())), changed(&pop, &other, (|header| header["jwk"] = shown, |_| ()))] {
        for answer in scene.asks(&attestation, &pop).await {
            assert_eq!(answer.error(), error(400, "invalid_client_attestation"));
        }
    }
    assert_eq!(scene.app.row_counts().await, before);
    assert!(scene.is_known().await);
}
