//! Texts and names of people: any script, one name or several, but nothing that makes a page read otherwise than it was written.

use crate::Map;
use crate::sd_jwt::{Path, Segment};
use serde_json::Value;

/// The claims that are a name, or a part of one.
const NAMES: [&str; 3] = ["given_name", "family_name_prefix", "family_name"];

/// Whether a character may not stand in any text: control characters but line ends and tabs, and those that turn the direction of
/// writing, which would let a text read otherwise than it was written. Joiners (U+200C, U+200D) belong to names and stay.
fn is_refused(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || c == '\u{feff}' || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

/// Whether a text is fit for a name: something to see, and nothing that a line of text cannot show as written.
pub fn is_name(text: &str) -> bool {
    let line = |c: char| !is_refused(c) && !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}');
    text.chars().all(line) && text.chars().any(char::is_alphabetic)
}

/// Places of texts with characters that are refused.
pub(super) fn texts(document: &Map) -> impl Iterator<Item = (&'static str, Path)> {
    let mut found = Vec::new();
    let mut at = Vec::new();
    for (name, value) in document {
        at.push(Segment::from(name.as_str()));
        walk(value, &mut at, &mut found);
        at.pop();
    }
    found.into_iter().map(|path| ("text", path))
}

fn walk(value: &Value, at: &mut Vec<Segment>, found: &mut Vec<Path>) {
    match value {
        Value::String(text) if text.chars().any(is_refused) => found.extend(Path::try_from(at.clone())),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                at.push(Segment::from(index));
                walk(item, at, found);
                at.pop();
            }
        }
        Value::Object(map) => {
            for (name, inner) in map {
                at.push(Segment::from(name.as_str()));
                walk(inner, at, found);
                at.pop();
            }
        }
        _ => {}
    }
}

/// Names that are none, and a prefix that does not begin its family name.
pub(super) fn names(claims: &Map) -> impl Iterator<Item = (&'static str, Path)> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let unfit = NAMES.into_iter().filter(|name| text(name).is_some_and(|text| !is_name(text) && !text.chars().any(is_refused)));
    let mut found: Vec<&str> = unfit.collect();
    if let Some(prefix) = text("family_name_prefix")
        && !text("family_name").is_some_and(|family| family.starts_with(prefix) && family.len() > prefix.len())
    {
        found.push("family_name_prefix");
    }
    found.dedup();
    found.into_iter().map(|name| ("name", Path::key(name))).collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(claims: Value) -> Vec<String> {
        let claims = claims.as_object().unwrap().clone();
        texts(&claims).chain(names(&claims)).map(|(code, path)| format!("{code} {path}")).collect()
    }

    #[test]
    fn names_are_as_sources_have_them() {
        for good in [
            json!({"given_name": "Samira", "family_name": "de Vries", "family_name_prefix": "de"}),
            json!({"given_name": "Suharto"}),
            json!({"family_name": "Sukarno"}),
            json!({"given_name": "سميرة", "family_name": "الحسن"}),
            json!({"given_name": "मी\u{200d}रा", "family_name": "می\u{200c}خواه"}),
            json!({"given_name": "Þórdís", "family_name": "Jónsdóttir"}),
            json!({"given_name": "小明", "family_name": "王"}),
            json!({"given_name": "Ana", "family_name": "d'Ancona", "family_name_prefix": "d'"}),
            json!({"given_name": "O", "family_name": "'t Hart", "family_name_prefix": "'t"}),
        ] {
            assert_eq!(of(good.clone()), Vec::<String>::new(), "{good}");
        }
        for (bad, said) in [
            (json!({"given_name": "Sam\u{202e}ira"}), "text given_name"),
            (json!({"family_name": "de \u{2066}Vries"}), "text family_name"),
            (json!({"family_name": "Vries\u{0}"}), "text family_name"),
            (json!({"given_name": "Sam\nira"}), "name given_name"),
            (json!({"given_name": "  "}), "name given_name"),
            (json!({"given_name": "-"}), "name given_name"),
            (json!({"family_name": "Vries", "family_name_prefix": "de"}), "name family_name_prefix"),
            (json!({"family_name_prefix": "de"}), "name family_name_prefix"),
            (json!({"learning_outcomes": [{"title": "a\u{202b}b"}]}), "text learning_outcomes[0].title"),
        ] {
            assert_eq!(of(bad.clone()), [said], "{bad}");
        }
        assert!(of(json!({"description": "Regel 1\nRegel 2"})).is_empty());
    }
}
