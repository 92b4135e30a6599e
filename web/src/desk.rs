//! The desk of an institution: results and what was decided about them, what was issued, and withdrawing it.

use crate::view::{template, words};
use crate::{Chrome, Day, Frame, Lang, Moment, NavItem, PageView, Text, format};

/// Where on the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeskTab {
    /// Results and decisions.
    Results,
    /// Issued credentials.
    Issued,
}

/// The institution whose desk this is.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Name of the institution.
    pub institution: Text,
    /// Address of the desk: `/hogeschool-voorbeeld/desk`.
    pub base: String,
    /// Name of the signed-in member of staff.
    pub staff: String,
    /// Where signing out posts to.
    pub logout: String,
}

/// What was decided about a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Waits, with reasons.
    Parked,
    /// May be issued; an offer waits for the learner.
    Offered,
    /// Is being issued or delivered.
    Ready,
    /// In the learner's wallet.
    Issued,
    /// Replaced by a corrected one.
    Corrected,
    /// Suspended, until the result is clear again.
    Suspended,
    /// Withdrawn.
    Withdrawn,
    /// Leads to nothing: failed, in progress.
    Nothing,
}

/// One result with its decision.
#[derive(Clone, Debug)]
pub struct ResultRow {
    /// Name of the learner, as the source has it.
    pub learner: String,
    /// Course or programme.
    pub what: Text,
    /// The result: `8`, `voldoende`; nothing for an enrolment.
    pub result: Option<String>,
    /// When it was achieved or started.
    pub on: Option<Day>,
    /// What was decided.
    pub decision: Decision,
    /// Why, as codes of the rules: `not_final`, `learner_unknown`, `missing:level`, `no_template` …
    pub reasons: Vec<String>,
    /// When it was decided.
    pub decided_at: Moment,
    /// Address of the issued credential on the desk.
    pub href: Option<String>,
}

/// Which results are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultsView {
    /// What needs attention or waits.
    Todo,
    /// What was issued.
    Issued,
    /// Everything else.
    Other,
}

/// `/{institution}/desk`: results, what was decided, and why.
#[derive(Clone, Debug)]
pub struct ResultsPage {
    /// Whose desk.
    pub desk: Desk,
    /// When the source was last read; nothing means never.
    pub read_at: Option<Moment>,
    /// The last reading failed, with this code.
    pub read_problem: Option<String>,
    /// Which view; the others are links `?view=issued`.
    pub view: ResultsView,
    /// How many rows each view has: to do, issued, other.
    pub counts: (usize, usize, usize),
    /// The rows of this view, parked first.
    pub rows: Vec<ResultRow>,
    /// Address of the next page.
    pub next: Option<String>,
}

/// State of an issued credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssuedState {
    /// Valid.
    Valid,
    /// Suspended for a while.
    Suspended,
    /// Withdrawn for good.
    Revoked,
    /// Past its last day.
    Expired,
}

/// One issued credential in the list.
#[derive(Clone, Debug)]
pub struct IssuedRow {
    /// Name of the learner.
    pub learner: String,
    /// Title.
    pub what: Text,
    /// When it was issued.
    pub issued_at: Moment,
    /// Its state.
    pub state: IssuedState,
    /// Its page.
    pub href: String,
}

/// `/{institution}/desk/issued`.
#[derive(Clone, Debug)]
pub struct IssuedPage {
    /// Whose desk.
    pub desk: Desk,
    /// The rows.
    pub rows: Vec<IssuedRow>,
    /// Address of the next page.
    pub next: Option<String>,
}

/// One thing that happened to an issued credential.
#[derive(Clone, Debug)]
pub struct HistoryItem {
    /// When.
    pub at: Moment,
    /// `issued`, `collected`, `suspended`, `restored`, `revoked`, `corrected`.
    pub what: String,
    /// By whom: a name, or the rule.
    pub by: Option<String>,
    /// The reason that was given. Only the learner and the desk see it.
    pub reason: Option<String>,
}

