//! The order in which a credential is made (`architecture.md` section 5): nothing signed without a row, nothing made twice.
//!
//! Eligibility → id and status index, from a block that this server took → one transaction: the award once more, built and linted,
//! prepared form, audit intent, nonce and offer consumed → sign → compare and verify → one transaction: stored, audited → answer.
//! An offer in several forms goes through it once for each, and every form is bound to the key that it was asked with.

use model::Timestamp;
use model::award::Missing;
use model::configuration::Configuration;
use model::offer::Offer;
use openid4vc::CredentialErrorCode;
use storage::audit::{Actor, Event};
use storage::issuer::achievement::AchievementRow;
use storage::issuer::award::{AwardRow, AwardState};
use storage::issuer::credential::{CredentialRow, NewCredential};
use storage::issuer::key::InstitutionKey;
use storage::issuer::offer::OfferRow;
use storage::{IssuerTx, StorageError, hash_token};
use vc::key::Jwk;
use vc::verify::PreparedForm;

use super::forms::{self, Built, Issuance, NotBuilt};
use super::nonce::Nonce;
use crate::Issuer;
use crate::failpoint::reached;
use crate::institution::Institution;
use crate::status::places::Place;

/// Why nothing was issued.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IssueError {
    /// The protocol's answer.
    #[error("{0}")]
    Refused(CredentialErrorCode),
    /// What would be signed is not fit to be: these are codes, places and elements, no values.
    #[error("the lint refused: {0}")]
    Lint(String),
    /// It could not be written.
    #[error("the credential could not be written: {0}")]
    Written(String),
    /// Signing failed, or what was signed is not what was prepared.
    #[error("signing failed")]
    Sign,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<NotBuilt> for IssueError {
    fn from(not: NotBuilt) -> Self {
        match not {
            // Nothing to collect.
            NotBuilt::Over => Self::Refused(CredentialErrorCode::CredentialRequestDenied),
            NotBuilt::Unfit(words) => Self::Lint(words),
            NotBuilt::Written(words) => Self::Written(words),
        }
    }
}

impl From<CredentialErrorCode> for IssueError {
    fn from(code: CredentialErrorCode) -> Self {
        Self::Refused(code)
    }
}

/// A wallet's request that passed every check which needs no lock.
pub(crate) struct Collect<'a> {
    pub(crate) offer: &'a OfferRow,
    pub(crate) configuration: Configuration,
    pub(crate) holder: &'a Jwk,
    pub(crate) nonce: &'a Nonce,
    pub(crate) now: Timestamp,
}

const DENIED: IssueError = IssueError::Refused(CredentialErrorCode::CredentialRequestDenied);

/// Issues, or gives again what was issued for the same key.
pub(crate) async fn issue(issuer: &Issuer, institution: &Institution, collect: &Collect<'_>) -> Result<String, IssueError> {
    let holder = hash_token(&collect.holder.thumbprint());
    if let Offer::Issued { .. } = collect.offer.stands
        && let Some(body) = again(issuer, collect, &holder).await?
    {
        return Ok(body);
    }
    reached("issuer.eligible");
    let kind = collect.configuration.kind();
    let place = issuer.places.take(&issuer.store, (institution.slug(), kind), (collect.now, issuer.core.random())).await?;
    reached("issuer.reserved");
    let ready = match prepare(issuer, institution, collect, (&holder, &place)).await {
        Ok(ready) => ready,
        Err(error) => {
            // When the database failed, nobody knows whether the place was used.
            if !matches!(error, IssueError::Storage(_)) {
                issuer.places.give_back(institution.slug(), kind, place);
            }
            return match error {
                // Somebody was faster with the same form; with the same key it is the same wallet, and gets the same answer.
                IssueError::Storage(StorageError::Conflict) | IssueError::Refused(CredentialErrorCode::CredentialRequestDenied) => {
                    overtaken(issuer, institution, collect, &holder).await
                }
                IssueError::Lint(words) => Err(unfit(issuer, institution, collect, &words).await),
                error => Err(error),
            };
        }
    };
    reached("issuer.prepared");
    let body = store(issuer, &ready.row, &sign(&ready.prepared, &ready.key, &ready.row, collect.now)?, collect.now).await?;
    reached("issuer.answering");
    Ok(body)
}

