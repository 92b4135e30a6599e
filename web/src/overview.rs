//! The learner's overview: what is new, how much study, and every credential as a tile.

use crate::head::{Head, Load, State, Unit, number};
use crate::text::Html;
use crate::view::{template, words};
use crate::{Chrome, Day, Lang, Moment, PageView, Section, Text, chart, format};

/// `GET /wallet`.
#[derive(Clone, Debug)]
pub struct Overview {
    /// First name of the learner.
    pub name: String,
    /// How many credentials there are, whatever is searched for.
    pub total: usize,
    /// From how many institutions.
    pub institutions: usize,
    /// What came since the learner last looked, newest first.
    pub fresh: Vec<Fresh>,
    /// Requests that wait for an answer.
    pub waiting: Vec<Waiting>,
    /// Valid study load by level; empty when no valid credential has one.
    pub load: Vec<LoadRow>,
    /// The search form as it was sent.
    pub search: Search,
    /// Counts for the quick choice: all, valid, attention.
    pub counts: Counts,
    /// The credentials that match, at most one hundred.
    pub tiles: Vec<Tile>,
    /// Set when statuses could not be refreshed: since when they are old.
    pub stale_since: Option<Moment>,
    /// Whether any institution is connected; an empty wallet says what to do first.
    pub connected: bool,
    /// Whether there are standing permissions.
    pub permissions: bool,
}

/// A credential that is new.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// Its page.
    pub href: String,
    /// What it is.
    pub head: Head,
    /// When it came.
    pub received: Moment,
    /// Where it stands, when it is an offer that is not in the wallet yet.
    pub waits: Option<State>,
}

/// A request of a verifier that waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its page.
    pub href: String,
    /// Who asks.
    pub party: Text,
    /// Until when it can be answered.
    pub until: Moment,
}

/// One level and unit of the study load.
#[derive(Clone, Debug)]
pub struct LoadRow {
    /// `NLQF 6`; none when the credentials name no level.
    pub level: Option<String>,
    /// The unit of all parts; units are never added.
    pub unit: Unit,
    /// Title and amount of each credential.
    pub parts: Vec<(Text, f64)>,
}

/// What was searched for and what can be chosen. Every list is one choice of a name and how it is sent.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// `q`
    pub text: String,
    /// `institution`
    pub institution: Vec<Choice>,
    /// `type`
    pub kind: Vec<Choice>,
    /// `state`
    pub state: Vec<Choice>,
    /// `year`
    pub year: Vec<Choice>,
}

/// One value of a filter.
#[derive(Clone, Debug)]
pub struct Choice {
    /// As sent.
    pub value: String,
    /// As shown.
    pub label: Text,
    /// Whether it is the one that was chosen.
    pub chosen: bool,
}

/// How many credentials there are, and how many of each class.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// All.
    pub all: usize,
    /// Valid, also when they expire soon.
    pub valid: usize,
    /// Everything else.
    pub attention: usize,
    /// Which of the three is shown: `""`, `"valid"`, `"attention"`.
    pub shown: &'static str,
}

/// One credential of the list.
#[derive(Clone, Debug)]
pub struct Tile {
    /// Its page, `/wallet/credentials/{id}`.
    pub href: String,
    /// What it is.
    pub head: Head,
    /// Its state.
    pub state: State,
}

