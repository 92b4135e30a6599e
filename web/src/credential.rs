//! A credential in the wallet: what it says, whether it holds, who sees it now, and the way to delete it.

mod delete;
mod words;

pub use self::delete::DeleteCredential;
use self::words::Words;
use crate::head::{Head, Kind, Level, State, Unit, number};
use crate::text::{Html, Value};
use crate::view::template;
use crate::{Chrome, Day, Fact, Frame, Lang, Moment, PageView, Section, Text, chart, format};

/// `GET /wallet/credentials/{id}`.
#[derive(Clone, Debug)]
pub struct Credential {
    /// What it is.
    pub head: Head,
    /// Whether it holds.
    pub state: State,
    /// When its status was last read.
    pub checked: Option<Moment>,
    /// Its newer version, when another one took its place.
    pub replaced_by: Option<String>,
    /// Who earned it, when, result, until when: the head of the values, labelled.
    pub facts: Vec<Fact>,
    /// What the holder can do now.
    pub outcomes: Vec<Text>,
    /// How it was assessed, in a sentence or a few words.
    pub assessment: Option<Text>,
    /// Everything else that the credential says.
    pub more: Vec<Fact>,
    /// Where the name on it comes from; none is shown as "not recorded".
    pub name_source: Option<Text>,
    /// Whether the wallet keeps a key of its holder: a badge from elsewhere has none.
    pub key_held: bool,
    /// Who can see it now.
    pub shared: Vec<SharedNow>,
    /// In which forms it is held, the one with selective disclosure first.
    pub forms: Vec<HeldForm>,
    /// Where it came from, when, and by which way.
    pub origin: Vec<Fact>,
    /// What happened to it, newest first.
    pub history: Vec<Event>,
    /// Labels and values for technicians, folded.
    pub technical: Vec<(Text, String)>,
    /// The form that makes a link; none when nothing can be shared.
    pub share_href: Option<String>,
    /// The page to print; none when there is none.
    pub certificate_href: Option<String>,
    /// The page that asks before deleting.
    pub delete_href: String,
    /// Whom to tell when something is wrong.
    pub contact: Contact,
}

/// A form in which an achievement is held.
#[derive(Clone, Debug)]
pub struct HeldForm {
    /// Which.
    pub form: Form,
    /// Its state, when it is another than that of the page.
    pub state: Option<State>,
    /// What can be taken along, with its address.
    pub downloads: Vec<(Download, String)>,
}

/// The forms that people tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// SD-JWT: its holder chooses what to show.
    Selective,
    /// An Open Badge with its proof in it.
    OpenBadge,
    /// An Open Badge as one line of text.
    OpenBadgeText,
    /// Another W3C credential with its proof in it.
    W3c,
    /// Another W3C credential as one line of text.
    W3cText,
}

/// What can be taken along of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Download {
    /// The credential as it was issued.
    File,
    /// The badge's picture with the credential in it, as PNG.
    Png,
    /// The same as SVG.
    Svg,
}

/// Whom to tell when something on a credential is wrong.
#[derive(Clone, Debug)]
pub struct Contact {
    /// Who can correct it.
    pub institution: Text,
    /// A mail address.
    pub mail: Option<String>,
    /// A page of the institution.
    pub site: Option<String>,
}

/// Somebody who can see it, or who holds a copy.
#[derive(Clone, Debug)]
pub enum SharedNow {
    /// A link.
    Link {
        /// The learner's own name for it.
        label: String,
        /// Its page.
        href: String,
        /// Its end; none is "until I stop".
        until: Option<Day>,
        /// How often it was opened.
        opened: u64,
        /// When it was last opened.
        last: Option<Moment>,
        /// Where the form that stops it posts to.
        stop: String,
    },
    /// A party that asked and got an answer.
    Party {
        /// Who.
        name: Text,
        /// How many claims went there.
        facts: usize,
        /// When.
        at: Moment,
        /// The end that the party promised.
        until: Option<Day>,
        /// The row of the activity list.
        href: String,
    },
}

/// Something that happened to a credential.
#[derive(Clone, Debug)]
pub struct Event {
    /// What.
    pub what: Happened,
    /// When.
    pub at: Moment,
    /// With whom, or under which name.
    pub with: Option<Text>,
}

/// What can happen to a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It came in.
    Received,
    /// The issuer gave it anew before it ended.
    Renewed,
    /// A link was made.
    LinkMade,
    /// A link was stopped.
    LinkStopped,
    /// It was shown to a party.
    Shared,
    /// The issuer suspended it.
    Suspended,
    /// The issuer made it valid again.
    Reinstated,
    /// The issuer withdrew it.
    Withdrawn,
}

