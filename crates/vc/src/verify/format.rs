//! Recognising what a text is, and the rules of SD-JWT VC that need no key (draft-ietf-oauth-sd-jwt-vc section 2).

use super::standing::Reference;
use crate::Map;
use crate::jws::Jws;
use crate::sd_jwt::{NEVER_HIDDEN, SdJwt};
use serde_json::Value;

/// `typ` of an SD-JWT VC, and its name until draft -06, which is still read.
pub(super) const TYPS: [&str; 2] = ["dc+sd-jwt", "vc+sd-jwt"];

/// What a text turned out to be.
pub(super) enum Read {
    /// Nothing that is verified here; the code says which.
    Unsupported(&'static str),
    /// Meant to be an SD-JWT VC, but not one.
    Broken {
        /// Why not.
        code: &'static str,
        /// `typ`, when readable.
        format: String,
    },
    /// An SD-JWT VC, not verified.
    Credential(Box<SdJwt>),
}

/// Recognises `text` by its content.
pub(super) fn read(text: &str) -> Read {
    if text.is_empty() {
        return Read::Unsupported("unreadable");
    }
    if !text.contains('~') {
        return without_tilde(text);
    }
    if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~".contains(&b)) {
        return Read::Unsupported("unreadable");
    }
    match SdJwt::parse(text) {
        Err(error) => Read::Broken { code: error.code(), format: TYPS[0].to_owned() },
        Ok(credential) => match rules(&credential) {
            Err(code) => Read::Broken { code, format: credential.jwt().typ().unwrap_or_default().to_owned() },
            Ok(()) => Read::Credential(Box::new(credential)),
        },
    }
}

/// JSON, a JWT, or nothing. The issuer's JWT alone is not an SD-JWT.
fn without_tilde(text: &str) -> Read {
    match Jws::parse(text) {
        Ok(jws) if jws.typ().is_some_and(|typ| TYPS.contains(&typ)) => {
            Read::Broken { code: "malformed", format: jws.typ().unwrap_or_default().to_owned() }
        }
        Ok(_) => Read::Unsupported("unsupported_format"),
        Err(_) if text.starts_with(['{', '[']) && serde_json::from_str::<Value>(text).is_ok() => Read::Unsupported("unsupported_format"),
        Err(_) => Read::Unsupported("unreadable"),
    }
}

/// The rules for a credential that is well-formed as SD-JWT.
fn rules(credential: &SdJwt) -> Result<(), &'static str> {
    let claims = credential.disclosed_claims();
    if !credential.jwt().typ().is_some_and(|typ| TYPS.contains(&typ)) {
        return Err("typ");
    }
    let hidden = |top: &str| NEVER_HIDDEN.contains(&top);
    if credential.disclosures().iter().any(|d| d.path().top().is_some_and(hidden)) {
        return Err("hidden_security_claim");
    }
    if credential.vct().is_none_or(str::is_empty) {
        return Err("vct_missing");
    }
    if claims.get("iss").is_some_and(|iss| !iss.is_string()) {
        return Err("malformed_claim");
    }
    for name in ["iat", "nbf", "exp"] {
        number(claims, name)?;
    }
    if claims.get("cnf").is_some_and(|cnf| !cnf.is_object()) {
        return Err("malformed_claim");
    }
    Reference::of(claims).map(|_| ())
}

/// A NumericDate (RFC 7519), whole or fractional, rounded down.
pub(super) fn number(claims: &Map, name: &str) -> Result<Option<i64>, &'static str> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::Number(n)) => match (n.as_i64(), n.as_f64()) {
            (Some(whole), _) => Ok(Some(whole)),
            #[expect(clippy::cast_possible_truncation, reason = "within 2^53, so exact after rounding down")]
            (None, Some(part)) if part.abs() < 9_007_199_254_740_992.0 => Ok(Some(part.floor() as i64)),
            _ => Err("malformed_date"),
        },
        Some(_) => Err("malformed_date"),
    }
}
