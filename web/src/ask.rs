//! Asking: the verifier's start page, one question to one candidate, the page of a request, and what the asker sees of it.

use crate::view::{template, words};
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

struct Words {
    start_title: &'static str,
    start_lead: &'static str,
    ask_one: &'static str,
    ask_one_text: &'static str,
    ask_button: &'static str,
    ask_this: &'static str,
    check: &'static str,
    check_text: &'static str,
    check_link: &'static str,
    code_title: &'static str,
    code_label: &'static str,
    code_open: &'static str,
    code_unknown: &'static str,
    software: &'static str,
    software_text: &'static str,
    software_link: &'static str,
    ask_title: &'static str,
    ask_lead: &'static str,
    unproven_title: &'static str,
    unproven_text: &'static str,
    which: &'static str,
    gives: fn(&str) -> String,
    who: &'static str,
    name: &'static str,
    name_hint: &'static str,
    contact: &'static str,
    contact_hint: &'static str,
    why: &'static str,
    purpose: &'static str,
    purpose_hint: &'static str,
    ground: &'static str,
    ground_hint: &'static str,
    ground_contract: &'static str,
    ground_legal: &'static str,
    ground_interest: &'static str,
    ground_task: &'static str,
    how_long: &'static str,
    days_label: &'static str,
    days_hint: &'static str,
    registered: &'static str,
    key_label: &'static str,
    key_hint: &'static str,
    make: &'static str,
    no_use_case: &'static str,
    no_name: &'static str,
    no_contact: &'static str,
    no_purpose: &'static str,
    no_ground: &'static str,
    no_days: &'static str,
    wrong_key: &'static str,
    not_allowed: &'static str,
    request_title: &'static str,
    request_h1: fn(&str) -> String,
    asks: &'static str,
    vouched: fn(&str) -> String,
    not_vouched: &'static str,
    asks_what: &'static str,
    asks_why: &'static str,
    kept: &'static str,
    days: fn(i64) -> String,
    open_here: &'static str,
    open_here_text: &'static str,
    other_device: &'static str,
    other_device_text: &'static str,
    other_wallet: &'static str,
    same_link: &'static str,
    or_code: fn(&str) -> String,
    open_until: fn(&str) -> String,
    refresh: &'static str,
    qr_label: &'static str,
    states: [(&'static str, &'static str); 8],
    send: &'static str,
    send_text: &'static str,
    link_label: &'static str,
    copy: &'static str,
    own_title: &'static str,
    own_text: &'static str,
    withdraw: &'static str,
    again: &'static str,
}

words!(Words);

