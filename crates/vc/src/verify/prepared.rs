//! The issuer's own look at what was signed, before it leaves: the same bytes as prepared, under the right key.

use crate::encoding::b64url;
use crate::jws::{Jws, JwsError};
use crate::key::VerifyingKey;
use crate::sd_jwt::{Prepared, TYP};

/// Why a signed credential is not what was prepared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAsPrepared {
    /// Payload or disclosures differ.
    #[error("signed credential differs from the prepared one")]
    Differs,
    /// The signature does not verify with the issuer's key, or `typ` is not that of an SD-JWT VC.
    #[error(transparent)]
    Signature(#[from] JwsError),
}

/// Compares byte for byte and verifies signature and `typ` of an SD-JWT VC; processes no disclosures.
pub fn prepared(signed: &str, prepared: &Prepared, key: &VerifyingKey) -> Result<(), NotAsPrepared> {
    let mut parts = signed.split('~');
    let jwt = parts.next().unwrap_or_default();
    if jwt.split('.').nth(1) != Some(b64url(prepared.payload()).as_str()) {
        return Err(NotAsPrepared::Differs);
    }
    let expected = prepared.disclosures().iter().map(String::as_str).chain([""]);
    if !parts.eq(expected) {
        return Err(NotAsPrepared::Differs);
    }
    Jws::parse(jwt)?.verify(key, Some(TYP))?;
    Ok(())
}
