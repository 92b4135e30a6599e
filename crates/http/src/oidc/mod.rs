//! Signing in with eduID: an OpenID Connect relying party by discovery, code with PKCE, bound to the browser it began in.

mod id_token;
mod provider;

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue};
use model::Timestamp;
use model::id::row_id;
use oauth2::basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType};
use oauth2::{
    AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet, ExtraTokenFields, HttpRequest,
    HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, StandardRevocableToken, StandardTokenResponse, TokenResponse,
    TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use storage::hash_token;
use storage::login::NewLogin;
use web::Lang;

pub use id_token::TokenFault;
pub use provider::{Metadata, Provider};

use crate::cookie::Cookie;
use crate::ctx::Ctx;
use crate::egress::{EgressError, Outgoing};
use crate::failure::{Failure, Kind, chain};
use crate::oauth::OAuthForm;
use crate::origin::Origin;
use crate::session::token256;
use id_token::Expected;

/// How long a sign-in may take.
const ATTEMPT_SECONDS: i64 = 15 * 60;

/// How one client of eduID is configured: the wallet has one, and every institution its own.
pub struct EduidConfig {
    /// `client_id` at eduID.
    pub client_id: String,
    /// `client_secret`; none for a public client.
    pub client_secret: Option<SecretString>,
    /// Where eduID sends the browser back to.
    pub redirect_uri: String,
    /// Scopes beside `openid`.
    pub scopes: Vec<String>,
    /// One of the assurance levels of `domain.md` 2.3, when one is demanded.
    pub acr_values: Option<String>,
}

/// Signing in with eduID as one client.
#[derive(Clone)]
pub struct Eduid {
    provider: Provider,
    config: Arc<EduidConfig>,
}

/// What a sign-in is asked for.
#[derive(Default)]
pub struct Ask<'a> {
    /// Where to go afterwards: a path of ours; anything else is dropped (row X10).
    pub return_to: Option<&'a str>,
    /// Ask for a proof even when eduID has a session: its page is shown (`prompt=login`).
    pub again: bool,
    /// The proof may be at most so many seconds old.
    pub max_age: Option<i64>,
    /// What the role wants back afterwards; sealed meanwhile.
    pub more: Value,
}

/// Where the browser goes, with a cookie.
pub struct Begun {
    /// eduID's address.
    pub location: String,
    /// Ties the sign-in to this browser.
    pub cookie: HeaderValue,
}

/// A sign-in that ended well.
pub struct Arrived {
    /// Who it is.
    pub identity: Identity,
    /// Where to go, when a path was asked.
    pub return_to: Option<String>,
    /// What the role wanted back.
    pub more: Value,
}

/// Who signed in, as eduID says to this client. Personal data: nothing here is printed or logged.
pub struct Identity {
    /// The provider's issuer identifier.
    pub issuer: String,
    /// Pairwise per client.
    pub sub: String,
    /// Pairwise per institution; what an account is known by.
    pub eduid: String,
    /// First names.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// The level at which this sign-in was made.
    pub acr: Option<String>,
    /// When the person proved who they are.
    pub authenticated_at: Timestamp,
    /// `eduperson_assurance`: how the names were checked.
    pub assurance: Vec<String>,
    /// `eduperson_scoped_affiliation`: `student@hogeschool.example`.
    pub affiliations: Vec<String>,
    /// Every claim, for what a role reads beside these.
    pub claims: serde_json::Map<String, Value>,
}

