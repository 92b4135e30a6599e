//! What an issuer will sign, in any form, fixed before the key is used; and its own look at what was signed, before it leaves.

use crate::Map;
use crate::data_integrity::{self, DataIntegrityError, ExpectedProof, KeyProblem, Purpose, ResolvedKey};
use crate::encoding::{b64url, sha256};
use crate::jws::{self, Jws, JwsError};
use crate::key::{Jwk, SigningKey, VerifyingKey};
use crate::sd_jwt::{self, Prepared, TYP};
use crate::strict_json;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Why a signed credential is not what was prepared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAsPrepared {
    /// Payload, disclosures or document differ.
    #[error("signed credential differs from the prepared one")]
    Differs,
    /// The signature does not verify with the issuer's key, or `typ` is not that of an SD-JWT VC.
    #[error(transparent)]
    Signature(#[from] JwsError),
    /// The proof does not verify with the issuer's key.
    #[error(transparent)]
    Proof(#[from] DataIntegrityError),
}

/// A credential that is about to be signed: everything but the signature. Stored, it gives the same credential at every try.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "form", content = "prepared", rename_all = "snake_case")]
pub enum PreparedForm {
    /// SD-JWT VC.
    SdJwt {
        /// Protected header; `alg` is the key's.
        header: Map,
        /// Payload and disclosures.
        prepared: Prepared,
    },
    /// W3C credential as JWT: `base64url(header).base64url(payload)`.
    Jwt(String),
    /// W3C credential with an embedded proof.
    DataIntegrity(data_integrity::Prepared),
}

impl PreparedForm {
    /// SHA-256 of what is fixed: of an SD-JWT its payload, of a JWT header and payload, of an embedded proof the whole document with the
    /// proof's options.
    pub fn hash(&self) -> [u8; 32] {
        match self {
            Self::SdJwt { prepared, .. } => prepared.payload_hash(),
            Self::Jwt(input) => sha256(input.as_bytes()),
            Self::DataIntegrity(prepared) => sha256(serde_json::to_vec(prepared).unwrap_or_default().as_slice()),
        }
    }

    /// Signs. The text of the credential; of an embedded proof, its JSON. [`PreparedForm::compare`] looks at it as a stranger would.
    ///
    /// # Errors
    /// When the key cannot sign it.
    pub fn sign(&self, key: &SigningKey) -> Result<String, NotAsPrepared> {
        match self {
            Self::SdJwt { header, prepared } => Ok(prepared.sign_compact(header, key)?),
            Self::Jwt(input) => Ok(jws::attach(input, &key.sign(input.as_bytes()).map_err(JwsError::Key)?)),
            Self::DataIntegrity(prepared) => Ok(Value::Object(prepared.sign(key)?).to_string()),
        }
    }

    /// Compares a signed credential with what was prepared, and verifies its signature.
    ///
    /// # Errors
    /// When it differs, or its signature is not this key's.
    pub fn compare(&self, signed: &str, key: &Jwk, now: i64) -> Result<(), NotAsPrepared> {
        let verifying = || VerifyingKey::from_jwk(key).map_err(JwsError::Key);
        match self {
            Self::SdJwt { header, prepared: expected } => {
                // Drafts had another `typ`: the one that was prepared is meant.
                let typ = header.get("typ").and_then(Value::as_str).unwrap_or(TYP);
                prepared_as(typ, signed, expected, &verifying()?)?;
                sd_jwt::SdJwt::parse(signed).map(|_| ()).map_err(|_| NotAsPrepared::Differs)
            }
            Self::Jwt(input) => {
                if signed.rsplit_once('.').map(|(signed, _)| signed) != Some(input.as_str()) {
                    return Err(NotAsPrepared::Differs);
                }
                Ok(Jws::parse(signed)?.verify(&verifying()?, None).map(|_| ())?)
            }
            Self::DataIntegrity(prepared) => embedded(signed, prepared, key, now),
        }
    }
}

/// Compares byte for byte and verifies signature and `typ` of an SD-JWT VC; processes no disclosures.
pub fn prepared(signed: &str, prepared: &Prepared, key: &VerifyingKey) -> Result<(), NotAsPrepared> {
    prepared_as(TYP, signed, prepared, key)
}

fn prepared_as(typ: &str, signed: &str, prepared: &Prepared, key: &VerifyingKey) -> Result<(), NotAsPrepared> {
    let mut parts = signed.split('~');
    let jwt = parts.next().unwrap_or_default();
    if jwt.split('.').nth(1) != Some(b64url(prepared.payload()).as_str()) {
        return Err(NotAsPrepared::Differs);
    }
    let expected = prepared.disclosures().iter().map(String::as_str).chain([""]);
    if !parts.eq(expected) {
        return Err(NotAsPrepared::Differs);
    }
    Jws::parse(jwt)?.verify(key, Some(typ))?;
    Ok(())
}

/// The document is the prepared one, its last proof is the prepared one with a value, and the key made that value.
fn embedded(signed: &str, prepared: &data_integrity::Prepared, key: &Jwk, now: i64) -> Result<(), NotAsPrepared> {
    let Ok(Value::Object(signed)) = strict_json::parse(signed.as_bytes()) else { return Err(NotAsPrepared::Differs) };
    let mut document = signed.clone();
    let Some(Value::Array(mut proofs)) = document.remove("proof") else { return Err(NotAsPrepared::Differs) };
    let Some(Value::Object(mut proof)) = proofs.pop() else { return Err(NotAsPrepared::Differs) };
    let value = proof.remove("proofValue");
    if document != prepared.document
        || proof != prepared.proof
        || proofs != prepared.others
        || !value.is_some_and(|value| value.is_string())
    {
        return Err(NotAsPrepared::Differs);
    }
    let own = Own { jwk: key, method: prepared.proof.get("verificationMethod").and_then(Value::as_str).unwrap_or_default() };
    let expected = ExpectedProof { purpose: Purpose::AssertionMethod, challenge: None, domain: None, now, clock_tolerance: 60 };
    data_integrity::verify(&signed, &own, &expected)?;
    Ok(())
}

/// The one key that signed.
struct Own<'a> {
    jwk: &'a Jwk,
    method: &'a str,
}

impl data_integrity::Keys for Own<'_> {
    fn key(&self, verification_method: &str, _: Purpose) -> Result<ResolvedKey, KeyProblem> {
        if verification_method != self.method {
            return Err(KeyProblem::Unknown);
        }
        let controller = verification_method.split('#').next().unwrap_or_default().to_owned();
        Ok(ResolvedKey { jwk: self.jwk.clone(), controller })
    }
}
