//! A credential as JWT: reading it, and making one.

use super::claims::NAMES;
use super::{Claims, Dialect, VcJwtError, dialect};
use crate::Map;
use crate::jws::{self, Jws};
use crate::key::{Algorithm, SigningKey, VerifyingKey};
use crate::vcdm::{Credential, Version};
use serde_json::{Value, json};

/// A credential as JWT that was read; nothing in it is true before [`VcJwt::verify`].
#[derive(Clone)]
pub struct VcJwt {
    jws: Jws,
    dialect: Dialect,
    credential: Map,
    claims: Claims,
}

/// Reads a credential as compact JWS in any dialect, and checks that claims and credential say the same.
///
/// # Errors
/// What is wrong with the JWT; whether the credential is one is up to [`Credential::parse`].
pub fn read(text: &str) -> Result<VcJwt, VcJwtError> {
    let jws = Jws::parse(text)?;
    let dialect = dialect(&jws, "vc")?;
    let mut payload = jws.payload_unverified().as_object().ok_or(VcJwtError::Missing)?.clone();
    let claims = Claims::take(&mut payload)?;
    if payload.contains_key("vp") {
        return Err(VcJwtError::VcClaim);
    }
    let credential = match payload.remove("vc") {
        None => payload,
        Some(Value::Object(mut credential)) if dialect == Dialect::JwtVcJson && !is_document(&payload) => {
            claims.complete_credential(&mut credential);
            credential
        }
        Some(_) => return Err(VcJwtError::VcClaim),
    };
    if !is_document(&credential) {
        return Err(VcJwtError::Missing);
    }
    claims.fit_credential(&credential)?;
    // In VC-JOSE-COSE `nbf` and `exp` are about the signature, so there they only narrow the window.
    if dialect == Dialect::JwtVcJson {
        claims.fit_window(&credential)?;
    }
    Ok(VcJwt { jws, dialect, credential, claims })
}

/// Whether a payload holds a credential or presentation itself.
fn is_document(payload: &Map) -> bool {
    ["@context", "type", "credentialSubject"].iter().any(|name| payload.contains_key(*name))
}

impl VcJwt {
    /// The JWS: header, key identifier, certificates.
    pub fn jws(&self) -> &Jws {
        &self.jws
    }

    /// The dialect that it is in.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The claims beside the credential, before anybody verified them.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The credential, before anybody verified it. Registered claims are not in it; in version 1.1 it holds what only
    /// they say.
    pub fn credential_unverified(&self) -> &Map {
        &self.credential
    }

    /// Verifies with a key that was chosen beforehand, and gives the credential.
    ///
    /// # Errors
    /// `algorithm` or `signature`.
    pub fn verify(&self, key: &VerifyingKey) -> Result<&Map, VcJwtError> {
        self.jws.verify(key, None)?;
        Ok(&self.credential)
    }
}

/// What is to be signed for `credential`, as `base64url(header) "." base64url(payload)`. `header` brings `kid` or `x5c`;
/// `typ`, `cty` and `alg` are set here. [`jws::attach`] puts the signature to it.
///
/// # Errors
/// When it is no credential, or has a member with the name of a registered claim.
pub fn prepare_credential(credential: &Map, dialect: Dialect, header: &Map, algorithm: Algorithm) -> Result<String, VcJwtError> {
    let parsed = Credential::parse(credential.clone())?;
    if let Some(name) = NAMES.into_iter().find(|name| credential.contains_key(*name)) {
        return Err(VcJwtError::MalformedClaim(name));
    }
    let mut header = header.clone();
    let payload = match dialect {
        Dialect::VcJwt => {
            header.insert("typ".into(), "vc+jwt".into());
            header.insert("cty".into(), "vc".into());
            credential.clone()
        }
        Dialect::JwtVcJson => {
            header.insert("typ".into(), "JWT".into());
            let mut payload = match parsed.version() {
                Version::V2 => credential.clone(),
                Version::V1 => Map::from_iter([("vc".to_owned(), Value::Object(credential.clone()))]),
            };
            payload.extend(registered(&parsed));
            payload
        }
    };
    Ok(jws::signing_input(&header, Value::Object(payload).to_string().as_bytes(), algorithm))
}

/// The claims that repeat members: `iss`, `jti`, `sub`, `nbf`, `exp` (Open Badges 3.0 section 8.2.4.1).
fn registered(credential: &Credential) -> Map {
    let claims = [
        ("iss", Some(json!(credential.issuer_id()))),
        ("jti", credential.id().map(Value::from)),
        ("sub", credential.subject_id().map(Value::from)),
        ("nbf", credential.valid_from().map(Value::from)),
        ("exp", credential.valid_until().map(Value::from)),
    ];
    claims.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// Signs `credential`; see [`prepare_credential`].
///
/// # Errors
/// As there, and when the engine fails.
pub fn sign_credential(credential: &Map, dialect: Dialect, header: &Map, key: &SigningKey) -> Result<String, VcJwtError> {
    let input = prepare_credential(credential, dialect, header, key.algorithm())?;
    let signature = key.sign(input.as_bytes()).map_err(jws::JwsError::Key)?;
    Ok(jws::attach(&input, &signature))
}
