//! The issuer's pages for learners and the public: who gets what, the institution, an achievement.

use crate::head::{Head, Level, Load};
use crate::verdict;
use crate::view::{template, words};
use crate::{Frame, Lang, Moment, PageView, Text, format};

mod nothing;

pub use nothing::{Nothing, NothingWaitsPage};

/// What a wallet will get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// Every credential of this institution, delivered from now on.
    Delivery,
    /// The credentials that are named.
    Named,
}

/// After the eduID login and before the wallet gets anything: who gets what. The form posts `choice` = `allow` or `refuse`.
#[derive(Clone, Debug)]
pub struct ChoicePage {
    /// Name of the institution.
    pub institution: Text,
    /// Name of the learner, as the institution knows it from this login.
    pub learner: String,
    /// Name of the wallet.
    pub client: String,
    /// Host of the wallet, or the loopback address of an app.
    pub client_host: String,
    /// The configuration names this wallet; otherwise only its address is known.
    pub client_known: bool,
    /// What it will get.
    pub grant: Grant,
    /// Names of the credentials or types.
    pub items: Vec<Text>,
    /// What stands in them, by the names that the issuer's metadata gives.
    pub contents: Vec<Text>,
    /// Until when; nothing means until the learner ends it.
    pub until: Option<Moment>,
    /// Where the form posts.
    pub action: String,
    /// Hidden fields of the form.
    pub hidden: Vec<(String, String)>,
}

/// A link with a name.
#[derive(Clone, Debug)]
pub struct NamedLink {
    /// The words.
    pub name: Text,
    /// The address.
    pub href: String,
}

/// The issuer's first page: the institutions it works for.
#[derive(Clone, Debug)]
pub struct IssuerHomePage {
    /// The institutions.
    pub institutions: Vec<NamedLink>,
}

/// An institution's public page.
#[derive(Clone, Debug)]
pub struct InstitutionPage {
    /// Its name.
    pub name: Text,
    /// Its own site.
    pub site: Option<String>,
    /// Its Credential Issuer Identifier.
    pub identifier: String,
    /// Who keeps the register that names it; nothing when no register does.
    pub register_keeper: Option<Text>,
    /// What it awards.
    pub achievements: Vec<NamedLink>,
    /// Where a learner connects this institution in the wallet.
    pub connect: Option<String>,
    /// The desk.
    pub desk: String,
}

/// `/{institution}/achievements/{id}`: public facts about an achievement; nothing about persons.
#[derive(Clone, Debug)]
pub struct AchievementPage {
    /// Name of the institution.
    pub institution: Text,
    /// Title.
    pub title: Text,
    /// Address of the picture, on our own origin.
    pub badge: Option<String>,
    /// Description.
    pub description: Option<Text>,
    /// Workload.
    pub workload: Option<Load>,
    /// Level.
    pub level: Option<Level>,
    /// Learning outcomes.
    pub outcomes: Vec<Text>,
    /// How it is tested.
    pub assessment: Option<Text>,
    /// Who watches over the quality: name and address.
    pub quality: Option<(String, Option<String>)>,
    /// Back to the institution.
    pub back: String,
}

impl ChoicePage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            institution: Text::same("Hogeschool Voorbeeld"),
            learner: "Samira de Vries".to_owned(),
            client: "Eduwallet".to_owned(),
            client_host: "eduwallet.example".to_owned(),
            client_known: true,
            grant: Grant::Delivery,
            items: vec![Text::same("Microcredentials"), Text::new("Bewijzen van inschrijving", "Proofs of enrolment")],
            contents: vec![Text::new("Voornaam", "Given name"), Text::new("Achternaam", "Family name"), Text::new("Titel", "Title")],
            until: None,
            action: "/hogeschool-voorbeeld/authorize".to_owned(),
            hidden: vec![("handle".to_owned(), "4KT9W2MZ".to_owned())],
        };
        let named = Self {
            grant: Grant::Named,
            items: vec![Text::new("Data-analyse basis", "Data analysis basics")],
            until: Some(Moment(1_797_940_800)),
            ..page.clone()
        };
        let unknown = Self { client: "demo-wallet".to_owned(), client_host: "127.0.0.1".to_owned(), client_known: false, ..named.clone() };
        vec![("delivery", page), ("named", named), ("unknown-wallet", unknown)]
    }

    fn every(&self) -> bool {
        self.grant == Grant::Delivery
    }

    /// What stands in them, in one line.
    fn contained(&self, frame: &Frame) -> String {
        self.contents.iter().map(|name| name.get(frame.lang)).collect::<Vec<_>>().join(" · ")
    }

    fn ends(&self, frame: &Frame, words: &Words) -> String {
        if !self.every() {
            return words.once.to_owned();
        }
        self.until.map_or_else(|| words.until_you.to_owned(), |until| (words.until_date)(&format::date(frame.lang, until.day())))
    }
}

