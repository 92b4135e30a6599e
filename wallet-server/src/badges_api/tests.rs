//! Registering, connecting, tokens and disconnecting, over the router: status, error code and row counts.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use axum::http::{Method, Request};
use openid4vc::oauth::pkce;
use serde_json::{Value, json};
use testkit::{TestDatabase, each_database};
use url::Url;
use vc::encoding::b64;

use crate::badges_api::Platforms;
use crate::import::tests::school;
use crate::testing::{Answer, Browser, TestWallet};

pub(super) const SCOPE: &str = "https://purl.imsglobal.org/spec/ob/v3p0/scope/";
pub(super) const BACK: &str = "https://badges.platform.example/back";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// Scopes by their last words.
pub(super) fn scopes(names: &[&str]) -> String {
    let word = |name: &&str| if *name == "offline_access" { (*name).to_owned() } else { format!("{SCOPE}{name}") };
    names.iter().map(word).collect::<Vec<_>>().join(" ")
}

pub(super) const ALL: [&str; 5] = ["credential.readonly", "credential.upsert", "profile.readonly", "profile.update", "offline_access"];

fn metadata() -> Value {
    let at = |path: &str| format!("https://badges.platform.example/{path}");
    json!({"client_name": "Badgeplatform", "client_uri": at(""), "logo_uri": at("logo.png"), "tos_uri": at("terms"),
        "policy_uri": at("privacy"), "software_id": "c88b6ed8", "software_version": "1.0", "redirect_uris": [BACK],
        "token_endpoint_auth_method": "client_secret_basic", "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"], "scope": scopes(&ALL), "contacts": ["beheer@platform.example"]})
}

async fn register(wallet: &TestWallet, body: &Value) -> Answer {
    let request = Request::post("/badges/register").header(HOST, "localhost:8080").header(CONTENT_TYPE, "application/json");
    wallet.send(request.body(Body::from(body.to_string())).unwrap()).await
}

pub(super) fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{} {}", answer.status, answer.body))
}

/// A registered platform.
pub(super) struct Client {
    pub(super) id: String,
    secret: String,
}

impl Client {
    pub(super) async fn registered(wallet: &TestWallet) -> Self {
        let answer = register(wallet, &metadata()).await;
        assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
        let body = json_of(&answer);
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        assert_eq!((body["client_secret_expires_at"].as_i64(), body["contacts"][0].as_str()), (Some(0), Some("beheer@platform.example")));
        Self { id: text("client_id"), secret: text("client_secret") }
    }