/// `/{institution}/desk/credentials/{id}`: one issued credential.
#[derive(Clone, Debug)]
pub struct IssuedCredentialPage {
    /// Whose desk.
    pub desk: Desk,
    /// Its id.
    pub id: String,
    /// Title.
    pub title: Text,
    /// Type, in words: `Microcredential`.
    pub kind: Text,
    /// Name of the learner.
    pub learner: String,
    /// When it was issued.
    pub issued_at: Moment,
    /// Its last moment.
    pub valid_until: Option<Moment>,
    /// Its state.
    pub state: IssuedState,
    /// What happened to it, newest first.
    pub history: Vec<HistoryItem>,
    /// Address of the confirm page without the target: `…/status`; links add `?to=revoked`.
    pub status_href: String,
}

/// `/{institution}/desk/credentials/{id}/status?to=…`: asks a reason and confirms. Posts `status`, `reason` and, for a
/// withdrawal, `sure=yes`.
#[derive(Clone, Debug)]
pub struct ConfirmStatusPage {
    /// Whose desk.
    pub desk: Desk,
    /// Title of the credential.
    pub title: Text,
    /// Name of the learner.
    pub learner: String,
    /// The state it will get.
    pub to: IssuedState,
    /// Where the form posts.
    pub action: String,
    /// Back to the credential.
    pub back: String,
    /// The form came back without a reason.
    pub reason_missing: bool,
    /// The reason as typed.
    pub reason: String,
}

/// The desk's sign-in page.
#[derive(Clone, Debug)]
pub struct DeskSignInPage {
    /// Name of the institution.
    pub institution: Text,
    /// Link that starts the eduID login.
    pub login: String,
    /// Signed in, but not a member of this desk.
    pub not_staff: bool,
}

const SAMPLE_NOW: Moment = Moment(1_795_352_580);

impl Desk {
    fn sample() -> Self {
        Self {
            institution: Text::same("Hogeschool Voorbeeld"),
            base: "/hogeschool-voorbeeld/desk".to_owned(),
            staff: "M. Bakker".to_owned(),
            logout: "/hogeschool-voorbeeld/desk/logout".to_owned(),
        }
    }

    fn chrome(&self, tab: DeskTab) -> Chrome {
        let item = |href: String, nl: &str, en: &str, of: DeskTab| NavItem { href, label: Text::new(nl, en), current: of == tab };
        Chrome::Own {
            place: self.institution.nl.clone(),
            home: self.base.clone(),
            items: vec![
                item(self.base.clone(), "Resultaten", "Results", DeskTab::Results),
                item(format!("{}/issued", self.base), "Uitgereikt", "Issued", DeskTab::Issued),
            ],
            logout: self.logout.clone(),
        }
    }
}

impl Decision {
    fn icon(self) -> &'static str {
        match self {
            Self::Parked | Self::Suspended => "pause",
            Self::Offered => "soon",
            Self::Ready => "info",
            Self::Issued => "ok",
            Self::Corrected => "info",
            Self::Withdrawn => "x",
            Self::Nothing => "none",
        }
    }

    fn tone(self) -> &'static str {
        match self {
            Self::Parked | Self::Suspended => "warn",
            Self::Issued => "ok",
            Self::Withdrawn => "bad",
            Self::Offered | Self::Ready | Self::Corrected | Self::Nothing => "mute",
        }
    }

    fn words(self, words: &Words) -> &'static str {
        match self {
            Self::Parked => words.parked,
            Self::Offered => words.offered,
            Self::Ready => words.ready,
            Self::Issued => words.issued,
            Self::Corrected => words.corrected,
            Self::Suspended => words.suspended,
            Self::Withdrawn => words.withdrawn,
            Self::Nothing => words.nothing,
        }
    }
}

