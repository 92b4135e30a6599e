//! What of the wallet answers a request, and what the learner's form chose of it.

use std::collections::BTreeMap;

use model::Timestamp;
use model::held::HeldCopy;
use openid4vc::dcql::{Candidate, CandidateMatch, Disclosure, Format, Match, Query, QueryMatch, match_credentials};
use storage::wallet::credential::Held;
use vc::sd_jwt::{Path, SdJwt};

/// A held credential, read.
pub(super) struct Readable {
    /// What lists show of it.
    pub(super) copy: HeldCopy,
    /// The credential with everything disclosed.
    pub(super) credential: SdJwt,
}

/// The credentials that may answer, those in force first and among them the newest: the first match is preselected.
pub(super) fn readable(held: Vec<Held>, now: Timestamp) -> Vec<Readable> {
    let current = held.into_iter().filter(|held| !held.copy.validity.superseded);
    let mut readable: Vec<Readable> =
        current.filter_map(|held| SdJwt::parse(&held.body).ok().map(|credential| Readable { copy: held.copy, credential })).collect();
    readable.sort_by_key(|held| (!held.copy.validity.state(now).is_in_force(), std::cmp::Reverse(held.copy.received_at)));
    readable
}

/// Finds what answers a query.
pub(super) fn matched(query: &Query, held: &[Readable]) -> Match {
    let candidates: Vec<Candidate<'_>> = held
        .iter()
        .map(|held| Candidate {
            id: held.copy.id.as_str(),
            format: Format::SdJwtVc,
            vct: Some(held.copy.vct.as_str()),
            types: &[],
            holder_bound: held.credential.disclosed_claims().contains_key("cnf"),
            authority_keys: &[],
            claims: held.credential.disclosed_claims(),
        })
        .collect();
    match_credentials(query, &candidates)
}

/// The queries that are put before the learner: those of the required sets; when nothing is required, those of the first set that
/// can be met.
pub(super) fn put_forward(found: &Match) -> Vec<&QueryMatch> {
    let required = found.preferred(false);
    let ids = if required.is_empty() { found.preferred(true) } else { required };
    found.credentials.iter().filter(|query| ids.contains(&query.query_id.as_str())).collect()
}

/// Name of the radio buttons of a query.
pub(super) fn field(query: &QueryMatch) -> String {
    format!("credential-{}", query.query_id)
}

/// Value of the tick box of an optional claim.
pub(super) fn optional_value(query: &QueryMatch, candidate: &CandidateMatch, at: usize) -> String {
    format!("{}/{}/{at}", query.query_id, candidate.id)
}

/// The claims that must go.
pub(super) fn required(candidate: &CandidateMatch) -> Vec<Path> {
    match &candidate.required {
        Disclosure::Claims(paths) => paths.clone(),
        Disclosure::Whole => Vec::new(),
    }
}

/// What the learner chose for one query.
pub(super) struct Chosen<'a> {
    /// The query's id in the answer.
    pub(super) query_id: &'a str,
    /// The credential.
    pub(super) held: &'a Readable,
    /// The claims that go.
    pub(super) paths: Vec<Path>,
}

/// The form names something that was not on the page (row X8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotOnPage;

/// Reads the choices of a form: radio buttons by query, tick boxes in `optional`. Nothing that was not on the page is accepted.
pub(super) fn chosen<'a>(
    queries: &[&'a QueryMatch],
    held: &'a [Readable],
    radios: &BTreeMap<String, String>,
    optional: &[String],
) -> Result<Vec<Chosen<'a>>, NotOnPage> {
    let fields: Vec<String> = queries.iter().map(|query| field(query)).collect();
    let ticks: Vec<String> = queries.iter().flat_map(|query| ticks(query)).collect();
    if !radios.keys().all(|name| fields.contains(name)) || !optional.iter().all(|value| ticks.contains(value)) {
        return Err(NotOnPage);
    }
    queries.iter().map(|query| choose(query, held, radios, optional)).collect()
}

fn ticks(query: &QueryMatch) -> Vec<String> {
    let of = |candidate: &CandidateMatch| -> Vec<String> {
        candidate.optional().iter().enumerate().map(|(at, _)| optional_value(query, candidate, at)).collect()
    };
    query.candidates.iter().flat_map(of).collect()
}

fn choose<'a>(
    query: &'a QueryMatch,
    held: &'a [Readable],
    radios: &BTreeMap<String, String>,
    optional: &[String],
) -> Result<Chosen<'a>, NotOnPage> {
    let candidate = match radios.get(&field(query)) {
        Some(id) => query.candidates.iter().find(|candidate| &candidate.id == id),
        None => query.candidates.first(),
    };
    let candidate = candidate.ok_or(NotOnPage)?;
    let held = held.iter().find(|held| held.copy.id.as_str() == candidate.id).ok_or(NotOnPage)?;
    let mut paths = required(candidate);
    for (at, path) in candidate.optional().into_iter().enumerate() {
        if optional.contains(&optional_value(query, candidate, at)) {
            paths.push(path.clone());
        }
    }
    Ok(Chosen { query_id: &query.query_id, held, paths })
}
