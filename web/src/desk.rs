//! The desk of an institution: results and what was decided about them, what was issued, and withdrawing it.

mod samples;
mod words;

use self::words::Words;
use crate::view::template;
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
    /// May be issued; nothing is offered now.
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
    /// Address where it can be offered by hand: while it may be issued and nobody collected it.
    pub offer: Option<String>,
    /// Address where the examination board's decision is recorded: while it waits for that, for who may.
    pub decide: Option<String>,
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

impl Desk {
    pub(crate) fn chrome(&self, tab: DeskTab) -> Chrome {
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
    /// What it waits for, in two or three words: of several reasons the first.
    fn waits_for(&self, words: &Words) -> &'static str {
        let code = self.reasons.first().map(|reason| reason.split(':').next().unwrap_or_default());
        code.and_then(words.waits_for).unwrap_or(self.decision.words(words))
    }

    /// Why, one sentence a reason. A code without words is shown as it is: the desk may know it.
    fn why(&self, frame: &Frame) -> Vec<String> {
        why(&self.reasons, frame.lang)
    }
}

fn why(reasons: &[String], lang: Lang) -> Vec<String> {
    let words = Words::of(lang);
    let sentence = |reason: &String| match reason.split_once(':') {
        Some(("missing", field)) => (words.missing)((words.field)(field).unwrap_or(field)),
        Some(("unfit", element)) => (words.unfit)(element),
        Some(("board", decision)) => {
            let (on, number) = decision.split_once(':').unwrap_or(("", decision));
            let on = Day::parse(on).map_or_else(|| on.to_owned(), |day| format::date(lang, day));
            (words.board)(number, &on)
        }
        _ => (words.reason)(reason).map_or_else(|| reason.clone(), str::to_owned),
    };
    reasons.iter().map(sentence).collect()
}

/// The same for other pages of the desk.
pub(crate) fn sentences(lang: Lang, reasons: &[String]) -> Vec<String> {
    why(reasons, lang)
}

impl ResultsPage {
    fn bar(&self) -> Vec<(&'static str, u32, u32)> {
        let (todo, issued, other) = self.counts;
        let total = todo + issued + other;
        let parts = [("s-ok", issued), ("s-warn", todo), ("s-none", other)];
        let parts: Vec<_> = parts.into_iter().filter(|(_, count)| *count > 0).collect();
        let (mut at, last) = (0, parts.len().saturating_sub(1));
        parts
            .into_iter()
            .enumerate()
            .map(|(place, (class, count))| {
                let x = at;
                at += u32::try_from(count * 300 / total).unwrap_or(300).max(4);
                // The last one ends where the bar does; between them is a gap.
                let end = if place == last { at.max(300) } else { at - 2 };
                (class, x, end - x)
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

impl PageView for IssuedPage {
    fn title(&self, lang: Lang) -> String {
        format!("{} – {}", Words::of(lang).issued_title, self.desk.institution.get(lang))
    }

    fn chrome(&self) -> Chrome {
        self.desk.chrome(DeskTab::Issued)
    }

    template!(IssuedPage, "desk/issued.html", Words);
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

impl PageView for DeskSignInPage {
    fn title(&self, lang: Lang) -> String {
        format!("{} – {}", Words::of(lang).desk, self.institution.get(lang))
    }

    template!(DeskSignInPage, "desk/sign_in.html", Words);
}
