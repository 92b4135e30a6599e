//! The table of `domain.md` 6.2, row by row.

use super::*;

const A: Digest = [1; 32];
const B: Digest = [2; 32];

fn facts(result: Option<(ResultState, Pass, Option<bool>)>) -> Facts {
    Facts {
        kind: Kind::Microcredential,
        student: true,
        association: AssociationState::Associated,
        result: result.map(|(state, pass, is_final)| ResultFacts { state, pass, is_final, at: None }),
        result_expected: true,
        missing: Vec::new(),
        content: Some(A),
    }
}

fn passed() -> Facts {
    facts(Some((ResultState::Completed, Pass::Passed, Some(true))))
}

fn enrolment(association: AssociationState) -> Facts {
    Facts { kind: Kind::Enrolment, association, result: None, ..passed() }
}

fn decide_by_source(facts: &Facts, standing: Standing) -> Decision {
    decide(facts, &standing, &Finality::SourceSays)
}

const OUT: Standing = Standing::Issued { content: A, under_review: false };
const REVIEWED: Standing = Standing::Issued { content: A, under_review: true };
const OPEN: Standing = Standing::Open { content: A };

#[test]
fn passed_and_final_issues_once() {
    assert_eq!(decide_by_source(&passed(), Standing::Nothing), Decision::Issue);
    assert_eq!(decide_by_source(&passed(), Standing::Parked), Decision::Issue);
    assert_eq!(decide_by_source(&passed(), OPEN), Decision::Nothing);
    assert_eq!(decide_by_source(&passed(), OUT), Decision::Nothing);
}

#[test]
fn failed_never_issues_and_takes_back() {
    let failed = facts(Some((ResultState::Completed, Pass::Failed, Some(true))));
    assert_eq!(decide_by_source(&failed, Standing::Nothing), Decision::Nothing);
    assert_eq!(decide_by_source(&failed, OPEN), Decision::Withdraw(Reason::ResultFailed));
    assert_eq!(decide_by_source(&failed, OUT), Decision::Revoke(Reason::ResultFailed));
    assert_eq!(decide_by_source(&failed, REVIEWED), Decision::Revoke(Reason::ResultFailed));
    assert_eq!(decide_by_source(&failed, Standing::Ended { content: A, by_rule: true }), Decision::Nothing);
}

#[test]
fn pass_unknown_parks_and_suspends_what_is_out() {
    let unknown = facts(Some((ResultState::Completed, Pass::Unknown, Some(true))));
    assert_eq!(decide_by_source(&unknown, Standing::Nothing), Decision::Park(vec![Missing::PassUnknown]));
    assert_eq!(decide_by_source(&unknown, OPEN), Decision::Park(vec![Missing::PassUnknown]));
    assert_eq!(decide_by_source(&unknown, OUT), Decision::Suspend(Reason::UnderReview));
}

#[test]
fn an_open_result_suspends_and_comes_back() {
    for state in [ResultState::InProgress, ResultState::Postponed, ResultState::Queued] {
        let open = facts(Some((state, Pass::Passed, Some(true))));
        assert_eq!(decide_by_source(&open, Standing::Nothing), Decision::Nothing);
        assert_eq!(decide_by_source(&open, OPEN), Decision::Withdraw(Reason::UnderReview));
        assert_eq!(decide_by_source(&open, Standing::Parked), Decision::Withdraw(Reason::UnderReview));
        assert_eq!(decide_by_source(&open, OUT), Decision::Suspend(Reason::UnderReview));
        assert_eq!(decide_by_source(&open, REVIEWED), Decision::Nothing);
    }
    assert_eq!(decide_by_source(&passed(), REVIEWED), Decision::Reinstate);
}

#[test]
fn a_changed_result_supersedes() {
    let changed = Facts { content: Some(B), ..passed() };
    assert_eq!(decide_by_source(&changed, OUT), Decision::Supersede);
    assert_eq!(decide_by_source(&changed, REVIEWED), Decision::Supersede);
    assert_eq!(decide_by_source(&changed, OPEN), Decision::Issue);
}

#[test]
fn an_absent_result_withdraws() {
    assert_eq!(decide_by_source(&facts(None), Standing::Nothing), Decision::Nothing);
    assert_eq!(decide_by_source(&facts(None), OUT), Decision::Revoke(Reason::ResultWithdrawn));
}

