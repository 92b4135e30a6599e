//! The client against sources that misbehave.

use std::collections::HashMap;
use std::future::Future;
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use serde_json::{Value, json};

use super::{Client, Credentials, Failure, Fetch, FetchError, Fetched, Run, Sweep, TokenRequest, token_answer};
use crate::read::QuarantineReason;

const BASE: &str = "https://ooapi.voorbeeld.example/v5";

type Canned = (u16, &'static str, Vec<u8>);
type Question = (String, Vec<(String, String)>);

/// Answers from a table by path and query without paging; pages are given as a list.
#[derive(Default)]
struct Source {
    answers: HashMap<String, Vec<Canned>>,
    asked: Mutex<Vec<Question>>,
}

impl Source {
    fn with(mut self, path: &str, value: &Value) -> Self {
        self.answers.entry(path.to_owned()).or_default().push((200, "application/json; charset=utf-8", value.to_string().into_bytes()));
        self
    }

    fn raw(mut self, path: &str, status: u16, content_type: &'static str, body: &[u8]) -> Self {
        self.answers.entry(path.to_owned()).or_default().push((status, content_type, body.to_vec()));
        self
    }

    fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

impl Fetch for Source {
    async fn get(&self, url: &str, headers: &[(String, String)]) -> Result<Fetched, FetchError> {
        self.asked.lock().unwrap().push((url.to_owned(), headers.to_vec()));
        let path = url.strip_prefix(BASE).unwrap();
        let (bare, number) = match path.find("pageSize=250&pageNumber=") {
            Some(at) => (path[..at].trim_end_matches(['?', '&']), path[at + "pageSize=250&pageNumber=".len()..].parse::<usize>().unwrap()),
            None => (path, 1),
        };
        let Some(pages) = self.answers.get(bare) else {
            return Ok(Fetched { status: 404, content_type: Some("application/problem+json".to_owned()), body: b"{}".to_vec() });
        };
        let (status, content_type, body) = pages.get(number - 1).or(pages.last()).unwrap();
        Ok(Fetched { status: *status, content_type: Some((*content_type).to_owned()), body: body.clone() })
    }
}

/// A fetch that is always ready makes everything ready at the first poll.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("waits for something"),
    }
}

fn page(number: u32, more: bool, items: &Value) -> Value {
    json!({"pageSize": 250, "pageNumber": number, "hasPreviousPage": number > 1, "hasNextPage": more, "items": items})
}

fn row(id: &str, score: &Value) -> Value {
    json!({"associationId": id, "associationType": "courseOfferingAssociation", "role": "student", "state": "associated",
        "person": {"personId": "p"}, "offering": "o",
        "result": {"state": "completed", "pass": "passed", "score": score, "resultDate": "2026-11-20", "studyLoad": {"studyLoadUnit": "ects", "value": 3}}})
}

const LIST: &str = "/offerings/o/associations?role=student";

/// An institution with one course offering whose list of associations is still open.
fn institution() -> Source {
    Source::default()
        .with(
            "/organizations?organizationType=root",
            &page(1, false, &json!([{"organizationId": "org", "organizationType": "root", "name": "Voorbeeld"}])),
        )
        .with(
            "/organizations/org/offerings",
            &page(
                1,
                false,
                &json!([{"offeringId": "o", "offeringType": "course", "course": "c", "organization": "org", "endDate": "2026-11-13"}]),
            ),
        )
        .with(
            "/courses/c",
            &json!({"courseId": "c", "primaryCode": {"codeType": "identifier", "code": "data-analyse-basis"}, "name": "Data"}),
        )
        .with("/persons/p", &json!({"personId": "p", "givenName": "Samira", "otherCodes": [{"codeType": "x-eduid", "code": "e"}]}))
}

fn sweep(source: &Source) -> Run {
    now(Client::new(source, BASE, Credentials::basic("user", "secret")).sweep(&Sweep::default()))
}

#[test]
fn a_sweep_brings_every_association_expanded() {
    let source = institution()
        .with(LIST, &page(1, true, &json!([row("a1", &json!("8"))])))
        .with(LIST, &page(2, false, &json!([row("a2", &json!("9,5"))])));
    let run = sweep(&source);
    assert!(run.failed.is_none() && run.quarantined.is_empty());
    assert_eq!(run.associations.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["a1", "a2"]);
    let first = run.associations.first().unwrap();
    assert_eq!(first.person.as_ref().and_then(|person| person.eduid.as_deref()), Some("e"));
    let offering = first.offering.as_ref().unwrap();
    assert_eq!(offering.course.as_ref().and_then(|course| course.code.as_deref()), Some("data-analyse-basis"));
    assert!(offering.organisation.as_ref().is_some_and(|organisation| organisation.is_root));
    let asked = source.asked.lock().unwrap();
    assert!(asked.iter().all(|(_, headers)| headers.contains(&("authorization".to_owned(), "Basic dXNlcjpzZWNyZXQ=".to_owned()))));
    assert_eq!(asked.iter().filter(|(url, _)| url.ends_with("/persons/p")).count(), 1, "shared objects are fetched once");
    assert_eq!(asked.iter().filter(|(url, _)| url.ends_with("/organizations/org")).count(), 0, "what a list brought is not fetched again");
}

#[test]
fn a4_the_same_result_on_two_pages_is_one() {
    let source = institution()
        .with(LIST, &page(1, true, &json!([row("a1", &json!("8")), row("a2", &json!("7"))])))
        .with(LIST, &page(2, false, &json!([row("a2", &json!("7")), row("a3", &json!("6"))])));
    let run = sweep(&source);
    assert!(run.failed.is_none());
    assert_eq!(run.associations.len(), 3);
}

