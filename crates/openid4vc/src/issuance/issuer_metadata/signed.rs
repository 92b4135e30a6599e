//! Signed metadata (OpenID4VCI section 12.2.3): the document as JWT, by `Accept: application/jwt` (row M6).

use serde_json::Value;
use vc::jws::{self, Jws, JwsError};
use vc::key::{Algorithm, Jwk, SigningKey, VerifyingKey};
use vc::x509::Chain;

use super::{IssuerMetadata, IssuerMetadataError};
use crate::jwt;

/// The `typ` of signed metadata.
pub const TYP: &str = "openidvci-issuer-metadata+jwt";

/// Algorithms in which signed metadata is read; none of them symmetric.
const READ: [Algorithm; 3] = [Algorithm::Es256, Algorithm::Es384, Algorithm::EdDsa];

/// Whose signature under metadata is believed.
#[derive(Clone, Copy, Debug, Default)]
pub struct TrustedSigner<'a> {
    /// DER certificates to which a chain in `x5c` must lead; its leaf must be of the issuer.
    pub anchors: &'a [Vec<u8>],
    /// Keys that are known to be the issuer's.
    pub keys: &'a [Jwk],
}

impl TrustedSigner<'_> {
    fn signed(&self, jws: &Jws, credential_issuer: &str, now: i64) -> bool {
        let meant = |key: &&Jwk| jws.kid().is_none() || key.kid().is_none() || key.kid() == jws.kid();
        self.keys.iter().filter(meant).any(|key| verifies(jws, key)) || self.certified(jws, credential_issuer, now).is_some()
    }

    /// The leaf names the issuer's identifier, or where it has none its host.
    fn certified(&self, jws: &Jws, credential_issuer: &str, now: i64) -> Option<()> {
        let leaf = Chain::from_x5c(&jws.x5c()?).ok()?.verify(self.anchors, now).ok()?;
        let host = url::Url::parse(credential_issuer).ok()?.host_str()?.to_owned();
        let own = match leaf.san_uris.as_slice() {
            [] => leaf.san_dns.contains(&host),
            uris => uris.iter().any(|uri| uri == credential_issuer),
        };
        (own && verifies(jws, &leaf.jwk)).then_some(())
    }
}

fn verifies(jws: &Jws, key: &Jwk) -> bool {
    VerifyingKey::from_jwk(key).is_ok_and(|key| READ.contains(&key.algorithm()) && jws.verify(&key, Some(TYP)).is_ok())
}

/// Signs metadata. `x5c` is the issuer's chain, without the anchor; where it is empty `kid` names the key.
///
/// # Errors
/// When the key cannot sign.
pub fn sign(metadata: &IssuerMetadata, key: &SigningKey, x5c: &[String], iat: i64, exp: Option<i64>) -> Result<String, JwsError> {
    let mut header = serde_json::Map::new();
    header.insert("typ".into(), TYP.into());
    match x5c {
        [] => header.insert("kid".into(), key.public_jwk()?.thumbprint().into()),
        chain => header.insert("x5c".into(), serde_json::json!(chain)),
    };
    let Ok(Value::Object(mut payload)) = serde_json::to_value(metadata) else { return Err(JwsError::Malformed) };
    for name in ["iss", "sub"] {
        payload.insert(name.into(), metadata.credential_issuer.clone().into());
    }
    payload.insert("iat".into(), iat.into());
    payload.extend(exp.map(|exp| ("exp".to_owned(), Value::from(exp))));
    jws::sign(&header, Value::Object(payload).to_string().as_bytes(), key)
}

/// Reads signed metadata for the identifier that was asked for. Unsigned metadata is never taken in its stead.
///
/// # Errors
/// `issuer_signature` for another `typ` or algorithm, a signer who is not believed, another `sub`, or a time that is over;
/// otherwise as [`IssuerMetadata::parse`].
pub fn verify(
    jwt: &str,
    credential_issuer: &str,
    trusted: &TrustedSigner<'_>,
    now: i64,
    allow_localhost: bool,
) -> Result<IssuerMetadata, IssuerMetadataError> {
    let jws = Jws::parse(jwt.trim()).map_err(|_| IssuerMetadataError::Signed)?;
    if jws.typ() != Some(TYP) || !trusted.signed(&jws, credential_issuer, now) {
        return Err(IssuerMetadataError::Signed);
    }
    let payload = jws.payload_unverified();
    let own = payload.get("sub").and_then(Value::as_str) == Some(credential_issuer);
    let issued = jwt::numeric_date(payload, "iat").is_some();
    if !own || !issued || jwt::is_current(payload, now) != Some(true) {
        return Err(IssuerMetadataError::Signed);
    }
    IssuerMetadata::from_value(payload.clone(), credential_issuer, allow_localhost)
}
