//! Asking: the verifier's start page, one question to one candidate, the page of a request, and what the asker sees of it.

mod words;

use self::words::Words;
use crate::view::template;
use crate::{Frame, Lang, Moment, PageView, Text, format};

/// A use case to choose from.
#[derive(Clone, Debug)]
pub struct UseCase {
    /// Its name in the API: `proof-of-enrolment`, `microcredential`.
    pub id: String,
    /// Its name for people.
    pub name: Text,
    /// One sentence about it.
    pub about: Text,
    /// The claims that it asks, in words.
    pub claims: Vec<Text>,
}

/// The verifier's first page.
#[derive(Clone, Debug)]
pub struct StartPage {
    /// What can be asked.
    pub use_cases: Vec<UseCase>,
    /// A typed short code led nowhere.
    pub code_unknown: bool,
}

/// What is wrong with a field of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskProblem {
    /// No use case chosen.
    UseCase,
    /// The asker's name is missing or too long.
    Name,
    /// No contact address.
    Contact,
    /// The purpose is missing or too long.
    Purpose,
    /// No ground chosen.
    Ground,
    /// Not a number of days from 1 to 30.
    Days,
    /// The access key is not of any organisation.
    Key,
    /// The register does not allow this organisation to ask this.
    NotAllowed,
}

/// The fields as they were filled in.
#[derive(Clone, Debug, Default)]
pub struct AskValues {
    /// `use_case`.
    pub use_case: String,
    /// `name`: who asks.
    pub name: String,
    /// `contact`: where the candidate can ask about it.
    pub contact: String,
    /// `purpose`.
    pub purpose: String,
    /// `ground`: `contract`, `legal_obligation`, `legitimate_interest`, `public_task`, `consent`.
    pub ground: String,
    /// `days`: how long the answer is kept here.
    pub days: String,
}

/// One question to one candidate, by somebody without an account; posts to `/ask`.
#[derive(Clone, Debug)]
pub struct AskPage {
    /// What can be asked.
    pub use_cases: Vec<UseCase>,
    /// The fields as filled in.
    pub values: AskValues,
    /// What is wrong with them.
    pub problem: Option<AskProblem>,
}

/// The states of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestState {
    /// Made; nobody opened it.
    Waiting,
    /// A wallet fetched it.
    Opened,
    /// Answered.
    Received,
    /// The holder refused, or holds nothing that fits.
    Refused,
    /// The wallet reported an error.
    Failed,
    /// Its time is over.
    Expired,
    /// The asker withdrew it.
    Withdrawn,
    /// The answer was erased at its time.
    Purged,
}

/// What a request is about, as both sides may see it.
#[derive(Clone, Debug)]
pub struct RequestSummary {
    /// Who asks.
    pub asker: Text,
    /// The register vouches for the asker, by the name of who keeps it; nothing means unproven.
    pub register_keeper: Option<Text>,
    /// The use case, in words.
    pub what: Text,
    /// The claims asked, in words.
    pub claims: Vec<Text>,
    /// The stated purpose.
    pub purpose: Text,
    /// Days that the answer is kept.
    pub retention_days: i64,
    /// Its state.
    pub state: RequestState,
    /// When it ends.
    pub expires_at: Moment,
}

/// The page of a request, `/r/{id}`: what the candidate opens or scans.
#[derive(Clone, Debug)]
pub struct RequestPage {
    /// What it is about.
    pub summary: RequestSummary,
    /// The wallet on this device: the primary button. Nothing when the request has ended.
    pub same_device: Option<String>,
    /// The address in the QR, for a wallet on another device. Nothing for same-device requests.
    pub cross_device: Option<String>,
    /// A link for another wallet app on this device (`openid4vp://`).
    pub other_wallet: Option<String>,
    /// The short code and the address where it is typed.
    pub short_code: Option<(String, String)>,
}

/// What the asker sees of a question while no answer is there. With an answer this is a verdict page.
#[derive(Clone, Debug)]
pub struct AskedPage {
    /// What it is about.
    pub summary: RequestSummary,
    /// The link to send to the candidate: the request's page.
    pub link: String,
    /// The short code and the address where it is typed.
    pub short_code: Option<(String, String)>,
    /// This page's own address, to come back to.
    pub own: String,
    /// Where "withdraw" posts; nothing when it has ended.
    pub withdraw: Option<String>,
}

const SAMPLE_NOW: i64 = 1_795_352_580;

