//! A `BitstringStatusListCredential` of anybody, and its forerunner StatusList2021: what it says once its proof was verified.

use super::bitstring::{Bitstring, Purpose};
use super::token::AHEAD;
use super::{Standing, StatusListError};
use crate::Map;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// How long a list may be used that names no `ttl`, in seconds (section 2.2: 300000 ms).
const TTL: i64 = 300;

/// The types of the credential and of its subject.
const TYPES: [(&str, &str); 2] = [("BitstringStatusListCredential", "BitstringStatusList"), ("StatusList2021Credential", "StatusList2021")];

/// A list credential whose proof was verified.
#[derive(Clone)]
pub struct BitstringList {
    /// Address of the list, equal to its `id`.
    pub uri: String,
    /// `issuer`, whose key signed it.
    pub issuer: String,
    /// `validFrom`; a cache refuses to go back to an older one.
    pub valid_from: Option<i64>,
    /// `validUntil`.
    pub valid_until: Option<i64>,
    /// `ttl` in whole seconds.
    pub ttl: Option<i64>,
    /// The bits.
    pub list: Bitstring,
    purposes: Vec<Purpose>,
    size: Option<u8>,
}

impl BitstringList {
    /// What a list credential says that was fetched from `uri`. **The caller has verified its proof**, and that the key is the
    /// issuer's; types, address, dates and limits are checked here.
    pub fn of_verified(credential: &Map, uri: &str, now: i64) -> Result<Self, StatusListError> {
        let Some((_, subject_type)) = TYPES.iter().find(|(name, _)| has_type(credential.get("type"), name)) else {
            return Err(StatusListError::Type);
        };
        let subject = one(credential.get("credentialSubject")).ok_or(StatusListError::Malformed)?;
        if !has_type(subject.get("type"), subject_type) {
            return Err(StatusListError::Type);
        }
        if !is_at(credential, subject, uri) {
            return Err(StatusListError::Subject);
        }
        let valid_from = date(credential, ["validFrom", "issuanceDate"])?;
        let valid_until = date(credential, ["validUntil", "expirationDate"])?;
        if valid_until.is_some_and(|end| now >= end) || valid_from.is_some_and(|start| start > now.saturating_add(AHEAD)) {
            return Err(StatusListError::Dates);
        }
        let encoded = subject.get("encodedList").and_then(Value::as_str).ok_or(StatusListError::Malformed)?;
        let list = match (*subject_type, encoded.strip_prefix('u')) {
            ("StatusList2021", None) => Bitstring::decode_base64url(encoded)?,
            _ => Bitstring::decode(encoded)?,
        };
        Ok(Self {
            uri: uri.to_owned(),
            issuer: issuer(credential).ok_or(StatusListError::Malformed)?.to_owned(),
            valid_from,
            valid_until,
            ttl: ttl(subject)?,
            list,
            purposes: purposes(subject.get("statusPurpose"))?,
            size: size(subject)?,
        })
    }

    /// The same with the end of the JWT around it, when that comes sooner.
    ///
    /// # Errors
    /// `Dates` when that end has passed.
    pub fn ending_at(self, until: Option<i64>, now: i64) -> Result<Self, StatusListError> {
        let ends = Self { valid_until: [self.valid_until, until].into_iter().flatten().min(), ..self };
        if ends.is_current(now) { Ok(ends) } else { Err(StatusListError::Dates) }
    }

    /// Whether it has not expired.
    pub fn is_current(&self, now: i64) -> bool {
        self.valid_until.is_none_or(|end| now < end)
    }

    /// Until when a copy fetched at `fetched` is used without asking again: `ttl` kept within 60 s and 24 h (5 minutes when it
    /// names none), and never beyond `validUntil`.
    pub fn fresh_until(&self, fetched: i64) -> i64 {
        let ttl = self.ttl.unwrap_or(TTL).clamp(60, 86_400);
        self.valid_until.unwrap_or(i64::MAX).min(fetched.saturating_add(ttl))
    }