#[test]
fn finality_is_never_assumed() {
    let board = Finality::CompletedIsFinal(BoardDecision { number: "2026-4".into(), date: "2026-01-12".into() });
    for (said, by_source, by_board) in [(None, false, true), (Some(false), false, false), (Some(true), true, true)] {
        let facts = facts(Some((ResultState::Completed, Pass::Passed, said)));
        let parked = Decision::Park(vec![Missing::WaitingFinal]);
        for (finality, issues) in [(&Finality::SourceSays, by_source), (&board, by_board)] {
            let expected = if issues { Decision::Issue } else { parked.clone() };
            assert_eq!(decide(&facts, &Standing::Nothing, finality), expected, "{said:?} {finality:?}");
        }
    }
}

#[test]
fn what_is_missing_parks_with_the_list() {
    let lacking = Facts { missing: vec![Missing::LearnerUnknown, Missing::Level], content: None, ..passed() };
    assert_eq!(decide_by_source(&lacking, Standing::Nothing), Decision::Park(vec![Missing::LearnerUnknown, Missing::Level]));
    assert_eq!(decide_by_source(&lacking, OUT), Decision::Nothing);
    let waiting = Facts { missing: vec![Missing::Template], ..facts(Some((ResultState::Completed, Pass::Passed, None))) };
    assert_eq!(decide_by_source(&waiting, Standing::Nothing), Decision::Park(vec![Missing::WaitingFinal, Missing::Template]));
}

#[test]
fn a_cancelled_association_keeps_a_final_result() {
    for association in [AssociationState::Cancelled, AssociationState::Denied] {
        assert_eq!(decide_by_source(&Facts { association, ..passed() }, OUT), Decision::Nothing);
        assert_eq!(decide_by_source(&Facts { association, ..passed() }, Standing::Nothing), Decision::Nothing);
        assert_eq!(decide_by_source(&Facts { association, ..facts(None) }, OUT), Decision::Revoke(Reason::ResultWithdrawn));
    }
    assert_eq!(decide_by_source(&Facts { association: AssociationState::Finished, ..passed() }, Standing::Nothing), Decision::Issue);
}

#[test]
fn staff_and_expectations_are_no_ground() {
    assert_eq!(decide_by_source(&Facts { student: false, ..passed() }, Standing::Nothing), Decision::Nothing);
    assert_eq!(decide_by_source(&Facts { result_expected: false, ..passed() }, Standing::Nothing), Decision::Nothing);
}

#[test]
fn a_revocation_by_staff_stands_until_the_facts_change() {
    assert_eq!(decide_by_source(&passed(), Standing::Ended { content: A, by_rule: false }), Decision::Nothing);
    assert_eq!(decide_by_source(&passed(), Standing::Ended { content: B, by_rule: false }), Decision::Issue);
    assert_eq!(decide_by_source(&passed(), Standing::Ended { content: A, by_rule: true }), Decision::Issue);
}

#[test]
fn an_enrolment_follows_its_association() {
    use AssociationState::{Associated, Cancelled, Denied, Finished, Pending, Queued};
    assert_eq!(decide_by_source(&enrolment(Associated), Standing::Nothing), Decision::Issue);
    for state in [Pending, Queued, Denied, Cancelled, Finished] {
        assert_eq!(decide_by_source(&enrolment(state), Standing::Nothing), Decision::Nothing, "{state:?}");
    }
    for state in [Cancelled, Denied] {
        assert_eq!(decide_by_source(&enrolment(state), OUT), Decision::Revoke(Reason::EnrolmentEnded), "{state:?}");
        assert_eq!(decide_by_source(&enrolment(state), OPEN), Decision::Withdraw(Reason::EnrolmentEnded), "{state:?}");
    }
    assert_eq!(decide_by_source(&enrolment(Finished), OUT), Decision::Nothing);
}

/// T36: of all combinations of result state, pass and finality, exactly one mints.
#[test]
fn only_completed_passed_and_final_mints() {
    let states = [ResultState::InProgress, ResultState::Postponed, ResultState::Queued, ResultState::Completed];
    let mut minted = Vec::new();
    for state in states {
        for pass in [Pass::Unknown, Pass::Passed, Pass::Failed] {
            for is_final in [None, Some(false), Some(true)] {
                if decide_by_source(&facts(Some((state, pass, is_final))), Standing::Nothing) == Decision::Issue {
                    minted.push((state, pass, is_final));
                }
            }
        }
    }
    assert_eq!(minted, [(ResultState::Completed, Pass::Passed, Some(true))]);
}