/// The form was not there when this request looked, and may be now.
async fn overtaken(issuer: &Issuer, institution: &Institution, collect: &Collect<'_>, holder: &[u8]) -> Result<String, IssueError> {
    let mut tx = issuer.store.read().await?;
    let offer = tx.offer(institution.slug(), &collect.offer.id).await?;
    drop(tx);
    let Some(offer) = offer.filter(|offer| matches!(offer.stands, Offer::Issued { .. })) else { return Err(DENIED) };
    again(issuer, &Collect { offer: &offer, ..*collect }, holder).await?.ok_or(DENIED)
}

/// The same request again: the same credential byte for byte for the same key, a denial for another. None when this form of the
/// offer was never asked for.
async fn again(issuer: &Issuer, collect: &Collect<'_>, holder: &[u8]) -> Result<Option<String>, IssueError> {
    if !collect.offer.stands.gives_codes(collect.now) {
        return Err(DENIED);
    }
    let mut tx = issuer.store.write().await?;
    let row = tx.credential_of_offer(&collect.offer.id, collect.configuration.id()).await?;
    let Some(row) = row else { return Ok(None) };
    if row.holder.as_deref() != Some(holder) {
        return Err(DENIED);
    }
    if !collect.nonce.consume(&mut tx).await? {
        return Err(CredentialErrorCode::InvalidNonce.into());
    }
    let body = tx.credential_body(&row).await?;
    tx.commit().await?;
    match body {
        Some(body) => Ok(Some(body.to_string())),
        None if row.is_issued() => Err(DENIED),
        None => finish(issuer, &row, collect.now).await.map(Some),
    }
}

/// What was found too late for its award is put on the desk, in words, and the offer ends. The wallet hears no more than that.
async fn unfit(issuer: &Issuer, institution: &Institution, collect: &Collect<'_>, words: &str) -> IssueError {
    tracing::error!(
        award = collect.offer.award.as_str(),
        configuration = collect.configuration.id(),
        words,
        "a credential was not fit to be signed"
    );
    let park = async {
        let mut tx = issuer.store.write().await?;
        let Some(award) = tx.award(institution.slug(), &collect.offer.award).await? else { return Ok(()) };
        if award.revision == collect.offer.revision && tx.park_award(&award, &[Missing::Unfit], collect.now).await? {
            tx.withdraw_offers(&award.id).await?;
            let event = Event {
                actor: Actor::System,
                action: "award.decide",
                object_kind: "award",
                object: award.id.to_string(),
                outcome: "unfit",
                amount: 1,
            };
            tx.audit(&event, collect.now).await?;
        }
        tx.commit().await
    };
    let parked: Result<(), StorageError> = park.await;
    parked.map_or_else(IssueError::from, |()| DENIED)
}

/// Prepared, and everything to sign it with.
struct Ready {
    row: CredentialRow,
    prepared: PreparedForm,
    key: InstitutionKey,
}

/// The one transaction after which the credential will exist: the award as it stands now, form, intent, nonce and offer together.
async fn prepare(
    issuer: &Issuer,
    institution: &Institution,
    collect: &Collect<'_>,
    (holder, place): (&[u8], &Place),
) -> Result<Ready, IssueError> {
    let (offer, now) = (collect.offer, collect.now);
    let mut tx = issuer.store.write().await?;
    let award = tx.award(institution.slug(), &offer.award).await?.ok_or(DENIED)?;
    // The first form takes the open award; others follow it.
    let stands = matches!(award.state, AwardState::Open | AwardState::Issued);
    let eligible = stands && award.revision == offer.revision && award.person == offer.person;
    let content = award.content.as_ref().filter(|_| eligible).ok_or(DENIED)?;
    let key = tx.active_key(institution.slug(), forms::algorithm(collect.configuration)).await?.ok_or(IssueError::Sign)?;
    let id = model::id::credential_uuid(issuer.core.random()).to_string();
    let issuance = Issuance { institution, id: &id, holder: collect.holder, place, decided_at: award.decided_at, now };
    let Built { prepared, expires_at, achievement } = forms::build(collect.configuration, content, &issuance, &key, issuer.core.random())?;
    reached("issuer.built");

    if !collect.nonce.consume(&mut tx).await? {
        return Err(CredentialErrorCode::InvalidNonce.into());
    }
    consume(&mut tx, collect, (&award, holder)).await?;
    if let Some(achievement) = achievement {
        let document = serde_json::Value::Object(achievement.document).to_string();
        let kept = AchievementRow { template: achievement.template, document };
        tx.keep_achievement(institution.slug(), &achievement.id, &kept, now).await?;
    }
    let kept = serde_json::to_vec(&prepared).map_err(|_| StorageError::Row { table: "issued_credential", column: "prepared" })?;
    let new = NewCredential {
        id: &id,
        offer,
        configuration: collect.configuration.id(),
        copy: 0,
        holder,
        list: &place.list,
        index: place.index,
        signing_key: &key.id,
        prepared: &kept,
        payload_hash: &prepared.hash(),
        expires_at,
    };
    let row = tx.prepare_credential(&new, now).await?;
    audit(&mut tx, &row.id, "credential.intent", now).await?;
    tx.commit().await?;
    Ok(Ready { row, prepared, key })
}

