//! Key binding (RFC 9901 section 4.3): the holder signs audience, nonce and what is shown.

use super::{KEY_BINDING_TYP, SdJwt};
use crate::Map;
use crate::jws::{self, JwsError};
use crate::key::{SigningKey, VerifyingKey};
use serde_json::{Value, json};

/// How far `iat` of a key binding JWT may lie before and after now, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IatWindow {
    /// Oldest age.
    pub past: i64,
    /// Furthest in the future.
    pub future: i64,
}

impl IatWindow {
    /// The window for presentations: 5 minutes old, 60 seconds ahead.
    pub const PRESENTATION: Self = Self { past: 300, future: 60 };
}

/// What a key binding JWT must say. A `None` is not compared; the caller then reports so.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The nonce of the request.
    pub nonce: Option<&'a str>,
    /// The audience: the full client identifier, prefix included.
    pub audience: Option<&'a str>,
    /// `now` and the window for `iat`.
    pub iat: Option<(i64, IatWindow)>,
}

/// Why holder binding failed; `code()` is what reports carry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BindingError {
    /// No key binding JWT.
    #[error("no key binding JWT")]
    Missing,
    /// Signature, `typ` or algorithm.
    #[error("key binding JWT: {0}")]
    Jws(#[from] JwsError),
    /// A claim is missing or of the wrong type.
    #[error("malformed key binding JWT")]
    Malformed,
    /// `aud` is another one.
    #[error("wrong audience")]
    Audience,
    /// `nonce` is another one.
    #[error("wrong nonce")]
    Nonce,
    /// `iat` is outside the window.
    #[error("key binding JWT not fresh")]
    Stale,
    /// `sd_hash` does not cover what was sent.
    #[error("sd_hash does not fit")]
    Hash,
}

impl BindingError {
    /// Stable code of the reason.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "binding_missing",
            Self::Jws(JwsError::Type) => "binding_typ",
            Self::Jws(_) => "binding_signature",
            Self::Malformed => "binding_malformed",
            Self::Audience => "binding_audience",
            Self::Nonce => "binding_nonce",
            Self::Stale => "binding_stale",
            Self::Hash => "binding_sd_hash",
        }
    }
}

impl SdJwt {
    /// A presentation of what is disclosed here, signed with the holder's key: SD-JWT+KB in compact form.
    pub fn bind(&self, key: &SigningKey, audience: &str, nonce: &str, iat: i64) -> Result<String, JwsError> {
        let unbound = self.unbound();
        let mut header = Map::new();
        header.insert("typ".into(), KEY_BINDING_TYP.into());
        let hash = self.algorithm.digest(unbound.as_bytes());
        let payload = json!({"iat": iat, "aud": audience, "nonce": nonce, "sd_hash": hash});
        Ok(unbound + &jws::sign(&header, payload.to_string().as_bytes(), key)?)
    }

    /// Verifies the key binding JWT with the holder's key from `cnf`.
    pub fn verify_binding(&self, holder: &VerifyingKey, expected: &Expected<'_>) -> Result<(), BindingError> {
        let jwt = self.key_binding.as_ref().ok_or(BindingError::Missing)?;
        let claims = jwt.verify(holder, Some(KEY_BINDING_TYP))?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str).ok_or(BindingError::Malformed);
        let (audience, nonce, hash) = (text("aud")?, text("nonce")?, text("sd_hash")?);
        let iat = date(claims, "iat")?.ok_or(BindingError::Malformed)?;
        let (nbf, exp) = (date(claims, "nbf")?, date(claims, "exp")?);
        if hash != self.algorithm.digest(self.unbound().as_bytes()) {
            return Err(BindingError::Hash);
        }
        if expected.audience.is_some_and(|a| a != audience) {
            return Err(BindingError::Audience);
        }
        if expected.nonce.is_some_and(|n| n != nonce) {
            return Err(BindingError::Nonce);
        }
        let Some((now, window)) = expected.iat else { return Ok(()) };
        let ahead = |t: i64| t > now.saturating_add(window.future);
        let old = iat < now.saturating_sub(window.past) || exp.is_some_and(|exp| exp <= now.saturating_sub(window.future));
        if old || ahead(iat) || nbf.is_some_and(ahead) { Err(BindingError::Stale) } else { Ok(()) }
    }
}

/// A NumericDate (RFC 7519 section 2), rounded down.
fn date(claims: &Value, name: &str) -> Result<Option<i64>, BindingError> {
    claims.get(name).map(|value| super::vc::numeric_date(value).ok_or(BindingError::Malformed)).transpose()
}
