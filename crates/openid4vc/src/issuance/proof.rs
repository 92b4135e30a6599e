//! Key proofs (OpenID4VCI appendix F, rows C9, C11 to C17): the `jwt` type here, [`super::di_vp`] and
//! [`super::key_attestation`] beside it, and all proofs of one request together.

use serde_json::{Map, Value};
use vc::jws::{self, Jws, JwsError};
use vc::key::{Algorithm, Jwk, SigningKey};
use vc::x509::Chain;

use super::credential::{CredentialErrorCode, Proofs};
use super::di_vp;
use super::key_attestation::{self, KeyAttestation, KeyAttestationError, Policy};
use crate::jwt;

/// The `typ` of a key proof.
pub const TYP: &str = "openid4vci-proof+jwt";

/// How far `iat` may be from now, in seconds.
pub(super) const WINDOW: i64 = 300;

/// Algorithms that proofs may be signed with, for `proof_signing_alg_values_supported`.
pub const ALGORITHMS: [Algorithm; 2] = jwt::ALGORITHMS;

/// What a proof proves.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// The key that the credential is bound to.
    pub holder: Jwk,
    /// To be compared with what was made: unknown, used or old is `invalid_nonce`.
    pub nonce: String,
    /// When it was made.
    pub iat: i64,
    /// The client, absent for anonymous use of a pre-authorized code.
    pub client_id: Option<String>,
}

/// Why proofs are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// There is none.
    #[error("missing")]
    Missing,
    /// Neither a JWS nor a presentation with one proof, or a header or claim is missing or of another type.
    #[error("malformed")]
    Malformed,
    /// Another `typ`, `type` or `proofPurpose`.
    #[error("typ")]
    Typ,
    /// An algorithm or suite that is not spoken here.
    #[error("alg")]
    Algorithm,
    /// Not exactly one of `jwk`, `kid` and `x5c`, or a key that we do not take, or a private one.
    #[error("key")]
    Key,
    /// The signature does not fit the key.
    #[error("signature")]
    Signature,
    /// Made for another issuer.
    #[error("aud")]
    Audience,
    /// Made too long ago, or in the future.
    #[error("iat")]
    Time,
    /// Without a nonce.
    #[error("nonce")]
    Nonce,
    /// Made by another client or holder than the one that is known.
    #[error("iss")]
    Client,
    /// The key attestation does not hold.
    #[error(transparent)]
    Attestation(#[from] KeyAttestationError),
    /// Two proofs have two nonces: at most one can be right.
    #[error("nonces differ")]
    Nonces,
    /// Two proofs are of one key (row C16).
    #[error("one key twice")]
    Repeated,
}

impl ProofError {
    /// The error of the protocol.
    pub const fn credential_error(self) -> CredentialErrorCode {
        match self {
            Self::Repeated => CredentialErrorCode::InvalidCredentialRequest,
            Self::Nonces => CredentialErrorCode::InvalidNonce,
            _ => CredentialErrorCode::InvalidProof,
        }
    }

    /// The protocol's code.
    pub const fn code(self) -> &'static str {
        self.credential_error().code()
    }
}

/// What the proofs of a request must be.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedProofs<'a> {
    /// The Credential Issuer Identifier.
    pub issuer: &'a str,
    /// Now.
    pub now: i64,
    /// Whom the access token was given to; `None` for anonymous use of a pre-authorized code.
    pub client_id: Option<&'a str>,
    /// Which key attestations are asked for.
    pub key_attestation: Policy<'a>,
}

/// What all proofs of a request prove together.
#[derive(Clone, Debug, PartialEq)]
pub struct Proved {
    /// The keys that credentials are to be bound to, in the order of the proofs; none twice. An attestation may have more than the
    /// issuer issues at once: then the first ones count.
    pub keys: Vec<Jwk>,
    /// The nonce of all proofs: unknown, used or old is `invalid_nonce`.
    pub nonce: String,
    /// What was attested of the keys.
    pub attested: Option<KeyAttestation>,
}

