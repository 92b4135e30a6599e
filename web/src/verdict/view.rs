//! From the values of a verdict to what the template shows: which words, which icon, which colour.

use super::line::{self, Shown};
use super::words::Words;
use super::{Content, Credential, Face, Occasion, VerdictPage};
use crate::head::{Kind, Level, Load, Unit};
use crate::text::Html;
use crate::view::template;
use crate::{Chrome, Fact, Frame, Lang, PageView, Value, format};

impl PageView for VerdictPage {
    fn title(&self, lang: Lang) -> String {
        let words = Words::of(lang);
        let face = self.face.words(words);
        let thing = match self.credentials.as_slice() {
            [one] => one.thing(lang, words),
            [] => words.shared_thing.to_owned(),
            many => (words.several)(many.len()),
        };
        format!("{face} – {thing}")
    }

    fn chrome(&self) -> Chrome {
        Chrome::Public
    }

    template!(VerdictPage, "public/verdict.html", Words);
}

impl Credential {
    /// `Microcredential Data-analyse basis`; never a name of a person.
    pub(super) fn thing(&self, lang: Lang, words: &Words) -> String {
        let Some(content) = &self.content else { return words.shared_thing.to_owned() };
        let kind = self.kind_words(lang);
        match &content.title {
            Some(title) => format!("{kind} {}", title.get(lang)),
            None => kind,
        }
    }

    pub(super) fn kind_words(&self, lang: Lang) -> String {
        self.kind.words(lang).to_owned()
    }

    fn kind_words_in(&self, frame: &Frame) -> String {
        self.kind_words(frame.lang)
    }

    /// Title line under the name: kind, workload, level.
    pub(super) fn subtitle(&self, frame: &Frame, words: &Words) -> String {
        let lang = frame.lang;
        let mut parts = vec![self.kind_words(lang)];
        if let Some(content) = &self.content {
            parts.extend(content.workload.as_ref().map(|load| load.words(lang)));
            parts.extend(content.level.as_ref().map(|level| level_words(words, level)));
        }
        parts.join("\u{a0}· ")
    }

    fn lines(&self, frame: &Frame, words: &Words) -> Vec<Shown> {
        let mut shown = line::of(&self.checks, self.issuer.as_ref(), frame.lang, words);
        shown.extend(self.person_lines(frame.lang, words));
        shown
    }

