//! Sharing by link: the form, the link that was made, and all links.

mod words;

use self::words::Words;
use crate::credential::opened_words;
use crate::head::{Head, State};
use crate::overview::Tile;
use crate::text::{Html, Value};
use crate::view::template;
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
            (
                "just-made-pin",
                Self { just_made: true, opened: 0, last: None, pin: Some("042317".to_owned()), has_pin: true, ..share.clone() },
            ),
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
        mailto(&subject, &(w.mail_body)(self.head.title.get(lang), link))
    }
}

/// A mail to nobody yet.
pub(crate) fn mailto(subject: &str, body: &str) -> String {
    format!("mailto:?subject={}&body={}", percent(subject), percent(body))
}

/// Percent-encodes for a `mailto:` header field (RFC 6068 section 5).
pub(crate) fn percent(text: &str) -> String {
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
