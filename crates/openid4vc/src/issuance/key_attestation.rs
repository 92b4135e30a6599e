//! Key attestations (OpenID4VCI appendix D): how well the keys are kept that credentials are bound to, in the words of somebody who
//! is believed.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use vc::jws::{self, Jws, JwsError};
use vc::key::{Jwk, SigningKey, VerifyingKey};

use crate::jwt;
use crate::oauth::attester::{TrustedAttester, vouched_for};

/// The `typ` of a key attestation.
pub const TYP: &str = "key-attestation+jwt";
/// Most keys in one attestation.
const MAX_KEYS: usize = 64;

/// Attack potential resistance (appendix D.2), from the highest.
pub const LEVELS: [&str; 4] = ["iso_18045_high", "iso_18045_moderate", "iso_18045_enhanced-basic", "iso_18045_basic"];

/// What is attested.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyAttestation {
    /// The keys: at least one, none twice, all public.
    pub keys: Vec<Jwk>,
    /// When it was made.
    pub iat: i64,
    /// When it and the keys end.
    pub exp: Option<i64>,
    /// To be compared with what was given out.
    pub nonce: Option<String>,
    /// How well the keys are kept.
    pub key_storage: Vec<String>,
    /// How well it is known who uses them.
    pub user_authentication: Vec<String>,
    /// Where the certificate of the storage can be read.
    pub certification: Option<String>,
    /// Who attests, when it says so.
    pub issuer: Option<String>,
    /// Where the attestation's status is.
    pub status: Option<Value>,
}

/// `key_attestations_required` of a proof type in the issuer's metadata; empty when any attestation will do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Required {
    /// Values of `key_storage` that are accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_storage: Option<Vec<String>>,
    /// Values of `user_authentication` that are accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_authentication: Option<Vec<String>>,
}

impl Required {
    fn accepts(&self, attestation: &KeyAttestation) -> bool {
        let one_of = |accepted: &Option<Vec<String>>, attested: &[String]| {
            accepted.as_ref().is_none_or(|accepted| attested.iter().any(|level| accepted.contains(level)))
        };
        one_of(&self.key_storage, &attestation.key_storage) && one_of(&self.user_authentication, &attestation.user_authentication)
    }

    /// Whether the member keeps its rules: lists that are there are not empty.
    pub fn is_sound(&self) -> bool {
        [&self.key_storage, &self.user_authentication].into_iter().flatten().all(|list| !list.is_empty())
    }
}

/// Which key attestations are asked for, and whose are believed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Policy<'a> {
    /// When it is there, keys must be attested.
    pub required: Option<&'a Required>,
    /// Who is believed.
    pub attesters: &'a [TrustedAttester],
}

/// Why a key attestation is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyAttestationError {
    /// Not a JWS, another `typ`, or a claim is missing or of another type.
    #[error("malformed key attestation")]
    Malformed,
    /// Nobody who is believed signed it.
    #[error("unknown attester")]
    Attester,
    /// Expired, or of the future.
    #[error("key attestation is not current")]
    Expired,
    /// A key that cannot be used, a private one, or one twice.
    #[error("attested key")]
    Key,
    /// The keys are not kept as well as is asked for.
    #[error("attested level")]
    Level,
    /// Keys must be attested, and they are not.
    #[error("key attestation is missing")]
    Missing,
}

/// Checks a key attestation. That its nonce is the proof's is for the caller.
///
/// # Errors
/// [`KeyAttestationError`].
pub fn verify(jwt: &str, policy: &Policy<'_>, now: i64) -> Result<KeyAttestation, KeyAttestationError> {
    let jws = Jws::parse(jwt).map_err(|_| KeyAttestationError::Malformed)?;
    if jws.typ() != Some(TYP) {
        return Err(KeyAttestationError::Malformed);
    }
    if !vouched_for(&jws, TYP, policy.attesters, now) {
        return Err(KeyAttestationError::Attester);
    }
    let attestation = read(jws.payload_unverified())?;
    if !jwt::is_current(jws.payload_unverified(), now).ok_or(KeyAttestationError::Malformed)? {
        return Err(KeyAttestationError::Expired);
    }
    let accepted = policy.required.is_none_or(|required| required.accepts(&attestation));
    accepted.then_some(attestation).ok_or(KeyAttestationError::Level)
}

