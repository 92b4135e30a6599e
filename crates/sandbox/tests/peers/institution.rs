//! The institutions' server through the client that the issuer uses, and its misbehaviour to order.

use std::collections::BTreeMap;

use super::support::{At, PRESENT, START, Time, http, institutions, world};
use ooapi::client::{Client, Credentials, Failure, Fetch, FetchError, Fetched, Sweep, TokenRequest, token_answer};
use ooapi::{Kind, PassState, ResultState, Run, State};
use sandbox::Institutions;
use serde_json::{Value, json};

struct Http(reqwest::Client);

impl Fetch for Http {
    async fn get(&self, url: &str, headers: &[(String, String)]) -> Result<Fetched, FetchError> {
        let request = headers.iter().fold(self.0.get(url), |request, (name, value)| request.header(name, value));
        let response = request.send().await.map_err(|_| FetchError::Unreachable)?;
        fetched(response).await
    }
}

async fn fetched(response: reqwest::Response) -> Result<Fetched, FetchError> {
    let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let status = response.status().as_u16();
    Ok(Fetched { status, content_type, body: response.bytes().await.map_err(|_| FetchError::Unreachable)?.to_vec() })
}

async fn sweep(at: &At) -> Run {
    let fetch = Http(http());
    Client::new(&fetch, &at.base, Credentials::basic(&at.user, &at.password)).sweep(&Sweep::default()).await
}

async fn fault(server: &Institutions, kind: &str, times: u32) {
    let base = server.base("roc-voorbeeld").unwrap();
    let url = format!("{}/sandbox/faults", base.split("/ooapi/").next().unwrap());
    let response = http().post(url).json(&json!({"kind": kind, "times": times})).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200, "{kind}");
}

#[tokio::test]
async fn the_demo_has_results_in_every_state() {
    let (world, time) = (world(), Time::at(PRESENT));
    let server = institutions(&world, &time).await;
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut credentials = 0;
    for slug in ["hogeschool-voorbeeld", "roc-voorbeeld"] {
        let run = sweep(&At::new(&world, &server, slug)).await;
        assert!(run.failed.is_none() && run.quarantined.is_empty(), "{slug}");
        for association in &run.associations {
            let state = match &association.result {
                None => "no result".to_owned(),
                Some(result) => format!("{:?} {:?} {:?}", result.state, result.pass, result.is_final),
            };
            *kinds.entry(state).or_default() += 1;
            let eduid = association.person.as_ref().and_then(|person| person.eduid.clone());
            let persona = ["samira", "barry"].into_iter().find(|persona| world.eduid(persona, slug) == eduid);
            let passed = association.result.as_ref().is_none_or(|it| it.pass == Some(PassState::Passed) && it.is_final == Some(true));
            credentials += usize::from(persona.is_some() && passed);
        }
    }
    // Two more were issued early and are suspended and revoked by now.
    assert!(credentials + 2 >= 14, "{credentials}");
    for state in [
        "no result",
        "InProgress None None",
        "Postponed None None",
        "Queued None None",
        "Completed Some(Passed) Some(true)",
        "Completed Some(Passed) Some(false)",
        "Completed Some(Failed) Some(true)",
        "Completed Some(Unknown) Some(true)",
    ] {
        assert!(kinds.contains_key(state), "{state} in {kinds:?}");
    }
}

#[tokio::test]
async fn what_is_old_by_now_was_good_at_the_start() {
    let (world, time) = (world(), Time::at(START));
    let server = institutions(&world, &time).await;
    let at = At::new(&world, &server, "hogeschool-voorbeeld");
    let about = |run: &Run, code: &str| {
        let named = |it: &&ooapi::Association| {
            it.offering.as_ref().and_then(|offering| offering.course.as_ref()).and_then(|course| course.code.as_deref()) == Some(code)
        };
        run.associations.iter().find(named).and_then(|it| it.result.as_ref()).map(|result| (result.state, result.pass))
    };
    let years = |run: &Run| {
        let programmes = run.associations.iter().filter(|it| it.kind == Kind::Programme && it.state == State::Associated);
        programmes.filter_map(|it| it.offering.as_ref()?.end_date.as_ref().map(ToString::to_string)).collect::<Vec<_>>()
    };
    let then = sweep(&at).await;
    assert_eq!(about(&then, "duurzaam-ondernemen"), Some((ResultState::Completed, Some(PassState::Passed))));
    assert_eq!(about(&then, "interviewen"), Some((ResultState::Completed, Some(PassState::Passed))));
    assert_eq!(about(&then, "data-analyse-basis"), None);
    assert_eq!(years(&then), ["2026-08-31"]);
    time.set(PRESENT);
    let now = sweep(&at).await;
    assert_eq!(about(&now, "duurzaam-ondernemen"), Some((ResultState::Completed, Some(PassState::Failed))));
    assert_eq!(about(&now, "interviewen"), Some((ResultState::Postponed, None)));
    assert_eq!(years(&now).len(), 2);
    let programme = now.associations.iter().find_map(|it| it.offering.as_ref()?.programme.as_ref()).unwrap();
    assert_eq!(programme.programme_code.as_deref(), Some("34401"));
    assert_eq!((programme.framework_level, programme.mode_of_study.as_deref()), (Some(6), Some("full-time")));
}

