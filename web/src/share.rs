//! Sharing by link: the form, the link that was made, and all links.

use crate::credential::opened_words;
use crate::head::{Head, State};
use crate::overview::Tile;
use crate::text::{Html, Value};
use crate::view::{template, words};
use crate::{Chrome, Day, Fact, Frame, Lang, Moment, PageView, Section, Text, format, qr};

/// `GET /wallet/share?c={id}`, and the same form again after "refresh the preview".
#[derive(Clone, Debug)]
pub struct NewShare {
    /// Where the form posts to.
    pub action: String,
    /// Value of the hidden field `c`.
    pub credential: String,
    /// What is shared.
    pub head: Head,
    /// Whether it holds.
    pub state: State,
    /// Labels of what is always in it.
    pub always: Vec<Text>,
    /// What can be left out.
    pub claims: Vec<ClaimChoice>,
    /// The learner's own name for the link.
    pub label: String,
    /// The end that is chosen.
    pub until: Until,
    /// Whether a PIN is to be asked for.
    pub pin: bool,
    /// The days on which one week, one month and one year end.
    pub ends: [Day; 3],
    /// What the other sees of the choice as it stands: label and value.
    pub preview: Vec<Fact>,
    /// What the other does not see.
    pub hidden: Vec<Text>,
    /// Set when the form could not be used.
    pub problem: Option<ShareProblem>,
}

/// `GET /wallet/share` without a credential: which one?
#[derive(Clone, Debug, Default)]
pub struct ChooseShare {
    /// Those that can be shared; `href` is the form for that credential.
    pub tiles: Vec<Tile>,
}

/// A claim that can be left out.
#[derive(Clone, Debug)]
pub struct ClaimChoice {
    /// Value of its tick box, whose name is `claim`.
    pub value: String,
    /// Its label, with the value where that is short.
    pub label: Text,
    /// Its value in a few words, when it is short.
    pub shows: Option<Text>,
    /// Whether it is ticked.
    pub chosen: bool,
}

/// When a link ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Until {
    /// `week`
    Week,
    /// `month`, the default.
    #[default]
    Month,
    /// `year`
    Year,
    /// `stop`: when the learner stops it.
    Stop,
}

/// Why a share form could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShareProblem {
    /// The label is too long.
    LabelTooLong,
    /// There are too many live links.
    TooMany,
}

/// `GET /wallet/shares/{id}`, and the page that shows a link that was just made.
#[derive(Clone, Debug)]
pub struct Share {
    /// Whether it was made a moment ago.
    pub just_made: bool,
    /// The learner's own name for it; may be empty.
    pub label: String,
    /// What it shows.
    pub head: Head,
    /// Labels of the claims in it.
    pub labels: Vec<Text>,
    /// When it was made.
    pub made: Moment,
    /// Where it stands.
    pub state: ShareState,
    /// How often it was opened.
    pub opened: u64,
    /// When it was last opened.
    pub last: Option<Moment>,
    /// The PIN, on the one page that shows it.
    pub pin: Option<String>,
    /// Whether a PIN is asked for.
    pub has_pin: bool,
}

/// Where a link stands.
#[derive(Clone, Debug)]
pub enum ShareState {
    /// It works.
    Live {
        /// The whole address.
        link: String,
        /// Its end; none is "until I stop".
        until: Option<Day>,
        /// Where the form that stops it posts to.
        stop: String,
    },
    /// Its end has passed.
    Ended(Moment),
    /// The learner stopped it.
    Stopped(Moment),
}

/// `GET /wallet/shares`.
#[derive(Clone, Debug, Default)]
pub struct Shares {
    /// Those that work, newest first.
    pub live: Vec<ShareRow>,
    /// Those that ended.
    pub over: Vec<ShareRow>,
}

/// One link of the list.
#[derive(Clone, Debug)]
pub struct ShareRow {
    /// Its page.
    pub href: String,
    /// The learner's own name for it; may be empty.
    pub label: String,
    /// What it shows.
    pub head: Head,
    /// Its end; none is "until I stop".
    pub until: Option<Day>,
    /// When it ended, for those that did.
    pub ended: Option<Moment>,
    /// How often it was opened.
    pub opened: u64,
    /// When it was last opened.
    pub last: Option<Moment>,
    /// Where the form that stops it posts to; none when it ended.
    pub stop: Option<String>,
}

