//! Which places of an answer are put before the learner, and the other ways in which the same question can be answered.
//!
//! A set of credentials (OpenID4VP section 6.2) is met by any one of its options. Where each option is one query, the options are
//! choices within one place. Where an option is several queries, one option is put forward, and the others are each a link to the
//! same page with that one in its place: what is on the page is always exactly what would go.

use openid4vc::dcql::{Match, QueryMatch, SetMatch};

use super::choice::{Readable, Slot};

/// What stands for "none of them" in the text of a way.
const NONE: &str = "n";

/// What is put before the learner.
pub(super) struct Forward<'a> {
    /// The places of the answer; none when the request cannot be answered.
    pub(super) slots: Vec<Slot<'a>>,
    /// The other ways.
    pub(super) others: Vec<Other<'a>>,
    /// Which way this is, as the address of the page names it.
    pub(super) way: String,
}

/// Another way to answer.
pub(super) struct Other<'a> {
    /// Its name in the address of the page.
    pub(super) way: String,
    /// The queries that it answers; none when it leaves out what is now put forward.
    pub(super) queries: &'a [String],
    /// Whether it comes in place of something that is now put forward.
    pub(super) instead: bool,
}

/// The places of every set that can be met. Those of a set that is not required are optional and empty until the learner fills them,
/// unless nothing else can be answered. `way` names the chosen options of the sets that have several queries in one; what it does not
/// name, or names wrongly, is as the wallet would choose.
pub(super) fn put_forward<'a>(found: &'a Match, held: &'a [Readable], way: &str) -> Forward<'a> {
    let mut forward = Forward::nothing();
    if !found.satisfiable() {
        return forward;
    }
    let met: Vec<&SetMatch> = found.sets.iter().filter(|set| !set.options.is_empty()).collect();
    let is_required = |set: &SetMatch| set.required || met.len() == 1;
    let (single, several): (Vec<&SetMatch>, Vec<&SetMatch>) =
        met.iter().partition(|set| set.options.iter().all(|option| option.len() == 1));
    let mut named = way.split('-');
    let picked: Vec<Option<usize>> = several.iter().map(|set| pick(set, is_required(set), named.next(), found, held)).collect();
    for set in &met {
        let alone = single.iter().any(|one| std::ptr::eq(*one, *set));
        if alone {
            let queries: Vec<&QueryMatch> = set.options.iter().flatten().filter_map(|id| found.query(id)).collect();
            let mut slot = Slot::of(&queries, held);
            slot.optional = !is_required(set);
            forward.add(slot);
            continue;
        }
        let at = several.iter().position(|one| std::ptr::eq(*one, *set));
        let option = at.and_then(|at| picked.get(at).copied().flatten()).and_then(|at| set.options.get(at));
        for query in option.into_iter().flatten().filter_map(|id| found.query(id)) {
            forward.add(Slot::of(&[query], held));
        }
    }
    forward.way = text(&picked);
    for (at, set) in several.iter().enumerate() {
        forward.others.extend(others(set, at, is_required(set), &picked));
    }
    forward
}

impl<'a> Forward<'a> {
    /// Nothing is put forward.
    pub(super) const fn nothing() -> Self {
        Self { slots: Vec::new(), others: Vec::new(), way: String::new() }
    }

    /// One place for each query that names it: what is required comes before what is not, and of what is required the place with the
    /// fewest queries, because it answers the others too.
    fn add(&mut self, slot: Slot<'a>) {
        match self.slots.iter_mut().find(|known| known.query_id() == slot.query_id()) {
            Some(known) if !slot.optional && (known.optional || slot.queries < known.queries) => *known = slot,
            Some(_) => {}
            None => self.slots.push(slot),
        }
    }
}

/// The option that is put forward: the one that was named, else, where one must be, the one that shows least, and of equals the
/// asker's first.
fn pick(set: &SetMatch, required: bool, named: Option<&str>, found: &Match, held: &[Readable]) -> Option<usize> {
    match named {
        Some(NONE) if !required => return None,
        Some(at) => {
            if let Some(at) = at.parse().ok().filter(|at| *at < set.options.len()) {
                return Some(at);
            }
        }
        None => {}
    }
    let is_whole = |id: &&String| {
        let selective = |query| Slot::of(&[query], held).fits.iter().any(|fit| fit.held.form.is_selective());
        found.query(id).is_some_and(|query| !selective(query))
    };
    let least = set.options.iter().enumerate().min_by_key(|(_, option)| option.iter().filter(is_whole).count());
    least.map(|(at, _)| at).filter(|_| required)
}

/// The ways that differ from the picked one in one set.
fn others<'a>(set: &'a SetMatch, at: usize, required: bool, picked: &[Option<usize>]) -> Vec<Other<'a>> {
    let now = picked.get(at).copied().flatten();
    let with = |option: Option<usize>| {
        let mut picked = picked.to_vec();
        if let Some(place) = picked.get_mut(at) {
            *place = option;
        }
        text(&picked)
    };
    let options = set.options.iter().enumerate().filter(|(option, _)| Some(*option) != now);
    let mut all: Vec<Other<'a>> =
        options.map(|(option, queries)| Other { way: with(Some(option)), queries, instead: now.is_some() }).collect();
    if now.is_some() && !required {
        all.push(Other { way: with(None), queries: &[], instead: true });
    }
    all
}

fn text(picked: &[Option<usize>]) -> String {
    let names: Vec<String> = picked.iter().map(|option| option.map_or_else(|| NONE.to_owned(), |at| at.to_string())).collect();
    names.join("-")
}
