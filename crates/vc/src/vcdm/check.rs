//! The small rules that recur in the data model: URLs, types, typed objects, names in several languages.

use super::{At, Code, VcdmError};
use crate::Map;
use serde_json::Value;
use url::Url;

/// Whether `text` is an absolute URL as the data model means it: with scheme, without white space.
pub(crate) fn is_url(text: &str) -> bool {
    !text.chars().any(|c| c.is_whitespace() || c.is_control()) && Url::parse(text).is_ok()
}

/// The elements of a member that may be one thing or a list of them; nothing when it is absent.
pub(crate) fn one_or_many(value: Option<&Value>) -> &[Value] {
    match value {
        None => &[],
        Some(Value::Array(items)) => items,
        Some(one) => std::slice::from_ref(one),
    }
}

/// The texts of a member that may be one text or a list of them; what is no text is passed over.
pub(crate) fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    one_or_many(value).iter().filter_map(Value::as_str)
}

/// The place of the element `index` of a member: without index when the member is no list.
pub(super) fn element<'a>(member: &'a At<'a>, value: &Value, index: usize) -> At<'a> {
    if value.is_array() { member.index(index) } else { *member }
}

/// `type`: at least one text, each a term or a URL; among them one of `wanted`, when there are such.
pub(super) fn types(map: &Map, at: &At<'_>, wanted: &str) -> Result<(), VcdmError> {
    let here = at.key("type");
    let found = one_or_many(map.get("type"));
    let all_texts = found.iter().all(|t| t.as_str().is_some_and(|t| !t.is_empty() && !t.contains(char::is_whitespace)));
    let fits = wanted.is_empty() || found.iter().any(|t| t == wanted);
    if found.is_empty() || !all_texts || !fits {
        return Err(VcdmError::new(Code::Type, &here));
    }
    Ok(())
}

/// `id`, when it is there: one URL.
pub(super) fn id(map: &Map, at: &At<'_>) -> Result<(), VcdmError> {
    match map.get("id") {
        None => Ok(()),
        Some(Value::String(id)) if is_url(id) => Ok(()),
        Some(_) => Err(VcdmError::new(Code::Id, &at.key("id"))),
    }
}

/// A URL, or an object with a URL as `id`: `issuer` and `holder`.
pub(super) fn named<'a>(value: Option<&'a Value>, at: &At<'_>, code: Code) -> Result<&'a str, VcdmError> {
    let text = match value {
        Some(Value::String(id)) => return is_url(id).then_some(id.as_str()).ok_or_else(|| VcdmError::new(code, at)),
        Some(Value::Object(object)) => object.get("id").and_then(Value::as_str),
        _ => return Err(VcdmError::new(code, at)),
    };
    text.filter(|id| is_url(id)).ok_or_else(|| VcdmError::new(code, &at.key("id")))
}

/// What each object of a typed member needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    Type,
    TypeAndId,
}

/// A member that holds typed objects (`credentialStatus`, `evidence` …): each with `type`, `id` a URL.
pub(super) fn typed(map: &Map, name: &str, at: &At<'_>, needs: Needs) -> Result<(), VcdmError> {
    let Some(value) = map.get(name) else { return Ok(()) };
    let member = at.key(name);
    let items = one_or_many(Some(value));
    if items.is_empty() {
        return Err(VcdmError::new(Code::Member, &member));
    }
    for (index, item) in items.iter().enumerate() {
        let here = element(&member, value, index);
        let object = item.as_object().ok_or_else(|| VcdmError::new(Code::Member, &here))?;
        types(object, &here, "")?;
        id(object, &here)?;
        if needs == Needs::TypeAndId && !object.contains_key("id") {
            return Err(VcdmError::new(Code::Id, &here.key("id")));
        }
    }
    Ok(())
}

/// `name` or `description` (section 4.6): text, a language value object, or a list of those objects.
pub(super) fn language_value(map: &Map, name: &str, at: &At<'_>) -> Result<(), VcdmError> {
    let Some(value) = map.get(name) else { return Ok(()) };
    let fits = match value {
        Value::String(_) => true,
        Value::Array(items) => !items.is_empty() && items.iter().all(is_language_object),
        one => is_language_object(one),
    };
    fits.then_some(()).ok_or_else(|| VcdmError::new(Code::LanguageValue, &at.key(name)))
}

/// Exactly `@value`, and perhaps `@language` and `@direction` (section 11.1).
fn is_language_object(value: &Value) -> bool {
    let Some(object) = value.as_object() else { return false };
    object.get("@value").is_some_and(Value::is_string)
        && object.iter().all(|(name, value)| match name.as_str() {
            "@value" => true,
            "@language" => value.as_str().is_some_and(is_language_tag),
            "@direction" => matches!(value.as_str(), Some("ltr" | "rtl")),
            _ => false,
        })
}

/// The shape of a BCP 47 tag: subtags of 1 to 8 letters or digits, the first of letters.
fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let letters = parts.next().is_some_and(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphabetic()));
    letters && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        for good in ["https://a.example/1", "did:example:subject", "urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008", "mailto:a@b.example"] {
            assert!(is_url(good), "{good}");
        }
        for bad in ["", "fake-issuer", "https ://a.example", " https://a.example", "https://a.example\n", "//a.example", "z6MkjZRZ", "/1"] {
            assert!(!is_url(bad), "{bad:?}");
        }
    }

    #[test]
    fn language_tags() {
        for good in ["nl", "nl-NL", "zh-Hant-TW", "x-private1"] {
            assert!(is_language_tag(good), "{good}");
        }
        for bad in ["", "nl_NL", "-nl", "nl-", "12", "abcdefghi"] {
            assert!(!is_language_tag(bad), "{bad}");
        }
    }
}
