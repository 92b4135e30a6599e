//! The words of a data model table, and checking an object against one.

use super::{Code, OpenBadgeError};
use crate::Map;
use crate::vcdm::{At, is_url, one_or_many, texts, timestamp};
use serde_json::Value;

/// A class of the model: its name, and its members. Others are extensions and allowed.
pub(super) struct Class {
    /// Name in the specification.
    pub(super) name: &'static str,
    /// Whether `type` must contain the name; else the class has no `type`, or it is checked elsewhere.
    pub(super) typed: bool,
    /// The members that the model defines.
    pub(super) members: &'static [Member],
}

/// A member of a class.
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) count: Count,
}

/// How often a member occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    /// `1`.
    One,
    /// `0..1`.
    Optional,
    /// `0..*`.
    Any,
}

/// What a value of a member is.
pub(super) enum Kind {
    /// Any text, Markdown included.
    Text,
    /// Text, or VCDM language value objects (checked there).
    Name,
    /// An absolute URI.
    Uri,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `YYYY-MM-DD`.
    Day,
    /// A date and time; with zone when it decides on validity.
    Moment { zone: bool },
    /// A compact JWS.
    Jws,
    /// A BCP 47 tag.
    Language,
    /// One of these words, or in an extensible vocabulary `ext:` and a word.
    Words { words: &'static [&'static str], extensible: bool },
    /// An object that is looked at elsewhere.
    Anything,
    /// An object of a class.
    Object(&'static Class),
    /// An object of a class, or in version 1.1 also its `id` alone.
    ObjectOrUri(&'static Class),
}

pub(super) const fn one(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, count: Count::One }
}

pub(super) const fn optional(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, count: Count::Optional }
}

pub(super) const fn any(name: &'static str, kind: Kind) -> Member {
    Member { name, kind, count: Count::Any }
}

/// Checks that `value` is an object of `class`, in depth.
pub(super) fn object<'a>(value: &'a Value, class: &Class, at: &At<'_>) -> Result<&'a Map, OpenBadgeError> {
    let map = value.as_object().ok_or_else(|| OpenBadgeError::new(Code::MemberType, at))?;
    members(map, class, at)?;
    Ok(map)
}

/// Checks type and members of an object.
pub(super) fn members(map: &Map, class: &Class, at: &At<'_>) -> Result<(), OpenBadgeError> {
    if class.typed && !texts(map.get("type")).any(|t| t == class.name) {
        return Err(OpenBadgeError::new(Code::ObjectType, &at.key("type")));
    }
    class.members.iter().try_for_each(|member| member.check(map, at))
}

impl Member {
    fn check(&self, map: &Map, at: &At<'_>) -> Result<(), OpenBadgeError> {
        let here = at.key(self.name);
        // In JSON-LD a null says nothing, as if the member were absent.
        let value = map.get(self.name).filter(|value| !value.is_null());
        let items = one_or_many(value);
        match (self.count, items) {
            (Count::One, []) => return Err(OpenBadgeError::new(Code::MemberMissing, &here)),
            (Count::One | Count::Optional, [_, _, ..]) => return Err(OpenBadgeError::new(Code::MemberType, &here)),
            _ => {}
        }
        let listed = value.is_some_and(Value::is_array);
        // A language value may itself be a list.
        if matches!(self.kind, Kind::Name) {
            return Ok(());
        }
        items.iter().enumerate().try_for_each(|(index, item)| {
            let place = if listed { here.index(index) } else { here };
            self.kind.check(item, &place)
        })
    }
}

impl Kind {
    fn check(&self, value: &Value, at: &At<'_>) -> Result<(), OpenBadgeError> {
        let fits = |fits: bool, code: Code| fits.then_some(()).ok_or_else(|| OpenBadgeError::new(code, at));
        let text = || value.as_str().ok_or_else(|| OpenBadgeError::new(Code::MemberType, at));
        match self {
            Self::Text => text().map(|_| ()),
            Self::Name => Ok(()),
            Self::Uri => fits(is_url(text()?), Code::MemberValue),
            Self::Number => fits(value.is_number(), Code::MemberType),
            Self::Boolean => fits(value.is_boolean(), Code::MemberType),
            Self::Day => fits(timestamp(&format!("{}T00:00:00Z", text()?)).is_some(), Code::MemberValue),
            Self::Moment { zone } => {
                let text = text()?;
                let known = timestamp(text).is_some() || (!zone && timestamp(&format!("{text}Z")).is_some());
                fits(known, Code::MemberValue)
            }
            Self::Jws => {
                let text = text()?;
                let parts = text.split('.').filter(|part| !part.is_empty()).count();
                fits(parts == 3 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)), Code::MemberValue)
            }
            Self::Language => {
                let text = text()?;
                let tag = text.split('-').all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()));
                fits(tag, Code::MemberValue)
            }
            Self::Words { words, extensible } => {
                let text = text()?;
                let extension = *extensible && text.strip_prefix("ext:").is_some_and(is_extension);
                fits(extension || words.contains(&text), Code::MemberValue)
            }
            Self::Anything => fits(value.is_object(), Code::MemberType),
            Self::Object(class) => object(value, class, at).map(|_| ()),
            Self::ObjectOrUri(class) => match value {
                Value::String(text) => fits(is_url(text), Code::MemberValue),
                other => object(other, class, at).map(|_| ()),
            },
        }
    }
}

/// What may follow `ext:` in an extensible vocabulary.
fn is_extension(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"|.-_".contains(&b))
}
