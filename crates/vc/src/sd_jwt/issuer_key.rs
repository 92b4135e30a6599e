//! Where an SD-JWT says that its issuer's key is (SD-JWT VC section 2.5). Which of the ways counts is not its own to decide:
//! the register permits one per issuer.

use super::{SdJwt, vc};

/// One way to the issuer's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssuerKey {
    /// The leaf of the certificate chain in the protected header.
    Certificate {
        /// `x5c`: base64 of DER, leaf first.
        x5c: Vec<String>,
    },
    /// A key of the issuer's `jwt-vc-issuer` metadata, see [`crate::issuer_metadata`].
    Metadata {
        /// The issuer: an https URL.
        issuer: String,
        /// Which of its keys.
        kid: Option<String>,
    },
    /// A verification method of the issuer's DID document, with the purpose `assertionMethod`.
    Did {
        /// The issuer: a DID.
        did: String,
        /// DID URL of the method; `None` when the header names none, so that the document must hold just one.
        verification_method: Option<String>,
    },
}

/// Why there is no way to the issuer's key; `code()` is what reports carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IssuerKeyError {
    /// No `x5c`, and an issuer that is neither an https URL nor a DID.
    #[error("no way to the issuer's key")]
    NoKey,
    /// `x5c` is no list of texts, or an empty one.
    #[error("malformed x5c")]
    Certificate,
    /// `kid` names a key of another DID.
    #[error("kid belongs to another issuer")]
    Issuer,
}

impl IssuerKeyError {
    /// Stable code of the reason.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoKey => "no_key",
            Self::Certificate => "malformed_x5c",
            Self::Issuer => "issuer_mismatch",
        }
    }
}

/// All ways that the credential offers, never empty. A verifier takes the one that is permitted for this issuer, never
/// whichever works.
pub fn issuer_keys(credential: &SdJwt) -> Result<Vec<IssuerKey>, IssuerKeyError> {
    let mut ways = Vec::new();
    if credential.jwt().header().contains_key("x5c") {
        let x5c = credential.jwt().x5c().filter(|chain| !chain.is_empty()).ok_or(IssuerKeyError::Certificate)?;
        ways.push(IssuerKey::Certificate { x5c });
    }
    let claims = credential.disclosed_claims();
    let issuer = credential.issuer().or_else(|| claims.get("issuer").and_then(vc::issuer_id));
    if let Some(issuer) = issuer {
        let kid = credential.kid();
        if issuer.starts_with("did:") {
            ways.push(IssuerKey::Did { did: issuer.to_owned(), verification_method: verification_method(issuer, kid)? });
        } else if issuer.starts_with("https://") || issuer.starts_with("http://localhost") {
            ways.push(IssuerKey::Metadata { issuer: issuer.to_owned(), kid: kid.map(str::to_owned) });
        }
    }
    if ways.is_empty() { Err(IssuerKeyError::NoKey) } else { Ok(ways) }
}

/// The DID URL that `kid` names: whole, a fragment, or, as pilots write it, a fragment without its `#`.
pub(crate) fn verification_method(did: &str, kid: Option<&str>) -> Result<Option<String>, IssuerKeyError> {
    let Some(kid) = kid.filter(|kid| *kid != did) else { return Ok(None) };
    if let Some(fragment) = kid.strip_prefix('#') {
        return Ok(Some(format!("{did}#{fragment}")));
    }
    if kid.starts_with("did:") {
        let own = kid.split_once('#').is_some_and(|(before, _)| before == did);
        return if own { Ok(Some(kid.to_owned())) } else { Err(IssuerKeyError::Issuer) };
    }
    Ok(Some(format!("{did}#{kid}")))
}
