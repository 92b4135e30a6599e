//! Modules that end well: every grant, offer, moment and wrapping; several clients; more requests; no notification; several at once.

use std::collections::HashSet;

use axum::http::{Method, StatusCode};
use openid4vc::{CredentialOffer, client_assertion, pkce};
use serde_json::{Value, json};
use vc::key::SigningKey;
use vc::random::SystemRandom;
use vc::sd_jwt::SdJwt;

use super::super::authorizations::{BACK, allowed, arrives, pushed};
use super::super::batches::texts;
use super::super::encrypted::Asked;
use super::super::{
    Answer, App, EDUID, KEY, On, PRE_AUTHORIZED, SLUG, WALLET, code, error, identifier, microcredential, on_each_database, tx_code,
};
use super::{FORM, Wallet, assert_holds, key};
use crate::WalletClient;

on_each_database! {
    oid4vci_1_0_issuer_happy_flow,
    oid4vci_1_0_issuer_happy_flow_additional_requests,
    oid4vci_1_0_issuer_happy_flow_multiple_clients,
    oid4vci_1_0_issuer_happy_flow_skip_notification,
    oid4vci_1_0_issuer_batch_issuance,
}

/// One way through issuing.
#[derive(Clone, Copy, Debug)]
struct Variant {
    start: Start,
    deferred: bool,
    encrypted: bool,
}

/// Who begins, and how the wallet gets its token.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Start {
    /// With an offer that has a pre-authorized code.
    PreAuthorized(By),
    /// With an offer that is collected after a login.
    Offered(By),
    /// Without an offer.
    Wallet,
}

/// How an offer reaches the wallet.
#[derive(Clone, Copy, Debug, PartialEq)]
enum By {
    Value,
    Reference,
}

/// What waits without an offer is never put off.
fn variants() -> Vec<Variant> {
    let both = [By::Value, By::Reference];
    let starts = both.into_iter().flat_map(|by| [Start::PreAuthorized(by), Start::Offered(by)]).chain([Start::Wallet]);
    let each = |start| {
        [(false, false), (false, true), (true, false), (true, true)].map(|(deferred, encrypted)| Variant { start, deferred, encrypted })
    };
    starts.flat_map(each).filter(|variant| !(variant.deferred && variant.start == Start::Wallet)).collect()
}

/// An award of its own for each way.
fn award(reference: &str) -> Value {
    let mut body = microcredential();
    body["reference"] = json!(reference);
    body
}

/// The offer as the wallet reads it, with its id.
async fn offer(app: &App, award: &str, grant: &str, deferred: bool, by: By) -> (Value, String) {
    let asked = json!({"award": award, "grant": grant, "deferred": deferred, "credential_configuration_ids": [FORM]});
    let made = app.offer(&asked).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let id = made.text("/id");
    let object = match by {
        By::Value => made.json()["credential_offer"].clone(),
        By::Reference => {
            let served = app.get(&format!("/{SLUG}/offers/{id}")).await;
            assert_eq!(served.served(), (StatusCode::OK, "application/json"));
            served.json()
        }
    };
    assert!(CredentialOffer::parse(object.to_string().as_bytes(), true).is_ok(), "{object}");
    (json!({"credential_offer": object, "tx_code": made.json()["tx_code"]}), id)
}

