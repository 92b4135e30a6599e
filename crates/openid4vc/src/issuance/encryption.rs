//! Encrypted credential requests and answers (OpenID4VCI section 10): JWE with ECDH-ES on P-256, never compressed (row C18).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vc::jwe::{self, Enc, Extra, JweError};
use vc::key::{AgreementKey, Jwk, VerifyingKey};

use super::credential::CredentialErrorCode;

/// The one `alg`.
pub const ALG: &str = "ECDH-ES";
/// The `enc` values, the preferred one first.
pub const ENC: [Enc; 2] = [Enc::A256Gcm, Enc::A128Gcm];
/// The media type of an encrypted message.
pub const MEDIA_TYPE: &str = "application/jwt";

/// `credential_response_encryption` of a request: how the wallet wants its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseEncryption {
    /// The wallet's key, on P-256, with `alg`.
    pub jwk: Jwk,
    /// Content encryption.
    pub enc: Enc,
}

impl ResponseEncryption {
    /// Reads the member of a request.
    ///
    /// # Errors
    /// `invalid_encryption_parameters` for a key without `alg` or with another one than [`ALG`], one off the curve or for
    /// signatures, another `enc`, and any `zip`: none is offered.
    pub fn from_value(value: &Value) -> Result<Self, CredentialErrorCode> {
        let invalid = CredentialErrorCode::InvalidEncryptionParameters;
        let jwk = value.get("jwk").and_then(usable).ok_or(invalid)?;
        let enc = value.get("enc").and_then(Value::as_str).and_then(Enc::from_name).ok_or(invalid)?;
        if value.get("zip").is_some() { Err(invalid) } else { Ok(Self { jwk, enc }) }
    }

    /// The member of a request.
    pub fn to_value(&self) -> Value {
        json!({"jwk": self.jwk.to_value(), "enc": self.enc.name()})
    }

    /// Encrypts an answer, sent as [`MEDIA_TYPE`]; errors are never encrypted.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn encrypt(&self, answer: &impl Serialize) -> Result<String, JweError> {
        let answer = serde_json::to_vec(answer).map_err(|_| JweError::Malformed)?;
        jwe::encrypt(&answer, &self.jwk, self.enc, Extra::default())
    }
}

/// A key to encrypt to: P-256, on the curve, `alg` [`ALG`], not for signatures.
fn usable(value: &Value) -> Option<Jwk> {
    let jwk = Jwk::from_value(value).ok()?;
    let p256 = matches!(jwk.key(), vc::key::PublicKey::P256 { .. });
    let meant = jwk.alg() == Some(ALG) && jwk.usage().is_none_or(|usage| usage == "enc");
    // Without its `use` and `alg`, which keep it from verifying: only whether the point is on the curve is asked.
    let on_curve = VerifyingKey::from_jwk(&Jwk::new(jwk.key().clone())).is_ok();
    (p256 && meant && on_curve).then_some(jwk)
}

/// Decrypts an answer with the key that the request named. `None` when it does not open.
pub fn decrypt_answer(compact: &str, key: &AgreementKey) -> Option<Vec<u8>> {
    jwe::decrypt(compact.trim(), key).ok()
}

/// Decrypts a request with the key that its `kid` names among the issuer's.
///
/// # Errors
/// `invalid_encryption_parameters` for an unknown key, another `alg` or `enc`, `zip`, or content that does not open.
pub fn decrypt_request(compact: &str, keys: &[(&str, &AgreementKey)]) -> Result<Vec<u8>, CredentialErrorCode> {
    let invalid = CredentialErrorCode::InvalidEncryptionParameters;
    let header = jwe::header(compact).map_err(|_| invalid)?;
    let kid = header.get("kid").and_then(Value::as_str).ok_or(invalid)?;
    let (_, key) = keys.iter().find(|(named, _)| *named == kid).ok_or(invalid)?;
    jwe::decrypt(compact, key).map_err(|_| invalid)
}

/// `credential_request_encryption` of the issuer's metadata.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequestEncryptionSupport {
    /// The issuer's keys, each with a `kid`.
    pub jwks: Value,
    /// Content encryptions.
    pub enc_values_supported: Vec<String>,
    /// Compressions; never announced by us.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zip_values_supported: Vec<String>,
    /// Whether every request must be encrypted.
    pub encryption_required: bool,
}