/// Takes the open offer and its award; one that another form took is good for as long as it heals a lost answer.
async fn consume(tx: &mut IssuerTx, collect: &Collect<'_>, (award, holder): (&AwardRow, &[u8])) -> Result<(), IssueError> {
    let (offer, now) = (collect.offer, collect.now);
    if tx.bind_offer(&offer.id, holder, now).await? {
        return if tx.take_award(&offer.award, offer.revision).await? { Ok(()) } else { Err(DENIED) };
    }
    let standing = tx.offer(&offer.institution, &offer.id).await?.ok_or(DENIED)?;
    let follows = matches!(standing.stands, Offer::Issued { .. }) && standing.stands.gives_codes(now);
    // Read again: what the first form changed may not have been seen yet.
    let out = tx.award(&offer.institution, &award.id).await?.is_some_and(|award| award.state == AwardState::Issued);
    if follows && out { Ok(()) } else { Err(DENIED) }
}

/// Finishes a prepared row from what the database keeps of it: a repeated request after a crash, and recovery.
pub(crate) async fn finish(issuer: &Issuer, row: &CredentialRow, now: Timestamp) -> Result<String, IssueError> {
    let (prepared, key) = {
        let mut tx = issuer.store.read().await?;
        let Some(prepared) = tx.prepared(row).await? else { return stored(&mut tx, row).await };
        let key = tx.signing_key(row.signing_key.as_deref().unwrap_or_default()).await?.ok_or(IssueError::Sign)?;
        (serde_json::from_slice::<PreparedForm>(&prepared).map_err(|_| IssueError::Sign)?, key)
    };
    store(issuer, row, &sign(&prepared, &key, row, now)?, now).await
}

/// Stores what was signed. Whoever stores first wins, and everybody answers with what was stored.
async fn store(issuer: &Issuer, row: &CredentialRow, body: &str, now: Timestamp) -> Result<String, IssueError> {
    reached("issuer.compared");
    let mut tx = issuer.store.write().await?;
    if !tx.store_credential(row, body, now).await? {
        return stored(&mut tx, row).await;
    }
    audit(&mut tx, &row.id, "credential.issued", now).await?;
    tx.commit().await?;
    reached("issuer.stored");
    Ok(body.to_owned())
}

async fn stored(tx: &mut IssuerTx, row: &CredentialRow) -> Result<String, IssueError> {
    let body = tx.credential_body(row).await?;
    body.map(|body| body.to_string()).ok_or(IssueError::Refused(CredentialErrorCode::CredentialRequestDenied))
}

/// Signs, and looks at what was signed as a stranger would.
fn sign(prepared: &PreparedForm, key: &InstitutionKey, row: &CredentialRow, now: Timestamp) -> Result<String, IssueError> {
    let not = |error: &dyn std::error::Error| {
        tracing::error!(credential = row.id, cause = %error, "signing failed");
        IssueError::Sign
    };
    if row.payload_hash.as_deref() != Some(&prepared.hash()[..]) {
        return Err(IssueError::Sign);
    }
    let signing = crate::key::open(key)?;
    let text = prepared.sign(&signing).map_err(|error| not(&error))?;
    reached("issuer.signed");
    let public = signing.public_jwk().map_err(|error| not(&error))?;
    prepared.compare(&text, &public, now.seconds()).map_err(|error| not(&error))?;
    Ok(text)
}

async fn audit(tx: &mut IssuerTx, id: &str, action: &'static str, now: Timestamp) -> Result<(), StorageError> {
    let event = Event { actor: Actor::System, action, object_kind: "credential", object: id.to_owned(), outcome: "done", amount: 1 };
    tx.audit(&event, now).await
}
