//! Wallets that their provider vouches for (attestation-based client authentication, the draft that OpenID4VCI 1.0 pins and the
//! newer shape): the instance proves its key with a challenge of ours, by a proof of its own or by its DPoP proof.

use axum::http::HeaderMap;
use http::Ctx;
use model::Timestamp;
use openid4vc::TokenErrorCode;
use openid4vc::TrustedAttester;
use openid4vc::client_attestation::{self, AttestationError, ClientAttestation, ExpectedAttestation};

use super::{Client, ClientError, How, Shows, spend};
use crate::Issuer;
use crate::institution::Institution;
use crate::oid4vci::nonce::{Use, is_ours};

/// What clocks may differ beyond a proof's life, in seconds.
const TOLERANCE: i64 = 60;
/// The longest name of a wallet that is shown, in characters.
const LONGEST_NAME: usize = 80;

/// Whose attestations count: those of the configuration, and chains that lead to an anchor of the register.
#[derive(Default)]
pub(crate) struct Attesters {
    listed: Vec<TrustedAttester>,
    register: bool,
}

/// Whether a request brings an attestation.
pub(super) fn is_shown(headers: &HeaderMap) -> bool {
    headers.contains_key(client_attestation::HEADER) || headers.contains_key(client_attestation::POP_HEADER)
}

impl Attesters {
    /// Those of the configuration; with `register`, also whoever has a certificate under an anchor of the register.
    pub(crate) const fn new(listed: Vec<TrustedAttester>, register: bool) -> Self {
        Self { listed, register }
    }

    /// Whether nobody's count.
    pub(super) fn is_empty(&self) -> bool {
        self.listed.is_empty() && !self.register
    }

    /// Who is believed now.
    pub(crate) fn current(&self, issuer: &Issuer) -> Vec<TrustedAttester> {
        let mut all = self.listed.clone();
        if self.register {
            let anchors = issuer.register.current().anchor_certificates().unwrap_or_default();
            all.push(TrustedAttester { issuer: None, keys: Vec::new(), anchors });
        }
        all
    }

    /// The client of an attestation whose instance proved its key, once.
    pub(super) async fn client(
        &self,
        issuer: &Issuer,
        institution: &Institution,
        ctx: &Ctx,
        shows: &Shows<'_>,
    ) -> Result<Client, ClientError> {
        let checked = self.checked(issuer, institution, ctx, shows)?;
        let instance = checked.instance.thumbprint();
        // A DPoP proof brought its nonce already, and is spent with what it is shown for.
        if shows.headers.contains_key(client_attestation::POP_HEADER) {
            let ours = |challenge: &String| is_ours(&issuer.store, Use::Attestation, institution.slug(), (challenge, ctx.now()));
            if !checked.challenge.as_ref().is_some_and(ours) {
                return Err(ClientError::Challenge);
            }
            let until = Timestamp::from_seconds(checked.iat.saturating_add(client_attestation::LIFETIME + TOLERANCE));
            if !spend(issuer, "attestation", (&instance, &checked.jti), until).await? {
                return Err(ClientError::Attestation);
            }
        }
        let name = checked.wallet_name.filter(|name| name.chars().count() <= LONGEST_NAME && !name.contains(char::is_control));
        Ok(Client { id: checked.client_id, how: How::Attested { instance, name } })
    }

    fn checked(&self, issuer: &Issuer, institution: &Institution, ctx: &Ctx, shows: &Shows<'_>) -> Result<ClientAttestation, ClientError> {
        let attestation = one(shows.headers, client_attestation::HEADER)?.ok_or(ClientError::Attestation)?;
        let issuers = self.current(issuer);
        let expected = ExpectedAttestation { audience: &institution.identifier, now: ctx.now().seconds(), issuers: &issuers };
        let checked = match (one(shows.headers, client_attestation::POP_HEADER)?, shows.dpop) {
            (Some(pop), _) => client_attestation::verify(attestation, pop, &expected),
            (None, Some(dpop)) => client_attestation::verify_combined(attestation, dpop.proof(), &expected),
            (None, None) => return Err(ClientError::Attestation),
        };
        checked.map_err(|error| refused(&error))
    }
}

fn refused(error: &AttestationError) -> ClientError {
    tracing::debug!(cause = %error, "a client attestation was refused");
    match error.token_error() {
        TokenErrorCode::UseFreshAttestation => ClientError::Fresh,
        _ => ClientError::Attestation,
    }
}

/// A header that comes at most once.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, ClientError> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| ClientError::Attestation),
        (Some(_), Some(_)) => Err(ClientError::Attestation),
    }
}
