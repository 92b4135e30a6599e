//! Public keys as JWK (RFC 7517), their thumbprints (RFC 7638) and their SubjectPublicKeyInfo.

use super::{Algorithm, KeyError};
use crate::Map;
use crate::encoding::{b64url, b64url_decode, sha256};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Members that only a private or symmetric key has (RFC 7518 section 6).
const PRIVATE: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];
/// DER before the 64 coordinate bytes of a P-256 key, up to and including the `04` of the uncompressed point.
const P256_SPKI: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01,
    0x07, 0x03, 0x42, 0x00, 0x04,
];
/// The same for the 96 coordinate bytes of a P-384 key.
const P384_SPKI: [u8; 24] = [
    0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22, 0x03, 0x62,
    0x00, 0x04,
];
/// DER before the 32 bytes of an Ed25519 key.
const ED25519_SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// The key material of a [`Jwk`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PublicKey {
    /// `kty` EC, `crv` P-256; big-endian coordinates.
    P256 {
        /// x coordinate.
        x: [u8; 32],
        /// y coordinate.
        y: [u8; 32],
    },
    /// `kty` EC, `crv` P-384; big-endian coordinates.
    P384 {
        /// x coordinate.
        x: [u8; 48],
        /// y coordinate.
        y: [u8; 48],
    },
    /// `kty` OKP, `crv` Ed25519.
    Ed25519([u8; 32]),
    /// `kty` RSA; modulus and exponent, big-endian.
    Rsa {
        /// Modulus.
        n: Vec<u8>,
        /// Exponent.
        e: Vec<u8>,
    },
}

/// A public key as JWK. Private members are refused on reading; members that are not listed here are dropped.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Map", into = "Map")]
pub struct Jwk {
    key: PublicKey,
    kid: Option<String>,
    alg: Option<String>,
    usage: Option<String>,
}

impl Jwk {
    /// A JWK with key material only.
    pub fn new(key: PublicKey) -> Self {
        Self { key, kid: None, alg: None, usage: None }
    }

    /// Reads a JWK from a JSON value.
    pub fn from_value(value: &Value) -> Result<Self, KeyError> {
        Self::try_from(value.as_object().ok_or(KeyError::Malformed)?)
    }

    /// The keys of a JWK set (RFC 7517 section 5) that this product can use; keys of other types are passed over.
    pub fn set_from_value(value: &Value) -> Result<Vec<Self>, KeyError> {
        let keys = value.get("keys").and_then(Value::as_array).ok_or(KeyError::Malformed)?;
        let mut out = Vec::new();
        for key in keys {
            match Self::from_value(key) {
                Ok(jwk) => out.push(jwk),
                Err(KeyError::Unsupported) => {}
                Err(e) => return Err(e),
            }
        }
        Ok(out)
    }