impl Credential {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let [data, enrolment, care, _] = Head::samples();
        let valid = Self::sample(data);
        let day = |text| Day::parse(text).unwrap_or(Day { year: 2026, month: 1, day: 1 });
        let gone = Self { share_href: None, certificate_href: None, shared: vec![], ..valid.clone() };
        let proof = Self {
            head: enrolment,
            facts: vec![
                Fact::new(Text::new("Naam", "Name"), Value::same("Samira de Vries")),
                Fact::new(Text::new("Opleiding", "Programme"), Value::Text(Text::dutch("Communicatie"))),
                Fact::new(Text::new("Van", "From"), Value::Day(day("2026-09-01"))),
                Fact::new(Text::new("Tot", "Until"), Value::Day(day("2027-08-31"))),
            ],
            outcomes: vec![],
            assessment: None,
            more: vec![Fact::new(Text::new("Vorm", "Form"), Value::Text(Text::new("voltijd", "full-time")))],
            shared: vec![],
            forms: vec![HeldForm::sample(Form::Selective), HeldForm::sample(Form::W3c)],
            ..valid.clone()
        };
        vec![
            ("enrolment", proof),
            ("expires-soon", Self { head: care, state: State::ExpiresSoon(day("2026-12-14")), name_source: None, ..valid.clone() }),
            ("expired", Self { state: State::Expired(day("2026-09-03")), ..valid.clone() }),
            ("not-yet-valid", Self { state: State::NotYetValid(day("2027-01-01")), ..valid.clone() }),
            (
                "suspended",
                Self { state: State::Suspended(Some(Text::new("er loopt een onderzoek", "an inquiry is running"))), ..valid.clone() },
            ),
            ("withdrawn", Self { state: State::Withdrawn(Some(Text::new("dubbel uitgereikt", "issued twice"))), ..gone.clone() }),
            ("replaced", Self { state: State::Replaced, replaced_by: Some("/wallet/credentials/b".to_owned()), ..gone }),
            ("cannot-be-checked", Self { state: State::Uncheckable, checked: Some(Moment(1_795_000_000)), ..valid.clone() }),
            ("badge-alone", Self { forms: vec![HeldForm::sample(Form::OpenBadge), HeldForm::sample(Form::W3cText)], ..valid.clone() }),
            (
                "badge-pushed",
                Self { facts: vec![], outcomes: vec![], assessment: None, name_source: None, key_held: false, ..valid.clone() },
            ),
            ("valid", valid),
        ]
    }

    fn sample(head: Head) -> Self {
        let until = Day::parse("2026-12-22");
        let event = |what, at, with: Option<&str>| Event { what, at: Moment(at), with: with.map(Text::same) };
        Self {
            head,
            state: State::Valid,
            checked: Some(Moment(1_795_352_520)),
            replaced_by: None,
            facts: vec![
                Fact::new(Text::new("Behaald door", "Earned by"), Value::same("Samira de Vries")),
                Fact::new(Text::new("Behaald op", "Earned on"), Value::Day(Day { year: 2026, month: 2, day: 1 })),
                Fact::new(Text::new("Resultaat", "Result"), Value::same("8")),
                Fact::new(Text::new("Geldig tot", "Valid until"), Value::Text(Text::new("Geen einddatum", "No end date"))),
            ],
            outcomes: vec![
                Text::new("Een dataset opschonen en controleren op fouten", "Clean a data set and check it for errors"),
                Text::new("Beschrijvende statistiek berekenen en uitleggen", "Calculate and explain descriptive statistics"),
                Text::dutch("Zorgvuldig omgaan met persoonsgegevens in data"),
            ],
            assessment: Some(Text::new("praktijkopdracht en gesprek", "practical assignment and conversation")),
            more: vec![
                Fact::new(Text::new("Taal van het onderwijs", "Language of instruction"), Value::Text(Text::new("Nederlands", "Dutch"))),
                Fact::new(
                    Text::new("Kwaliteitszorg", "Quality assurance"),
                    Value::List(vec![Value::Text(Text::dutch("Kwaliteitskader microcredentials")), Value::Truth(true)]),
                ),
            ],
            key_held: true,
            name_source: Some(Text::new(
                "de instelling, gecontroleerd via eduID op 12\u{a0}januari\u{a0}2026",
                "the institution, checked through eduID on 12\u{a0}January\u{a0}2026",
            )),
            shared: vec![
                SharedNow::Link {
                    label: "Sollicitatie Voorbeeld Zorg".to_owned(),
                    href: "/wallet/shares/s".to_owned(),
                    until,
                    opened: 3,
                    last: Some(Moment(1_795_260_000)),
                    stop: "/wallet/shares/s/stop".to_owned(),
                },
                SharedNow::Link {
                    label: String::new(),
                    href: "/wallet/shares/t".to_owned(),
                    until: None,
                    opened: 0,
                    last: None,
                    stop: "/wallet/shares/t/stop".to_owned(),
                },
                SharedNow::Party {
                    name: Text::same("Hogeschool Voorbeeld, Flexibel inschrijven"),
                    facts: 3,
                    at: Moment(1_777_800_000),
                    until: Day::parse("2027-02-01"),
                    href: "/wallet/activity/x".to_owned(),
                },
            ],
            forms: vec![
                HeldForm::sample(Form::Selective),
                HeldForm::sample(Form::OpenBadge),
                HeldForm { state: Some(State::Suspended(None)), ..HeldForm::sample(Form::OpenBadgeText) },
            ],
            origin: vec![
                Fact::new(Text::new("Uitgever", "Issuer"), Value::same("https://badges.hogeschool-voorbeeld.example/hogeschool-voorbeeld")),
                Fact::new(
                    Text::new("In een register", "In a register"),
                    Value::Text(Text::new("ja, van Voorbeeld Onderwijs", "yes, of Voorbeeld Onderwijs")),
                ),
                Fact::new(Text::new("Hoe", "How"), Value::Text(Text::new("met een aanbod en een code", "by an offer and a code"))),
                Fact::new(Text::new("Wanneer", "When"), Value::Moment(Moment(1_770_000_000))),
            ],
            history: vec![
                event(Happened::LinkMade, 1_795_300_000, Some("Sollicitatie Voorbeeld Zorg")),
                event(Happened::Renewed, 1_792_000_000, None),
                event(Happened::Reinstated, 1_790_000_000, None),
                event(Happened::Suspended, 1_789_000_000, None),
                event(Happened::Shared, 1_777_800_000, Some("Hogeschool Voorbeeld")),
                event(Happened::Received, 1_770_000_000, Some("Hogeschool Voorbeeld")),
            ],
            technical: vec![
                (Text::new("Vorm", "Format"), "dc+sd-jwt · ES256".to_owned()),
                (Text::new("Sleutel", "Key"), "hv-2026-1".to_owned()),
                (Text::new("Statuslijst", "Status list"), "/hogeschool-voorbeeld/status/3".to_owned()),
            ],
            share_href: Some("/wallet/share?c=x".to_owned()),
            certificate_href: Some("/wallet/credentials/x/certificate".to_owned()),
            delete_href: "/wallet/credentials/x/delete".to_owned(),
            contact: Contact {
                institution: Text::same("Hogeschool Voorbeeld"),
                mail: Some("bewijzen@hogeschool-voorbeeld.example".to_owned()),
                site: None,
            },
        }
    }

    /// `Microcredential van Hogeschool Voorbeeld`.
    fn what(&self, frame: &Frame) -> String {
        let institution = self.head.institution.get(frame.lang);
        match (&self.head.kind, &self.head.academic_year) {
            (Kind::Enrolment, Some(_)) => self.head.whence(frame.lang),
            (kind, _) => format!("{} {} {institution}", kind.words(frame.lang), frame.lang.pick("van", "from")),
        }
    }

    /// The state, and when that was last read.
    fn checked(&self, frame: &Frame, w: &Words) -> Option<String> {
        self.checked.map(|at| {
            let when = format::relative_time(frame.lang, at, Moment(frame.now));
            if self.state == State::Uncheckable { (w.last_checked)(&when) } else { (w.checked)(&when) }
        })
    }

    /// What the state means for the learner, where the word alone does not say it.
    fn meaning(&self, w: &Words) -> Option<&'static str> {
        match self.state {
            State::Expired(_) => Some(w.expired),
            State::Suspended(_) => Some(w.suspended),
            State::Withdrawn(_) => Some(w.withdrawn),
            State::Replaced => Some(w.replaced),
            State::Uncheckable => Some(w.uncheckable),
            State::NotYetValid(_) => Some(w.not_yet),
            _ => None,
        }
    }

    fn scale(&self, lang: &Lang) -> Html {
        self.head.level.as_ref().and_then(Level::figure).map(|figure| chart::level_scale(*lang, figure)).unwrap_or_default()
    }

    /// What level and load mean, as sentences.
    fn explained(&self, lang: &Lang, w: &Words) -> Vec<String> {
        let level = self.head.level.as_ref().map(|level| {
            let comparable = level.figure().map(|figure| chart::comparable(*lang, figure)).unwrap_or_default();
            (w.level)(&level.words(), comparable, level.verified)
        });
        let load = self
            .head
            .load
            .as_ref()
            .filter(|load| load.unit == Unit::Ec)
            .map(|load| (w.ec)(&load.words(*lang), &number(*lang, load.amount * 28.0)));
        level.into_iter().chain(load).collect()
    }
}

