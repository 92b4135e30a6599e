//! Results: the part that a credential rests on, so read strictly.

use serde_json::{Map, Value};

use super::Quarantine;
use super::member::{At, date, first, flag, loose, study_load, text};
use super::person::consumer;
use crate::association::AssociationResult;
use crate::date::{Date, moment};
use crate::words::{PassState, ResultState, ValueType};

/// OKE's profile of the mbo, where finality lives in v5.
const TEST_ADMIN: &str = "nl-test-admin";

pub(super) fn result(
    value: &Value,
    association: &Map<String, Value>,
    offered: Option<ValueType>,
    at: &At,
) -> Result<AssociationResult, Quarantine> {
    let Value::Object(members) = value else { return Err(at.schema("")) };
    let state = text(members, &["state"], at)?.ok_or_else(|| at.schema("state"))?;
    let pass = text(members, &["pass"], at)?;
    let ext = members.get("ext").and_then(Value::as_object);
    let own_type = loose(members, &["resultValueType", "resultvaluetype"]);
    let own_type = own_type.or_else(|| ext.and_then(|ext| loose(ext, &["resultValueType"])));
    let finality = Finality::of(members, association);
    Ok(AssociationResult {
        state: ResultState::from_word(&state).ok_or_else(|| at.unknown("state"))?,
        pass: pass.map(|word| PassState::from_word(&word).ok_or_else(|| at.unknown("pass"))).transpose()?,
        // A number is refused: 9 and 9.0 and "9,0" are different statements on paper (security.md A9).
        score: text(members, &["score"], at)?,
        result_date: date(members, &["resultDateTime", "resultDate"], at)?,
        result_moment: first(members, &["resultDateTime"]).and_then(Value::as_str).and_then(moment),
        value_type: own_type.map(ValueType::from).or(offered),
        is_final: finality.is_final,
        final_on: finality.on,
        final_by: finality.by,
        study_load: study_load(members, at)?,
    })
}

#[derive(Default)]
struct Finality {
    is_final: Option<bool>,
    on: Option<Date>,
    by: Option<String>,
}

impl Finality {
    /// v6's own member, else the consumer `nl-test-admin` of the result, else of the association; day and body also from `ext`.
    fn of(result: &Map<String, Value>, association: &Map<String, Value>) -> Self {
        let places = [Some(result), consumer(result, TEST_ADMIN), consumer(association, TEST_ADMIN), ext(result)];
        let mut found = Self::default();
        for (index, place) in places.into_iter().enumerate() {
            let Some(place) = place else { continue };
            // `ext` may add when and by whom, but never makes a result final.
            if index < 3 {
                found.is_final = found.is_final.or_else(|| flag(place, &["final"]));
            }
            found.on = found.on.or_else(|| loose(place, &["finalDate", "finalDateTime"]).and_then(|text| Date::parse(&text)));
            found.by = found.by.or_else(|| loose(place, &["finalBy"]));
        }
        found
    }
}

fn ext(members: &Map<String, Value>) -> Option<&Map<String, Value>> {
    members.get("ext").and_then(Value::as_object)
}
