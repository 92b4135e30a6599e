//! Data Integrity proofs (W3C Data Integrity 1.0): signing with our keys, verifying what wallets and issuers send.
//!
//! Suites: `eddsa-rdfc-2022`, `eddsa-jcs-2022`, `ecdsa-rdfc-2019`, `ecdsa-jcs-2019`, and for reading only
//! `Ed25519Signature2020` and `eddsa-2022`, an early name of `eddsa-rdfc-2022`. `ecdsa-sd-2023` and `bbs-2023` are
//! recognised and refused.

mod proof;
mod sign;
mod suite;
mod verify;

pub use sign::{Prepared, ProofOptions, prepare, sign};
pub use suite::Cryptosuite;
pub use verify::{ExpectedProof, Keys, ResolvedKey, VerifiedProof, verify, verify_one, verify_remembering};

use crate::json_ld::JsonLdError;
use serde::{Deserialize, Serialize};

/// What a proof is for (`proofPurpose`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Purpose {
    /// Claims of an issuer: credentials.
    AssertionMethod,
    /// Control of a key: presentations.
    Authentication,
}

impl Purpose {
    /// The `proofPurpose` value.
    pub fn name(self) -> &'static str {
        match self {
            Self::AssertionMethod => "assertionMethod",
            Self::Authentication => "authentication",
        }
    }
}

/// Why a proof was not made or not accepted. Carries nothing of the document.
///
/// The specification's names (W3C Data Integrity 1.0 section 4.7) are in the comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DataIntegrityError {
    /// The document cannot be canonicalised (`PROOF_TRANSFORMATION_ERROR`, `DATA_LOSS_DETECTION_ERROR`).
    #[error(transparent)]
    JsonLd(#[from] JsonLdError),
    /// There is no proof.
    #[error("no proof")]
    Missing,
    /// A proof that lacks members or has them in another form (`PARSING_ERROR`).
    #[error("malformed proof")]
    Malformed,
    /// A suite that is not read, or not written.
    #[error("unsupported cryptosuite")]
    Cryptosuite,
    /// The proof is for something else.
    #[error("proof for another purpose")]
    Purpose,
    /// `INVALID_DOMAIN_ERROR`.
    #[error("proof for another domain")]
    Domain,
    /// `INVALID_CHALLENGE_ERROR`.
    #[error("proof with another challenge")]
    Challenge,
    /// `expires` is over.
    #[error("proof has expired")]
    Expired,
    /// `created` is in the future.
    #[error("proof of the future")]
    NotYetValid,
    /// `verificationMethod` is no absolute URL.
    #[error("verification method is no URL")]
    VerificationMethod,
    /// `previousProof` names a proof that is not there, or two proofs have one name.
    #[error("proof chain is broken")]
    Chain,
    /// The key was not had.
    #[error(transparent)]
    Key(#[from] KeyProblem),
    /// `PROOF_VERIFICATION_ERROR`: the signature is not by this key over this document.
    #[error("proof does not verify")]
    Invalid,
    /// `PROOF_GENERATION_ERROR`: the key does not fit the suite, or cannot sign.
    #[error("proof cannot be made")]
    Generation,
}

impl DataIntegrityError {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::JsonLd(error) => error.code(),
            Self::Missing => "proof_missing",
            Self::Malformed => "proof_malformed",
            Self::Cryptosuite => "unsupported_cryptosuite",
            Self::Purpose => "proof_purpose",
            Self::Domain => "proof_domain",
            Self::Challenge => "proof_challenge",
            Self::Expired => "proof_expired",
            Self::NotYetValid => "proof_not_yet_valid",
            Self::VerificationMethod => "verification_method",
            Self::Chain => "proof_chain",
            Self::Key(problem) => problem.code(),
            Self::Invalid => "proof_invalid",
            Self::Generation => "proof_generation",
        }
    }
}

/// Why there is no key for a verification method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    /// The document of the method's controller was not had, so that the check could not be made.
    #[error("key not available")]
    Unavailable,
    /// The controller's document has no such method.
    #[error("no such key")]
    Unknown,
    /// The controller's document does not allow the key this purpose.
    #[error("key for another purpose")]
    Purpose,
    /// A DID method that is not read.
    #[error("unsupported DID method")]
    DidMethod,
    /// A kind of key that is not read.
    #[error("unsupported key")]
    Unsupported,
    /// The controller withdrew the key, or its identifier.
    #[error("key is revoked")]
    Revoked,
}

impl KeyProblem {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unavailable => "key_unavailable",
            Self::Unknown => "key_unknown",
            Self::Purpose => "proof_purpose",
            Self::DidMethod => "did_method",
            Self::Unsupported => "unsupported_key",
            Self::Revoked => "key_revoked",
        }
    }
}
