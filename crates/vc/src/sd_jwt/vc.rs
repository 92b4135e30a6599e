//! What an SD-JWT is a credential of: SD-JWT VC (draft-ietf-oauth-sd-jwt-vc section 2), or VCDM 2.0 secured with SD-JWT
//! (VC-JOSE-COSE section 3.2), which both have been called `vc+sd-jwt`.

use super::SdJwt;
use crate::Map;
use crate::type_metadata::Integrity;
use serde_json::Value;

/// `typ` of an SD-JWT VC.
pub const TYP: &str = "dc+sd-jwt";
/// `typ` of an SD-JWT VC until draft -06, and of a VCDM 2.0 credential secured with SD-JWT.
pub const OLD_TYP: &str = "vc+sd-jwt";

/// Claims of an SD-JWT VC that may never be concealed, with all that is in them.
pub const NEVER_HIDDEN: [&str; 8] = ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"];
/// Claims that decide whether a VCDM credential holds: without them in sight a holder could leave out an end or a withdrawal.
const NEVER_HIDDEN_VCDM: [&str; 11] =
    ["iss", "nbf", "exp", "cnf", "status", "issuer", "validFrom", "validUntil", "issuanceDate", "expirationDate", "credentialStatus"];
/// Claims of the JWT around a VCDM credential; they are not part of it.
const OF_THE_JWT: [&str; 11] = ["iss", "iat", "nbf", "exp", "aud", "cnf", "jti", "sub", "status", "vct", "vct#integrity"];

/// What the claims of an SD-JWT are.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// An SD-JWT VC, under its present or its older `typ`.
    SdJwtVc {
        /// `vct`.
        vct: String,
        /// Further types, claim `aka_vcts`.
        aka_vcts: Vec<String>,
    },
    /// A credential of the W3C data model.
    Vcdm {
        /// The credential with all that is disclosed of it, without the claims of the JWT around it. Its own rules are not
        /// checked here.
        credential: Map,
    },
}

/// Why an SD-JWT is no credential; `code()` is what reports carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// `typ` is none of the two.
    #[error("typ is not that of a credential")]
    Typ,
    /// A claim that must always be seen, or a part of it, is selectively disclosable.
    #[error("a claim that must always be seen is hidden")]
    Hidden,
    /// Neither `vct` nor `@context`.
    #[error("vct is missing")]
    VctMissing,
    /// A registered claim of the wrong type.
    #[error("malformed claim")]
    Claim,
    /// `iat`, `nbf` or `exp` is no NumericDate.
    #[error("malformed date")]
    Date,
    /// `iss` is not the credential's `issuer`.
    #[error("iss is not the issuer of the credential")]
    Issuer,
}

impl ContentError {
    /// Stable code of the reason.
    pub fn code(self) -> &'static str {
        match self {
            Self::Typ => "typ",
            Self::Hidden => "hidden_security_claim",
            Self::VctMissing => "vct_missing",
            Self::Claim => "malformed_claim",
            Self::Date => "malformed_date",
            Self::Issuer => "issuer_mismatch",
        }
    }
}

/// Recognises what an SD-JWT holds and checks the rules that need no key. `vc+sd-jwt` is a VCDM credential when it has
/// `@context`, else an SD-JWT VC; `dc+sd-jwt` is always an SD-JWT VC.
pub fn content(credential: &SdJwt) -> Result<Content, ContentError> {
    let claims = credential.disclosed_claims();
    let typ = credential.jwt().typ().ok_or(ContentError::Typ)?;
    if typ != TYP && typ != OLD_TYP {
        return Err(ContentError::Typ);
    }
    let vcdm = typ == OLD_TYP && claims.contains_key("@context");
    let seen: &[&str] = if vcdm { &NEVER_HIDDEN_VCDM } else { &NEVER_HIDDEN };
    if seen.iter().any(|name| is_hidden(credential, name)) {
        return Err(ContentError::Hidden);
    }
    registered(claims, vcdm)?;
    if vcdm { vcdm_content(claims) } else { sd_jwt_vc_content(claims) }
}

fn sd_jwt_vc_content(claims: &Map) -> Result<Content, ContentError> {
    let vct = match claims.get("vct") {
        None => return Err(ContentError::VctMissing),
        Some(Value::String(vct)) if !vct.is_empty() => vct.clone(),
        Some(_) => return Err(ContentError::Claim),
    };
    if claims.get("vct#integrity").is_some_and(|value| value.as_str().and_then(Integrity::parse).is_none()) {
        return Err(ContentError::Claim);
    }
    let aka_vcts = match claims.get("aka_vcts") {
        None => Vec::new(),
        Some(value) => texts(value).filter(|all| !all.is_empty() && !all.contains(&vct)).ok_or(ContentError::Claim)?,
    };
    Ok(Content::SdJwtVc { vct, aka_vcts })
}

fn vcdm_content(claims: &Map) -> Result<Content, ContentError> {
    let issuer = claims.get("issuer").and_then(issuer_id);
    if let Some(iss) = claims.get("iss")
        && iss.as_str() != issuer
    {
        return Err(ContentError::Issuer);
    }
    let mut credential = claims.clone();
    credential.retain(|name, _| !OF_THE_JWT.contains(&name.as_str()));
    Ok(Content::Vcdm { credential })
}

/// `issuer` of a VCDM credential: a URL, or an object with one as `id`.
pub(super) fn issuer_id(issuer: &Value) -> Option<&str> {
    issuer.as_str().or_else(|| issuer.get("id")?.as_str())
}

/// Types of the registered claims (RFC 7519 section 4.1, RFC 7800).
///
/// The W3C suite of VC-JOSE-COSE writes `iat` of its credentials as they write `validFrom`. It decides nothing there, so that it
/// is let pass, and not counted.
fn registered(claims: &Map, vcdm: bool) -> Result<(), ContentError> {
    for name in ["iat", "nbf", "exp"] {
        let is_date = |value: &Value| {
            let written = vcdm && name == "iat" && value.as_str().is_some_and(|text| crate::vcdm::timestamp(text).is_some());
            written || numeric_date(value).is_some()
        };
        if !claims.get(name).is_none_or(is_date) {
            return Err(ContentError::Date);
        }
    }
    let fits = |name: &str, fits: fn(&Value) -> bool| claims.get(name).is_none_or(fits);
    let sound = fits("iss", Value::is_string) && fits("cnf", Value::is_object) && fits("status", Value::is_object);
    if sound { Ok(()) } else { Err(ContentError::Claim) }
}

/// Whether a top-level claim, or anything in it, is or could be disclosed selectively.
fn is_hidden(credential: &SdJwt, name: &str) -> bool {
    credential.disclosures().iter().any(|disclosure| disclosure.path().top() == Some(name))
        || credential.jwt().payload_unverified().get(name).is_some_and(holds_digests)
}

fn holds_digests(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.contains_key("_sd") || map.contains_key("...") || map.values().any(holds_digests),
        Value::Array(items) => items.iter().any(holds_digests),
        _ => false,
    }
}

fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// A NumericDate (RFC 7519 section 2), whole or fractional, rounded down.
pub fn numeric_date(value: &Value) -> Option<i64> {
    let number = value.as_number()?;
    match (number.as_i64(), number.as_f64()) {
        (Some(whole), _) => Some(whole),
        #[expect(clippy::cast_possible_truncation, reason = "within 2^53, so exact after rounding down")]
        (None, Some(part)) if part.abs() < 9_007_199_254_740_992.0 => Some(part.floor() as i64),
        _ => None,
    }
}
