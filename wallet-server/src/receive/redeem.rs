//! Redeems an offer that the learner took: short transactions with the calls between them, exactly once, and from where it stopped
//! after a crash.
//!
//! An offer may name several configurations, which are several forms of one achievement, or several of them, and each may come in
//! copies: each copy has a key of its own. What comes is laid aside at once, although the rest does not come; the rest is tried
//! again, asked for later, or said to have failed.
//!
//! The holder keys are stored before anything is asked for. Until the notification arrives an issuer gives the same credentials
//! for the same keys, so every attempt ends with the same copies; a row per key lets exactly one attempt lay each aside.

use model::connection::Connection;
use model::receipt::{Deferred, OfferGrant, OfferSource as Source, OfferedCredential, Progress, Receipt, ReceiptId, ReceiptState};
use openid4vc::dcql::Format;
use openid4vc::{CredentialOffer, Grant, Wanted};
use storage::wallet::holder_key::NewHolderKey;
use vc::key::SigningKey;

use super::ask::{self, Given, HolderKey};
use super::error::RedeemError;
use super::keep::{self, Asker, Brought, Redeemed};
use super::offer::{self, KnownOffer};
use super::session::{Session, Speaker};
use crate::client::Identity;
use crate::failpoint::reached;
use crate::parties;
use crate::state::AppState;

/// An offer that was read longer ago is fetched again where it can be, in milliseconds: its code may have ended.
const OFFER_STALE: i64 = 4 * 60 * 1000;

/// A redemption under way: what the first transaction found.
pub(super) struct Begun {
    pub(super) receipt: Receipt,
    /// Whether the register names the issuer.
    pub(super) listed: bool,
    /// Under which name the wallet meets the issuer.
    pub(super) client: Identity,
    /// The connection that the wallet speaks for at this issuer.
    pub(super) connection: Option<String>,
    /// The parts that came already, whether accepted or not.
    came: Vec<String>,
    /// What was in hand when it began.
    pub(super) progress: Progress,
}

/// Something that is asked for by itself: a configuration, or one of several data sets of it.
pub(super) struct Part {
    /// What its rows are known by: the configuration, with a number behind it for further data sets.
    pub(super) key: String,
    /// The configuration.
    pub(super) configuration: String,
    wanted: Wanted,
}

/// Redeems a receipt that is `redeeming`. `tx_code` is what the learner typed; `attempt` counts from 1.
///
/// # Errors
/// [`RedeemError`] when nothing of it came; [`RedeemError::is_final`] tells whether trying again can help.
pub(crate) async fn redeem(state: &AppState, id: &ReceiptId, tx_code: Option<&str>, attempt: i64) -> Result<Redeemed, RedeemError> {
    let begun = match begin(state, id).await? {
        Start::Over(redeemed) => return Ok(redeemed),
        Start::Begun(begun) => begun,
    };
    let mut session = authorized(state, &begun, tx_code, attempt).await?;
    let failed = collect(state, &begun, &mut session).await?;
    keep::conclude(state, &begun, session, failed, Asker::First).await
}

/// What a receipt that is under way starts from.
pub(super) enum Start {
    /// It is over already.
    Over(Redeemed),
    /// It goes on.
    Begun(Box<Begun>),
}

/// Reads a receipt that is under way, and who speaks with whom.
///
/// # Errors
/// [`RedeemError::NotOpen`], [`RedeemError::IssuerUnknown`], or the database's.
pub(super) async fn begin(state: &AppState, id: &ReceiptId) -> Result<Start, RedeemError> {
    let mut tx = state.store.read().await?;
    let receipt = tx.receipt(id).await?.ok_or(RedeemError::NotOpen)?;
    match receipt.state {
        ReceiptState::Redeeming => {}
        ReceiptState::Kept => return Ok(Start::Over(Redeemed::kept(receipt.card.unwrap_or_default()))),
        ReceiptState::Arrived => return Ok(Start::Over(Redeemed::arrived())),
        ReceiptState::Offered | ReceiptState::Refused | ReceiptState::Failed => return Err(RedeemError::NotOpen),
    }
    let (progress, came) = (tx.progress(id).await?, tx.kept_configurations(id).await?);
    let connections = tx.connections(&receipt.learner).await?;
    drop(tx);
    if !receipt.content.offered.iter().any(|offered| is_supported(&offered.format)) {
        return Err(RedeemError::Format);
    }
    let begun = Begun::of(state, receipt, progress, came, connections);
    if !begun.listed && !begun.receipt.acknowledged {
        return Err(RedeemError::IssuerUnknown);
    }
    Ok(Start::Begun(Box::new(begun)))
}

/// Formats that this wallet can check and keep.
pub(super) fn is_supported(format: &str) -> bool {
    !matches!(Format::from_name(format), Format::Other(_))
}

