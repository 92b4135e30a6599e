//! `/verify`: checks anything that is pasted or uploaded, keeps nothing. The result is a [`crate::verdict::VerdictPage`].

use crate::view::{template, words};
use crate::{Lang, PageView};

/// Why the form is shown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyProblem {
    /// Nothing was given.
    Empty,
    /// More than fits.
    TooLarge,
}

/// The form: field `credential` (text) or `file` (upload), posted as multipart to `/verify`.
#[derive(Clone, Debug)]
pub struct VerifyPage {
    /// Why it is shown again.
    pub problem: Option<VerifyProblem>,
}

impl VerifyPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let with = |problem| Self { problem: Some(problem) };
        vec![("empty", Self { problem: None }), ("nothing-given", with(VerifyProblem::Empty)), ("too-large", with(VerifyProblem::TooLarge))]
    }
}

impl PageView for VerifyPage {
    fn title(&self, lang: Lang) -> String {
        let words = Words::of(lang);
        match self.problem {
            None => words.title.to_owned(),
            Some(problem) => format!("{} – {}", problem.words(words), words.title),
        }
    }

    template!(VerifyPage, "public/verify.html", Words);
}

impl VerifyProblem {
    fn words(self, words: &Words) -> &'static str {
        match self {
            Self::Empty => words.empty,
            Self::TooLarge => words.too_large,
        }
    }
}

struct Words {
    title: &'static str,
    lead: &'static str,
    not_kept: &'static str,
    text_label: &'static str,
    text_hint: &'static str,
    file_label: &'static str,
    file_hint: &'static str,
    check: &'static str,
    empty: &'static str,
    too_large: &'static str,
    got_link: &'static str,
    got_link_text: &'static str,
    what_we_do: &'static str,
    what_we_do_text: &'static str,
}

words!(Words);

const NL: Words = Words {
    title: "Een bewijs controleren",
    lead: "Plak het bewijs of kies een bestand. U hebt geen account nodig.",
    not_kept: "Wij bewaren niets van wat u hier geeft.",
    text_label: "Het bewijs als tekst",
    text_hint: "Een lange regel met letters en cijfers, JSON, of een link die iemand met u deelde.",
    file_label: "Of als bestand",
    file_hint: "Bijvoorbeeld .json, .jwt of .txt, of de afbeelding van een badge (.png, .svg), tot 5 MB.",
    check: "Controleren",
    empty: "Plak een bewijs of kies een bestand",
    too_large: "Dit bestand is te groot",
    got_link: "Kreeg u een link of een QR-code?",
    got_link_text: "Open die gewoon in uw browser. De controle gebeurt dan vanzelf.",
    what_we_do: "Wat controleren we?",
    what_we_do_text: "De handtekening, de uitgever in het register, de einddatum, en of het bewijs is ingetrokken. Wat we niet konden controleren, zeggen we erbij.",
};

const EN: Words = Words {
    title: "Check a credential",
    lead: "Paste the credential or choose a file. You need no account.",
    not_kept: "We keep nothing of what you give here.",
    text_label: "The credential as text",
    text_hint: "A long line of letters and digits, JSON, or a link that somebody shared with you.",
    file_label: "Or as a file",
    file_hint: "For example .json, .jwt or .txt, or the picture of a badge (.png, .svg), up to 5 MB.",
    check: "Check",
    empty: "Paste a credential or choose a file",
    too_large: "This file is too large",
    got_link: "Were you given a link or a QR code?",
    got_link_text: "Just open it in your browser. The check then happens by itself.",
    what_we_do: "What do we check?",
    what_we_do_text: "The signature, the issuer in the register, the end date, and whether the credential was withdrawn. What we could not check, we say.",
};