/// Why a sign-in failed.
#[derive(Debug, thiserror::Error)]
pub enum EduidError {
    /// Unknown state, another browser's, used before, or too late (rows X1, X2).
    #[error("no sign-in is under way for this state and browser")]
    State,
    /// `iss` is missing or somebody else's (row X3).
    #[error("the answer does not say that it is from eduID")]
    Issuer,
    /// eduID says no: the person turned back, or the level was not reached.
    #[error("eduID answered with an error")]
    Refused,
    /// eduID did not take the code.
    #[error("eduID did not take the code: {0}")]
    Code(String),
    /// The ID token is not acceptable (rows X4, X5).
    #[error("ID token: {0}")]
    Token(#[from] TokenFault),
    /// eduID released no `eduid`: without it there is no account.
    #[error("eduID released no eduid to this client")]
    NoEduid,
    /// eduID could not be reached, or what it says of itself makes no sense.
    #[error("eduID is not available: {0}")]
    Unavailable(String),
    /// Our database.
    #[error("the sign-in could not be kept")]
    Storage(#[from] storage::StorageError),
}

impl Failure for EduidError {
    fn kind(&self) -> Kind {
        match self {
            Self::State | Self::Issuer | Self::Refused | Self::Code(_) | Self::Token(_) => Kind::Refused,
            Self::NoEduid => Kind::Forbidden,
            Self::Unavailable(_) => Kind::Upstream,
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::State => "login_state",
            Self::Issuer => "login_issuer",
            Self::Refused => "login_refused",
            Self::Code(_) => "login_code",
            Self::Token(_) => "login_token",
            Self::NoEduid => "login_eduid",
            Self::Unavailable(_) => "login_unavailable",
            Self::Storage(_) => "unavailable",
        }
    }
}
crate::failure!(EduidError);

/// What is kept, sealed, while the person is at eduID.
#[derive(Serialize, Deserialize)]
struct Attempt {
    client: String,
    nonce: String,
    verifier: String,
    max_age: Option<i64>,
    return_to: Option<String>,
    /// The language in which it began.
    #[serde(default)]
    lang: String,
    #[serde(default)]
    more: Value,
}

/// The ID token beside the access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct WithIdToken {
    #[serde(default)]
    id_token: Option<String>,
}
impl ExtraTokenFields for WithIdToken {}

type Tokens = StandardTokenResponse<WithIdToken, BasicTokenType>;
type OAuth = Client<
    BasicErrorResponse,
    Tokens,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

impl Eduid {
    /// A client of a provider. Clients of one provider share it, so that its keys are fetched once.
    pub fn new(provider: Provider, config: EduidConfig) -> Self {
        Self { provider, config: Arc::new(config) }
    }

    /// The provider, for health checks.
    pub fn provider(&self) -> &Provider {
        &self.provider
    }

    /// Begins a sign-in: keeps state, nonce and verifier, and says where the browser goes.
    ///
    /// # Errors
    /// When eduID is not available or the database fails.
    pub async fn begin(&self, ctx: &Ctx, headers: &HeaderMap, ask: Ask<'_>) -> Result<Begun, EduidError> {
        let metadata = self.provider.metadata(ctx).await?;
        let random = ctx.random();
        let cookie = Cookie::login(ctx.core());
        // Several tabs may sign in at once: the browser keeps its token.
        let browser = cookie.read(headers).filter(|token| token.len() == 43).unwrap_or_else(|| token256(random));
        let (state, nonce, verifier) = (token256(random), token256(random), token256(random));
        let attempt = Attempt {
            client: self.config.client_id.clone(),
            nonce: nonce.clone(),
            verifier: verifier.clone(),
            max_age: ask.max_age,
            return_to: ask.return_to.and_then(|path| local_path(path, ctx.origin())),
            lang: ctx.lang().tag().to_owned(),
            more: ask.more,
        };
        let data = serde_json::to_vec(&attempt).unwrap_or_default();
        let login = NewLogin {
            state_hash: hash_token(&state),
            row_id: row_id(ctx.now(), random),
            browser_hash: hash_token(&browser),
            data: &data,
            expires_at: ctx.now().plus_seconds(ATTEMPT_SECONDS),
        };
        ctx.core().sessions().begin_login(login, ctx.now()).await?;

        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier));
        let client = self.client(&metadata)?;
        let mut request = client
            .authorize_url(|| CsrfToken::new(state))
            .add_scope(Scope::new("openid".to_owned()))
            .add_scopes(self.config.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .add_extra_param("nonce", nonce);
        if ask.again {
            request = request.add_extra_param("prompt", "login");
        }
        if let Some(seconds) = ask.max_age {
            request = request.add_extra_param("max_age", seconds.to_string());
        }
        if let Some(level) = &self.config.acr_values {
            request = request.add_extra_param("acr_values", level.clone());
        }
        let lang = ctx.lang().tag();
        let (location, _) = request.add_extra_param("ui_locales", lang).url();
        Ok(Begun { location: location.into(), cookie: cookie.set(&browser) })
    }