impl ResultRow {
    /// Why, one sentence a reason. A code without words is shown as it is: the desk may know it.
    fn why(&self, words: &Words) -> Vec<String> {
        self.reasons
            .iter()
            .map(|reason| match reason.split_once(':') {
                Some(("missing", field)) => (words.missing)((words.field)(field).unwrap_or(field)),
                _ => (words.reason)(reason).map_or_else(|| reason.clone(), str::to_owned),
            })
            .collect()
    }

    fn samples() -> Vec<Self> {
        let row = |learner: &str, result: &str, decision, reasons: &[&str]| Self {
            learner: learner.to_owned(),
            what: Text::new("Data-analyse basis", "Data analysis basics"),
            result: Some(result.to_owned()),
            on: Day::parse("2026-11-20"),
            decision,
            reasons: reasons.iter().map(|code| (*code).to_owned()).collect(),
            decided_at: Moment(SAMPLE_NOW.0 - 1080),
            href: (decision == Decision::Issued).then(|| "/hogeschool-voorbeeld/desk/credentials/1".to_owned()),
        };
        vec![
            row("Noor Willems", "7,5", Decision::Parked, &["not_final"]),
            row("Jens Aydın", "8", Decision::Parked, &["learner_unknown"]),
            row("Fatima el Idrissi", "voldoende", Decision::Parked, &["missing:level", "no_template"]),
            row("Samira de Vries", "8", Decision::Offered, &[]),
            row("Daan Hofstra", "6,5", Decision::Issued, &[]),
            row("Lotte Vermeulen", "4", Decision::Nothing, &["result_failed"]),
            row("Thijs van den Berg", "8,5", Decision::Withdrawn, &["result_withdrawn"]),
            row("Mila Visser", "7", Decision::Suspended, &["under_review"]),
        ]
    }
}

impl ResultsPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            desk: Desk::sample(),
            read_at: Some(Moment(SAMPLE_NOW.0 - 1080)),
            read_problem: None,
            view: ResultsView::Todo,
            counts: (4, 214, 3),
            rows: ResultRow::samples(),
            next: None,
        };
        vec![
            ("todo", page.clone()),
            ("source-down", Self { read_problem: Some("truncated".to_owned()), ..page.clone() }),
            ("issued", Self { view: ResultsView::Issued, next: Some("?view=issued&after=7".to_owned()), ..page.clone() }),
            ("empty", Self { rows: Vec::new(), counts: (0, 0, 0), read_at: None, ..page }),
        ]
    }

    fn bar(&self) -> Vec<(&'static str, u32, u32)> {
        let (todo, issued, other) = self.counts;
        let total = todo + issued + other;
        let mut at = 0;
        [("s-ok", issued), ("s-warn", todo), ("s-none", other)]
            .into_iter()
            .filter(|(_, count)| *count > 0 && total > 0)
            .map(|(class, count)| {
                let width = u32::try_from(count * 300 / total).unwrap_or(300).max(4);
                let x = at;
                at += width;
                (class, x, width.saturating_sub(2))
            })
            .collect()
    }

    fn read(&self, frame: &Frame, words: &Words) -> String {
        match self.read_at {
            Some(at) => (words.read_at)(&format::relative_time(frame.lang, at, Moment(frame.now))),
            None => words.never_read.to_owned(),
        }
    }

    fn parked(&self) -> Vec<&ResultRow> {
        self.rows.iter().filter(|row| row.decision == Decision::Parked).collect()
    }

    fn rest(&self) -> Vec<&ResultRow> {
        self.rows.iter().filter(|row| row.decision != Decision::Parked).collect()
    }
}

impl PageView for ResultsPage {
    fn title(&self, lang: Lang) -> String {
        let words = Words::of(lang);
        format!("{} – {}", (words.waiting)(self.counts.0), self.desk.institution.get(lang))
    }

    fn chrome(&self) -> Chrome {
        self.desk.chrome(DeskTab::Results)
    }

    template!(ResultsPage, "desk/results.html", Words);
}

