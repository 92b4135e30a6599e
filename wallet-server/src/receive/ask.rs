//! One credential request: keys proven, nonce fetched, the answer encrypted where the issuer can, read, and matched to our keys.

use axum::http::header::RETRY_AFTER;
use http::egress::{Answer, Outgoing};
use openid4vc::credential::CredentialResponse;
use openid4vc::dcql::Format;
use openid4vc::encryption::{MEDIA_TYPE, decrypt_answer};
use openid4vc::{
    CredentialConfiguration, CredentialErrorCode, CredentialRequest, DeferredAnswer, DeferredRequest, NonceResponse, Proofs,
    ResponseEncryption, Wanted, proof,
};
use serde_json::{Map, Value};
use vc::jws::{self, JwsError};
use vc::key::{AgreementKey, Algorithm, Jwk, SigningKey};
use zeroize::Zeroizing;

use super::error::RedeemError;
use super::session::{Session, error_code};
use crate::failpoint::reached;
use crate::hold::form::Form;
use crate::state::AppState;

/// How many copies are asked for at most.
pub(super) const COPIES: u32 = 5;

/// A key with the row that keeps it.
pub(super) struct HolderKey {
    pub(super) row: String,
    pub(super) key: SigningKey,
}

/// What a credential request brought.
pub(super) enum Given {
    /// Credentials, in the issuer's order.
    Issued(Issued),
    /// The issuer gives it later.
    Later {
        /// What the issuer knows it by.
        transaction_id: String,
        /// Seconds to wait.
        interval: u64,
    },
}

/// Credentials as they came.
pub(super) struct Issued {
    texts: Vec<Zeroizing<String>>,
    /// For the notification.
    pub(super) notification_id: Option<String>,
}

/// How many copies of a configuration are asked for at an issuer.
pub(super) fn copies(batch_size: Option<u32>, configuration: &CredentialConfiguration) -> u32 {
    if configuration.needs_proof() { batch_size.unwrap_or(1).clamp(1, COPIES) } else { 1 }
}

/// The algorithm of a holder key that the issuer takes.
///
/// # Errors
/// [`RedeemError::ProofType`] when it wants what this wallet does not have: another kind of proof, or another algorithm.
pub(super) fn algorithm(configuration: &CredentialConfiguration) -> Result<Algorithm, RedeemError> {
    let types = &configuration.proof_types_supported;
    let Some(jwt) = types.get("jwt") else {
        return if types.is_empty() { Ok(Algorithm::Es256) } else { Err(RedeemError::ProofType) };
    };
    let names = &jwt.proof_signing_alg_values_supported;
    let taken = |alg: &str| names.is_empty() || names.iter().any(|name| name == alg);
    match (jwt.key_attestations_required.is_some(), taken("ES256"), taken("EdDSA")) {
        (true, ..) | (_, false, false) => Err(RedeemError::ProofType),
        (_, true, _) => Ok(Algorithm::Es256),
        (_, false, true) => Ok(Algorithm::EdDsa),
    }
}

/// Asks for a credential with one proof per key, once more when the nonce was refused.
///
/// # Errors
/// [`RedeemError`].
pub(super) async fn ask(
    state: &AppState,
    session: &mut Session<'_>,
    configuration_id: &str,
    wanted: &Wanted,
    keys: &[HolderKey],
) -> Result<Given, RedeemError> {
    let metadata = session.documents.metadata.clone();
    let configuration = metadata.credential_configurations_supported.get(configuration_id).ok_or(RedeemError::Format)?;
    let mut tries = 0;
    loop {
        tries += 1;
        let proofs = match configuration.needs_proof() {
            true => proofs(state, session, configuration, keys).await?,
            false => Proofs::None,
        };
        let (answer, key) = {
            let mut request = CredentialRequest::new(wanted.clone(), proofs);
            let key = encryption(session, &mut request.response_encryption)?;
            let outgoing = sealed(session, &metadata.credential_endpoint, request.body(), key.is_some())?;
            (session.send(&metadata.credential_endpoint, outgoing).await?, key)
        };
        if answer.is_success() {
            let body = opened(&answer, key.as_ref())?;
            let response = CredentialResponse::parse(&body).ok_or(RedeemError::Answer)?;
            session.progress.c_nonce.clone_from(&response.c_nonce);
            return Ok(given(response));
        }
        let code = error_code(&answer);
        if code.as_deref() == Some(CredentialErrorCode::InvalidNonce.code()) && tries == 1 {
            session.progress.c_nonce = c_nonce(&answer);
            continue;
        }
        return Err(refused(&answer, code.as_deref()));
    }
}