fn read(claims: &Value) -> Result<KeyAttestation, KeyAttestationError> {
    let malformed = KeyAttestationError::Malformed;
    let optional = |name: &str| jwt::optional_text(claims, name).map_err(|_| malformed);
    let levels = |name: &str| match claims.get(name) {
        None => Ok(Vec::new()),
        Some(list) => serde_json::from_value::<Vec<String>>(list.clone()).ok().filter(|list| !list.is_empty()).ok_or(malformed),
    };
    let exp = match claims.get("exp") {
        None => None,
        Some(_) => Some(jwt::numeric_date(claims, "exp").ok_or(malformed)?),
    };
    Ok(KeyAttestation {
        keys: keys(claims.get("attested_keys"))?,
        iat: jwt::numeric_date(claims, "iat").ok_or(malformed)?,
        exp,
        nonce: optional("nonce")?,
        key_storage: levels("key_storage")?,
        user_authentication: levels("user_authentication")?,
        certification: optional("certification")?,
        issuer: optional("iss")?,
        status: claims.get("status").cloned(),
    })
}

fn keys(list: Option<&Value>) -> Result<Vec<Jwk>, KeyAttestationError> {
    let list = list.and_then(Value::as_array).ok_or(KeyAttestationError::Malformed)?;
    if list.is_empty() || list.len() > MAX_KEYS {
        return Err(KeyAttestationError::Malformed);
    }
    let mut keys: Vec<Jwk> = Vec::new();
    for value in list {
        let key = Jwk::from_value(value).ok().filter(is_usable).ok_or(KeyAttestationError::Key)?;
        if keys.iter().any(|earlier| earlier.same_key(&key)) {
            return Err(KeyAttestationError::Key);
        }
        keys.push(key);
    }
    Ok(keys)
}

/// A key that a wallet of today proves itself with: on its curve, and for signatures.
fn is_usable(key: &Jwk) -> bool {
    jwt::ALGORITHMS.contains(&key.algorithm()) && VerifyingKey::from_jwk(key).is_ok()
}

/// Builds a key attestation, signed by the wallet's provider. `x5c` is their chain, without the anchor; where it is empty `kid`
/// names their key.
///
/// # Errors
/// When the key cannot sign.
pub fn build(key: &SigningKey, x5c: &[String], attestation: &KeyAttestation) -> Result<String, JwsError> {
    let mut header = Map::new();
    header.insert("typ".into(), TYP.into());
    match x5c {
        [] => header.insert("kid".into(), key.public_jwk()?.thumbprint().into()),
        chain => header.insert("x5c".into(), json!(chain)),
    };
    let mut payload = Map::new();
    payload.insert("attested_keys".into(), attestation.keys.iter().map(Jwk::to_value).collect());
    payload.insert("iat".into(), attestation.iat.into());
    payload.extend(attestation.exp.map(|exp| ("exp".to_owned(), Value::from(exp))));
    for (name, list) in [("key_storage", &attestation.key_storage), ("user_authentication", &attestation.user_authentication)] {
        if !list.is_empty() {
            payload.insert(name.into(), json!(list));
        }
    }
    let texts = [("iss", &attestation.issuer), ("nonce", &attestation.nonce), ("certification", &attestation.certification)];
    payload.extend(texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), Value::from(text.clone()?)))));
    payload.extend(attestation.status.clone().map(|status| ("status".to_owned(), status)));
    jws::sign(&header, Value::Object(payload).to_string().as_bytes(), key)
}

#[cfg(test)]
mod tests;
