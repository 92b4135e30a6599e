//! Polling an OOAPI source: rows A1 to A5, A7, A8, A11, corrections, and that nothing of a payload stays.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Path;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::{Value, json};
use storage::issuer::award::AwardState;

use super::{App, EDUID, KEY, On, SLUG, error, on_each_database};

on_each_database! {
    row_a4_a_final_result_becomes_one_award,
    rows_a1_to_a3_and_a11_what_is_not_ready_waits,
    rows_a7_and_a8_a_broken_source_changes_nothing,
    rows_a9_and_a10_one_unreadable_row_stops_no_other,
    row_a5_and_corrections_follow_the_source,
    a_pushed_result_is_decided_at_once,
    what_was_pushed_stands_until_the_source_says_something_new,
    a_catalogue_text_replaces_nothing_and_a_name_does,
    a_result_that_belongs_to_somebody_else_is_taken_back,
    an_institution_that_is_not_admitted_parks_everything,
    what_no_credential_may_say_is_parked_and_the_desk_names_the_element,
}

/// What the stub says.
#[derive(Default)]
pub(super) struct Says {
    pub(super) associations: Vec<Value>,
    eduid: Option<String>,
    /// The course's name and the person's, when they changed.
    title: Option<&'static str>,
    given_name: Option<&'static str>,
    /// The offering is a programme's.
    pub(super) programme: bool,
    /// Instead of the list of associations: media type and body.
    broken: Option<(&'static str, String)>,
}

pub(super) type Stub = Arc<Mutex<Says>>;

fn page(items: &[Value], number: u64, more: bool) -> Value {
    json!({"pageSize": 250, "pageNumber": number, "hasPreviousPage": number > 1, "hasNextPage": more, "items": items})
}

fn answered(value: &Value) -> axum::response::Response {
    ([(CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

async fn source(says: Stub) -> String {
    let offering = json!({"offeringId": "o1", "offeringType": "course", "name": [{"language": "nl-NL", "value": "DAB"}],
        "resultExpected": true, "resultValueType": "1-10", "startDate": "2026-01-01", "endDate": "2026-02-01",
        "course": {"courseId": "c1", "primaryCode": {"codeType": "identifier", "code": "data-analyse-basis"},
            "name": [{"language": "nl-NL", "value": "Data-analyse basis"}, {"language": "en-GB", "value": "Data analysis basics"}],
            "level": "bachelor", "studyLoad": {"studyLoadUnit": "ects", "value": 5}}});
    let organisation =
        json!({"organizationId": "root", "organizationType": "root", "name": [{"language": "nl-NL", "value": "Hogeschool"}]});
    let (lists, offerings) = (Arc::clone(&says), Arc::clone(&says));
    let persons = Arc::clone(&says);
    let one = Arc::clone(&says);
    let single = offering.clone();
    let router = Router::new()
        .route("/organizations", get(move || async move { answered(&page(&[organisation], 1, false)) }))
        .route(
            "/organizations/{id}/offerings",
            get(move || async move {
                let mut offering = offering;
                let says = offerings.lock().unwrap();
                if let Some(title) = says.title {
                    offering["course"]["name"][0]["value"] = json!(title);
                }
                if says.programme {
                    offering = programme();
                }
                answered(&page(&[offering], 1, false))
            }),
        )
        .route(
            "/offerings/{id}/associations",
            get(move || async move {
                let says = lists.lock().unwrap();
                match &says.broken {
                    Some((media_type, body)) => ([(CONTENT_TYPE, *media_type)], body.clone()).into_response(),
                    None => answered(&page(&says.associations, 1, false)),
                }
            }),
        )
        .route(
            "/associations/{id}",
            get(move |Path(id): Path<String>| async move {
                let mut found = one.lock().unwrap().associations.iter().find(|a| a["associationId"] == id).cloned().unwrap();
                found["offering"] = single;
                answered(&found)
            }),
        )
        .route(
            "/persons/{id}",
            get(move |Path(id): Path<String>| async move {
                let says = persons.lock().unwrap();
                let given_name = says.given_name.unwrap_or("Samira");
                let codes = says.eduid.iter().map(|eduid| json!({"codeType": "x-eduid", "code": eduid})).collect::<Vec<_>>();
                answered(&json!({"personId": id, "givenName": given_name, "surnamePrefix": "de", "surname": "Vries", "otherCodes": codes}))
            }),
        );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://localhost:{port}")
}

fn programme() -> Value {
    let name = json!([{"language": "nl-NL", "value": "Communicatie"}, {"language": "en-GB", "value": "Communication"}]);
    json!({"offeringId": "o1", "offeringType": "program", "name": name, "resultExpected": false,
        "startDate": "2026-09-01", "endDate": "2030-08-31",
        "program": {"programId": "g1", "primaryCode": {"codeType": "crohoCreboCode", "code": "34401"}, "name": name, "level": "bachelor"}})
}

pub(super) fn association(result: Value) -> Value {
    json!({"associationId": "a1", "associationType": "courseOfferingAssociation", "role": "student", "state": "associated",
        "person": "p1", "offering": "o1", "result": result})
}

pub(super) fn result(state: &str, pass: &str, score: &str, is_final: Option<bool>, date: &str) -> Value {
    let mut result =
        json!({"state": state, "pass": pass, "score": score, "resultDate": date, "studyLoad": {"studyLoadUnit": "ects", "value": 5}});
    if let Some(is_final) = is_final {
        result["consumers"] = json!([{"consumerKey": "nl-test-admin", "attendance": "present", "final": is_final}]);
    }
    result
}

fn passed() -> Value {
    association(result("completed", "passed", "8", Some(true), "2026-02-01"))
}

pub(super) async fn app(on: On, associations: Vec<Value>) -> (App, Stub) {
    let says: Stub = Arc::new(Mutex::new(Says { associations, eduid: Some(EDUID.to_owned()), ..Says::default() }));
    let app = App::with_source(on, Some(source(Arc::clone(&says)).await)).await;
    (app, says)
}

pub(super) async fn states(app: &App) -> Vec<(AwardState, Vec<&'static str>)> {
    let awards = app.issuer.store().read().await.unwrap().awards(SLUG, 100).await.unwrap();
    awards.iter().map(|award| (award.state, award.missing.iter().map(|missing| missing.code()).collect())).collect()
}

async fn row_a4_a_final_result_becomes_one_award(on: On) {
    let (app, _) = app(on, vec![passed(), passed()]).await;
    for changed in [1, 0] {
        let report = app.issuer.poll_now().await.unwrap().remove(0);
        assert_eq!((report.outcome.as_str(), report.changed), ("ok", changed));
        assert_eq!(states(&app).await, [(AwardState::Open, vec![])]);
    }
    let awards = app.issuer.store().read().await.unwrap().awards(SLUG, 10).await.unwrap();
    let content = awards[0].content.as_ref().unwrap();
    assert_eq!(content.title().nl, "Data-analyse basis");
    assert_eq!(content.person().family_name, "de Vries");
    assert!(app.issuer.store().write().await.unwrap().next_received(SLUG).await.unwrap().is_none());
}

async fn rows_a1_to_a3_and_a11_what_is_not_ready_waits(on: On) {
    let cases = [
        (result("completed", "passed", "8", None, "2026-02-01"), vec![(AwardState::Parked, vec!["waiting_final"])]),
        (result("completed", "passed", "8", Some(false), "2026-02-01"), vec![(AwardState::Parked, vec!["waiting_final"])]),
        (result("completed", "unknown", "8", Some(true), "2026-02-01"), vec![(AwardState::Parked, vec!["pass_unknown"])]),
        (result("completed", "failed", "4", Some(true), "2026-02-01"), vec![]),
        (result("in progress", "passed", "8", Some(true), "2026-02-01"), vec![]),
    ];
    for (result, expected) in cases {
        let (app, _) = app(on, vec![association(result.clone())]).await;
        app.issuer.poll_now().await.unwrap();
        assert_eq!(states(&app).await, expected, "{result}");
    }
    let (app, says) = app(on, vec![passed()]).await;
    says.lock().unwrap().eduid = None;
    app.issuer.poll_now().await.unwrap();
    assert_eq!(states(&app).await, [(AwardState::Parked, vec!["learner_unknown"])]);
    // Nothing is written while nothing changes.
    let before = app.rows("award.decide", "parked").await;
    app.issuer.poll_now().await.unwrap();
    assert_eq!(app.rows("award.decide", "parked").await, before);
    says.lock().unwrap().eduid = Some(EDUID.to_owned());
    app.issuer.poll_now().await.unwrap();
    assert_eq!(states(&app).await, [(AwardState::Open, vec![])]);
}

async fn rows_a7_and_a8_a_broken_source_changes_nothing(on: On) {
    let (app, says) = app(on, vec![passed()]).await;
    let whole = page(&[passed()], 1, false).to_string();
    let broken = [
        ("text/html", "<html>login</html>".to_owned(), "content_type"),
        ("application/json", whole[..whole.len() / 2].to_owned(), "truncated"),
    ];
    for (media_type, body, code) in broken {
        says.lock().unwrap().broken = Some((media_type, body));
        let report = app.issuer.poll_now().await.unwrap().remove(0);
        assert_eq!((report.outcome, report.changed), (format!("failed: {code}"), 0));
        assert!(states(&app).await.is_empty());
    }
    let run = app.issuer.store().read().await.unwrap().latest_run(SLUG).await.unwrap().unwrap();
    assert_eq!(run.outcome, "failed: truncated");
    says.lock().unwrap().broken = None;
    app.issuer.poll_now().await.unwrap();
    assert_eq!(states(&app).await, [(AwardState::Open, vec![])]);
}

async fn rows_a9_and_a10_one_unreadable_row_stops_no_other(on: On) {
    let mut wrong = association(result("afgerond", "passed", "8", Some(true), "2026-02-01"));
    wrong["associationId"] = json!("a2");
    let (app, _) = app(on, vec![wrong, passed()]).await;
    let report = app.issuer.poll_now().await.unwrap().remove(0);
    assert_eq!((report.quarantined, report.changed), (1, 1));
    assert_eq!(states(&app).await, [(AwardState::Open, vec![])]);
}

async fn row_a5_and_corrections_follow_the_source(on: On) {
    let (app, says) = app(on, vec![passed()]).await;
    app.issuer.poll_now().await.unwrap();
    let set = |result: Value| says.lock().unwrap().associations = vec![association(result)];
    set(result("completed", "passed", "6", Some(true), "2026-01-15"));
    for _ in 0..2 {
        app.issuer.poll_now().await.unwrap();
        assert_eq!(app.rows("award.decide", "stale_result").await, 1);
    }
    set(result("completed", "passed", "9", Some(true), "2026-03-01"));
    app.issuer.poll_now().await.unwrap();
    let award = app.issuer.store().read().await.unwrap().awards(SLUG, 1).await.unwrap().remove(0);
    assert_eq!((award.state, award.content.unwrap().grade().unwrap().value.as_deref()), (AwardState::Open, Some("9")));

    let offer = app.offer(&json!({"award": award.id})).await.json();
    app.collect(&offer, &vc::key::SigningKey::generate(vc::key::Algorithm::Es256).unwrap()).await;
    let status = || async { app.api(axum::http::Method::GET, "/api/v1/credentials", Some(KEY), None).await.text("/items/0/status") };
    for (told, expected) in [
        (result("postponed", "unknown", "9", None, "2026-03-02"), "suspended"),
        (result("completed", "passed", "9", Some(true), "2026-03-01"), "suspended"),
        (result("completed", "failed", "4", Some(true), "2026-03-04"), "revoked"),
    ] {
        set(told);
        app.issuer.poll_now().await.unwrap();
        assert_eq!(status().await, expected);
    }
}

async fn a_pushed_result_is_decided_at_once(on: On) {
    let (app, _) = app(on, vec![association(result("in progress", "unknown", "", None, "2026-01-20"))]).await;
    let patch = json!({"result": result("completed", "passed", "8", Some(true), "2026-02-01")});
    let send = |id: &'static str, key: Option<&'static str>, body: Value| {
        let request = super::request(axum::http::Method::PATCH, &format!("/{SLUG}/ooapi/v5/associations/{id}"), key);
        app.send(request.header("content-type", "application/merge-patch+json").body(axum::body::Body::from(body.to_string())).unwrap())
    };
    assert_eq!(send("a1", Some(KEY), patch.clone()).await.error(), error(404, "not_found"));
    app.issuer.poll_now().await.unwrap();
    assert_eq!(send("a1", None, patch.clone()).await.error(), error(401, "unauthorized"));
    assert_eq!(send("unknown", Some(KEY), patch.clone()).await.error(), error(404, "not_found"));
    assert_eq!(send("a1", Some(KEY), json!({"person": "p2"})).await.error(), error(400, "malformed"));
    let answer = send("a1", Some(KEY), patch).await;
    assert_eq!((answer.status.as_u16(), answer.text("/state")), (200, "associated".to_owned()), "{}", answer.body);
    assert_eq!(states(&app).await, [(AwardState::Open, vec![])]);
}

async fn what_was_pushed_stands_until_the_source_says_something_new(on: On) {
    let (app, says) = app(on, vec![passed()]).await;
    let offer = offered(&app).await;
    app.collect(&offer, &vc::key::SigningKey::generate(vc::key::Algorithm::Es256).unwrap()).await;
    let failed = json!({"result": result("completed", "failed", "4", Some(true), "2026-02-01")});
    let request = super::request(axum::http::Method::PATCH, &format!("/{SLUG}/ooapi/v6/course-offering-associations/a1"), Some(KEY));
    let request = request.header("content-type", "application/merge-patch+json").body(axum::body::Body::from(failed.to_string())).unwrap();
    assert_eq!(app.send(request).await.status, 200);
    let standing = || async { states(&app).await.remove(0).0 };
    assert_eq!(standing().await, AwardState::Revoked);
    // The source still says what it said; reading it again undoes nothing.
    for _ in 0..2 {
        assert_eq!(app.issuer.poll_now().await.unwrap().remove(0).changed, 0);
        assert_eq!(standing().await, AwardState::Revoked);
    }
    // It follows; then it says what it said at first, which is news now.
    says.lock().unwrap().associations = vec![association(failed["result"].clone())];
    app.issuer.poll_now().await.unwrap();
    assert_eq!(standing().await, AwardState::Revoked);
    says.lock().unwrap().associations = vec![passed()];
    app.issuer.poll_now().await.unwrap();
    assert_eq!(standing().await, AwardState::Open);
}

/// What the source gave, offered by hand.
async fn offered(app: &App) -> Value {
    app.issuer.poll_now().await.unwrap();
    let award = app.issuer.store().read().await.unwrap().awards(SLUG, 1).await.unwrap().remove(0);
    app.offer(&json!({"award": award.id})).await.json()
}

async fn a_catalogue_text_replaces_nothing_and_a_name_does(on: On) {
    let (app, says) = app(on, vec![passed()]).await;
    let offer = offered(&app).await;
    app.collect(&offer, &vc::key::SigningKey::generate(vc::key::Algorithm::Es256).unwrap()).await;
    says.lock().unwrap().title = Some("Data-analyse voor beginners");
    assert_eq!(app.issuer.poll_now().await.unwrap().remove(0).changed, 1);
    assert_eq!(states(&app).await, [(AwardState::Issued, vec![])]);
    says.lock().unwrap().given_name = Some("Samira Noor");
    app.issuer.poll_now().await.unwrap();
    assert_eq!(states(&app).await, [(AwardState::Open, vec![])]);
    assert_eq!(app.rows("award.decide", "supersede").await, 1);
    let status = app.api(axum::http::Method::GET, "/api/v1/credentials", Some(KEY), None).await;
    assert_eq!(status.text("/items/0/status"), "revoked");
}

async fn a_result_that_belongs_to_somebody_else_is_taken_back(on: On) {
    let (app, says) = app(on, vec![passed()]).await;
    let first = offered(&app).await;
    // Nobody collected it: the first person's offer is over, whatever code they have.
    says.lock().unwrap().eduid = Some("5e1d-of-another".to_owned());
    app.issuer.poll_now().await.unwrap();
    let code = super::code(&first).to_owned();
    let pairs = [("grant_type", super::PRE_AUTHORIZED), ("pre-authorized_code", code.as_str()), ("tx_code", super::tx_code(&first))];
    assert_eq!(app.form("/token", &pairs).await.error(), error(400, "invalid_grant"));
    // Somebody collected it: that credential is revoked, with the reason, and the right person's waits.
    let second = offered(&app).await;
    app.collect(&second, &vc::key::SigningKey::generate(vc::key::Algorithm::Es256).unwrap()).await;
    says.lock().unwrap().eduid = Some("5e1d-of-a-third".to_owned());
    app.issuer.poll_now().await.unwrap();
    assert_eq!(states(&app).await, [(AwardState::Open, vec![])]);
    let list = app.api(axum::http::Method::GET, "/api/v1/credentials", Some(KEY), None).await;
    let one = app.api(axum::http::Method::GET, &format!("/api/v1/credentials/{}", list.text("/items/0/id")), Some(KEY), None).await;
    assert_eq!((one.text("/status").as_str(), one.text("/history/0/code").as_str()), ("revoked", "wrong_subject"));
}

async fn an_institution_that_is_not_admitted_parks_everything(on: On) {
    let (app, _) = app(on, vec![passed()]).await;
    let register = app.database.folder().join("register.json");
    let admitted = std::fs::read_to_string(&register).unwrap();
    std::fs::write(&register, admitted.replace("microcredential", "other")).unwrap();
    app.issuer.poll_now().await.unwrap();
    assert_eq!(states(&app).await, [(AwardState::Parked, vec!["admission"])]);
    std::fs::write(&register, admitted).unwrap();
    app.issuer.poll_now().await.unwrap();
    assert_eq!(states(&app).await, [(AwardState::Open, vec![])]);
}

async fn what_no_credential_may_say_is_parked_and_the_desk_names_the_element(on: On) {
    let (app, says) = app(on, vec![passed()]).await;
    let desk = format!("/{SLUG}/desk");
    let long: &str = "Titel ".repeat(60).leak();
    for (given_name, title, named) in [(Some("Sam\u{202e}ira"), None, "Onderdeel 1 (lerende)"), (None, Some(long), "Onderdeel 2 (titel)")] {
        {
            let mut says = says.lock().unwrap();
            (says.given_name, says.title) = (given_name, title);
        }
        app.issuer.poll_now().await.unwrap();
        assert_eq!(states(&app).await, [(AwardState::Parked, vec!["unfit"])]);
        let page = super::desk::page(&app, &desk, &super::desk::staff(&app).await).await.body;
        assert!(page.contains(named), "{page}");
    }
}
