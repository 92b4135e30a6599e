//! The liberal reader: a v5, v6 or older association document into the internal model, or into quarantine.

mod catalogue;
mod member;
mod person;
mod result;

use std::fmt;

use serde_json::{Map, Value};

use crate::association::Association;
use crate::private;
use crate::words::{Kind, Role, State};
use member::{At, date, first, text};

/// Why one row is set aside while the others go on. Names the place, never the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantine {
    /// The row's `associationId`, when it could be read.
    pub association_id: Option<String>,
    /// Dotted path of the member, such as `result.score`.
    pub path: String,
    /// What is wrong there.
    pub reason: QuarantineReason,
}

/// What is wrong with a quarantined row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuarantineReason {
    /// A required member is missing, or has the wrong JSON type.
    Schema,
    /// A word of a closed enumeration that no version knows.
    UnknownWord,
}

impl QuarantineReason {
    /// Stable code for desks and audit rows.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::UnknownWord => "unknown_word",
        }
    }
}

impl fmt::Display for Quarantine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.reason.code(), self.path)
    }
}

impl std::error::Error for Quarantine {}

/// Reads an association with whatever is expanded in it. Personal data that must not come in is dropped first.
///
/// # Errors
/// [`Quarantine`] for this row alone.
pub fn association(mut value: Value) -> Result<Association, Quarantine> {
    private::scrub(&mut value);
    let Value::Object(members) = &value else {
        return Err(At::root().schema(""));
    };
    let id = first(members, &["associationId", "id"]).and_then(Value::as_str).map(str::to_owned);
    read(members, id.clone()).map_err(|quarantine| Quarantine { association_id: id, ..quarantine })
}

fn read(members: &Map<String, Value>, id: Option<String>) -> Result<Association, Quarantine> {
    let at = At::root();
    let kind = kind(members)?;
    let offering_value = first(members, &OFFERINGS);
    let person_value = first(members, &["person"]);
    let offering =
        offering_value.filter(|value| is_expanded(value)).map(|value| catalogue::offering(value, &at.down("offering"))).transpose()?;
    let person = person_value.filter(|value| is_expanded(value)).map(|value| person::person(value, &at.down("person"))).transpose()?;
    let value_type = offering.as_ref().and_then(|offering| offering.value_type.clone());
    let result = members.get("result").filter(|value| !value.is_null());
    Ok(Association {
        id: id.filter(|id| !id.is_empty()).ok_or_else(|| at.schema("associationId"))?,
        kind,
        role: Role::from(text(members, &["role"], &at)?.ok_or_else(|| at.schema("role"))?),
        state: state(members, &at)?,
        remote_state: text(members, &["remoteState"], &at)?.map(Into::into),
        start_date: date(members, &["startDateTime", "startDate"], &at)?,
        expected_end_date: date(members, &["expectedEndDateTime", "expectedEndDate"], &at)?,
        actual_end_date: date(members, &["actualEndDateTime", "finalEndDate"], &at)?,
        person_id: reference(members, person_value, &["personId"]).ok_or_else(|| at.schema("person"))?,
        person,
        offering_id: reference(members, offering_value, &OFFERING_IDS).ok_or_else(|| at.schema("offering"))?,
        offering,
        result: result.map(|value| result::result(value, members, value_type, &at.down("result"))).transpose()?,
        ext: members.get("ext").and_then(Value::as_object).cloned().unwrap_or_default(),
    })
}

const OFFERINGS: [&str; 7] = [
    "offering",
    "courseOffering",
    "programmeOffering",
    "programOffering",
    "learningComponentOffering",
    "testComponentOffering",
    "componentOffering",
];

const OFFERING_IDS: [&str; 7] = [
    "offeringId",
    "courseOfferingId",
    "programmeOfferingId",
    "programOfferingId",
    "learningComponentOfferingId",
    "testComponentOfferingId",
    "componentOfferingId",
];

/// By `associationType` (v4: `type`), else by the offering's type, else by which of v6's members is there.
fn kind(members: &Map<String, Value>) -> Result<Kind, Quarantine> {
    let at = At::root();
    if let Some(word) = text(members, &["associationType", "type"], &at)? {
        return Kind::from_word(&word).ok_or_else(|| at.unknown("associationType"));
    }
    let by_offering = members.get("offering").and_then(|offering| offering.get("offeringType")).and_then(Value::as_str);
    if let Some(word) = by_offering {
        return Kind::from_word(word).ok_or_else(|| at.unknown("offering.offeringType"));
    }
    let has = |word: &str| members.keys().any(|name| name.starts_with(word));
    match () {
        () if has("courseOffering") => Ok(Kind::Course),
        () if has("programmeOffering") || has("programOffering") => Ok(Kind::Programme),
        () if has("learningComponentOffering") || has("testComponentOffering") || has("componentOffering") => Ok(Kind::Component),
        () => Err(at.schema("associationType")),
    }
}

fn state(members: &Map<String, Value>, at: &At) -> Result<State, Quarantine> {
    let word = text(members, &["state"], at)?.ok_or_else(|| at.schema("state"))?;
    State::from_word(&word).ok_or_else(|| at.unknown("state"))
}

/// The id of what is referred to: as a string, as a member of its own, or inside the (perhaps shallow) object.
fn reference(members: &Map<String, Value>, value: Option<&Value>, names: &[&str]) -> Option<String> {
    let inside = match value {
        Some(Value::String(id)) => Some(id.as_str()),
        Some(Value::Object(object)) => first(object, names).and_then(Value::as_str),
        _ => None,
    };
    inside.or_else(|| first(members, names).and_then(Value::as_str)).filter(|id| !id.is_empty()).map(str::to_owned)
}

/// More than an id: v5 lists give `{"personId": "…"}`, which is no expansion.
fn is_expanded(value: &Value) -> bool {
    value.as_object().is_some_and(|members| members.len() > 1)
}

#[cfg(test)]
mod tests;
