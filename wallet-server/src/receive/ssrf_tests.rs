//! Threat T14 for every kind of address that an issuer or a verifier writes: where no connection may go none goes, and the learner is
//! told with the code of the catalogue. That a checked name is connected to at the very address that was checked is tested in
//! `http::egress`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use model::held::Standing;
use model::receipt::{ReceiptId, ReceiptState};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::testing::{Behaviour, Browser, FORMS, StubIssuer, StubVerifier, TestWallet, login_offer};

/// Names whose answers hold an address where no connection may go; what is wrong with them shows when they are looked up.
const NAMES: [&str; 4] = ["https://inner.example", "https://cloud.example", "https://mixed.example", "https://embedded.example"];

/// Something that listens on loopback and counts who comes by.
struct Trap {
    port: u16,
    seen: Arc<AtomicUsize>,
}

impl Trap {
    async fn set() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, seen) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
        let count = seen.clone();
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { port, seen }
    }

    /// Addresses that can be refused as they are written. All that can be connected to lead here.
    fn literals(&self) -> Vec<String> {
        let port = self.port;
        let own = ["127.0.0.1", "[::1]", "2130706433", "0177.0.0.1", "[::ffff:127.0.0.1]", "localhost", "127.1"];
        let inner = ["10.0.0.1", "169.254.169.254", "[64:ff9b::7f00:1]", "metadata.internal", "printer.local", "x@inner.example"];
        own.iter().map(|host| format!("https://{host}:{port}")).chain(inner.iter().map(|host| format!("https://{host}"))).collect()
    }

    fn is_untouched(&self) -> bool {
        self.seen.load(Ordering::SeqCst) == 0
    }
}

fn every(trap: &Trap) -> Vec<String> {
    trap.literals().into_iter().chain(NAMES.map(str::to_owned)).collect()
}

async fn started(behaviour: Behaviour) -> (TestWallet, StubIssuer, Trap) {
    let issuer = StubIssuer::start(behaviour).await;
    let wallet = TestWallet::with(&issuer).await;
    (wallet, issuer, Trap::set().await)
}

/// What opening an offer with this address for its place, or this text, comes to.
async fn opened(learner: &Browser<'_>, query: &[(&str, &str)]) -> (u16, Option<String>) {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let answer = learner.get(&format!("/credential-offer?{query}")).await;
    (answer.status.as_u16(), answer.code().map(str::to_owned))
}

/// Opens an offer of the issuer whose documents were just changed.
async fn reopened(wallet: &TestWallet, learner: &Browser<'_>, issuer: &StubIssuer) -> (u16, Option<String>) {
    wallet.clock.advance_seconds(120);
    opened(learner, &[("credential_offer_uri", &issuer.at("/offers/1"))]).await
}

fn told(code: &str) -> (u16, Option<String>) {
    (400, Some(code.to_owned()))
}

#[tokio::test]
async fn an_offer_and_its_issuer() {
    let (wallet, issuer, trap) = started(Behaviour::default()).await;
    let samira = wallet.learner("samira").await;
    for host in every(&trap) {
        let code = if host.contains('@') { "offer_uri_scheme" } else { "offer_uri_address" };
        assert_eq!(opened(&samira, &[("credential_offer_uri", &format!("{host}/offers/1"))]).await, told(code), "{host}");
        let by_value = json!({"credential_issuer": format!("{host}/school"), "credential_configuration_ids": [FORMS[0]]}).to_string();
        assert_eq!(opened(&samira, &[("credential_offer", &by_value)]).await, told("issuer_identifier"), "{host}");
        // (`credentials` tells the stub that this offer is bad on purpose.)
        issuer.behave(|b| {
            b.offer = json!({"credential_issuer": format!("{host}/school"), "credential_configuration_ids": [FORMS[0]], "credentials": []})
        });
        let by_reference = opened(&samira, &[("credential_offer_uri", &issuer.at("/offers/1"))]).await;
        assert_eq!(by_reference, told("issuer_identifier"), "{host}");
    }
    assert!(trap.is_untouched());
    assert_eq!((issuer.count("metadata"), issuer.count("token")), (0, 0));
}