impl HeldForm {
    fn sample(form: Form) -> Self {
        let mut downloads = vec![(Download::File, "/wallet/credentials/x/file".to_owned())];
        if form == Form::OpenBadge {
            downloads.push((Download::Png, "/wallet/credentials/x/badge.png".to_owned()));
            downloads.push((Download::Svg, "/wallet/credentials/x/badge.svg".to_owned()));
        }
        Self { form, state: None, downloads }
    }

    /// `Ook als Open Badge`, or `Open Badge` when it comes first.
    fn name(&self, also: &bool, w: &Words) -> String {
        let (name, _) = self.words(w);
        if *also { (w.also_as)(name) } else { format::capital(name) }
    }

    /// What it is for, and who sees what.
    fn about(&self, w: &Words) -> &'static str {
        self.words(w).1
    }

    fn words(&self, w: &Words) -> (&'static str, &'static str) {
        match self.form {
            Form::Selective => w.form_selective,
            Form::OpenBadge => w.form_badge,
            Form::OpenBadgeText => w.form_badge_text,
            Form::W3c => w.form_w3c,
            Form::W3cText => w.form_w3c_text,
        }
    }
}

impl Download {
    fn words(self, w: &Words) -> &'static str {
        match self {
            Self::File => w.download,
            Self::Png => w.download_png,
            Self::Svg => w.download_svg,
        }
    }
}

