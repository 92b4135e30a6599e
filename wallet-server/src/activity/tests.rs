//! After sharing: the proof and who checks it, asking to delete, reporting, deleting an entry, and taking the list along.

use axum::body::Body;
use axum::http::Request;
use axum::http::header::{CONTENT_TYPE, HOST};
use openid4vc::response::Incoming;
use serde_json::Value;
use testkit::TestDatabase;
use vc::jws::{self, Jws};
use vc::key::{Algorithm, SigningKey};

use crate::testing::{Answer, Behaviour, Browser, StubIssuer, StubVerifier, TestWallet, WALLET};

pub(super) fn path(answer: &Answer) -> String {
    answer.location().replace(WALLET, "")
}

/// A learner who holds a microcredential, and a verifier that the register knows.
pub(super) async fn wallet_on(database: TestDatabase) -> (TestWallet, StubIssuer, StubVerifier) {
    let issuer = StubIssuer::start(Behaviour::default()).await;
    let wallet = TestWallet::over(database, issuer.party(), &[issuer.anchor()], "http://localhost:1/discovery").await;
    let verifier = StubVerifier::start().await;
    verifier.register(&wallet, "Werkgever Voorbeeld");
    let samira = wallet.learner("samira").await;
    let query = openid4vc::CredentialOffer::query(&issuer.at("/offers/1"));
    let page = path(&samira.get(&format!("/credential-offer?{query}")).await);
    samira.take(&page).await;
    (wallet, issuer, verifier)
}

/// Answers a request and gives the page that says so, and where the entry of it is.
pub(super) async fn answered(learner: &Browser<'_>, verifier: &StubVerifier, nonce: &str, choice: &str) -> (Answer, String) {
    let opened = learner.get(&verifier.asks(&verifier.parameters(&verifier.client_id(), nonce))).await;
    let shown = learner.get(&path(&opened)).await;
    let action = shown.body.split("action=\"").find(|part| part.starts_with("/wallet/requests/")).unwrap();
    let action = action.split('"').next().unwrap().replace("&amp;", "&");
    let answer = learner.post(&action, &[("choice", choice)]).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    let entry = answer.body.split("href=\"").find(|part| part.starts_with("/wallet/activity/")).unwrap();
    let entry = entry.split('"').next().unwrap().to_owned();
    (answer, entry)
}

async fn check(wallet: &TestWallet, field: &str, proof: &str) -> Answer {
    let body = format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"f\"\r\n\r\n{proof}\r\n--b--\r\n");
    let request = Request::post("/proof").header(HOST, "localhost:8080").header(CONTENT_TYPE, "multipart/form-data; boundary=b");
    wallet.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn the_result_says_what_went_to_whom_and_until_when() {
    let (wallet, _issuer, verifier) = wallet_on(TestDatabase::sqlite()).await;
    let samira = wallet.learner("samira").await;
    let (answer, entry) = answered(&samira, &verifier, "n1", "share").await;
    // Thirty days were asked, fourteen is the most that the register allows.
    for words in
        ["Gedeeld met Werkgever Voorbeeld", "Data-analyse basis", "Sollicitatie beoordelen", "bewaard tot", &format!("{entry}/proof")]
    {
        assert!(answer.body.contains(words), "{words}: {}", answer.body);
    }
    assert!(!answer.body.contains("de Vries"), "labels, no values: {}", answer.body);

    let (refused, _) = answered(&samira, &verifier, "n2", "refuse").await;
    assert!(refused.body.contains("Er is niets gedeeld") && !refused.body.contains("bewaard tot"), "{}", refused.body);
}