/// A session with an access token for the offer: the one in hand, a renewed one, or a new one.
async fn authorized<'s>(state: &'s AppState, begun: &Begun, tx_code: Option<&str>, attempt: i64) -> Result<Session<'s>, RedeemError> {
    let content = &begun.receipt.content;
    let uri = match &content.source {
        Source::Uri(uri) if content.grant == OfferGrant::PreAuthorizedCode => Some(uri.as_str()),
        _ => None,
    };
    let in_hand = begun.progress.access_token.is_some() || begun.progress.code.is_some();
    // A code that an earlier attempt sent may have been used up without our hearing of it.
    let stale = state.core.now().millis().saturating_sub(content.read_at) > OFFER_STALE || attempt > 1;
    let fetched = match uri {
        Some(uri) if !in_hand && stale => Some(offer::fetch(state.core.egress(), uri).await?),
        _ => None,
    };
    let known = known(state, begun, fetched.as_deref().unwrap_or(&content.text)).await?;
    let mut session = begun.session(state, &known).await?;
    if session.has_token() {
        return Ok(session);
    }
    if let Some(code) = session.progress.code.clone() {
        exchange(&mut session, code).await?;
    } else if session.progress.refresh_token.is_some() {
        session.refresh().await?;
    } else if content.grant == OfferGrant::AuthorizationCode {
        return Err(RedeemError::AuthorizationLost);
    } else {
        match (pre_authorized(&mut session, &known, tx_code).await, uri) {
            // Somebody else's fetch voided the code: a fresh one is asked for, once.
            (Err(RedeemError::Denied("invalid_grant")), Some(uri)) if fetched.is_none() => {
                let known = self::known(state, begun, &offer::fetch(state.core.egress(), uri).await?).await?;
                pre_authorized(&mut session, &known, tx_code).await?;
            }
            (token, _) => token?,
        }
    }
    reached("wallet.token");
    begun.save(state, &session).await?;
    reached("wallet.authorized");
    Ok(session)
}

async fn pre_authorized(session: &mut Session<'_>, known: &KnownOffer, tx_code: Option<&str>) -> Result<(), RedeemError> {
    let grant = known.offer.pre_authorized().ok_or(offer::OfferReadError::Grant)?;
    if grant.tx_code.is_some() && tx_code.is_none() {
        return Err(RedeemError::TxCodeNeeded);
    }
    let tx_code = grant.tx_code.as_ref().and(tx_code).map(str::to_owned);
    session.ask_token(Grant::PreAuthorizedCode { code: grant.code.clone(), tx_code }, OfferGrant::PreAuthorizedCode).await
}

/// Exchanges the answer of a login, at the server that gave it and nowhere else.
async fn exchange(session: &mut Session<'_>, code: model::receipt::AuthorizationCode) -> Result<(), RedeemError> {
    if code.server != session.documents.server.issuer {
        return Err(RedeemError::IssuerChanged);
    }
    let grant = Grant::AuthorizationCode { code: code.code, redirect_uri: code.redirect_uri, code_verifier: code.verifier };
    match session.ask_token(grant, OfferGrant::AuthorizationCode).await {
        // Used up, perhaps by an attempt of ours whose answer got lost; the learner can log in again.
        Err(RedeemError::Denied("invalid_grant")) => Err(RedeemError::AuthorizationLost),
        result => result,
    }
}

/// The offer of a text with its issuer, who must be the one that was shown.
pub(super) async fn known(state: &AppState, begun: &Begun, text: &str) -> Result<KnownOffer, RedeemError> {
    let egress = state.core.egress();
    let parsed = CredentialOffer::parse(text.as_bytes(), egress.allows_localhost()).map_err(offer::OfferReadError::from)?;
    if parsed.credential_issuer != begun.receipt.issuer {
        return Err(RedeemError::IssuerChanged);
    }
    Ok(offer::with_issuer(egress, &state.issuers, parsed, state.core.now()).await?)
}

impl Begun {
    /// Who speaks with whom about a receipt.
    pub(super) fn of(state: &AppState, receipt: Receipt, progress: Progress, came: Vec<String>, connections: Vec<Connection>) -> Self {
        let institution = parties::issuer(&state.register.current(), &receipt.issuer);
        let slug = institution.as_ref().map(|institution| institution.slug.as_str());
        let live = connections.into_iter().find(|one| Some(one.institution.as_str()) == slug && one.may_deliver(state.core.now()));
        // A delivery speaks for the connection that it came through, whatever else there is.
        let delivered = receipt.connection.as_ref().map(|id| id.as_str().to_owned());
        let connection = delivered.or_else(|| live.map(|live| live.id.as_str().to_owned()));
        let connection = connection.filter(|_| receipt.content.grant == OfferGrant::PreAuthorizedCode);
        let listed = institution.is_some();
        Self { client: state.client.identity(&receipt.issuer, listed), receipt, listed, connection, came, progress }
    }

