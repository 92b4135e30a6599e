//! Demonstrating proof of possession (RFC 9449): the `DPoP` header, made by our wallet and checked by our issuer (row T9).
//!
//! That the header comes exactly once, that `jti` was not seen before, that a nonce is one of ours and that the token is bound to
//! [`DpopProof::jkt`] is for the caller.

use serde_json::{Map, Value};
use url::Url;
use vc::encoding::{b64url, sha256};
use vc::jws::{self, Jws, JwsError};
use vc::key::{Jwk, SigningKey};

use crate::jwt;

/// The `typ` of a proof.
pub const TYP: &str = "dpop+jwt";
/// The header that carries it.
pub const HEADER: &str = "DPoP";
/// The header of an answer that carries a nonce for the next proof (section 8).
pub const NONCE_HEADER: &str = "DPoP-Nonce";
/// The error that asks for a proof with the nonce of [`NONCE_HEADER`].
pub const USE_NONCE: &str = "use_dpop_nonce";

/// How far `iat` may be ahead of us, in seconds.
const AHEAD: i64 = 60;
/// How old a proof may be, in seconds: for as long its `jti` has to be remembered.
pub const LIFETIME: i64 = 300;

/// What a proof proves.
#[derive(Clone, Debug, PartialEq)]
pub struct DpopProof {
    /// The key that signed it.
    pub jwk: Jwk,
    /// Its SHA-256 thumbprint, as in `cnf.jkt` and `dpop_jkt`.
    pub jkt: String,
    /// Must not have been seen before.
    pub jti: String,
    /// When it was made.
    pub iat: i64,
    /// To be compared with what was given out.
    pub nonce: Option<String>,
}

/// What a proof must be for.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedDpop<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The address of the request; compared without query and fragment.
    pub uri: &'a str,
    /// Now.
    pub now: i64,
    /// The access token that comes with it, at a protected resource: demands `ath`.
    pub access_token: Option<&'a str>,
}

/// Why a proof is refused: always `invalid_dpop_proof`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DpopError {
    /// Not a JWS, or a claim is missing or of another type.
    #[error("malformed")]
    Malformed,
    /// Another `typ`.
    #[error("typ")]
    Typ,
    /// No `jwk`, a private one, or an algorithm that is not spoken here.
    #[error("key")]
    Key,
    /// The signature does not fit the key.
    #[error("signature")]
    Signature,
    /// `htm` is of another method.
    #[error("htm")]
    Method,
    /// `htu` is of another address.
    #[error("htu")]
    Uri,
    /// Made too long ago, or in the future.
    #[error("iat")]
    Time,
    /// `ath` is missing, or of another token.
    #[error("ath")]
    AccessToken,
}

impl DpopError {
    /// The protocol's code.
    pub const fn code(self) -> &'static str {
        "invalid_dpop_proof"
    }
}

/// Checks the value of a `DPoP` header (section 4.3).
///
/// # Errors
/// [`DpopError`].
pub fn verify(jwt: &str, expected: &ExpectedDpop<'_>) -> Result<DpopProof, DpopError> {
    let jws = Jws::parse(jwt).map_err(|_| DpopError::Malformed)?;
    if jws.typ() != Some(TYP) {
        return Err(DpopError::Typ);
    }
    let jwk = jwt::header_jwk(&jws).ok_or(DpopError::Key)?;
    if !jwt::is_signed_by(&jws, &jwk, TYP) {
        return Err(DpopError::Signature);
    }
    let payload = jws.payload_unverified();
    let claim = |name: &str| jwt::text(payload, name).ok_or(DpopError::Malformed);
    let (jti, method, uri) = (claim("jti")?, claim("htm")?, claim("htu")?);
    let iat = jwt::numeric_date(payload, "iat").ok_or(DpopError::Malformed)?;
    if method != expected.method {
        return Err(DpopError::Method);
    }
    let bare = |text: &str| bare(text).ok_or(DpopError::Uri);
    if bare(uri)? != bare(expected.uri)? {
        return Err(DpopError::Uri);
    }
    if iat > expected.now.saturating_add(AHEAD) || iat < expected.now.saturating_sub(LIFETIME) {
        return Err(DpopError::Time);
    }
    if expected.access_token.is_some_and(|token| jwt::text(payload, "ath") != Some(&token_hash(token))) {
        return Err(DpopError::AccessToken);
    }
    let nonce = match payload.get("nonce") {
        None => None,
        Some(Value::String(nonce)) => Some(nonce.clone()),
        Some(_) => return Err(DpopError::Malformed),
    };
    Ok(DpopProof { jkt: jwk.thumbprint(), jti: jti.to_owned(), iat, nonce, jwk })
}

/// An address without query and fragment, in the normal form of its scheme.
fn bare(text: &str) -> Option<Url> {
    let mut url = Url::parse(text).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    Some(url)
}

/// `ath`: the SHA-256 of an access token.
pub fn token_hash(access_token: &str) -> String {
    b64url(sha256(access_token.as_bytes()))
}

/// Builds a proof for one request. `access_token` comes with it at protected resources, `nonce` when the server gave one; `uri` may
/// have a query, which is left out.
///
/// # Errors
/// When the key cannot sign, or `uri` is none.
#[expect(clippy::too_many_arguments, reason = "one for each claim that the RFC has")]
pub fn build(
    key: &SigningKey,
    method: &str,
    uri: &str,
    iat: i64,
    jti: &str,
    access_token: Option<&str>,
    nonce: Option<&str>,
) -> Result<String, JwsError> {
    let mut header = Map::new();
    header.insert("typ".into(), TYP.into());
    header.insert("jwk".into(), key.public_jwk()?.to_value());
    let mut payload = Map::new();
    payload.insert("jti".into(), jti.into());
    payload.insert("htm".into(), method.into());
    payload.insert("htu".into(), bare(uri).ok_or(JwsError::Malformed)?.as_str().into());
    payload.insert("iat".into(), iat.into());
    payload.extend(access_token.map(|token| ("ath".to_owned(), Value::from(token_hash(token)))));
    payload.extend(nonce.map(|nonce| ("nonce".to_owned(), Value::from(nonce))));
    jws::sign(&header, Value::Object(payload).to_string().as_bytes(), key)
}

#[cfg(test)]
mod tests;
