//! Which of the credentials that are held answer a query, and what they would show (OpenID4VP section 6.4).

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use vc::sd_jwt::Path;

use super::path::select;
use super::query::{ClaimsQuery, CredentialQuery, Format, Meta, Query};

/// A credential that is held, as far as a query looks at it.
pub struct Candidate<'a> {
    /// The holder's own name for it.
    pub id: &'a str,
    /// Its format.
    pub format: Format,
    /// The type of an SD-JWT VC.
    pub vct: Option<&'a str>,
    /// The types of a W3C credential, as they stand in it and as its contexts expand them: [`super::types`].
    pub types: &'a [String],
    /// Whether it is bound to a key of the holder.
    pub holder_bound: bool,
    /// Key identifiers in its issuer's chain (base64url), for `aki`.
    pub authority_keys: &'a [String],
    /// All its claims, the concealed ones too; of a W3C credential the whole document.
    pub claims: &'a Map<String, Value>,
}

/// What answers a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Per credential query, in its order; one without candidates cannot be answered.
    pub credentials: Vec<QueryMatch>,
    /// What must and what may be returned. Never empty.
    pub sets: Vec<SetMatch>,
}

/// What answers one credential query.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryMatch {
    /// The query's id.
    pub query_id: String,
    /// Whether several may be returned.
    pub multiple: bool,
    /// In the order in which the candidates were given.
    pub candidates: Vec<CandidateMatch>,
}

/// One credential that answers one query.
#[derive(Clone, Debug, PartialEq)]
pub struct CandidateMatch {
    /// The candidate's id.
    pub id: String,
    /// What the query's first satisfiable wish is.
    pub disclose: Disclosure,
    /// What suffices: the smallest satisfiable wish within the first one. What is in `disclose` beyond it is optional.
    pub required: Disclosure,
}

/// What is shown of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disclosure {
    /// These claims.
    Claims(Vec<Path>),
    /// Everything, because the format cannot hide.
    Whole,
}

/// A group of queries that must, or may, be answered together.
#[derive(Clone, Debug, PartialEq)]
pub struct SetMatch {
    /// Whether it must be answered.
    pub required: bool,
    /// The options that can be answered, as ids of queries; empty: none can.
    pub options: Vec<Vec<String>>,
}

impl Match {
    /// Whether everything that is required can be answered, and anything at all.
    pub fn satisfiable(&self) -> bool {
        let met = |set: &SetMatch| !set.options.is_empty();
        self.sets.iter().all(|set| !set.required || met(set)) && self.sets.iter().any(met)
    }

    /// What answers the query with this id.
    pub fn query(&self, id: &str) -> Option<&QueryMatch> {
        self.credentials.iter().find(|query| query.query_id == id)
    }

    /// The ids of queries that are answered when each set that can be met is met by its first option, in the query's order;
    /// `optional` says whether sets that are not required count.
    pub fn preferred(&self, optional: bool) -> Vec<&str> {
        let chosen: BTreeSet<&str> = self
            .sets
            .iter()
            .filter(|set| set.required || optional)
            .filter_map(|set| set.options.first())
            .flatten()
            .map(String::as_str)
            .collect();
        self.credentials.iter().map(|query| query.query_id.as_str()).filter(|id| chosen.contains(id)).collect()
    }
}

impl CandidateMatch {
    /// The claims that may be left out.
    pub fn optional(&self) -> Vec<&Path> {
        match (&self.disclose, &self.required) {
            (Disclosure::Claims(all), Disclosure::Claims(required)) => all.iter().filter(|path| !required.contains(path)).collect(),
            _ => Vec::new(),
        }
    }
}

