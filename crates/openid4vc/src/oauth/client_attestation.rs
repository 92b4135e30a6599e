//! Attestation-based client authentication: a wallet's provider vouches for the wallet, and the wallet proves that it is the one.
//!
//! Draft 07 is what OpenID4VCI 1.0 pins: two headers, `iss` in both JWTs. Drafts 08 to 11 leave `iss` out, and let a DPoP proof of
//! the same key stand for the second header ([`verify_combined`]). That each header comes exactly once, that `jti` was not seen
//! before and that a challenge is one of ours is for the caller.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use vc::jws::{self, Jws, JwsError};
use vc::key::{Jwk, SigningKey};

use super::attester::{TrustedAttester, vouched_for};
use super::dpop::DpopProof;
use super::token::TokenErrorCode;
use crate::jwt;

/// The header with the attestation.
pub const HEADER: &str = "OAuth-Client-Attestation";
/// The header with the proof of possession.
pub const POP_HEADER: &str = "OAuth-Client-Attestation-PoP";
/// The header of an answer that carries a challenge for the next proof.
pub const CHALLENGE_HEADER: &str = "OAuth-Client-Attestation-Challenge";
/// The `token_endpoint_auth_method`.
pub const METHOD: &str = "attest_jwt_client_auth";
/// The same with a DPoP proof as the proof of possession (draft 08 and later).
pub const METHOD_DPOP: &str = "attest_jwt_client_auth_dpop";
/// The `typ` of an attestation.
pub const TYP: &str = "oauth-client-attestation+jwt";
/// The `typ` of its proof of possession.
pub const POP_TYP: &str = "oauth-client-attestation-pop+jwt";
/// How old a proof of possession may be, in seconds: for as long its `jti` has to be remembered.
pub const LIFETIME: i64 = 300;

/// A client that was vouched for and holds its key.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientAttestation {
    /// The client: the same for all instances of a wallet.
    pub client_id: String,
    /// The key of this instance, to which refresh tokens are bound.
    pub instance: Jwk,
    /// Who vouches for it, when the attestation says so.
    pub issuer: Option<String>,
    /// When the attestation ends.
    pub exp: i64,
    /// Of the proof of possession; must not have been seen before.
    pub jti: String,
    /// When the proof of possession was made.
    pub iat: i64,
    /// To be compared with what was given out.
    pub challenge: Option<String>,
    /// OpenID4VCI: the wallet's name.
    pub wallet_name: Option<String>,
    /// OpenID4VCI: where to read about it.
    pub wallet_link: Option<String>,
    /// OpenID4VCI: where the attestation's status is.
    pub status: Option<Value>,
}

/// What an attestation must be for.
#[derive(Clone, Copy, Debug)]
pub struct ExpectedAttestation<'a> {
    /// The issuer identifier of the authorization server.
    pub audience: &'a str,
    /// Now.
    pub now: i64,
    /// Who is believed.
    pub issuers: &'a [TrustedAttester],
}

/// Why a client is not authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttestationError {
    /// Not a JWS, another `typ`, or a claim is missing or of another type.
    #[error("malformed attestation")]
    Malformed,
    /// Nobody who is believed signed it.
    #[error("unknown attester")]
    Attester,
    /// Expired, or of the future.
    #[error("attestation is not current")]
    Expired,
    /// `cnf` holds no key that can be used, or a private one.
    #[error("instance key")]
    Key,
    /// The proof of possession is malformed.
    #[error("malformed proof of possession")]
    Pop,
    /// The instance's key did not sign the proof of possession.
    #[error("proof of possession by another key")]
    PopKey,
    /// The proof of possession is for another server.
    #[error("proof of possession for another server")]
    Audience,
    /// The proof of possession is too old, or of the future.
    #[error("proof of possession is not current")]
    PopTime,
    /// The proof of possession is of another client.
    #[error("proof of possession of another client")]
    Client,
}