/// Checks all proofs of a request: each must hold (row C17), all with one nonce, no two of one key.
///
/// # Errors
/// [`ProofError`].
pub fn verify_all(proofs: &Proofs, expected: &ExpectedProofs<'_>) -> Result<Proved, ProofError> {
    match proofs {
        Proofs::None => Err(ProofError::Missing),
        Proofs::Attestation(attestation) => by_attestation(attestation, expected),
        Proofs::Jwt(list) => {
            let each = list.iter().map(|jwt| verify_one(jwt, expected)).collect::<Result<Vec<_>, _>>()?;
            together(each)
        }
        // Nothing in a presentation attests its key.
        Proofs::DiVp(_) if expected.key_attestation.required.is_some() => Err(KeyAttestationError::Missing.into()),
        Proofs::DiVp(list) => {
            let each = |one| di_vp::verify(one, expected.issuer, expected.now).map(|proof| (proof, None));
            together(list.iter().map(each).collect::<Result<Vec<_>, _>>()?)
        }
    }
}

fn by_attestation(attestation: &str, expected: &ExpectedProofs<'_>) -> Result<Proved, ProofError> {
    let attested = key_attestation::verify(attestation, &expected.key_attestation, expected.now)?;
    let nonce = attested.nonce.clone().filter(|nonce| !nonce.is_empty()).ok_or(ProofError::Nonce)?;
    Ok(Proved { keys: attested.keys.clone(), nonce, attested: Some(attested) })
}

fn together(each: Vec<(Proof, Option<KeyAttestation>)>) -> Result<Proved, ProofError> {
    let nonce = each.first().map(|(proof, _)| proof.nonce.clone()).ok_or(ProofError::Missing)?;
    let (mut signers, mut keys, mut found) = (Vec::<Jwk>::new(), Vec::<Jwk>::new(), None);
    for (proof, attested) in each {
        if proof.nonce != nonce {
            return Err(ProofError::Nonces);
        }
        if signers.iter().any(|earlier| earlier.same_key(&proof.holder)) {
            return Err(ProofError::Repeated);
        }
        let more = attested.as_ref().map_or_else(|| vec![proof.holder.clone()], |attested| attested.keys.clone());
        for key in more {
            // Two proofs may carry one attestation.
            if !keys.iter().any(|earlier| earlier.same_key(&key)) {
                keys.push(key);
            }
        }
        signers.push(proof.holder);
        found = found.or(attested);
    }
    Ok(Proved { keys, nonce, attested: found })
}

/// Checks a proof without regard to attestations. `audience` is the Credential Issuer Identifier.
///
/// # Errors
/// [`ProofError`].
pub fn verify(jwt: &str, audience: &str, now: i64) -> Result<Proof, ProofError> {
    let jws = Jws::parse(jwt).map_err(|_| ProofError::Malformed)?;
    check(&jws, header_key(&jws, None)?, audience, now)
}

/// A proof with what its header attests, which must hold where anybody is believed, and be there where it is asked for.
fn verify_one(jwt: &str, expected: &ExpectedProofs<'_>) -> Result<(Proof, Option<KeyAttestation>), ProofError> {
    let jws = Jws::parse(jwt).map_err(|_| ProofError::Malformed)?;
    let policy = &expected.key_attestation;
    let attested = match jws.header().get("key_attestation") {
        None if policy.required.is_some() => return Err(KeyAttestationError::Missing.into()),
        Some(Value::String(attestation)) if policy.required.is_some() || !policy.attesters.is_empty() => {
            Some(key_attestation::verify(attestation, policy, expected.now)?)
        }
        Some(Value::String(_)) | None => None,
        Some(_) => return Err(ProofError::Malformed),
    };
    let proof = check(&jws, header_key(&jws, attested.as_ref())?, expected.issuer, expected.now)?;
    if let (Some(known), Some(named)) = (expected.client_id, &proof.client_id)
        && known != named
    {
        return Err(ProofError::Client);
    }
    if let Some(attested) = &attested {
        check_attested(&proof, attested)?;
    }
    Ok((proof, attested))
}

/// What holds between a proof and the attestation in its header: the key is one of the attested, the attestation ends, and is of
/// this exchange.
fn check_attested(proof: &Proof, attested: &KeyAttestation) -> Result<(), ProofError> {
    if !attested.keys.iter().any(|key| key.same_key(&proof.holder)) {
        return Err(ProofError::Key);
    }
    if attested.exp.is_none() {
        return Err(KeyAttestationError::Malformed.into());
    }
    let fresh = attested.nonce.as_ref() == Some(&proof.nonce);
    fresh.then_some(()).ok_or(ProofError::Nonce)
}

