//! `GET /{institution}/authorize` sends the person to eduID; `…/authorize/{id}` says who gets what, and its form sends the answer.

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use http::oidc::{Ask, EduidError};
use http::{Ctx, Failure, Kind, OAuthForm, Protected, SeeOther, Session};
use model::achievement::Content;
use model::award::Kind as AwardKind;
use model::offer::OfferId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::audit::{Actor, Event};
use storage::issuer::authorization::Authorization;
use storage::{IssuerTx, StorageError};
use vc::random::token128;
use web::issuer::{ChoicePage, Grant};

use super::par::Request;
use crate::Issuer;
use crate::institution::{At, Institution, text};

/// How long a person may take to sign in and answer, in seconds.
const ANSWER_SECONDS: i64 = 900;
/// How long an authorization code lives, in seconds.
const CODE_SECONDS: i64 = 60;

/// What a login is for, kept while the person is at eduID, and in the session afterwards.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LoginFor {
    /// Answering an authorization.
    Authorization(String),
    /// Sitting at the desk.
    Desk,
}

/// Why an authorization goes no further. None of these is sent to the redirect address.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AuthorizeError {
    #[error("plain parameters, or a parameter twice")]
    Request,
    #[error("unknown, used, expired, or another client's")]
    RequestUri,
    #[error("no such authorization waits for an answer in this session")]
    NotFound,
    #[error("the offer is for somebody else than who signed in")]
    OtherPerson,
    #[error(transparent)]
    Eduid(#[from] EduidError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Failure for AuthorizeError {
    fn kind(&self) -> Kind {
        match self {
            Self::Request | Self::RequestUri => Kind::Refused,
            Self::NotFound => Kind::NotFound,
            Self::OtherPerson => Kind::Forbidden,
            Self::Eduid(error) => error.kind(),
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Request => "invalid_request",
            Self::RequestUri => "invalid_request_uri",
            Self::NotFound => "authorization_over",
            Self::OtherPerson => "offer_subject_mismatch",
            Self::Eduid(error) => error.code(),
            Self::Storage(_) => "unavailable",
        }
    }
}
http::failure!(AuthorizeError);

/// Begins a login for a pushed request, which is used up.
pub(crate) async fn begin(
    At(institution): At,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<SeeOther, AuthorizeError> {
    let query = OAuthForm::parse(query.unwrap_or_default().as_bytes()).ok_or(AuthorizeError::Request)?;
    let (Some(client), Some(request_uri)) = (query.get("client_id"), query.get("request_uri")) else {
        return Err(AuthorizeError::Request);
    };
    let mut tx = issuer.store.write().await?;
    let until = ctx.now().plus_seconds(ANSWER_SECONDS);
    let begun = tx.begin_authorization((institution.slug(), client), request_uri, ctx.now(), until).await?;
    let begun = begun.ok_or(AuthorizeError::RequestUri)?;
    tx.commit().await?;
    let page = ctx.localised(&format!("/{}/authorize/{}", institution.slug(), begun.id));
    let more = json!(LoginFor::Authorization(begun.id));
    let begun = institution.eduid.begin(&ctx, &headers, Ask { return_to: Some(&page), more, ..Ask::default() }).await?;
    Ok(SeeOther::to(begun.location).with_cookie(begun.cookie))
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
    let Some((grant, items)) = what(&mut tx, &institution, &authorization, &request).await? else {
        drop(tx);
        return Err(not_yours(&issuer, &authorization, &ctx).await);
    };
    let (client, client_known) = issuer.wallets.name(&authorization.client);
    let back = url::Url::parse(&request.redirect_uri).map_err(|_| AuthorizeError::NotFound)?;
    let view = ChoicePage {
        institution: institution.name(),
        learner: session.display_name().unwrap_or_default().to_owned(),
        client,
        client_host: back.host_str().unwrap_or_default().to_owned(),
        client_known,
        grant,
        items,
        until: None,
        action: format!("/{}/authorize/{id}", institution.slug()),
        hidden: Vec::new(),
    };
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
    let request =
        serde_json::from_slice(&found.request).map_err(|_| StorageError::Row { table: "authorization_request", column: "request" })?;
    Ok((found, request))
}

/// The subject of a learner's session at the issuer.
pub(crate) fn subject(person: &str) -> String {
    format!("person/{person}")
}

/// What is asked for. Nothing when it is an offer for somebody else, of whom nothing may be shown.
async fn what(
    tx: &mut IssuerTx,
    institution: &Institution,
    authorization: &Authorization,
    request: &Request,
) -> Result<Option<(Grant, Vec<web::Text>)>, StorageError> {
    let Some(offer) = &request.offer else {
        let kinds = [AwardKind::Microcredential, AwardKind::Enrolment].iter().filter_map(|kind| vc::bundled::credential_type(kind.vct()));
        return Ok(Some((Grant::Delivery, kinds.map(|kind| web::Text::new(kind.name("nl"), kind.name("en"))).collect())));
    };
    let offer = tx.offer(institution.slug(), &OfferId::new(offer)).await?;
    let Some(offer) = offer.filter(|offer| authorization.person.as_ref() == Some(&offer.person)) else { return Ok(None) };
    let award = tx.award(institution.slug(), &offer.award).await?;
    let title = award.and_then(|award| award.content.as_ref().map(Content::title));
    Ok(Some((Grant::Named, title.iter().map(text).collect())))
}

/// Ends an authorization for an offer that belongs to another person, and says so once in the trail (as row O8 does).
async fn not_yours(issuer: &Issuer, authorization: &Authorization, ctx: &Ctx) -> AuthorizeError {
    let refused = async {
        let mut tx = issuer.store.write().await?;
        if tx.refuse_authorization(&authorization.id, ctx.now()).await? {
            let actor = Actor::Learner(authorization.person.clone().unwrap_or_default());
            let object = authorization.id.clone();
            let event =
                Event { actor, action: "offer.claim", object_kind: "authorization", object, outcome: "offer_subject_mismatch", amount: 1 };
            tx.audit(&event, ctx.now()).await?;
        }
        tx.commit().await
    };
    refused.await.map_or_else(AuthorizeError::from, |()| AuthorizeError::OtherPerson)
}

/// What the form says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChoiceForm {
    choice: Choice,
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
    let mut back = url::Url::parse(&request.redirect_uri).map_err(|_| AuthorizeError::NotFound)?;
    let code = token128(ctx.random());
    let (answered, outcome) = match form.choice {
        Choice::Allow => {
            (tx.allow_authorization(&id, &code, ctx.now(), ctx.now().plus_seconds(CODE_SECONDS)).await?, ("code", code.as_str()))
        }
        Choice::Refuse => (tx.refuse_authorization(&id, ctx.now()).await?, ("error", "access_denied")),
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
    tx.commit().await?;
    {
        let mut query = back.query_pairs_mut();
        query.append_pair(outcome.0, outcome.1);
        if let Some(state) = &request.state {
            query.append_pair("state", state);
        }
        query.append_pair("iss", &institution.identifier);
    }
    Ok(SeeOther::to(back))
}
