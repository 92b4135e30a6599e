//! A credential in a learner's wallet: what its card shows and where it stands.

use serde::{Deserialize, Serialize};

use crate::{LocalText, Timestamp, id};

id! {
    /// A credential in a wallet: 128 random bits in base62, as in `/wallet/credentials/{id}`. The issuer does not know it.
    CredentialId
}

/// Days before its end from which a credential "expires soon".
pub const SOON_DAYS: i64 = 30;

/// What a status list last said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Valid, or no status list is named.
    Valid,
    /// Suspended: may become valid again.
    Suspended,
    /// Withdrawn for good.
    Revoked,
    /// No list could be read, or it says something else.
    Unknown,
}

impl Standing {
    /// The word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Unknown => "unknown",
        }
    }

    /// From the word in the table.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Valid, Self::Suspended, Self::Revoked, Self::Unknown].into_iter().find(|standing| standing.as_str() == text)
    }
}

/// The state of a credential as people see it (`ux.md` 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldState {
    /// In force.
    Valid,
    /// In force, and ends within 30 days.
    ExpiresSoon,
    /// Its dates are not reached yet.
    NotYetValid,
    /// Its end has passed.
    Expired,
    /// The issuer suspended it.
    Suspended,
    /// The issuer withdrew it.
    Withdrawn,
    /// The issuer withdrew it and put another one in its place.
    Replaced,
    /// Its status could not be read.
    Uncheckable,
}

impl HeldState {
    /// Whether it counts: valid now, maybe not for long.
    pub const fn is_in_force(self) -> bool {
        matches!(self, Self::Valid | Self::ExpiresSoon)
    }
}

/// Dates and standing of a held credential, enough to tell its state at any moment.
#[derive(Clone, Copy, Debug)]
pub struct Validity {
    /// `nbf`.
    pub from: Option<Timestamp>,
    /// `exp`.
    pub until: Option<Timestamp>,
    /// By the status list.
    pub standing: Standing,
    /// When a list last said so.
    pub standing_at: Option<Timestamp>,
    /// Whether another credential took its place.
    pub superseded: bool,
}

impl Validity {
    /// The state at `now`. What the issuer did comes before what the calendar did.
    pub fn state(&self, now: Timestamp) -> HeldState {
        match self.standing {
            Standing::Revoked if self.superseded => return HeldState::Replaced,
            Standing::Revoked => return HeldState::Withdrawn,
            Standing::Suspended => return HeldState::Suspended,
            Standing::Valid | Standing::Unknown => {}
        }
        if self.until.is_some_and(|until| until <= now) {
            return HeldState::Expired;
        }
        if self.from.is_some_and(|from| now < from) {
            return HeldState::NotYetValid;
        }
        if self.superseded {
            return HeldState::Replaced;
        }
        if self.standing == Standing::Unknown {
            return HeldState::Uncheckable;
        }
        match self.until {
            Some(until) if until <= now.plus_days(SOON_DAYS) => HeldState::ExpiresSoon,
            _ => HeldState::Valid,
        }
    }
}

/// The kind of thing that a credential says, which decides the shape of its badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A microcredential.
    Microcredential,
    /// A proof of enrolment.
    Enrolment,
    /// Anything else.
    Other,
}

/// An amount of study and its unit: EC (`ects`), SBU (`sbu`) or hours (`hour`). Units are never added to each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    /// `ects`, `sbu` or `hour`.
    pub unit: String,
    /// How much.
    pub value: f64,
}

/// A level in a framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// `NLQF` or `EQF`.
    pub framework: String,
    /// `1` … `8`, or `4+`.
    pub value: String,
    /// Whether the keeper of the framework verified it.
    pub verified: bool,
}

/// What a card and a list show of a credential, taken from its claims when it was kept. Sealed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// What it is.
    pub kind: Kind,
    /// Its title.
    pub title: LocalText,
    /// The institution's name as the credential says it.
    pub institution: LocalText,
    /// The institution's slug, when it is one that this wallet knows; decides the badge's colour.
    pub institution_slug: Option<String>,
    /// A full-date: when it was awarded, or when the enrolment starts.
    pub date: Option<String>,
    /// How much study.
    pub workload: Option<Workload>,
    /// At which level.
    pub level: Option<Level>,
    /// An enrolment's academic year, `2026-2027`.
    pub academic_year: Option<String>,
    /// An enrolment's phase, such as `bachelor`.
    pub phase: Option<String>,
    /// What the bands of the badge are drawn from: the same achievement has the same bands.
    pub pattern: String,
}

/// One copy of an achievement in a wallet, without its body.
#[derive(Clone, Debug)]
pub struct HeldCopy {
    /// As in its page's address.
    pub id: CredentialId,
    /// The card that it is on.
    pub card: String,
    /// Credential format, such as `dc+sd-jwt`.
    pub format: String,
    /// The type (`vct`).
    pub vct: String,
    /// Credential Issuer Identifier.
    pub issuer: String,
    /// What it shows.
    pub summary: Summary,
    /// Dates and standing.
    pub validity: Validity,
    /// When it came.
    pub received_at: Timestamp,
    /// Whether the learner has looked at it.
    pub opened: bool,
}

/// A card of the overview: one achievement, however many copies and corrections there are of it.
#[derive(Clone, Debug)]
pub struct Card {
    /// The copy that the card shows and links to.
    pub front: HeldCopy,
    /// The others, newest first: other formats, and what was replaced.
    pub others: Vec<HeldCopy>,
}

