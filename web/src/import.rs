//! Taking in a badge from a file: choosing it, looking at what is in it, and keeping it or not.

use crate::error::{self, Told};
use crate::head::Head;
use crate::offer::Offered;
use crate::party::Party;
use crate::text::Value;
use crate::verdict::{Credential, VerdictPage};
use crate::view::{template, words};
use crate::{Chrome, Fact, Lang, PageView, Section, Text};

/// `GET /wallet/import`: field `file`, posted as multipart.
#[derive(Clone, Debug)]
pub struct ImportForm {
    /// What was wrong with the file before.
    pub problem: Option<ImportProblem>,
}

/// Why a file is not taken in.
#[derive(Clone, Debug)]
pub struct ImportProblem {
    /// A code of the catalogue.
    pub code: String,
    /// The badge's page, when the learner has it already.
    pub href: Option<String>,
}

/// What a badge calls the person that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Names {
    /// A name.
    Name(String),
    /// A mail address.
    Mail(String),
    /// Something hashed, that cannot be read back.
    Hidden,
    /// Another identifier.
    Other(String),
}

/// Whom a badge is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The learner.
    You,
    /// Whoever is called so: it cannot be compared with anything that is known.
    Unsaid(Vec<Names>),
    /// Somebody else, or a key elsewhere.
    Another,
}

/// `GET /wallet/import/{id}`.
#[derive(Clone, Debug)]
pub struct ImportPage {
    /// Where the form with `choice` (`keep`, `refuse`) posts to.
    pub action: String,
    /// Who issued it, and how that is proven.
    pub party: Party,
    /// What it says.
    pub credentials: Vec<Offered>,
    /// What was checked.
    pub verdicts: Vec<Credential>,
    /// Whom it is about.
    pub about: About,
}

impl ImportForm {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let with = |code: &str| Self { problem: Some(ImportProblem { code: code.to_owned(), href: None }) };
        let href = Some("/wallet/credentials/x".to_owned());
        vec![
            ("empty", Self { problem: None }),
            ("nothing-chosen", with("import_missing")),
            ("signature", with("import_signature")),
            ("subject", with("import_subject")),
            ("unchecked", with("import_unchecked")),
            ("known", Self { problem: Some(ImportProblem { code: "import_known".to_owned(), href }) }),
        ]
    }
}

impl ImportProblem {
    fn told(&self, lang: &Lang) -> &'static Told {
        error::told(*lang, &self.code)
    }
}

impl PageView for ImportForm {
    fn title(&self, lang: Lang) -> String {
        let words = Words::of(lang);
        match &self.problem {
            None => words.title.to_owned(),
            Some(problem) => format!("{} – {}", problem.told(&lang).title, words.title),
        }
    }

    fn chrome(&self) -> Chrome {
        Chrome::Learner(Section::Credentials)
    }

    template!(ImportForm, "wallet/import.html", Words);
}

impl ImportPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let [head, ..] = Head::samples();
        let facts = vec![
            Fact::new(Text::new("Omschrijving", "Description"), Value::Text(Text::dutch("Een gesprek voorbereiden en voeren."))),
            Fact::new(Text::new("Resultaat", "Result"), Value::same("8")),
        ];
        let verdicts = |wanted: &str| {
            let found = VerdictPage::samples().into_iter().find(|(state, _)| *state == wanted);
            found.map(|(_, page)| page.credentials).unwrap_or_default()
        };
        let page = Self {
            action: "/wallet/import/i".to_owned(),
            party: Party { service: None, ..Party::sample_school() },
            credentials: vec![Offered { head, facts, outcomes: vec![], valid_until: None }],
            verdicts: verdicts("valid"),
            about: About::You,
        };
        let unsaid = vec![Names::Name("S. de Vries".to_owned()), Names::Mail("s.devries@voorbeeld.example".to_owned()), Names::Hidden];
        let stranger = Self {
            party: Party { service: None, ..Party::sample_stranger() },
            verdicts: verdicts("attention-unknown-issuer"),
            about: About::Unsaid(unsaid),
            ..page.clone()
        };
        let nobody = Self { about: About::Unsaid(vec![Names::Other("urn:uuid:5f1d3a2e".to_owned())]), ..page.clone() };
        vec![("stranger", stranger), ("nobody", nobody), ("another", Self { about: About::Another, ..page.clone() }), ("yours", page)]
    }

    /// What it calls the person.
    fn called(&self, w: &Words) -> Vec<String> {
        let About::Unsaid(names) = &self.about else { return Vec::new() };
        let said = |named: &Names| match named {
            Names::Name(name) => name.clone(),
            Names::Mail(mail) => mail.clone(),
            Names::Hidden => w.hidden.to_owned(),
            Names::Other(id) => id.clone(),
        };
        names.iter().map(said).collect()
    }

    fn is_unlisted(&self) -> bool {
        !self.party.is_proven()
    }
}

