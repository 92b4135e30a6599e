//! Taking badges in from files, over the router and on both databases: rows U1 to U5 and U7, and what becomes of a badge.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, ORIGIN};
use model::held::{HeldCopy, Way};
use serde_json::{Value, json};
use testkit::badges::{self, ACHIEVEMENT, Somebody};
use testkit::{TestDatabase, each_database};

use crate::testing::{Answer, Browser, TestWallet, WALLET};

/// A wallet whose register knows a school that signs badges.
pub(crate) async fn school(database: TestDatabase) -> (TestWallet, Somebody) {
    let issuer = Somebody::new();
    let party = issuer.party("badgeschool", "Badgeschool Voorbeeld");
    (TestWallet::over(database, party, &[], "http://localhost:1/discovery").await, issuer)
}

/// Sends a file by the form.
pub(crate) async fn choose(wallet: &TestWallet, learner: &Browser<'_>, bytes: impl AsRef<[u8]>, name: &str) -> Answer {
    let mut body = format!("--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n", learner.csrf).into_bytes();
    body.extend_from_slice(format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").as_bytes());
    body.extend_from_slice(bytes.as_ref());
    body.extend_from_slice(b"\r\n--b--\r\n");
    wallet.send(posted(Some(learner), body)).await
}

fn posted(learner: Option<&Browser<'_>>, body: Vec<u8>) -> Request<Body> {
    let request = Request::post("/wallet/import")
        .header(HOST, "localhost:8080")
        .header(ORIGIN, WALLET)
        .header(COOKIE, learner.map_or("", Browser::cookies))
        .header(CONTENT_TYPE, "multipart/form-data; boundary=b");
    request.body(Body::from(body)).unwrap()
}

/// Chooses a file, looks at it and keeps it. Gives the credential's page.
pub(crate) async fn keep(wallet: &TestWallet, learner: &Browser<'_>, bytes: impl AsRef<[u8]>) -> Answer {
    let chosen = choose(wallet, learner, bytes, "badge.png").await;
    assert_eq!(chosen.status.as_u16(), 303, "{}", chosen.body);
    let page = chosen.location().replace(WALLET, "");
    assert_eq!(learner.post(&page, &[("choice", "keep")]).await.status.as_u16(), 303);
    let card = learner.get(&page).await;
    assert_eq!(card.status.as_u16(), 303, "{}", card.body);
    learner.get(&card.location().replace(WALLET, "")).await
}

async fn held(wallet: &TestWallet, learner: &Browser<'_>) -> Vec<HeldCopy> {
    wallet.state().store.read().await.unwrap().copies(&learner.learner).await.unwrap()
}

/// A badge that says whom it is for by a mail address, as platforms issue them.
fn mailed(issuer: &Somebody, change: impl FnOnce(&mut Value)) -> Value {
    let mut badge = issuer.unsigned("mailto:samira@voorbeeld.example");
    change(&mut badge);
    issuer.sign(badge)
}

#[tokio::test]
async fn a_badge_is_shown_before_it_is_kept_in_every_form_in_which_it_travels() {
    for database in each_database() {
        let (wallet, issuer) = school(database).await;
        let samira = wallet.learner("samira").await;
        let id = |n: usize| format!("urn:uuid:5f1d3a2e-6c0b-4d0e-9a53-0d5a6a6b1c{n:02}");
        let badge = |n: usize| mailed(&issuer, |badge| badge["id"] = id(n).into());
        let record = issuer.record("mailto:samira@voorbeeld.example", &[badge(9)]);
        let files = [badges::png(&badge(1)), badges::svg(&badge(2)), badge(3).to_string().into_bytes(), record.to_string().into_bytes()];
        for (n, file) in files.iter().enumerate() {
            let chosen = choose(&wallet, &samira, file, "badge.png").await;
            assert_eq!(chosen.status.as_u16(), 303, "{}", chosen.body);
            let page = chosen.location().replace(WALLET, "");
            let shown = samira.get(&page).await;
            let title = if n == 3 { "Overzicht van Samira" } else { "Interviewen" };
            // Of a record every badge in it is shown, too.
            for part in [title, "Interviewen", "Badgeschool Voorbeeld", "samira@voorbeeld.example", "value=\"keep\"", "value=\"refuse\""] {
                assert!(shown.body.contains(part), "{part}: {}", shown.body);
            }
            assert_eq!(held(&wallet, &samira).await.len(), n, "nothing is kept yet");
            // Pressed twice, it is kept once.
            for _ in 0..2 {
                assert_eq!(samira.post(&page, &[("choice", "keep")]).await.status.as_u16(), 303);
            }
            assert_eq!(held(&wallet, &samira).await.len(), n + 1);
        }
        let copies = held(&wallet, &samira).await;
        let origin = |copy: &HeldCopy| copy.summary.origin.clone().unwrap();
        assert!(copies.iter().all(|copy| origin(copy).way == Way::File && origin(copy).listed && !copy.has_key));
        let activity = samira.get("/wallet/activity").await;
        assert!(activity.body.contains("Interviewen") && !activity.body.contains("samira@voorbeeld.example"));
        let copy = copies.iter().find(|copy| copy.summary.own_id == Some(id(1))).unwrap();
        let file = samira.bytes(&format!("/wallet/credentials/{}/file", copy.id)).await;
        assert_eq!(serde_json::from_slice::<Value>(&file).unwrap(), badge_of(&files[0]), "as it came");
    }
}

fn badge_of(png: &[u8]) -> Value {
    serde_json::from_str(&vc::open_badge::bake::png_unbake(png).unwrap().unwrap()).unwrap()
}

#[tokio::test]
async fn a_badge_of_a_stranger_is_marked_and_can_be_refused() {
    let (wallet, _) = school(TestDatabase::sqlite()).await;
    let samira = wallet.learner("samira").await;
    let stranger = Somebody::new();
    let chosen = choose(&wallet, &samira, badges::png(&mailed(&stranger, |_| ())), "badge.png").await;
    let page = chosen.location().replace(WALLET, "");
    let shown = samira.get(&page).await;
    assert!(shown.body.contains("in geen register") && shown.body.contains("Echt, let op"), "{}", shown.body);
    let barry = wallet.learner("barry").await;
    assert_eq!(barry.get(&page).await.status.as_u16(), 404, "it is nobody else's");
    assert_eq!(barry.post(&page, &[("choice", "keep")]).await.status.as_u16(), 404);
    assert_eq!(samira.post(&page, &[("choice", "refuse")]).await.status.as_u16(), 303);
    assert_eq!(samira.post(&page, &[("choice", "keep")]).await.status.as_u16(), 303);
    assert!(held(&wallet, &samira).await.is_empty(), "refused is refused");
    let kept = keep(&wallet, &samira, badges::png(&mailed(&stranger, |_| ()))).await;
    assert!(kept.body.contains("uit een bestand dat je koos") && kept.body.contains("Zelfbedachte naam"), "{}", kept.body);
}

#[tokio::test]
async fn what_waits_to_be_looked_at_waits_an_hour() {
    let (wallet, issuer) = school(TestDatabase::sqlite()).await;
    let samira = wallet.learner("samira").await;
    let chosen = choose(&wallet, &samira, badges::png(&mailed(&issuer, |_| ())), "badge.png").await;
    let page = chosen.location().replace(WALLET, "");
    wallet.clock.advance_seconds(3_601);
    let samira = wallet.learner("samira").await;
    assert_eq!(samira.get(&page).await.status.as_u16(), 404);
    crate::work::tidy(wallet.state()).await.unwrap();
    assert_eq!(wallet.row_counts().await["import"], 0, "and is erased then");
}

/// Status, code, and that no row changed.
async fn refused(database: TestDatabase, file: impl FnOnce(&Somebody) -> Vec<u8>, name: &str) -> (u16, String) {
    let (wallet, issuer) = school(database).await;
    let samira = wallet.learner("samira").await;
    let before = wallet.row_counts().await;
    let answer = choose(&wallet, &samira, file(&issuer), name).await;
    assert_eq!(wallet.row_counts().await, before, "{name}");
    assert!(name.len() < 5 || !answer.body.contains(name), "the name of a file is dropped");
    (answer.status.as_u16(), answer.code().unwrap_or_default().to_owned())
}

/// A text chunk that inflates to 50 MiB.
fn inflating() -> Vec<u8> {
    badges::inflating(50 << 20)
}

#[tokio::test]
async fn rows_u1_to_u5_and_u7() {
    type File = fn(&Somebody) -> Vec<u8>;
    let script = |issuer: &Somebody| {
        let svg = String::from_utf8(badges::svg(&mailed(issuer, |_| ()))).unwrap();
        svg.replacen("<title>", "<script>alert(1)</script><title>", 1).into_bytes()
    };
    let rows: [(&str, File, u16, &str); 9] = [
        ("U1", |_| vec![b'x'; 6 << 20], 413, "too_large"),
        ("U2", |_| inflating(), 422, "import_too_large"),
        ("U3", script, 422, "import_media"),
        ("U4", |issuer| badges::png(&badges::altered(&mailed(issuer, |_| ()))), 422, "import_signature"),
        ("U5 key", |issuer| badges::png(&issuer.badge(Somebody::new().did())), 409, "import_subject"),
        (
            "U5 name",
            |issuer| {
                let named = json!([{"type": "IdentityObject", "hashed": false, "identityHash": "Barry Jansen", "identityType": "name"}]);
                badges::png(&mailed(issuer, |badge| badge["credentialSubject"]["identifier"] = named))
            },
            409,
            "import_subject",
        ),
        ("a picture", |_| badges::pixel(), 422, "no_credential_in_image"),
        ("an endorsement", |issuer| issuer.endorses(ACHIEVEMENT).to_string().into_bytes(), 422, "import_format"),
        ("nothing", |_| Vec::new(), 422, "import_missing"),
    ];
    for (name, file, status, code) in rows {
        for database in each_database() {
            assert_eq!(refused(database, file, "x").await, (status, code.to_owned()), "{name}");
        }
    }
    for name in ["../../etc/passwd", "a\u{202e}gnp.exe", &"n".repeat(4_000)] {
        assert_eq!(refused(TestDatabase::sqlite(), |_| badges::pixel(), name).await.1, "no_credential_in_image", "U7");
    }
}

#[tokio::test]
async fn the_same_badge_is_kept_once_and_a_newer_one_replaces_it() {
    for database in each_database() {
        let (wallet, issuer) = school(database).await;
        let samira = wallet.learner("samira").await;
        keep(&wallet, &samira, badges::png(&mailed(&issuer, |_| ()))).await;
        let again = choose(&wallet, &samira, badges::svg(&mailed(&issuer, |_| ())), "x").await;
        assert_eq!((again.status.as_u16(), again.code()), (409, Some("import_known")), "{}", again.body);
        assert!(again.body.contains("/wallet/credentials/"));
        let newer = mailed(&issuer, |badge| badge["validFrom"] = "2026-03-01T00:00:00Z".into());
        keep(&wallet, &samira, badges::png(&newer)).await;
        let copies = held(&wallet, &samira).await;
        let standing: Vec<bool> = copies.iter().map(|copy| copy.validity.superseded).collect();
        assert_eq!((copies.len(), standing.iter().filter(|old| **old).count()), (2, 1), "the older one lies behind it");
        assert_eq!(copies[0].card, copies[1].card);
        let older = choose(&wallet, &samira, badges::png(&mailed(&issuer, |_| ())), "x").await;
        assert_eq!(older.code(), Some("import_known"), "an older one changes nothing");
        // Another learner may hold a badge of the same name.
        let barry = wallet.learner("barry").await;
        keep(&wallet, &barry, badges::png(&newer)).await;
        assert_eq!(held(&wallet, &barry).await.len(), 1);
    }
}

#[tokio::test]
async fn a_badge_without_a_key_is_shared_as_it_is_and_deleted() {
    let (wallet, issuer) = school(TestDatabase::sqlite()).await;
    let samira = wallet.learner("samira").await;
    keep(&wallet, &samira, badges::png(&mailed(&issuer, |_| ()))).await;
    let copy = held(&wallet, &samira).await.pop().unwrap();
    let made = samira.post("/wallet/share", &[("c", copy.id.as_str()), ("label", "CV")]).await;
    assert_eq!(made.status.as_u16(), 303, "{}", made.body);
    let page = samira.get(&made.location().replace(WALLET, "")).await;
    let link = page.body.split("/s/").nth(1).unwrap().chars().take_while(char::is_ascii_alphanumeric).collect::<String>();
    let opened = wallet.get(&format!("/s/{link}")).await;
    assert!(opened.body.contains("Interviewen") && opened.body.contains("Echt en geldig"), "{}", opened.body);
    let deleted = samira.post(&format!("/wallet/credentials/{}/delete", copy.id), &[("choice", "delete")]).await;
    assert!(deleted.status.is_redirection(), "{}", deleted.body);
    assert!(held(&wallet, &samira).await.is_empty());
    keep(&wallet, &samira, badges::png(&mailed(&issuer, |_| ()))).await;
}

#[tokio::test]
async fn the_form_is_for_who_is_signed_in_and_comes_from_our_own_page() {
    let (wallet, issuer) = school(TestDatabase::sqlite()).await;
    let samira = wallet.learner("samira").await;
    assert_eq!(wallet.get("/wallet/import").await.status.as_u16(), 303, "towards the login");
    assert_eq!(samira.get("/wallet/import").await.status.as_u16(), 200);
    assert_eq!(wallet.send(posted(None, Vec::new())).await.status.as_u16(), 401);
    let mut foreign = posted(Some(&samira), Vec::new());
    foreign.headers_mut().insert(ORIGIN, "https://evil.example".parse().unwrap());
    assert_eq!(wallet.send(foreign).await.code(), Some("origin"));
    let body = format!("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n{}\r\n--b--\r\n", issuer.badge("urn:x:1"));
    assert_eq!(wallet.send(posted(Some(&samira), body.into_bytes())).await.code(), Some("csrf"));
    assert!(held(&wallet, &samira).await.is_empty());
}