/// Asks again for what was put off.
///
/// # Errors
/// [`RedeemError`].
pub(super) async fn ask_deferred(session: &mut Session<'_>, transaction_id: &str) -> Result<Given, RedeemError> {
    let endpoint = session.documents.metadata.deferred_credential_endpoint.clone().ok_or(RedeemError::Answer)?;
    let mut request = DeferredRequest { transaction_id: transaction_id.to_owned(), response_encryption: None };
    let key = encryption(session, &mut request.response_encryption)?;
    let outgoing = sealed(session, &endpoint, request.body(), key.is_some())?;
    let answer = session.send(&endpoint, outgoing).await?;
    if !answer.is_success() {
        let code = error_code(&answer);
        // Drafts up to 15 said so with an error.
        if code.as_deref() == Some("issuance_pending") {
            let named = answer.json().ok().and_then(|body| body.get("interval")?.as_u64());
            return Ok(Given::Later { transaction_id: transaction_id.to_owned(), interval: named.unwrap_or(5) });
        }
        return Err(refused(&answer, code.as_deref()));
    }
    match request.answer(&opened(&answer, key.as_ref())?).ok_or(RedeemError::Answer)? {
        DeferredAnswer::Issued(response) => Ok(given(response)),
        DeferredAnswer::Later { interval } => Ok(Given::Later { transaction_id: transaction_id.to_owned(), interval }),
    }
}

fn given(response: CredentialResponse) -> Given {
    match (response.transaction_id, response.credentials) {
        (Some(transaction_id), _) => Given::Later { transaction_id, interval: response.interval.unwrap_or(5) },
        (None, credentials) => {
            let texts = credentials.unwrap_or_default().iter().filter_map(|one| one.text()).map(Zeroizing::new).collect();
            Given::Issued(Issued { texts, notification_id: response.notification_id })
        }
    }
}

impl Issued {
    /// Each credential with the key that it is bound to; the order of an answer is not promised, and none comes twice. What is
    /// bound to no key of ours is left out; a configuration without binding has its one credential with the first key.
    pub(super) fn by_key<'k>(self, format: &str, bound: bool, keys: &'k [HolderKey]) -> Vec<(&'k HolderKey, Zeroizing<String>)> {
        let mut found: Vec<(&HolderKey, Zeroizing<String>)> = Vec::new();
        for text in self.texts {
            let holder = Form::read(format, &text).and_then(|form| form.holder());
            let own = keys.iter().find(|key| match (&holder, bound) {
                (Some(holder), _) => key.key.public_jwk().is_ok_and(|own| holder.same_key(&own)),
                (None, bound) => !bound,
            });
            if let Some(own) = own.filter(|own| !found.iter().any(|(key, _)| key.row == own.row)) {
                found.push((own, text));
            }
        }
        found
    }
}

/// A proof for each key, all with one nonce.
async fn proofs(
    state: &AppState,
    session: &mut Session<'_>,
    configuration: &CredentialConfiguration,
    keys: &[HolderKey],
) -> Result<Proofs, RedeemError> {
    let nonce = nonce(state, session).await?;
    let audience = &session.documents.metadata.credential_issuer;
    let now = state.core.now().seconds();
    let name = name_of(configuration);
    let proof = |key: &HolderKey| match name {
        None => proof::build(&key.key, audience, nonce.as_deref(), now, session.client_id()),
        Some(name) => proof_by_did(&key.key, name, audience, nonce.as_deref(), now, session.client_id()),
    };
    Ok(Proofs::Jwt(keys.iter().map(proof).collect::<Result<_, _>>()?))
}

/// The address of a key in a DID that is made of the key itself.
type KeyName = fn(&Jwk) -> Result<String, JwsError>;

/// How a proof names its key: by a DID where the issuer binds to DIDs alone, and where the format names its holder by an identifier
/// and not by a key (`credentialSubject.id` of the W3C data model); as a plain key everywhere else.
fn name_of(configuration: &CredentialConfiguration) -> Option<KeyName> {
    let methods = &configuration.cryptographic_binding_methods_supported;
    let has = |name: &str| methods.iter().any(|method| method == name);
    let by_identifier = matches!(Format::from_name(&configuration.format), Format::JwtVcJson | Format::VcJwt | Format::LdpVc);
    match (has("jwk") && !by_identifier, has("did:jwk"), has("did:key")) {
        (false, true, _) => Some(|jwk| Ok(format!("{}#0", vc::did::jwk_did(jwk)))),
        (false, false, true) => Some(|jwk| {
            let did = vc::did::key_did(jwk).map_err(|_| JwsError::Algorithm)?;
            Ok(format!("{did}#{}", did.trim_start_matches("did:key:")))
        }),
        _ => None,
    }
}