/// A token by login: pushed with everything that the wallet knows, and with things that nobody does.
async fn by_login(app: &App, wallet: &Wallet, wants: &[(&'static str, &str)]) -> Answer {
    let verifier = pkce::verifier(&SystemRandom);
    let assertion = app.assertion(None);
    let mut pairs = vec![("client_assertion_type", client_assertion::TYPE), ("client_assertion", assertion.as_str()), ("unknown", "x")];
    pairs.extend_from_slice(wants);
    let headers = [wallet.dpop(app, "/par", None).await];
    let answer = pushed(app, (WALLET, BACK), &pkce::challenge(&verifier), (&pairs, &headers)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    let waiting = arrives(app, (WALLET, verifier.clone()), &answer, EDUID).await;
    let (code, assertion) = (allowed(app, &waiting).await, app.assertion(None));
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", BACK),
        ("code_verifier", &verifier),
        ("client_assertion_type", client_assertion::TYPE),
        ("client_assertion", &assertion),
    ];
    wallet.token(app, &pairs).await
}

/// A token for the variant, and what names the credential in the request.
async fn granted(app: &App, wallet: &Wallet, variant: Variant, award: &str) -> (String, Value) {
    let named = |answer: &Answer| json!({"credential_identifier": answer.text("/authorization_details/0/credential_identifiers/0")});
    match variant.start {
        Start::PreAuthorized(by) => {
            let (offer, _) = offer(app, award, "pre-authorized_code", variant.deferred, by).await;
            let pairs = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(&offer)), ("tx_code", tx_code(&offer))];
            let answer = wallet.token(app, &pairs).await;
            (answer.text("/access_token"), json!({"credential_configuration_id": FORM}))
        }
        Start::Offered(by) => {
            let (offer, _) = offer(app, award, "authorization_code", variant.deferred, by).await;
            let state = offer["credential_offer"]["grants"]["authorization_code"]["issuer_state"].as_str().unwrap().to_owned();
            let details = json!([{"type": "openid_credential", "credential_configuration_id": FORM}]).to_string();
            let answer = by_login(app, wallet, &[("issuer_state", &state), ("authorization_details", &details)]).await;
            (answer.text("/access_token"), named(&answer))
        }
        Start::Wallet => {
            let answer = by_login(app, wallet, &[("scope", "microcredential unknown-scope"), ("resource", &identifier())]).await;
            assert_eq!(answer.text("/scope"), "microcredential");
            (answer.text("/access_token"), json!({"credential_configuration_id": FORM}))
        }
    }
}

/// An answer with credentials or a transaction, decrypted where it was asked for so.
fn opened(answer: &Answer, encrypted: Option<&Asked>) -> Value {
    match encrypted {
        Some(asked) => serde_json::to_value(asked.open(answer)).unwrap(),
        None => {
            let headers = (&answer.headers["content-type"], &answer.headers["cache-control"]);
            assert_eq!(headers, (&"application/json".parse().unwrap(), &"no-store".parse().unwrap()), "{}", answer.body);
            answer.json()
        }
    }
}

async fn oid4vci_1_0_issuer_happy_flow(on: On) {
    let app = App::new(on).await;
    for (number, variant) in variants().into_iter().enumerate() {
        let award = app.award(&award(&format!("result-{number}"))).await.text("/id");
        let wallet = Wallet::new((!matches!(variant.start, Start::PreAuthorized(_))).then_some(WALLET));
        let (token, mut body) = granted(&app, &wallet, variant, &award).await;
        let asked = variant.encrypted.then(Asked::new);
        let encryption = asked.as_ref().map(|asked| asked.parameters.to_value());
        body["proofs"] = json!({"jwt": [wallet.proof(&app).await]});
        body.as_object_mut().unwrap().extend(encryption.map(|encryption| ("credential_response_encryption".to_owned(), encryption)));
        let issued = app.issued().await;
        let mut answer = wallet.post(&app, &token, ("/credential", variant.encrypted), &body, &[]).await;
        if variant.deferred {
            let later = opened(&answer, asked.as_ref());
            assert_eq!((answer.status, later["interval"].as_u64()), (StatusCode::ACCEPTED, Some(2)), "{variant:?}: {}", answer.body);
            assert!(later.get("notification_id").is_none_or(Value::is_null) && app.issued().await == issued, "{variant:?}");
            app.clock.advance_seconds(2);
            let mut body = json!({"transaction_id": later["transaction_id"]});
            let encryption = asked.as_ref().map(|asked| asked.parameters.to_value());
            body.as_object_mut().unwrap().extend(encryption.map(|encryption| ("credential_response_encryption".to_owned(), encryption)));
            answer = wallet.post(&app, &token, ("/deferred-credential", variant.encrypted), &body, &[]).await;
        }
        assert_eq!(answer.status, StatusCode::OK, "{variant:?}: {}", answer.body);
        let given = opened(&answer, asked.as_ref());
        assert_eq!(given["credentials"].as_array().map(Vec::len), Some(1), "{variant:?}: {given}");
        assert_holds(&app, given["credentials"][0]["credential"].as_str().unwrap(), &wallet.holder);
        let told = wallet.thanks(&app, &token, given["notification_id"].as_str().unwrap()).await;
        assert_eq!((told.status, told.body.as_str()), (StatusCode::NO_CONTENT, ""), "{variant:?}");
        assert_eq!(app.issued().await, issued + 1, "{variant:?}");
    }
    testkit::invariants::issuer(&mut app.look().await, "after every variant").await;
}

