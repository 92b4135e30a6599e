//! The status list cache against a server whose list changes.
#![expect(clippy::unwrap_used, reason = "tests fail loudly")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use http::StatusLists;
use http::egress::{Egress, Rules};
use model::Timestamp;
use tokio::net::TcpListener;
use vc::key::{Algorithm, SigningKey};
use vc::status_list::bitstring::{ListFacts, credential};
use vc::status_list::{
    Bitstring, BitstringList, CheckedList, ListText, Purpose, Standing, Status, StatusEntry, StatusList, StatusListError, TokenClaims,
    issue_token, recognise,
};
use vc::trust::Trust;
use vc::verify::FetchedStatusList;
use vc::x509::{CertificateAuthority, Chain, LeafRequest};

const NOW: i64 = 1_795_352_580;

struct Publisher {
    key: SigningKey,
    header: vc::Map,
    trust: Trust,
    uri: String,
    served: Arc<Mutex<String>>,
    asked: Arc<AtomicUsize>,
}

impl Publisher {
    async fn start() -> Self {
        let authority = CertificateAuthority::new("Voorbeeld", NOW - 1000).unwrap();
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let request = LeafRequest {
            public_jwk: key.public_jwk().unwrap(),
            common_name: "Hogeschool Voorbeeld".into(),
            san_uri: Some("https://issuer.example/hogeschool-voorbeeld".into()),
            san_dns: vec!["issuer.example".into()],
            not_before: NOW - 1000,
            not_after: NOW + 86_400 * 300,
        };
        let chain = Chain::from_der(vec![authority.issue_leaf(&request).unwrap()]).unwrap();
        let mut header = vc::Map::new();
        header.insert("x5c".into(), chain.to_x5c().into());
        let trust = Trust { anchors: vec![authority.anchor_der().to_vec()], ..Trust::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://localhost:{}/status/1", listener.local_addr().unwrap().port());
        let (served, asked) = (Arc::new(Mutex::new(String::new())), Arc::new(AtomicUsize::new(0)));
        let (text, count) = (served.clone(), asked.clone());
        let handler = move || {
            count.fetch_add(1, Ordering::SeqCst);
            let body = text.lock().unwrap().clone();
            async move { ([("content-type", "application/statuslist+jwt")], body) }
        };
        let router = Router::new()
            .route("/status/1", get(handler))
            .route("/0", get(|| async { Redirect::temporary("/1") }))
            .route("/1", get(|| async { Redirect::permanent("/2") }))
            .route("/2", get(|| async { Redirect::to("/3") }))
            .route("/3", get(|| async { Redirect::to("/status/1") }))
            .route("/inside", get(|| async { Redirect::to("https://169.254.169.254/status/1") }));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { key, header, trust, uri, served, asked }
    }

    fn publish(&self, status: Status, iat: i64) {
        let mut list = StatusList::new(2, 64).unwrap();
        list.set(3, status).unwrap();
        self.publish_as(&self.uri, &list, iat);
    }

    fn publish_as(&self, uri: &str, list: &StatusList, iat: i64) {
        let claims = TokenClaims { uri: uri.to_owned(), iat, exp: NOW + 3600, ttl: 60 };
        *self.served.lock().unwrap() = issue_token(list, &claims, &self.header, &self.key).unwrap();
    }
}

fn status(list: Option<FetchedStatusList>) -> Option<Status> {
    match list? {
        FetchedStatusList::Read(token) => token.list.status(3),
        FetchedStatusList::Text(_) | FetchedStatusList::Checked(_) => None,
    }
}

#[tokio::test]
async fn a_neighbours_list_is_asked_again_after_two_seconds_and_never_goes_back() {
    let publisher = Publisher::start().await;
    let lists = StatusLists::new(Egress::new(Rules { allow_localhost: true, peers: Vec::new() }, None).unwrap());
    let at = |seconds: i64| Timestamp::from_seconds(NOW + seconds);
    let see = async |seconds: i64| status(lists.list(&publisher.uri, &publisher.trust, at(seconds)).await);

    publisher.publish(Status::Valid, NOW);
    assert_eq!(see(0).await, Some(Status::Valid));
    publisher.publish(Status::Invalid, NOW + 1);
    assert_eq!((see(1).await, publisher.asked.load(Ordering::SeqCst)), (Some(Status::Valid), 1));
    assert_eq!((see(2).await, publisher.asked.load(Ordering::SeqCst)), (Some(Status::Invalid), 2));
    // An older list does not bring a revoked credential back (row S3).
    publisher.publish(Status::Valid, NOW);
    assert_eq!(see(5).await, Some(Status::Invalid));
    // What cannot be read leaves the last good one standing.
    *publisher.served.lock().unwrap() = "nonsense".into();
    assert_eq!(see(10).await, Some(Status::Invalid));
    // Nor does a restart of the issuer from an old backup, for as long as the newer one lives.
    publisher.publish(Status::Valid, NOW);
    assert_eq!(see(13).await, Some(Status::Invalid));
    *publisher.served.lock().unwrap() = "nonsense".into();
    // Another register does not take over what was verified under this one.
    assert_eq!(status(lists.list(&publisher.uri, &Trust::default(), at(15)).await), None);
    assert_eq!(see(20).await, Some(Status::Invalid));
}

#[tokio::test]
async fn an_address_that_may_not_be_fetched_gives_nothing() {
    let lists = StatusLists::new(Egress::new(Rules::default(), None).unwrap());
    assert!(lists.list("https://127.0.0.1/status/1", &Trust::default(), Timestamp::from_seconds(NOW)).await.is_none());
}

fn localhost() -> StatusLists {
    StatusLists::new(Egress::new(Rules { allow_localhost: true, peers: Vec::new() }, None).unwrap())
}

/// Row S3: when the newest one has ended and only an older one is served, nothing is known, although that one would still count.
#[tokio::test]
async fn an_older_list_does_not_step_in_when_the_newest_has_ended() {
    let publisher = Publisher::start().await;
    let lists = localhost();
    let read = |bytes: &[u8]| {
        let (end, made) = if bytes == b"old" { (NOW + 1000, NOW - 60) } else { (NOW + 10, NOW) };
        let facts = ListFacts {
            uri: &publisher.uri,
            issuer: "did:web:issuer.example",
            purpose: Purpose::Revocation,
            valid_from: made,
            valid_until: end,
            ttl: 60,
        };
        BitstringList::of_verified(&credential(&Bitstring::new(0), &facts)?, &publisher.uri, NOW).map(CheckedList::from)
    };
    let see = async |seconds: i64| lists.seen(&publisher.uri, [0; 32], Timestamp::from_seconds(NOW + seconds), &read).await;
    *publisher.served.lock().unwrap() = "new".into();
    assert_eq!(see(0).await.checked.unwrap().made_at(), Some(NOW));
    *publisher.served.lock().unwrap() = "old".into();
    let seen = see(20).await;
    assert!(seen.unread.is_none());
    assert!(!seen.checked.unwrap().is_current(NOW + 20));
}

/// A list credential is read once its issuer's key was fetched, without asking for the list again.
#[tokio::test]
async fn a_list_credential_waits_for_its_key() {
    let publisher = Publisher::start().await;
    let lists = localhost();
    let mut bits = Bitstring::new(1 << 20);
    bits.set(3, true).unwrap();
    let facts = ListFacts {
        uri: &publisher.uri,
        issuer: "did:web:issuer.example",
        purpose: Purpose::Suspension,
        valid_from: NOW,
        valid_until: NOW + 3600,
        ttl: 60,
    };
    let document = serde_json::Value::Object(credential(&bits, &facts).unwrap()).to_string();
    *publisher.served.lock().unwrap() = document.clone();
    let now = Timestamp::from_seconds(NOW);
    let without = |_: &[u8]| Err(StatusListError::Signature);
    let seen = lists.seen(&publisher.uri, [1; 32], now, &without).await;
    assert!(seen.checked.is_none());
    assert_eq!(seen.unread.unwrap(), document);
    let with = |bytes: &[u8]| match recognise(bytes, &publisher.uri)? {
        ListText::Credential(map) => BitstringList::of_verified(&map, &publisher.uri, NOW).map(CheckedList::from),
        _ => Err(StatusListError::Type),
    };
    let seen = lists.seen(&publisher.uri, [1; 32], now, &with).await;
    assert!(seen.unread.is_none());
    let entry = StatusEntry::Bitstring { uri: publisher.uri.clone(), index: 3, purpose: Purpose::Suspension, size: 1 };
    assert_eq!(seen.checked.unwrap().standing(&entry, None), Ok(Standing::Suspended));
    assert_eq!(publisher.asked.load(Ordering::SeqCst), 1);
}

/// Three redirects are followed; a fourth is not, nor one to an address that may not be fetched.
#[tokio::test]
async fn redirects_are_counted_and_checked() {
    let publisher = Publisher::start().await;
    let lists = localhost();
    let mut list = StatusList::new(2, 64).unwrap();
    list.set(3, Status::Invalid).unwrap();
    let base = publisher.uri.strip_suffix("/status/1").unwrap();
    for (path, expected) in [("/1", Some(Status::Invalid)), ("/0", None), ("/inside", None)] {
        let uri = format!("{base}{path}");
        publisher.publish_as(&uri, &list, NOW);
        assert_eq!(status(lists.list(&uri, &publisher.trust, Timestamp::from_seconds(NOW)).await), expected, "{path}");
    }
}
