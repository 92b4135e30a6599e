//! Mail against a real server, and what is told where: off until configured, without a word on what it is about, sent again under one
//! Message-ID.

use model::connection::ConnectionId;
use model::id::{LearnerId, Slug};
use model::news::{Channel, Happened, News, NewsAbout, NewsKind};
use sandbox::{Mail, MailFault, MailServer};
use testkit::TestDatabase;
use testkit::rows::Rows;

use super::mailer::{MailConfig, MailTls};
use crate::feed;
use crate::testing::{Answer, Behaviour, Browser, StubIssuer, StubVerifier, TestWallet};

const ADDRESS: &str = "samira@post.example";

fn config(port: u16) -> MailConfig {
    MailConfig {
        host: "127.0.0.1".to_owned(),
        port,
        tls: MailTls::None,
        login: None,
        from: "Mijn wallet <wallet@voorbeeld.example>".to_owned(),
        ca_bundle: None,
    }
}

/// A wallet with a mail server, and the issuer that its register knows.
async fn started() -> (TestWallet, StubIssuer, MailServer) {
    started_on(TestDatabase::sqlite()).await
}

async fn started_on(database: TestDatabase) -> (TestWallet, StubIssuer, MailServer) {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    let server = MailServer::start().await.unwrap();
    let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/").await;
    let wallet = wallet.restarted_with(Some(config(server.port()))).await;
    (wallet, issuer, server)
}

/// A learner whose address eduID gave.
async fn learner<'w>(wallet: &'w TestWallet, name: &str, lang: &str) -> Browser<'w> {
    let browser = wallet.learner(name).await;
    let mut tx = wallet.state().store.write().await.unwrap();
    tx.put_address(&browser.learner, Some(&format!("{name}@post.example")), lang).await.unwrap();
    tx.commit().await.unwrap();
    browser
}

async fn tells(wallet: &TestWallet, learner: &LearnerId, event: &str, what: Happened) {
    let now = wallet.state().core.now();
    let news = News { event: event.to_owned(), card: None, about: NewsAbout::of(what) };
    let mut tx = wallet.state().store.write().await.unwrap();
    feed::tell(&mut tx, wallet.state(), learner, &news, now).await.unwrap();
    tx.commit().await.unwrap();
}

async fn delivered(wallet: &TestWallet, issuer: &StubIssuer, learner: &LearnerId, offer: &str) -> Answer {
    let (key, id) = (format!("key-of-{learner}"), ConnectionId::new(format!("connection-of-{learner}")));
    let mut tx = wallet.state().store.write().await.unwrap();
    tx.begin_connection(&id, learner, &Slug::new("school"), &key, wallet.state().core.now()).await.unwrap();
    tx.confirm_connection(&id).await.unwrap();
    tx.commit().await.unwrap();
    issuer.behave(|b| b.connection = Some(id.as_str().to_owned()));
    wallet.deliver(&key, &issuer.at(offer)).await
}

fn body(mail: &Mail) -> String {
    mail.text.split_once("\n\n").map_or_else(String::new, |(_, body)| body.replace("=\n", ""))
}

