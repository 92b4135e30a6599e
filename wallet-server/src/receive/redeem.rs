//! Redeems an accepted offer: two short transactions with the calls between them, exactly once, and from where it stopped after
//! a crash.
//!
//! An offer may name several configurations, which are several forms of one achievement, or several of them: each is asked for with
//! a key of its own, and what comes is kept although the rest does not; the rest is tried again, or said to have failed.
//!
//! The holder keys are stored before anything is asked for. Until the notification arrives an issuer gives the same credentials
//! for the same keys, so every attempt ends with the same copies; one row per offer and configuration lets exactly one attempt store
//! each, and the issuer hears of them when all is over.

use std::sync::Arc;

use http::egress::{Answer, Outgoing};
use model::receipt::{OfferSource as Source, Progress, Receipt, ReceiptId, ReceiptState};
use openid4vc::credential::{CredentialResponse, Proofs, Wanted};
use openid4vc::dcql::Format;
use openid4vc::{
    CredentialErrorCode, CredentialOffer, CredentialRequest, Grant, NonceResponse, OAuthError, TokenRequest, TokenResponse, proof,
};
use storage::wallet::credential::NewCredential;
use vc::key::{Algorithm, SigningKey};
use zeroize::Zeroizing;

use super::check::check;
use super::error::RedeemError;
use super::issuer::Documents;
use super::keep::{Kept, keep};
use super::offer::{self, KnownOffer};
use crate::hold::form::Form;
use crate::parties;
use crate::state::AppState;

/// An offer that was read longer ago is fetched again where it can be, in milliseconds: its code may have ended.
const OFFER_STALE: i64 = 4 * 60 * 1000;

/// A key with the row that keeps it.
pub(super) struct HolderKey {
    pub(super) row: String,
    pub(super) configuration: String,
    pub(super) key: SigningKey,
}

/// A redemption under way: what the first transaction found and made.
pub(super) struct Begun {
    pub(super) receipt: Receipt,
    /// The keys of what is not in the wallet yet.
    pub(super) keys: Vec<HolderKey>,
    /// Whether an earlier attempt kept a part of it.
    pub(super) partly: bool,
    /// The connection that the wallet speaks for at this issuer.
    connection: Option<String>,
    pub(super) progress: Progress,
}

/// What an attempt brought.
#[derive(Default)]
pub(super) struct Gathered {
    /// Checked, to be kept.
    pub(super) credentials: Vec<NewCredential>,
    /// Why the others did not come, by configuration.
    pub(super) failed: Vec<(String, RedeemError)>,
    /// What to tell the issuer about.
    pub(super) notification_ids: Vec<String>,
}

impl Gathered {
    /// Why to try again: the first reason that may pass by itself.
    pub(super) fn again(&mut self) -> Option<RedeemError> {
        let at = self.failed.iter().position(|(_, error)| !error.is_final())?;
        Some(self.failed.swap_remove(at).1)
    }
}

/// Where the issuer is told what became of it.
pub(super) struct NotifyAt {
    pub(super) endpoint: String,
    pub(super) token: String,
}

/// Redeems a receipt that is `redeeming`. `tx_code` is what the learner typed; `attempt` counts from 1.
///
/// # Errors
/// [`RedeemError`] when nothing of it came; [`RedeemError::is_final`] tells whether trying again can help.
pub(crate) async fn redeem(state: &AppState, id: &ReceiptId, tx_code: Option<&str>, attempt: i64) -> Result<Kept, RedeemError> {
    let begun = match begin(state, id).await? {
        Start::Kept(card) => return Ok(Kept { card, notify: None, again: None }),
        Start::Begun(begun) => begun,
    };
    let (known, token) = authorized(state, &begun, tx_code, attempt).await?;
    let mut gathered = collect(state, &begun, &known.documents, &token).await;
    if gathered.credentials.is_empty() && !begun.partly {
        let error = gathered.again().or_else(|| gathered.failed.into_iter().next().map(|(_, error)| error));
        return Err(error.unwrap_or(RedeemError::Format));
    }
    let notify = known.documents.metadata.notification_endpoint.clone().map(|endpoint| NotifyAt { endpoint, token });
    keep(state, &begun, gathered, notify).await
}

