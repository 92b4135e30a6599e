//! The work of sending a mail: kept with what it tells of, done by the worker, at least once and always under one Message-ID.

use model::Timestamp;
use model::consent::{Consent, ConsentId};
use model::id::LearnerId;
use model::news::{Channel, News, NewsKind, Target};
use serde::{Deserialize, Serialize};
use storage::outbox::{self, Claimed, Job};
use storage::{Owner, StorageError, WalletTx};
use vc::encoding::b64url;
use web::notice::{Occasion, letter};
use web::{Lang, Moment};
use zeroize::Zeroizing;

use super::mailer::{Mailer, Sending};
use crate::state::AppState;
use crate::work::Done;

/// The topic of this work.
pub(crate) const TOPIC: &str = "wallet.mail";

/// For how long it is tried, in days: later it is no news.
const LASTS_DAYS: i64 = 3;
/// How long a question waits for its answer before a mail tells of it, in seconds: who has the page before them needs no mail, and
/// most questions end after ten minutes.
pub(super) const ASKED_AFTER: i64 = 2 * 60;

#[derive(Serialize, Deserialize)]
struct Payload {
    learner: String,
    kind: String,
    at: i64,
    /// The question that must still be open.
    consent: Option<String>,
}

/// Keeps the work in the transaction of what it tells of, once for each event.
///
/// # Errors
/// When the database fails.
pub(crate) async fn later(tx: &mut WalletTx, learner: &LearnerId, news: &News, now: Timestamp) -> Result<(), StorageError> {
    let (kind, until) = (news.about.what.kind(), news.about.until.map(Timestamp::from_millis));
    let not_before = if kind == NewsKind::Asked { now.plus_seconds(ASKED_AFTER) } else { now };
    if until.is_some_and(|until| until <= not_before) {
        return Ok(());
    }
    let consent = match &news.about.target {
        Some(Target::Request(id)) => Some(id.clone()),
        _ => None,
    };
    let payload = Payload { learner: learner.as_str().to_owned(), kind: kind.as_str().to_owned(), at: now.millis(), consent };
    let payload = outbox::payload(&payload)?;
    let (owner, last) = (Owner::learner(learner.as_str()), now.plus_days(LASTS_DAYS));
    // Says nothing to who reads it in a header, and is the same at every attempt.
    let dedup_id = format!("mail/{}", b64url(tx.blind_index("mail.event", &[learner.as_str(), &news.event].join("\u{1f}"))));
    let job = Job {
        topic: TOPIC,
        ordering_key: &dedup_id,
        dedup_id: &dedup_id,
        owner: &owner,
        payload: &payload,
        expires_at: until.map_or(last, |until| until.min(last)),
    };
    let job = tx.later(&job, now).await?;
    if not_before > now {
        tx.put_off(&job, not_before).await?;
    }
    Ok(())
}

/// Does the work. What the learner has switched off meanwhile, or dealt with, is not sent.
pub(crate) async fn work(state: &AppState, claimed: &Claimed) -> Done {
    let Ok(payload) = serde_json::from_slice::<Payload>(&claimed.payload) else { return Done::Never("payload") };
    let Some(mailer) = state.mailer.clone() else { return Done::Finished };
    let now = state.core.now();
    if claimed.expires_at <= now {
        return Done::Never("expired");
    }
    let (kind, learner) = (NewsKind::parse(&payload.kind), LearnerId::new(payload.learner));
    let Some(occasion) = kind.map(occasion) else { return Done::Never("payload") };
    let consent = payload.consent.map(ConsentId::new);
    match reader(state, &learner, kind.unwrap_or(NewsKind::Device), consent.as_ref(), now).await {
        Ok(Some((address, lang))) => {
            let at = Moment(Timestamp::from_millis(payload.at).seconds());
            let front = state.core.urls().own.at("/");
            let letter = letter(lang, occasion, at, &front, state.core.operator());
            sent(&mailer, claimed, &address, &letter, now).await
        }
        Ok(None) => Done::Finished,
        Err(error) => {
            tracing::error!(cause = http::failure::chain(&error), "a mail could not be addressed");
            Done::Again("database")
        }
    }
}

async fn sent(mailer: &Mailer, claimed: &Claimed, address: &str, letter: &web::notice::Letter, now: Timestamp) -> Done {
    let id = claimed.dedup_id.trim_start_matches("mail/");
    match mailer.send(id, address, letter, now).await {
        Sending::Sent => Done::Finished,
        Sending::Refused(code) => {
            // What a server says may hold the address, so only its number is told.
            tracing::info!(code, attempt = claimed.attempt, "a mail was refused");
            Done::Never("mail_refused")
        }
        Sending::Later(why, code) => {
            tracing::warn!(why, code, attempt = claimed.attempt, "a mail could not be sent now");
            Done::Again(why)
        }
    }
}

/// Where it goes and in which language. `None` when it is not to be sent any more.
async fn reader(
    state: &AppState,
    learner: &LearnerId,
    kind: NewsKind,
    consent: Option<&ConsentId>,
    now: Timestamp,
) -> Result<Option<(Zeroizing<String>, Lang)>, StorageError> {
    let mut tx = state.store.read().await?;
    if !tx.switched_off(learner).await?.wants(kind, Channel::Mail) {
        return Ok(None);
    }
    if let Some(consent) = consent {
        let open = matches!(tx.consent(consent, learner).await?, Some(Consent::Asked(asked)) if asked.expires_at > now);
        if kind == NewsKind::Asked && !open {
            return Ok(None);
        }
    }
    let Some(to) = tx.mail_to(learner).await? else { return Ok(None) };
    let lang = Lang::parse(&to.lang).unwrap_or_default();
    Ok(to.address.map(|address| (address, lang)))
}

const fn occasion(kind: NewsKind) -> Occasion {
    match kind {
        NewsKind::New => Occasion::New,
        NewsKind::Withdrawn => Occasion::Withdrawn,
        NewsKind::Asked => Occasion::Asked,
        NewsKind::Released => Occasion::Released,
        NewsKind::Device => Occasion::Device,
    }
}
