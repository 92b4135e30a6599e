//! The status list cache against a server whose list changes.
#![expect(clippy::unwrap_used, reason = "tests fail loudly")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get;
use http::StatusLists;
use http::egress::{Egress, Rules};
use model::Timestamp;
use tokio::net::TcpListener;
use vc::key::{Algorithm, SigningKey};
use vc::status_list::{Status, StatusList, TokenClaims, issue_token};
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
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/status/1", get(handler))).await });
        Self { key, header, trust, uri, served, asked }
    }

    fn publish(&self, status: Status, iat: i64) {
        let mut list = StatusList::new(2, 64).unwrap();
        list.set(3, status).unwrap();
        let claims = TokenClaims { uri: self.uri.clone(), iat, exp: NOW + 3600, ttl: 60 };
        *self.served.lock().unwrap() = issue_token(&list, &claims, &self.header, &self.key).unwrap();
    }
}

fn status(list: Option<FetchedStatusList>) -> Option<Status> {
    match list? {
        FetchedStatusList::Read(token) => token.list.status(3),
        FetchedStatusList::Text(_) => None,
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
    // Another register does not take over what was verified under this one.
    assert_eq!(status(lists.list(&publisher.uri, &Trust::default(), at(11)).await), None);
    assert_eq!(see(20).await, Some(Status::Invalid));
}

#[tokio::test]
async fn an_address_that_may_not_be_fetched_gives_nothing() {
    let lists = StatusLists::new(Egress::new(Rules::default(), None).unwrap());
    assert!(lists.list("https://127.0.0.1/status/1", &Trust::default(), Timestamp::from_seconds(NOW)).await.is_none());
}
