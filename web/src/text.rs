//! Texts and values that come from institutions and people, not from us: shown in the reader's language as far as they have it.

use std::fmt::Write as _;

use askama::filters::HtmlSafe;

use crate::{Day, Lang, Moment, format};

/// Text in Dutch and, where it was written, English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Dutch.
    pub nl: String,
    /// English; when it is missing the Dutch text is shown on English pages, marked as Dutch.
    pub en: Option<String>,
}

impl Text {
    /// The same words in both languages, as names of people and places are.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { en: Some(text.clone()), nl: text }
    }

    /// Dutch and English.
    pub fn new(nl: impl Into<String>, en: impl Into<String>) -> Self {
        Self { nl: nl.into(), en: Some(en.into()) }
    }

    /// Dutch only.
    pub fn dutch(nl: impl Into<String>) -> Self {
        Self { nl: nl.into(), en: None }
    }

    /// The text for a language, falling back to Dutch.
    pub fn get(&self, lang: Lang) -> &str {
        match (lang, &self.en) {
            (Lang::En, Some(en)) => en,
            _ => &self.nl,
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::same(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::same(text)
    }
}

/// A value of a claim, typed far enough to be read by a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Words or a name.
    Text(Text),
    /// A date.
    Day(Day),
    /// A date with its time.
    Moment(Moment),
    /// A plain decimal with a unit behind it (`5`, `EC`); the unit may be empty.
    Number(String, &'static str),
    /// Yes or no.
    Truth(bool),
    /// Several values, one under the other.
    List(Vec<Value>),
    /// A nested object.
    Group(Vec<Fact>),
}

impl Value {
    /// Words that are the same in both languages.
    pub fn same(text: impl Into<String>) -> Self {
        Self::Text(Text::same(text))
    }

    /// The value as plain words on one line.
    pub fn plain(&self, lang: Lang) -> String {
        match self {
            Self::Text(text) => text.get(lang).to_owned(),
            Self::Day(day) => format::date(lang, *day),
            Self::Moment(moment) => format::date_time(lang, *moment),
            Self::Number(number, "") => format::decimal(lang, number),
            Self::Number(number, unit) => format!("{}\u{a0}{unit}", format::decimal(lang, number)),
            Self::Truth(true) => lang.pick("ja", "yes").to_owned(),
            Self::Truth(false) => lang.pick("nee", "no").to_owned(),
            Self::List(values) => values.iter().map(|value| value.plain(lang)).collect::<Vec<_>>().join(", "),
            Self::Group(facts) => {
                facts.iter().map(|fact| format!("{}: {}", fact.label.get(lang), fact.value.plain(lang))).collect::<Vec<_>>().join("; ")
            }
        }
    }
}

/// A label with its value, as a row of a definition list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is, never a path or an identifier.
    pub label: Text,
    /// What it says.
    pub value: Value,
}

impl Fact {
    /// A label and its value.
    pub fn new(label: impl Into<Text>, value: Value) -> Self {
        Self { label: label.into(), value }
    }
}

/// HTML that was escaped while it was made.
#[derive(Clone, Debug, Default)]
pub struct Html(pub(crate) String);

impl std::fmt::Display for Html {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

/// The text, escaped; marked with its language where it is not that of the page.
pub fn text(lang: Lang, text: &Text) -> Html {
    let escaped = escape(text.get(lang));
    match (lang, &text.en) {
        (Lang::En, None) => Html(format!("<span lang=\"nl\">{escaped}</span>")),
        _ => Html(escaped),
    }
}

/// A value as HTML: nested values become lists and definition lists.
pub fn value(lang: Lang, of: &Value) -> Html {
    let mut out = String::new();
    match of {
        Value::Text(words) => out = text(lang, words).0,
        Value::List(values) => {
            out.push_str("<ul>");
            for one in values {
                let _infallible = write!(out, "<li>{}</li>", value(lang, one));
            }
            out.push_str("</ul>");
        }
        Value::Group(facts) => {
            out.push_str("<dl class=\"nested\">");
            for fact in facts {
                let _infallible = write!(out, "<div><dt>{}</dt><dd>{}</dd></div>", text(lang, &fact.label), value(lang, &fact.value));
            }
            out.push_str("</dl>");
        }
        plain => out = escape(&plain.plain(lang)),
    }
    Html(out)
}

/// Escapes the five characters that mean something in HTML text and attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_translation_is_marked_as_dutch() {
        assert_eq!(text(Lang::En, &Text::dutch("Zorg & techniek")).0, "<span lang=\"nl\">Zorg &amp; techniek</span>");
        assert_eq!(text(Lang::Nl, &Text::dutch("Zorg")).0, "Zorg");
    }

    #[test]
    fn markup_in_a_claim_stays_text() {
        let hostile = Value::List(vec![Value::same("<script>alert(1)</script>"), Value::Group(vec![Fact::new("<b>", Value::same("\"'"))])]);
        let html = value(Lang::Nl, &hostile).0;
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
    }
}
