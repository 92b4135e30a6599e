//! `GET` and `POST /wallet/feed`: what there is to know, and that it was read.

use axum::extract::State;
use http::{Ctx, Page, Protected, SeeOther};
use model::Timestamp;
use model::news::{Happened, KEPT_DAYS, NewsItem, Target};
use serde::Deserialize;
use web::feed::{Feed, FeedDeed, FeedItem};

use crate::error::WalletError;
use crate::hold::display::{moment, text};
use crate::learner::Learner;
use crate::state::AppState;

/// How many items the page shows.
const NEWEST: i64 = 100;

/// `GET /wallet/feed`
pub(crate) async fn show(learner: Learner, ctx: Ctx, State(state): State<AppState>) -> Result<Page<Feed>, WalletError> {
    let items = state.store.read().await?.news(learner.id(), NEWEST).await?;
    let until = items.first().map_or(0, |newest| newest.at.millis());
    let items = items.iter().map(|item| shown(&ctx, item)).collect();
    Ok(ctx.page_for(learner.session(), Feed { items, until, kept_days: KEPT_DAYS }))
}

/// The form: everything up to a moment was read. What came since the page was made stays unread.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadForm {
    #[serde(rename = "choice")]
    _choice: Choice,
    until: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Read,
}

/// `POST /wallet/feed`
pub(crate) async fn read(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Protected(form): Protected<ReadForm>,
) -> Result<SeeOther, WalletError> {
    let mut tx = state.store.write().await?;
    tx.read_news(learner.id(), Timestamp::from_millis(form.until), ctx.now()).await?;
    tx.commit().await?;
    Ok(ctx.see_other("/wallet/feed"))
}

fn shown(ctx: &Ctx, item: &NewsItem) -> FeedItem {
    let about = &item.about;
    let until = about.until.map(Timestamp::from_millis);
    let over = until.is_some_and(|until| until <= ctx.now());
    FeedItem {
        what: deed(about.what),
        at: moment(item.at),
        unread: !item.read,
        title: about.title.as_ref().map(text),
        party: about.party.as_ref().map(text),
        href: about.target.as_ref().filter(|_| !over).map(path),
        until: until.filter(|_| !item.read || over).map(moment),
        over: over && !item.read,
    }
}

fn path(target: &Target) -> String {
    match target {
        Target::Credential(id) => format!("/wallet/credentials/{id}"),
        Target::Offer(id) => format!("/wallet/offers/{id}"),
        Target::Request(id) => format!("/wallet/requests/{id}"),
        Target::Share(id) => format!("/wallet/shares/{id}"),
        Target::Activity(id) => format!("/wallet/activity/{id}"),
    }
}

const fn deed(what: Happened) -> FeedDeed {
    match what {
        Happened::Kept => FeedDeed::Kept,
        Happened::Ready => FeedDeed::Ready,
        Happened::NotComing => FeedDeed::NotComing,
        Happened::Wished => FeedDeed::Wished,
        Happened::Suspended => FeedDeed::Suspended,
        Happened::Revoked => FeedDeed::Revoked,
        Happened::Valid => FeedDeed::Valid,
        Happened::Asked => FeedDeed::Asked,
        Happened::Shared => FeedDeed::Shared,
        Happened::NotShared => FeedDeed::NotShared,
        Happened::LinkMade => FeedDeed::LinkMade,
        Happened::LinkLocked => FeedDeed::LinkLocked,
        Happened::SignedIn => FeedDeed::SignedIn,
    }
}
