//! `GET` and `POST /settings/notifications`: what a learner is told, and where.

use axum::extract::{Query, State};
use http::{Ctx, Page, Protected, SeeOther};
use model::news::{Channel, NewsKind, SwitchedOff};
use serde::Deserialize;
use web::Lang;
use web::settings::notices::{Choice, Kind, Mail, Notices};

use crate::error::WalletError;
use crate::learner::Learner;
use crate::state::AppState;

/// The query after saving.
#[derive(Deserialize)]
pub(crate) struct Saved {
    saved: Option<String>,
}

/// `GET /settings/notifications`
pub(crate) async fn show(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Query(query): Query<Saved>,
) -> Result<Page<Notices>, WalletError> {
    let mut tx = state.store.read().await?;
    let (off, to) = (tx.switched_off(learner.id()).await?, tx.mail_to(learner.id()).await?);
    drop(tx);
    let lang = to.as_ref().and_then(|to| Lang::parse(&to.lang)).unwrap_or_default();
    let address = to.and_then(|to| to.address);
    let mail = match (&state.mailer, address) {
        (None, _) => Mail::Off,
        (Some(_), None) => Mail::NoAddress,
        (Some(_), Some(address)) => Mail::To(address.to_string()),
    };
    let choice = |(shown, kind)| Choice { kind: shown, feed: off.wants(kind, Channel::Feed), mail: off.wants(kind, Channel::Mail) };
    let choices = Kind::ALL.into_iter().zip(NewsKind::CHOSEN).map(choice).collect();
    Ok(ctx.page_for(learner.session(), Notices { choices, mail, lang, saved: query.saved.is_some() }))
}

/// The form: what is ticked is told.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticesForm {
    new_feed: Option<String>,
    new_mail: Option<String>,
    withdrawn_feed: Option<String>,
    withdrawn_mail: Option<String>,
    asked_feed: Option<String>,
    asked_mail: Option<String>,
    released_feed: Option<String>,
    released_mail: Option<String>,
    mail_lang: Option<String>,
}

impl NoticesForm {
    fn ticked(&self, kind: NewsKind, channel: Channel) -> bool {
        let field = match (kind, channel) {
            (NewsKind::New, Channel::Feed) => &self.new_feed,
            (NewsKind::New, Channel::Mail) => &self.new_mail,
            (NewsKind::Withdrawn, Channel::Feed) => &self.withdrawn_feed,
            (NewsKind::Withdrawn, Channel::Mail) => &self.withdrawn_mail,
            (NewsKind::Asked, Channel::Feed) => &self.asked_feed,
            (NewsKind::Asked, Channel::Mail) => &self.asked_mail,
            (NewsKind::Released, Channel::Feed) => &self.released_feed,
            (NewsKind::Released, Channel::Mail) => &self.released_mail,
            (NewsKind::Device, _) => return true,
        };
        field.is_some()
    }
}

/// `POST /settings/notifications`
pub(crate) async fn save(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Protected(form): Protected<NoticesForm>,
) -> Result<SeeOther, WalletError> {
    let mut tx = state.store.write().await?;
    let before = tx.switched_off(learner.id()).await?;
    let all = NewsKind::CHOSEN.into_iter().flat_map(|kind| Channel::ALL.map(|channel| (kind, channel)));
    // Where there is no mail the page does not ask about it, and what was said before stays.
    let asked = |channel| channel == Channel::Feed || state.mailer.is_some();
    let off = all.filter(|(kind, channel)| if asked(*channel) { !form.ticked(*kind, *channel) } else { !before.wants(*kind, *channel) });
    tx.switch_off(learner.id(), &SwitchedOff::new(off)).await?;
    if let Some(lang) = form.mail_lang.as_deref().and_then(Lang::parse) {
        tx.put_mail_language(learner.id(), lang.tag()).await?;
    }
    tx.commit().await?;
    Ok(ctx.see_other("/settings/notifications?saved=1"))
}