#[tokio::test]
async fn an_answer_that_nobody_confirmed_is_said_to_be_uncertain_everywhere() {
    let (wallet, _issuer, verifier) = wallet_on(TestDatabase::sqlite()).await;
    let samira = wallet.learner("samira").await;
    verifier.answers(503, serde_json::json!({}));
    let (answer, entry) = answered(&samira, &verifier, "n1", "share").await;
    assert!(answer.body.contains("Niet zeker of Werkgever Voorbeeld het heeft"), "{}", answer.body);
    let shown = samira.get(&entry).await.body;
    assert!(shown.contains("niet zeker of het aankwam") && !shown.contains("Bevestigd dat het aankwam"), "{shown}");
    assert!(samira.get("/wallet/activity").await.body.contains("niet zeker of het aankwam"), "in the list too");
    let proof = check(&wallet, "proof", &samira.get(&format!("{entry}/proof")).await.body).await;
    assert!(proof.body.contains("niet zeker of het aankwam"), "{}", proof.body);
    verifier.answers(200, serde_json::json!({}));
    wallet.clock.advance_seconds(2);
    wallet.work().await;
    for page in [entry.as_str(), "/wallet/activity"] {
        assert!(!samira.get(page).await.body.contains("niet zeker of het aankwam"), "{page}");
    }
    assert!(samira.get(&entry).await.body.contains("Bevestigd dat het aankwam"));
}

#[tokio::test]
async fn a_proof_is_checked_by_anybody_and_says_nothing_of_who_shared() {
    for database in testkit::each_database() {
        let (wallet, _issuer, verifier) = wallet_on(database).await;
        let samira = wallet.learner("samira").await;
        let (_, entry) = answered(&samira, &verifier, "n1", "share").await;
        let taken = samira.get(&format!("{entry}/proof")).await;
        assert_eq!(taken.headers[CONTENT_TYPE.as_str()], "application/jwt");
        let payload = Jws::parse(&taken.body).unwrap().payload_unverified().clone();
        for value in ["de Vries", "Samira", "samira", samira.learner.as_str()] {
            assert!(!payload.to_string().contains(value), "{value}: {payload}");
        }
        assert_eq!((payload["event"].as_str(), payload["delivery"].as_str()), (Some("shared"), Some("delivered")));
        // The receiver knows its message again by the digest.
        let incoming = Incoming::parse(&verifier.received()[0]).ok().and_then(|incoming| incoming.decrypt(verifier.encryption()).ok());
        let token: Value = incoming.unwrap().vp_token.unwrap();
        let digest = vc::encoding::b64url(vc::encoding::sha256(vc::jcs::canonical(&token).unwrap().as_bytes()));
        assert_eq!(payload["digest"].as_str(), Some(digest.as_str()));

        for field in ["proof", "file"] {
            let checked = check(&wallet, field, &taken.body).await;
            assert_eq!(checked.status.as_u16(), 200, "{}", checked.body);
            for words in ["is echt", "Werkgever Voorbeeld", "Sollicitatie beoordelen", digest.as_str()] {
                assert!(checked.body.contains(words), "{words}: {}", checked.body);
            }
        }
        let mut changed = payload.clone();
        changed["receiver"] = serde_json::json!({"nl": "Iemand anders"});
        let header = Jws::parse(&taken.body).unwrap().header().clone();
        let foreign = jws::sign(&header, changed.to_string().as_bytes(), &SigningKey::generate(Algorithm::Es256).unwrap()).unwrap();
        // What the same key signs for another purpose is no proof either.
        let assertion = wallet.state().client.assertion(&wallet.state().core, "https://as.example", None).unwrap();
        let wrong = [
            (foreign.as_str(), "proof_not_ours"),
            (assertion.as_str(), "proof_unreadable"),
            ("hello", "proof_unreadable"),
            ("", "proof_missing"),
        ];
        for (given, code) in wrong {
            let refused = check(&wallet, "proof", given).await;
            assert_eq!((refused.status.as_u16(), refused.code()), (422, Some(code)), "{}", refused.body);
            assert!(!refused.body.contains("Iemand anders") && !refused.body.contains("is echt"), "{}", refused.body);
        }
    }
}

