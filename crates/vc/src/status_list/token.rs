//! The signed form of a list: `statuslist+jwt` (section 5.1), issued by us and read from others.

use super::compress::Deflater;
use super::{StatusList, StatusListError};
use crate::Map;
use crate::jws::{self, Jws, JwsError};
use crate::key::{Jwk, SigningKey, VerifyingKey};
use crate::trust::Trust;
use crate::x509::Chain;
use serde_json::{Value, json};

/// `typ` of a status list token.
pub(super) const TYP: &str = "statuslist+jwt";
/// How far `iat` may lie ahead of our clock, in seconds.
pub(super) const AHEAD: i64 = 60;

/// What a token says beside its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenClaims {
    /// `sub`: the address at which the list is served, equal to `status_list.uri` of the credentials.
    pub uri: String,
    /// `iat`, Unix seconds.
    pub iat: i64,
    /// `exp`, Unix seconds.
    pub exp: i64,
    /// `ttl`: for how many seconds a copy may be used.
    pub ttl: i64,
}

/// The payload of a token, for keys outside this process.
pub fn token_payload(list: &StatusList, claims: &TokenClaims) -> Result<Value, StatusListError> {
    Ok(payload(claims, list.encode()?))
}

fn payload(TokenClaims { uri, iat, exp, ttl }: &TokenClaims, list: Value) -> Value {
    json!({"sub": uri, "iat": iat, "exp": exp, "ttl": ttl, "status_list": list})
}

/// Signs a token; `header` carries `x5c`, `typ` is set here.
pub fn issue_token(list: &StatusList, claims: &TokenClaims, header: &Map, key: &SigningKey) -> Result<String, StatusListError> {
    sign(&token_payload(list, claims)?, header, key)
}

/// The same for a list that was published before, at the cost of what changed.
pub fn issue_token_with(
    list: &StatusList,
    claims: &TokenClaims,
    (header, key): (&Map, &SigningKey),
    deflater: &mut Deflater,
) -> Result<String, StatusListError> {
    sign(&payload(claims, list.encode_with(deflater)?), header, key)
}

fn sign(payload: &Value, header: &Map, key: &SigningKey) -> Result<String, StatusListError> {
    let payload = payload.to_string();
    let mut header = header.clone();
    header.insert("typ".into(), TYP.into());
    jws::sign(&header, payload.as_bytes(), key).map_err(|_| StatusListError::Signature)
}

/// Whose signature on a token counts.
#[derive(Clone, Copy)]
pub enum TokenKeys<'a> {
    /// A chain in `x5c` up to an anchor of the register.
    Trust(&'a Trust),
    /// One of these keys, and nothing else.
    Given(&'a [Jwk]),
    /// One of the keys that this issuer publishes for itself: its DID document, or its `jwt-vc-issuer` metadata.
    Published {
        /// The issuer, as its credentials name it.
        issuer: &'a str,
        /// Its keys.
        keys: &'a [Jwk],
    },
}

/// A token that was verified.
#[derive(Clone)]
pub struct StatusListToken {
    /// `sub`: address of the list.
    pub uri: String,
    /// Issuers for which the signer stands: SAN URIs of its certificate, or the one that publishes the key. Empty when it was given.
    pub issuers: Vec<String>,
    /// `iat`; a cache refuses to go back to an older one.
    pub iat: i64,
    /// `exp`.
    pub exp: Option<i64>,
    /// `ttl`.
    pub ttl: Option<i64>,
    /// The list itself.
    pub list: StatusList,
}

impl StatusListToken {
    /// Whether it has not expired.
    pub fn is_current(&self, now: i64) -> bool {
        self.exp.is_none_or(|exp| now < exp)
    }

    /// Until when a copy fetched at `fetched` is used without asking again: `ttl` kept within 60 s and 24 h
    /// (12 h when it names none), and never beyond `exp`.
    pub fn fresh_until(&self, fetched: i64) -> i64 {
        let ttl = self.ttl.unwrap_or(12 * 3600).clamp(60, 86_400);
        self.exp.unwrap_or(i64::MAX).min(fetched.saturating_add(ttl))
    }
}

/// Reads a token fetched from `uri`: signature first, then type, address and dates, then the list within its limits.
pub fn read_token(token: &str, keys: TokenKeys<'_>, uri: &str, now: i64) -> Result<StatusListToken, StatusListError> {
    if token.len() > super::MAX_COMPRESSED * 2 {
        return Err(StatusListError::Limit);
    }
    let jws = super::read::parse_jwt(token.trim())?;
    let issuers = verify(&jws, keys, now)?;
    let claims = jws.payload_unverified();
    let number = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(value) => value.as_i64().map(Some).ok_or(StatusListError::Malformed),
    };
    if claims.get("sub").and_then(Value::as_str) != Some(uri) {
        return Err(StatusListError::Subject);
    }
    let iat = number("iat")?.ok_or(StatusListError::Malformed)?;
    let list = claims.get("status_list").ok_or(StatusListError::Malformed)?;
    let (exp, ttl) = (number("exp")?, number("ttl")?);
    if exp.is_some_and(|exp| now >= exp) || iat > now.saturating_add(AHEAD) {
        return Err(StatusListError::Dates);
    }
    Ok(StatusListToken { uri: uri.to_owned(), issuers, iat, exp, ttl, list: StatusList::decode(list)? })
}

/// Verifies the signature and says for which issuers the signer stands.
fn verify(jws: &Jws, keys: TokenKeys<'_>, now: i64) -> Result<Vec<String>, StatusListError> {
    let with = |jwk: &Jwk| match VerifyingKey::from_jwk(jwk).map_err(JwsError::Key).and_then(|key| jws.verify(&key, Some(TYP)).map(|_| ()))
    {
        Ok(()) => Ok(()),
        Err(JwsError::Type) => Err(StatusListError::Type),
        Err(_) => Err(StatusListError::Signature),
    };
    let with_one_of = |keys: &[Jwk]| {
        let mut outcome = Err(StatusListError::Signature);
        for key in keys {
            outcome = with(key);
            if outcome != Err(StatusListError::Signature) {
                break;
            }
        }
        outcome
    };
    match keys {
        TokenKeys::Given(keys) => with_one_of(keys).map(|()| Vec::new()),
        TokenKeys::Published { issuer, keys } => with_one_of(keys).map(|()| vec![issuer.to_owned()]),
        TokenKeys::Trust(trust) => {
            let x5c = jws.x5c().ok_or(StatusListError::Signature)?;
            let leaf = Chain::from_x5c(&x5c).and_then(|chain| chain.verify(&trust.anchors, now)).map_err(|_| StatusListError::Signature)?;
            with(&leaf.jwk)?;
            // A stolen key says nothing about anybody's status either.
            if trust.is_revoked(&leaf.jwk) { Err(StatusListError::Signature) } else { Ok(leaf.san_uris) }
        }
    }
}
