//! Sharing, from the form to the reader: rows L1 to L3, what is shown and what stays behind, later changes, and stopping.

use serde_json::Value;
use testkit::TestDatabase;
use vc::status_list::Status;

use crate::testing::{Answer, Behaviour, Browser, FORMS, StubIssuer, TestWallet, WALLET, offer};

async fn wallet() -> (TestWallet, StubIssuer) {
    wallet_on(TestDatabase::sqlite()).await
}

async fn wallet_on(database: TestDatabase) -> (TestWallet, StubIssuer) {
    wallet_of(database, Behaviour::default()).await
}

async fn wallet_of(database: TestDatabase, behaviour: Behaviour) -> (TestWallet, StubIssuer) {
    let issuer = StubIssuer::start(behaviour).await;
    let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/discovery").await;
    (wallet, issuer)
}

fn path(answer: &Answer) -> String {
    answer.location().replace(WALLET, "")
}

/// Receives a credential and gives its id.
async fn receive(learner: &Browser<'_>, issuer: &StubIssuer) -> String {
    let offer = openid4vc::CredentialOffer::query(&issuer.at("/offers/1"));
    let page = path(&learner.get(&format!("/credential-offer?{offer}")).await);
    let kept = learner.take(&page).await;
    kept.location().rsplit('/').next().unwrap().to_owned()
}

/// Makes a link and gives its page among the learner's and its own path.
async fn share(learner: &Browser<'_>, fields: &[(&str, &str)]) -> (String, String) {
    let made = learner.post("/wallet/share", fields).await;
    let (page, shown) = if made.status.as_u16() == 303 { (path(&made), learner.get(&path(&made)).await) } else { (String::new(), made) };
    let token = shown.body.split("/s/").nth(1).unwrap_or_else(|| panic!("{}", shown.body)).chars().take(22).collect::<String>();
    (page, format!("/s/{token}"))
}

/// The code of a problem document.
fn problem(answer: &Answer) -> Value {
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    serde_json::from_str::<Value>(&answer.body).unwrap()["code"].clone()
}

async fn report(wallet: &TestWallet, link: &str) -> Value {
    serde_json::from_str(&wallet.get(&format!("{link}/report.json")).await.body).unwrap()
}

#[tokio::test]
async fn a_link_shows_what_was_chosen_and_later_changes() {
    for database in testkit::each_database() {
        let (wallet, issuer) = wallet_on(database).await;
        let samira = wallet.learner("samira").await;
        let credential = receive(&samira, &issuer).await;
        let form = samira.get(&format!("/wallet/share?c={credential}")).await;
        for name in ["given_name", "learning_outcomes", "result"] {
            assert!(form.body.contains(&format!("name=\"claim\" value=\"{name}\"")), "{name}: {}", form.body);
        }
        let fields = [
            ("c", credential.as_str()),
            ("claim", "given_name"),
            ("claim", "learning_outcomes"),
            ("label", "Sollicitatie"),
            ("until", "week"),
        ];
        let (page, link) = share(&samira, &fields).await;

        let shown = wallet.get(&link).await;
        assert_eq!(shown.status.as_u16(), 200);
        assert!(shown.headers["x-robots-tag"].to_str().unwrap().contains("noindex"));
        assert!(shown.body.contains("Samira") && shown.body.contains("Kan een dataset opschonen"), "{}", shown.body);
        assert!(!shown.body.contains("de Vries") && !shown.body.contains("Sollicitatie"), "{}", shown.body);
        let valid = report(&wallet, &link).await;
        assert_eq!(valid["verdict"], "valid", "{valid}");
        assert!(valid["checks"].as_array().unwrap().iter().any(|check| check["check"] == "holder_binding" && check["state"] == "passed"));
        assert!(valid["credentials"][0]["claims"].get("result").is_none());
        let copy = wallet.get(&format!("{link}/credential")).await;
        assert_eq!(copy.headers["content-type"], "application/dc+sd-jwt");
        let accepting = |accept: &'static str| {
            let request = axum::http::Request::get(format!("{link}/credential")).header("host", "localhost:8080").header("accept", accept);
            wallet.send(request.body(axum::body::Body::empty()).unwrap())
        };
        for accept in ["application/dc+sd-jwt", "*/*", "application/json", "application/vc, */*;q=0.1"] {
            assert_eq!(accepting(accept).await.headers["content-type"], "application/dc+sd-jwt", "{accept}");
        }
        for accept in ["application/vc", "application/vc+jwt", "application/vc, application/dc+sd-jwt;q=0"] {
            let answer = accepting(accept).await;
            assert_eq!((answer.status.as_u16(), problem(&answer)), (406, "form_not_kept".into()), "{accept}");
        }
        assert!(wallet.get(&format!("{link}/certificate")).await.body.contains("Data-analyse basis"));

        issuer.set_status(Status::Invalid);
        wallet.clock.advance_seconds(3);
        assert_eq!(report(&wallet, &link).await["verdict"], "invalid", "a withdrawal is seen at the next opening");
        assert!(samira.get(&page).await.body.contains(&link), "the learner finds the address again");
    }
}