fn check(jws: &Jws, holder: Jwk, audience: &str, now: i64) -> Result<Proof, ProofError> {
    if jws.typ() != Some(TYP) {
        return Err(ProofError::Typ);
    }
    if !jwt::signs_here(jws, &holder) {
        return Err(ProofError::Algorithm);
    }
    if !jwt::is_signed_by(jws, &holder, TYP) {
        return Err(ProofError::Signature);
    }
    let payload = jws.payload_unverified();
    if payload.get("aud").and_then(Value::as_str) != Some(audience) {
        return Err(ProofError::Audience);
    }
    let iat = jwt::numeric_date(payload, "iat").ok_or(ProofError::Time)?;
    if now.abs_diff(iat) > WINDOW.unsigned_abs() {
        return Err(ProofError::Time);
    }
    let nonce = jwt::text(payload, "nonce").ok_or(ProofError::Nonce)?.to_owned();
    let client_id = jwt::optional_text(payload, "iss").map_err(|_| ProofError::Malformed)?;
    Ok(Proof { holder, nonce, iat, client_id })
}

/// The one key of the header: `jwk`, the leaf of `x5c`, or a `kid` that is a `did:jwk` or `did:key` URL or names one of the attested
/// keys, by its own `kid` or by its place.
fn header_key(jws: &Jws, attested: Option<&KeyAttestation>) -> Result<Jwk, ProofError> {
    let header = jws.header();
    if header.contains_key("trust_chain") && !header.contains_key("kid") {
        return Err(ProofError::Key);
    }
    match (header.get("jwk"), header.get("kid"), header.get("x5c")) {
        (Some(jwk), None, None) => Jwk::from_value(jwk).map_err(|_| ProofError::Key),
        (None, Some(Value::String(kid)), None) => {
            let among = attested.and_then(|attested| attested_key(&attested.keys, kid));
            among.map_or_else(|| vc::did::key_of_url(kid).map_err(|_| ProofError::Key), Ok)
        }
        (None, None, Some(_)) => {
            let leaf = jws.x5c().and_then(|x5c| Chain::from_x5c(&x5c).ok()?.leaf_unverified().ok());
            leaf.map(|leaf| leaf.jwk).ok_or(ProofError::Key)
        }
        _ => Err(ProofError::Key),
    }
}

fn attested_key(keys: &[Jwk], kid: &str) -> Option<Jwk> {
    let named = keys.iter().find(|key| key.kid() == Some(kid));
    named.or_else(|| keys.get(kid.parse::<usize>().ok()?)).cloned()
}

/// Builds a proof with `jwk` in the header. `client_id` is left out for anonymous use of a pre-authorized code.
///
/// # Errors
/// When the key cannot sign.
pub fn build(key: &SigningKey, audience: &str, nonce: Option<&str>, iat: i64, client_id: Option<&str>) -> Result<String, JwsError> {
    build_attested(key, audience, nonce, iat, client_id, None)
}

/// Builds a proof with `jwk` and, when there is one, a key attestation in the header.
///
/// # Errors
/// When the key cannot sign.
pub fn build_attested(
    key: &SigningKey,
    audience: &str,
    nonce: Option<&str>,
    iat: i64,
    client_id: Option<&str>,
    key_attestation: Option<&str>,
) -> Result<String, JwsError> {
    let mut header = Map::new();
    header.insert("typ".into(), TYP.into());
    header.insert("jwk".into(), key.public_jwk()?.to_value());
    header.extend(key_attestation.map(|attestation| ("key_attestation".to_owned(), Value::from(attestation))));
    let mut payload = Map::new();
    payload.insert("aud".into(), audience.into());
    payload.insert("iat".into(), iat.into());
    payload.extend(nonce.map(|nonce| ("nonce".to_owned(), Value::from(nonce))));
    payload.extend(client_id.map(|id| ("iss".to_owned(), Value::from(id))));
    jws::sign(&header, Value::Object(payload).to_string().as_bytes(), key)
}

#[cfg(test)]
mod tests;
