//! Browser sessions: an opaque cookie, its hash in the database, a CSRF token, and when the person last proved who they are.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use model::Timestamp;
use model::id::row_id;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use storage::login::NewLogin;
use storage::session::{NewSession, SessionRow};
use storage::{Store, hash_token};
use vc::encoding::b64url;
use vc::random::Random;
use zeroize::Zeroizing;

use crate::cookie::Cookie;
use crate::core::AppCore;
use crate::ctx::Ctx;
use crate::failure::{Failed, Kind};

/// How long sessions last, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct SessionTimes {
    /// Without use.
    pub idle: i64,
    /// Whatever happens.
    pub absolute: i64,
}

impl Default for SessionTimes {
    fn default() -> Self {
        Self { idle: 60 * 60, absolute: 8 * 60 * 60 }
    }
}

/// What a role's database does for sessions and sign-ins; made of any role's store.
trait Keep: Send + Sync {
    fn insert<'a>(&'a self, session: NewSession<'a>, now: Timestamp) -> BoxFuture<'a, storage::Result<()>>;
    fn find<'a>(&'a self, hash: &'a [u8], now: Timestamp, idle_since: Timestamp) -> BoxFuture<'a, storage::Result<Option<SessionRow>>>;
    fn touch<'a>(&'a self, hash: &'a [u8], now: Timestamp) -> BoxFuture<'a, storage::Result<()>>;
    fn delete<'a>(&'a self, hash: &'a [u8]) -> BoxFuture<'a, storage::Result<()>>;
    fn delete_of<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, storage::Result<()>>;
    fn insert_login<'a>(&'a self, login: NewLogin<'a>, now: Timestamp) -> BoxFuture<'a, storage::Result<()>>;
    fn take_login<'a>(
        &'a self,
        state: &'a [u8],
        browser: &'a [u8],
        now: Timestamp,
    ) -> BoxFuture<'a, storage::Result<Option<Zeroizing<Vec<u8>>>>>;
    fn purge(&self, now: Timestamp) -> BoxFuture<'_, storage::Result<()>>;
}

impl<R: storage::role::Role> Keep for Store<R> {
    fn insert<'a>(&'a self, session: NewSession<'a>, now: Timestamp) -> BoxFuture<'a, storage::Result<()>> {
        Box::pin(async move {
            let mut tx = self.write().await?;
            tx.insert_session(&session, now).await?;
            tx.commit().await
        })
    }

    fn find<'a>(&'a self, hash: &'a [u8], now: Timestamp, idle_since: Timestamp) -> BoxFuture<'a, storage::Result<Option<SessionRow>>> {
        Box::pin(async move { self.read().await?.find_session(hash, now, idle_since).await })
    }

    fn touch<'a>(&'a self, hash: &'a [u8], now: Timestamp) -> BoxFuture<'a, storage::Result<()>> {
        Box::pin(async move {
            let mut tx = self.write().await?;
            tx.touch_session(hash, now).await?;
            tx.commit().await
        })
    }

    fn delete<'a>(&'a self, hash: &'a [u8]) -> BoxFuture<'a, storage::Result<()>> {
        Box::pin(async move {
            let mut tx = self.write().await?;
            tx.delete_session(hash).await?;
            tx.commit().await
        })
    }

    fn delete_of<'a>(&'a self, subject: &'a str) -> BoxFuture<'a, storage::Result<()>> {
        Box::pin(async move {
            let mut tx = self.write().await?;
            tx.delete_sessions_of(subject).await?;
            tx.commit().await
        })
    }

    fn insert_login<'a>(&'a self, login: NewLogin<'a>, now: Timestamp) -> BoxFuture<'a, storage::Result<()>> {
        Box::pin(async move {
            let mut tx = self.write().await?;
            tx.insert_login(&login, now).await?;
            tx.commit().await
        })
    }