    /// "What did we check" for another page.
    pub(crate) fn checks(&self, frame: &Frame) -> Html {
        #[derive(askama::Template)]
        #[template(path = "public/checks.html")]
        struct Checks<'a> {
            credential: &'a Credential,
            frame: &'a Frame,
            w: &'static Words,
        }
        let checks = Checks { credential: self, frame, w: Words::of(frame.lang) };
        // Writing to a String does not fail.
        Html(askama::Template::render(&checks).unwrap_or_default())
    }

    /// Its face in words, with icon and class.
    pub(crate) fn verdict(&self, lang: Lang) -> (&'static str, &'static str, &'static str) {
        (self.face.icon(), self.face.tone(), self.face.words(Words::of(lang)))
    }

    /// The two lines about the person (`README.md`, decision 19).
    fn person_lines(&self, lang: Lang, words: &Words) -> Vec<Shown> {
        let Some(content) = &self.content else { return Vec::new() };
        let mut lines = Vec::new();
        if content.holder.is_some() {
            let (icon, tone, text) = match &content.name_source {
                Some(source) => {
                    let date = source.checked_on.map(|day| format::date(lang, day)).unwrap_or_default();
                    ("ok", "ok", (words.name_confirmed)(&source.source, &date))
                }
                None => ("none", "mute", words.name_unrecorded.to_owned()),
            };
            lines.push(Shown::plain(icon, tone, words.name_title, text, words.name_more));
        }
        match self.holder_key {
            super::HolderKey::ThisServer => {
                lines.push(Shown::plain("info", "mute", words.key_title, words.key_here.to_owned(), words.key_here_more));
            }
            super::HolderKey::Wallet => {
                lines.push(Shown::plain("info", "mute", words.key_title, words.key_wallet.to_owned(), words.key_wallet_more));
            }
            super::HolderKey::NotShown => {}
        }
        lines
    }

    /// The logo of an issuer for whom the register vouches, and from whom it is.
    pub(super) fn logo(&self, frame: &Frame, words: &Words) -> Option<(Html, String)> {
        let issuer = self.issuer.as_ref().filter(|_| line::is_known(&self.checks))?;
        let picture = crate::party::shown(issuer.logo.as_ref()?, issuer.name.get(frame.lang), frame.lang);
        Some((picture, (words.logo_from)(issuer.register_keeper.get(frame.lang))))
    }

    /// The facts of the card.
    pub(super) fn facts(&self, frame: &Frame, words: &Words) -> Vec<Fact> {
        let lang = frame.lang;
        let Some(content) = &self.content else { return Vec::new() };
        let enrolled = self.kind == Kind::Enrolment;
        let mut facts = Vec::new();
        if let Some(holder) = &content.holder {
            facts.push(Fact::new(if enrolled { words.enrolled_person } else { words.achieved_by }, Value::same(holder.clone())));
        }
        if let Some(issuer) = &self.issuer {
            let label = match (line::is_known(&self.checks), enrolled) {
                (false, _) => words.issuer_says,
                (true, true) => words.enrolled_at,
                (true, false) => words.issued_by,
            };
            facts.push(Fact::new(label, Value::Text(issuer.name.clone())));
            facts.extend(issuer.past.then.as_ref().map(|then| Fact::new(words.then_called, Value::Text(then.clone()))));
            facts.extend(issuer.past.left.as_ref().map(|left| Fact::new(words.since, Value::same(format::capital(&left.gone(lang))))));
        }
        facts.extend(content.awarded_on.map(|day| Fact::new(words.achieved_on, Value::Day(day))));
        facts.extend(content.result.as_ref().map(|result| Fact::new(words.result, Value::Text(result.clone()))));
        facts.extend(content.birth_date.map(|day| Fact::new(words.born, Value::Day(day))));
        facts.extend(content.enrolment.iter().flat_map(|enrolment| enrolment.facts(lang, words)));
        if let Some(until) = content.valid_until {
            let over = self.checks.iter().any(|check| check.code == "expired");
            facts.push(Fact::new(if over { words.was_valid_until } else { words.valid_until }, Value::Day(until.day())));
        }
        facts
    }
}

impl super::Enrolment {
    fn facts(&self, lang: Lang, words: &Words) -> Vec<Fact> {
        let coded = |code: &str, of: fn(&str) -> Option<&'static str>| Value::same(of(code).map_or_else(|| code.to_owned(), str::to_owned));
        let mut facts = vec![Fact::new(words.state, Value::same(format::capital(&coded(&self.state, words.enrolment_state).plain(lang))))];
        facts.extend(self.from.map(|day| Fact::new(words.from, Value::Day(day))));
        facts.extend(self.until.map(|day| Fact::new(words.until, Value::Day(day))));
        facts.extend(self.phase.as_ref().map(|phase| Fact::new(words.phase, coded(phase, words.enrolment_phase))));
        facts.extend(self.mode.as_ref().map(|mode| Fact::new(words.mode, coded(mode, words.enrolment_mode))));
        facts.extend(self.code.as_ref().map(|code| Fact::new(words.code, Value::same(code.clone()))));
        facts.extend(self.as_of.map(|day| Fact::new(words.as_of, Value::Day(day))));
        facts
    }
}

/// The sentence that says what a workload means.
pub(crate) fn load_explained(frame: &Frame, words: &Words, load: &Load) -> String {
    let lang = frame.lang;
    let value = format::decimal(lang, &format!("{:.2}", load.amount));
    match load.unit {
        Unit::Ec => (words.ec_hours)(&value, &format!("{}", (load.amount * 28.0).round())),
        Unit::Sbu => (words.sbu_hours)(&value),
        Unit::Hours => (words.plain_hours)(&value),
    }
}

/// `niveau NLQF 6`, or that the institution says so.
pub(crate) fn level_words(words: &Words, level: &Level) -> String {
    let say = if level.verified { words.level } else { words.level_by_institution };
    say(&level.framework, &level.value)
}

