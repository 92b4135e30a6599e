//! Speaks with one issuer for one learner: gets and renews the access token, sends it as Bearer or with DPoP proofs, and keeps the
//! nonces that any answer brings (RFC 6749, RFC 9449).

use std::sync::Arc;

use axum::http::header::WWW_AUTHENTICATE;
use http::egress::{Answer, Outgoing};
use model::id::LearnerId;
use model::receipt::{OfferGrant, Progress};
use openid4vc::token::TokenType;
use openid4vc::{AuthorizationServerMetadata, Grant, OAuthError, TokenRequest, TokenResponse, dpop};
use vc::key::{Algorithm, SigningKey};

use super::attest::{Again, Attested, Shows, challenged};
use super::error::RedeemError;
use super::issuer::Documents;
use crate::client::Identity;
use crate::state::AppState;

/// For how long a token counts whose answer does not say it, in seconds.
const TOKEN_LIVES: u64 = 300;
/// What is kept back of a token's life, so that one that ends on the way is not counted on.
const KEPT_BACK: i64 = 60;

/// A conversation with an issuer.
pub(super) struct Session<'s> {
    state: &'s AppState,
    /// The issuer and its authorization server.
    pub(super) documents: Arc<Documents>,
    /// What is in hand; saved by whoever holds the session.
    pub(super) progress: Progress,
    client: Identity,
    connection: Option<String>,
    /// By which the server knows this learner: for DPoP proofs, and as the instance that the wallet's provider vouches for.
    key: Option<SigningKey>,
    dpop: bool,
}

/// For whom and as whom a conversation is held.
pub(super) struct Speaker<'a> {
    /// Whose tokens.
    pub(super) learner: &'a LearnerId,
    /// As which client.
    pub(super) client: Identity,
    /// The connection that the wallet speaks for, where it does.
    pub(super) connection: Option<String>,
}

impl<'s> Session<'s> {
    /// Begins or goes on: reads or makes the key of this learner for the server, where it is needed.
    ///
    /// # Errors
    /// When the database fails or the key cannot be used.
    pub(super) async fn open(
        state: &'s AppState,
        documents: Arc<Documents>,
        progress: Progress,
        speaker: Speaker<'_>,
    ) -> Result<Self, RedeemError> {
        let dpop = speaks_dpop(&documents.server) || progress.dpop;
        let key = match dpop || Shows::to(&documents.server) == Shows::Attestation {
            true => Some(dpop_key(state, speaker.learner, &documents.server.issuer).await?),
            false => None,
        };
        Ok(Self { state, documents, progress, client: speaker.client, connection: speaker.connection, key, dpop })
    }

    /// Whether an access token is in hand that still counts.
    pub(super) fn has_token(&self) -> bool {
        self.progress.access_token.is_some() && self.state.core.now().millis() < self.progress.token_until
    }

    /// The client identifier by which the issuer knows the wallet; key proofs carry it.
    pub(super) fn client_id(&self) -> Option<&str> {
        self.progress.identified.then_some(self.client.id.as_str())
    }

    /// Asks for an access token. `offer` says how the offer is fetched: a pre-authorized code may be used without a name.
    ///
    /// # Errors
    /// [`RedeemError`].
    pub(super) async fn ask_token(&mut self, grant: Grant, offer: OfferGrant) -> Result<(), RedeemError> {
        let typed = matches!(&grant, Grant::PreAuthorizedCode { tx_code: Some(_), .. });
        let server = &self.documents.server;
        let nameless = offer == OfferGrant::PreAuthorizedCode && self.connection.is_none();
        let anonymous = nameless && server.pre_authorized_grant_anonymous_access_supported;
        self.progress.identified = !anonymous;
        let shows = match (anonymous, self.connection.is_some()) {
            (true, _) => None,
            // A connection is named in an assertion, which the institution knows the key of.
            (false, true) => Some(Shows::Assertion),
            (false, false) => Some(Shows::to(server)),
        };
        let answer = self.token_answer(grant, shows).await?;
        if !answer.is_success() {
            return Err(refused(&answer, typed));
        }
        let token = TokenResponse::parse(&answer.body).ok_or(RedeemError::Answer)?;
        self.take_token(token)
    }

