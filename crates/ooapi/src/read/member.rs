//! Reading one member at a time, with the path to it for the desk.

use serde_json::{Map, Value};

use super::{Quarantine, QuarantineReason};
use crate::association::{Code, StudyLoad};
use crate::date::Date;
use crate::private;
use crate::text::LanguageText;
use crate::words::{LoadUnit, normal};

/// Where in the document we are.
pub(super) struct At(String);

impl At {
    pub(super) const fn root() -> Self {
        Self(String::new())
    }

    pub(super) fn down(&self, name: &str) -> Self {
        Self(self.path(name))
    }

    pub(super) fn schema(&self, name: &str) -> Quarantine {
        Quarantine { association_id: None, path: self.path(name), reason: QuarantineReason::Schema }
    }

    pub(super) fn unknown(&self, name: &str) -> Quarantine {
        Quarantine { association_id: None, path: self.path(name), reason: QuarantineReason::UnknownWord }
    }

    fn path(&self, name: &str) -> String {
        if self.0.is_empty() { name.to_owned() } else { format!("{}.{name}", self.0) }
    }
}

/// The first of several spellings that is there and not null.
pub(super) fn first<'a>(members: &'a Map<String, Value>, names: &[&str]) -> Option<&'a Value> {
    names.iter().find_map(|name| members.get(*name)).filter(|value| !value.is_null())
}

/// The spelling that this document uses.
fn spelling<'a>(members: &Map<String, Value>, names: &[&'a str]) -> &'a str {
    names.iter().find(|name| members.contains_key(**name)).copied().unwrap_or_default()
}

/// A string; another JSON type is an error, nothing is none.
pub(super) fn text(members: &Map<String, Value>, names: &[&str], at: &At) -> Result<Option<String>, Quarantine> {
    match first(members, names) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(at.schema(spelling(members, names))),
    }
}

/// A string where another type is as good as nothing: for members that no rule rests on.
pub(super) fn loose(members: &Map<String, Value>, names: &[&str]) -> Option<String> {
    first(members, names).and_then(Value::as_str).filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

/// A full-date or date-time.
pub(super) fn date(members: &Map<String, Value>, names: &[&str], at: &At) -> Result<Option<Date>, Quarantine> {
    match text(members, names, at)? {
        None => Ok(None),
        Some(text) => Date::parse(&text).map(Some).ok_or_else(|| at.schema(spelling(members, names))),
    }
}

pub(super) fn flag(members: &Map<String, Value>, names: &[&str]) -> Option<bool> {
    first(members, names).and_then(Value::as_bool)
}

pub(super) fn language_text(members: &Map<String, Value>, names: &[&str]) -> LanguageText {
    first(members, names).map(LanguageText::read).unwrap_or_default()
}

/// `modeOfStudy` in v5's words, which credentials use too; v6 writes them in snake_case.
pub(super) fn mode_of_study(members: &Map<String, Value>) -> Option<String> {
    loose(members, &["modeOfStudy"]).map(|word| match normal(&word).as_str() {
        "full_time" => "full-time".to_owned(),
        "part_time" => "part-time".to_owned(),
        "dual_training" => "dual training".to_owned(),
        "self_paced" => "self-paced".to_owned(),
        _ => word,
    })
}

/// ISO 639-2 of v5 (`nld`), BCP 47 of v6 (`nl`), string or first of an array, to the short tag.
pub(super) fn language(members: &Map<String, Value>) -> Option<String> {
    let value = first(members, &["teachingLanguages", "teachingLanguage"])?;
    let tag = value.as_str().or_else(|| value.as_array()?.first()?.as_str())?;
    Some(match tag {
        "nld" | "dut" => "nl".to_owned(),
        "eng" => "en".to_owned(),
        "deu" | "ger" => "de".to_owned(),
        "fra" | "fre" => "fr".to_owned(),
        "fry" => "fy".to_owned(),
        "spa" => "es".to_owned(),
        other => other.to_owned(),
    })
}

/// `primaryCode` and `otherCodes`, types in v6's spelling.
pub(super) fn code_list(members: &Map<String, Value>) -> Vec<Code> {
    let primary = members.get("primaryCode").into_iter();
    let others = members.get("otherCodes").and_then(Value::as_array).into_iter().flatten();
    primary.chain(others).filter_map(code).collect()
}

fn code(value: &Value) -> Option<Code> {
    let code_type = value.get("codeType")?.as_str()?;
    let code = value.get("code")?.as_str()?;
    let keep = !private::is_national_number(code_type) && !code.is_empty();
    keep.then(|| Code { code_type: code_type_word(code_type), code: code.to_owned() })
}

fn code_type_word(code_type: &str) -> String {
    match code_type {
        "brin" => "institution_code".to_owned(),
        "crohoCreboCode" | "programCode" => "programme_code".to_owned(),
        "emailAdress" => "email_address".to_owned(),
        "orcId" => "orcid".to_owned(),
        own if own.starts_with("x-") => own.to_owned(),
        other => normal(other),
    }
}

/// One load (v5), an array of loads (v6), or the bare `ects` of older systems, as number or string.
pub(super) fn study_load(members: &Map<String, Value>, at: &At) -> Result<Vec<StudyLoad>, Quarantine> {
    match first(members, &["studyLoad"]) {
        Some(Value::Array(items)) => items.iter().map(|item| one_load(item, at)).collect(),
        Some(item @ Value::Object(_)) => Ok(vec![one_load(item, at)?]),
        Some(_) => Err(at.schema("studyLoad")),
        None => match first(members, &["ects"]) {
            Some(value) => Ok(vec![StudyLoad { unit: LoadUnit::Ects, value: decimal(value).ok_or_else(|| at.schema("ects"))? }]),
            None => Ok(Vec::new()),
        },
    }
}

fn one_load(item: &Value, at: &At) -> Result<StudyLoad, Quarantine> {
    let unit = item.get("studyLoadUnit").and_then(Value::as_str).ok_or_else(|| at.schema("studyLoad.studyLoadUnit"))?;
    Ok(StudyLoad {
        unit: LoadUnit::from_word(unit).ok_or_else(|| at.unknown("studyLoad.studyLoadUnit"))?,
        value: item.get("value").and_then(decimal).ok_or_else(|| at.schema("studyLoad.value"))?,
    })
}

/// A plain, positive decimal without trailing zeros, from `5`, `5.0`, `"5"` or `"2,5"`.
fn decimal(value: &Value) -> Option<String> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().replace(',', "."),
        _ => return None,
    };
    let plain = !text.is_empty() && text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let number: f64 = text.parse().ok().filter(|_| plain)?;
    Some(format!("{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn decimals_are_one_form() {
        for (value, text) in [(json!(5), "5"), (json!(5.0), "5"), (json!("5"), "5"), (json!("2,50"), "2.5"), (json!(240), "240")] {
            assert_eq!(decimal(&value).as_deref(), Some(text));
        }
        for value in [json!("vijf"), json!(-3), json!("1e3"), json!(""), json!(null), json!([5])] {
            assert_eq!(decimal(&value), None, "{value}");
        }
    }
}
