//! `/{institution}/authorize/{id}`: the page that says who gets what, and its form, whose answer goes to the wallet.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{Ctx, Kind, Protected, SeeOther, Session};
use model::achievement::Content;
use model::award::{AwardId, Kind as AwardKind};
use model::configuration::Configuration;
use model::offer::OfferId;
use openid4vc::{AuthorizationCodeAnswer, OAuthError};
use serde::Deserialize;
use storage::audit::{Actor, Event};
use storage::issuer::authorization::Authorization;
use storage::issuer::award::AwardState;
use storage::{IssuerTx, StorageError};
use vc::random::token128;
use web::issuer::{ChoicePage, Grant, Nothing, NothingWaitsPage};

use super::authorize::{AuthorizeError, LoginFor, subject};
use super::issuer_metadata::disclosed;
use super::matched;
use super::par::{Request, Wants};
use super::waiting::{self, Chosen};
use crate::Issuer;
use crate::failpoint::reached;
use crate::institution::{At, Institution, text};

/// How long an authorization code lives, in seconds.
const CODE_SECONDS: i64 = 60;

/// What a person who signed in is asked about.
enum About {
    Everything(Vec<web::Text>),
    /// These; those that waited are allowed one by one, an offer as it is.
    Named {
        items: Vec<web::Text>,
        /// As what they are collected.
        forms: Vec<Configuration>,
        chosen: Vec<Chosen>,
        /// Of the one offer that is asked for.
        award: Option<AwardId>,
    },
    /// Nothing waits of what is asked for.
    Nothing(Nothing),
    /// An offer for somebody else, of which nothing may be shown.
    NotYours,
}

/// The page that says who gets what.
pub(crate) async fn page(
    At(institution): At,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    Path((_, id)): Path<(String, String)>,
    session: Session,
) -> Result<Response, AuthorizeError> {
    let mut tx = issuer.store.read().await?;
    let (authorization, request) = asked(&mut tx, &institution, &session, &id, &ctx).await?;
    let about = about(&mut tx, &institution, &authorization, &request).await?;
    drop(tx);
    let (client, client_known) = match &request.name {
        Some(name) => (name.clone(), true),
        None => issuer.wallets.name(&authorization.client),
    };
    let back = url::Url::parse(&request.redirect_uri).map_err(|_| AuthorizeError::NotFound)?;
    let learner = session.display_name().unwrap_or_default().to_owned();
    let action = format!("/{}/authorize/{id}", institution.slug());
    let nothing = |why| {
        let (institution, learner, client, action) = (institution.name(), learner.clone(), client.clone(), action.clone());
        ctx.page_for(&session, NothingWaitsPage { institution, learner, client, why, action }).noindex().form_action(&back)
    };
    let (grant, items, forms, hidden) = match about {
        About::NotYours => return Ok(nothing(Nothing::NoMatch).refused(&ctx, Kind::Forbidden, "offer_subject_mismatch").into_response()),
        About::Nothing(why) => return Ok(nothing(why).into_response()),
        About::Everything(items) => (Grant::Delivery, items, Configuration::ALL.to_vec(), Vec::new()),
        About::Named { items, forms, chosen, .. } if chosen.is_empty() => (Grant::Named, items, forms, Vec::new()),
        About::Named { items, forms, chosen, .. } => (Grant::Named, items, forms, vec![("seen".to_owned(), waiting::digest(&chosen)?)]),
    };
    let client_host = back.host_str().unwrap_or(back.scheme()).to_owned();
    let (contents, institution) = (disclosed(&institution, &forms), institution.name());
    let view = ChoicePage { institution, learner, client, client_host, client_known, grant, items, contents, until: None, action, hidden };
    Ok(ctx.page_for(&session, view).form_action(&back).into_response())
}

async fn asked(
    tx: &mut IssuerTx,
    institution: &Institution,
    session: &Session,
    id: &str,
    ctx: &Ctx,
) -> Result<(Authorization, Request), AuthorizeError> {
    let mine = matches!(LoginFor::deserialize(session.more()), Ok(LoginFor::Authorization(own)) if own == id);
    let found = tx.asked_authorization(institution.slug(), id, ctx.now()).await?;
    let found = found.filter(|found| mine && found.person.as_deref().is_some_and(|person| session.subject() == subject(person)));
    let found = found.ok_or(AuthorizeError::NotFound)?;
    let request = Request::read(&found)?;
    Ok((found, request))
}

