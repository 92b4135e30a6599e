//! What of the wallet answers a request, and what the learner's form chose of it.

use std::collections::BTreeMap;

use model::Timestamp;
use model::held::HeldCopy;
use openid4vc::ClientMetadata;
use openid4vc::dcql::{Candidate, CandidateMatch, Disclosure, Format, Match, Query, QueryMatch, SetMatch, match_credentials};
use storage::wallet::credential::Held;
use vc::sd_jwt::Path;
use zeroize::Zeroizing;

use super::suite;
use crate::hold::form::Form;

/// A held credential, read.
pub(super) struct Readable {
    /// What lists show of it.
    pub(super) copy: HeldCopy,
    /// Its format.
    pub(super) format: Format,
    /// The credential with everything disclosed.
    pub(super) form: Form,
    /// As it was issued.
    pub(super) body: Zeroizing<String>,
    types: Vec<String>,
    bound: bool,
}

/// The credentials that may answer, those in force first and among them the newest: the first match is preselected.
pub(super) fn readable(held: Vec<Held>, now: Timestamp) -> Vec<Readable> {
    let current = held.into_iter().filter(|held| !held.copy.validity.superseded);
    let mut readable: Vec<Readable> = current.filter_map(read).collect();
    readable.sort_by_key(|held| (!held.copy.validity.state(now).is_in_force(), std::cmp::Reverse(held.copy.received_at)));
    readable
}

fn read(held: Held) -> Option<Readable> {
    let form = Form::read(&held.copy.format, &held.body)?;
    // What is bound to a key elsewhere can be shown, and nobody here can prove that it is theirs.
    let (types, bound) = (form.types(), held.copy.has_key && form.holder().is_some());
    Some(Readable { format: Format::from_name(&held.copy.format), types, bound, form, body: held.body, copy: held.copy })
}

/// Finds what answers a query, among what the asker says that it can read.
pub(super) fn matched(query: &Query, asker: &ClientMetadata, held: &[Readable]) -> Match {
    let candidates: Vec<Candidate<'_>> = held
        .iter()
        .filter(|held| suite::is_read(asker, held))
        .map(|held| Candidate {
            id: held.copy.id.as_str(),
            format: held.format.clone(),
            vct: held.form.vct(),
            types: &held.types,
            holder_bound: held.bound,
            authority_keys: &[],
            claims: held.form.document(),
        })
        .collect();
    match_credentials(query, &candidates)
}

/// One place in the answer, for the learner to fill: a query, or several queries that each would do, such as those for the
/// several forms of one kind.
pub(super) struct Slot<'a> {
    /// The first of its queries: it names the radio buttons.
    query_id: &'a str,
    /// What fits, the preselected one first; of each achievement one form, with selective disclosure where there is one.
    pub(super) fits: Vec<Fit<'a>>,
}

/// A credential that answers a query.
#[derive(Clone, Copy)]
pub(super) struct Fit<'a> {
    /// The query's id in the answer.
    pub(super) query_id: &'a str,
    /// What it would show.
    pub(super) shows: &'a CandidateMatch,
    /// The credential.
    pub(super) held: &'a Readable,
}

/// The slots that are put before the learner: those of the required sets; when nothing is required, those of every set that can
/// be met. Empty when the request cannot be answered.
pub(super) fn put_forward<'a>(found: &'a Match, held: &'a [Readable]) -> Vec<Slot<'a>> {
    let mut slots: Vec<Slot<'a>> = Vec::new();
    if !found.satisfiable() {
        return slots;
    }
    let required = found.sets.iter().any(|set| set.required);
    for set in found.sets.iter().filter(|set| set.required == required) {
        for queries in alternatives(set, found, held) {
            let slot = Slot::of(&queries, held);
            if !slots.iter().any(|known| known.query_id == slot.query_id) {
                slots.push(slot);
            }
        }
    }
    slots
}

