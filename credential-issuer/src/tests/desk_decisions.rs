//! The examination board's decision at the desk: what waits for it is offered, its yes releases it, its no ends it.

use axum::http::{Method, StatusCode};
use serde_json::json;
use storage::issuer::award::AwardState;
use vc::key::{Algorithm, SigningKey};

use super::connections::delivery_token;
use super::desk::{approver, csrf, page, post, staff};
use super::desk_offers::{path as offer_path, press, read};
use super::intake::{Stub, app, association, result, states};
use super::{Answer, App, On, SLUG, error, on_each_database, wanted};

on_each_database! {
    what_waits_for_the_board_is_offered_and_released_by_its_yes,
    its_no_ends_the_wait_with_a_clear_answer,
    another_result_waits_for_the_board_again,
    only_an_approver_decides_and_only_what_waits,
    the_board_says_one_thing,
    its_yes_goes_to_a_connected_wallet,
}

const YES: [(&str, &str); 3] = [("decision", "final"), ("number", "EXC-2026-114"), ("on", "2026-11-20")];

/// An institution whose source never says that a result is final: one is parked.
async fn waits(on: On) -> (App, Stub, String) {
    let (app, says) = app(on, vec![association(result("completed", "passed", "8", None, "2026-02-01"))]).await;
    app.issuer.poll_now().await.unwrap();
    assert_eq!(states(&app).await, [(AwardState::Parked, vec!["waiting_final"])]);
    let award = app.issuer.store().read().await.unwrap().awards(SLUG, 1).await.unwrap().remove(0).id.to_string();
    (app, says, award)
}

fn path(award: &str) -> String {
    format!("/{SLUG}/desk/awards/{award}/decision")
}

async fn decides(app: &App, award: &str, cookie: &str, pairs: &[(&str, &str)]) -> Answer {
    let asking = page(app, &path(award), cookie).await;
    assert_eq!(asking.status, StatusCode::OK, "{}", asking.body);
    let csrf = csrf(&asking);
    post(app, &path(award), cookie, &[&[("csrf", csrf.as_str())], pairs].concat()).await
}

/// A wallet that took the desk's offer and waits: its token and its transaction.
async fn waiting(app: &App, award: &str) -> (String, String) {
    let made = press(app, award, &staff(app).await).await;
    assert!(made.status == StatusCode::OK && made.body.contains("id=\"later\""), "{}", made.body);
    let token = app.token(&read(app, &made).await).await;
    let put_off = app.credential(Some(&token), &wanted(&app.proof(&SigningKey::generate(Algorithm::Es256).unwrap()).await)).await;
    assert_eq!(put_off.status, StatusCode::ACCEPTED, "{}", put_off.body);
    (token, put_off.text("/transaction_id"))
}

async fn fetch(app: &App, token: &str, id: &str) -> Answer {
    app.clock.advance_seconds(20);
    app.api(Method::POST, "/deferred-credential", Some(token), Some(&json!({"transaction_id": id}))).await
}

