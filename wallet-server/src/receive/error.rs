//! Why an accepted offer could not be redeemed, and whether trying again can help.

use http::egress::EgressError;
use http::failure::{Failure, Kind};
use storage::StorageError;
use vc::jws::JwsError;
use vc::key::KeyError;

use super::offer::OfferReadError;

/// Why an accepted offer could not be redeemed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RedeemError {
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A key of ours could not be used.
    #[error("a key of the wallet could not be used")]
    Key(#[from] KeyError),
    /// A signature of ours could not be made.
    #[error("a message could not be signed")]
    Sign(#[from] JwsError),
    /// Not accepted, or answered before.
    #[error("the offer is not under way")]
    NotOpen,
    /// Nothing in the offer is of a format that this wallet keeps.
    #[error("the offer holds no format that this wallet keeps")]
    Format,
    /// The issuer is not, or no longer, in the register.
    #[error("the issuer is not in the register")]
    IssuerUnknown,
    /// The offer names another issuer than before.
    #[error("the offer changed its issuer")]
    IssuerChanged,
    /// The offer or its issuer's metadata could not be read.
    #[error(transparent)]
    Offer(#[from] OfferReadError),
    /// A transaction code is needed first.
    #[error("the transaction code is missing")]
    TxCodeNeeded,
    /// The transaction code is wrong, or was wrong too often.
    #[error("the transaction code was not accepted")]
    TxCodeWrong,
    /// The issuer refused, with a code of the protocol.
    #[error("the issuer refused: {0}")]
    Denied(&'static str),
    /// The access token ended on the way.
    #[error("the access token ended")]
    TokenEnded,
    /// The issuer wants to be asked later, in so many seconds.
    #[error("the issuer is busy")]
    Busy(i64),
    /// The issuer does not know any more what it put off, or nobody can ask for it any more.
    #[error("the issuer no longer knows what it put off")]
    DeferredEnded,
    /// The issuer wants proofs of keys that this wallet cannot give.
    #[error("the issuer wants another kind of key proof")]
    ProofType,
    /// Messages cannot be encrypted as the issuer wants, or an answer was not for us.
    #[error("the issuer's encryption cannot be used")]
    Encryption,
    /// The learner's login at the issuer counts once, and has been used.
    #[error("the authorization code was used up")]
    AuthorizationLost,
    /// The issuer answered with something that is no answer.
    #[error("the issuer's answer makes no sense")]
    Answer,
    /// The issuer did not answer.
    #[error("the issuer did not answer")]
    Unreachable(#[from] EgressError),
    /// What the issuer gave does not hold; the code is that of the check that failed.
    #[error("the credential does not hold: {0}")]
    Invalid(&'static str),
}

impl RedeemError {
    /// Whether trying again by itself cannot help.
    pub(crate) fn is_final(&self) -> bool {
        match self {
            Self::NotOpen
            | Self::Format
            | Self::IssuerUnknown
            | Self::IssuerChanged
            | Self::TxCodeNeeded
            | Self::TxCodeWrong
            | Self::DeferredEnded
            | Self::ProofType
            | Self::Encryption
            | Self::AuthorizationLost
            | Self::Denied(_)
            | Self::Invalid(_) => true,
            Self::Offer(error) => !matches!(error.kind(), Kind::Upstream),
            // Where no connection may go, none goes later.
            Self::Unreachable(error) => error.is_refused(),
            Self::Storage(_) | Self::Key(_) | Self::Sign(_) | Self::TokenEnded | Self::Busy(_) | Self::Answer => false,
        }
    }

    /// Whether the learner can mend it by typing the transaction code (again).
    pub(crate) fn wants_tx_code(&self) -> bool {
        matches!(self, Self::TxCodeNeeded | Self::TxCodeWrong)
    }

    /// Whether the offer is open again for the learner: for another code, or another login.
    pub(crate) fn gives_back(&self) -> bool {
        self.wants_tx_code() || matches!(self, Self::AuthorizationLost)
    }
}

impl Failure for RedeemError {
    fn kind(&self) -> Kind {
        match self {
            Self::Storage(_) => Kind::Unavailable,
            Self::Key(_) | Self::Sign(_) => Kind::Ours,
            Self::NotOpen => Kind::Conflict,
            Self::Format | Self::IssuerUnknown | Self::IssuerChanged | Self::Denied(_) | Self::Invalid(_) => Kind::Refused,
            Self::DeferredEnded | Self::ProofType | Self::Encryption | Self::AuthorizationLost => Kind::Refused,
            Self::TxCodeNeeded | Self::TxCodeWrong => Kind::Unprocessable,
            Self::Unreachable(error) if error.is_refused() => Kind::Refused,
            Self::Offer(error) => error.kind(),
            Self::TokenEnded | Self::Busy(_) | Self::Answer | Self::Unreachable(_) => Kind::Upstream,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Storage(_) => "unavailable",
            Self::Key(_) | Self::Sign(_) => "internal",
            Self::NotOpen => "offer_answered",
            Self::Format => "offer_format",
            Self::IssuerUnknown => "issuer_unknown",
            Self::IssuerChanged => "offer_issuer",
            Self::Offer(error) => error.code(),
            Self::TxCodeNeeded => "tx_code_required",
            Self::TxCodeWrong => "tx_code_wrong",
            Self::Denied(code) | Self::Invalid(code) => code,
            Self::DeferredEnded => "deferred_ended",
            Self::ProofType => "issuer_proof",
            Self::Encryption => "issuer_encryption",
            Self::AuthorizationLost => "authorization_lost",
            Self::TokenEnded | Self::Answer => "issuer_answer",
            Self::Unreachable(error) if error.is_refused() => "issuer_metadata",
            Self::Busy(_) | Self::Unreachable(_) => "issuer_unreachable",
        }
    }
}

#[cfg(test)]
mod tests {
    use openid4vc::{CredentialErrorCode, OfferError};
    use web::Lang;
    use web::error::collecting;

    use super::super::issuer::IssuerError;
    use super::*;

    /// Every reason, so that a new one does not compile before it stands here.
    fn reasons() -> Vec<RedeemError> {
        let issuers = || {
            use IssuerError::{Identifier, Metadata, Mismatch, Redirect, Signature, TooLarge, Unreachable};
            let all = [Identifier, Metadata, Mismatch, Redirect, TooLarge, Signature, Unreachable(None)];
            for one in &all {
                match one {
                    Identifier | Metadata | Mismatch | Redirect | TooLarge | Signature | Unreachable(_) => {}
                }
            }
            all
        };
        let offers = || {
            use OfferError::{Ambiguous, Invalid, Issuer, MediaType, UnknownConfiguration, UriAddress, UriScheme};
            let all = [Ambiguous, UriScheme, UriAddress, MediaType, Invalid, Issuer, UnknownConfiguration];
            for one in &all {
                match one {
                    Ambiguous | UriScheme | UriAddress | MediaType | Invalid | Issuer | UnknownConfiguration => {}
                }
            }
            all
        };
        let mut read = vec![
            OfferReadError::Gone,
            OfferReadError::Redirect,
            OfferReadError::TooLarge,
            OfferReadError::Unreachable(None),
            OfferReadError::Grant,
            OfferReadError::Old,
        ];
        read.extend(issuers().map(OfferReadError::Issuer));
        read.extend(offers().map(OfferReadError::Offer));
        let denied = CredentialErrorCode::ALL.into_iter().filter(|code| *code != CredentialErrorCode::InvalidTransactionId);
        let denied = denied.map(CredentialErrorCode::code).chain(["invalid_grant", "invalid_client", "invalid_request"]);
        let invalid = ["format", "signature", "issuer", "schema", "type", "holder_key", "revoked"];
        let mut all: Vec<RedeemError> = read.into_iter().map(RedeemError::Offer).collect();
        all.extend(denied.map(RedeemError::Denied));
        all.extend(invalid.map(|check| RedeemError::Invalid(Box::leak(format!("credential_{check}").into_boxed_str()))));
        all.extend([
            RedeemError::Storage(StorageError::Row { table: "receipt", column: "offer" }),
            RedeemError::Key(KeyError::Malformed),
            RedeemError::NotOpen,
            RedeemError::Format,
            RedeemError::IssuerUnknown,
            RedeemError::IssuerChanged,
            RedeemError::TxCodeNeeded,
            RedeemError::TxCodeWrong,
            RedeemError::TokenEnded,
            RedeemError::Busy(1),
            RedeemError::DeferredEnded,
            RedeemError::ProofType,
            RedeemError::Encryption,
            RedeemError::AuthorizationLost,
            RedeemError::Answer,
            RedeemError::Unreachable(EgressError::Redirect),
        ]);
        for error in &all {
            match error {
                RedeemError::Storage(_) | RedeemError::Key(_) | RedeemError::Sign(_) | RedeemError::NotOpen | RedeemError::Format => {}
                RedeemError::IssuerUnknown | RedeemError::IssuerChanged | RedeemError::Offer(_) | RedeemError::TxCodeNeeded => {}
                RedeemError::TxCodeWrong | RedeemError::Denied(_) | RedeemError::TokenEnded | RedeemError::Busy(_) => {}
                RedeemError::DeferredEnded | RedeemError::ProofType | RedeemError::Encryption | RedeemError::AuthorizationLost => {}
                RedeemError::Answer | RedeemError::Unreachable(_) | RedeemError::Invalid(_) => {}
            }
        }
        all
    }

    #[test]
    fn every_reason_says_what_happened_whether_anything_was_lost_and_what_to_do() {
        let codes = reasons().iter().map(Failure::code).map(str::to_owned).collect::<Vec<_>>();
        let logins = ["authorization_refused", "authorization_failed", "authorization_state", "authorization_issuer"];
        for code in codes.iter().map(String::as_str).chain(logins) {
            let [nl, en] = [Lang::Nl, Lang::En].map(|lang| collecting(lang, code).unwrap_or_else(|| panic!("{code} has no words")));
            for (nl, en) in [(nl.what, en.what), (nl.lost, en.lost), (nl.now, en.now)] {
                assert!(nl.ends_with(['.', '?', ')']) && en.ends_with(['.', '?', ')']) && nl != en, "{code}: {nl} {en}");
            }
        }
    }
}