impl RequestEncryptionSupport {
    /// What an issuer with these keys says of itself. `kid` is set to the thumbprint where a key has none.
    pub fn new(keys: &[Jwk], encryption_required: bool) -> Self {
        let named = |jwk: &Jwk| {
            let kid = jwk.kid().map_or_else(|| jwk.thumbprint(), str::to_owned);
            jwk.clone().with_kid(kid).with_alg(ALG).with_use("enc").to_value()
        };
        let keys: Vec<Value> = keys.iter().map(named).collect();
        Self {
            jwks: json!({"keys": keys}),
            enc_values_supported: ENC.map(|enc| enc.name().to_owned()).into(),
            zip_values_supported: Vec::new(),
            encryption_required,
        }
    }

    /// Whether the member keeps its rules: a key, each with a `kid` of its own, and an `enc`.
    pub fn is_sound(&self) -> bool {
        let keys = self.jwks.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let kids: Vec<&str> = keys.iter().filter_map(|key| key.get("kid").and_then(Value::as_str)).collect();
        let unique = kids.iter().enumerate().all(|(at, kid)| !kids.iter().take(at).any(|earlier| earlier == kid));
        !keys.is_empty() && kids.len() == keys.len() && unique && !self.enc_values_supported.is_empty()
    }

    /// The key and content encryption that a wallet of ours uses here: the first ones that it can. `None` when there are none.
    pub fn choose(&self) -> Option<(Jwk, Enc)> {
        let jwk = self.jwks.get("keys")?.as_array()?.iter().find_map(usable)?;
        Some((jwk, choose_enc(&self.enc_values_supported)?))
    }

    /// Encrypts a request body. `None` when the wallet and the issuer have no way in common.
    pub fn encrypt(&self, body: &str) -> Option<String> {
        let (jwk, enc) = self.choose()?;
        jwe::encrypt(body.as_bytes(), &jwk, enc, Extra::default()).ok()
    }
}

/// `credential_response_encryption` of the issuer's metadata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseEncryptionSupport {
    /// Key agreements.
    pub alg_values_supported: Vec<String>,
    /// Content encryptions.
    pub enc_values_supported: Vec<String>,
    /// Compressions; never announced by us.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zip_values_supported: Vec<String>,
    /// Whether every answer is encrypted.
    pub encryption_required: bool,
}

impl ResponseEncryptionSupport {
    /// What our issuer says of itself.
    pub fn new(encryption_required: bool) -> Self {
        Self {
            alg_values_supported: vec![ALG.to_owned()],
            enc_values_supported: ENC.map(|enc| enc.name().to_owned()).into(),
            zip_values_supported: Vec::new(),
            encryption_required,
        }
    }

    /// Whether the member keeps its rules: neither list is empty.
    pub fn is_sound(&self) -> bool {
        !self.alg_values_supported.is_empty() && !self.enc_values_supported.is_empty()
    }

    /// What a wallet of ours asks for with this fresh key. `None` when wallet and issuer have no way in common.
    pub fn ask(&self, key: &AgreementKey) -> Option<ResponseEncryption> {
        let spoken = self.alg_values_supported.iter().any(|alg| alg == ALG);
        let enc = choose_enc(&self.enc_values_supported).filter(|_| spoken)?;
        let jwk = key.public_jwk().ok()?;
        let kid = jwk.thumbprint();
        Some(ResponseEncryption { jwk: jwk.with_alg(ALG).with_use("enc").with_kid(kid), enc })
    }
}

fn choose_enc(supported: &[String]) -> Option<Enc> {
    ENC.into_iter().find(|enc| supported.iter().any(|name| name == enc.name()))
}

/// What an issuer demands of the way in which a request came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demands {
    /// Every request is encrypted.
    pub request: bool,
    /// Every answer is encrypted.
    pub response: bool,
}

impl Demands {
    /// Checks a request: what is demanded is there, and an encrypted answer is only asked for by an encrypted request, so that
    /// nobody on the way puts another key in (section 8.2).
    ///
    /// # Errors
    /// `invalid_encryption_parameters`.
    pub fn check(self, encrypted: bool, asked: Option<&ResponseEncryption>) -> Result<(), CredentialErrorCode> {
        let missing = (self.request && !encrypted) || (self.response && asked.is_none());
        let substitutable = asked.is_some() && !encrypted;
        if missing || substitutable { Err(CredentialErrorCode::InvalidEncryptionParameters) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
