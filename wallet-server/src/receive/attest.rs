//! Shows an authorization server who the wallet is: by a signed assertion, by its provider's attestation with a proof of the instance's
//! key and the server's challenge (draft-ietf-oauth-attestation-based-client-auth-07 sections 6 and 8), or by its name alone.

use http::egress::{Answer, Outgoing};
use openid4vc::client_attestation::{self, ChallengeResponse, PopClaims};
use openid4vc::{AuthorizationServerMetadata, TokenErrorCode};
use vc::key::SigningKey;

use super::error::RedeemError;
use super::session::error_code;
use crate::client::Identity;
use crate::state::AppState;

/// How the wallet shows who it is where it has to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    /// `private_key_jwt`.
    Assertion,
    /// An attestation of its provider.
    Attestation,
    /// Its `client_id`, and nothing that proves it.
    Name,
}

impl Shows {
    /// The way that a server takes: the wallet's own key where it can be known, the provider's word where nothing else will do.
    pub(super) fn to(server: &AuthorizationServerMetadata) -> Self {
        match () {
            () if server.has_auth_method("private_key_jwt") => Self::Assertion,
            () if server.has_auth_method(client_attestation::METHOD) && !server.has_auth_method("none") => Self::Attestation,
            () => Self::Name,
        }
    }
}

/// An instance that is vouched for, at one server.
pub(super) struct Attested<'a> {
    pub(super) state: &'a AppState,
    pub(super) server: &'a AuthorizationServerMetadata,
    pub(super) client: &'a Identity,
    /// The key of the instance: the one by which this server knows this learner's tokens, and no other server anybody's.
    pub(super) instance: &'a SigningKey,
}

impl Attested<'_> {
    /// A challenge for the next proof; none where the server has no place to fetch one.
    ///
    /// # Errors
    /// When the server does not give one although it says so.
    pub(super) async fn challenge(&self) -> Result<Option<String>, RedeemError> {
        let Some(endpoint) = &self.server.challenge_endpoint else { return Ok(None) };
        let answer = self.state.core.egress().send(Outgoing::post_form(endpoint, &[]).accept("application/json")).await?;
        let given = ChallengeResponse::parse(&answer.body).filter(|_| answer.is_success()).ok_or(RedeemError::Answer)?;
        Ok(Some(given.attestation_challenge))
    }

    /// A request with the attestation and a fresh proof.
    ///
    /// # Errors
    /// When a key cannot sign.
    pub(super) fn shown(&self, outgoing: Outgoing, challenge: Option<&str>) -> Result<Outgoing, RedeemError> {
        let core = &self.state.core;
        let attestation = self.state.client.attestation(core, self.client, &self.instance.public_jwk()?)?;
        let jti = vc::random::token128(core.random());
        let claims =
            PopClaims { client_id: &self.client.id, audience: &self.server.issuer, jti: &jti, iat: core.now().seconds(), challenge };
        let proof = client_attestation::build_pop(self.instance, &claims)?;
        Ok(outgoing.header(client_attestation::HEADER, attestation).header(client_attestation::POP_HEADER, proof))
    }
}

/// The challenge of an answer that says that the proof needs another one: in its header, where it has one.
pub(super) enum Again {
    /// With this one.
    With(String),
    /// With one to be fetched.
    Fetch,
}

/// Whether an answer wants the request again with another challenge.
pub(super) fn challenged(answer: &Answer) -> Option<Again> {
    if answer.is_success() || error_code(answer).as_deref() != Some(TokenErrorCode::UseAttestationChallenge.code()) {
        return None;
    }
    let given = answer.headers.get(client_attestation::CHALLENGE_HEADER).and_then(|value| value.to_str().ok());
    Some(given.map_or(Again::Fetch, |challenge| Again::With(challenge.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_provider_vouches_where_nothing_else_will_do() {
        let shows = |methods: &[&str]| {
            let methods = methods.iter().map(|method| (*method).to_owned()).collect();
            let server = AuthorizationServerMetadata {
                token_endpoint_auth_methods_supported: methods,
                ..AuthorizationServerMetadata::new("https://as.example")
            };
            Shows::to(&server)
        };
        assert_eq!(shows(&[]), Shows::Name);
        assert_eq!(shows(&["none", "attest_jwt_client_auth"]), Shows::Name);
        assert_eq!(shows(&["client_secret_basic", "attest_jwt_client_auth"]), Shows::Attestation);
        assert_eq!(shows(&["attest_jwt_client_auth", "private_key_jwt"]), Shows::Assertion);
    }
}