    fn take_login<'a>(
        &'a self,
        state: &'a [u8],
        browser: &'a [u8],
        now: Timestamp,
    ) -> BoxFuture<'a, storage::Result<Option<Zeroizing<Vec<u8>>>>> {
        Box::pin(async move {
            let mut tx = self.write().await?;
            let taken = tx.take_login(state, browser, now).await?;
            tx.commit().await?;
            Ok(taken)
        })
    }

    fn purge(&self, now: Timestamp) -> BoxFuture<'_, storage::Result<()>> {
        Box::pin(async move {
            let mut tx = self.write().await?;
            tx.purge_sessions(now).await?;
            tx.purge_logins(now).await?;
            tx.commit().await
        })
    }
}

/// Where a role's sessions are kept.
#[derive(Clone)]
pub struct Sessions {
    keep: Arc<dyn Keep>,
    times: SessionTimes,
}

/// Whose session is to be opened.
pub struct Opening {
    /// A learner's or staff member's row id.
    pub subject: String,
    /// The first name for the page's head.
    pub display_name: Option<String>,
    /// When the person last proved who they are.
    pub authenticated_at: Timestamp,
    /// What the role keeps with it, sealed.
    pub more: Value,
}

/// What is sealed in a session's row.
#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    more: Value,
}

impl Sessions {
    /// Sessions in a role's database.
    pub fn over<R: storage::role::Role>(store: Store<R>, times: SessionTimes) -> Self {
        Self { keep: Arc::new(store), times }
    }

    /// Opens a session and gives the `Set-Cookie` of `cookie`. A session that the browser had before ends: the identifier
    /// is always new after a login (row X9).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(&self, ctx: &Ctx, cookie: &Cookie, headers: &HeaderMap, opening: Opening) -> storage::Result<HeaderValue> {
        if let Some(old) = cookie.read(headers) {
            self.keep.delete(&hash_token(&old)).await?;
        }
        let token = token256(ctx.random());
        let data = serde_json::to_vec(&Kept { name: opening.display_name, more: opening.more }).unwrap_or_default();
        let session = NewSession {
            id_hash: hash_token(&token),
            row_id: row_id(ctx.now(), ctx.random()),
            subject: &opening.subject,
            csrf: vc::random::bytes::<32>(ctx.random()).to_vec(),
            data: &data,
            authenticated_at: opening.authenticated_at,
            expires_at: ctx.now().plus_seconds(self.times.absolute),
        };
        self.keep.insert(session, ctx.now()).await?;
        Ok(cookie.set(&token))
    }

    /// The live session of a cookie.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(&self, cookie: &Cookie, headers: &HeaderMap, now: Timestamp) -> storage::Result<Option<Session>> {
        let Some(token) = cookie.read(headers) else { return Ok(None) };
        let hash = hash_token(&token);
        let Some(row) = self.keep.find(&hash, now, now.plus_seconds(-self.times.idle)).await? else { return Ok(None) };
        if row.seen_at.plus_seconds(60) < now {
            self.keep.touch(&hash, now).await?;
        }
        let kept: Kept = serde_json::from_slice(&row.data).map_err(|_| storage::StorageError::Row { table: "session", column: "data" })?;
        Ok(Some(Session {
            hash,
            subject: row.subject,
            csrf: b64url(&row.csrf),
            name: kept.name,
            more: kept.more,
            authenticated_at: row.authenticated_at,
            expires_at: row.expires_at,
            unread: 0,
        }))
    }

    /// Ends a session; the cookie is to be cleared with [`Cookie::clear`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end(&self, session: &Session) -> storage::Result<()> {
        self.keep.delete(&session.hash).await
    }

    /// Ends every session of a person.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_all_of(&self, subject: &str) -> storage::Result<()> {
        self.keep.delete_of(subject).await
    }

    /// Removes what has ended: for the worker.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge(&self, now: Timestamp) -> storage::Result<()> {
        self.keep.purge(now).await
    }

    pub(crate) async fn begin_login(&self, login: NewLogin<'_>, now: Timestamp) -> storage::Result<()> {
        self.keep.insert_login(login, now).await
    }

    pub(crate) async fn take_login(&self, state: &[u8], browser: &[u8], now: Timestamp) -> storage::Result<Option<Zeroizing<Vec<u8>>>> {
        self.keep.take_login(state, browser, now).await
    }
}