impl ChooseShare {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let tile = |head| Tile { href: "/wallet/share?c=x".to_owned(), head, state: State::Valid };
        vec![("some", Self { tiles: Head::samples().map(tile).to_vec() }), ("nothing", Self::default())]
    }
}

impl PageView for ChooseShare {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).choose.to_owned()
    }

    fn chrome(&self) -> Chrome {
        Chrome::Learner(Section::Shares)
    }

    template!(ChooseShare, "wallet/share_choose.html", Words);
}

impl NewShare {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let [head, ..] = Head::samples();
        let claim = |value: &str, nl: &str, en: &str, shows: Option<&str>, chosen| ClaimChoice {
            value: value.to_owned(),
            label: Text::new(nl, en),
            shows: shows.map(Text::same),
            chosen,
        };
        let form = Self {
            action: "/wallet/share".to_owned(),
            credential: "x".to_owned(),
            head,
            state: State::Valid,
            always: vec![
                Text::new("Naam", "Name"),
                Text::new("Titel", "Title"),
                Text::new("Studielast", "Study load"),
                Text::new("Niveau", "Level"),
            ],
            claims: vec![
                claim("outcomes", "Wat je nu kunt (leeruitkomsten)", "What you can do now (learning outcomes)", None, true),
                claim("assessment", "Hoe je bent getoetst", "How you were assessed", None, true),
                claim("result", "Cijfer", "Grade", Some("8"), false),
                claim("birthdate", "Geboortedatum", "Birth date", None, false),
            ],
            label: "Sollicitatie Voorbeeld Zorg".to_owned(),
            until: Until::Month,
            pin: false,
            ends: [Day { year: 2026, month: 11, day: 29 }, Day { year: 2026, month: 12, day: 22 }, Day { year: 2027, month: 11, day: 22 }],
            preview: vec![
                Fact::new(Text::new("Behaald door", "Earned by"), Value::same("Samira de Vries")),
                Fact::new(Text::new("Uitgereikt door", "Issued by"), Value::same("Hogeschool Voorbeeld")),
                Fact::new(Text::new("Leeruitkomsten", "Learning outcomes"), Value::Text(Text::new("4 regels", "4 lines"))),
            ],
            hidden: vec![Text::new("Cijfer", "Grade"), Text::new("Geboortedatum", "Birth date")],
            problem: None,
        };
        let expired = State::Expired(Day { year: 2026, month: 9, day: 3 });
        vec![
            ("label-too-long", Self { label: "x".repeat(81), problem: Some(ShareProblem::LabelTooLong), ..form.clone() }),
            ("too-many", Self { problem: Some(ShareProblem::TooMany), ..form.clone() }),
            (
                "expired-credential",
                Self { state: expired, label: String::new(), until: Until::Stop, claims: vec![], hidden: vec![], ..form.clone() },
            ),
            ("new", form),
        ]
    }

    fn problem(&self, w: &Words) -> Option<&'static str> {
        self.problem.map(|problem| match problem {
            ShareProblem::LabelTooLong => w.label_too_long,
            ShareProblem::TooMany => w.too_many,
        })
    }

    /// Value, words, hint and whether it is chosen, of each end.
    fn untils(&self, lang: Lang, w: &Words) -> Vec<(&'static str, &'static str, String, bool)> {
        let [week, month, year] = self.ends.map(|day| format::date(lang, day));
        vec![
            ("week", w.week, week, self.until == Until::Week),
            ("month", w.month, month, self.until == Until::Month),
            ("year", w.year, year, self.until == Until::Year),
            ("stop", w.until_stop, w.until_stop_hint.to_owned(), self.until == Until::Stop),
        ]
    }

    /// The verdict that the other sees now: plane, icon, words.
    fn verdict(&self, lang: Lang, w: &Words) -> (&'static str, &'static str, String) {
        match self.state {
            State::Valid | State::ExpiresSoon(_) => ("p-ok", "ok", w.verdict_valid.to_owned()),
            State::Withdrawn(_) | State::Replaced => ("p-bad", "x", w.verdict_invalid.to_owned()),
            // The reason is for the learner only, so only the word stands here.
            _ => ("p-warn", "alert", format!("{}: {}", w.verdict_attention, self.state.word(lang).to_lowercase())),
        }
    }
}

