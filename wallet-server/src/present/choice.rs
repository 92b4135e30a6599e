//! What of the wallet answers a request, and what the learner's form chose of it.

use std::collections::BTreeMap;

use model::Timestamp;
use model::held::HeldCopy;
use openid4vc::ClientMetadata;
use openid4vc::dcql::{Candidate, CandidateMatch, Disclosure, Format, Match, Query, QueryMatch, match_credentials};
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
    authority_keys: Vec<String>,
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
    Some(Readable {
        format: Format::from_name(&held.copy.format),
        types,
        authority_keys: form.authority_keys(),
        bound,
        form,
        body: held.body,
        copy: held.copy,
    })
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
            authority_keys: &held.authority_keys,
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
    /// Whether it may stay empty, as it does until the learner fills it.
    pub(super) optional: bool,
    /// Whether several may go.
    pub(super) multiple: bool,
    /// How many queries each would do.
    pub(super) queries: usize,
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

impl<'a> Slot<'a> {
    /// The slot of queries that each would do.
    pub(super) fn of(queries: &[&'a QueryMatch], held: &'a [Readable]) -> Self {
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
        // Where several queries would do, one of them is answered; only a query alone can want several credentials.
        let multiple = matches!(queries, [only] if only.multiple);
        Self {
            query_id: queries.first().map_or("", |query| query.query_id.as_str()),
            fits,
            optional: false,
            multiple,
            queries: queries.len(),
        }
    }

    /// The query that it is named by.
    pub(super) const fn query_id(&self) -> &'a str {
        self.query_id
    }

    /// Name of its fields.
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

/// Why a form chooses nothing that can go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotChosen {
    /// It names something that was not on the page (row X8).
    NotOnPage,
    /// Everything was left out.
    Nothing,
}

/// Reads the choices of a form: the fields of the slots, tick boxes in `optional`. Nothing that was not on the page is accepted.
pub(super) fn chosen<'a>(
    slots: &[Slot<'a>],
    fields: &BTreeMap<String, Vec<String>>,
    optional: &[String],
) -> Result<Vec<Chosen<'a>>, NotChosen> {
    let names: Vec<String> = slots.iter().map(Slot::field).collect();
    let ticks: Vec<String> = slots.iter().flat_map(|slot| &slot.fits).flat_map(ticks).collect();
    if !fields.keys().all(|name| names.contains(name)) || !optional.iter().all(|value| ticks.contains(value)) {
        return Err(NotChosen::NotOnPage);
    }
    let mut chosen: Vec<Chosen<'a>> = Vec::new();
    for slot in slots {
        for fit in picked(slot, fields.get(&slot.field()).map(Vec::as_slice).unwrap_or_default())? {
            // Two places may name one query: what is chosen in both goes once, and two credentials go only where several may.
            let mut before = chosen.iter().filter(|one| one.query_id == fit.query_id).peekable();
            let taken = before.peek().is_some();
            if before.any(|one| one.held.copy.id == fit.held.copy.id) {
                continue;
            }
            if taken && !slot.multiple {
                return Err(NotChosen::NotOnPage);
            }
            chosen.push(choose(fit, optional));
        }
    }
    if chosen.is_empty() && !slots.is_empty() { Err(NotChosen::Nothing) } else { Ok(chosen) }
}

fn ticks(fit: &Fit<'_>) -> Vec<String> {
    fit.shows.optional().iter().enumerate().map(|(at, _)| fit.optional_value(at)).collect()
}

/// The credentials that a slot's field names. A slot that must be filled and whose field is missing has its preselected one, unless
/// it has a tick box for each.
fn picked<'s, 'a>(slot: &'s Slot<'a>, values: &[String]) -> Result<Vec<&'s Fit<'a>>, NotChosen> {
    let mut named: Vec<&String> = values.iter().filter(|value| !(slot.optional && value.is_empty())).collect();
    named.sort_unstable();
    let fits: Option<Vec<&Fit<'a>>> =
        named.iter().map(|id| slot.fits.iter().find(|fit| fit.held.copy.id.as_str() == id.as_str())).collect();
    let fits = fits.ok_or(NotChosen::NotOnPage)?;
    let twice = named.iter().zip(named.iter().skip(1)).any(|(one, next)| one == next);
    if twice || values.len() > 1 && !slot.multiple {
        return Err(NotChosen::NotOnPage);
    }
    match fits.is_empty() {
        true if slot.optional => Ok(Vec::new()),
        true if slot.multiple && slot.fits.len() > 1 => Err(NotChosen::Nothing),
        true => slot.fits.first().map(|first| vec![first]).ok_or(NotChosen::NotOnPage),
        false => Ok(fits),
    }
}

fn choose<'a>(fit: &Fit<'a>, optional: &[String]) -> Chosen<'a> {
    let mut paths = fit.required();
    for (at, path) in fit.shows.optional().into_iter().enumerate() {
        if optional.contains(&fit.optional_value(at)) {
            paths.push(path.clone());
        }
    }
    Chosen { query_id: fit.query_id, held: fit.held, paths }
}