impl IssuedState {
    /// Its name in the API and in forms.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Self::Valid => "ok",
            Self::Suspended => "pause",
            Self::Revoked => "x",
            Self::Expired => "expired",
        }
    }

    fn tone(self) -> &'static str {
        match self {
            Self::Valid => "ok",
            Self::Suspended | Self::Expired => "warn",
            Self::Revoked => "bad",
        }
    }

    fn words(self, words: &Words) -> &'static str {
        match self {
            Self::Valid => words.valid,
            Self::Suspended => words.suspended,
            Self::Revoked => words.revoked,
            Self::Expired => words.expired,
        }
    }
}

impl IssuedPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let row = |learner: &str, state| IssuedRow {
            learner: learner.to_owned(),
            what: Text::new("Data-analyse basis", "Data analysis basics"),
            issued_at: Moment(SAMPLE_NOW.0 - 86_400),
            state,
            href: "/hogeschool-voorbeeld/desk/credentials/1".to_owned(),
        };
        let rows = vec![
            row("Samira de Vries", IssuedState::Valid),
            row("Daan Hofstra", IssuedState::Suspended),
            row("Lotte Vermeulen", IssuedState::Revoked),
            row("Thijs van den Berg", IssuedState::Expired),
        ];
        let page = Self { desk: Desk::sample(), rows, next: Some("?after=4".to_owned()) };
        vec![("list", page.clone()), ("empty", Self { rows: Vec::new(), next: None, ..page })]
    }
}

impl PageView for IssuedPage {
    fn title(&self, lang: Lang) -> String {
        format!("{} – {}", Words::of(lang).issued_title, self.desk.institution.get(lang))
    }

    fn chrome(&self) -> Chrome {
        self.desk.chrome(DeskTab::Issued)
    }

    template!(IssuedPage, "desk/issued.html", Words);
}

impl IssuedCredentialPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let item = |at: i64, what: &str, by: Option<&str>, reason: Option<&str>| HistoryItem {
            at: Moment(SAMPLE_NOW.0 - at),
            what: what.to_owned(),
            by: by.map(str::to_owned),
            reason: reason.map(str::to_owned),
        };
        let page = |state| Self {
            desk: Desk::sample(),
            id: "2f1c7a9e-2f55-4e0f-9f6a-3c1f0b7d1a11".to_owned(),
            title: Text::new("Data-analyse basis", "Data analysis basics"),
            kind: Text::same("Microcredential"),
            learner: "Samira de Vries".to_owned(),
            issued_at: Moment(SAMPLE_NOW.0 - 864_000),
            valid_until: None,
            state,
            history: vec![
                item(3600, "suspended", Some("M. Bakker"), Some("EXC-2026-114")),
                item(860_000, "collected", None, None),
                item(864_000, "issued", None, None),
            ],
            status_href: "/hogeschool-voorbeeld/desk/credentials/1/status".to_owned(),
        };
        vec![
            ("valid", page(IssuedState::Valid)),
            ("suspended", page(IssuedState::Suspended)),
            ("revoked", page(IssuedState::Revoked)),
            ("expired", page(IssuedState::Expired)),
        ]
    }
}

impl HistoryItem {
    fn words(&self, words: &Words) -> String {
        (words.happened)(&self.what).map_or_else(|| self.what.clone(), str::to_owned)
    }
}

impl PageView for IssuedCredentialPage {
    fn title(&self, lang: Lang) -> String {
        format!("{} – {}", self.state.words(Words::of(lang)), self.title.get(lang))
    }

    fn chrome(&self) -> Chrome {
        self.desk.chrome(DeskTab::Issued)
    }

    template!(IssuedCredentialPage, "desk/credential.html", Words);
}

