//! Pages with the headers that every page has.

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, SET_COOKIE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use web::{ErrorMark, Frame, PageView};

use crate::ctx::Ctx;
use crate::failure::{Failed, Kind};
use crate::origin::Origin;
use crate::render::Complete;

/// A page on its way out. Built by [`Ctx::page`](crate::Ctx::page); never cached, never framed, no script but our own.
pub struct Page<T> {
    view: T,
    frame: Frame,
    status: StatusCode,
    noindex: bool,
    form_action: Option<String>,
    camera: bool,
    cookies: Vec<HeaderValue>,
}

impl<T: PageView> Page<T> {
    /// A page with status 200 in its frame.
    pub fn new(view: T, frame: Frame) -> Self {
        Self { view, frame, status: StatusCode::OK, noindex: false, form_action: None, camera: false, cookies: Vec::new() }
    }

    /// The same page with another status.
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same page, shown again because something is wrong: with the kind's status, and with the code and the request's
    /// reference where an error page has them.
    pub fn refused(mut self, ctx: &Ctx, kind: Kind, code: &'static str) -> Self {
        self.status = kind.status();
        self.frame.failure = Some(ErrorMark { code: code.to_owned(), reference: ctx.reference().to_owned() });
        self
    }

    /// The same page, asking search engines not to list it.
    pub fn noindex(mut self) -> Self {
        self.noindex = true;
        self
    }

    /// Lets a form of this page end at the origin of a validated `redirect_uri`, or at an app by its own scheme (RFC 8252
    /// section 7.1). Only an authorization server's own pages do this; everywhere else the next step is a link.
    pub fn form_action(mut self, redirect_uri: &url::Url) -> Self {
        let origin = redirect_uri.origin();
        self.form_action = Some(if origin.is_tuple() { origin.ascii_serialization() } else { format!("{}:", redirect_uri.scheme()) });
        self
    }

    /// Lets the page's own script ask for the camera; no other page may (`Permissions-Policy`).
    pub fn with_camera(mut self) -> Self {
        self.camera = true;
        self
    }

    /// The same page setting a cookie ([`crate::cookie`]).
    pub fn with_cookie(mut self, cookie: HeaderValue) -> Self {
        self.cookies.push(cookie);
        self
    }
}

/// The policy of every page (`form-action` alone may gain one origin).
pub fn content_security_policy(form_action: Option<&str>) -> String {
    let more = form_action.map(|origin| format!(" {origin}")).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
         manifest-src 'self'; form-action 'self'{more}; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
}

/// `Permissions-Policy`.
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");
/// `X-Robots-Tag`.
pub(crate) const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

impl<T: PageView> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let html = match self.view.render(&self.frame) {
            Ok(html) => html,
            Err(error) => {
                tracing::error!(cause = %error, "a page could not be rendered");
                return Failed::new(Kind::Ours, "internal").into_response();
            }
        };
        let mut response = (self.status, html).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(policy) = HeaderValue::from_str(&content_security_policy(self.form_action.as_deref())) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
        if self.camera {
            headers.insert(PERMISSIONS, HeaderValue::from_static("camera=(self), geolocation=(), microphone=()"));
        }
        if self.noindex {
            headers.insert(ROBOTS, HeaderValue::from_static("noindex, nofollow"));
        }
        for cookie in self.cookies {
            headers.append(SET_COOKIE, cookie);
        }
        response.extensions_mut().insert(Complete);
        response
    }
}

/// Sends the browser on with 303. The target is a path of ours, or an address that the caller validated.
pub struct SeeOther {
    location: String,
    cookies: Vec<HeaderValue>,
}

impl SeeOther {
    /// To an own path, or to an address that was validated (a `redirect_uri`, eduID).
    pub fn to(location: impl Into<String>) -> Self {
        Self { location: location.into(), cookies: Vec::new() }
    }

    /// To a path below an origin.
    pub fn at(origin: &Origin, path: &str) -> Self {
        Self::to(origin.at(path))
    }

    /// The same, setting a cookie.
    pub fn with_cookie(mut self, cookie: HeaderValue) -> Self {
        self.cookies.push(cookie);
        self
    }
}

impl IntoResponse for SeeOther {
    fn into_response(self) -> Response {
        let Ok(location) = HeaderValue::from_str(&self.location) else {
            return Failed::new(Kind::Ours, "internal").into_response();
        };
        let mut response = StatusCode::SEE_OTHER.into_response();
        let headers = response.headers_mut();
        headers.insert(axum::http::header::LOCATION, location);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for cookie in self.cookies {
            headers.append(SET_COOKIE, cookie);
        }
        response
    }
}
