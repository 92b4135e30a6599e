//! Watches the status of what learners hold: in the background, and when a learner looks.
//!
//! What a list last said counts for a day when no list can be had; then a credential that was valid cannot be checked. A suspended
//! one stays suspended, because that is the worst that is known. Withdrawn is for good, and is not asked for any more.

use std::collections::BTreeMap;
use std::time::Duration;

use http::AppCore;
use model::Timestamp;
use model::activity::{ActivityAbout, ActivityKind};
use model::held::{CredentialId, HeldCopy, Standing, place, replacements};
use model::id::LearnerId;
use storage::wallet::credential::Watched;
use storage::{StorageError, WalletTx};
use vc::report::{CheckName, CheckState};
use vc::status_list::{CheckedList, Standing as Says, StatusEntry};
use vc::trust::Trust;
use vc::verify::{FetchedStatusList, Inputs};

use crate::feed;
use crate::receive::check::standing;
use crate::state::AppState;

/// How long ago a background look may be, in seconds.
const ROUND: i64 = 30;
/// How long ago the learner's own look may be, in seconds: the lists themselves know how fresh they must be.
const LOOK: i64 = 2;
/// How many are looked at in one round.
const AT_ONCE: i64 = 500;
/// For how long what a list said counts when no list can be had, in seconds.
const COUNTS_FOR: i64 = 24 * 60 * 60;
/// How long a learner waits for it.
const WAIT: Duration = Duration::from_millis(1_500);

/// One round of the worker. True when there was anything to look at.
pub(crate) async fn round(state: &AppState) -> Result<bool, StorageError> {
    let before = state.core.now().plus_seconds(-ROUND);
    let watched = state.store.read().await?.watched(before, AT_ONCE).await?;
    let any = !watched.is_empty();
    look(state, watched).await?;
    Ok(any)
}

/// Looks at what a learner holds, for the page that shows it. False when some list could not be had in time.
pub(crate) async fn refresh(state: &AppState, learner: &LearnerId) -> Result<bool, StorageError> {
    let before = state.core.now().plus_seconds(-LOOK);
    let watched = state.store.read().await?.watched_of(learner, before).await?;
    if watched.is_empty() {
        return Ok(true);
    }
    match tokio::time::timeout(WAIT, look(state, watched)).await {
        Ok(all) => all,
        Err(_) => Ok(false),
    }
}

/// Asks the lists and writes down what they say, learner by learner. True when every list could be had.
async fn look(state: &AppState, watched: Vec<Watched>) -> Result<bool, StorageError> {
    let trust = state.register.current().trust();
    let mut by_learner: BTreeMap<String, Vec<Watched>> = BTreeMap::new();
    for one in watched {
        by_learner.entry(one.learner.as_str().to_owned()).or_default().push(one);
    }
    let mut all = true;
    for (learner, of_learner) in by_learner {
        let mut said = Vec::with_capacity(of_learner.len());
        for one in &of_learner {
            let standing = ask(state, &trust, one).await?;
            all &= standing.is_some();
            said.push(standing);
        }
        write_down(state, &LearnerId::new(learner), &of_learner, &said).await?;
    }
    Ok(all)
}

/// What the lists of a credential say of it. `None` when nothing that counts is known.
async fn ask(state: &AppState, trust: &Trust, of: &Watched) -> Result<Option<Standing>, StorageError> {
    let now = state.core.now();
    let entries = StatusEntry::of_credential(&of.status).unwrap_or_default();
    if let [StatusEntry::TokenStatusList { uri, .. }] = entries.as_slice() {
        match state.status_lists.list(uri, trust, now).await {
            // Signed without certificates, by a key that its issuer publishes.
            Some(FetchedStatusList::Text(_)) => {}
            list => return Ok(list.and_then(|list| says(&list, &entries, of, now))),
        }
    }
    // Lists of the other kinds are credentials themselves, and there may be several: the whole check knows how to read them.
    let held = state.store.read().await?.held_credential(&of.id, &of.learner).await?;
    let Some(held) = held else { return Ok(None) };
    let inputs = Inputs::new(now.seconds(), trust, AppCore::software());
    let report = state.gather.report(held.body.as_bytes(), &inputs).await;
    let checked = report.credentials.first().is_some_and(|credential| {
        credential.checks.iter().all(|check| check.check != CheckName::Signature || check.state == CheckState::Passed)
    });
    Ok(if checked { standing(&report) } else { None })
}

