//! `GET` and `POST /wallet/share?c={id}`: which claims, a name of one's own, until when; then the link.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::failure::{Failure, Kind};
use http::{Ctx, Protected, claims};
use model::activity::ActivityKind;
use model::held::{Card, CredentialId};
use model::register::Register;
use model::share::{LONGEST_LABEL, MOST_LIVE, ShareAbout, ShareId, Until};
use model::{LocalText, Timestamp};
use openid4vc::presentation::w3c::{self, Audience};
use serde::Deserialize;
use serde_json::Value;
use storage::StorageError;
use storage::audit::{Actor, Event};
use storage::wallet::credential::Held;
use storage::wallet::share::NewShare;
use vc::data_integrity::Cryptosuite;
use vc::key::SigningKey;
use vc::sd_jwt::{Path, SdJwt};
use web::overview::Tile;
use web::share::{self as page, ChooseShare, ClaimChoice, ShareProblem};

use super::{activity, key, list, pin};
use crate::feed;
use crate::hold::display::{day, head, state as shown_state};
use crate::hold::form::Form;
use crate::hold::view::{self, View};
use crate::learner::Learner;
use crate::state::AppState;

/// Claims that are not ticked when the form opens: they say more than a reader of a certificate needs.
const NOT_PRESET: [&str; 6] = ["birthdate", "student_number", "esi", "result", "criteria", "location"];

/// Why no link was made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShareError {
    /// The credential is not there, or not this learner's.
    #[error("not found")]
    NotFound,
    /// The form names something that was not on the page.
    #[error("the form has more than the page had")]
    Form,
    /// A kept credential or key could not be used.
    #[error("a kept credential or key could not be used")]
    Ours,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Failure for ShareError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::Form => Kind::Invalid,
            Self::Ours | Self::Storage(StorageError::Sealed { .. } | StorageError::Row { .. }) => Kind::Ours,
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self.kind() {
            Kind::NotFound => "not_found",
            Kind::Invalid => "form",
            Kind::Ours => "internal",
            _ => "unavailable",
        }
    }
}
http::failure!(ShareError);

/// Which credential.
#[derive(Deserialize)]
pub(crate) struct Of {
    c: Option<CredentialId>,
}

/// The form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShareForm {
    c: CredentialId,
    #[serde(default)]
    claim: Vec<String>,
    #[serde(default)]
    label: String,
    #[serde(default)]
    until: Until,
    #[serde(default)]
    pin: Option<String>,
    #[serde(default)]
    step: Step,
}

/// Which button.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Step {
    Preview,
    #[default]
    Make,
}

/// What the learner chose, or what is preset.
struct Choice {
    claims: Vec<String>,
    label: String,
    until: Until,
    pin: bool,
}

/// `GET /wallet/share`
pub(crate) async fn show(ctx: Ctx, State(state): State<AppState>, learner: Learner, Query(of): Query<Of>) -> Result<Response, ShareError> {
    let mut tx = state.store.read().await?;
    let register = state.register.current();
    let Some(id) = of.c else {
        let copies = tx.copies(learner.id()).await?;
        let tiles = Card::lay_out(copies).iter().map(|card| tile(card, &register, ctx.now())).collect();
        return Ok(ctx.page_for(learner.session(), ChooseShare { tiles }).into_response());
    };
    let credential = Shareable::of(tx.held_credential(&id, learner.id()).await?.ok_or(ShareError::NotFound)?)?;
    let preset = |name: &&String| !NOT_PRESET.contains(&name.as_str());
    let choice = Choice {
        claims: credential.concealed.iter().filter(preset).cloned().collect(),
        label: String::new(),
        until: Until::default(),
        pin: false,
    };
    Ok(ctx.page_for(learner.session(), credential.page(&choice, &register, ctx.now(), None)?).into_response())
}

fn tile(card: &Card, register: &Register, now: Timestamp) -> Tile {
    let front = &card.front;
    Tile {
        href: format!("/wallet/share?c={}", front.id),
        head: head(&front.summary, &front.issuer, register),
        state: shown_state(&front.validity, now),
    }
}

