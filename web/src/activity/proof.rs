//! `/proof`: anybody checks a proof of sharing. It shows what the proof says only when this wallet signed it.

use super::{ActivityRow, Deed};
use crate::view::{template, words};
use crate::{Lang, Moment, PageView, Text};

/// The form: field `proof` (text) or `file` (upload), posted as multipart to `/proof`; and what came of it.
#[derive(Clone, Debug)]
pub struct ProofPage {
    /// What was found; none at first.
    pub result: Option<ProofResult>,
    /// The host of this wallet.
    pub host: String,
}

/// What became of a check.
#[derive(Clone, Debug)]
pub enum ProofResult {
    /// This wallet signed it.
    Genuine(Box<Proof>),
    /// It did not work.
    Problem(ProofProblem),
}

/// Why nothing of a proof is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofProblem {
    /// Nothing was given.
    Empty,
    /// It is no proof of sharing.
    Unreadable,
    /// It is one, and not signed by this wallet, or changed since.
    NotOurs,
}

/// What a proof says.
#[derive(Clone, Debug)]
pub struct Proof {
    /// What happened, when, with whom, labels of what went and until when.
    pub row: ActivityRow,
    /// When the proof was made.
    pub made: Moment,
    /// How the party identifies itself.
    pub party_id: Option<String>,
    /// Why.
    pub purpose: Option<Text>,
    /// On which ground, in the party's words.
    pub ground: Option<Text>,
    /// Labels of what was asked.
    pub requested: Vec<Text>,
    /// Titles of the credentials.
    pub titles: Vec<Text>,
    /// The number of the request.
    pub request: Option<String>,
    /// Digest of what was sent.
    pub digest: Option<String>,
}

impl ProofPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let label = |nl: &str, en: &str| Text::new(nl, en);
        let proof = Proof {
            row: ActivityRow { href: None, ..ActivityRow::sample_shared() },
            made: Moment(1_795_352_000),
            party_id: Some("x509_hash:2jmj7l5rSw0yVb_vlWAYkK_YBwkXkXkXkXkXkXkXkX8".to_owned()),
            purpose: Some(label("Toelating tot de minor Data", "Admission to the minor Data")),
            ground: Some(label("een taak van algemeen belang", "a task in the public interest")),
            requested: vec![label("Naam", "Name"), label("Titel", "Title"), label("Studielast", "Study load")],
            titles: vec![label("Data-analyse basis", "Data analysis basics")],
            request: Some("6fVnq2bYw0ZkT8rXcLm4Hs".to_owned()),
            digest: Some("n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg".to_owned()),
        };
        let refused = Proof {
            row: ActivityRow { labels: vec![], until: None, what: Deed::Refused, ..proof.row.clone() },
            titles: vec![],
            digest: None,
            ..proof.clone()
        };
        let host = || "wallet.voorbeeld-onderwijs.example".to_owned();
        let with = |result| Self { result: Some(result), host: host() };
        vec![
            ("nothing-given", with(ProofResult::Problem(ProofProblem::Empty))),
            ("unreadable", with(ProofResult::Problem(ProofProblem::Unreadable))),
            ("not-ours", with(ProofResult::Problem(ProofProblem::NotOurs))),
            ("refused", with(ProofResult::Genuine(Box::new(refused)))),
            ("genuine", with(ProofResult::Genuine(Box::new(proof)))),
            ("empty", Self { result: None, host: host() }),
        ]
    }

    fn proof(&self) -> Option<&Proof> {
        match &self.result {
            Some(ProofResult::Genuine(proof)) => Some(proof),
            _ => None,
        }
    }

    fn problem(&self, w: &Words) -> Option<&'static str> {
        let Some(ProofResult::Problem(problem)) = &self.result else { return None };
        Some(match problem {
            ProofProblem::Empty => w.empty,
            ProofProblem::Unreadable => w.unreadable,
            ProofProblem::NotOurs => w.not_ours,
        })
    }
}

impl Proof {
    fn what(&self, lang: Lang) -> &'static str {
        self.row.what.words(super::words::Words::of(lang))
    }
}

