//! The signed-in learner, as an argument of handlers.

use axum::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use http::{AppCore, Failed, Kind, Session};
use model::Timestamp;
use model::id::LearnerId;
use storage::{Owner, StorageError, WalletStore};

/// The learner of this request's session. As an argument: without one, GET goes to eduID and comes back to the same page, and
/// everything else answers 401 with a link to the login. Take `Option<Learner>` where both are fine.
#[derive(Clone)]
pub(crate) struct Learner {
    id: LearnerId,
    session: Session,
}

/// How long a login counts as fresh for what asks for re-authentication, in seconds (`interfaces.md` section 5).
pub(crate) const FRESH_LOGIN: i64 = 10 * 60;

impl Learner {
    /// The learner of a session, with what they have not read yet beside the menu of their pages.
    async fn of(session: Session, store: &WalletStore) -> Result<Self, Response> {
        let id = LearnerId::new(session.subject());
        let unread = async { store.read().await?.count_unread(&id).await }.await.map_err(|error| failed(&error))?;
        Ok(Self { id, session: session.with_unread(usize::try_from(unread).unwrap_or_default()) })
    }

    /// The learner's row.
    pub(crate) fn id(&self) -> &LearnerId {
        &self.id
    }

    /// Whose key seals this learner's data.
    pub(crate) fn owner(&self) -> Owner {
        Owner::learner(self.id.as_str())
    }

    /// The session: its CSRF token and its name are in [`http::Ctx::frame_for`].
    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    /// When the learner last logged in at eduID.
    pub(crate) fn authenticated_at(&self) -> Timestamp {
        self.session.authenticated_at()
    }

    /// Whether that was at most ten minutes before `now`.
    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        self.session.is_fresh(now, FRESH_LOGIN)
    }
}

fn failed(error: &StorageError) -> Response {
    tracing::error!(cause = http::failure::chain(error), "the unread news could not be counted");
    Failed::new(Kind::Unavailable, "unavailable").into_response()
}

impl<S: Send + Sync> FromRequestParts<S> for Learner
where
    AppCore: FromRef<S>,
    WalletStore: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let session = <Session as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        Self::of(session, &WalletStore::from_ref(state)).await
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Learner
where
    AppCore: FromRef<S>,
    WalletStore: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Response> {
        match <Session as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await? {
            Some(session) => Self::of(session, &WalletStore::from_ref(state)).await.map(Some),
            None => Ok(None),
        }
    }
}
