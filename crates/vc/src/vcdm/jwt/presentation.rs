//! A presentation as JWT: reading it, checking for whom and when it was made, and making one.

use super::claims::NAMES;
use super::{Claims, Dialect, VcJwtError, dialect};
use crate::Map;
use crate::jws::{self, Jws};
use crate::key::{SigningKey, VerifyingKey};
use crate::sd_jwt::{BindingError, Expected};
use crate::vcdm::Presentation;
use serde_json::{Value, json};

/// A presentation as JWT that was read; nothing in it is true before [`VpJwt::verify`].
#[derive(Clone)]
pub struct VpJwt {
    jws: Jws,
    dialect: Dialect,
    presentation: Map,
    claims: Claims,
}

/// For whom and when a presentation is made.
#[derive(Debug, Clone, Copy)]
pub struct Binding<'a> {
    /// Nonce of the request.
    pub nonce: &'a str,
    /// Audience: the full client identifier with its prefix.
    pub audience: &'a str,
    /// Unix seconds.
    pub issued_at: i64,
}

/// Reads a presentation as compact JWS: `vp+jwt`, or `typ` JWT with the claim `vp`.
///
/// # Errors
/// What is wrong with the JWT; whether the presentation is one is up to [`Presentation::parse`].
pub fn read_presentation(text: &str) -> Result<VpJwt, VcJwtError> {
    let jws = Jws::parse(text)?;
    let dialect = dialect(&jws, "vp")?;
    let mut payload = jws.payload_unverified().as_object().ok_or(VcJwtError::Missing)?.clone();
    let claims = Claims::take(&mut payload)?;
    if payload.contains_key("vc") {
        return Err(VcJwtError::VcClaim);
    }
    let presentation = match (dialect, payload.remove("vp")) {
        (Dialect::VcJwt, None) => payload,
        (Dialect::JwtVcJson, Some(Value::Object(mut presentation))) if !payload.contains_key("verifiableCredential") => {
            if let Some(holder) = &claims.issuer {
                presentation.entry("holder").or_insert_with(|| holder.as_str().into());
            }
            presentation
        }
        (_, Some(_)) => return Err(VcJwtError::VcClaim),
        (Dialect::JwtVcJson, None) => return Err(VcJwtError::Missing),
    };
    claims.fit_presentation(&presentation)?;
    Ok(VpJwt { jws, dialect, presentation, claims })
}

impl VpJwt {
    /// The JWS: header, key identifier.
    pub fn jws(&self) -> &Jws {
        &self.jws
    }

    /// The dialect that it is in.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The claims beside the presentation, before anybody verified them.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The presentation, before anybody verified it.
    pub fn presentation_unverified(&self) -> &Map {
        &self.presentation
    }

    /// Verifies with the holder's key that it was made by that holder, for this verifier, now; gives the presentation.
    ///
    /// `iat` is compared when there is one (OpenID4VP does not demand it: the nonce makes the answer fresh), `exp` and
    /// `nbf` likewise.
    ///
    /// # Errors
    /// `binding_signature`, `binding_audience`, `binding_nonce` or `binding_stale`.
    pub fn verify(&self, holder: &VerifyingKey, expected: &Expected<'_>) -> Result<&Map, BindingError> {
        self.jws.verify(holder, None)?;
        if expected.audience.is_some_and(|audience| !self.claims.audience.iter().any(|a| a == audience)) {
            return Err(BindingError::Audience);
        }
        if expected.nonce.is_some_and(|nonce| self.claims.nonce.as_deref() != Some(nonce)) {
            return Err(BindingError::Nonce);
        }
        if let Some((now, window)) = expected.iat {
            let (oldest, newest) = (now.saturating_sub(window.past), now.saturating_add(window.future));
            let made = self.claims.issued_at.is_none_or(|iat| (oldest..=newest).contains(&iat));
            let begun = self.claims.not_before.is_none_or(|nbf| nbf <= newest);
            let open = self.claims.expires.is_none_or(|exp| now <= exp.saturating_add(window.future));
            if !(made && begun && open) {
                return Err(BindingError::Stale);
            }
        }
        Ok(&self.presentation)
    }
}

/// Signs `presentation` with the holder's key for one verifier. `header` brings `kid`; `typ`, `cty` and `alg` are set here.
///
/// # Errors
/// When it is no presentation, or has a member with the name of a registered claim, or the engine fails.
pub fn sign_presentation(
    presentation: &Map,
    dialect: Dialect,
    binding: &Binding<'_>,
    header: &Map,
    key: &SigningKey,
) -> Result<String, VcJwtError> {
    let parsed = Presentation::parse(presentation.clone())?;
    if let Some(name) = NAMES.into_iter().find(|name| presentation.contains_key(*name)) {
        return Err(VcJwtError::MalformedClaim(name));
    }
    let mut header = header.clone();
    let mut payload = match dialect {
        Dialect::VcJwt => {
            header.insert("typ".into(), "vp+jwt".into());
            header.insert("cty".into(), "vp".into());
            presentation.clone()
        }
        Dialect::JwtVcJson => {
            header.insert("typ".into(), "JWT".into());
            Map::from_iter([("vp".to_owned(), Value::Object(presentation.clone()))])
        }
    };
    for (name, value) in [("nonce", json!(binding.nonce)), ("aud", json!(binding.audience)), ("iat", json!(binding.issued_at))] {
        payload.insert(name.to_owned(), value);
    }
    if let Some(holder) = parsed.holder() {
        payload.insert("iss".to_owned(), holder.into());
    }
    Ok(jws::sign(&header, Value::Object(payload).to_string().as_bytes(), key)?)
}
