//! Making proofs, in two halves: what will be signed is fixed and stored before the key is used.

use super::{Cryptosuite, DataIntegrityError, Purpose};
use crate::Map;
use crate::json_ld::Budget;
use crate::key::{Algorithm, SigningKey};
use crate::report::rfc3339;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a new proof says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofOptions {
    /// How it is signed.
    pub cryptosuite: Cryptosuite,
    /// Absolute identifier of the key: `<did>#<kid>`.
    pub verification_method: String,
    /// What it is for.
    pub purpose: Purpose,
    /// When, in Unix seconds.
    pub created: Option<i64>,
    /// What the verifier asked to be repeated.
    pub challenge: Option<String>,
    /// For whom.
    pub domain: Option<String>,
}

impl ProofOptions {
    /// Options with what every proof needs.
    pub fn new(cryptosuite: Cryptosuite, verification_method: impl Into<String>, purpose: Purpose) -> Self {
        Self { cryptosuite, verification_method: verification_method.into(), purpose, created: None, challenge: None, domain: None }
    }
}

/// A document and the proof that it will get, checked, unsigned. To be stored before signing and compared after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// What is signed: the document without proofs.
    pub document: Map,
    /// The proof without its value.
    pub proof: Map,
    /// Proofs that the document has already; the new one joins them and does not cover them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<Value>,
}

/// Fixes what will be signed.
///
/// # Errors
/// [`DataIntegrityError::JsonLd`] when a verifier would refuse the document for what it says or how,
/// [`DataIntegrityError::Cryptosuite`] for a suite that is only read.
pub fn prepare(document: &Map, options: &ProofOptions) -> Result<Prepared, DataIntegrityError> {
    let prepared = laid_out(document, options)?;
    // What cannot be canonicalised is found now, not when the key is in hand.
    options.cryptosuite.hash_data(&prepared.document, &prepared.proof, Algorithm::Es256, &Budget::default())?;
    Ok(prepared)
}

fn laid_out(document: &Map, options: &ProofOptions) -> Result<Prepared, DataIntegrityError> {
    if !options.cryptosuite.is_written() {
        return Err(DataIntegrityError::Cryptosuite);
    }
    let mut document = document.clone();
    let others = match document.remove("proof") {
        None => Vec::new(),
        Some(Value::Array(proofs)) => proofs,
        Some(proof) => vec![proof],
    };
    let mut proof = Map::new();
    let mut put = |name: &str, value: &str| proof.insert(name.to_owned(), Value::from(value));
    put("type", "DataIntegrityProof");
    put("cryptosuite", options.cryptosuite.name());
    put("verificationMethod", &options.verification_method);
    put("proofPurpose", options.purpose.name());
    if let Some(created) = options.created {
        put("created", &rfc3339(created).ok_or(DataIntegrityError::Generation)?);
    }
    for (name, value) in [("challenge", &options.challenge), ("domain", &options.domain)] {
        if let Some(value) = value {
            put(name, value);
        }
    }
    if options.cryptosuite.is_jcs()
        && let Some(context) = document.get("@context")
    {
        proof.insert("@context".into(), context.clone());
    }
    super::proof::Proof::parse(&proof)?;
    Ok(Prepared { document, proof, others })
}

impl Prepared {
    /// The bytes to sign: for suites that sign hashes, both of them.
    pub fn signing_input(&self, algorithm: Algorithm) -> Result<Vec<u8>, DataIntegrityError> {
        let suite = super::proof::Proof::parse(&self.proof)?.suite;
        if !suite.fits(algorithm) {
            return Err(DataIntegrityError::Generation);
        }
        suite.hash_data(&self.document, &self.proof, algorithm, &Budget::default())
    }

    /// Signs with `key` and attaches the signature.
    pub fn sign(&self, key: &SigningKey) -> Result<Map, DataIntegrityError> {
        let input = self.signing_input(key.algorithm())?;
        let signature = key.sign(&input).map_err(|_| DataIntegrityError::Generation)?;
        Ok(self.attach(&signature))
    }

    /// The document with `"proof": [ … ]`, a list because verifiers and the official schema of Open Badges want one.
    pub fn attach(&self, signature: &[u8]) -> Map {
        let mut proof = self.proof.clone();
        proof.insert("proofValue".into(), format!("z{}", bs58::encode(signature).into_string()).into());
        let mut document = self.document.clone();
        let mut proofs = self.others.clone();
        proofs.push(Value::Object(proof));
        document.insert("proof".into(), Value::Array(proofs));
        document
    }
}

/// Signs `document`: [`prepare`] and [`Prepared::sign`] in one.
pub fn sign(document: &Map, options: &ProofOptions, key: &SigningKey) -> Result<Map, DataIntegrityError> {
    laid_out(document, options)?.sign(key)
}