    /// Ends a sign-in with the query of the callback. The attempt is used up, whatever comes of it.
    ///
    /// # Errors
    /// [`EduidError`]; no session exists then, and one that did is untouched.
    pub async fn finish(&self, ctx: &Ctx, headers: &HeaderMap, query: Option<&str>) -> Result<Arrived, EduidError> {
        let answer = OAuthForm::parse(query.unwrap_or_default().as_bytes()).ok_or(EduidError::State)?;
        let attempt = self.take(ctx, headers, answer.get("state")).await?;
        if let Some(lang) = Lang::parse(&attempt.lang) {
            ctx.resume_in(lang);
        }
        let metadata = self.provider.metadata(ctx).await?;
        match answer.get("iss") {
            Some(issuer) if issuer == metadata.issuer => {}
            None if !metadata.authorization_response_iss_parameter_supported => {}
            _ => return Err(EduidError::Issuer),
        }
        if answer.get("error").is_some() {
            return Err(EduidError::Refused);
        }
        let code = answer.get("code").ok_or(EduidError::State)?;
        let tokens = self.redeem(ctx, &metadata, code, attempt.verifier).await?;
        let id_token = tokens.extra_fields().id_token.as_deref().ok_or(TokenFault::Missing)?;
        let expected = Expected {
            issuer: &metadata.issuer,
            client_id: &self.config.client_id,
            nonce: &attempt.nonce,
            max_age: attempt.max_age,
            now: ctx.now().seconds(),
        };
        let mut claims = self.provider.verify(ctx, &metadata, id_token, &expected).await?;
        if let Some(endpoint) = &metadata.userinfo_endpoint {
            let told = self.userinfo(ctx, endpoint, tokens.access_token().secret()).await?;
            if told.get("sub") != claims.get("sub") {
                return Err(TokenFault::Subject.into());
            }
            for (name, value) in told {
                claims.entry(name).or_insert(value);
            }
        }
        let identity = identity(metadata.issuer.clone(), claims, ctx.now())?;
        Ok(Arrived { identity, return_to: attempt.return_to, more: attempt.more })
    }

    async fn take(&self, ctx: &Ctx, headers: &HeaderMap, state: Option<&str>) -> Result<Attempt, EduidError> {
        let browser = Cookie::login(ctx.core()).read(headers).ok_or(EduidError::State)?;
        let state = hash_token(state.ok_or(EduidError::State)?);
        let kept = ctx.core().sessions().take_login(&state, &hash_token(&browser), ctx.now()).await?.ok_or(EduidError::State)?;
        let attempt: Attempt = serde_json::from_slice(&kept).map_err(|_| EduidError::State)?;
        // A callback of one institution's client cannot answer another's.
        if attempt.client == self.config.client_id { Ok(attempt) } else { Err(EduidError::State) }
    }

