//! The page where a link from elsewhere is pasted.

use crate::view::{template, words};
use crate::{Chrome, Lang, PageView, Section};

/// `GET`, `POST /wallet/scan`.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// What was pasted, when it could not be used.
    pub link: String,
    /// Why it could not be used.
    pub problem: Option<ScanProblem>,
}

/// Why a pasted link could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanProblem {
    /// Nothing was pasted.
    Empty,
    /// It is no offer and no request.
    NotForWallets,
    /// Its time is over.
    Expired,
    /// Too long to be one.
    TooLong,
}

impl Scan {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let with = |problem| Self { link: "https://elders.example/?q=\"><b>".to_owned(), problem: Some(problem) };
        vec![
            ("new", Self::default()),
            ("nothing", Self { link: String::new(), problem: Some(ScanProblem::Empty) }),
            ("not-for-wallets", with(ScanProblem::NotForWallets)),
            ("expired", with(ScanProblem::Expired)),
            ("too-long", Self { link: String::new(), problem: Some(ScanProblem::TooLong) }),
        ]
    }

    fn problem(&self, w: &Words) -> Option<&'static str> {
        self.problem.map(|problem| match problem {
            ScanProblem::Empty => w.nothing,
            ScanProblem::NotForWallets => w.not_for_wallets,
            ScanProblem::Expired => w.expired,
            ScanProblem::TooLong => w.too_long,
        })
    }
}

impl PageView for Scan {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).title.to_owned()
    }

    fn chrome(&self) -> Chrome {
        Chrome::Learner(Section::Credentials)
    }

    template!(Scan, "wallet/scan.html", Words);
}

struct Words {
    title: &'static str,
    intro: &'static str,
    field: &'static str,
    hint: &'static str,
    go: &'static str,
    safe: &'static str,
    camera: &'static str,
    camera_text: &'static str,
    nothing: &'static str,
    not_for_wallets: &'static str,
    expired: &'static str,
    too_long: &'static str,
    back: &'static str,
}

words!(Words);

const NL: Words = Words {
    title: "Plak een link",
    intro: "Kreeg je een link om een bewijs op te halen, of een vraag om iets te delen? Plak de hele link hier.",
    field: "Link",
    hint: "Begint met https:// of met openid",
    go: "Verder",
    safe: "Je ziet daarna eerst van wie het komt en wat erin staat. Er wordt niets bewaard of gedeeld voordat jij dat kiest.",
    camera: "Heb je een code om te scannen?",
    camera_text: "Open de camera van je telefoon en richt die op de code. Codes voor deze wallet openen vanzelf deze site.",
    nothing: "Er stond nog niets in het veld. Plak de link en druk op Verder.",
    not_for_wallets: "Dit is geen link om een bewijs op te halen of te delen. Er is niets geopend. Kijk of je de hele link hebt gekopieerd.",
    expired: "Deze link is verlopen of al gebruikt. Vraag om een nieuwe.",
    too_long: "Deze tekst is te lang om een link voor een wallet te zijn.",
    back: "Alle bewijzen",
};

const EN: Words = Words {
    title: "Paste a link",
    intro: "Did you get a link to collect a credential, or a question to share something? Paste the whole link here.",
    field: "Link",
    hint: "Starts with https:// or with openid",
    go: "Continue",
    safe: "You then first see who it comes from and what is in it. Nothing is kept or shared before you choose so.",
    camera: "Do you have a code to scan?",
    camera_text: "Open your phone’s camera and point it at the code. Codes for this wallet open this site by themselves.",
    nothing: "There was nothing in the field yet. Paste the link and press Continue.",
    not_for_wallets: "This is not a link to collect or share a credential. Nothing was opened. Check that you copied the whole link.",
    expired: "This link has ended or was used already. Ask for a new one.",
    too_long: "This text is too long to be a link for a wallet.",
    back: "All credentials",
};
