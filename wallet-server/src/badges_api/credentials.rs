//! `GET /ims/ob/v3p0/credentials`: what a learner lets a platform read, byte for byte as it was issued, in pages.

use axum::extract::{RawQuery, State};
use axum::http::header::{CONTENT_TYPE, LINK};
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Response};
use http::failure::{Failed, Kind};
use http::{Ctx, OAuthForm, claims};
use model::activity::{ActivityAbout, ActivityKind};
use model::{LocalText, Timestamp};
use openid4vc::dcql::Format;
use storage::wallet::credential::Held;

use super::BASE;
use super::access::Access;
use super::client::stored;
use super::scope::Scope;
use crate::hold::file;
use crate::hold::form::Form;
use crate::hold::view;
use crate::state::AppState;

/// How many are in a page unless the platform says so, and at most.
const PAGE: usize = 100;
const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

/// Which part of them.
#[derive(Debug, PartialEq, Eq)]
struct Part {
    limit: usize,
    offset: usize,
    since: Option<Timestamp>,
}

impl Part {
    fn read(query: &str) -> Option<Self> {
        let query = OAuthForm::parse(query.as_bytes())?;
        let number = |name: &str| query.get(name).map(|text| text.parse::<u32>().ok().and_then(|n| usize::try_from(n).ok()));
        let limit = number("limit").map_or(Some(PAGE), |limit| limit.filter(|limit| *limit > 0))?;
        let offset = number("offset").unwrap_or(Some(0))?;
        let since = query.get("since").map(Timestamp::parse);
        let since = match since {
            Some(at) => Some(at?),
            None => None,
        };
        Some(Self { limit: limit.min(PAGE), offset, since })
    }

    /// The address of another page.
    fn at(&self, ctx: &Ctx, offset: usize) -> String {
        let since = self.since.map(|since| format!("&since={}", since.rfc3339())).unwrap_or_default();
        ctx.origin().at(&format!("{BASE}/credentials?limit={}&offset={offset}{since}", self.limit))
    }

    /// `Link`: first and last always, next and prev when there are such pages.
    fn links(&self, ctx: &Ctx, total: usize) -> String {
        let last = total.saturating_sub(1) / self.limit * self.limit;
        let next = (self.offset.saturating_add(self.limit) < total).then(|| ("next", self.offset.saturating_add(self.limit)));
        let prev = (self.offset > 0).then(|| ("prev", self.offset.saturating_sub(self.limit).min(last)));
        let all = [Some(("first", 0)), Some(("last", last)), next, prev];
        let links = all.into_iter().flatten().map(|(rel, offset)| format!("<{}>; rel=\"{rel}\"", self.at(ctx, offset)));
        links.collect::<Vec<_>>().join(", ")
    }
}

pub(super) async fn list(
    ctx: Ctx,
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    let access = Access::of(&ctx, &state, &headers, Scope::Read).await?;
    let part = Part::read(query.as_deref().unwrap_or_default()).ok_or(Failed::new(Kind::Invalid, "query"))?;
    let learner = &access.grant.learner;
    let held = state.store.read().await.map_err(stored)?.held(learner).await.map_err(stored)?;
    let mut badges: Vec<Held> = held.into_iter().filter(|held| is_shown(held, part.since)).collect();
    // A page stays what it is when something new comes in.
    badges.sort_by(|a, b| (a.copy.received_at, a.copy.id.as_str()).cmp(&(b.copy.received_at, b.copy.id.as_str())));
    let total = badges.len();
    let shown: Vec<Held> = badges.into_iter().skip(part.offset).take(part.limit).collect();
    let mut tx = state.store.write().await.map_err(stored)?;
    tx.note(learner, ActivityKind::Shared, &about(&access, &shown), ctx.now()).await.map_err(stored)?;
    tx.touch_badge_grant(&access.grant.id, ctx.now()).await.map_err(stored)?;
    tx.commit().await.map_err(stored)?;
    let of = |jwt: bool| shown.iter().filter(move |held| is_jwt(held) == jwt).map(|held| held.body.as_str());
    let tokens: Vec<String> = of(true).map(|token| format!("\"{token}\"")).collect();
    // What was signed is not written anew: it goes as it came.
    let documents: Vec<&str> = of(false).collect();
    let body = format!("{{\"credential\":[{}],\"compactJwsString\":[{}]}}", documents.join(","), tokens.join(","));
    let told = [(CONTENT_TYPE, "application/json".to_owned()), (TOTAL, total.to_string()), (LINK, part.links(&ctx, total))];
    Ok((told, body).into_response())
}

/// Badges that nothing replaced, issued after a moment.
fn is_shown(held: &Held, since: Option<Timestamp>) -> bool {
    let badge = matches!(file::kind(&held.copy), web::credential::Form::OpenBadge | web::credential::Form::OpenBadgeText);
    let after = since.is_none_or(|since| held.copy.validity.from.is_some_and(|from| from > since));
    badge && after && !held.copy.validity.superseded
}

fn is_jwt(held: &Held) -> bool {
    matches!(Format::from_name(&held.copy.format), Format::JwtVcJson | Format::VcJwt)
}

/// What the learner reads back: titles and names of claims, never their values.
fn about(access: &Access, shown: &[Held]) -> ActivityAbout {
    let mut labels: Vec<LocalText> = Vec::new();
    let mut cards: Vec<String> = Vec::new();
    for held in shown {
        let Some(form) = Form::read(&held.copy.format, &held.body) else { continue };
        let view::View { vct, claims } = view::of(&form);
        for path in claims::tops(&vct, &claims) {
            let label = claims::label(&vct, &path);
            let label = LocalText { nl: label.nl, en: label.en };
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        if !cards.contains(&held.copy.card) {
            cards.push(held.copy.card.clone());
        }
    }
    ActivityAbout {
        party: Some(LocalText::same(access.platform.known_as())),
        party_id: Some(access.platform.host().to_owned()),
        titles: shown.iter().map(|held| held.copy.summary.title.clone()).collect(),
        cards,
        labels,
        contact: Some(access.platform.metadata.policy_uri.clone()),
        ..ActivityAbout::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_read_strictly() {
        let part = |query: &str| Part::read(query).map(|part| (part.limit, part.offset));
        assert_eq!(part(""), Some((PAGE, 0)));
        assert_eq!(part("limit=2&offset=4&other=1"), Some((2, 4)));
        assert_eq!(part("limit=5000"), Some((PAGE, 0)));
        for wrong in ["limit=0", "limit=-1", "limit=x", "offset=-1", "since=yesterday", "limit=1&limit=2"] {
            assert_eq!(part(wrong), None, "{wrong}");
        }
        assert!(Part::read("since=2026-02-01T00%3A00%3A00Z").unwrap().since.is_some());
    }
}