/// `POST /wallet/share`
pub(crate) async fn make(
    ctx: Ctx,
    State(state): State<AppState>,
    learner: Learner,
    Protected(form): Protected<ShareForm>,
) -> Result<Response, ShareError> {
    let mut tx = state.store.read().await?;
    let credential = Shareable::of(tx.held_credential(&form.c, learner.id()).await?.ok_or(ShareError::NotFound)?)?;
    let live = tx.count_live_shares(learner.id(), ctx.now()).await?;
    let holder = tx.holder_key(&form.c, learner.id()).await?;
    drop(tx);
    if !form.claim.iter().all(|name| credential.concealed.contains(name)) {
        return Err(ShareError::Form);
    }
    let choice = Choice { claims: form.claim, label: form.label.trim().to_owned(), until: form.until, pin: form.pin.is_some() };
    let problem = match () {
        () if choice.label.chars().count() > LONGEST_LABEL => Some(ShareProblem::LabelTooLong),
        () if live >= MOST_LIVE => Some(ShareProblem::TooMany),
        () => None,
    };
    if problem.is_some() || form.step == Step::Preview {
        let again = credential.page(&choice, &state.register.current(), ctx.now(), problem)?;
        let page = ctx.page_for(learner.session(), again);
        return Ok(match problem {
            None => page.into_response(),
            Some(ShareProblem::LabelTooLong) => page.refused(&ctx, Kind::Unprocessable, "label_too_long").into_response(),
            Some(ShareProblem::TooMany) => page.refused(&ctx, Kind::Unprocessable, "too_many_links").into_response(),
        });
    }
    let holder = holder.map(|pkcs8| SigningKey::from_pkcs8(&pkcs8)).transpose().map_err(|_| ShareError::Ours)?;
    let (id, pin) = keep(&ctx, &state, &learner, &credential, &choice, holder.as_ref()).await?;
    match pin {
        None => Ok(ctx.see_other(&format!("/wallet/shares/{id}?made=1")).into_response()),
        // The PIN is shown once, so this page cannot be a redirect.
        Some(pin) => list::made(&ctx, &state, &learner, &id, pin).await,
    }
}

/// Makes the presentation and keeps the link: one transaction, with the audit row and the entry in the activity list.
async fn keep(
    ctx: &Ctx,
    state: &AppState,
    learner: &Learner,
    credential: &Shareable,
    choice: &Choice,
    holder: Option<&SigningKey>,
) -> Result<(ShareId, Option<String>), ShareError> {
    let now = ctx.now();
    let id = ShareId::new(model::id::public_id(ctx.random()));
    let token = vc::random::token128(ctx.random());
    let key = key::presentation_key(&token).ok_or(ShareError::Ours)?;
    let shown = credential.revealed(&choice.claims);
    let audience = ctx.origin().at("/s");
    let to = Audience { client_id: &audience, nonce: id.as_str(), now: now.seconds() };
    let presentation = credential.presentation(&choice.claims, holder, &to)?;
    let pin = choice.pin.then(|| pin::fresh(ctx.random()));
    let pin_hash = match &pin {
        Some(pin) => Some(pin::hash(pin.clone(), vc::random::bytes(ctx.random())).await.ok_or(ShareError::Ours)?),
        None => None,
    };
    let vct = shown.vct.as_str();
    let labels = claims::tops(vct, &shown.claims).iter().map(|path| local(claims::label(vct, path))).collect();
    let about = ShareAbout {
        label: choice.label.clone(),
        credential: credential.held.copy.id.clone(),
        issuer: credential.held.copy.issuer.clone(),
        summary: credential.held.copy.summary.clone(),
        labels,
    };
    let new = NewShare {
        id: &id,
        learner: learner.id(),
        token: &token,
        key: &key,
        presentation: &presentation,
        about: &about,
        pin_hash: pin_hash.as_deref(),
        ends_at: choice.until.end(now),
    };
    let mut tx = state.store.write().await?;
    tx.insert_share(&new, now).await?;
    let activity = activity(&about, "made");
    tx.note(learner.id(), ActivityKind::LinkMade, &activity, now).await?;
    feed::tell(&mut tx, state, learner.id(), &feed::tell::link_made(&id, &credential.held.copy), now).await?;
    tx.audit(&event(learner, &id, about.labels.len()), now).await?;
    tx.commit().await?;
    Ok((id, pin))
}

fn event(learner: &Learner, id: &ShareId, amount: usize) -> Event {
    Event {
        actor: Actor::Learner(learner.id().as_str().to_owned()),
        action: "share.made",
        object_kind: "share",
        object: id.as_str().to_owned(),
        outcome: "done",
        amount: i64::try_from(amount).unwrap_or_default(),
    }
}

fn local(text: web::Text) -> LocalText {
    LocalText { nl: text.nl, en: text.en }
}

/// A held credential, read, with the claims that can be left out.
struct Shareable {
    held: Held,
    form: Form,
    concealed: Vec<String>,
}

impl Shareable {
    fn of(held: Held) -> Result<Self, ShareError> {
        let form = Form::read(&held.copy.format, &held.body).ok_or(ShareError::Ours)?;
        let concealed = match &form {
            Form::SdJwt(credential) => concealed(&held.copy.vct, credential)?,
            // It goes whole.
            Form::Jwt { .. } | Form::Embedded(_) => Vec::new(),
        };
        Ok(Self { concealed, form, held })
    }

    /// The chosen claims, their other languages, and what is never hidden.
    fn revealed(&self, chosen: &[String]) -> View {
        view::shown(&self.form, &with_languages(chosen))
    }