impl PageView for ImportPage {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).question.to_owned()
    }

    fn chrome(&self) -> Chrome {
        Chrome::Focus("/wallet".to_owned())
    }

    template!(ImportPage, "wallet/import_look.html", Words);
}

struct Words {
    title: &'static str,
    intro: &'static str,
    field: &'static str,
    hint: &'static str,
    go: &'static str,
    safe: &'static str,
    open: &'static str,
    back: &'static str,
    question: &'static str,
    nothing_yet: &'static str,
    stranger: &'static str,
    who: &'static str,
    who_more: &'static str,
    what: &'static str,
    outcomes: &'static str,
    valid_until: fn(&str) -> String,
    whose: &'static str,
    yours: &'static str,
    unsaid: &'static str,
    nobody: &'static str,
    another: &'static str,
    hidden: &'static str,
    no_key: &'static str,
    keep: &'static str,
    refuse: &'static str,
}

words!(Words);

const NL: Words = Words {
    title: "Een badge toevoegen",
    intro: "Kreeg je een badge als bestand of als plaatje? Kies het hier, dan kijken we wat erin zit.",
    field: "Bestand van de badge",
    hint: "Een plaatje (.png of .svg) of een bestand (.json of .jwt) van een Open Badge 3.0, tot 5 MB. Ook een overzicht van badges (CLR) kan.",
    go: "Bekijken",
    safe: "Je ziet daarna eerst van wie de badge is en wat erop staat. We bewaren niets voordat jij dat kiest.",
    open: "Badge bekijken",
    back: "Alle bewijzen",
    question: "Wil je deze badge bewaren?",
    nothing_yet: "Er komt niets in je wallet voordat je onderaan op Bewaren drukt.",
    stranger: "De uitgever van deze badge staat in geen register dat wij kennen. Wie zich voordoet als een school, ziet er precies zo uit. De badge blijft zo gemarkeerd, ook voor wie hem van jou krijgt.",
    who: "Wie gaf hem uit",
    who_more: "Wie is dit?",
    what: "Wat erop staat",
    outcomes: "Wat je nu kunt",
    valid_until: |day| format!("Geldig tot {day}"),
    whose: "Van wie is hij",
    yours: "De badge hoort bij een sleutel van jou in deze wallet.",
    unsaid: "Op de badge staat voor wie hij is. Wij kunnen niet controleren of jij dat bent:",
    nobody: "Op de badge staat niet leesbaar voor wie hij is.",
    another: "De badge hoort bij een sleutel die niet van jou is.",
    hidden: "een gegeven dat versleuteld op de badge staat, meestal een mailadres",
    no_key: "Je kunt deze badge laten zien en delen. Bewijzen dat hij van jou is, kan deze wallet niet: daarvoor moet de uitgever hem hier aanbieden.",
    keep: "Bewaren",
    refuse: "Niet bewaren",
};

const EN: Words = Words {
    title: "Add a badge",
    intro: "Were you given a badge as a file or as a picture? Choose it here, and we look what is in it.",
    field: "File of the badge",
    hint: "A picture (.png or .svg) or a file (.json or .jwt) of an Open Badge 3.0, up to 5 MB. A record of badges (CLR) will do too.",
    go: "Look at it",
    safe: "You then first see whose badge it is and what it says. We keep nothing before you choose so.",
    open: "Look at the badge",
    back: "All credentials",
    question: "Do you want to keep this badge?",
    nothing_yet: "Nothing enters your wallet before you press Keep at the bottom.",
    stranger: "The issuer of this badge is in no register that we know. Who pretends to be a school looks exactly like this. The badge stays marked so, also for whoever gets it from you.",
    who: "Who issued it",
    who_more: "Who is this?",
    what: "What it says",
    outcomes: "What you can do now",
    valid_until: |day| format!("Valid until {day}"),
    whose: "Whose it is",
    yours: "The badge belongs to a key of yours in this wallet.",
    unsaid: "The badge says whom it is for. We cannot check whether that is you:",
    nobody: "The badge does not say in a readable way whom it is for.",
    another: "The badge belongs to a key that is not yours.",
    hidden: "something that is on the badge in a scrambled form, mostly a mail address",
    no_key: "You can show and share this badge. This wallet cannot prove that it is yours: for that the issuer has to offer it here.",
    keep: "Keep",
    refuse: "Do not keep",
};
