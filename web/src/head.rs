//! What every page shows of a credential: picture, title, kind, institution, size and level, and its state in words.

use crate::badge::{self, BadgeSpec, Colour, Shape};
use crate::{Day, Lang, Text, format};

/// The kind of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A microcredential.
    Microcredential,
    /// A proof of enrolment.
    Enrolment,
    /// A badge.
    Badge,
    /// A diploma.
    Diploma,
    /// Another kind, by its own name.
    Other(Text),
}

impl Kind {
    /// The word for it.
    pub fn words(&self, lang: Lang) -> &str {
        match self {
            Self::Microcredential => "Microcredential",
            Self::Enrolment => lang.pick("Bewijs van inschrijving", "Proof of enrolment"),
            Self::Badge => "Badge",
            Self::Diploma => "Diploma",
            Self::Other(name) => name.get(lang),
        }
    }
}

/// A unit of study load; units are never added to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// European credits.
    Ec,
    /// Hours of study load in secondary vocational education (SBU).
    Sbu,
    /// Plain hours.
    Hours,
}

impl Unit {
    /// The word behind the figure.
    pub fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Ec => "EC",
            Self::Sbu => "SBU",
            Self::Hours => lang.pick("uur", "hours"),
        }
    }
}

/// An amount of study.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// How much.
    pub amount: f64,
    /// Of what.
    pub unit: Unit,
}

impl Load {
    /// `5 EC`, `2,5 EC`.
    pub fn words(&self, lang: Lang) -> String {
        format!("{}\u{a0}{}", number(lang, self.amount), self.unit.words(lang))
    }
}

/// A figure without needless zeros.
pub(crate) fn number(lang: Lang, amount: f64) -> String {
    format::decimal(lang, &format!("{amount:.2}"))
}

/// A level in a qualification framework.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// `NLQF` or `EQF`.
    pub framework: String,
    /// `1` to `8`, or `4+`.
    pub value: String,
    /// Whether the keeper of the framework has verified it; otherwise it is the level "according to the institution".
    pub verified: bool,
}

impl Level {
    /// `NLQF 6`.
    pub fn words(&self) -> String {
        format!("{}\u{a0}{}", self.framework, self.value)
    }

    /// The figure for ring and scale; `4+` stands at 4.
    pub fn figure(&self) -> Option<u8> {
        self.value.trim_end_matches('+').parse().ok().filter(|figure| (1..=8).contains(figure))
    }
}

/// What a list or a page's head shows of a credential.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// Its picture.
    pub badge: BadgeSpec,
    /// Its title.
    pub title: Text,
    /// Its kind.
    pub kind: Kind,
    /// Who gave it.
    pub institution: Text,
    /// When it was earned, or when the enrolment starts.
    pub date: Option<Day>,
    /// The academic year of an enrolment, `2026-2027`; shown in place of the date.
    pub academic_year: Option<String>,
    /// How much study.
    pub load: Option<Load>,
    /// At which level.
    pub level: Option<Level>,
}

impl Head {
    /// Where its picture is served.
    pub fn badge_path(&self) -> String {
        badge::path(&self.badge)
    }

    /// `Microcredential · 5 EC · NLQF 6`; only the kind when there is no more, and then not for enrolments, whose title says it.
    pub fn what(&self, lang: Lang) -> String {
        let kind = (self.kind != Kind::Enrolment).then(|| self.kind.words(lang).to_owned());
        let parts = [kind, self.load.as_ref().map(|load| load.words(lang)), self.level.as_ref().map(Level::words)];
        parts.into_iter().flatten().collect::<Vec<_>>().join("\u{a0}· ")
    }

    /// `Hogeschool Voorbeeld, 1 februari 2026`, or with the academic year.
    pub fn whence(&self, lang: Lang) -> String {
        let institution = self.institution.get(lang);
        match (&self.academic_year, self.date) {
            (Some(year), _) => format!("{institution}, {} {}", lang.pick("studiejaar", "academic year"), year.replace('-', "–")),
            (None, Some(date)) => format!("{institution}, {}", format::date(lang, date)),
            (None, None) => institution.to_owned(),
        }
    }