    /// The token endpoint's answer, asked once more when it wants a DPoP nonce, and once more when it wants another challenge.
    async fn token_answer(&mut self, grant: Grant, shows: Option<Shows>) -> Result<Answer, RedeemError> {
        let documents = Arc::clone(&self.documents);
        let endpoint = documents.server.token_endpoint.as_deref().ok_or(RedeemError::Answer)?;
        let (key, client) = (self.key.clone(), self.client.clone());
        let attested = key.as_ref().filter(|_| shows == Some(Shows::Attestation)).map(|instance| Attested {
            state: self.state,
            server: &documents.server,
            client: &client,
            instance,
        });
        let mut challenge = match &attested {
            Some(attested) => attested.challenge().await?,
            None => None,
        };
        let (mut nonced, mut renewed) = (false, false);
        loop {
            let client_assertion = match shows {
                Some(Shows::Assertion) => Some(self.assertion()?),
                Some(Shows::Attestation | Shows::Name) | None => None,
            };
            let client_id = (shows.is_some() && client_assertion.is_none()).then(|| client.id.clone());
            let request = TokenRequest { grant: grant.clone(), client_id, client_assertion, authorization_details: None };
            let mut outgoing = Outgoing::post(endpoint, "application/x-www-form-urlencoded", request.form());
            if let Some(proof) = self.proof("POST", endpoint, None, self.progress.server_nonce.as_deref())? {
                outgoing = outgoing.header(dpop::HEADER, proof);
            }
            if let Some(attested) = &attested {
                outgoing = attested.shown(outgoing, challenge.as_deref())?;
            }
            let answer = self.state.core.egress().send(outgoing).await?;
            let fresh = take_nonce(&answer, &mut self.progress.server_nonce);
            let wants_nonce = !answer.is_success() && error_code(&answer).as_deref() == Some(dpop::USE_NONCE);
            match (&attested, challenged(&answer)) {
                (Some(attested), Some(again)) if !renewed => {
                    renewed = true;
                    challenge = match again {
                        Again::With(challenge) => Some(challenge),
                        Again::Fetch => attested.challenge().await?,
                    };
                }
                _ if wants_nonce && fresh && !nonced => nonced = true,
                _ => return Ok(answer),
            }
        }
    }

    fn assertion(&self) -> Result<String, RedeemError> {
        let server = &self.documents.server.issuer;
        Ok(self.state.client.assertion_of(&self.state.core, &self.client, server, self.connection.as_deref())?)
    }

    fn take_token(&mut self, token: TokenResponse) -> Result<(), RedeemError> {
        let bound = token.token_type == TokenType::DPoP;
        if bound && !self.dpop {
            return Err(RedeemError::Answer);
        }
        let lives = i64::try_from(token.expires_in.unwrap_or(TOKEN_LIVES)).unwrap_or(i64::MAX / 4_000).saturating_sub(KEPT_BACK);
        let progress = &mut self.progress;
        progress.dpop = bound;
        progress.token_until = self.state.core.now().plus_seconds(lives).millis();
        progress.access_token = Some(token.access_token);
        // A server that does not rotate it sends it once.
        progress.refresh_token = token.refresh_token.or(progress.refresh_token.take());
        progress.c_nonce = token.c_nonce;
        progress.code = None;
        for detail in token.authorization_details {
            if !detail.credential_identifiers.is_empty() {
                progress.identifiers.insert(detail.credential_configuration_id, detail.credential_identifiers);
            }
        }
        Ok(())
    }

    /// Gets the next access token with the refresh token.
    ///
    /// # Errors
    /// [`RedeemError::TokenEnded`] when there is none, and as [`Session::ask_token`].
    pub(super) async fn refresh(&mut self) -> Result<(), RedeemError> {
        let refresh_token = self.progress.refresh_token.clone().ok_or(RedeemError::TokenEnded)?;
        // Whether the wallet named itself then, it does now.
        let offer = if self.progress.identified { OfferGrant::AuthorizationCode } else { OfferGrant::PreAuthorizedCode };
        let result = self.ask_token(Grant::RefreshToken { refresh_token, scope: None }, offer).await;
        if matches!(result, Err(RedeemError::Denied(_))) {
            self.progress.refresh_token = None;
        }
        result
    }

