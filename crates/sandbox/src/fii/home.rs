//! `GET /`: the portal's one page.

use std::collections::HashMap;

use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::page::{Lang, Page, language};

pub(super) async fn home(headers: HeaderMap, Query(asked): Query<HashMap<String, String>>) -> Page {
    let lang = language(&headers, &asked);
    let title = lang.pick("Inschrijven bij een andere instelling", "Enrol at another institution");
    let body = format!(
        "<p class=\"tag\">{}</p><h1>{title}</h1><p>{}</p><form method=\"post\" action=\"/ask\"><input type=\"hidden\" name=\"lang\" value=\"{}\">\
         <button name=\"ask\" value=\"proof-of-enrolment\">{}</button></form><p><a href=\"/?lang={}\" lang=\"{}\">{}</a></p>",
        lang.pick("FII-portaal (oefening)", "FII portal (sandbox)"),
        lang.pick(
            "Je staat al ergens ingeschreven. Laat dat zien met je wallet, dan hoef je niets over te typen. Liever niet? Dan kun je een \
             uittreksel opsturen.",
            "You are enrolled somewhere already. Show it with your wallet, and there is nothing to type over. Rather not? Then you can send \
             a paper extract.",
        ),
        lang.tag(),
        lang.pick("Laat je bewijs van inschrijving zien", "Show your proof of enrolment"),
        lang.pick("en", "nl"),
        lang.pick("en", "nl"),
        lang.pick("English", "Nederlands"),
    );
    Page::new(lang, title, body)
}

/// Something went wrong; nothing was shared.
pub(super) fn failed(lang: Lang, status: StatusCode) -> Response {
    let title = lang.pick("Dit lukt nu niet", "This does not work now");
    let body = format!(
        "<p class=\"tag\">{}</p><h1>{title}</h1><p>{}</p><p><a href=\"/?lang={}\">{}</a></p>",
        lang.pick("FII-portaal (oefening)", "FII portal (sandbox)"),
        lang.pick("Er is niets gedeeld. Probeer het opnieuw vanaf het begin.", "Nothing was shared. Try again from the start."),
        lang.tag(),
        lang.pick("Opnieuw beginnen", "Start again"),
    );
    Page { status, ..Page::new(lang, title, body) }.into_response()
}
