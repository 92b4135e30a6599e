//! How clients show who they are: listed, by their own document, attested in both shapes; the profile `haip`.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use openid4vc::client_attestation::{self, AttestationClaims, PopClaims};
use openid4vc::{TrustedAttester, pkce};
use serde_json::{Value, json};
use vc::key::{Algorithm, SigningKey};
use vc::random::SystemRandom;

use super::authorizations::{allowed, arrives, pushed};
use super::dpop::Prover;
use super::{Answer, App, EDUID, On, SLUG, WALLET, error, identifier, microcredential, on_each_database};
use crate::{Haip, WalletClient};

on_each_database! {
    a_listed_public_client_has_exact_addresses,
    a_client_is_known_by_its_own_document,
    an_attested_wallet_collects_in_the_pinned_shape,
    an_attested_wallet_collects_with_its_dpop_proof,
    an_attestation_that_does_not_hold_is_refused,
    haip_wants_clients_that_authenticate_and_bound_tokens,
    the_metadata_says_what_works,
}

pub(super) const APP: &str = "nl.voorbeeld.wallet";
pub(super) const APP_BACK: &str = "nl.voorbeeld.wallet:/cb";

fn challenge() -> (String, String) {
    let verifier = pkce::verifier(&SystemRandom);
    (pkce::challenge(&verifier), verifier)
}

/// A whole flow of a client for what waits; the token answer.
async fn collects(app: &App, (client, back): (&str, &str), headers: &Headers<'_>) -> Answer {
    let (challenge, verifier) = challenge();
    let answer = pushed(app, (client, back), &challenge, (&[("scope", "microcredential")], &headers.of(app, "/par").await)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    let waiting = arrives(app, (client, verifier.clone()), &answer, EDUID).await;
    let code = allowed(app, &waiting).await;
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", back),
        ("code_verifier", &verifier),
        ("client_id", client),
    ];
    app.form_with("/token", &pairs, &headers.of(app, "/token").await).await
}

