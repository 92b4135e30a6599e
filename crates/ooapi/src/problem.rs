//! `application/problem+json`, whose `status` is a string in v5 and a number in v6.

use serde_json::{Value, json};

/// A problem as OOAPI v5 writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// HTTP status code.
    pub status: u16,
    /// Short and human readable.
    pub title: String,
    /// What happened this time.
    pub detail: Option<String>,
}

impl Problem {
    /// Reads either version; `None` when it is no problem document.
    pub fn read(value: &Value) -> Option<Self> {
        let status = match value.get("status")? {
            Value::String(text) => text.parse().ok()?,
            number => u16::try_from(number.as_u64()?).ok()?,
        };
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self { status, title: text("title")?, detail: text("detail") })
    }

    /// The v5 document.
    pub fn v5(&self) -> Value {
        match &self.detail {
            Some(detail) => json!({"status": self.status.to_string(), "title": self.title, "detail": detail}),
            None => json!({"status": self.status.to_string(), "title": self.title}),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_versions() {
        let v5 = Problem::read(&json!({"status": "404", "title": "Resource not found"}));
        let v6 = Problem::read(&json!({"type": "about:blank", "status": 404, "title": "Resource not found"}));
        assert_eq!(v5, v6);
        assert!(Problem::read(&json!({"status": "not a number", "title": "x"})).is_none());
        assert_eq!(v5.map(|problem| problem.v5()), Some(json!({"status": "404", "title": "Resource not found"})));
    }
}
