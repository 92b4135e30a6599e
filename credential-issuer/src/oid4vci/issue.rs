//! The order in which a credential is made (`architecture.md` section 5): nothing signed without a row, nothing made twice.
//!
//! Eligibility → id and status index, from a block that this server took → one transaction: the award once more, built and linted,
//! prepared payload, audit intent, nonce and offer consumed → sign → compare and verify → one transaction: stored, audited → answer.

use model::Timestamp;
use model::offer::Offer;
use openid4vc::CredentialErrorCode;
use storage::audit::{Actor, Event};
use storage::issuer::award::AwardState;
use storage::issuer::credential::{CredentialRow, NewCredential, kind_of};
use storage::issuer::key::InstitutionKey;
use storage::issuer::offer::OfferRow;
use storage::{IssuerTx, StorageError, hash_token};
use vc::key::{Algorithm, Jwk, VerifyingKey};
use vc::sd_jwt::{Prepared, SdJwt};
use vc::verify::lint;

use super::claims::{Built, Issuance, build};
use super::nonce::Nonce;
use crate::Issuer;
use crate::failpoint::reached;
use crate::institution::Institution;
use crate::status::places::Place;

/// `typ` of an SD-JWT VC.
const TYP: &str = "dc+sd-jwt";
/// Decoy digests, so that the number of concealed claims says little.
const DECOYS: usize = 3;

/// Why nothing was issued.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IssueError {
    /// The protocol's answer.
    #[error("{0}")]
    Refused(CredentialErrorCode),
    /// What would be signed is not fit to be; the codes are in the log.
    #[error("the lint refused: {0}")]
    Lint(String),
    /// Signing failed, or what was signed is not what was prepared.
    #[error("signing failed")]
    Sign,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<CredentialErrorCode> for IssueError {
    fn from(code: CredentialErrorCode) -> Self {
        Self::Refused(code)
    }
}

/// A wallet's request that passed every check which needs no lock.
pub(crate) struct Collect<'a> {
    pub(crate) offer: &'a OfferRow,
    pub(crate) configuration: &'a str,
    pub(crate) holder: &'a Jwk,
    pub(crate) nonce: &'a Nonce,
    pub(crate) now: Timestamp,
}

/// Issues, or gives again what was issued for the same key.
pub(crate) async fn issue(issuer: &Issuer, institution: &Institution, collect: &Collect<'_>) -> Result<String, IssueError> {
    let holder = hash_token(&collect.holder.thumbprint());
    if let Offer::Issued { .. } = collect.offer.stands {
        return again(issuer, collect, &holder).await;
    }
    reached("issuer.eligible");
    let kind = kind_of(collect.configuration).ok_or(CredentialErrorCode::UnknownCredentialConfiguration)?;
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
                // Somebody was faster with the same offer; with the same key it is the same wallet, and gets the same answer.
                IssueError::Storage(StorageError::Conflict) | IssueError::Refused(CredentialErrorCode::CredentialRequestDenied) => {
                    overtaken(issuer, institution, collect, &holder).await
                }
                error => Err(error),
            };
        }
    };
    reached("issuer.prepared");
    let body = store(issuer, &ready.row, &sign(&ready.prepared, &ready.key, &ready.row)?, collect.now).await?;
    reached("issuer.answering");
    Ok(body)
}

/// The offer was open when this request read it, and is not any more.
async fn overtaken(issuer: &Issuer, institution: &Institution, collect: &Collect<'_>, holder: &[u8]) -> Result<String, IssueError> {
    let mut tx = issuer.store.read().await?;
    let offer = tx.offer(institution.slug(), &collect.offer.id).await?;
    drop(tx);
    match offer {
        Some(offer) if matches!(offer.stands, Offer::Issued { .. }) => again(issuer, &Collect { offer: &offer, ..*collect }, holder).await,
        _ => Err(CredentialErrorCode::CredentialRequestDenied.into()),
    }
}

/// The same request again: same credentials byte for byte for the same key, a denial for another.
async fn again(issuer: &Issuer, collect: &Collect<'_>, holder: &[u8]) -> Result<String, IssueError> {
    if collect.offer.holder.as_deref() != Some(holder) || !collect.offer.stands.gives_codes(collect.now) {
        return Err(CredentialErrorCode::CredentialRequestDenied.into());
    }
    let mut tx = issuer.store.write().await?;
    let row = tx.credential_of_offer(&collect.offer.id, collect.configuration).await?;
    let row = row.ok_or(CredentialErrorCode::CredentialRequestDenied)?;
    if !collect.nonce.consume(&mut tx).await? {
        return Err(CredentialErrorCode::InvalidNonce.into());
    }
    let body = tx.credential_body(&row).await?;
    tx.commit().await?;
    match body {
        Some(body) => Ok(body.to_string()),
        None if row.is_issued() => Err(CredentialErrorCode::CredentialRequestDenied.into()),
        None => finish(issuer, &row, collect.now).await,
    }
}

/// Prepared, and everything to sign it with.
struct Ready {
    row: CredentialRow,
    prepared: Prepared,
    key: InstitutionKey,
}