/// A proof whose key is named by a DID (OpenID4VCI appendix F.1).
fn proof_by_did(
    key: &SigningKey,
    name: KeyName,
    audience: &str,
    nonce: Option<&str>,
    iat: i64,
    client_id: Option<&str>,
) -> Result<String, JwsError> {
    let kid = name(&key.public_jwk()?)?;
    let header = Map::from_iter([("typ".to_owned(), Value::from(proof::TYP)), ("kid".to_owned(), Value::from(kid))]);
    let mut payload = Map::from_iter([("aud".to_owned(), Value::from(audience)), ("iat".to_owned(), Value::from(iat))]);
    payload.extend(nonce.map(|nonce| ("nonce".to_owned(), Value::from(nonce))));
    payload.extend(client_id.map(|id| ("iss".to_owned(), Value::from(id))));
    jws::sign(&header, Value::Object(payload).to_string().as_bytes(), key)
}

/// A nonce for proofs: from the nonce endpoint, else the one that an older issuer's last answer brought.
async fn nonce(state: &AppState, session: &mut Session<'_>) -> Result<Option<String>, RedeemError> {
    let Some(endpoint) = session.documents.metadata.nonce_endpoint.clone() else { return Ok(session.progress.c_nonce.take()) };
    let answer = state.core.egress().send(Outgoing::post_form(&endpoint, &[])).await?;
    session.notice(&answer);
    let nonce = NonceResponse::parse(&answer.body).filter(|_| answer.is_success()).ok_or(RedeemError::Answer)?;
    reached("wallet.nonce");
    Ok(Some(nonce.c_nonce))
}

/// Asks for an encrypted answer where the issuer gives one, with a key for this answer alone.
fn encryption(session: &Session<'_>, asked: &mut Option<ResponseEncryption>) -> Result<Option<AgreementKey>, RedeemError> {
    let metadata = &session.documents.metadata;
    let Some(support) = &metadata.credential_response_encryption else { return Ok(None) };
    // Without an encrypted request anybody on the way could put another key in; then it is asked for only where it must be.
    if metadata.credential_request_encryption.is_none() && !support.encryption_required {
        return Ok(None);
    }
    let key = AgreementKey::generate()?;
    *asked = support.ask(&key);
    match (asked.is_some(), support.encryption_required) {
        (true, _) => Ok(Some(key)),
        (false, true) => Err(RedeemError::Encryption),
        (false, false) => Ok(None),
    }
}

/// The request with its body, encrypted where the issuer wants it or the answer will be.
fn sealed(session: &Session<'_>, url: &str, body: String, answer_sealed: bool) -> Result<Outgoing, RedeemError> {
    let outgoing = match &session.documents.metadata.credential_request_encryption {
        Some(support) if support.encryption_required || answer_sealed => {
            Outgoing::post(url, MEDIA_TYPE, support.encrypt(&body).ok_or(RedeemError::Encryption)?)
        }
        _ => Outgoing::post(url, "application/json", body),
    };
    Ok(outgoing.limit(http::MESSAGE_LIMIT))
}

/// The body of an answer, decrypted where it was encrypted. One that was to be encrypted and is not is not taken.
fn opened(answer: &Answer, key: Option<&AgreementKey>) -> Result<Zeroizing<Vec<u8>>, RedeemError> {
    match (answer.media_type() == MEDIA_TYPE, key) {
        (true, Some(key)) => {
            let compact = answer.text().ok_or(RedeemError::Encryption)?;
            decrypt_answer(compact, key).map(Zeroizing::new).ok_or(RedeemError::Encryption)
        }
        (false, None) => Ok(Zeroizing::new(answer.body.to_vec())),
        (true, None) | (false, Some(_)) => Err(RedeemError::Encryption),
    }
}

/// The `c_nonce` that drafts up to 13 put into the error.
fn c_nonce(answer: &Answer) -> Option<String> {
    answer.json().ok()?.get("c_nonce")?.as_str().map(str::to_owned)
}

/// What a refusal means for us.
fn refused(answer: &Answer, code: Option<&str>) -> RedeemError {
    match code.and_then(CredentialErrorCode::from_code) {
        Some(CredentialErrorCode::InvalidTransactionId) => RedeemError::DeferredEnded,
        Some(known) => RedeemError::Denied(known.code()),
        None if answer.status == 401 => RedeemError::TokenEnded,
        None if matches!(answer.status, 429 | 503) => RedeemError::Busy(retry_after(answer)),
        None => RedeemError::Answer,
    }
}

/// The seconds of `Retry-After`, at least one.
fn retry_after(answer: &Answer) -> i64 {
    let named = answer.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse::<i64>().ok());
    named.unwrap_or(5).clamp(1, 86_400)
}
