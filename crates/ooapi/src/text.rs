//! Text in several languages, as OOAPI's arrays of `LanguageTypedString` or as the plain string that older systems send.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Text per language tag, such as `nl-NL` and `en-GB`; a plain string stands under `und`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LanguageText(BTreeMap<String, String>);

impl LanguageText {
    /// From `"text"`, `[{"language", "value"}]`, one such object, or `{"nl": "…"}`; what is neither is left out.
    pub fn read(value: &Value) -> Self {
        let mut texts = BTreeMap::new();
        match value {
            Value::String(text) => insert(&mut texts, "und", text),
            Value::Array(items) => items.iter().for_each(|item| read_item(&mut texts, item)),
            Value::Object(_) => read_item(&mut texts, value),
            _ => {}
        }
        Self(texts)
    }

    /// The text in a language (`nl` also finds `nl-NL`), if there is one.
    pub fn exactly(&self, language: &str) -> Option<&str> {
        let fits = |tag: &str| tag.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case(language));
        self.0.iter().find(|(tag, _)| tag.eq_ignore_ascii_case(language) || fits(tag)).map(|(_, text)| text.as_str())
    }

    /// The text in a language, else without language, else Dutch, else whatever there is.
    pub fn best(&self, language: &str) -> Option<&str> {
        let any = || self.0.values().next().map(String::as_str);
        self.exactly(language).or_else(|| self.exactly("und")).or_else(|| self.exactly("nl")).or_else(any)
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Language tags with their texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(tag, text)| (tag.as_str(), text.as_str()))
    }
}

fn read_item(texts: &mut BTreeMap<String, String>, item: &Value) {
    match item {
        Value::String(text) => insert(texts, "und", text),
        Value::Object(members) => match (members.get("language"), members.get("value").and_then(Value::as_str)) {
            (Some(Value::String(tag)), Some(text)) => insert(texts, tag, text),
            (None, Some(text)) => insert(texts, "und", text),
            (None, None) => members.iter().for_each(|(tag, text)| {
                if let Value::String(text) = text {
                    insert(texts, tag, text);
                }
            }),
            _ => {}
        },
        _ => {}
    }
}

fn insert(texts: &mut BTreeMap<String, String>, tag: &str, text: &str) {
    if !text.trim().is_empty() {
        texts.insert(tag.to_owned(), text.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_arrays_and_plain_strings() {
        let both = LanguageText::read(&json!([{"language": "nl-NL", "value": "Gegevens"}, {"language": "en-GB", "value": "Data"}]));
        assert_eq!(both.exactly("nl"), Some("Gegevens"));
        assert_eq!(both.best("en"), Some("Data"));
        assert_eq!(both.best("de"), Some("Gegevens"));
        let plain = LanguageText::read(&json!("Databeveiliging"));
        assert_eq!(plain.best("nl"), Some("Databeveiliging"));
        assert_eq!(plain.exactly("nl"), None);
        assert_eq!(LanguageText::read(&json!({"nl": "Bewijs"})).exactly("nl"), Some("Bewijs"));
        assert!(LanguageText::read(&json!([{"language": "nl-NL", "value": "  "}, 7])).is_empty());
    }
}
