//! Every page in every state, for tests, the gallery and the browser run, which fails when it misses one.

use crate::PageView;

/// One page in one state.
pub struct Sample {
    /// Group and name of the page: `overview`.
    pub page: &'static str,
    /// The state, unique within the page.
    pub state: &'static str,
    /// The page.
    pub view: Box<dyn PageView>,
}

/// Every page of every role in every state.
pub fn all() -> Vec<Sample> {
    let mut all = Vec::new();
    learner(&mut all);
    all
}

fn learner(all: &mut Vec<Sample>) {
    add(all, "welcome", crate::welcome::Welcome::samples());
    add(all, "overview", crate::overview::Overview::samples());
    add(all, "credential", crate::credential::Credential::samples());
    add(all, "credential-delete", crate::credential::DeleteCredential::samples());
    add(all, "offer", crate::offer::Offer::samples());
    add(all, "scan", crate::scan::Scan::samples());
    add(all, "institutions", crate::connect::Institutions::samples());
    add(all, "connect", crate::connect::Connect::samples());
    add(all, "continue", crate::connect::Continue::samples());
}

/// Adds the states of one page.
pub(crate) fn add<P: PageView + 'static>(all: &mut Vec<Sample>, page: &'static str, states: Vec<(&'static str, P)>) {
    all.extend(states.into_iter().map(|(state, view)| Sample { page, state, view: Box::new(view) }));
}
