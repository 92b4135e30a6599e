//! The page on which people read what the mail server was given: everybody's mail, newest first.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::routing::get;

use super::{Kept, Mail, lock};
use crate::page::{self, Lang, Page, escape, language};

/// How many are shown.
const SHOWN: usize = 30;

pub(super) fn router(kept: Arc<Mutex<Kept>>) -> Router {
    Router::new().route("/", get(inbox)).route("/sandbox.css", get(page::style)).with_state(kept)
}

async fn inbox(State(kept): State<Arc<Mutex<Kept>>>, headers: HeaderMap, Query(asked): Query<HashMap<String, String>>) -> Page {
    let lang = language(&headers, &asked);
    let title = lang.pick("Alle post", "All mail");
    let mails: Vec<Mail> = lock(&kept).mails.iter().rev().take(SHOWN).cloned().collect();
    let other = lang.pick("en", "nl");
    let mut body = format!(
        "<p class=\"tag\">{}</p><h1>{title}</h1><p>{}</p>",
        lang.pick("Oefenmailserver", "Sandbox mail server"),
        lang.pick(
            "De wallet stuurt mail naar de adressen die eduID van Samira en Barry weet. Die komt hier aan, en nergens anders.",
            "The wallet mails the addresses that eduID knows of Samira and Barry. It arrives here, and nowhere else.",
        )
    );
    if mails.is_empty() {
        let _ = write!(body, "<p><b>{}</b></p>", lang.pick("Er is nog geen mail.", "There is no mail yet."));
    }
    for mail in &mails {
        body.push_str(&letter(lang, mail));
    }
    let _ = write!(body, "<p><a href=\"/?lang={other}\" lang=\"{other}\">{}</a></p>", lang.pick("English", "Nederlands"));
    Page::new(lang, title, body)
}

fn letter(lang: Lang, mail: &Mail) -> String {
    let row = |label: &str, value: &str| format!("<dt>{label}</dt><dd>{}</dd>", escape(value));
    let header = |name: &str| mail.header(name).unwrap_or_default();
    format!(
        "<article class=\"mail\"><h2>{}</h2><dl>{}{}{}</dl><pre>{}</pre></article>",
        escape(&header("Subject")),
        row(lang.pick("Aan", "To"), &mail.to.join(", ")),
        row(lang.pick("Van", "From"), &header("From")),
        row(lang.pick("Datum", "Date"), &header("Date")),
        escape(mail.body().trim_end()),
    )
}