/// What every mail of ours keeps to.
fn is_discreet(mail: &Mail) {
    for words in ["Data-analyse", "Data analysis", "Samira", "de Vries", "Hogeschool", "Werkgever", "/wallet/", "/auth/", "token", "code="]
    {
        assert!(!mail.text.contains(words), "{words}: {}", mail.text);
    }
    let text = body(mail);
    assert_eq!(text.matches("://").count(), 1, "{text}");
    assert!(text.contains("http://localhost:8080/\n"), "{text}");
    let mut headers = mail.headers();
    headers.sort();
    let known =
        ["auto-submitted", "content-transfer-encoding", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"];
    assert!(headers.iter().all(|name| known.contains(&name.as_str())), "{headers:?}");
    assert_eq!(headers.len(), {
        headers.dedup();
        headers.len()
    });
    assert_eq!(mail.header("content-type").as_deref(), Some("text/plain; charset=utf-8"));
}

#[tokio::test]
async fn what_is_delivered_is_told_by_mail_and_says_nothing_of_it() {
    for database in testkit::each_database() {
        let (wallet, issuer, server) = started_on(database).await;
        let samira = learner(&wallet, "samira", "nl").await;
        assert_eq!(delivered(&wallet, &issuer, &samira.learner, "/offers/1").await.status.as_u16(), 200);
        assert_eq!(server.mails(), [], "the delivery does not wait for mail");
        wallet.send_mail().await;
        wallet.send_mail().await;
        let mails = server.mails();
        let [mail] = mails.as_slice() else { panic!("{mails:?}") };
        assert_eq!((mail.from.as_str(), mail.to.as_slice()), ("wallet@voorbeeld.example", [ADDRESS.to_owned()].as_slice()));
        assert_eq!(mail.header("to").as_deref(), Some(ADDRESS));
        assert_eq!(mail.header("subject").as_deref(), Some("Er is iets nieuws in je wallet"));
        assert_eq!(mail.header("auto-submitted").as_deref(), Some("auto-generated"));
        assert!(mail.header("message-id").unwrap().ends_with("@localhost>"));
        is_discreet(mail);
        // At rest nobody reads the address.
        for table in ["notice_address", "outbox", "feed"] {
            let rows = Rows::open(wallet.url()).await.all(&format!("SELECT * FROM {table}")).await;
            assert!(!rows.is_empty() && !format!("{rows:?}").contains("post.example"), "{table}");
        }
    }
}

#[tokio::test]
async fn every_occasion_has_its_mail_in_the_learners_language() {
    let (wallet, _issuer, server) = started().await;
    let (samira, barry) = (learner(&wallet, "samira", "nl").await, learner(&wallet, "barry", "en").await);
    for (at, what) in [Happened::Kept, Happened::Revoked, Happened::Shared, Happened::SignedIn].into_iter().enumerate() {
        for browser in [&samira, &barry] {
            tells(&wallet, &browser.learner, &format!("event/{at}"), what).await;
            tells(&wallet, &browser.learner, &format!("event/{at}"), what).await;
        }
    }
    wallet.send_mail().await;
    let mails = server.mails();
    assert_eq!(mails.len(), 8, "each once");
    mails.iter().for_each(is_discreet);
    let of = |to: &str| mails.iter().filter(|mail| mail.to == [to]).map(|mail| body(mail).contains("Hello,")).collect::<Vec<_>>();
    assert_eq!((of(ADDRESS), of("barry@post.example")), (vec![false; 4], vec![true; 4]));
    let mut ids: Vec<_> = mails.iter().filter_map(|mail| mail.header("message-id")).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 8, "of two learners, too, for one event");
}

#[tokio::test]
async fn a_question_is_told_when_it_waits_and_not_when_it_was_answered() {
    let (wallet, issuer, server) = started().await;
    let verifier = StubVerifier::start().await;
    verifier.register(&wallet, "Werkgever Voorbeeld");
    let samira = learner(&wallet, "samira", "nl").await;
    let page = samira.opens(&issuer.at("/offers/1")).await;
    samira.take(&page).await;
    let asks = async |nonce: &str| {
        let opened = samira.get(&verifier.asks(&verifier.parameters(&verifier.client_id(), nonce))).await;
        opened.location().replace(crate::testing::WALLET, "")
    };
    asks("n1").await;
    wallet.send_mail().await;
    assert_eq!(server.mails(), [], "who has the page before them needs no mail");
    wallet.clock.advance_seconds(super::job::ASKED_AFTER + 1);
    wallet.send_mail().await;
    assert_eq!(server.mails().len(), 1);
    assert_eq!(server.mails()[0].header("subject").as_deref(), Some("Er staat een vraag open in je wallet"));
    is_discreet(&server.mails()[0]);

    let page = asks("n2").await;
    let shown = samira.get(&page).await.body;
    let action = shown.split("action=\"").find(|part| part.starts_with("/wallet/requests/")).unwrap().split('"').next().unwrap();
    samira.post(&action.replace("&amp;", "&"), &[("choice", "refuse")]).await;
    wallet.clock.advance_seconds(super::job::ASKED_AFTER + 1);
    wallet.send_mail().await;
    assert_eq!(server.mails().len(), 1, "answered: nothing more to tell");
}

