//! `GET /wallet/credentials/{id}`: one achievement, readable, with the forms in which it is held.

use axum::extract::{Path, State};
use http::{Ctx, Page, claims};
use model::Timestamp;
use model::activity::{Activity, ActivityKind};
use model::held::{Card, CredentialId, HeldCopy, HeldState, Kind};
use model::register::Register;
use model::share::{Share, ShareState};
use storage::wallet::credential::Held;
use vc::Map;
use vc::sd_jwt::Path as ClaimPath;
use vc::status_list::StatusEntry;
use web::credential::{Contact, Credential, Event, Happened, HeldForm, SharedNow};
use web::{Day, Fact, Lang, Text, Value};

use super::form::Form;
use super::{display, file, labels, view, watch};
use crate::error::WalletError;
use crate::learner::Learner;
use crate::state::AppState;

/// How far back the history is read.
const HISTORY: i64 = 1_000;

/// Claims of the head of the values, by kind; the rest stands below them.
const FIRST: [(Kind, &[&str]); 3] = [
    (Kind::Microcredential, &["awarded_date", "result", "workload", "level"]),
    (Kind::Enrolment, &["name", "phase", "modeOfStudy", "is_enrolled", "state", "startDate", "endDate", "academic_year", "as_of"]),
    (Kind::Other, &[]),
];
/// Claims that the page says in its own places.
const ELSEWHERE: [&str; 8] = [
    "title",
    "given_name",
    "family_name",
    "learning_outcomes",
    "assessment_type",
    "participation_type",
    "supervision_type",
    "holder_identity",
];

/// Everything that the page is made of.
struct Found {
    held: Held,
    card: Vec<HeldCopy>,
    shares: Vec<Share>,
    activities: Vec<Activity>,
}

