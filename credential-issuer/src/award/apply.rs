//! Writing a decision: the award with its offers, credentials, status and delivery, in one transaction.

use model::Timestamp;
use model::achievement::Content;
use model::award::{AwardId, Decision, Digest, Facts, Missing, Reason, ResultState, Ruling, Standing, decide};
use storage::audit::{Actor, Event};
use storage::issuer::award::{AwardRow, AwardState, Decided, Origin};
use storage::issuer::board::BoardSaid;
use storage::issuer::status_list::CredentialStatus;
use storage::{IssuerTx, StorageError};
use vc::random::Random;

use crate::institution::Institution;
use crate::offer::make;

/// Something to be decided.
pub(crate) struct Case<'a> {
    /// The keyed value of its source.
    pub(crate) source: &'a [u8],
    /// `ooapi` or `api`.
    pub(crate) origin: &'static str,
    /// The person's row.
    pub(crate) person: &'a str,
    /// What the rules look at.
    pub(crate) facts: &'a Facts,
    /// What a credential would say, or a sketch.
    pub(crate) content: &'a Content,
    /// Of the normalised source or body.
    pub(crate) digest: &'a [u8],
    /// The moment of the result, where older news must not undo newer.
    pub(crate) result_at: Option<Timestamp>,
    /// When it was pushed: the digest of what the source itself has.
    pub(crate) at_source: Option<&'a [u8]>,
    /// Whether it goes to the learner's connected wallet by itself.
    pub(crate) deliver: bool,
    /// Nothing may have been decided of this source before.
    pub(crate) first: bool,
    /// Who brought it.
    pub(crate) actor: Actor,
}

/// What came of it.
pub(crate) struct Outcome {
    pub(crate) id: AwardId,
    pub(crate) decision: Decision,
    pub(crate) missing: Vec<Missing>,
    /// There is something in the outbox.
    pub(crate) delivers: bool,
}

/// Decides a case and writes everything that follows. [`StorageError::Conflict`] when somebody else decided the same at the
/// same moment: read again.
pub(crate) async fn apply(
    tx: &mut IssuerTx,
    institution: &Institution,
    case: &Case<'_>,
    (now, random): (Timestamp, &dyn Random),
) -> Result<Outcome, StorageError> {
    let before = tx.award_of_source(institution.slug(), case.source).await?;
    if case.first && before.is_some() {
        return Err(StorageError::Conflict);
    }
    if let Some(award) = &before
        && is_stale(award, case)
    {
        // Ignored once and for all, not again at every reading.
        tx.source_says(institution.slug(), case.source, Some(case.digest)).await?;
        let event = event(case, "award.decide", award.id.as_str(), "stale_result");
        tx.audit(&event, now).await?;
        return Ok(Outcome { id: award.id.clone(), decision: Decision::Nothing, missing: award.missing.clone(), delivers: false });
    }
    // Whatever was awarded to somebody else is not this person's, however equal it reads.
    let moved = before.as_ref().is_some_and(|award| award.person != case.person);
    let standing = before.as_ref().map_or(Standing::Nothing, AwardRow::standing);
    let standing = if moved { standing.of_another() } else { standing };
    let board = before.as_ref().and_then(|award| award.board.as_ref()).filter(|board| case.facts.content == Some(board.about));
    let decision = decide(&made_final(case.facts, board), &standing, &institution.config.finality);
    // What the board refused is not asked of it again, until the result is another or the source itself calls it final.
    let refused = board.is_some_and(|board| board.ruling == Ruling::Refused);
    let decision = if refused && waits_for_final(&decision) { Decision::Nothing } else { decision };
    // A learner whom nobody knew yet is nobody else.
    let unknown = |award: &AwardRow| award.state == AwardState::Parked && award.missing.contains(&Missing::LearnerUnknown);
    let found = moved && before.as_ref().is_some_and(unknown);
    if let Some(award) = before.as_ref().filter(|award| stays_unclaimed(award, &decision, case)) {
        return Ok(Outcome { id: award.id.clone(), decision: Decision::Nothing, missing: award.missing.clone(), delivers: false });
    }
    let next = Next::of(&decision, before.as_ref());
    if let Some(award) = &before
        && next.is_no_news(award, case)
    {
        // A proof of enrolment says the day on which it was seen; once a day is enough.
        if award.seen_at < now.day_start() && case.facts.show(award.content_digest) {
            tx.source_seen(institution.slug(), case.source, now).await?;
        }
        let (id, missing) = (award.id.clone(), award.missing.clone());
        return Ok(Outcome { id, decision: Decision::Nothing, missing, delivers: false });
    }
    let decided = next.decided(before.as_ref(), case, now);
    let id = match &before {
        None => {
            let origin = Origin { institution: institution.slug(), source: case.source, origin: case.origin, kind: case.facts.kind };
            tx.insert_award(&origin, &decided, now).await?.ok_or(StorageError::Conflict)?
        }
        Some(award) if tx.update_award(award, &decided, now).await? => award.id.clone(),
        Some(_) => return Err(StorageError::Conflict),
    };
    let outcome = decision.code();
    tx.audit(&event(case, "award.decide", id.as_str(), outcome), now).await?;
    if found {
        tx.hand_deferred_offers_to(&id, case.person).await?;
    }
    follow(tx, &id, &decision, moved && !found, now).await?;
    let mut delivers = false;
    // An award that was not to be delivered, and now is, goes out as it stands.
    let released =
        matches!(decision, Decision::Nothing) && before.as_ref().is_some_and(|award| award.state == AwardState::Open && !award.deliver);
    if case.deliver && (released || matches!(decision, Decision::Issue | Decision::Supersede)) {
        let award = tx.award(institution.slug(), &id).await?.ok_or(StorageError::Conflict)?;
        // What was held out to be fetched later is fetched, and not delivered beside it.
        let held_out = tx.open_offer(&id, now).await?.is_some_and(|offer| offer.deferred);
        delivers = !held_out && make::deliver(tx, institution, &award, (now, random)).await?;
    }
    Ok(Outcome { id, decision, missing: next.missing, delivers })
}