impl PageView for ChoicePage {
    fn title(&self, lang: Lang) -> String {
        format!("{} – {}", Words::of(lang).choice_title, self.institution.get(lang))
    }

    template!(ChoicePage, "issuer/choice.html", Words);
}

impl IssuerHomePage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let link = |name: &str, href: &str| NamedLink { name: Text::same(name), href: href.to_owned() };
        vec![
            (
                "institutions",
                Self { institutions: vec![link("Hogeschool Voorbeeld", "/hogeschool-voorbeeld"), link("ROC Voorbeeld", "/roc-voorbeeld")] },
            ),
            ("none", Self { institutions: Vec::new() }),
        ]
    }
}

impl PageView for IssuerHomePage {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).home_title.to_owned()
    }

    template!(IssuerHomePage, "issuer/home.html", Words);
}

impl InstitutionPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            name: Text::same("Hogeschool Voorbeeld"),
            site: Some("https://hogeschool-voorbeeld.example".to_owned()),
            identifier: "https://issuer.example/hogeschool-voorbeeld".to_owned(),
            register_keeper: Some(Text::same("Voorbeeld Onderwijs")),
            achievements: vec![NamedLink {
                name: Text::new("Data-analyse basis", "Data analysis basics"),
                href: "/hogeschool-voorbeeld/achievements/data-analyse-basis".to_owned(),
            }],
            connect: Some("https://eduwallet.example/wallet/institutions/hogeschool-voorbeeld/connect".to_owned()),
            desk: "/hogeschool-voorbeeld/desk".to_owned(),
        };
        let unknown = Self { register_keeper: None, achievements: Vec::new(), connect: None, ..page.clone() };
        vec![("known", page), ("unknown", unknown)]
    }
}

impl PageView for InstitutionPage {
    fn title(&self, lang: Lang) -> String {
        self.name.get(lang).to_owned()
    }

    template!(InstitutionPage, "issuer/institution.html", Words);
}

impl AchievementPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            institution: Text::same("Hogeschool Voorbeeld"),
            title: Text::new("Data-analyse basis", "Data analysis basics"),
            badge: Head::samples().first().map(Head::badge_path),
            description: Some(Text::dutch("Je leert gegevens opschonen, beschrijven en laten zien.")),
            workload: Some(Load { amount: 5.0, unit: crate::head::Unit::Ec }),
            level: Some(Level { framework: "NLQF".to_owned(), value: "6".to_owned(), verified: false }),
            outcomes: vec![Text::dutch("Een dataset opschonen en controleren op fouten")],
            assessment: Some(Text::new("een praktijkopdracht", "a practical assignment")),
            quality: Some(("Keurmerk Voorbeeld".to_owned(), Some("https://keurmerk.example".to_owned()))),
            back: "/hogeschool-voorbeeld".to_owned(),
        };
        let bare = Self {
            badge: None,
            description: None,
            workload: None,
            level: None,
            outcomes: Vec::new(),
            assessment: None,
            quality: None,
            ..page.clone()
        };
        vec![("full", page), ("bare", bare)]
    }

    fn load(&self, frame: &Frame) -> Option<String> {
        self.workload.as_ref().map(|load| load.words(frame.lang))
    }

    fn verdict_words(&self, frame: &Frame) -> &'static verdict::Words {
        verdict::Words::of(frame.lang)
    }

    fn level_line(&self, frame: &Frame) -> Option<String> {
        let level = self.level.as_ref()?;
        Some(if level.verified { level.words() } else { format!("{}, {}", level.words(), Words::of(frame.lang).by_institution) })
    }
}

impl PageView for AchievementPage {
    fn title(&self, lang: Lang) -> String {
        format!("{} – {}", self.title.get(lang), self.institution.get(lang))
    }

    template!(AchievementPage, "issuer/achievement.html", Words);
}

struct Words {
    choice_title: &'static str,
    choice_h1: fn(&str) -> String,
    who: &'static str,
    wallet: &'static str,
    wallet_known: fn(&str) -> String,
    wallet_unknown: fn(&str) -> String,
    gets: &'static str,
    everything: &'static str,
    these: &'static str,
    contains: &'static str,
    how_long: &'static str,
    until_you: &'static str,
    once: &'static str,
    until_date: fn(&str) -> String,
    not_you: &'static str,
    nothing_yet: &'static str,
    allow: &'static str,
    refuse: &'static str,
    home_title: &'static str,
    home_lead: &'static str,
    none: &'static str,
    none_text: &'static str,
    vouched: fn(&str) -> String,
    not_vouched: &'static str,
    site: &'static str,
    identifier: &'static str,
    achievements: &'static str,
    no_achievements: &'static str,
    connect: &'static str,
    connect_text: &'static str,
    desk: &'static str,
    for_staff: &'static str,
    microcredential_of: fn(&str) -> String,
    load: &'static str,
    level: &'static str,
    outcomes: &'static str,
    assessment: &'static str,
    quality: &'static str,
    by_institution: &'static str,
    no_person: &'static str,
    back: fn(&str) -> String,
}

