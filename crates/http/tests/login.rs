//! Signing in against the sandbox eduID: the walk, and what must not work (`security.md` rows X1 to X5, X9, X10).
#![expect(clippy::unwrap_used, reason = "tests fail loudly")]

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, RawQuery, State};
use axum::http::HeaderMap;
use axum::routing::get;
use http::egress::{Egress, Rules};
use http::oidc::{Ask, Eduid, EduidConfig, EduidError, Provider};
use http::{AppCore, Cookie, Ctx, Opening, Origin, RoleUrls, SeeOther, Session, SessionTimes, Sessions, Site};
use model::{Clock, SystemClock};
use reqwest::{Client, Response, redirect};
use sandbox::{EduidProvider, EduidSettings, IdTokenAlgorithm, ProviderKeys, World};
use secrecy::SecretString;
use serde_json::json;
use storage::{MasterKey, WalletStore};
use tokio::net::TcpListener;
use vc::random::SystemRandom;

#[derive(Clone, FromRef)]
struct App {
    core: AppCore,
    eduid: Eduid,
}

async fn start_login(ctx: Ctx, State(eduid): State<Eduid>, headers: HeaderMap, RawQuery(query): RawQuery) -> Result<SeeOther, EduidError> {
    let query = query.unwrap_or_default();
    let return_to =
        url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "return_to").map(|(_, value)| value.into_owned());
    let begun = eduid.begin(&ctx, &headers, Ask { return_to: return_to.as_deref(), max_age: Some(600), ..Ask::default() }).await?;
    Ok(SeeOther::to(begun.location).with_cookie(begun.cookie))
}

