//! The issuer's side: keeping what will be signed, and signing it.

use super::conceal::{self, Concealment, Decoys};
use super::{HashAlgorithm, Path, SdJwt, SdJwtError};
use crate::Map;
use crate::encoding::sha256;
use crate::jws::{self, JwsError};
use crate::key::{Algorithm, SigningKey};
use crate::random::Random;
use serde::{Deserialize, Serialize};

/// Why claims could not be prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    /// A claim that is never selectively disclosable was to be concealed.
    #[error("this claim may not be concealed")]
    NeverHidden,
    /// A member is called `_sd`, `_sd_alg` or `...`.
    #[error("reserved claim name")]
    ReservedName,
    /// Too many disclosures or digests, or too deep.
    #[error("over a limit")]
    Limit,
}

/// Why a prepared credential could not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The key refused.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// What was signed cannot be read back.
    #[error(transparent)]
    SdJwt(#[from] SdJwtError),
}

/// Payload and disclosures, fixed before signing, so that signing again gives the same credential.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    payload: String,
    disclosures: Vec<String>,
}

/// Conceals the claims that `concealed` selects, with SHA-256, and adds `decoys` digests of nothing at the top level.
pub fn prepare(claims: Map, concealed: &[Path], decoys: usize, random: &dyn Random) -> Result<Prepared, PrepareError> {
    let decoys = vec![Decoys::top(decoys)];
    prepare_with(claims, &Concealment { paths: concealed.to_vec(), decoys, algorithm: HashAlgorithm::Sha256 }, random)
}

/// Conceals claims (section 4.2). What an SD-JWT VC never hides may not be concealed, nor hold decoys.
pub fn prepare_with(claims: Map, concealment: &Concealment, random: &dyn Random) -> Result<Prepared, PrepareError> {
    let (payload, disclosures) = conceal::conceal(claims, concealment, random)?;
    let payload = serde_json::to_string(&payload).map_err(|_| PrepareError::Limit)?;
    Ok(Prepared { payload, disclosures })
}

impl Prepared {
    /// The payload, as it will be signed: JSON text.
    pub fn payload(&self) -> &str {
        &self.payload
    }

    /// The disclosures, base64url.
    pub fn disclosures(&self) -> &[String] {
        &self.disclosures
    }

    /// SHA-256 of the payload.
    pub fn payload_hash(&self) -> [u8; 32] {
        sha256(self.payload.as_bytes())
    }

    /// What a key outside this process signs; `alg` in the header is set to `algorithm`.
    pub fn signing_input(&self, header: &Map, algorithm: Algorithm) -> String {
        jws::signing_input(header, self.payload.as_bytes(), algorithm)
    }

    /// Puts a signature to a signing input and adds the disclosures: the issued text, ending with `~`.
    pub fn attach(&self, signing_input: &str, signature: &[u8]) -> String {
        let disclosures: usize = self.disclosures.iter().map(|d| d.len() + 1).sum();
        let mut out = String::with_capacity(signing_input.len() + disclosures + 2 * signature.len());
        jws::attach_into(&mut out, signing_input, signature);
        for disclosure in &self.disclosures {
            out.push('~');
            out.push_str(disclosure);
        }
        out.push('~');
        out
    }

    /// Signs and reads back what was signed; `alg` in the header is set to the key's.
    pub fn sign(&self, header: &Map, key: &SigningKey) -> Result<SdJwt, SignError> {
        Ok(SdJwt::parse(&self.sign_compact(header, key)?)?)
    }

    /// Signs without reading back: the issued text.
    pub fn sign_compact(&self, header: &Map, key: &SigningKey) -> Result<String, JwsError> {
        let input = self.signing_input(header, key.algorithm());
        Ok(self.attach(&input, &key.sign(input.as_bytes())?))
    }
}
