//! Quality frameworks: what a microcredential must have and within which limits, from versioned files, never from code.

use super::{Element, Mapping, by_short_name};
use crate::strict_json;
use serde::Deserialize;
use std::sync::LazyLock;

/// One version of a quality framework. A published version never changes; a credential names it by `id` and `version`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QualityFramework {
    /// Identifier, the same for all versions.
    pub id: String,
    /// Version.
    pub version: String,
    /// Name for people.
    pub name: String,
    /// Where it can be read.
    pub url: String,
    /// Sectors that it is for: `mbo`, `hbo`, `wo`.
    pub sectors: Vec<String>,
    workload: Vec<Limits>,
    levels: Vec<Levels>,
    required: Vec<String>,
}

/// The limits of a workload in one unit. What a framework has no limits for, it does not allow.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    unit: String,
    min: f64,
    max: Option<f64>,
    step: Option<f64>,
}

/// The levels of one framework.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Levels {
    framework: String,
    values: Vec<String>,
}

/// Why a file is no quality framework.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QualityFrameworkError {
    /// Not JSON of this shape, or a member that is not known; the message names it.
    #[error("not a quality framework: {0}")]
    Shape(String),
    /// It requires an element that no microcredential has.
    #[error("{0} is no element of a microcredential")]
    Element(String),
    /// An identifier, version or limit makes no sense; this is the member.
    #[error("{0} makes no sense")]
    Value(&'static str),
}

/// What a framework has against a microcredential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The workload is outside its limits, or in a unit that it does not know.
    Workload,
    /// The level is not one of its own.
    Level,
}

impl QualityFramework {
    /// Reads a file, strictly.
    pub fn parse(text: &str) -> Result<Self, QualityFrameworkError> {
        let value = strict_json::parse(text.as_bytes()).map_err(|error| QualityFrameworkError::Shape(error.to_string()))?;
        let read: Self = serde_json::from_value(value).map_err(|error| QualityFrameworkError::Shape(error.to_string()))?;
        let mapping = by_short_name("microcredential").map(|kind| &kind.mapping);
        let unknown = |key: &&String| mapping.and_then(|mapping| mapping.by_key(key)).is_none();
        if let Some(unknown) = read.required.iter().find(unknown) {
            return Err(QualityFrameworkError::Element(unknown.clone()));
        }
        let word =
            |text: &str| !text.is_empty() && text.len() <= 100 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
        if !word(&read.id) || !word(&read.version) {
            return Err(QualityFrameworkError::Value("id"));
        }
        if url::Url::parse(&read.url).is_err() {
            return Err(QualityFrameworkError::Value("url"));
        }
        if read.workload.is_empty() || !read.workload.iter().all(Limits::make_sense) {
            return Err(QualityFrameworkError::Value("workload"));
        }
        if read.levels.is_empty() || read.levels.iter().any(|levels| !["EQF", "NLQF"].contains(&levels.framework.as_str())) {
            return Err(QualityFrameworkError::Value("levels"));
        }
        Ok(read)
    }

    /// `id@version`, as badges name it.
    pub fn reference(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }

    /// Whether a workload is within the limits; `unit` is `ects` or `sbu`.
    pub fn allows_workload(&self, unit: &str, value: f64) -> bool {
        self.workload.iter().any(|limits| limits.unit == unit && limits.hold(value))
    }

    /// Whether a level is one of its own; `framework` is `EQF` or `NLQF`.
    pub fn allows_level(&self, framework: &str, value: &str) -> bool {
        self.levels.iter().any(|levels| levels.framework == framework && levels.values.iter().any(|own| own == value))
    }

    /// The elements that it requires, in the order of its file.
    pub fn required<'m>(&'m self, mapping: &'m Mapping) -> impl Iterator<Item = &'m Element> {
        self.required.iter().filter_map(|key| mapping.by_key(key))
    }

    /// What it has against the workload and level of claims; what is not there is not judged.
    pub fn refuses(&self, claims: &crate::Map) -> Vec<Refused> {
        let text = |claim: &str, member: &str| claims.get(claim).and_then(|claim| claim.get(member)).and_then(|value| value.as_str());
        let amount = claims.get("workload").and_then(|load| load.get("value")).and_then(serde_json::Value::as_f64);
        let mut refused = Vec::new();
        if let (Some(unit), Some(amount)) = (text("workload", "unit"), amount)
            && !self.allows_workload(unit, amount)
        {
            refused.push(Refused::Workload);
        }
        if let (Some(framework), Some(value)) = (text("level", "framework"), text("level", "value"))
            && !self.allows_level(framework, value)
        {
            refused.push(Refused::Level);
        }
        refused
    }
}

