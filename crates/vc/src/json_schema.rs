//! The part of JSON Schema 2020-12 that our credential schemas use; any other keyword is refused, never ignored.

use crate::Map;
use crate::sd_jwt::{Path, Segment};
use serde_json::Value;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

/// A schema that cannot be used: not JSON, or a keyword that is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unsupported JSON Schema at keyword {0}")]
pub struct SchemaError(String);

/// Where and by which keyword a value breaks a schema. Never holds the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Place in the claims; `None` for the whole.
    pub path: Option<Path>,
    /// Keyword that was broken.
    pub keyword: &'static str,
}

/// A schema, checked and ready.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    types: Vec<String>,
    properties: Vec<(String, Schema)>,
    required: Vec<String>,
    closed: bool,
    items: Option<Box<Schema>>,
    values: Option<Vec<Value>>,
    length: (Option<u64>, Option<u64>),
    count: (Option<u64>, Option<u64>),
    range: (Option<f64>, Option<f64>),
    step: Option<f64>,
    format: Option<String>,
    contains: Option<Box<Schema>>,
    all_of: Vec<Schema>,
    one_of: Vec<Schema>,
}

impl Schema {
    /// Reads a schema from its text.
    pub fn parse(text: &str) -> Result<Self, SchemaError> {
        let value = crate::strict_json::parse(text.as_bytes()).map_err(|_| SchemaError("json".into()))?;
        Self::read(&value)
    }

    fn read(value: &Value) -> Result<Self, SchemaError> {
        let mut schema = Self::default();
        for (keyword, value) in value.as_object().ok_or_else(|| SchemaError("schema".into()))? {
            schema.keyword(keyword, value).ok_or_else(|| SchemaError(keyword.clone()))??;
        }
        Ok(schema)
    }

    /// Takes one keyword; `None` when it is not understood.
    fn keyword(&mut self, keyword: &str, value: &Value) -> Option<Result<(), SchemaError>> {
        match keyword {
            "$schema" | "$id" | "$comment" | "title" | "description" => {}
            "type" if value.is_string() => self.types = vec![value.as_str()?.to_owned()],
            "type" => self.types = strings(value)?,
            "properties" => return Some(self.read_properties(value.as_object()?)),
            "required" => self.required = strings(value)?,
            "additionalProperties" => self.closed = !value.as_bool()?,
            "items" | "contains" => match Self::read(value) {
                Ok(items) if keyword == "items" => self.items = Some(Box::new(items)),
                Ok(contained) => self.contains = Some(Box::new(contained)),
                Err(e) => return Some(Err(e)),
            },
            "allOf" | "oneOf" => match value.as_array().filter(|all| !all.is_empty())?.iter().map(Self::read).collect() {
                Ok(all) if keyword == "allOf" => self.all_of = all,
                Ok(several) => self.one_of = several,
                Err(e) => return Some(Err(e)),
            },
            "multipleOf" => self.step = Some(value.as_f64().filter(|step| *step > 0.0)?),
            "enum" => self.values = Some(value.as_array()?.clone()),
            "const" => self.values = Some(vec![value.clone()]),
            "minLength" => self.length.0 = Some(value.as_u64()?),
            "maxLength" => self.length.1 = Some(value.as_u64()?),
            "minItems" => self.count.0 = Some(value.as_u64()?),
            "maxItems" => self.count.1 = Some(value.as_u64()?),
            "minimum" => self.range.0 = Some(value.as_f64()?),
            "maximum" => self.range.1 = Some(value.as_f64()?),
            "format" if matches!(value.as_str()?, "date" | "date-time" | "uri") => self.format = Some(value.as_str()?.to_owned()),
            _ => return None,
        }
        Some(Ok(()))
    }

    fn read_properties(&mut self, properties: &Map) -> Result<(), SchemaError> {
        for (name, schema) in properties {
            self.properties.push((name.clone(), Self::read(schema)?));
        }
        Ok(())
    }

    /// Names of the top-level properties.
    pub fn property_names(&self) -> impl Iterator<Item = &str> {
        self.properties.iter().map(|(name, _)| name.as_str())
    }

    /// Whether the schema has a place for what `path` selects.
    pub fn knows(&self, path: &Path) -> bool {
        let mut at = self;
        for segment in path.segments() {
            let next = match segment {
                Segment::Key(name) => at.properties.iter().find(|(known, _)| known == name).map(|(_, schema)| schema),
                Segment::Index(_) | Segment::All => at.items.as_deref(),
            };
            let Some(next) = next else { return false };
            at = next;
        }
        true
    }

    /// The first place where `claims` break the schema.
    pub fn check(&self, claims: &Map) -> Result<(), Violation> {
        let mut at = Vec::new();
        self.check_object(claims, &mut at).map_err(|keyword| Violation { path: Path::try_from(at).ok(), keyword })
    }

    /// The first place where `claims` break the schema, what is required at the top left aside: for claims that are not complete.
    pub fn check_members(&self, claims: &Map) -> Result<(), Violation> {
        let mut at = Vec::new();
        self.check_properties(claims, &mut at).map_err(|keyword| Violation { path: Path::try_from(at).ok(), keyword })
    }

