//! One check as one line: which words, which icon, which colour.

use super::words::{Line, Named, Words, why};
use super::{Check, CheckName, CheckState, Face, Issuer};
use crate::{Lang, format};

/// One line of "what did we check", ready to show.
pub(super) struct Shown {
    pub(super) icon: &'static str,
    pub(super) tone: &'static str,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) more: String,
    pub(super) technical: String,
    pub(super) open: bool,
}

/// Whether the register vouches for the issuer's name, also for one that it suspended.
pub(super) fn is_known(checks: &[Check]) -> bool {
    let passed = |check: &Check| check.name == CheckName::Issuer && check.state == CheckState::Passed;
    checks.iter().any(|check| passed(check) || check.code == "issuer_suspended")
}

/// The checks as lines, what matters first.
pub(super) fn of(checks: &[Check], issuer: Option<&Issuer>, lang: Lang, words: &Words) -> Vec<Shown> {
    let known = issuer.filter(|_| is_known(checks));
    let named = known.map_or(lang.pick("de uitgever", "the issuer"), |issuer| issuer.name.get(lang));
    let keeper = issuer.map_or_else(|| lang.pick("deze dienst", "this service"), |issuer| issuer.register_keeper.get(lang));
    // That it could be read goes without saying once the signature is right; everything else is told.
    let mut told: Vec<&Check> =
        checks.iter().filter(|check| check.name != CheckName::Format || check.state != CheckState::Passed).collect();
    told.sort_by_key(|check| check.rank());
    let past = issuer.map(|issuer| issuer.past.sentences(lang).join(" ")).unwrap_or_default();
    let left = issuer.is_some_and(|issuer| issuer.past.left.is_some());
    let shown = told.into_iter().map(|check| {
        let line = check.shown(&Named { issuer: named, keeper, when: &check.when(lang) }, lang, words);
        match check.name {
            CheckName::Issuer if left => Shown { text: spaced(&line.text, &past), more: spaced(&line.more, words.left_more), ..line },
            CheckName::Issuer => Shown { text: spaced(&line.text, &past), ..line },
            _ => line,
        }
    });
    shown.collect()
}

impl Face {
    pub(crate) fn words(self, words: &Words) -> &'static str {
        let [valid, attention, invalid, unavailable] = words.faces;
        match self {
            Self::Valid => valid,
            Self::Attention => attention,
            Self::Invalid => invalid,
            Self::Unavailable => unavailable,
        }
    }

    /// Class of the coloured plane.
    pub(super) fn plane(self) -> &'static str {
        match self {
            Self::Valid => "p-ok",
            Self::Attention => "p-warn",
            Self::Invalid => "p-bad",
            Self::Unavailable => "p-mute",
        }
    }

    /// Class of a state in a line of text.
    pub(super) fn tone(self) -> &'static str {
        match self {
            Self::Valid => "ok",
            Self::Attention => "warn",
            Self::Invalid => "bad",
            Self::Unavailable => "mute",
        }
    }

    pub(super) fn icon(self) -> &'static str {
        match self {
            Self::Valid => "ok",
            Self::Attention => "alert",
            Self::Invalid => "x",
            Self::Unavailable => "none",
        }
    }
}