const NL: Words = Words {
    start_title: "Bewijzen vragen en controleren",
    start_lead: "Vraag iemand om een bewijs van een opleiding. Die persoon kiest zelf of u het krijgt.",
    ask_one: "Vraag een bewijs aan één persoon",
    ask_one_text: "U hebt geen account nodig. U krijgt een link en een QR-code om aan die persoon te geven.",
    ask_button: "Vraag stellen",
    ask_this: "Dit vragen",
    check: "Hebt u al een bewijs?",
    check_text: "Controleer een bestand of tekst. Wij bewaren er niets van.",
    check_link: "Controleer een bewijs",
    code_title: "Kreeg u een code?",
    code_label: "Code van 8 tekens",
    code_open: "Openen",
    code_unknown: "Deze code kennen we niet",
    software: "Vaker vragen, of vanuit uw eigen systeem?",
    software_text: "Een organisatie die in het register staat, vraagt met een eigen sleutel via de API. De houder ziet dan dat het register voor u instaat.",
    software_link: "Lees hoe",
    ask_title: "Stel één vraag",
    ask_lead: "Aan één persoon. Die ziet wie u zegt te zijn, wat u vraagt en waarom.",
    unproven_title: "Wij kennen u niet",
    unproven_text: "De ander krijgt te zien dat niemand voor uw naam instaat. Vertel daarom vooraf dat uw vraag komt.",
    which: "Wat wilt u zien?",
    gives: |claims| format!("U krijgt: {claims}."),
    who: "Wie bent u?",
    name: "Naam van uw organisatie",
    name_hint: "Zoals de ander u kent.",
    contact: "E-mailadres voor vragen",
    contact_hint: "Hier kan de ander vragen stellen of laten wissen.",
    why: "Waarom?",
    purpose: "Waarvoor hebt u het nodig?",
    purpose_hint: "Eén zin, bijvoorbeeld: sollicitatie als data-analist.",
    ground: "Op welke grond?",
    ground_hint: "De ander beslist of u het krijgt, maar u hebt zelf een grond nodig om het te bewaren.",
    ground_contract: "Nodig voor een overeenkomst met deze persoon",
    ground_legal: "Een wet verplicht ons",
    ground_interest: "Een gerechtvaardigd belang van ons",
    ground_task: "Een publieke taak",
    how_long: "Hoe lang?",
    days_label: "Dagen dat u het antwoord hier kunt zien",
    days_hint: "1 tot en met 30. Daarna wissen wij het.",
    registered: "Staat uw organisatie in het register?",
    key_label: "Toegangssleutel van uw organisatie",
    key_hint: "Dan vraagt u uit naam van de organisatie, en vult u naam en e-mailadres niet in.",
    make: "Link maken",
    no_use_case: "Kies wat u wilt zien",
    no_name: "Vul in wie u bent",
    no_contact: "Vul een e-mailadres in",
    no_purpose: "Vul in waarvoor u het nodig hebt",
    no_ground: "Kies een grond",
    no_days: "Kies 1 tot en met 30 dagen",
    wrong_key: "Deze toegangssleutel kennen we niet",
    not_allowed: "Het register staat deze vraag voor uw organisatie niet toe",
    request_title: "Vraag om een bewijs",
    request_h1: |asker| format!("{asker} vraagt om een bewijs"),
    asks: "Wie vraagt",
    vouched: |keeper| format!("Staat in het register van {keeper}"),
    not_vouched: "Niemand staat in voor deze naam",
    asks_what: "Wat",
    asks_why: "Waarom",
    kept: "Hoe lang bewaard",
    days: |days| if days == 1 { "1\u{a0}dag".to_owned() } else { format!("{days}\u{a0}dagen") },
    open_here: "Openen in mijn wallet",
    open_here_text: "In je wallet zie je precies wat er gevraagd wordt. Daar kies je of je het deelt.",
    other_device: "Staat je wallet op een ander apparaat?",
    other_device_text: "Scan deze code met je telefoon.",
    other_wallet: "Openen in een andere wallet-app",
    same_link: "Link in de code",
    or_code: |place| format!("Of ga op het andere apparaat naar {place} en typ:"),
    open_until: |when| format!("Deze vraag is open tot {when}."),
    refresh: "Vernieuwen",
    qr_label: "QR-code naar deze vraag",
    states: [
        ("Wacht op antwoord", "Nog niemand heeft de vraag geopend."),
        ("Geopend", "De vraag is geopend in een wallet. Er is nog niets gedeeld."),
        ("Ontvangen", "Het antwoord is aangekomen."),
        ("Niet gedeeld", "De ander deelde niets, of heeft dit bewijs niet. Wij weten niet welke van de twee."),
        ("Mislukt", "De wallet kon de vraag niet beantwoorden. Er is niets gedeeld."),
        ("Verlopen", "De tijd om te antwoorden is voorbij. Er is niets gedeeld."),
        ("Ingetrokken", "De vraag is ingetrokken. Er is niets gedeeld."),
        ("Gewist", "Het antwoord is gewist, zoals beloofd."),
    ],
    send: "Geef deze link aan één persoon",
    send_text: "Stuur de link, of laat de code scannen. Wie de link opent, ziet uw vraag.",
    link_label: "Link naar uw vraag",
    copy: "Kopieer",
    own_title: "Bewaar deze pagina",
    own_text: "Alleen op dit adres ziet u het antwoord. Deel het met niemand.",
    withdraw: "Vraag intrekken",
    again: "Nieuwe vraag stellen",
};

