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

/// Whether `aud` is exactly this audience, as a text or as a list of one.
pub(crate) fn is_for(payload: &Value, audience: &str) -> bool {
    match payload.get("aud") {
        Some(Value::String(one)) => one == audience,
        Some(Value::Array(list)) => matches!(list.as_slice(), [Value::String(one)] if one == audience),
        _ => false,
    }
}

/// A claim that may be absent; `Err` when it is there and no text.
pub(crate) fn optional_text(payload: &Value, name: &str) -> Result<Option<String>, NoText> {
    match payload.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(NoText),
    }
}

/// A claim is no text.
pub(crate) struct NoText;

/// What clocks may differ, in seconds.
pub(crate) const TOLERANCE: i64 = 60;

/// Whether `now` lies behind `nbf` and `iat` and before `exp`, as far as they are there. `None` when one is no date.
pub(crate) fn is_current(payload: &Value, now: i64) -> Option<bool> {
    let date = |name: &str| match payload.get(name) {
        None => Some(None),
        Some(_) => numeric_date(payload, name).map(Some),
    };
    let (nbf, iat, exp) = (date("nbf")?, date("iat")?, date("exp")?);
    let begun = [nbf, iat].into_iter().flatten().all(|at| at <= now.saturating_add(TOLERANCE));
    Some(begun && exp.is_none_or(|exp| exp > now.saturating_sub(TOLERANCE)))
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
