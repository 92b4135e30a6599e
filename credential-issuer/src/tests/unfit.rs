//! What is found only when it is about to be signed: the award goes back to the desk, which names the element, and nothing is issued.

use axum::http::StatusCode;
use model::achievement::Content;
use serde_json::{Value, json};
use storage::issuer::award::{AwardRow, AwardState, Decided};
use vc::key::{Algorithm, SigningKey};

use super::forms::{MICROCREDENTIAL, request};
use super::{App, On, PRE_AUTHORIZED, SLUG, code, error, microcredential, on_each_database, tx_code};

on_each_database! {
    what_is_found_at_signing_parks_the_award_and_the_desk_names_the_element,
}

impl App {
    async fn only_award(&self) -> AwardRow {
        self.issuer.store().read().await.unwrap().awards(SLUG, 2).await.unwrap().remove(0)
    }

    /// The open award with other content, as an earlier version with other rules may have decided it.
    async fn decided_otherwise(&self, change: impl FnOnce(&mut Value)) {
        let before = self.only_award().await;
        let mut content = serde_json::to_value(before.content.as_ref().unwrap()).unwrap();
        change(&mut content);
        let content: Content = serde_json::from_value(content).unwrap();
        let decided = Decided {
            person: &before.person,
            state: AwardState::Open,
            by_rule: false,
            missing: &[],
            reason: None,
            revision: before.revision,
            digest: &before.digest,
            content: Some(&content),
            content_digest: Some(content.digest().unwrap()),
            result_at: before.result_at,
            deliver: before.deliver,
            at_source: None,
            seen_at: before.seen_at,
        };
        let mut tx = self.issuer.store().write().await.unwrap();
        assert!(tx.update_award(&before, &decided, self.now()).await.unwrap());
        tx.commit().await.unwrap();
    }
}

async fn what_is_found_at_signing_parks_the_award_and_the_desk_names_the_element(on: On) {
    const TITLE: &str = "Een titel met \u{202e} erin";
    for configuration in MICROCREDENTIAL {
        let app = App::new(on).await;
        let offer = app.offered_as(&microcredential(), &[configuration]).await;
        let token = app.token(&offer).await;
        app.decided_otherwise(|content| content["content"]["title"] = json!(TITLE)).await;
        let holder = SigningKey::generate(Algorithm::Es256).unwrap();
        let answer = app.credential(Some(&token), &request(configuration, &app.proof(&holder).await)).await;
        // The wallet hears that it gets nothing, and no more.
        assert_eq!(answer.error(), error(400, "credential_request_denied"), "{configuration}");
        assert!(!answer.body.contains("titel") && !answer.body.contains("title"), "{}", answer.body);

        assert_eq!(app.issued().await, 0);
        let award = app.only_award().await;
        let missing: Vec<&str> = award.missing.iter().map(|missing| missing.code()).collect();
        assert_eq!((award.state, missing), (AwardState::Parked, vec!["unfit"]), "{configuration}");
        assert_eq!(app.rows("award.decide", "unfit").await, 1);
        let desk = super::desk::page(&app, &format!("/{SLUG}/desk"), &super::desk::staff(&app).await).await;
        assert_eq!(desk.status, StatusCode::OK);
        assert!(desk.body.contains("Onderdeel 2 (titel)"), "{configuration}: {}", desk.body);
        // The offer is over: neither its token nor its code gives anything.
        let again = app.credential(Some(&token), &request(configuration, &app.proof(&holder).await)).await;
        assert!(matches!(again.status.as_u16(), 400 | 401), "{configuration}: {}", again.body);
        let pairs = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code(&offer)), ("tx_code", tx_code(&offer))];
        assert_eq!(app.form("/token", &pairs).await.error(), error(400, "invalid_grant"));
        assert_eq!((app.issued().await, app.rows("award.decide", "unfit").await), (0, 1));
    }
}
