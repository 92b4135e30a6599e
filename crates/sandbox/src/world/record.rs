//! One association over time: what the institution's own systems will say, until somebody writes to it.

use serde_json::Value;

use super::AssociationNote;

pub(crate) struct Record {
    pub(crate) persona: Option<&'static str>,
    pub(crate) about: String,
    /// From when which document holds, oldest first.
    timeline: Vec<(i64, Value)>,
}

impl Record {
    pub(crate) fn new(persona: Option<&'static str>, about: &str, timeline: Vec<(i64, Value)>) -> Self {
        Self { persona, about: about.to_owned(), timeline }
    }

    /// The document that holds at `now`; none before the first.
    pub(crate) fn at(&self, now: i64) -> Option<&Value> {
        self.timeline.iter().rev().find(|(from, _)| *from <= now).map(|(_, document)| document)
    }

    /// What others write is the truth at once and stays it: the rest of the prepared history is forgotten.
    pub(crate) fn write(&mut self, document: Value, now: i64) {
        self.timeline.retain(|(from, _)| *from < now);
        self.timeline.push((now, document));
    }

    pub(crate) fn times(&self) -> Vec<i64> {
        self.timeline.iter().map(|(from, _)| *from).collect()
    }

    pub(crate) fn note(&self, now: i64) -> Option<AssociationNote> {
        let document = self.at(now)?;
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let result = document.get("result");
        let state = match text(result.and_then(|result| result.get("state"))) {
            Some(state) => {
                [Some(state), text(result.and_then(|result| result.get("pass")))].into_iter().flatten().collect::<Vec<_>>().join(" ")
            }
            None => text(document.get("state")).unwrap_or_default(),
        };
        Some(AssociationNote { id: text(document.get("associationId"))?, persona: self.persona, about: self.about.clone(), state })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn history_unfolds_until_somebody_writes() {
        let mut record = Record::new(None, "x", vec![(10, json!({"n": 1})), (20, json!({"n": 2})), (30, json!({"n": 3}))]);
        assert!(record.at(9).is_none());
        assert_eq!(record.at(25), Some(&json!({"n": 2})));
        record.write(json!({"n": 9}), 25);
        assert_eq!(record.at(40), Some(&json!({"n": 9})));
        assert_eq!(record.at(15), Some(&json!({"n": 1})));
    }
}
