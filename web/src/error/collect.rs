//! Codes by which the collection of a credential fails, and what each of them costs the learner.

use super::words::Words;

/// What a failed collection cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// Nothing: it never began.
    Never,
    /// Nothing: the offer still waits.
    Nothing,
    /// The offer is of no use any more; what it was for is not gone.
    Offer,
    /// The institution may think that it was collected.
    Unsure,
}

impl Lost {
    pub(super) fn words(self, words: &'static Words) -> &'static str {
        match self {
            Self::Never => words.lost_never,
            Self::Nothing => words.lost_nothing,
            Self::Offer => words.lost_offer,
            Self::Unsure => words.lost_unsure,
        }
    }
}

/// What a code costs; none when it is no code of collecting.
pub(super) fn lost(code: &str) -> Option<Lost> {
    Some(match code {
        "offer_ambiguous"
        | "offer_uri_scheme"
        | "offer_uri_address"
        | "offer_media_type"
        | "offer_invalid"
        | "offer_old"
        | "offer_answered"
        | "offer_unknown_configuration"
        | "issuer_identifier" => Lost::Never,
        "offer_redirect"
        | "offer_too_large"
        | "offer_unreachable"
        | "offer_grant"
        | "offer_format"
        | "offer_issuer"
        | "issuer_unknown"
        | "issuer_metadata"
        | "issuer_mismatch"
        | "issuer_redirect"
        | "issuer_too_large"
        | "issuer_signature"
        | "issuer_unreachable"
        | "issuer_proof"
        | "authorization_refused"
        | "authorization_failed"
        | "authorization_state"
        | "authorization_issuer"
        | "tx_code_required"
        | "tx_code_wrong"
        | "invalid_client"
        | "invalid_request"
        | "invalid_proof"
        | "invalid_nonce"
        | "invalid_credential_request"
        | "invalid_encryption_parameters"
        | "unknown_credential_configuration"
        | "unknown_credential_identifier"
        | "unavailable"
        | "internal" => Lost::Nothing,
        "offer_gone" | "offer_expired" | "tx_code_exhausted" | "invalid_grant" | "credential_request_denied" | "deferred_ended" => {
            Lost::Offer
        }
        "authorization_lost"
        | "issuer_answer"
        | "issuer_encryption"
        | "credential_format"
        | "credential_signature"
        | "credential_issuer"
        | "credential_schema"
        | "credential_type"
        | "credential_holder_key"
        | "credential_revoked" => Lost::Unsure,
        _ => return None,
    })
}

/// Whether a code is also one of other things than collecting, so that a page of its own says nothing of offers.
pub(super) fn is_shared(code: &str) -> bool {
    matches!(code, "unavailable" | "internal" | "invalid_request" | "invalid_client")
}

/// The code whose words are told: some codes are used elsewhere too, and say something else there.
pub(super) fn told_as(code: &str) -> &str {
    match code {
        "invalid_request" => "invalid_credential_request",
        code => code,
    }
}
