//! A credential in the wallet: what it says, whether it holds, who sees it now, and the way to delete it.

use crate::head::{Head, Kind, Level, State, Unit, number};
use crate::text::{Html, Value};
use crate::view::{template, words};
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
    /// Who can see it now.
    pub shared: Vec<SharedNow>,
    /// What happened to it, newest first.
    pub history: Vec<Event>,
    /// Labels and values for technicians, folded.
    pub technical: Vec<(Text, String)>,
    /// The form that makes a link; none when nothing can be shared.
    pub share_href: Option<String>,
    /// The page to print; none when there is none.
    pub certificate_href: Option<String>,
    /// The credential as a file; none when there is none.
    pub download_href: Option<String>,
    /// The page that asks before deleting.
    pub delete_href: String,
    /// Whom to tell when something is wrong.
    pub contact: Contact,
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

/// `GET /wallet/credentials/{id}/delete`: asks before deleting.
#[derive(Clone, Debug)]
pub struct DeleteCredential {
    /// What would be deleted.
    pub head: Head,
    /// How many live links would stop.
    pub links: usize,
    /// Where the form posts to.
    pub action: String,
    /// The credential's page.
    pub back: String,
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
            history: vec![
                event(Happened::LinkMade, 1_795_300_000, Some("Sollicitatie Voorbeeld Zorg")),
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
            download_href: Some("/wallet/credentials/x/download".to_owned()),
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

impl DeleteCredential {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let [head, ..] = Head::samples();
        let page = Self { head, links: 0, action: "/wallet/credentials/x/delete".to_owned(), back: "/wallet/credentials/x".to_owned() };
        vec![("not-shared", page.clone()), ("shared", Self { links: 2, ..page })]
    }

    fn links_stop(&self, lang: &Lang) -> String {
        let count = format::capital(&format::count(*lang, self.links));
        match (lang, self.links) {
            (Lang::Nl, 1) => "Eén link naar dit bewijs stopt meteen.".to_owned(),
            (Lang::Nl, _) => format!("{count} links naar dit bewijs stoppen meteen."),
            (Lang::En, 1) => "One link to this credential stops at once.".to_owned(),
            (Lang::En, _) => format!("{count} links to this credential stop at once."),
        }
    }
}

impl PageView for DeleteCredential {
    fn title(&self, lang: Lang) -> String {
        format!("{} – {}", Words::of(lang).delete, self.head.title.get(lang))
    }

    fn chrome(&self) -> Chrome {
        Chrome::Focus(self.back.clone())
    }