    /// Sends a request to the issuer with the access token, once more when the issuer wants a DPoP nonce.
    ///
    /// # Errors
    /// [`RedeemError::TokenEnded`] without a token; [`RedeemError::Unreachable`].
    pub(super) async fn send(&mut self, url: &str, outgoing: Outgoing) -> Result<Answer, RedeemError> {
        let token = self.progress.access_token.clone().ok_or(RedeemError::TokenEnded)?;
        let mut tries = 0;
        loop {
            tries += 1;
            let request = match (self.progress.dpop, self.proof("POST", url, Some(&token), self.progress.issuer_nonce.as_deref())?) {
                (true, Some(proof)) => {
                    outgoing.clone().header("authorization", format!("{} {token}", TokenType::DPoP.name())).header(dpop::HEADER, proof)
                }
                _ => outgoing.clone().bearer(&token),
            };
            let answer = self.state.core.egress().send(request).await?;
            let fresh = take_nonce(&answer, &mut self.progress.issuer_nonce);
            let challenge = answer.headers.get(WWW_AUTHENTICATE).and_then(|value| value.to_str().ok()).unwrap_or_default();
            let wants_nonce =
                answer.status == 401 && (challenge.contains(dpop::USE_NONCE) || error_code(&answer).as_deref() == Some(dpop::USE_NONCE));
            if !(wants_nonce && fresh && tries == 1) {
                return Ok(answer);
            }
        }
    }

    /// Takes a nonce for DPoP proofs from an answer that needed no token, such as the nonce endpoint's.
    pub(super) fn notice(&mut self, answer: &Answer) {
        take_nonce(answer, &mut self.progress.issuer_nonce);
    }

    fn proof(&self, method: &str, url: &str, token: Option<&str>, nonce: Option<&str>) -> Result<Option<String>, RedeemError> {
        let Some(key) = self.key.as_ref().filter(|_| self.dpop) else { return Ok(None) };
        let core = &self.state.core;
        let jti = vc::random::token128(core.random());
        Ok(Some(dpop::build(key, method, url, core.now().seconds(), &jti, token, nonce)?))
    }
}

/// Whether a server takes the proofs that this wallet makes.
fn speaks_dpop(server: &AuthorizationServerMetadata) -> bool {
    server.dpop_signing_alg_values_supported.iter().any(|alg| alg == "ES256")
}

/// `dpop_jkt`: the key to which a server shall bind the code that it gives (RFC 9449 section 10). `None` where it speaks no DPoP.
///
/// # Errors
/// When the database fails or the key cannot be used.
pub(super) async fn thumbprint(
    state: &AppState,
    learner: &LearnerId,
    server: &AuthorizationServerMetadata,
) -> Result<Option<String>, RedeemError> {
    if !speaks_dpop(server) {
        return Ok(None);
    }
    Ok(Some(dpop_key(state, learner, &server.issuer).await?.public_jwk()?.thumbprint()))
}

/// The key of a learner for a server: no two of either share one.
pub(super) async fn dpop_key(state: &AppState, learner: &LearnerId, server: &str) -> Result<SigningKey, RedeemError> {
    if let Some(stored) = state.store.read().await?.dpop_key(learner, server).await? {
        return Ok(SigningKey::from_pkcs8(&stored)?);
    }
    let new = SigningKey::generate(Algorithm::Es256)?;
    let mut tx = state.store.write().await?;
    tx.put_dpop_key(learner, server, &new.to_pkcs8()?, state.core.now()).await?;
    let stored = tx.dpop_key(learner, server).await?;
    tx.commit().await?;
    stored.map_or(Ok(new), |stored| Ok(SigningKey::from_pkcs8(&stored)?))
}

/// Keeps the nonce of an answer. True when there was one.
fn take_nonce(answer: &Answer, kept: &mut Option<String>) -> bool {
    let nonce = answer.headers.get(dpop::NONCE_HEADER).and_then(|value| value.to_str().ok()).filter(|nonce| !nonce.is_empty());
    let Some(nonce) = nonce else { return false };
    *kept = Some(nonce.to_owned());
    true
}

/// What a refusal of the token endpoint means for us.
fn refused(answer: &Answer, typed: bool) -> RedeemError {
    match error_code(answer).as_deref() {
        Some("invalid_grant") if typed => RedeemError::TxCodeWrong,
        Some("invalid_grant") => RedeemError::Denied("invalid_grant"),
        Some("invalid_client" | "unauthorized_client" | "invalid_client_attestation" | "use_attestation_challenge") => {
            RedeemError::Denied("invalid_client")
        }
        Some("invalid_request" | "unsupported_grant_type" | "invalid_scope" | "invalid_dpop_proof" | "invalid_authorization_details") => {
            RedeemError::Denied("invalid_request")
        }
        _ => RedeemError::Answer,
    }
}

/// The `error` of an OAuth error body.
pub(super) fn error_code(answer: &Answer) -> Option<String> {
    let error: OAuthError = serde_json::from_value(answer.json().ok()?).ok()?;
    Some(error.error)
}