async fn about(
    tx: &mut IssuerTx,
    institution: &Institution,
    authorization: &Authorization,
    request: &Request,
) -> Result<About, StorageError> {
    match &request.wants {
        Wants::Delivery => {
            let kinds = [AwardKind::Microcredential, AwardKind::Enrolment];
            let kinds = kinds.iter().filter_map(|kind| vc::bundled::credential_type(kind.vct()));
            Ok(About::Everything(kinds.map(|kind| web::Text::new(kind.name("nl"), kind.name("en"))).collect()))
        }
        Wants::Offer { id, .. } => {
            let offer = tx.offer(institution.slug(), &OfferId::new(id)).await?;
            let Some(offer) = offer.filter(|offer| authorization.person.as_ref() == Some(&offer.person)) else {
                return Ok(About::NotYours);
            };
            let award = tx.award(institution.slug(), &offer.award).await?;
            let title = award.and_then(|award| award.content.as_ref().map(Content::title));
            let forms = forms(&offer.configurations);
            Ok(About::Named { items: title.iter().map(text).collect(), forms, chosen: Vec::new(), award: Some(offer.award) })
        }
        Wants::Waiting { .. } => {
            let Some(person) = &authorization.person else { return Ok(About::Nothing(Nothing::Unknown)) };
            let found = waiting::waiting(tx, person, &request.wants).await?;
            if found.is_empty() {
                return why_nothing(tx, person).await.map(About::Nothing);
            }
            let items = found.iter().filter_map(|(award, _)| award.content.as_ref().map(Content::title));
            let items = items.map(|title| text(&title)).collect();
            let chosen: Vec<Chosen> = found.into_iter().map(|(_, chosen)| chosen).collect();
            let forms = chosen.iter().flat_map(|one| forms(&one.configurations)).collect();
            Ok(About::Named { items, forms, chosen, award: None })
        }
    }
}

fn forms(ids: &[String]) -> Vec<Configuration> {
    ids.iter().filter_map(|id| Configuration::parse(id)).collect()
}

/// Why nothing waits: the institution does not know this eduID, it is not done yet, or everything was collected.
async fn why_nothing(tx: &mut IssuerTx, person: &str) -> Result<Nothing, StorageError> {
    let counts = tx.award_counts_of(person).await?;
    let of = |state: AwardState| counts.iter().filter(|(of, _)| *of == state).map(|(_, n)| *n).sum::<i64>();
    let parked = u32::try_from(of(AwardState::Parked)).unwrap_or(u32::MAX);
    Ok(match (counts.is_empty(), parked) {
        (true, _) => Nothing::Unknown,
        (false, 0) => Nothing::Collected,
        (false, parked) => Nothing::NotDecided(parked),
    })
}

/// What the form says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChoiceForm {
    choice: Choice,
    /// What the page showed, in short.
    #[serde(default)]
    seen: Option<String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Allow,
    Refuse,
}

/// The person's answer goes to the client, with a code or an error, and with `iss` (RFC 9207).
pub(crate) async fn answer(
    At(institution): At,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    Path((_, id)): Path<(String, String)>,
    session: Session,
    Protected(form): Protected<ChoiceForm>,
) -> Result<SeeOther, AuthorizeError> {
    let mut tx = issuer.store.write().await?;
    let (authorization, request) = asked(&mut tx, &institution, &session, &id, &ctx).await?;
    let redirect_uri = request.redirect_uri.clone();
    let (state, iss) = (request.state.clone(), Some(institution.identifier.clone()));
    let (answered, answer) = match form.choice {
        Choice::Allow => {
            let code = token128(ctx.random());
            let allowed = allow(&mut tx, &institution, (&authorization, request), (&code, form.seen.as_deref()), &ctx).await?;
            (allowed, AuthorizationCodeAnswer::Code { code, state, iss })
        }
        Choice::Refuse => {
            let error = OAuthError::new("access_denied");
            (tx.refuse_authorization(&id, ctx.now()).await?, AuthorizationCodeAnswer::Error { error, state, iss })
        }
    };
    if !answered {
        return Err(AuthorizeError::NotFound);
    }
    let event = Event {
        actor: Actor::Learner(authorization.person.unwrap_or_default()),
        action: "authorization.answer",
        object_kind: "authorization",
        object: id,
        outcome: if form.choice == Choice::Allow { "allowed" } else { "refused" },
        amount: 1,
    };
    tx.audit(&event, ctx.now()).await?;
    let back = answer.redirect(&redirect_uri).ok_or(AuthorizeError::NotFound)?;
    reached("issuer.choosing");
    tx.commit().await?;
    reached("issuer.chosen");
    Ok(SeeOther::to(back))
}

/// Allows exactly what the page showed.
async fn allow(
    tx: &mut IssuerTx,
    institution: &Institution,
    (authorization, mut request): (&Authorization, Request),
    (code, seen): (&str, Option<&str>),
    ctx: &Ctx,
) -> Result<bool, AuthorizeError> {
    let awards = match about(tx, institution, authorization, &request).await? {
        About::Everything(_) => Vec::new(),
        About::Named { award: Some(award), .. } => vec![award],
        About::Named { chosen, .. } if seen == Some(&waiting::digest(&chosen)?) => {
            request.chosen = chosen;
            request.chosen.iter().map(|one| one.award.clone()).collect()
        }
        About::Named { .. } => return Err(AuthorizeError::Changed),
        About::Nothing(_) => return Ok(false),
        About::NotYours => return Err(AuthorizeError::OtherPerson),
    };
    let person = authorization.person.as_deref().unwrap_or_default();
    matched::claim(tx, (institution.slug(), person), &awards, ctx.now()).await?;
    let kept = serde_json::to_vec(&request).map_err(|_| StorageError::Row { table: "authorization_request", column: "request" })?;
    let until = ctx.now().plus_seconds(CODE_SECONDS);
    Ok(tx.allow_authorization(&authorization.id, (code, &kept), ctx.now(), until).await?)
}