impl PageView for ProofPage {
    fn title(&self, lang: Lang) -> String {
        let w = Words::of(lang);
        match (self.proof(), self.problem(w)) {
            (Some(_), _) => w.genuine.to_owned(),
            (None, Some(problem)) => format!("{problem} – {}", w.title),
            (None, None) => w.title.to_owned(),
        }
    }

    template!(ProofPage, "public/proof.html", Words);
}

struct Words {
    title: &'static str,
    lead: &'static str,
    text_label: &'static str,
    file_label: &'static str,
    check: &'static str,
    not_kept: &'static str,
    empty: &'static str,
    unreadable: &'static str,
    not_ours: &'static str,
    genuine: &'static str,
    genuine_text: fn(&str) -> String,
    what: &'static str,
    when: &'static str,
    receiver: &'static str,
    receiver_id: &'static str,
    why: &'static str,
    ground: &'static str,
    asked: &'static str,
    from: &'static str,
    went: &'static str,
    went_nothing: &'static str,
    until: &'static str,
    number: &'static str,
    digest: &'static str,
    digest_text: &'static str,
    made: &'static str,
    not_said: &'static str,
    again: &'static str,
}

words!(Words);

const NL: Words = Words {
    title: "Een bewijs van delen controleren",
    lead: "Een bewijs van delen komt uit iemands wallet. Het zegt wat er is gevraagd en gedeeld, met wie, waarvoor en tot wanneer. U hebt geen account nodig.",
    text_label: "Het bewijs van delen als tekst",
    file_label: "Of als bestand",
    check: "Controleren",
    not_kept: "Wij bewaren niets van wat u hier geeft.",
    empty: "Plak een bewijs van delen of kies een bestand",
    unreadable: "Dit is geen bewijs van delen",
    not_ours: "Deze wallet heeft dit niet ondertekend, of het is daarna veranderd",
    genuine: "Dit bewijs van delen is echt",
    genuine_text: |host| format!("De wallet op {host} heeft het ondertekend en er is niets aan veranderd."),
    what: "Wat er gebeurde",
    when: "Wanneer",
    receiver: "Met wie",
    receiver_id: "Kenmerk van die partij",
    why: "Opgegeven doel",
    ground: "Opgegeven grondslag",
    asked: "Gevraagd",
    from: "Uit",
    went: "Gedeeld",
    went_nothing: "Er is niets gedeeld.",
    until: "Beloofd: bewaard tot",
    number: "Nummer van de vraag",
    digest: "Vingerafdruk van wat is verstuurd",
    digest_text: "De ontvanger kan hiermee nagaan dat het om hetzelfde bericht gaat.",
    made: "Bewijs gemaakt",
    not_said: "Het bewijs zegt niet wie er deelde, en welke gegevens erin stonden.",
    again: "Nog een controleren",
};

const EN: Words = Words {
    title: "Check a proof of sharing",
    lead: "A proof of sharing comes from somebody's wallet. It says what was asked and shared, with whom, for what and until when. You need no account.",
    text_label: "The proof of sharing as text",
    file_label: "Or as a file",
    check: "Check",
    not_kept: "We keep nothing of what you give here.",
    empty: "Paste a proof of sharing or choose a file",
    unreadable: "This is no proof of sharing",
    not_ours: "This wallet did not sign it, or it was changed since",
    genuine: "This proof of sharing is genuine",
    genuine_text: |host| format!("The wallet at {host} signed it and nothing of it was changed."),
    what: "What happened",
    when: "When",
    receiver: "With whom",
    receiver_id: "Identifier of that party",
    why: "Stated purpose",
    ground: "Stated ground",
    asked: "Asked",
    from: "From",
    went: "Shared",
    went_nothing: "Nothing was shared.",
    until: "Promised: kept until",
    number: "Number of the request",
    digest: "Digest of what was sent",
    digest_text: "With it the receiver can see that it is the same message.",
    made: "Proof made",
    not_said: "The proof does not say who shared, nor what the data were.",
    again: "Check another one",
};