#[tokio::test]
async fn rows_l1_and_l2_unknown_ended_and_stopped_are_one() {
    for database in testkit::each_database() {
        let (wallet, issuer) = wallet_on(database).await;
        let samira = wallet.learner("samira").await;
        let credential = receive(&samira, &issuer).await;
        let (_, ending) = share(&samira, &[("c", &credential), ("until", "week")]).await;
        let (page, stopped) = share(&samira, &[("c", &credential), ("until", "stop")]).await;
        let id = page.split('?').next().unwrap().to_owned();
        assert_eq!(samira.post(&format!("{id}/stop"), &[]).await.status.as_u16(), 303);
        wallet.clock.set(model::Timestamp::parse("2026-11-30T00:00:00Z").unwrap());
        let unknown = "/s/AAAAAAAAAAAAAAAAAAAAAA";
        let mut bodies = Vec::new();
        for link in [unknown, &ending, &stopped] {
            let answer = wallet.get(link).await;
            assert_eq!(answer.status.as_u16(), 404, "{link}");
            for copy in ["report.json", "credential", "certificate"] {
                let answer = wallet.get(&format!("{link}/{copy}")).await;
                assert_eq!(answer.status.as_u16(), 404);
                let page = copy == "certificate";
                assert_eq!(if page { answer.code().unwrap().into() } else { problem(&answer) }, "share_ended", "{copy}");
            }
            assert_eq!(answer.code(), Some("share_ended"));
            bodies.push(answer.body);
        }
        assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "one page for all");
    }
}

#[tokio::test]
async fn row_l3_five_wrong_pins_close_the_link() {
    for database in testkit::each_database() {
        let (wallet, issuer) = wallet_on(database).await;
        let samira = wallet.learner("samira").await;
        let credential = receive(&samira, &issuer).await;
        let made = samira.post("/wallet/share", &[("c", &credential), ("pin", "1")]).await;
        let pin = made.body.split("<b class=\"mono\">").nth(1).unwrap().get(..6).unwrap().to_owned();
        let link = format!("/s/{}", made.body.split("/s/").nth(1).unwrap().get(..22).unwrap());
        let closed = wallet.get(&link).await;
        assert!(closed.body.contains("name=\"pin\"") && !closed.body.contains("Data-analyse"), "{}", closed.body);
        for copy in ["report.json", "credential"] {
            let answer = wallet.get(&format!("{link}/{copy}")).await;
            assert_eq!((answer.status.as_u16(), problem(&answer)), (403, "pin_required".into()));
        }
        assert_eq!(path(&wallet.get(&format!("{link}/certificate")).await), link);
        let wrong = if pin == "000000" { "000001" } else { "000000" };

        let mut reader = wallet.learner("reader").await;
        let opened = reader.post_as_is(&link, &[("pin", &pin)]).await;
        assert!(opened.body.contains("Data-analyse basis"), "{}", opened.body);
        reader.keep(&opened, "ew_wallet_share_8080");
        assert!(reader.get(&link).await.body.contains("Data-analyse basis"), "the PIN counts for a while in this browser");

        for _ in 0..4 {
            let answer = reader.post_as_is(&link, &[("pin", wrong)]).await;
            assert_eq!((answer.status.as_u16(), answer.code()), (422, Some("pin_wrong")));
            assert!(answer.body.contains("name=\"pin\""));
        }
        assert_eq!(reader.post_as_is(&link, &[("pin", wrong)]).await.status.as_u16(), 404);
        assert_eq!(reader.post_as_is(&link, &[("pin", &pin)]).await.status.as_u16(), 404);
        assert_eq!(reader.get(&link).await.status.as_u16(), 404, "not even for who knew it");
        assert!(samira.get("/wallet/activity").await.body.contains("Data-analyse basis"));
    }
}