#[tokio::test]
async fn row_m3_every_endpoint_of_both_documents() {
    let (wallet, issuer, trap) = started(Behaviour::default()).await;
    let samira = wallet.learner("samira").await;
    for host in trap.literals() {
        for endpoint in ["credential_endpoint", "nonce_endpoint", "deferred_credential_endpoint", "notification_endpoint"] {
            issuer.behave(|b| b.metadata = json!({endpoint: format!("{host}/x")}));
            let before = issuer.count("metadata");
            assert_eq!(reopened(&wallet, &samira, &issuer).await, told("issuer_metadata"), "{endpoint} {host}");
            assert_eq!((issuer.count("metadata"), issuer.count("server")), (before + 1, 0), "one metadata GET only");
        }
    }
    for host in every(&trap) {
        issuer.behave(|b| b.metadata = json!({"authorization_servers": [format!("{host}/as")]}));
        assert_eq!(reopened(&wallet, &samira, &issuer).await, told("issuer_metadata"), "authorization server {host}");
    }
    issuer.behave(|b| b.metadata = Value::Null);
    for host in trap.literals() {
        for endpoint in ["token_endpoint", "pushed_authorization_request_endpoint", "challenge_endpoint"] {
            issuer.behave(|b| b.server = json!({endpoint: format!("{host}/x")}));
            assert_eq!(reopened(&wallet, &samira, &issuer).await, told("issuer_metadata"), "{endpoint} {host}");
        }
    }
    assert!(trap.is_untouched());
    assert_eq!((issuer.count("token"), issuer.count("par"), issuer.count("credential")), (0, 0, 0));
}

#[tokio::test]
async fn an_endpoint_whose_name_leads_inside() {
    for name in NAMES {
        let elsewhere = || Value::from(format!("{name}/x"));
        let attested = json!({"token_endpoint_auth_methods_supported": ["attest_jwt_client_auth"], "challenge_endpoint": elsewhere(),
            "pre-authorized_grant_anonymous_access_supported": false});
        for (metadata, server, login) in [
            (json!({"credential_endpoint": elsewhere()}), Value::Null, false),
            (json!({"nonce_endpoint": elsewhere()}), Value::Null, false),
            (Value::Null, json!({"token_endpoint": elsewhere()}), false),
            (Value::Null, attested, false),
            (Value::Null, json!({"pushed_authorization_request_endpoint": elsewhere()}), true),
        ] {
            let what = format!("{metadata} {server}");
            let behaviour = Behaviour { metadata, server, ..Behaviour::default() };
            let behaviour = if login { Behaviour { offer: login_offer(&FORMS[..1]), ..behaviour } } else { behaviour };
            let (wallet, issuer, _) = started(behaviour).await;
            let samira = wallet.learner("samira").await;
            let page = samira.opens(&issuer.at("/offers/1")).await;
            let refused = samira.post(&page, &[("choice", "accept")]).await;
            assert_eq!((refused.status.as_u16(), refused.code()), (400, Some("issuer_metadata")), "{what} {}", refused.body);
            assert_eq!((issuer.count("credential"), issuer.count("par")), (0, 0), "{what}");
            // It is over: nobody tries again by themselves.
            wallet.clock.advance_seconds(3_600);
            wallet.work().await;
            assert!(wallet.state().store.read().await.unwrap().copies(&samira.learner).await.unwrap().is_empty());
        }
    }
}