    pub(super) fn asks(&self, scope: &str, change: &[(&str, &str)]) -> String {
        let challenge = pkce::challenge(VERIFIER);
        let mut all: BTreeMap<&str, &str> = BTreeMap::from([
            ("response_type", "code"),
            ("client_id", &self.id),
            ("redirect_uri", BACK),
            ("scope", scope),
            ("state", "s-1"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        all.extend(change.iter().copied());
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish();
        format!("/badges/authorize?{query}")
    }

    /// The learner allows it; gives the code.
    pub(super) async fn code(&self, learner: &Browser<'_>, scope: &str) -> String {
        let answer = learner.post(&self.asks(scope, &[]), &[("choice", "allow")]).await;
        assert_eq!(answer.status.as_u16(), 303, "{}", answer.body);
        let back = returned(&answer);
        assert_eq!((back["state"].as_str(), back["scope"].as_str()), ("s-1", scope));
        back["code"].clone()
    }

    pub(super) async fn post(&self, wallet: &TestWallet, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let basic = format!("Basic {}", b64(format!("{}:{}", self.id, self.secret)));
        let request = Request::post(path).header(HOST, "localhost:8080").header(AUTHORIZATION, basic);
        wallet.send(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(body)).unwrap()).await
    }

    pub(super) async fn redeem(&self, wallet: &TestWallet, code: &str, change: &[(&str, &str)]) -> Answer {
        let mut all =
            BTreeMap::from([("grant_type", "authorization_code"), ("code", code), ("redirect_uri", BACK), ("code_verifier", VERIFIER)]);
        all.extend(change.iter().copied());
        self.post(wallet, "/badges/token", &all.into_iter().collect::<Vec<_>>()).await
    }

    pub(super) async fn refresh(&self, wallet: &TestWallet, token: &str) -> Answer {
        self.post(wallet, "/badges/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// Connected with these scopes: access token and refresh token.
    pub(super) async fn connected(&self, wallet: &TestWallet, learner: &Browser<'_>, names: &[&str]) -> (String, String) {
        let code = self.code(learner, &scopes(names)).await;
        let answer = self.redeem(wallet, &code, &[]).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
        let body = json_of(&answer);
        assert_eq!((body["token_type"].as_str(), body["expires_in"].as_i64()), (Some("Bearer"), Some(3600)));
        assert_eq!(body["scope"].as_str(), Some(scopes(names).as_str()));
        (body["access_token"].as_str().unwrap().to_owned(), body["refresh_token"].as_str().unwrap_or_default().to_owned())
    }
}

/// The parameters that went back to the platform.
fn returned(answer: &Answer) -> BTreeMap<String, String> {
    let back = Url::parse(answer.location()).unwrap();
    assert_eq!(back.host_str(), Some("badges.platform.example"), "{back}");
    back.query_pairs().into_owned().collect()
}

/// A call of the API.
pub(super) async fn call(wallet: &TestWallet, method: Method, path: &str, token: &str, body: Option<(&str, String)>) -> Answer {
    let mut request = Request::builder().method(method).uri(format!("/ims/ob/v3p0/{path}")).header(HOST, "localhost:8080");
    if !token.is_empty() {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    if let Some((kind, _)) = &body {
        request = request.header(CONTENT_TYPE, *kind);
    }
    wallet.send(request.body(body.map_or_else(Body::empty, |(_, body)| Body::from(body))).unwrap()).await
}

pub(super) async fn read(wallet: &TestWallet, token: &str) -> u16 {
    call(wallet, Method::GET, "credentials", token, None).await.status.as_u16()
}

fn error(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), json_of(answer)["error"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn discovery_says_where_everything_is_to_anybody() {
    let (wallet, _) = school(TestDatabase::sqlite()).await;
    let answer = wallet.get("/ims/ob/v3p0/discovery").await;
    assert_eq!(answer.status.as_u16(), 200);
    let document = json_of(&answer);
    let at = |pointer: &str| document.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    assert!(at("/openapi").starts_with("3.0"));
    for member in ["title", "termsOfService", "x-imssf-privacyPolicyUrl", "version"] {
        assert!(!at(&format!("/info/{member}")).is_empty(), "{member}");
    }
    let scheme = "/components/securitySchemes/OAuth2ACG";
    assert_eq!(at(&format!("{scheme}/x-imssf-registrationUrl")), "http://localhost:8080/badges/register");
    for member in ["authorizationUrl", "tokenUrl", "refreshUrl"] {
        assert!(at(&format!("{scheme}/flows/authorizationCode/{member}")).starts_with("http://localhost:8080/badges/"), "{member}");
    }
    let named = document.pointer(&format!("{scheme}/flows/authorizationCode/scopes")).and_then(Value::as_object).unwrap();
    assert!(ALL.iter().all(|name| named.contains_key(&scopes(&[name]))));
}

#[tokio::test]
async fn a_registration_is_taken_or_refused_and_keeps_no_secret() {
    for database in each_database() {
        let (wallet, _) = school(database).await;
        let client = Client::registered(&wallet).await;
        let before = wallet.row_counts().await;
        let with = |change: &dyn Fn(&mut Value)| {
            let mut body = metadata();
            change(&mut body);
            body
        };
        let foreign = with(&|body| body["redirect_uris"] = json!(["https://evil.example/back"]));
        assert_eq!(error(&register(&wallet, &foreign).await), (400, "invalid_redirect_uri".to_owned()));
        let post = with(&|body| body["token_endpoint_auth_method"] = "client_secret_post".into());
        let missing = with(&|body| drop(body.as_object_mut().unwrap().remove("policy_uri")));
        let hosts = with(&|body| body["logo_uri"] = "https://cdn.example/logo.png".into());
        for body in [post, missing, hosts] {
            assert_eq!(error(&register(&wallet, &body).await), (400, "invalid_client_metadata".to_owned()), "{body}");
        }
        assert_eq!(wallet.row_counts().await, before, "nothing was stored");
        let kept = wallet.texts("SELECT metadata FROM badge_platform").await;
        assert!(!kept[0].contains(&client.secret) && !kept[0].contains("beheer@platform.example"));
    }
}

#[tokio::test]
async fn registrations_are_limited() {
    let (wallet, _) = school(TestDatabase::sqlite()).await;
    for _ in 0..10 {
        assert_eq!(register(&wallet, &metadata()).await.status.as_u16(), 201);
    }
    assert_eq!(register(&wallet, &metadata()).await.status.as_u16(), 429);
}

#[tokio::test]
async fn the_learner_sees_who_asks_and_may_refuse() {
    let (wallet, _) = school(TestDatabase::sqlite()).await;
    let client = Client::registered(&wallet).await;
    let asks = client.asks(&scopes(&ALL), &[]);
    let login = wallet.get(&asks).await;
    assert_eq!(login.status.as_u16(), 303);
    assert!(login.location().contains("/auth/login?return_to=%2Fbadges%2Fauthorize"), "{}", login.location());
    let samira = wallet.learner("samira").await;
    let before = wallet.row_counts().await;
    let page = samira.get(&asks).await;
    assert_eq!(page.status.as_u16(), 200);
    for part in
        ["Wil je Badgeplatform koppelen?", "badges.platform.example", "Niemand heeft dit platform", "al je badges", "value=\"refuse\""]
    {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self' https://badges.platform.example;"), "{policy}");
    let refused = returned(&samira.post(&asks, &[("choice", "refuse")]).await);
    assert_eq!((refused["error"].as_str(), refused["state"].as_str()), ("access_denied", "s-1"));
    assert!(!refused.contains_key("code"));
    assert_eq!(wallet.row_counts().await, before, "refusing leaves nothing");
    assert_eq!(samira.post_as_is(&asks, &[("choice", "allow")]).await.code(), Some("csrf"));
}

#[tokio::test]
async fn a_request_that_is_wrong_goes_back_only_to_a_registered_address() {
    let (wallet, _) = school(TestDatabase::sqlite()).await;
    let client = Client::registered(&wallet).await;
    let samira = wallet.learner("samira").await;
    let scope = scopes(&["credential.readonly"]);
    for change in
        [("client_id", "nobody"), ("redirect_uri", "https://evil.example/"), ("redirect_uri", "https://badges.platform.example/back/x")]
    {
        let answer = samira.get(&client.asks(&scope, &[change])).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, Some("platform_unknown")), "{change:?}");
    }
    let wrong = [
        (("response_type", "token"), "unsupported_response_type"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("state", ""), "invalid_request"),
        (("scope", "openid"), "invalid_scope"),
        (("scope", "offline_access"), "invalid_scope"),
    ];
    for (change, code) in wrong {
        assert_eq!(returned(&samira.get(&client.asks(&scope, &[change])).await)["error"], code, "{change:?}");
        assert_eq!(returned(&samira.post(&client.asks(&scope, &[change]), &[("choice", "allow")]).await)["error"], code);
    }
}

#[tokio::test]
async fn a_platform_that_nobody_admitted_may_not_ask_where_the_operator_reviews() {
    let (mut wallet, _) = school(TestDatabase::sqlite()).await;
    wallet.set_platforms(Platforms { review: true, hosts: Vec::new() });
    let client = Client::registered(&wallet).await;
    let asks = client.asks(&scopes(&["credential.readonly"]), &[]);
    {
        let samira = wallet.learner("samira").await;
        let answer = samira.get(&asks).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (403, Some("platform_waiting")));
        assert_eq!(samira.post(&asks, &[("choice", "allow")]).await.status.as_u16(), 403);
    }
    wallet.set_platforms(Platforms { review: true, hosts: vec!["badges.platform.example".to_owned()] });
    let samira = wallet.learner("samira").await;
    let page = samira.get(&asks).await;
    assert!(
        page.body.contains("Toegelaten door Voorbeeld Onderwijs") && !page.body.contains("Niemand heeft dit platform"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_code_counts_once_for_who_it_was_made_for() {
    for database in each_database() {
        let (wallet, _) = school(database).await;
        let (client, other) = (Client::registered(&wallet).await, Client::registered(&wallet).await);
        let samira = wallet.learner("samira").await;
        let scope = scopes(&["credential.readonly"]);
        let invalid = (400, "invalid_grant".to_owned());
        let wrong = "x".repeat(43);
        for change in [("code_verifier", wrong.as_str()), ("redirect_uri", "https://badges.platform.example/")] {
            let code = client.code(&samira, &scope).await;
            assert_eq!(error(&client.redeem(&wallet, &code, &[change]).await), invalid);
            assert_eq!(error(&client.redeem(&wallet, &code, &[]).await), invalid, "{}: it is used up", change.0);
        }
        assert!(!samira.get("/wallet/platforms").await.body.contains("/disconnect\""), "nothing is connected");
        let code = client.code(&samira, &scope).await;
        assert_eq!(error(&other.redeem(&wallet, &code, &[]).await), invalid);
        assert_eq!(error(&client.redeem(&wallet, &code, &[("scope", &scopes(&ALL))]).await), (400, "invalid_scope".to_owned()));
        let stranger = Client { id: client.id.clone(), secret: "wrong".to_owned() };
        assert_eq!(error(&stranger.redeem(&wallet, &code, &[]).await), (401, "invalid_client".to_owned()));
        let body = json_of(&client.redeem(&wallet, &code, &[]).await);
        let token = body["access_token"].as_str().unwrap();
        assert!(body.get("refresh_token").is_none(), "it was not asked for");
        assert_eq!(read(&wallet, token).await, 200);
        assert_eq!(error(&client.redeem(&wallet, &code, &[]).await), invalid);
        assert_eq!(read(&wallet, token).await, 401, "a code shown twice ends what it gave");
        let late = client.code(&samira, &scope).await;
        wallet.clock.advance_seconds(61);
        assert_eq!(error(&client.redeem(&wallet, &late, &[]).await), invalid);
    }
}

#[tokio::test]
async fn an_address_is_compared_as_it_was_written() {
    let (wallet, _) = school(TestDatabase::sqlite()).await;
    let samira = wallet.learner("samira").await;
    for written in
        ["https://badges.platform.example", "https://badges.platform.example:443/back", "https://Badges.Platform.example/a/../back"]
    {
        let mut body = metadata();
        body["redirect_uris"] = json!([written]);
        let registered = json_of(&register(&wallet, &body).await);
        let text = |name: &str| registered[name].as_str().unwrap_or_else(|| panic!("{written}: {registered}")).to_owned();
        let client = Client { id: text("client_id"), secret: text("client_secret") };
        let asks = client.asks(&scopes(&["credential.readonly"]), &[("redirect_uri", written)]);
        let code = returned(&samira.post(&asks, &[("choice", "allow")]).await)["code"].clone();
        let answer = client.redeem(&wallet, &code, &[("redirect_uri", written)]).await;
        assert_eq!(answer.status.as_u16(), 200, "{written}: {}", answer.body);
    }
}

#[tokio::test]
async fn tokens_end_rotate_and_are_revoked() {
    for database in each_database() {
        let (wallet, _) = school(database).await;
        let client = Client::registered(&wallet).await;
        let samira = wallet.learner("samira").await;
        let (access, refresh) = client.connected(&wallet, &samira, &ALL).await;
        wallet.clock.advance_seconds(3_600);
        assert_eq!(read(&wallet, &access).await, 401, "an hour");
        let lost = json_of(&client.refresh(&wallet, &refresh).await);
        let next = json_of(&client.refresh(&wallet, &refresh).await);
        assert_eq!(read(&wallet, lost["access_token"].as_str().unwrap()).await, 401, "of a lost answer nothing counts");
        let (access, second) = (next["access_token"].as_str().unwrap(), next["refresh_token"].as_str().unwrap());
        assert_eq!(read(&wallet, access).await, 200);
        // Its successor was used: whoever shows the old one has stolen it.
        assert_eq!(error(&client.refresh(&wallet, &refresh).await), (400, "invalid_grant".to_owned()));
        assert_eq!(read(&wallet, access).await, 401);
        assert_eq!(error(&client.refresh(&wallet, second).await), (400, "invalid_grant".to_owned()));

        let samira = wallet.learner("samira").await;
        let (access, refresh) = client.connected(&wallet, &samira, &ALL).await;
        let revoke = |token: String, hint: &'static str| {
            let client = &client;
            let wallet = &wallet;
            async move { client.post(wallet, "/badges/revoke", &[("token", &token), ("token_type_hint", hint)]).await.status.as_u16() }
        };
        assert_eq!(revoke("unknown".to_owned(), "access_token").await, 200);
        assert_eq!(revoke(access.clone(), "access_token").await, 200);
        assert_eq!(read(&wallet, &access).await, 401);
        let next = json_of(&client.refresh(&wallet, &refresh).await);
        let (access, refresh) = (next["access_token"].as_str().unwrap(), next["refresh_token"].as_str().unwrap());
        assert_eq!(read(&wallet, access).await, 200);
        assert_eq!(revoke(refresh.to_owned(), "refresh_token").await, 200);
        assert_eq!(read(&wallet, access).await, 401, "a refresh token takes everything along");
        let plain =
            Request::post("/badges/revoke").header(HOST, "localhost:8080").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        assert_eq!(wallet.send(plain.body(Body::from("token=x")).unwrap()).await.status.as_u16(), 401);
        let kept = wallet.blobs("SELECT hash FROM badge_token").await;
        assert!(kept.iter().all(|hash| hash.len() == 32), "by hash");
    }
}

#[tokio::test]
async fn the_learner_sees_and_disconnects_what_is_connected() {
    for database in each_database() {
        let (wallet, _) = school(database).await;
        let client = Client::registered(&wallet).await;
        let samira = wallet.learner("samira").await;
        let barry = wallet.learner("barry").await;
        let (old, _) = client.connected(&wallet, &samira, &["credential.readonly"]).await;
        let (access, refresh) = client.connected(&wallet, &samira, &ALL).await;
        assert_eq!(read(&wallet, &old).await, 401, "connected again, the newer counts");
        let page = samira.get("/wallet/platforms").await;
        assert_eq!(page.body.matches("/disconnect\"").count(), 1, "{}", page.body);
        assert!(page.body.contains("Badgeplatform") && page.body.contains("badges.platform.example"));
        assert!(!barry.get("/wallet/platforms").await.body.contains("/disconnect\""));
        let path = page.body.split("action=\"/wallet/platforms/").nth(1).unwrap().split('"').next().unwrap();
        let path = format!("/wallet/platforms/{path}");
        assert_eq!(barry.post(&path, &[]).await.status.as_u16(), 404);
        assert_eq!(read(&wallet, &access).await, 200);
        assert_eq!(samira.post(&path, &[]).await.status.as_u16(), 303);
        assert_eq!(read(&wallet, &access).await, 401);
        assert_eq!(client.refresh(&wallet, &refresh).await.status.as_u16(), 400);
        let activity = samira.get("/wallet/activity").await;
        assert!(activity.body.contains("Badgeplatform (badges.platform.example)"), "{}", activity.body);
    }
}