/// The one transaction after which the credential will exist: the award as it stands now, payload, intent, nonce and offer together.
async fn prepare(
    issuer: &Issuer,
    institution: &Institution,
    collect: &Collect<'_>,
    (holder, place): (&[u8], &Place),
) -> Result<Ready, IssueError> {
    let (offer, now) = (collect.offer, collect.now);
    let denied = || IssueError::Refused(CredentialErrorCode::CredentialRequestDenied);
    let mut tx = issuer.store.write().await?;
    let award = tx.award(institution.slug(), &offer.award).await?.ok_or_else(denied)?;
    let eligible = award.state == AwardState::Open && award.revision == offer.revision && award.person == offer.person;
    let content = award.content.filter(|_| eligible).ok_or_else(denied)?;
    let key = tx.active_key(institution.slug(), Algorithm::Es256).await?.ok_or(IssueError::Sign)?;
    let issuance = Issuance {
        issuer: &institution.identifier,
        holder: collect.holder,
        status_uri: &institution.at(&format!("/status/{}", place.list)),
        status_index: place.index,
        decided_at: award.decided_at,
        now,
    };
    let built = build(&content, &issuance).map_err(|error| IssueError::Lint(error.to_string()))?;
    let (prepared, expires_at) = concealed(issuer, built, now)?;
    reached("issuer.built");

    if !collect.nonce.consume(&mut tx).await? {
        return Err(CredentialErrorCode::InvalidNonce.into());
    }
    if !tx.bind_offer(&offer.id, holder, now).await? || !tx.take_award(&offer.award, offer.revision).await? {
        return Err(denied());
    }
    let kept = serde_json::to_vec(&prepared).map_err(|_| StorageError::Row { table: "issued_credential", column: "prepared" })?;
    let new = NewCredential {
        id: &model::id::credential_uuid(issuer.core.random()).to_string(),
        offer,
        configuration: collect.configuration,
        list: &place.list,
        index: place.index,
        signing_key: &key.id,
        prepared: &kept,
        payload_hash: &prepared.payload_hash(),
        expires_at,
    };
    let row = tx.prepare_credential(&new, now).await?;
    audit(&mut tx, &row.id, "credential.intent", now).await?;
    tx.commit().await?;
    Ok(Ready { row, prepared, key })
}

/// Linted and concealed, with the end of validity.
fn concealed(issuer: &Issuer, built: Built, now: Timestamp) -> Result<(Prepared, Option<Timestamp>), IssueError> {
    // What would be over already, such as the enrolment of a former year, is nothing to collect.
    if built.expires_at.is_some_and(|end| end <= now) {
        return Err(CredentialErrorCode::CredentialRequestDenied.into());
    }
    let findings = lint(&built.claims, &built.concealed, now.seconds());
    if !findings.is_empty() {
        let codes = findings.iter().map(|finding| finding.code).collect::<Vec<_>>().join(" ");
        return Err(IssueError::Lint(codes));
    }
    let prepared = vc::sd_jwt::prepare(built.claims, &built.concealed, DECOYS, issuer.core.random());
    Ok((prepared.map_err(|error| IssueError::Lint(error.to_string()))?, built.expires_at))
}

/// Finishes a prepared row from what the database keeps of it: a repeated request after a crash, and recovery.
pub(crate) async fn finish(issuer: &Issuer, row: &CredentialRow, now: Timestamp) -> Result<String, IssueError> {
    let (prepared, key) = {
        let mut tx = issuer.store.read().await?;
        let Some(prepared) = tx.prepared(row).await? else { return stored(&mut tx, row).await };
        let key = tx.signing_key(row.signing_key.as_deref().unwrap_or_default()).await?.ok_or(IssueError::Sign)?;
        (serde_json::from_slice::<Prepared>(&prepared).map_err(|_| IssueError::Sign)?, key)
    };
    store(issuer, row, &sign(&prepared, &key, row)?, now).await
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
fn sign(prepared: &Prepared, key: &InstitutionKey, row: &CredentialRow) -> Result<String, IssueError> {
    let signing = crate::key::open(key)?;
    let text = prepared.sign_compact(&crate::key::header(key, TYP), &signing).map_err(|_| IssueError::Sign)?;
    reached("issuer.signed");
    let same = row.payload_hash.as_deref() == Some(&prepared.payload_hash()[..]);
    let parsed = SdJwt::parse(&text).map_err(|_| IssueError::Sign)?;
    let public = signing.public_jwk().ok().and_then(|jwk| VerifyingKey::from_jwk(&jwk).ok()).ok_or(IssueError::Sign)?;
    let verified = parsed.jwt().verify(&public, Some(TYP)).is_ok();
    if same && verified { Ok(text) } else { Err(IssueError::Sign) }
}

async fn audit(tx: &mut IssuerTx, id: &str, action: &'static str, now: Timestamp) -> Result<(), StorageError> {
    let event = Event { actor: Actor::System, action, object_kind: "credential", object: id.to_owned(), outcome: "done", amount: 1 };
    tx.audit(&event, now).await
}
