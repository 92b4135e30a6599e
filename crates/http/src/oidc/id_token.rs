//! ID tokens (OpenID Connect Core 1.0 section 3.1.3.7), judged without IO.

use serde_json::{Map, Value};
use vc::jws::Jws;
use vc::key::{Algorithm, Jwk, VerifyingKey};

/// Clocks may be this far apart, in seconds.
const SKEW: i64 = 30;

/// What a token must say.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) max_age: Option<i64>,
    /// Unix seconds.
    pub(super) now: i64,
}

/// Why an ID token was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// There is none in the answer.
    #[error("missing")]
    Missing,
    /// Not a compact JWS with JSON.
    #[error("malformed")]
    Malformed,
    /// Not RS256 or ES256.
    #[error("algorithm")]
    Algorithm,
    /// No key of the provider fits.
    #[error("key")]
    Key,
    /// The signature is wrong.
    #[error("signature")]
    Signature,
    /// `iss` is another's.
    #[error("issuer")]
    Issuer,
    /// `aud` or `azp` does not name this client, and this client alone (row X4).
    #[error("audience")]
    Audience,
    /// `exp`, `nbf` or `iat` does not fit.
    #[error("time")]
    Time,
    /// `nonce` is another's.
    #[error("nonce")]
    Nonce,
    /// `auth_time` is missing or older than asked.
    #[error("authentication too old")]
    AuthTime,
    /// `sub` is missing, or userinfo is about somebody else.
    #[error("subject")]
    Subject,
}

/// The algorithm of a token: RS256 or ES256 and nothing else.
pub(super) fn algorithm(jws: &Jws) -> Result<Algorithm, TokenFault> {
    jws.alg().filter(|alg| matches!(alg, Algorithm::Rs256 | Algorithm::Es256)).ok_or(TokenFault::Algorithm)
}

/// The key that a token names; without `kid`, the only key of its algorithm.
pub(super) fn choose<'a>(jws: &Jws, keys: &'a [Jwk]) -> Option<&'a Jwk> {
    let alg = jws.alg()?;
    let mut fitting = keys.iter().filter(|key| key.algorithm() == alg && jws.kid().is_none_or(|kid| key.kid() == Some(kid)));
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}

/// Signature and claims; gives the claims.
pub(super) fn verify(jws: &Jws, key: &Jwk, expected: &Expected<'_>) -> Result<Map<String, Value>, TokenFault> {
    algorithm(jws)?;
    let key = VerifyingKey::from_jwk(key).map_err(|_| TokenFault::Key)?;
    let claims = jws.verify(&key, None).map_err(|_| TokenFault::Signature)?.as_object().ok_or(TokenFault::Malformed)?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(expected.issuer) {
        return Err(TokenFault::Issuer);
    }
    if !is_for(claims, expected.client_id) {
        return Err(TokenFault::Audience);
    }
    if text("nonce") != Some(expected.nonce) {
        return Err(TokenFault::Nonce);
    }
    if text("sub").is_none_or(str::is_empty) {
        return Err(TokenFault::Subject);
    }
    times(claims, expected)?;
    Ok(claims.clone())
}

fn is_for(claims: &Map<String, Value>, client_id: &str) -> bool {
    let alone = match claims.get("aud") {
        Some(Value::String(one)) => return one == client_id && claims.get("azp").is_none_or(|azp| azp == client_id),
        Some(Value::Array(all)) if all.iter().any(|one| one == client_id) => all.len() == 1,
        _ => return false,
    };
    match claims.get("azp") {
        Some(azp) => azp == client_id,
        None => alone,
    }
}

