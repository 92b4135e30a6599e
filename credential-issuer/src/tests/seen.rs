//! A proof of enrolment says how things were when the institution's source last showed it, and can be renewed as long as it does.

use model::Timestamp;
use serde_json::{Value, json};
use storage::issuer::award::{AwardRow, AwardState};
use vc::key::{Algorithm, SigningKey};
use vc::sd_jwt::SdJwt;

use super::authorizations::{allowed, signed_in_with, token};
use super::dpop::Prover;
use super::intake::{Stub, app};
use super::refreshing::refreshed;
use super::{App, EDUID, On, SLUG, on_each_database};

on_each_database! {
    an_enrolment_that_is_still_shown_is_renewed_past_half_a_year,
    what_the_source_no_longer_shows_is_seen_no_more,
}

const DAY: i64 = 86_400;

fn enrolled(state: &str) -> Value {
    json!({"associationId": "a1", "associationType": "programOfferingAssociation", "role": "student", "state": state,
        "person": "p1", "offering": "o1"})
}

/// An institution whose source shows one enrolment, read once.
async fn institution(on: On) -> (App, Stub) {
    let (app, says) = app(on, vec![enrolled("associated")]).await;
    says.lock().unwrap().programme = true;
    app.issuer.poll_now().await.unwrap();
    let award = only(&app).await;
    assert_eq!((award.state, award.missing.len(), award.seen_at), (AwardState::Open, 0, award.decided_at));
    (app, says)
}

async fn only(app: &App) -> AwardRow {
    app.issuer.store().read().await.unwrap().awards(SLUG, 2).await.unwrap().remove(0)
}

/// So many days later the source is read again. Gives how much was new.
async fn later(app: &App, days: i64) -> i64 {
    app.clock.advance_seconds(days * DAY);
    app.issuer.poll_now().await.unwrap().remove(0).changed
}

/// `as_of` and `exp` of one more copy.
async fn copy(app: &App, prover: &Prover, access: &str) -> (String, i64) {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let body = json!({"credential_configuration_id": "enrolment-sd-jwt", "proofs": {"jwt": [app.proof(&key).await]}});
    let answer = prover.credential(app, access, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let credential = SdJwt::parse(&answer.text("/credentials/0/credential")).unwrap();
    let claims = credential.disclosed_claims();
    assert_eq!(claims["is_enrolled"], true);
    assert_eq!(claims["holder_identity"]["checked_on"], claims["as_of"]);
    (claims["as_of"].as_str().unwrap().to_owned(), claims["exp"].as_i64().unwrap())
}

fn half_a_year_after(day: &str) -> i64 {
    Timestamp::parse(day).unwrap().plus_days(183).day_end().seconds()
}

async fn an_enrolment_that_is_still_shown_is_renewed_past_half_a_year(on: On) {
    let (app, _) = institution(on).await;
    let (prover, decided_at) = (Prover::new(), only(&app).await.decided_at);
    let waiting = signed_in_with(&app, &[("scope", "enrolment")], &[], EDUID).await;
    let code = allowed(&app, &waiting).await;
    let mut given = token(&app, &code, &waiting.verifier, &[prover.proof(&app, "POST", "/token", None).await]).await;
    let (first, ends) = copy(&app, &prover, &given.text("/access_token")).await;
    assert_eq!((first.as_str(), ends), (&*app.now().date(), half_a_year_after(&first)));
    let mut last = ends;
    // Each time a fortnight before the last one ends, for more than a year.
    for _ in 0..3 {
        assert_eq!(later(&app, 168).await, 0, "nothing changed");
        given = refreshed(&app, &prover, &given.text("/refresh_token")).await;
        let (day, ends) = copy(&app, &prover, &given.text("/access_token")).await;
        assert_eq!((day.as_str(), ends), (&*app.now().date(), half_a_year_after(&day)));
        assert!(ends > last);
        last = ends;
    }
    let award = only(&app).await;
    assert_eq!((award.state, award.revision, award.decided_at), (AwardState::Issued, 1, decided_at));
    assert_eq!(app.rows("award.decide", "nothing").await, 0);
}

async fn what_the_source_no_longer_shows_is_seen_no_more(on: On) {
    let (app, says) = institution(on).await;
    let offer = app.offer(&json!({"award": only(&app).await.id})).await.json();
    let access = app.token(&offer).await;
    let proof = app.proof(&SigningKey::generate(Algorithm::Es256).unwrap()).await;
    let body = json!({"credential_configuration_id": "enrolment-sd-jwt", "proofs": {"jwt": [proof]}});
    assert_eq!(app.credential(Some(&access), &body).await.status, 200);
    later(&app, 1).await;
    let seen = only(&app).await.seen_at;
    assert_eq!(seen.date(), app.now().date(), "still there");
    // On one day it is written once.
    app.clock.advance_seconds(5);
    app.issuer.poll_now().await.unwrap();
    assert_eq!(only(&app).await.seen_at, seen);
    // Gone from the list, or there and over: neither shows that it is so still, at this reading or the next.
    says.lock().unwrap().associations.clear();
    later(&app, 1).await;
    assert_eq!(only(&app).await.seen_at, seen);
    says.lock().unwrap().associations.push(enrolled("finished"));
    for changed in [1, 0] {
        assert_eq!(later(&app, 1).await, changed);
        let award = only(&app).await;
        assert_eq!((award.state, award.seen_at), (AwardState::Issued, seen));
    }
    says.lock().unwrap().associations = vec![enrolled("associated")];
    later(&app, 1).await;
    assert_eq!(only(&app).await.seen_at.date(), app.now().date());
}