#[tokio::test]
async fn asking_to_delete_and_reporting_prepare_a_letter_and_are_written_down() {
    for database in testkit::each_database() {
        let (wallet, _issuer, verifier) = wallet_on(database).await;
        let samira = wallet.learner("samira").await;
        let (_, entry) = answered(&samira, &verifier, "n1", "share").await;
        let id = entry.rsplit('/').next().unwrap();
        let asked = samira.post(&format!("{entry}/ask"), &[]).await;
        for words in ["mailto:privacy@werkgever.example?subject=", "artikel 17 AVG", "Werkgever Voorbeeld"] {
            assert!(asked.body.contains(words), "{words}: {}", asked.body);
        }
        let english = samira.post(&format!("{entry}/report?lang=en"), &[]).await;
        assert!(
            english.body.contains("Report to the Autoriteit Persoonsgegevens") && english.body.contains("Judging an application"),
            "{}",
            english.body
        );
        for page in [&asked, &english] {
            assert!(!page.body.contains("de Vries"), "no values: {}", page.body);
        }
        let shown = samira.get(&entry).await.body;
        assert!(shown.contains("Je vroeg dit al") && shown.contains("Je maakte al een melding"), "{shown}");
        let list = samira.get("/wallet/activity").await.body;
        assert!(list.contains("Gevraagd om te verwijderen") && list.contains("Gemeld bij de toezichthouder"), "{list}");
        let mut tx = wallet.state().store.read().await.unwrap();
        let trail: Vec<String> = tx.audit_of("activity", id).await.unwrap().into_iter().map(|row| row.action).collect();
        assert_eq!(trail, ["activity.deletion_asked", "activity.reported"]);
        drop(tx);

        // Who refused can report, and has nothing to have deleted; somebody else has no such entry at all.
        let (_, refused) = answered(&samira, &verifier, "n2", "refuse").await;
        assert_eq!(samira.post(&format!("{refused}/ask"), &[]).await.status.as_u16(), 404);
        assert_eq!(samira.post(&format!("{refused}/report"), &[]).await.status.as_u16(), 200);
        let barry = wallet.learner("barry").await;
        for what in ["ask", "report"] {
            assert_eq!(barry.post(&format!("{entry}/{what}"), &[]).await.status.as_u16(), 404);
        }
        assert_eq!(barry.get(&format!("{entry}/proof")).await.status.as_u16(), 404);
        assert_eq!(samira.post_as_is(&format!("{entry}/ask"), &[("csrf", "wrong")]).await.status.as_u16(), 403);
    }
}

#[tokio::test]
async fn an_entry_is_deleted_after_a_warning_by_its_learner_alone() {
    for database in testkit::each_database() {
        let (wallet, _issuer, verifier) = wallet_on(database).await;
        let samira = wallet.learner("samira").await;
        let (_, entry) = answered(&samira, &verifier, "n1", "share").await;
        let remove = format!("{entry}/remove");
        let warned = samira.get(&remove).await;
        assert!(warned.body.contains("blijft daar") && warned.body.contains("Download dat eerst"), "{}", warned.body);
        let barry = wallet.learner("barry").await;
        assert_eq!(barry.post(&remove, &[("choice", "remove")]).await.status.as_u16(), 404);
        assert_eq!(samira.get(&entry).await.status.as_u16(), 200, "looking and others delete nothing");
        let gone = samira.post(&remove, &[("choice", "remove")]).await;
        assert_eq!(path(&gone), "/wallet/activity");
        assert_eq!(samira.get(&entry).await.status.as_u16(), 404);
        assert_eq!(samira.post(&remove, &[("choice", "remove")]).await.status.as_u16(), 404);
    }
}

