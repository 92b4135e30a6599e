//! What went wrong, in words: what happened, whether anything was shared, what to do, and a reference.

mod collect;
mod words;

pub(crate) use self::words::Told;
use self::words::Words;
use crate::view::template;
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

impl ErrorPage {
    /// A value for every kind of words, and for each answer to "was anything shared".
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |code: &str, status, shared| Self {
            code: code.to_owned(),
            status,
            reference: "K7M-482".to_owned(),
            at: Moment(1_795_352_700),
            shared,
            retry: None,
            home: "/".to_owned(),
        };
        vec![
            ("not-found", page("not_found", 404, Shared::NotAtStake)),
            ("offer-scheme", page("offer_uri_scheme", 400, Shared::NotAtStake)),
            ("request-used", page("request_used", 409, Shared::Nothing)),
            ("client-auth", page("client_auth", 400, Shared::Nothing)),
            ("upstream", Self { retry: Some("/wallet".to_owned()), ..page("request_redirect", 502, Shared::Nothing) }),
            ("uncertain", Self { retry: Some("/wallet".to_owned()), ..page("delivery", 502, Shared::Uncertain) }),
            ("forbidden", page("csrf", 403, Shared::NotAtStake)),
            ("too-many", page("too_many_requests", 429, Shared::NotAtStake)),
            ("unknown-code", page("something_new", 400, Shared::Nothing)),
            ("ours", page("internal", 500, Shared::NotAtStake)),
        ]
    }

    /// Whether a collection that failed before it had a page of its own cost anything.
    fn lost(&self, words: &'static Words) -> Option<&'static str> {
        let at_stake = self.shared == Shared::NotAtStake && !collect::is_shared(&self.code);
        collect::lost(&self.code).filter(|_| at_stake).map(|lost| lost.words(words))
    }

    fn told(&self, words: &'static Words) -> &'static Told {
        (words.code)(&self.code).unwrap_or_else(|| (words.status)(self.status))
    }
}

/// What is told of a code on another page: its own words, else those for a service that did not answer well.
pub(crate) fn told(lang: Lang, code: &str) -> &'static Told {
    let words = Words::of(lang);
    (words.code)(code).unwrap_or_else(|| (words.status)(502))
}

/// What is told of a failed collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Collecting {
    /// What happened.
    pub what: &'static str,
    /// Whether anything was lost.
    pub lost: &'static str,
    /// What to do now.
    pub now: &'static str,
}

/// What is told of a code by which a collection fails; none when the code has no words of its own.
pub fn collecting(lang: Lang, code: &str) -> Option<Collecting> {
    let words = Words::of(lang);
    let lost = collect::lost(code)?.words(words);
    let told = (words.code)(collect::told_as(code))?;
    Some(Collecting { what: told.what, lost, now: told.now })
}

/// What is told of a failed collection on a page: the code's own words, else those for a service that did not answer well.
pub(crate) fn told_of_collecting(lang: Lang, code: &str) -> Collecting {
    collecting(lang, code).unwrap_or_else(|| {
        let told = told(lang, code);
        Collecting { what: told.what, lost: Words::of(lang).lost_nothing, now: told.now }
    })
}

impl PageView for ErrorPage {
    fn title(&self, lang: Lang) -> String {
        self.told(Words::of(lang)).title.to_owned()
    }

    fn error(&self) -> Option<ErrorMark> {
        Some(ErrorMark { code: self.code.clone(), reference: self.reference.clone() })
    }

    template!(ErrorPage, "public/error.html", Words);
}

impl SessionEndedPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        vec![("ended", Self { reference: "K7M-482".to_owned(), login: "/auth/login?to=/wallet".to_owned() })]
    }
}

