//! `GET` of everything but associations: the service itself, organisations, persons, courses, programmes, sessions and offerings.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use serde_json::{Value, json};

use super::answer::{Answer, Answered};
use super::list::{Asked, fits, page, text};
use crate::Institution;
use crate::world::document::Catalogue;

type Shared = State<Arc<super::State>>;
type SlugAndId = Path<(String, String)>;

/// Runs `act` on the institution of the path. Which one was checked before: [`super::access::admit`].
pub(super) fn at<T>(state: &super::State, slug: &str, act: impl FnOnce(&Institution) -> Result<T, Answer>) -> Result<T, Answer> {
    act(state.world.institution(slug).ok_or_else(Answer::missing)?)
}

pub(super) async fn service(State(state): Shared, Path(slug): Path<String>) -> Answered {
    at(&state, &slug, |institution| {
        Ok(Answer::ok(json!({
            "contactEmail": format!("beheer@{}", institution.schac_home),
            "specification": "https://openonderwijsapi.nl/v5/",
            "documentation": format!("https://www.{}/ooapi", institution.schac_home),
        })))
    })
}

pub(super) async fn organizations(State(state): Shared, Path(slug): Path<String>, Query(asked): Query<Asked>) -> Answered {
    list(
        &state,
        &slug,
        &asked,
        |catalogue| &catalogue.organisations,
        |item| fits(&asked, "organizationType", text(item, "organizationType")),
    )
}

pub(super) async fn courses(State(state): Shared, Path(slug): Path<String>, Query(asked): Query<Asked>) -> Answered {
    list(&state, &slug, &asked, |catalogue| &catalogue.courses, |item| fits(&asked, "level", text(item, "level")))
}

pub(super) async fn programs(State(state): Shared, Path(slug): Path<String>, Query(asked): Query<Asked>) -> Answered {
    list(&state, &slug, &asked, |catalogue| &catalogue.programs, |item| fits(&asked, "programType", text(item, "programType")))
}

pub(super) async fn academic_sessions(State(state): Shared, Path(slug): Path<String>, Query(asked): Query<Asked>) -> Answered {
    let fitting = |item: &Value| fits(&asked, "academicSessionType", text(item, "academicSessionType"));
    list(&state, &slug, &asked, |catalogue| &catalogue.sessions, fitting)
}

/// Not in v5 itself, but in OKE's profile of it.
pub(super) async fn offerings(State(state): Shared, Path(slug): Path<String>, Query(asked): Query<Asked>) -> Answered {
    list(&state, &slug, &asked, |catalogue| &catalogue.offerings, |item| offering_fits(item, &asked))
}

pub(super) async fn persons(State(state): Shared, Path(slug): Path<String>, Query(asked): Query<Asked>) -> Answered {
    let now = state.now();
    at(&state, &slug, |institution| {
        let catalogue = &institution.catalogue;
        let found = |item: &Value| {
            let code = item.pointer("/primaryCode/code").and_then(Value::as_str);
            let word = asked.get("q").map(|word| word.to_lowercase());
            let names = || {
                ["givenName", "surname", "displayName", "mail"]
                    .iter()
                    .filter_map(|name| text(item, name))
                    .any(|name| word.as_ref().is_some_and(|word| name.to_lowercase().contains(word)))
            };
            fits(&asked, "primaryCode", code) && (word.is_none() || names())
        };
        page(catalogue.persons.keys().filter_map(|id| catalogue.person(id, now)).filter(found).collect(), &asked)
    })
}

pub(super) async fn person(State(state): Shared, Path((slug, id)): SlugAndId) -> Answered {
    // `/persons/me` speaks of the user whose token it is; ours belong to machines.
    let now = state.now();
    at(&state, &slug, |institution| institution.catalogue.person(&id, now).map(Answer::ok).ok_or_else(Answer::missing))
}

pub(super) async fn organization(State(state): Shared, Path((slug, id)): SlugAndId) -> Answered {
    one(&state, &slug, &id, |catalogue| &catalogue.organisations)
}

pub(super) async fn course(State(state): Shared, Path((slug, id)): SlugAndId, Query(asked): Query<Asked>) -> Answered {
    at(&state, &slug, |institution| expanded(institution, institution.catalogue.courses.get(&id), &asked))
}

pub(super) async fn program(State(state): Shared, Path((slug, id)): SlugAndId, Query(asked): Query<Asked>) -> Answered {
    at(&state, &slug, |institution| expanded(institution, institution.catalogue.programs.get(&id), &asked))
}

pub(super) async fn academic_session(State(state): Shared, Path((slug, id)): SlugAndId) -> Answered {
    one(&state, &slug, &id, |catalogue| &catalogue.sessions)
}

pub(super) async fn offering(State(state): Shared, Path((slug, id)): SlugAndId, Query(asked): Query<Asked>) -> Answered {
    at(&state, &slug, |institution| expanded(institution, institution.catalogue.offerings.get(&id), &asked))
}

