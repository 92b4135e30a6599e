//! Key proofs of type `di_vp` (OpenID4VCI appendix F.2): an empty presentation with a Data Integrity proof of the holder's key.

use serde_json::{Map, Value, json};
use vc::data_integrity::{self, Cryptosuite, DataIntegrityError, ExpectedProof, KeyProblem, Keys, ProofOptions, Purpose, ResolvedKey};
use vc::did;
use vc::key::{Algorithm, Jwk, SigningKey};

use super::proof::{Proof, ProofError, WINDOW};
use crate::jwt::{ALGORITHMS, TOLERANCE};

/// Suites that proofs may be made with, for `proof_signing_alg_values_supported`.
pub const SUITES: [Cryptosuite; 4] =
    [Cryptosuite::EcdsaRdfc2019, Cryptosuite::EddsaRdfc2022, Cryptosuite::EcdsaJcs2019, Cryptosuite::EddsaJcs2022];

/// The context of the data model, which brings the terms of the proof along.
const V2: &str = "https://www.w3.org/ns/credentials/v2";

/// Keys that are in their own name: `did:key` and `did:jwk`.
struct OwnNames;

impl Keys for OwnNames {
    fn key(&self, verification_method: &str, _: Purpose) -> Result<ResolvedKey, KeyProblem> {
        let jwk = did::key_of_url(verification_method).map_err(|_| KeyProblem::DidMethod)?;
        let controller = verification_method.split('#').next().unwrap_or_default().to_owned();
        Ok(ResolvedKey { jwk, controller })
    }
}

/// Checks a presentation. `audience` is the Credential Issuer Identifier.
///
/// # Errors
/// [`ProofError`].
pub fn verify(presentation: &Value, audience: &str, now: i64) -> Result<Proof, ProofError> {
    let document = presentation.as_object().ok_or(ProofError::Malformed)?;
    if !has_type(document) {
        return Err(ProofError::Typ);
    }
    let stated = only_proof(document).ok_or(ProofError::Malformed)?;
    let text = |name: &str| stated.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let suite = Cryptosuite::of(text("type").unwrap_or_default(), text("cryptosuite")).ok_or(ProofError::Algorithm)?;
    if !SUITES.contains(&suite) {
        return Err(ProofError::Algorithm);
    }
    // A list of domains could hold another issuer's too.
    if text("domain") != Some(audience) {
        return Err(ProofError::Audience);
    }
    let nonce = text("challenge").ok_or(ProofError::Nonce)?.to_owned();
    let expected = ExpectedProof {
        purpose: Purpose::Authentication,
        challenge: Some(&nonce),
        domain: Some(audience),
        now,
        clock_tolerance: TOLERANCE,
    };
    let verified = data_integrity::verify(document, &OwnNames, &expected).map_err(refused)?;
    let [proof] = verified.as_slice() else { return Err(ProofError::Malformed) };
    if proof.created.is_some_and(|created| created < now.saturating_sub(WINDOW)) {
        return Err(ProofError::Time);
    }
    if document.get("holder").is_some_and(|holder| holder_id(holder) != Some(&proof.controller)) {
        return Err(ProofError::Client);
    }
    if !ALGORITHMS.contains(&proof.jwk.algorithm()) {
        return Err(ProofError::Key);
    }
    Ok(Proof { holder: proof.jwk.clone(), nonce, iat: proof.created.unwrap_or(now), client_id: None })
}

fn has_type(document: &Map<String, Value>) -> bool {
    const NAME: &str = "VerifiablePresentation";
    match document.get("type") {
        Some(Value::String(one)) => one == NAME,
        Some(Value::Array(list)) => list.iter().any(|one| one == NAME),
        _ => false,
    }
}

/// The proof, of which there must be one: two could be of two holders.
fn only_proof(document: &Map<String, Value>) -> Option<&Map<String, Value>> {
    match document.get("proof")? {
        Value::Array(list) => match list.as_slice() {
            [one] => one.as_object(),
            _ => None,
        },
        one => one.as_object(),
    }
}

fn holder_id(holder: &Value) -> Option<&str> {
    holder.as_str().or_else(|| holder.get("id")?.as_str())
}

fn refused(error: DataIntegrityError) -> ProofError {
    match error {
        DataIntegrityError::Purpose => ProofError::Typ,
        DataIntegrityError::Domain => ProofError::Audience,
        DataIntegrityError::Challenge => ProofError::Nonce,
        DataIntegrityError::Expired | DataIntegrityError::NotYetValid => ProofError::Time,
        DataIntegrityError::Cryptosuite => ProofError::Algorithm,
        DataIntegrityError::Key(_) | DataIntegrityError::VerificationMethod => ProofError::Key,
        DataIntegrityError::Invalid => ProofError::Signature,
        _ => ProofError::Malformed,
    }
}

/// Builds a presentation with the holder's key under its `did:key`. `audience` is the Credential Issuer Identifier.
///
/// # Errors
/// When the key cannot sign.
pub fn build(key: &SigningKey, audience: &str, nonce: Option<&str>, now: i64) -> Result<Value, DataIntegrityError> {
    let jwk = key.public_jwk().map_err(|_| DataIntegrityError::Generation)?;
    let (holder, method) = named(&jwk)?;
    let mut document = Map::new();
    document.insert("@context".into(), json!([V2]));
    document.insert("type".into(), json!(["VerifiablePresentation"]));
    document.insert("holder".into(), holder.into());
    let suite = match key.algorithm() {
        Algorithm::EdDsa => Cryptosuite::EddsaRdfc2022,
        _ => Cryptosuite::EcdsaRdfc2019,
    };
    let options = ProofOptions {
        created: Some(now),
        challenge: nonce.map(str::to_owned),
        domain: Some(audience.to_owned()),
        ..ProofOptions::new(suite, method, Purpose::Authentication)
    };
    data_integrity::sign(&document, &options, key).map(Value::Object)
}

fn named(jwk: &Jwk) -> Result<(String, String), DataIntegrityError> {
    let did = did::key_did(jwk).map_err(|_| DataIntegrityError::Generation)?;
    let method = format!("{did}#{}", did.trim_start_matches("did:key:"));
    Ok((did, method))
}

#[cfg(test)]
mod tests;