impl AttestationError {
    /// The error of the protocol.
    pub const fn token_error(self) -> TokenErrorCode {
        match self {
            Self::Expired => TokenErrorCode::UseFreshAttestation,
            _ => TokenErrorCode::InvalidClientAttestation,
        }
    }

    /// The protocol's code.
    pub const fn code(self) -> &'static str {
        self.token_error().code()
    }
}

/// Checks the values of the two headers.
///
/// # Errors
/// [`AttestationError`].
pub fn verify(attestation: &str, pop: &str, expected: &ExpectedAttestation<'_>) -> Result<ClientAttestation, AttestationError> {
    let vouched = vouched(attestation, expected)?;
    let pop = Jws::parse(pop).map_err(|_| AttestationError::Pop)?;
    if pop.typ() != Some(POP_TYP) {
        return Err(AttestationError::Pop);
    }
    if !jwt::is_signed_by(&pop, &vouched.instance, POP_TYP) {
        return Err(AttestationError::PopKey);
    }
    let claims = pop.payload_unverified();
    if !jwt::is_for(claims, expected.audience) {
        return Err(AttestationError::Audience);
    }
    if claims.get("iss").is_some_and(|iss| *iss != vouched.client_id) {
        return Err(AttestationError::Client);
    }
    let jti = jwt::text(claims, "jti").ok_or(AttestationError::Pop)?.to_owned();
    let iat = jwt::numeric_date(claims, "iat").ok_or(AttestationError::Pop)?;
    let current = jwt::is_current(claims, expected.now).ok_or(AttestationError::Pop)?;
    if !current || iat < expected.now.saturating_sub(LIFETIME) {
        return Err(AttestationError::PopTime);
    }
    let challenge = jwt::optional_text(claims, "challenge").map_err(|_| AttestationError::Pop)?;
    Ok(ClientAttestation { jti, iat, challenge, ..vouched })
}

/// Checks an attestation whose proof of possession is the DPoP proof of the same request, which was checked already (drafts 08 to
/// 11). There must be no second header then; the proof's `nonce` is the challenge.
///
/// # Errors
/// [`AttestationError`].
pub fn verify_combined(
    attestation: &str,
    dpop: &DpopProof,
    expected: &ExpectedAttestation<'_>,
) -> Result<ClientAttestation, AttestationError> {
    let vouched = vouched(attestation, expected)?;
    if !vouched.instance.same_key(&dpop.jwk) {
        return Err(AttestationError::PopKey);
    }
    Ok(ClientAttestation { jti: dpop.jti.clone(), iat: dpop.iat, challenge: dpop.nonce.clone(), ..vouched })
}

/// The attestation alone; what the proof of possession says is empty yet.
fn vouched(attestation: &str, expected: &ExpectedAttestation<'_>) -> Result<ClientAttestation, AttestationError> {
    let jws = Jws::parse(attestation).map_err(|_| AttestationError::Malformed)?;
    if jws.typ() != Some(TYP) {
        return Err(AttestationError::Malformed);
    }
    if !vouched_for(&jws, TYP, expected.issuers, expected.now) {
        return Err(AttestationError::Attester);
    }
    let claims = jws.payload_unverified();
    let optional = |name: &str| jwt::optional_text(claims, name).map_err(|_| AttestationError::Malformed);
    let client_id = jwt::text(claims, "sub").ok_or(AttestationError::Malformed)?.to_owned();
    let exp = jwt::numeric_date(claims, "exp").ok_or(AttestationError::Malformed)?;
    if !jwt::is_current(claims, expected.now).ok_or(AttestationError::Malformed)? {
        return Err(AttestationError::Expired);
    }
    let jwk = claims.pointer("/cnf/jwk").ok_or(AttestationError::Key)?;
    let instance = Jwk::from_value(jwk).map_err(|_| AttestationError::Key)?;
    Ok(ClientAttestation {
        client_id,
        instance,
        issuer: optional("iss")?,
        exp,
        jti: String::new(),
        iat: 0,
        challenge: None,
        wallet_name: optional("wallet_name")?,
        wallet_link: optional("wallet_link")?,
        status: claims.get("status").cloned(),
    })
}