enum Start {
    Kept(String),
    Begun(Box<Begun>),
}

/// The first transaction: the receipt must be under way, and each configuration gets its key.
async fn begin(state: &AppState, id: &ReceiptId) -> Result<Start, RedeemError> {
    let now = state.core.now();
    let mut tx = state.store.write().await?;
    let receipt = tx.receipt(id).await?.ok_or(RedeemError::NotOpen)?;
    match receipt.state {
        ReceiptState::Redeeming => {}
        ReceiptState::Kept => return Ok(Start::Kept(receipt.card.unwrap_or_default())),
        ReceiptState::Offered | ReceiptState::Refused | ReceiptState::Failed => return Err(RedeemError::NotOpen),
    }
    let progress = tx.progress(id).await?;
    let kept = tx.kept_configurations(id).await?;
    let mut rows = tx.holder_keys(id).await?;
    for offered in receipt.content.offered.iter().filter(|offered| is_supported(&offered.format)) {
        if !rows.iter().any(|row| row.configuration == offered.configuration) {
            let pkcs8 = SigningKey::generate(Algorithm::Es256)?.to_pkcs8()?;
            tx.put_holder_key(id, &receipt.learner, &offered.configuration, &pkcs8, now).await?;
        }
    }
    if rows.len() < receipt.content.offered.len() {
        rows = tx.holder_keys(id).await?;
    }
    let connections = tx.connections(&receipt.learner).await?;
    tx.commit().await?;
    if rows.is_empty() {
        return Err(RedeemError::Format);
    }
    let institution = parties::issuer(&state.register.current(), &receipt.issuer).ok_or(RedeemError::IssuerUnknown)?;
    let live =
        connections.into_iter().find(|connection| connection.institution.as_str() == institution.slug && connection.may_deliver(now));
    // A delivery speaks for the connection that it came through, whatever else there is.
    let connection = receipt.connection.as_ref().map(|id| id.as_str().to_owned()).or_else(|| live.map(|live| live.id.as_str().to_owned()));
    let keys = rows
        .into_iter()
        .filter(|row| !kept.contains(&row.configuration))
        .map(|row| Ok(HolderKey { key: SigningKey::from_pkcs8(&row.pkcs8)?, row: row.id, configuration: row.configuration }))
        .collect::<Result<_, RedeemError>>()?;
    Ok(Start::Begun(Box::new(Begun { receipt, keys, partly: !kept.is_empty(), connection, progress })))
}

/// Formats that this wallet can check and keep.
pub(super) fn is_supported(format: &str) -> bool {
    !matches!(Format::from_name(format), Format::Other(_))
}

/// The offer with its issuer, and an access token for it: the one in hand, or a new one.
async fn authorized(state: &AppState, begun: &Begun, tx_code: Option<&str>, attempt: i64) -> Result<(KnownOffer, String), RedeemError> {
    let (now, egress) = (state.core.now(), state.core.egress());
    let content = &begun.receipt.content;
    let in_hand = begun.progress.access_token.clone().filter(|_| now.millis() < begun.progress.token_until);
    // A code that an earlier attempt sent may have been used up without our hearing of it.
    let stale = now.millis().saturating_sub(content.read_at) > OFFER_STALE || attempt > 1;
    let uri = match &content.source {
        Source::Uri(uri) => Some(uri.as_str()),
        Source::Value => None,
    };
    let fetched = match uri {
        Some(uri) if in_hand.is_none() && stale => Some(offer::fetch(egress, uri).await?),
        _ => None,
    };
    let known = known(state, begun, fetched.as_deref().unwrap_or(&content.text)).await?;
    if let Some(token) = in_hand {
        return Ok((known, token));
    }
    match (request_token(state, begun, &known, tx_code).await, uri) {
        // Somebody else's fetch voided the code: a fresh one is asked for, once.
        (Err(RedeemError::Denied("invalid_grant")), Some(uri)) if fetched.is_none() => {
            let known = self::known(state, begun, &offer::fetch(egress, uri).await?).await?;
            let token = request_token(state, begun, &known, tx_code).await?;
            Ok((known, token))
        }
        (token, _) => Ok((known, token?)),
    }
}

