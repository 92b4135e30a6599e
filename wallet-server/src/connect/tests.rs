//! Connecting an institution and ending it, against an issuer that remembers what it was told.

use model::activity::ActivityKind;

use crate::testing::{Behaviour, StubIssuer, TestWallet};

const COOKIE: &str = "ew_wallet_connect_8080";
const PAGE: &str = "/wallet/institutions/school/connect";

/// The `state` of a continue page's link.
fn state_of(body: &str) -> String {
    let (_, link) = body.split_once("id=\"continue\"").unwrap_or_else(|| panic!("{body}"));
    let (_, tail) = link.split_once("urn%3Arequest%3A").unwrap_or_else(|| panic!("{link}"));
    tail.split(['"', '&']).next().unwrap().to_owned()
}

#[tokio::test]
async fn a_school_is_connected_delivers_and_is_disconnected() {
    for database in testkit::each_database() {
        connected_and_disconnected(database).await;
    }
}

async fn connected_and_disconnected(database: testkit::TestDatabase) {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/").await;
    let mut samira = wallet.learner("samira").await;
    assert!(samira.get("/wallet/institutions").await.body.contains(PAGE));
    assert!(samira.get(PAGE).await.body.contains("Hogeschool Voorbeeld"));
    assert_eq!(samira.get("/wallet/institutions/nobody/connect").await.status.as_u16(), 404);

    // The next step is a link on a page, never a redirect to another origin.
    let continued = samira.post(PAGE, &[]).await;
    assert_eq!((continued.status.as_u16(), issuer.count("par")), (200, 1), "{}", continued.body);
    samira.keep(&continued, COOKIE);
    let iss: String = url::form_urlencoded::byte_serialize(issuer.id().as_bytes()).collect();
    let callback = format!("/wallet/connected?code=c-1&state={}&iss={iss}", state_of(&continued.body));
    let made = samira.get(&callback).await;
    assert!(made.location().ends_with("/wallet/institutions/school/connect?made=1"), "{} {}", made.location(), made.body);
    let (id, body) = issuer.seen(|seen| seen.connections[0].clone());
    assert_eq!(body["delivery_endpoint"], "http://localhost:8080/api/v1/deliveries");
    let key = body["delivery_key"].as_str().unwrap();

    // The answer counts once.
    assert_eq!(samira.get(&callback).await.code(), Some("connect_state"));

    issuer.behave(|b| b.connection = Some(id.clone()));
    assert_eq!(wallet.deliver(key, &issuer.at("/offers/1")).await.status.as_u16(), 200);

    assert_eq!(samira.post("/wallet/institutions/school/disconnect", &[]).await.status.as_u16(), 303);
    assert_eq!((issuer.count("disconnect"), issuer.seen(|seen| seen.connections.len())), (1, 0));
    assert_eq!(wallet.deliver(key, &issuer.at("/offers/2")).await.status.as_u16(), 401);
    // What came stays.
    let mut tx = wallet.state().store.read().await.unwrap();
    assert_eq!(tx.copies(&samira.learner).await.unwrap().len(), 1);
    let kinds: Vec<_> = tx.activities(&samira.learner, 10).await.unwrap().into_iter().map(|activity| activity.kind).collect();
    assert!(kinds.contains(&ActivityKind::Connected) && kinds.contains(&ActivityKind::Disconnected), "{kinds:?}");
}

#[tokio::test]
async fn an_answer_of_another_browser_learner_or_server_connects_nothing() {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    let wallet = TestWallet::with(&issuer).await;
    let mut samira = wallet.learner("samira").await;
    let continued = samira.post(PAGE, &[]).await;
    let state = state_of(&continued.body);
    let callback = |iss: &str| {
        let iss: String = url::form_urlencoded::byte_serialize(iss.as_bytes()).collect();
        format!("/wallet/connected?code=c-1&state={state}&iss={iss}")
    };
    // Without the cookie of the browser that began it.
    assert_eq!(samira.get(&callback(&issuer.id())).await.code(), Some("connect_state"));
    // With the cookie, but as another learner; the attempt is used up then.
    let mut barry = wallet.learner("barry").await;
    barry.keep(&continued, COOKIE);
    assert_eq!(barry.get(&callback(&issuer.id())).await.code(), Some("connect_state"));
    samira.keep(&continued, COOKIE);
    assert_eq!(samira.get(&callback(&issuer.id())).await.code(), Some("connect_state"));

    let again = samira.post(PAGE, &[]).await;
    let mixed = format!("/wallet/connected?code=c-1&state={}&iss=https%3A%2F%2Fother.example", state_of(&again.body));
    assert_eq!(samira.get(&mixed).await.code(), Some("connect_issuer"));
    let denied = samira.post(PAGE, &[]).await;
    let iss: String = url::form_urlencoded::byte_serialize(issuer.id().as_bytes()).collect();
    let denied = samira.get(&format!("/wallet/connected?error=access_denied&state={}&iss={iss}", state_of(&denied.body))).await;
    assert!(denied.location().ends_with("?failed=refused"), "{}", denied.location());
    assert!(issuer.seen(|seen| seen.connections.is_empty()));
    assert!(wallet.state().store.read().await.unwrap().connections(&samira.learner).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_school_that_is_away_is_said() {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    let mut party = issuer.party();
    party["issues"]["credential_issuer"] = "http://localhost:1/school".into();
    let wallet = TestWallet::over(testkit::TestDatabase::sqlite(), party, &[issuer.anchor()], "http://localhost:1/").await;
    let samira = wallet.learner("samira").await;
    assert_eq!(samira.post(PAGE, &[]).await.status.as_u16(), 502);
}