impl ConfirmStatusPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |to| Self {
            desk: Desk::sample(),
            title: Text::new("Data-analyse basis", "Data analysis basics"),
            learner: "Samira de Vries".to_owned(),
            to,
            action: "/hogeschool-voorbeeld/desk/credentials/1/status".to_owned(),
            back: "/hogeschool-voorbeeld/desk/credentials/1".to_owned(),
            reason_missing: false,
            reason: String::new(),
        };
        vec![
            ("revoke", page(IssuedState::Revoked)),
            ("suspend", page(IssuedState::Suspended)),
            ("restore", page(IssuedState::Valid)),
            ("no-reason", Self { reason_missing: true, ..page(IssuedState::Revoked) }),
        ]
    }

    fn question(&self, words: &Words) -> &'static str {
        match self.to {
            IssuedState::Revoked | IssuedState::Expired => words.revoke_question,
            IssuedState::Suspended => words.suspend_question,
            IssuedState::Valid => words.restore_question,
        }
    }

    fn effect(&self, words: &Words) -> &'static str {
        match self.to {
            IssuedState::Revoked | IssuedState::Expired => words.revoke_effect,
            IssuedState::Suspended => words.suspend_effect,
            IssuedState::Valid => words.restore_effect,
        }
    }

    fn act(&self, words: &Words) -> &'static str {
        match self.to {
            IssuedState::Revoked | IssuedState::Expired => words.revoke,
            IssuedState::Suspended => words.suspend,
            IssuedState::Valid => words.restore,
        }
    }

    fn final_step(&self) -> bool {
        matches!(self.to, IssuedState::Revoked)
    }
}

impl PageView for ConfirmStatusPage {
    fn title(&self, lang: Lang) -> String {
        format!("{} – {}", self.question(Words::of(lang)), self.title.get(lang))
    }

    fn chrome(&self) -> Chrome {
        self.desk.chrome(DeskTab::Issued)
    }

    template!(ConfirmStatusPage, "desk/confirm.html", Words);
}

impl DeskSignInPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            institution: Text::same("Hogeschool Voorbeeld"),
            login: "/hogeschool-voorbeeld/desk/auth/login".to_owned(),
            not_staff: false,
        };
        vec![("sign-in", page.clone()), ("not-staff", Self { not_staff: true, ..page })]
    }
}

impl PageView for DeskSignInPage {
    fn title(&self, lang: Lang) -> String {
        format!("{} – {}", Words::of(lang).desk, self.institution.get(lang))
    }

    template!(DeskSignInPage, "desk/sign_in.html", Words);
}

struct Words {
    desk: &'static str,
    waiting: fn(usize) -> String,
    results: &'static str,
    read_at: fn(&str) -> String,
    never_read: &'static str,
    read_problem: fn(&str) -> String,
    which: &'static str,
    todo: &'static str,
    view_issued: &'static str,
    other: &'static str,
    chart: fn(usize, usize, usize) -> String,
    attention: &'static str,
    rest: &'static str,
    student: &'static str,
    result: &'static str,
    course: &'static str,
    achieved: &'static str,
    decision: &'static str,
    why: &'static str,
    no_result: &'static str,
    empty: &'static str,
    empty_text: &'static str,
    more: &'static str,
    view: &'static str,
    parked: &'static str,
    offered: &'static str,
    ready: &'static str,
    issued: &'static str,
    corrected: &'static str,
    withdrawn: &'static str,
    nothing: &'static str,
    missing: fn(&str) -> String,
    field: fn(&str) -> Option<&'static str>,
    reason: fn(&str) -> Option<&'static str>,
    valid: &'static str,
    suspended: &'static str,
    revoked: &'static str,
    expired: &'static str,
    issued_title: &'static str,
    issued_on: &'static str,
    credential: &'static str,
    state: &'static str,
    none_issued: &'static str,
    none_issued_text: &'static str,
    issued_to: &'static str,
    valid_until: &'static str,
    no_end: &'static str,
    id: &'static str,
    history: &'static str,
    happened: fn(&str) -> Option<&'static str>,
    by: fn(&str) -> String,
    change: &'static str,
    revoke: &'static str,
    suspend: &'static str,
    restore: &'static str,
    final_note: &'static str,
    revoke_question: &'static str,
    suspend_question: &'static str,
    restore_question: &'static str,
    revoke_effect: &'static str,
    suspend_effect: &'static str,
    restore_effect: &'static str,
    reason_label: &'static str,
    reason_hint: &'static str,
    reason_missing: &'static str,
    sure: &'static str,
    cancel: &'static str,
    logged: &'static str,
    sign_in_lead: &'static str,
    sign_in: &'static str,
    not_staff: &'static str,
}