pub(super) async fn offerings_of_organization(State(state): Shared, Path((slug, id)): SlugAndId, Query(asked): Query<Asked>) -> Answered {
    related(&state, &slug, &asked, |catalogue| (&catalogue.organisations, &catalogue.offerings), ("organization", &id))
}

pub(super) async fn courses_of_organization(State(state): Shared, Path((slug, id)): SlugAndId, Query(asked): Query<Asked>) -> Answered {
    related(&state, &slug, &asked, |catalogue| (&catalogue.organisations, &catalogue.courses), ("organization", &id))
}

pub(super) async fn programs_of_organization(State(state): Shared, Path((slug, id)): SlugAndId, Query(asked): Query<Asked>) -> Answered {
    related(&state, &slug, &asked, |catalogue| (&catalogue.organisations, &catalogue.programs), ("organization", &id))
}

pub(super) async fn offerings_of_course(State(state): Shared, Path((slug, id)): SlugAndId, Query(asked): Query<Asked>) -> Answered {
    related(&state, &slug, &asked, |catalogue| (&catalogue.courses, &catalogue.offerings), ("course", &id))
}

pub(super) async fn offerings_of_program(State(state): Shared, Path((slug, id)): SlugAndId, Query(asked): Query<Asked>) -> Answered {
    related(&state, &slug, &asked, |catalogue| (&catalogue.programs, &catalogue.offerings), ("program", &id))
}

pub(super) async fn offerings_of_academic_session(
    State(state): Shared,
    Path((slug, id)): SlugAndId,
    Query(asked): Query<Asked>,
) -> Answered {
    related(&state, &slug, &asked, |catalogue| (&catalogue.sessions, &catalogue.offerings), ("academicSession", &id))
}

type Shelf = BTreeMap<String, Value>;

fn list(
    state: &super::State,
    slug: &str,
    asked: &Asked,
    shelf: impl FnOnce(&Catalogue) -> &Shelf,
    fitting: impl Fn(&Value) -> bool,
) -> Answered {
    at(state, slug, |institution| {
        let code = |item: &Value| fits(asked, "primaryCode", item.pointer("/primaryCode/code").and_then(Value::as_str));
        page(shelf(&institution.catalogue).values().filter(|item| code(item) && fitting(item)).cloned().collect(), asked)
    })
}

fn one(state: &super::State, slug: &str, id: &str, shelf: impl FnOnce(&Catalogue) -> &Shelf) -> Answered {
    at(state, slug, |institution| shelf(&institution.catalogue).get(id).cloned().map(Answer::ok).ok_or_else(Answer::missing))
}

/// The items of one shelf that name, in `member`, an object of another one; 404 when that object is not there.
fn related(
    state: &super::State,
    slug: &str,
    asked: &Asked,
    shelves: impl FnOnce(&Catalogue) -> (&Shelf, &Shelf),
    (member, id): (&str, &str),
) -> Answered {
    at(state, slug, |institution| {
        let (owners, items) = shelves(&institution.catalogue);
        if !owners.contains_key(id) {
            return Err(Answer::missing());
        }
        page(items.values().filter(|item| text(item, member) == Some(id) && offering_fits(item, asked)).cloned().collect(), asked)
    })
}

/// v5's filters of offerings; what is no offering has none of these members and is not filtered.
fn offering_fits(item: &Value, asked: &Asked) -> bool {
    let expected = item.get("resultExpected").map(|flag| flag.to_string());
    let from = |name: &str, member: &str| asked.get(name).zip(text(item, member));
    fits(asked, "offeringType", text(item, "offeringType"))
        && fits(asked, "resultExpected", expected.as_deref())
        && from("since", "startDate").is_none_or(|(since, starts)| starts >= since.as_str())
        && from("until", "startDate").is_none_or(|(until, starts)| starts <= until.as_str())
}

/// An object with the members that `expand` names in place of their ids.
pub(super) fn expanded(institution: &Institution, item: Option<&Value>, asked: &Asked) -> Answered {
    let mut item = item.cloned().ok_or_else(Answer::missing)?;
    let catalogue = &institution.catalogue;
    for name in asked.get("expand").map(String::as_str).unwrap_or_default().split(',').filter(|name| !name.is_empty()) {
        let shelf = match name {
            "course" => &catalogue.courses,
            "program" => &catalogue.programs,
            "organization" => &catalogue.organisations,
            "academicSession" => &catalogue.sessions,
            "programOffering"
            | "courseOffering"
            | "component"
            | "programs"
            | "coordinators"
            | "educationSpecification"
            | "parent"
            | "children" => continue,
            _ => return Err(Answer::bad("expand names what cannot be expanded here")),
        };
        if let Some(object) = text(&item, name).and_then(|id| shelf.get(id)).cloned()
            && let Some(member) = item.get_mut(name)
        {
            *member = object;
        }
    }
    Ok(Answer::ok(item))
}