#[tokio::test]
async fn only_what_was_on_the_form_is_shared_and_only_ones_own() {
    let (wallet, issuer) = wallet().await;
    let (samira, barry) = (wallet.learner("samira").await, wallet.learner("barry").await);
    let credential = receive(&samira, &issuer).await;
    let refused = samira.post("/wallet/share", &[("c", &credential), ("claim", "cnf")]).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (400, Some("form")));
    assert_eq!(barry.post("/wallet/share", &[("c", &credential)]).await.status.as_u16(), 404);
    let (page, _) = share(&samira, &[("c", &credential)]).await;
    let id = page.split('?').next().unwrap().to_owned();
    assert_eq!(barry.get(&id).await.status.as_u16(), 404);
    assert_eq!(barry.post(&format!("{id}/stop"), &[]).await.status.as_u16(), 404);
    let long = samira.post("/wallet/share", &[("c", &credential), ("label", &"x".repeat(81))]).await;
    assert_eq!(long.status.as_u16(), 422);
}

#[tokio::test]
async fn openings_by_people_are_counted_and_previews_are_not() {
    let (wallet, issuer) = wallet().await;
    let samira = wallet.learner("samira").await;
    let credential = receive(&samira, &issuer).await;
    let (page, link) = share(&samira, &[("c", &credential)]).await;
    wallet.get(&link).await;
    let visit = axum::http::Request::builder().uri(&link).header("host", "localhost:8080").header("sec-fetch-mode", "navigate");
    wallet.send(visit.body(axum::body::Body::empty()).unwrap()).await;
    let id = model::share::ShareId::new(page.rsplit('/').next().unwrap().split('?').next().unwrap());
    let share = wallet.state().store.read().await.unwrap().share(&id, &samira.learner).await.unwrap().unwrap();
    assert_eq!(share.opened, 1);
}

#[tokio::test]
async fn a_link_whose_time_is_over_is_erased_and_told() {
    for database in testkit::each_database() {
        let (wallet, issuer) = wallet_on(database).await;
        let samira = wallet.learner("samira").await;
        let credential = receive(&samira, &issuer).await;
        let (page, link) = share(&samira, &[("c", &credential), ("until", "week")]).await;
        wallet.clock.set(model::Timestamp::parse("2026-11-30T00:00:00Z").unwrap());
        super::tidy(wallet.state()).await.unwrap();
        let id = model::share::ShareId::new(page.rsplit('/').next().unwrap().split('?').next().unwrap());
        let mut tx = wallet.state().store.read().await.unwrap();
        let share = tx.share(&id, &samira.learner).await.unwrap().unwrap();
        assert!(share.state == model::share::ShareState::Ended && share.token.is_none());
        let entries = tx.activities(&samira.learner, 10).await.unwrap();
        assert!(entries.iter().any(|entry| entry.about.outcome.as_deref() == Some("ended")));
        drop(tx);
        assert_eq!(wallet.get(&link).await.status.as_u16(), 404);
    }
}

#[tokio::test]
async fn a_shared_badge_shows_what_it_says_and_later_changes() {
    for (configuration, form) in [(FORMS[1], "application/vc"), (FORMS[2], "application/vc+jwt")] {
        let (wallet, issuer) =
            wallet_of(TestDatabase::sqlite(), Behaviour { offer: offer(configuration, None), ..Behaviour::default() }).await;
        let samira = wallet.learner("samira").await;
        let credential = receive(&samira, &issuer).await;
        let (_, link) = share(&samira, &[("c", &credential), ("until", "week")]).await;
        let shown = wallet.get(&link).await;
        for part in
            ["Echt en geldig", "Data-analyse basis", "Waar dit op aansluit", "gegevens opschonen", "Bewijsstukken", "Dashboard van Samira"]
        {
            assert!(shown.body.contains(part), "{configuration}: {part} is missing in {}", shown.body);
        }
        let english = wallet.get(&format!("{link}?lang=en")).await;
        assert!(english.body.contains("What this connects to") && english.body.contains("We did not look at these."), "{}", english.body);
        let valid = report(&wallet, &link).await;
        assert_eq!(
            (valid["verdict"].as_str(), valid["credentials"][0]["type"].as_str()),
            (Some("valid"), Some("OpenBadgeCredential")),
            "{valid}"
        );
        assert_eq!(wallet.get(&format!("{link}/credential")).await.headers["content-type"], form);
        assert!(wallet.get(&format!("{link}/certificate")).await.body.contains("Data-analyse basis"));
        issuer.set_status(Status::Invalid);
        wallet.clock.advance_seconds(3);
        assert!(wallet.get(&link).await.body.contains("Niet geldig"), "{configuration}: withdrawn");
    }
}