impl PageView for SessionEndedPage {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).session_title.to_owned()
    }

    fn error(&self) -> Option<ErrorMark> {
        Some(ErrorMark { code: "session_ended".to_owned(), reference: self.reference.clone() })
    }

    template!(SessionEndedPage, "public/session_ended.html", Words);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Frame;

    const CATALOGUE: [&str; 92] = [
        "authorization_failed",
        "authorization_issuer",
        "authorization_lost",
        "authorization_refused",
        "authorization_state",
        "credential_holder_key",
        "deferred_ended",
        "issuer_encryption",
        "issuer_proof",
        "offer_old",
        "offer_gone",
        "offer_unreachable",
        "offer_grant",
        "offer_issuer",
        "issuer_unknown",
        "invalid_grant",
        "credential_signature",
        "connect_state",
        "login_refused",
        "login_unavailable",
        "login_eduid",
        "client_auth",
        "client_federation",
        "client_mismatch",
        "client_prefix",
        "invalid_request",
        "invalid_request_uri",
        "issuer_identifier",
        "issuer_metadata",
        "issuer_mismatch",
        "issuer_redirect",
        "issuer_signature",
        "issuer_too_large",
        "login_issuer",
        "login_state",
        "login_token",
        "offer_ambiguous",
        "offer_invalid",
        "offer_media_type",
        "offer_unknown_configuration",
        "offer_uri_address",
        "offer_uri_scheme",
        "request_typ",
        "request_redirect",
        "request_used",
        "request_changed",
        "request_expired",
        "wallet_nonce",
        "import_media",
        "import_signature",
        "import_subject",
        "import_too_large",
        "import_missing",
        "import_known",
        "import_format",
        "import_unchecked",
        "import_revoked",
        "no_credential_in_image",
        "open_badges_2",
        "platform_unknown",
        "platform_waiting",
        "four_eyes",
        "csrf",
        "not_found",
        "too_large",
        "too_many_requests",
        "invalid_transaction_data",
        "vp_formats_not_supported",
        "offer_expired",
        "offer_withdrawn",
        "tx_code_exhausted",
        "status_final",
        "unavailable",
        "upstream",
        "invalid_request_uri_method",
        "request_ended",
        "request_gone",
        "request_too_large",
        "request_unreachable",
        "request_uri_address",
        "request_uri_scheme",
        "asker_suspended",
        "authorization_over",
        "offer_subject_mismatch",
        "approver_only",
        "award_decided",
        "nothing_to_share",
        "offer_answered",
        "tx_code_wrong",
        "form",
        "host",
        "too_many",
    ];

    #[test]
    fn every_code_of_the_catalogue_has_words_in_both_languages() {
        for lang in Lang::ALL {
            let words = Words::of(lang);
            for code in CATALOGUE {
                assert!((words.code)(code).is_some(), "{code} has no words in {}", lang.tag());
            }
        }
    }

    #[test]
    fn a_failed_collection_is_told_in_three_sentences() {
        for code in ["credential_signature", "offer_gone", "issuer_unreachable", "offer_uri_scheme", "invalid_request", "internal"] {
            let [nl, en] = [Lang::Nl, Lang::En].map(|lang| collecting(lang, code).unwrap());
            assert!(nl.what != en.what && nl.lost != en.lost && nl.now != en.now, "{code}");
        }
        assert_eq!(collecting(Lang::Nl, "csrf"), None);
        assert!(told_of_collecting(Lang::Nl, "something_new").lost.starts_with("Nee."));
        let page = |code: &str, shared| {
            let page = ErrorPage { code: code.to_owned(), shared, ..ErrorPage::samples().remove(0).1 };
            page.render(&Frame::sample(Lang::Nl, "/x")).unwrap()
        };
        assert!(page("offer_gone", Shared::NotAtStake).contains("Wat je hebt behaald, is niet weg"));
        assert!(!page("internal", Shared::NotAtStake).contains("aanbod"), "of what is no collection nothing is said of offers");
        assert!(!page("invalid_request", Shared::Nothing).contains("aanbod"));
    }

    #[test]
    fn the_page_carries_code_and_reference() {
        for (_, page) in ErrorPage::samples() {
            let html = page.render(&Frame::sample(Lang::Nl, "/x")).unwrap();
            assert!(html.contains(&format!("data-error=\"{}\" data-reference=\"K7M-482\"", page.code)), "{html}");
        }
    }
}