impl Overview {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let [data, enrolment, care, charts] = Head::samples();
        let tile = |head: &Head, state| Tile { href: "/wallet/credentials/x".to_owned(), head: head.clone(), state };
        let fresh = |head: &Head, state| Fresh {
            href: "/wallet/offers/b".to_owned(),
            head: head.clone(),
            received: Moment(1_795_260_000),
            waits: Some(state),
        };
        let day = |text| Day::parse(text).unwrap_or(Day { year: 2026, month: 1, day: 1 });
        let choice = |value: &str, label: &str, chosen| Choice { value: value.to_owned(), label: Text::same(label), chosen };
        let full = Self {
            name: "Samira".to_owned(),
            total: 8,
            institutions: 2,
            fresh: vec![
                Fresh { href: "/wallet/credentials/a".to_owned(), head: data.clone(), received: Moment(1_795_340_000), waits: None },
                fresh(&enrolment, State::Offered),
                fresh(&care, State::Arrived),
                fresh(&charts, State::Prepared),
            ],
            waiting: vec![Waiting {
                href: "/wallet/requests/r".to_owned(),
                party: Text::same("Werkgever Voorbeeld"),
                until: Moment(1_795_353_120),
            }],
            load: vec![
                LoadRow {
                    level: Some("NLQF\u{a0}6".to_owned()),
                    unit: Unit::Ec,
                    parts: vec![(data.title.clone(), 5.0), (charts.title.clone(), 2.5)],
                },
                LoadRow {
                    level: Some("NLQF\u{a0}5".to_owned()),
                    unit: Unit::Ec,
                    parts: vec![(Text::dutch("Toegankelijk ontwerpen"), 3.0)],
                },
                LoadRow { level: Some("NLQF\u{a0}4".to_owned()), unit: Unit::Sbu, parts: vec![(care.title.clone(), 240.0)] },
            ],
            search: Search {
                institution: vec![
                    choice("hogeschool-voorbeeld", "Hogeschool Voorbeeld", false),
                    choice("roc-voorbeeld", "ROC Voorbeeld", false),
                ],
                year: vec![choice("2026", "2026", false), choice("2025", "2025", false)],
                ..Search::default()
            },
            counts: Counts { all: 8, valid: 3, attention: 5, shown: "" },
            tiles: vec![
                tile(&data, State::Valid),
                tile(&enrolment, State::Valid),
                tile(&care, State::ExpiresSoon(day("2026-12-14"))),
                tile(&charts, State::Suspended(None)),
                tile(&charts, State::Expired(day("2026-09-03"))),
                tile(&data, State::Withdrawn(Some(Text::new("dubbel uitgereikt", "issued twice")))),
                tile(&care, State::Uncheckable),
                tile(&data, State::Replaced),
            ],
            stale_since: None,
            connected: true,
            permissions: true,
        };
        let empty = Self {
            total: 0,
            institutions: 0,
            fresh: vec![],
            waiting: vec![],
            load: vec![],
            search: Search::default(),
            counts: Counts::default(),
            tiles: vec![],
            connected: false,
            permissions: false,
            ..full.clone()
        };
        let searched = Search {
            text: "robotica".to_owned(),
            institution: vec![choice("roc-voorbeeld", "ROC Voorbeeld", true)],
            ..full.search.clone()
        };
        let calm = Self { fresh: vec![], waiting: vec![], counts: Counts { shown: "valid", ..full.counts }, ..full.clone() };
        vec![
            ("nothing-found", Self { tiles: vec![], search: searched, ..full.clone() }),
            ("nothing-new", calm),
            ("stale", Self { stale_since: Some(Moment(1_795_000_000)), waiting: vec![], ..full.clone() }),
            ("empty-connected", Self { connected: true, ..empty.clone() }),
            ("empty", empty),
            ("full", full),
        ]
    }

    /// The rows of one unit.
    fn rows(&self, unit: Unit) -> Vec<LoadRow> {
        self.load.iter().filter(|row| row.unit == unit).cloned().collect()
    }

    /// The unit whose bars are drawn: EC when there is any.
    fn drawn(&self) -> Option<Unit> {
        self.load.iter().map(|row| row.unit).min()
    }

    /// The sum of the drawn unit, as a figure.
    fn sum(&self, lang: Lang) -> String {
        self.drawn().map(|unit| number(lang, self.rows(unit).iter().map(chart::total).sum())).unwrap_or_default()
    }

    /// The sums of the other units: `240 SBU`.
    fn others(&self, lang: Lang) -> Vec<String> {
        let mut units: Vec<Unit> = self.load.iter().map(|row| row.unit).filter(|unit| Some(*unit) != self.drawn()).collect();
        units.sort();
        units.dedup();
        let sum = |unit| Load { amount: self.rows(unit).iter().map(chart::total).sum(), unit }.words(lang);
        units.into_iter().map(sum).collect()
    }

    fn chart(&self, lang: &Lang) -> Html {
        self.drawn().map(|unit| chart::study_load(*lang, &self.rows(unit))).unwrap_or_default()
    }

    /// Level and sum of each row, for the table beside the chart.
    fn table(&self, lang: &Lang) -> Vec<(String, String)> {
        let words = |row: &LoadRow| Load { amount: chart::total(row), unit: row.unit }.words(*lang);
        self.load.iter().map(|row| (chart::level(*lang, row), words(row))).collect()
    }
}