    /// Heads for samples: a microcredential of a university of applied sciences, an enrolment, one of vocational education.
    pub(crate) fn samples() -> [Self; 4] {
        let colour = |hex| Colour::from_hex(hex).unwrap_or(Colour::of(""));
        let (teal, rust) = (colour("#0f6470"), colour("#a8451d"));
        let head = |title: Text, badge, load, level: &str, date| Self {
            badge,
            title,
            kind: Kind::Microcredential,
            institution: Text::same("Hogeschool Voorbeeld"),
            date: Day::parse(date),
            academic_year: None,
            load: Some(load),
            level: Some(Level { framework: "NLQF".to_owned(), value: level.to_owned(), verified: false }),
        };
        let ec = |amount| Load { amount, unit: Unit::Ec };
        [
            head(
                Text::new("Data-analyse basis", "Data analysis basics"),
                BadgeSpec::new(Shape::Microcredential, teal, "data-analyse-basis", Some(6), ("5", "EC")),
                ec(5.0),
                "6",
                "2026-02-01",
            ),
            Self {
                kind: Kind::Enrolment,
                academic_year: Some("2026-2027".to_owned()),
                load: None,
                level: None,
                ..head(
                    Text::new(
                        "Bewijs van inschrijving – Communicatie (bachelor, voltijd)",
                        "Proof of enrolment – Communication (bachelor, full-time)",
                    ),
                    BadgeSpec::new(Shape::Enrolment, teal, "34401", Some(6), ("26/27", "")),
                    ec(0.0),
                    "6",
                    "2026-09-01",
                )
            },
            Self {
                institution: Text::same("ROC Voorbeeld"),
                ..head(
                    Text::dutch("Zorgtechnologie"),
                    BadgeSpec::new(Shape::Microcredential, rust, "zorgtechnologie", Some(4), ("240", "SBU")),
                    Load { amount: 240.0, unit: Unit::Sbu },
                    "4",
                    "2024-12-14",
                )
            },
            head(
                Text::new("Datavisualisatie", "Data visualisation"),
                BadgeSpec::new(Shape::Microcredential, teal, "datavisualisatie", Some(6), ("2,5", "EC")),
                ec(2.5),
                "6",
                "2026-06-28",
            ),
        ]
    }
}

/// The state of a credential, always shown as word, icon and colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// In force.
    Valid,
    /// In force, ends within thirty days.
    ExpiresSoon(Day),
    /// Begins later.
    NotYetValid(Day),
    /// Its end has passed.
    Expired(Day),
    /// Suspended; the issuer's reason is for the learner only.
    Suspended(Option<Text>),
    /// Withdrawn; the issuer's reason is for the learner only.
    Withdrawn(Option<Text>),
    /// Another one took its place.
    Replaced,
    /// Its status could not be read.
    Uncheckable,
    /// Offered, not accepted yet.
    Offered,
    /// Collected, not looked at and accepted yet.
    Arrived,
    /// The institution is still preparing it.
    Prepared,
}

impl State {
    /// Icon of `icons.svg`: one shape per meaning.
    pub const fn icon(&self) -> &'static str {
        match self {
            Self::Valid => "ok",
            Self::ExpiresSoon(_) | Self::NotYetValid(_) => "soon",
            Self::Expired(_) => "expired",
            Self::Suspended(_) => "pause",
            Self::Withdrawn(_) | Self::Replaced => "x",
            Self::Uncheckable => "none",
            Self::Offered | Self::Arrived | Self::Prepared => "info",
        }
    }

    /// Colour class.
    pub const fn class(&self) -> &'static str {
        match self {
            Self::Valid => "ok",
            Self::ExpiresSoon(_) | Self::NotYetValid(_) | Self::Expired(_) | Self::Suspended(_) => "warn",
            Self::Withdrawn(_) | Self::Replaced => "bad",
            Self::Uncheckable | Self::Offered | Self::Arrived | Self::Prepared => "mute",
        }
    }

    /// Whether its picture turns grey because it cannot be used any more, or not now.
    pub const fn gone(&self) -> bool {
        matches!(self, Self::Expired(_) | Self::Suspended(_) | Self::Withdrawn(_) | Self::Replaced)
    }

    /// The bare word, for titles and filters.
    pub const fn word(&self, lang: Lang) -> &'static str {
        let (nl, en) = match self {
            Self::Valid => ("Geldig", "Valid"),
            Self::ExpiresSoon(_) => ("Binnenkort verlopen", "Expires soon"),
            Self::NotYetValid(_) => ("Nog niet geldig", "Not yet valid"),
            Self::Expired(_) => ("Verlopen", "Expired"),
            Self::Suspended(_) => ("Opgeschort", "Suspended"),
            Self::Withdrawn(_) => ("Ingetrokken", "Withdrawn"),
            Self::Replaced => ("Vervangen", "Replaced"),
            Self::Uncheckable => ("Niet te controleren", "Cannot be checked"),
            Self::Offered => ("Aangeboden", "Offered"),
            Self::Arrived => ("Opgehaald, nog te bekijken", "Collected, to be looked at"),
            Self::Prepared => ("In behandeling", "Being prepared"),
        };
        match lang {
            Lang::Nl => nl,
            Lang::En => en,
        }
    }

    /// The word with its date or reason, for lists and heads.
    pub fn words(&self, lang: Lang) -> String {
        let word = self.word(lang);
        match self {
            Self::ExpiresSoon(day) => format!("{word}: {}", format::short_date(lang, *day)),
            Self::NotYetValid(day) => format!("{word}: {} {}", lang.pick("vanaf", "from"), format::date(lang, *day)),
            Self::Expired(day) => format!("{word} {} {}", lang.pick("op", "on"), format::date(lang, *day)),
            Self::Suspended(Some(reason)) | Self::Withdrawn(Some(reason)) => format!("{word}: {}", reason.get(lang)),
            _ => word.to_owned(),
        }
    }
}