/// 256 random bits for a cookie.
pub(crate) fn token256(random: &dyn Random) -> String {
    b64url(vc::random::bytes::<32>(random))
}

/// A live session. As a handler's argument: without one, GET goes to the login and comes back to the same page, and
/// everything else answers 401 with a link to it. Take `Option<Session>` where both are fine.
#[derive(Clone)]
pub struct Session {
    hash: Vec<u8>,
    subject: String,
    csrf: String,
    name: Option<String>,
    more: Value,
    authenticated_at: Timestamp,
    expires_at: Timestamp,
    unread: usize,
}

impl Session {
    /// The same session, with the number of unread news that its pages show beside their menu.
    pub fn with_unread(mut self, unread: usize) -> Self {
        self.unread = unread;
        self
    }

    /// How many news its person has not read, as far as the role counted them.
    pub fn unread(&self) -> usize {
        self.unread
    }

    /// The row id of whose it is.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The token that the session's forms carry as hidden field `csrf`.
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// The first name for the page's head.
    pub fn display_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What the role keeps with it.
    pub fn more(&self) -> &Value {
        &self.more
    }

    /// When the person last proved who they are.
    pub fn authenticated_at(&self) -> Timestamp {
        self.authenticated_at
    }

    /// Whether the last proof is at most `seconds` old.
    pub fn is_fresh(&self, now: Timestamp, seconds: i64) -> bool {
        self.authenticated_at.plus_seconds(seconds) >= now
    }

    /// When it ends, whatever happens.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Compares a form's token in constant time.
    pub fn accepts(&self, csrf: &str) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(self.csrf.as_bytes(), csrf.as_bytes()).is_ok()
    }

    /// The answer to a request that needs a session and has none: 303 to the login for GET, 401 for the rest.
    pub fn missing(ctx: &Ctx, parts: &Parts) -> Response {
        if parts.method == Method::GET || parts.method == Method::HEAD {
            let here = parts.uri.path_and_query().map_or("/", |p| p.as_str());
            let back: String = url::form_urlencoded::byte_serialize(here.as_bytes()).collect();
            let login = ctx.core().login_path();
            let sign = if login.contains('?') { '&' } else { '?' };
            return ctx.see_other(&format!("{login}{sign}return_to={back}")).into_response();
        }
        Failed::new(Kind::Unauthorized, "session_ended").into_response()
    }
}

/// The session of a request, whatever the handler does without one.
pub(crate) async fn of_request(parts: &mut Parts, core: &AppCore, ctx: &Ctx) -> Result<Option<Session>, Response> {
    core.sessions().find(&Cookie::session(core), &parts.headers, ctx.now()).await.map_err(|error| database_failed(&error))
}

pub(crate) fn database_failed(error: &storage::StorageError) -> Response {
    tracing::error!(cause = crate::failure::chain(error), "the session could not be read");
    Failed::new(Kind::Unavailable, "unavailable").into_response()
}

impl<S: Send + Sync> FromRequestParts<S> for Session
where
    AppCore: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let core = AppCore::from_ref(state);
        let Ok(ctx) = <Ctx as FromRequestParts<S>>::from_request_parts(parts, state).await;
        match of_request(parts, &core, &ctx).await? {
            Some(session) => Ok(session),
            None => Err(Self::missing(&ctx, parts)),
        }
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Session
where
    AppCore: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Response> {
        let core = AppCore::from_ref(state);
        let Ok(ctx) = <Ctx as FromRequestParts<S>>::from_request_parts(parts, state).await;
        of_request(parts, &core, &ctx).await
    }
}