impl PageView for NewShare {
    fn title(&self, lang: Lang) -> String {
        format!("{} – {}", Words::of(lang).new, self.head.title.get(lang))
    }

    fn chrome(&self) -> Chrome {
        Chrome::Focus(format!("/wallet/credentials/{}", self.credential))
    }

    template!(NewShare, "wallet/share_new.html", Words);
}

impl Share {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let [head, ..] = Head::samples();
        let live = ShareState::Live {
            link: "http://localhost:8080/s/6fVnq2bYw0ZkT8rXcLm4Hs".to_owned(),
            until: Day::parse("2026-12-22"),
            stop: "/wallet/shares/s/stop".to_owned(),
        };
        let share = Self {
            just_made: false,
            label: "Sollicitatie Voorbeeld Zorg".to_owned(),
            head,
            labels: vec![Text::new("Naam", "Name"), Text::new("Titel", "Title"), Text::new("Leeruitkomsten", "Learning outcomes")],
            made: Moment(1_795_300_000),
            state: live,
            opened: 3,
            last: Some(Moment(1_795_340_000)),
            pin: None,
            has_pin: false,
        };
        vec![
            ("just-made-pin", Self { just_made: true, opened: 0, last: None, pin: Some("042317".to_owned()), has_pin: true, ..share.clone() }),
            ("pin", Self { has_pin: true, ..share.clone() }),
            ("just-made", Self { just_made: true, opened: 0, last: None, ..share.clone() }),
            ("never-opened", Self { opened: 0, last: None, label: String::new(), ..share.clone() }),
            ("ended", Self { state: ShareState::Ended(Moment(1_795_000_000)), ..share.clone() }),
            ("stopped", Self { state: ShareState::Stopped(Moment(1_795_000_000)), ..share.clone() }),
            ("live", share),
        ]
    }

    fn name(&self, w: &Words) -> String {
        if self.label.is_empty() { w.no_label.to_owned() } else { self.label.clone() }
    }

    fn opened(&self, frame: &Frame) -> String {
        let last = self.last.map(|at| format::relative_time(frame.lang, at, Moment(frame.now)));
        opened_words(frame.lang, self.opened, last.as_deref())
    }

    fn code(&self, w: &Words) -> Html {
        match &self.state {
            ShareState::Live { link, .. } => qr::svg(link, w.qr),
            _ => Html::default(),
        }
    }

    /// A mail with the link; the name of the learner is not in it, the learner signs it.
    fn mail(&self, lang: Lang, w: &Words) -> String {
        let ShareState::Live { link, .. } = &self.state else { return String::new() };
        let subject = (w.mail_subject)(self.head.title.get(lang));
        format!("mailto:?subject={}&body={}", percent(&subject), percent(&(w.mail_body)(self.head.title.get(lang), link)))
    }
}