/// Finds what answers a query among the credentials that are held.
pub fn match_credentials(query: &Query, held: &[Candidate<'_>]) -> Match {
    let credentials: Vec<QueryMatch> = query
        .credentials
        .iter()
        .map(|wanted| QueryMatch {
            query_id: wanted.id.clone(),
            multiple: wanted.multiple,
            candidates: held.iter().filter_map(|candidate| answer(wanted, candidate)).collect(),
        })
        .collect();
    let answered = |id: &String| credentials.iter().any(|found| &found.query_id == id && !found.candidates.is_empty());
    let met = |options: Vec<Vec<String>>| options.into_iter().filter(|option| option.iter().all(answered)).collect();
    let sets = if query.credential_sets.is_empty() {
        let all = query.credentials.iter().map(|wanted| wanted.id.clone()).collect();
        vec![SetMatch { required: true, options: met(vec![all]) }]
    } else {
        let sets = query.credential_sets.iter();
        sets.map(|set| SetMatch { required: set.required, options: met(set.options.clone()) }).collect()
    };
    Match { credentials, sets }
}

/// What one credential would show for one query, when it answers it.
fn answer(query: &CredentialQuery, candidate: &Candidate<'_>) -> Option<CandidateMatch> {
    let fits = is_of_format(query, candidate)
        && is_of_type(&query.meta, candidate)
        && is_trusted(query, candidate)
        && (candidate.holder_bound || !query.require_cryptographic_holder_binding);
    if !fits {
        return None;
    }
    let (disclose, required) = wishes(query, candidate.claims)?;
    let (disclose, required) = match candidate.format {
        ref format if format.is_selective() => (Disclosure::Claims(disclose), Disclosure::Claims(required)),
        _ => (Disclosure::Whole, Disclosure::Whole),
    };
    Some(CandidateMatch { id: candidate.id.to_owned(), disclose, required })
}

/// An SD-JWT VC is one under its older name too.
fn is_of_format(query: &CredentialQuery, candidate: &Candidate<'_>) -> bool {
    let by_vct = matches!(query.meta, Meta::Vct { .. }) && candidate.vct.is_some();
    query.format == candidate.format || (by_vct && query.format.is_selective() && candidate.format.is_selective())
}

fn is_of_type(meta: &Meta, candidate: &Candidate<'_>) -> bool {
    match meta {
        Meta::Vct { vct_values } => candidate.vct.is_some_and(|vct| vct_values.iter().any(|wanted| wanted == vct)),
        Meta::Types { type_values } => type_values.iter().any(|all| all.iter().all(|wanted| candidate.types.contains(wanted))),
        Meta::Other(_) => false,
    }
}

/// Any of the authorities will do; of their kinds we evaluate `aki`.
fn is_trusted(query: &CredentialQuery, candidate: &Candidate<'_>) -> bool {
    let stands_behind = |authority: &super::query::TrustedAuthority| {
        authority.kind == "aki" && authority.values.iter().any(|value| candidate.authority_keys.contains(value))
    };
    query.trusted_authorities.is_empty() || query.trusted_authorities.iter().any(stands_behind)
}

/// The paths of the first satisfiable wish, and of the smallest satisfiable wish within it. `None` when no wish can be met.
fn wishes(query: &CredentialQuery, claims: &Map<String, Value>) -> Option<(Vec<Path>, Vec<Path>)> {
    if query.claim_sets.is_empty() {
        let all = paths(query.claims.iter(), claims)?;
        return Some((all.clone(), all));
    }
    let option = |ids: &Vec<String>| paths(ids.iter().filter_map(|id| query.claim(id)), claims);
    let mut satisfiable = query.claim_sets.iter().filter_map(option);
    let first = satisfiable.next()?;
    let within = satisfiable.filter(|other| other.len() < first.len() && other.iter().all(|path| first.contains(path)));
    let smallest = within.min_by_key(Vec::len).unwrap_or_else(|| first.clone());
    Some((first, smallest))
}

/// The paths of these claims, each once, when the credential has all of them.
fn paths<'q>(wanted: impl Iterator<Item = &'q ClaimsQuery>, claims: &Map<String, Value>) -> Option<Vec<Path>> {
    let mut found: Vec<Path> = Vec::new();
    for claim in wanted {
        if !has(claim, claims) {
            return None;
        }
        if !found.contains(&claim.path) {
            found.push(claim.path.clone());
        }
    }
    Some(found)
}

/// Whether a credential has a claim with one of the wanted values. Where a path selects several values, one match suffices: the
/// specification leaves it open, and the stricter reading would make lists of tags unusable.
pub(super) fn has(claim: &ClaimsQuery, claims: &Map<String, Value>) -> bool {
    select(&claim.path, claims).is_ok_and(|found| claim.values.is_empty() || found.iter().any(|value| claim.values.contains(value)))
}