/// What a level is comparable with, from the explanation of the scale.
pub(crate) fn level_like(words: &Words, level: &Level) -> Option<&'static str> {
    level.figure().and_then(|step| words.scale.get(usize::from(step) - 1)).copied()
}

/// One box of the scale of eight, for the picture.
pub(crate) struct Step {
    pub(crate) figure: u8,
    pub(crate) x: u16,
    pub(crate) middle: u16,
    pub(crate) here: bool,
}

impl Step {
    /// Where the word under the box stands: at the ends it must not leave the picture.
    pub(crate) fn label_x(&self) -> u16 {
        match self.figure {
            1 => 0,
            8 => 328,
            _ => self.middle,
        }
    }

    /// How the word hangs at that place.
    pub(crate) fn anchor(&self) -> &'static str {
        match self.figure {
            1 => "start",
            8 => "end",
            _ => "middle",
        }
    }
}

/// The eight boxes with the level's own one marked; none when it is not one of the eight.
pub(crate) fn scale(level: &Level) -> Vec<Step> {
    let Some(at) = level.figure() else { return Vec::new() };
    (1..=8u8)
        .map(|figure| Step { figure, x: u16::from(figure - 1) * 41, middle: u16::from(figure - 1) * 41 + 19, here: figure == at })
        .collect()
}

impl VerdictPage {
    fn checked(&self, frame: &Frame, words: &Words) -> String {
        let lang = frame.lang;
        (words.checked_at)(&format::date(lang, self.checked_at.day()), &format::time(lang, self.checked_at))
    }

    /// The reason under the verdict: the first thing that is not right, as one bold sentence, and what it leaves standing.
    fn reason(&self, frame: &Frame, words: &Words) -> Option<(String, &'static str)> {
        match self.face {
            Face::Valid => None,
            Face::Unavailable => Some((self.unreadable(frame, words).unwrap_or_else(|| words.unavailable_reason.to_owned()), "")),
            face => {
                let worst = self.credentials.iter().find(|credential| credential.face == face)?;
                let first = worst.lines(frame, words).into_iter().next()?;
                let sentence = if first.text.is_empty() { format!("{}.", first.title) } else { first.text };
                Some((sentence, if face == Face::Invalid { words.do_not_trust } else { words.signature_fits }))
            }
        }
    }

    /// Why nothing could be read or nobody could be found to have signed it, where there is a sentence for that.
    fn unreadable(&self, frame: &Frame, words: &Words) -> Option<String> {
        let credential = self.credentials.iter().find(|credential| credential.face == Face::Unavailable)?;
        let first = credential.lines(frame, words).into_iter().next()?;
        [first.text, first.more].into_iter().find(|sentence| !sentence.is_empty())
    }

    fn occasion_line(&self, frame: &Frame, words: &Words) -> String {
        let lang = frame.lang;
        match &self.occasion {
            Occasion::Share { until: Some(until), .. } => (words.shared_until)(&format::date(lang, until.day())),
            Occasion::Share { until: None, .. } => words.shared_open.to_owned(),
            Occasion::Pasted => words.pasted.to_owned(),
            Occasion::Answer { purpose, kept_until, .. } => (words.answered)(purpose.get(lang), &format::date(lang, kept_until.day())),
        }
    }

    fn copies(&self) -> Option<&super::Copies> {
        match &self.occasion {
            Occasion::Share { copies, .. } => Some(copies),
            _ => None,
        }
    }

    fn report(&self) -> Option<&String> {
        match &self.occasion {
            Occasion::Share { copies, .. } => Some(&copies.report),
            Occasion::Answer { report, .. } => report.as_ref(),
            Occasion::Pasted => None,
        }
    }

    fn pasted(&self) -> bool {
        matches!(self.occasion, Occasion::Pasted)
    }

    fn shared(&self) -> bool {
        matches!(self.occasion, Occasion::Share { .. })
    }
}

impl Content {
    /// First name, or "the holder".
    fn who<'a>(&'a self, words: &'a Words) -> &'a str {
        self.given_name.as_deref().unwrap_or(words.the_holder)
    }
}
