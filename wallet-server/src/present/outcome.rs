//! The pages that say what became of a question: answered, and how far the answer got; or too late.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use http::Ctx;
use model::Timestamp;
use model::activity::{Activity, ActivityId};
use model::consent::{Answered, Delivery};
use storage::WalletTx;
use web::answered::{self as page, Closed, Outcome, WhyClosed};

use super::consent::ConsentError;
use crate::hold::display::{day, moment, text};
use crate::learner::Learner;

/// The entry of an answer in the activity list; none when the learner has deleted it.
pub(super) async fn noted(tx: &mut WalletTx, learner: &Learner, answered: &Answered) -> Result<Option<Activity>, ConsentError> {
    match &answered.about.activity {
        Some(id) => Ok(tx.activity(&ActivityId::new(id.clone()), learner.id()).await?),
        None => Ok(None),
    }
}

/// What became of an answer, and what is known of it.
pub(super) fn answered_page(ctx: &Ctx, learner: &Learner, answered: &Answered, entry: Option<Activity>, again: bool) -> Response {
    let outcome = match (answered.granted, answered.delivery) {
        (false, _) => Outcome::Refused,
        (true, Delivery::Delivered) => Outcome::Shared,
        (true, Delivery::Rejected) => Outcome::Rejected,
        (true, Delivery::Uncertain) => Outcome::Uncertain,
    };
    let host = |address: &String| url::Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned));
    let href = entry.as_ref().map(|entry| format!("/wallet/activity/{}", entry.id));
    let about = entry.map(|entry| entry.about).unwrap_or_default();
    let view = page::Answered {
        party: text(&answered.about.party),
        outcome,
        at: moment(answered.at),
        labels: answered.about.labels.iter().map(text).collect(),
        titles: about.titles.iter().map(text).collect(),
        purpose: about.purpose.as_ref().map(text),
        until: about.kept_until.map(|millis| day(Timestamp::from_millis(millis))),
        proof_href: href.as_ref().map(|href| format!("{href}/proof")),
        continue_to: answered.continue_to.clone().and_then(|address| host(&address).map(|host| (address, host))),
        activity_href: href,
        again,
    };
    ctx.page_for(learner.session(), view).into_response()
}

/// The time to answer is over.
pub(super) fn expired_page(ctx: &Ctx, learner: &Learner) -> Response {
    let view = Closed { party: None, why: WhyClosed::Expired, code: "request_expired".to_owned(), reference: ctx.reference().to_owned() };
    ctx.page_for(learner.session(), view).with_status(StatusCode::GONE).into_response()
}
