//! Key proofs of a request: which keys the credentials are bound to, and the nonce with which that was proved.

use model::Timestamp;
use openid4vc::key_attestation::{Policy, Required};
use openid4vc::proof::{self, ExpectedProofs};
use openid4vc::{CredentialErrorCode, CredentialRequest};
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
    let (required, attesters) = (required(institution), issuer.wallets.attesters(issuer));
    let expected = ExpectedProofs {
        issuer: &institution.identifier,
        now: now.seconds(),
        client_id: held.client.as_deref(),
        key_attestation: Policy { required: required.as_ref(), attesters: &attesters },
    };
    let mut proved = proof::verify_all(&request.proofs, &expected).map_err(|error| {
        tracing::debug!(cause = %error, "a key proof was refused");
        error.credential_error()
    })?;
    // An attestation may know more keys than are asked for at once.
    proved.keys.truncate(batch_size);
    let nonce = Nonce::check(&issuer.store, institution.slug(), &proved.nonce, now).ok_or(CredentialErrorCode::InvalidNonce)?;
    Ok(Proved { holders: proved.keys, nonce })
}

/// What the institution asks of key stores, in the words of metadata.
pub(super) fn required(institution: &Institution) -> Option<Required> {
    let rule = institution.config.issuing.key_attestation.as_ref()?;
    let some = |list: &Vec<String>| (!list.is_empty()).then(|| list.clone());
    Some(Required { key_storage: some(&rule.key_storage), user_authentication: some(&rule.user_authentication) })
}
