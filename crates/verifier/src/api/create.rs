//! `POST /api/v1/requests`: an organisation asks.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use http::{Bearer, Ctx, Failed, Wrong};
use model::LocalText;
use model::register::{PartyState, Register, Service};
use model::verification::{Asker, Question, VerificationId, Webhook};
use openid4vc::{Prefix, ResponseMode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::{not_found, unacceptable};
use crate::links::response_uri;
use crate::organisation::Organisation;
use crate::outcome::{Asked, ask};
use crate::query::{self, NotAsked};
use crate::state::AppState;

const SHORTEST: i64 = 60;
const LONGEST: i64 = 2_592_000;
const DEFAULT: i64 = 600;
/// Days that an organisation may keep an answer when the register says nothing.
const MOST_DAYS: u32 = 3650;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRequest {
    use_case: Option<String>,
    parameters: Option<Map<String, Value>>,
    dcql_query: Option<Value>,
    purpose: LocalText,
    retention_days: i64,
    ground: Option<String>,
    expires_in: Option<i64>,
    response_mode: Option<String>,
    client_id_prefix: Option<String>,
    redirect_uri: Option<String>,
    reference: Option<String>,
    webhook: Option<String>,
    accept_expired: Option<bool>,
}

pub(crate) async fn create(
    ctx: Ctx,
    State(state): State<AppState>,
    key: Bearer,
    body: Result<http::Json<NewRequest>, Response>,
) -> Result<Response, Response> {
    // Whose key it is comes first: strangers are not told what is wrong with a body.
    let organisation = super::caller(&ctx, &state.organisations, &key).map_err(IntoResponse::into_response)?;
    let http::Json(body) = body?;
    put(&ctx, &state, organisation, body).await.map_err(IntoResponse::into_response)
}

async fn put(ctx: &Ctx, state: &AppState, organisation: &Organisation, body: NewRequest) -> Result<Response, Failed> {
    let register = state.register.current();
    let id = VerificationId::new(model::id::public_id(ctx.random()));
    let expires_in = body.expires_in.unwrap_or(DEFAULT);
    if !(SHORTEST..=LONGEST).contains(&expires_in) {
        return Err(wrong("expires_in"));
    }
    let question = question(ctx, organisation, &register, &id, body)?;
    let asked = ask(ctx, state, id, question, ctx.now().plus_seconds(expires_in), None).await?;
    let location = format!("/api/v1/requests/{}", asked.id.as_str());
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(answer(&asked))).into_response())
}

fn answer(asked: &Asked) -> Value {
    let mut answer = json!({
        "id": asked.id.as_str(),
        "authorization_request": asked.app_link,
        "wallet_link": asked.wallet_link,
        "cross_device_link": asked.cross_device_link,
        "page": asked.page,
        "expires_at": asked.expires_at.rfc3339(),
    });
    if let (Some(webhook), Some(members)) = (&asked.question.webhook, answer.as_object_mut()) {
        members.insert("webhook_secret".into(), webhook.secret.clone().into());
    }
    answer
}

/// What was asked, checked against the register: what, why, how long, on which ground.
fn question(
    ctx: &Ctx,
    organisation: &Organisation,
    register: &Register,
    id: &VerificationId,
    body: NewRequest,
) -> Result<Question, Failed> {
    let response_uri = response_uri(ctx.urls(), id);
    let prefix = prefix(body.client_id_prefix.as_deref())?;
    let client_id = organisation.client_id(prefix, &response_uri).ok_or_else(|| wrong("client_id_prefix"))?;
    let response_mode = body.response_mode.as_deref().map_or(Some(ResponseMode::DirectPostJwt), ResponseMode::from_name);
    let response_mode = response_mode.ok_or_else(|| wrong("response_mode"))?;
    let query = asked(body.use_case.as_deref(), body.parameters, body.dcql_query)?;
    let service = service(register, organisation.slug(), &client_id);
    let query = if body.use_case.is_some() { query::in_every_form(query, service) } else { query };
    let parsed = query::read(&query).map_err(refused)?;
    if is_suspended(register, organisation.slug()) {
        return Err(unacceptable("asker_suspended"));
    }
    if let Some(service) = service {
        query::check_allowed(&parsed, service).map_err(refused)?;
    }
    if !stated(&body.purpose) {
        return Err(wrong("purpose"));
    }
    let purpose = match service {
        Some(service) => purpose(service, body.purpose).ok_or_else(|| told("/purpose", "purpose_not_allowed"))?,
        None => body.purpose,
    };
    let most = service.map_or(MOST_DAYS, |service| service.max_retention_days);
    let retention_days = u32::try_from(body.retention_days).ok().filter(|days| (1..=most).contains(days));
    let ground = body.ground.filter(|ground| !ground.trim().is_empty()).or_else(|| service.map(|service| service.ground.nl.clone()));
    if body.reference.as_ref().is_some_and(|reference| reference.chars().count() > 200) {
        return Err(wrong("reference"));
    }
    Ok(Question {
        asker: Asker::Organisation(organisation.slug().to_owned()),
        client_id,
        use_case: body.use_case,
        query,
        purpose,
        retention_days: retention_days.ok_or_else(|| wrong("retention_days"))?,
        ground: ground.filter(|ground| ground.chars().count() <= 300).ok_or_else(|| told("/ground", "ground_missing"))?,
        privacy_page: service.map(|service| service.privacy_page.clone()),
        response_mode: response_mode.name().to_owned(),
        redirect_uri: body.redirect_uri.map(|uri| redirect_uri(ctx, uri)).transpose()?,
        reference: body.reference,
        webhook: body.webhook.map(|url| webhook(ctx, url)).transpose()?,
        accept_expired: body.accept_expired.unwrap_or(true),
        short_code: String::new(),
    })
}

