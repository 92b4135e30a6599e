//! News is born with what it tells, once, is read and goes; and nothing of it is told twice by two servers.

use model::connection::ConnectionId;
use model::id::{LearnerId, Slug};
use model::news::{Happened, KEPT_DAYS, News, NewsAbout};
use storage::Owner;
use testkit::TestDatabase;
use testkit::rows::Rows;
use vc::status_list::Status;

use crate::testing::{Behaviour, Browser, StubIssuer, StubVerifier, TestWallet, WALLET};

async fn started(database: TestDatabase, behaviour: Behaviour) -> (TestWallet, StubIssuer) {
    let issuer = StubIssuer::start(behaviour).await;
    let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/").await;
    (wallet, issuer)
}

/// A learner who is connected, with the key for deliveries.
async fn connected(wallet: &TestWallet, issuer: &StubIssuer, learner: &LearnerId) -> String {
    let (key, id) = (format!("key-of-{learner}"), ConnectionId::new(format!("connection-of-{learner}")));
    let mut tx = wallet.state().store.write().await.unwrap();
    tx.begin_connection(&id, learner, &Slug::new("school"), &key, wallet.state().core.now()).await.unwrap();
    tx.confirm_connection(&id).await.unwrap();
    tx.commit().await.unwrap();
    issuer.behave(|b| b.connection = Some(id.as_str().to_owned()));
    key
}

/// What is told, newest first, and whether it is unread.
async fn told(wallet: &TestWallet, learner: &LearnerId) -> Vec<(Happened, bool)> {
    let items = wallet.state().store.read().await.unwrap().news(learner, 100).await.unwrap();
    items.into_iter().map(|item| (item.about.what, !item.read)).collect()
}

async fn count(wallet: &TestWallet, sql: &str) -> i64 {
    Rows::open(wallet.url()).await.count(sql).await
}

fn path(location: &str) -> String {
    location.replace(WALLET, "")
}

/// Receives a credential by link and keeps it.
async fn receive(learner: &Browser<'_>, issuer: &StubIssuer) -> String {
    let page = learner.opens(&issuer.at("/offers/1")).await;
    path(learner.take(&page).await.location())
}

#[tokio::test]
async fn what_an_institution_delivers_and_changes_is_told_once() {
    for database in testkit::each_database() {
        let (wallet, issuer) = started(database, Behaviour::default()).await;
        let samira = wallet.learner("samira").await;
        let key = connected(&wallet, &issuer, &samira.learner).await;
        let uri = issuer.at("/offers/1");
        let (a, b) = tokio::join!(wallet.deliver(&key, &uri), wallet.deliver(&key, &uri));
        assert!(a.status.is_success() && b.status.is_success());
        wallet.deliver(&key, &uri).await;
        assert_eq!(told(&wallet, &samira.learner).await, [(Happened::Kept, true)]);
        let overview = samira.get("/wallet").await.body;
        assert!(overview.contains("<b class=\"told\">1<span class=\"vh\"> nog niet gelezen</span></b>"), "{overview}");
        let feed = samira.get("/wallet/feed").await.body;
        for words in ["Nieuw bewijs", "Data-analyse basis", "Hogeschool Voorbeeld", "/wallet/credentials/", "90 dagen"] {
            assert!(feed.contains(words), "{words}: {feed}");
        }
        assert!(samira.get("/wallet/feed?lang=en").await.body.contains("New credential"));
        assert_eq!(told(&wallet, &samira.learner).await, [(Happened::Kept, true)], "looking at the feed changes nothing");

        // Opening the credential reads what was told of it.
        let link = feed.split("href=\"/wallet/credentials/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        samira.get(&format!("/wallet/credentials/{link}")).await;
        assert_eq!(told(&wallet, &samira.learner).await, [(Happened::Kept, false)]);

        for (status, what, words) in [
            (Status::Suspended, Happened::Suspended, "Bewijs opgeschort"),
            (Status::Valid, Happened::Valid, "Bewijs weer geldig"),
            (Status::Invalid, Happened::Revoked, "Bewijs ingetrokken"),
        ] {
            issuer.set_status(status);
            wallet.clock.advance_seconds(60);
            let other = wallet.second().await;
            let there = other.as_ref().map_or(wallet.state(), |server| &server.state);
            let (here, there) = tokio::join!(crate::hold::watch::round(wallet.state()), crate::hold::watch::round(there));
            here.unwrap();
            there.unwrap();
            assert_eq!(told(&wallet, &samira.learner).await[0], (what, true));
            assert!(samira.get("/wallet/feed").await.body.contains(words));
        }
        let all: Vec<Happened> = told(&wallet, &samira.learner).await.into_iter().map(|(what, _)| what).collect();
        assert_eq!(all, [Happened::Revoked, Happened::Valid, Happened::Suspended, Happened::Kept]);
        // Another learner is told nothing of it.
        let barry = wallet.learner("barry").await;
        assert!(barry.get("/wallet/feed").await.body.contains("Er is geen nieuws."));
        // With the credential goes what was told of it.
        let deleted = samira.post(&format!("/wallet/credentials/{link}/delete"), &[("choice", "delete")]).await;
        assert_eq!(deleted.status.as_u16(), 303, "{}", deleted.body);
        assert_eq!(told(&wallet, &samira.learner).await, []);
        assert_eq!(count(&wallet, "SELECT COUNT(*) FROM feed").await, 0);
    }
}

#[tokio::test]
async fn what_comes_later_and_what_does_not_is_told() {
    let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour { deferred: Some(1), ..Behaviour::default() }).await;
    let samira = wallet.learner("samira").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    samira.post(&page, &[("choice", "accept")]).await;
    assert_eq!(told(&wallet, &samira.learner).await, []);
    wallet.clock.advance_seconds(3);
    wallet.work().await;
    assert_eq!(told(&wallet, &samira.learner).await, [(Happened::Ready, true)]);
    assert!(samira.get("/wallet/feed").await.body.contains(&format!("href=\"{page}\"")));
    samira.post(&page, &[("choice", "accept")]).await;
    assert_eq!(told(&wallet, &samira.learner).await, [(Happened::Ready, false)], "who kept it needs not be told");

    issuer.behave(|b| b.deferred_error = Some("credential_request_denied"));
    let page = samira.opens(&issuer.at("/offers/2")).await;
    samira.post(&page, &[("choice", "accept")]).await;
    wallet.clock.advance_seconds(3);
    wallet.work().await;
    assert_eq!(told(&wallet, &samira.learner).await[0], (Happened::NotComing, true));
    assert!(samira.get("/wallet/feed").await.body.contains("Er is niets veranderd in je wallet."));
}