/// The offer of a text with its issuer, who must be the one that was shown.
async fn known(state: &AppState, begun: &Begun, text: &str) -> Result<KnownOffer, RedeemError> {
    let egress = state.core.egress();
    let parsed = CredentialOffer::parse(text.as_bytes(), egress.allows_localhost()).map_err(offer::OfferReadError::from)?;
    if parsed.credential_issuer != begun.receipt.issuer {
        return Err(RedeemError::IssuerChanged);
    }
    Ok(offer::with_issuer(egress, &state.issuers, parsed, state.core.now()).await?)
}

/// Asks for an access token. The wallet authenticates where it speaks for a connection, and where the server wants it.
async fn request_token(state: &AppState, begun: &Begun, known: &KnownOffer, tx_code: Option<&str>) -> Result<String, RedeemError> {
    let server = &known.documents.server;
    let grant = known.offer.pre_authorized().ok_or(offer::OfferReadError::Grant)?;
    if grant.tx_code.is_some() && tx_code.is_none() {
        return Err(RedeemError::TxCodeNeeded);
    }
    let endpoint = server.token_endpoint.as_deref().ok_or(RedeemError::Answer)?;
    let authenticates = begun.connection.is_some() || !server.pre_authorized_grant_anonymous_access_supported;
    let client_assertion = match authenticates {
        true => Some(state.client.assertion(&state.core, &server.issuer, begun.connection.as_deref())?),
        false => None,
    };
    let tx_code = grant.tx_code.as_ref().and(tx_code).map(str::to_owned);
    let typed = tx_code.is_some();
    let request = TokenRequest {
        grant: Grant::PreAuthorizedCode { code: grant.code.clone(), tx_code },
        client_id: None,
        client_assertion,
        authorization_details: None,
    };
    let answer = state.core.egress().send(Outgoing::post(endpoint, "application/x-www-form-urlencoded", request.form())).await?;
    if !answer.is_success() {
        return Err(match error_code(&answer).as_deref() {
            Some("invalid_grant") if typed => RedeemError::TxCodeWrong,
            Some("invalid_grant") => RedeemError::Denied("invalid_grant"),
            Some("invalid_client") => RedeemError::Denied("invalid_client"),
            Some("invalid_request" | "unsupported_grant_type") => RedeemError::Denied("invalid_request"),
            _ => RedeemError::Answer,
        });
    }
    let token = TokenResponse::parse(&answer.body).filter(TokenResponse::is_bearer).ok_or(RedeemError::Answer)?;
    // A minute is kept back, so that a token that ends on the way is not counted on.
    let lives = i64::try_from(token.expires_in.unwrap_or(300)).unwrap_or(300).saturating_sub(60);
    let progress = Progress {
        access_token: Some(token.access_token.clone()),
        token_until: state.core.now().plus_seconds(lives).millis(),
        ..begun.progress.clone()
    };
    let mut tx = state.store.write().await?;
    tx.save_progress(&begun.receipt.id, &begun.receipt.learner, &progress).await?;
    tx.commit().await?;
    Ok(token.access_token)
}

/// Asks for each credential with its own key, and checks what comes.
async fn collect(state: &AppState, begun: &Begun, documents: &Arc<Documents>, token: &str) -> Gathered {
    let mut gathered = Gathered::default();
    for key in &begun.keys {
        match collect_one(state, begun, documents, token, key).await {
            Ok((credential, notification_id)) => {
                gathered.credentials.push(credential);
                gathered.notification_ids.extend(notification_id);
            }
            Err(error) => gathered.failed.push((key.configuration.clone(), error)),
        }
    }
    gathered
}