/// The queries of each slot of a set. When each option is one query, any of them will do; else one option is taken whole, the one that
/// shows least, and of equals the asker's first.
fn alternatives<'a>(set: &'a SetMatch, found: &'a Match, held: &'a [Readable]) -> Vec<Vec<&'a QueryMatch>> {
    let query = |id: &String| found.query(id);
    if set.options.iter().all(|option| option.len() == 1) {
        let all: Vec<&QueryMatch> = set.options.iter().flatten().filter_map(query).collect();
        return if all.is_empty() { Vec::new() } else { vec![all] };
    }
    let whole = |id: &&String| query(id).is_some_and(|query| !Slot::of(&[query], held).fits.iter().any(|fit| fit.held.form.is_selective()));
    let least = set.options.iter().min_by_key(|option| option.iter().filter(whole).count());
    least.into_iter().flatten().filter_map(query).map(|query| vec![query]).collect()
}

impl<'a> Slot<'a> {
    fn of(queries: &[&'a QueryMatch], held: &'a [Readable]) -> Self {
        // Of an achievement the form with selective disclosure, else the one that the asker named first.
        let mut ranked: Vec<((bool, usize), Fit<'a>)> = Vec::new();
        for held in held {
            let Some((place, fit)) = queries.iter().enumerate().find_map(|(at, query)| Some((at, Fit::of(query, held)?))) else { continue };
            let rank = (!held.form.is_selective(), place);
            match ranked.iter_mut().find(|(_, known)| known.held.copy.card == held.copy.card) {
                Some(known) if rank < known.0 => *known = (rank, fit),
                Some(_) => {}
                None => ranked.push((rank, fit)),
            }
        }
        let fits = ranked.into_iter().map(|(_, fit)| fit).collect();
        Self { query_id: queries.first().map_or("", |query| query.query_id.as_str()), fits }
    }

    /// Name of its radio buttons.
    pub(super) fn field(&self) -> String {
        format!("credential-{}", self.query_id)
    }
}

impl<'a> Fit<'a> {
    fn of(query: &'a QueryMatch, held: &'a Readable) -> Option<Self> {
        let shows = query.candidates.iter().find(|candidate| candidate.id == held.copy.id.as_str())?;
        Some(Self { query_id: &query.query_id, shows, held })
    }

    /// Value of the tick box of an optional claim.
    pub(super) fn optional_value(&self, at: usize) -> String {
        format!("{}/{}/{at}", self.query_id, self.shows.id)
    }

    /// The claims that must go.
    pub(super) fn required(&self) -> Vec<Path> {
        match &self.shows.required {
            Disclosure::Claims(paths) => paths.clone(),
            Disclosure::Whole => Vec::new(),
        }
    }
}

/// What the learner chose for one slot.
pub(super) struct Chosen<'a> {
    /// The query's id in the answer.
    pub(super) query_id: &'a str,
    /// The credential.
    pub(super) held: &'a Readable,
    /// The claims that go, of a form that can leave some out.
    pub(super) paths: Vec<Path>,
}

/// The form names something that was not on the page (row X8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotOnPage;

/// Reads the choices of a form: radio buttons by slot, tick boxes in `optional`. Nothing that was not on the page is accepted.
pub(super) fn chosen<'a>(slots: &[Slot<'a>], radios: &BTreeMap<String, String>, optional: &[String]) -> Result<Vec<Chosen<'a>>, NotOnPage> {
    let fields: Vec<String> = slots.iter().map(Slot::field).collect();
    let ticks: Vec<String> = slots.iter().flat_map(|slot| &slot.fits).flat_map(ticks).collect();
    if !radios.keys().all(|name| fields.contains(name)) || !optional.iter().all(|value| ticks.contains(value)) {
        return Err(NotOnPage);
    }
    slots.iter().map(|slot| choose(slot, radios, optional)).collect()
}

fn ticks(fit: &Fit<'_>) -> Vec<String> {
    fit.shows.optional().iter().enumerate().map(|(at, _)| fit.optional_value(at)).collect()
}

fn choose<'a>(slot: &Slot<'a>, radios: &BTreeMap<String, String>, optional: &[String]) -> Result<Chosen<'a>, NotOnPage> {
    let fit = match radios.get(&slot.field()) {
        Some(id) => slot.fits.iter().find(|fit| fit.held.copy.id.as_str() == id),
        None => slot.fits.first(),
    };
    let fit = fit.ok_or(NotOnPage)?;
    let mut paths = fit.required();
    for (at, path) in fit.shows.optional().into_iter().enumerate() {
        if optional.contains(&fit.optional_value(at)) {
            paths.push(path.clone());
        }
    }
    Ok(Chosen { query_id: fit.query_id, held: fit.held, paths })
}