const EN: Words = Words {
    start_title: "Ask for and check credentials",
    start_lead: "Ask somebody for proof of learning. That person decides whether you get it.",
    ask_one: "Ask one person for a credential",
    ask_one_text: "You need no account. You get a link and a QR code to give to that person.",
    ask_button: "Ask a question",
    ask_this: "Ask this",
    check: "Do you already have a credential?",
    check_text: "Check a file or text. We keep nothing of it.",
    check_link: "Check a credential",
    code_title: "Were you given a code?",
    code_label: "Code of 8 characters",
    code_open: "Open",
    code_unknown: "We do not know this code",
    software: "Asking more often, or from your own system?",
    software_text: "An organisation in the register asks with a key of its own, through the API. The holder then sees that the register vouches for you.",
    software_link: "Read how",
    ask_title: "Ask one question",
    ask_lead: "Of one person, who sees who you say you are, what you ask and why.",
    unproven_title: "We do not know you",
    unproven_text: "The other will see that nobody vouches for your name. So tell them beforehand that your question is coming.",
    which: "What do you want to see?",
    gives: |claims| format!("You get: {claims}."),
    who: "Who are you?",
    name: "Name of your organisation",
    name_hint: "As the other knows you.",
    contact: "Mail address for questions",
    contact_hint: "Where the other can ask questions or ask you to erase.",
    why: "Why?",
    purpose: "What do you need it for?",
    purpose_hint: "One sentence, for example: application as a data analyst.",
    ground: "On which ground?",
    ground_hint: "The other decides whether you get it, but you need a ground of your own to keep it.",
    ground_contract: "Needed for a contract with this person",
    ground_legal: "A law obliges us",
    ground_interest: "A legitimate interest of ours",
    ground_task: "A public task",
    how_long: "How long?",
    days_label: "Days that you can see the answer here",
    days_hint: "1 to 30. After that we erase it.",
    registered: "Is your organisation in the register?",
    key_label: "Access key of your organisation",
    key_hint: "Then you ask in the name of the organisation, and leave name and mail address empty.",
    make: "Make link",
    no_use_case: "Choose what you want to see",
    no_name: "Fill in who you are",
    no_contact: "Fill in a mail address",
    no_purpose: "Fill in what you need it for",
    no_ground: "Choose a ground",
    no_days: "Choose 1 to 30 days",
    wrong_key: "We do not know this access key",
    not_allowed: "The register does not allow your organisation to ask this",
    request_title: "Request for a credential",
    request_h1: |asker| format!("{asker} asks for a credential"),
    asks: "Who asks",
    vouched: |keeper| format!("Stands in the register of {keeper}"),
    not_vouched: "Nobody vouches for this name",
    asks_what: "What",
    asks_why: "Why",
    kept: "Kept how long",
    days: |days| if days == 1 { "1\u{a0}day".to_owned() } else { format!("{days}\u{a0}days") },
    open_here: "Open in my wallet",
    open_here_text: "Your wallet shows exactly what is asked. There you choose whether you share it.",
    other_device: "Is your wallet on another device?",
    other_device_text: "Scan this code with your phone.",
    other_wallet: "Open in another wallet app",
    same_link: "Link in the code",
    or_code: |place| format!("Or go to {place} on the other device and type:"),
    open_until: |when| format!("This request is open until {when}."),
    refresh: "Refresh",
    qr_label: "QR code of this request",
    states: [
        ("Waiting for an answer", "Nobody has opened the request yet."),
        ("Opened", "The request was opened in a wallet. Nothing has been shared yet."),
        ("Received", "The answer has arrived."),
        ("Not shared", "The other shared nothing, or does not have this credential. We do not know which of the two."),
        ("Failed", "The wallet could not answer the request. Nothing was shared."),
        ("Expired", "The time to answer is over. Nothing was shared."),
        ("Withdrawn", "The request was withdrawn. Nothing was shared."),
        ("Erased", "The answer was erased, as promised."),
    ],
    send: "Give this link to one person",
    send_text: "Send the link, or have the code scanned. Whoever opens the link sees your question.",
    link_label: "Link to your question",
    copy: "Copy",
    own_title: "Keep this page",
    own_text: "Only at this address you see the answer. Share it with nobody.",
    withdraw: "Withdraw the question",
    again: "Ask a new question",
};
