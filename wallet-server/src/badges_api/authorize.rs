//! `GET`, `POST /badges/authorize`: a platform asks a learner to connect it (RFC 6749 section 4.1, RFC 7636). The page says who asks and
//! what for; the answer goes to an address that the platform registered, and to no other.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::failure::{Failure, Kind};
use http::{Ctx, OAuthForm, Protected, SeeOther};
use model::LocalText;
use model::activity::{ActivityAbout, ActivityKind};
use model::id::credential_uuid;
use openid4vc::oauth::pkce;
use serde::Deserialize;
use storage::StorageError;
use storage::audit::{Actor, Event};
use storage::wallet::badge_grant::NewGrant;
use url::Url;
use vc::random::token128;
use web::platforms::PlatformAsks;

use super::disconnect;
use super::platform::Platform;
use super::scope::Scopes;
use crate::learner::Learner;
use crate::state::AppState;

/// How long an authorization code lives, in seconds.
const CODE_SECONDS: i64 = 60;

/// Why a request goes no further. None of these is sent to the platform.
#[derive(Debug, thiserror::Error)]
pub(super) enum AuthorizeError {
    /// An unknown platform, or an address that it did not register.
    #[error("no platform of that client_id with that redirect_uri")]
    Unknown,
    /// The operator has not admitted it.
    #[error("the platform was not admitted")]
    Waiting,
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Failure for AuthorizeError {
    fn kind(&self) -> Kind {
        match self {
            Self::Unknown => Kind::Refused,
            Self::Waiting => Kind::Forbidden,
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "platform_unknown",
            Self::Waiting => "platform_waiting",
            Self::Storage(_) => "unavailable",
        }
    }
}
http::failure!(AuthorizeError);

/// A request that a learner can answer.
struct Asked {
    platform: Platform,
    /// The address as the platform wrote it: so the token request has it, too.
    redirect_uri: String,
    back: Url,
    state: Option<String>,
    /// What it asks, or the error code that goes back.
    wants: Result<Wants, &'static str>,
}

struct Wants {
    scopes: Scopes,
    challenge: String,
}

impl Asked {
    async fn read(state: &AppState, query: Option<&str>) -> Result<Self, AuthorizeError> {
        let query = OAuthForm::parse(query.unwrap_or_default().as_bytes()).ok_or(AuthorizeError::Unknown)?;
        let id = query.get("client_id").ok_or(AuthorizeError::Unknown)?;
        let row = state.store.read().await?.platform(id).await?.ok_or(AuthorizeError::Unknown)?;
        let platform = Platform::of(row, &state.platforms)?;
        let named = query.get("redirect_uri").filter(|uri| platform.metadata.redirect_uris.iter().any(|own| own == uri));
        let redirect_uri = named.ok_or(AuthorizeError::Unknown)?.to_owned();
        let back = Url::parse(&redirect_uri).map_err(|_| AuthorizeError::Unknown)?;
        if !platform.may_ask(&state.platforms) {
            return Err(AuthorizeError::Waiting);
        }
        let wants = Self::wants(&query, &platform);
        Ok(Self { redirect_uri, back, state: query.get("state").map(str::to_owned), wants, platform })
    }

    fn wants(query: &OAuthForm, platform: &Platform) -> Result<Wants, &'static str> {
        if query.get("response_type") != Some("code") {
            return Err("unsupported_response_type");
        }
        let challenge = query.get("code_challenge").filter(|text| pkce::is_challenge(text)).ok_or("invalid_request")?;
        if query.get("code_challenge_method") != Some(pkce::S256) || query.get("state").is_none() {
            return Err("invalid_request");
        }
        let scopes = query.get("scope").and_then(Scopes::parse).filter(|scopes| !scopes.is_empty());
        let scopes = scopes.filter(|scopes| scopes.within(&platform.scopes())).ok_or("invalid_scope")?;
        Ok(Wants { scopes, challenge: challenge.to_owned() })
    }

    /// Back to the platform, with these parameters and its `state`.
    fn back(&self, parameters: &[(&str, &str)]) -> SeeOther {
        let mut back = self.back.clone();
        back.query_pairs_mut().extend_pairs(parameters).extend_pairs(self.state.iter().map(|state| ("state", state)));
        SeeOther::to(back.as_str())
    }
}

/// The page on which the learner decides.
pub(super) async fn show(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Response, AuthorizeError> {
    let asked = Asked::read(&state, query.as_deref()).await?;
    let wants = match &asked.wants {
        Ok(wants) => wants,
        Err(error) => return Ok(asked.back(&[("error", error)]).into_response()),
    };
    let page = PlatformAsks {
        action: format!("/badges/authorize?{}", query.unwrap_or_default()),
        party: asked.platform.party(state.core.operator()),
        host: asked.platform.host().to_owned(),
        asks: disconnect::asked(&wants.scopes),
        learner: learner.session().display_name().unwrap_or_default().to_owned(),
    };
    Ok(ctx.page_for(learner.session(), page).noindex().form_action(&asked.back).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    choice: Choice,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Choice {
    Allow,
    Refuse,
}

/// The learner's answer to what the address of the form says, checked as it was for the page.
pub(super) async fn answer(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    Protected(Answer { choice }): Protected<Answer>,
) -> Result<SeeOther, AuthorizeError> {
    let asked = Asked::read(&state, query.as_deref()).await?;
    let wants = match &asked.wants {
        Ok(wants) => wants,
        Err(error) => return Ok(asked.back(&[("error", error)])),
    };
    if choice == Choice::Refuse {
        return Ok(asked.back(&[("error", "access_denied")]));
    }
    let (code, scope) = (token128(ctx.random()), wants.scopes.to_string());
    let mut tx = state.store.write().await?;
    let known = tx.known_to_platform(learner.id(), &asked.platform.id).await?;
    let profile_id = known.unwrap_or_else(|| format!("urn:uuid:{}", credential_uuid(ctx.random())));
    let new = NewGrant {
        learner: learner.id(),
        platform: &asked.platform.id,
        scope: &scope,
        code: &code,
        challenge: &wants.challenge,
        redirect_uri: &asked.redirect_uri,
        profile_id: &profile_id,
        code_until: ctx.now().plus_seconds(CODE_SECONDS),
    };
    let grant = tx.insert_badge_grant(&new, ctx.now()).await?;
    let about = ActivityAbout {
        party: Some(LocalText::same(asked.platform.known_as())),
        party_id: Some(asked.platform.host().to_owned()),
        ..ActivityAbout::default()
    };
    tx.note(learner.id(), ActivityKind::Connected, &about, ctx.now()).await?;
    let event = Event {
        actor: Actor::Learner(learner.id().as_str().to_owned()),
        action: "platform.connected",
        object_kind: "badge_grant",
        object: grant,
        outcome: "allowed",
        amount: 1,
    };
    tx.audit(&event, ctx.now()).await?;
    tx.commit().await?;
    Ok(asked.back(&[("code", &code), ("scope", &scope)]))
}
