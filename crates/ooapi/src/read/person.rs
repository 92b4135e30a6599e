//! Persons: an allow-list of members, so that what we do not name does not come in.

use serde_json::{Map, Value};

use super::Quarantine;
use super::member::{At, code_list, date, first, flag, loose, mode_of_study};
use crate::association::{Enrolment, Person, find_code};

pub(super) fn person(value: &Value, at: &At) -> Result<Person, Quarantine> {
    let Value::Object(members) = value else { return Err(at.schema("")) };
    let codes = code_list(members);
    let exchange = consumer(members, "eduxchange");
    let text = |names: &[&str]| loose(members, names);
    Ok(Person {
        id: text(&["personId", "id"]).ok_or_else(|| at.schema("personId"))?,
        eduid: find_code(&codes, "x-eduid").map(str::to_owned),
        given_name: text(&["givenName"]),
        surname_prefix: text(&["surnamePrefix"]),
        surname: text(&["surname", "surName"]),
        display_name: text(&["displayName"]),
        date_of_birth: date(members, &["dateOfBirth"], at)?,
        active_enrolment: flag(members, &["activeEnrolment", "activeEnrollment"]),
        affiliations: affiliations(members),
        institution_code: exchange.and_then(|consumer| loose(consumer, &["institutionBRINCode", "institutionCode"])),
        enrolments: exchange.map(|consumer| enrolments(consumer, at)).transpose()?.unwrap_or_default(),
        codes,
    })
}

fn affiliations(members: &Map<String, Value>) -> Vec<String> {
    let items = members.get("affiliations").and_then(Value::as_array);
    items.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn enrolments(consumer: &Map<String, Value>, at: &At) -> Result<Vec<Enrolment>, Quarantine> {
    let items = first(consumer, &["enrolments", "enrollments"]).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(Value::as_object).map(|members| enrolment(members, at)).collect()
}

fn enrolment(members: &Map<String, Value>, at: &At) -> Result<Enrolment, Quarantine> {
    Ok(Enrolment {
        programme_code: loose(members, &["crohoCreboCode", "programmeCode"]),
        name: loose(members, &["name"]),
        phase: loose(members, &["phase"]),
        mode_of_study: mode_of_study(members),
        start_date: date(members, &["startDate", "startDateTime"], at)?,
        end_date: date(members, &["endDate", "endDateTime"], at)?,
    })
}

/// The consumer with a key: v5 has an array `consumers`, v6 one object `consumer`.
pub(super) fn consumer<'a>(members: &'a Map<String, Value>, key: &str) -> Option<&'a Map<String, Value>> {
    let many = members.get("consumers").and_then(Value::as_array).into_iter().flatten();
    let fits = |value: &&Value| value.get("consumerKey").and_then(Value::as_str).is_some_and(|k| k.eq_ignore_ascii_case(key));
    many.chain(members.get("consumer")).find(fits).and_then(Value::as_object)
}