/// The facts, with what the examination board said at the desk of a result of which the source says nothing.
fn made_final(facts: &Facts, board: Option<&BoardSaid>) -> Facts {
    let mut facts = facts.clone();
    if let Some(result) = facts.result.as_mut().filter(|_| board.is_some_and(|board| board.ruling == Ruling::Final)) {
        result.is_final = Some(true);
    }
    facts
}

fn waits_for_final(decision: &Decision) -> bool {
    matches!(decision, Decision::Park(missing) if missing.contains(&Missing::WaitingFinal))
}

/// Row A5: a result older than the one that was decided on is no news.
fn is_stale(award: &AwardRow, case: &Case<'_>) -> bool {
    matches!((award.result_at, case.result_at), (Some(known), Some(told)) if told < known)
}

/// Somebody else came for it: that the source says the same again makes it nobody's more than before.
fn stays_unclaimed(award: &AwardRow, decision: &Decision, case: &Case<'_>) -> bool {
    let same = award.digest == case.digest && award.person == case.person;
    award.is_unclaimed() && same && matches!(decision, Decision::Issue)
}

fn event(case: &Case<'_>, action: &'static str, object: &str, outcome: &'static str) -> Event {
    Event { actor: case.actor.clone(), action, object_kind: "award", object: object.to_owned(), outcome, amount: 1 }
}

/// The award's row after the decision.
struct Next {
    state: AwardState,
    by_rule: bool,
    missing: Vec<Missing>,
    reason: Option<Reason>,
    revision: i64,
    /// The case's content takes the place of the one before.
    renews: bool,
}

impl Next {
    fn of(decision: &Decision, before: Option<&AwardRow>) -> Self {
        let revision = before.map_or(1, |award| award.revision);
        let kept = |award: &AwardRow| Self {
            state: award.state,
            by_rule: award.by_rule,
            missing: award.missing.clone(),
            reason: None,
            revision,
            renews: false,
        };
        let to =
            |state, reason: Option<Reason>| Self { state, by_rule: reason.is_some(), missing: Vec::new(), reason, revision, renews: false };
        match decision {
            // Nothing of a person who gets nothing is kept: an idle award has no content.
            Decision::Nothing => before.map_or_else(|| to(AwardState::Idle, None), kept),
            Decision::Park(missing) => Self { missing: missing.clone(), renews: true, ..to(AwardState::Parked, None) },
            Decision::Issue => {
                let again = before.is_some_and(|award| award.state == AwardState::Revoked);
                Self { revision: revision + i64::from(again), renews: true, ..to(AwardState::Open, None) }
            }
            Decision::Supersede => Self { revision: revision + 1, renews: true, ..to(AwardState::Open, None) },
            Decision::Withdraw(reason) => to(AwardState::Idle, Some(*reason)),
            Decision::Suspend(reason) => to(AwardState::Suspended, Some(*reason)),
            Decision::Reinstate => to(AwardState::Issued, None),
            Decision::Revoke(reason) => to(AwardState::Revoked, Some(*reason)),
        }
    }