    /// A session with the issuer from what is in hand.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub(super) async fn session<'s>(&self, state: &'s AppState, known: &KnownOffer) -> Result<Session<'s>, RedeemError> {
        let speaker = Speaker { learner: &self.receipt.learner, client: self.client.clone(), connection: self.connection.clone() };
        Session::open(state, known.documents.clone(), self.progress.clone(), speaker).await
    }

    /// Saves what is in hand.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn save(&self, state: &AppState, session: &Session<'_>) -> Result<(), RedeemError> {
        let mut tx = state.store.write().await?;
        tx.save_progress(&self.receipt.id, &self.receipt.learner, &session.progress).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What was said of a configuration.
    pub(super) fn offered(&self, configuration: &str) -> Option<&OfferedCredential> {
        self.receipt.content.offered.iter().find(|offered| offered.configuration == configuration)
    }
}

/// What is to be asked for, by the data sets that the token names.
pub(super) fn parts(receipt: &Receipt, progress: &Progress) -> Vec<Part> {
    let mut all = Vec::new();
    for offered in receipt.content.offered.iter().filter(|offered| is_supported(&offered.format)) {
        let configuration = &offered.configuration;
        match progress.identifiers.get(configuration).map(Vec::as_slice).unwrap_or_default() {
            [] => all.push(Part::of(configuration, 0, Wanted::Configuration(configuration.clone()))),
            sets => all.extend(sets.iter().enumerate().map(|(at, id)| Part::of(configuration, at, Wanted::Identifier(id.clone())))),
        }
    }
    all
}

impl Part {
    /// How it is asked for.
    pub(super) const fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    fn of(configuration: &str, at: usize, wanted: Wanted) -> Self {
        let key = if at == 0 { configuration.to_owned() } else { format!("{configuration}#{at}") };
        Self { key, configuration: configuration.to_owned(), wanted }
    }
}

/// Asks for each part that is not there and not put off, and lays aside what comes. Gives why the others did not come, by part.
async fn collect(state: &AppState, begun: &Begun, session: &mut Session<'_>) -> Result<Vec<(Part, RedeemError)>, RedeemError> {
    let mut failed = Vec::new();
    for part in parts(&begun.receipt, &session.progress) {
        let deferred = session.progress.deferred.iter().any(|deferred| deferred.configuration == part.key);
        if deferred || begun.came.contains(&part.key) {
            continue;
        }
        if let Err(error) = collect_part(state, begun, session, &part).await {
            failed.push((part, error));
        }
    }
    Ok(failed)
}

async fn collect_part(state: &AppState, begun: &Begun, session: &mut Session<'_>, part: &Part) -> Result<(), RedeemError> {
    let keys = keys(state, session, &begun.receipt, part, 0).await?;
    let given = match ask::ask(state, session, &part.configuration, &part.wanted, &keys).await {
        Err(RedeemError::TokenEnded) if session.progress.refresh_token.is_some() => {
            session.refresh().await?;
            begun.save(state, session).await?;
            ask::ask(state, session, &part.configuration, &part.wanted, &keys).await
        }
        given => given,
    };
    match given? {
        Given::Issued(issued) => {
            reached("wallet.answered");
            keep::lay_aside(state, begun, session, part, Brought { issued, keys: &keys, deferred: false }).await
        }
        Given::Later { transaction_id, interval } => {
            reached("wallet.put_off");
            let since = state.core.now().millis();
            session.progress.deferred.push(Deferred { configuration: part.key.clone(), transaction_id, interval, since });
            begun.save(state, session).await?;
            reached("wallet.waiting");
            Ok(())
        }
    }
}

/// The keys of a part, one per copy; what is there already stays. `round` numbers the askings: each has keys of its own.
///
/// # Errors
/// When the issuer takes no key of ours, or the database fails.
pub(super) async fn keys(
    state: &AppState,
    session: &Session<'_>,
    receipt: &Receipt,
    part: &Part,
    round: i64,
) -> Result<Vec<HolderKey>, RedeemError> {
    let metadata = &session.documents.metadata;
    let configuration = metadata.credential_configurations_supported.get(&part.configuration).ok_or(RedeemError::Format)?;
    let algorithm = ask::algorithm(configuration)?;
    let copies = i64::from(ask::copies(metadata.batch_credential_issuance.map(|batch| batch.batch_size), configuration));
    let first = round.saturating_mul(i64::from(ask::COPIES));
    let wanted = first..first.saturating_add(copies);
    let mut tx = state.store.write().await?;
    let known = tx.holder_keys(&receipt.id).await?;
    for copy in wanted.clone() {
        if !known.iter().any(|row| row.configuration == part.key && row.copy == copy) {
            let pkcs8 = SigningKey::generate(algorithm)?.to_pkcs8()?;
            let (receipt, learner) = (&receipt.id, &receipt.learner);
            tx.put_holder_key(&NewHolderKey { receipt, learner, configuration: &part.key, copy, pkcs8: &pkcs8 }, state.core.now()).await?;
        }
    }
    let rows = tx.holder_keys(&receipt.id).await?;
    tx.commit().await?;
    let own = rows.into_iter().filter(|row| row.configuration == part.key && wanted.contains(&row.copy));
    own.map(|row| Ok(HolderKey { key: SigningKey::from_pkcs8(&row.pkcs8)?, row: row.id })).collect()
}