    /// The key in DER SubjectPublicKeyInfo; P-256, P-384 and Ed25519 only.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        if let Some(point) = der.strip_prefix(&P256_SPKI) {
            return Self::from_p256_point(point);
        }
        if let Some(point) = der.strip_prefix(&P384_SPKI) {
            return Self::from_p384_point(point);
        }
        let raw = der.strip_prefix(&ED25519_SPKI).ok_or(KeyError::Unsupported)?;
        Ok(Self::new(PublicKey::Ed25519(raw.try_into().map_err(|_| KeyError::Malformed)?)))
    }

    /// A P-256 key from its 64 coordinate bytes.
    pub(crate) fn from_p256_point(point: &[u8]) -> Result<Self, KeyError> {
        let (x, y) = point.split_at_checked(32).ok_or(KeyError::Malformed)?;
        let x = x.try_into().map_err(|_| KeyError::Malformed)?;
        let y = y.try_into().map_err(|_| KeyError::Malformed)?;
        Ok(Self::new(PublicKey::P256 { x, y }))
    }

    /// A P-384 key from its 96 coordinate bytes.
    fn from_p384_point(point: &[u8]) -> Result<Self, KeyError> {
        let (x, y) = point.split_at_checked(48).ok_or(KeyError::Malformed)?;
        let x = x.try_into().map_err(|_| KeyError::Malformed)?;
        let y = y.try_into().map_err(|_| KeyError::Malformed)?;
        Ok(Self::new(PublicKey::P384 { x, y }))
    }

    /// A P-256 or P-384 key from its uncompressed point `04 || x || y`.
    #[cfg(test)]
    pub(crate) fn from_point(point: &[u8]) -> Result<Self, KeyError> {
        let coordinates = point.strip_prefix(&[4]).ok_or(KeyError::Malformed)?;
        if coordinates.len() == 64 { Self::from_p256_point(coordinates) } else { Self::from_p384_point(coordinates) }
    }

    /// The same key with a `kid`.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = Some(kid.into());
        self
    }

    /// The same key with an `alg`, for instance `ECDH-ES`.
    #[must_use]
    pub fn with_alg(mut self, alg: impl Into<String>) -> Self {
        self.alg = Some(alg.into());
        self
    }

    /// The same key with a `use`: `sig` or `enc`.
    #[must_use]
    pub fn with_use(mut self, usage: impl Into<String>) -> Self {
        self.usage = Some(usage.into());
        self
    }

    /// The key material.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// `kid`.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// `alg`.
    pub fn alg(&self) -> Option<&str> {
        self.alg.as_deref()
    }

    /// `use`.
    pub fn usage(&self) -> Option<&str> {
        self.usage.as_deref()
    }

    /// The signature algorithm that fits this key.
    pub fn algorithm(&self) -> Algorithm {
        match self.key {
            PublicKey::P256 { .. } => Algorithm::Es256,
            PublicKey::P384 { .. } => Algorithm::Es384,
            PublicKey::Ed25519(_) => Algorithm::EdDsa,
            PublicKey::Rsa { .. } => Algorithm::Rs256,
        }
    }

    /// SHA-256 thumbprint (RFC 7638), base64url.
    pub fn thumbprint(&self) -> String {
        // The required members in lexicographic order without white space; all values are base64url, so no escaping.
        let canonical = match &self.key {
            PublicKey::P256 { x, y } => format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, b64url(x), b64url(y)),
            PublicKey::P384 { x, y } => format!(r#"{{"crv":"P-384","kty":"EC","x":"{}","y":"{}"}}"#, b64url(x), b64url(y)),
            PublicKey::Ed25519(x) => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, b64url(x)),
            PublicKey::Rsa { n, e } => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, b64url(e), b64url(n)),
        };
        b64url(sha256(canonical.as_bytes()))
    }

    /// Whether both are the same key, whatever `kid`, `alg` and `use` say.
    pub fn same_key(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// The public members as a JSON object.
    pub fn to_map(&self) -> Map {
        let mut map = Map::new();
        let mut put = |name: &str, value: String| map.insert(name.into(), Value::String(value));
        match &self.key {
            PublicKey::P256 { x, y } => {
                put("kty", "EC".into());
                put("crv", "P-256".into());
                put("x", b64url(x));
                put("y", b64url(y));
            }
            PublicKey::P384 { x, y } => {
                put("kty", "EC".into());
                put("crv", "P-384".into());
                put("x", b64url(x));
                put("y", b64url(y));
            }
            PublicKey::Ed25519(x) => {
                put("kty", "OKP".into());
                put("crv", "Ed25519".into());
                put("x", b64url(x));
            }
            PublicKey::Rsa { n, e } => {
                put("kty", "RSA".into());
                put("n", b64url(n));
                put("e", b64url(e));
            }
        }
        for (name, value) in [("kid", &self.kid), ("alg", &self.alg), ("use", &self.usage)] {
            if let Some(value) = value {
                put(name, value.clone());
            }
        }
        map
    }

    /// The public members as a JSON value.
    pub fn to_value(&self) -> Value {
        Value::Object(self.to_map())
    }

    /// DER SubjectPublicKeyInfo; P-256, P-384 and Ed25519 only.
    pub fn to_spki(&self) -> Result<Vec<u8>, KeyError> {
        match &self.key {
            PublicKey::P256 { x, y } => Ok([P256_SPKI.as_slice(), x, y].concat()),
            PublicKey::P384 { x, y } => Ok([P384_SPKI.as_slice(), x, y].concat()),
            PublicKey::Ed25519(x) => Ok([ED25519_SPKI.as_slice(), x].concat()),
            PublicKey::Rsa { .. } => Err(KeyError::Unsupported),
        }
    }

    /// The uncompressed point `04 || x || y` of a P-256 key.
    pub(crate) fn p256_point(&self) -> Result<Vec<u8>, KeyError> {
        match &self.key {
            PublicKey::P256 { x, y } => Ok([[4].as_slice(), x, y].concat()),
            _ => Err(KeyError::Unsupported),
        }
    }

    /// The uncompressed point `04 || x || y` of a P-256 or P-384 key.
    pub(crate) fn point(&self) -> Result<Vec<u8>, KeyError> {
        match &self.key {
            PublicKey::P256 { x, y } => Ok([[4].as_slice(), x, y].concat()),
            PublicKey::P384 { x, y } => Ok([[4].as_slice(), x, y].concat()),
            _ => Err(KeyError::Unsupported),
        }
    }
}

impl TryFrom<&Map> for Jwk {
    type Error = KeyError;

    fn try_from(map: &Map) -> Result<Self, KeyError> {
        if PRIVATE.iter().any(|name| map.contains_key(*name)) {
            return Err(KeyError::Private);
        }
        let text = |name: &str| match map.get(name) {
            None => Ok(None),
            Some(Value::String(s)) => Ok(Some(s.as_str())),
            Some(_) => Err(KeyError::Malformed),
        };
        let raw = |name: &str| b64url_decode(text(name)?.ok_or(KeyError::Malformed)?).map_err(|_| KeyError::Malformed);
        let fixed = |name: &str| -> Result<[u8; 32], KeyError> { raw(name)?.try_into().map_err(|_| KeyError::Malformed) };
        let wide = |name: &str| -> Result<[u8; 48], KeyError> { raw(name)?.try_into().map_err(|_| KeyError::Malformed) };
        let key = match (text("kty")?, text("crv")?) {
            (Some("EC"), Some("P-256")) => PublicKey::P256 { x: fixed("x")?, y: fixed("y")? },
            (Some("EC"), Some("P-384")) => PublicKey::P384 { x: wide("x")?, y: wide("y")? },
            (Some("OKP"), Some("Ed25519")) => PublicKey::Ed25519(fixed("x")?),
            (Some("RSA"), _) => PublicKey::Rsa { n: raw("n")?, e: raw("e")? },
            (None, _) => return Err(KeyError::Malformed),
            _ => return Err(KeyError::Unsupported),
        };
        let owned = |name: &str| Ok(text(name)?.map(str::to_owned));
        Ok(Self { key, kid: owned("kid")?, alg: owned("alg")?, usage: owned("use")? })
    }
}

impl TryFrom<Map> for Jwk {
    type Error = KeyError;
    fn try_from(map: Map) -> Result<Self, KeyError> {
        Self::try_from(&map)
    }
}

impl From<Jwk> for Map {
    fn from(jwk: Jwk) -> Self {
        jwk.to_map()
    }
}
