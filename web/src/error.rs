//! What went wrong, in words: what happened, whether anything was shared, what to do, and a reference.

use crate::view::{template, words};
use crate::{ErrorMark, Lang, Moment, PageView};

/// Whether anything left the wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shared {
    /// Nothing was shared.
    Nothing,
    /// It is not certain whether the other side received it.
    Uncertain,
    /// Sharing was not at stake.
    NotAtStake,
}

/// A page for any failure, with a code of the catalogue (`security.md` section 3).
#[derive(Clone, Debug)]
pub struct ErrorPage {
    /// Stable code: `offer_uri_scheme`, `request_used` …; on the page as `data-error`.
    pub code: String,
    /// HTTP status, for the words of codes that we have no own words for.
    pub status: u16,
    /// The reference under which the cause was logged; on the page as `data-reference`.
    pub reference: String,
    /// When.
    pub at: Moment,
    /// Whether anything was shared.
    pub shared: Shared,
    /// Where to try again.
    pub retry: Option<String>,
    /// The start of this role.
    pub home: String,
}

/// 401: the session has ended. Says so, and has a link to log in; never redirects (`interfaces.md` section 3).
#[derive(Clone, Debug)]
pub struct SessionEndedPage {
    /// The reference, on the page as `data-reference`.
    pub reference: String,
    /// Link that starts a login.
    pub login: String,
}

impl PageView for ErrorPage {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).what(self.status).to_owned()
    }

    fn error(&self) -> Option<ErrorMark> {
        Some(ErrorMark { code: self.code.clone(), reference: self.reference.clone() })
    }

    template!(ErrorPage, "public/error.html", Words);
}

impl PageView for SessionEndedPage {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).ended.to_owned()
    }

    fn error(&self) -> Option<ErrorMark> {
        Some(ErrorMark { code: "session_ended".to_owned(), reference: self.reference.clone() })
    }

    template!(SessionEndedPage, "public/session-ended.html", Words);
}

struct Words {
    invalid: &'static str,
    not_found: &'static str,
    gone: &'static str,
    upstream: &'static str,
    ours: &'static str,
    nothing_shared: &'static str,
    uncertain: &'static str,
    retry: &'static str,
    home: &'static str,
    reference: &'static str,
    ended: &'static str,
    ended_lead: &'static str,
    log_in: &'static str,
}

impl Words {
    fn what(&self, status: u16) -> &'static str {
        match status {
            404 => self.not_found,
            409 | 410 => self.gone,
            502..=504 => self.upstream,
            500..=599 => self.ours,
            _ => self.invalid,
        }
    }
}

words!(Words);

const NL: Words = Words {
    invalid: "Dit kunnen wij niet verwerken",
    not_found: "Deze pagina bestaat niet",
    gone: "Dit kan niet meer",
    upstream: "Een andere dienst antwoordt niet goed",
    ours: "Er ging bij ons iets mis",
    nothing_shared: "Er is niets gedeeld.",
    uncertain: "Het is niet zeker of de ontvanger het kreeg.",
    retry: "Probeer het opnieuw",
    home: "Naar het begin",
    reference: "Kenmerk",
    ended: "Je bent uitgelogd",
    ended_lead: "Je sessie is voorbij. Er is niets veranderd of gedeeld. Log in en doe het opnieuw.",
    log_in: "Log in",
};

const EN: Words = Words {
    invalid: "We cannot process this",
    not_found: "This page does not exist",
    gone: "This is no longer possible",
    upstream: "Another service does not answer as it should",
    ours: "Something went wrong on our side",
    nothing_shared: "Nothing was shared.",
    uncertain: "It is not certain whether the receiver has it.",
    retry: "Try again",
    home: "To the start",
    reference: "Reference",
    ended: "You are logged out",
    ended_lead: "Your session has ended. Nothing was changed or shared. Log in and do it again.",
    log_in: "Log in",
};
