//! `/authorize`: checks the request and shows the page with one button per persona. A login is asked every time.

use std::sync::Arc;

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use url::Url;

use super::login::{COOKIE, Pending};
use super::request::{AuthenticationRequest, Refusal, address, is_registered};
use crate::page::{Lang, Page, cookie, escape};
use crate::world::{Persona, PersonaKind, World};

/// Seconds that somebody may look at the page.
const PATIENCE: i64 = 600;

type Parameters = Vec<(String, String)>;

/// `GET /authorize`.
pub(super) async fn by_query(State(state): State<Arc<super::State>>, headers: HeaderMap, Query(parameters): Query<Parameters>) -> Response {
    ask(&state, &headers, &parameters)
}

/// `POST /authorize`: the same parameters as a form (OpenID Connect Core section 3.1.2.1).
pub(super) async fn by_form(State(state): State<Arc<super::State>>, headers: HeaderMap, Form(parameters): Form<Parameters>) -> Response {
    ask(&state, &headers, &parameters)
}

fn ask(state: &super::State, headers: &HeaderMap, parameters: &[(String, String)]) -> Response {
    let known = |id: &str| state.client(id).is_some();
    let request = match AuthenticationRequest::read(parameters, known, |id, uri| is_registered(&state.clients, id, uri)) {
        Ok(request) => request,
        Err(Refusal::Here(code)) => return refused(code),
        Err(Refusal::Back { redirect_uri, state: its, error }) => {
            return Redirect::to(&address(&redirect_uri, ("error", error), its.as_deref(), Some(&state.issuer))).into_response();
        }
    };
    let browser = cookie(headers, COOKIE).filter(|id| id.len() == 22).map_or_else(|| state.token(), str::to_owned);
    let handle = state.token();
    let wish = request.ui_locales.clone().or_else(|| headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().map(str::to_owned));
    let page = page(&state.world, &request, &handle, Lang::of(wish.as_deref()));
    let now = state.now();
    state.pending.put(handle, Pending { request, browser: browser.clone() }, now.saturating_add(PATIENCE), now);
    let mut response = page.into_response();
    if let Ok(cookie) = HeaderValue::from_str(&format!("{COOKIE}={browser}; Path=/; HttpOnly; SameSite=Lax")) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

fn page(world: &World, request: &AuthenticationRequest, handle: &str, lang: Lang) -> Page {
    let title = lang.pick("Inloggen met de oefen-eduID", "Sign in with the sandbox eduID");
    let host = Url::parse(&request.redirect_uri).map(|url| url.authority().to_owned()).unwrap_or_default();
    let buttons: String = world.personas().iter().map(|persona| button(world, persona, lang)).collect();
    let body = format!(
        "<p class=\"tag\">{}</p><h1>{}</h1><p>{} <b>{}</b>.</p><form method=\"post\" action=\"/login\">\
         <input type=\"hidden\" name=\"handle\" value=\"{}\">{buttons}</form>\
         <form method=\"post\" action=\"/login\"><input type=\"hidden\" name=\"handle\" value=\"{}\">\
         <button class=\"quiet\" name=\"cancel\" value=\"yes\">{}</button></form>",
        lang.pick("Oefen-eduID", "Sandbox eduID"),
        escape(title),
        lang.pick("Kies wie je bent. Daarna ga je terug naar", "Choose who you are. Then you go back to"),
        escape(&host),
        escape(handle),
        escape(handle),
        lang.pick("Niet inloggen", "Do not sign in"),
    );
    Page { form_action: request.origin().into_iter().collect(), ..Page::new(lang, title, body) }
}

fn button(world: &World, persona: &Persona, lang: Lang) -> String {
    let what = match persona.kind {
        PersonaKind::Learner(slugs) => {
            let names = slugs
                .iter()
                .filter_map(|slug| world.institution(slug))
                .map(|institution| lang.pick(institution.name_nl, institution.name_en));
            format!("{} {}", lang.pick("leert bij", "learns at"), names.collect::<Vec<_>>().join(lang.pick(" en ", " and ")))
        }
        PersonaKind::Staff { institution, approver } => {
            let name = world.institution(institution).map(|it| lang.pick(it.name_nl, it.name_en)).unwrap_or_default();
            let work = if approver {
                lang.pick("examencommissie van", "examination board of")
            } else {
                lang.pick("onderwijsadministratie van", "administration of")
            };
            format!("{work} {name}")
        }
    };
    format!(
        "<button name=\"persona\" value=\"{}\"><b>{}</b> <span>{}</span></button>",
        escape(persona.id),
        escape(&persona.name()),
        escape(&what)
    )
}

/// There is nobody to send an error to, so it stays here.
pub(super) fn refused(code: &'static str) -> Response {
    let title = "Inloggen kan niet";
    let body = format!(
        "<p class=\"tag\">Oefen-eduID</p><h1>{title}</h1><p>De website die je stuurde is hier niet bekend, of het duurde te lang. Er is niets gedeeld.</p>\
         <p lang=\"en\">The site that sent you is not known here, or it took too long. Nothing was shared.</p><p class=\"tag\">{code}</p>"
    );
    Page { status: StatusCode::BAD_REQUEST, ..Page::new(Lang::Nl, title, body) }.into_response()
}
