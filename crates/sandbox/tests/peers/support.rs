//! Sandbox peers on ports of their own, with a clock that a test can move.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sandbox::{Clock, Institutions, InstitutionsSettings, SharedRandom, World};
use serde_json::Value;
use tokio::net::TcpListener;
use vc::random::SystemRandom;

/// 2025-10-19, 400 days before the present of these tests.
pub(crate) const START: i64 = 1_760_832_000;
pub(crate) const PRESENT: i64 = START + sandbox::world::HISTORY_DAYS * 86_400;

#[derive(Clone)]
pub(crate) struct Time(Arc<AtomicI64>);

impl Time {
    pub(crate) fn at(now: i64) -> Self {
        Self(Arc::new(AtomicI64::new(now)))
    }

    pub(crate) fn set(&self, now: i64) {
        self.0.store(now, Ordering::SeqCst);
    }

    pub(crate) fn clock(&self) -> Clock {
        let time = Arc::clone(&self.0);
        Arc::new(move || time.load(Ordering::SeqCst))
    }
}

pub(crate) fn world() -> Arc<World> {
    Arc::new(World::demo(START, [7; 32]))
}

pub(crate) fn random() -> SharedRandom {
    Arc::new(SystemRandom)
}

/// A listener on a free port, and its origin.
pub(crate) async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    (listener, origin)
}

pub(crate) fn http() -> reqwest::Client {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// The institutions' server, listening.
pub(crate) async fn institutions(world: &Arc<World>, time: &Time) -> Institutions {
    let (listener, origin) = listener().await;
    let server = Institutions::new(InstitutionsSettings { origin, world: Arc::clone(world), clock: time.clock(), random: random() });
    let serving = server.clone();
    tokio::spawn(async move { serving.serve(listener).await });
    server
}

/// One institution as a client sees it.
pub(crate) struct At {
    pub(crate) base: String,
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) http: reqwest::Client,
}

impl At {
    pub(crate) fn new(world: &World, server: &Institutions, slug: &str) -> Self {
        let institution = world.institution(slug).unwrap();
        Self { base: server.base(slug).unwrap(), user: institution.user.clone(), password: institution.password.clone(), http: http() }
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        let response = self.http.get(format!("{}{path}", self.base)).basic_auth(&self.user, Some(&self.password)).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap_or_default())
    }

    /// Every row of a list, in pages of ten.
    pub(crate) async fn all(&self, path: &str) -> Vec<Value> {
        let glue = if path.contains('?') { '&' } else { '?' };
        let mut items = Vec::new();
        for number in 1.. {
            let (status, page) = self.get(&format!("{path}{glue}pageNumber={number}")).await;
            assert_eq!(status, 200, "{path}");
            items.extend(page["items"].as_array().unwrap().clone());
            if page["hasNextPage"] == false {
                break;
            }
        }
        items
    }
}