impl Search {
    /// Name, legend and values of each filter that has values.
    fn filters<'a>(&'a self, w: &'a Words) -> Vec<(&'static str, &'static str, &'a [Choice])> {
        let all = [
            ("institution", w.institution, self.institution.as_slice()),
            ("type", w.kind, self.kind.as_slice()),
            ("state", w.state, self.state.as_slice()),
            ("year", w.year, self.year.as_slice()),
        ];
        all.into_iter().filter(|(_, _, values)| !values.is_empty()).collect()
    }

    fn filtered(&self) -> bool {
        [&self.institution, &self.kind, &self.state, &self.year].into_iter().flatten().any(|choice| choice.chosen)
    }
}

/// Whether no value of a filter is chosen, so that "all" is.
fn none_chosen(values: &[Choice]) -> bool {
    !values.iter().any(|choice| choice.chosen)
}

impl PageView for Overview {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).title.to_owned()
    }

    fn chrome(&self) -> Chrome {
        Chrome::Learner(Section::Credentials)
    }

    template!(Overview, "wallet/overview.html", Words);
}

struct Words {
    title: &'static str,
    hello: fn(&str) -> String,
    holds: fn(&str, usize, &str) -> String,
    share: &'static str,
    add: &'static str,
    badge: &'static str,
    permissions: &'static str,
    waits: fn(&str, &str) -> String,
    answer: &'static str,
    fresh: &'static str,
    look: &'static str,
    fresh_note: &'static str,
    load: &'static str,
    also: &'static str,
    as_table: &'static str,
    level: &'static str,
    load_column: &'static str,
    load_note: &'static str,
    all: &'static str,
    search_label: &'static str,
    search_hint: &'static str,
    search: &'static str,
    filter: &'static str,
    institution: &'static str,
    kind: &'static str,
    state: &'static str,
    year: &'static str,
    any: &'static str,
    show: &'static str,
    quick: &'static str,
    tab_all: &'static str,
    tab_valid: &'static str,
    tab_attention: &'static str,
    found_nothing: &'static str,
    show_all: &'static str,
    stale: fn(&str) -> String,
    empty: &'static str,
    empty_text: &'static str,
    connect: &'static str,
    paste: &'static str,
    empty_connected: &'static str,
}

words!(Words);