#[test]
fn a6_a_list_without_end_stops() {
    let standing = institution().with(LIST, &page(1, true, &json!([row("a1", &json!("8"))])));
    let run = sweep(&standing);
    assert_eq!(run.failed, Some(Failure::RepeatedPage));
    assert_eq!(run.associations.len(), 1, "what page 1 brought stays");

    let mut endless = institution();
    for number in 1..=10_001 {
        endless = endless.with(LIST, &page(number, true, &json!([row(&format!("a{number}"), &json!("8"))])));
    }
    let run = sweep(&endless);
    assert_eq!(run.failed, Some(Failure::TooManyPages));
    assert!(endless.count() < 10_010);

    let empty = institution().with(LIST, &page(1, true, &json!([]))).with(LIST, &page(2, true, &json!([])));
    assert_eq!(sweep(&empty).failed, Some(Failure::RepeatedPage));
}

#[test]
fn a7_a_login_page_changes_nothing() {
    let source = institution().with(LIST, &page(1, true, &json!([row("a1", &json!("8"))]))).raw(
        LIST,
        200,
        "text/html; charset=utf-8",
        b"<!doctype html><title>Inloggen</title>",
    );
    let run = sweep(&source);
    assert_eq!(run.failed.as_ref().map(Failure::code), Some("content_type"));
    assert!(run.associations.is_empty());
}

#[test]
fn a8_a_cut_page_changes_nothing_of_that_page() {
    let whole = page(2, false, &json!([row("a2", &json!("7"))])).to_string();
    let source = institution().with(LIST, &page(1, true, &json!([row("a1", &json!("8"))]))).raw(
        LIST,
        200,
        "application/json",
        &whole.as_bytes()[..whole.len() / 2],
    );
    let run = sweep(&source);
    assert_eq!(run.failed.as_ref().map(Failure::code), Some("truncated"));
    assert_eq!(run.associations.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["a1"]);
}

#[test]
fn a9_and_a10_set_one_row_aside() {
    let mut unknown = row("a2", &json!("7"));
    unknown["state"] = json!("afgerond");
    let source = institution().with(LIST, &page(1, false, &json!([row("a1", &json!(9)), unknown, row("a3", &json!("9,5"))])));
    let run = sweep(&source);
    assert!(run.failed.is_none());
    let set_aside: Vec<_> = run.quarantined.iter().map(|it| (it.association_id.as_deref().unwrap(), it.path.as_str(), it.reason)).collect();
    assert_eq!(set_aside, [("a1", "result.score", QuarantineReason::Schema), ("a2", "state", QuarantineReason::UnknownWord)]);
    assert_eq!(run.associations.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["a3"]);
}

#[test]
fn other_answers_fail_the_run_by_name() {
    let cases = [
        (401, "application/problem+json", "not_admitted"),
        (429, "application/problem+json", "too_many_requests"),
        (500, "application/problem+json", "status"),
        (302, "text/html", "status"),
    ];
    for (status, content_type, code) in cases {
        let run = sweep(&institution().raw(LIST, status, content_type, b"{}"));
        assert_eq!(run.failed.as_ref().map(Failure::code), Some(code), "{status}");
    }
    let run = sweep(&institution().raw(LIST, 200, "application/json", b"[]"));
    assert_eq!(run.failed, Some(Failure::Shape));
}

#[test]
fn an_object_that_the_source_lost_leaves_the_association_unexpanded() {
    let mut source = institution().with(LIST, &page(1, false, &json!([row("a1", &json!("8"))])));
    source.answers.remove("/persons/p");
    let run = sweep(&source);
    assert!(run.failed.is_none());
    assert!(run.associations.first().is_some_and(|it| it.person.is_none() && it.person_id == "p"));
}

#[test]
fn offerings_that_ended_long_ago_can_be_left_out() {
    let source = institution().with(LIST, &page(1, false, &json!([row("a1", &json!("8"))])));
    let client = Client::new(&source, BASE, Credentials::None);
    let since = |day: &str| Sweep { ended_since: crate::Date::parse(day), ..Sweep::default() };
    assert_eq!(now(client.sweep(&since("2026-11-13"))).associations.len(), 1);
    assert_eq!(now(client.sweep(&since("2026-11-14"))).associations.len(), 0);
}

#[test]
fn one_association_is_read_with_its_course() {
    let mut one = row("a1", &json!("8"));
    one["offering"] = json!({"offeringId": "o", "course": "c", "organization": "org"});
    let source = institution().with("/associations/a1?expand=person,offering", &one);
    let client = Client::new(&source, BASE, Credentials::bearer("t"));
    let Ok(Ok(read)) = now(client.association("a1")) else { panic!("not read") };
    assert!(read.offering.and_then(|offering| offering.course).is_some());
    assert!(matches!(now(client.association("a9")), Err(Failure::Status(404))));
}

#[test]
fn client_credentials_are_asked_and_answered_by_rfc_6749() {
    let request = TokenRequest::new("id", "s/cret", Some("read all"));
    assert_eq!(request.body, "grant_type=client_credentials&scope=read+all");
    assert_eq!(request.authorization.as_str(), "Basic aWQ6cyUyRmNyZXQ=");
    let fetched = |body: &str| Fetched { status: 200, content_type: Some("application/json".to_owned()), body: body.as_bytes().to_vec() };
    let answer = token_answer(&fetched(r#"{"access_token":"t","token_type":"bearer","expires_in":60}"#));
    assert!(matches!(answer, Ok((Credentials::Bearer(_), 60))));
    assert!(token_answer(&fetched(r#"{"access_token":"t","token_type":"mac"}"#)).is_err());
}
