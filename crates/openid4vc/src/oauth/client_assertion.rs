//! `private_key_jwt` (RFC 7523 section 3): how a wallet authenticates, and which connection it speaks for.

use serde_json::{Map, Value, json};
use vc::jws::{self, Jws};
use vc::key::{Jwk, SigningKey, VerifyingKey};

use super::form::Params;
use crate::jwt;

/// The only `client_assertion_type`.
pub const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How long an assertion of ours lives, in seconds.
const LIFETIME: i64 = 60;
/// How far ahead `exp` may lie, in seconds.
const LONGEST: i64 = 600;
/// What clocks may differ, in seconds.
const TOLERANCE: i64 = 60;

/// The `client_assertion` of a form came with another type, or the type without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid_request")]
pub struct UnknownType;

/// Takes the assertion out of a form.
///
/// # Errors
/// [`UnknownType`].
pub fn from_form(params: &mut Params) -> Result<Option<String>, UnknownType> {
    match (params.take("client_assertion_type"), params.take("client_assertion")) {
        (None, None) => Ok(None),
        (Some(kind), Some(assertion)) if kind == TYPE => Ok(Some(assertion)),
        _ => Err(UnknownType),
    }
}

/// What an assertion of ours says.
pub struct Claims<'a> {
    /// The client: `iss` and `sub`.
    pub client_id: &'a str,
    /// The issuer identifier of the authorization server.
    pub audience: &'a str,
    /// A random value, never used twice.
    pub jti: &'a str,
    /// The connection that the wallet speaks for.
    pub connection: Option<&'a str>,
    /// Now.
    pub now: i64,
}

/// Builds an assertion, signed with the client's key.
///
/// # Errors
/// When the key cannot sign.
pub fn build(claims: &Claims<'_>, key: &SigningKey) -> Result<String, jws::JwsError> {
    let mut payload = json!({
        "iss": claims.client_id, "sub": claims.client_id, "aud": claims.audience, "jti": claims.jti,
        "iat": claims.now, "exp": claims.now.saturating_add(LIFETIME),
    });
    if let (Some(connection), Some(members)) = (claims.connection, payload.as_object_mut()) {
        members.insert("connection".into(), connection.into());
    }
    let mut header = Map::new();
    header.insert("typ".into(), "JWT".into());
    header.insert("kid".into(), key.public_jwk()?.thumbprint().into());
    jws::sign(&header, payload.to_string().as_bytes(), key)
}

/// A checked assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientAssertion {
    /// The client.
    pub client_id: String,
    /// Must not have been seen before; remember it until `exp`.
    pub jti: String,
    /// When the assertion ends.
    pub exp: i64,
    /// The connection that the wallet speaks for.
    pub connection: Option<String>,
}

/// Why an assertion does not authenticate: always `invalid_client`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid_client")]
pub struct AssertionError;

/// The client that an unverified assertion names, to look up its keys by.
pub fn claimed_client(assertion: &str) -> Option<String> {
    let jws = Jws::parse(assertion).ok()?;
    jws.payload_unverified().get("sub")?.as_str().map(str::to_owned)
}

/// Checks an assertion against the client's registered keys. `audience` is the issuer identifier of the authorization server.
///
/// # Errors
/// [`AssertionError`] for each way in which it does not fit.
pub fn verify(assertion: &str, client_id: &str, keys: &[Jwk], audience: &str, now: i64) -> Result<ClientAssertion, AssertionError> {
    let jws = Jws::parse(assertion).map_err(|_| AssertionError)?;
    let payload =
        keys.iter().filter_map(|jwk| VerifyingKey::from_jwk(jwk).ok()).find_map(|key| jws.verify(&key, None).ok()).ok_or(AssertionError)?;
    let text = |name: &str| payload.get(name).and_then(Value::as_str);
    let exp = payload.get("exp").and_then(Value::as_i64).ok_or(AssertionError)?;
    let issued_before = payload.get("iat").is_none_or(|iat| iat.as_i64().is_some_and(|iat| iat <= now.saturating_add(TOLERANCE)));
    let in_time = exp > now.saturating_sub(TOLERANCE) && exp <= now.saturating_add(LONGEST) && issued_before;
    let fits = text("iss") == Some(client_id) && text("sub") == Some(client_id) && jwt::is_for(payload, audience);
    let jti = text("jti").filter(|jti| !jti.is_empty()).ok_or(AssertionError)?;
    (in_time && fits)
        .then(|| ClientAssertion {
            client_id: client_id.to_owned(),
            jti: jti.to_owned(),
            exp,
            connection: text("connection").map(str::to_owned),
        })
        .ok_or(AssertionError)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vc::key::Algorithm;

    const CLIENT: &str = "https://wallet.example/client-metadata.json";
    const SERVER: &str = "https://issuer.example/roc-voorbeeld";

    fn signed(key: &SigningKey, connection: Option<&str>) -> String {
        build(&Claims { client_id: CLIENT, audience: SERVER, jti: "j1", connection, now: 1000 }, key).unwrap()
    }

    #[test]
    fn it_names_client_and_connection() {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let assertion = signed(&key, Some("c1"));
        assert_eq!(claimed_client(&assertion).as_deref(), Some(CLIENT));
        let checked = verify(&assertion, CLIENT, &[key.public_jwk().unwrap()], SERVER, 1010).unwrap();
        assert_eq!((checked.jti.as_str(), checked.connection.as_deref()), ("j1", Some("c1")));
    }

    #[test]
    fn other_key_audience_client_or_time_is_refused() {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let other = SigningKey::generate(Algorithm::Es256).unwrap();
        let (assertion, keys) = (signed(&key, None), [key.public_jwk().unwrap()]);
        assert!(verify(&assertion, CLIENT, &[other.public_jwk().unwrap()], SERVER, 1010).is_err());
        assert!(verify(&assertion, CLIENT, &keys, "https://issuer.example/other", 1010).is_err());
        assert!(verify(&assertion, "https://other.example/", &keys, SERVER, 1010).is_err());
        assert!(verify(&assertion, CLIENT, &keys, SERVER, 2000).is_err());
        assert!(verify(&assertion, CLIENT, &keys, SERVER, 100).is_err());
    }
}