#[tokio::test]
async fn a_question_an_answer_and_a_link_are_told() {
    let (wallet, issuer) = started(TestDatabase::sqlite(), Behaviour::default()).await;
    let verifier = StubVerifier::start().await;
    verifier.register(&wallet, "Werkgever Voorbeeld");
    let samira = wallet.learner("samira").await;
    let credential = receive(&samira, &issuer).await;
    assert_eq!(told(&wallet, &samira.learner).await, [], "who keeps it by hand knows");

    let link = verifier.asks(&verifier.parameters(&verifier.client_id(), "n1"));
    let page = path(samira.get(&link).await.location());
    samira.get(&link).await;
    assert_eq!(told(&wallet, &samira.learner).await, [(Happened::Asked, true)], "opened twice, asked once");
    let feed = samira.get("/wallet/feed").await.body;
    assert!(feed.contains("Er vraagt iemand iets") && feed.contains("Werkgever Voorbeeld") && feed.contains(&page), "{feed}");
    let shown = samira.get(&page).await.body;
    let action = shown.split("action=\"").find(|part| part.starts_with("/wallet/requests/")).unwrap().split('"').next().unwrap();
    samira.post(&action.replace("&amp;", "&"), &[("choice", "share")]).await;
    let all = told(&wallet, &samira.learner).await;
    assert!(all.len() == 2 && all.contains(&(Happened::Asked, false)) && all.contains(&(Happened::Shared, true)), "{all:?}");

    // A question whose time is over leads nowhere and says so.
    samira.get(&verifier.asks(&verifier.parameters(&verifier.client_id(), "n2"))).await;
    wallet.clock.advance_seconds(3_600);
    let samira = wallet.learner("samira").await;
    let feed = samira.get("/wallet/feed").await.body;
    assert!(feed.contains("De tijd om te antwoorden is voorbij."), "{feed}");

    let id = credential.rsplit('/').next().unwrap();
    samira.post("/wallet/share", &[("c", id)]).await;
    assert_eq!(told(&wallet, &samira.learner).await[0], (Happened::LinkMade, true));
    assert!(samira.get("/wallet/feed").await.body.contains("href=\"/wallet/shares/"));
}