#[tokio::test]
async fn a_lost_connection_is_tried_again_under_the_same_message_id() {
    for fault in [MailFault::LostInData, MailFault::LostAfterData, MailFault::Busy] {
        let (wallet, _issuer, server) = started().await;
        let samira = learner(&wallet, "samira", "nl").await;
        server.next(fault);
        tells(&wallet, &samira.learner, "a", Happened::Kept).await;
        wallet.send_mail().await;
        let first = server.mails();
        assert_eq!(first.len(), usize::from(fault == MailFault::LostAfterData), "{fault:?}");
        let mut rows = Rows::open(wallet.url()).await;
        assert_eq!(rows.texts("SELECT state FROM outbox").await, ["waiting"], "{fault:?}: one row, to be tried again");
        assert_eq!(rows.texts("SELECT last_error FROM outbox").await, ["mail_unavailable"]);
        wallet.clock.advance_seconds(10);
        wallet.send_mail().await;
        let ids: Vec<_> = server.mails().iter().filter_map(|mail| mail.header("message-id")).collect();
        assert_eq!(ids.len(), first.len() + 1);
        assert!(ids.iter().all(|id| *id == ids[0]), "{fault:?}: {ids:?}");
        assert_eq!(rows.texts("SELECT state FROM outbox").await, ["done"]);
        wallet.clock.advance_seconds(3_600);
        wallet.send_mail().await;
        assert_eq!(server.mails().len(), ids.len(), "{fault:?}: told once");
    }
}

#[tokio::test]
async fn a_refused_recipient_is_given_up_and_old_news_is_not_sent() {
    let (wallet, _issuer, server) = started().await;
    let samira = learner(&wallet, "samira", "nl").await;
    server.next(MailFault::RefuseRecipient);
    tells(&wallet, &samira.learner, "a", Happened::Kept).await;
    wallet.send_mail().await;
    let mut rows = Rows::open(wallet.url()).await;
    let row = "SELECT COALESCE(state, '') FROM outbox ORDER BY seq";
    assert_eq!((server.mails().len(), rows.texts(row).await), (0, vec!["parked".to_owned()]));
    assert_eq!(rows.texts("SELECT last_error FROM outbox").await, ["mail_refused"]);
    assert_eq!(rows.count("SELECT COUNT(*) FROM outbox WHERE payload IS NOT NULL").await, 0);
    wallet.clock.advance_seconds(3_600);
    wallet.send_mail().await;
    assert_eq!(server.mails().len(), 0);

    tells(&wallet, &samira.learner, "b", Happened::Kept).await;
    wallet.clock.advance_seconds(3 * 86_400);
    wallet.send_mail().await;
    assert_eq!((server.mails().len(), rows.texts(row).await), (0, vec!["parked".to_owned(), "parked".to_owned()]));
}

#[tokio::test]
async fn without_tls_a_server_elsewhere_gets_nothing() {
    let (wallet, _issuer, server) = started().await;
    let wallet = wallet.restarted_with(Some(MailConfig { tls: MailTls::StartTls, ..config(server.port()) })).await;
    let samira = learner(&wallet, "samira", "nl").await;
    tells(&wallet, &samira.learner, "a", Happened::Kept).await;
    wallet.send_mail().await;
    assert_eq!(server.mails(), []);
    let said = server.commands();
    assert!(said.contains(&"EHLO".to_owned()) && !said.contains(&"MAIL".to_owned()), "{said:?}");
    let mut rows = Rows::open(wallet.url()).await;
    assert_eq!(rows.texts("SELECT state FROM outbox").await, ["waiting"]);
    assert_eq!(rows.texts("SELECT last_error FROM outbox").await, ["mail_unsuitable"], "what the operator can mend");
}