const NL: Words = Words {
    title: "Je bewijzen",
    hello: |name| format!("Dag {name}"),
    holds: |count, number, schools| {
        format!(
            "Je hebt {count} {} van {schools}. Je kiest wat je vanuit deze wallet deelt.",
            if number == 1 { "bewijs" } else { "bewijzen" }
        )
    },
    share: "Bewijs delen",
    add: "Bewijs toevoegen",
    badge: "Badge toevoegen",
    permissions: "Doorlopende toestemmingen",
    waits: |party, until| format!("{party} stelt je een vraag. Je kunt antwoorden tot {until}."),
    answer: "Bekijk de vraag",
    fresh: "Nieuw voor je",
    look: "Bekijk",
    fresh_note: "Klopt er iets niet? Open het bewijs en meld het.",
    load: "Je geldige studielast",
    also: "en",
    as_table: "Als tabel",
    level: "Niveau",
    load_column: "Studielast",
    load_note: "Verlopen, opgeschorte en ingetrokken bewijzen tellen niet mee.",
    all: "Alle bewijzen",
    search_label: "Zoek op naam of onderwerp",
    search_hint: "Naam of onderwerp",
    search: "Zoek",
    filter: "Filter op instelling, soort, staat of jaar",
    institution: "Instelling",
    kind: "Soort",
    state: "Staat",
    year: "Jaar",
    any: "Alle",
    show: "Toon",
    quick: "Snel kiezen",
    tab_all: "Alle",
    tab_valid: "Geldig",
    tab_attention: "Let op",
    found_nothing: "Geen bewijs past bij wat je zoekt.",
    show_all: "Toon alle bewijzen",
    stale: |when| {
        format!(
            "De staat van je bewijzen is voor het laatst gecontroleerd: {when}. Een school geeft nu geen antwoord; we proberen het vanzelf opnieuw."
        )
    },
    empty: "Je hebt nog geen bewijzen",
    empty_text: "Je school kan ze hier neerzetten, maar alleen als jij je school koppelt. Kreeg je een link of code? Plak die dan hier.",
    connect: "Koppel je school",
    paste: "Scan of plak een code",
    empty_connected: "Je school is gekoppeld. Zodra een resultaat definitief is, komt het bewijs hier vanzelf binnen.",
};

const EN: Words = Words {
    title: "Your credentials",
    hello: |name| format!("Hello {name}"),
    holds: |count, number, schools| {
        format!(
            "You have {count} {} from {schools}. You choose what you share from this wallet.",
            if number == 1 { "credential" } else { "credentials" }
        )
    },
    share: "Share a credential",
    add: "Add a credential",
    badge: "Add a badge",
    permissions: "Standing permissions",
    waits: |party, until| format!("{party} asks you something. You can answer until {until}."),
    answer: "See the question",
    fresh: "New for you",
    look: "View",
    fresh_note: "Is something wrong? Open the credential and report it.",
    load: "Your valid study load",
    also: "and",
    as_table: "As a table",
    level: "Level",
    load_column: "Study load",
    load_note: "Expired, suspended and withdrawn credentials do not count.",
    all: "All credentials",
    search_label: "Search by name or subject",
    search_hint: "Name or subject",
    search: "Search",
    filter: "Filter by institution, kind, state or year",
    institution: "Institution",
    kind: "Kind",
    state: "State",
    year: "Year",
    any: "All",
    show: "Show",
    quick: "Quick choice",
    tab_all: "All",
    tab_valid: "Valid",
    tab_attention: "Attention",
    found_nothing: "No credential fits what you are looking for.",
    show_all: "Show all credentials",
    stale: |when| format!("The state of your credentials was last checked: {when}. A school is not answering now; we keep trying."),
    empty: "You have no credentials yet",
    empty_text: "Your school can put them here, but only if you connect your school. Did you get a link or a code? Paste it here.",
    connect: "Connect your school",
    paste: "Scan or paste a code",
    empty_connected: "Your school is connected. As soon as a result is final, the credential arrives here by itself.",
};

impl Overview {
    /// `Je hebt negen bewijzen van drie instellingen.`
    fn holds(&self, lang: Lang, w: &Words) -> String {
        let schools = match (lang, self.institutions) {
            (Lang::Nl, 1) => "één instelling".to_owned(),
            (Lang::En, 1) => "one institution".to_owned(),
            (Lang::Nl, many) => format!("{} instellingen", format::count(lang, many)),
            (Lang::En, many) => format!("{} institutions", format::count(lang, many)),
        };
        (w.holds)(&format::count(lang, self.total), self.total, &schools)
    }
}