words!(Words);

const NL: Words = Words {
    choice_title: "Mag deze wallet je bewijzen krijgen?",
    choice_h1: |wallet| format!("Mag {wallet} je bewijzen krijgen?"),
    who: "Van wie",
    wallet: "Naar welke wallet",
    wallet_known: |host| format!("Deze wallet kennen we: {host}"),
    wallet_unknown: |host| format!("Deze wallet kennen we niet. Alleen het adres is bekend: {host}"),
    gets: "Wat",
    everything: "Elk bewijs dat deze school nu en later voor je maakt:",
    these: "Deze bewijzen:",
    contains: "Wat erin kan staan:",
    how_long: "Hoe lang",
    until_you: "Tot je het stopt, in de wallet.",
    once: "Alleen deze bewijzen. De wallet kan er nieuwe kopieën van ophalen, zolang hij dat minstens elke 30 dagen doet.",
    until_date: |date| format!("Tot {date}."),
    not_you: "Ben je dit niet? Kies dan Niet toestaan en log uit bij eduID.",
    nothing_yet: "Er is nog niets gegeven.",
    allow: "Toestaan",
    refuse: "Niet toestaan",
    home_title: "Instellingen",
    home_lead: "Deze dienst maakt digitale bewijzen voor deze instellingen.",
    none: "Nog geen instellingen",
    none_text: "De beheerder heeft hier nog geen instelling ingericht.",
    vouched: |keeper| format!("Staat in het register van {keeper}"),
    not_vouched: "Staat in geen register dat we kennen",
    site: "Eigen site",
    identifier: "Adres als uitgever",
    achievements: "Wat je hier kunt behalen",
    no_achievements: "Er is nog niets openbaar gemaakt.",
    connect: "Koppel deze school in je wallet",
    connect_text: "Daarna komen je bewijzen vanzelf binnen.",
    desk: "Naar de balie",
    for_staff: "Werkt u bij deze instelling?",
    microcredential_of: |institution| format!("Microcredential van {institution}"),
    load: "Studielast",
    level: "Niveau",
    outcomes: "Wat je leert",
    assessment: "Hoe getoetst",
    quality: "Kwaliteit bewaakt door",
    by_institution: "volgens de instelling",
    no_person: "Deze pagina gaat over de microcredential zelf. Of iemand die heeft behaald, ziet u alleen met een link van die persoon.",
    back: |institution| format!("Alles van {institution}"),
};

const EN: Words = Words {
    choice_title: "May this wallet get your credentials?",
    choice_h1: |wallet| format!("May {wallet} get your credentials?"),
    who: "From whom",
    wallet: "To which wallet",
    wallet_known: |host| format!("We know this wallet: {host}"),
    wallet_unknown: |host| format!("We do not know this wallet. Only its address is known: {host}"),
    gets: "What",
    everything: "Every credential that this school makes for you, now and later:",
    these: "These credentials:",
    contains: "What may be in them:",
    how_long: "How long",
    until_you: "Until you end it, in the wallet.",
    once: "These credentials only. The wallet may collect new copies of them, as long as it does so at least every 30 days.",
    until_date: |date| format!("Until {date}."),
    not_you: "Is this not you? Then choose Do not allow and log out at eduID.",
    nothing_yet: "Nothing has been given yet.",
    allow: "Allow",
    refuse: "Do not allow",
    home_title: "Institutions",
    home_lead: "This service makes digital credentials for these institutions.",
    none: "No institutions yet",
    none_text: "The operator has not set up an institution here yet.",
    vouched: |keeper| format!("Stands in the register of {keeper}"),
    not_vouched: "Stands in no register that we know",
    site: "Own site",
    identifier: "Address as an issuer",
    achievements: "What you can achieve here",
    no_achievements: "Nothing has been made public yet.",
    connect: "Connect this school in your wallet",
    connect_text: "After that your credentials arrive by themselves.",
    desk: "To the desk",
    for_staff: "Do you work at this institution?",
    microcredential_of: |institution| format!("Microcredential of {institution}"),
    load: "Workload",
    level: "Level",
    outcomes: "What you learn",
    assessment: "How it is tested",
    quality: "Quality watched by",
    by_institution: "according to the institution",
    no_person: "This page is about the microcredential itself. Whether somebody achieved it you only see with a link from that person.",
    back: |institution| format!("Everything of {institution}"),
};