impl SharedNow {
    /// When it ends and how often it was opened, or what went and until when it is promised to be kept.
    fn tells(&self, frame: &Frame, w: &Words) -> String {
        let lang = frame.lang;
        match self {
            Self::Link { until, opened, last, .. } => {
                let end = until.map_or_else(|| w.link_open.to_owned(), |day| (w.link_until)(&format::date(lang, day)));
                let last = last.map(|at| format::relative_day(lang, at.day(), Moment(frame.now)));
                format!("{end} {}", opened_words(lang, *opened, last.as_deref()))
            }
            Self::Party { facts, at, until, .. } => {
                let what = (w.party_got)(&format::count(lang, *facts), *facts, &format::date(lang, at.day()));
                until.map_or_else(|| format!("{what}."), |day| format!("{what}, {}", (w.promised)(&format::date(lang, day))))
            }
        }
    }
}

/// `Drie keer geopend, het laatst gisteren.`
pub(crate) fn opened_words(lang: Lang, opened: u64, last: Option<&str>) -> String {
    let count = format::capital(&format::count(lang, usize::try_from(opened).unwrap_or(usize::MAX)));
    match (lang, opened, last) {
        (Lang::Nl, 0, _) => "Nog niet geopend.".to_owned(),
        (Lang::En, 0, _) => "Not opened yet.".to_owned(),
        (Lang::Nl, _, Some(last)) => format!("{count} keer geopend, het laatst {last}."),
        (Lang::Nl, _, None) => format!("{count} keer geopend."),
        (Lang::En, 1, Some(last)) => format!("Opened once, {last}."),
        (Lang::En, 1, None) => "Opened once.".to_owned(),
        (Lang::En, _, Some(last)) => format!("Opened {} times, last {last}.", count.to_lowercase()),
        (Lang::En, _, None) => format!("Opened {} times.", count.to_lowercase()),
    }
}

impl Event {
    /// What happened, as a short sentence without its date.
    fn words(&self, lang: Lang) -> &'static str {
        match self.what {
            Happened::Received => lang.pick("Ontvangen", "Received"),
            Happened::Renewed => lang.pick("Vernieuwd door de instelling", "Renewed by the institution"),
            Happened::LinkMade => lang.pick("Link gemaakt", "Link made"),
            Happened::LinkStopped => lang.pick("Link gestopt", "Link stopped"),
            Happened::Shared => lang.pick("Gedeeld", "Shared"),
            Happened::Suspended => lang.pick("Opgeschort door de instelling", "Suspended by the institution"),
            Happened::Reinstated => lang.pick("Weer geldig", "Valid again"),
            Happened::Withdrawn => lang.pick("Ingetrokken door de instelling", "Withdrawn by the institution"),
        }
    }

    /// The word between the date and the name: `van`, `met`, `voor`.
    fn relation(&self, lang: Lang) -> &'static str {
        match self.what {
            Happened::Received => lang.pick("van", "from"),
            Happened::Shared => lang.pick("met", "with"),
            _ => lang.pick("voor", "for"),
        }
    }
}

impl PageView for Credential {
    fn title(&self, lang: Lang) -> String {
        format!("{} – {}", self.state.word(lang), self.head.title.get(lang))
    }

    fn chrome(&self) -> Chrome {
        Chrome::Learner(Section::Credentials)
    }

    template!(Credential, "wallet/credential.html", Words);
}