fn times(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), TokenFault> {
    let time = |name: &str| claims.get(name).and_then(Value::as_i64);
    let expires = time("exp").ok_or(TokenFault::Time)?;
    let issued = time("iat").ok_or(TokenFault::Time)?;
    let begins = time("nbf").unwrap_or(issued);
    if expires + SKEW <= expected.now || issued > expected.now + SKEW || begins > expected.now + SKEW {
        return Err(TokenFault::Time);
    }
    if let Some(age) = expected.max_age {
        let proved = time("auth_time").ok_or(TokenFault::AuthTime)?;
        if proved + age + SKEW < expected.now || proved > expected.now + SKEW {
            return Err(TokenFault::AuthTime);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vc::key::SigningKey;

    use super::*;

    const EXPECTED: Expected<'static> =
        Expected { issuer: "https://eduid.example", client_id: "wallet", nonce: "n-1", max_age: None, now: 1_000_000 };

    fn claims() -> Value {
        json!({"iss": "https://eduid.example", "aud": "wallet", "nonce": "n-1", "sub": "s", "iat": 999_990, "exp": 1_000_300, "auth_time": 999_980})
    }

    fn with(name: &str, value: Value) -> Value {
        let mut claims = claims();
        claims[name] = value;
        claims
    }

    fn judged(claims: &Value, expected: &Expected<'_>) -> Result<Map<String, Value>, TokenFault> {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let jwk = key.public_jwk().unwrap().with_kid("k1");
        let header = json!({"kid": "k1"}).as_object().unwrap().clone();
        let token = vc::jws::sign(&header, claims.to_string().as_bytes(), &key).unwrap();
        let jws = Jws::parse(&token).unwrap();
        verify(&jws, choose(&jws, &[jwk]).ok_or(TokenFault::Key)?, expected)
    }

    #[test]
    fn a_token_for_us_is_taken() {
        assert!(judged(&claims(), &EXPECTED).is_ok());
        assert!(judged(&with("aud", json!(["wallet"])), &EXPECTED).is_ok());
        let mut two = with("aud", json!(["wallet", "other"]));
        two["azp"] = json!("wallet");
        assert!(judged(&two, &EXPECTED).is_ok());
        assert!(judged(&claims(), &Expected { max_age: Some(60), ..EXPECTED }).is_ok());
    }

    #[test]
    fn anything_else_is_refused() {
        let cases = [
            ("iss", json!("https://evil.example"), TokenFault::Issuer),
            ("aud", json!("other"), TokenFault::Audience),
            ("aud", json!(["wallet", "other"]), TokenFault::Audience),
            ("aud", json!([]), TokenFault::Audience),
            ("azp", json!("other"), TokenFault::Audience),
            ("nonce", json!("n-2"), TokenFault::Nonce),
            ("nonce", json!(null), TokenFault::Nonce),
            ("sub", json!(""), TokenFault::Subject),
            ("exp", json!(999_000), TokenFault::Time),
            ("exp", json!("1000300"), TokenFault::Time),
            ("iat", json!(1_000_100), TokenFault::Time),
        ];
        for (name, value, fault) in cases {
            assert_eq!(judged(&with(name, value.clone()), &EXPECTED).err(), Some(fault), "{name} {value}");
        }
        let old = with("auth_time", json!(999_000));
        assert_eq!(judged(&old, &Expected { max_age: Some(600), ..EXPECTED }).err(), Some(TokenFault::AuthTime));
    }

    #[test]
    fn the_algorithm_is_one_of_two() {
        let key = SigningKey::generate(Algorithm::EdDsa).unwrap();
        let token = vc::jws::sign(&Map::new(), claims().to_string().as_bytes(), &key).unwrap();
        assert_eq!(algorithm(&Jws::parse(&token).unwrap()), Err(TokenFault::Algorithm));
        let tail = token.split_once('.').unwrap().1;
        for alg in ["none", "HS256"] {
            let forged = format!("{}.{tail}", vc::encoding::b64url(json!({"alg": alg}).to_string()));
            assert_eq!(algorithm(&Jws::parse(&forged).unwrap()), Err(TokenFault::Algorithm), "{alg}");
        }
    }

    #[test]
    fn two_keys_and_no_kid_is_no_choice() {
        let keys: Vec<Jwk> = (0..2).map(|_| SigningKey::generate(Algorithm::Es256).unwrap().public_jwk().unwrap()).collect();
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let jws = Jws::parse(&vc::jws::sign(&Map::new(), b"{}", &key).unwrap()).unwrap();
        assert!(choose(&jws, &keys).is_none());
        assert!(choose(&jws, &keys[..1]).is_some());
    }
}