impl Check {
    /// The words for this outcome; codes without words of their own get those of the plain failure.
    pub(super) fn line<'w>(&self, words: &'w Words) -> &'w Line {
        use CheckName::{Dates, Format, HolderBinding, Issuer, Query, Schema, Signature, Status};
        use CheckState::{Failed, NotChecked, Passed};
        let w = &words.checks;
        match (self.name, self.state, self.code.as_str()) {
            (Format, Passed, _) => &w.format_ok,
            (Format, Failed, _) => &w.format_failed,
            (Format, NotChecked, _) => &w.format_not_checked,
            (Signature, Passed, _) => &w.signature_ok,
            (Signature, Failed, _) => &w.signature_failed,
            (Signature, NotChecked, _) => &w.signature_not_checked,
            (Issuer, Passed, "own_register") => &w.issuer_own_register,
            (Issuer, Passed, "key_given") => &w.issuer_key_given,
            (Issuer, Passed, _) => &w.issuer_ok,
            (Issuer, Failed, "issuer_suspended") => &w.issuer_suspended,
            (Issuer, Failed, "key_revoked") => &w.issuer_key_revoked,
            (Issuer, Failed, _) => &w.issuer_unknown,
            (Issuer, NotChecked, _) => &w.issuer_not_checked,
            (Dates, Passed, _) => &w.dates_ok,
            (Dates, Failed, "not_yet_valid") => &w.dates_not_yet,
            (Dates, Failed, _) => &w.dates_expired,
            (Dates, NotChecked, _) => &w.dates_not_checked,
            (Status, Passed, _) => &w.status_ok,
            (Status, Failed, "suspended") => &w.status_suspended,
            (Status, Failed, "superseded") => &w.status_superseded,
            (Status, Failed, _) => &w.status_revoked,
            (Status, NotChecked, _) => &w.status_not_checked,
            (Schema, Passed, _) => &w.schema_ok,
            (Schema, Failed, _) => &w.schema_failed,
            (Schema, NotChecked, _) => &w.schema_not_checked,
            (HolderBinding, Passed, _) => &w.binding_ok,
            (HolderBinding, Failed, _) => &w.binding_failed,
            (HolderBinding, NotChecked, _) => &w.binding_not_checked,
            (Query, Passed, _) => &w.query_ok,
            (Query, Failed, _) => &w.query_failed,
            (Query, NotChecked, _) => &w.query_not_checked,
        }
    }

    fn shown(&self, named: &Named<'_>, lang: Lang, words: &Words) -> Shown {
        let (icon, tone) = self.icon();
        let line = self.line(words);
        let technical = self.technical.join("\u{a0}· ");
        let plain = self.state == CheckState::Passed && technical.is_empty();
        Shown {
            icon,
            tone,
            title: line.title.to_owned(),
            text: format::capital(&(line.text)(named)),
            more: spaced(&self.why(lang), line.more),
            technical: if plain { String::new() } else { joined(&self.code, &technical) },
            open: self.state == CheckState::Failed || self.name == CheckName::Format,
        }
    }

    /// What its code and reason say, in a sentence each.
    pub(super) fn why(&self, lang: Lang) -> String {
        let codes = [Some(self.code.as_str()).filter(|code| *code != "ok"), self.reason.as_deref()];
        let mut said: Vec<&str> = codes.into_iter().flatten().filter_map(|code| why(lang, code)).collect();
        said.dedup();
        said.join(" ")
    }

    /// A failed check that leaves the credential genuine.
    fn only_attention(&self) -> bool {
        matches!(self.code.as_str(), "expired" | "not_yet_valid" | "suspended" | "superseded" | "issuer_unknown" | "issuer_suspended")
    }

    fn icon(&self) -> (&'static str, &'static str) {
        match (self.state, self.code.as_str()) {
            (CheckState::Passed, _) => ("ok", "ok"),
            (CheckState::NotChecked, _) => ("none", "mute"),
            (CheckState::Failed, "expired") => ("expired", "warn"),
            (CheckState::Failed, "not_yet_valid") => ("soon", "warn"),
            (CheckState::Failed, "suspended") => ("pause", "warn"),
            (CheckState::Failed, _) if self.only_attention() => ("alert", "warn"),
            (CheckState::Failed, _) => ("x", "bad"),
        }
    }

    /// Wrong first, then not made, then right: what matters stands on top.
    fn rank(&self) -> u8 {
        match self.state {
            CheckState::Failed => 0,
            CheckState::NotChecked => 1,
            CheckState::Passed => 2,
        }
    }

    /// Dates as days, the time of a status list to the minute.
    fn when(&self, lang: Lang) -> String {
        match (self.at, self.name) {
            (None, _) => String::new(),
            (Some(at), CheckName::Status) => format::date_time(lang, at),
            (Some(at), _) => format::date(lang, at.day()),
        }
    }
}

impl Shown {
    pub(super) fn plain(icon: &'static str, tone: &'static str, title: &str, text: String, more: &str) -> Self {
        Self { icon, tone, title: title.to_owned(), text, more: more.to_owned(), technical: String::new(), open: false }
    }
}

/// Two sentences, either of which may be empty.
fn spaced(first: &str, second: &str) -> String {
    [first, second].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A code and what is technical about it.
fn joined(code: &str, technical: &str) -> String {
    if technical.is_empty() { code.to_owned() } else { format!("{code}\u{a0}· {technical}") }
}