impl Card {
    /// Lays copies out as cards, newest card first. In front of a card lies a copy that nothing replaced, as SD-JWT VC when
    /// there is one, and the newest of those.
    pub fn lay_out(copies: Vec<HeldCopy>) -> Vec<Self> {
        let mut cards: Vec<Vec<HeldCopy>> = Vec::new();
        for copy in copies {
            match cards.iter_mut().find(|card| card.iter().any(|other| other.card == copy.card)) {
                Some(card) => card.push(copy),
                None => cards.push(vec![copy]),
            }
        }
        let mut cards: Vec<Self> = cards.into_iter().filter_map(Self::of).collect();
        cards.sort_by_key(|card| std::cmp::Reverse(card.front.received_at));
        cards
    }

    fn of(mut copies: Vec<HeldCopy>) -> Option<Self> {
        copies.sort_by_key(|copy| (copy.validity.superseded, copy.format != "dc+sd-jwt", std::cmp::Reverse(copy.received_at)));
        let mut copies = copies.into_iter();
        copies.next().map(|front| Self { front, others: copies.collect() })
    }
}

/// Which copies were replaced by which: an issuer that corrects a credential withdraws it and issues another one of the same
/// type and title. Copies carry nothing that links them, so that this is all there is to see it by. Gives (old, new).
pub fn replacements(copies: &[HeldCopy]) -> Vec<(CredentialId, CredentialId)> {
    let newer = |old: &HeldCopy, new: &HeldCopy| {
        let same = (&old.issuer, &old.vct, &old.format, &old.summary.title) == (&new.issuer, &new.vct, &new.format, &new.summary.title);
        same && new.received_at > old.received_at && new.validity.standing != Standing::Revoked
    };
    let withdrawn = copies.iter().filter(|copy| copy.validity.standing == Standing::Revoked && !copy.validity.superseded);
    let found = withdrawn.filter_map(|old| Some((old, copies.iter().filter(|new| newer(old, new)).min_by_key(|new| new.received_at)?)));
    found.map(|(old, new)| (old.id.clone(), new.id.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn validity() -> Validity {
        let now = Timestamp::from_seconds(1_000_000_000);
        Validity { from: Some(now), until: Some(now.plus_days(100)), standing: Standing::Valid, standing_at: Some(now), superseded: false }
    }

    #[test]
    fn the_calendar_and_the_issuer_decide_together() {
        let now = Timestamp::from_seconds(1_000_000_000);
        let held = validity();
        assert_eq!(held.state(now), HeldState::Valid);
        assert_eq!(held.state(now.plus_seconds(-1)), HeldState::NotYetValid);
        assert_eq!(held.state(now.plus_days(70)), HeldState::ExpiresSoon);
        assert_eq!(held.state(now.plus_days(100)), HeldState::Expired);
        assert_eq!(Validity { standing: Standing::Suspended, ..held }.state(now.plus_days(200)), HeldState::Suspended);
        assert_eq!(Validity { standing: Standing::Revoked, ..held }.state(now), HeldState::Withdrawn);
        assert_eq!(Validity { standing: Standing::Revoked, superseded: true, ..held }.state(now), HeldState::Replaced);
        assert_eq!(Validity { standing: Standing::Unknown, ..held }.state(now), HeldState::Uncheckable);
    }

    #[test]
    fn standings_keep_their_words() {
        for standing in [Standing::Valid, Standing::Suspended, Standing::Revoked, Standing::Unknown] {
            assert_eq!(Standing::parse(standing.as_str()), Some(standing));
        }
    }

    fn copy(id: &str, card: &str, format: &str, received: i64, superseded: bool) -> HeldCopy {
        HeldCopy {
            id: CredentialId::new(id),
            card: card.to_owned(),
            format: format.to_owned(),
            vct: "https://example.org/vct".to_owned(),
            issuer: "https://issuer.example/school".to_owned(),
            summary: Summary {
                kind: Kind::Microcredential,
                title: LocalText::same("Data"),
                institution: LocalText::same("School"),
                institution_slug: None,
                date: None,
                workload: None,
                level: None,
                academic_year: None,
                phase: None,
                pattern: "data".to_owned(),
            },
            validity: Validity { superseded, ..validity() },
            received_at: Timestamp::from_seconds(received),
            opened: false,
        }
    }

    #[test]
    fn one_achievement_is_one_card() {
        let cards = Card::lay_out(vec![
            copy("old", "a", "dc+sd-jwt", 10, true),
            copy("badge", "a", "ldp_vc", 30, false),
            copy("new", "a", "dc+sd-jwt", 20, false),
            copy("other", "b", "dc+sd-jwt", 40, false),
        ]);
        let fronts: Vec<_> = cards.iter().map(|card| card.front.id.as_str()).collect();
        assert_eq!(fronts, ["other", "new"]);
        assert_eq!(cards[1].others.iter().map(|copy| copy.id.as_str()).collect::<Vec<_>>(), ["badge", "old"]);
    }

    #[test]
    fn a_withdrawn_copy_is_replaced_by_the_next_of_its_title() {
        let old = copy("old", "a", "dc+sd-jwt", 10, false);
        let withdrawn = HeldCopy { validity: Validity { standing: Standing::Revoked, ..old.validity }, ..old.clone() };
        let new = copy("new", "b", "dc+sd-jwt", 20, false);
        let ids = |copies: &[HeldCopy]| {
            replacements(copies).into_iter().map(|(old, new)| (old.as_str().to_owned(), new.as_str().to_owned())).collect::<Vec<_>>()
        };
        assert_eq!(ids(&[withdrawn.clone(), new.clone()]), [("old".to_owned(), "new".to_owned())]);
        assert!(ids(&[old, new.clone()]).is_empty());
        assert!(ids(&[withdrawn, HeldCopy { issuer: "https://other.example".to_owned(), ..new }]).is_empty());
    }
}