words!(Words);

const NL: Words = Words {
    desk: "Balie",
    waiting: |n| match n {
        0 => "Geen resultaten wachten".to_owned(),
        1 => "1 resultaat wacht".to_owned(),
        _ => format!("{n} resultaten wachten"),
    },
    results: "Resultaten",
    read_at: |when| format!("Binnengekomen uit het studentvolgsysteem, {when}"),
    never_read: "Het studentvolgsysteem is nog niet gelezen.",
    read_problem: |code| {
        format!("Het laatste lezen van het studentvolgsysteem mislukte ({code}). Er is niets veranderd. We proberen het vanzelf opnieuw.")
    },
    which: "Welke resultaten",
    todo: "Te doen",
    view_issued: "Uitgereikt",
    other: "Overig",
    chart: |issued, todo, other| format!("{issued} uitgereikt, {todo} te doen, {other} overig"),
    attention: "Vraagt aandacht",
    rest: "Gaat vanzelf of is klaar",
    student: "Student",
    result: "Resultaat",
    course: "Waarvoor",
    achieved: "Behaald op",
    decision: "Besluit",
    why: "Waarom niet",
    no_result: "inschrijving",
    empty: "Hier staat niets",
    empty_text: "Resultaten komen vanzelf binnen uit het studentvolgsysteem, zodra ze daar zijn vastgelegd.",
    more: "Volgende",
    view: "Bekijk",
    parked: "Geparkeerd",
    offered: "Aangeboden, wacht op de student",
    ready: "Wordt uitgereikt",
    issued: "Uitgereikt",
    corrected: "Vervangen door een verbeterd bewijs",
    withdrawn: "Ingetrokken",
    nothing: "Geen bewijs",
    missing: |what| format!("Er ontbreekt: {what}. Vul het aan in het studentvolgsysteem of in het sjabloon."),
    field: |field| match field {
        "level" => Some("het niveau"),
        "workload" | "study_load" => Some("de studielast"),
        "title" => Some("de titel"),
        "learning_outcomes" => Some("de leeruitkomsten"),
        "assessment" | "assessment_type" => Some("de toetsvorm"),
        "quality_assurance" => Some("de kwaliteitsborging"),
        "awarded_date" => Some("de datum van het resultaat"),
        "given_name" | "family_name" | "name" => Some("de naam van de student"),
        "description" => Some("de omschrijving"),
        "programme" => Some("de opleiding"),
        "language" => Some("de taal"),
        _ => None,
    },
    reason: |code| match code {
        "not_final" | "waiting_final" => Some("De uitslag is nog niet definitief. Gaat vanzelf verder na vaststelling."),
        "learner_unknown" | "no_eduid" => Some("De student heeft eduID nog niet aan de school gekoppeld."),
        "no_template" => Some("Voor deze cursus is er nog geen sjabloon."),
        "not_passed" | "result_failed" => Some("De student is niet geslaagd."),
        "pass_unknown" => Some("Er staat niet bij of de student is geslaagd."),
        "in_progress" => Some("De cursus loopt nog."),
        "result_withdrawn" => Some("Het resultaat is in het studentvolgsysteem ingetrokken."),
        "result_changed" | "superseded" => Some("Het resultaat is veranderd. Er kwam een nieuw bewijs."),
        "under_review" => Some("Het resultaat wordt in het studentvolgsysteem opnieuw bekeken."),
        "enrolment_ended" => Some("De inschrijving is beëindigd."),
        "by_institution" => Some("Zo besloten aan de balie of door een eigen systeem."),
        "schema" => Some("De gegevens uit het studentvolgsysteem hebben niet de goede vorm."),
        "stale_result" => Some("Er was al een nieuwer resultaat."),
        "name_differs" => Some("De naam bij eduID verschilt van die in het studentvolgsysteem."),
        "not_enrolled" => Some("De student staat niet actief ingeschreven."),
        "institution_not_admitted" => Some("De instelling mag dit soort bewijs volgens het register niet uitgeven."),
        _ => None,
    },
    valid: "Geldig",
    suspended: "Opgeschort",
    revoked: "Ingetrokken",
    expired: "Verlopen",
    issued_title: "Uitgereikt",
    issued_on: "Uitgereikt op",
    credential: "Bewijs",
    state: "Stand",
    none_issued: "Nog niets uitgereikt",
    none_issued_text: "Zodra een resultaat definitief is, komt het bewijs hier te staan.",
    issued_to: "Uitgereikt aan",
    valid_until: "Geldig tot",
    no_end: "Geen einddatum",
    id: "Kenmerk",
    history: "Wat er gebeurde",
    happened: |what| match what {
        "issued" => Some("Uitgereikt"),
        "collected" => Some("Opgehaald"),
        "suspended" => Some("Opgeschort"),
        "restored" | "valid" => Some("Weer geldig gemaakt"),
        "revoked" => Some("Ingetrokken"),
        "corrected" => Some("Vervangen"),
        "offered" => Some("Aangeboden"),
        _ => None,
    },
    by: |who| format!("door {who}"),
    change: "Veranderen",
    revoke: "Intrekken",
    suspend: "Opschorten",
    restore: "Weer geldig maken",
    final_note: "Dit bewijs is ingetrokken. Dat kan niet meer terug.",
    revoke_question: "Dit bewijs intrekken?",
    suspend_question: "Dit bewijs opschorten?",
    restore_question: "Dit bewijs weer geldig maken?",
    revoke_effect: "Iedereen die het bewijs controleert, ziet binnen enkele seconden dat het is ingetrokken. Dat kan niet meer terug. De student krijgt bericht, met uw reden.",
    suspend_effect: "Iedereen die het bewijs controleert, ziet dat het is opgeschort. U kunt het later weer geldig maken. De student krijgt bericht, met uw reden.",
    restore_effect: "Iedereen die het bewijs controleert, ziet dat het weer geldig is. De student krijgt bericht.",
    reason_label: "Reden",
    reason_hint: "De student leest dit, een werkgever niet.",
    reason_missing: "Vul een reden in.",
    sure: "Ik weet dat dit niet terug kan",
    cancel: "Terug",
    logged: "Alles wat u hier doet, komt in het logboek.",
    sign_in_lead: "Voor medewerkers die resultaten en bewijzen beheren.",
    sign_in: "Inloggen met eduID",
    not_staff: "U bent ingelogd, maar u staat niet op de lijst van medewerkers van deze balie. Vraag uw beheerder om toegang.",
};