async fn what_waits_for_the_board_is_offered_and_released_by_its_yes(on: On) {
    let (app, says, award) = waits(on).await;
    let (clerk, board) = (staff(&app).await, approver(&app).await);
    let desk = format!("/{SLUG}/desk");
    let seen = page(&app, &desk, &clerk).await.body;
    assert!(seen.contains(&offer_path(&award)) && !seen.contains(&path(&award)), "{seen}");
    assert!(page(&app, &desk, &board).await.body.contains(&path(&award)));
    assert!(page(&app, &offer_path(&award), &clerk).await.body.contains("De examencommissie moet dit resultaat nog vaststellen"));
    let (token, id) = waiting(&app, &award).await;
    let early = fetch(&app, &token, &id).await;
    assert_eq!((early.status, early.text("/transaction_id")), (StatusCode::ACCEPTED, id.clone()));
    assert!(page(&app, &path(&award), &board).await.body.contains("id=\"waits\""));
    let before = app.row_counts().await;
    let done = decides(&app, &award, &board, &YES).await;
    assert_eq!(
        (done.status, done.headers["location"].to_str().unwrap()),
        (StatusCode::SEE_OTHER, format!("{}{desk}", super::ORIGIN).as_str())
    );
    // Rows change, none comes.
    assert_eq!(app.row_counts().await, before);
    assert_eq!((states(&app).await, app.rows("award.board", "final").await), (vec![(AwardState::Open, vec![])], 1));
    assert!(page(&app, &desk, &board).await.body.contains("besluit EXC-2026-114 van 20\u{a0}november\u{a0}2026"));
    let fetched = fetch(&app, &token, &id).await;
    assert_eq!((fetched.status, app.issued().await), (StatusCode::OK, 1), "{}", fetched.body);
    // The source goes on saying nothing, then says it too, and calls the course otherwise: what is out stays as it is.
    for is_final in [None, Some(true)] {
        says.lock().unwrap().associations = vec![association(result("completed", "passed", "8", is_final, "2026-02-01"))];
        app.issuer.poll_now().await.unwrap();
        assert_eq!(states(&app).await, [(AwardState::Issued, vec![])]);
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM issued_credential WHERE status <> 'valid' OR revision <> 1").await, 0);
    assert_eq!(page(&app, &path(&award), &board).await.status, StatusCode::CONFLICT);
    testkit::invariants::issuer(&mut app.look().await, "after the board's yes").await;
}

async fn its_no_ends_the_wait_with_a_clear_answer(on: On) {
    let (app, says, award) = waits(on).await;
    let board = approver(&app).await;
    let (token, id) = waiting(&app, &award).await;
    let no = [("decision", "refused"), ("number", "EXC-2026-115"), ("on", "2026-11-22")];
    assert_eq!(decides(&app, &award, &board, &no).await.status, StatusCode::SEE_OTHER);
    for _ in 0..2 {
        assert_eq!(fetch(&app, &token, &id).await.error(), error(400, "credential_request_denied"));
    }
    let again = app.credential(Some(&token), &wanted(&app.proof(&SigningKey::generate(Algorithm::Es256).unwrap()).await)).await;
    assert_eq!(again.error(), error(400, "credential_request_denied"));
    assert_eq!((app.rows("award.board", "refused").await, app.rows("credential.denied", "done").await, app.issued().await), (1, 1, 0));
    // Nothing of the learner is kept of what there will be none of, and the same result does not wait again.
    assert_eq!(app.count("SELECT COUNT(*) FROM award WHERE content IS NULL AND state = 'idle' AND reason = 'board_refused'").await, 1);
    app.issuer.poll_now().await.unwrap();
    let mut touched = association(result("completed", "passed", "8", None, "2026-02-01"));
    touched["result"]["comment"] = json!("nagekeken");
    says.lock().unwrap().associations = vec![touched];
    app.issuer.poll_now().await.unwrap();
    assert!(states(&app).await.is_empty());
    // Unless the source itself calls it final after all.
    says.lock().unwrap().associations = vec![association(result("completed", "passed", "8", Some(true), "2026-02-01"))];
    app.issuer.poll_now().await.unwrap();
    assert_eq!(states(&app).await, [(AwardState::Open, vec![])]);
}

async fn another_result_waits_for_the_board_again(on: On) {
    let (app, says, award) = waits(on).await;
    let board = approver(&app).await;
    assert_eq!(decides(&app, &award, &board, &YES).await.status, StatusCode::SEE_OTHER);
    says.lock().unwrap().associations = vec![association(result("completed", "passed", "9", None, "2026-02-02"))];
    app.issuer.poll_now().await.unwrap();
    assert_eq!(states(&app).await, [(AwardState::Parked, vec!["waiting_final"])]);
    assert!(!page(&app, &format!("/{SLUG}/desk"), &board).await.body.contains("EXC-2026-114"));
    let later = [("decision", "final"), ("number", "EXC-2026-120"), ("on", "2026-11-21")];
    assert_eq!(decides(&app, &award, &board, &later).await.status, StatusCode::SEE_OTHER);
    assert_eq!(states(&app).await, [(AwardState::Open, vec![])]);
    assert_eq!(app.rows("award.board", "final").await, 2);
}

async fn only_an_approver_decides_and_only_what_waits(on: On) {
    let (app, _, award) = waits(on).await;
    let (clerk, board) = (staff(&app).await, approver(&app).await);
    let csrf_of = |page: &Answer| csrf(page);
    let token = csrf_of(&page(&app, &path(&award), &board).await);
    let clerks = csrf_of(&page(&app, &offer_path(&award), &clerk).await);
    let before = app.row_counts().await;
    let refused = page(&app, &path(&award), &clerk).await;
    assert!(refused.status == StatusCode::FORBIDDEN && refused.body.contains("data-error=\"approver_only\""), "{}", refused.body);
    let refused = post(&app, &path(&award), &clerk, &[&[("csrf", clerks.as_str())], &YES[..]].concat()).await;
    assert!(refused.status == StatusCode::FORBIDDEN && refused.body.contains("data-error=\"approver_only\""));
    assert_eq!(app.rows("award.board", "authz_denied").await, 1);
    for (wrong, status) in [
        (vec![("decision", "final"), ("number", ""), ("on", "2026-11-20")], 422),
        (vec![("decision", "final"), ("number", "besluit van mevrouw"), ("on", "2026-11-20")], 422),
        (vec![("decision", "final"), ("number", "EXC-1"), ("on", "2026-11-23")], 422),
        (vec![("decision", "final"), ("number", "EXC-1"), ("on", "20 november")], 422),
        (vec![("decision", "maybe"), ("number", "EXC-1"), ("on", "2026-11-20")], 422),
        (vec![("number", "EXC-1"), ("on", "2026-11-20")], 422),
        (vec![("decision", "final"), ("number", "EXC-1"), ("on", "2026-11-20"), ("award", "another")], 400),
    ] {
        let answer = post(&app, &path(&award), &board, &[&[("csrf", token.as_str())], &wrong[..]].concat()).await;
        assert_eq!(answer.status.as_u16(), status, "{wrong:?}");
    }
    assert_eq!(post(&app, &path(&award), &board, &YES).await.status, StatusCode::FORBIDDEN);
    assert_eq!(page(&app, &path("unknown"), &board).await.status, StatusCode::NOT_FOUND);
    assert_eq!(page(&app, &format!("/roc-voorbeeld/desk/awards/{award}/decision"), &board).await.status, StatusCode::NOT_FOUND);
    assert_eq!((app.row_counts().await, states(&app).await), (before, vec![(AwardState::Parked, vec!["waiting_final"])]));
    // What waits for something else is not the board's.
    let mut body = super::microcredential();
    body["learner"].as_object_mut().unwrap().remove("eduid");
    let other = app.award(&body).await.text("/id");
    let refused = page(&app, &path(&other), &board).await;
    assert!(refused.status == StatusCode::CONFLICT && refused.body.contains("data-error=\"award_decided\""));
}

/// Two screens, two answers: the first one counts.
async fn the_board_says_one_thing(on: On) {
    let (app, _, award) = waits(on).await;
    let other = App { router: app.beside(|_| {}).await.router(), ..App::new(On::Sqlite).await };
    let board = approver(&app).await;
    let token = csrf(&page(&app, &path(&award), &board).await);
    let pairs = |decision: &'static str| [("csrf", token.as_str()), ("decision", decision), ("number", "EXC-1"), ("on", "2026-11-20")];
    let path = path(&award);
    let (yes, no) = (pairs("final"), pairs("refused"));
    let (first, second) = tokio::join!(post(&app, &path, &board, &yes), post(&other, &path, &board, &no));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    assert_eq!(app.rows("award.board", "final").await + app.rows("award.board", "refused").await, 1);
    let expected = if first.status == StatusCode::SEE_OTHER { vec![(AwardState::Open, vec![])] } else { Vec::new() };
    assert_eq!(states(&app).await, expected);
}

async fn its_yes_goes_to_a_connected_wallet(on: On) {
    let (app, _, award) = waits(on).await;
    let token = delivery_token(&app).await;
    let body = json!({"delivery_endpoint": "http://localhost:8080/api/v1/deliveries", "delivery_key": "k".repeat(22)});
    let connected = app.api(Method::PUT, &format!("/api/v1/connections/{}", "c".repeat(22)), Some(&token), Some(&body)).await;
    assert_eq!(connected.status, StatusCode::CREATED, "{}", connected.body);
    assert_eq!(app.rows("offer.made", "delivery").await, 0);
    assert_eq!(decides(&app, &award, &approver(&app).await, &YES).await.status, StatusCode::SEE_OTHER);
    assert_eq!((app.rows("offer.made", "delivery").await, app.count("SELECT COUNT(*) FROM outbox").await), (1, 1));
}