#[tokio::test]
async fn nothing_is_sent_or_kept_for_it_when_it_is_off() {
    let (wallet, issuer, server) = started().await;
    let samira = learner(&wallet, "samira", "nl").await;
    tells(&wallet, &samira.learner, "a", Happened::Kept).await;
    let id = samira.learner.clone();
    drop(samira);
    // The operator takes the mail server away: what waited is not sent, and nothing more is kept.
    let wallet = wallet.restarted_with(None).await;
    tells(&wallet, &id, "b", Happened::SignedIn).await;
    delivered(&wallet, &issuer, &id, "/offers/1").await;
    wallet.send_mail().await;
    assert_eq!((server.mails(), server.commands()), (Vec::new(), Vec::new()));
    let mut rows = Rows::open(wallet.url()).await;
    assert_eq!(rows.count("SELECT COUNT(*) FROM outbox WHERE topic = 'wallet.mail'").await, 1);
    assert_eq!(rows.texts("SELECT state FROM outbox WHERE topic = 'wallet.mail'").await, ["done"]);
    let samira = wallet.learner("samira").await;
    let page = samira.get("/settings/notifications").await.body;
    assert!(page.contains("verstuurt geen mail") && !page.contains("_mail\"") && !page.contains("post.example"), "{page}");
}

#[tokio::test]
async fn each_sort_but_the_last_can_be_switched_off() {
    let (wallet, _issuer, server) = started().await;
    let samira = learner(&wallet, "samira", "nl").await;
    let page = samira.get("/settings/notifications").await.body;
    assert!(page.contains(ADDRESS) && page.matches(" checked").count() == 9, "{page}");
    assert!(page.contains("Altijd aan") && !page.contains("name=\"device"), "{page}");
    assert_eq!(samira.post_as_is("/settings/notifications", &[("new_feed", "1")]).await.status.as_u16(), 403, "without the token");
    for hostile in ["device_feed", "device_mail", "all"] {
        assert_eq!(samira.post("/settings/notifications", &[(hostile, "1")]).await.status.as_u16(), 400, "{hostile}");
    }
    // Only this stays: withdrawn in the wallet, released by mail; mail in English.
    let fields = [("withdrawn_feed", "1"), ("released_mail", "1"), ("mail_lang", "en")];
    assert_eq!(samira.post("/settings/notifications", &fields).await.status.as_u16(), 303);
    let page = samira.get("/settings/notifications?saved=1").await.body;
    assert!(page.matches(" checked").count() == 3 && page.contains("Je keuze is bewaard."), "{page}");
    let off = wallet.state().store.read().await.unwrap().switched_off(&samira.learner).await.unwrap();
    assert!(off.wants(NewsKind::Withdrawn, Channel::Feed) && !off.wants(NewsKind::Withdrawn, Channel::Mail));

    for (at, what) in [Happened::Kept, Happened::Suspended, Happened::Asked, Happened::LinkMade, Happened::SignedIn].into_iter().enumerate()
    {
        tells(&wallet, &samira.learner, &format!("event/{at}"), what).await;
    }
    wallet.clock.advance_seconds(600);
    wallet.send_mail().await;
    let mut told: Vec<_> = wallet.state().store.read().await.unwrap().news(&samira.learner, 10).await.unwrap();
    told.sort_by_key(|item| item.about.what == Happened::SignedIn);
    assert_eq!(told.iter().map(|item| item.about.what).collect::<Vec<_>>(), [Happened::Suspended, Happened::SignedIn]);
    let mut subjects: Vec<_> = server.mails().iter().filter_map(|mail| mail.header("subject")).collect();
    subjects.sort();
    assert_eq!(subjects, ["Somebody logged in to your wallet on a new device", "Something was shared from your wallet"]);

    // A choice that comes after the event and before the mail counts, too.
    tells(&wallet, &samira.learner, "late", Happened::LinkMade).await;
    samira.post("/settings/notifications", &[("mail_lang", "en")]).await;
    wallet.send_mail().await;
    assert_eq!(server.mails().len(), 2);
    // The database itself has no word for switching the last off.
    let mut rows = Rows::open(wallet.url()).await;
    assert_eq!(rows.count("SELECT COUNT(*) FROM notice_off WHERE kind = 'device'").await, 0);
}