impl Limits {
    fn make_sense(&self) -> bool {
        ["ects", "sbu"].contains(&self.unit.as_str())
            && self.min >= 0.0
            && self.max.is_none_or(|max| max >= self.min)
            && self.step.is_none_or(|step| step > 0.0)
    }

    fn hold(&self, value: f64) -> bool {
        let stepped = self.step.is_none_or(|step| (value / step).fract().abs() < 1e-9);
        value >= self.min && self.max.is_none_or(|max| value <= max) && stepped
    }
}

/// The files of every build. One that does not parse would be missing; a test counts them.
static BUILT_IN: LazyLock<Vec<QualityFramework>> = LazyLock::new(|| {
    let files = [
        include_str!("../../../../schemas/quality-frameworks/kwaliteitskader-ho-1.json"),
        include_str!("../../../../schemas/quality-frameworks/kwaliteitskader-mbo-1.json"),
    ];
    files.into_iter().filter_map(|text| QualityFramework::parse(text).ok()).collect()
});

/// The frameworks that every build knows.
pub fn quality_frameworks() -> &'static [QualityFramework] {
    &BUILT_IN
}

/// One version of a framework that every build knows.
pub fn quality_framework(id: &str, version: &str) -> Option<&'static QualityFramework> {
    BUILT_IN.iter().find(|framework| framework.id == id && framework.version == version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn limits_come_from_the_file() {
        assert_eq!(quality_frameworks().len(), 2);
        let (higher, vocational) =
            (quality_framework("kwaliteitskader-ho", "1").unwrap(), quality_framework("kwaliteitskader-mbo", "1").unwrap());
        for (unit, value, allowed) in [
            ("ects", 3.0, true),
            ("ects", 3.5, true),
            ("ects", 30.0, true),
            ("ects", 2.5, false),
            ("ects", 3.25, false),
            ("ects", 30.5, false),
            ("sbu", 240.0, false),
        ] {
            assert_eq!(higher.allows_workload(unit, value), allowed, "{unit} {value}");
        }
        for (unit, value, allowed) in [("sbu", 240.0, true), ("sbu", 4800.0, true), ("sbu", 239.0, false), ("ects", 5.0, false)] {
            assert_eq!(vocational.allows_workload(unit, value), allowed, "{unit} {value}");
        }
        for (framework, value, in_higher, in_vocational) in [
            ("EQF", "6", true, false),
            ("EQF", "4", false, true),
            ("NLQF", "4+", false, true),
            ("EQF", "4+", false, false),
            ("ISCED", "6", false, false),
        ] {
            assert_eq!(
                (higher.allows_level(framework, value), vocational.allows_level(framework, value)),
                (in_higher, in_vocational),
                "{framework} {value}"
            );
        }
        assert!(quality_framework("kwaliteitskader-ho", "2").is_none());
        assert_eq!(higher.reference(), "kwaliteitskader-ho@1");
    }

    #[test]
    fn files_are_read_strictly() {
        let good = json!({"id": "kader", "version": "1", "name": "Kader", "url": "https://kader.example/1", "sectors": ["mbo"],
            "workload": [{"unit": "sbu", "min": 240}], "levels": [{"framework": "NLQF", "values": ["4+"]}], "required": ["title"]});
        assert!(QualityFramework::parse(&good.to_string()).is_ok());
        let with = |name: &str, value: Value| {
            let mut changed = good.clone();
            changed[name] = value;
            QualityFramework::parse(&changed.to_string()).unwrap_err()
        };
        assert!(matches!(with("extra", json!(1)), QualityFrameworkError::Shape(_)));
        assert!(matches!(with("workload", json!([{"unit": "sbu", "min": 1, "maxx": 2}])), QualityFrameworkError::Shape(_)));
        assert_eq!(with("required", json!(["colour"])), QualityFrameworkError::Element("colour".into()));
        assert_eq!(with("workload", json!([])), QualityFrameworkError::Value("workload"));
        assert_eq!(with("workload", json!([{"unit": "hours", "min": 1}])), QualityFrameworkError::Value("workload"));
        assert_eq!(with("workload", json!([{"unit": "ects", "min": 3, "max": 2}])), QualityFrameworkError::Value("workload"));
        assert_eq!(with("version", json!("1 beta")), QualityFrameworkError::Value("id"));
        assert_eq!(with("levels", json!([{"framework": "XQF", "values": []}])), QualityFrameworkError::Value("levels"));
        assert!(matches!(QualityFramework::parse(r#"{"id": "a", "id": "b"}"#), Err(QualityFrameworkError::Shape(_))));
    }
}
