//! Watches the status of what learners hold: in the background, and when a learner looks.
//!
//! What a list last said counts for a day when no list can be had; then a credential that was valid cannot be checked. A suspended
//! one stays suspended, because that is the worst that is known. Withdrawn is for good, and is not asked for any more.

use std::collections::BTreeMap;
use std::time::Duration;

use model::Timestamp;
use model::activity::{ActivityAbout, ActivityKind};
use model::held::{CredentialId, HeldCopy, Standing, replacements};
use model::id::LearnerId;
use storage::wallet::credential::Watched;
use storage::{StorageError, WalletTx};
use vc::status_list::{Status, StatusListToken};
use vc::verify::FetchedStatusList;

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

/// Reads each list once and writes down what it says. True when every list could be had.
async fn look(state: &AppState, watched: Vec<Watched>) -> Result<bool, StorageError> {
    let trust = state.register.current().trust();
    let mut by_list: BTreeMap<(String, String), Vec<Watched>> = BTreeMap::new();
    for one in watched {
        by_list.entry((one.uri.clone(), one.learner.as_str().to_owned())).or_default().push(one);
    }
    let mut all = true;
    for ((uri, learner), of_learner) in by_list {
        let now = state.core.now();
        let token = match state.status_lists.list(&uri, &trust, now).await {
            Some(FetchedStatusList::Read(token)) if token.is_current(now.seconds()) => Some(token),
            _ => None,
        };
        all &= token.is_some();
        write_down(state, &LearnerId::new(learner), &uri, token.as_deref(), &of_learner).await?;
    }
    Ok(all)
}

/// What a list says of one credential. None when it says nothing that counts: it is another issuer's, or too short.
fn says(token: &StatusListToken, of: &Watched) -> Option<Standing> {
    if !token.issuers.contains(&of.issuer) {
        return None;
    }
    Some(match token.list.status(usize::try_from(of.index).ok()?)? {
        Status::Valid => Standing::Valid,
        Status::Invalid => Standing::Revoked,
        Status::Suspended => Standing::Suspended,
        Status::Other(_) => Standing::Unknown,
    })
}

async fn write_down(
    state: &AppState,
    learner: &LearnerId,
    uri: &str,
    token: Option<&StatusListToken>,
    watched: &[Watched],
) -> Result<(), StorageError> {
    let now = state.core.now();
    let mut tx = state.store.write().await?;
    tx.record_watched(learner, uri, now).await?;
    let mut changed = Vec::new();
    for one in watched {
        match token.and_then(|token| says(token, one)) {
            Some(standing) => {
                let recorded = tx.record_standing(&one.id, standing, now).await?;
                changed.extend((recorded && standing != one.standing).then(|| (one.id.clone(), standing)));
            }
            None if one.standing == Standing::Valid && is_old(one.standing_at, now) => tx.record_unknown(&one.id).await?,
            None => {}
        }
    }
    if !changed.is_empty() {
        tell(&mut tx, learner, &changed, now).await?;
    }
    tx.commit().await
}

fn is_old(standing_at: Option<Timestamp>, now: Timestamp) -> bool {
    standing_at.is_none_or(|at| at.plus_seconds(COUNTS_FOR) < now)
}

/// Tells the learner what changed, and lays what was replaced on the card of what replaced it.
async fn tell(tx: &mut WalletTx, learner: &LearnerId, changed: &[(CredentialId, Standing)], now: Timestamp) -> Result<(), StorageError> {
    let copies = tx.copies(learner).await?;
    link(tx, &copies).await?;
    for (id, standing) in changed {
        let Some(copy) = copies.iter().find(|copy| copy.id == *id) else { continue };
        // What could not be checked and can be again is no news.
        if copy.validity.standing == Standing::Unknown || (*standing == Standing::Valid && copy.validity.superseded) {
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
    }
    Ok(())
}

/// Links what was withdrawn to what came in its place.
pub(crate) async fn link(tx: &mut WalletTx, copies: &[HeldCopy]) -> Result<(), StorageError> {
    for (old, new) in replacements(copies) {
        tx.supersede(&old, &new).await?;
    }
    Ok(())
}