/// Percent-encodes for a `mailto:` header field (RFC 6068 section 5).
fn percent(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

impl PageView for Share {
    fn title(&self, lang: Lang) -> String {
        let w = Words::of(lang);
        match self.state {
            ShareState::Live { .. } if self.just_made => w.made.to_owned(),
            ShareState::Live { .. } => w.live.to_owned(),
            ShareState::Ended(_) => w.ended.to_owned(),
            ShareState::Stopped(_) => w.stopped.to_owned(),
        }
    }

    fn chrome(&self) -> Chrome {
        Chrome::Learner(Section::Shares)
    }

    template!(Share, "wallet/share.html", Words);
}

impl ShareRow {
    fn name<'a>(&'a self, w: &'a Words) -> &'a str {
        if self.label.is_empty() { w.no_label } else { &self.label }
    }

    /// Until when and how often opened, or when it ended.
    fn tells(&self, frame: &Frame, w: &Words) -> String {
        let lang = frame.lang;
        let end = match (self.ended, self.until) {
            (Some(ended), _) => (w.ended_on)(&format::date(lang, ended.day())),
            (None, Some(day)) => (w.until_day)(&format::date(lang, day)),
            (None, None) => w.until_open.to_owned(),
        };
        let last = self.last.map(|at| format::relative_day(lang, at.day(), Moment(frame.now)));
        format!("{end} {}", opened_words(lang, self.opened, last.as_deref()))
    }
}

impl Shares {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let [data, enrolment, ..] = Head::samples();
        let live = ShareRow {
            href: "/wallet/shares/s".to_owned(),
            label: "Sollicitatie Voorbeeld Zorg".to_owned(),
            head: data,
            until: Day::parse("2026-12-22"),
            ended: None,
            opened: 3,
            last: Some(Moment(1_795_260_000)),
            stop: Some("/wallet/shares/s/stop".to_owned()),
        };
        let open = ShareRow { label: String::new(), head: enrolment, until: None, opened: 0, last: None, ..live.clone() };
        let over = ShareRow { label: "Huurwoning".to_owned(), ended: Some(Moment(1_790_000_000)), opened: 1, stop: None, ..live.clone() };
        vec![
            ("some", Self { live: vec![live, open], over: vec![over.clone()] }),
            ("only-over", Self { live: vec![], over: vec![over] }),
            ("none", Self::default()),
        ]
    }
}

impl PageView for Shares {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).all.to_owned()
    }

    fn chrome(&self) -> Chrome {
        Chrome::Learner(Section::Shares)
    }

    template!(Shares, "wallet/shares.html", Words);
}

struct Words {
    choose: &'static str,
    choose_text: &'static str,
    choose_nothing: &'static str,
    new: &'static str,
    new_text: &'static str,
    what: &'static str,
    always: fn(&str) -> String,
    which: &'static str,
    label: &'static str,
    label_hint: &'static str,
    lock: &'static str,
    lock_label: &'static str,
    lock_hint: &'static str,
    pin: &'static str,
    pin_once: &'static str,
    pin_asked: &'static str,
    until: &'static str,
    week: &'static str,
    month: &'static str,
    year: &'static str,
    until_stop: &'static str,
    until_stop_hint: &'static str,
    preview: &'static str,
    preview_now: &'static str,
    hidden: fn(&str) -> String,
    refresh: &'static str,
    know: &'static str,
    know_later: &'static str,
    know_seen: &'static str,
    know_anyone: &'static str,
    know_count: &'static str,
    make: &'static str,
    label_too_long: &'static str,
    too_many: &'static str,
    verdict_valid: &'static str,
    verdict_attention: &'static str,
    verdict_invalid: &'static str,
    made: &'static str,
    live: &'static str,
    ended: &'static str,
    stopped: &'static str,
    back: &'static str,
    link: &'static str,
    copy: &'static str,
    share: &'static str,
    send: &'static str,
    mail: &'static str,
    mail_subject: fn(&str) -> String,
    mail_body: fn(&str, &str) -> String,
    open_link: &'static str,
    qr: &'static str,
    qr_text: &'static str,
    shows: &'static str,
    for_whom: &'static str,
    no_label: &'static str,
    made_on: &'static str,
    opened: &'static str,
    until_label: &'static str,
    until_day: fn(&str) -> String,
    until_open: &'static str,
    ended_on: fn(&str) -> String,
    ended_text: &'static str,
    stop: &'static str,
    stop_text: &'static str,
    stop_do: &'static str,
    stop_what: fn(&str) -> String,
    new_again: &'static str,
    all: &'static str,
    all_text: &'static str,
    none: &'static str,
    none_live: &'static str,
    over: &'static str,
    live_heading: &'static str,
}

words!(Words);