    /// A parked award is looked at again and again; only what changed is written.
    fn is_no_news(&self, award: &AwardRow, case: &Case<'_>) -> bool {
        let same = award.digest == case.digest && award.person == case.person && award.deliver == case.deliver;
        same && award.state == self.state && award.missing == self.missing && award.revision == self.revision
    }

    /// The moment that later news must not be older than. A course that is under way has no result yet, whatever its date says.
    fn result_at(&self, before: Option<&AwardRow>, case: &Case<'_>) -> Option<Timestamp> {
        let is_completed = case.facts.result.as_ref().is_some_and(|result| result.state == ResultState::Completed);
        let counts = is_completed || self.state != AwardState::Idle;
        case.result_at.filter(|_| counts).or(before.and_then(|award| award.result_at))
    }

    fn decided<'a>(&'a self, before: Option<&'a AwardRow>, case: &'a Case<'_>, now: Timestamp) -> Decided<'a> {
        let same_person = before.is_some_and(|award| award.person == case.person);
        // A credential stays with the person that it is about, whatever the source says of the association now.
        let out = matches!(self.state, AwardState::Issued | AwardState::Suspended | AwardState::Revoked) && !same_person;
        let person = before.filter(|_| out).map_or(case.person, |award| award.person.as_str());
        let kept = before.filter(|_| !self.renews && self.state != AwardState::Idle);
        let content: Option<&Content> = kept.and_then(|award| award.content.as_ref()).or(self.renews.then_some(case.content));
        let content_digest: Option<Digest> = match kept {
            Some(award) => award.content_digest,
            // Of what is parked too: a board that decides it decides this content.
            None => case.facts.content.filter(|_| matches!(self.state, AwardState::Open | AwardState::Parked)),
        };
        Decided {
            person,
            state: self.state,
            by_rule: self.by_rule,
            missing: &self.missing,
            reason: self.reason,
            revision: self.revision,
            digest: case.digest,
            content,
            content_digest,
            result_at: self.result_at(before, case),
            deliver: case.deliver,
            at_source: case.at_source,
            // What is kept though the source says something else was seen when it was last said.
            seen_at: before.filter(|_| !self.renews && !case.facts.show(content_digest)).map_or(now, |award| award.seen_at),
        }
    }
}

/// Offers are taken back and credentials change their status as decided.
async fn follow(tx: &mut IssuerTx, id: &AwardId, decision: &Decision, moved: bool, now: Timestamp) -> Result<(), StorageError> {
    match decision {
        Decision::Nothing => Ok(()),
        // A wallet that was put off waits for just this.
        Decision::Issue | Decision::Park(_) if !moved => tx.withdraw_offers_but_deferred(id).await.map(drop),
        Decision::Issue | Decision::Park(_) | Decision::Withdraw(_) => tx.withdraw_offers(id).await.map(drop),
        Decision::Suspend(reason) => change(tx, id, CredentialStatus::Suspended, *reason, now).await,
        Decision::Reinstate => change(tx, id, CredentialStatus::Valid, Reason::UnderReview, now).await,
        Decision::Revoke(reason) => change(tx, id, CredentialStatus::Revoked, *reason, now).await,
        Decision::Supersede => {
            tx.withdraw_offers(id).await?;
            let reason = if moved { Reason::WrongSubject } else { Reason::Superseded };
            change(tx, id, CredentialStatus::Revoked, reason, now).await
        }
    }
}

async fn change(tx: &mut IssuerTx, id: &AwardId, to: CredentialStatus, reason: Reason, now: Timestamp) -> Result<(), StorageError> {
    let mut credentials = tx.credentials_of_award(id).await?;
    // Always in the order of their lists: each list's row is locked until the commit.
    credentials.sort_by(|one, other| one.list.cmp(&other.list));
    for credential in credentials {
        if credential.status == CredentialStatus::Revoked || credential.status == to {
            continue;
        }
        if !tx.change_status(&credential, to, (reason.code(), None), now).await? {
            return Err(StorageError::Conflict);
        }
        let event = Event {
            actor: Actor::System,
            action: "credential.status",
            object_kind: "credential",
            object: credential.id,
            outcome: to.as_str(),
            amount: 1,
        };
        tx.audit(&event, now).await?;
    }
    Ok(())
}