const EN: Words = Words {
    desk: "Desk",
    waiting: |n| match n {
        0 => "No results are waiting".to_owned(),
        1 => "1 result is waiting".to_owned(),
        _ => format!("{n} results are waiting"),
    },
    results: "Results",
    read_at: |when| format!("Read from the student information system, {when}"),
    never_read: "The student information system has not been read yet.",
    read_problem: |code| {
        format!("The last reading of the student information system failed ({code}). Nothing changed. We try again by ourselves.")
    },
    which: "Which results",
    todo: "To do",
    view_issued: "Issued",
    other: "Other",
    chart: |issued, todo, other| format!("{issued} issued, {todo} to do, {other} other"),
    attention: "Needs attention",
    rest: "Goes by itself or is done",
    student: "Student",
    result: "Result",
    course: "For",
    achieved: "Achieved on",
    decision: "Decision",
    why: "Why not",
    no_result: "enrolment",
    empty: "There is nothing here",
    empty_text: "Results arrive by themselves from the student information system, as soon as they are recorded there.",
    more: "Next",
    view: "View",
    parked: "Parked",
    offered: "Offered, waiting for the student",
    ready: "Being issued",
    issued: "Issued",
    corrected: "Replaced by a corrected credential",
    withdrawn: "Withdrawn",
    nothing: "No credential",
    missing: |what| format!("Missing: {what}. Add it in the student information system or in the template."),
    field: |field| match field {
        "level" => Some("the level"),
        "workload" | "study_load" => Some("the workload"),
        "title" => Some("the title"),
        "learning_outcomes" => Some("the learning outcomes"),
        "assessment" | "assessment_type" => Some("the form of assessment"),
        "quality_assurance" => Some("the quality assurance"),
        "awarded_date" => Some("the date of the result"),
        "given_name" | "family_name" | "name" => Some("the name of the student"),
        "description" => Some("the description"),
        "programme" => Some("the programme"),
        "language" => Some("the language"),
        _ => None,
    },
    reason: |code| match code {
        "not_final" | "waiting_final" => Some("The result is not final yet. Goes on by itself once it is."),
        "learner_unknown" | "no_eduid" => Some("The student has not linked eduID to the school yet."),
        "no_template" => Some("There is no template for this course yet."),
        "not_passed" | "result_failed" => Some("The student did not pass."),
        "pass_unknown" => Some("It does not say whether the student passed."),
        "in_progress" => Some("The course is still going on."),
        "result_withdrawn" => Some("The result was withdrawn in the student information system."),
        "result_changed" | "superseded" => Some("The result changed. A new credential came."),
        "under_review" => Some("The result is being looked at again in the student system."),
        "enrolment_ended" => Some("The enrolment has ended."),
        "by_institution" => Some("Decided at the desk or by a system of the institution."),
        "schema" => Some("The data from the student information system do not have the right shape."),
        "stale_result" => Some("There was a newer result already."),
        "name_differs" => Some("The name at eduID differs from the one in the student information system."),
        "not_enrolled" => Some("The student is not actively enrolled."),
        "institution_not_admitted" => Some("According to the register the institution may not issue this kind of credential."),
        _ => None,
    },
    valid: "Valid",
    suspended: "Suspended",
    revoked: "Withdrawn",
    expired: "Expired",
    issued_title: "Issued",
    issued_on: "Issued on",
    credential: "Credential",
    state: "State",
    none_issued: "Nothing issued yet",
    none_issued_text: "As soon as a result is final, its credential stands here.",
    issued_to: "Issued to",
    valid_until: "Valid until",
    no_end: "No end date",
    id: "Reference",
    history: "What happened",
    happened: |what| match what {
        "issued" => Some("Issued"),
        "collected" => Some("Collected"),
        "suspended" => Some("Suspended"),
        "restored" | "valid" => Some("Made valid again"),
        "revoked" => Some("Withdrawn"),
        "corrected" => Some("Replaced"),
        "offered" => Some("Offered"),
        _ => None,
    },
    by: |who| format!("by {who}"),
    change: "Change",
    revoke: "Withdraw",
    suspend: "Suspend",
    restore: "Make valid again",
    final_note: "This credential was withdrawn. That cannot be undone.",
    revoke_question: "Withdraw this credential?",
    suspend_question: "Suspend this credential?",
    restore_question: "Make this credential valid again?",
    revoke_effect: "Everybody who checks the credential sees within seconds that it was withdrawn. That cannot be undone. The student is told, with your reason.",
    suspend_effect: "Everybody who checks the credential sees that it is suspended. You can make it valid again later. The student is told, with your reason.",
    restore_effect: "Everybody who checks the credential sees that it is valid again. The student is told.",
    reason_label: "Reason",
    reason_hint: "The student reads this, an employer does not.",
    reason_missing: "Fill in a reason.",
    sure: "I know that this cannot be undone",
    cancel: "Back",
    logged: "Everything that you do here is logged.",
    sign_in_lead: "For staff who look after results and credentials.",
    sign_in: "Log in with eduID",
    not_staff: "You are logged in, but you are not on the list of staff of this desk. Ask your administrator for access.",
};