impl UseCase {
    fn samples() -> Vec<Self> {
        vec![
            Self {
                id: "proof-of-enrolment".to_owned(),
                name: Text::new("Bewijs van inschrijving", "Proof of enrolment"),
                about: Text::new("Of iemand nu staat ingeschreven, en waarvoor.", "Whether somebody is enrolled now, and for what."),
                claims: vec![Text::new("Naam", "Name"), Text::new("Opleiding", "Programme"), Text::new("Periode", "Period")],
            },
            Self {
                id: "microcredential".to_owned(),
                name: Text::new("Microcredential", "Microcredential"),
                about: Text::new("Wat iemand heeft geleerd, en op welk niveau.", "What somebody has learned, and at which level."),
                claims: vec![Text::new("Naam", "Name"), Text::new("Titel", "Title"), Text::new("Studielast", "Workload")],
            },
        ]
    }
}

impl StartPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self { use_cases: UseCase::samples(), code_unknown: false };
        vec![("start", page.clone()), ("code-unknown", Self { code_unknown: true, ..page })]
    }
}

impl PageView for StartPage {
    fn title(&self, lang: Lang) -> String {
        let words = Words::of(lang);
        if self.code_unknown { words.code_unknown.to_owned() } else { words.start_title.to_owned() }
    }

    template!(StartPage, "verifier/start.html", Words);
}

impl AskPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let values = AskValues { use_case: "microcredential".to_owned(), days: "7".to_owned(), ..AskValues::default() };
        let page = Self { use_cases: UseCase::samples(), values, problem: None };
        let filled = AskValues {
            name: "Bouwbedrijf Voorbeeld".to_owned(),
            contact: "personeel@bouwbedrijf-voorbeeld.example".to_owned(),
            ground: "contract".to_owned(),
            ..page.values.clone()
        };
        let with = |problem| Self { problem: Some(problem), values: filled.clone(), ..page.clone() };
        vec![
            ("form", page.clone()),
            ("no-purpose", with(AskProblem::Purpose)),
            ("no-ground", with(AskProblem::Ground)),
            ("wrong-key", with(AskProblem::Key)),
            ("not-allowed", with(AskProblem::NotAllowed)),
        ]
    }

    fn claims(&self, frame: &Frame, case: &UseCase) -> String {
        case.claims.iter().map(|claim| claim.get(frame.lang).to_lowercase()).collect::<Vec<_>>().join(", ")
    }

    fn key_open(&self) -> bool {
        matches!(self.problem, Some(AskProblem::Key | AskProblem::NotAllowed))
    }

    fn has_ground(&self, value: &str) -> bool {
        self.values.ground == value
    }

    fn grounds(&self, frame: &Frame) -> [(&'static str, &'static str); 4] {
        let words = Words::of(frame.lang);
        [
            ("contract", words.ground_contract),
            ("legal_obligation", words.ground_legal),
            ("legitimate_interest", words.ground_interest),
            ("public_task", words.ground_task),
        ]
    }
}

impl PageView for AskPage {
    fn title(&self, lang: Lang) -> String {
        let words = Words::of(lang);
        match self.problem {
            Some(problem) => format!("{} – {}", problem.words(words), words.ask_title),
            None => words.ask_title.to_owned(),
        }
    }

    template!(AskPage, "verifier/ask.html", Words);
}

impl AskProblem {
    fn words(self, words: &Words) -> &'static str {
        match self {
            Self::UseCase => words.no_use_case,
            Self::Name => words.no_name,
            Self::Contact => words.no_contact,
            Self::Purpose => words.no_purpose,
            Self::Ground => words.no_ground,
            Self::Days => words.no_days,
            Self::Key => words.wrong_key,
            Self::NotAllowed => words.not_allowed,
        }
    }
}

impl RequestState {
    /// While this is true an answer may come.
    pub const fn open(self) -> bool {
        matches!(self, Self::Waiting | Self::Opened)
    }

    /// Its name in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Opened => "opened",
            Self::Received => "received",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
            Self::Purged => "purged",
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Self::Waiting => "soon",
            Self::Opened => "eye",
            Self::Received => "ok",
            Self::Refused | Self::Failed => "x",
            Self::Expired => "expired",
            Self::Withdrawn => "pause",
            Self::Purged => "bin",
        }
    }

    fn tone(self) -> &'static str {
        match self {
            Self::Received => "ok",
            Self::Failed => "bad",
            Self::Waiting | Self::Opened | Self::Refused | Self::Expired | Self::Withdrawn | Self::Purged => "mute",
        }
    }

    fn words(self, words: &Words) -> (&'static str, &'static str) {
        let [waiting, opened, received, refused, failed, expired, withdrawn, purged] = words.states;
        match self {
            Self::Waiting => waiting,
            Self::Opened => opened,
            Self::Received => received,
            Self::Refused => refused,
            Self::Failed => failed,
            Self::Expired => expired,
            Self::Withdrawn => withdrawn,
            Self::Purged => purged,
        }
    }

    fn heading(self, words: &Words) -> &'static str {
        self.words(words).0
    }

    fn sentence(self, words: &Words) -> &'static str {
        self.words(words).1
    }
}

