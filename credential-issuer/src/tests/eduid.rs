//! The sandbox eduID beside the issuer: a browser that goes there for an authorization or for the desk, and comes back.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request};
use model::Clock;
use sandbox::{Client, EduidProvider, EduidSettings, ProviderKeys, World};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use vc::random::SystemRandom;

use super::{Answer, App, ORIGIN, On, SLUG, request};

pub(super) const SESSION: &str = "ew_issuer_8081";
pub(super) const LOGIN: &str = "ew_issuer_login_8081";

/// An eduID on loopback.
pub(super) struct Eduid {
    pub(super) origin: String,
    world: Arc<World>,
}

/// A browser on its way back: where eduID sends it, and the cookie that it began with.
pub(super) struct Back {
    pub(super) path: String,
    pub(super) cookie: String,
}

impl Eduid {
    pub(super) async fn beside(app: &App) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let (clock, world) = (Arc::clone(&app.clock), Arc::new(World::demo(app.now().seconds(), [3; 32])));
        let provider = EduidProvider::new(EduidSettings {
            issuer: origin.clone(),
            clients: vec![Client::new(SLUG, "secret", SLUG, &[&format!("{ORIGIN}/{SLUG}/auth/callback")])],
            keys: ProviderKeys::generate().unwrap(),
            world: Arc::clone(&world),
            clock: Arc::new(move || clock.now().seconds()),
            random: Arc::new(SystemRandom),
        });
        tokio::spawn(async move { provider.serve(listener).await });
        Self { origin, world }
    }

    /// An issuer whose institution signs in here, and whose approver is a persona.
    pub(super) async fn with_issuer(on: On) -> (App, Self) {
        let app = App::new(on).await;
        let eduid = Self::beside(&app).await;
        (eduid.known_to(app).await, eduid)
    }

    pub(super) async fn known_to(&self, app: App) -> App {
        app.changed(|config| {
            let institution = &mut config.institutions[0];
            institution.eduid.discovery = format!("{}/.well-known/openid-configuration", self.origin);
            institution.eduid.client_secret = Some("secret".to_owned().into());
            institution.staff[1].eduid = self.of("approver-hogeschool");
        })
        .await
    }

    /// What the institution sees of a persona.
    pub(super) fn of(&self, persona: &str) -> String {
        self.world.eduid(persona, SLUG).unwrap()
    }

    /// Makes the next sign-in wrong.
    pub(super) async fn goes_wrong(&self, app: &App, kind: &str) {
        let order = json!({"kind": kind, "times": 1});
        assert!(app.issuer.core.egress().post_json(&format!("{}/sandbox/faults", self.origin), &order).await.unwrap().is_success());
    }

    /// From an answer that leads to eduID to the address that eduID leads back to.
    pub(super) async fn signs_in(&self, app: &App, begun: &Answer, persona: &str) -> Back {
        assert_eq!(begun.status, 303, "{}", begun.body);
        let location = begun.headers["location"].to_str().unwrap();
        let page = app.issuer.core.egress().get(location).await.unwrap();
        let html = String::from_utf8(page.body.to_vec()).unwrap();
        let (_, tail) = html.split_once("name=\"handle\" value=\"").unwrap_or_else(|| panic!("{html}"));
        let handle = tail.split('"').next().unwrap();
        let there = page.headers.get("set-cookie").unwrap().to_str().unwrap().split(';').next().unwrap();
        let location = self.press(there, &[("handle", handle), ("persona", persona)]).await;
        Back { path: location.replace(ORIGIN, ""), cookie: format!("{LOGIN}={}", set(begun, LOGIN).unwrap()) }
    }

    /// Presses a persona's button over a plain connection, because the guarded client follows no redirects and shows none.
    async fn press(&self, cookie: &str, pairs: &[(&str, &str)]) -> String {
        let authority = self.origin.trim_start_matches("http://");
        let body = openid4vc::form::encode(pairs.iter().copied());
        let head = format!(
            "POST /login HTTP/1.1\r\nhost: {authority}\r\norigin: {}\r\ncookie: {cookie}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.origin,
            body.len()
        );
        let mut socket = TcpStream::connect(authority.replace("localhost", "127.0.0.1")).await.unwrap();
        socket.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        let line = answer.lines().find(|line| line.to_ascii_lowercase().starts_with("location:")).unwrap_or_else(|| panic!("{answer}"));
        line.split_once(':').unwrap().1.trim().to_owned()
    }
}

/// The value of a cookie that an answer sets.
pub(super) fn set(answer: &Answer, name: &str) -> Option<String> {
    let all = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    all.filter_map(|value| value.strip_prefix(&format!("{name}="))).map(|rest| rest.split(';').next().unwrap().to_owned()).next()
}

/// The code on an error page.
pub(super) fn code_of(answer: &Answer) -> String {
    answer.body.split_once("data-error=\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default().to_owned()
}

pub(super) async fn get(app: &App, path: &str, cookies: &str) -> Answer {
    let request: Request<Body> = request(Method::GET, path, None).header("cookie", cookies).body(Body::empty()).unwrap();
    app.send(request).await
}