async fn oid4vci_1_0_issuer_happy_flow_additional_requests(on: On) {
    let app = App::new(on).await;
    let wallet = Wallet::new(None);
    let award = app.award(&microcredential()).await.text("/id");
    let variant = Variant { start: Start::PreAuthorized(By::Value), deferred: false, encrypted: false };
    let (token, _) = granted(&app, &wallet, variant, &award).await;
    let first = wallet.asks(&app, &token, &[]).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    let rows = app.count("SELECT COUNT(*) FROM issued_credential").await;
    for headers in [
        [("x-fapi-customer-ip-address", "2001:db8::1893:25c8:1946"), ("accept", "application/json;charset=UTF-8")],
        [("x-fapi-auth-date", "Sun, 22 Nov 2026 14:03:00 GMT"), ("accept", "application/json, application/*+json, */*;q=0.5")],
    ] {
        let again = wallet.asks(&app, &token, &headers).await;
        assert_eq!((again.status, &again.body), (StatusCode::OK, &first.body), "{headers:?}");
    }
    assert_eq!((app.issued().await, app.count("SELECT COUNT(*) FROM issued_credential").await), (1, rows));
}

/// A wallet of another maker, with keys of its own.
const SECOND: &str = "https://second.example/client";

async fn oid4vci_1_0_issuer_happy_flow_multiple_clients(on: On) {
    let second_key = key();
    let listed = WalletClient {
        client_id: SECOND.to_owned(),
        name: "Tweede wallet".to_owned(),
        public: false,
        keys: Some(vec![second_key.public_jwk().unwrap()]),
        redirect_uris: Some(vec!["http://localhost:9090/cb".to_owned()]),
    };
    let app = App::new(on).await.changed(|config| config.wallets.push(listed)).await;
    let first_key = SigningKey::from_pkcs8(&app.wallet_key.to_pkcs8().unwrap()).unwrap();
    let mut credentials = HashSet::new();
    for (client, back, client_key) in [(WALLET, BACK, &first_key), (SECOND, "http://localhost:9090/cb", &second_key)] {
        app.award(&award(client)).await;
        let wallet = Wallet::new(Some(client));
        let assertion = || {
            let jti = vc::random::token128(&SystemRandom);
            let claims = client_assertion::Claims {
                client_id: client,
                audience: &identifier(),
                jti: &jti,
                connection: None,
                now: app.now().seconds(),
            };
            client_assertion::build(&claims, client_key).unwrap()
        };
        let (verifier, shown) = (pkce::verifier(&SystemRandom), assertion());
        let wants = [("scope", "microcredential"), ("client_assertion_type", client_assertion::TYPE), ("client_assertion", shown.as_str())];
        let headers = [wallet.dpop(&app, "/par", None).await];
        let answer = pushed(&app, (client, back), &pkce::challenge(&verifier), (&wants, &headers)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{client}: {}", answer.body);
        let waiting = arrives(&app, (client, verifier.clone()), &answer, EDUID).await;
        let (code, shown) = (allowed(&app, &waiting).await, assertion());
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", back),
            ("code_verifier", &verifier),
            ("client_assertion_type", client_assertion::TYPE),
            ("client_assertion", &shown),
        ];
        let token = wallet.token(&app, &pairs).await.text("/access_token");
        let given = wallet.asks(&app, &token, &[]).await;
        assert_eq!(given.status, StatusCode::OK, "{client}: {}", given.body);
        let text = given.text("/credentials/0/credential");
        assert_holds(&app, &text, &wallet.holder);
        assert_eq!(wallet.thanks(&app, &token, &given.text("/notification_id")).await.status, StatusCode::NO_CONTENT);
        credentials.insert(text);
    }
    assert_eq!((credentials.len(), app.issued().await), (2, 2));
}

