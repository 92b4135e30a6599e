//! Checking an answer against the query (OpenID4VP section 8.6, rows V19 and V20): the verifier asks again everything it asked.

use std::collections::BTreeMap;

use super::matching::Candidate;
use super::query::{CredentialQuery, Query};
use super::{Match, match_credentials};

/// What was presented for one query id: each presentation as far as a query looks at it, with the claims that it discloses.
pub type Presented<'a> = BTreeMap<&'a str, Vec<Candidate<'a>>>;

/// The answer is none to this query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer does not satisfy the query")]
pub struct Unsatisfied;

/// Whether an answer satisfies the query: only ids that were asked, one presentation unless several were allowed, each of the right
/// kind and with the claims that were asked, and every required set met.
///
/// # Errors
/// [`Unsatisfied`].
pub fn check_answer(query: &Query, presented: &Presented<'_>) -> Result<(), Unsatisfied> {
    for (id, presentations) in presented {
        let wanted = query.credential(id).ok_or(Unsatisfied)?;
        let one_or_allowed = presentations.len() == 1 || (wanted.multiple && !presentations.is_empty());
        if !one_or_allowed || !presentations.iter().all(|presentation| answers(wanted, presentation)) {
            return Err(Unsatisfied);
        }
    }
    let met = |option: &Vec<String>| option.iter().all(|id| presented.contains_key(id.as_str()));
    let complete = if query.credential_sets.is_empty() {
        query.credentials.iter().all(|wanted| presented.contains_key(wanted.id.as_str()))
    } else {
        !presented.is_empty() && query.credential_sets.iter().all(|set| !set.required || set.options.iter().any(met))
    };
    complete.then_some(()).ok_or(Unsatisfied)
}

/// Whether one presentation, seen as a credential with only the disclosed claims, answers one query.
fn answers(wanted: &CredentialQuery, presentation: &Candidate<'_>) -> bool {
    let alone = Query { credentials: vec![wanted.clone()], credential_sets: Vec::new() };
    let found: Match = match_credentials(&alone, std::slice::from_ref(presentation));
    found.satisfiable()
}
