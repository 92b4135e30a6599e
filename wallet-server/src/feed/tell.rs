//! Tells a learner of something in the transaction in which it happens, once, wherever they want to be told.

use model::Timestamp;
use model::activity::ActivityId;
use model::consent::ConsentId;
use model::held::{CredentialId, HeldCopy, Standing};
use model::id::LearnerId;
use model::news::{Channel, Happened, News, NewsAbout, Target};
use model::receipt::{Receipt, ReceiptId};
use model::wish::Wish;
use model::{LocalText, share::ShareId};
use storage::{StorageError, WalletTx};

use crate::notice;
use crate::state::AppState;

/// Puts news into the feed and mail into the outbox, each unless the learner switched it off. Told again it is no news.
///
/// # Errors
/// When the database fails; then what it tells of did not happen either.
pub(crate) async fn tell(
    tx: &mut WalletTx,
    state: &AppState,
    learner: &LearnerId,
    news: &News,
    now: Timestamp,
) -> Result<(), StorageError> {
    let (kind, off) = (news.about.what.kind(), tx.switched_off(learner).await?);
    if off.wants(kind, Channel::Feed) {
        tx.put_news(learner, news, now).await?;
    }
    if state.mailer.is_some() && off.wants(kind, Channel::Mail) {
        notice::job::later(tx, learner, news, now).await?;
    }
    Ok(())
}

/// What an offer brought is in the wallet: one for each card.
pub(crate) fn kept(receipt: &ReceiptId, stored: &[HeldCopy]) -> Vec<News> {
    let mut cards: Vec<&str> = Vec::new();
    let mut news = Vec::new();
    for copy in stored {
        if cards.contains(&copy.card.as_str()) {
            continue;
        }
        cards.push(&copy.card);
        news.push(of_copy(format!("kept/{receipt}/{}", copy.card), Happened::Kept, copy));
    }
    news
}

fn of_copy(event: String, what: Happened, copy: &HeldCopy) -> News {
    let about = NewsAbout {
        title: Some(copy.summary.title.clone()),
        party: Some(copy.summary.institution.clone()),
        target: Some(Target::Credential(copy.id.as_str().to_owned())),
        ..NewsAbout::of(what)
    };
    News { event, card: Some(copy.card.clone()), about }
}

/// The event of [`ready`].
pub(crate) fn ready_event(receipt: &ReceiptId) -> String {
    format!("ready/{receipt}")
}

/// What an issuer was preparing came.
pub(crate) fn ready(receipt: &Receipt) -> News {
    let about = NewsAbout { target: Some(Target::Offer(receipt.id.as_str().to_owned())), ..of_offer(Happened::Ready, receipt) };
    News { event: ready_event(&receipt.id), card: None, about }
}

/// What was on its way will not come.
pub(crate) fn not_coming(receipt: &Receipt, now: Timestamp) -> News {
    News { event: format!("not_coming/{}/{}", receipt.id, now.millis()), card: None, about: of_offer(Happened::NotComing, receipt) }
}

fn of_offer(what: Happened, receipt: &Receipt) -> NewsAbout {
    let title = receipt.content.offered.first().map(|offered| offered.name.clone());
    NewsAbout { title, party: receipt.content.issuer_name.clone(), ..NewsAbout::of(what) }
}

/// An issuer changed what a credential is worth. `None` where nothing is known.
pub(crate) fn standing(id: &CredentialId, copy: &HeldCopy, standing: Standing, now: Timestamp) -> Option<News> {
    let what = match standing {
        Standing::Suspended => Happened::Suspended,
        Standing::Revoked => Happened::Revoked,
        Standing::Valid => Happened::Valid,
        Standing::Unknown => return None,
    };
    Some(of_copy(format!("standing/{id}/{}", now.millis()), what, copy))
}

/// The event of [`asked`].
pub(crate) fn asked_event(consent: &ConsentId) -> String {
    format!("asked/{consent}")
}

/// What the learner waited for is there: leads to the question while it is open, else to the credential.
pub(crate) fn wished(wish: &Wish, copy: &HeldCopy, now: Timestamp) -> News {
    let open = wish.open_request(now);
    let about = NewsAbout {
        title: Some(copy.summary.title.clone()),
        party: Some(wish.party.clone()),
        until: open.as_ref().map(|_| wish.until),
        target: Some(
            open.map_or_else(|| Target::Credential(copy.id.as_str().to_owned()), |request| Target::Request(request.as_str().to_owned())),
        ),
        ..NewsAbout::of(Happened::Wished)
    };
    News { event: format!("wished/{}/{}", wish.request, copy.card), card: Some(copy.card.clone()), about }
}

/// Somebody asks.
pub(crate) fn asked(consent: &ConsentId, party: LocalText, until: Timestamp) -> News {
    let about = NewsAbout {
        party: Some(party),
        target: Some(Target::Request(consent.as_str().to_owned())),
        until: Some(until.millis()),
        ..NewsAbout::of(Happened::Asked)
    };
    News { event: asked_event(consent), card: None, about }
}

/// An answer went out, or was not taken after all.
pub(crate) fn answered(consent: &ConsentId, taken: bool, party: Option<LocalText>, activity: &ActivityId) -> News {
    let (event, what) =
        if taken { (format!("shared/{consent}"), Happened::Shared) } else { (format!("not_shared/{consent}"), Happened::NotShared) };
    let about = NewsAbout { party, target: Some(Target::Activity(activity.as_str().to_owned())), ..NewsAbout::of(what) };
    News { event, card: None, about }
}

/// A link was made.
pub(crate) fn link_made(share: &ShareId, copy: &HeldCopy) -> News {
    let about = NewsAbout {
        title: Some(copy.summary.title.clone()),
        target: Some(Target::Share(share.as_str().to_owned())),
        ..NewsAbout::of(Happened::LinkMade)
    };
    News { event: format!("link/{share}"), card: Some(copy.card.clone()), about }
}

/// A link was closed by wrong PINs.
pub(crate) fn link_locked(share: &ShareId) -> News {
    let about = NewsAbout { target: Some(Target::Share(share.as_str().to_owned())), ..NewsAbout::of(Happened::LinkLocked) };
    News { event: format!("locked/{share}"), card: None, about }
}

/// A sign-in from a new device.
pub(crate) fn signed_in(device: &str) -> News {
    News { event: format!("device/{device}"), card: None, about: NewsAbout::of(Happened::SignedIn) }
}