    /// How a credential stands whose entry names this place, purpose and size (section 3.2).
    pub fn standing(&self, index: u64, purpose: Purpose, size: u8) -> Result<Standing, StatusListError> {
        if !self.purposes.contains(&purpose) {
            return Err(StatusListError::Purpose);
        }
        if self.size.is_some_and(|own| own != size) {
            return Err(StatusListError::Malformed);
        }
        Ok(match (self.list.value(index, size)?, purpose) {
            (value, Purpose::Message) => Standing::Message(value),
            (0, _) => Standing::Valid,
            (_, Purpose::Revocation) => Standing::Revoked,
            (_, Purpose::Suspension) => Standing::Suspended,
            (_, Purpose::Refresh) => Standing::Refresh,
        })
    }
}

/// `issuer`: an identifier, or an object that has one.
pub(super) fn issuer(credential: &Map) -> Option<&str> {
    match credential.get("issuer")? {
        Value::String(id) => Some(id),
        issuer => issuer.get("id")?.as_str(),
    }
}

/// A type, or several with this one among them.
fn has_type(types: Option<&Value>, name: &str) -> bool {
    match types {
        Some(Value::String(one)) => one == name,
        Some(Value::Array(all)) => all.iter().any(|one| one == name),
        _ => false,
    }
}

/// An object, or a list of just one.
fn one(value: Option<&Value>) -> Option<&Map> {
    match value? {
        Value::Array(items) if items.len() == 1 => items.first()?.as_object(),
        value => value.as_object(),
    }
}

/// `id` is the address. When the credential has none, that of its subject says it, with or without fragment: otherwise one list of an
/// issuer could stand in for another.
fn is_at(credential: &Map, subject: &Map, uri: &str) -> bool {
    match credential.get("id") {
        Some(id) => id == uri,
        None => subject.get("id").and_then(Value::as_str).and_then(|id| id.split('#').next()) == Some(uri),
    }
}

/// A date with zone, by its name in version 2.0 or 1.1 of the data model.
fn date(credential: &Map, names: [&str; 2]) -> Result<Option<i64>, StatusListError> {
    let Some(value) = names.iter().find_map(|name| credential.get(*name)) else { return Ok(None) };
    let text = value.as_str().ok_or(StatusListError::Malformed)?;
    OffsetDateTime::parse(text, &Rfc3339).map(|at| Some(at.unix_timestamp())).map_err(|_| StatusListError::Malformed)
}

/// `ttl` is in milliseconds.
fn ttl(subject: &Map) -> Result<Option<i64>, StatusListError> {
    let Some(value) = subject.get("ttl") else { return Ok(None) };
    #[expect(clippy::cast_possible_truncation, reason = "a cast from float saturates, and the value is clamped when used")]
    let whole = |part: f64| part as i64;
    let milliseconds = value.as_i64().or_else(|| value.as_f64().map(whole)).ok_or(StatusListError::Malformed)?;
    Ok(Some(milliseconds.div_euclid(1000)))
}

/// `statusPurpose`: one or several; those that are not known are passed over.
fn purposes(value: Option<&Value>) -> Result<Vec<Purpose>, StatusListError> {
    match value {
        Some(Value::String(one)) => Ok(Purpose::parse(one).into_iter().collect()),
        Some(Value::Array(all)) => Ok(all.iter().filter_map(|one| Purpose::parse(one.as_str()?)).collect()),
        _ => Err(StatusListError::Malformed),
    }
}

/// `statusSize` of the list itself, which those of purpose `message` have.
fn size(subject: &Map) -> Result<Option<u8>, StatusListError> {
    let Some(value) = subject.get("statusSize") else { return Ok(None) };
    value.as_u64().and_then(|size| u8::try_from(size).ok()).map(Some).ok_or(StatusListError::Malformed)
}