/// The client that an unverified attestation names, to look its attester up by.
pub fn claimed_client(attestation: &str) -> Option<String> {
    jwt::text(Jws::parse(attestation).ok()?.payload_unverified(), "sub").map(str::to_owned)
}

/// What an attestation of ours says.
#[derive(Clone, Copy, Debug)]
pub struct AttestationClaims<'a> {
    /// Who vouches; left out in the shape of drafts 08 and later.
    pub issuer: Option<&'a str>,
    /// The client.
    pub client_id: &'a str,
    /// The key of the instance.
    pub instance: &'a Jwk,
    /// Now.
    pub iat: i64,
    /// When it ends.
    pub exp: i64,
    /// The wallet's name.
    pub wallet_name: Option<&'a str>,
    /// Where to read about it.
    pub wallet_link: Option<&'a str>,
}

/// Builds an attestation, signed by the wallet's provider. `x5c` is their chain, without the anchor; where it is empty `kid` names
/// their key.
///
/// # Errors
/// When the key cannot sign.
pub fn build_attestation(key: &SigningKey, x5c: &[String], claims: &AttestationClaims<'_>) -> Result<String, JwsError> {
    let mut header = Map::new();
    header.insert("typ".into(), TYP.into());
    match x5c {
        [] => header.insert("kid".into(), key.public_jwk()?.thumbprint().into()),
        chain => header.insert("x5c".into(), json!(chain)),
    };
    let mut payload = Map::new();
    payload.insert("sub".into(), claims.client_id.into());
    payload.insert("iat".into(), claims.iat.into());
    payload.insert("exp".into(), claims.exp.into());
    payload.insert("cnf".into(), json!({"jwk": claims.instance.to_value()}));
    let optional = [("iss", claims.issuer), ("wallet_name", claims.wallet_name), ("wallet_link", claims.wallet_link)];
    payload.extend(optional.into_iter().filter_map(|(name, text)| Some((name.to_owned(), Value::from(text?)))));
    jws::sign(&header, Value::Object(payload).to_string().as_bytes(), key)
}

/// What a proof of possession of ours says.
#[derive(Clone, Copy, Debug)]
pub struct PopClaims<'a> {
    /// The client. Draft 07 demands it, later drafts ignore it.
    pub client_id: &'a str,
    /// The issuer identifier of the authorization server.
    pub audience: &'a str,
    /// A random value, never used twice.
    pub jti: &'a str,
    /// Now.
    pub iat: i64,
    /// What the server gave, when it gave one.
    pub challenge: Option<&'a str>,
}

/// Builds a proof of possession with the key of the instance.
///
/// # Errors
/// When the key cannot sign.
pub fn build_pop(key: &SigningKey, claims: &PopClaims<'_>) -> Result<String, JwsError> {
    let mut header = Map::new();
    header.insert("typ".into(), POP_TYP.into());
    let mut payload = Map::new();
    payload.insert("iss".into(), claims.client_id.into());
    payload.insert("aud".into(), claims.audience.into());
    payload.insert("jti".into(), claims.jti.into());
    payload.insert("iat".into(), claims.iat.into());
    payload.extend(claims.challenge.map(|challenge| ("challenge".to_owned(), Value::from(challenge))));
    jws::sign(&header, Value::Object(payload).to_string().as_bytes(), key)
}

/// The answer of a challenge endpoint, sent with `Cache-Control: no-store`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeResponse {
    /// To be put into the next proof of possession.
    pub attestation_challenge: String,
}

impl ChallengeResponse {
    /// Reads the body of an answer. `None` when it is none.
    pub fn parse(body: &[u8]) -> Option<Self> {
        serde_json::from_value(vc::strict_json::parse(body).ok()?).ok()
    }
}

#[cfg(test)]
mod tests;