#[tokio::test]
async fn a_write_is_the_truth_at_once() {
    let (world, time) = (world(), Time::at(PRESENT));
    let server = institutions(&world, &time).await;
    let at = At::new(&world, &server, "hogeschool-voorbeeld");
    let notes = world.institution("hogeschool-voorbeeld").unwrap().associations(PRESENT);
    let note = notes.iter().find(|note| note.about == "ai-in-de-praktijk").unwrap();
    assert_eq!((note.persona, note.state.as_str()), (Some("samira"), "completed passed"));
    let url = format!("{}/associations/{}", at.base, note.id);
    let patch = |body: Value, media: &'static str| {
        at.http.patch(&url).basic_auth(&at.user, Some(&at.password)).header("content-type", media).body(body.to_string()).send()
    };
    let change = json!({"result": {"consumers": [{"consumerKey": "nl-test-admin", "final": true}], "score": "8"}});
    let answer = patch(change.clone(), "application/merge-patch+json").await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(answer.json::<Value>().await.unwrap()["associationId"], json!(note.id));
    let (_, stored) = at.get(&format!("/associations/{}", note.id)).await;
    assert_eq!((&stored["result"]["score"], &stored["result"]["pass"]), (&json!("8"), &json!("passed")));
    assert_eq!(stored["result"]["consumers"][0]["final"], json!(true));
    for (body, media, status) in [
        (json!({"associationId": "another"}), "application/merge-patch+json", 400),
        (json!({"person": "nobody"}), "application/merge-patch+json", 400),
        (json!([1]), "application/merge-patch+json", 400),
        (change, "text/plain", 415),
    ] {
        assert_eq!(patch(body, media).await.unwrap().status().as_u16(), status);
    }
    assert_eq!(at.get(&format!("/associations/{}", note.id)).await.1, stored, "what was refused changed nothing");

    let put = |id: String, body: Value| {
        at.http.put(format!("{}/associations/{id}", at.base)).basic_auth(&at.user, Some(&at.password)).json(&body).send()
    };
    let mut new = stored.clone();
    new["associationId"] = json!("6a3f0f3c-3f37-4f5e-9d0b-2f0f3f1f9a01");
    let created = put("6a3f0f3c-3f37-4f5e-9d0b-2f0f3f1f9a01".to_owned(), new.clone()).await.unwrap();
    assert_eq!(created.status().as_u16(), 201);
    assert_eq!(put("6a3f0f3c-3f37-4f5e-9d0b-2f0f3f1f9a01".to_owned(), new).await.unwrap().status().as_u16(), 200);
    let run = sweep(&at).await;
    assert!(run.associations.iter().any(|it| it.id == "6a3f0f3c-3f37-4f5e-9d0b-2f0f3f1f9a01"));
}