/// With which headers a client shows itself.
enum Headers<'a> {
    None,
    Dpop(&'a Prover),
    Attested(&'a Attested),
    /// The DPoP proof is the proof of possession.
    Combined(&'a Attested),
}

impl Headers<'_> {
    async fn of(&self, app: &App, path: &str) -> Vec<(&'static str, String)> {
        match self {
            Self::None => Vec::new(),
            Self::Dpop(prover) => vec![prover.proof(app, "POST", path, None).await],
            Self::Attested(wallet) => wallet.headers(app).await,
            Self::Combined(wallet) => {
                vec![(client_attestation::HEADER, wallet.attestation(app, None)), wallet.instance.proof(app, "POST", path, None).await]
            }
        }
    }
}

/// A wallet instance with a provider that vouches for it.
pub(super) struct Attested {
    pub(super) provider: SigningKey,
    pub(super) instance: Prover,
}

pub(super) const PROVIDER: &str = "https://provider.example";

impl Attested {
    pub(super) fn new() -> Self {
        Self { provider: SigningKey::generate(Algorithm::Es256).unwrap(), instance: Prover::new() }
    }

    pub(super) fn trusted(&self) -> TrustedAttester {
        TrustedAttester { issuer: Some(PROVIDER.to_owned()), keys: vec![self.provider.public_jwk().unwrap()], anchors: Vec::new() }
    }

    pub(super) fn attestation(&self, app: &App, issuer: Option<&str>) -> String {
        self.attested(&self.provider, app.now().seconds() + 3_600, APP, issuer)
    }

    fn attested(&self, provider: &SigningKey, exp: i64, client_id: &str, issuer: Option<&str>) -> String {
        let instance = self.instance.0.public_jwk().unwrap();
        let claims = AttestationClaims {
            issuer,
            client_id,
            instance: &instance,
            iat: exp - 7_200,
            exp,
            wallet_name: Some("Voorbeeldwallet"),
            wallet_link: None,
        };
        client_attestation::build_attestation(provider, &[], &claims).unwrap()
    }

    pub(super) fn pop(&self, app: &App, key: &SigningKey, audience: &str, challenge: Option<&str>) -> String {
        let jti = vc::random::token128(&SystemRandom);
        let claims = PopClaims { client_id: APP, audience, jti: &jti, iat: app.now().seconds(), challenge };
        client_attestation::build_pop(key, &claims).unwrap()
    }

    async fn headers(&self, app: &App) -> Vec<(&'static str, String)> {
        let challenge = app.form("/challenge", &[]).await;
        assert_eq!(challenge.headers["cache-control"], "no-store");
        let pop = self.pop(app, &self.instance.0, &identifier(), Some(&challenge.text("/attestation_challenge")));
        vec![(client_attestation::HEADER, self.attestation(app, Some(PROVIDER))), (client_attestation::POP_HEADER, pop)]
    }
}

async fn a_listed_public_client_has_exact_addresses(on: On) {
    let listed = WalletClient {
        client_id: APP.to_owned(),
        name: "Voorbeeldwallet".to_owned(),
        public: true,
        keys: None,
        redirect_uris: Some(vec![APP_BACK.to_owned()]),
    };
    let app = App::new(on).await.changed(|config| config.wallets.push(listed)).await;
    app.award(&microcredential()).await;
    for back in ["nl.voorbeeld.wallet:/cb/x", "nl.voorbeeld.wallet:/cb?x=1", "https://evil.example/"] {
        let refused = pushed(&app, (APP, back), &challenge().0, (&[("scope", "microcredential")], &[])).await;
        assert_eq!(refused.error(), error(400, "invalid_request"), "{back}");
    }
    let unknown = pushed(&app, ("somebody", APP_BACK), &challenge().0, (&[("scope", "microcredential")], &[])).await;
    assert_eq!(unknown.error(), error(400, "invalid_client"));
    let given = collects(&app, (APP, APP_BACK), &Headers::None).await;
    assert_eq!((given.status, given.text("/token_type").as_str()), (StatusCode::OK, "Bearer"), "{}", given.body);
    // Refreshed by its name; with a key it is bound.
    let mut other = microcredential();
    other["reference"] = json!("result-2");
    app.award(&other).await;
    let prover = Prover::new();
    let bound = collects(&app, (APP, APP_BACK), &Headers::Dpop(&prover)).await;
    assert_eq!(bound.text("/token_type"), "DPoP");
    let refresh = bound.text("/refresh_token");
    let pairs = [("grant_type", "refresh_token"), ("refresh_token", &*refresh), ("client_id", APP)];
    let proof = prover.proof(&app, "POST", "/token", None).await;
    assert_eq!(app.form_with("/token", &pairs, &[proof]).await.status, StatusCode::OK);
}

/// A server with one client's document, and how often it was read.
async fn documents(document: impl Fn(&str) -> Value + Send + Sync + 'static) -> (String, Arc<std::sync::atomic::AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let read = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let (count, body) = (Arc::clone(&read), document(&origin).to_string());
    let handler = move || {
        count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let body = body.clone();
        async move { ([("content-type", "application/json")], body) }
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/client.json", get(handler))).await.unwrap() });
    (format!("{origin}/client.json"), read)
}

async fn a_client_is_known_by_its_own_document(on: On) {
    let app = App::new(on).await;
    app.award(&microcredential()).await;
    let (client, read) = documents(|origin| {
        json!({"client_id": format!("{origin}/client.json"), "client_name": "Wallet", "redirect_uris": [format!("{origin}/cb")],
            "token_endpoint_auth_method": "none"})
    })
    .await;
    let back = client.replace("/client.json", "/cb");
    let elsewhere = pushed(&app, (&client, "https://evil.example/cb"), &challenge().0, (&[("scope", "microcredential")], &[])).await;
    assert_eq!(elsewhere.error(), error(400, "invalid_request"));
    let given = collects(&app, (&client, &back), &Headers::None).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.body);
    assert_eq!(read.load(std::sync::atomic::Ordering::SeqCst), 1);
    // A document that is another client's, or of a client with keys that shows none.
    let (other, _) =
        documents(|_| json!({"client_id": "https://other.example/client.json", "redirect_uris": ["https://other.example/cb"]})).await;
    let key = SigningKey::generate(Algorithm::Es256).unwrap().public_jwk().unwrap().to_value();
    let (keyed, _) = documents(move |origin| {
        json!({"client_id": format!("{origin}/client.json"), "redirect_uris": [format!("{origin}/cb")],
            "token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [key]}})
    })
    .await;
    for client in [other, keyed, "https://169.254.169.254/client.json".to_owned(), "http://127.0.0.1:1/client.json".to_owned()] {
        let back = client.replace("/client.json", "/cb");
        let refused = pushed(&app, (&client, &back), &challenge().0, (&[("scope", "microcredential")], &[])).await;
        assert_eq!(refused.error(), error(400, "invalid_client"), "{client}");
    }
}

async fn an_attested_wallet_collects_in_the_pinned_shape(on: On) {
    let wallet = Attested::new();
    let app = App::new(on).await.changed(|config| config.attesters.push(wallet.trusted())).await;
    app.award(&microcredential()).await;
    let given = collects(&app, (APP, APP_BACK), &Headers::Attested(&wallet)).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.body);
    // Its refresh token is bound to the instance: another one of the same wallet does not refresh it.
    let refresh = given.text("/refresh_token");
    let pairs = [("grant_type", "refresh_token"), ("refresh_token", &*refresh), ("client_id", APP)];
    let other = Attested { provider: SigningKey::from_pkcs8(&wallet.provider.to_pkcs8().unwrap()).unwrap(), instance: Prover::new() };
    assert_eq!(app.form_with("/token", &pairs, &other.headers(&app).await).await.error(), error(400, "invalid_grant"));
    assert_eq!(app.form("/token", &pairs).await.error(), error(400, "invalid_grant"));
    assert_eq!(app.form_with("/token", &pairs, &wallet.headers(&app).await).await.status, StatusCode::OK);
}

async fn an_attested_wallet_collects_with_its_dpop_proof(on: On) {
    let wallet = Attested::new();
    let app = App::new(on).await.changed(|config| config.attesters.push(wallet.trusted())).await;
    app.award(&microcredential()).await;
    let given = collects(&app, (APP, APP_BACK), &Headers::Combined(&wallet)).await;
    assert_eq!((given.status, given.text("/token_type").as_str()), (StatusCode::OK, "DPoP"), "{}", given.body);
    // The proof of another key does not prove this instance.
    let headers = [(client_attestation::HEADER, wallet.attestation(&app, None)), Prover::new().proof(&app, "POST", "/par", None).await];
    let refused = pushed(&app, (APP, APP_BACK), &challenge().0, (&[("scope", "microcredential")], &headers)).await;
    assert_eq!(refused.error(), error(400, "invalid_client_attestation"));
}

async fn an_attestation_that_does_not_hold_is_refused(on: On) {
    let wallet = Attested::new();
    let app = App::new(on).await.changed(|config| config.attesters.push(wallet.trusted())).await;
    let asks = |headers: Vec<(&'static str, String)>| {
        let app = &app;
        async move { pushed(app, (APP, APP_BACK), &challenge().0, (&[("scope", "microcredential")], &headers)).await }
    };
    let (own, stranger) = (&wallet.instance.0, SigningKey::generate(Algorithm::Es256).unwrap());
    let fresh = app.form("/challenge", &[]).await.text("/attestation_challenge");
    let now = app.now().seconds();
    let both = |attestation: String, pop: String| vec![(client_attestation::HEADER, attestation), (client_attestation::POP_HEADER, pop)];
    let good = || wallet.attestation(&app, Some(PROVIDER));
    let pop = |audience: &str| wallet.pop(&app, own, audience, Some(&fresh));
    let before = app.row_counts().await;
    let here = identifier();
    for (what, headers, code) in [
        ("expired", both(wallet.attested(&wallet.provider, now - 120, APP, Some(PROVIDER)), pop(&here)), "use_fresh_attestation"),
        ("no client", both(wallet.attested(&wallet.provider, now + 60, "", Some(PROVIDER)), pop(&here)), "invalid_client_attestation"),
        ("another audience", both(good(), pop("https://other.example")), "invalid_client_attestation"),
        ("an unknown attester", both(wallet.attested(&stranger, now + 60, APP, Some(PROVIDER)), pop(&here)), "invalid_client_attestation"),
        ("another key", both(good(), wallet.pop(&app, &stranger, &here, Some(&fresh))), "invalid_client_attestation"),
        ("no proof", vec![(client_attestation::HEADER, good())], "invalid_client_attestation"),
        ("the proof alone", vec![(client_attestation::POP_HEADER, pop(&here))], "invalid_client_attestation"),
        ("twice", [both(good(), pop(&here)), both(good(), pop(&here))].concat(), "invalid_client_attestation"),
    ] {
        assert_eq!(asks(headers).await.error(), error(400, code), "{what}");
    }
    for stale in [None, Some("made-up")] {
        let asked = asks(both(good(), wallet.pop(&app, own, &here, stale))).await;
        assert_eq!(asked.error(), error(400, "use_attestation_challenge"));
        let given = asked.headers["oauth-client-attestation-challenge"].to_str().unwrap().to_owned();
        assert!(!given.is_empty() && given != fresh);
    }
    assert_eq!(app.row_counts().await, before);
    // Of another client than the request names; and a proof counts once.
    let headers = wallet.headers(&app).await;
    let other = pushed(&app, ("another", APP_BACK), &challenge().0, (&[("scope", "microcredential")], &wallet.headers(&app).await)).await;
    assert_eq!(other.error(), error(400, "invalid_client"));
    assert_eq!(asks(headers.clone()).await.status, StatusCode::CREATED);
    assert_eq!(asks(headers).await.error(), error(400, "invalid_client_attestation"));
    // Where nobody's attestations count, none does.
    let app = App::new(on).await;
    let refused = pushed(&app, (APP, APP_BACK), &challenge().0, (&[("scope", "microcredential")], &wallet.headers(&app).await)).await;
    assert_eq!(refused.error(), error(400, "invalid_client_attestation"));
}

async fn haip_wants_clients_that_authenticate_and_bound_tokens(on: On) {
    let wallet = Attested::new();
    let public = WalletClient {
        client_id: "public".to_owned(),
        name: "P".to_owned(),
        public: true,
        keys: None,
        redirect_uris: Some(vec!["https://public.example/cb".to_owned()]),
    };
    let app = App::new(on).await;
    let app = app
        .changed(|config| {
            config.attesters.push(wallet.trusted());
            config.wallets.push(public);
            for institution in &mut config.institutions {
                institution.haip = Haip::Everything;
            }
        })
        .await;
    let (_, offer) = app.offered().await;
    let before = app.row_counts().await;
    let refused = pushed(&app, ("public", "https://public.example/cb"), &challenge().0, (&[("scope", "microcredential")], &[])).await;
    assert_eq!(refused.error(), error(400, "invalid_client"));
    // A code without a client, and one without a key: neither is used up.
    let pairs = [("grant_type", super::PRE_AUTHORIZED), ("pre-authorized_code", super::code(&offer)), ("tx_code", super::tx_code(&offer))];
    assert_eq!(app.form("/token", &pairs).await.error(), error(400, "invalid_client"));
    assert_eq!(app.row_counts().await, before);
    let without_key = collects(&app, (APP, APP_BACK), &Headers::Attested(&wallet)).await;
    assert_eq!(without_key.error(), error(400, "invalid_dpop_proof"));
    let given = collects(&app, (APP, APP_BACK), &Headers::Combined(&wallet)).await;
    assert_eq!((given.status, given.text("/token_type").as_str()), (StatusCode::OK, "DPoP"), "{}", given.body);
    let metadata = app.get(&format!("/.well-known/oauth-authorization-server/{SLUG}")).await.json();
    assert!(metadata.get("pre-authorized_grant_anonymous_access_supported").is_none());
    assert!(!metadata["token_endpoint_auth_methods_supported"].as_array().unwrap().contains(&json!("none")));
}

async fn the_metadata_says_what_works(on: On) {
    let app = App::new(on).await;
    let path = format!("/{SLUG}/.well-known/oauth-authorization-server");
    let plain = app.get(&path).await.json();
    assert_eq!(plain["grant_types_supported"], json!(["authorization_code", "refresh_token", super::PRE_AUTHORIZED]));
    assert_eq!(plain["scopes_supported"], json!(["microcredential", "enrolment", "delivery"]));
    assert_eq!(plain["dpop_signing_alg_values_supported"], json!(["ES256", "EdDSA"]));
    assert_eq!(plain["token_endpoint_auth_methods_supported"], json!(["none", "private_key_jwt"]));
    assert_eq!(plain["pre-authorized_grant_anonymous_access_supported"], true);
    assert_eq!((&plain["code_challenge_methods_supported"], plain.get("challenge_endpoint")), (&json!(["S256"]), None));
    let wallet = Attested::new();
    let app = app.changed(|config| config.attesters.push(wallet.trusted())).await;
    let attested = app.get(&path).await.json();
    assert_eq!(attested["challenge_endpoint"], format!("{}/challenge", identifier()));
    let methods = ["none", "private_key_jwt", "attest_jwt_client_auth", "attest_jwt_client_auth_dpop"];
    assert_eq!(attested["token_endpoint_auth_methods_supported"], json!(methods));
    // Every endpoint that is named answers.
    for name in ["token_endpoint", "pushed_authorization_request_endpoint", "challenge_endpoint"] {
        let path = attested[name].as_str().unwrap().strip_prefix(&identifier()).unwrap().to_owned();
        assert_ne!(app.form(&path, &[]).await.status, StatusCode::NOT_FOUND, "{name}");
    }
    assert!(WALLET.ends_with("/client-metadata.json"));
}
