//! Standing permissions: given after sharing once, on a fresh login; over when the receiver's entry changes; withdrawn in two actions.

use openid4vc::{RequestParameters, ResponseMode};
use testkit::TestDatabase;

use super::tests::{answered, path, wallet_on};

#[tokio::test]
async fn a_permission_is_given_listed_and_withdrawn() {
    for database in testkit::each_database() {
        let (wallet, _issuer, verifier) = wallet_on(database).await;
        let samira = wallet.learner("samira").await;
        let (_, entry) = answered(&samira, &verifier, "n1", "share").await;
        assert!(!samira.get("/wallet").await.body.contains("/wallet/permissions"));
        assert!(samira.get(&entry).await.body.contains(&format!("{entry}/permission")));
        let asked = samira.get(&format!("{entry}/permission")).await.body;
        for words in ["Mag Werkgever Voorbeeld dit opnieuw krijgen?", "Sollicitatie beoordelen", "hoogstens 14 dagen", "31\u{a0}augustus"] {
            assert!(asked.contains(words), "{words}: {asked}");
        }
        assert!(samira.get("/wallet/permissions").await.body.contains("Je gaf niemand"), "looking gives nothing");
        let barry = wallet.learner("barry").await;
        let give = format!("{entry}/permission");
        assert_eq!(barry.post(&give, &[("end", "year"), ("choice", "give")]).await.status.as_u16(), 404);
        assert_eq!(samira.post(&give, &[("end", "ever"), ("choice", "give")]).await.status.as_u16(), 400);
        // Given twice it is one: the last counts.
        for end in ["year", "quarter"] {
            assert_eq!(path(&samira.post(&give, &[("end", end), ("choice", "give")]).await), "/wallet/permissions");
        }
        let list = samira.get("/wallet/permissions").await.body;
        assert!(list.matches("/withdraw\"").count() == 1 && list.contains("Werving") && !list.contains("Gestopt:"), "{list}");
        assert!(!list.contains("de Vries"), "no values: {list}");

        // Two actions from the overview: the link there, and the button.
        assert!(samira.get("/wallet").await.body.contains("/wallet/permissions"));
        let withdraw = list.split("action=\"").find(|part| part.starts_with("/wallet/permissions/")).unwrap();
        let withdraw = withdraw.split('"').next().unwrap().to_owned();
        assert_eq!(barry.post(&withdraw, &[("choice", "withdraw")]).await.status.as_u16(), 404);
        assert_eq!(path(&samira.post(&withdraw, &[("choice", "withdraw")]).await), "/wallet/permissions");
        assert!(samira.get("/wallet/permissions").await.body.contains("Je gaf niemand"));
        assert_eq!(samira.post(&withdraw, &[("choice", "withdraw")]).await.status.as_u16(), 404);
        let activity = samira.get("/wallet/activity").await.body;
        assert!(activity.contains("toestemming gegeven") && activity.contains("toestemming ingetrokken"), "{activity}");
    }
}

#[tokio::test]
async fn a_permission_takes_a_fresh_login_and_ends_with_what_it_rests_on() {
    let (wallet, _issuer, verifier) = wallet_on(TestDatabase::sqlite()).await;
    let samira = wallet.learner("samira").await;
    let (_, entry) = answered(&samira, &verifier, "n1", "share").await;
    let give = format!("{entry}/permission");
    wallet.clock.advance_seconds(601);
    let login = format!("/auth/login?again=1&return_to={give}");
    assert_eq!(path(&samira.get(&give).await), login);
    assert_eq!(path(&samira.post(&give, &[("end", "year"), ("choice", "give")]).await), login);
    let samira = wallet.learner("samira").await;
    samira.post(&give, &[("end", "quarter"), ("choice", "give")]).await;
    assert!(!samira.get("/wallet/permissions").await.body.contains("Gestopt:"));

    let file = wallet.database.folder().join("register.json");
    let register = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, register.replace("\"max_retention_days\":14", "\"max_retention_days\":99")).unwrap();
    assert!(samira.get("/wallet/permissions").await.body.contains("Gestopt:"), "it may keep things longer than was agreed");

    wallet.clock.advance_seconds(93 * 86_400);
    let later = wallet.learner("samira").await;
    assert!(later.get("/wallet/permissions").await.body.contains("Je gaf niemand"));
    crate::work::tidy(wallet.state()).await.unwrap();
    assert_eq!(wallet.row_counts().await.get("permission"), Some(&0), "over is gone");
}

#[tokio::test]
async fn who_is_in_no_register_or_refused_is_given_none() {
    let (wallet, _issuer, verifier) = wallet_on(TestDatabase::sqlite()).await;
    let samira = wallet.learner("samira").await;
    let (_, refused) = answered(&samira, &verifier, "n1", "refuse").await;
    assert_eq!(samira.get(&format!("{refused}/permission")).await.status.as_u16(), 404);
    let client = format!("redirect_uri:{}", verifier.at("/response"));
    let asked = RequestParameters { response_mode: ResponseMode::DirectPost, ..verifier.parameters(&client, "n2") };
    let page = path(&samira.get(&format!("/authorize?{}", asked.query())).await);
    let shown = samira.get(&page).await.body;
    let action = shown.split("action=\"").find(|part| part.starts_with("/wallet/requests/")).unwrap();
    let action = action.split('"').next().unwrap().replace("&amp;", "&");
    let shared = samira.post(&action, &[("choice", "share"), ("confirm", "localhost")]).await.body;
    let entry = shared.split("href=\"").find(|part| part.starts_with("/wallet/activity/")).unwrap();
    let entry = entry.split('"').next().unwrap();
    let detail = samira.get(entry).await.body;
    assert!(!detail.contains("/permission\""), "{detail}");
    let given = samira.post(&format!("{entry}/permission"), &[("end", "year"), ("choice", "give")]).await;
    assert_eq!(given.status.as_u16(), 404);
}
