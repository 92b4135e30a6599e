//! Who sits at a desk: a session that eduID opened for somebody whom the configuration names, at this institution only.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use http::{AppCore, Ctx, Failed, Kind, Session};
use web::desk::{Desk, DeskSignInPage};

use crate::config::StaffMember;
use crate::institution::{At, Institution, Institutions};

/// The subject of a staff session: the institution and a digest of who it is, so that no eduID stands in a row.
pub(crate) fn subject(institution: &str, member: &StaffMember) -> String {
    let digest = vc::encoding::b64url(vc::encoding::sha256(format!("staff/{institution}/{}", member.eduid).as_bytes()));
    format!("staff/{institution}/{digest}")
}

/// Somebody at the desk of the institution that the path names. Nobody: GET goes to the login, everything else answers 401.
/// Staff of another institution sees 404.
pub(crate) struct Staff {
    pub(crate) institution: Arc<Institution>,
    pub(crate) session: Session,
    pub(crate) member: StaffMember,
}

impl<S> FromRequestParts<S> for Staff
where
    S: Send + Sync,
    Institutions: FromRef<S>,
    AppCore: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let At(institution) = At::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        let Ok(ctx) = <Ctx as FromRequestParts<S>>::from_request_parts(parts, state).await;
        let session = <Session as axum::extract::OptionalFromRequestParts<S>>::from_request_parts(parts, state).await?;
        let Some(session) = session.filter(|session| session.subject().starts_with("staff/")) else {
            return Err(sign_in(&institution, &ctx, parts));
        };
        let member = institution.config.staff.iter().find(|member| subject(institution.slug(), member) == session.subject());
        match member.cloned() {
            Some(member) => Ok(Self { institution, session, member }),
            None => Err(Failed::new(Kind::NotFound, "not_found").into_response()),
        }
    }
}

fn sign_in(institution: &Institution, ctx: &Ctx, parts: &Parts) -> Response {
    if parts.method != axum::http::Method::GET {
        return Failed::new(Kind::Unauthorized, "session_ended").into_response();
    }
    let here = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let query = openid4vc::form::encode([("return_to", here)]);
    ctx.see_other(&format!("/{}/auth/login?{query}", institution.slug())).into_response()
}

impl Staff {
    /// What stands around every page of the desk.
    pub(crate) fn desk(&self) -> Desk {
        Desk {
            institution: self.institution.name(),
            base: format!("/{}/desk", self.institution.slug()),
            staff: self.member.name.clone(),
            logout: format!("/{}/auth/logout", self.institution.slug()),
        }
    }
}

/// `GET /{institution}/desk/no-access`: signed in at eduID, but nobody of this desk.
pub(crate) async fn no_access(At(institution): At, ctx: Ctx) -> Response {
    let login = format!("/{}/auth/login", institution.slug());
    let page = DeskSignInPage { institution: institution.name(), login, not_staff: true };
    ctx.page(page).with_status(StatusCode::FORBIDDEN).noindex().into_response()
}