const NL: Words = Words {
    choose: "Welk bewijs wil je delen?",
    choose_text: "Kies een bewijs. Daarna kies je wat de ander ervan ziet, en hoe lang.",
    choose_nothing: "Je hebt nog geen bewijs dat je kunt delen.",
    new: "Maak een link om te delen",
    new_text: "Wie de link heeft, ziet wat jij hier kiest. Je stopt het delen wanneer je wilt.",
    what: "Wat deel je",
    always: |labels| format!("Altijd erbij: {labels}."),
    which: "Welke gegevens deel je",
    label: "Voor wie",
    label_hint: "Alleen jij ziet deze naam. Mag leeg blijven.",
    lock: "Extra slot",
    lock_label: "Vraag om een pincode",
    lock_hint: "Wij maken zes cijfers en tonen ze één keer. Geef ze apart van de link door.",
    pin: "Pincode",
    pin_once: "Schrijf hem op: we tonen hem maar één keer. Na vijf foute pogingen sluit de link.",
    pin_asked: "Wordt gevraagd bij het openen",
    until: "Tot wanneer",
    week: "1 week",
    month: "1 maand",
    year: "1 jaar",
    until_stop: "Tot ik stop",
    until_stop_hint: "Jij stopt de link zelf",
    preview: "Dit ziet de ander",
    preview_now: "Zoals het nu is. Bij elke keer openen wordt het bewijs opnieuw gecontroleerd.",
    hidden: |labels| format!("Niet te zien: {labels}."),
    refresh: "Ververs het voorbeeld",
    know: "Goed om te weten",
    know_later: "Verandert er later iets, bijvoorbeeld als het bewijs verloopt of wordt ingetrokken, dan ziet wie de link heeft dat ook, tot de link eindigt.",
    know_seen: "Wat iemand gezien of bewaard heeft, kun je niet terughalen. Stoppen sluit alleen de link.",
    know_anyone: "Wie de link krijgt, kan hem doorsturen.",
    know_count: "We tellen hoe vaak de link wordt geopend, niet door wie.",
    make: "Maak link",
    label_too_long: "De naam is te lang: hoogstens 80 tekens. Er is nog geen link gemaakt.",
    too_many: "Je hebt al honderd links die werken. Stop er eerst een; er is nu geen link gemaakt.",
    verdict_valid: "Echt en geldig",
    verdict_attention: "Echt, let op",
    verdict_invalid: "Niet geldig",
    made: "Je link is klaar",
    live: "Link die werkt",
    ended: "Link die is afgelopen",
    stopped: "Link die je stopte",
    back: "Alles wat je deelt",
    link: "De link",
    copy: "Kopieer",
    share: "Deel…",
    send: "Versturen",
    mail: "Schrijf een mail",
    mail_subject: |title| format!("Mijn bewijs: {title}"),
    mail_body: |title, link| {
        format!(
            "Hallo,\n\nHier is mijn bewijs “{title}”. U ziet op deze pagina ook of het echt en geldig is:\n{link}\n\nMet vriendelijke groet,\n"
        )
    },
    open_link: "Bekijk wat de ander ziet",
    qr: "QR-code van de link",
    qr_text: "Laat deze code scannen. De link staat er ook als tekst bij.",
    shows: "Wat de ander ziet",
    for_whom: "Voor wie",
    no_label: "Link zonder naam",
    made_on: "Gemaakt op",
    opened: "Geopend",
    until_label: "Einde",
    until_day: |day| format!("Tot {day}."),
    until_open: "Tot jij stopt.",
    ended_on: |day| format!("Gestopt of afgelopen op {day}."),
    ended_text: "De link werkt niet meer en wat erachter stond is gewist. Het bewijs zelf kan nog gewoon geldig zijn.",
    stop: "Stoppen",
    stop_text: "De link werkt dan meteen niet meer. Wat iemand al zag of bewaarde, haal je daarmee niet terug.",
    stop_do: "Stop deze link",
    stop_what: |label| format!(": {label}"),
    new_again: "Maak een nieuwe link",
    all: "Alles wat je deelt",
    all_text: "Elke link laat zien wat jij koos, tot de einddatum of tot jij stopt.",
    none: "Je hebt nog niets gedeeld. Open een bewijs en kies Delen.",
    none_live: "Er zijn nu geen links die werken.",
    over: "Afgelopen en gestopt",
    live_heading: "Links die werken",
};

