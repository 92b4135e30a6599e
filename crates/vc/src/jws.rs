//! JWS in compact form (RFC 7515): signing, and verifying with a key that was chosen first.

use crate::Map;
use crate::encoding::{b64url_decode, b64url_into};
use crate::key::{Algorithm, KeyError, SigningKey, VerifyingKey};
use crate::strict_json;
use serde_json::Value;

/// Why a JWS was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Not three base64url parts with JSON in the first two.
    #[error("not a compact JWS with JSON payload")]
    Malformed,
    /// `crit` names something, and nothing critical is understood here.
    #[error("unknown critical header")]
    Critical,
    /// `alg` is missing, `none`, symmetric, or not supported.
    #[error("unsupported algorithm")]
    Algorithm,
    /// `typ` is not the one that this place asks for.
    #[error("wrong typ")]
    Type,
    /// The key refused: wrong algorithm for the key, or wrong signature.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Signs `payload`; `alg` in `header` is set to the key's.
pub fn sign(header: &Map, payload: &[u8], key: &SigningKey) -> Result<String, JwsError> {
    let input = signing_input(header, payload, key.algorithm());
    let signature = key.sign(input.as_bytes())?;
    Ok(attach(&input, &signature))
}

/// What is signed: `base64url(header) "." base64url(payload)`, with `alg` set.
pub fn signing_input(header: &Map, payload: &[u8], algorithm: Algorithm) -> String {
    let mut header = header.clone();
    header.insert("alg".into(), algorithm.name().into());
    let header = Value::Object(header).to_string();
    let mut out = String::with_capacity((header.len() + payload.len()) / 3 * 4 + 8);
    b64url_into(header, &mut out);
    out.push('.');
    b64url_into(payload, &mut out);
    out
}

/// The compact form of a signing input and its signature.
pub fn attach(signing_input: &str, signature: &[u8]) -> String {
    let mut out = String::with_capacity(signing_input.len() + signature.len() * 2);
    attach_into(&mut out, signing_input, signature);
    out
}

/// Appends the compact form of a signing input and its signature.
pub fn attach_into(out: &mut String, signing_input: &str, signature: &[u8]) {
    out.push_str(signing_input);
    out.push('.');
    b64url_into(signature, out);
}

/// A JWS that was read; nothing in it is true before [`Jws::verify`].
#[derive(Clone)]
pub struct Jws {
    text: String,
    signed: usize,
    header: Map,
    payload: Value,
    signature: Vec<u8>,
}

impl Jws {
    /// Reads a compact JWS whose payload is JSON. Unknown critical headers are refused here already.
    pub fn parse(text: &str) -> Result<Self, JwsError> {
        let mut parts = text.split('.');
        let (Some(header), Some(payload), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(JwsError::Malformed);
        };
        let decode = |part: &str| b64url_decode(part).map_err(|_| JwsError::Malformed);
        let signed = header.len() + 1 + payload.len();
        let header = strict_json::parse_object(&decode(header)?).map_err(|_| JwsError::Malformed)?;
        let payload = strict_json::parse(&decode(payload)?).map_err(|_| JwsError::Malformed)?;
        if header.contains_key("crit") {
            return Err(JwsError::Critical);
        }
        Ok(Self { signed, header, payload, signature: decode(signature)?, text: text.to_owned() })
    }

    /// The protected header.
    pub fn header(&self) -> &Map {
        &self.header
    }

    /// The payload, before anybody verified it.
    pub fn payload_unverified(&self) -> &Value {
        &self.payload
    }

    /// `kid`.
    pub fn kid(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }

    /// `typ`.
    pub fn typ(&self) -> Option<&str> {
        self.header.get("typ").and_then(Value::as_str)
    }

    /// `alg`, when it is one that can be verified here.
    pub fn alg(&self) -> Option<Algorithm> {
        self.header.get("alg").and_then(Value::as_str).and_then(Algorithm::from_name)
    }

    /// The certificate chain texts of `x5c`; absent when the header has none or it is no list of strings.
    pub fn x5c(&self) -> Option<Vec<String>> {
        self.header.get("x5c")?.as_array()?.iter().map(|c| c.as_str().map(str::to_owned)).collect()
    }

    /// The compact form, byte for byte as read.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Verifies with a key that was chosen beforehand; `typ`, when given, must be equal.
    pub fn verify(&self, key: &VerifyingKey, typ: Option<&str>) -> Result<&Value, JwsError> {
        let algorithm = self.alg().ok_or(JwsError::Algorithm)?;
        if typ.is_some() && typ != self.typ() {
            return Err(JwsError::Type);
        }
        let input = self.text.get(..self.signed).ok_or(JwsError::Malformed)?;
        key.verify(algorithm, input.as_bytes(), &self.signature)?;
        Ok(&self.payload)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::b64url;
    use serde_json::json;

    fn header(value: Value) -> Map {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn signs_and_verifies_both_algorithms() {
        for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
            let key = SigningKey::generate(algorithm).unwrap();
            let text = sign(&header(json!({"typ": "x+jwt", "kid": "1"})), br#"{"a":1}"#, &key).unwrap();
            let jws = Jws::parse(&text).unwrap();
            let verifying = VerifyingKey::from_jwk(&key.public_jwk().unwrap()).unwrap();
            assert_eq!(jws.verify(&verifying, Some("x+jwt")).unwrap(), &json!({"a": 1}));
            assert_eq!(jws.verify(&verifying, Some("y+jwt")), Err(JwsError::Type));
            assert_eq!((jws.kid(), jws.alg()), (Some("1"), Some(algorithm)));
            let other = VerifyingKey::from_jwk(&SigningKey::generate(algorithm).unwrap().public_jwk().unwrap()).unwrap();
            assert_eq!(jws.verify(&other, None), Err(JwsError::Key(KeyError::Signature)));
        }
    }

    #[test]
    fn refuses_algorithms_that_are_not_the_keys() {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let verifying = VerifyingKey::from_jwk(&key.public_jwk().unwrap()).unwrap();
        let text = sign(&Map::new(), b"{}", &key).unwrap();
        let tail = text.split_once('.').unwrap().1;
        for alg in ["none", "HS256", "ES256K", "ES512", "es256", ""] {
            let forged = format!("{}.{tail}", b64url(json!({"alg": alg}).to_string()));
            assert_eq!(Jws::parse(&forged).unwrap().verify(&verifying, None), Err(JwsError::Algorithm), "{alg}");
        }
        for alg in ["EdDSA", "ES384", "RS256"] {
            let forged = format!("{}.{tail}", b64url(json!({"alg": alg}).to_string()));
            assert_eq!(Jws::parse(&forged).unwrap().verify(&verifying, None), Err(JwsError::Key(KeyError::Algorithm)), "{alg}");
        }
        let critical = format!("{}.{tail}", b64url(json!({"alg": "ES256", "crit": ["b64"], "b64": false}).to_string()));
        assert!(matches!(Jws::parse(&critical), Err(JwsError::Critical)));
    }
}