#[tokio::test]
async fn what_is_prepared_or_told_waits_until_its_place_can_be_reached() {
    let astray = json!({"deferred_credential_endpoint": "https://inner.example/x", "notification_endpoint": "https://inner.example/y"});
    let (wallet, issuer, _) = started(Behaviour { deferred: Some(1), metadata: astray, refreshes: true, ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    samira.post(&page, &[("choice", "accept")]).await;
    let id = ReceiptId::new(page.rsplit('/').next().unwrap());
    let state = async || wallet.state().store.read().await.unwrap().receipt(&id).await.unwrap().unwrap().state;
    for _ in 0..3 {
        wallet.clock.advance_seconds(600);
        wallet.work().await;
        assert_eq!((issuer.count("deferred"), state().await), (0, ReceiptState::Redeeming));
    }
    issuer.behave(|b| b.metadata["deferred_credential_endpoint"] = issuer.at("/deferred").into());
    wallet.clock.advance_seconds(3_600);
    wallet.work().await;
    assert_eq!((issuer.count("deferred"), state().await), (1, ReceiptState::Arrived));
    // It is kept although the issuer cannot be told; when its name is right again, it is.
    let samira = wallet.learner("samira").await;
    assert!(samira.post(&page, &[("choice", "accept")]).await.location().contains("/wallet/credentials/"));
    wallet.clock.advance_seconds(120);
    wallet.work().await;
    assert_eq!(issuer.seen(|seen| seen.notifications.len()), 0);
    issuer.behave(|b| b.metadata["notification_endpoint"] = issuer.at("/notification").into());
    wallet.clock.advance_seconds(3_600);
    wallet.work().await;
    assert_eq!(issuer.seen(|seen| seen.notifications.len()), 1);
}

#[tokio::test]
async fn a_status_list_is_not_asked_for_and_its_standing_stays_unknown() {
    let (wallet, issuer, trap) = started(Behaviour::default()).await;
    let samira = wallet.learner("samira").await;
    for (number, host) in every(&trap).into_iter().enumerate() {
        issuer.behave(|b| {
            b.claims = json!({"status": {"status_list": {"idx": 1, "uri": format!("{host}/status/{number}")}}, "title": host, "title_by_language": null});
            b.offer["grants"] = json!({"urn:ietf:params:oauth:grant-type:pre-authorized_code": {"pre-authorized_code": format!("c-{number}")}});
        });
        let page = samira.opens(&issuer.at(&format!("/offers/{number}"))).await;
        assert!(samira.take(&page).await.location().contains("/wallet/credentials/"), "{host}");
        let held = wallet.state().store.read().await.unwrap().copies(&samira.learner).await.unwrap();
        let one = held.iter().find(|one| one.summary.title.nl == host).unwrap();
        assert_eq!(one.validity.standing, Standing::Unknown, "{host}");
    }
    wallet.clock.advance_seconds(86_400);
    samira.get("/wallet").await;
    assert!(trap.is_untouched());
    assert_eq!(issuer.count("status"), 0);
}

#[tokio::test]
async fn the_metadata_of_a_type_is_not_asked_for() {
    for number in 0..2 {
        let (wallet, issuer, trap) = started(Behaviour::default()).await;
        let samira = wallet.learner("samira").await;
        for host in if number == 0 { trap.literals() } else { NAMES.map(str::to_owned).to_vec() } {
            let vct = format!("{host}/types/1");
            issuer.behave(|b| {
                b.claims = json!({"vct": vct, "title": host});
                b.metadata = json!({"credential_configurations_supported": {"microcredential-sd-jwt": {"vct": vct}}});
            });
            wallet.clock.advance_seconds(120);
            let page = samira.opens(&issuer.at(&format!("/offers/{}", vct.len()))).await;
            let collected = samira.post(&page, &[("choice", "accept")]).await;
            assert!(matches!(collected.status.as_u16(), 303 | 400), "{host}: {}", collected.body);
        }
        assert!(trap.is_untouched());
        assert_eq!(issuer.count("type"), 0);
    }
}

#[tokio::test]
async fn the_key_of_an_issuer_is_not_looked_up_inside() {
    let (wallet, issuer, trap) = started(Behaviour::default()).await;
    let stranger = StubIssuer::start(Behaviour::default()).await;
    let samira = wallet.learner("samira").await;
    let port = trap.port;
    let dids = ["127.0.0.1", "10.0.0.1", "inner.example", "mixed.example", "metadata.internal"].map(|host| format!("did:web:{host}"));
    let ports = ["127.0.0.1", "%5B%3A%3A1%5D", "2130706433"].map(|host| format!("did:web:{host}%3A{port}"));
    for (number, name) in every(&trap).into_iter().chain(dids).chain(ports).enumerate() {
        stranger.behave(|b| b.signs_as = Some(name.clone()));
        let page = samira.opens(&stranger.at(&format!("/offers/{number}"))).await;
        samira.post(&page, &[("choice", "know")]).await;
        let refused = samira.post(&page, &[("choice", "accept")]).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (400, Some("credential_signature")), "{name} {}", refused.body);
    }
    assert!(trap.is_untouched());
    assert!(wallet.state().store.read().await.unwrap().copies(&samira.learner).await.unwrap().is_empty());
    assert_eq!(issuer.count("metadata"), 0);
}

#[tokio::test]
async fn pictures_of_an_issuer_are_not_fetched_and_no_page_leads_a_browser_to_them() {
    let (wallet, issuer, trap) = started(Behaviour::default()).await;
    let samira = wallet.learner("samira").await;
    for (number, host) in every(&trap).into_iter().enumerate() {
        let logo = json!([{"name": "Zichzelf", "locale": "nl", "logo": {"uri": format!("{host}/logo.png")}}]);
        let card =
            json!([{"name": "Proef", "logo": {"uri": format!("{host}/a.png")}, "background_image": {"uri": format!("{host}/b.png")}}]);
        issuer.behave(|b| {
            b.metadata = json!({"display": logo, "credential_configurations_supported": {
                "microcredential-sd-jwt": {"credential_metadata": {"display": card}}}});
            b.offer["grants"] =
                json!({"urn:ietf:params:oauth:grant-type:pre-authorized_code": {"pre-authorized_code": format!("c-{number}")}});
        });
        wallet.clock.advance_seconds(120);
        let page = samira.opens(&issuer.at(&format!("/offers/{number}"))).await;
        let before = samira.get(&page).await.body;
        let kept = samira.take(&page).await;
        let after = samira.get(&kept.location().replace("http://localhost:8080", "")).await.body;
        for shown in [before, after] {
            assert!(!shown.contains("logo.png") && !shown.contains("a.png") && !shown.contains("b.png"), "{host}");
        }
    }
    assert!(trap.is_untouched());
}

#[tokio::test]
async fn a_request_and_where_its_answer_goes() {
    let (wallet, issuer, trap) = started(Behaviour::default()).await;
    let verifier = StubVerifier::start().await;
    verifier.register(&wallet, "Werkgever Voorbeeld");
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    samira.take(&page).await;
    for (number, host) in every(&trap).into_iter().enumerate() {
        let uri: String = url::form_urlencoded::byte_serialize(format!("{host}/request").as_bytes()).collect();
        for method in ["get", "post"] {
            let link = format!("/authorize?client_id={}&request_uri={uri}&request_uri_method={method}", verifier.client_id());
            let refused = samira.get(&link).await;
            let code = if host.contains('@') { "request_uri_scheme" } else { "request_uri_address" };
            assert_eq!((refused.status.as_u16(), refused.code()), (400, Some(code)), "{host}");
        }
        // The object is honest but for the place that the answer is to go to.
        let mut parameters = verifier.parameters(&verifier.client_id(), &format!("n{number}"));
        parameters.response_uri = format!("{host}/response");
        let opened = samira.get(&verifier.asks(&parameters)).await;
        if opened.status.as_u16() == 303 {
            let shown = opened.location().replace("http://localhost:8080", "");
            let consent = samira.get(&shown).await;
            let action = consent.body.split("action=\"").find(|part| part.starts_with("/wallet/requests/")).unwrap_or_default();
            let action = action.split('"').next().unwrap_or_default().replace("&amp;", "&");
            samira.post(&action, &[("choice", "share")]).await;
            wallet.work().await;
        } else {
            assert_eq!((opened.status.as_u16(), opened.code()), (400, Some("invalid_request")), "{host}");
        }
    }
    assert!(trap.is_untouched());
    assert!(verifier.received().is_empty());
}