pub(crate) async fn show(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Page<Credential>, WalletError> {
    watch::refresh(&state, learner.id()).await?;
    let found = find(&state, &learner, &CredentialId::new(id)).await?;
    if !found.held.copy.opened || learner.session().unread() > 0 {
        let mut tx = state.store.write().await?;
        tx.mark_opened(&found.held.copy.card, learner.id(), ctx.now()).await?;
        tx.read_news_of_card(learner.id(), &found.held.copy.card, ctx.now()).await?;
        tx.commit().await?;
    }
    let register = state.register.current();
    Ok(ctx.page_for(learner.session(), page(&ctx, &found, &register)))
}

async fn find(state: &AppState, learner: &Learner, id: &CredentialId) -> Result<Found, WalletError> {
    let mut tx = state.store.read().await?;
    let held = tx.held_credential(id, learner.id()).await?.ok_or(WalletError::NotFound)?;
    let card = tx.copies_on_card(learner.id(), &held.copy.card).await?;
    let mut shares = Vec::new();
    for copy in &card {
        shares.extend(tx.shares_of(learner.id(), &copy.id).await?);
    }
    let mut activities = tx.activities(learner.id(), HISTORY).await?;
    activities.retain(|activity| activity.about.cards.contains(&held.copy.card));
    Ok(Found { held, card, shares, activities })
}

fn page(ctx: &Ctx, found: &Found, register: &Register) -> Credential {
    let copy = &found.held.copy;
    let form = Form::read(&copy.format, &found.held.body);
    let claims = form.as_ref().map(|form| view::of(form).claims).unwrap_or_default();
    let of = &claims;
    let first = FIRST.iter().find(|(kind, _)| *kind == copy.summary.kind).map_or(&[][..], |(_, names)| names);
    let here = format!("/wallet/credentials/{}", copy.id);
    let in_front = replaced_by(found);
    let state = copy.validity.state(ctx.now());
    let shareable = !matches!(state, HeldState::Withdrawn | HeldState::Replaced);
    Credential {
        head: display::head(&copy.summary, &copy.issuer, register),
        state: display::state(&copy.validity, ctx.now()),
        checked: copy.validity.standing_at.map(display::moment),
        replaced_by: in_front.map(|newer| ctx.localised(&format!("/wallet/credentials/{}", newer.id))),
        facts: facts(copy, of, first),
        outcomes: outcomes(of),
        assessment: assessment(&copy.vct, of),
        more: more(copy, of, first),
        name_source: name_source(of),
        key_held: copy.has_key,
        shared: shared(ctx, found),
        forms: forms(found, ctx.now()),
        origin: origin(copy, &found.activities, register),
        history: found.activities.iter().filter_map(event).collect(),
        technical: technical(copy, form.as_ref()),
        share_href: shareable.then(|| ctx.localised(&format!("/wallet/share?c={}", copy.id))),
        certificate_href: None,
        delete_href: ctx.localised(&format!("{here}/delete")),
        contact: Contact {
            institution: display::issuer_name(register, &copy.issuer, &copy.summary.institution),
            mail: None,
            site: register.issuer(&copy.issuer).and_then(|party| party.site.clone()),
        },
    }
}

/// What took this one's place: the newest copy of the card that nothing replaced.
fn replaced_by(found: &Found) -> Option<&HeldCopy> {
    let copy = &found.held.copy;
    let newer = found.card.iter().find(|other| other.id != copy.id && !other.validity.superseded && other.format == copy.format);
    newer.filter(|_| copy.validity.superseded)
}

/// The forms of the achievement; of a copy that was replaced, that copy alone.
fn forms(found: &Found, now: Timestamp) -> Vec<HeldForm> {
    let own = &found.held.copy;
    let cards = Card::lay_out(found.card.clone());
    let held = match cards.first() {
        Some(card) if !own.validity.superseded => card.forms(),
        _ => vec![own],
    };
    let shown = display::state(&own.validity, now);
    let form = |copy: &&HeldCopy| {
        let state = display::state(&copy.validity, now);
        HeldForm { form: file::kind(copy), state: (state != shown).then_some(state), downloads: file::downloads(copy) }
    };
    held.iter().map(form).collect()
}

fn facts(copy: &HeldCopy, of: &Map, first: &[&str]) -> Vec<Fact> {
    let name: Vec<&str> = ["given_name", "family_name"].into_iter().filter_map(|name| of.get(name)?.as_str()).collect();
    let mut facts = Vec::new();
    if !name.is_empty() {
        facts.push(Fact::new(Text::new("Naam", "Name"), Value::same(name.join(" "))));
    }
    facts.extend(first.iter().filter_map(|name| match *name {
        "result" => grade(&copy.vct, of),
        name => labels::fact(&copy.summary, &copy.vct, &ClaimPath::key(name), of),
    }));
    if let Some(until) = copy.validity.until {
        facts.push(Fact::new(Text::new("Geldig tot en met", "Valid until"), Value::Day(display::day(until.plus_seconds(-1)))));
    }
    facts
}

/// Everything that stands nowhere else on the page.
fn more(copy: &HeldCopy, of: &Map, first: &[&str]) -> Vec<Fact> {
    let elsewhere = |name: &str| first.contains(&name) || ELSEWHERE.contains(&name);
    let paths = claims::tops(&copy.vct, of).into_iter().filter(|path| !path.top().is_some_and(elsewhere));
    paths.filter_map(|path| labels::fact(&copy.summary, &copy.vct, &path, of)).collect()
}

/// Where it came from, when, and by which way.
fn origin(copy: &HeldCopy, activities: &[Activity], register: &Register) -> Vec<Fact> {
    let Some(origin) = &copy.summary.origin else { return Vec::new() };
    let keeper = display::text(&register.keeper.name);
    let vouched = match (origin.listed, register.issuer(&origin.from).is_some()) {
        (true, true) => Text::new(format!("ja, van {}", keeper.get(Lang::Nl)), format!("yes, of {}", keeper.get(Lang::En))),
        (true, false) => Text::new("toen wel, nu niet meer", "it was then, it is not any more"),
        (false, true) => Text::new("toen niet, nu wel", "it was not then, it is now"),
        (false, false) => Text::new("nee, alleen het webadres is bekend", "no, only the web address is known"),
    };
    let mut facts = vec![Fact::new(Text::new("Van", "From"), Value::same(origin.from.clone()))];
    if let Some(name) = origin.name.as_ref().filter(|_| !origin.listed) {
        facts.push(Fact::new(Text::new("Noemt zichzelf", "Calls itself"), Value::Text(display::text(name))));
    }
    facts.push(Fact::new(Text::new("In een register", "In a register"), Value::Text(vouched)));
    facts.push(Fact::new(Text::new("Hoe", "How"), Value::Text(display::way(origin.way, origin.came))));
    if origin.deferred {
        let later = Text::new("ja, de uitgever maakte het later", "yes, the issuer made it later");
        facts.push(Fact::new(Text::new("In behandeling geweest", "Was being prepared"), Value::Text(later)));
    }
    facts.push(Fact::new(Text::new("Wanneer", "When"), Value::Moment(display::moment(copy.received_at))));
    if let Some(renewed) = activities.iter().filter(|activity| activity.kind == ActivityKind::Renewed).max_by_key(|activity| activity.at) {
        facts.push(Fact::new(Text::new("Vernieuwd", "Renewed"), Value::Moment(display::moment(renewed.at))));
    }
    facts
}

/// The grade alone, in the head; the scale stands below it.
fn grade(vct: &str, of: &Map) -> Option<Fact> {
    claims::fact(vct, &ClaimPath::from(["result", "value"]), of)
}

fn outcomes(of: &Map) -> Vec<Text> {
    let outcomes = of.get("learning_outcomes").and_then(|outcomes| outcomes.as_array()).map(Vec::as_slice).unwrap_or_default();
    outcomes.iter().filter_map(|outcome| outcome.get("title")?.as_str().map(Text::same)).collect()
}

/// How it was assessed, in a few words.
fn assessment(vct: &str, of: &Map) -> Option<Text> {
    let names = ["assessment_type", "participation_type", "supervision_type"];
    let facts: Vec<Fact> = names.into_iter().filter_map(|name| claims::fact(vct, &ClaimPath::key(name), of)).collect();
    let joined = |lang| facts.iter().map(|fact| fact.value.plain(lang)).collect::<Vec<_>>().join(", ");
    (!facts.is_empty()).then(|| Text::new(web::format::capital(&joined(Lang::Nl)), web::format::capital(&joined(Lang::En))))
}

/// Where the name on it comes from and when that was seen to, as the institution signed it.
fn name_source(of: &Map) -> Option<Text> {
    let identity = of.get("holder_identity")?;
    let source = match identity.get("name_source")?.as_str()? {
        "institution" => Text::new("de instelling", "the institution"),
        "eduid" | "eduID" => Text::same("eduID"),
        other => Text::same(other),
    };
    let Some(day) = identity.get("checked_on").and_then(|day| Day::parse(day.as_str()?)) else { return Some(source) };
    let date = |lang| web::format::date(lang, day);
    let (nl, en) = (source.get(Lang::Nl), source.get(Lang::En));
    Some(Text::new(format!("{nl}, gecontroleerd op {}", date(Lang::Nl)), format!("{en}, checked on {}", date(Lang::En))))
}

fn shared(ctx: &Ctx, found: &Found) -> Vec<SharedNow> {
    let links = found.shares.iter().filter(|share| is_live(share, ctx.now())).map(|share| SharedNow::Link {
        label: share.about.label.clone(),
        href: ctx.localised(&format!("/wallet/shares/{}", share.id)),
        until: share.ends_at.map(display::day),
        opened: u64::try_from(share.opened).unwrap_or_default(),
        last: share.opened_at.map(display::moment),
        stop: ctx.localised(&format!("/wallet/shares/{}/stop", share.id)),
    });
    let parties = found.activities.iter().filter(|activity| activity.kind == ActivityKind::Shared).map(|activity| SharedNow::Party {
        name: activity.about.party.as_ref().map_or_else(|| Text::same(""), display::text),
        facts: activity.about.labels.len(),
        at: display::moment(activity.at),
        until: activity.about.kept_until.map(|until| display::day(Timestamp::from_millis(until))),
        href: ctx.localised(&format!("/wallet/activity/{}", activity.id)),
    });
    links.chain(parties).collect()
}

fn is_live(share: &Share, now: Timestamp) -> bool {
    share.state == ShareState::Live && share.ends_at.is_none_or(|end| now < end)
}

fn event(activity: &Activity) -> Option<Event> {
    let what = match (activity.kind, activity.about.outcome.as_deref()) {
        (ActivityKind::Received, _) => Happened::Received,
        (ActivityKind::Renewed, _) => Happened::Renewed,
        (ActivityKind::LinkMade, _) => Happened::LinkMade,
        (ActivityKind::LinkEnded, _) => Happened::LinkStopped,
        (ActivityKind::Shared, _) => Happened::Shared,
        (ActivityKind::StatusChanged, Some("suspended")) => Happened::Suspended,
        (ActivityKind::StatusChanged, Some("valid")) => Happened::Reinstated,
        (ActivityKind::StatusChanged, Some("revoked")) => Happened::Withdrawn,
        _ => return None,
    };
    let own = matches!(what, Happened::Received | Happened::Renewed | Happened::Suspended | Happened::Reinstated | Happened::Withdrawn);
    let with = activity.about.party.as_ref().filter(|_| !own).map(display::text);
    Some(Event { what, at: display::moment(activity.at), with })
}

fn technical(copy: &HeldCopy, form: Option<&Form>) -> Vec<(Text, String)> {
    let document = form.map(Form::document);
    let issued = document.and_then(|of| vc::sd_jwt::numeric_date(of.get("iat")?)).map(|at| Timestamp::from_seconds(at).rfc3339());
    let issued = issued.or_else(|| document.and_then(|of| of.get("validFrom")?.as_str().map(str::to_owned)));
    let entries = document.map(|of| StatusEntry::of_credential(of).unwrap_or_default()).unwrap_or_default();
    let lists: Vec<&str> = entries.iter().filter_map(StatusEntry::uri).collect();
    let key = form.and_then(Form::holder).map(|jwk| jwk.thumbprint());
    [
        (Text::new("Formaat", "Format"), Some(copy.format.clone())),
        (Text::new("Type", "Type"), Some(copy.vct.clone())),
        (Text::new("Uitgever", "Issuer"), Some(copy.issuer.clone())),
        (Text::new("Ondertekend", "Signed"), issued),
        (Text::new("Statuslijst", "Status list"), (!lists.is_empty()).then(|| lists.join(" "))),
        (Text::new("Sleutel van de houder, beheerd door deze wallet-server", "Holder key, kept by this wallet server"), key),
        (Text::new("Ontvangen", "Received"), Some(copy.received_at.rfc3339())),
    ]
    .into_iter()
    .filter_map(|(label, value)| value.map(|value| (label, value)))
    .collect()
}
