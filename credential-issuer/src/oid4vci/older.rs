//! Bridges to wallets of older drafts: what an institution opened is read in their words, and answered so that they understand.

use openid4vc::{CredentialErrorCode, CredentialRequest, CredentialResponse};

use super::access::Held;
use crate::institution::Institution;

/// Reads a request, in the words of drafts where the institution opened that bridge.
pub(super) fn read(body: &[u8], _institution: &Institution, _held: &Held) -> Result<CredentialRequest, CredentialErrorCode> {
    CredentialRequest::parse(body)
}

/// Adds to an answer what wallets of drafts look for.
pub(super) fn complete(
    _response: &mut CredentialResponse,
    _request: &CredentialRequest,
    _institution: &Institution,
    _nonce: impl FnOnce() -> String,
) {
}
