//! What a badge says beside its title and level, what others say of it, and what the register remembers of its issuer.

use super::line::{self, Shown};
use super::words::Words;
use super::{Check, Credential, Face, Issuer};
use crate::{Day, Frame, Lang, Text, format};

/// One result of an achievement.
#[derive(Clone, Debug, Default)]
pub struct ResultEntry {
    /// What was measured: `Eindproject`. Nothing when the achievement as a whole was.
    pub name: Option<Text>,
    /// Grade or level, as the institution wrote it: `8`, `A`.
    pub value: Option<Text>,
    /// How far it is, where it says so: `behaald`, `voorlopig`.
    pub status: Option<Text>,
    /// What it is measured by.
    pub scale: Option<Scale>,
    /// The least value that passes.
    pub required: Option<String>,
}

/// The values that a result may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scale {
    /// From the lowest to the highest.
    Range(String, String),
    /// One of these.
    Values(Vec<String>),
}

/// A place in a framework of skills, professions or programmes that an achievement is aligned to, as its issuer says.
#[derive(Clone, Debug)]
pub struct Alignment {
    /// Name of the place.
    pub name: Text,
    /// Name of the framework.
    pub framework: Option<String>,
    /// Code within the framework.
    pub code: Option<String>,
    /// Description.
    pub description: Option<Text>,
    /// Address of the place.
    pub url: Option<String>,
}

/// A piece of evidence. What lies at its address nobody looked at.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// What it is called.
    pub name: Text,
    /// What kind of thing it is, in the issuer's words.
    pub genre: Option<String>,
    /// What the issuer says about it.
    pub description: Option<Text>,
    /// Address.
    pub url: Option<String>,
}

/// What an endorsement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endorses {
    /// This award.
    Credential,
    /// The achievement, whoever earned it.
    Achievement,
    /// The institution.
    Issuer,
    /// Something else, or it is not shown.
    Other,
}

/// What somebody else says of a credential, its achievement or its issuer: with a verdict of its own, which never makes the
/// credential more valid, nor less.
#[derive(Clone, Debug)]
pub struct Endorsement {
    /// Its own verdict.
    pub face: Face,
    /// Who endorses; nothing when its signature fails.
    pub issuer: Option<Issuer>,
    /// What it is about.
    pub endorses: Endorses,
    /// What it says; nothing when its signature fails.
    pub comment: Option<Text>,
    /// Its checks, in the order of the report.
    pub checks: Vec<Check>,
}

/// What a register remembers of an issuer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// The name that it had when it signed, where that was another one than now.
    pub then: Option<Text>,
    /// That it does not take part any more.
    pub left: Option<Left>,
}

/// That an institution left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Since when.
    pub on: Day,
    /// In whom it went on.
    pub successor: Option<Text>,
}

impl Past {
    /// What there is to say, in a sentence each; nothing of an issuer that is as it was.
    pub fn sentences(&self, lang: Lang) -> Vec<String> {
        let words = Words::of(lang);
        let then = self.then.as_ref().map(|name| (words.called_then)(name.get(lang)));
        then.into_iter().chain(self.left.as_ref().map(|left| (words.left)(&left.gone(lang)))).collect()
    }
}

impl Left {
    /// `op 1 september 2026 opgegaan in …`, as the end of a sentence.
    pub(super) fn gone(&self, lang: Lang) -> String {
        let words = Words::of(lang);
        let day = format::date(lang, self.on);
        match &self.successor {
            Some(successor) => (words.gone_into)(&day, successor.get(lang)),
            None => (words.gone)(&day),
        }
    }
}

impl Endorsement {
    /// Who says it: the register's name, or what it calls itself, marked as such.
    pub(super) fn by(&self, frame: &Frame, words: &Words) -> String {
        let Some(issuer) = &self.issuer else { return words.endorsed_by_nobody.to_owned() };
        let name = issuer.name.get(frame.lang);
        if line::is_known(&self.checks) { name.to_owned() } else { format!("{}: {name}", words.issuer_says) }
    }

    pub(super) fn about(&self, words: &Words) -> &'static str {
        let [credential, achievement, issuer, other] = words.endorses;
        match self.endorses {
            Endorses::Credential => credential,
            Endorses::Achievement => achievement,
            Endorses::Issuer => issuer,
            Endorses::Other => other,
        }
    }

    pub(super) fn lines(&self, frame: &Frame, words: &Words) -> Vec<Shown> {
        line::of(&self.checks, self.issuer.as_ref(), frame.lang, words)
    }
}

impl Credential {
    /// Whether there is anything beside what most credentials have.
    pub(super) fn has_more(&self) -> bool {
        let more = self.content.as_ref().is_some_and(|content| !content.alignments.is_empty() || !content.evidence.is_empty());
        more || !self.endorsements.is_empty()
    }

    /// Who issued it, for "according to".
    pub(super) fn according(&self, frame: &Frame, words: &Words) -> Option<String> {
        self.issuer.as_ref().map(|issuer| (words.according_to)(issuer.name.get(frame.lang)))
    }
}

impl ResultEntry {
    /// The value, else how far it is.
    pub(super) fn says(&self, frame: &Frame, words: &Words) -> String {
        let said = self.value.as_ref().or(self.status.as_ref());
        said.map_or_else(|| words.no_value.to_owned(), |text| format::capital(text.get(frame.lang)))
    }

    /// Scale, what passes, and how far it is, in one line; empty when nothing of it is known.
    pub(super) fn measured(&self, lang: Lang, words: &Words) -> String {
        let scale = self.scale.as_ref().map(|scale| match scale {
            Scale::Range(from, to) => (words.scale_range)(from, to),
            Scale::Values(values) => (words.scale_values)(&values.join(", ")),
        });
        let required = self.required.as_ref().map(|least| (words.required)(least));
        let status = self.status.as_ref().filter(|_| self.value.is_some()).map(|status| status.get(lang).to_owned());
        format::capital(&[scale, required, status].into_iter().flatten().collect::<Vec<_>>().join("; "))
    }
}

impl Alignment {
    /// `ESCO, S1.2.3`.
    pub(super) fn place(&self) -> String {
        [self.framework.as_deref(), self.code.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// An address that a page may link to; any other is only shown.
pub(crate) fn is_link(url: &str) -> bool {
    url.starts_with("https://")
}