    /// Checks a value; on failure `at` is where it went wrong.
    fn check_value(&self, value: &Value, at: &mut Vec<Segment>) -> Result<(), &'static str> {
        if !self.types.is_empty() && !self.types.iter().any(|t| is_type(value, t)) {
            return Err("type");
        }
        if self.values.as_ref().is_some_and(|values| !values.contains(value)) {
            return Err("enum");
        }
        for schema in &self.all_of {
            schema.check_value(value, at)?;
        }
        // What is tried may fail on the way: where it went is no place where something is wrong.
        let fits = |schema: &&Self| schema.check_value(value, &mut at.clone()).is_ok();
        if !self.one_of.is_empty() && self.one_of.iter().filter(fits).count() != 1 {
            return Err("oneOf");
        }
        match value {
            Value::Object(map) => self.check_object(map, at),
            Value::Array(items) => self.check_array(items, at),
            Value::String(text) => self.check_text(text),
            Value::Number(number) => self.check_number(number.as_f64().unwrap_or(f64::NAN)),
            Value::Null | Value::Bool(_) => Ok(()),
        }
    }

    fn check_object(&self, map: &Map, at: &mut Vec<Segment>) -> Result<(), &'static str> {
        if let Some(missing) = self.required.iter().find(|name| !map.contains_key(*name)) {
            at.push(Segment::from(missing.as_str()));
            return Err("required");
        }
        self.check_properties(map, at)
    }

    fn check_properties(&self, map: &Map, at: &mut Vec<Segment>) -> Result<(), &'static str> {
        for (name, value) in map {
            at.push(Segment::from(name.as_str()));
            match self.properties.iter().find(|(known, _)| known == name) {
                Some((_, schema)) => schema.check_value(value, at)?,
                None if self.closed => return Err("additionalProperties"),
                None => {}
            }
            at.pop();
        }
        Ok(())
    }

    fn check_array(&self, items: &[Value], at: &mut Vec<Segment>) -> Result<(), &'static str> {
        if !within(items.len(), self.count) {
            return Err("items");
        }
        for (index, item) in items.iter().enumerate() {
            at.push(Segment::from(index));
            if let Some(schema) = &self.items {
                schema.check_value(item, at)?;
            }
            at.pop();
        }
        let contained = |schema: &Self| items.iter().any(|item| schema.check_value(item, &mut Vec::new()).is_ok());
        self.contains.as_deref().is_none_or(contained).then_some(()).ok_or("contains")
    }

    fn check_number(&self, number: f64) -> Result<(), &'static str> {
        if !between(number, self.range) {
            return Err("range");
        }
        let stepped = self.step.is_none_or(|step| (number / step).fract().abs() < 1e-9);
        stepped.then_some(()).ok_or("multipleOf")
    }

    fn check_text(&self, text: &str) -> Result<(), &'static str> {
        if !within(text.chars().count(), self.length) {
            return Err("length");
        }
        let fits = match self.format.as_deref() {
            Some("date") => is_date(text),
            Some("date-time") => OffsetDateTime::parse(text, &Rfc3339).is_ok(),
            Some("uri") => url::Url::parse(text).is_ok(),
            _ => true,
        };
        fits.then_some(()).ok_or("format")
    }
}

/// Whether a text is a full-date of the calendar, `YYYY-MM-DD`.
pub fn is_date(text: &str) -> bool {
    text.len() == 10 && Date::parse(text, format_description!("[year]-[month]-[day]")).is_ok()
}

fn strings(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|v| v.as_str().map(str::to_owned)).collect()
}

fn is_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        _ => false,
    }
}

fn between(number: f64, (least, most): (Option<f64>, Option<f64>)) -> bool {
    least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most)
}

fn within(size: usize, (least, most): (Option<u64>, Option<u64>)) -> bool {
    let size = size as u64;
    least.is_none_or(|least| size >= least) && most.is_none_or(|most| size <= most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn broken(schema: &Value, value: &Value) -> Option<(String, &'static str)> {
        let schema = Schema::parse(&schema.to_string()).unwrap();
        let violation = schema.check(value.as_object().unwrap()).err()?;
        Some((violation.path.map(|path| path.to_string()).unwrap_or_default(), violation.keyword))
    }

    #[test]
    fn what_is_contained_and_what_is_exactly_one() {
        let schema = json!({"properties": {
            "a": {"type": "array", "allOf": [{"contains": {"const": "x"}}, {"contains": {"const": "y"}}]},
            "b": {"type": "object", "oneOf": [{"required": ["c"]}, {"required": ["d"]}]},
            "e": {"type": "number", "multipleOf": 0.5}
        }});
        for (value, expected) in [
            (json!({"a": ["x", "z", "y"]}), None),
            (json!({"a": ["x"]}), Some(("a".to_owned(), "contains"))),
            (json!({"b": {"c": 1}}), None),
            (json!({"b": {"c": 1, "d": 1}}), Some(("b".to_owned(), "oneOf"))),
            (json!({"b": {}}), Some(("b".to_owned(), "oneOf"))),
            (json!({"e": 4.5}), None),
            (json!({"e": 4.25}), Some(("e".to_owned(), "multipleOf"))),
        ] {
            assert_eq!(broken(&schema, &value), expected, "{value}");
        }
    }

    #[test]
    fn keywords_that_are_not_understood_are_refused() {
        for text in [
            r#"{"patternProperties": {}}"#,
            r#"{"oneOf": {}}"#,
            r#"{"allOf": []}"#,
            r#"{"multipleOf": 0}"#,
            r#"{"contains": {"$ref": "x"}}"#,
            "[]",
        ] {
            assert!(Schema::parse(text).is_err(), "{text}");
        }
    }
}
