//! Registered claims (RFC 7519 section 4.1) beside a document, and whether they say what the document says.

use super::VcJwtError;
use crate::Map;
use crate::vcdm::{BASE_V1, one_or_many, texts, timestamp};
use serde_json::Value;

/// The claims of a JWT that are no members of the document in it.
pub(super) const NAMES: [&str; 10] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "nonce", "cnf", "status"];

/// Claims that stand beside the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claims {
    /// `iss`.
    pub issuer: Option<String>,
    /// `sub`.
    pub subject: Option<String>,
    /// `jti`.
    pub id: Option<String>,
    /// `aud`, one or several.
    pub audience: Vec<String>,
    /// `nonce`.
    pub nonce: Option<String>,
    /// `iat`, Unix seconds, rounded down.
    pub issued_at: Option<i64>,
    /// `nbf`, Unix seconds, rounded down.
    pub not_before: Option<i64>,
    /// `exp`, Unix seconds, rounded down.
    pub expires: Option<i64>,
    /// `status` (Token Status List), as it stands.
    pub status: Option<Value>,
    /// `cnf` (RFC 7800), as it stands.
    pub confirmation: Option<Value>,
}

impl Claims {
    /// Takes the claims out of a payload; what is left is the document, or holds it.
    pub(super) fn take(payload: &mut Map) -> Result<Self, VcJwtError> {
        let mut found = NAMES.map(|name| payload.remove(name));
        let mut taken = |name: &str| NAMES.iter().position(|n| *n == name).and_then(|at| found.get_mut(at)).and_then(Option::take);
        Ok(Self {
            audience: audience(taken("aud"))?,
            issuer: text("iss", taken("iss"))?,
            subject: text("sub", taken("sub"))?,
            id: text("jti", taken("jti"))?,
            nonce: text("nonce", taken("nonce"))?,
            issued_at: number("iat", taken("iat"))?,
            not_before: number("nbf", taken("nbf"))?,
            expires: number("exp", taken("exp"))?,
            status: taken("status"),
            confirmation: taken("cnf"),
        })
    }

    /// Puts into a credential what only the claims say (VCDM 1.1 section 6.3.1, decoding).
    pub(super) fn complete_credential(&self, credential: &mut Map) {
        let first_version = is_first_version(credential);
        if let Some(issuer) = &self.issuer {
            match credential.get_mut("issuer") {
                None => drop(credential.insert("issuer".into(), issuer.as_str().into())),
                Some(Value::Object(object)) => drop(object.entry("id").or_insert_with(|| issuer.as_str().into())),
                Some(_) => {}
            }
        }
        if let Some(id) = &self.id {
            credential.entry("id").or_insert_with(|| id.as_str().into());
        }
        if let (Some(subject), Some(Value::Object(object))) = (&self.subject, credential.get_mut("credentialSubject")) {
            object.entry("id").or_insert_with(|| subject.as_str().into());
        }
        if first_version {
            for (name, moment) in [("issuanceDate", self.not_before), ("expirationDate", self.expires)] {
                // A moment outside the calendar is no date: a credential that has no other one is refused for the lack of it.
                if let Some(text) = moment.and_then(crate::report::rfc3339) {
                    credential.entry(name).or_insert_with(|| text.into());
                }
            }
        }
    }

    /// Compares with a credential: issuer, id and subject.
    pub(super) fn fit_credential(&self, credential: &Map) -> Result<(), VcJwtError> {
        let issuer = named(credential.get("issuer"));
        fits("iss", self.issuer.as_deref(), issuer)?;
        fits("jti", self.id.as_deref(), credential.get("id").and_then(Value::as_str))?;
        let subjects = one_or_many(credential.get("credentialSubject"));
        let mut ids = subjects.iter().filter_map(|subject| subject.get("id").and_then(Value::as_str)).peekable();
        match &self.subject {
            Some(subject) if ids.peek().is_some() && !ids.any(|id| id == subject) => Err(VcJwtError::Mismatch("sub")),
            _ => Ok(()),
        }
    }

    /// Compares `nbf` and `exp` with the window of a credential, to the second. What is no date is left to the
    /// credential's own check.
    pub(super) fn fit_window(&self, credential: &Map) -> Result<(), VcJwtError> {
        let (from, until) = if is_first_version(credential) { ("issuanceDate", "expirationDate") } else { ("validFrom", "validUntil") };
        for (claim, stated, name) in [("nbf", self.not_before, from), ("exp", self.expires, until)] {
            let date = credential.get(name).and_then(Value::as_str).and_then(timestamp);
            // Issuers round either way.
            if let (Some(stated), Some(date)) = (stated, date)
                && stated.abs_diff(date) > 1
            {
                return Err(VcJwtError::Mismatch(claim));
            }
        }
        Ok(())
    }

    /// Compares `iss` with the holder of a presentation, and `jti` with its id.
    pub(super) fn fit_presentation(&self, presentation: &Map) -> Result<(), VcJwtError> {
        fits("iss", self.issuer.as_deref(), named(presentation.get("holder")))?;
        fits("jti", self.id.as_deref(), presentation.get("id").and_then(Value::as_str))
    }
}

fn is_first_version(credential: &Map) -> bool {
    texts(credential.get("@context")).next() == Some(BASE_V1)
}

/// A text, or the `id` of an object.
fn named(value: Option<&Value>) -> Option<&str> {
    match value? {
        Value::String(id) => Some(id),
        other => other.get("id").and_then(Value::as_str),
    }
}

fn fits(claim: &'static str, stated: Option<&str>, member: Option<&str>) -> Result<(), VcJwtError> {
    match (stated, member) {
        (Some(stated), Some(member)) if stated != member => Err(VcJwtError::Mismatch(claim)),
        _ => Ok(()),
    }
}

fn text(name: &'static str, value: Option<Value>) -> Result<Option<String>, VcJwtError> {
    match value {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(VcJwtError::MalformedClaim(name)),
    }
}

fn audience(value: Option<Value>) -> Result<Vec<String>, VcJwtError> {
    match value {
        None => Ok(Vec::new()),
        Some(Value::String(one)) => Ok(vec![one]),
        Some(Value::Array(items)) => items.into_iter().map(|item| text("aud", Some(item)).map(Option::unwrap_or_default)).collect(),
        Some(_) => Err(VcJwtError::MalformedClaim("aud")),
    }
}

/// A NumericDate, or a `dateTimeStamp`; rounded down.
fn number(name: &'static str, value: Option<Value>) -> Result<Option<i64>, VcJwtError> {
    let Some(value) = value else { return Ok(None) };
    if let Some(whole) = value.as_i64() {
        return Ok(Some(whole));
    }
    // The test suite of VC-JOSE-COSE writes `iat` as `dateTimeStamp`, and so do issuers that followed it.
    if let Some(text) = value.as_str() {
        return timestamp(text).map(Some).ok_or(VcJwtError::MalformedClaim(name));
    }
    let part = value.as_f64().filter(|n| n.abs() < 9_007_199_254_740_992.0).ok_or(VcJwtError::MalformedClaim(name))?;
    #[expect(clippy::cast_possible_truncation, reason = "within 2^53, so exact after rounding down")]
    Ok(Some(part.floor() as i64))
}
