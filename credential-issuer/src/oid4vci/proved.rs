//! Key proofs of a request: which keys the credentials are bound to, and the nonce with which that was proved.

use model::Timestamp;
use openid4vc::credential::Proofs;
use openid4vc::{CredentialErrorCode, CredentialRequest, proof};
use vc::key::Jwk;

use super::access::Held;
use super::issue::IssueError;
use super::nonce::Nonce;
use crate::Issuer;
use crate::institution::Institution;

/// Keys, each once, and the nonce of their proofs, which is not used up yet.
pub(super) struct Proved {
    pub(super) holders: Vec<Jwk>,
    pub(super) nonce: Nonce,
}

/// Checks all proofs of a request: all of them hold or none does (row C17).
pub(super) fn proved(
    issuer: &Issuer,
    institution: &Institution,
    (held, request): (&Held, &CredentialRequest),
    now: Timestamp,
) -> Result<Proved, IssueError> {
    let batch_size = institution.batch_size();
    request.require_proofs(batch_size)?;
    let Proofs::Jwt(jwts) = &request.proofs else { return Err(CredentialErrorCode::InvalidProof.into()) };
    let _ = held;
    let mut proofs = Vec::new();
    for jwt in jwts {
        proofs.push(proof::verify(jwt, &institution.identifier, now.seconds()).map_err(|error| {
            tracing::debug!(cause = %error, "a key proof was refused");
            CredentialErrorCode::InvalidProof
        })?);
    }
    let nonce = proofs.first().map(|proof| proof.nonce.clone()).ok_or(CredentialErrorCode::InvalidProof)?;
    let keys: Vec<Jwk> = proofs.into_iter().map(|proof| proof.holder).collect();
    let twice = keys.iter().enumerate().any(|(at, key)| keys.iter().take(at).any(|earlier| earlier.same_key(key)));
    // A copy for each key, each key once (row C16).
    if twice || keys.len() > batch_size {
        return Err(CredentialErrorCode::InvalidCredentialRequest.into());
    }
    let nonce = Nonce::check(&issuer.store, institution.slug(), &nonce, now).ok_or(CredentialErrorCode::InvalidNonce)?;
    Ok(Proved { holders: keys, nonce })
}