    async fn redeem(&self, ctx: &Ctx, metadata: &Metadata, code: &str, verifier: String) -> Result<Tokens, EduidError> {
        let egress = ctx.egress().clone();
        let fetch = move |request: HttpRequest| {
            let egress = egress.clone();
            async move { send(&egress, request).await }
        };
        self.client(metadata)?
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&fetch)
            .await
            .map_err(|error| match &error {
                oauth2::RequestTokenError::ServerResponse(said) => EduidError::Code(said.error().to_string()),
                oauth2::RequestTokenError::Request(cause) => EduidError::Unavailable(chain(cause)),
                _ => EduidError::Unavailable("token answer not understood".to_owned()),
            })
    }

    async fn userinfo(&self, ctx: &Ctx, endpoint: &str, token: &str) -> Result<serde_json::Map<String, Value>, EduidError> {
        let answer = ctx.egress().send(Outgoing::get(endpoint).bearer(token).accept("application/json")).await;
        let answer = answer.map_err(|error| EduidError::Unavailable(chain(&error)))?;
        match answer.json() {
            Ok(Value::Object(claims)) if answer.status == 200 => Ok(claims),
            _ => Err(EduidError::Unavailable("userinfo answer not understood".to_owned())),
        }
    }

    fn client(&self, metadata: &Metadata) -> Result<OAuth, EduidError> {
        let wrong = |_| EduidError::Unavailable("an endpoint is no address".to_owned());
        let mut client = Client::new(ClientId::new(self.config.client_id.clone()))
            .set_auth_uri(AuthUrl::new(metadata.authorization_endpoint.clone()).map_err(wrong)?)
            .set_token_uri(TokenUrl::new(metadata.token_endpoint.clone()).map_err(wrong)?)
            .set_redirect_uri(RedirectUrl::new(self.config.redirect_uri.clone()).map_err(wrong)?);
        if let Some(secret) = &self.config.client_secret {
            client = client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
        }
        Ok(client)
    }
}

/// The transport under the OAuth client: the guarded one.
async fn send(egress: &crate::egress::Egress, request: HttpRequest) -> Result<HttpResponse, EgressError> {
    let (parts, body) = request.into_parts();
    let mut outgoing = Outgoing::post_form(&parts.uri.to_string(), &[]).body("application/x-www-form-urlencoded", body);
    for name in ["authorization", "accept"] {
        if let Some(value) = parts.headers.get(name).and_then(|value| value.to_str().ok()) {
            outgoing = outgoing.header(name, value);
        }
    }
    let answer = egress.send(outgoing).await?;
    let mut response = HttpResponse::new(answer.body.to_vec());
    *response.status_mut() = axum::http::StatusCode::from_u16(answer.status).map_err(|_| EgressError::Request)?;
    *response.headers_mut() = answer.headers;
    Ok(response)
}

fn identity(issuer: String, claims: serde_json::Map<String, Value>, now: Timestamp) -> Result<Identity, EduidError> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let list = |name: &str| match claims.get(name) {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(one)) => vec![one.clone()],
        _ => Vec::new(),
    };
    Ok(Identity {
        issuer,
        sub: text("sub").ok_or(TokenFault::Subject)?,
        eduid: text("eduid").ok_or(EduidError::NoEduid)?,
        given_name: text("given_name"),
        family_name: text("family_name"),
        acr: text("acr"),
        authenticated_at: claims.get("auth_time").and_then(Value::as_i64).map_or(now, Timestamp::from_seconds),
        assurance: list("eduperson_assurance"),
        affiliations: list("eduperson_scoped_affiliation"),
        claims,
    })
}

/// A path of ours, as it may follow a sign-in; anything that a browser could read as another origin is none (row X10).
pub fn local_path(text: &str, own: &Origin) -> Option<String> {
    let second = text.chars().nth(1);
    let shaped = text.starts_with('/') && !matches!(second, Some('/' | '\\')) && text.len() <= 4096;
    if !shaped || text.chars().any(|c| c.is_control() || c == '\\' || c.is_whitespace()) {
        return None;
    }
    let url = url::Url::parse(own.as_str()).ok()?.join(text).ok()?;
    (url.origin().ascii_serialization() == own.as_str()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_follow_a_sign_in() {
        let own = Origin::parse("http://localhost:8080").unwrap();
        for bad in [
            "https://evil.example",
            "//evil",
            "/\\evil",
            "\\/evil",
            "/\t/evil",
            "evil",
            "",
            "javascript:alert(1)",
            "/a\nb",
            "http://localhost:8080/x",
            "/a\\..\\b",
        ] {
            assert_eq!(local_path(bad, &own), None, "{bad:?}");
        }
        for good in ["/", "/wallet/credentials/abc?lang=en", "/authorize?handle=x&y=https%3A%2F%2Fevil.example"] {
            assert_eq!(local_path(good, &own).as_deref(), Some(good));
        }
    }
}
