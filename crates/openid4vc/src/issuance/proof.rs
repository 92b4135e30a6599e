//! Key proofs of type `jwt` (OpenID4VCI appendix F.1, rows C9 and C11 to C15).

use serde_json::{Map, Value};
use vc::jws::{self, Jws, JwsError};
use vc::key::{Algorithm, Jwk, SigningKey, VerifyingKey};

/// The `typ` of a key proof.
pub const TYP: &str = "openid4vci-proof+jwt";

/// How far `iat` may be from now, in seconds.
const WINDOW: i64 = 300;

/// What a proof proves.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// The key that the credential is bound to.
    pub holder: Jwk,
    /// To be compared with what was made: unknown, used or old is `invalid_nonce`.
    pub nonce: String,
    /// When it was made.
    pub iat: i64,
    /// The client, absent for anonymous use of a pre-authorized code.
    pub client_id: Option<String>,
}

/// Why a proof is refused: always `invalid_proof`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Not a JWS, or a header or claim is missing or of another type.
    #[error("malformed")]
    Malformed,
    /// Another `typ`.
    #[error("typ")]
    Typ,
    /// Not exactly one of `jwk`, `kid` and `x5c`, or a key that we do not take, or a private one.
    #[error("key")]
    Key,
    /// The signature does not fit the key.
    #[error("signature")]
    Signature,
    /// Made for another issuer.
    #[error("aud")]
    Audience,
    /// Made too long ago, or in the future.
    #[error("iat")]
    Time,
    /// Without a nonce.
    #[error("nonce")]
    Nonce,
}

impl ProofError {
    /// The protocol's code.
    pub const fn code(self) -> &'static str {
        "invalid_proof"
    }
}

/// Checks a proof. `audience` is the Credential Issuer Identifier.
///
/// # Errors
/// [`ProofError`].
pub fn verify(jwt: &str, audience: &str, now: i64) -> Result<Proof, ProofError> {
    let jws = Jws::parse(jwt).map_err(|_| ProofError::Malformed)?;
    if jws.typ() != Some(TYP) {
        return Err(ProofError::Typ);
    }
    let holder = header_key(jws.header())?;
    let key = VerifyingKey::from_jwk(&holder).map_err(|_| ProofError::Key)?;
    let payload = jws.verify(&key, Some(TYP)).map_err(|_| ProofError::Signature)?;
    if payload.get("aud").and_then(Value::as_str) != Some(audience) {
        return Err(ProofError::Audience);
    }
    let iat = payload.get("iat").and_then(Value::as_i64).ok_or(ProofError::Time)?;
    if now.abs_diff(iat) > WINDOW.unsigned_abs() {
        return Err(ProofError::Time);
    }
    let nonce = payload.get("nonce").and_then(Value::as_str).filter(|nonce| !nonce.is_empty()).ok_or(ProofError::Nonce)?.to_owned();
    let client_id = payload.get("iss").map(|iss| iss.as_str().map(str::to_owned).ok_or(ProofError::Malformed)).transpose()?;
    Ok(Proof { holder, nonce, iat, client_id })
}

/// The one key of the header: `jwk`, or a `kid` that is a `did:jwk` or `did:key` URL. `x5c` is not spoken.
fn header_key(header: &Map<String, Value>) -> Result<Jwk, ProofError> {
    let jwk = match (header.get("jwk"), header.get("kid"), header.get("x5c")) {
        (Some(jwk), None, None) => Jwk::from_value(jwk).map_err(|_| ProofError::Key)?,
        (None, Some(Value::String(kid)), None) => vc::did::key_of_url(kid).map_err(|_| ProofError::Key)?,
        _ => return Err(ProofError::Key),
    };
    let fits = matches!(header.get("alg").and_then(Value::as_str), Some("ES256" | "EdDSA"));
    fits.then_some(jwk).ok_or(ProofError::Key)
}

/// Builds a proof with `jwk` in the header. `client_id` is left out for anonymous use of a pre-authorized code.
///
/// # Errors
/// When the key cannot sign.
pub fn build(key: &SigningKey, audience: &str, nonce: Option<&str>, iat: i64, client_id: Option<&str>) -> Result<String, JwsError> {
    let mut header = Map::new();
    header.insert("typ".into(), TYP.into());
    header.insert("jwk".into(), key.public_jwk()?.to_value());
    let mut payload = Map::new();
    payload.insert("aud".into(), audience.into());
    payload.insert("iat".into(), iat.into());
    payload.extend(nonce.map(|nonce| ("nonce".to_owned(), Value::from(nonce))));
    payload.extend(client_id.map(|id| ("iss".to_owned(), Value::from(id))));
    jws::sign(&header, Value::Object(payload).to_string().as_bytes(), key)
}

/// Algorithms that proofs may be signed with, for `proof_signing_alg_values_supported`.
pub const ALGORITHMS: [Algorithm; 2] = [Algorithm::Es256, Algorithm::EdDsa];

#[cfg(test)]
mod tests;
