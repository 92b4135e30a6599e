//! Text in the two languages of the product.

use serde::{Deserialize, Serialize};

/// Text in Dutch and, where it was written, English.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalText {
    /// Dutch.
    pub nl: String,
    /// English; when it is missing the Dutch text is shown, marked as Dutch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl LocalText {
    /// The same words in both languages, as names of people and places are.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { en: Some(text.clone()), nl: text }
    }

    /// Dutch and English.
    pub fn new(nl: impl Into<String>, en: impl Into<String>) -> Self {
        Self { nl: nl.into(), en: Some(en.into()) }
    }

    /// The text for a language tag (`nl`, `en`), falling back to Dutch.
    pub fn get(&self, language: &str) -> &str {
        match (language, &self.en) {
            ("en", Some(en)) => en,
            _ => &self.nl,
        }
    }
}