async fn oid4vci_1_0_issuer_happy_flow_skip_notification(on: On) {
    let app = App::new(on).await;
    let wallet = Wallet::new(None);
    let award_id = app.award(&microcredential()).await.text("/id");
    let (first, id) = offer(&app, &award_id, "pre-authorized_code", false, By::Value).await;
    let redeem = async |offer: &Value| {
        let pairs = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(offer)), ("tx_code", tx_code(offer))];
        wallet.token(&app, &pairs).await.text("/access_token")
    };
    let given = wallet.asks(&app, &redeem(&first).await, &[]).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.body);
    assert_holds(&app, &given.text("/credentials/0/credential"), &wallet.holder);
    // Nobody says a word: for a day the same wallet may come back for the same, then the offer closes by itself.
    app.clock.advance_seconds(23 * 3_600);
    let path = format!("/{SLUG}/offers/{id}");
    let served = app.get(&path).await;
    assert_eq!(served.status, StatusCode::OK, "{}", served.body);
    let late = redeem(&json!({"credential_offer": served.json(), "tx_code": first["tx_code"]})).await;
    assert_eq!(wallet.asks(&app, &late, &[]).await.body, given.body);
    app.clock.advance_seconds(2 * 3_600);
    assert_eq!(app.get(&path).await.error(), error(410, "offer_gone"));
    let listed = app.api(Method::GET, "/api/v1/credentials", Some(KEY), None).await.json();
    assert_eq!((listed["items"].as_array().map(Vec::len), &listed["items"][0]["status"]), (Some(1), &json!("valid")));
    assert_eq!((app.issued().await, app.rows("offer.notified", "credential_accepted").await), (1, 0));
}

async fn oid4vci_1_0_issuer_batch_issuance(on: On) {
    let app = App::new(on).await;
    let metadata = app.get(&format!("/.well-known/openid-credential-issuer/{SLUG}")).await.json();
    let size = metadata["batch_credential_issuance"]["batch_size"].as_u64().unwrap().min(20) as usize;
    assert!(size >= 2, "{metadata}");
    let wallet = Wallet::new(None);
    let award = app.award(&microcredential()).await.text("/id");
    let variant = Variant { start: Start::PreAuthorized(By::Value), deferred: false, encrypted: false };
    let (token, mut body) = granted(&app, &wallet, variant, &award).await;
    let (holders, nonce): (Vec<SigningKey>, String) = ((0..size).map(|_| key()).collect(), app.nonce().await);
    let proofs: Vec<String> = holders.iter().map(|holder| wallet.proof_of(holder, &nonce, app.now().seconds())).collect();
    body["proofs"] = json!({"jwt": proofs});
    let answer = wallet.post(&app, &token, ("/credential", false), &body, &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let copies: Vec<SdJwt> = texts(&answer).iter().map(|text| SdJwt::parse(text).unwrap()).collect();
    assert_eq!((copies.len(), app.issued().await), (size, size as i64));
    // Each of the proved keys once, whatever the order.
    for holder in &holders {
        let x = &holder.public_jwk().unwrap().to_value()["x"];
        let bound = texts(&answer).into_iter().filter(|text| SdJwt::parse(text).unwrap().disclosed_claims()["cnf"]["jwk"]["x"] == *x);
        let bound: Vec<String> = bound.collect();
        assert_eq!(bound.len(), 1);
        assert_holds(&app, &bound[0], holder);
    }
    // The same data, and salts and places of their own.
    let data = |copy: &SdJwt| {
        let mut claims = copy.disclosed_claims().clone();
        claims.retain(|name, _| !["cnf", "status"].contains(&name.as_str()));
        Value::Object(claims).to_string()
    };
    assert_eq!(copies.iter().map(data).collect::<HashSet<_>>().len(), 1);
    assert_eq!(copies.iter().map(|copy| copy.disclosed_claims()["status"].to_string()).collect::<HashSet<_>>().len(), size);
    let texts = texts(&answer);
    let disclosures: Vec<&str> = texts.iter().flat_map(|text| text.split('~').skip(1)).filter(|one| !one.is_empty()).collect();
    assert_eq!(disclosures.iter().collect::<HashSet<_>>().len(), disclosures.len());
}