    /// The presentation that a link shows, made for this wallet and this link. A badge from elsewhere is shown as it is: there is no
    /// key here to prove anything with.
    fn presentation(&self, chosen: &[String], holder: Option<&SigningKey>, to: &Audience<'_>) -> Result<String, ShareError> {
        let Some(holder) = holder else {
            return if self.form.is_selective() { Err(ShareError::Ours) } else { Ok(self.held.body.as_str().to_owned()) };
        };
        match &self.form {
            Form::SdJwt(credential) => {
                let shown = credential.reveal(&with_languages(chosen)).map_err(|_| ShareError::Ours)?;
                shown.bind(holder, to.client_id, to.nonce, to.now).map_err(|_| ShareError::Ours)
            }
            Form::Jwt { .. } if self.held.copy.format == "vc+jwt" => w3c::vp_jwt(&self.held.body, holder, to).map_err(|_| ShareError::Ours),
            Form::Jwt { .. } => w3c::jwt_vp(&self.held.body, holder, to).map_err(|_| ShareError::Ours),
            Form::Embedded(document) => {
                // A context that we do not know cannot be canonicalised as RDF, but it can as JSON.
                let suites = [Cryptosuite::EcdsaRdfc2019, Cryptosuite::EcdsaJcs2019];
                let signed = suites.into_iter().find_map(|suite| w3c::ldp_vp(document, suite, holder, to).ok());
                signed.map(|signed| Value::Object(signed).to_string()).ok_or(ShareError::Ours)
            }
        }
    }

    fn page(
        &self,
        choice: &Choice,
        register: &Register,
        now: Timestamp,
        problem: Option<ShareProblem>,
    ) -> Result<page::NewShare, ShareError> {
        let (copy, all) = (&self.held.copy, view::of(&self.form).claims);
        let shown = self.revealed(&choice.claims);
        let vct = shown.vct.as_str();
        let label = |name: &String| claims::label(vct, &Path::key(name));
        let open = self.revealed(&[]);
        let end = |until: Until| day(until.end(now).unwrap_or(now));
        Ok(page::NewShare {
            action: "/wallet/share".to_owned(),
            credential: copy.id.as_str().to_owned(),
            head: head(&copy.summary, &copy.issuer, register),
            state: shown_state(&copy.validity, now),
            always: claims::tops(vct, &open.claims).iter().map(|path| claims::label(vct, path)).collect(),
            claims: self.concealed.iter().map(|name| claim_choice(vct, name, &all, choice)).collect(),
            label: choice.label.clone(),
            until: shown_until(choice.until),
            pin: choice.pin,
            ends: [end(Until::Week), end(Until::Month), end(Until::Year)],
            preview: claims::facts(vct, &shown.claims),
            hidden: self.concealed.iter().filter(|name| !choice.claims.contains(name)).map(label).collect(),
            problem,
        })
    }
}

/// The claims of an SD-JWT that can be left out.
fn concealed(vct: &str, credential: &SdJwt) -> Result<Vec<String>, ShareError> {
    let hidden: Vec<&str> = credential.disclosures().iter().filter_map(|disclosure| disclosure.path().top()).collect();
    let open = credential.reveal(&[]).map_err(|_| ShareError::Ours)?;
    let tops = claims::tops(vct, credential.disclosed_claims());
    let concealed = tops.iter().filter_map(Path::top);
    let concealed = concealed.filter(|top| hidden.contains(top) && !open.disclosed_claims().contains_key(*top)).map(str::to_owned);
    Ok(concealed.collect())
}

fn with_languages(chosen: &[String]) -> Vec<Path> {
    chosen.iter().flat_map(|name| [Path::key(name), Path::key(&format!("{name}_by_language"))]).collect()
}

/// The longest value that is shown beside its tick box, in characters.
const SHORT: usize = 40;

fn claim_choice(vct: &str, name: &str, all: &vc::Map, choice: &Choice) -> ClaimChoice {
    let path = Path::key(name);
    let value = claims::fact(vct, &path, all).map(|fact| fact.value);
    let plain = |lang| value.as_ref().map(|value| value.plain(lang)).unwrap_or_default();
    let (nl, en) = (plain(web::Lang::Nl), plain(web::Lang::En));
    let short = !nl.is_empty() && nl.chars().count() <= SHORT;
    ClaimChoice {
        value: name.to_owned(),
        label: claims::label(vct, &path),
        shows: short.then(|| web::Text::new(nl, en)),
        chosen: choice.claims.iter().any(|chosen| chosen == name),
    }
}

const fn shown_until(until: Until) -> page::Until {
    match until {
        Until::Week => page::Until::Week,
        Until::Month => page::Until::Month,
        Until::Year => page::Until::Year,
        Until::Stop => page::Until::Stop,
    }
}