/// A purpose that says something, and fits a line or two.
fn stated(purpose: &LocalText) -> bool {
    let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= 300 && !text.chars().any(char::is_control);
    fits(&purpose.nl) && purpose.en.as_deref().is_none_or(fits)
}

fn prefix(name: Option<&str>) -> Result<Prefix, Failed> {
    match name {
        None | Some("x509_hash") => Ok(Prefix::X509Hash),
        Some("x509_san_dns") => Ok(Prefix::X509SanDns),
        Some("redirect_uri") => Ok(Prefix::RedirectUri),
        Some("decentralized_identifier") => Ok(Prefix::DecentralizedIdentifier),
        Some(_) => Err(wrong("client_id_prefix")),
    }
}

/// Exactly one of a use case and a query.
fn asked(use_case: Option<&str>, parameters: Option<Map<String, Value>>, query: Option<Value>) -> Result<Value, Failed> {
    match (use_case, query) {
        (Some(name), None) => query::of_use_case(name, &parameters.unwrap_or_default()).map_err(refused),
        (None, Some(query)) if parameters.is_none() => Ok(query),
        (None, None) => Err(told("/use_case", "query_missing")),
        _ => Err(told("/dcql_query", "query_ambiguous")),
    }
}

fn refused(why: NotAsked) -> Failed {
    let pointer = match why {
        NotAsked::UseCase => "/use_case",
        NotAsked::Parameters => "/parameters",
        NotAsked::Query(_) | NotAsked::Forbidden | NotAsked::NotAllowed => "/dcql_query",
    };
    told(pointer, why.code())
}

/// Understood, but not acceptable: which member, and why.
fn told(pointer: &str, code: &'static str) -> Failed {
    unacceptable(code).with_errors(vec![Wrong::at(pointer, code)])
}

fn wrong(member: &'static str) -> Failed {
    unacceptable("unacceptable").with_errors(vec![Wrong::at(format!("/{member}"), "value")])
}

/// Whether the register knows the organisation and does not let it ask for now.
pub(crate) fn is_suspended(register: &Register, slug: &str) -> bool {
    register.party(slug).is_some_and(|party| party.state != PartyState::Admitted)
}

/// The purpose as the register has it, where it lists the purposes of a service; else as it was stated.
pub(crate) fn purpose(service: &Service, stated: LocalText) -> Option<LocalText> {
    if service.purposes.is_empty() {
        return Some(stated);
    }
    let fits = |listed: &&LocalText| listed.nl == stated.nl && (stated.en.is_none() || stated.en == listed.en);
    service.purposes.iter().find(fits).cloned()
}

/// The register's entry for this client, else for this organisation.
pub(crate) fn service<'r>(register: &'r Register, slug: &str, client_id: &str) -> Option<&'r Service> {
    let known = register.client(client_id).filter(|(party, _)| party.slug == slug).map(|(_, service)| service);
    known.or_else(|| register.party(slug).and_then(|party| party.asks.first()))
}

/// Where the holder's browser goes is the asker's own affair; it must be https, or `localhost` where that is allowed.
fn redirect_uri(ctx: &Ctx, text: String) -> Result<String, Failed> {
    let url = url::Url::parse(&text).map_err(|_| wrong("redirect_uri"))?;
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none() && text.len() <= 2000;
    let local = url.scheme() == "http" && url.host_str() == Some("localhost") && ctx.egress().allows_localhost();
    (plain && (url.scheme() == "https" || local)).then_some(text).ok_or_else(|| wrong("redirect_uri"))
}

/// An address that we may post to, with a fresh key for the signatures.
fn webhook(ctx: &Ctx, url: String) -> Result<Webhook, Failed> {
    ctx.egress().check(&url).map_err(|_| wrong("webhook"))?;
    let secret = format!("whsec_{}", vc::encoding::b64(vc::random::bytes::<32>(ctx.random())));
    Ok(Webhook { url, secret })
}

/// `DELETE /api/v1/requests/{id}`: withdraws a question that nobody answered yet.
pub(crate) async fn withdraw(
    ctx: Ctx,
    State(state): State<AppState>,
    key: Bearer,
    axum::extract::Path(id): axum::extract::Path<VerificationId>,
) -> Result<StatusCode, Failed> {
    let organisation = super::caller(&ctx, &state.organisations, &key)?;
    let found = super::read::of(&state, organisation, &id).await?.ok_or_else(not_found)?;
    crate::outcome::withdraw(&ctx, &state, &found).await?;
    Ok(StatusCode::NO_CONTENT)
}
