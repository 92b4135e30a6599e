//! The rules that decide what happens to an award, row by row of `domain.md` 6.2.

use super::{AssociationState, Facts, Finality, Kind, Missing, Pass, Reason, ResultState, Standing};

/// What happens now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing changes.
    Nothing,
    /// Issue (or offer) this revision.
    Issue,
    /// Keep it at the desk with what is missing.
    Park(Vec<Missing>),
    /// Take back what was decided and not yet collected.
    Withdraw(Reason),
    /// Suspend the credential that is out.
    Suspend(Reason),
    /// Make the suspended credential valid again.
    Reinstate,
    /// Revoke the credential that is out.
    Revoke(Reason),
    /// Revoke the credential that is out and issue the next revision.
    Supersede,
}

impl Decision {
    /// The code, as in rows and at the desk.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Issue => "issue",
            Self::Park(_) => "parked",
            Self::Withdraw(_) => "withdraw",
            Self::Suspend(_) => "suspend",
            Self::Reinstate => "reinstate",
            Self::Revoke(_) => "revoke",
            Self::Supersede => "supersede",
        }
    }
}

/// Decides what happens to an award, by the rules of `domain.md` 6.2.
pub fn decide(facts: &Facts, standing: &Standing, finality: &Finality) -> Decision {
    if !facts.student {
        return Decision::Nothing;
    }
    match facts.kind {
        Kind::Microcredential => decide_microcredential(facts, standing, finality),
        Kind::Enrolment => decide_enrolment(facts, standing),
    }
}

fn decide_microcredential(facts: &Facts, standing: &Standing, finality: &Finality) -> Decision {
    let Some(result) = facts.result else { return take_back(standing, Reason::ResultWithdrawn) };
    match (result.state, result.pass) {
        (ResultState::Completed, Pass::Failed) => return take_back(standing, Reason::ResultFailed),
        (ResultState::Completed, Pass::Passed) => {}
        (ResultState::Completed, Pass::Unknown) => return reopen(standing, Decision::Park(sorted(Missing::PassUnknown, &facts.missing))),
        (ResultState::InProgress | ResultState::Postponed | ResultState::Queued, _) => return reopen(standing, Decision::Nothing),
    }
    if !finality.holds(result.is_final) {
        return reopen(standing, Decision::Park(sorted(Missing::WaitingFinal, &facts.missing)));
    }
    let stands = matches!(facts.association, AssociationState::Associated | AssociationState::Finished);
    if !stands || !facts.result_expected {
        // A final result stays a fact when the association ends; it does not start a credential either.
        return Decision::Nothing;
    }
    issue_or_keep(facts, standing)
}

fn decide_enrolment(facts: &Facts, standing: &Standing) -> Decision {
    match facts.association {
        AssociationState::Associated => issue_or_keep(facts, standing),
        AssociationState::Cancelled | AssociationState::Denied => take_back(standing, Reason::EnrolmentEnded),
        AssociationState::Pending | AssociationState::Queued | AssociationState::Finished => Decision::Nothing,
    }
}

fn issue_or_keep(facts: &Facts, standing: &Standing) -> Decision {
    let Some(content) = facts.content.filter(|_| facts.missing.is_empty()) else {
        return match standing {
            // What is out is a snapshot; that a template lost a field does not take it back.
            Standing::Issued { .. } | Standing::Ended { .. } => Decision::Nothing,
            Standing::Nothing | Standing::Parked | Standing::Open { .. } => Decision::Park(facts.missing.clone()),
        };
    };
    match standing {
        Standing::Nothing | Standing::Parked => Decision::Issue,
        Standing::Open { content: before } if *before == content => Decision::Nothing,
        Standing::Open { .. } => Decision::Issue,
        Standing::Issued { content: before, under_review: true } if *before == content => Decision::Reinstate,
        Standing::Issued { content: before, .. } if *before == content => Decision::Nothing,
        Standing::Issued { .. } => Decision::Supersede,
        Standing::Ended { content: before, by_rule: false } if *before == content => Decision::Nothing,
        Standing::Ended { .. } => Decision::Issue,
    }
}

/// The ground is gone: withdraw what is open, revoke what is out.
fn take_back(standing: &Standing, reason: Reason) -> Decision {
    match standing {
        Standing::Nothing | Standing::Ended { .. } => Decision::Nothing,
        Standing::Parked | Standing::Open { .. } => Decision::Withdraw(reason),
        Standing::Issued { .. } => Decision::Revoke(reason),
    }
}

/// The result is open again: suspend what is out, otherwise do what a fresh result of this kind would do.
fn reopen(standing: &Standing, otherwise: Decision) -> Decision {
    match standing {
        Standing::Issued { under_review: true, .. } => Decision::Nothing,
        Standing::Issued { .. } => Decision::Suspend(Reason::UnderReview),
        Standing::Open { .. } | Standing::Parked if otherwise == Decision::Nothing => Decision::Withdraw(Reason::UnderReview),
        Standing::Nothing | Standing::Parked | Standing::Open { .. } | Standing::Ended { .. } => otherwise,
    }
}

fn sorted(first: Missing, others: &[Missing]) -> Vec<Missing> {
    let mut all = vec![first];
    all.extend(others.iter().copied().filter(|other| *other != first));
    all.sort_unstable();
    all
}