async fn callback(
    ctx: Ctx,
    State(core): State<AppCore>,
    State(eduid): State<Eduid>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<SeeOther, EduidError> {
    let arrived = eduid.finish(&ctx, &headers, query.as_deref()).await?;
    let opening = Opening {
        subject: arrived.identity.eduid,
        display_name: arrived.identity.given_name,
        authenticated_at: arrived.identity.authenticated_at,
        more: json!(null),
    };
    let cookie = core.sessions().open(&ctx, &Cookie::session(&core), &headers, opening).await?;
    Ok(ctx.see_other(arrived.return_to.as_deref().unwrap_or("/start")).with_cookie(cookie))
}

struct House {
    role: String,
    eduid: String,
    world: Arc<World>,
    _folder: tempfile::TempDir,
}

async fn house(algorithm: IdTokenAlgorithm) -> House {
    let (role, provider) = (TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let origin = |listener: &TcpListener| format!("http://localhost:{}", listener.local_addr().unwrap().port());
    let (own, issuer) = (origin(&role), origin(&provider));
    let world = Arc::new(World::demo(SystemClock.now().plus_days(-400).seconds(), [7; 32]));
    let redirect_uri = format!("{own}/auth/callback");
    let eduid = EduidProvider::new(EduidSettings {
        issuer: issuer.clone(),
        clients: vec![sandbox::Client::new("wallet", "secret", "wallet", &[&redirect_uri]).signed_with(algorithm)],
        keys: ProviderKeys::generate().unwrap(),
        world: world.clone(),
        clock: Arc::new(|| SystemClock.now().seconds()),
        random: Arc::new(SystemRandom),
    });
    tokio::spawn(async move { eduid.serve(provider).await });

    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("wallet.db").display());
    let store = WalletStore::open(&url, &MasterKey::new([7; 32]), Arc::new(SystemRandom)).await.unwrap();
    let core = AppCore::new(http::CoreParts {
        role: http::Role::Wallet,
        urls: RoleUrls { own: Origin::parse(&own).unwrap(), wallet: None, issuer: None, verifier: None },
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        egress: Egress::new(Rules { allow_localhost: true, peers: Vec::new() }, None).unwrap(),
        operator: "Voorbeeld Onderwijs".into(),
        demo: false,
        limits: http::limits::Limits::default(),
        sessions: Sessions::over(store, SessionTimes::default()),
        login_path: "/auth/login".into(),
        trusted_proxies: Vec::new(),
    });
    let config = EduidConfig {
        client_id: "wallet".into(),
        client_secret: Some(SecretString::from("secret".to_owned())),
        redirect_uri,
        scopes: Vec::new(),
        acr_values: None,
    };
    let app = App { core: core.clone(), eduid: Eduid::new(Provider::new(&format!("{issuer}/.well-known/openid-configuration")), config) };
    let pages = Router::new()
        .route("/auth/login", get(start_login))
        .route("/auth/callback", get(callback))
        .route("/inside", get(|session: Session| async move { session.subject().to_owned() }))
        .with_state(app);
    let router = Site::new(core).pages(pages).finish();
    let (stopper, stop) = http::serve::shutdown();
    tokio::spawn(async move {
        let _stopper = stopper;
        http::serve::serve(role, router, stop).await
    });
    House { role: own, eduid: issuer, world, _folder: folder }
}

fn browser() -> Client {
    Client::builder().cookie_store(true).redirect(redirect::Policy::none()).no_proxy().build().unwrap()
}

fn location(response: &Response) -> String {
    response.headers().get("location").unwrap().to_str().unwrap().to_owned()
}

impl House {
    /// Goes to eduID, presses Samira's button, and gives the address of the callback without opening it.
    async fn to_callback(&self, browser: &Client, login: &str) -> String {
        let away = location(&browser.get(format!("{}{login}", self.role)).send().await.unwrap());
        let page = browser.get(away).send().await.unwrap().text().await.unwrap();
        let handle = page.split("name=\"handle\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        let form = [("handle", handle.as_str()), ("persona", "samira")];
        let pressed = browser.post(format!("{}/login", self.eduid)).header("origin", &self.eduid).form(&form).send().await.unwrap();
        location(&pressed)
    }

    async fn spoil(&self, kind: &str) {
        let order = json!({"kind": kind, "times": 1});
        assert!(browser().post(format!("{}/sandbox/faults", self.eduid)).json(&order).send().await.unwrap().status().is_success());
    }
}

async fn refused(response: Response, code: &str) {
    let status = response.status().as_u16();
    let opened = response.headers().get_all("set-cookie").iter().any(|cookie| !cookie.to_str().unwrap().starts_with("ew_wallet_login_"));
    assert!(!opened, "{code}");
    let text = response.text().await.unwrap();
    assert!(matches!(status, 400 | 403) && text.contains(&format!("data-error=\"{code}\"")), "{code}: {status}");
}

#[tokio::test]
async fn a_person_signs_in_and_comes_back_to_the_page() {
    for algorithm in [IdTokenAlgorithm::Rs256, IdTokenAlgorithm::Es256] {
        let house = house(algorithm).await;
        let browser = browser();
        let away = browser.get(format!("{}/inside?x=1", house.role)).send().await.unwrap();
        let login = location(&away).strip_prefix(&house.role).unwrap().to_owned();
        let callback = house.to_callback(&browser, &login).await;
        let back = browser.get(&callback).send().await.unwrap();
        assert_eq!((back.status().as_u16(), location(&back)), (303, format!("{}/inside?x=1", house.role)));
        let inside = browser.get(format!("{}/inside", house.role)).send().await.unwrap().text().await.unwrap();
        assert_eq!(Some(inside), house.world.eduid("samira", "wallet"));
        // The code is used up, and so is the state; the session goes on (row X2).
        refused(browser.get(&callback).send().await.unwrap(), "login_state").await;
        assert_eq!(browser.get(format!("{}/inside", house.role)).send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn a_callback_counts_only_where_it_began() {
    let house = house(IdTokenAlgorithm::Rs256).await;
    let (mine, other) = (browser(), browser());
    let callback = house.to_callback(&mine, "/auth/login").await;
    refused(other.get(&callback).send().await.unwrap(), "login_state").await;
    house.to_callback(&other, "/auth/login").await;
    refused(other.get(&callback).send().await.unwrap(), "login_state").await;
    refused(mine.get(format!("{}/auth/callback?code=x&state=made-up", house.role)).send().await.unwrap(), "login_state").await;
    refused(mine.get(format!("{}/auth/callback", house.role)).send().await.unwrap(), "login_state").await;
    assert_eq!(mine.get(&callback).send().await.unwrap().status(), 303);
}

#[tokio::test]
async fn an_answer_that_is_not_right_opens_no_session() {
    let house = house(IdTokenAlgorithm::Rs256).await;
    let cases = [
        ("missing_iss", "login_issuer"),
        ("wrong_iss", "login_issuer"),
        ("denied", "login_refused"),
        ("wrong_nonce", "login_token"),
        ("missing_nonce", "login_token"),
        ("wrong_issuer", "login_token"),
        ("wrong_audience", "login_token"),
        ("two_audiences", "login_token"),
        ("expired", "login_token"),
        ("alg_none", "login_token"),
        ("hs256", "login_token"),
        ("no_eduid", "login_eduid"),
    ];
    for (fault, code) in cases {
        let browser = browser();
        house.spoil(fault).await;
        let callback = house.to_callback(&browser, "/auth/login").await;
        refused(browser.get(&callback).send().await.unwrap(), code).await;
        assert_eq!(browser.get(format!("{}/inside", house.role)).send().await.unwrap().status(), 303, "{fault}");
    }
}

#[tokio::test]
async fn a_refusal_is_told_in_the_language_in_which_the_sign_in_began() {
    let house = house(IdTokenAlgorithm::Rs256).await;
    for (login, lang) in [("/auth/login", "nl"), ("/auth/login?lang=en", "en")] {
        let browser = browser();
        house.spoil("denied").await;
        let callback = house.to_callback(&browser, login).await;
        let page = browser.get(&callback).send().await.unwrap().text().await.unwrap();
        assert!(page.contains(&format!("<html lang=\"{lang}\"")), "{page}");
    }
}

#[tokio::test]
async fn a_sign_in_ends_on_our_own_pages() {
    let house = house(IdTokenAlgorithm::Rs256).await;
    for bad in ["https%3A%2F%2Fevil.example", "%2F%2Fevil", "%2F%5Cevil", "%2F%09%2Fevil"] {
        let browser = browser();
        let callback = house.to_callback(&browser, &format!("/auth/login?return_to={bad}")).await;
        assert_eq!(location(&browser.get(&callback).send().await.unwrap()), format!("{}/start", house.role), "{bad}");
    }
}