#[tokio::test]
async fn only_those_who_may_get_in() {
    let (world, time) = (world(), Time::at(PRESENT));
    let server = institutions(&world, &time).await;
    let (hogeschool, roc) = (At::new(&world, &server, "hogeschool-voorbeeld"), At::new(&world, &server, "roc-voorbeeld"));
    let plain = http().get(format!("{}/persons", roc.base)).send().await.unwrap();
    assert_eq!(plain.status().as_u16(), 401);
    assert!(plain.headers().get("www-authenticate").is_some_and(|value| value.to_str().unwrap().starts_with("Basic")));
    assert_eq!(plain.headers().get("content-type").unwrap(), "application/problem+json");
    let foreign = http().get(format!("{}/persons", roc.base)).basic_auth(&hogeschool.user, Some(&hogeschool.password));
    assert_eq!(foreign.send().await.unwrap().status().as_u16(), 401);

    let ask = |user: &str, password: &str| {
        let request = TokenRequest::new(user, password, None);
        let post = http().post(server.token_endpoint("roc-voorbeeld").unwrap()).header("authorization", request.authorization.as_str());
        post.header("content-type", "application/x-www-form-urlencoded").body(request.body).send()
    };
    assert_eq!(ask(&roc.user, "wrong").await.unwrap().status().as_u16(), 401);
    let answer = fetched(ask(&roc.user, &roc.password).await.unwrap()).await.unwrap();
    let (credentials, life) = token_answer(&answer).unwrap();
    let Credentials::Bearer(token) = &credentials else { panic!("no bearer") };
    let persons = |base: String| http().get(format!("{base}/persons")).bearer_auth(token.as_str()).send();
    assert_eq!(persons(roc.base.clone()).await.unwrap().status().as_u16(), 200);
    assert_eq!(persons(hogeschool.base.clone()).await.unwrap().status().as_u16(), 401, "a token is good for one institution");
    time.set(PRESENT + i64::try_from(life).unwrap());
    assert_eq!(persons(roc.base.clone()).await.unwrap().status().as_u16(), 401, "a token has an end");
}

#[tokio::test]
async fn lists_are_paged_and_filtered() {
    let (world, time) = (world(), Time::at(PRESENT));
    let server = institutions(&world, &time).await;
    let at = At::new(&world, &server, "hogeschool-voorbeeld");
    let (_, first) = at.get("/offerings").await;
    assert_eq!((first["items"].as_array().unwrap().len(), &first["hasNextPage"], &first["pageNumber"]), (10, &json!(true), &json!(1)));
    let (_, second) = at.get("/offerings?pageNumber=2").await;
    assert_eq!((&second["hasPreviousPage"], &second["hasNextPage"]), (&json!(true), &json!(false)));
    assert_eq!(at.all("/offerings?offeringType=program").await.len(), 2);
    for wrong in ["/offerings?pageSize=11", "/offerings?pageNumber=0", "/offerings?pageSize=veel"] {
        let (status, problem) = at.get(wrong).await;
        assert_eq!((status, &problem["status"]), (400, &json!("400")), "{wrong}");
    }
    for unknown in ["/offerings/x", "/offerings/x/associations", "/persons/me", "/persons/x/associations", "/associations/x", "/nothing"] {
        assert_eq!(at.get(unknown).await.0, 404, "{unknown}");
    }
    let person = at.all("/persons?q=samira").await.pop().unwrap();
    let path = format!("/persons/{}/associations", person["personId"].as_str().unwrap());
    let completed = at.all(&format!("{path}?result-state=completed")).await;
    assert!(!completed.is_empty() && completed.iter().all(|it| it["result"]["state"] == "completed"));
    let programmes = at.all(&format!("{path}?associationType=programOffering")).await;
    assert_eq!(programmes.len(), 2);
    assert_eq!(at.get("/associations/x?expand=everything").await.0, 404);
}

#[tokio::test]
async fn it_misbehaves_as_ordered_and_then_recovers() {
    let (world, time) = (world(), Time::at(PRESENT));
    let server = institutions(&world, &time).await;
    let at = At::new(&world, &server, "roc-voorbeeld");
    let sound = sweep(&at).await;
    assert!(sound.failed.is_none());
    for (kind, failure) in [
        ("html", Failure::ContentType),
        ("truncated", Failure::Truncated),
        ("status500", Failure::Status(500)),
        ("status429", Failure::Status(429)),
        ("status401", Failure::Status(401)),
        ("duplicate_pages", Failure::RepeatedPage),
        ("endless_pages", Failure::RepeatedPage),
    ] {
        fault(&server, kind, 2).await;
        assert_eq!(sweep(&at).await.failed, Some(failure), "{kind}");
        fault(&server, kind, 0).await;
        let again = sweep(&at).await;
        assert!(again.failed.is_none() && again.associations.len() == sound.associations.len(), "{kind}");
    }
    for kind in ["number_score", "unknown_state"] {
        fault(&server, kind, 1).await;
        let run = sweep(&at).await;
        assert!(run.failed.is_none());
        assert_eq!((run.quarantined.len(), run.associations.len() + 1), (1, sound.associations.len()), "{kind}");
    }
    fault(&server, "duplicate_rows", 1).await;
    let twice = sweep(&at).await;
    assert!(twice.failed.is_none() && twice.associations.len() == sound.associations.len());
}
