//! Results, and whether they are what the achievement's descriptions allow.

use super::{Code, OpenBadgeError};
use crate::Map;
use crate::vcdm::{At, one_or_many, texts};
use serde_json::Value;

/// What an achievement says of a kind of result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultDescription {
    /// `id`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `resultType`: a word of the specification, or `ext:…`.
    pub result_type: String,
    /// The values that may be given, when they are listed.
    pub allowed: Vec<String>,
    /// Smallest value.
    pub minimum: Option<String>,
    /// Largest value.
    pub maximum: Option<String>,
    /// Value that is needed to pass.
    pub required: Option<String>,
    /// `(id, name)` of the rubric levels.
    pub levels: Vec<(String, String)>,
}

/// A result of the learner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultEntry {
    /// What kind of result it is.
    pub description: Option<ResultDescription>,
    /// `value`.
    pub value: Option<String>,
    /// `status`.
    pub status: Option<String>,
    /// Name of the rubric level that was reached.
    pub level: Option<String>,
}

/// The results of a subject whose members were checked, each matched with its description.
pub(super) fn results(subject: &Map, achievement: &Map, at: &At<'_>) -> Result<Vec<ResultEntry>, OpenBadgeError> {
    let descriptions: Vec<ResultDescription> =
        one_or_many(achievement.get("resultDescription")).iter().filter_map(Value::as_object).map(description).collect();
    let member = at.key("result");
    let listed = subject.get("result").is_some_and(Value::is_array);
    let mut out = Vec::new();
    for (index, item) in one_or_many(subject.get("result")).iter().filter_map(Value::as_object).enumerate() {
        let here = if listed { member.index(index) } else { member };
        out.push(entry(item, &descriptions, &here)?);
    }
    Ok(out)
}

/// A linked description must be the achievement's own (Open Badges 3.0 appendix B.1.16), and so must a level.
fn entry(item: &Map, descriptions: &[ResultDescription], at: &At<'_>) -> Result<ResultEntry, OpenBadgeError> {
    let text = |name: &str| texts(item.get(name)).next();
    let unknown = |name: &str| OpenBadgeError::new(Code::ResultDescription, &at.key(name));
    let description = match text("resultDescription") {
        None => None,
        Some(id) => Some(descriptions.iter().find(|d| d.id == id).ok_or_else(|| unknown("resultDescription"))?),
    };
    let level = match text("achievedLevel") {
        None => None,
        Some(id) => {
            let mut levels = descriptions.iter().flat_map(|d| &d.levels);
            Some(levels.find(|(level, _)| level == id).ok_or_else(|| unknown("achievedLevel"))?.1.clone())
        }
    };
    let value = text("value");
    if let (Some(description), Some(value)) = (description, value)
        && !description.allows(value)
    {
        return Err(OpenBadgeError::new(Code::ResultValue, &at.key("value")));
    }
    Ok(ResultEntry { description: description.cloned(), value: value.map(str::to_owned), status: text("status").map(str::to_owned), level })
}

impl ResultDescription {
    /// Whether `value` is among the allowed ones, and between the bounds where both are numbers.
    fn allows(&self, value: &str) -> bool {
        if !self.allowed.is_empty() && !self.allowed.iter().any(|allowed| allowed == value) {
            return false;
        }
        let Some(value) = number(value) else { return true };
        let above = self.minimum.as_deref().and_then(number).is_none_or(|least| value >= least);
        above && self.maximum.as_deref().and_then(number).is_none_or(|most| value <= most)
    }
}

/// A decimal number, with point or with the comma of Dutch grades.
fn number(text: &str) -> Option<f64> {
    text.trim().replacen(',', ".", 1).parse().ok().filter(|number: &f64| number.is_finite())
}

fn description(item: &Map) -> ResultDescription {
    let text = |name: &str| texts(item.get(name)).next().map(str::to_owned);
    let level = |level: &Value| {
        let text = |name: &str| level.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        (text("id"), text("name"))
    };
    ResultDescription {
        id: text("id").unwrap_or_default(),
        name: text("name").unwrap_or_default(),
        result_type: text("resultType").unwrap_or_default(),
        allowed: texts(item.get("allowedValue")).map(str::to_owned).collect(),
        minimum: text("valueMin"),
        maximum: text("valueMax"),
        required: text("requiredValue"),
        levels: one_or_many(item.get("rubricCriterionLevel")).iter().map(level).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(result: Value, description: Value) -> Result<Vec<ResultEntry>, (&'static str, String)> {
        let subject = json!({ "result": [result] });
        let achievement = json!({ "resultDescription": [description] });
        results(subject.as_object().unwrap(), achievement.as_object().unwrap(), &At::ROOT).map_err(|e| (e.code(), e.path().to_owned()))
    }

    #[test]
    fn values_between_bounds() {
        let grade = json!({"id": "urn:g", "name": "Grade", "resultType": "ext:ECTSGradeScore", "valueMin": "1", "valueMax": "10"});
        for (value, allowed) in [("8", true), ("8.5", true), ("8,5", true), ("10", true), ("10.1", false), ("0", false), ("V", true)] {
            let outcome = check(json!({"resultDescription": "urn:g", "value": value}), grade.clone());
            assert_eq!(outcome.is_ok(), allowed, "{value}");
        }
        let letter = json!({"id": "urn:l", "allowedValue": ["A", "B"]});
        assert!(check(json!({"resultDescription": "urn:l", "value": "A"}), letter.clone()).is_ok());
        assert_eq!(
            check(json!({"resultDescription": "urn:l", "value": "C"}), letter).unwrap_err(),
            ("result_value", "/result/0/value".into())
        );
    }

    #[test]
    fn references_stay_inside() {
        let rubric = json!({"id": "urn:r", "name": "Rubric", "rubricCriterionLevel": [{"id": "urn:m", "name": "Mastery"}]});
        let reached =
            check(json!({"resultDescription": "urn:r", "achievedLevel": "urn:m", "status": "Completed"}), rubric.clone()).unwrap();
        assert_eq!((reached[0].level.as_deref(), reached[0].status.as_deref()), (Some("Mastery"), Some("Completed")));
        assert_eq!(
            check(json!({"resultDescription": "urn:x"}), rubric.clone()).unwrap_err(),
            ("result_description", "/result/0/resultDescription".into())
        );
        assert_eq!(check(json!({"achievedLevel": "urn:x"}), rubric).unwrap_err(), ("result_description", "/result/0/achievedLevel".into()));
        assert!(check(json!({"value": "anything"}), json!({"id": "urn:r"})).is_ok());
    }
}
