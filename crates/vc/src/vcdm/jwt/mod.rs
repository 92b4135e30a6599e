//! Credentials and presentations as JWT, read and made, in the three ways that are met.
//!
//! `vc+jwt` and `vp+jwt` (VC-JOSE-COSE): the payload is the document, a claim `vc` or `vp` is forbidden. `typ` JWT, or
//! none: Open Badges 3.0 puts the credential at top level beside `iss`, `jti`, `sub`, `nbf` and `exp`; VCDM 1.1 puts it
//! into `vc` or `vp` and lets those claims replace members. What a claim and a member both say must be equal.

mod claims;
mod credential;
mod presentation;

pub use claims::Claims;
pub use credential::{VcJwt, prepare_credential, read, sign_credential};
pub use presentation::{Binding, VpJwt, read_presentation, sign_presentation};

use super::VcdmError;
use crate::jws::{Jws, JwsError};
use crate::key::KeyError;

/// How a document and a JWT are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// `vc+jwt`, `vp+jwt`: the payload is the document.
    VcJwt,
    /// `jwt_vc_json`: a claim `vc` or `vp` in version 1.1; in version 2.0, as Open Badges has it, the credential at top
    /// level with registered claims beside it.
    JwtVcJson,
}

impl Dialect {
    /// The credential format identifier of OpenID4VCI and OpenID4VP.
    pub fn format(self) -> &'static str {
        match self {
            Self::VcJwt => "vc+jwt",
            Self::JwtVcJson => "jwt_vc_json",
        }
    }
}

/// Why a credential or presentation as JWT was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VcJwtError {
    /// Not a JWS with JSON in it, an algorithm that is not supported, or a signature that does not verify.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// `typ` is none of those that stand for a credential (or presentation).
    #[error("wrong typ")]
    Typ,
    /// A claim `vc` or `vp` where the payload itself is the document, or both ways at once.
    #[error("claim vc or vp beside the document")]
    VcClaim,
    /// No document in the payload.
    #[error("no credential or presentation in the JWT")]
    Missing,
    /// This registered claim is of the wrong type.
    #[error("malformed claim {0}")]
    MalformedClaim(&'static str),
    /// This registered claim says something else than the document.
    #[error("claim {0} does not fit the document")]
    Mismatch(&'static str),
    /// The document to be signed is none.
    #[error(transparent)]
    Document(#[from] VcdmError),
}

impl VcJwtError {
    /// Stable code of the reason.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Jws(JwsError::Algorithm | JwsError::Key(KeyError::Algorithm)) => "algorithm",
            Self::Jws(JwsError::Critical) => "critical",
            Self::Jws(JwsError::Key(_)) => "signature",
            Self::Jws(JwsError::Type) | Self::Typ => "typ",
            Self::Jws(_) => "malformed",
            Self::VcClaim => "vc_claim",
            Self::Missing => "credential_missing",
            Self::MalformedClaim(_) => "malformed_claim",
            Self::Mismatch(_) => "claim_mismatch",
            Self::Document(error) => error.code(),
        }
    }

    /// The claim at fault, when it is one.
    pub fn claim(&self) -> Option<&'static str> {
        match self {
            Self::MalformedClaim(name) | Self::Mismatch(name) => Some(name),
            _ => None,
        }
    }
}

/// The dialect that `typ` announces: `kind` is `vc` or `vp`. `typ` may leave out `application/` (RFC 7515 section 4.1.9).
fn dialect(jws: &Jws, kind: &str) -> Result<Dialect, VcJwtError> {
    let Some(typ) = jws.header().get("typ") else { return Ok(Dialect::JwtVcJson) };
    let typ = typ.as_str().ok_or(VcJwtError::Typ)?.to_ascii_lowercase();
    let name = typ.strip_prefix("application/").unwrap_or(&typ);
    if name == "jwt" {
        return Ok(Dialect::JwtVcJson);
    }
    match name.strip_prefix(kind) {
        // The last two are names of drafts.
        Some("+jwt" | "-ld+jwt" | "+ld+json+jwt") => Ok(Dialect::VcJwt),
        _ => Err(VcJwtError::Typ),
    }
}
