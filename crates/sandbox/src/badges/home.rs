//! The platform's pages: its one button, what came of it, and what a platform has to have.

use std::collections::HashMap;

use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::badge::{BADGE, PLATFORM};
use super::host::Pushed;
use crate::page::{Lang, Page, escape, language};

/// What came of connecting.
pub(super) enum Outcome {
    /// The wallet answered the push.
    Pushed(Pushed),
    /// The learner said no.
    Denied,
    /// The wallet did not answer, or not as agreed.
    Silent,
    /// Nobody in this browser asked for it.
    Unasked,
}

impl Outcome {
    /// A word for scripts, and the status.
    fn state(&self) -> (&'static str, StatusCode) {
        match self {
            Self::Pushed(Pushed::New) => ("new", StatusCode::OK),
            Self::Pushed(Pushed::Replaced) => ("replaced", StatusCode::OK),
            Self::Pushed(Pushed::Known) => ("known", StatusCode::OK),
            Self::Pushed(Pushed::Refused(_)) => ("refused", StatusCode::OK),
            Self::Denied => ("denied", StatusCode::OK),
            Self::Silent => ("silent", StatusCode::BAD_GATEWAY),
            Self::Unasked => ("unasked", StatusCode::BAD_REQUEST),
        }
    }

    fn words(&self, lang: Lang) -> (&'static str, &'static str) {
        match self {
            Self::Pushed(Pushed::New | Pushed::Replaced) => (
                lang.pick("Je badge staat in je wallet", "Your badge is in your wallet"),
                lang.pick("Kijk maar. De koppeling maak je daar ook weer los.", "Have a look. You can disconnect us there, too."),
            ),
            Self::Pushed(Pushed::Known) => (
                lang.pick("Je had deze badge al", "You had this badge already"),
                lang.pick("Er is niets veranderd in je wallet.", "Nothing changed in your wallet."),
            ),
            Self::Pushed(Pushed::Refused(_)) => (
                lang.pick("Je wallet nam de badge niet aan", "Your wallet did not take the badge"),
                lang.pick("Je wallet zegt erbij:", "Your wallet says:"),
            ),
            Self::Denied => (
                lang.pick("Je hebt ons niet gekoppeld", "You did not connect us"),
                lang.pick("Dat mag altijd. We hebben niets in je wallet gezet.", "That is always fine. We put nothing into your wallet."),
            ),
            Self::Silent => (
                lang.pick("Je wallet gaf geen bruikbaar antwoord", "Your wallet gave no usable answer"),
                lang.pick(
                    "Er staat niets nieuws in je wallet. Probeer het straks opnieuw.",
                    "Nothing new is in your wallet. Try again later.",
                ),
            ),
            Self::Unasked => (
                lang.pick("Begin opnieuw", "Start again"),
                lang.pick("Dit hoort niet bij een vraag uit deze browser.", "This does not belong to a request of this browser."),
            ),
        }
    }
}

pub(super) async fn home(headers: HeaderMap, Query(asked): Query<HashMap<String, String>>) -> Page {
    let lang = language(&headers, &asked);
    let title = lang.pick("Je hebt een badge verdiend", "You earned a badge");
    let other = lang.pick("en", "nl");
    let body = format!(
        "{}<h1>{title}</h1><p><b>{BADGE}</b></p><p>{}</p><p><a class=\"button\" id=\"connect\" href=\"/connect?lang={}\">{}</a></p>\
         <p><a href=\"/?lang={other}\" lang=\"{other}\">{}</a></p>",
        tag(lang),
        lang.pick(
            "Zet hem in je wallet. Die vraagt je eerst of wij dat mogen; daarna kom je hier terug.",
            "Put it into your wallet. The wallet first asks you whether we may; then you come back here.",
        ),
        lang.tag(),
        lang.pick("Zet de badge in mijn wallet", "Put the badge into my wallet"),
        lang.pick("English", "Nederlands"),
    );
    Page::new(lang, title, body)
}

fn tag(lang: Lang) -> String {
    format!("<p class=\"tag\">{PLATFORM} ({})</p>", lang.pick("oefen-badgeplatform", "sandbox badge platform"))
}

/// The page after connecting.
pub(super) fn told(platform: &super::State, lang: Lang, outcome: &Outcome) -> Page {
    let ((state, status), (title, said)) = (outcome.state(), outcome.words(lang));
    let reason = match outcome {
        Outcome::Pushed(Pushed::Refused(reason)) => format!("<p>{}</p>", escape(reason)),
        _ => String::new(),
    };
    let body = format!(
        "{}<h1 data-state=\"{state}\">{title}</h1><p>{said}</p>{reason}<p><a class=\"button\" id=\"wallet\" href=\"{}\">{}</a></p>\
         <p><a href=\"/?lang={}\">{}</a></p>",
        tag(lang),
        escape(&platform.host.wallet()),
        lang.pick("Naar mijn wallet", "To my wallet"),
        lang.tag(),
        lang.pick("Terug naar het begin", "Back to the start"),
    );
    Page { status, ..Page::new(lang, title, body) }
}

pub(super) async fn terms(headers: HeaderMap, Query(asked): Query<HashMap<String, String>>) -> Page {
    let lang = language(&headers, &asked);
    let said = lang.pick(
        "Je kunt hier oefenen met een verzonnen badge. Er zijn geen kosten en er is geen overeenkomst.",
        "Practise here with an invented badge. It costs nothing, and nothing is agreed.",
    );
    document(lang, lang.pick("Voorwaarden", "Terms"), said)
}

pub(super) async fn privacy(headers: HeaderMap, Query(asked): Query<HashMap<String, String>>) -> Page {
    let lang = language(&headers, &asked);
    let said = lang.pick(
        "We onthouden onder welk nummer je wallet je bij ons kent en welke badge je kreeg, zolang dit programma draait.",
        "While this program runs we remember the number by which your wallet knows you here, and the badge that you got.",
    );
    document(lang, lang.pick("Privacy", "Privacy"), said)
}

fn document(lang: Lang, title: &str, said: &str) -> Page {
    Page::new(lang, title, format!("{}<h1>{title}</h1><p>{said}</p><p><a href=\"/?lang={}\">{PLATFORM}</a></p>", tag(lang), lang.tag()))
}

pub(super) async fn logo() -> Response {
    let logo = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 48 48\"><title>Oefenbadges</title>\
                <circle cx=\"24\" cy=\"24\" r=\"22\" fill=\"#5c4a12\"/><path d=\"M14 25l7 7 14-16\" fill=\"none\" stroke=\"#fff\" stroke-width=\"5\"/></svg>";
    ([(header::CONTENT_TYPE, "image/svg+xml")], logo).into_response()
}
