//! The order in which credentials are made (`architecture.md` section 5): nothing signed without a row, nothing made twice.
//!
//! Eligibility → ids and status indexes, from blocks that this server took → the award once more, built and linted → together: prepared
//! forms, audit intents, nonce, award and offer consumed → sign → compare and verify → together: stored, audited → answer.
//! An offer in several forms goes through it once for each, and a form once for each asking. The copies of an asking go through it
//! together: all of them or none.

use model::Timestamp;
use model::award::Missing;
use model::configuration::Configuration;
use model::offer::Offer;
use openid4vc::CredentialErrorCode;
use storage::audit::{Actor, Event};
use storage::issuer::credential::CredentialRow;
use storage::issuer::deferred::DeferredRow;
use storage::issuer::offer::OfferRow;
use storage::{IssuerTx, StorageError, hash_token};
use vc::key::Jwk;
use vc::verify::PreparedForm;

use super::again::{again, overtaken};
use super::forms::NotBuilt;
use super::nonce::Nonce;
use super::prepare::prepare;
use super::sign::{Signed, sign, store};
use crate::Issuer;
use crate::failpoint::reached;
use crate::institution::Institution;

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
    /// The answer could not be encrypted.
    #[error("encrypting the answer failed")]
    Encrypt,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<NotBuilt> for IssueError {
    fn from(not: NotBuilt) -> Self {
        match not {
            // Nothing to collect.
            NotBuilt::Over => DENIED,
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

/// Final.
pub(crate) const DENIED: IssueError = IssueError::Refused(CredentialErrorCode::CredentialRequestDenied);

/// A wallet's request that passed every check which needs no lock.
pub(crate) struct Collect<'a> {
    pub(crate) offer: &'a OfferRow,
    pub(crate) configuration: Configuration,
    /// The proved keys: a copy is bound to each.
    pub(crate) holders: &'a [Jwk],
    pub(crate) right: Right<'a>,
    /// Whether more copies of what was collected may be made, for new keys: the token was refreshed (decision 0023).
    pub(crate) renews: bool,
    pub(crate) now: Timestamp,
}

/// What is handed over: the credentials in the order of their copies, and which asking for the form they came of.
pub(crate) struct Made {
    pub(crate) bodies: Vec<String>,
    pub(crate) round: i64,
}

/// Where the copies of an asking begin.
#[derive(Clone, Copy)]
pub(super) struct Numbers {
    pub(super) round: i64,
    pub(super) copy: i64,
}

impl Numbers {
    pub(super) const FIRST: Self = Self { round: 0, copy: 0 };
}

/// What a request uses up.
#[derive(Clone, Copy)]
pub(crate) enum Right<'a> {
    /// The nonce of its proofs.
    Nonce(&'a Nonce),
    /// The transaction that it was put off with.
    Transaction(&'a DeferredRow),
}

impl Collect<'_> {
    /// What is kept of the keys: the same for the same keys in any order.
    pub(crate) fn holders_hash(&self) -> Vec<u8> {
        let mut thumbprints: Vec<String> = self.holders.iter().map(Jwk::thumbprint).collect();
        thumbprints.sort();
        hash_token(&thumbprints.join("."))
    }

    /// Uses the nonce up; a transaction ends where its credentials are handed over.
    pub(crate) async fn use_nonce(&self, tx: &mut IssuerTx) -> Result<(), IssueError> {
        match self.right {
            Right::Nonce(nonce) if !nonce.consume(tx).await? => Err(CredentialErrorCode::InvalidNonce.into()),
            Right::Nonce(_) | Right::Transaction(_) => Ok(()),
        }
    }
}

/// Issues, or gives again what was issued for the same keys: a credential for each.
pub(crate) async fn issue(issuer: &Issuer, institution: &Institution, collect: &Collect<'_>) -> Result<Made, IssueError> {
    if let Offer::Issued { .. } = collect.offer.stands
        && let Some(made) = again(issuer, collect).await?
    {
        return Ok(made);
    }
    reached("issuer.eligible");
    let kind = collect.configuration.kind();
    let mut places = Vec::with_capacity(collect.holders.len());
    for _ in collect.holders {
        places.push(issuer.places.take(&issuer.store, (institution.slug(), kind), (collect.now, issuer.core.random())).await?);
    }
    reached("issuer.reserved");
    let ready = match prepare(issuer, institution, collect, &places).await {
        Ok(ready) => ready,
        Err(error) => {
            // When the database failed, nobody knows whether the places were used.
            if !matches!(error, IssueError::Storage(_)) {
                places.into_iter().for_each(|place| issuer.places.give_back(institution.slug(), kind, place));
            }
            return match error {
                // Somebody was faster with the same form; with the same keys it is the same wallet, and gets the same answer.
                IssueError::Storage(StorageError::Conflict) | IssueError::Refused(CredentialErrorCode::CredentialRequestDenied) => {
                    overtaken(issuer, institution, collect).await
                }
                IssueError::Lint(words) => Err(unfit(issuer, institution, collect, &words).await),
                error => Err(error),
            };
        }
    };
    reached("issuer.prepared");
    let sign_one =
        |(row, prepared): (CredentialRow, PreparedForm)| sign(&prepared, &ready.key, &row, collect.now).map(|body| Signed { row, body });
    let signed = ready.copies.into_iter().map(sign_one).collect::<Result<Vec<_>, _>>()?;
    let bodies = store(issuer, &signed, (&ready.sealer, collect.right), collect.now).await?;
    reached("issuer.answering");
    Ok(Made { bodies, round: ready.round })
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