async fn collect_one(
    state: &AppState,
    begun: &Begun,
    documents: &Documents,
    token: &str,
    key: &HolderKey,
) -> Result<(NewCredential, Option<String>), RedeemError> {
    let response = ask(state, begun, documents, token, key).await?;
    let notification_id = response.notification_id.clone();
    let offered = begun.receipt.content.offered.iter().find(|offered| offered.configuration == key.configuration);
    let offered = offered.ok_or(RedeemError::Format)?;
    let text = own_copy(response, &offered.format, key).ok_or(RedeemError::Invalid("credential_holder_key"))?;
    Ok((check(state, begun, offered, key, text).await?, notification_id))
}

/// One credential request, with one more try when the nonce was refused.
async fn ask(
    state: &AppState,
    begun: &Begun,
    documents: &Documents,
    token: &str,
    key: &HolderKey,
) -> Result<CredentialResponse, RedeemError> {
    let mut tries = 0;
    loop {
        tries += 1;
        let nonce = nonce(state, documents).await?;
        let client = begun.connection.as_ref().map(|_| state.client.id());
        let now = state.core.now().seconds();
        let proof = proof::build(&key.key, &documents.metadata.credential_issuer, nonce.as_deref(), now, client)?;
        let request = CredentialRequest::new(Wanted::Configuration(key.configuration.clone()), Proofs::Jwt(vec![proof]));
        let outgoing = Outgoing::post(&documents.metadata.credential_endpoint, "application/json", request.body())
            .bearer(token)
            .limit(http::MESSAGE_LIMIT);
        let answer = state.core.egress().send(outgoing).await?;
        if answer.is_success() {
            let response = CredentialResponse::parse(&answer.body).ok_or(RedeemError::Answer)?;
            return if response.transaction_id.is_some() { Err(RedeemError::Deferred) } else { Ok(response) };
        }
        let code = error_code(&answer);
        if code.as_deref() == Some(CredentialErrorCode::InvalidNonce.code()) && tries == 1 {
            continue;
        }
        return Err(refused(&answer, code.as_deref()));
    }
}

/// What a refusal of the credential endpoint means for us.
fn refused(answer: &Answer, code: Option<&str>) -> RedeemError {
    let known = [
        CredentialErrorCode::CredentialRequestDenied,
        CredentialErrorCode::UnknownCredentialConfiguration,
        CredentialErrorCode::InvalidCredentialRequest,
        CredentialErrorCode::InvalidProof,
        CredentialErrorCode::InvalidEncryptionParameters,
    ];
    match known.into_iter().find(|known| code == Some(known.code())) {
        Some(known) => RedeemError::Denied(known.code()),
        None if answer.status == 401 => RedeemError::TokenEnded,
        None => RedeemError::Answer,
    }
}

async fn nonce(state: &AppState, documents: &Documents) -> Result<Option<String>, RedeemError> {
    let Some(endpoint) = &documents.metadata.nonce_endpoint else { return Ok(None) };
    let answer = state.core.egress().send(Outgoing::post_form(endpoint, &[])).await?;
    let nonce = NonceResponse::parse(&answer.body).filter(|_| answer.is_success()).ok_or(RedeemError::Answer)?;
    Ok(Some(nonce.c_nonce))
}

/// The credential of an answer that is bound to our key; the order of an answer is not promised.
fn own_copy(response: CredentialResponse, format: &str, key: &HolderKey) -> Option<Zeroizing<String>> {
    let own = key.key.public_jwk().ok()?;
    let texts = response.credentials.unwrap_or_default().into_iter().filter_map(|one| one.text());
    let bound = |text: &str| Form::read(format, text).and_then(|form| form.holder()).is_some_and(|holder| holder.same_key(&own));
    texts.map(Zeroizing::new).find(|text| bound(text))
}

/// The `error` of an OAuth error body.
pub(crate) fn error_code(answer: &Answer) -> Option<String> {
    let error: OAuthError = serde_json::from_value(answer.json().ok()?).ok()?;
    Some(error.error)
}