/// What a list says of one credential. `None` when it says nothing that counts: it is another issuer's, too old, or too short.
fn says(list: &FetchedStatusList, entries: &[StatusEntry], of: &Watched, now: Timestamp) -> Option<Standing> {
    let FetchedStatusList::Read(token) = list else { return None };
    let list = CheckedList::Token(token.clone());
    if !list.is_tied_to(&of.issuer) || !list.is_current(now.seconds()) {
        return None;
    }
    Some(match list.standing(entries.first()?, None).ok()? {
        Says::Valid | Says::Refresh | Says::Message(_) => Standing::Valid,
        Says::Revoked => Standing::Revoked,
        Says::Suspended => Standing::Suspended,
        Says::Unknown(_) => Standing::Unknown,
    })
}

/// Keeps what was said of each. Several may look at once, the learner's page and a worker: everybody takes the rows in one order, so
/// that on PostgreSQL no two wait for each other.
pub(crate) async fn write_down(
    state: &AppState,
    learner: &LearnerId,
    watched: &[Watched],
    said: &[Option<Standing>],
) -> Result<(), StorageError> {
    let now = state.core.now();
    let mut looked_at: Vec<_> = watched.iter().zip(said).collect();
    looked_at.sort_by_key(|(one, _)| one.id.as_str());
    let mut tx = state.store.write().await?;
    let mut changed = Vec::new();
    for (one, said) in looked_at {
        tx.record_watched(&one.id, now).await?;
        match *said {
            Some(standing) => {
                let recorded = tx.record_standing(&one.id, standing, now).await?;
                // What could not be checked and can be again is no news.
                let news = recorded && (one.standing, standing) != (Standing::Unknown, Standing::Valid);
                changed.extend(news.then(|| (one.id.clone(), standing)));
            }
            None if one.standing == Standing::Valid && is_old(one.standing_at, now) => tx.record_unknown(&one.id).await?,
            None => {}
        }
    }
    if !changed.is_empty() {
        tell(&mut tx, state, learner, &changed, now).await?;
    }
    tx.commit().await
}

fn is_old(standing_at: Option<Timestamp>, now: Timestamp) -> bool {
    standing_at.is_none_or(|at| at.plus_seconds(COUNTS_FOR) < now)
}

/// Tells the learner what changed, once for all forms of an achievement, and lays what was replaced on the card of what replaced it.
async fn tell(
    tx: &mut WalletTx,
    state: &AppState,
    learner: &LearnerId,
    changed: &[(CredentialId, Standing)],
    now: Timestamp,
) -> Result<(), StorageError> {
    let copies = tx.copies(learner).await?;
    link(tx, &copies).await?;
    for (id, standing) in changed {
        let Some(copy) = copies.iter().find(|copy| copy.id == *id) else { continue };
        if !is_first_form(copy, &copies) {
            continue;
        }
        if *standing == Standing::Unknown || (*standing == Standing::Valid && copy.validity.superseded) {
            continue;
        }
        let about = ActivityAbout {
            party: Some(copy.summary.institution.clone()),
            party_id: Some(copy.issuer.clone()),
            titles: vec![copy.summary.title.clone()],
            cards: vec![copy.card.clone()],
            outcome: Some(standing.as_str().to_owned()),
            ..ActivityAbout::default()
        };
        tx.note(learner, ActivityKind::StatusChanged, &about, now).await?;
        if let Some(news) = feed::tell::standing(id, copy, *standing, now) {
            feed::tell(tx, state, learner, &news, now).await?;
        }
    }
    Ok(())
}

/// Whether a copy speaks for all forms of its achievement: the others say the same, a moment sooner or later.
fn is_first_form(copy: &HeldCopy, copies: &[HeldCopy]) -> bool {
    let beside = |other: &&HeldCopy| other.card == copy.card && other.validity.superseded == copy.validity.superseded;
    !copies.iter().filter(beside).any(|other| place(&other.format) < place(&copy.format))
}

/// Links what was withdrawn to what came in its place.
pub(crate) async fn link(tx: &mut WalletTx, copies: &[HeldCopy]) -> Result<(), StorageError> {
    for (old, new) in replacements(copies) {
        tx.supersede(&old, &new).await?;
    }
    Ok(())
}
