//! From the queue to a decision: an association becomes facts and content, the rules decide, the payload is destroyed.

use model::Timestamp;
use model::achievement::Content;
use model::award::{Digest, Facts, Kind, Missing, Pass, ResultFacts, ResultState};
use ooapi::Association;
use storage::StorageError;
use storage::audit::Actor;
use storage::issuer::intake::Received;

use super::poll::ORIGIN;
use crate::Issuer;
use crate::award::apply::{Case, apply};
use crate::award::content::{self, Made};
use crate::institution::Institution;
use crate::oid4vci::forms::unfit_content;

/// How often a decision is tried again when another server decided the same at the same moment.
const TRIES: usize = 3;

/// Decides everything that waits for an institution.
pub(crate) async fn all(issuer: &Issuer, institution: &Institution) -> Result<(), StorageError> {
    let mut conflicts = 0;
    loop {
        match next(issuer, institution).await {
            Ok(true) => conflicts = 0,
            Ok(false) => return Ok(()),
            Err(StorageError::Conflict) if conflicts < TRIES => conflicts += 1,
            Err(error) => return Err(error),
        }
    }
}

async fn next(issuer: &Issuer, institution: &Institution) -> Result<bool, StorageError> {
    let now = issuer.core.now();
    let mut tx = issuer.store.write().await?;
    let Some(received) = tx.next_received(institution.slug()).await? else { return Ok(false) };
    let mut delivers = false;
    match serde_json::from_slice::<Association>(&received.payload) {
        Ok(association) => {
            if let Some(read) = read(issuer, institution, &association) {
                delivers = decide(&mut tx, (issuer, institution), (&received, &association), read, now).await?;
            }
        }
        Err(_) => tracing::error!(institution = institution.slug(), "a queued association is not readable any more"),
    }
    tx.destroy_received(&received.id).await?;
    tx.commit().await?;
    if delivers {
        issuer.wake();
    }
    Ok(true)
}

/// Facts and content of an association; none of a component, which leads to nothing by itself.
pub(super) fn read(issuer: &Issuer, institution: &Institution, association: &Association) -> Option<(Facts, Made)> {
    let (kind, mut made) = match association.kind {
        ooapi::Kind::Course => (Kind::Microcredential, content::microcredential(association, institution)),
        ooapi::Kind::Programme => (Kind::Enrolment, content::enrolment(association, institution)),
        ooapi::Kind::Component => return None,
    };
    if association.person.as_ref().and_then(|person| person.eduid.as_ref()).is_none() {
        made.missing.push(Missing::LearnerUnknown);
    }
    if !admits(issuer, institution, kind) {
        made.missing.push(Missing::Admission);
    }
    let findings = unfit_content(&made.content, institution, issuer.core.now());
    for finding in &findings {
        tracing::warn!(institution = institution.slug(), %finding, "an association is not fit for a credential");
    }
    if !findings.is_empty() {
        made.missing.push(Missing::Unfit);
    }
    made.missing.sort_unstable();
    let facts = Facts {
        kind,
        student: association.role == ooapi::Role::Student,
        association: content::state(association.state),
        result: association.result.as_ref().map(result),
        // A programme's offering expects no result; that says nothing about the enrolment.
        result_expected: association.offering.as_ref().and_then(|offering| offering.result_expected) != Some(false),
        missing: made.missing.clone(),
        content: ground(association, &made.content),
    };
    Some((facts, made))
}

/// On what a credential rests: what the person has, and the load that came with the result. Of complete content only.
fn ground(association: &Association, content: &Content) -> Option<Digest> {
    let load = association.result.as_ref().map(|result| &result.study_load);
    let ground = content.ground().ok().filter(|_| content.is_complete())?;
    model::award::digest_of(&(ground, load)).ok()
}

fn result(result: &ooapi::AssociationResult) -> ResultFacts {
    ResultFacts {
        state: match result.state {
            ooapi::ResultState::InProgress => ResultState::InProgress,
            ooapi::ResultState::Postponed => ResultState::Postponed,
            ooapi::ResultState::Queued => ResultState::Queued,
            ooapi::ResultState::Completed => ResultState::Completed,
        },
        pass: match result.pass {
            Some(ooapi::PassState::Passed) => Pass::Passed,
            Some(ooapi::PassState::Failed) => Pass::Failed,
            Some(ooapi::PassState::Unknown) | None => Pass::Unknown,
        },
        is_final: result.is_final,
        at: moment(result),
    }
}

fn moment(result: &ooapi::AssociationResult) -> Option<Timestamp> {
    let day = result.result_date.as_ref().map(ooapi::Date::unix);
    result.result_moment.or(day).map(Timestamp::from_seconds)
}

/// Whether the register lets this institution issue this type today.
pub(crate) fn admits(issuer: &Issuer, institution: &Institution, kind: Kind) -> bool {
    let register = issuer.register.current();
    let party = register.issuer(&institution.identifier).filter(|party| party.state == model::register::PartyState::Admitted);
    party.and_then(|party| party.issues.as_ref()).is_some_and(|issues| issues.types.iter().any(|name| name == kind.as_str()))
}

async fn decide(
    tx: &mut storage::IssuerTx,
    (issuer, institution): (&Issuer, &Institution),
    (received, association): (&Received, &Association),
    (facts, made): (Facts, Made),
    now: Timestamp,
) -> Result<bool, StorageError> {
    let eduid = association.person.as_ref().and_then(|person| person.eduid.as_deref());
    let person = tx.person_of_source(institution.slug(), &association.person_id, eduid, now).await?;
    let case = Case {
        source: &received.source,
        origin: ORIGIN,
        person: &person,
        facts: &facts,
        content: &made.content,
        digest: &received.digest,
        result_at: association.result.as_ref().and_then(moment),
        at_source: received.at_source.as_deref(),
        deliver: true,
        first: false,
        // What was pushed over the source's own word came with the institution's key.
        actor: received.at_source.as_ref().map_or(Actor::System, |_| Actor::Key(institution.slug().to_owned())),
    };
    let outcome = apply(tx, institution, &case, (now, issuer.core.random())).await?;
    Ok(outcome.delivers)
}