    template!(DeleteCredential, "wallet/delete.html", Words);
}

struct Words {
    back: &'static str,
    checked: fn(&str) -> String,
    last_checked: fn(&str) -> String,
    certificate: &'static str,
    download: &'static str,
    share: &'static str,
    outcomes: &'static str,
    assessed: fn(&str) -> String,
    seen_by: &'static str,
    seen_by_nobody: &'static str,
    link_until: fn(&str) -> String,
    link_open: &'static str,
    no_label: &'static str,
    stop: &'static str,
    stop_what: fn(&str) -> String,
    party_got: fn(&str, usize, &str) -> String,
    promised: fn(&str) -> String,
    ask_delete: &'static str,
    level_and_load: &'static str,
    level: fn(&str, &str, bool) -> String,
    ec: fn(&str, &str) -> String,
    history: &'static str,
    more: &'static str,
    name_source: &'static str,
    name_not_recorded: &'static str,
    name_from: fn(&str) -> String,
    key_held: &'static str,
    technical: &'static str,
    wrong: &'static str,
    wrong_text: fn(&str) -> String,
    wrong_mail: &'static str,
    wrong_site: &'static str,
    delete: &'static str,
    delete_question: &'static str,
    delete_gone: &'static str,
    delete_copies: &'static str,
    delete_issuer: &'static str,
    delete_do: &'static str,
    delete_keep: &'static str,
    expired: &'static str,
    suspended: &'static str,
    withdrawn: &'static str,
    replaced: &'static str,
    replaced_link: &'static str,
    uncheckable: &'static str,
    not_yet: &'static str,
}

words!(Words);

const NL: Words = Words {
    back: "Alle bewijzen",
    checked: |when| format!("gecontroleerd {when}"),
    last_checked: |when| format!("het laatst gelukt op {when}"),
    certificate: "Certificaat",
    download: "Download",
    share: "Delen",
    outcomes: "Wat kun je nu?",
    assessed: |how| format!("Hoe je bent getoetst: {how}."),
    seen_by: "Wie kan dit nu zien?",
    seen_by_nobody: "Niemand, behalve jij. Je hebt dit bewijs met niemand gedeeld.",
    link_until: |day| format!("Link tot {day}."),
    link_open: "Link tot jij hem stopt.",
    no_label: "Link zonder naam",
    stop: "Stop",
    stop_what: |label| format!(" delen: {label}"),
    party_got: |count, number, day| format!("Kreeg {count} {} op {day}", if number == 1 { "gegeven" } else { "gegevens" }),
    promised: |day| format!("en belooft: bewaard tot {day}."),
    ask_delete: "Vraag om verwijderen",
    level_and_load: "Niveau en studielast",
    level: |level, comparable, verified| {
        let whose = if verified { "is het geverifieerde niveau" } else { "is het niveau volgens de instelling" };
        format!(
            "{level} {whose}. Op deze schaal van 1 tot 8 staat {comparable} op dezelfde plek; dit bewijs is zelf geen diploma of graad."
        )
    },
    ec: |ec, hours| format!("{ec} is ongeveer {hours}\u{a0}uur studie."),
    history: "Geschiedenis",
    more: "Alles wat er nog op staat",
    name_source: "Naam op dit bewijs",
    name_not_recorded: "Niet vastgelegd hoe de naam is gecontroleerd.",
    name_from: |source| format!("Volgens {source}."),
    key_held: "Sleutel van de houder, beheerd door deze wallet-server.",
    technical: "Technische gegevens",
    wrong: "Klopt er iets niet?",
    wrong_text: |institution| {
        format!(
            "Alleen {institution} kan dit bewijs verbeteren. Vertel wat er niet klopt; je kunt ook bezwaar maken als het is ingetrokken."
        )
    },
    wrong_mail: "Schrijf een mail",
    wrong_site: "Naar de site van de instelling",
    delete: "Verwijderen",
    delete_question: "Wil je dit bewijs verwijderen?",
    delete_gone: "Het verdwijnt uit deze wallet en kan hier niet worden teruggehaald. Je kunt je school vragen om het opnieuw uit te geven.",
    delete_copies: "Wie het al gezien of bewaard heeft, houdt wat er gezien is.",
    delete_issuer: "Je school hoort niet dat je het verwijdert. Het bewijs zelf blijft bestaan in de administratie van je school.",
    delete_do: "Verwijderen",
    delete_keep: "Bewaren",
    expired: "De einddatum is voorbij. Je mag het nog delen; de ander ziet dan dat het verlopen is.",
    suspended: "De instelling heeft dit bewijs voorlopig stilgezet. Alleen jij ziet de reden. Je mag het delen; de ander ziet dan dat het is opgeschort.",
    withdrawn: "De instelling heeft dit bewijs ingetrokken. Dat blijft zo. Alleen jij ziet de reden; een ander ziet alleen dát het is ingetrokken en wanneer.",
    replaced: "De instelling heeft een verbeterd bewijs gemaakt. Dit oude telt niet meer.",
    replaced_link: "Naar het nieuwe bewijs",
    uncheckable: "De lijst waarop de instelling de staat bijhoudt is nu niet te lezen. Het bewijs kan gewoon geldig zijn. We proberen het vanzelf opnieuw.",
    not_yet: "Dit bewijs geldt pas vanaf die dag. Deel je het eerder, dan ziet de ander dat.",
};

const EN: Words = Words {
    back: "All credentials",
    checked: |when| format!("checked {when}"),
    last_checked: |when| format!("last succeeded on {when}"),
    certificate: "Certificate",
    download: "Download",
    share: "Share",
    outcomes: "What can you do now?",
    assessed: |how| format!("How you were assessed: {how}."),
    seen_by: "Who can see this now?",
    seen_by_nobody: "Nobody but you. You have shared this credential with no one.",
    link_until: |day| format!("Link until {day}."),
    link_open: "Link until you stop it.",
    no_label: "Link without a name",
    stop: "Stop",
    stop_what: |label| format!(" sharing: {label}"),
    party_got: |count, number, day| format!("Got {count} {} on {day}", if number == 1 { "item" } else { "items" }),
    promised: |day| format!("and promises: kept until {day}."),
    ask_delete: "Ask for deletion",
    level_and_load: "Level and study load",
    level: |level, comparable, verified| {
        let whose = if verified { "is the verified level" } else { "is the level according to the institution" };
        format!(
            "{level} {whose}. On this scale of 1 to 8, {comparable} stands in the same place; this credential itself is not a diploma or degree."
        )
    },
    ec: |ec, hours| format!("{ec} is about {hours}\u{a0}hours of study."),
    history: "History",
    more: "Everything else it says",
    name_source: "Name on this credential",
    name_not_recorded: "Not recorded how the name was checked.",
    name_from: |source| format!("According to {source}."),
    key_held: "Key of the holder, kept by this wallet server.",
    technical: "Technical details",
    wrong: "Is something wrong?",
    wrong_text: |institution| {
        format!("Only {institution} can correct this credential. Tell them what is wrong; you can also object if it was withdrawn.")
    },
    wrong_mail: "Write a mail",
    wrong_site: "To the institution’s site",
    delete: "Delete",
    delete_question: "Do you want to delete this credential?",
    delete_gone: "It disappears from this wallet and cannot be brought back here. You can ask your school to issue it again.",
    delete_copies: "Whoever has seen or kept it keeps what was seen.",
    delete_issuer: "Your school is not told that you delete it. The achievement itself stays in your school’s records.",
    delete_do: "Delete",
    delete_keep: "Keep",
    expired: "Its end date has passed. You may still share it; the other then sees that it has expired.",
    suspended: "The institution has put this credential on hold. Only you see the reason. You may share it; the other then sees that it is suspended.",
    withdrawn: "The institution has withdrawn this credential. That is final. Only you see the reason; others see only that it was withdrawn, and when.",
    replaced: "The institution has made a corrected credential. This old one does not count any more.",
    replaced_link: "To the new credential",
    uncheckable: "The list on which the institution keeps the state cannot be read now. The credential may well be valid. We keep trying.",
    not_yet: "This credential only counts from that day. If you share it earlier, the other sees that.",
};
