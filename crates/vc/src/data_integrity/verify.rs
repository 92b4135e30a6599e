//! Verifying proofs, proof sets and proof chains (W3C Data Integrity 1.0 sections 4.4 and 4.5).

use super::proof::{self, Proof};
use super::suite::joined;
use super::{Cryptosuite, DataIntegrityError, KeyProblem, Purpose};
use crate::encoding::sha256;
use crate::json_ld::Budget;
use crate::key::{Algorithm, Jwk, VerifyingKey};
use crate::signature_cache::SignatureCache;
use crate::{Map, json_ld};
use serde_json::Value;

/// Where keys come from.
pub trait Keys {
    /// The key of a verification method, if its controller's document allows it this purpose.
    fn key(&self, verification_method: &str, purpose: Purpose) -> Result<ResolvedKey, KeyProblem>;

    /// The work that this document shares with others that came with it; without, it has work of its own.
    fn budget(&self) -> Option<&Budget> {
        None
    }
}

/// A key and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedKey {
    /// The key.
    pub jwk: Jwk,
    /// Identifier of its controller, to be compared with `issuer` or `holder` by the caller.
    pub controller: String,
}

/// What a proof must be.
#[derive(Debug, Clone, Copy)]
pub struct ExpectedProof<'a> {
    /// What for.
    pub purpose: Purpose,
    /// The challenge that was given, if any.
    pub challenge: Option<&'a str>,
    /// The domain that was given, if any.
    pub domain: Option<&'a str>,
    /// Unix seconds.
    pub now: i64,
    /// Seconds by which clocks may differ.
    pub clock_tolerance: i64,
}

/// A proof that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedProof {
    /// How it was signed.
    pub cryptosuite: Cryptosuite,
    /// Identifier of the key.
    pub verification_method: String,
    /// Identifier of who controls the key.
    pub controller: String,
    /// The key.
    pub jwk: Jwk,
    /// When it was made, as it says itself, in Unix seconds.
    pub created: Option<i64>,
    /// When it ends, in Unix seconds.
    pub expires: Option<i64>,
}

/// Verifies every proof of `document`; one that does not hold refuses the document.
pub fn verify(document: &Map, keys: &dyn Keys, expected: &ExpectedProof<'_>) -> Result<Vec<VerifiedProof>, DataIntegrityError> {
    verify_remembering(document, keys, expected, None)
}

/// [`verify`], at the cost of a hash when `cache` has seen exactly this document hold under the same keys.
pub fn verify_remembering(
    document: &Map,
    keys: &dyn Keys,
    expected: &ExpectedProof<'_>,
    cache: Option<&SignatureCache>,
) -> Result<Vec<VerifiedProof>, DataIntegrityError> {
    let proofs = proof::proofs(document)?;
    let mut resolved = Vec::new();
    for proof in &proofs {
        check_expected(proof, expected)?;
        let key = keys.key(proof.verification_method, expected.purpose)?;
        if !proof.suite.fits(key.jwk.algorithm()) {
            return Err(DataIntegrityError::Invalid);
        }
        resolved.push(key);
    }
    let seen = cache.map(|cache| (cache, name(document, &resolved)));
    if !seen.as_ref().is_some_and(|(cache, name)| cache.contains(name)) {
        check_signatures(document, &proofs, &resolved, keys.budget().unwrap_or(&Budget::default()))?;
        if let Some((cache, name)) = seen {
            cache.insert(name);
        }
    }
    Ok(proofs.iter().zip(resolved).map(|(proof, key)| verified(proof, key)).collect())
}

/// What a document is remembered by: its text and the keys under which its proofs hold.
fn name(document: &Map, keys: &[ResolvedKey]) -> [u8; 32] {
    // A map always has a text; members stand in one order, so that equal texts are equal documents.
    let mut text = serde_json::to_vec(document).unwrap_or_default();
    for key in keys {
        text.push(0);
        text.extend_from_slice(key.jwk.thumbprint().as_bytes());
    }
    sha256(&text)
}

