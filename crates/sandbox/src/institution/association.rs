//! Associations: lists per offering and per person, one with `expand`, and the writes that change the truth at once.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use ooapi::merge_patch;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Answered};
use super::catalogue::at;
use super::list::{Asked, fits, page, text};
use crate::Institution;
use crate::world::record::Record;

type Shared = State<Arc<super::State>>;
type SlugAndId = Path<(String, String)>;

/// `GET /offerings/{id}/associations`: by v5's `…Expandable` schemas the person is an object with its id alone.
pub(super) async fn of_offering(State(state): Shared, Path((slug, id)): SlugAndId, Query(asked): Query<Asked>) -> Answered {
    let now = state.now();
    at(&state, &slug, |institution| {
        if !institution.catalogue.offerings.contains_key(&id) {
            return Err(Answer::missing());
        }
        let mut items = matching(institution, &asked, now, |association| text(association, "offering") == Some(&id));
        items.iter_mut().for_each(person_as_object);
        page(items, &asked)
    })
}

/// `GET /persons/{id}/associations`: the offering is always included.
pub(super) async fn of_person(State(state): Shared, Path((slug, id)): SlugAndId, Query(asked): Query<Asked>) -> Answered {
    let now = state.now();
    at(&state, &slug, |institution| {
        if !institution.catalogue.persons.contains_key(&id) {
            return Err(Answer::missing());
        }
        let mut items = matching(institution, &asked, now, |association| text(association, "person") == Some(&id));
        items.iter_mut().for_each(|item| {
            include_offering(institution, item);
            person_as_object(item);
        });
        page(items, &asked)
    })
}

/// `GET /associations/{id}?expand=person,offering`.
pub(super) async fn one(State(state): Shared, Path((slug, id)): SlugAndId, Query(asked): Query<Asked>) -> Answered {
    let now = state.now();
    at(&state, &slug, |institution| {
        let mut association = institution.association(&id, now).ok_or_else(Answer::missing)?;
        for name in asked.get("expand").map(String::as_str).unwrap_or_default().split(',').filter(|name| !name.is_empty()) {
            match name {
                "offering" => include_offering(institution, &mut association),
                "person" => include_person(institution, &mut association, now),
                _ => return Err(Answer::bad("expand is person, offering or both")),
            }
        }
        Ok(Answer::ok(association))
    })
}

/// `PATCH /associations/{id}`, `application/merge-patch+json`.
pub(super) async fn patch(State(state): Shared, Path((slug, id)): SlugAndId, headers: HeaderMap, body: Bytes) -> Answered {
    let patch = Value::Object(object(&headers, &body, &["application/merge-patch+json", "application/json"])?);
    let now = state.now();
    at(&state, &slug, |institution| {
        let mut association = institution.association(&id, now).ok_or_else(Answer::missing)?;
        merge_patch::apply(&mut association, &patch);
        check(institution, &association, &id)?;
        institution.locked(|records| records.get_mut(&id).map(|record| record.write(association.clone(), now)));
        Ok(Answer::ok(json!({
            "associationId": id,
            "state": association.get("state"),
            "message": [{"language": "nl-NL", "value": "Bijgewerkt."}, {"language": "en-GB", "value": "Updated."}],
        })))
    })
}

/// `PUT /associations/{id}` (OKE): replaces, or creates for a person and an offering that are known here.
pub(super) async fn put(State(state): Shared, Path((slug, id)): SlugAndId, headers: HeaderMap, body: Bytes) -> Answered {
    let mut members = object(&headers, &body, &["application/json"])?;
    members.entry("associationId").or_insert_with(|| json!(id));
    let now = state.now();
    at(&state, &slug, |institution| {
        flatten(&mut members, "person", "personId");
        flatten(&mut members, "offering", "offeringId");
        let association = Value::Object(members);
        check(institution, &association, &id)?;
        let persona = institution.persona_of(text(&association, "person").unwrap_or_default());
        let known = institution.locked(|records| match records.get_mut(&id) {
            Some(record) => {
                record.write(association.clone(), now);
                true
            }
            None => {
                let about = institution.about(text(&association, "offering").unwrap_or_default());
                records.insert(id.clone(), Record::new(persona, &about, vec![(now, association.clone())]));
                false
            }
        });
        Ok(Answer::Json(if known { StatusCode::OK } else { StatusCode::CREATED }, association))
    })
}

/// The body as an object. What stands in a result is the institution's own business, also when it is nonsense: the issuer has to cope.
fn object(headers: &HeaderMap, body: &Bytes, types: &[&str]) -> Result<Map<String, Value>, Answer> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !types.contains(&essence.as_str()) {
        return Err(Answer::Problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send JSON"));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(Answer::bad("The body is not a JSON object")),
    }
}

fn check(institution: &Institution, association: &Value, id: &str) -> Result<(), Answer> {
    let known = |member: &str, there: &dyn Fn(&str) -> bool| text(association, member).is_some_and(there);
    if text(association, "associationId") != Some(id) {
        return Err(Answer::bad("associationId cannot change"));
    }
    if !known("person", &|person| institution.catalogue.persons.contains_key(person)) {
        return Err(Answer::bad("No such person here"));
    }
    if !known("offering", &|offering| institution.catalogue.offerings.contains_key(offering)) {
        return Err(Answer::bad("No such offering here"));
    }
    Ok(())
}

fn matching(institution: &Institution, asked: &Asked, now: i64, belongs: impl Fn(&Value) -> bool) -> Vec<Value> {
    let fitting = |association: &Value| {
        let kind = text(association, "associationType").map(|kind| kind.trim_end_matches("Association"));
        belongs(association)
            && fits(asked, "associationType", kind)
            && fits(asked, "role", text(association, "role"))
            && fits(asked, "state", text(association, "state"))
            && fits(asked, "result-state", association.get("result").and_then(|result| text(result, "state")))
    };
    let mut items: Vec<Value> =
        institution.locked(|records| records.values().filter_map(|record| record.at(now)).filter(|item| fitting(item)).cloned().collect());
    if asked.get("sort").is_some_and(|order| order == "-associationId") {
        items.reverse();
    }
    items
}

fn person_as_object(association: &mut Value) {
    if let Some(person) = association.get_mut("person").filter(|person| person.is_string()) {
        *person = json!({"personId": person});
    }
}

fn include_person(institution: &Institution, association: &mut Value, now: i64) {
    if let Some(person) = association.get_mut("person")
        && let Some(whole) = person.as_str().and_then(|id| institution.catalogue.person(id, now))
    {
        *person = whole;
    }
}

fn include_offering(institution: &Institution, association: &mut Value) {
    if let Some(offering) = association.get_mut("offering")
        && let Some(whole) = offering.as_str().and_then(|id| institution.catalogue.offerings.get(id)).cloned()
    {
        *offering = whole;
    }
}

/// An expanded member back to its id.
fn flatten(members: &mut Map<String, Value>, name: &str, id: &str) {
    let inside = members.get(name).and_then(|value| value.get(id)).cloned();
    if let Some(id) = inside {
        members.insert(name.to_owned(), id);
    }
}