impl RequestSummary {
    fn sample(state: RequestState, proven: bool) -> Self {
        Self {
            asker: if proven { Text::same("FII-portaal") } else { Text::same("Bouwbedrijf Voorbeeld") },
            register_keeper: proven.then(|| Text::same("Voorbeeld Onderwijs")),
            what: Text::new("Bewijs van inschrijving", "Proof of enrolment"),
            claims: vec![Text::new("Naam", "Name"), Text::new("Opleiding", "Programme"), Text::new("Periode", "Period")],
            purpose: Text::new("Inschrijving voor de minor", "Enrolment for the minor"),
            retention_days: 30,
            state,
            expires_at: Moment(SAMPLE_NOW + 480),
        }
    }

    fn days(&self, words: &Words) -> String {
        (words.days)(self.retention_days)
    }

    fn ends(&self, frame: &Frame, words: &Words) -> String {
        (words.open_until)(&format::relative_time(frame.lang, self.expires_at, Moment(frame.now)))
    }
}

const ALL_STATES: [(&str, RequestState); 8] = [
    ("waiting", RequestState::Waiting),
    ("opened", RequestState::Opened),
    ("received", RequestState::Received),
    ("refused", RequestState::Refused),
    ("failed", RequestState::Failed),
    ("expired", RequestState::Expired),
    ("withdrawn", RequestState::Withdrawn),
    ("purged", RequestState::Purged),
];

impl RequestPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |state: RequestState, proven| Self {
            summary: RequestSummary::sample(state, proven),
            same_device: state.open().then(|| "https://eduwallet.example/authorize?request_uri=x".to_owned()),
            cross_device: state.open().then(|| "https://eduwallet.example/authorize?client_id=x509_hash:x&request_uri=y".to_owned()),
            other_wallet: state.open().then(|| "openid4vp://?client_id=x509_hash:x&request_uri=y".to_owned()),
            short_code: state.open().then(|| ("4KT9 W2MZ".to_owned(), "verifier.example/c".to_owned())),
        };
        let mut samples: Vec<_> = ALL_STATES.into_iter().map(|(name, state)| (name, page(state, true))).collect();
        samples.push(("unproven", page(RequestState::Waiting, false)));
        samples.push(("same-device-only", Self { cross_device: None, ..page(RequestState::Waiting, true) }));
        samples
    }

    fn qr(&self, words: &Words) -> crate::text::Html {
        self.cross_device.as_ref().map(|address| crate::qr::svg(address, words.qr_label)).unwrap_or_default()
    }
}

impl PageView for RequestPage {
    fn title(&self, lang: Lang) -> String {
        let words = Words::of(lang);
        let thing = self.summary.what.get(lang);
        if self.summary.state.open() {
            format!("{} – {thing}", words.request_title)
        } else {
            format!("{} – {thing}", self.summary.state.heading(words))
        }
    }

    template!(RequestPage, "verifier/request.html", Words);
}

impl AskedPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |state: RequestState| Self {
            summary: RequestSummary::sample(state, false),
            link: "https://verifier.example/r/4KT9W2MZ4KT9W2MZ4KT9W2".to_owned(),
            short_code: state.open().then(|| ("4KT9 W2MZ".to_owned(), "verifier.example/c".to_owned())),
            own: "https://verifier.example/asked/9W2MZ4KT9W2MZ4KT9W2MZ4".to_owned(),
            withdraw: state.open().then(|| "/asked/9W2MZ4KT9W2MZ4KT9W2MZ4/withdraw".to_owned()),
        };
        ALL_STATES.into_iter().map(|(name, state)| (name, page(state))).collect()
    }

    fn qr(&self, words: &Words) -> crate::text::Html {
        crate::qr::svg(&self.link, words.qr_label)
    }
}

impl PageView for AskedPage {
    fn title(&self, lang: Lang) -> String {
        let words = Words::of(lang);
        format!("{} – {}", self.summary.state.heading(words), self.summary.what.get(lang))
    }

    template!(AskedPage, "verifier/asked.html", Words);
}