/// Verifies one proof over `document` (without `proof`) under a key that the caller chose, whatever its purpose and dates.
///
/// For documents that are no credentials and have their own rules, such as the log of a `did:webvh`.
pub fn verify_one(document: &Map, proof: &Map, key: &Jwk) -> Result<(), DataIntegrityError> {
    let proof = Proof::parse(proof)?;
    if !proof.suite.fits(key.algorithm()) {
        return Err(DataIntegrityError::Invalid);
    }
    let input = proof.suite.hash_data(document, &proof.options(), key.algorithm(), &Budget::default())?;
    check_signature(&proof, key, &input)
}

fn verified(proof: &Proof<'_>, key: ResolvedKey) -> VerifiedProof {
    VerifiedProof {
        cryptosuite: proof.suite,
        verification_method: proof.verification_method.to_owned(),
        controller: key.controller,
        jwk: key.jwk,
        created: proof.created,
        expires: proof.expires,
    }
}

/// What is checked without computing: purpose, times, domain, challenge.
fn check_expected(proof: &Proof<'_>, expected: &ExpectedProof<'_>) -> Result<(), DataIntegrityError> {
    if proof.purpose != expected.purpose.name() {
        return Err(DataIntegrityError::Purpose);
    }
    let tolerance = expected.clock_tolerance;
    if proof.created.is_some_and(|created| created > expected.now.saturating_add(tolerance)) {
        return Err(DataIntegrityError::NotYetValid);
    }
    if proof.expires.is_some_and(|expires| expires.saturating_add(tolerance) <= expected.now) {
        return Err(DataIntegrityError::Expired);
    }
    if expected.domain.is_some_and(|domain| proof.domain.is_empty() || proof.domain.iter().any(|named| *named != domain)) {
        return Err(DataIntegrityError::Domain);
    }
    if expected.challenge.is_some() && proof.challenge != expected.challenge {
        return Err(DataIntegrityError::Challenge);
    }
    Ok(())
}

fn check_signatures(document: &Map, proofs: &[Proof<'_>], keys: &[ResolvedKey], budget: &Budget) -> Result<(), DataIntegrityError> {
    if proofs.iter().any(|proof| proof.suite.is_jcs()) {
        // Every member is signed as it stands, but what it means still comes from the contexts.
        json_ld::check_contexts(document)?;
    }
    let mut bare = document.clone();
    bare.remove("proof");
    // Proofs of one set cover the same document: canonicalised once.
    let mut last: Option<(Cryptosuite, Algorithm, String)> = None;
    for (proof, key) in proofs.iter().zip(keys) {
        let (suite, algorithm, options) = (proof.suite, key.jwk.algorithm(), proof.options());
        let input = if proof.previous.is_empty() && !suite.is_jcs() {
            if last.as_ref().is_none_or(|(_, of, _)| *of != algorithm) {
                last = Some((suite, algorithm, suite.canonical_document(&bare, &options, algorithm, budget)?));
            }
            let canonical = last.as_ref().map(|(_, _, text)| text.as_str()).unwrap_or_default();
            joined(&suite.canonical_options(&bare, &options, algorithm, budget)?, canonical, algorithm)
        } else {
            suite.hash_data(&covered(&bare, proof, proofs)?, &options, algorithm, budget)?
        };
        check_signature(proof, &key.jwk, &input)?;
    }
    Ok(())
}

/// What a proof covers: the document, and the proofs that it names as previous.
fn covered(bare: &Map, proof: &Proof<'_>, all: &[Proof<'_>]) -> Result<Map, DataIntegrityError> {
    let mut document = bare.clone();
    let mut matching = Vec::new();
    for name in &proof.previous {
        let previous = all.iter().find(|other| other.id == Some(name)).ok_or(DataIntegrityError::Chain)?;
        matching.push(Value::Object(previous.map.clone()));
    }
    if !matching.is_empty() {
        document.insert("proof".into(), Value::Array(matching));
    }
    Ok(document)
}

fn check_signature(proof: &Proof<'_>, key: &Jwk, input: &[u8]) -> Result<(), DataIntegrityError> {
    let signature = proof.signature()?;
    let verifying = VerifyingKey::from_jwk(key).map_err(|_| DataIntegrityError::Invalid)?;
    verifying.verify(verifying.algorithm(), input, &signature).map_err(|_| DataIntegrityError::Invalid)
}