#[tokio::test]
async fn reading_is_by_hand_and_up_to_what_was_shown() {
    let (wallet, _issuer) = started(TestDatabase::sqlite(), Behaviour::default()).await;
    let samira = wallet.learner("samira").await;
    let tells = async |event: &str| {
        let now = wallet.state().core.now();
        let news = News { event: event.to_owned(), card: None, about: NewsAbout::of(Happened::LinkLocked) };
        let mut tx = wallet.state().store.write().await.unwrap();
        let new = tx.put_news(&samira.learner, &news, now).await.unwrap();
        tx.commit().await.unwrap();
        (new, now)
    };
    let (new, at) = tells("a").await;
    assert!(new && !tells("a").await.0, "the same event is told once");
    wallet.clock.advance_seconds(60);
    tells("b").await;
    let until = at.millis().to_string();
    assert_eq!(samira.post_as_is("/wallet/feed", &[("choice", "read"), ("until", &until)]).await.status.as_u16(), 403, "without the token");
    assert_eq!(samira.post("/wallet/feed", &[("choice", "burn"), ("until", &until)]).await.status.as_u16(), 400);
    assert_eq!(told(&wallet, &samira.learner).await, [(Happened::LinkLocked, true); 2]);
    assert_eq!(samira.post("/wallet/feed", &[("choice", "read"), ("until", &until)]).await.status.as_u16(), 303);
    assert_eq!(
        told(&wallet, &samira.learner).await,
        [(Happened::LinkLocked, true), (Happened::LinkLocked, false)],
        "what came since stays"
    );
    // What is another's stays theirs.
    let barry = wallet.learner("barry").await;
    let later = wallet.state().core.now().plus_seconds(60).millis().to_string();
    barry.post("/wallet/feed", &[("choice", "read"), ("until", &later)]).await;
    assert!(told(&wallet, &samira.learner).await[0].1);
}

#[tokio::test]
async fn after_ninety_days_the_rows_are_gone() {
    for database in testkit::each_database() {
        let (wallet, issuer) = started(database, Behaviour::default()).await;
        let samira = wallet.learner("samira").await;
        let key = connected(&wallet, &issuer, &samira.learner).await;
        wallet.deliver(&key, &issuer.at("/offers/1")).await;
        wallet.clock.advance_seconds(KEPT_DAYS * 86_400 - 60);
        crate::work::tidy(wallet.state()).await.unwrap();
        assert_eq!(count(&wallet, "SELECT COUNT(*) FROM feed").await, 1);
        wallet.clock.advance_seconds(60);
        crate::work::tidy(wallet.state()).await.unwrap();
        assert_eq!(count(&wallet, "SELECT COUNT(*) FROM feed").await, 0);
        assert_eq!(wallet.state().store.read().await.unwrap().copies(&samira.learner).await.unwrap().len(), 1, "the credential stays");
    }
}

#[tokio::test]
async fn with_a_learner_everything_goes() {
    for database in testkit::each_database() {
        let (wallet, _issuer) = started(database, Behaviour::default()).await;
        let (samira, barry) = (wallet.learner("samira").await, wallet.learner("barry").await);
        let now = wallet.state().core.now();
        for learner in [&samira.learner, &barry.learner] {
            let mut tx = wallet.state().store.write().await.unwrap();
            let news = News { event: "a".to_owned(), card: None, about: NewsAbout::of(Happened::SignedIn) };
            assert!(tx.put_news(learner, &news, now).await.unwrap(), "an event is one learner's");
            tx.put_address(learner, Some("samira@post.example"), "nl").await.unwrap();
            tx.meet_device(learner, "a-browser", now).await.unwrap();
            let off = [(model::news::NewsKind::New, model::news::Channel::Mail)];
            tx.switch_off(learner, &model::news::SwitchedOff::new(off)).await.unwrap();
            tx.commit().await.unwrap();
        }
        let mut rows = Rows::open(wallet.url()).await;
        for table in ["feed", "notice_address", "device", "notice_off"] {
            assert_eq!(rows.count(&format!("SELECT COUNT(*) FROM {table}")).await, 2, "{table}");
        }
        // A destroyed key makes it unreadable at once; the rows go with the learner's row.
        let mut tx = wallet.state().store.write().await.unwrap();
        tx.forget(&Owner::learner(samira.learner.as_str())).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = wallet.state().store.read().await.unwrap();
        assert!(tx.news(&samira.learner, 10).await.is_err() && tx.mail_to(&samira.learner).await.is_err());
        assert!(tx.news(&barry.learner, 10).await.is_ok());
        drop(tx);
        if wallet.database.name() == "SQLite" {
            rows.sabotage("PRAGMA foreign_keys = ON").await;
        }
        assert_eq!(rows.sabotage(&format!("DELETE FROM learner WHERE id = '{}'", samira.learner)).await, 1);
        for table in ["feed", "notice_address", "device", "notice_off"] {
            assert_eq!(rows.count(&format!("SELECT COUNT(*) FROM {table}")).await, 1, "{table}");
        }
    }
}
