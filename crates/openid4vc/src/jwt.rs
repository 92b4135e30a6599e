//! What all signed messages here have in common: how their claims are read, and the algorithms that wallets may sign with.

use serde_json::Value;
use vc::jws::Jws;
use vc::key::{Algorithm, Jwk, VerifyingKey};

/// Algorithms that clients and wallets may sign with: proofs, attestations, assertions.
pub(crate) const ALGORITHMS: [Algorithm; 2] = [Algorithm::Es256, Algorithm::EdDsa];

/// A claim that is a text, not empty.
pub(crate) fn text<'a>(payload: &'a Value, name: &str) -> Option<&'a str> {
    payload.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// A `NumericDate` (RFC 7519 section 2) in whole seconds; what stands behind the point is dropped.
pub(crate) fn numeric_date(payload: &Value, name: &str) -> Option<i64> {
    let value = payload.get(name)?;
    let whole = || value.to_string().split_once('.').and_then(|(seconds, _)| seconds.parse().ok());
    value.as_i64().or_else(|| value.as_f64().and_then(|_| whole()))
}

/// The public key in the `jwk` header of a JWS, which must have signed it with one of [`ALGORITHMS`].
pub(crate) fn header_jwk(jws: &Jws) -> Option<Jwk> {
    let jwk = Jwk::from_value(jws.header().get("jwk")?).ok()?;
    signs_here(jws, &jwk).then_some(jwk)
}

/// Whether `alg` is one of [`ALGORITHMS`] by its one name, and the key's own.
pub(crate) fn signs_here(jws: &Jws, jwk: &Jwk) -> bool {
    let named = jws.header().get("alg").and_then(Value::as_str);
    ALGORITHMS.iter().any(|algorithm| named == Some(algorithm.name()) && jwk.algorithm() == *algorithm)
}

/// Whether `jwk` signed it.
pub(crate) fn is_signed_by(jws: &Jws, jwk: &Jwk, typ: &str) -> bool {
    signs_here(jws, jwk) && VerifyingKey::from_jwk(jwk).is_ok_and(|key| jws.verify(&key, Some(typ)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numeric_dates_may_have_a_fraction() {
        let payload = json!({"a": 12, "b": 12.9, "c": "12", "d": 1e300, "e": null});
        let read = |name| numeric_date(&payload, name);
        assert_eq!([read("a"), read("b"), read("c"), read("d"), read("e")], [Some(12), Some(12), None, None, None]);
    }
}
