//! What the authorization server answers when it refuses a client: OAuth's error, with the header that tells how to do better.

use axum::http::{HeaderName, HeaderValue};
use http::{Ctx, Failed, Failure, Kind};
use openid4vc::client_attestation::CHALLENGE_HEADER;
use openid4vc::{TokenErrorCode, dpop};
use storage::StorageError;

use super::dpop::NotTaken;
use super::nonce::{self, Use};
use crate::Issuer;
use crate::institution::Institution;
use crate::wallets::ClientError;

/// Why a client is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// An OAuth error.
    #[error("{0}")]
    OAuth(&'static str),
    /// An OAuth error that the value of a header heals.
    #[error("{0}")]
    Heals(&'static str, (HeaderName, HeaderValue)),
    #[error(transparent)]
    Limited(#[from] Failed),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<TokenErrorCode> for Refusal {
    fn from(code: TokenErrorCode) -> Self {
        Self::OAuth(code.code())
    }
}

impl Refusal {
    /// What a client hears about its DPoP proof (RFC 9449 sections 5 and 8).
    pub(crate) fn proof(not: NotTaken, (issuer, institution, ctx): (&Issuer, &Institution, &Ctx)) -> Self {
        match not {
            NotTaken::Invalid => TokenErrorCode::InvalidDpopProof.into(),
            NotTaken::Nonce => Self::Heals(dpop::USE_NONCE, nonce::dpop_header(&issuer.store, institution.slug(), ctx)),
        }
    }

    /// What a client hears about how it showed itself.
    pub(crate) fn client(error: ClientError, (issuer, institution, ctx): (&Issuer, &Institution, &Ctx)) -> Self {
        match error {
            ClientError::Invalid => TokenErrorCode::InvalidClient.into(),
            ClientError::Attestation => TokenErrorCode::InvalidClientAttestation.into(),
            ClientError::Fresh => TokenErrorCode::UseFreshAttestation.into(),
            ClientError::Challenge => {
                let challenge = nonce::fresh(&issuer.store, Use::Attestation, institution.slug(), ctx);
                Self::Heals(TokenErrorCode::UseAttestationChallenge.code(), nonce::header(CHALLENGE_HEADER, &challenge))
            }
            ClientError::Storage(error) => Self::Storage(error),
        }
    }
}

impl Failure for Refusal {
    fn kind(&self) -> Kind {
        match self {
            Self::OAuth(_) | Self::Heals(..) => Kind::Refused,
            Self::Limited(limited) => limited.kind(),
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::OAuth(code) | Self::Heals(code, _) => code,
            Self::Limited(limited) => limited.code(),
            Self::Storage(_) => "temporarily_unavailable",
        }
    }

    fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        match self {
            Self::Heals(_, header) => vec![header.clone()],
            Self::Limited(limited) => limited.headers(),
            Self::OAuth(_) | Self::Storage(_) => Vec::new(),
        }
    }
}
http::failure!(Refusal);