#[tokio::test]
async fn the_list_goes_along_as_json_and_csv_without_values() {
    let (wallet, _issuer, verifier) = wallet_on(TestDatabase::sqlite()).await;
    let samira = wallet.learner("samira").await;
    answered(&samira, &verifier, "n1", "share").await;
    let log: Value = serde_json::from_str(&samira.get("/wallet/activity/log.json").await.body).unwrap();
    let events: Vec<&str> = log["activity"].as_array().unwrap().iter().filter_map(|entry| entry["event"].as_str()).collect();
    assert_eq!(events, ["shared", "received"]);
    let shared = log["activity"][0]["shared"].as_array().unwrap();
    assert!(shared.iter().any(|label| label["nl"] == "Titel") && shared.iter().all(|label| label["nl"] != "Resultaat"), "{shared:?}");
    let csv = samira.get("/wallet/activity/log.csv").await.body;
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.contains("\"Werkgever Voorbeeld\"") && !csv.contains("de Vries") && !log.to_string().contains("de Vries"), "{csv}");
    let barry = wallet.learner("barry").await;
    assert_eq!(barry.get("/wallet/activity/log.csv").await.body.lines().count(), 1);
}

#[tokio::test]
async fn who_asks_can_be_reported_before_anything_went() {
    let (wallet, _issuer, verifier) = wallet_on(TestDatabase::sqlite()).await;
    let samira = wallet.learner("samira").await;
    let page = path(&samira.get(&verifier.asks(&verifier.parameters(&verifier.client_id(), "n1"))).await);
    assert!(samira.get(&page).await.body.contains(&format!("{page}/report")));
    let letter = samira.get(&format!("{page}/report")).await;
    assert!(letter.status.as_u16() == 200 && letter.body.contains("Sollicitatie beoordelen"), "{}", letter.body);
    assert!(verifier.received().is_empty() && wallet.learner("barry").await.get(&format!("{page}/report")).await.status.as_u16() == 404);
}

#[tokio::test]
async fn who_does_not_have_it_reads_who_issues_it() {
    let (wallet, _issuer, verifier) = wallet_on(TestDatabase::sqlite()).await;
    let barry = wallet.learner("barry").await;
    let page = path(&barry.get(&verifier.asks(&verifier.parameters(&verifier.client_id(), "n1"))).await);
    let missing = barry.get(&page).await.body;
    assert!(missing.contains("Wie het uitgeeft") && missing.contains("/connect"), "{missing}");
}

#[tokio::test]
async fn who_waits_for_it_is_told_once_and_the_asker_hears_nothing() {
    for database in testkit::each_database() {
        let (wallet, issuer, verifier) = wallet_on(database).await;
        let barry = wallet.learner("barry").await;
        let page = path(&barry.get(&verifier.asks(&verifier.parameters(&verifier.client_id(), "n1"))).await);
        let shown = barry.get(&page).await.body;
        let action = shown.split("action=\"").find(|part| part.starts_with("/wallet/requests/")).unwrap();
        let action = action.split('"').next().unwrap().replace("&amp;", "&");
        assert_eq!(path(&barry.post(&action, &[("choice", "tell")]).await), page);
        assert!(barry.get(&page).await.body.contains("Je krijgt bericht zodra het er is"));
        barry.post(&action, &[("choice", "untell")]).await;
        assert!(!barry.get(&page).await.body.contains("Je krijgt bericht zodra het er is"));
        barry.post(&action, &[("choice", "tell")]).await;
        assert!(verifier.received().is_empty(), "waiting is no answer");

        for offer in ["/offers/1", "/offers/2"] {
            let query = openid4vc::CredentialOffer::query(&issuer.at(offer));
            let offered = path(&barry.get(&format!("/credential-offer?{query}")).await);
            barry.take(&offered).await;
        }
        let feed = barry.get("/wallet/feed").await.body;
        assert_eq!(feed.matches("<span>Waar je op wachtte is er").count(), 1, "{feed}");
        assert!(feed.contains(&page) && feed.contains("Werkgever Voorbeeld"), "{feed}");

        // Now that it can be answered there is nothing to wait for.
        let shown = barry.get(&page).await.body;
        let action = shown.split("action=\"").find(|part| part.starts_with("/wallet/requests/")).unwrap();
        let action = action.split('"').next().unwrap().replace("&amp;", "&");
        let refused = barry.post(&action, &[("choice", "tell")]).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (400, Some("form")));
        barry.post(&action, &[("choice", "refuse")]).await;
        assert_eq!(verifier.received().len(), 1);
    }
}