const EN: Words = Words {
    choose: "Which credential do you want to share?",
    choose_text: "Choose a credential. You then choose what the other sees of it, and for how long.",
    choose_nothing: "You have no credential yet that you can share.",
    new: "Make a link to share",
    new_text: "Whoever has the link sees what you choose here. You stop sharing whenever you want.",
    what: "What you share",
    always: |labels| format!("Always in it: {labels}."),
    which: "Which items do you share",
    label: "For whom",
    label_hint: "Only you see this name. May stay empty.",
    lock: "Extra lock",
    lock_label: "Ask for a PIN",
    lock_hint: "We make six digits and show them once. Pass them on apart from the link.",
    pin: "PIN",
    pin_once: "Write it down: we show it only once. After five wrong tries the link closes.",
    pin_asked: "Asked for when it is opened",
    until: "Until when",
    week: "1 week",
    month: "1 month",
    year: "1 year",
    until_stop: "Until I stop",
    until_stop_hint: "You stop the link yourself",
    preview: "This is what the other sees",
    preview_now: "As it is now. The credential is checked afresh each time it is opened.",
    hidden: |labels| format!("Not visible: {labels}."),
    refresh: "Refresh the preview",
    know: "Good to know",
    know_later: "If something changes later, for example because the credential expires or is withdrawn, whoever has the link sees that too, until the link ends.",
    know_seen: "What someone has seen or kept you cannot take back. Stopping only closes the link.",
    know_anyone: "Whoever gets the link can pass it on.",
    know_count: "We count how often the link is opened, not by whom.",
    make: "Make link",
    label_too_long: "The name is too long: 80 characters at most. No link was made yet.",
    too_many: "You already have one hundred links that work. Stop one first; no link was made now.",
    verdict_valid: "Genuine and valid",
    verdict_attention: "Genuine, attention",
    verdict_invalid: "Not valid",
    made: "Your link is ready",
    live: "Link that works",
    ended: "Link that has ended",
    stopped: "Link that you stopped",
    back: "Everything you share",
    link: "The link",
    copy: "Copy",
    share: "Share…",
    send: "Send it",
    mail: "Write a mail",
    mail_subject: |title| format!("My credential: {title}"),
    mail_body: |title, link| {
        format!(
            "Hello,\n\nHere is my credential “{title}”. The page also shows whether it is genuine and valid:\n{link}\n\nKind regards,\n"
        )
    },
    open_link: "See what the other sees",
    qr: "QR code of the link",
    qr_text: "Have this code scanned. The link also stands beside it as text.",
    shows: "What the other sees",
    for_whom: "For whom",
    no_label: "Link without a name",
    made_on: "Made on",
    opened: "Opened",
    until_label: "End",
    until_day: |day| format!("Until {day}."),
    until_open: "Until you stop.",
    ended_on: |day| format!("Stopped or ended on {day}."),
    ended_text: "The link does not work any more and what was behind it is erased. The credential itself may still be valid.",
    stop: "Stop",
    stop_text: "The link then stops working at once. What someone already saw or kept is not taken back by that.",
    stop_do: "Stop this link",
    stop_what: |label| format!(": {label}"),
    new_again: "Make a new link",
    all: "Everything you share",
    all_text: "Each link shows what you chose, until its end date or until you stop.",
    none: "You have not shared anything yet. Open a credential and choose Share.",
    none_live: "No links work now.",
    over: "Ended and stopped",
    live_heading: "Links that work",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_address_holds_no_raw_characters() {
        let (_, share) = Share::samples().remove(0);
        let mail = share.mail(Lang::Nl, Words::of(Lang::Nl));
        assert!(mail.starts_with("mailto:?subject=Mijn%20bewijs%3A%20Data-analyse%20basis&body=Hallo%2C%0A"), "{mail}");
        assert_eq!(mail.matches('&').count(), 1);
    }
}
